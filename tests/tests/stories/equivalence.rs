//! The same answers on both sides: a replica and headquarters are given the same random commands,
//! and give the same verdicts and come to the same rows.

use crate::club::headquarters;
use crate::device::{Device, now};
use holdfast_domain::command::{
    AddCustomer, AddResource, AddStaff, Book, BookingText, Cancel, EditBooking, EditCustomer,
    EditResource, EditStaff, EditVenue, ImportBooking, Patch, Reschedule,
};
use holdfast_domain::*;
use holdfast_protocol::Outcome;
use holdfast_replica::sync::{self, Client};
use holdfast_replica::{Filter, Founding, Replica, Submission, draft};
use holdfast_tests::desk::Cli;
use std::collections::BTreeMap;
use uuid::Uuid;

const COMMANDS: usize = 3_000;
const PER_PUSH: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_and_headquarters_give_the_same_verdicts_and_rows() {
    let seed = std::env::var("HOLDFAST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    println!("HOLDFAST_SEED={seed}");
    let (_database, hq) = headquarters("equivalence");
    let directory = std::env::temp_dir().join(format!("holdfast-equal-{}", Uuid::new_v4()));
    let (mut replica, venue) = founded(&directory);
    hq.create_org("Club");
    let client = Client::new().unwrap();
    let code = hq.pair("Club", None);
    sync::enrol(&mut replica, &client, &hq.url(), &code, None).await.unwrap();
    sync::sync(&mut replica, &client, |_| {}).await.unwrap();
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;

    let mut dice = Dice(seed);
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..COMMANDS / PER_PUSH {
        let mut expected = Vec::new();
        let mut operations = Vec::new();
        for _ in 0..PER_PUSH {
            let command = dice.command(&replica, &venue);
            let operation = device.operation(&command);
            expected.push((answer(replica.submit(&command, operation.at).unwrap()), command));
            operations.push(operation);
        }
        let reply = device.push(operations).await.unwrap();
        device.cursors.extend(reply.cursors);
        for (verdict, (expected, command)) in reply.verdicts.iter().zip(expected) {
            let there = match &verdict.outcome {
                Outcome::Accepted { .. } => "done".to_owned(),
                Outcome::Refused { refusal, .. }
                | Outcome::DependentRefused { refusal, .. }
                | Outcome::Quarantined { refusal } => refusal.code.clone(),
            };
            assert_eq!(there, expected, "{command:#?}");
            *met.entry(there).or_default() += 1;
        }
    }
    println!("{met:#?}");
    assert!(met["done"] > COMMANDS / 5 && met.len() > 8, "they met enough: {met:?}");

    // A desk that starts afresh has the rows that the replica came to by itself.
    let fresh = Cli::new();
    let code = hq.pair("Club", Some("Riverside"));
    fresh.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    let there = Replica::open(fresh.replica()).unwrap();
    let all = Filter { with_ended: true, ..Filter::default() };
    let bookings = |replica: &Replica| -> BTreeMap<BookingId, Booking> {
        let listed = replica.list(&all).unwrap().into_iter();
        listed.map(|listed| (listed.booking.id, listed.booking)).collect()
    };
    assert_eq!(bookings(&replica), bookings(&there));
    let people = |replica: &Replica| -> BTreeMap<CustomerId, Customer> {
        let all = replica.customers("", 10_000).unwrap();
        all.into_iter().map(|customer| (customer.id, customer)).collect()
    };
    assert_eq!(people(&replica), people(&there));
    assert_eq!(replica.resources().unwrap(), there.resources().unwrap());
    assert_eq!(replica.venues().unwrap(), there.venues().unwrap());
    assert_eq!(replica.examine().unwrap().overlapping_claims, 0);
    std::fs::remove_dir_all(directory).unwrap();
}

fn founded(directory: &std::path::Path) -> (Replica, Venue) {
    let mut replica = Replica::open(directory).unwrap();
    let founding = Founding {
        org_name: "Club".into(),
        owner_name: "Olga".into(),
        venue_name: "Riverside".into(),
        timezone: "Europe/London".into(),
        currency: "GBP".into(),
        slot_minutes: 30,
    };
    let venue_id = replica.found(&founding, now()).unwrap().unwrap();
    for n in 1..=3 {
        let name = format!("Court {n}");
        let (_, command) = draft::add_resource(&name, ResourceKind::Court, "", "", vec![venue_id]);
        replica.submit(&command, now()).unwrap();
        let (_, command) = draft::add_customer(&format!("Customer {n}"), |_| {});
        replica.submit(&command, now()).unwrap();
    }
    let venue = replica.venue(venue_id).unwrap().unwrap();
    (replica, venue)
}

fn answer(submission: Submission) -> String {
    match submission {
        Submission::Done(_) | Submission::Unchanged => "done".into(),
        Submission::Refused(refusal) => refusal.code().into(),
    }
}

/// A small deterministic sequence (SplitMix64), so that a failure can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % sides
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.roll(n) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.roll(of.len())].clone()) }
    }

    /// What somebody might ask, sensible or not.
    fn command(&mut self, replica: &Replica, venue: &Venue) -> Command {
        let all = Filter { with_ended: true, ..Filter::default() };
        let bookings: Vec<Booking> =
            replica.list(&all).unwrap().into_iter().map(|listed| listed.booking).collect();
        let booking = self.pick(&bookings);
        match (self.roll(14), booking) {
            (0..=4, _) | (_, None) => Command::Book(self.book(replica, venue)),
            (5, _) => self.import(replica, venue, &bookings),
            (6 | 7, Some(booking)) => self.reschedule(replica, venue, &booking),
            (8, Some(booking)) => {
                let from_status = match self.roll(4) {
                    0 => BookingStatus::Cancelled,
                    _ => booking.status,
                };
                let reason = if self.one_in(8) { " " } else { "rain" }.into();
                Command::Cancel(Cancel {
                    booking_id: booking.id,
                    from_status,
                    reason,
                    initiator: Default::default(),
                    late: false,
                    waive_reason: String::new(),
                    package_id: None,
                })
            }
            (9, Some(booking)) => self.edit(&booking),
            (10, _) => self.customer(replica),
            (11, _) => self.resource(replica, venue),
            (12, _) => self.staff(replica),
            _ => self.venue(replica, venue),
        }
    }

    fn stay(&mut self, venue: &Venue) -> Stay {
        let today = venue.timezone.date(now());
        let day = today + chrono::Duration::days(self.roll(4) as i64 - 1);
        let minute = if self.one_in(10) { 7 } else { 0 } + 30 * self.roll(48) as i64;
        let start = day.and_time(chrono::NaiveTime::MIN) + chrono::Duration::minutes(minute);
        let minutes = [30, 60, 60, 90, 120, 0, -30, 1470][self.roll(8)];
        let mut stay =
            Stay::resolve(venue.timezone, start, start + chrono::Duration::minutes(minutes)).0;
        if self.one_in(25) {
            stay.local_start += chrono::Duration::hours(5);
        }
        stay
    }

    fn resources(&mut self, replica: &Replica) -> Vec<ResourceId> {
        let all = replica.resources().unwrap();
        let mut ids: Vec<ResourceId> = self.pick(&all).map(|r| r.id).into_iter().collect();
        match self.roll(12) {
            0 => ids.push(ResourceId(Uuid::from_u128(404))),
            1 => ids.clear(),
            2 | 3 => ids.extend(self.pick(&all).map(|resource| resource.id)),
            _ => {}
        }
        ids
    }

    fn book(&mut self, replica: &Replica, venue: &Venue) -> Book {
        let customers = replica.customers("", 100).unwrap();
        let mut text = BookingText::default();
        match self.roll(12) {
            0 => text.title = "x".repeat(300),
            1 => text.attendee_count = 0,
            2 => text.meeting_url = "javascript:x".into(),
            3 => text.customer_note = "\u{0}".into(),
            4 => text.title = "Ünïcode 한글 '\"\\".into(),
            _ => {}
        }
        Book {
            booking_id: BookingId(Uuid::now_v7()),
            venue_id: if self.one_in(40) { VenueId(Uuid::from_u128(404)) } else { venue.id },
            resource_ids: self.resources(replica),
            stay: self.stay(venue),
            customer_id: match self.roll(10) {
                0 => Some(CustomerId(Uuid::from_u128(404))),
                1 => None,
                _ => self.pick(&customers).map(|customer| customer.id),
            },
            text,
            price: self.one_in(3).then_some(Money { minor: 2550, currency: venue.currency }),
            ..Book::new(
                BookingId(Uuid::now_v7()),
                if self.one_in(40) { VenueId(Uuid::from_u128(404)) } else { venue.id },
                Vec::new(),
                self.stay(venue),
            )
        }
    }

    fn import(&mut self, replica: &Replica, venue: &Venue, there: &[Booking]) -> Command {
        let mut book = self.book(replica, venue);
        if self.one_in(3)
            && let Some(booking) = self.pick(there)
        {
            book.booking_id = booking.id;
        }
        let status = self.pick(BookingStatus::ALL).unwrap();
        let source = Source { name: "old".into(), id: self.roll(30).to_string() };
        Command::ImportBooking(ImportBooking { book, status, source })
    }

    fn reschedule(&mut self, replica: &Replica, venue: &Venue, booking: &Booking) -> Command {
        let stay = if self.one_in(6) { self.stay(venue) } else { booking.stay };
        Command::Reschedule(Reschedule {
            booking_id: booking.id,
            venue_id: booking.venue_id,
            stay: Patch { from: stay, to: self.stay(venue) },
            resource_ids: Patch {
                from: booking.resource_ids.clone(),
                to: if self.one_in(2) {
                    booking.resource_ids.clone()
                } else {
                    self.resources(replica)
                },
            },
            claimed_ids: Vec::new(),
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            outside_hours_reason: String::new(),
        })
    }

    fn edit(&mut self, booking: &Booking) -> Command {
        let stale = self.one_in(4);
        let title = Patch {
            from: if stale { "stale".into() } else { booking.title.clone() },
            to: format!("title {}", self.roll(3)),
        };
        let attendees = Patch { from: booking.attendee_count, to: self.roll(1200) as u32 };
        Command::EditBooking(EditBooking {
            booking_id: booking.id,
            customer_id: None,
            title: Some(title),
            description: None,
            customer_note: None,
            staff_note: None,
            attendee_count: self.one_in(2).then_some(attendees),
            meeting_url: None,
        })
    }

    fn customer(&mut self, replica: &Replica) -> Command {
        let there = replica.customers("", 100).unwrap();
        let Some(customer) = self.pick(&there).filter(|_| self.one_in(2)) else {
            let existing = self.pick(&there).map(|customer| customer.id);
            let customer_id =
                existing.filter(|_| self.one_in(4)).unwrap_or_else(|| CustomerId(Uuid::now_v7()));
            return Command::AddCustomer(AddCustomer {
                customer_id,
                name: ["Ann", "", "  Bob  "][self.roll(3)].into(),
                email: ["", "a@b.example", "nonsense"][self.roll(3)].into(),
                phone: String::new(),
                address: String::new(),
                note: String::new(),
                source: None,
                about: Default::default(),
            });
        };
        let from = if self.one_in(4) { "stale".into() } else { customer.phone.clone() };
        Command::EditCustomer(EditCustomer {
            customer_id: customer.id,
            name: None,
            email: None,
            phone: Some(Patch { from, to: self.roll(5).to_string() }),
            address: None,
            note: None,
            ..EditCustomer::default()
        })
    }

    fn resource(&mut self, replica: &Replica, venue: &Venue) -> Command {
        let there = replica.resources().unwrap();
        if self.one_in(3) && there.len() < 12 {
            return Command::AddResource(AddResource {
                resource_id: ResourceId(Uuid::now_v7()),
                name: ["Room", ""][self.roll(2)].into(),
                kind: self.pick(ResourceKind::ALL).unwrap(),
                location: String::new(),
                description: String::new(),
                venue_ids: if self.one_in(5) { vec![] } else { vec![venue.id, venue.id] },
                source: None,
                part_ids: Vec::new(),
                staff_id: None,
                hours: Vec::new(),
                needs_approval: false,
            });
        }
        let resource = self.pick(&there).unwrap();
        let from = if self.one_in(5) { !resource.active } else { resource.active };
        Command::EditResource(EditResource {
            resource_id: resource.id,
            name: None,
            kind: None,
            location: None,
            description: None,
            active: Some(Patch { from, to: !self.one_in(4) }),
            venue_ids: None,
            ..EditResource::default()
        })
    }

    fn staff(&mut self, replica: &Replica) -> Command {
        let owner = replica.require_identity().unwrap().staff_id;
        match self.roll(3) {
            0 => Command::AddStaff(AddStaff {
                staff_id: StaffId(Uuid::now_v7()),
                name: "Ben".into(),
                // Another owner would let the first one be shut out, and the story end there.
                role: [Role::Manager, Role::FrontDesk, Role::Instructor][self.roll(3)],
                description: String::new(),
                photo_url: String::new(),
                timezone: None,
            }),
            1 => Command::AddStaff(AddStaff {
                staff_id: owner,
                name: "Olga".into(),
                role: Role::Owner,
                description: String::new(),
                photo_url: String::new(),
                timezone: None,
            }),
            _ => Command::EditStaff(EditStaff {
                staff_id: owner,
                name: None,
                role: None,
                active: Some(Patch { from: true, to: false }),
                ..EditStaff::default()
            }),
        }
    }

    fn venue(&mut self, replica: &Replica, venue: &Venue) -> Command {
        let now = replica.venue(venue.id).unwrap().unwrap();
        let from = if self.one_in(3) { 45 } else { now.slot_minutes };
        Command::EditVenue(EditVenue {
            venue_id: venue.id,
            name: None,
            currency: None,
            slot_minutes: Some(Patch { from, to: [15, 30, 30, 35][self.roll(4)] }),
            ..EditVenue::default()
        })
    }
}
