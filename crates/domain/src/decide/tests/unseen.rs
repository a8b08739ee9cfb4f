//! What was decided at one desk while another one went on: what a person was told stands, and what they
//! could not know is said.

use super::asks::*;
use super::*;
use crate::command::BookSeries;
use std::collections::BTreeSet;

fn usual() -> Book {
    book_id(1, "2026-11-20T13:00", "2026-11-20T14:00")
}

#[test]
fn a_series_for_which_there_was_no_room_at_all_books_nothing_whatever_there_is_by_now() {
    let mut world = World::new();
    let found = SkippedDate {
        local_start: usual().stay.local_start,
        code: "slot_taken".into(),
        message: "It was taken.".into(),
    };
    let made = BookSeries { stays: Vec::new(), ..series(usual(), 1) };
    let none = Command::BookSeries(made.clone());
    assert_eq!(world.code(&none), "field_required", "neither booked nor left out");
    let made = BookSeries { skipped: vec![found.clone()], ..made };
    assert_eq!(undo::inverse(&Command::BookSeries(made.clone()), Uuid::nil()), None);
    let mut elsewhere = made.clone();
    elsewhere.template.venue_id = VenueId(Uuid::from_u128(99));
    assert_eq!(world.code(&Command::BookSeries(elsewhere)), "not_found");
    let mut another = world.clone();
    another.desk_venues = Some(BTreeSet::new());
    assert_eq!(another.code(&Command::BookSeries(made.clone())), "not_this_desks_venue");
    let decision = world.run(&Command::BookSeries(made)).unwrap();
    let [Change::Series(row)] = &decision.changes[..] else { panic!("{decision:?}") };
    assert_eq!(row.skipped, [found]);
}
