//! An export of a whole venue, taken over elsewhere: nothing that can be imported is lost on the way,
//! and a later export updates instead of doubling.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod both_sides;
mod club;
#[path = "../founded/mod.rs"]
mod founded;
mod happened;
mod ledgers;

use club::{Club, club};
use founded::founded;
use holdfast_domain::command::{
    Edit, EditCustomer, EditProduct, EditResource, EditService, EditStaff, MergeCustomers, Patch,
    WithdrawExceptions,
};
use holdfast_domain::id::imported;
use holdfast_domain::report::Days;
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    AvailabilityException, Booking, Command, CreditEntry, Customer, ExceptionKind, Money,
    ProductStatus, Resource, ResourceKind, Role, Timestamp, VenueId,
};
use holdfast_replica::draft;
use holdfast_replica::import::{Mapping, Options, Report, RowNote};
use holdfast_replica::report::Subject;
use holdfast_replica::{Filter, Replica, Submission};
use std::path::Path;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_795_168_800_000);
/// When it is taken over elsewhere: three days later.
const LATER: Timestamp = Timestamp(1_795_168_800_000 + 3 * 24 * 3_600_000);

/// The files that are imported again.
const FILES: [&str; 13] = [
    "staff",
    "services",
    "products",
    "resources",
    "customers",
    "events",
    "exceptions",
    "series",
    "packages",
    "bookings",
    "attendances",
    "payments",
    "credit_entries",
];

fn olgas(dir: &Path) -> (Replica, VenueId) {
    let (replica, venue) = founded(dir, ("Europe/London", "GBP"), 30, NOW);
    (replica, venue.id)
}

fn done(replica: &mut Replica, command: Command) {
    let command = replica.with_terms(command, NOW).unwrap();
    let done = replica.submit(&command, NOW).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?} {command:?}");
}

fn import(replica: &mut Replica, venue_id: VenueId, dir: &Path) -> Report {
    let mapping = Mapping::read(&dir.join("mapping.toml")).unwrap();
    let options = Options { venue_id, dry_run: false };
    let report = replica.import(&mapping, dir, &options, LATER, &mut |_| {}).unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    // A line of a ledger that came about here by itself, and no other row, has a note.
    let of_ledger = |note: &RowNote| note.file == "credit_entries.csv";
    assert!(report.notes.iter().all(of_ledger), "{:?}", report.notes);
    report
}

fn export(replica: &Replica, dir: &Path) {
    let venue = replica.venues().unwrap().remove(0);
    replica.export(&venue, dir).unwrap().unwrap();
}

fn gbp(text: &str) -> Option<Money> {
    Some(Money::parse(text, holdfast_domain::Currency::parse("GBP").unwrap()).unwrap())
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

/// What is called otherwise elsewhere than in `club`: lines of ledgers, which have numbers for ids,
/// what was entered as one recurrence, and who founded the other.
fn ids(club: &Club, other: &Replica) -> Vec<(String, String)> {
    let source = format!("holdfast {}", club.venue.id);
    let mut ids = Vec::new();
    let mut add = |kind: &str, id: Uuid| {
        ids.push((imported(&source, kind, &id.to_string()).to_string(), id.to_string()));
    };
    let replica = &club.replica;
    for it in replica.listed::<AvailabilityException>(&[], true).unwrap() {
        it.group_id.into_iter().for_each(|group| add("exceptions", group));
    }
    for it in replica.listed::<CreditEntry>(&[], true).unwrap() {
        ids.push((it.id.elsewhere(it.entered_at).to_string(), it.id.to_string()));
    }
    let owner = |replica: &Replica| {
        let staff = replica.all_staff().unwrap();
        staff.iter().find(|it| it.role == Role::Owner).unwrap().id.to_string()
    };
    ids.push((owner(other), owner(replica)));
    ids
}

fn assert_same(club: &Club, other: &Replica, dir: &Path, later: bool) {
    let n = u8::from(later);
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
            let mut sorted: Vec<String> = lines.into_iter().map(fields).collect();
            // What a line of a ledger came of is its own here: another id, and another moment.
            if later && name == "credit_entries" {
                for line in &mut sorted {
                    let mut cells: Vec<&str> = line.split(',').collect();
                    cells.drain(..1);
                    cells.remove(3);
                    *line = cells.join(",");
                }
                sorted.sort();
            }
            sorted
        };
        assert!(expected.len() > 1, "{name} says something");
        assert_eq!(sorted(expected), sorted(found), "{name}");
    }
}

