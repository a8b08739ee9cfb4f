//! What becomes of credits, places and ids where life has gone on on both sides between one import and
//! the next.

use super::club::{Club, club};
use super::{LATER, NOW, export, import, olgas};
use holdfast_domain::command::{
    AddProduct, AddService, Book, Cancel, CancelAttendance, EditCustomer, EditResource,
    EditService, OpenVenue, Patch, SetStatus,
};
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, Booking, BookingId, BookingStatus, Command,
    Currency, Customer, Initiator, Package, Product, ProductId, ProductStatus, Resource,
    ResourceId, ResourceKind, Service, ServiceId, Venue, VenueId, Zone,
};
use holdfast_replica::draft::{add_customer, add_resource, sell_package};
use holdfast_replica::import::{Mapping, Options, Rejected, Report};
use holdfast_replica::{Filter, Replica, Submission};
use std::path::Path;
use uuid::Uuid;

fn give(replica: &mut Replica, command: Command) {
    let command = replica.with_terms(command, LATER).unwrap();
    let done = replica.submit(&command, LATER).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?} {command:?}");
}

/// What comes of an import in which something may be left.
pub(super) fn take(replica: &mut Replica, venue_id: VenueId, dir: &Path) -> Report {
    let mapping = Mapping::read(&dir.join("mapping.toml")).unwrap();
    let options = Options { venue_id, dry_run: false };
    replica.import(&mapping, dir, &options, LATER, &mut |_| {}).unwrap()
}

pub(super) fn card(replica: &Replica) -> Package {
    replica.listed::<Package>(&[], true).unwrap().remove(0)
}

/// Both sides of an import, and what was exported.
fn two(dir: &Path) -> (Club, Replica, VenueId) {
    let club = club(&dir.join("a"));
    let (mut other, venue_id) = olgas(&dir.join("b"));
    export(&club.replica, &dir.join("out"));
    import(&mut other, venue_id, &dir.join("out"));
    (club, other, venue_id)
}

fn class_to_come(replica: &Replica) -> Booking {
    let all = replica.list(&Filter::default()).unwrap();
    let starts = "2026-12-10T18:00:00".parse().unwrap();
    let mut found = all.into_iter().map(|it| it.booking);
    found.find(|it| it.stay.local_start == starts && it.capacity.is_some()).unwrap()
}

pub(super) fn cancelled(booking: &Booking) -> Command {
    Command::Cancel(Cancel {
        booking_id: booking.id,
        from_status: booking.status,
        reason: "rain".into(),
        initiator: Initiator::Staff,
        late: false,
        waive_reason: String::new(),
        package_id: booking.package_id,
        cancelled_at: None,
    })
}

#[test]
fn a_place_that_was_given_back_here_is_paid_again_where_the_file_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let (club, mut other, venue_id) = two(dir.path());
    let (balance, class) = (card(&other).balance, class_to_come(&other));
    let place = AttendanceId::of(class.id, club.amara);
    for _ in 0..3 {
        let cancel = CancelAttendance {
            attendance_id: place,
            booking_id: class.id,
            from_status: AttendanceStatus::Booked,
            reason: "ill".into(),
            late: false,
            waive_reason: String::new(),
            package_id: None,
        };
        give(&mut other, Command::CancelAttendance(cancel));
        assert_eq!(card(&other).balance, balance + 2);
        let report = take(&mut other, venue_id, &dir.path().join("out"));
        assert!(report.rejected.is_empty(), "{:?}", report.rejected);
        let there: Attendance = other.get(place).unwrap().unwrap();
        assert_eq!((there.status, there.credits), (AttendanceStatus::Booked, 2));
        assert_eq!(card(&other).balance, balance, "it is had again, and paid again");
    }
    give(&mut other, cancelled(&class));
    assert_eq!(card(&other).balance, balance + 2, "and gives back what was spent, once");
}

