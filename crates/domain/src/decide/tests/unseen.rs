//! What was decided at one desk while another one went on: what a person was told stands, and what they
//! could not know is said.

use super::asks::*;
use super::*;
use crate::command::{
    BookSeries, EraseCustomer, MergeCustomers, SeenBooking, TakePayment, Withdraw,
};
use crate::id::OperationId;
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
    let mut made = made;
    made.template.text.title = "Lessons of Anna".into();
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
    assert_eq!(row.title, "", "nobody would find it there who is asked to forget her");
}

impl World {
    /// What takes the bookings that `undo` calls off back, as they are seen now.
    fn taken_back(&self, undo: Command) -> Command {
        let seen = |id: BookingId| {
            let roster = self.related(&Related::Roster(id));
            let payments = self.related(&Related::Payments(id));
            let payments = payments.iter().filter_map(Payment::of);
            SeenBooking::of(self.booking(id), roster.iter().filter_map(Attendance::of), payments)
        };
        let seen = match &undo {
            Command::Cancel(c) => vec![seen(c.booking_id)],
            Command::ChangeSeries(c) => c.changes.iter().map(|it| seen(it.booking_id())).collect(),
            _ => Vec::new(),
        };
        let operation_id = OperationId(Uuid::from_u128(1));
        Command::Withdraw(Withdraw { operation_id, undo: Box::new(undo), seen })
    }
}

#[test]
fn what_somebody_else_has_changed_since_it_was_seen_is_not_taken_back() {
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    world.run(&Command::Book(usual())).unwrap();
    let undo = world.taken_back(cancel(id(1), "Undone"));
    assert_eq!(world.clone().code(&undo), "done", "nobody has touched it");
    let edit = |edit: EditBooking| Command::EditBooking(EditBooking { booking_id: id(1), ..edit });
    let title = Some(Patch { from: usual().text.title, to: "Cup".into() });
    let customer_id = Some(Patch { from: usual().customer_id, to: Some(BEN) });
    for (gone_on, field) in [
        (edit(EditBooking { title, ..EditBooking::default() }), "title"),
        (edit(EditBooking { customer_id, ..EditBooking::default() }), "customer_id"),
        (
            Command::Reschedule(reschedule(
                &world,
                id(1),
                "2026-11-20T16:00",
                "2026-11-20T17:00",
                COURT,
            )),
            "stay",
        ),
        (Command::TakePayment(pay(2_000, false)), "payments"),
    ] {
        let mut meanwhile = world.clone();
        meanwhile.run(&gone_on).unwrap();
        let refusal = meanwhile.run(&undo).unwrap_err();
        assert_eq!(refusal.code(), "changed_elsewhere", "{refusal:?}");
        assert_eq!(refusal.notice().details["field"], field);
        if field != "payments" {
            meanwhile.run(&cancel(id(1), "rain")).unwrap();
            let refusal = meanwhile.run(&undo).unwrap_err();
            assert_eq!(refusal.notice().details["field"], "status", "it is called off already");
        }
    }
}

#[test]
fn one_date_of_a_series_that_somebody_has_moved_keeps_all_of_it() {
    let mut world = World::new();
    let dates = series(usual(), 3);
    world.run(&Command::BookSeries(dates.clone())).unwrap();
    let second = BookingId::of_series(SERIES, dates.stays[1].local_start);
    let undo = undo::inverse(&Command::BookSeries(dates), Uuid::nil()).unwrap();
    let undo = world.taken_back(undo);
    assert_eq!(world.clone().code(&undo), "done");
    let moved = reschedule(&world, second, "2026-11-21T16:00", "2026-11-21T17:00", COURT);
    world.run(&Command::Reschedule(moved)).unwrap();
    assert_eq!(world.code(&undo), "changed_elsewhere");
}

#[test]
fn what_was_taken_up_again_and_paid_elsewhere_since_stays() {
    let mut world = World::new();
    world.run(&Command::Book(Book { price: Some(pay(2_000, false).amount), ..usual() })).unwrap();
    world.run(&Command::TakePayment(pay(500, false))).unwrap();
    world.run(&cancel(id(1), "rain")).unwrap();
    let again = set_status(&world, 1, BookingStatus::Confirmed);
    world.run(&Command::SetStatus(again)).unwrap();
    let undo = world.taken_back(cancel(id(1), "Undone"));
    assert_eq!(world.clone().code(&undo), "done", "it was paid before");
    let payment_id = PaymentId(Uuid::from_u128(88));
    let more = TakePayment { payment_id, ..pay(1_500, false) };
    world.run(&Command::TakePayment(more)).unwrap();
    assert_eq!(world.code(&undo), "changed_elsewhere");
}

