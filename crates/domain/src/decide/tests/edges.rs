//! Imports, history, forged values, people's rights, and what may not be seen.

use super::asks::{HALL, class, id, second_venue};
use super::*;
use crate::command::{AddEvent, AddResource, EditEvent};

#[test]
fn an_import_may_lie_in_the_past_and_off_the_grid_but_never_overlaps() {
    let mut world = World::new();
    let first = import(book_id(1, "2012-07-03T11:07", "2012-07-03T12:00"));
    assert_eq!(world.code(&Command::ImportBooking(first.clone())), "done");
    let again = world.run(&Command::ImportBooking(first)).unwrap();
    assert!(again.changes.is_empty(), "importing again adds nothing");
    let overlap = import(book_id(2, "2012-07-03T11:30", "2012-07-03T12:30"));
    assert_eq!(world.code(&Command::ImportBooking(overlap)), "slot_taken");
    let stranger = ImportBooking {
        source: Source { name: "new".into(), id: "1".into() },
        ..import(book_id(1, "2012-07-03T11:07", "2012-07-03T12:00"))
    };
    assert_eq!(world.code(&Command::ImportBooking(stranger)), "already_exists");
}

#[test]
fn history_skips_the_rules_about_time_and_never_the_guards() {
    let mut world = World::new();
    let past = book(1, "2026-11-01T13:00", "2026-11-01T14:00");
    assert_eq!(world.code(&past), "before_today");
    let decision = decide(&past, &world.facts(&past, TimeRules::History)).unwrap();
    for change in decision.changes {
        world.rows.insert((change.entity(), change.id()), change);
    }
    let overlap = book(2, "2026-11-01T13:30", "2026-11-01T14:30");
    let refusal = decide(&overlap, &world.facts(&overlap, TimeRules::History)).unwrap_err();
    assert_eq!(refusal.code(), "slot_taken");
}

#[test]
fn times_at_the_edge_of_what_a_machine_can_hold_are_refused() {
    for change in [
        |stay: &mut Stay| stay.local_start = NaiveDateTime::MIN,
        |stay: &mut Stay| stay.local_end = NaiveDateTime::MAX,
        |stay: &mut Stay| stay.starts_at = Timestamp(i64::MIN),
        |stay: &mut Stay| stay.ends_at = Timestamp(i64::MAX),
    ] {
        assert_eq!(World::new().code(&with(|b| change(&mut b.stay))), "field_invalid");
    }
}

#[test]
fn a_forged_wall_time_is_refused() {
    let forged = with(|b| b.stay.local_start = wall("2026-11-21T13:00"));
    assert!(["local_time_mismatch", "end_before_start"].contains(&World::new().code(&forged)));
    let shifted = with(|b| {
        b.stay.local_start = wall("2026-11-20T18:00");
        b.stay.local_end = wall("2026-11-20T19:00");
    });
    assert_eq!(World::new().code(&shifted), "local_time_mismatch");
}

