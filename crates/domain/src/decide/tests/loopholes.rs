//! Ways around a rule that somebody found once.

use super::asks::*;
use super::*;
use crate::command::{
    AddAttendance, AddService, BookSeries, CorrectCredits, EraseCustomer, MergeCustomers,
    OnConflict, PromoteAttendance, TakePayment, Withdraw,
};
use crate::id::{CreditEntryId, OperationId};
use crate::undo::{self, GRACE_MS};

fn merge(from: CustomerId, into: CustomerId) -> Command {
    let merged_into = Patch { from: None, to: Some(into) };
    Command::MergeCustomers(MergeCustomers { customer_id: from, merged_into })
}

#[test]
fn who_may_not_book_is_not_promoted_either() {
    let mut world = World::new();
    world.run(&Command::Book(class(1, 1, 0))).unwrap();
    world
        .run(&Command::AddAttendance(AddAttendance { waitlist: true, ..attend(1, ANNA) }))
        .unwrap();
    let promote = Command::PromoteAttendance(PromoteAttendance {
        attendance_id: AttendanceId::of(id(1), ANNA),
        booking_id: id(1),
        package_id: None,
        credits: 0,
    });
    let block = |from: &str, to: &str| {
        Command::EditCustomer(EditCustomer {
            customer_id: ANNA,
            blocked_reason: Some(Patch { from: from.into(), to: to.into() }),
            ..EditCustomer::default()
        })
    };
    world.run(&block("", "owes us")).unwrap();
    assert_eq!(world.code(&promote), "customer_blocked");
    world.run(&block("owes us", "")).unwrap();
    assert_eq!(world.code(&promote), "done");
}

#[test]
fn a_reason_that_is_given_says_something() {
    let mut world = World::new();
    let blank = || "  ".to_owned();
    assert_eq!(world.code(&with(|b| b.outside_hours_reason = blank())), "field_required");
    world.run(&with(|_| {})).unwrap();
    let off = match cancel(id(1), "rain") {
        Command::Cancel(c) => Command::Cancel(Cancel { waive_reason: blank(), ..c }),
        other => other,
    };
    assert_eq!(world.code(&off), "field_required");
    world.run(&Command::Book(Book { resource_ids: vec![OTHER_COURT], ..class(2, 2, 0) })).unwrap();
    world.run(&Command::AddAttendance(attend(2, ANNA))).unwrap();
    let mut off = leave(2, ANNA, AttendanceStatus::Booked);
    off.waive_reason = blank();
    assert_eq!(world.code(&Command::CancelAttendance(off)), "field_required");
    let block = Command::EditCustomer(EditCustomer {
        customer_id: ANNA,
        blocked_reason: Some(Patch { from: String::new(), to: blank() }),
        ..EditCustomer::default()
    });
    assert_eq!(world.code(&block), "field_required");
}

#[test]
fn what_was_gone_on_from_is_not_taken_back() {
    let withdraw = |undo| {
        let operation_id = OperationId(Uuid::from_u128(1));
        Command::Withdraw(Withdraw { operation_id, undo: Box::new(undo), seen: Vec::new() })
    };
    let undo_booking = withdraw(cancel(id(1), "Undone"));
    let mut world = World::new();
    world.run(&with(|_| {})).unwrap();
    let mut paid = world.clone();
    paid.run(&Command::TakePayment(pay(2_000, false))).unwrap();
    assert_eq!(paid.code(&undo_booking), "changed_elsewhere");
    let payment_id = PaymentId(Uuid::from_u128(8));
    let back = TakePayment { payment_id, ..pay(2_000, true) };
    paid.run(&Command::TakePayment(back)).unwrap();
    assert_eq!(paid.code(&undo_booking), "done");
    // Called off and taken up again by somebody else.
    let mut again = world.clone();
    if let Some(Change::Booking(it)) = again.rows.get_mut(&(Entity::Booking, id(1).0)) {
        it.confirmed_by = Some(StaffId(Uuid::from_u128(77)));
    }
    assert_eq!(again.code(&undo_booking), "changed_elsewhere");
    assert_eq!(world.code(&undo_booking), "done");

    let mut world = World::new();
    world.run(&Command::Book(class(1, 2, 0))).unwrap();
    world.run(&Command::AddAttendance(attend(1, ANNA))).unwrap();
    assert_eq!(world.code(&undo_booking), "changed_elsewhere", "somebody has a place");
    let undo_place = withdraw(Command::CancelAttendance(leave(1, ANNA, AttendanceStatus::Booked)));
    let place = (Entity::Attendance, AttendanceId::of(id(1), ANNA).0);
    let mut of_another = world.clone();
    if let Some(Change::Attendance(it)) = of_another.rows.get_mut(&place) {
        it.joined_by = StaffId(Uuid::from_u128(77));
    }
    assert_eq!(of_another.code(&undo_place), "changed_elsewhere");
    assert_eq!(world.code(&undo_place), "done");
}

