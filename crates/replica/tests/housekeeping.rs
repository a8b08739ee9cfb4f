//! What a desk alone does by itself when its time has come.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::{
    AddAttendance, AddProduct, Book, BookSeries, EditVenue, ExpirePackage, OnConflict, Patch,
    Request, SetStatus, TakePayment,
};
use holdfast_domain::recurrence::Recurrence;
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    AttendanceId, Booking, BookingId, BookingStatus, Command, Currency, Customer, Entity, Money,
    Package, PackageId, PaymentId, PaymentMethod, Policy, Product, ProductId, ProductStatus,
    ResourceKind, Role, SeriesId, Timestamp, Venue,
};
use holdfast_replica::draft::{self, add_customer, add_staff, sell_package};
use holdfast_replica::{Replica, Submission};
use uuid::Uuid;

/// 2026-11-20T10:00:00Z, a Friday.
const NOW: Timestamp = Timestamp(1_795_168_800_000);
const HOUR_MS: i64 = 3_600_000;

fn done(replica: &mut Replica, command: Command, at: Timestamp) {
    let command = replica.with_terms(command, at).unwrap();
    let done = replica.submit(&command, at).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
}

/// A request that has two hours, and a card that is good for a day.
fn club(replica: &mut Replica, venue: &Venue) -> (BookingId, PackageId) {
    let policy = Policy { approval_minutes: Some(120), ..Policy::default() };
    let policy = Some(Patch { from: Policy::default(), to: policy });
    let venue_id = venue.id;
    done(replica, Command::EditVenue(EditVenue { venue_id, policy, ..EditVenue::default() }), NOW);
    let (court, add) = draft::add_resource("Court", ResourceKind::Court, "", "", vec![venue_id]);
    done(replica, add, NOW);
    let (tracy, add) = add_customer("Tracy", |_| {});
    done(replica, add, NOW);
    let product_id = ProductId(Uuid::now_v7());
    let product = AddProduct {
        product_id,
        name: "Ten".into(),
        description: String::new(),
        category: String::new(),
        popular: false,
        features: Vec::new(),
        position: 0,
        status: ProductStatus::Active,
        credits: 10,
        validity_days: 1,
        price: None,
        service_ids: Vec::new(),
        venue_id: None,
    };
    done(replica, Command::AddProduct(product), NOW);
    let product: Product = replica.get(product_id).unwrap().unwrap();
    let (package, sell) = sell_package(&product, tracy, venue, "2026-11-20".parse().unwrap());
    done(replica, sell, NOW);
    let stay = stay_at(venue, "2026-12-01T10:00:00".parse().unwrap(), 60).unwrap();
    let booking = BookingId(Uuid::now_v7());
    let request = Some(Request { competing: false, approve_by: None });
    let ask = Book { request, ..Book::new(booking, venue_id, vec![court], stay) };
    done(replica, Command::Book(ask), NOW);
    (booking, package)
}

fn status(replica: &Replica, id: BookingId) -> BookingStatus {
    replica.get::<Booking>(id).unwrap().unwrap().status
}

fn balance(replica: &Replica, id: PackageId) -> u32 {
    replica.get::<Package>(id).unwrap().unwrap().balance
}

#[test]
fn what_nobody_answered_lapses_and_what_is_over_is_written_off_whoever_is_signed_in() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
    let (asked, card) = club(&mut replica, &venue);
    let (ines, add) = add_staff("Ines", Role::Instructor);
    done(&mut replica, add, NOW);
    let owner = replica.session().unwrap().staff.unwrap().id;
    replica.set_pin(owner, "1234", NOW).unwrap().unwrap();
    replica.sign_in(owner, "1234", NOW).unwrap().unwrap();
    replica.set_pin(ines, "1234", NOW).unwrap().unwrap();
    replica.sign_in(ines, "1234", NOW).unwrap().unwrap();

    let soon = NOW.plus_ms(HOUR_MS);
    assert_eq!(replica.keep_house(soon).unwrap(), 0, "there is time");
    assert_eq!(status(&replica, asked), BookingStatus::Pending);
    let later = NOW.plus_ms(3 * HOUR_MS);
    assert_eq!(replica.keep_house(later).unwrap(), 1);
    let booking: Booking = replica.get(asked).unwrap().unwrap();
    let rejection = booking.rejection.unwrap();
    assert_eq!((rejection.rejected_at, &*rejection.reason), (later, "Nobody answered in time"));
    assert_ne!(rejection.rejected_by, ines);
    assert_eq!(replica.keep_house(later).unwrap(), 0, "once");
    let told = replica.history(Entity::Booking, asked.0).unwrap();
    let who: Vec<&str> = told.iter().map(|it| it.actor_name.as_str()).collect();
    assert_eq!((who[0] != "Holdfast", &who[1..]), (true, &["Holdfast"][..]), "nobody did it");

    assert_eq!(balance(&replica, card), 10);
}

