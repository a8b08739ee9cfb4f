//! What becomes of a roster whose class does not take place.

use super::asks::*;
use super::*;
use crate::change::Row;
use crate::command::{
    AddAttendance, CancelAttendance, EraseCustomer, MergeCustomers, PromoteAttendance,
};
use crate::id::OperationId;
use crate::rows::Attendance;
use crate::undo::GRACE_MS;

/// A class for one, too late to be given back for nothing, and Anna's, for a credit of her three.
fn late_class() -> World {
    let mut world = World::new();
    let setup = [
        set_policy(&world, Policy { free_cancel_minutes: Some(24 * 60), ..Policy::default() }),
        Command::AddService(add_service()),
        Command::AddProduct(add_product(3)),
        Command::AddCustomer(add_customer(BEN)),
        Command::SellPackage(sell(PACKAGE, 3)),
        Command::Book(Book { free_cancel_minutes: Some(24 * 60), ..class(1, 1, 1) }),
    ];
    for command in setup {
        world.run(&command).unwrap();
    }
    let paid = AddAttendance { package_id: Some(PACKAGE), credits: 1, ..attend(1, ANNA) };
    world.run(&Command::AddAttendance(paid)).unwrap();
    world
}

/// A class for one: Anna has the place, and Ben waits for it.
fn anna_and_who_waits() -> World {
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    world.run(&Command::Book(class(1, 1, 0))).unwrap();
    world.run(&Command::AddAttendance(attend(1, ANNA))).unwrap();
    let waits = AddAttendance { waitlist: true, ..attend(1, BEN) };
    world.run(&Command::AddAttendance(waits)).unwrap();
    world
}

fn balance(world: &World) -> u32 {
    world.row::<Package>(PACKAGE).unwrap().balance
}

#[test]
fn what_the_house_calls_off_costs_the_customer_nothing_however_late() {
    let mut world = late_class();
    let hers = book_id(2, "2026-11-20T13:00", "2026-11-20T14:00");
    let free_cancel_minutes = Some(24 * 60);
    let hers = Book {
        free_cancel_minutes,
        resource_ids: vec![OTHER_COURT],
        package_id: Some(PACKAGE),
        credits: 1,
        ..hers
    };
    world.run(&Command::Book(hers)).unwrap();
    let off = |initiator, late| {
        let Command::Cancel(c) = cancel(id(2), "burst pipe") else { panic!("no cancellation") };
        Command::Cancel(Cancel { initiator, late, package_id: Some(PACKAGE), ..c })
    };
    let mut by_customer = world.clone();
    by_customer.run(&off(Initiator::Customer, true)).unwrap();
    assert_eq!(balance(&by_customer), 1, "it is lost");
    let desk = Staff::new(ACTOR, "Olga", Role::FrontDesk);
    let mut at_the_desk = world.clone();
    at_the_desk.rows.insert((Entity::Staff, ACTOR.0), Change::Staff(desk));
    assert_eq!(at_the_desk.code(&off(Initiator::Admin, false)), "role_not_allowed");
    for shown in [true, false] {
        let mut world = world.clone();
        world.run(&off(Initiator::Admin, shown)).unwrap();
        assert_eq!(balance(&world), 2, "it is back");
        assert!(!world.booking(id(2)).cancellation.as_ref().unwrap().late);
    }
}

#[test]
fn nobody_loses_a_credit_by_a_class_that_the_house_calls_off_however_late() {
    let mut world = late_class();
    let mut ben = attend(1, BEN);
    ben.waitlist = true;
    world.run(&Command::AddAttendance(ben)).unwrap();
    assert_eq!(balance(&world), 2);

    // It begins in three hours: too late for a customer, and no matter for the house.
    let late = Command::Cancel(Cancel {
        booking_id: id(1),
        from_status: BookingStatus::Confirmed,
        reason: "coach ill".into(),
        initiator: Initiator::Staff,
        late: true,
        waive_reason: String::new(),
        package_id: None,
        cancelled_at: None,
    });
    world.run(&late).unwrap();
    assert_eq!(balance(&world), 3);
    assert_eq!(world.booking(id(1)).places_taken, 0);
    for customer in [ANNA, BEN] {
        let place = AttendanceId::of(id(1), customer);
        let row = &world.rows[&(Entity::Attendance, place.0)];
        assert!(
            matches!(row, Change::Attendance(it) if it.status == AttendanceStatus::Cancelled),
            "{row:?}"
        );
    }
    let promote = Command::PromoteAttendance(PromoteAttendance {
        attendance_id: AttendanceId::of(id(1), BEN),
        booking_id: id(1),
        package_id: None,
        credits: 0,
    });
    assert_eq!(world.code(&promote), "status_not_allowed");
}