#[test]
fn the_last_credits_pay_once_wherever_they_are_spent() {
    let dir = tempfile::tempdir().unwrap();
    let (mut club, mut other, venue_id) = two(dir.path());
    let left = card(&other).balance;
    let court = club.courts[0];
    let pays = |club: &Club, day: &str, credits: u32| {
        let stay = stay_at(&club.venue, format!("{day}T16:00:00").parse().unwrap(), 60).unwrap();
        let id = BookingId(Uuid::now_v7());
        Book {
            customer_id: Some(club.amara),
            service_id: Some(club.lesson),
            package_id: Some(card(&club.replica).id),
            credits,
            ..Book::new(id, club.venue.id, vec![court], stay)
        }
    };
    // As many lessons as there are credits for, on either side.
    let days = ["2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08", "2027-01-11"];
    let lena = club.replica.resources().unwrap().into_iter().find(|it| it.name == "Lena").unwrap();
    for (n, day) in days.iter().take(left as usize / 2).enumerate() {
        let there = Book { resource_ids: vec![court, lena.id], ..pays(&club, day, 2) };
        club.edit(Command::Book(there));
        let stay = stay_at(&club.venue, format!("{day}T09:00:00").parse().unwrap(), 60).unwrap();
        let venue_id = other.venues().unwrap()[0].id;
        let id = BookingId(Uuid::from_u128(900 + n as u128));
        let here = Book {
            booking_id: id,
            venue_id,
            stay,
            resource_ids: vec![court, lena.id],
            ..pays(&club, day, 2)
        };
        give(&mut other, Command::Book(here));
    }
    assert!(card(&club.replica).balance < 2 && card(&other).balance < 2);
    let out = dir.path().join("later");
    export(&club.replica, &out);
    let report = take(&mut other, venue_id, &out);
    let refused = |it: &&Rejected| it.refusal.code == "credits_insufficient";
    assert_eq!(report.rejected.iter().filter(refused).count(), left as usize / 2);
    assert_eq!(
        report.bookings.taken,
        u64::from(left / 2),
        "the lessons are there, to be paid otherwise"
    );
    // Calling all of them off gives back what was spent here, and no more.
    let all = other.list(&Filter::default()).unwrap();
    let lessons = all.iter().map(|it| &it.booking).filter(|it| {
        it.service_id.is_some()
            && it.capacity.is_none()
            && it.stay.local_start > "2027-01-01T00:00:00".parse().unwrap()
    });
    for lesson in lessons {
        give(&mut other, cancelled(lesson));
    }
    assert_eq!(card(&other).balance, left);
}

#[test]
fn what_comes_back_to_where_it_came_from_is_known_there() {
    let dir = tempfile::tempdir().unwrap();
    let (mut club, mut other, _) = two(dir.path());
    let court = other.resources().unwrap().into_iter().find(|it| it.name == "X1").unwrap();
    assert_eq!(court.id, club.courts[0], "it is the same court");
    let tracy: Customer = other.get(club.tracy).unwrap().unwrap();
    let edit = EditCustomer {
        customer_id: club.tracy,
        phone: Some(Patch { from: tracy.phone, to: "0999".into() }),
        ..Default::default()
    };
    give(&mut other, Command::EditCustomer(edit));
    let back = dir.path().join("back");
    export(&other, &back);
    let (seq, venue_id) = (club.replica.last_seq().unwrap(), club.venue.id);
    let report = take(&mut club.replica, venue_id, &back);
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert_eq!(report.customers.updated, 1);
    assert_eq!(club.replica.last_seq().unwrap(), seq + 1, "and nothing else: {report:?}");
}

fn open_south(replica: &mut Replica) -> VenueId {
    let venue_id = VenueId(Uuid::now_v7());
    let open = OpenVenue {
        venue_id,
        name: "South".into(),
        timezone: Zone::parse("Europe/London").unwrap(),
        currency: Currency::parse("GBP").unwrap(),
        slot_minutes: 30,
    };
    give(replica, Command::OpenVenue(open));
    venue_id
}