/// What was taken, what is owed, what credits are still good for, and who did not come.
fn money(replica: &Replica) -> Vec<String> {
    let venue = replica.venues().unwrap().remove(0);
    let day = |text: &str| text.parse().unwrap();
    let days = Days::new(venue.timezone, day("2026-10-01"), day("2026-12-31")).unwrap();
    let report = |subject| replica.report(subject, &venue, &days, LATER).unwrap().unwrap();
    let [revenue, no_shows] = [Subject::Revenue, Subject::NoShows].map(report);
    let sections = revenue.sections.iter().chain(&no_shows.sections);
    let cells = sections.flat_map(|section| section.cells()).map(|row| row.join(","));
    let cells: Vec<String> =
        cells.filter(|row| row.contains(|c: char| c.is_ascii_digit())).collect();
    assert!(cells.iter().any(|row| row.contains("8100")), "{cells:?}");
    cells
}

#[test]
fn what_one_desk_exports_another_exports_again() {
    let dir = tempfile::tempdir().unwrap();
    let club = club(&dir.path().join("a"));
    let (mut other, venue_id) = olgas(&dir.path().join("b"));
    let out = dir.path().join("out");
    export(&club.replica, &out);

    let report = import(&mut other, venue_id, &out);
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    assert_eq!((report.staff.taken, report.staff.already), (2, 1), "Olga is there already");
    assert_eq!((report.services.taken, report.products.taken, report.events.taken), (2, 1, 1));
    assert_same(&club, &other, dir.path(), false);
    assert_eq!(money(&club.replica), money(&other));
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
    let (mut other, venue_id) = olgas(&dir.path().join("b"));
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
    // She stays: what ended is not taken up again with who has left.
    let role = to(&Role::Instructor, Role::Manager);
    club.edit(Command::EditStaff(EditStaff {
        staff_id,
        role,
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
    club.edit(Command::WithdrawExceptions(WithdrawExceptions { exception_ids, restored: false }));
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
    let starts = |it: &&Booking| it.stay.local_start == "2026-12-01T10:00:00".parse().unwrap();
    let mut lessons = lesson.iter().map(|it| &it.booking).filter(|it| it.service_id.is_some());
    let lesson = lessons.find(starts).unwrap();
    let stay = stay_at(&club.venue, "2026-12-04T12:00:00".parse().unwrap(), 60).unwrap();
    let (start, end, resources) = (stay.local_start, stay.local_end, lesson.resource_ids.clone());
    let moved = draft::reschedule(&club.venue, lesson, start, end, resources);
    club.edit(moved.command);

    club.go_on();

    let out = dir.path().join("later");
    export(&club.replica, &out);
    let report = import(&mut other, venue_id, &out);
    let happened = [report.packages, report.attendances, report.payments, report.credit_entries];
    let happened = happened.map(|tally| (tally.taken, tally.updated));
    // Lines that came of what was called off, or taken up again, on both sides are one.
    assert_eq!(happened, [(0, 0), (1, 1), (1, 0), (1, 0)]);
    assert_eq!(rows(&report), [(0, 1), (0, 1), (0, 1), (0, 1), (0, 2), (0, 0), (0, 1), (0, 5)]);
    assert_same(&club, &other, dir.path(), true);
    assert_eq!(money(&club.replica), money(&other));
    let seq = other.last_seq().unwrap();
    import(&mut other, venue_id, &out);
    assert_eq!(other.last_seq().unwrap(), seq, "and once more does nothing");
}
