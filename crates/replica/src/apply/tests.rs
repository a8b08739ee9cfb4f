use super::*;
use crate::replica::{Founding, Replica, now};
use crate::submit::Submission;
use holdfast_domain::command::{
    Book, BookSeries, ChangeSeries, OnConflict, Reschedule, SeriesChange,
};
use holdfast_domain::{
    Booking, BookingId, Command, Patch, Recurrence, ResourceKind, SeriesId, Stay, Zone,
};

/// Three hours in a row, each moved onto the next one's place.
#[test]
fn a_series_that_moved_onto_its_own_places_is_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut replica = Replica::open(dir.path()).unwrap();
    let founding = Founding::example();
    let venue_id = replica.found(&founding, now()).unwrap().unwrap();
    let (court, add) =
        crate::draft::add_resource("Court", ResourceKind::Court, "", "", vec![venue_id]);
    replica.submit(&add, now()).unwrap();

    let zone = Zone::parse("Europe/London").unwrap();
    let day = zone.date(now()) + chrono::Duration::days(3);
    let hour = |hour: u32| {
        let start = day.and_hms_opt(hour, 0, 0).unwrap();
        Stay::resolve(zone, start, start + chrono::Duration::hours(1)).0
    };
    let series_id = SeriesId(Uuid::from_u128(1));
    let book = BookSeries {
        series_id,
        rrule: Recurrence::parse("FREQ=HOURLY;COUNT=3").unwrap(),
        local_start: hour(10).local_start,
        template: Book::new(BookingId(Uuid::nil()), venue_id, vec![court], hour(10)),
        stays: vec![hour(10), hour(11), hour(12)],
        on_conflict: OnConflict::Refuse,
        skipped: Vec::new(),
        may_be_empty: false,
    };
    let done = replica.submit(&Command::BookSeries(book), now()).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
    let id = |n| BookingId::of_series(series_id, hour(n).local_start);
    let shift = |n| {
        SeriesChange::Reschedule(Reschedule {
            booking_id: id(n),
            venue_id,
            stay: Patch { from: hour(n), to: hour(n + 1) },
            resource_ids: Patch { from: vec![court], to: vec![court] },
            claimed_ids: Vec::new(),
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            outside_hours_reason_before: String::new(),
            outside_hours_reason: String::new(),
            package_id: None,
        })
    };
    let changes = vec![shift(10), shift(11), shift(12)];
    let done = replica.submit(&Command::ChangeSeries(ChangeSeries { series_id, changes }), now());
    assert!(matches!(done, Ok(Submission::Done(_))), "{done:?}");

    let seq = replica.last_seq().unwrap();
    let undone = replica.write(|db| Ok::<_, crate::Failure>(Ok::<_, ()>(undo(db, seq)?)));
    assert!(undone.is_ok(), "{undone:?}");
    for n in 10..13 {
        assert_eq!(replica.get::<Booking>(id(n)).unwrap().unwrap().stay, hour(n));
    }
    assert_eq!(replica.examine().unwrap().overlapping_claims, 0);
}
