//! Where two rules meet: halls whose parts change, people who turned out to be others, credits of
//! bookings that move, dates that a series left out. Each on a desk alone, as people use it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::{
    AddProduct, AddService, Book, BookSeries, EditResource, ImportBooking, MergeCustomers,
    OnConflict, Patch, Request, SetStatus,
};
use holdfast_domain::recurrence::Recurrence;
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Command, Customer, CustomerId, Entity, Product, ProductId,
    ProductStatus, Refusal, Resource, ResourceId, ResourceKind, Role, Series, SeriesId, ServiceId,
    Source, Stay, Timestamp, Venue,
};
use holdfast_replica::draft::{self, add_customer, add_staff};
use holdfast_replica::import::{Mapping, Options};
use holdfast_replica::{Filter, Replica, Submission};
use uuid::Uuid;

/// 2026-11-20T10:00:00Z, a Friday.
const NOW: Timestamp = Timestamp(1_795_168_800_000);

struct Club {
    replica: Replica,
    venue: Venue,
    _dir: tempfile::TempDir,
}

impl Club {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (replica, venue) =
            founded(&dir.path().join("replica"), ("Europe/Berlin", "EUR"), 15, NOW);
        Self { replica, venue, _dir: dir }
    }

    fn give(&mut self, command: Command) -> Submission {
        let command = self.replica.with_terms(command, NOW).unwrap();
        self.replica.submit(&command, NOW).unwrap()
    }

    fn done(&mut self, command: Command) {
        let done = self.give(command);
        assert!(matches!(done, Submission::Done(_)), "{done:?}");
    }

    fn refused(&mut self, command: Command) -> Refusal {
        match self.give(command) {
            Submission::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }

    fn courts<const N: usize>(&mut self, names: [&str; N]) -> [ResourceId; N] {
        names.map(|name| self.hall(name, &[]))
    }

    fn hall(&mut self, name: &str, parts: &[ResourceId]) -> ResourceId {
        let kind = if parts.is_empty() { ResourceKind::Court } else { ResourceKind::Room };
        let (id, mut add) = draft::add_resource(name, kind, "", "", vec![self.venue.id]);
        if let Command::AddResource(add) = &mut add {
            add.part_ids = parts.to_vec();
        }
        self.done(add);
        id
    }

    fn set_parts(&mut self, hall: ResourceId, parts: &[ResourceId]) {
        let there: Resource = self.replica.get(hall).unwrap().unwrap();
        let part_ids = Some(Patch { from: there.part_ids, to: parts.to_vec() });
        let edit = EditResource { resource_id: hall, part_ids, ..EditResource::default() };
        self.done(Command::EditResource(edit));
    }

    fn stay(&self, local: &str) -> Stay {
        stay_at(&self.venue, format!("{local}:00").parse().unwrap(), 60).unwrap()
    }

    fn book(&self, ids: &[ResourceId], local: &str) -> Book {
        let id = BookingId(Uuid::now_v7());
        Book::new(id, self.venue.id, ids.to_vec(), self.stay(local))
    }

    fn booked(&mut self, ids: &[ResourceId], local: &str) -> BookingId {
        let book = self.book(ids, local);
        let id = book.booking_id;
        self.done(Command::Book(book));
        id
    }

    /// Whether there is room; what was booked to see is called off again.
    fn has_room(&mut self, id: ResourceId, local: &str) -> bool {
        let book = self.book(&[id], local);
        let booking = book.booking_id;
        match self.give(Command::Book(book)) {
            Submission::Done(_) => {
                self.cancel(booking);
                true
            }
            Submission::Refused(Refusal::SlotTaken { .. }) => false,
            other => panic!("{other:?}"),
        }
    }

    fn booking(&self, id: BookingId) -> Booking {
        self.replica.get(id).unwrap().unwrap()
    }

    fn cancel(&mut self, id: BookingId) {
        let booking = self.booking(id);
        self.done(draft::cancel(&booking, "rain".into()));
    }

    fn set(&self, id: BookingId, to: BookingStatus) -> Command {
        let from = self.booking(id).status;
        Command::SetStatus(SetStatus {
            booking_id: id,
            status: Patch { from, to },
            reason: String::new(),
            lapsed: false,
            package_id: None,
        })
    }

    fn customer(&mut self, name: &str) -> CustomerId {
        let (id, add) = add_customer(name, |add| add.phone = "0555-1234".into());
        self.done(add);
        id
    }
}

