//! An export of a whole venue, taken over elsewhere: nothing that can be imported is lost on the way,
//! and a later export updates instead of doubling.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use holdfast_domain::command::{
    AboutCustomer, AddEvent, AddExceptions, AddProduct, AddResource, AddService, Book, Edit,
    EditCustomer, EditProduct, EditResource, EditService, EditStaff, EditVenue, ExceptionTime,
    MergeCustomers, Patch, Request, WithdrawExceptions,
};
use holdfast_domain::id::imported;
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    AvailabilityException, Booking, BookingId, Command, Consent, Contact, Customer, CustomerId,
    Event, EventId, EventStatus, ExceptionId, ExceptionKind, Money, Policy, Product, ProductId,
    ProductStatus, Resource, ResourceId, ResourceKind, Role, Service, ServiceId, Staff, StaffId,
    Timestamp, Venue, VenueId, Zone,
};
use holdfast_replica::draft::{self, add_customer, add_staff};
use holdfast_replica::import::{Mapping, Options, Report};
use holdfast_replica::{Filter, Founding, Replica, Submission, hours};
use std::path::Path;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_795_168_800_000);

/// The files that are imported again.
const FILES: [&str; 8] =
    ["staff", "services", "products", "resources", "customers", "events", "exceptions", "bookings"];

fn founded(dir: &Path) -> (Replica, VenueId) {
    let mut replica = Replica::open(dir).unwrap();
    let founding = Founding {
        org_name: "Country Club".into(),
        owner_name: "Olga Owner".into(),
        venue_name: "Club".into(),
        timezone: "Europe/London".into(),
        currency: "GBP".into(),
        slot_minutes: 30,
    };
    let venue_id = replica.found(&founding, NOW).unwrap().unwrap();
    (replica, venue_id)
}

fn done(replica: &mut Replica, command: Command) {
    let command = replica.with_terms(command, NOW).unwrap();
    let done = replica.submit(&command, NOW).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?} {command:?}");
}

fn import(replica: &mut Replica, venue_id: VenueId, dir: &Path) -> Report {
    let mapping = Mapping::read(&dir.join("mapping.toml")).unwrap();
    let options = Options { venue_id, dry_run: false };
    let report = replica.import(&mapping, dir, &options, NOW, &mut |_| {}).unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    report
}

fn export(replica: &Replica, dir: &Path) {
    let venue = replica.venues().unwrap().remove(0);
    replica.export(&venue, dir).unwrap();
}

fn gbp(text: &str) -> Option<Money> {
    Some(Money::parse(text, holdfast_domain::Currency::parse("GBP").unwrap()).unwrap())
}

/// The sample venue, and one of everything that can be said.
struct Club {
    replica: Replica,
    venue: Venue,
    lena: StaffId,
    lesson: ServiceId,
    card: ProductId,
    hall: ResourceId,
    courts: [ResourceId; 2],
    tracy: CustomerId,
    dance: EventId,
}

fn club(dir: &Path) -> Club {
    let (mut replica, venue_id) = founded(dir);
    holdfast_replica::sample::fill(&mut replica, venue_id, NOW).unwrap();
    let policy =
        Policy { requests_compete: true, approval_minutes: Some(600), ..Policy::default() };
    let policy = Some(Patch { from: Policy::default(), to: policy });
    done(&mut replica, Command::EditVenue(EditVenue { venue_id, policy, ..EditVenue::default() }));
    let venue = replica.venue(venue_id).unwrap().unwrap();
    let lena = people(&mut replica);
    let (lesson, card) = catalogue(&mut replica, venue_id);
    let (hall, courts) = places(&mut replica, venue_id, lena);
    let tracy = customers(&mut replica);
    let dance = EventId(Uuid::now_v7());
    let event = AddEvent {
        event_id: dance,
        venue_id,
        title: "Dance, for all".into(),
        description: "First line\nsecond “line”".into(),
        category: "fun".into(),
        image_url: "https://example.org/a.png".into(),
        position: 2,
        status: EventStatus::Published,
        slug: "dance-for-all".into(),
        capacity: 12,
    };
    done(&mut replica, Command::AddEvent(event));
    shut(&mut replica, &venue, lena, hall);
    let mut club = Club { replica, venue, lena, lesson, card, hall, courts, tracy, dance };
    club.book();
    club
}

