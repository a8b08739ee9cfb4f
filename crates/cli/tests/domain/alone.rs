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

#[test]
fn who_gave_a_place_back_too_late_and_has_it_again_has_paid_once() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    desk.does("product add --name Five --credits 5 --validity-days 90");
    for name in ["Ben", "Ann"] {
        desk.does(&format!("customer add --name {name}"));
        desk.does(&format!("package sell --product Five --customer {name}"));
    }
    let service = "service add --name Yoga --minutes 60 --capacity 3 --credits 1";
    desk.does(service);
    let class = desk
        .id("book --resource Court_1 --start DAYT10:00 --service Yoga --capacity 3", "booking_id");
    let balances = || {
        let left = |name: &str| {
            desk.does(&format!("package list --customer {name}"))["packages"][0]["balance"].clone()
        };
        [left("Ann"), left("Ben")]
    };
    for name in ["Ann", "Ben"] {
        desk.does(&format!("class add {class} {name} --package auto"));
    }
    // It is too late even for who has just been entered: a day later.
    let entered = "update attendances set joined_at = joined_at - 86400000";
    desk.database().execute_batch(entered).unwrap();
    for name in ["Ann", "Ben"] {
        desk.does(&format!("class cancel {class} {name} --reason ill"));
    }
    assert_eq!(balances(), [4, 4]);
    desk.does(&format!("class add {class} Ann --package auto"));
    assert_eq!(balances(), [4, 4], "what was kept pays for it");
    // Having it again makes it no less late.
    desk.does(&format!("class cancel {class} Ann --reason ill"));
    assert_eq!(balances(), [4, 4]);
    desk.does(&format!("class add {class} Ann --package auto"));
    // Nor does waiting for it, be that taken back, given up or granted.
    desk.does(&format!("class cancel {class} Ann --reason ill"));
    desk.does(&format!("class add {class} Ann --waitlist"));
    desk.does("undo");
    desk.does(&format!("class add {class} Ann --waitlist"));
    desk.does(&format!("class cancel {class} Ann --reason tired"));
    desk.does("undo");
    assert_eq!(desk.does(&format!("class promote {class} Ann"))["status"], "booked");
    assert_eq!(balances(), [4, 4]);
    desk.does(&format!("class cancel {class} Ann --reason ill"));
    desk.does(&format!("class add {class} Ann --package auto"));
    assert_eq!(balances(), [4, 4]);
    desk.does(&format!("class cancel {class} Ann --reason ill"));
    desk.does(&format!("class add {class} Ann --waitlist"));
    desk.does(&format!("cancel {class} --reason storm"));
    assert_eq!(balances(), [5, 5], "nobody loses by what the house calls off");
    desk.does("undo");
    assert_eq!(balances(), [4, 4], "as it was");
    assert_eq!(desk.does(&format!("class promote {class} Ann"))["status"], "booked");
    // Who is let off has it back, and who is not after all has not.
    desk.does(&format!("class cancel {class} Ann --reason ill --waive-reason doctor"));
    assert_eq!(balances(), [5, 4]);
    assert_eq!(desk.does("undo")["changed"], true);
    assert_eq!(balances(), [4, 4]);
    // Where it was not late, nothing was waived.
    desk.does("venue edit Hall --free-cancel-hours 0");
    let free = "book --resource Court_1 --start DAYT14:00 --minutes 60 --capacity 3";
    let free = desk.id(free, "booking_id");
    desk.does(&format!("class add {free} Ann"));
    desk.does(&format!("class cancel {free} Ann --reason ill --waive-reason doctor"));
    assert_eq!(desk.does("undo")["changed"], true);
}

#[test]
fn what_is_owed_for_a_place_stays_owed_while_somebody_waits_for_it_again() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    let class = "book --resource Court_1 --start DAYT10:00 --minutes 60 --capacity 1 --price 20";
    let class = desk.id(class, "booking_id");
    desk.does(&format!("class add {class} Tracy_Smith"));
    let entered = "update attendances set joined_at = joined_at - 86400000";
    desk.database().execute_batch(entered).unwrap();
    let owed = || desk.does(&format!("show {class}"))["owed"]["minor"].clone();
    desk.does(&format!("class cancel {class} Tracy_Smith --reason ill"));
    desk.does(&format!("class add {class} Tracy_Smith --waitlist"));
    assert_eq!(owed(), 2000);
    desk.does(&format!("class cancel {class} Tracy_Smith --reason tired"));
    desk.does("undo");
    assert_eq!(owed(), 2000);
    desk.does("undo");
    assert_eq!(owed(), 2000);
}