#[test]
fn what_somebody_bought_pays_for_whom_they_turned_out_to_be() {
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    world.run(&Command::SellPackage(sell(PACKAGE, 2))).unwrap();
    let bens = with(|b| (b.customer_id, b.package_id, b.credits) = (Some(BEN), Some(PACKAGE), 1));
    assert_eq!(world.code(&bens), "package_not_for");
    world.run(&merge(ANNA, BEN)).unwrap();
    assert_eq!(world.code(&bens), "done");
    // Whoever is blocked is not let in under another name.
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    let block = Command::EditCustomer(EditCustomer {
        customer_id: BEN,
        blocked_reason: Some(Patch { from: String::new(), to: "owes us".into() }),
        ..EditCustomer::default()
    });
    world.run(&block).unwrap();
    assert_eq!(world.code(&merge(BEN, ANNA)), "customer_blocked");
    assert_eq!(world.code(&merge(ANNA, BEN)), "done");
}

#[test]
fn a_customer_is_not_in_a_class_and_elsewhere_where_the_venue_refuses_it() {
    for (policy, code) in
        [(CustomerOverlap::Refuse, "customer_elsewhere"), (CustomerOverlap::Warn, "done")]
    {
        let mut world = World::new();
        let policy = Policy { customer_overlap: policy, ..Policy::default() };
        world.run(&set_policy(&world, policy)).unwrap();
        let warns = |world: &World, command: &Command| {
            let warnings = world.clone().run(command).map(|decision| decision.warnings);
            warnings.is_ok_and(|it| it.iter().any(|it| it.code() == "customer_elsewhere"))
        };
        let check = |world: &mut World, command: &Command| {
            assert!(code != "done" || warns(world, command), "{command:?}");
            assert_eq!(world.clone().code(command), code);
        };
        // A booking of one's own, and then a place; and the other way round.
        let own = with(|b| (b.booking_id, b.resource_ids) = (id(2), vec![OTHER_COURT]));
        world.run(&Command::Book(class(1, 2, 0))).unwrap();
        let place = Command::AddAttendance(attend(1, ANNA));
        let mut first = world.clone();
        first.run(&own).unwrap();
        check(&mut first, &place);
        let waits = AddAttendance { waitlist: true, ..attend(1, ANNA) };
        assert_eq!(
            first.clone().code(&Command::AddAttendance(waits)),
            "done",
            "who waits is not there"
        );
        world.run(&place).unwrap();
        check(&mut world, &own);
        // Nor is a booking given to who is elsewhere.
        world
            .run(&with(|b| {
                (b.booking_id, b.resource_ids, b.customer_id) = (id(2), vec![OTHER_COURT], None);
            }))
            .unwrap();
        let given = Command::EditBooking(EditBooking {
            booking_id: id(2),
            customer_id: Some(Patch { from: None, to: Some(ANNA) }),
            ..EditBooking::default()
        });
        check(&mut world, &given);
    }
}

#[test]
fn nobody_is_merged_with_who_was_erased() {
    let mut world = World::new();
    world.run(&Command::AddCustomer(add_customer(BEN))).unwrap();
    let erase = EraseCustomer::new(BEN, "asked".into());
    world.run(&Command::EraseCustomer(erase)).unwrap();
    for (from, into) in [(ANNA, BEN), (BEN, ANNA)] {
        assert_eq!(world.code(&merge(from, into)), "customer_erased");
    }
}

