//! The whole booking domain at headquarters: the stories that the command line tells on a desk alone
//! (`crates/cli/tests/domain`) once more, word for word, on a desk that syncs after every line. All
//! that the desk was told is done is accepted, and a second desk that joins comes to the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

#[path = "../../../crates/cli/tests/domain/calendars.rs"]
mod calendars;
#[path = "../../../crates/cli/tests/domain/classes.rs"]
mod classes;
#[expect(dead_code, reason = "the other stories need what these do not")]
#[path = "../stories/club.rs"]
mod club;
#[path = "../../../crates/cli/tests/domain/credits.rs"]
mod credits;
#[path = "../../../crates/cli/tests/domain/deletion.rs"]
mod deletion;
mod desk;
#[path = "../../../crates/cli/tests/domain/hours.rs"]
mod hours;
#[path = "../../../crates/cli/tests/domain/life.rs"]
mod life;
#[path = "../../../crates/cli/tests/domain/lines.rs"]
mod lines;
#[path = "../../../crates/cli/tests/domain/people.rs"]
mod people;
#[path = "../../../crates/cli/tests/domain/places.rs"]
mod places;
#[path = "../../../crates/cli/tests/domain/rosters.rs"]
mod rosters;
#[path = "../../../crates/cli/tests/domain/series.rs"]
mod series;
#[path = "../../../crates/cli/tests/domain/services.rs"]
mod services;
#[path = "../../../crates/cli/tests/domain/told.rs"]
mod told;

pub(crate) use lines::{Types, at, day, each, typed};