/// A closure that was taken back, an hour off twice, and a hall that is seen to.
fn shut(replica: &mut Replica, venue: &Venue, lena: StaffId, hall: ResourceId) {
    let time = |local: &str| ExceptionTime {
        exception_id: ExceptionId(Uuid::now_v7()),
        stay: stay_at(venue, local.parse().unwrap(), 60).unwrap(),
    };
    let closed = time("2026-12-24T10:00:00");
    let closed_id = closed.exception_id;
    let add = |kind, times| AddExceptions {
        kind,
        venue_id: venue.id,
        resource_id: None,
        staff_id: None,
        all_day: false,
        reason: "For a reason, or two".into(),
        group_id: None,
        times,
    };
    let off = vec![time("2026-12-10T10:00:00"), time("2026-12-17T10:00:00")];
    let exceptions = [
        add(ExceptionKind::Closure, vec![closed]),
        AddExceptions {
            staff_id: Some(lena),
            group_id: Some(Uuid::now_v7()),
            ..add(ExceptionKind::TimeOff, off)
        },
        AddExceptions {
            resource_id: Some(hall),
            all_day: true,
            ..add(ExceptionKind::Maintenance, vec![time("2026-12-11T10:00:00")])
        },
    ];
    for add in exceptions {
        done(replica, Command::AddExceptions(add));
    }
    let withdraw = WithdrawExceptions { exception_ids: vec![closed_id] };
    done(replica, Command::WithdrawExceptions(withdraw));
}

fn people(replica: &mut Replica) -> StaffId {
    let (lena, mut add) = add_staff("Lena", Role::Instructor);
    if let Command::AddStaff(add) = &mut add {
        add.description = "Teaches; since 2001".into();
        add.photo_url = "https://example.org/lena.png".into();
        add.timezone = Some(Zone::parse("Asia/Tokyo").unwrap());
    }
    done(replica, add);
    let (gone, add) = add_staff("Gone", Role::FrontDesk);
    done(replica, add);
    let active = Some(Patch { from: true, to: false });
    done(replica, Command::EditStaff(EditStaff { staff_id: gone, active, ..Default::default() }));
    lena
}

fn catalogue(replica: &mut Replica, venue_id: VenueId) -> (ServiceId, ProductId) {
    let service = |name: &str, venue_ids: Vec<VenueId>| AddService {
        service_id: ServiceId(Uuid::now_v7()),
        name: name.into(),
        description: "One to one".into(),
        duration_minutes: 60,
        buffer_before_minutes: 5,
        buffer_after_minutes: 30,
        price: gbp("30.50"),
        capacity: 3,
        needed_kinds: vec![ResourceKind::Court, ResourceKind::Instructor],
        venue_ids,
        needs_approval: false,
        free_cancel_minutes: Some(600),
        credits: 2,
        position: 4,
        colour: "#336699".into(),
    };
    let lesson = service("Lesson", vec![venue_id]);
    let old = service("Old lesson", Vec::new());
    let (id, old_id) = (lesson.service_id, old.service_id);
    done(replica, Command::AddService(lesson));
    done(replica, Command::AddService(old));
    let active = Some(Patch { from: true, to: false });
    let close = EditService { service_id: old_id, active, ..EditService::default() };
    done(replica, Command::EditService(close));
    let card = ProductId(Uuid::now_v7());
    let product = AddProduct {
        product_id: card,
        name: "Ten lessons".into(),
        description: String::new(),
        category: "cards".into(),
        popular: true,
        features: vec!["Cheaper; much".into(), "a\\b".into(), "Ten".into()],
        position: 1,
        status: ProductStatus::Active,
        credits: 20,
        validity_days: 365,
        price: gbp("250"),
        service_ids: vec![id, old_id],
        venue_id: None,
    };
    done(replica, Command::AddProduct(product));
    (id, card)
}

