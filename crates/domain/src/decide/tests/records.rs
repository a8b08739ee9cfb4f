//! What happened elsewhere, taken over: it keeps its dates and its people, changes nothing a second
//! time, and gets past no ledger and no roster.

use super::asks::*;
use super::*;
use crate::change::Row;
use crate::command::{CorrectCredits, ImportLedger, ImportRecord};
use crate::id::{CreditEntryId, PackageId};
use crate::rows::{Attendance, CreditEntry, CreditKind, Package, Payment, Series};

const DAY_MS: i64 = 24 * 3_600_000;

fn record(row: impl Row) -> Command {
    let record = Box::new(row.into_change());
    Command::ImportRecord(ImportRecord { record, from_status: None })
}

fn package() -> Package {
    Package {
        id: PACKAGE,
        customer_id: ANNA,
        product_id: CARD,
        name: "Old card".into(),
        price: None,
        service_ids: Vec::new(),
        venue_id: None,
        valid_from: now().plus_ms(-60 * DAY_MS),
        valid_until: now().plus_ms(DAY_MS),
        // What is said of it here is not believed: the ledger tells.
        balance: 900,
        line_count: 7,
        sold_at: now().plus_ms(-60 * DAY_MS),
        sold_by: ACTOR,
    }
}

pub(super) fn line(n: u128, kind: CreditKind, credits: i32, booking: Option<u128>) -> CreditEntry {
    CreditEntry {
        id: CreditEntryId(Uuid::from_u128(7000 + n)),
        package_id: PACKAGE,
        kind,
        credits,
        entered_at: now().plus_ms((i64::try_from(n).unwrap() - 30) * DAY_MS),
        entered_by: ACTOR,
        booking_id: booking.map(id),
        reason: String::new(),
    }
}

pub(super) fn place(customer_id: CustomerId, status: AttendanceStatus) -> Attendance {
    Attendance {
        id: AttendanceId::of(id(1), customer_id),
        booking_id: id(1),
        venue_id: VENUE,
        customer_id,
        status,
        joined_at: now().plus_ms(-9 * DAY_MS),
        joined_by: ACTOR,
        package_id: None,
        credits: 0,
        late: false,
        changed_at: None,
        reason: String::new(),
        status_before: None,
    }
}

pub(super) fn payment(minor: i64, refund: bool) -> Payment {
    let pay = pay(minor, refund);
    Payment {
        id: pay.payment_id,
        booking_id: pay.booking_id,
        attendance_id: None,
        venue_id: VENUE,
        amount: pay.amount,
        method: pay.method,
        refund,
        taken_at: now().plus_ms(-9 * DAY_MS),
        taken_by: ACTOR,
        note: String::new(),
    }
}

fn there(world: &World) -> &Package {
    match &world.rows[&(Entity::Package, PACKAGE.0)] {
        Change::Package(package) => package,
        other => panic!("{other:?}"),
    }
}

/// Lines of Anna's package.
fn ledger(lines: impl IntoIterator<Item = CreditEntry>) -> Command {
    let lines = lines.into_iter().collect();
    Command::ImportLedger(ImportLedger { package_id: PACKAGE, customer_id: ANNA, lines })
}

/// A package of Anna's with ten credits, and a booking.
fn with_package() -> World {
    let mut world = World::new();
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    world.run(&with(|_| {})).unwrap();
    world.run(&record(package())).unwrap();
    assert_eq!((there(&world).balance, there(&world).line_count), (0, 0));
    world.run(&ledger([line(1, CreditKind::Purchase, 10, None)])).unwrap();
    world
}