#[test]
fn a_clock_that_is_wrong_by_a_year_writes_nothing_off() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
    let (_, card) = club(&mut replica, &venue);
    let next_year = NOW.plus_ms(365 * 24 * HOUR_MS);
    // The request was due within the day; the card is not over for who works by this clock.
    assert_eq!(replica.keep_house(next_year).unwrap(), 1);
    assert_eq!(replica.keep_house(next_year).unwrap(), 0);
    assert_eq!(balance(&replica, card), 10);
    let (_, add) = add_customer("Tim", |_| {});
    done(&mut replica, add, next_year);
    assert_eq!(replica.keep_house(next_year).unwrap(), 1, "somebody works by it");
    assert_eq!(balance(&replica, card), 0);
}

#[test]
fn what_came_of_itself_is_not_what_somebody_did_last() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
    let (asked, _) = club(&mut replica, &venue);
    let (tim, add) = add_customer("Tim", |_| {});
    done(&mut replica, add, NOW);
    let later = NOW.plus_ms(3 * HOUR_MS);
    assert_eq!(replica.keep_house(later).unwrap(), 1);
    assert!(replica.undo(later).unwrap().is_some());
    assert_eq!(status(&replica, asked), BookingStatus::Rejected);
    let tim: Customer = replica.get(tim).unwrap().unwrap();
    assert!(tim.deletion.is_some());
}

#[test]
fn what_somebody_let_lapse_by_hand_is_not_passed_over_for_something_older() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
    let (asked, card) = club(&mut replica, &venue);
    let (tim, add) = add_customer("Tim", |_| {});
    done(&mut replica, add, NOW);
    let later = NOW.plus_ms(3 * HOUR_MS);
    let lapse = SetStatus {
        booking_id: asked,
        status: Patch { from: BookingStatus::Pending, to: BookingStatus::Rejected },
        reason: String::new(),
        lapsed: true,
        package_id: None,
    };
    done(&mut replica, Command::SetStatus(lapse), later);
    assert_eq!(replica.undo(later).unwrap(), None, "it would lapse again");
    let next_week = NOW.plus_ms(7 * 24 * HOUR_MS);
    done(&mut replica, Command::ExpirePackage(ExpirePackage { package_id: card }), next_week);
    assert_eq!(replica.undo(next_week).unwrap(), None);
    assert_eq!((status(&replica, asked), balance(&replica, card)), (BookingStatus::Rejected, 0));
    let tim: Customer = replica.get(tim).unwrap().unwrap();
    assert_eq!(tim.deletion, None);
}

