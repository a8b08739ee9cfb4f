//! Places and credits, whatever is asked: a balance is the sum of its ledger, and as many places are
//! taken as the roster says and no more than there are.

use super::asks::*;
use super::*;
use crate::command::{
    CheckIn, CorrectCredits, ExpirePackage, PromoteAttendance, Seen as Shown, SetCapacity,
};
use crate::time::MINUTE_MS;
use proptest::prelude::*;

const PEOPLE: [CustomerId; 3] = [ANNA, BEN, CustomerId(Uuid::from_u128(27))];

#[derive(Clone, Debug)]
enum Step {
    Sell { package: u128, who: usize },
    Correct { package: u128, credits: i32 },
    Expire { package: u128 },
    Book { n: u128, package: u128, credits: u32, request: bool },
    Cancel { n: u128 },
    Reject { n: u128 },
    Attend { n: u128, who: usize, waitlist: bool, package: Option<u128> },
    Promote { n: u128, who: usize, package: Option<u128> },
    Leave { n: u128, who: usize, waive: bool },
    CheckIn { n: u128, who: usize, to: usize },
    Capacity { n: u128, capacity: u32 },
    Wait { minutes: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (package, class) = (|| 1_u128..4, || 100_u128..103);
    let paid = || proptest::option::of(1_u128..4);
    prop_oneof![
        2 => (package(), 0_usize..3).prop_map(|(package, who)| Step::Sell { package, who }),
        1 => (package(), -3_i32..4)
            .prop_map(|(package, credits)| Step::Correct { package, credits }),
        1 => package().prop_map(|package| Step::Expire { package }),
        4 => (0_u128..20, package(), 0_u32..4, any::<bool>()).prop_map(
            |(n, package, credits, request)| Step::Book { n, package, credits, request }),
        2 => (0_u128..20).prop_map(|n| Step::Cancel { n }),
        1 => class().prop_map(|n| Step::Cancel { n }),
        1 => (0_u128..20).prop_map(|n| Step::Reject { n }),
        6 => (class(), 0_usize..3, any::<bool>(), paid()).prop_map(
            |(n, who, waitlist, package)| Step::Attend { n, who, waitlist, package }),
        3 => (class(), 0_usize..3, paid())
            .prop_map(|(n, who, package)| Step::Promote { n, who, package }),
        4 => (class(), 0_usize..3, any::<bool>())
            .prop_map(|(n, who, waive)| Step::Leave { n, who, waive }),
        2 => (class(), 0_usize..3, 0_usize..7)
            .prop_map(|(n, who, to)| Step::CheckIn { n, who, to }),
        1 => (class(), 0_u32..4).prop_map(|(n, capacity)| Step::Capacity { n, capacity }),
        2 => (1_i64..600).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

fn package_id(n: u128) -> PackageId {
    PackageId(Uuid::from_u128(200 + n))
}

fn place(world: &World, n: u128, who: usize) -> Option<&Attendance> {
    let id = AttendanceId::of(id(n), PEOPLE[who]);
    world.rows.get(&(Entity::Attendance, id.0)).and_then(Attendance::of)
}

fn command(world: &World, n_step: usize, step: &Step) -> Option<Command> {
    let booking = |n: u128| world.rows.get(&(Entity::Booking, id(n).0)).and_then(Booking::of);
    let late = |booking: &Booking| {
        booking.free_cancel_minutes.is_some_and(|minutes| {
            world.now() > booking.stay.starts_at.plus_ms(-i64::from(minutes) * MINUTE_MS)
        })
    };
    Some(match step {
        Step::Sell { package, who } => Command::SellPackage(command::SellPackage {
            customer_id: PEOPLE[*who],
            ..sell(package_id(*package), 3)
        }),
        Step::Correct { package, credits } => Command::CorrectCredits(CorrectCredits {
            entry_id: CreditEntryId(Uuid::from_u128(5_000 + n_step as u128)),
            package_id: package_id(*package),
            credits: *credits,
            reason: "miscounted".into(),
            booking_id: None,
        }),
        Step::Expire { package } => {
            Command::ExpirePackage(ExpirePackage { package_id: package_id(*package) })
        }
        Step::Book { n, package, credits, request } => {
            let mut book = book_id(*n, "2026-11-21T13:00", "2026-11-21T14:00");
            let later = chrono::Duration::hours(i64::try_from(*n).unwrap());
            let (start, end) = (book.stay.local_start + later, book.stay.local_end + later);
            book.stay = Stay::resolve(zone(), start, end).0;
            book.package_id = Some(package_id(*package));
            (book.credits, book.free_cancel_minutes) = (*credits, Some(600));
            let asked = command::Request { competing: false, approve_by: None };
            book.request = request.then_some(asked);
            Command::Book(book)
        }
        Step::Cancel { n } => {
            let booking = booking(*n)?;
            Command::Cancel(Cancel {
                from_status: booking.status,
                late: late(booking),
                package_id: booking.package_id,
                ..match cancel(id(*n), "ill") {
                    Command::Cancel(c) => c,
                    other => panic!("{other:?}"),
                }
            })
        }
        Step::Reject { n } => {
            booking(*n)?;
            Command::SetStatus(set_status(world, *n, BookingStatus::Rejected))
        }
        Step::Attend { n, who, waitlist, package } => {
            Command::AddAttendance(command::AddAttendance {
                waitlist: *waitlist,
                package_id: package.map(package_id),
                credits: 1,
                ..attend(*n, PEOPLE[*who])
            })
        }
        Step::Promote { n, who, package } => Command::PromoteAttendance(PromoteAttendance {
            attendance_id: place(world, *n, *who)?.id,
            booking_id: id(*n),
            package_id: package.map(package_id),
            credits: 1,
        }),
        Step::Leave { n, who, waive } => {
            let place = place(world, *n, *who)?;
            Command::CancelAttendance(command::CancelAttendance {
                late: place.status.takes_place() && late(booking(*n)?),
                waive_reason: if *waive { "doctor".into() } else { String::new() },
                package_id: place.package_id,
                ..leave(*n, PEOPLE[*who], place.status)
            })
        }
        Step::CheckIn { n, who, to } => {
            let place = place(world, *n, *who)?;
            Command::CheckIn(CheckIn {
                booking_id: id(*n),
                attendances: vec![Shown { attendance_id: place.id, from_status: place.status }],
                to: AttendanceStatus::ALL[*to],
                reason: String::new(),
            })
        }
        Step::Capacity { n, capacity } => {
            let from = booking(*n)?.capacity;
            let capacity = Patch { from, to: Some(*capacity) };
            Command::SetCapacity(SetCapacity { booking_id: id(*n), capacity })
        }
        Step::Wait { .. } => return None,
    })
}

proptest! {
    #[test]
    fn balances_are_their_ledgers_and_rosters_fit(
        steps in proptest::collection::vec(step(), 1..80)
    ) {
        let mut world = World::new();
        for person in &PEOPLE[1..] {
            world.run(&Command::AddCustomer(add_customer(*person))).unwrap();
        }
        world.run(&Command::AddProduct(add_product(3))).unwrap();
        for n in 100..103 {
            let stay = Stay::resolve(zone(), wall("2026-11-21T08:00"), wall("2026-11-21T09:00")).0;
            let by = chrono::Duration::hours(i64::try_from(n - 100).unwrap());
            let stay = Stay::resolve(zone(), stay.local_start + by, stay.local_end + by).0;
            let book = Book {
                resource_ids: vec![OTHER_COURT],
                free_cancel_minutes: Some(600),
                stay,
                ..class(n, 2, 1)
            };
            world.run(&Command::Book(Book { free_cancel_minutes: None, ..book })).unwrap();
        }
        for (n, step) in steps.iter().enumerate() {
            let minutes = if let Step::Wait { minutes } = step { *minutes } else { 0 };
            world.clock = Some(world.now().plus_ms(minutes * MINUTE_MS + 1));
            let Some(command) = command(&world, n, step) else { continue };
            let lines = world.rows.keys().filter(|(it, _)| *it == Entity::CreditEntry).count();
            let written = world.run(&command).map_or(0, |decision| {
                decision.changes.iter().filter(|it| it.entity() == Entity::CreditEntry).count()
            });
            let now = world.rows.keys().filter(|(it, _)| *it == Entity::CreditEntry).count();
            prop_assert_eq!(lines + written, now, "a line is only ever added");
            check(&world)?;
        }
    }
}

fn check(world: &World) -> Result<(), TestCaseError> {
    for package in world.rows.values().filter_map(Package::of) {
        let lines = world.rows.values().filter_map(CreditEntry::of);
        let lines = lines.filter(|line| line.package_id == package.id);
        let sum: i64 = lines.map(|line| i64::from(line.credits)).sum();
        prop_assert_eq!(i64::from(package.balance), sum);
    }
    for booking in world.rows.values().filter_map(Booking::of) {
        let places = world.rows.values().filter_map(Attendance::of);
        let taken = places.filter(|it| it.booking_id == booking.id && it.status.takes_place());
        let taken = u32::try_from(taken.count()).unwrap();
        prop_assert_eq!(booking.places_taken, taken);
        prop_assert!(taken <= booking.capacity.unwrap_or_default());
    }
    Ok(())
}
