//! The whole booking domain through the real program: one story after the other, each on a desk of
//! its own. Dates are relative to today, so that the stories stay true.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod calendars;
mod classes;
mod credits;
mod deletion;
#[expect(dead_code, reason = "the other stories need what these do not")]
#[path = "../desk/mod.rs"]
mod desk;
mod hours;
mod life;
mod people;
mod places;
mod series;
mod services;

use chrono::{NaiveDate, Utc};
use desk::Desk;
use serde_json::Value;

/// A day far enough ahead for every rule about lead times.
fn day() -> NaiveDate {
    Utc::now().date_naive() + chrono::Duration::days(30)
}

fn at(time: &str) -> String {
    format!("{}T{time}", day())
}

/// What is typed, split at spaces; `_` stands for a space within a word, `DAY` for the day.
fn typed(line: &str) -> Vec<String> {
    let day = day().to_string();
    line.split_whitespace().map(|word| word.replace("DAY", &day).replace('_', " ")).collect()
}

trait Types {
    /// Types a line that goes well.
    fn does(&self, line: &str) -> Value;
    /// Types a line that a rule refuses: the refusal.
    fn is_refused(&self, line: &str) -> Value;
    /// Types a line and answers an id in what is printed.
    fn id(&self, line: &str, key: &str) -> String;
    /// Time passes: all that was booked lies as much earlier.
    fn forty_days_pass(&self);
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
    fn forty_days_pass(&self) {
        let (form, ms) = ("'%Y-%m-%dT%H:%M:%S'", 40_i64 * 86_400_000);
        let earlier = format!(
            "update bookings set starts_at = starts_at - {ms}, ends_at = ends_at - {ms},
                 local_start = strftime({form}, local_start, '-40 days'),
                 local_end = strftime({form}, local_end, '-40 days');
             update claims set starts_at = starts_at - {ms}, ends_at = ends_at - {ms};"
        );
        self.database().execute_batch(&earlier).unwrap();
    }
}

/// The values of one key of all rows of a list.
fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or_default()).collect()
}