#[test]
fn a_ledger_comes_over_on_its_days_and_only_once() {
    use CreditKind::{Correction, Purchase, Refund, Use};
    let mut world = World::new();
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    world.run(&with(|_| {})).unwrap();
    world.run(&record(package())).unwrap();
    assert_eq!(there(&world).sold_at, package().sold_at);
    // The same booking was paid, given back, and paid again: each is a line of its own.
    let lines = [
        line(1, Purchase, 10, None),
        line(2, Use, -2, Some(1)),
        line(3, Correction, 1, None),
        line(4, Refund, 2, Some(1)),
        line(5, Use, -2, Some(1)),
    ];
    world.run(&ledger(lines.clone())).unwrap();
    assert_eq!((there(&world).balance, there(&world).line_count), (9, 5));
    assert_eq!((world.booking(id(1)).package_id, world.booking(id(1)).credits), (Some(PACKAGE), 2));
    for line in &lines {
        assert_eq!(CreditEntry::of(&world.rows[&(Entity::CreditEntry, line.id.0)]), Some(line));
    }
    // A file may have a row twice.
    world.run(&ledger([line(6, Correction, 3, None), line(6, Correction, 3, None)])).unwrap();
    assert_eq!((there(&world).balance, there(&world).line_count), (12, 6));
    for again in [ledger(lines.clone()), record(package()), ledger([lines[1].clone()])] {
        assert!(world.run(&again).unwrap().changes.is_empty(), "{again:?}");
    }
}

#[test]
fn a_line_whose_effect_is_here_already_changes_nothing() {
    use CreditKind::{Expiry, Purchase, Refund, Use};
    let mut world = with_package();
    let unchanged = |world: &mut World, row: CreditEntry| {
        let balance = there(world).balance;
        assert!(world.run(&ledger([row])).unwrap().changes.is_empty());
        assert_eq!(there(world).balance, balance);
    };
    unchanged(&mut world, line(2, Purchase, 10, None));
    world.run(&ledger([line(4, Use, -2, Some(1))])).unwrap();
    unchanged(&mut world, line(5, Use, -2, Some(1)));
    unchanged(&mut world, line(6, Refund, 2, Some(1)));
    world.run(&cancel_paid(1)).unwrap();
    assert_eq!(there(&world).balance, 10);
    unchanged(&mut world, line(7, Refund, 2, Some(1)));
    world.run(&ledger([line(8, Expiry, -40, None)])).unwrap();
    assert_eq!(there(&world).balance, 0, "no more is written off than there is");
    unchanged(&mut world, line(9, Expiry, -10, None));
}

#[test]
fn whatever_the_dates_of_its_lines_a_ledger_makes_no_credits() {
    use CreditKind::{Expiry, Purchase, Use};
    let mut world = World::new();
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    world.run(&record(package())).unwrap();
    let lines = [line(1, Use, -2, Some(9)), line(2, Expiry, -8, None), line(3, Purchase, 10, None)];
    world.run(&ledger(lines)).unwrap();
    assert_eq!((there(&world).balance, there(&world).line_count), (0, 3));
}

fn cancel_paid(n: u128) -> Command {
    match cancel(id(n), "rain") {
        Command::Cancel(c) => Command::Cancel(Cancel { package_id: Some(PACKAGE), ..c }),
        other => other,
    }
}

