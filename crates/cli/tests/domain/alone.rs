//! What is otherwise on a desk alone than on one with a headquarters.

use crate::desk::{Desk, nobody_listens};
use crate::lines::forty_days_earlier;
use crate::{Types, each};
use serde_json::Value;

impl Desk {
    /// Time passes: all that was booked lies as much earlier.
    pub(crate) fn forty_days_pass(&self) {
        self.database().execute_batch(&forty_days_earlier()).unwrap();
    }

    /// What became of a place that was given back: a desk alone has given it on at once.
    pub(crate) fn gives_on(&self, _class: &str, given_back: &Value) -> Value {
        given_back.clone()
    }

    /// Whether what is due has come of itself by the next line: at headquarters it takes a minute.
    pub(crate) fn keeps_house(&self) -> bool {
        true
    }

    /// From now on it has a headquarters, and no line to it.
    pub(crate) fn is_cut_off(&self) {
        self.pretend_enrolled(&nobody_listens());
    }
}

#[test]
fn a_ledger_begins_with_what_was_bought_however_the_clock_stood_then() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Ten --credits 10 --validity-days 90");
    let package = desk.id("package sell --product Ten --customer Tracy_Smith", "package_id");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    desk.does(&format!("{book} --package {package} --credits 2"));
    let later =
        "update credit_entries set entered_at = entered_at + 600000 where kind = 'purchase'";
    desk.database().execute_batch(later).unwrap();
    let ledger = desk.does(&format!("package ledger {package}"));
    assert_eq!(each(&ledger["entries"], "kind"), ["purchase", "use"]);
    assert_eq!(ledger["entries"][1]["balance"], 8);
}
