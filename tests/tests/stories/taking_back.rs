//! Taking back what somebody else has gone on from, unseen; and a device that says it takes something
//! back, and does something else.

use crate::club::{assert_converged, book, inbox, on_day, two_desks};
use crate::device::{Device, resource_id};
use holdfast_domain::command::{EditBooking, Reschedule, Withdraw};
use holdfast_domain::{Command, Patch};
use holdfast_protocol::Outcome;

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_nothing_back_has_no_favours() {
    let (database, hq, a, _b) = two_desks("taking_back");
    a.ok(&["venue", "edit", "Riverside", "--free-cancel-hours", "200"]);
    a.ok(&["sync"]);
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let mut book = device.book(court, 3, 600, 60);
    book.free_cancel_minutes = Some(200 * 60);
    let (booking_id, stay, venue_id) = (book.booking_id, book.stay, book.venue_id);
    let edit = |from: &str, to: &str| {
        Command::EditBooking(EditBooking {
            booking_id,
            title: Some(Patch { from: from.into(), to: to.into() }),
            ..EditBooking::default()
        })
    };
    let moved = |from, to| Reschedule {
        booking_id,
        venue_id,
        stay: Patch { from, to },
        resource_ids: Patch { from: vec![court], to: vec![court] },
        claimed_ids: Vec::new(),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        outside_hours_reason_before: String::new(),
        outside_hours_reason: String::new(),
        package_id: None,
    };
    let later = device.book(court, 30, 600, 60).stay;
    let booked = device.operation(&Command::Book(book));
    let titled = device.operation(&edit("", "Match"));
    // It is too late to put it off for nothing, whatever it is called.
    let undo = Box::new(Command::Reschedule(moved(stay, later)));
    let put_off = Withdraw { operation_id: titled.id, undo, seen: Vec::new() };
    let put_off = device.operation(&Command::Withdraw(put_off));
    let reply = device.push(vec![booked, titled, put_off]).await.unwrap();
    for verdict in &reply.verdicts {
        assert!(matches!(verdict.outcome, Outcome::Accepted { .. }), "{verdict:?}");
    }
    assert_eq!(database.run("select moved_late from bookings"), "t");

    // What was moved by mistake goes back as it was.
    let mut other = device.book(court, 4, 600, 60);
    other.free_cancel_minutes = Some(200 * 60);
    let (other_id, there) = (other.booking_id, other.stay);
    let earlier = device.book(court, 4, 480, 60).stay;
    let mistake = Reschedule { booking_id: other_id, ..moved(there, earlier) };
    let booked = device.operation(&Command::Book(other));
    let other_book = booked.id;
    let mistaken = device.operation(&Command::Reschedule(mistake));
    let undo = Reschedule { booking_id: other_id, ..moved(earlier, there) };
    let undo = Box::new(Command::Reschedule(undo));
    let undo = Withdraw { operation_id: mistaken.id, undo, seen: Vec::new() };
    let undo = device.operation(&Command::Withdraw(undo));
    let reply = device.push(vec![booked, mistaken, undo]).await.unwrap();
    assert!(reply.verdicts.iter().all(|it| matches!(it.outcome, Outcome::Accepted { .. })));
    let late = format!("select moved_late from bookings where id = '{other_id}'");
    assert_eq!(database.run(&late), "f");

    // Nor does it help to say so twice.
    let operation_id = other_book;
    let undo = Box::new(edit("Match", "Cup"));
    let inner = Command::Withdraw(Withdraw { operation_id, undo, seen: Vec::new() });
    let twice =
        Command::Withdraw(Withdraw { operation_id, undo: Box::new(inner), seen: Vec::new() });
    let twice = device.operation(&twice);
    let reply = device.push(vec![twice]).await.unwrap();
    let Outcome::Refused { refusal, .. } = &reply.verdicts[0].outcome else {
        panic!("{reply:?}");
    };
    assert_eq!(refusal.code, "field_invalid");
}

#[test]
fn what_another_desk_has_gone_on_from_meanwhile_is_not_taken_back() {
    let (database, _hq, a, b) = two_desks("taking_back_unseen");
    let gone_on = |entered: &str, with: &[&str]| {
        a.ok(&["sync"]);
        b.ok(&["sync"]);
        b.ok(with);
        b.ok(&["sync"]);
        a.ok(&["undo"]);
        a.ok(&["sync"]);
        b.ok(&["sync"]);
        assert_eq!(b.ok(&["show", entered])["status"], "confirmed", "{with:?}");
        let there = inbox(&a);
        assert_eq!(there[0]["refusal"]["code"], "changed_elsewhere", "{with:?}: {there:#?}");
        a.ok(&["inbox", "settle", there[0]["operation_id"].as_str().unwrap()]);
    };
    let titled = book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    gone_on(&titled, &["edit", &titled, "--title", "Cup"]);
    let given = book(&a, "Court 1", &on_day(6, "10:00"), "Tracy Smith");
    gone_on(&given, &["edit", &given, "--customer", "Tim Rownam"]);
    let again = book(&a, "Court 1", &on_day(7, "10:00"), "Tracy Smith");
    a.ok(&["cancel", &again, "--reason", "rain"]);
    a.ok(&["reopen", &again]);
    gone_on(&again, &["booking", "pay", &again, "--amount", "5"]);
    assert_converged(&database, &[&a, &b]);
}