#[test]
fn nothing_is_paid_that_no_line_paid_for_and_what_comes_later_was_paid_all_the_same() {
    use CreditKind::{Refund, Use};
    let mut world = with_package();
    // A booking that says itself that credits paid for it.
    let mut book = book_id(2, "2026-11-20T15:00", "2026-11-20T16:00");
    (book.package_id, book.credits) = (Some(PACKAGE), 50);
    let mut imported = import(book);
    imported.source.id = "2".into();
    world.run(&Command::ImportBooking(imported)).unwrap();
    assert_eq!((world.booking(id(2)).package_id, world.booking(id(2)).credits), (None, 0));
    world.run(&cancel(id(2), "rain")).unwrap();
    assert_eq!(there(&world).balance, 10, "no credits out of nothing");
    // What is not here was paid all the same, once.
    for _ in 0..2 {
        world.run(&ledger([line(3, Use, -2, Some(9))])).unwrap();
        assert_eq!(there(&world).balance, 8);
    }
    // And so was a place that comes to a roster later.
    world.run(&Command::Book(Book { resource_ids: vec![OTHER_COURT], ..class(4, 2, 1) })).unwrap();
    world.run(&ledger([line(25, Use, -1, Some(4))])).unwrap();
    assert_eq!(there(&world).balance, 7);
    let row = Attendance {
        id: AttendanceId::of(id(4), ANNA),
        booking_id: id(4),
        package_id: Some(PACKAGE),
        credits: 7,
        ..place(ANNA, AttendanceStatus::Booked)
    };
    world.run(&record(row.clone())).unwrap();
    let held = |world: &World| match &world.rows[&(Entity::Attendance, row.id.0)] {
        Change::Attendance(place) => (place.package_id, place.credits),
        other => panic!("{other:?}"),
    };
    assert_eq!(held(&world), (None, 0));
    world.run(&ledger([line(25, Use, -1, Some(4))])).unwrap();
    assert_eq!((held(&world), there(&world).balance), ((Some(PACKAGE), 1), 7));
    // Given back here, and had again there: as its own commands would.
    let mut off = leave(4, ANNA, AttendanceStatus::Booked);
    off.package_id = Some(PACKAGE);
    world.run(&Command::CancelAttendance(off)).unwrap();
    assert_eq!(there(&world).balance, 8);
    let becomes = |status, from_status| {
        let record = Box::new(Change::Attendance(Attendance { status, credits: 1, ..row.clone() }));
        Command::ImportRecord(ImportRecord { record, from_status: Some(from_status) })
    };
    world.run(&becomes(AttendanceStatus::Booked, AttendanceStatus::Cancelled)).unwrap();
    assert_eq!((held(&world), there(&world).balance), ((Some(PACKAGE), 1), 7));
    world.run(&becomes(AttendanceStatus::Waitlisted, AttendanceStatus::Booked)).unwrap();
    assert_eq!(there(&world).balance, 8);
    assert!(world.run(&ledger([line(7, Refund, 1, Some(4))])).unwrap().changes.is_empty());
    // Given back too late there, and then not held against her: as it is told, so it costs.
    let told = |late| {
        let status = AttendanceStatus::Cancelled;
        let record = Attendance { status, late, credits: 1, ..row.clone() };
        Box::new(Change::Attendance(record))
    };
    for (late, from, balance) in [
        (true, AttendanceStatus::Waitlisted, 7),
        (false, AttendanceStatus::Cancelled, 8),
        (true, AttendanceStatus::Cancelled, 7),
    ] {
        let record = ImportRecord { record: told(late), from_status: Some(from) };
        world.run(&Command::ImportRecord(record)).unwrap();
        assert_eq!(there(&world).balance, balance);
    }
}

#[test]
fn what_comes_after_its_lines_is_paid_by_them_and_what_never_comes_gives_them_back() {
    use CreditKind::Use;
    let mut world = with_package();
    world.run(&ledger([line(2, Use, -2, Some(2)), line(3, Use, -3, Some(9))])).unwrap();
    let mut book = book_id(2, "2026-11-20T15:00", "2026-11-20T16:00");
    book.package_id = Some(PACKAGE);
    let mut imported = import(book);
    imported.source.id = "2".into();
    world.run(&Command::ImportBooking(imported)).unwrap();
    assert_eq!((world.booking(id(2)).package_id, world.booking(id(2)).credits), (Some(PACKAGE), 2));
    assert_eq!(there(&world).balance, 5);
    let correct = |n: u128, credits: i32, booking: u128| {
        Command::CorrectCredits(CorrectCredits {
            entry_id: CreditEntryId(Uuid::from_u128(7100 + n)),
            package_id: PACKAGE,
            credits,
            reason: "It never came".into(),
            booking_id: Some(id(booking)),
        })
    };
    // No more than was spent for it, once; and taken away again no more than came back.
    for (n, credits, booking, code) in [
        (1, 4, 9, "field_out_of_range"),
        (2, 1, 7, "field_out_of_range"),
        (3, -1, 9, "field_out_of_range"),
        (4, 3, 9, "done"),
        (5, 1, 9, "field_out_of_range"),
        (6, -4, 9, "field_out_of_range"),
        (7, -3, 9, "done"),
    ] {
        assert_eq!(world.code(&correct(n, credits, booking)), code, "{credits} for {booking}");
    }
    assert_eq!(there(&world).balance, 5);
}