/// A hall of two courts whose names come after its own, and Lena.
fn places(
    replica: &mut Replica,
    venue_id: VenueId,
    lena: StaffId,
) -> (ResourceId, [ResourceId; 2]) {
    let add = |name: &str, kind| AddResource {
        resource_id: ResourceId(Uuid::now_v7()),
        name: name.into(),
        kind,
        location: "North".into(),
        description: String::new(),
        venue_ids: vec![venue_id],
        source: None,
        part_ids: Vec::new(),
        staff_id: None,
        hours: Vec::new(),
        needs_approval: false,
    };
    let (one, two) = (add("X1", ResourceKind::Court), add("X2", ResourceKind::Court));
    let courts = [one.resource_id, two.resource_id];
    let hall = AddResource {
        part_ids: courts.to_vec(),
        hours: hours::read("mon-fri 08:00-12:00,13:00-23:00; sat 10:00-02:00 from 2026-01-01 off")
            .unwrap(),
        needs_approval: true,
        ..add("Hall", ResourceKind::Room)
    };
    let coach = AddResource { staff_id: Some(lena), ..add("Lena", ResourceKind::Instructor) };
    let hall_id = hall.resource_id;
    for resource in [one, two, hall, coach] {
        done(replica, Command::AddResource(resource));
    }
    (hall_id, courts)
}

fn customers(replica: &mut Replica) -> CustomerId {
    let (tracy, add) = add_customer("Tracy Smith", |add| {
        add.email = "tracy@example.org".into();
        add.address = "1 Road, Town".into();
        add.note = "likes =1+1".into();
        add.about = AboutCustomer {
            preferred_contact: Some(Contact::Sms),
            timezone: Some(Zone::parse("Europe/Paris").unwrap()),
            language: "fr".into(),
            tags: vec!["a;b".into(), "vip".into()],
            preferences: "Window".into(),
            photo_url: "https://example.org/t.png".into(),
            consent: Some(Consent {
                given_at: Timestamp(1_700_000_000_123),
                version: "v2".into(),
                marketing: true,
                sms: false,
            }),
        };
    });
    done(replica, add);
    let edit = EditCustomer {
        customer_id: tracy,
        email_verified: Some(Patch { from: false, to: true }),
        blocked_reason: Some(Patch { from: String::new(), to: "owes money".into() }),
        ..EditCustomer::default()
    };
    done(replica, Command::EditCustomer(edit));
    // The first turned out to be the second, who turned out to be Tracy.
    let mut into = tracy;
    for name in ["Zoe Smith", "A. Smith"] {
        let (id, add) = add_customer(name, |_| {});
        done(replica, add);
        let merged_into = Patch { from: None, to: Some(into) };
        // A chain is made from its end.
        if name == "Zoe Smith" {
            into = id;
            continue;
        }
        let merge = MergeCustomers { customer_id: id, merged_into };
        done(replica, Command::MergeCustomers(merge));
    }
    let merged_into = Patch { from: None, to: Some(tracy) };
    done(replica, Command::MergeCustomers(MergeCustomers { customer_id: into, merged_into }));
    tracy
}

impl Club {
    fn book_with(&mut self, resources: &[ResourceId], start: &str, with: impl FnOnce(&mut Book)) {
        let stay = stay_at(&self.venue, start.parse().unwrap(), 60).unwrap();
        let id = BookingId(Uuid::now_v7());
        let mut book = Book::new(id, self.venue.id, resources.to_vec(), stay);
        with(&mut book);
        done(&mut self.replica, Command::Book(book));
    }

    /// A lesson with notes, a class with places, the whole hall, and two requests that compete.
    fn book(&mut self) {
        let coach = self.replica.resources().unwrap();
        let coach = coach.iter().find(|it| it.name == "Lena").unwrap().id;
        let (lesson, dance, [one, two]) = (self.lesson, self.dance, self.courts);
        let amara = self.replica.customers("Amara", 1).unwrap()[0].id;
        self.book_with(&[one, coach], "2026-12-01T10:00:00", |book| {
            book.service_id = Some(lesson);
            book.customer_id = Some(amara);
            book.text.customer_note = "Her racket".into();
            book.text.staff_note = "Our ball".into();
        });
        self.book_with(&[two], "2026-12-01T10:00:00", |book| {
            book.event_id = Some(dance);
            book.capacity = Some(12);
            book.text.title = "Dance".into();
        });
        self.book_with(&[self.hall], "2026-12-02T10:00:00", |_| {});
        for _ in 0..2 {
            self.book_with(&[one], "2026-12-03T10:00:00", |book| {
                book.request = Some(Request { competing: true, approve_by: None });
                book.price_agreed = true;
                book.price = gbp("12");
            });
        }
    }

    fn edit(&mut self, command: Command) {
        done(&mut self.replica, command);
    }
}

