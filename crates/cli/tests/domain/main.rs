//! The whole booking domain through the real program: one story after the other, each on a desk of
//! its own. Dates are relative to today, so that the stories stay true.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod alone;
mod calendars;
mod classes;
mod credits;
mod deletion;
#[expect(dead_code, reason = "the other stories need what these do not")]
#[path = "../desk/mod.rs"]
mod desk;
mod exchange;
mod hours;
mod life;
mod lines;
mod people;
mod places;
mod rosters;
mod series;
mod services;
mod told;
mod wording;

pub(crate) use lines::{Types, at, day, each, typed};
