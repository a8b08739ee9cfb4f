//! What erasing takes out of rows that are kept, column by column.

use super::records::{line, payment, place};
use super::*;
use crate::change::Row;
use crate::decide::privacy::without_words;
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
