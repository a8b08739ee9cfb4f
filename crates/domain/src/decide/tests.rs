//! Rules as tables; `laws` as properties; every refusal in `refusals`.

mod asks;
mod laws;
mod laws_claims;
mod laws_free;
mod laws_rosters;
mod refusals;

use super::*;
use crate::command::{
    AddCustomer, AddResource, AddStaff, Book, BookingText, Cancel, EditBooking, EditCustomer,
    EditResource, EditStaff, EditVenue, ImportBooking, OpenVenue, Patch, Reschedule,
};
use crate::facts::{Needs, Related, TimeRules, claims_since};
use crate::*;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// A tiny store: what a real one does with facts and changes, in memory.
#[derive(Clone, Default)]
struct World {
    rows: BTreeMap<(Entity, Uuid), Change>,
    hidden: Vec<Entity>,
    desk_venues: Option<std::collections::BTreeSet<VenueId>>,
    /// What the clock shows, where it is not [`now`].
    clock: Option<Timestamp>,
}

const ACTOR: StaffId = StaffId(Uuid::from_u128(1));
const VENUE: VenueId = VenueId(Uuid::from_u128(2));
const COURT: ResourceId = ResourceId(Uuid::from_u128(3));
const OTHER_COURT: ResourceId = ResourceId(Uuid::from_u128(4));
const ANNA: CustomerId = CustomerId(Uuid::from_u128(5));

fn zone() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}
fn at(local: &str) -> Timestamp {
    zone().resolve(wall(local)).0
}
fn wall(local: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap()
}
/// 10:00 at the venue.
fn now() -> Timestamp {
    at("2026-11-20T10:00")
}

impl World {
    /// A venue with two courts, one customer and one owner.
    fn new() -> Self {
        let mut world = Self::default();
        let setup = [
            Command::AddStaff(AddStaff {
                staff_id: ACTOR,
                name: "Olga".into(),
                role: Role::Owner,
                description: String::new(),
                photo_url: String::new(),
                timezone: None,
            }),
            Command::OpenVenue(OpenVenue {
                venue_id: VENUE,
                name: "Club".into(),
                timezone: zone(),
                currency: Currency::parse("EUR").unwrap(),
                slot_minutes: 15,
            }),
            add_resource(COURT),
            add_resource(OTHER_COURT),
            Command::AddCustomer(AddCustomer {
                customer_id: ANNA,
                name: "Anna".into(),
                email: "anna@example.org".into(),
                phone: String::new(),
                address: String::new(),
                note: String::new(),
                source: None,
                about: Default::default(),
            }),
        ];
        for command in setup {
            world.run(&command).unwrap();
        }
        world
    }

    fn facts(&self, command: &Command, time_rules: TimeRules) -> Facts {
        let needs = Needs::of(command, ACTOR);
        let mut facts = Facts::new(self.now(), ACTOR, time_rules);
        facts.rows = needs
            .rows
            .iter()
            .map(|&key| {
                let seen = match self.rows.get(&key) {
                    _ if self.hidden.contains(&key.0) => Seen::NotVisible,
                    Some(row) => Seen::Here(row.clone()),
                    None => Seen::Absent,
                };
                (key, seen)
            })
            .collect();
        facts.desk_venues = self.desk_venues.clone();
        facts.another_owner = self.rows.values().any(|row| {
            matches!(row, Change::Staff(staff) if staff.active && staff.role == Role::Owner
                && needs.owner_besides != Some(staff.id))
        });
        facts.no_staff_yet = !self.rows.keys().any(|(entity, _)| *entity == Entity::Staff);
        facts.related = needs
            .related
            .iter()
            .map(|question| (question.clone(), self.related(question)))
            .collect();
        for wanted in &needs.overlaps {
            facts.taken.extend(self.claims().filter(|claim| {
                claim.active
                    && claim.resource_id == wanted.resource_id
                    && claim.id != wanted.except
                    && claim.interval().is_some_and(|period| period.overlaps(wanted.period))
            }));
        }
        facts
    }

    /// What a store answers to a question for rows that are not named.
    fn related(&self, question: &Related) -> Vec<Change> {
        let meets =
            |stay: &Stay, period: Interval| stay.interval().is_some_and(|it| it.overlaps(period));
        let booking = |id: BookingId| self.rows.get(&(Entity::Booking, id.0)).and_then(Booking::of);
        let answers = |row: &&Change| match (question, row) {
            (Related::Exceptions { period, .. }, Change::AvailabilityException(it)) => {
                !it.withdrawn && meets(&it.stay, *period)
            }
            (Related::CustomerBookings { customer_id, period }, Change::Booking(it)) => {
                it.customer_id == Some(*customer_id)
                    && it.status.is_open()
                    && meets(&it.stay, *period)
            }
            (Related::CustomerBookingsOf { booking_id, period }, Change::Booking(it)) => {
                it.customer_id.is_some()
                    && it.customer_id == booking(*booking_id).and_then(|b| b.customer_id)
                    && it.id != *booking_id
                    && it.status.is_open()
                    && meets(&it.stay, *period)
            }
            (Related::Payments(id), Change::Payment(it)) => it.booking_id == *id,
            (Related::Roster(id), Change::Attendance(it)) => it.booking_id == *id,
            (Related::ResourcesOf(id), Change::Resource(it)) => {
                booking(*id).is_some_and(|b| b.resource_ids.contains(&it.id))
            }
            (Related::InTheWayOf(id), Change::Claim(it)) => booking(*id).is_some_and(|b| {
                it.active
                    && b.claimed_ids().contains(&it.resource_id)
                    && it.id != ClaimId::of(*id, it.resource_id)
                    && b.occupied().zip(it.interval()).is_some_and(|(a, b)| a.overlaps(b))
            }),
            (Related::Wholes(id), Change::Resource(it)) => it.part_ids.contains(id),
            (Related::FutureBookings(id), Change::Booking(it)) => {
                it.resource_ids.contains(id) && it.status.is_open() && it.stay.ends_at > self.now()
            }
            (Related::FutureClaims(ids), Change::Claim(it)) => {
                it.active && ids.contains(&it.resource_id) && it.ends_at > claims_since(self.now())
            }
            _ => false,
        };
        self.rows.values().filter(answers).cloned().collect()
    }

