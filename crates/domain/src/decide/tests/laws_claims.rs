//! Claims, whatever becomes of the bookings that make them: moved, called off, approved, missed,
//! recurring, on halls whose parts change, with buffers around them.

use super::asks::*;
use super::*;
use crate::command::{ChangeSeries, OnConflict, Request, SeriesChange, SetStatus};
use crate::time::MINUTE_MS;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    Book { slot: i64, slots: i64, on: usize, buffers: (u32, u32), request: Option<bool> },
    Series { slot: i64, on: usize, days: i64 },
    Move { which: usize, slot: i64, on: usize },
    Shift { which: usize, slots: i64 },
    Trade { which: usize, by: usize },
    Cancel { which: usize },
    Become { which: usize, status: usize },
    Parts { mask: usize },
    Wait { minutes: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let slot = || -2_i64..24;
    let buffers = prop_oneof![Just((0, 0)), Just((15, 0)), Just((10, 30))];
    prop_oneof![
        6 => (slot(), 1_i64..6, 0_usize..3, buffers, proptest::option::of(any::<bool>())).prop_map(
            |(slot, slots, on, buffers, request)| Step::Book { slot, slots, on, buffers, request }),
        1 => (slot(), 0_usize..3, 1_i64..4)
            .prop_map(|(slot, on, days)| Step::Series { slot, on, days }),
        3 => (0_usize..30, slot(), 0_usize..3)
            .prop_map(|(which, slot, on)| Step::Move { which, slot, on }),
        2 => (0_usize..30, -4_i64..5).prop_map(|(which, slots)| Step::Shift { which, slots }),
        2 => (0_usize..30, 0_usize..4).prop_map(|(which, by)| Step::Trade { which, by }),
        2 => (0_usize..30).prop_map(|which| Step::Cancel { which }),
        4 => (0_usize..30, 0_usize..6).prop_map(|(which, status)| Step::Become { which, status }),
        2 => (0_usize..4).prop_map(|mask| Step::Parts { mask }),
        2 => (1_i64..200).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

/// 10:00 today is slot 0.
fn slot_stay(slot: i64, slots: i64) -> Stay {
    let start = wall("2026-11-20T10:00") + chrono::Duration::minutes(15 * slot);
    Stay::resolve(zone(), start, start + chrono::Duration::minutes(15 * slots)).0
}

fn part_ids(world: &World, id: ResourceId) -> Vec<ResourceId> {
    match world.rows.get(&(Entity::Resource, id.0)) {
        Some(Change::Resource(resource)) => resource.part_ids.clone(),
        _ => Vec::new(),
    }
}

/// All that booking `id` occupies, as a desk fills it in.
fn occupies(world: &World, id: ResourceId) -> Vec<ResourceId> {
    let parts = part_ids(world, id);
    if parts.is_empty() { Vec::new() } else { [parts, vec![id]].concat() }
}

const PLACES: [ResourceId; 3] = [COURT, OTHER_COURT, HALL];

fn command(world: &World, made: &[BookingId], n: usize, step: &Step) -> Option<Command> {
    let booking = |which: &usize| {
        let id = made.get(*which)?;
        world.rows.get(&(Entity::Booking, id.0)).and_then(Booking::of)
    };
    Some(match step {
        Step::Book { slot, slots, on, buffers, request } => Command::Book(Book {
            stay: slot_stay(*slot, *slots),
            resource_ids: vec![PLACES[*on]],
            claimed_ids: occupies(world, PLACES[*on]),
            buffer_before_minutes: buffers.0,
            buffer_after_minutes: buffers.1,
            request: request.map(|competing| Request { competing, approve_by: None }),
            ..book_id(n as u128, "2026-11-20T13:00", "2026-11-20T14:00")
        }),
        Step::Series { slot, on, days } => {
            let template = Book {
                stay: slot_stay(*slot, 4),
                resource_ids: vec![PLACES[*on]],
                claimed_ids: occupies(world, PLACES[*on]),
                ..book_id(n as u128, "2026-11-20T13:00", "2026-11-20T14:00")
            };
            let series_id = SeriesId(Uuid::from_u128(n as u128));
            let on_conflict = OnConflict::Skip;
            Command::BookSeries(command::BookSeries {
                series_id,
                on_conflict,
                ..series(template, *days)
            })
        }
        Step::Move { which, slot, on } => {
            let booking = booking(which)?;
            let minutes = (booking.stay.ends_at.0 - booking.stay.starts_at.0) / MINUTE_MS;
            Command::Reschedule(moved(world, booking, slot_stay(*slot, minutes / 15), PLACES[*on]))
        }
        Step::Shift { which, slots } => {
            let series_id = booking(which)?.series_id?;
            let of_series = world.rows.values().filter_map(Booking::of);
            let of_series = of_series.filter(|it| it.series_id == Some(series_id));
            let changes =
                of_series.map(|it| SeriesChange::Reschedule(shifted(it, *slots))).collect();
            Command::ChangeSeries(ChangeSeries { series_id, changes })
        }
        Step::Trade { which, by } => {
            let series_id = booking(which)?.series_id?;
            let of_series = world.rows.values().filter_map(Booking::of);
            let all: Vec<&Booking> =
                of_series.filter(|it| it.series_id == Some(series_id)).collect();
            let places = all.iter().cycle().skip(*by);
            let trade = |(it, place): (&&Booking, &&Booking)| {
                SeriesChange::Reschedule(moved(world, it, place.stay, place.resource_ids[0]))
            };
            let changes = all.iter().zip(places).map(trade).collect();
            Command::ChangeSeries(ChangeSeries { series_id, changes })
        }
        Step::Cancel { which } => cancel(booking(which)?.id, "changed plans"),
        Step::Become { which, status } => {
            let booking = booking(which)?;
            Command::SetStatus(SetStatus {
                booking_id: booking.id,
                status: Patch { from: booking.status, to: BookingStatus::ALL[*status] },
                reason: "full".into(),
                lapsed: false,
                package_id: None,
            })
        }
        Step::Parts { mask } => {
            let courts = [COURT, OTHER_COURT].into_iter().enumerate();
            let to = courts.filter(|(n, _)| mask >> n & 1 == 1).map(|(_, id)| id).collect();
            let part_ids = Some(Patch { from: part_ids(world, HALL), to });
            Command::EditResource(EditResource {
                resource_id: HALL,
                part_ids,
                ..EditResource::default()
            })
        }
        Step::Wait { .. } => return None,
    })
}

fn moved(world: &World, booking: &Booking, to: Stay, on: ResourceId) -> Reschedule {
    Reschedule {
        booking_id: booking.id,
        venue_id: VENUE,
        stay: Patch { from: booking.stay, to },
        resource_ids: Patch { from: booking.resource_ids.clone(), to: vec![on] },
        claimed_ids: occupies(world, on),
        buffer_before_minutes: booking.buffer_before_minutes,
        buffer_after_minutes: booking.buffer_after_minutes,
        outside_hours_reason_before: String::new(),
        outside_hours_reason: String::new(),
        package_id: None,
    }
}

/// The same place, some slots later on the wall.
fn shifted(booking: &Booking, slots: i64) -> Reschedule {
    let by = chrono::Duration::minutes(15 * slots);
    let (start, end) = (booking.stay.local_start + by, booking.stay.local_end + by);
    Reschedule {
        booking_id: booking.id,
        venue_id: VENUE,
        stay: Patch { from: booking.stay, to: Stay::resolve(zone(), start, end).0 },
        resource_ids: Patch {
            from: booking.resource_ids.clone(),
            to: booking.resource_ids.clone(),
        },
        claimed_ids: booking.claimed_ids.clone(),
        buffer_before_minutes: booking.buffer_before_minutes,
        buffer_after_minutes: booking.buffer_after_minutes,
        outside_hours_reason_before: String::new(),
        outside_hours_reason: String::new(),
        package_id: None,
    }
}

/// No two active claims of one resource overlap, and exactly those claims are active that the
/// bookings make as they stand.
fn check_claims(world: &World) -> Result<(), TestCaseError> {
    let mut active: Vec<Claim> = world.claims().filter(|claim| claim.active).collect();
    active.sort_by_key(|claim| (claim.resource_id, claim.starts_at));
    for pair in active.windows(2) {
        let apart =
            pair[0].resource_id != pair[1].resource_id || pair[0].ends_at <= pair[1].starts_at;
        prop_assert!(apart, "{pair:?}");
    }
    let bookings = world.rows.values().filter_map(Booking::of);
    let wanted: BTreeSet<ClaimId> = bookings
        .flat_map(|booking| booking.claims(world.now()))
        .filter(|claim| claim.active)
        .map(|claim| claim.id)
        .collect();
    let there: BTreeSet<ClaimId> = active.iter().map(|claim| claim.id).collect();
    prop_assert_eq!(wanted, there);
    Ok(())
}

proptest! {
    #[test]
    fn no_two_active_claims_overlap_whatever_becomes_of_their_bookings(
        steps in proptest::collection::vec(step(), 1..50)
    ) {
        let mut world = World::new();
        world.run(&Command::AddResource(add_hall())).unwrap();
        let mut made = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            if let Step::Wait { minutes } = step {
                world.clock = Some(world.now().plus_ms(minutes * MINUTE_MS));
            }
            let Some(command) = command(&world, &made, n, step) else { continue };
            if let Ok(decision) = world.run(&command) {
                let bookings = decision.changes.iter().filter_map(Booking::of);
                let new = bookings.map(|booking| booking.id).filter(|id| !made.contains(id));
                made.extend(new.collect::<Vec<_>>());
            }
            check_claims(&world)?;
        }
    }

    /// Whatever was in the way of some of its dates.
    #[test]
    fn a_series_that_is_called_off_leaves_no_claim(
        days in 1_i64..40, hour in 8_u32..20, in_the_way in proptest::collection::vec(0_i64..40, 0..6)
    ) {
        let mut world = World::new();
        world.run(&Command::AddResource(add_hall())).unwrap();
        for (n, day) in in_the_way.into_iter().enumerate() {
            let start = wall("2026-11-21T00:30")
                + chrono::Duration::days(day) + chrono::Duration::hours(hour.into());
            let mut book = book_id(n as u128, "2026-11-21T13:00", "2026-11-21T14:00");
            book.stay = Stay::resolve(zone(), start, start + chrono::Duration::hours(1)).0;
            let _ = world.run(&Command::Book(book));
        }
        let before: BTreeSet<ClaimId> =
            world.claims().filter(|claim| claim.active).map(|claim| claim.id).collect();
        let start = format!("2026-11-21T{hour:02}:00");
        let end = format!("2026-11-21T{:02}:00", hour + 1);
        let template = Book {
            resource_ids: vec![HALL],
            claimed_ids: vec![HALL, COURT, OTHER_COURT],
            ..book_id(99, &start, &end)
        };
        let dates = command::BookSeries { on_conflict: OnConflict::Skip, ..series(template, days) };
        // Where all of them are taken there is no such series.
        let _ = world.run(&Command::BookSeries(dates));
        let open: Vec<BookingId> = world.rows.values().filter_map(Booking::of)
            .filter(|booking| booking.series_id == Some(SERIES)).map(|booking| booking.id).collect();
        let changes: Vec<SeriesChange> = open.into_iter().map(|id| match cancel(id, "over") {
            Command::Cancel(c) => SeriesChange::Cancel(c),
            other => panic!("{other:?}"),
        }).collect();
        if !changes.is_empty() {
            world.run(&Command::ChangeSeries(ChangeSeries { series_id: SERIES, changes })).unwrap();
        }
        let after: BTreeSet<ClaimId> =
            world.claims().filter(|claim| claim.active).map(|claim| claim.id).collect();
        prop_assert_eq!(before, after);
    }

    /// In whatever order the dates are named, also where the venue minds that a customer is
    /// elsewhere.
    #[test]
    fn dates_of_a_series_move_onto_each_others_places(
        days in 2_i64..12, slots in prop_oneof![Just(96_i64), Just(-96), Just(4), Just(-2), Just(192)],
        order in any::<u64>()
    ) {
        let mut world = World::new();
        let customer_overlap = CustomerOverlap::Refuse;
        world.run(&set_policy(&world, Policy { customer_overlap, ..Policy::default() })).unwrap();
        let template = book_id(99, "2026-11-24T13:00", "2026-11-24T14:00");
        world.run(&Command::BookSeries(series(template, days))).unwrap();
        let mut bookings: Vec<Booking> = world.rows.values().filter_map(Booking::of).cloned().collect();
        bookings.sort_by_key(|it| it.stay.starts_at.0.wrapping_mul(order as i64 | 1));
        let changes = bookings.iter().map(|it| SeriesChange::Reschedule(shifted(it, slots))).collect();
        world.run(&Command::ChangeSeries(ChangeSeries { series_id: SERIES, changes })).unwrap();
        for booking in bookings {
            let by = chrono::Duration::minutes(15 * slots);
            prop_assert_eq!(
                world.booking(booking.id).stay.local_start, booking.stay.local_start + by);
        }
        check_claims(&world)?;
    }
}

/// A series of two days, the second on the other court.
fn two_days() -> (World, [Booking; 2]) {
    let mut world = World::new();
    let template = book_id(99, "2026-11-24T13:00", "2026-11-24T14:00");
    world.run(&Command::BookSeries(series(template, 2))).unwrap();
    let [a, b] = dates(&world);
    let second = moved(&world, &b, b.stay, OTHER_COURT);
    world.run(&Command::Reschedule(second)).unwrap();
    let b = world.booking(b.id).clone();
    (world, [a, b])
}

fn dates(world: &World) -> [Booking; 2] {
    let mut all: Vec<Booking> = world.rows.values().filter_map(Booking::of).cloned().collect();
    all.sort_by_key(|booking| booking.stay.starts_at);
    all.try_into().unwrap()
}

fn change(world: &mut World, moves: Vec<Reschedule>) -> &'static str {
    let changes = moves.into_iter().map(SeriesChange::Reschedule).collect();
    world.code(&Command::ChangeSeries(ChangeSeries { series_id: SERIES, changes }))
}

#[test]
fn two_dates_of_a_series_trade_days_and_courts() {
    let (mut world, [a, b]) = two_days();
    let moves = vec![moved(&world, &a, b.stay, OTHER_COURT), moved(&world, &b, a.stay, COURT)];
    assert_eq!(change(&mut world, moves), "done");
    assert_eq!(world.booking(a.id).stay, b.stay);
    assert_eq!(world.booking(b.id).resource_ids, [COURT]);
}

#[test]
fn a_date_that_stays_where_it_is_keeps_its_place() {
    for stays_first in [true, false] {
        let (mut world, [a, b]) = two_days();
        let stays = moved(&world, &a, a.stay, COURT);
        let onto_it = moved(&world, &b, a.stay, COURT);
        let moves = if stays_first { vec![stays, onto_it] } else { vec![onto_it, stays] };
        assert_eq!(change(&mut world, moves), "slot_taken");
    }
}
