//! The venue that is exported: the sample, and one of everything that can be said.

use super::{NOW, done, gbp, olgas};
use holdfast_domain::command::{
    AboutCustomer, AddEvent, AddExceptions, AddProduct, AddResource, AddService, Book,
    EditCustomer, EditService, EditStaff, EditVenue, ExceptionTime, MergeCustomers, Patch, Request,
    WithdrawExceptions,
};
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    BookingId, Command, Consent, Contact, CustomerId, EventId, EventStatus, ExceptionId,
    ExceptionKind, Policy, ProductId, ProductStatus, ResourceId, ResourceKind, Role, ServiceId,
    StaffId, Timestamp, Venue, VenueId, Zone,
};
use holdfast_replica::draft::{add_customer, add_staff};
use holdfast_replica::{Replica, hours};
use std::path::Path;
use uuid::Uuid;

/// The sample venue, and one of everything that can be said.
pub(super) struct Club {
    pub(super) replica: Replica,
    pub(super) venue: Venue,
    pub(super) lena: StaffId,
    pub(super) lesson: ServiceId,
    pub(super) card: ProductId,
    pub(super) hall: ResourceId,
    pub(super) courts: [ResourceId; 2],
    pub(super) tracy: CustomerId,
    pub(super) amara: CustomerId,
    pub(super) dance: EventId,
}

pub(super) fn club(dir: &Path) -> Club {
    let (mut replica, venue_id) = olgas(dir);
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
    let amara = replica.customers("Amara", 1).unwrap()[0].id;
    let mut club = Club { replica, venue, lena, lesson, card, hall, courts, tracy, amara, dance };
    club.book();
    club.happen();
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
    let withdraw = WithdrawExceptions { exception_ids: vec![closed_id], restored: false };
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
    pub(super) fn book_with(
        &mut self,
        resources: &[ResourceId],
        start: &str,
        with: impl FnOnce(&mut Book),
    ) -> BookingId {
        let stay = stay_at(&self.venue, start.parse().unwrap(), 60).unwrap();
        let id = BookingId(Uuid::now_v7());
        let mut book = Book::new(id, self.venue.id, resources.to_vec(), stay);
        with(&mut book);
        done(&mut self.replica, Command::Book(book));
        id
    }

    /// A lesson with notes, a class with places, the whole hall, and two requests that compete.
    fn book(&mut self) {
        let coach = self.replica.resources().unwrap();
        let coach = coach.iter().find(|it| it.name == "Lena").unwrap().id;
        let (lesson, dance, [one, two]) = (self.lesson, self.dance, self.courts);
        let amara = self.amara;
        self.book_with(&[one, coach], "2026-12-01T10:00:00", |book| {
            book.service_id = Some(lesson);
            book.customer_id = Some(amara);
            book.text.customer_note = "Her racket".into();
            book.text.staff_note = "Our ball".into();
        });
        self.book_with(&[two], "2026-12-05T10:00:00", |book| {
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

    pub(super) fn edit(&mut self, command: Command) {
        done(&mut self.replica, command);
    }
}