#[test]
fn somebody_who_was_entered_stays_once_anybody_has_booked_for_them() {
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    let undo = world.taken_back(delete(Entity::Customer, BEN.0));
    world.run(&Command::Book(Book { customer_id: Some(BEN), ..usual() })).unwrap();
    assert_eq!(world.clone().code(&undo), "changed_elsewhere");
    world.run(&cancel(id(1), "rain")).unwrap();
    assert_eq!(world.code(&undo), "done", "nothing stands any more");
}

#[test]
fn who_is_not_the_same_person_any_more_is_not_erased_along_with_them() {
    let mut world = World::new();
    let cleo = CustomerId(Uuid::from_u128(91));
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    world.run(&Command::AddCustomer(add_customer(cleo))).unwrap();
    let merge = |customer_id, from, to| {
        Command::MergeCustomers(MergeCustomers { customer_id, merged_into: Patch { from, to } })
    };
    world.run(&merge(BEN, None, Some(cleo))).unwrap();
    world.run(&merge(cleo, None, Some(ANNA))).unwrap();
    let erase = EraseCustomer::new(BEN, "asked".into());
    let erase = Command::EraseCustomer(EraseCustomer { along_with: Some(ANNA), ..erase });
    assert_eq!(world.clone().code(&erase), "done", "Ben is Cleo, who is Anna");
    world.run(&merge(cleo, Some(ANNA), None)).unwrap();
    let refusal = world.run(&erase).unwrap_err();
    assert_eq!(refusal.code(), "changed_elsewhere");
    assert_eq!(refusal.notice().details["field"], "merged_into");
    let asked = EraseCustomer::new(BEN, "asked".into());
    assert_eq!(world.code(&Command::EraseCustomer(asked)), "done", "they asked themselves");
}

#[test]
fn who_came_back_meanwhile_is_not_erased_for_having_been_quiet() {
    let mut world = World::new();
    let erase = EraseCustomer::new(ANNA, "kept for long enough".into());
    let erase = EraseCustomer { quiet_since: Some(now()), ..erase };
    let erase = Command::EraseCustomer(erase);
    assert_eq!(world.clone().code(&erase), "done");
    world.run(&Command::Book(Book { customer_id: Some(ANNA), ..usual() })).unwrap();
    assert_eq!(world.code(&erase), "changed_elsewhere");
    let asked = EraseCustomer::new(ANNA, "asked".into());
    assert_eq!(world.code(&Command::EraseCustomer(asked)), "done");
}

#[test]
fn who_imports_it_otherwise_than_it_is_here_is_told_where_that_was_chosen() {
    let mut world = World::new();
    let import = |from, to| {
        Command::ImportBooking(ImportBooking { chosen: true, ..import(book_id(1, from, to)) })
    };
    world.run(&import("2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    assert_eq!(world.code(&import("2026-11-20T13:00", "2026-11-20T14:00")), "done");
    let elsewhere = import("2026-11-20T15:00", "2026-11-20T16:00");
    assert_eq!(world.code(&elsewhere), "changed_elsewhere");
    let mut titled = import("2026-11-20T13:00", "2026-11-20T14:00");
    if let Command::ImportBooking(it) = &mut titled {
        it.book.text.title = "Lesson".into();
    }
    let refusal = world.run(&titled).unwrap_err();
    assert_eq!(refusal.notice().details["field"], "title");
    let Command::ImportBooking(as_told) = elsewhere else { panic!("no import") };
    let as_told = Command::ImportBooking(ImportBooking { chosen: false, ..as_told });
    assert_eq!(world.code(&as_told), "done", "a file gives way to what became of it");
    world.run(&cancel(id(1), "rain")).unwrap();
    let again = import("2026-11-20T13:00", "2026-11-20T14:00");
    assert_eq!(world.code(&again), "changed_elsewhere", "it was called off there");

    let source = Some(Source { name: "old".into(), id: "7".into() });
    let ben = |phone: &str, chosen| {
        let (phone, source) = (phone.into(), source.clone());
        Command::AddCustomer(AddCustomer { phone, source, chosen, ..add_customer(BEN) })
    };
    world.run(&ben("555-1", true)).unwrap();
    assert_eq!(world.clone().code(&ben("555-1", true)), "done");
    assert_eq!(world.clone().code(&ben("555-2", false)), "done");
    let refusal = world.run(&ben("555-2", true)).unwrap_err();
    assert_eq!(refusal.code(), "changed_elsewhere");
    assert_eq!(refusal.notice().details["wanted"], "555-2");
}
