//! Every way in which a rule says no is met by somebody who asks; and docs/REFUSALS.md lists them
//! all, and no others.

use super::asks::*;
use super::*;
use crate::command::{EditService, MergeCustomers, OnConflict, Request, SetCapacity};
use std::collections::BTreeSet;

/// Sets the stage, and answers the command that is to be refused.
type Scene = fn(&mut World) -> Command;

fn usual() -> Book {
    book_id(1, "2026-11-20T13:00", "2026-11-20T14:00")
}

/// The court is booked from 13:00 to 14:00.
fn booked(world: &mut World) {
    world.run(&Command::Book(usual())).unwrap();
}

/// A class of `capacity` places, with Anna on its roster.
fn attended(world: &mut World, capacity: u32) {
    world.run(&Command::Book(class(1, capacity, 0))).unwrap();
    world.run(&Command::AddAttendance(attend(1, ANNA))).unwrap();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
}

/// Anna has a package of two credits.
fn sold(world: &mut World) {
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    world.run(&Command::SellPackage(sell(PACKAGE, 2))).unwrap();
}

fn edit_anna(edit: impl FnOnce(&mut EditCustomer)) -> Command {
    let mut c = EditCustomer { customer_id: ANNA, ..EditCustomer::default() };
    edit(&mut c);
    Command::EditCustomer(c)
}

fn merged(world: &mut World) {
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    let merged_into = Patch { from: None, to: Some(BEN) };
    world.run(&Command::MergeCustomers(MergeCustomers { customer_id: ANNA, merged_into })).unwrap();
}

/// The actor works here as somebody else.
fn act_as(world: &mut World, role: Role) {
    let staff = Staff::new(ACTOR, "Olga", role);
    world.rows.insert((Entity::Staff, ACTOR.0), Change::Staff(staff));
}

fn time(from: &str, to: &str) -> Command {
    Command::Book(book_id(1, from, to))
}

const ABOUT_FIELDS: &[(&str, Scene)] = &[
    ("end_before_start", |_| time("2026-11-20T14:00", "2026-11-20T13:00")),
    ("zero_length", |_| time("2026-11-20T14:00", "2026-11-20T14:00")),
    ("off_grid", |_| time("2026-11-20T14:05", "2026-11-20T15:00")),
    ("too_long", |_| time("2026-11-20T14:00", "2026-11-21T14:15")),
    ("before_today", |_| time("2026-11-19T14:00", "2026-11-19T15:00")),
    ("series_too_long", |_| Command::BookSeries(series(usual(), 501))),
    ("local_time_mismatch", |_| {
        with(|b| {
            b.stay.local_start = wall("2026-11-20T18:00");
            b.stay.local_end = wall("2026-11-20T19:00");
        })
    }),
    ("field_required", |_| with(|b| b.resource_ids.clear())),
    ("field_too_long", |_| with(|b| b.text.title = "x".repeat(256))),
    ("field_out_of_range", |_| with(|b| b.text.attendee_count = 0)),
    ("field_invalid", |_| with(|b| b.text.meeting_url = "ftp://x".into())),
    ("not_found", |_| with(|b| b.venue_id = VenueId(Uuid::from_u128(404)))),
    ("already_exists", |world| {
        booked(world);
        time("2026-11-20T15:00", "2026-11-20T16:00")
    }),
    ("changed_elsewhere", |_| {
        edit_anna(|c| c.phone = Some(Patch { from: "stale".into(), to: "1".into() }))
    }),
];

