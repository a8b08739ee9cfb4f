//! How the stories are typed: lines of words, about a day that is far enough ahead.

use crate::desk::Desk;
use chrono::{NaiveDate, Utc};
use serde_json::Value;

/// A day far enough ahead for every rule about lead times.
pub(crate) fn day() -> NaiveDate {
    Utc::now().date_naive() + chrono::Duration::days(30)
}

pub(crate) fn at(time: &str) -> String {
    format!("{}T{time}", day())
}

/// Makes all that a replica has booked lie forty days earlier.
pub(crate) fn forty_days_earlier() -> String {
    let (form, ms) = ("'%Y-%m-%dT%H:%M:%S'", 40_i64 * 86_400_000);
    format!(
        "update bookings set starts_at = starts_at - {ms}, ends_at = ends_at - {ms},
             local_start = strftime({form}, local_start, '-40 days'),
             local_end = strftime({form}, local_end, '-40 days');
         update claims set starts_at = starts_at - {ms}, ends_at = ends_at - {ms};"
    )
}

/// What is typed, split at spaces; `_` stands for a space within a word, `DAY` for the day.
pub(crate) fn typed(line: &str) -> Vec<String> {
    let day = day().to_string();
    line.split_whitespace().map(|word| word.replace("DAY", &day).replace('_', " ")).collect()
}

pub(crate) trait Types {
    /// Types a line that goes well.
    fn does(&self, line: &str) -> Value;
    /// Types a line that a rule refuses: the refusal.
    fn is_refused(&self, line: &str) -> Value;
    /// Types a line and answers an id in what is printed.
    fn id(&self, line: &str, key: &str) -> String;
}

impl Types for Desk {
    fn does(&self, line: &str) -> Value {
        let words = typed(line);
        self.done(&words.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    }
    fn is_refused(&self, line: &str) -> Value {
        let words = typed(line);
        self.refused(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
    fn id(&self, line: &str, key: &str) -> String {
        self.does(line)[key].as_str().unwrap().to_owned()
    }
}

/// The values of one key of all rows of a list.
pub(crate) fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or_default()).collect()
}
