//! Rules as tables; `laws` as properties; every refusal in `refusals`.

mod asks;
mod called_off;
mod edges;
mod erasure;
mod laws;
mod laws_claims;
mod laws_free;
mod laws_rosters;
mod loopholes;
mod records;
mod refusals;
mod turns;
mod unseen;
mod world;

use super::*;
use crate::command::{
    AddCustomer, AddResource, AddStaff, Book, BookingText, Cancel, EditBooking, EditCustomer,
    EditResource, EditStaff, EditVenue, ImportBooking, OpenVenue, Patch, Reschedule,
};
use crate::facts::{Needs, Related, TimeRules, claims_since};
use crate::*;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;
use world::*;

#[test]
fn what_is_wrong_with_a_time_is_said_by_name() {
    for (from, to, code, field) in [
        ("2026-11-20T14:00", "2026-11-20T13:00", "end_before_start", "end"),
        ("2026-11-20T14:00", "2026-11-20T14:00", "zero_length", "end"),
        ("2026-11-20T14:05", "2026-11-20T15:00", "off_grid", "start"),
        ("2026-11-20T14:00", "2026-11-20T15:10", "off_grid", "end"),
        ("2026-11-20T14:00", "2026-11-21T14:15", "too_long", "end"),
        ("2026-11-19T23:00", "2026-11-20T01:00", "before_today", "start"),
        ("1899-11-19T23:00", "1899-11-20T01:00", "field_invalid", "start"),
    ] {
        let refusal = World::new().run(&book(1, from, to)).unwrap_err();
        assert_eq!(refusal.code(), code, "{from} to {to}");
        assert_eq!(refusal.notice().details["field"], field, "{from} to {to}");
    }
    for (from, to) in [
        ("2026-11-20T00:00", "2026-11-20T01:00"),
        ("2026-11-20T14:00", "2026-11-21T14:00"),
        ("2026-11-20T23:00", "2026-11-21T01:00"),
    ] {
        assert_eq!(World::new().code(&book(1, from, to)), "done", "{from} to {to}");
    }
}

#[test]
fn nights_when_the_clocks_change_are_booked_by_instant() {
    for (from, to, hours) in [
        ("2027-03-28T01:00", "2027-03-28T04:00", 2),
        ("2026-10-25T01:00", "2026-10-25T04:00", 4),
        ("2027-03-28T02:00", "2027-03-28T04:00", 1),
    ] {
        let mut world = World::new();
        let command = Command::ImportBooking(import(book_id(1, from, to)));
        assert_eq!(world.code(&command), "done", "{from}");
        let stay = world.booking(BookingId(Uuid::from_u128(1001))).stay;
        assert_eq!(stay.interval().unwrap().duration_ms(), hours * 3_600_000, "{from}");
    }
}

#[test]
fn what_is_wrong_with_a_field_is_said_by_name() {
    let cases: Vec<(Command, &str, &str)> = vec![
        (with(|b| b.text.title = "x".repeat(256)), "field_too_long", "title"),
        (with(|b| b.text.description = "x".repeat(4001)), "field_too_long", "description"),
        (with(|b| b.text.customer_note = "\0".into()), "field_invalid", "customer_note"),
        (with(|b| b.text.staff_note = "\u{7}".into()), "field_invalid", "staff_note"),
        (with(|b| b.text.attendee_count = 0), "field_out_of_range", "attendee_count"),
        (with(|b| b.text.attendee_count = 1001), "field_out_of_range", "attendee_count"),
        (with(|b| b.text.meeting_url = "ftp://x".into()), "field_invalid", "meeting_url"),
        (with(|b| b.resource_ids.clear()), "field_required", "resource_ids"),
        (
            with(|b| b.resource_ids = (0..51).map(|n| ResourceId(Uuid::from_u128(n))).collect()),
            "field_out_of_range",
            "resource_ids",
        ),
        (
            Command::OpenVenue(OpenVenue {
                venue_id: VenueId(Uuid::from_u128(77)),
                name: " ".into(),
                timezone: zone(),
                currency: Currency::parse("EUR").unwrap(),
                slot_minutes: 15,
            }),
            "field_required",
            "name",
        ),
        (
            Command::EditVenue(EditVenue {
                venue_id: VENUE,
                name: None,
                currency: None,
                slot_minutes: Some(Patch { from: 15, to: 35 }),
                ..EditVenue::default()
            }),
            "field_invalid",
            "slot_minutes",
        ),
        (
            Command::AddCustomer(AddCustomer {
                customer_id: CustomerId(Uuid::from_u128(78)),
                name: "Ben".into(),
                email: "not an address".into(),
                phone: String::new(),
                address: String::new(),
                note: String::new(),
                source: None,
                about: Default::default(),
                chosen: false,
            }),
            "field_invalid",
            "email",
        ),
        (cancel(BookingId(Uuid::from_u128(1001)), ""), "field_required", "reason"),
    ];
    for (command, code, field) in cases {
        let refusal = World::new().run(&command).unwrap_err();
        assert_eq!(refusal.code(), code, "{command:?}");
        assert_eq!(refusal.notice().details["field"], field, "{command:?}");
    }
}