#[test]
fn only_people_who_work_here_give_commands_and_the_first_is_the_owner() {
    let mut empty = World::default();
    let named = |staff_id, role, name: &str| {
        Command::AddStaff(AddStaff {
            staff_id,
            name: name.into(),
            role,
            description: String::new(),
            photo_url: String::new(),
            timezone: None,
        })
    };
    let add = |staff_id, role| named(staff_id, role, "Olga");
    assert_eq!(empty.code(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")), "actor_unknown");
    assert_eq!(empty.code(&add(StaffId(Uuid::from_u128(9)), Role::Owner)), "actor_unknown");
    assert_eq!(empty.code(&add(ACTOR, Role::FrontDesk)), "field_invalid");
    assert_eq!(empty.code(&add(ACTOR, Role::Owner)), "done");
    assert!(empty.run(&add(ACTOR, Role::Owner)).unwrap().changes.is_empty(), "she is here");
    assert_eq!(empty.code(&named(ACTOR, Role::Owner, "Otto")), "already_exists");
}

#[test]
fn an_organisation_keeps_an_owner_and_the_desk_does_not_say_who_works_there() {
    let mut world = World::new();
    let ben = StaffId(Uuid::from_u128(60));
    assert_eq!(world.code(&edit_staff(ACTOR, false)), "last_owner");
    let add = |staff_id, role| {
        Command::AddStaff(AddStaff {
            staff_id,
            name: "Ben".into(),
            role,
            description: String::new(),
            photo_url: String::new(),
            timezone: None,
        })
    };
    assert_eq!(world.code(&add(ben, Role::Owner)), "done");
    assert_eq!(world.code(&edit_staff(ACTOR, false)), "done");

    let mut world = World::new();
    world.run(&add(ben, Role::Owner)).unwrap();
    let demote = Command::EditStaff(EditStaff {
        staff_id: ACTOR,
        name: None,
        role: Some(Patch { from: Role::Owner, to: Role::FrontDesk }),
        active: None,
        ..EditStaff::default()
    });
    world.run(&demote).unwrap();
    let carl = StaffId(Uuid::from_u128(61));
    assert_eq!(world.code(&add(carl, Role::Owner)), "role_not_allowed");
    assert_eq!(world.code(&edit_staff(ben, false)), "role_not_allowed");
    assert_eq!(world.code(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")), "done");
}

#[test]
fn only_owners_say_who_owns_the_place() {
    let (ben, mia, carl) = (60, 61, 62);
    let id = |n| StaffId(Uuid::from_u128(n));
    let add = |n, role| {
        let (description, photo_url, timezone) = (String::new(), String::new(), None);
        let name = format!("Staff {n}");
        Command::AddStaff(AddStaff {
            staff_id: id(n),
            name,
            role,
            description,
            photo_url,
            timezone,
        })
    };
    let becomes = |staff_id, from, to| {
        let role = Some(Patch { from, to });
        Command::EditStaff(EditStaff { staff_id, role, ..EditStaff::default() })
    };
    let pin = |staff_id, verifier: &str| {
        Command::SetPin(command::SetPin { staff_id, verifier: verifier.into() })
    };
    let mut world = World::new();
    for (n, role) in [(ben, Role::Owner), (mia, Role::Manager)] {
        world.run(&add(n, role)).unwrap();
    }
    world.run(&becomes(ACTOR, Role::Owner, Role::Manager)).unwrap();
    let hash = "$argon2id$x";
    for command in [
        add(carl, Role::Owner),
        becomes(id(mia), Role::Manager, Role::Owner),
        becomes(ACTOR, Role::Manager, Role::Owner),
        becomes(id(ben), Role::Owner, Role::Manager),
        edit_staff(id(ben), false),
        pin(id(ben), hash),
    ] {
        assert_eq!(world.code(&command), "role_not_allowed", "{command:?}");
    }
    for command in [
        add(carl, Role::Manager),
        pin(id(mia), hash),
        pin(id(mia), ""),
        pin(ACTOR, hash),
        becomes(id(mia), Role::Manager, Role::FrontDesk),
    ] {
        assert_eq!(world.code(&command), "done", "{command:?}");
    }
}

#[test]
fn a_desk_works_on_its_own_venues_bookings_only() {
    let mut world = World::new();
    let id = BookingId(Uuid::from_u128(1001));
    world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    world.desk_venues = Some([VenueId(Uuid::from_u128(51))].into());
    let moved = reschedule(&world, id, "2026-11-20T15:00", "2026-11-20T16:00", COURT);
    for command in [
        book(2, "2026-11-20T16:00", "2026-11-20T17:00"),
        Command::Reschedule(moved),
        cancel(id, "rain"),
        Command::ImportBooking(import(book_id(3, "2012-07-03T11:00", "2012-07-03T12:00"))),
    ] {
        assert_eq!(world.code(&command), "not_this_desks_venue", "{command:?}");
    }
}

#[test]
fn wall_times_are_kept_to_the_second() {
    let fraction = with(|b| b.stay.local_end += chrono::Duration::milliseconds(999));
    assert_eq!(World::new().code(&fraction), "field_invalid");
}

#[test]
fn a_fact_out_of_sight_is_left_unchecked_and_said() {
    let mut world = World::new();
    world.hidden = vec![Entity::Customer];
    let decision = world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
    assert_eq!(decision.unchecked, [Unchecked { entity: Entity::Customer, id: ANNA.0 }]);
}

#[test]
fn an_edited_customer_keeps_what_was_not_edited() {
    let mut world = World::new();
    let edit = Command::EditCustomer(EditCustomer {
        customer_id: ANNA,
        name: None,
        email: None,
        phone: Some(Patch { from: String::new(), to: "123".into() }),
        address: None,
        note: None,
        ..EditCustomer::default()
    });
    world.run(&edit).unwrap();
    let Some(Change::Customer(anna)) = world.rows.get(&(Entity::Customer, ANNA.0)) else {
        panic!("Anna is gone")
    };
    assert_eq!((anna.name.as_str(), anna.phone.as_str()), ("Anna", "123"));
}

#[test]
fn the_parts_of_a_hall_are_where_the_hall_is() {
    let mut world = World::new();
    let Some(Change::Resource(court)) = world.rows.get_mut(&(Entity::Resource, OTHER_COURT.0))
    else {
        panic!("there is a court")
    };
    court.venue_ids = vec![VenueId(Uuid::from_u128(77))];
    assert_eq!(world.code(&Command::AddResource(asks::add_hall())), "field_invalid");
}

#[test]
fn the_only_venue_stays() {
    let mut world = World::new();
    let delete = asks::delete(Entity::Venue, VENUE.0);
    assert_eq!(world.code(&delete), "not_deletable");
    assert_eq!(world.code(&second_venue()), "done");
    assert_eq!(world.code(&delete), "done");
}

#[test]
fn two_events_of_a_venue_have_two_names_in_addresses() {
    let mut world = World::new();
    let event = |n: u128, slug: &str| {
        Command::AddEvent(AddEvent {
            event_id: EventId(Uuid::from_u128(n)),
            venue_id: VENUE,
            title: "Yoga".into(),
            description: String::new(),
            category: String::new(),
            image_url: String::new(),
            position: 0,
            status: EventStatus::Draft,
            slug: slug.into(),
            capacity: 8,
        })
    };
    assert_eq!(world.code(&event(500, "yoga")), "done");
    assert_eq!(world.code(&event(501, "yoga")), "field_invalid");
    assert_eq!(world.code(&event(501, "yoga-2")), "done");
    let rename = EditEvent {
        event_id: EventId(Uuid::from_u128(501)),
        slug: Some(Patch { from: "yoga-2".into(), to: "yoga".into() }),
        ..EditEvent::default()
    };
    assert_eq!(world.code(&Command::EditEvent(rename)), "field_invalid");
    // Nor does one that was deleted come back under a name that another has by now.
    let first = Uuid::from_u128(500);
    assert_eq!(world.code(&asks::delete(Entity::Event, first)), "done");
    assert_eq!(world.code(&event(502, "yoga")), "done");
    let restore = Command::Restore(command::Delete { entity: Entity::Event, id: first });
    assert_eq!(world.code(&restore), "field_invalid");
}

#[test]
fn who_leaves_takes_no_new_bookings_until_they_come_back() {
    let mut world = World::new();
    let ines = StaffId(Uuid::from_u128(78));
    world
        .rows
        .insert((Entity::Staff, ines.0), Change::Staff(Staff::new(ines, "Ines", Role::Instructor)));
    let Some(Change::Resource(court)) = world.rows.get_mut(&(Entity::Resource, COURT.0)) else {
        panic!("there is a court")
    };
    court.staff_id = Some(ines);
    assert_eq!(world.code(&edit_staff(ines, false)), "done");
    let lesson = book(1, "2026-11-20T13:00", "2026-11-20T14:00");
    assert_eq!(world.code(&lesson), "resource_inactive");
    assert_eq!(world.code(&edit_staff(ines, true)), "done");
    assert_eq!(world.code(&lesson), "done");
}

#[test]
fn a_resource_that_two_venues_share_is_used_at_both_whoever_brings_it_first() {
    let mut world = World::new();
    let other = VenueId(Uuid::from_u128(77));
    world.run(&second_venue()).unwrap();
    let brought = |venue: VenueId, name: &str| {
        let Command::AddResource(add) = add_resource(HALL) else { panic!("a resource") };
        let source = Some(Source { name: name.into(), id: "7".into() });
        Command::AddResource(AddResource { venue_ids: vec![venue], source, ..add })
    };
    world.run(&brought(VENUE, "holdfast one")).unwrap();
    assert_eq!(world.code(&brought(other, "another system")), "already_exists");
    world.run(&brought(other, "holdfast two")).unwrap();
    world.run(&brought(other, "holdfast two")).unwrap();
    assert_eq!(world.row::<Resource>(HALL).unwrap().venue_ids, [VENUE, other]);
}

#[test]
fn a_class_is_booked_for_nobody_and_stays_nobodys() {
    let mut world = World::new();
    let hers = Book { customer_id: Some(ANNA), ..class(1, 3, 0) };
    assert_eq!(world.code(&Command::Book(hers)), "field_invalid");
    world.run(&Command::Book(class(1, 3, 0))).unwrap();
    let give = EditBooking {
        customer_id: Some(Patch { from: None, to: Some(ANNA) }),
        ..EditBooking::default()
    };
    let give = EditBooking { booking_id: id(1), ..give };
    assert_eq!(world.code(&Command::EditBooking(give)), "field_invalid");
}