#[test]
fn parts_are_wherever_their_whole_is_whichever_of_them_goes_elsewhere() {
    let mut world = World::new();
    let second = VenueId(Uuid::from_u128(77));
    world.run(&second_venue()).unwrap();
    world.run(&Command::AddResource(add_hall())).unwrap();
    let moves = |resource_id, from: Vec<VenueId>, to: Vec<VenueId>| {
        let venue_ids = Some(Patch { from, to });
        Command::EditResource(EditResource { resource_id, venue_ids, ..EditResource::default() })
    };
    let (here, both) = (vec![VENUE], vec![VENUE, second]);
    let to_both = |id| moves(id, here.clone(), both.clone());
    assert_eq!(world.code(&to_both(HALL)), "field_invalid", "its courts are not there");
    for id in [COURT, OTHER_COURT, HALL] {
        assert_eq!(world.code(&to_both(id)), "done");
    }
    let away = moves(COURT, both.clone(), here.clone());
    assert_eq!(world.code(&away), "field_invalid", "the hall is still there");
    assert_eq!(world.code(&moves(HALL, both.clone(), here.clone())), "done");
    assert_eq!(world.code(&away), "done");
}

#[test]
fn what_a_package_pays_for_is_not_given_back_beside_it() {
    let mut world = World::new();
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    world.run(&Command::SellPackage(sell(PACKAGE, 2))).unwrap();
    world.run(&with(|b| (b.package_id, b.credits) = (Some(PACKAGE), 1))).unwrap();
    let back = Command::CorrectCredits(CorrectCredits {
        entry_id: CreditEntryId(Uuid::from_u128(9)),
        package_id: PACKAGE,
        credits: 1,
        reason: "it never came".into(),
        booking_id: Some(id(1)),
    });
    assert_eq!(world.code(&back), "field_invalid");
}

#[test]
fn what_was_kept_for_a_late_cancellation_pays_for_the_place_when_it_is_had_again() {
    for later_ms in [GRACE_MS - 1, GRACE_MS] {
        let mut world = World::new();
        let policy = Policy { free_cancel_minutes: Some(24 * 60), ..Policy::default() };
        world.run(&set_policy(&world, policy)).unwrap();
        world.run(&Command::AddProduct(add_product(2))).unwrap();
        world.run(&Command::SellPackage(sell(PACKAGE, 2))).unwrap();
        let book = Book { free_cancel_minutes: Some(24 * 60), ..class(1, 1, 1) };
        world.run(&Command::Book(book)).unwrap();
        let place = AddAttendance { package_id: Some(PACKAGE), credits: 1, ..attend(1, ANNA) };
        world.run(&Command::AddAttendance(place.clone())).unwrap();
        let mut off = leave(1, ANNA, AttendanceStatus::Booked);
        (off.late, off.package_id) = (true, Some(PACKAGE));
        world.run(&Command::CancelAttendance(off)).unwrap();
        world.clock = Some(now().plus_ms(later_ms));
        let operation_id = OperationId(Uuid::from_u128(1));
        let undo = Box::new(Command::AddAttendance(place));
        world.run(&Command::Withdraw(Withdraw { operation_id, undo, seen: Vec::new() })).unwrap();
        let Change::Package(package) = &world.rows[&(Entity::Package, PACKAGE.0)] else {
            panic!("no package")
        };
        assert_eq!(package.balance, 1, "{later_ms} ms later");
    }
}

#[test]
fn who_sold_a_package_takes_that_back_and_corrects_no_other_credits() {
    let mut world = World::new();
    world.run(&Command::AddProduct(add_product(2))).unwrap();
    let desk = Staff::new(ACTOR, "Olga", Role::FrontDesk);
    world.rows.insert((Entity::Staff, ACTOR.0), Change::Staff(desk));
    let sale = Command::SellPackage(sell(PACKAGE, 2));
    world.run(&sale).unwrap();
    let back = undo::inverse(&sale, Uuid::from_u128(9)).unwrap();
    assert_eq!(world.code(&back), "role_not_allowed");
    assert!(undo::takes_back(&back, &sale));
    let operation_id = OperationId(Uuid::from_u128(1));
    let withdraw =
        |undo| Command::Withdraw(Withdraw { operation_id, undo: Box::new(undo), seen: Vec::new() });
    assert_eq!(world.code(&withdraw(back.clone())), "done");
    let Command::CorrectCredits(back) = back else { panic!("{back:?}") };
    let more = Command::CorrectCredits(CorrectCredits { credits: 5, ..back });
    assert!(!undo::takes_back(&more, &sale));
    assert_eq!(world.code(&withdraw(more)), "role_not_allowed");
}

