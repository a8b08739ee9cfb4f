//! What erasing takes out of rows that are kept, column by column.

use super::asks::*;
use super::records::{line, payment, place};
use super::*;
use crate::change::Row;
use crate::command::{ChangeSeries, EditBooking, SeriesChange, TakePayment, Withdraw};
use crate::decide::privacy::without_words;
use crate::id::OperationId;
use crate::rows::{Cancellation, CreditKind, Rejection};
use crate::table::{Kind, Table};

/// A row of each sort that holds words about a customer.
fn rows() -> [Change; 4] {
    let mut book = book_id(1, "2026-11-20T13:00", "2026-11-20T14:00");
    book.text.title = "Training".into();
    let mut world = World::new();
    world.run(&Command::ImportBooking(import(book))).unwrap();
    let (at, by, reason) = (now(), ACTOR, "ill".to_owned());
    let booking = Booking {
        cancellation: Some(Cancellation {
            cancelled_at: at,
            cancelled_by: by,
            reason: reason.clone(),
            initiator: Initiator::Staff,
            late: false,
        }),
        rejection: Some(Rejection { rejected_at: at, rejected_by: by, reason }),
        ..world.booking(BookingId(Uuid::from_u128(1001))).clone()
    };
    let place = place(ANNA, AttendanceStatus::Booked);
    let line = line(1, CreditKind::Correction, 1, None);
    [
        booking.into_change(),
        payment(100, false).into_change(),
        place.into_change(),
        line.into_change(),
    ]
}

#[test]
fn a_booking_that_was_kept_for_long_enough_says_nothing_any_more() {
    let mut world = World::new();
    let usual = book_id(1, "2026-11-20T13:00", "2026-11-20T14:00");
    let price = Some(pay(2_000, false).amount);
    world.run(&Command::Book(Book { price, ..usual })).unwrap();
    world
        .run(&Command::TakePayment(TakePayment { note: "hers".into(), ..pay(500, false) }))
        .unwrap();
    let edit = EditBooking { booking_id: id(1), erased: true, ..EditBooking::default() };
    let erase = Command::EditBooking(edit);
    assert_eq!(world.code(&erase), "status_not_allowed", "it stands");
    world.run(&cancel(id(1), "she is ill")).unwrap();
    let mut at_the_desk = world.clone();
    let desk = Staff::new(ACTOR, "Olga", Role::FrontDesk);
    at_the_desk.rows.insert((Entity::Staff, ACTOR.0), Change::Staff(desk));
    assert_eq!(at_the_desk.code(&erase), "role_not_allowed");
    let Command::EditBooking(edit) = erase.clone() else { panic!("no edit") };
    let dates = series(book_id(9, "2026-11-20T16:00", "2026-11-20T17:00"), 2);
    world.run(&Command::BookSeries(dates)).unwrap();
    let changes = vec![SeriesChange::EditBooking(edit)];
    let within_series = Command::ChangeSeries(ChangeSeries { series_id: SERIES, changes });
    let operation_id = OperationId(Uuid::from_u128(1));
    let undo = Box::new(erase.clone());
    let withdraw = Command::Withdraw(Withdraw { operation_id, undo, seen: Vec::new() });
    for within in [within_series, withdraw] {
        assert_eq!(world.code(&within), "field_invalid", "it is no part of anything else");
    }
    assert_eq!(undo::inverse(&erase, Uuid::nil()), None);
    world.run(&erase).unwrap();
    let booking = world.booking(id(1));
    assert_eq!((booking.customer_id, &*booking.title), (None, ""));
    assert_eq!(booking.cancellation.as_ref().unwrap().reason, "(erased)");
    let notes: Vec<&str> =
        world.rows.values().filter_map(|row| Payment::of(row).map(|it| it.note.as_str())).collect();
    assert_eq!(notes, [""]);
    assert_eq!(world.run(&erase).unwrap().changes, [], "once");
}

#[test]
fn what_a_gift_found_is_forgotten_and_what_another_edit_found_is_not() {
    let mut world = World::new();
    let mut book = book_id(1, "2026-11-20T13:00", "2026-11-20T14:00");
    (book.customer_id, book.text.title) = (Some(ANNA), "Anna's".into());
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    world.run(&Command::Book(book)).unwrap();
    let title = Some(Patch { from: String::new(), to: "Cup".to_owned() });
    let edit = EditBooking { booking_id: id(1), title, forgotten: true, ..EditBooking::default() };
    let gift = |from| EditBooking {
        customer_id: Some(Patch { from: Some(from), to: Some(BEN) }),
        ..edit.clone()
    };
    assert_eq!(world.code(&Command::EditBooking(edit.clone())), "changed_elsewhere");
    let remembers = EditBooking { forgotten: false, ..gift(ANNA) };
    assert_eq!(world.code(&Command::EditBooking(remembers)), "changed_elsewhere");
    assert_eq!(world.code(&Command::EditBooking(gift(BEN))), "changed_elsewhere", "not hers");
    world.run(&Command::EditBooking(gift(ANNA))).unwrap();
    let given = world.booking(id(1));
    assert_eq!((given.customer_id, &*given.title), (Some(BEN), "Cup"));
}

#[test]
fn erasing_takes_out_the_columns_that_hold_words_and_no_others() {
    const SAID: &str = "something about Anna";
    let mut held = 0;
    for row in rows() {
        let table = Table::of(row.entity());
        for (n, column) in table.columns.iter().enumerate() {
            let mut values = table.flatten(row.to_row().unwrap());
            if column.kind != Kind::Text {
                continue;
            }
            values[n] = SAID.into();
            // A word of ours, a currency: nobody can say anything there.
            let Ok(row) = Change::from_row(row.entity(), table.nest(values)) else { continue };
            let erased = without_words(&row).unwrap_or(row);
            let stays = serde_json::to_string(&erased).unwrap().contains(SAID);
            let holds_words = table.words().any(|it| it.name == column.name);
            let not_about_them = column.name == "service_name";
            assert_eq!(stays, !holds_words, "{}.{}", table.name, column.name);
            assert!(holds_words || not_about_them, "{}.{} is neither", table.name, column.name);
            held += usize::from(holds_words);
        }
    }
    assert_eq!(held, 13);
}