/// The files of an export, with ids as in `other`, whose rows these are.
fn files(dir: &Path, ids: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let read = |name: &str| {
        let mut text = std::fs::read_to_string(dir.join(format!("{name}.csv"))).unwrap();
        for (from, to) in ids {
            text = text.replace(from, to);
        }
        // Rows of one name are in the order of their ids, and so are several within a field.
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[1..].sort();
        (name.to_owned(), lines)
    };
    FILES.iter().map(|name| read(name)).collect()
}

/// What each id of `club` is elsewhere, and what it is here.
fn ids(club: &Club, other: &Replica) -> Vec<(String, String)> {
    let source = format!("holdfast {}", club.venue.id);
    let mut ids = Vec::new();
    let mut add = |kind: &str, id: Uuid| {
        ids.push((imported(&source, kind, &id.to_string()).to_string(), id.to_string()));
    };
    let replica = &club.replica;
    for it in replica.listed::<Staff>(&[], true).unwrap() {
        add("staff", it.id.0);
    }
    replica.listed::<Service>(&[], true).unwrap().iter().for_each(|it| add("service", it.id.0));
    replica.listed::<Product>(&[], true).unwrap().iter().for_each(|it| add("product", it.id.0));
    replica.listed::<Resource>(&[], true).unwrap().iter().for_each(|it| add("resource", it.id.0));
    replica.listed::<Customer>(&[], true).unwrap().iter().for_each(|it| add("customer", it.id.0));
    for it in replica.listed::<AvailabilityException>(&[], true).unwrap() {
        add("availability_exception", it.id.0);
        it.group_id.into_iter().for_each(|group| add("exceptions", group));
    }
    replica.listed::<Event>(&[], true).unwrap().iter().for_each(|it| add("event", it.id.0));
    let all = Filter { with_ended: true, ..Filter::default() };
    replica.list(&all).unwrap().iter().for_each(|it| add("booking", it.booking.id.0));
    // Who founded the other is the same person there.
    let owner = |replica: &Replica| {
        let staff = replica.all_staff().unwrap();
        staff.iter().find(|it| it.role == Role::Owner).unwrap().id.to_string()
    };
    ids.push((owner(other), owner(replica)));
    ids
}

fn assert_same(club: &Club, other: &Replica, dir: &Path, n: usize) {
    let (here, there) = (dir.join(format!("here{n}")), dir.join(format!("there{n}")));
    export(&club.replica, &here);
    export(other, &there);
    let told = files(&there, &ids(club, other));
    for ((name, expected), (_, found)) in files(&here, &[]).into_iter().zip(told) {
        let sorted = |lines: Vec<String>| -> Vec<String> {
            let fields = |line: String| {
                let mut parts: Vec<&str> = line.split(',').collect();
                let lists: Vec<String> = parts
                    .drain(..)
                    .map(|field| {
                        let mut ids: Vec<&str> = field.split(';').collect();
                        ids.sort_unstable();
                        ids.join(";")
                    })
                    .collect();
                lists.join(",")
            };
            lines.into_iter().map(fields).collect()
        };
        assert!(expected.len() > 1, "{name} says something");
        assert_eq!(sorted(expected), sorted(found), "{name}");
    }
}

#[test]
fn what_one_desk_exports_another_exports_again() {
    let dir = tempfile::tempdir().unwrap();
    let club = club(&dir.path().join("a"));
    let (mut other, venue_id) = founded(&dir.path().join("b"));
    let out = dir.path().join("out");
    export(&club.replica, &out);

    let report = import(&mut other, venue_id, &out);
    assert_eq!((report.staff.taken, report.staff.already), (2, 1), "Olga is there already");
    assert_eq!((report.services.taken, report.products.taken, report.events.taken), (2, 1, 1));
    assert_same(&club, &other, dir.path(), 1);
    let hall = other.resources().unwrap().into_iter().find(|it| it.name == "Hall").unwrap();
    assert_eq!((hall.part_ids.len(), hall.hours.len()), (2, 11));
    let all = Filter { with_ended: true, ..Filter::default() };
    let lesson = other.list(&all).unwrap();
    let lesson = lesson.iter().find(|it| it.booking.service_id.is_some()).unwrap();
    assert_eq!(lesson.booking.service_name, "Lesson");
    assert_eq!(lesson.booking.price, gbp("30.50"));
    assert!(other.examine().unwrap().ok);

    let seq = other.last_seq().unwrap();
    let again = import(&mut other, venue_id, &out);
    assert_eq!(again.customers.already, again.customers.rows);
    assert_eq!(other.last_seq().unwrap(), seq, "importing twice does nothing");
    // Nor does importing where it came from.
    let mut club = club;
    let seq = club.replica.last_seq().unwrap();
    import(&mut club.replica, club.venue.id, &out);
    assert_eq!(club.replica.last_seq().unwrap(), seq);
}