#[test]
fn what_only_another_venue_has_now_stays_its_own_by_an_export_of_where_it_was_booked() {
    let dir = tempfile::tempdir().unwrap();
    let (mut here, north) = olgas(&dir.path().join("a"));
    let south = open_south(&mut here);
    let (court, add) = add_resource("Robot", ResourceKind::Equipment, "", "", vec![north]);
    give(&mut here, add);
    let service_id = ServiceId(Uuid::now_v7());
    let sold = AddService { venue_ids: vec![north], ..lesson(service_id) };
    give(&mut here, Command::AddService(sold));
    let venue: Venue = here.venue(north).unwrap().unwrap();
    let stay = stay_at(&venue, "2026-12-01T10:00:00".parse().unwrap(), 60).unwrap();
    let book = Book::new(BookingId(Uuid::now_v7()), north, vec![court], stay);
    give(&mut here, Command::Book(Book { service_id: Some(service_id), ..book }));
    // It was booked in the north, and is only in the south since.
    let venue_ids = || Some(Patch { from: vec![north], to: vec![south] });
    let edit =
        EditResource { resource_id: court, venue_ids: venue_ids(), ..EditResource::default() };
    give(&mut here, Command::EditResource(edit));
    let edit = EditService { service_id, venue_ids: venue_ids(), ..EditService::default() };
    give(&mut here, Command::EditService(edit));

    let out = dir.path().join("out");
    here.export(&venue, &out).unwrap().unwrap();
    let seq = here.last_seq().unwrap();
    let report = take(&mut here, north, &out);
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert_eq!(here.last_seq().unwrap(), seq, "{report:?}");
    let robot: Resource = here.get(court).unwrap().unwrap();
    assert_eq!((robot.venue_ids, robot.active), (vec![south], true));
    let sold: Service = here.get(service_id).unwrap().unwrap();
    assert_eq!((sold.venue_ids, sold.active), (vec![south], true));
}

#[test]
fn what_two_venues_share_is_one_elsewhere_too() {
    let dir = tempfile::tempdir().unwrap();
    let (mut here, north) = olgas(&dir.path().join("a"));
    let south = open_south(&mut here);
    let venues = vec![north, south];
    let (court, add) = add_resource("Shared", ResourceKind::Court, "", "", venues);
    give(&mut here, add);
    let (ann, add) = add_customer("Ann", |_| {});
    give(&mut here, add);
    let product_id = ProductId(Uuid::now_v7());
    give(&mut here, Command::AddProduct(ten(product_id)));
    let product: Product = here.get(product_id).unwrap().unwrap();
    let home = here.venue(north).unwrap().unwrap();
    let (package, sell) = sell_package(&product, ann, &home, "2026-11-20".parse().unwrap());
    give(&mut here, sell);
    for (venue_id, hour) in [(north, "10:00"), (south, "12:00")] {
        let venue: Venue = here.venue(venue_id).unwrap().unwrap();
        let stay = stay_at(&venue, format!("2026-12-01T{hour}:00").parse().unwrap(), 60).unwrap();
        let service_id = ServiceId(Uuid::now_v7());
        give(&mut here, Command::AddService(lesson(service_id)));
        let book = Book {
            customer_id: Some(ann),
            service_id: Some(service_id),
            package_id: Some(package),
            credits: 2,
            ..Book::new(BookingId(Uuid::now_v7()), venue_id, vec![court], stay)
        };
        give(&mut here, Command::Book(book));
    }
    assert_eq!(card(&here).balance, 6);

    let (mut there, first) = olgas(&dir.path().join("b"));
    let second = VenueId(Uuid::now_v7());
    give(
        &mut there,
        Command::OpenVenue(OpenVenue {
            venue_id: second,
            name: "South".into(),
            timezone: Zone::parse("Europe/London").unwrap(),
            currency: Currency::parse("GBP").unwrap(),
            slot_minutes: 30,
        }),
    );
    for (from, into) in [(north, first), (south, second)] {
        let out = dir.path().join(from.to_string());
        let venue = here.venue(from).unwrap().unwrap();
        here.export(&venue, &out).unwrap().unwrap();
        let report = take(&mut there, into, &out);
        assert!(report.rejected.is_empty(), "{:?}", report.rejected);
        assert_eq!(card(&there).balance, 6, "each credit went once, wherever it went");
        // Nor does it go again where it came from.
        take(&mut here, from, &out);
        assert_eq!(card(&here).balance, 6);
    }
    assert_eq!(there.listed::<Customer>(&[], true).unwrap().len(), 1);
    let courts = there.listed::<Resource>(&[], true).unwrap();
    assert_eq!(courts.iter().map(|it| it.venue_ids.len()).collect::<Vec<_>>(), [2]);
    let ids: Vec<ResourceId> = courts.iter().map(|it| it.id).collect();
    assert_eq!(ids, [court]);
    let all = there.list(&Filter::default()).unwrap();
    let at: Vec<VenueId> = all.iter().map(|it| it.booking.venue_id).collect();
    assert_eq!(at, [first, second]);
    assert!(all.iter().all(|it| it.booking.package_id == Some(package)), "both are paid");
}

