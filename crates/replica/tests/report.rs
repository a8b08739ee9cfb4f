//! Reports on a replica: what the database sums up is what a person would count by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use chrono::{Datelike, NaiveDate, Timelike};
use founded::founded;
use holdfast_domain::command::{
    AddProduct, AddResource, AddService, Book, EditVenue, ImportBooking, SellPackage, TakePayment,
};
use holdfast_domain::report::Days;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Command, Currency, CustomerId, Interval, Money, Patch,
    PaymentId, PaymentMethod, Policy, ProductId, ResourceId, ResourceKind, ServiceId, Source, Stay,
    Tier, Timestamp, Venue, VenueId,
};
use holdfast_replica::draft::add_customer;
use holdfast_replica::report::Subject;
use holdfast_replica::{Filter, Replica, Submission};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// 2026-11-20T10:00:00Z, a Friday.
const NOW: Timestamp = Timestamp(1_795_168_800_000);

struct Club {
    replica: Replica,
    venue_id: VenueId,
    _dir: tempfile::TempDir,
}

impl Club {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (replica, venue) =
            founded(&dir.path().join("replica"), ("Europe/Berlin", "EUR"), 15, NOW);
        Self { replica, venue_id: venue.id, _dir: dir }
    }

    fn venue(&self) -> Venue {
        self.replica.venue(self.venue_id).unwrap().unwrap()
    }

    fn give(&mut self, command: Command) -> bool {
        let command = self.replica.with_terms(command, NOW).unwrap();
        matches!(self.replica.submit(&command, NOW).unwrap(), Submission::Done(_))
    }

    fn resource(&mut self, name: &str, kind: ResourceKind, parts: &[ResourceId]) -> ResourceId {
        let resource_id = ResourceId(Uuid::now_v7());
        assert!(self.give(Command::AddResource(AddResource {
            resource_id,
            name: name.into(),
            kind,
            location: String::new(),
            description: String::new(),
            venue_ids: vec![self.venue_id],
            source: None,
            part_ids: parts.to_vec(),
            staff_id: None,
            hours: Vec::new(),
            needs_approval: false,
        })));
        resource_id
    }

    /// A booking as it was elsewhere; whether there was room for it.
    fn import(&mut self, n: u64, status: BookingStatus, book: Book) -> bool {
        let source = Source { name: "test".into(), id: n.to_string() };
        self.give(Command::ImportBooking(ImportBooking {
            book,
            status,
            source,
            past: Default::default(),
            chosen: false,
        }))
    }

    fn book(&self, n: u64, ids: &[ResourceId], starts_at: Timestamp, minutes: i64) -> Book {
        let zone = self.venue().timezone;
        let stay = Interval::new(starts_at, starts_at.plus_ms(minutes * MINUTE_MS)).unwrap();
        let id = BookingId(Uuid::from_u128(n.into()));
        Book::new(id, self.venue_id, ids.to_vec(), Stay::between(zone, stay))
    }

    fn at(&self, local: &str) -> Timestamp {
        self.venue().timezone.resolve(format!("{local}:00").parse().unwrap()).0
    }

    fn report(&self, subject: Subject, from: &str, to: &str) -> BTreeMap<&'static str, Vec<Value>> {
        let venue = self.venue();
        let days = Days::new(venue.timezone, day(from), day(to)).unwrap();
        let report = self.replica.report(subject, &venue, &days, NOW).unwrap().unwrap();
        for section in &report.sections {
            assert_eq!(section.cells().count(), section.rows.len());
        }
        report.sections.into_iter().map(|section| (section.name, section.rows)).collect()
    }

    fn bookings(&self) -> Vec<Booking> {
        let all = Filter { with_ended: true, ..Filter::default() };
        self.replica.list(&all).unwrap().into_iter().map(|listed| listed.booking).collect()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Numbers that look random and are the same every time.
struct Dice(u64);
impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }
}

/// A hall of two courts, a coach, and some hundred bookings around the clocks' turning back, of
/// every status, with buffers, past midnight.
fn random_club() -> (Club, Vec<ResourceId>) {
    let mut club = Club::new();
    let courts = [1, 2].map(|n| club.resource(&format!("Court {n}"), ResourceKind::Court, &[]));
    let hall = club.resource("Hall", ResourceKind::Room, &courts);
    let coach = club.resource("Coach", ResourceKind::Instructor, &[]);
    let unused = club.resource("Unused", ResourceKind::Room, &[]);
    let choices: [&[ResourceId]; 5] =
        [&courts[..1], &courts[1..], &[hall], &[coach], &[courts[0], coach]];
    let mut dice = Dice(7);
    let first = club.at("2026-10-20T00:00");
    let mut taken = 0;
    for n in 1..600 {
        let starts_at = first.plus_ms(dice.roll(14 * 96) as i64 * 15 * MINUTE_MS);
        let ids = choices[dice.roll(5) as usize];
        let mut book = club.book(n, ids, starts_at, 15 + dice.roll(12) as i64 * 15);
        book.buffer_before_minutes = dice.roll(2) as u32 * 15;
        book.buffer_after_minutes = dice.roll(2) as u32 * 15;
        let parts = if ids == [hall] { [&courts[..], &[hall]].concat() } else { Vec::new() };
        book.claimed_ids = parts;
        let status = BookingStatus::ALL[dice.roll(BookingStatus::ALL.len() as u64) as usize];
        taken += u32::from(club.import(n, status, book));
    }
    assert!(taken > 200, "{taken}");
    (club, vec![courts[0], courts[1], hall, coach, unused])
}