#[test]
fn credits_do_not_pay_for_what_was_paid_in_money_or_given_up_and_none_come_back_unspent() {
    use CreditKind::{Purchase, Refund, Use};
    let mut world = with_package();
    let unchanged = |world: &mut World, lines: Vec<CreditEntry>| {
        assert!(world.run(&ledger(lines)).unwrap().changes.is_empty());
        assert_eq!(there(world).balance, 10);
    };
    unchanged(&mut world, vec![line(2, Refund, 2, Some(1))]);
    unchanged(&mut world, vec![line(3, Use, -1, Some(1)), line(4, Refund, 9, Some(1))]);
    unchanged(&mut world, vec![line(5, Purchase, 5, None)]);
    world.run(&Command::TakePayment(pay(2_000, false))).unwrap();
    unchanged(&mut world, vec![line(6, Use, -2, Some(1))]);
    world.run(&cancel(id(1), "rain")).unwrap();
    unchanged(&mut world, vec![line(7, Use, -2, Some(1))]);
}

#[test]
fn no_line_overspends_and_none_is_of_the_wrong_sign() {
    use CreditKind::{Correction, Expiry, Purchase, Refund, Use};
    let mut world = with_package();
    for (kind, credits, booking, code) in [
        (Use, -11, Some(1), "credits_insufficient"),
        (Use, 2, Some(1), "field_out_of_range"),
        (Refund, -2, Some(1), "field_out_of_range"),
        (Purchase, -2, None, "field_out_of_range"),
        (Expiry, 2, None, "field_out_of_range"),
        (Correction, 20_000, None, "field_out_of_range"),
        (Correction, 0, None, "field_invalid"),
    ] {
        let told = ledger([line(2, kind, credits, booking)]);
        assert_eq!(world.code(&told), code, "{kind} {credits}");
    }
    let package_id = PackageId(Uuid::from_u128(99));
    let other = CreditEntry { package_id, ..line(2, Use, -1, Some(1)) };
    assert_eq!(world.code(&ledger([other])), "not_found");
    let lines = vec![line(2, Use, -1, Some(1))];
    let of_ben = ImportLedger { package_id: PACKAGE, customer_id: BEN, lines };
    assert_eq!(world.code(&Command::ImportLedger(of_ben)), "field_invalid");
    assert_eq!(there(&world).balance, 10);
}

#[test]
fn a_place_comes_over_as_it_was_and_never_above_what_there_is() {
    use AttendanceStatus::{Booked, Cancelled, Present, Waitlisted};
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    assert_eq!(world.code(&record(place(ANNA, Present))), "not_found");
    world.run(&Command::Book(class(1, 1, 0))).unwrap();
    world.run(&record(place(ANNA, Present))).unwrap();
    assert_eq!(world.booking(id(1)).places_taken, 1);
    assert_eq!(world.code(&record(place(BEN, Booked))), "places_taken");
    world.run(&record(place(BEN, Waitlisted))).unwrap();
    assert!(world.run(&record(place(BEN, Waitlisted))).unwrap().changes.is_empty());
    assert_eq!(world.booking(id(1)).places_taken, 1);

    let becomes = |row: Attendance, from| {
        let record = Box::new(Change::Attendance(row));
        Command::ImportRecord(ImportRecord { record, from_status: Some(from) })
    };
    let off = becomes(place(ANNA, Cancelled), Booked);
    assert_eq!(world.code(&off), "changed_elsewhere");
    assert_eq!(world.code(&becomes(place(ANNA, Cancelled), Present)), "done");
    assert_eq!(world.booking(id(1)).places_taken, 0);
    assert_eq!(world.code(&becomes(place(BEN, Booked), Waitlisted)), "done");
    assert_eq!(world.booking(id(1)).places_taken, 1);
    world.run(&cancel(id(1), "storm")).unwrap();
    let back = becomes(place(BEN, Booked), Cancelled);
    assert_eq!(world.code(&back), "status_not_allowed", "it does not take place");
    let stranger = Attendance { id: AttendanceId::of(id(2), BEN), ..place(BEN, Booked) };
    assert_eq!(world.code(&record(stranger)), "field_invalid");
}