#[test]
fn a_class_called_off_by_mistake_comes_back_to_who_called_it_off_and_only_for_a_moment() {
    let mut world = anna_and_who_waits();
    let before = world.rows.clone();
    world.run(&cancel(id(1), "mistake")).unwrap();
    let set = Command::SetStatus(set_status(&world, 1, BookingStatus::Confirmed));
    assert_eq!(world.code(&set), "status_not_allowed", "its people have been told");
    let operation_id = OperationId(Uuid::from_u128(1));
    let undo = Command::Withdraw(Withdraw { operation_id, undo: Box::new(set), seen: Vec::new() });

    let mut later = world.clone();
    later.clock = Some(now().plus_ms(GRACE_MS));
    assert_eq!(later.code(&undo), "status_not_allowed");
    let mut of_another = world.clone();
    if let Some(Change::Booking(it)) = of_another.rows.get_mut(&(Entity::Booking, id(1).0)) {
        it.cancellation.as_mut().unwrap().cancelled_by = StaffId(Uuid::from_u128(77));
    }
    assert_eq!(of_another.code(&undo), "changed_elsewhere");
    // Who may not come any more does not, whatever became of them meanwhile.
    let block = Command::EditCustomer(EditCustomer {
        customer_id: ANNA,
        blocked_reason: Some(Patch { from: String::new(), to: "owes us".into() }),
        ..EditCustomer::default()
    });
    let erase = Command::EraseCustomer(EraseCustomer::new(ANNA, "asked".into()));
    // Nor who is elsewhere by now, where the venue refuses that.
    let refuse = Policy { customer_overlap: CustomerOverlap::Refuse, ..Policy::default() };
    let mut strict = world.clone();
    strict.run(&set_policy(&strict, refuse)).unwrap();
    let resource_ids = vec![OTHER_COURT];
    let elsewhere =
        Book { resource_ids, customer_id: Some(ANNA), capacity: None, ..class(2, 1, 0) };
    strict.clock = Some(now().plus_ms(1));
    for (gone, world) in [(block, &world), (erase, &world), (Command::Book(elsewhere), &strict)] {
        let mut without = world.clone();
        without.run(&gone).unwrap();
        without.run(&undo).unwrap();
        assert_eq!(without.booking(id(1)).places_taken, 0);
        let status = |customer| {
            let place = (Entity::Attendance, AttendanceId::of(id(1), customer).0);
            Attendance::of(&without.rows[&place]).unwrap().status
        };
        assert_eq!(status(ANNA), AttendanceStatus::Cancelled);
        assert_eq!(status(BEN), AttendanceStatus::Waitlisted);
    }
    // Whoever turned out to be somebody counts as them.
    let (mut merged, cleo) = (strict.clone(), CustomerId(Uuid::from_u128(31)));
    merged.run(&Command::AddCustomer(add_customer(cleo))).unwrap();
    let resource_ids = vec![OTHER_COURT];
    let of_cleo = Book { resource_ids, customer_id: Some(cleo), capacity: None, ..class(2, 1, 0) };
    merged.run(&Command::Book(of_cleo)).unwrap();
    let merged_into = Patch { from: None, to: Some(ANNA) };
    let merge = MergeCustomers { customer_id: cleo, merged_into };
    merged.run(&Command::MergeCustomers(merge)).unwrap();
    merged.run(&undo).unwrap();
    assert_eq!(merged.booking(id(1)).places_taken, 0);
    world.run(&undo).unwrap();
    let places = |rows: &BTreeMap<(Entity, Uuid), Change>| {
        let rows = rows.values().filter_map(Attendance::of).cloned();
        rows.collect::<Vec<_>>()
    };
    assert_eq!(places(&world.rows), places(&before));
    assert_eq!(world.booking(id(1)).places_taken, 1);
}

/// A class that was called off a moment ago, as who called it off takes that back.
fn call_off_and_take_back(world: &mut World) -> Result<(), Refusal> {
    let Command::Cancel(cancel) = cancel(id(1), "mistake") else { panic!("a cancellation") };
    let late = world.booking(id(1)).cancels_late(world.now());
    world.run(&Command::Cancel(Cancel { late, ..cancel })).unwrap();
    let set = Command::SetStatus(set_status(world, 1, BookingStatus::Confirmed));
    let operation_id = OperationId(Uuid::from_u128(1));
    world
        .run(&Command::Withdraw(Withdraw { operation_id, undo: Box::new(set), seen: Vec::new() }))
        .map(drop)
}

fn roster(world: &World) -> Vec<Attendance> {
    world.rows.values().filter_map(Attendance::of).cloned().collect()
}

#[test]
fn who_gave_a_place_back_too_late_has_not_got_it_again_with_the_class() {
    let mut world = late_class();
    let late = CancelAttendance {
        late: true,
        package_id: Some(PACKAGE),
        ..leave(1, ANNA, AttendanceStatus::Booked)
    };
    world.run(&Command::CancelAttendance(late)).unwrap();
    world.run(&Command::AddAttendance(attend(1, BEN))).unwrap();
    world.clock = Some(now().plus_ms(1));
    assert_eq!(balance(&world), 2);
    call_off_and_take_back(&mut world).unwrap();
    assert_eq!(balance(&world), 2, "it is lost, as before");
    let stand: Vec<_> =
        roster(&world).iter().map(|it| (it.customer_id, it.status, it.late)).collect();
    let anna = (ANNA, AttendanceStatus::Cancelled, true);
    assert!(stand.contains(&anna), "{stand:?}");
    assert!(stand.contains(&(BEN, AttendanceStatus::Booked, false)), "{stand:?}");
    assert_eq!(world.booking(id(1)).places_taken, 1);
}

#[test]
fn what_somebody_had_beside_a_class_before_costs_them_no_place_in_it() {
    let mut world = anna_and_who_waits();
    let beside = [(2, ANNA, "13:00", "13:30"), (3, BEN, "13:30", "14:00")];
    for (n, customer, from, to) in beside {
        let [from, to] = [from, to].map(|hour| format!("2026-11-20T{hour}"));
        let resource_ids = vec![OTHER_COURT];
        let own = Book { resource_ids, customer_id: Some(customer), ..book_id(n, &from, &to) };
        world.run(&Command::Book(own)).unwrap();
    }
    let refuse = Policy { customer_overlap: CustomerOverlap::Refuse, ..Policy::default() };
    world.run(&set_policy(&world, refuse)).unwrap();
    world.clock = Some(now().plus_ms(1));
    let before = roster(&world);
    call_off_and_take_back(&mut world).unwrap();
    assert_eq!(roster(&world), before);
}