    fn now(&self) -> Timestamp {
        self.clock.unwrap_or_else(now)
    }

    fn claims(&self) -> impl Iterator<Item = Claim> + '_ {
        self.rows.values().filter_map(|row| match row {
            Change::Claim(claim) => Some(claim.clone()),
            _ => None,
        })
    }

    fn booking(&self, id: BookingId) -> &Booking {
        match self.rows.get(&(Entity::Booking, id.0)) {
            Some(Change::Booking(booking)) => booking,
            other => panic!("no booking: {other:?}"),
        }
    }

    fn run(&mut self, command: &Command) -> Result<Decision, Refusal> {
        let decision = decide(command, &self.facts(command, TimeRules::Apply))?;
        for change in &decision.changes {
            self.guard(change);
            self.rows.insert((change.entity(), change.id()), change.clone());
        }
        Ok(decision)
    }

    /// What the constraint of a real store says to each claim, in the order in which they come.
    fn guard(&self, change: &Change) {
        let Change::Claim(new) = change else { return };
        let in_the_way = self.claims().find(|there| {
            there.active
                && new.active
                && there.id != new.id
                && there.resource_id == new.resource_id
                && there.interval().unwrap().overlaps(new.interval().unwrap())
        });
        assert_eq!(in_the_way, None, "in the way of {new:?}");
    }

    fn code(&mut self, command: &Command) -> &'static str {
        self.run(command).map_or_else(|refusal| refusal.code(), |_| "done")
    }
}

fn add_resource(resource_id: ResourceId) -> Command {
    Command::AddResource(AddResource {
        resource_id,
        name: format!("Court {}", resource_id.0.as_u128()),
        kind: ResourceKind::Court,
        location: String::new(),
        description: String::new(),
        venue_ids: vec![VENUE],
        source: None,
        part_ids: Vec::new(),
        staff_id: None,
        hours: Vec::new(),
        needs_approval: false,
    })
}

fn book_id(n: u128, from: &str, to: &str) -> Book {
    Book {
        booking_id: BookingId(Uuid::from_u128(1000 + n)),
        venue_id: VENUE,
        resource_ids: vec![COURT],
        stay: Stay::resolve(zone(), wall(from), wall(to)).0,
        customer_id: Some(ANNA),
        text: BookingText::default(),
        price: None,
        ..Book::new(
            BookingId(Uuid::from_u128(1000 + n)),
            VENUE,
            Vec::new(),
            Stay::resolve(zone(), wall(from), wall(to)).0,
        )
    }
}
fn book(n: u128, from: &str, to: &str) -> Command {
    Command::Book(book_id(n, from, to))
}
fn with(change: impl FnOnce(&mut Book)) -> Command {
    let mut book = book_id(1, "2026-11-20T13:00", "2026-11-20T14:00");
    change(&mut book);
    Command::Book(book)
}
fn reschedule(world: &World, id: BookingId, from: &str, to: &str, on: ResourceId) -> Reschedule {
    let booking = world.booking(id);
    Reschedule {
        booking_id: id,
        venue_id: VENUE,
        stay: Patch { from: booking.stay, to: Stay::resolve(zone(), wall(from), wall(to)).0 },
        resource_ids: Patch { from: booking.resource_ids.clone(), to: vec![on] },
        claimed_ids: Vec::new(),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        outside_hours_reason: String::new(),
    }
}
fn cancel(id: BookingId, reason: &str) -> Command {
    Command::Cancel(Cancel {
        booking_id: id,
        from_status: BookingStatus::Confirmed,
        reason: reason.into(),
        initiator: Default::default(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
    })
}

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

fn import(book: Book) -> ImportBooking {
    ImportBooking {
        source: Source { name: "old".into(), id: book.booking_id.to_string() },
        status: BookingStatus::Confirmed,
        book,
    }
}

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
    let add = |staff_id, role| {
        Command::AddStaff(AddStaff {
            staff_id,
            name: "Olga".into(),
            role,
            description: String::new(),
            photo_url: String::new(),
            timezone: None,
        })
    };
    assert_eq!(empty.code(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")), "actor_unknown");
    assert_eq!(empty.code(&add(StaffId(Uuid::from_u128(9)), Role::Owner)), "actor_unknown");
    assert_eq!(empty.code(&add(ACTOR, Role::FrontDesk)), "field_invalid");
    assert_eq!(empty.code(&add(ACTOR, Role::Owner)), "done");
    assert_eq!(empty.code(&add(ACTOR, Role::Owner)), "already_exists");
}

fn edit_staff(staff_id: StaffId, active: bool) -> Command {
    Command::EditStaff(EditStaff {
        staff_id,
        name: None,
        role: None,
        active: Some(Patch { from: !active, to: active }),
        ..EditStaff::default()
    })
}

#[test]
fn an_organisation_keeps_an_owner_and_only_they_and_managers_say_who_works_there() {
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
