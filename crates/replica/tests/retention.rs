//! How long personal data is kept: as the venues' policy says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::{
    Book, BookSeries, BookingText, Delete, EditVenue, MergeCustomers, OnConflict,
};
use holdfast_domain::recurrence::Recurrence;
use holdfast_domain::rows::{Policy, RETENTION_DAYS};
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    BookingId, Command, CustomerId, Entity, Patch, ResourceKind, Series, SeriesId, Timestamp,
};
use holdfast_replica::{Replica, Submission, draft, now};
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3_600_000;

fn does(replica: &mut Replica, command: &Command, at: Timestamp) {
    assert!(matches!(replica.submit(command, at).unwrap(), Submission::Done(_)));
}

#[test]
fn who_never_came_is_kept_for_two_years_or_as_long_as_a_venue_says() {
    let dir = tempfile::tempdir().unwrap();
    // Ids tell by the clock of this machine when somebody was entered.
    let entered = now();
    let (mut replica, venue) = founded(dir.path(), ("Europe/London", "GBP"), 30, entered);
    let (anna, add) = draft::add_customer("Anna", |_| {});
    does(&mut replica, &add, entered);
    let after = |replica: &Replica, days: Option<u32>, later: u32| {
        let kept = replica.retained(days, entered.plus_ms(i64::from(later) * DAY_MS));
        let kept = kept.unwrap().unwrap();
        (kept.days, kept.customers.iter().map(|it| it.id).collect::<Vec<_>>())
    };
    assert_eq!(after(&replica, None, RETENTION_DAYS - 1), (730, vec![]));
    assert_eq!(after(&replica, None, RETENTION_DAYS + 1), (730, vec![anna]));
    let policy = |retention_days| Policy { retention_days, ..Policy::default() };
    let edit = |from, to| {
        let policy = Some(Patch { from: policy(from), to: policy(to) });
        Command::EditVenue(EditVenue { venue_id: venue.id, policy, ..EditVenue::default() })
    };
    let too_short = replica.submit(&edit(None, Some(29)), entered).unwrap();
    assert!(matches!(too_short, Submission::Refused(no) if no.code() == "field_out_of_range"));
    does(&mut replica, &edit(None, Some(1_000)), entered);
    assert_eq!(after(&replica, None, RETENTION_DAYS + 1), (1_000, vec![]));
    assert_eq!(after(&replica, Some(100), 101), (100, vec![anna]), "or as somebody asks");
    assert_eq!(after(&replica, None, 1_001), (1_000, vec![anna]));
    let delete = Command::Delete(Delete { entity: Entity::Customer, id: anna.0 });
    does(&mut replica, &delete, entered);
    assert_eq!(after(&replica, None, 1_001), (1_000, vec![anna]), "whom nobody sees any more");
    let erased = replica.erase_retained(None, entered.plus_ms(1_001 * DAY_MS)).unwrap().unwrap();
    assert!(erased.1.is_empty(), "{:?}", erased.1);
    assert!(replica.customer(anna).unwrap().unwrap().erased_at.is_some());
}

#[test]
fn who_came_under_another_name_is_kept_under_each_and_forgotten_under_each() {
    let dir = tempfile::tempdir().unwrap();
    let entered = now();
    let (mut replica, venue) = founded(dir.path(), ("Europe/London", "GBP"), 30, entered);
    let [anna, ann, annie, tim] = ["Anna", "Ann", "Annie", "Tim"].map(|name| {
        let (id, add) = draft::add_customer(name, |_| {});
        does(&mut replica, &add, entered);
        id
    });
    let (court, add) = draft::add_resource("C", ResourceKind::Court, "", "", vec![venue.id]);
    does(&mut replica, &add, entered);
    let merge = |customer_id, into: CustomerId| {
        let merged_into = Patch { from: None, to: Some(into) };
        Command::MergeCustomers(MergeCustomers { customer_id, merged_into })
    };
    let mut sorted = [anna, ann, annie, tim];
    let listed = |replica: &Replica, later: u32| {
        let at = entered.plus_ms(i64::from(later) * DAY_MS);
        let kept = replica.retained(None, at).unwrap().unwrap();
        let mut ids: Vec<_> = kept.customers.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        ids
    };
    // She came a month before everybody's time is up, as the one in the middle.
    let came = entered.plus_ms(i64::from(RETENTION_DAYS - 30) * DAY_MS);
    let day = venue.timezone.local(came).date();
    let stay = stay_at(&venue, day.and_hms_opt(12, 0, 0).unwrap(), 60).unwrap();
    let book = Book::new(BookingId(Uuid::now_v7()), venue.id, vec![court], stay);
    does(&mut replica, &Command::Book(Book { customer_id: Some(ann), ..book }), came);
    does(&mut replica, &merge(annie, ann), came);
    does(&mut replica, &merge(ann, anna), came);
    let soon = RETENTION_DAYS + 1;
    assert_eq!(listed(&replica, soon), [tim], "she is one person, and was here");
    sorted.sort_unstable();
    let late = 2 * RETENTION_DAYS;
    assert_eq!(listed(&replica, late), sorted);
    let at = entered.plus_ms(i64::from(late) * DAY_MS);
    let (_, refusals) = replica.erase_retained(None, at).unwrap().unwrap();
    assert!(refusals.is_empty(), "{refusals:?}");
    for id in sorted {
        assert!(replica.customer(id).unwrap().unwrap().erased_at.is_some());
    }
}