const ABOUT_PLACES: &[(&str, Scene)] = &[
    ("slot_taken", |world| {
        booked(world);
        book(2, "2026-11-20T13:30", "2026-11-20T14:30")
    }),
    ("resource_inactive", |world| {
        let active = Some(Patch { from: true, to: false });
        world.run(&Command::EditResource(EditResource { active, ..edit_court() })).unwrap();
        Command::Book(usual())
    }),
    ("resource_not_at_venue", |world| {
        let open = OpenVenue {
            venue_id: VenueId(Uuid::from_u128(50)),
            name: "Other".into(),
            timezone: zone(),
            currency: Currency::parse("EUR").unwrap(),
            slot_minutes: 15,
        };
        world.run(&Command::OpenVenue(open)).unwrap();
        with(|b| b.venue_id = VenueId(Uuid::from_u128(50)))
    }),
    ("resource_kind_missing", |world| {
        let needed_kinds = vec![ResourceKind::Instructor];
        let service = command::AddService { needed_kinds, ..add_service() };
        world.run(&Command::AddService(service)).unwrap();
        with(|b| b.service_id = Some(LESSON))
    }),
    ("service_unavailable", |world| {
        world.run(&Command::AddService(add_service())).unwrap();
        world.run(&delete(Entity::Service, LESSON.0)).unwrap();
        with(|b| b.service_id = Some(LESSON))
    }),
    ("terms_changed", |world| {
        world.run(&Command::AddService(add_service())).unwrap();
        let price = Some(Money { minor: 2_000, currency: Currency::parse("EUR").unwrap() });
        let price = Some(Patch { from: None, to: price });
        let edit = EditService { service_id: LESSON, price, ..EditService::default() };
        world.run(&Command::EditService(edit)).unwrap();
        with(|b| b.service_id = Some(LESSON))
    }),
    ("outside_hours", |world| {
        let closure = close("2026-11-20T12:00", "2026-11-20T13:30");
        world.run(&Command::AddExceptions(closure)).unwrap();
        Command::Book(usual())
    }),
    ("too_soon", |world| {
        let policy = Policy { min_notice_minutes: 240, ..Policy::default() };
        world.run(&set_policy(world, policy)).unwrap();
        Command::Book(usual())
    }),
    ("too_far_ahead", |world| {
        let policy = Policy { max_advance_days: Some(3), ..Policy::default() };
        world.run(&set_policy(world, policy)).unwrap();
        time("2026-11-24T13:00", "2026-11-24T14:00")
    }),
    ("approval_needed", |world| {
        let needs_approval = Some(Patch { from: false, to: true });
        world.run(&Command::EditResource(EditResource { needs_approval, ..edit_court() })).unwrap();
        let staff_id = Some(Patch { from: None, to: Some(ACTOR) });
        world.run(&Command::EditResource(EditResource { staff_id, ..edit_court() })).unwrap();
        act_as(world, Role::Instructor);
        Command::Book(usual())
    }),
    ("parts_nested", |world| {
        world.run(&Command::AddResource(add_hall())).unwrap();
        let (part_ids, id) = (vec![HALL], ResourceId(Uuid::from_u128(51)));
        Command::AddResource(AddResource { part_ids, ..resource(id) })
    }),
    ("parts_taken", |world| {
        booked(world);
        let other = |b: &mut Book| {
            (b.booking_id, b.resource_ids) = (id(2), vec![OTHER_COURT]);
        };
        world.run(&with(other)).unwrap();
        let part_ids = Some(Patch { from: Vec::new(), to: vec![OTHER_COURT] });
        Command::EditResource(EditResource { part_ids, ..edit_court() })
    }),
];

const ABOUT_PEOPLE: &[(&str, Scene)] = &[
    ("customer_blocked", |world| {
        let blocked = Some(Patch { from: String::new(), to: "owes".into() });
        world.run(&edit_anna(|c| c.blocked_reason = blocked)).unwrap();
        Command::Book(usual())
    }),
    ("customer_elsewhere", |world| {
        let customer_overlap = CustomerOverlap::Refuse;
        world.run(&set_policy(world, Policy { customer_overlap, ..Policy::default() })).unwrap();
        booked(world);
        with(|b| (b.booking_id, b.resource_ids) = (id(2), vec![OTHER_COURT]))
    }),
    ("customer_merged", |world| {
        merged(world);
        Command::Book(usual())
    }),
    ("customer_erased", |world| {
        let anna = Customer { erased_at: Some(now()), ..Customer::new(ANNA, "Erased") };
        world.rows.insert((Entity::Customer, ANNA.0), Change::Customer(anna));
        Command::Book(usual())
    }),
    ("deleted", |world| {
        world.run(&delete(Entity::Customer, ANNA.0)).unwrap();
        Command::Book(usual())
    }),
    ("not_deletable", |world| {
        booked(world);
        delete(Entity::Booking, id(1).0)
    }),
    ("last_owner", |_| edit_staff(ACTOR, false)),
    ("role_not_allowed", |world| {
        act_as(world, Role::FrontDesk);
        edit_staff(ACTOR, false)
    }),
    ("not_own_booking", |world| {
        act_as(world, Role::Instructor);
        Command::Book(usual())
    }),
    ("actor_unknown", |world| {
        world.rows.remove(&(Entity::Staff, ACTOR.0));
        Command::Book(usual())
    }),
    ("not_this_desks_venue", |world| {
        world.desk_venues = Some([VenueId(Uuid::from_u128(51))].into());
        Command::Book(usual())
    }),
    ("status_not_allowed", |world| {
        booked(world);
        Command::SetStatus(set_status(world, 1, BookingStatus::Rejected))
    }),
    ("refund_exceeds_paid", |world| {
        booked(world);
        world.run(&Command::TakePayment(pay(500, false))).unwrap();
        Command::TakePayment(pay(501, true))
    }),
];

const ABOUT_PLACES_AND_CREDITS: &[(&str, Scene)] = &[
    ("credits_insufficient", |world| {
        sold(world);
        with(|b| (b.package_id, b.credits) = (Some(PACKAGE), 3))
    }),
    ("package_not_valid", |world| {
        sold(world);
        let mut book = book_id(1, "2026-12-20T13:00", "2026-12-20T14:00");
        (book.package_id, book.credits) = (Some(PACKAGE), 1);
        Command::Book(book)
    }),
    ("package_not_for", |world| {
        sold(world);
        with(|b| (b.package_id, b.credits, b.customer_id) = (Some(PACKAGE), 1, None))
    }),
    ("places_taken", |world| {
        attended(world, 1);
        Command::AddAttendance(attend(1, BEN))
    }),
    ("attendance_not_allowed", |world| {
        attended(world, 2);
        world.run(&Command::CancelAttendance(leave(1, ANNA, AttendanceStatus::Booked))).unwrap();
        Command::CancelAttendance(leave(1, ANNA, AttendanceStatus::Cancelled))
    }),
    ("not_begun", |world| {
        booked(world);
        Command::SetStatus(set_status(world, 1, BookingStatus::Completed))
    }),
    ("not_a_roster", |world| {
        booked(world);
        let capacity = Patch { from: None, to: Some(3) };
        Command::SetCapacity(SetCapacity { booking_id: id(1), capacity })
    }),
];

