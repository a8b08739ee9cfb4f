//! What is otherwise on a desk alone than on one with a headquarters.

use crate::desk::{Desk, nobody_listens};
use crate::lines::forty_days_earlier;
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