#[test]
fn an_old_booking_that_was_called_off_is_listed_for_as_long_as_it_says_anything() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let (mut replica, venue) = founded(dir.path(), ("Europe/London", "GBP"), 30, at);
    let (court, add) = draft::add_resource("C", ResourceKind::Court, "", "", vec![venue.id]);
    does(&mut replica, &add, at);
    let (tim, add) = draft::add_customer("Tim", |_| {});
    does(&mut replica, &add, at);
    let day = venue.timezone.local(at).date() + chrono::Duration::days(1);
    let mut off = |hour, customer_id| {
        let stay = stay_at(&venue, day.and_hms_opt(hour, 0, 0).unwrap(), 60).unwrap();
        let book = Book::new(BookingId(Uuid::now_v7()), venue.id, vec![court], stay);
        let booking_id = book.booking_id;
        does(&mut replica, &Command::Book(Book { customer_id, ..book }), at);
        let cancel = serde_json::json!({
            "type": "cancel", "booking_id": booking_id, "from_status": "confirmed",
            "reason": "Mrs Owl had her baby", "initiator": "staff", "late": false,
        });
        does(&mut replica, &serde_json::from_value(cancel).unwrap(), at);
        booking_id
    };
    // Of nobody's, only the reason says something; the other is of who does not come any more.
    let (nobodys, tims) = (off(10, None), off(12, Some(tim)));
    let listed = |replica: &Replica, later: i64| {
        let kept = replica.retained(None, at.plus_ms(later * DAY_MS)).unwrap().unwrap();
        let mut ids: Vec<_> = kept.bookings.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        (ids, kept.customers.len())
    };
    let (soon, late) = (i64::from(RETENTION_DAYS), i64::from(RETENTION_DAYS) + 3);
    assert_eq!(listed(&replica, soon), (vec![], 0));
    let mut both = vec![nobodys, tims];
    both.sort_unstable();
    assert_eq!(listed(&replica, late), (both, 1));
    let (_, refusals) = replica.erase_retained(None, at.plus_ms(late * DAY_MS)).unwrap().unwrap();
    assert!(refusals.is_empty(), "{refusals:?}");
    assert_eq!(listed(&replica, late), (vec![], 0), "once is enough");
}

#[test]
fn what_a_series_was_booked_with_is_kept_no_longer_than_its_dates() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let (mut replica, venue) = founded(dir.path(), ("Europe/London", "GBP"), 30, at);
    let (court, add) = draft::add_resource("C", ResourceKind::Court, "", "", vec![venue.id]);
    does(&mut replica, &add, at);
    let day = venue.timezone.local(at).date() + chrono::Duration::days(1);
    let stay = |week: i64| {
        let start = (day + chrono::Duration::weeks(week)).and_hms_opt(10, 0, 0).unwrap();
        stay_at(&venue, start, 60).unwrap()
    };
    let (title, staff_note) = ("Mrs Owl".into(), "Mrs Owl had her baby".into());
    let text = BookingText { title, staff_note, ..BookingText::default() };
    let template = Book::new(BookingId(Uuid::now_v7()), venue.id, vec![court], stay(0));
    let series = BookSeries {
        series_id: SeriesId(Uuid::now_v7()),
        rrule: Recurrence::parse("FREQ=WEEKLY;COUNT=2").unwrap(),
        local_start: stay(0).local_start,
        template: Book { text, ..template },
        stays: vec![stay(0), stay(1)],
        on_conflict: OnConflict::Refuse,
        skipped: Vec::new(),
        may_be_empty: false,
    };
    let dates =
        series.stays.iter().map(|it| BookingId::of_series(series.series_id, it.local_start));
    let dates: Vec<BookingId> = dates.collect();
    does(&mut replica, &Command::BookSeries(series.clone()), at);
    for booking_id in &dates {
        let cancel = serde_json::json!({
            "type": "cancel", "booking_id": booking_id, "from_status": "confirmed",
            "reason": "Mrs Owl is ill", "initiator": "staff", "late": false,
        });
        does(&mut replica, &serde_json::from_value(cancel).unwrap(), at);
    }
    let late = at.plus_ms((i64::from(RETENTION_DAYS) + 30) * DAY_MS);
    let (kept, refusals) = replica.erase_retained(None, late).unwrap().unwrap();
    assert_eq!((kept.bookings.len(), refusals.len()), (2, 0), "{refusals:?}");
    assert_eq!(replica.get::<Series>(series.series_id).unwrap().unwrap().title, "");
    // The files are swept when the program is started next.
    drop(replica);
    drop(Replica::open(dir.path()).unwrap());
    let file = std::fs::read(dir.path().join("replica.sqlite")).unwrap();
    assert!(!file.windows(7).any(|it| it == b"Mrs Owl"));
}