fn to<T: Clone>(from: &T, to: T) -> Edit<T> {
    Some(Patch { from: from.clone(), to })
}

#[test]
fn a_later_export_changes_rows_and_doubles_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut club = club(&dir.path().join("a"));
    let (mut other, venue_id) = founded(&dir.path().join("b"));
    let out = dir.path().join("out");
    export(&club.replica, &out);
    import(&mut other, venue_id, &out);
    let rows = |report: &Report| {
        let tallies = [
            report.staff,
            report.services,
            report.products,
            report.resources,
            report.customers,
            report.events,
            report.exceptions,
            report.bookings,
        ];
        tallies.map(|tally| (tally.taken, tally.updated))
    };

    let staff_id = club.lena;
    let description = to(&"Teaches; since 2001".to_owned(), "Taught".into());
    let (role, active) = (to(&Role::Instructor, Role::Manager), to(&true, false));
    club.edit(Command::EditStaff(EditStaff {
        staff_id,
        role,
        active,
        description,
        ..EditStaff::default()
    }));
    let (service_id, price) = (club.lesson, to(&gbp("30.50"), None));
    let needed_kinds = to(&vec![ResourceKind::Court, ResourceKind::Instructor], Vec::new());
    club.edit(Command::EditService(EditService {
        service_id,
        price,
        needed_kinds,
        ..EditService::default()
    }));
    let (product_id, credits) = (club.card, to(&20, 30));
    let status = to(&ProductStatus::Active, ProductStatus::Archived);
    club.edit(Command::EditProduct(EditProduct {
        product_id,
        credits,
        status,
        ..EditProduct::default()
    }));
    let resource_id = club.hall;
    let hall: Resource = club.replica.get(resource_id).unwrap().unwrap();
    let part_ids = to(&hall.part_ids, vec![club.courts[0]]);
    let (hours, needs_approval) = (to(&hall.hours, Vec::new()), to(&true, false));
    club.edit(Command::EditResource(EditResource {
        resource_id,
        part_ids,
        hours,
        needs_approval,
        ..EditResource::default()
    }));
    let exceptions = club.replica.listed::<AvailabilityException>(&[], true).unwrap();
    let off = exceptions.iter().find(|it| it.kind == ExceptionKind::TimeOff).unwrap();
    let exception_ids = vec![off.id];
    club.edit(Command::WithdrawExceptions(WithdrawExceptions { exception_ids }));
    let tracy: Customer = club.replica.get(club.tracy).unwrap().unwrap();
    club.edit(Command::EditCustomer(EditCustomer {
        customer_id: tracy.id,
        email: to(&tracy.email, "t@example.org".into()),
        email_verified: to(&true, false),
        blocked_reason: to(&tracy.blocked_reason, String::new()),
        tags: to(&tracy.tags, vec!["new".into()]),
        consent: to(&tracy.consent, None),
        ..EditCustomer::default()
    }));
    let zoe = club.replica.listed::<Customer>(&[], true).unwrap();
    let zoe = zoe.into_iter().find(|it| it.name == "Zoe Smith").unwrap();
    let merged_into = Patch { from: zoe.merged_into, to: None };
    club.edit(Command::MergeCustomers(MergeCustomers { customer_id: zoe.id, merged_into }));
    let lesson = club.replica.list(&Filter { with_ended: true, ..Filter::default() }).unwrap();
    let lesson: &Booking =
        &lesson.iter().find(|it| it.booking.service_id.is_some()).unwrap().booking;
    let stay = stay_at(&club.venue, "2026-12-04T12:00:00".parse().unwrap(), 60).unwrap();
    let (start, end, resources) = (stay.local_start, stay.local_end, lesson.resource_ids.clone());
    let moved = draft::reschedule(&club.venue, lesson, start, end, resources);
    club.edit(moved.command);

    let out = dir.path().join("later");
    export(&club.replica, &out);
    let report = import(&mut other, venue_id, &out);
    assert_eq!(rows(&report), [(0, 1), (0, 1), (0, 1), (0, 1), (0, 2), (0, 0), (0, 1), (0, 1)]);
    assert_same(&club, &other, dir.path(), 2);
}