#[test]
fn utilisation_equals_what_is_counted_minute_by_minute() {
    let (club, resources) = random_club();
    let rows = &club.report(Subject::Utilisation, "2026-10-22", "2026-10-28")["rows"];
    assert_eq!(rows.len(), 7 * resources.len(), "the unused one is there, too");
    let (bookings, zone) = (club.bookings(), club.venue().timezone);
    for row in rows {
        let period = zone.day(day(row["date"].as_str().unwrap()));
        let id: ResourceId = row["resource_id"].as_str().unwrap().parse().unwrap();
        let minutes = (period.starts_at().0..period.ends_at().0).step_by(MINUTE_MS as usize);
        let holds = |booking: &&Booking, at: i64| {
            let until = match booking.status {
                BookingStatus::NoShow => booking.released_at.unwrap().min(booking.stay.ends_at),
                _ => booking.stay.ends_at,
            };
            (booking.occupies_stay() || booking.status == BookingStatus::NoShow)
                && booking.claimed_ids().contains(&id)
                && (booking.stay.starts_at.0..until.0).contains(&at)
        };
        let counted = minutes.filter(|&at| bookings.iter().any(|it| holds(&it, at))).count();
        assert_eq!(row["booked_minutes"], counted, "{row}");
        assert_eq!(row["open_minutes"], if row["date"] == "2026-10-25" { 1500 } else { 1440 });
    }
}

#[test]
fn counts_by_status_hour_and_instructor_equal_a_naive_count() {
    let (club, resources) = random_club();
    let bookings: Vec<Booking> = club
        .bookings()
        .into_iter()
        .filter(|it| (day("2026-10-22")..=day("2026-10-28")).contains(&it.stay.local_start.date()))
        .collect();
    let (from, to) = ("2026-10-22", "2026-10-28");
    for row in &club.report(Subject::Statuses, from, to)["rows"] {
        let counted = bookings.iter().filter(|it| it.status.as_str() == row["status"]).count();
        assert_eq!(row["bookings"], counted);
    }
    let stands =
        |it: &&Booking| !matches!(it.status, BookingStatus::Cancelled | BookingStatus::Rejected);
    let mut hours: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for booking in bookings.iter().filter(stands) {
        let local = booking.stay.local_start;
        *hours.entry((local.weekday().number_from_monday(), local.hour())).or_default() += 1;
    }
    let rows = &club.report(Subject::Busiest, from, to)["rows"];
    assert_eq!(rows.len(), hours.len());
    for (row, ((weekday, hour), count)) in rows.iter().zip(hours) {
        assert_eq!((&row["weekday"], &row["hour"]), (&weekday.into(), &hour.into()));
        assert_eq!(row["bookings"], count);
    }
    let taught: i64 = bookings
        .iter()
        .filter(|it| matches!(it.status, BookingStatus::Confirmed | BookingStatus::Completed))
        .filter(|it| it.resource_ids.contains(&resources[3]))
        .map(|it| (it.stay.ends_at.0 - it.stay.starts_at.0) / MINUTE_MS)
        .sum();
    let rows = &club.report(Subject::Instructors, from, to)["rows"];
    assert_eq!((rows.len(), &rows[0]["taught_minutes"]), (1, &taught.into()));
    let waiting = bookings.iter().filter(|it| it.status == BookingStatus::Pending).count();
    assert_eq!(club.report(Subject::Pending, from, to)["rows"].len(), waiting);
}