#[test]
fn money_comes_over_on_its_day_and_no_more_goes_back_than_came() {
    let mut world = World::new();
    world.run(&with(|_| {})).unwrap();
    world.run(&record(payment(1000, false))).unwrap();
    let Change::Payment(taken) = &world.rows[&(Entity::Payment, payment(1000, false).id.0)] else {
        panic!("no payment")
    };
    assert_eq!(taken, &payment(1000, false));
    assert!(world.run(&record(payment(1000, false))).unwrap().changes.is_empty());
    assert_eq!(world.code(&record(payment(1001, true))), "refund_exceeds_paid");
    assert_eq!(world.code(&record(payment(999, true))), "done");
    let tomorrow = Payment { taken_at: now().plus_ms(2 * DAY_MS), ..payment(7, false) };
    assert_eq!(world.code(&record(tomorrow)), "field_invalid");
    let by = StaffId(Uuid::from_u128(99));
    assert_eq!(world.code(&record(Payment { taken_by: by, ..payment(7, false) })), "not_found");
}

#[test]
fn only_who_may_put_balances_right_takes_over_what_happened() {
    for (role, code) in [
        (Role::Manager, "done"),
        (Role::FrontDesk, "role_not_allowed"),
        (Role::Instructor, "role_not_allowed"),
    ] {
        let mut world = World::new();
        world.run(&with(|_| {})).unwrap();
        let staff = Staff::new(ACTOR, "Olga", role);
        world.rows.insert((Entity::Staff, ACTOR.0), Change::Staff(staff));
        assert_eq!(world.code(&record(payment(1000, false))), code, "{role}");
    }
    let mut world = World::new();
    let customer = Customer::new(BEN, "Ben");
    assert_eq!(world.code(&record(customer)), "field_invalid", "a customer is entered");
    let line = line(1, CreditKind::Purchase, 10, None);
    assert_eq!(world.code(&record(line)), "field_invalid", "a line comes with its ledger");
    let venue_id = VenueId(Uuid::from_u128(99));
    let dates = series(book_id(1, "2026-11-20T13:00", "2026-11-20T14:00"), 3);
    let series = Series {
        id: SERIES,
        venue_id: VENUE,
        rrule: dates.rrule,
        local_start: dates.local_start,
        title: "Yoga".into(),
        made_by: ACTOR,
        made_at: now(),
        skipped: Vec::new(),
    };
    assert_eq!(world.code(&record(Series { venue_id, ..series.clone() })), "not_found");
    assert_eq!(world.code(&record(series.clone())), "done");
    assert!(world.run(&record(series)).unwrap().changes.is_empty());
}

#[test]
fn a_booking_comes_over_with_when_and_by_whom_it_was_made_and_called_off() {
    let mut world = World::new();
    let ago = |days: i64| now().plus_ms(-days * DAY_MS);
    let mut called_off = import(book_id(1, "2026-11-20T13:00", "2026-11-20T14:00"));
    called_off.status = BookingStatus::Cancelled;
    called_off.past = command::Past {
        made_at: Some(ago(9)),
        made_by: Some(ACTOR),
        confirmed_at: Some(ago(8)),
        ended: Some(command::Ended {
            at: ago(1),
            by: None,
            reason: "Ill".into(),
            initiator: Initiator::Customer,
            late: true,
        }),
        released_at: None,
        moved_late: true,
    };
    let mut tomorrow = called_off.clone();
    tomorrow.past.made_at = Some(ago(-3));
    assert_eq!(world.code(&Command::ImportBooking(tomorrow)), "field_invalid");
    world.run(&Command::ImportBooking(called_off)).unwrap();
    let there = world.booking(id(1));
    assert_eq!((there.made_at, there.confirmed_at), (ago(9), Some(ago(8))));
    let cancellation = there.cancellation.clone().unwrap();
    assert_eq!((cancellation.cancelled_at, cancellation.cancelled_by), (ago(1), ACTOR));
    assert_eq!(cancellation.initiator, Initiator::Customer);
    assert!(cancellation.late && there.moved_late);
}