#[test]
fn two_halls_share_a_part_and_never_have_it_at_once() {
    let mut club = Club::new();
    let [one, two, three] = club.courts(["Court 1", "Court 2", "Court 3"]);
    let left = club.hall("Left", &[one, two]);
    let right = club.hall("Right", &[two, three]);

    let booked = club.booked(&[left], "2026-12-01T10:00");
    assert_eq!(
        [right, two, three].map(|it| club.has_room(it, "2026-12-01T10:00")),
        [false, false, true]
    );
    club.cancel(booked);
    assert!(club.has_room(right, "2026-12-01T10:00"));

    // Both at once is one booking of three courts. When one hall gives the shared court up, the
    // other still has it.
    let both = club.booked(&[left, right], "2026-12-02T10:00");
    let mut all = vec![one, two, three, left, right];
    all.sort_unstable();
    assert_eq!(club.booking(both).claimed_ids(), all);
    club.set_parts(left, &[one]);
    assert!(!club.has_room(two, "2026-12-02T10:00"), "the right hall has it");
    club.set_parts(right, &[three]);
    assert!(club.has_room(two, "2026-12-02T10:00"));
    assert_eq!([one, three].map(|it| club.has_room(it, "2026-12-02T10:00")), [false, false]);
    assert!(club.replica.examine().unwrap().ok);
}

#[test]
fn a_hall_takes_a_shared_part_only_where_the_other_hall_leaves_it() {
    let mut club = Club::new();
    let [one, two] = club.courts(["Court 1", "Court 2"]);
    let left = club.hall("Left", &[one]);
    let right = club.hall("Right", &[two]);
    let first = club.booked(&[left], "2026-12-01T10:00");
    let second = club.booked(&[right], "2026-12-01T10:30");
    let part_ids = Some(Patch { from: vec![one], to: vec![one, two] });
    let edit =
        || EditResource { resource_id: left, part_ids: part_ids.clone(), ..Default::default() };
    match club.refused(Command::EditResource(edit())) {
        Refusal::PartsTaken { bookings, .. } => assert_eq!(bookings, [first]),
        other => panic!("{other:?}"),
    }
    club.cancel(second);
    club.done(Command::EditResource(edit()));
    assert!(!club.has_room(right, "2026-12-01T10:30"));
}

#[test]
fn a_booking_that_comes_back_takes_what_its_hall_consists_of_now() {
    let mut club = Club::new();
    let [one, two, three] = club.courts(["Court 1", "Court 2", "Court 3"]);
    let hall = club.hall("Hall", &[one, two]);
    let at = "2026-12-01T10:00";
    let booked = club.booked(&[hall], at);
    club.cancel(booked);
    club.set_parts(hall, &[one, three]);
    let in_the_way = club.booked(&[three], at);

    let back = club.set(booked, BookingStatus::Confirmed);
    assert!(
        matches!(club.refused(back.clone()), Refusal::SlotTaken { .. }),
        "the new part is taken"
    );
    assert_eq!(club.booking(booked).status, BookingStatus::Cancelled);
    club.cancel(in_the_way);
    let on_the_old = club.booked(&[two], at);
    club.done(back);
    assert_eq!([one, three].map(|it| club.has_room(it, at)), [false, false]);
    club.cancel(on_the_old);
    assert!(club.has_room(two, at), "it is a part of the hall no more");
    assert!(club.replica.examine().unwrap().ok);
}

#[test]
fn who_erases_a_customer_erases_whoever_turned_out_to_be_them() {
    let mut club = Club::new();
    let [tracy, t_smith, tsmith, tim] =
        ["Tracy Smith", "T. Smith", "Tsmith", "Tim"].map(|name| club.customer(name));
    for (customer_id, to) in [(tsmith, t_smith), (t_smith, tracy)] {
        let merged_into = Patch { from: None, to: Some(to) };
        club.done(Command::MergeCustomers(MergeCustomers { customer_id, merged_into }));
    }
    let erased = club.replica.erase_customer(tracy, "she asked", NOW).unwrap();
    assert!(matches!(erased, Submission::Done(_)));
    let get = |id| -> Customer { club.replica.get(id).unwrap().unwrap() };
    for id in [tracy, t_smith, tsmith] {
        let customer = get(id);
        assert!(customer.erased_at.is_some() && customer.phone.is_empty(), "{customer:?}");
    }
    assert_eq!(get(tim).phone, "0555-1234");
    for id in [t_smith, tsmith] {
        let told = format!("{:?}", club.replica.history(Entity::Customer, id.0).unwrap());
        assert!(!told.contains("0555-1234"), "{told}");
    }
}