/// The codes that exist, as `Refusal::code` gives them.
fn codes() -> BTreeSet<&'static str> {
    let source = include_str!("../../refusal.rs");
    let (_, code) = source.split_once("pub fn code(").unwrap();
    let (code, _) = code.split_once("pub fn notice(").unwrap();
    let arms = code.lines().filter_map(|line| line.trim().strip_suffix("\","));
    arms.filter_map(|arm| arm.split_once("=> \"")).map(|(_, code)| code).collect()
}

#[test]
fn every_refusal_is_met() {
    let scenes = [ABOUT_FIELDS, ABOUT_PLACES, ABOUT_PEOPLE, ABOUT_PLACES_AND_CREDITS].concat();
    let mut met = BTreeSet::new();
    for (code, scene) in scenes {
        let mut world = World::new();
        let command = scene(&mut world);
        let refusal = world.run(&command).expect_err(code);
        assert_eq!(refusal.code(), code, "{refusal:?}");
        let notice = refusal.notice();
        assert!(notice.message.ends_with('.') && notice.details.is_object(), "{notice:?}");
        met.insert(code);
    }
    met.insert(Zone::parse("Mars/Olympus").unwrap_err().code());
    assert_eq!(met, codes());
}

#[test]
fn the_list_of_refusals_for_people_names_every_code_and_no_other() {
    let list = include_str!("../../../../../docs/REFUSALS.md");
    let (_, rules) = list.split_once("## Rules").unwrap();
    let (rules, _) = rules.split_once("\n### ").unwrap();
    let rows: Vec<Vec<&str>> = rules
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    for row in &rows {
        assert_eq!(row.len(), 4, "code, meaning, details, what to do: {row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()) || row[2].is_empty(), "{row:?}");
    }
    let listed: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len(), "each once");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), codes());
}

#[test]
fn a_date_of_a_series_that_is_refused_for_what_it_is_not_is_left_out() {
    let mut world = World::new();
    booked(&mut world);
    let template = Book { booking_id: id(2), ..usual() };
    let mut dates = series(template, 3);
    assert_eq!(world.code(&Command::BookSeries(dates.clone())), "slot_taken");
    dates.on_conflict = OnConflict::Skip;
    world.run(&Command::BookSeries(dates)).unwrap();
    let Some(Change::Series(made)) = world.rows.get(&(Entity::Series, SERIES.0)) else {
        panic!("no series")
    };
    assert_eq!(made.skipped.len(), 1);
    assert_eq!(made.skipped[0].code, "slot_taken");
}

#[test]
fn nothing_new_hangs_on_what_was_deleted() {
    let mut world = World::new();
    world.run(&second_venue()).unwrap();
    world.run(&delete(Entity::Venue, VENUE.0)).unwrap();
    assert_eq!(world.code(&Command::Book(usual())), "deleted");
    world.run(&Command::Restore(command::Delete { entity: Entity::Venue, id: VENUE.0 })).unwrap();
    assert_eq!(world.code(&Command::Book(usual())), "done");
}

#[test]
fn an_import_names_what_exists_and_pays_nothing() {
    let mut world = World::new();
    sold(&mut world);
    let mut from = import(usual());
    from.book.service_id = Some(LESSON);
    assert_eq!(world.code(&Command::ImportBooking(from.clone())), "not_found");
    from.book.service_id = None;
    (from.book.package_id, from.book.credits) = (Some(PACKAGE), 5);
    let before = world.rows[&(Entity::Package, PACKAGE.0)].clone();
    world.run(&Command::ImportBooking(from)).unwrap();
    assert_eq!(world.booking(id(1)).package_id, None, "that the ledger of the package tells");
    assert_eq!(world.rows[&(Entity::Package, PACKAGE.0)], before);
}

#[test]
fn a_request_that_waits_holds_its_slot_and_one_that_competes_does_not() {
    for (competing, answer) in [(false, "slot_taken"), (true, "done")] {
        let mut world = World::new();
        let request = Some(Request { competing, approve_by: None });
        world.run(&with(|b| b.request = request)).unwrap();
        assert_eq!(world.code(&book(2, "2026-11-20T13:00", "2026-11-20T14:00")), answer);
        if competing {
            let confirm = set_status(&world, 1, BookingStatus::Confirmed);
            assert_eq!(world.code(&Command::SetStatus(confirm)), "slot_taken");
        }
    }
}
