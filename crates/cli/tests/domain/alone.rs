//! What is otherwise on a desk alone than on one with a headquarters.

use crate::desk::{Desk, nobody_listens};
use serde_json::Value;

impl Desk {
    /// Time passes: all that was booked lies as much earlier. Answers whether it did: at headquarters
    /// it cannot be made to.
    pub(crate) fn forty_days_pass(&self) -> bool {
        let (form, ms) = ("'%Y-%m-%dT%H:%M:%S'", 40_i64 * 86_400_000);
        let earlier = format!(
            "update bookings set starts_at = starts_at - {ms}, ends_at = ends_at - {ms},
                 local_start = strftime({form}, local_start, '-40 days'),
                 local_end = strftime({form}, local_end, '-40 days');
             update claims set starts_at = starts_at - {ms}, ends_at = ends_at - {ms};"
        );
        self.database().execute_batch(&earlier).unwrap();
        true
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