#[test]
fn an_instructor_does_not_reopen_a_request_that_nobody_approved() {
    let mut club = Club::new();
    let [court] = club.courts(["Court 1"]);
    let (lena, add) = add_staff("Lena", Role::Instructor);
    club.done(add);
    let edit = EditResource {
        resource_id: court,
        staff_id: Some(Patch { from: None, to: Some(lena) }),
        needs_approval: Some(Patch { from: false, to: true }),
        ..EditResource::default()
    };
    club.done(Command::EditResource(edit));
    let owner = club.replica.session().unwrap().staff.unwrap().id;
    for who in [owner, lena] {
        club.replica.set_pin(who, "4711", NOW).unwrap().unwrap();
        club.replica.sign_in(owner, "4711", NOW).unwrap().unwrap();
    }
    let mut request = club.book(&[court], "2026-12-01T10:00");
    request.request = Some(Request { competing: false, approve_by: None });
    let id = request.booking_id;
    club.replica.sign_in(lena, "4711", NOW).unwrap().unwrap();
    club.done(Command::Book(request));
    let pending = club.booking(id);
    assert_eq!(pending.status, BookingStatus::Pending);
    club.cancel(id);

    let back = club.set(id, BookingStatus::Confirmed);
    let refusal = club.refused(back.clone());
    assert!(matches!(refusal, Refusal::StatusNotAllowed { .. }), "{refusal:?}");
    assert_eq!(club.booking(id).status, BookingStatus::Cancelled);
    club.replica.sign_in(owner, "4711", NOW).unwrap().unwrap();
    // Whoever may approve may bring it back.
    club.done(back);
    assert_eq!(club.booking(id).status, BookingStatus::Confirmed);
}

#[test]
fn a_package_pays_for_a_booking_that_moves_only_while_it_is_valid() {
    let mut club = Club::new();
    let [court] = club.courts(["Court 1"]);
    let tracy = club.customer("Tracy Smith");
    let service_id = ServiceId(Uuid::now_v7());
    club.done(Command::AddService(AddService {
        service_id,
        name: "Lesson".into(),
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
        credits: 1,
        position: 0,
        colour: String::new(),
    }));
    let product_id = ProductId(Uuid::now_v7());
    club.done(Command::AddProduct(AddProduct {
        product_id,
        name: "Ten".into(),
        description: String::new(),
        category: String::new(),
        popular: false,
        features: Vec::new(),
        position: 0,
        status: ProductStatus::Active,
        credits: 10,
        validity_days: 10,
        price: None,
        service_ids: Vec::new(),
        venue_id: None,
    }));
    let product: Product = club.replica.get(product_id).unwrap().unwrap();
    let from = club.venue.timezone.date(NOW);
    let (package, sell) = draft::sell_package(&product, tracy, &club.venue, from);
    club.done(sell);
    let mut book = club.book(&[court], "2026-11-25T10:00");
    (book.customer_id, book.service_id) = (Some(tracy), Some(service_id));
    book.package_id = Some(package);
    let id = book.booking_id;
    club.done(Command::Book(book));

    let moved = |club: &Club, local: &str| {
        let (booking, stay) = (club.booking(id), club.stay(local));
        let (start, end) = (stay.local_start, stay.local_end);
        draft::reschedule(&club.venue, &booking, start, end, vec![court]).command
    };
    let too_late = moved(&club, "2026-12-01T10:00");
    let refusal = club.refused(too_late);
    assert!(matches!(refusal, Refusal::PackageNotValid { .. }), "{refusal:?}");
    assert_eq!(club.booking(id).stay, club.stay("2026-11-25T10:00"));
    let in_time = moved(&club, "2026-11-30T10:00");
    club.done(in_time);
}