#[test]
fn what_does_not_exist_is_not_found() {
    let nobody = Uuid::from_u128(99);
    for (command, entity) in [
        (with(|b| b.venue_id = VenueId(nobody)), "venue"),
        (with(|b| b.resource_ids = vec![ResourceId(nobody)]), "resource"),
        (with(|b| b.customer_id = Some(CustomerId(nobody))), "customer"),
        (cancel(BookingId(nobody), "ill"), "booking"),
        (
            Command::EditStaff(EditStaff {
                staff_id: StaffId(nobody),
                name: None,
                role: None,
                active: None,
                ..EditStaff::default()
            }),
            "staff",
        ),
    ] {
        let notice = World::new().run(&command).unwrap_err().notice();
        assert_eq!(
            (notice.code.as_str(), &notice.details["entity"]),
            ("not_found", &entity.into())
        );
    }
}

#[test]
fn two_bookings_of_one_court_at_one_time_do_not_both_stand() {
    let mut world = World::new();
    assert_eq!(world.code(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")), "done");
    let refusal = world.run(&book(2, "2026-11-20T13:30", "2026-11-20T14:30")).unwrap_err();
    let notice = refusal.notice();
    assert_eq!(notice.code, "slot_taken");
    assert_eq!(notice.details["period"], "13:00 to 14:00");
    assert_eq!(
        world.code(&book(3, "2026-11-20T14:00", "2026-11-20T15:00")),
        "done",
        "back to back"
    );
    assert_eq!(
        world.code(&book(4, "2026-11-20T12:00", "2026-11-20T13:00")),
        "done",
        "back to back"
    );
}

#[test]
fn a_booking_of_several_resources_is_all_or_nothing() {
    let mut world = World::new();
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    let mut both = book_id(2, "2026-11-20T13:00", "2026-11-20T14:00");
    both.resource_ids = vec![OTHER_COURT, COURT];
    assert_eq!(world.code(&Command::Book(both.clone())), "slot_taken");
    both.stay = book_id(2, "2026-11-20T15:00", "2026-11-20T16:00").stay;
    let decision = world.run(&Command::Book(both)).unwrap();
    let claims = decision.changes.iter().filter(|change| change.entity() == Entity::Claim);
    assert_eq!(claims.count(), 2);
}

#[test]
fn cancelling_frees_the_slot_and_keeps_who_when_and_why_together() {
    let mut world = World::new();
    let id = BookingId(Uuid::from_u128(1001));
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    world.run(&cancel(id, "ill")).unwrap();
    let booking = world.booking(id);
    assert_eq!(booking.status, BookingStatus::Cancelled);
    let cancellation = booking.cancellation.clone().unwrap();
    assert_eq!(
        (cancellation.cancelled_at, cancellation.cancelled_by, cancellation.reason.as_str()),
        (now(), ACTOR, "ill")
    );
    assert_eq!(world.code(&book(2, "2026-11-20T13:00", "2026-11-20T14:00")), "done");
    assert_eq!(world.code(&cancel(id, "again")), "changed_elsewhere");
    let again = Command::Cancel(Cancel {
        booking_id: id,
        from_status: BookingStatus::Cancelled,
        reason: "again".into(),
        initiator: Default::default(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
        cancelled_at: None,
    });
    assert_eq!(world.code(&again), "status_not_allowed");
}

#[test]
fn a_booking_moves_within_its_own_time_and_to_another_court() {
    let mut world = World::new();
    let id = BookingId(Uuid::from_u128(1001));
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    world.run(&book(2, "2026-11-20T15:00", "2026-11-20T16:00")).unwrap();
    let overlapping_itself = reschedule(&world, id, "2026-11-20T13:30", "2026-11-20T14:30", COURT);
    assert_eq!(world.code(&Command::Reschedule(overlapping_itself)), "done");
    let onto_another = reschedule(&world, id, "2026-11-20T15:30", "2026-11-20T16:30", COURT);
    assert_eq!(world.code(&Command::Reschedule(onto_another)), "slot_taken");
    let elsewhere = reschedule(&world, id, "2026-11-20T15:30", "2026-11-20T16:30", OTHER_COURT);
    assert_eq!(world.code(&Command::Reschedule(elsewhere)), "done");
    let active: Vec<_> = world
        .claims()
        .filter(|claim| claim.active && world.booking(id).claims(now()).contains(claim))
        .map(|claim| claim.resource_id)
        .collect();
    assert_eq!(active, [OTHER_COURT], "the old court is free again");
    assert_eq!(world.code(&book(3, "2026-11-20T13:30", "2026-11-20T14:30")), "done");
}

#[test]
fn a_past_booking_may_be_changed_but_not_moved_into_the_past() {
    let mut world = World::new();
    let id = BookingId(Uuid::from_u128(1001));
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    let back = reschedule(&world, id, "2026-11-18T13:00", "2026-11-18T14:00", COURT);
    assert_eq!(world.code(&Command::Reschedule(back)), "before_today");
}

#[test]
fn edits_of_different_fields_merge_and_edits_of_one_field_are_shown() {
    let mut world = World::new();
    let id = BookingId(Uuid::from_u128(1001));
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    let edit = |title: Option<(&str, &str)>, note: Option<(&str, &str)>| {
        let patch = |(from, to): (&str, &str)| Patch { from: from.into(), to: to.into() };
        Command::EditBooking(EditBooking {
            booking_id: id,
            customer_id: None,
            title: title.map(patch),
            description: None,
            customer_note: None,
            staff_note: note.map(patch),
            attendee_count: None,
            meeting_url: None,
            erased: false,
            forgotten: false,
        })
    };
    assert_eq!(world.code(&edit(Some(("", "Match")), None)), "done");
    assert_eq!(world.code(&edit(None, Some(("", "left-handed")))), "done");
    assert_eq!(world.booking(id).title, "Match");
    assert_eq!(world.booking(id).staff_note, "left-handed");
    let notice = world.run(&edit(Some(("", "Training")), None)).unwrap_err().notice();
    assert_eq!(notice.code, "changed_elsewhere");
    assert_eq!(notice.details["current"], "Match");
    assert_eq!(notice.details["wanted"], "Training");
    let same_idea = world.run(&edit(Some(("", "Match")), None)).unwrap();
    assert!(same_idea.changes.is_empty(), "two people had the same idea");
}

#[test]
fn an_inactive_resource_takes_no_new_bookings_and_keeps_its_old_ones() {
    let mut world = World::new();
    let id = BookingId(Uuid::from_u128(1001));
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    let close = Command::EditResource(EditResource {
        resource_id: COURT,
        name: None,
        kind: None,
        location: None,
        description: None,
        active: Some(Patch { from: true, to: false }),
        venue_ids: None,
        ..EditResource::default()
    });
    world.run(&close).unwrap();
    assert_eq!(world.code(&book(2, "2026-11-20T15:00", "2026-11-20T16:00")), "resource_inactive");
    let shift = reschedule(&world, id, "2026-11-20T13:30", "2026-11-20T14:30", COURT);
    assert_eq!(world.code(&Command::Reschedule(shift)), "done");
}

#[test]
fn a_resource_is_booked_only_where_it_is_used() {
    let mut world = World::new();
    let elsewhere = VenueId(Uuid::from_u128(50));
    world
        .run(&Command::OpenVenue(OpenVenue {
            venue_id: elsewhere,
            name: "Other".into(),
            timezone: zone(),
            currency: Currency::parse("EUR").unwrap(),
            slot_minutes: 15,
        }))
        .unwrap();
    assert_eq!(world.code(&with(|b| b.venue_id = elsewhere)), "resource_not_at_venue");
}