#[test]
fn a_booking_that_others_have_gone_on_from_is_not_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
    let olga = replica.session().unwrap().staff.unwrap().id;
    let (mia, add) = add_staff("Mia", Role::Manager);
    done(&mut replica, add, NOW);
    for who in [olga, mia] {
        replica.set_pin(who, "1234", NOW).unwrap().unwrap();
        replica.sign_in(olga, "1234", NOW).unwrap().unwrap();
    }
    let (court, add) = draft::add_resource("C", ResourceKind::Court, "", "", vec![venue.id]);
    done(&mut replica, add, NOW);
    let stay = stay_at(&venue, "2026-12-01T10:00:00".parse().unwrap(), 60).unwrap();
    let booking_id = BookingId(Uuid::now_v7());
    let book = Book::new(booking_id, venue.id, vec![court], stay);
    done(&mut replica, Command::Book(book), NOW);
    replica.sign_in(mia, "1234", NOW).unwrap().unwrap();
    let currency = Currency::parse("EUR").unwrap();
    let pay = |refund| {
        Command::TakePayment(TakePayment {
            payment_id: PaymentId(Uuid::now_v7()),
            booking_id,
            attendance_id: None,
            amount: Money { minor: 2_000, currency },
            method: PaymentMethod::Cash,
            refund,
            note: "rain".into(),
        })
    };
    done(&mut replica, pay(false), NOW);
    replica.sign_in(olga, "1234", NOW).unwrap().unwrap();
    assert!(replica.undo(NOW).unwrap().is_none());
    assert_eq!(status(&replica, booking_id), BookingStatus::Confirmed);
    replica.sign_in(mia, "1234", NOW).unwrap().unwrap();
    done(&mut replica, pay(true), NOW);
    replica.sign_in(olga, "1234", NOW).unwrap().unwrap();
    assert!(replica.undo(NOW).unwrap().is_some());
    assert_eq!(status(&replica, booking_id), BookingStatus::Cancelled);
}

#[test]
fn a_series_or_a_place_that_was_paid_for_is_not_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
    let (mia, add) = add_staff("Mia", Role::Manager);
    done(&mut replica, add, NOW);
    let olga = replica.session().unwrap().staff.unwrap().id;
    for who in [olga, mia] {
        replica.set_pin(who, "1234", NOW).unwrap().unwrap();
        replica.sign_in(olga, "1234", NOW).unwrap().unwrap();
    }
    let (court, add) = draft::add_resource("C", ResourceKind::Court, "", "", vec![venue.id]);
    done(&mut replica, add, NOW);
    let (tracy, add) = add_customer("Tracy", |_| {});
    done(&mut replica, add, NOW);
    let days = ["2026-12-01", "2026-12-02"];
    let stay = |day: &str| stay_at(&venue, format!("{day}T10:00:00").parse().unwrap(), 60).unwrap();
    let stays = days.map(stay).to_vec();
    let series_id = SeriesId(Uuid::now_v7());
    let template = Book::new(BookingId::default(), venue.id, vec![court], stays[0]);
    let series = BookSeries {
        series_id,
        rrule: Recurrence::parse("FREQ=DAILY;COUNT=2").unwrap(),
        local_start: stays[0].local_start,
        template: Book { capacity: Some(2), ..template },
        stays: stays.clone(),
        on_conflict: OnConflict::Refuse,
        skipped: Vec::new(),
        may_be_empty: false,
    };
    let second = BookingId::of_series(series_id, stays[1].local_start);
    let pays = |replica: &mut Replica, place: bool, refund| {
        replica.sign_in(mia, "1234", NOW).unwrap().unwrap();
        let pay = TakePayment {
            payment_id: PaymentId(Uuid::now_v7()),
            booking_id: second,
            attendance_id: place.then(|| AttendanceId::of(second, tracy)),
            amount: Money { minor: 1_000, currency: Currency::parse("EUR").unwrap() },
            method: PaymentMethod::Cash,
            refund,
            note: "rain".into(),
        };
        done(replica, Command::TakePayment(pay), NOW);
        replica.sign_in(olga, "1234", NOW).unwrap().unwrap();
    };
    let undoes = |replica: &mut Replica| replica.undo(NOW).unwrap().is_some();

    done(&mut replica, Command::BookSeries(series), NOW);
    pays(&mut replica, false, false);
    assert!(!undoes(&mut replica), "one of its dates was paid");
    pays(&mut replica, false, true);
    let join = AddAttendance {
        booking_id: second,
        customer_id: tracy,
        waitlist: false,
        package_id: None,
        credits: 0,
    };
    done(&mut replica, Command::AddAttendance(join), NOW);
    pays(&mut replica, true, false);
    assert!(!undoes(&mut replica), "her place was paid");
    pays(&mut replica, true, true);
    assert!(undoes(&mut replica) && undoes(&mut replica));
    assert_eq!(status(&replica, second), BookingStatus::Cancelled);
}