#[test]
fn a_class_that_was_called_off_here_stays_empty_whatever_a_file_says() {
    let dir = tempfile::tempdir().unwrap();
    let (_, mut other, venue_id) = two(dir.path());
    let class = class_to_come(&other);
    let before = card(&other).balance;
    give(&mut other, cancelled(&class));
    assert_eq!(card(&other).balance, before + 2);
    let report = take(&mut other, venue_id, &dir.path().join("out"));
    assert!(!report.rejected.is_empty());
    let roster = other.roster(class.id).unwrap();
    assert!(roster.iter().all(|it| it.status == AttendanceStatus::Cancelled), "{roster:?}");
    assert_eq!(card(&other).balance, before + 2);
    let there: Booking = other.get(class.id).unwrap().unwrap();
    assert_eq!((there.status, there.places_taken), (BookingStatus::Cancelled, 0));
}

#[test]
fn a_request_that_lapsed_here_and_was_answered_there_stands() {
    let dir = tempfile::tempdir().unwrap();
    let (mut club, mut other, venue_id) = two(dir.path());
    let pending = |replica: &Replica| -> Vec<Booking> {
        let status = Some(BookingStatus::Pending);
        let all = replica.list(&Filter { status, ..Filter::default() }).unwrap();
        all.into_iter().map(|it| it.booking).collect()
    };
    assert_eq!(other.keep_house(LATER).unwrap(), pending(&club.replica).len());
    let asked = pending(&club.replica).remove(0);
    club.edit(Command::SetStatus(SetStatus {
        booking_id: asked.id,
        status: Patch { from: asked.status, to: BookingStatus::Confirmed },
        reason: String::new(),
        lapsed: false,
        package_id: None,
    }));
    let out = dir.path().join("later");
    export(&club.replica, &out);
    let report = take(&mut other, venue_id, &out);
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    let there: Booking = other.get(asked.id).unwrap().unwrap();
    assert_eq!(there.status, BookingStatus::Confirmed);
}

fn ten(product_id: ProductId) -> AddProduct {
    AddProduct {
        product_id,
        name: "Ten".into(),
        description: String::new(),
        category: String::new(),
        popular: false,
        features: Vec::new(),
        position: 0,
        status: ProductStatus::Active,
        credits: 10,
        validity_days: 90,
        price: None,
        service_ids: Vec::new(),
        venue_id: None,
    }
}

fn lesson(service_id: ServiceId) -> AddService {
    AddService {
        service_id,
        name: format!("Lesson {service_id}"),
        description: String::new(),
        duration_minutes: 60,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price: None,
        capacity: 1,
        needed_kinds: Vec::new(),
        venue_ids: Vec::new(),
        needs_approval: false,
        free_cancel_minutes: None,
        credits: 2,
        position: 0,
        colour: String::new(),
    }
}

#[test]
fn what_was_called_off_on_both_sides_is_as_late_as_the_file_says() {
    let dir = tempfile::tempdir().unwrap();
    let (mut club, mut other, venue_id) = two(dir.path());
    let credits = card(&other).balance;
    let all = club.replica.list(&Filter::default()).unwrap();
    let day = "2026-11-22".parse().unwrap();
    let mut paid = all.iter().map(|it| &it.booking).filter(|it| it.package_id.is_some());
    let paid = paid.find(|it| it.stay.local_start.date() == day).unwrap().clone();
    // In good time here, two days before; an hour before, and so too late, there.
    let here = other.submit(&cancelled(&paid), NOW).unwrap();
    assert!(matches!(here, Submission::Done(_)), "{here:?}");
    assert_eq!(card(&other).balance, credits + paid.credits);
    club.at(paid.stay.starts_at.plus_ms(-3_600_000), cancelled(&paid));
    let out = dir.path().join("later");
    export(&club.replica, &out);
    for updated in [1, 0] {
        let report = take(&mut other, venue_id, &out);
        assert!(report.rejected.is_empty(), "{:?}", report.rejected);
        assert_eq!(report.bookings.updated, updated, "{report:?}");
        let here: Booking = other.get(paid.id).unwrap().unwrap();
        assert!(here.cancellation.unwrap().late);
        assert_eq!(card(&other).balance, credits);
    }
}