#[test]
fn only_what_takes_something_back_is_taken_for_it() {
    let world = {
        let mut world = World::new();
        world.run(&book(1, "2026-11-20T13:00", "2026-11-20T14:00")).unwrap();
        world
    };
    let moves = |to, end| Command::Reschedule(reschedule(&world, id(1), to, end, COURT));
    let done = moves("2026-11-20T16:00", "2026-11-20T17:00");
    let back = undo::inverse(&done, Uuid::nil()).unwrap();
    assert!(undo::takes_back(&back, &done));
    assert!(!undo::takes_back(&moves("2026-11-27T16:00", "2026-11-27T17:00"), &done));
    assert!(!undo::takes_back(
        &cancel(id(2), "rain"),
        &book(1, "2026-11-20T13:00", "2026-11-20T14:00")
    ));
    let off = Command::CancelAttendance(leave(1, ANNA, AttendanceStatus::Booked));
    assert!(undo::takes_back(&Command::AddAttendance(attend(1, ANNA)), &off));
    assert!(!undo::takes_back(&Command::AddAttendance(attend(1, BEN)), &off));
}

#[test]
fn a_series_is_taken_back_without_dates_that_were_skipped_and_not_once_somebody_went_on_from_it() {
    let mut world = World::new();
    world.run(&with(|_| {})).unwrap();
    let dates = BookSeries {
        on_conflict: OnConflict::Skip,
        ..series(
            Book { booking_id: id(2), ..book_id(2, "2026-11-20T13:00", "2026-11-20T14:00") },
            3,
        )
    };
    world.run(&Command::BookSeries(dates.clone())).unwrap();
    let made = |world: &World| {
        let bookings = world.rows.values().filter_map(Row::of);
        let of_series = bookings.filter(|it: &&Booking| it.series_id == Some(SERIES));
        of_series.map(|it| (it.id, it.status)).collect::<Vec<_>>()
    };
    assert_eq!(made(&world).len(), 2, "one date was taken");
    // As its desk asks for it, which does not know of the one that was skipped.
    let undo = undo::inverse(&Command::BookSeries(dates), Uuid::nil()).unwrap();
    let operation_id = OperationId(Uuid::from_u128(1));
    let undo = Command::Withdraw(Withdraw { operation_id, undo: Box::new(undo), seen: Vec::new() });
    let mut paid = world.clone();
    let last = made(&world)[1].0;
    let payment = TakePayment { booking_id: last, ..pay(2_000, false) };
    paid.run(&Command::TakePayment(payment)).unwrap();
    assert_eq!(paid.code(&undo), "changed_elsewhere");
    world.run(&undo).unwrap();
    assert!(made(&world).iter().all(|(_, status)| *status == BookingStatus::Cancelled));
}

#[test]
fn moving_and_editing_are_no_way_around_what_booking_takes() {
    let mut world = World::new();
    let service = AddService { needed_kinds: vec![ResourceKind::Court], ..add_service() };
    world.run(&Command::AddService(service)).unwrap();
    let vip = ResourceId(Uuid::from_u128(61));
    let add = AddResource {
        name: "Lounge".into(),
        kind: ResourceKind::Room,
        needs_approval: true,
        ..match add_resource(vip) {
            Command::AddResource(add) => add,
            other => panic!("{other:?}"),
        }
    };
    world.run(&Command::AddResource(add)).unwrap();
    world.run(&with(|b| (b.service_id, b.credits) = (Some(LESSON), 0))).unwrap();
    let (from, to) = ("2026-11-20T13:00", "2026-11-20T14:00");
    let to_lounge = Command::Reschedule(reschedule(&world, id(1), from, to, vip));
    assert_eq!(world.code(&to_lounge), "resource_kind_missing");
    let count = |to| {
        let attendee_count = Some(Patch { from: 1, to });
        Command::EditBooking(EditBooking {
            booking_id: id(1),
            attendee_count,
            ..EditBooking::default()
        })
    };
    assert_eq!(world.clone().code(&count(4)), "done");
    assert_eq!(world.code(&count(5)), "field_out_of_range");

    // An instructor's own booking takes the lounge along only by request.
    let staff = Staff::new(ACTOR, "Olga", Role::Instructor);
    world.rows.insert((Entity::Staff, ACTOR.0), Change::Staff(staff));
    let Some(Change::Resource(court)) = world.rows.get_mut(&(Entity::Resource, COURT.0)) else {
        panic!("no court")
    };
    court.staff_id = Some(ACTOR);
    let mut both = reschedule(&world, id(1), from, to, COURT);
    both.resource_ids.to.push(vip);
    assert_eq!(world.code(&Command::Reschedule(both)), "approval_needed");
}