#[test]
fn money_is_told_by_day_method_and_service_with_what_is_owed_and_what_was_paid_ahead() {
    let mut club = Club::new();
    let court = club.resource("Court", ResourceKind::Court, &[]);
    let eur = |minor| Money { minor, currency: Currency::parse("EUR").unwrap() };
    let service_id = ServiceId(Uuid::now_v7());
    assert!(club.give(Command::AddService(AddService {
        service_id,
        name: "Lesson".into(),
        description: String::new(),
        duration_minutes: 60,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price: Some(eur(4000)),
        capacity: 4,
        needed_kinds: Vec::new(),
        venue_ids: Vec::new(),
        needs_approval: false,
        free_cancel_minutes: None,
        credits: 1,
        position: 0,
        colour: String::new(),
    })));
    let (customer_id, command) = add_customer("Tracy Smith", |_| {});
    assert!(club.give(command));
    let mut policy = Policy { points_per_unit: 1, ..Policy::default() };
    policy.tiers = vec![Tier { name: "silver".into(), points: 30 }];
    assert!(club.give(Command::EditVenue(EditVenue {
        venue_id: club.venue_id,
        policy: Some(Patch { from: Policy::default(), to: policy }),
        ..EditVenue::default()
    })));
    // Two lessons this afternoon: one paid with a refund, one on which 25.00 is still owed.
    for (n, hour) in [(1, "14"), (2, "16")] {
        let mut book = club.book(n, &[court], club.at(&format!("2026-11-20T{hour}:00")), 60);
        book.service_id = Some(service_id);
        book.customer_id = Some(customer_id);
        assert!(club.give(Command::Book(book)));
    }
    for (booking, minor, method, refund) in [
        (1, 4500, PaymentMethod::Cash, false),
        (1, 500, PaymentMethod::Cash, true),
        (2, 1500, PaymentMethod::Card, false),
    ] {
        assert!(club.give(Command::TakePayment(TakePayment {
            payment_id: PaymentId(Uuid::now_v7()),
            booking_id: BookingId(Uuid::from_u128(booking)),
            attendance_id: None,
            amount: eur(minor),
            method,
            refund,
            note: "told".into(),
        })));
    }
    sell(&mut club, customer_id, eur(10000));
    let told = club.report(Subject::Revenue, "2026-11-20", "2026-11-20");
    let cash = &told["rows"][1];
    assert_eq!((&cash["method"], &cash["service"]), (&"cash".into(), &"Lesson".into()));
    assert_eq!((&cash["taken_minor"], &cash["refunded_minor"]), (&4500.into(), &500.into()));
    assert_eq!((&cash["net_minor"], told["rows"].len()), (&4000.into(), 2));
    assert_eq!(told["owed"][0]["minor"], 2500);
    assert_eq!(told["packages_sold"][0]["minor"], 10000);
    // Sold again by mistake.
    sell(&mut club, customer_id, eur(10000));
    assert!(club.replica.undo(NOW).unwrap().is_some());
    assert_eq!(club.report(Subject::Revenue, "2026-11-20", "2026-11-20"), told);
    let liability = &told["credit_liability"][0];
    assert_eq!((&liability["credits"], &liability["minor"]), (&10.into(), &10000.into()));
    let none = club.report(Subject::Revenue, "2026-11-19", "2026-11-19");
    assert!(none.values().all(Vec::is_empty), "nothing of that was so the day before: {none:?}");
    let tiers = &club.report(Subject::Tiers, "2026-11-20", "2026-11-20")["rows"];
    assert_eq!((&tiers[1]["tier"], &tiers[1]["customers"]), (&"silver".into(), &1.into()));
}

fn sell(club: &mut Club, customer_id: CustomerId, price: Money) {
    let product_id = ProductId(Uuid::now_v7());
    let product = serde_json::json!({
        "product_id": product_id, "name": "Ten", "description": "", "status": "active",
        "credits": 10, "validity_days": 90, "price": price,
    });
    let product: AddProduct = serde_json::from_value(product).unwrap();
    assert!(club.give(Command::AddProduct(product)));
    let sale = serde_json::json!({
        "package_id": Uuid::now_v7(), "product_id": product_id, "customer_id": customer_id,
        "price": price, "credits": 10, "valid_from": NOW,
        "valid_until": NOW.plus_ms(86_400_000 * 90),
    });
    let sale: SellPackage = serde_json::from_value(sale).unwrap();
    let submission = club.replica.submit(&Command::SellPackage(sale), NOW).unwrap();
    assert!(matches!(submission, Submission::Done(_)), "{submission:?}");
}

#[test]
fn what_was_missed_and_called_off_too_late_is_told_by_service() {
    let mut club = Club::new();
    let court = club.resource("Court", ResourceKind::Court, &[]);
    let statuses = [
        BookingStatus::Completed,
        BookingStatus::NoShow,
        BookingStatus::Confirmed,
        BookingStatus::Cancelled,
    ];
    for (n, status) in (1..).zip(statuses) {
        let starts_at = club.at(&format!("2026-11-1{n}T10:00"));
        let book = club.book(n, &[court], starts_at, 60);
        assert!(club.import(n, status, book));
    }
    let rows = &club.report(Subject::NoShows, "2026-11-01", "2026-11-30")["rows"];
    assert_eq!(rows[0]["due"], 3, "called off in time is not due");
    assert_eq!(rows[0]["no_show_rate"], 0.3333);
    assert_eq!((rows.len(), &rows[1]["service"]), (2, &"".into()));
}