#[test]
fn a_date_that_a_series_left_out_may_be_brought_by_an_import() {
    let mut club = Club::new();
    let [court, other] = club.courts(["Court 1", "Court 2"]);
    club.booked(&[court], "2026-12-08T10:00");
    let series_id = SeriesId(Uuid::now_v7());
    let stays: Vec<Stay> = ["2026-12-01T10:00", "2026-12-08T10:00", "2026-12-15T10:00"]
        .iter()
        .map(|local| club.stay(local))
        .collect();
    let book = BookSeries {
        series_id,
        rrule: Recurrence::parse("FREQ=WEEKLY;COUNT=3").unwrap(),
        local_start: stays[0].local_start,
        template: club.book(&[court], "2026-12-01T10:00"),
        stays: stays.clone(),
        on_conflict: OnConflict::Skip,
        skipped: Vec::new(),
        may_be_empty: false,
    };
    club.done(Command::BookSeries(book));
    let skipped = |club: &Club| -> Vec<_> {
        let series: Series = club.replica.get(series_id).unwrap().unwrap();
        series.skipped.iter().map(|date| date.local_start).collect()
    };
    assert_eq!(skipped(&club), [stays[1].local_start]);

    let booking_id = BookingId::of_series(series_id, stays[1].local_start);
    let import = |resource| {
        let book = Book {
            series_id: Some(series_id),
            ..Book::new(booking_id, club.venue.id, vec![resource], stays[1])
        };
        let source = Source { name: "calendar".into(), id: "2".into() };
        Command::ImportBooking(ImportBooking {
            book,
            status: BookingStatus::Confirmed,
            source,
            past: Default::default(),
            chosen: false,
        })
    };
    let (taken, free) = (import(court), import(other));
    assert!(matches!(club.refused(taken), Refusal::SlotTaken { .. }));
    assert_eq!(skipped(&club), [stays[1].local_start], "it is still left out");
    club.done(free);
    assert_eq!(skipped(&club), []);
    assert_eq!(club.booking(booking_id).series_id, Some(series_id));
}

#[test]
fn an_imported_booking_of_a_hall_takes_its_parts() {
    let mut club = Club::new();
    let [one, two] = club.courts(["Court 1", "Court 2"]);
    let hall = club.hall("Hall", &[one, two]);
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).unwrap();
    write(
        "map.toml",
        "source = \"old\"\n[bookings]\nfile = \"b.csv\"\nid = \"id\"\nresource = \"room\"\n\
         start = \"start\"\nlength = { always_minutes = 60 }\n",
    );
    write(
        "b.csv",
        "id,room,start\n1,Hall,2026-12-01 10:00\n2,Court 2,2026-12-01 10:30\n\
         3,Court 2,2026-12-01 11:00\n4,Hall,2026-12-01 11:30\n",
    );
    let mapping = Mapping::read(&files.path().join("map.toml")).unwrap();
    let options = Options { venue_id: club.venue.id, dry_run: false };
    let report = club.replica.import(&mapping, files.path(), &options, NOW, &mut |_| {}).unwrap();
    let rejected: Vec<(u64, &str)> =
        report.rejected.iter().map(|row| (row.line, row.refusal.code.as_str())).collect();
    assert_eq!(rejected, [(3, "slot_taken"), (5, "slot_taken")]);
    let listed = club.replica.list(&Filter::default()).unwrap();
    let whole = listed.iter().find(|it| it.booking.resource_ids == [hall]).unwrap();
    let mut all = vec![one, two, hall];
    all.sort_unstable();
    assert_eq!(whole.booking.claimed_ids(), all);
    assert!(!club.has_room(one, "2026-12-01T10:00"));
}

#[test]
fn a_list_is_given_whole_however_long() {
    let mut club = Club::new();
    let commands: Vec<Command> =
        (0..1_005).map(|n| add_customer(&format!("C{n}"), |_| {}).1).collect();
    club.replica.submit_all(&commands, NOW).unwrap();
    assert_eq!(club.replica.listed::<Customer>(&[], false).unwrap().len(), 1_005);
}

#[test]
fn what_was_booked_outside_hours_is_booked_again_for_the_same_reason() {
    let mut club = Club::new();
    let [court] = club.courts(["Court 1"]);
    let id = club.booked(&[court], "2026-12-01T10:00");
    let late = Booking { outside_hours_reason: "The cup final".into(), ..club.booking(id) };
    let stay = club.stay("2026-12-08T10:00");
    let series_id = SeriesId(Uuid::now_v7());
    let again = club.replica.book_like(&late, series_id, stay.local_start, stay).unwrap();
    assert_eq!(again.outside_hours_reason, "The cup final");
}