#[test]
fn what_was_called_off_elsewhere_is_judged_as_it_was_there() {
    let mut world = with_package();
    let mut book = book_id(2, "2026-11-20T15:00", "2026-11-20T16:00");
    book.free_cancel_minutes = Some(24 * 60);
    let mut imported = import(book);
    imported.source.id = "2".into();
    world.run(&Command::ImportBooking(imported)).unwrap();
    world.run(&ledger([line(2, CreditKind::Use, -2, Some(2))])).unwrap();
    assert_eq!(there(&world).balance, 8);
    let at = now().plus_ms(-3 * DAY_MS);
    let cancel = |cancelled_at| {
        Command::Cancel(Cancel {
            booking_id: id(2),
            from_status: BookingStatus::Confirmed,
            reason: "Ill".into(),
            initiator: Initiator::Customer,
            late: false,
            waive_reason: String::new(),
            package_id: Some(PACKAGE),
            cancelled_at,
        })
    };
    // It begins today: called off now, it is too late.
    assert_eq!(world.code(&cancel(None)), "terms_changed");
    let changes = world.run(&cancel(Some(at))).unwrap().changes;
    assert_eq!(there(&world).balance, 10);
    let entered = changes.iter().filter_map(Row::of);
    let dates: Vec<_> = entered.map(|line: &CreditEntry| line.entered_at).collect();
    assert_eq!(dates, [at]);
    // Judged otherwise there, after all: so it costs, or does not.
    let judged = |late, cancelled_at| match cancel(cancelled_at) {
        Command::Cancel(c) => {
            Command::Cancel(Cancel { from_status: BookingStatus::Cancelled, late, ..c })
        }
        other => other,
    };
    for (late, balance) in [(false, 10), (true, 8), (true, 8), (false, 10)] {
        assert_eq!(world.code(&judged(late, Some(at))), "done");
        let late_here = world.booking(id(2)).cancellation.as_ref().unwrap().late;
        assert_eq!((there(&world).balance, late_here), (balance, late));
    }
    assert_eq!(world.code(&judged(true, None)), "status_not_allowed");
}

#[test]
fn a_ledger_that_paid_at_another_venue_too_comes_over_and_leaves_that_ones_bookings_alone() {
    let mut world = with_package();
    let south = VenueId(Uuid::from_u128(51));
    world.desk_venues = Some([south].into());
    let elsewhere = line(2, CreditKind::Use, -1, Some(1));
    let lines =
        [line(1, CreditKind::Purchase, 10, None), elsewhere, line(3, CreditKind::Use, -2, Some(2))];
    let decision = world.run(&ledger(lines)).unwrap();
    assert_eq!(there(&world).balance, 7);
    let writes_booking = |change: &Change| matches!(change, Change::Booking(_));
    assert!(!decision.changes.iter().any(writes_booking), "{decision:?}");
}

#[test]
fn who_is_in_the_exports_of_two_venues_comes_over_once() {
    let mut world = World::new();
    let from = |name: &str, id: &str| {
        let source = Some(Source { name: name.into(), id: id.into() });
        Command::AddCustomer(AddCustomer { source, ..add_customer(BEN) })
    };
    world.run(&from("holdfast north", "7")).unwrap();
    assert_eq!(world.code(&from("holdfast south", "7")), "done");
    assert_eq!(world.code(&from("holdfast south", "8")), "already_exists");
    assert_eq!(world.code(&from("old", "7")), "already_exists");
}
