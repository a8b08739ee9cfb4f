//! What is offered as free is exactly what can be booked, in both directions: with opening hours and
//! exceptions, buffers, notice, grids and parts, around the turns of the clocks in the zones that do
//! it oddly.

use super::asks::*;
use super::turns::TURNS;
use super::*;
use crate::command::{AddExceptions, ExceptionTime};
use crate::schedule::{Ask, Busy, Open, free_stays, possible_stays};
use crate::time::MINUTE_MS;
use chrono::NaiveTime;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
struct Case {
    /// Which change of the clocks.
    turn: usize,
    slot_minutes: u32,
    /// Weekday, opening and closing hour.
    hours: Vec<(u8, u32, u32)>,
    exceptions: Vec<(usize, i64, i64)>,
    booked: Vec<(i64, i64)>,
    minutes: u32,
    buffers: (u32, u32),
    notice: u32,
    ahead: Option<u32>,
    hall: bool,
    /// From and until when is asked, in quarters of an hour from the day before.
    within: (i64, i64),
    now: i64,
}

fn case() -> impl Strategy<Value = Case> {
    let quarters = || 0_i64..240;
    let first = (
        0..TURNS.len(),
        prop_oneof![Just(15_u32), Just(30), Just(60)],
        proptest::collection::vec((1_u8..8, 0_u32..24, 0_u32..24), 0..9),
        proptest::collection::vec((0_usize..5, quarters(), 1_i64..40), 0..4),
        proptest::collection::vec((quarters(), 1_i64..12), 0..6),
        prop_oneof![Just(15_u32), Just(30), Just(60), Just(90), Just(240), Just(1440)],
    );
    let second = (
        prop_oneof![Just((0, 0)), Just((15, 0)), Just((10, 25))],
        prop_oneof![Just(0_u32), Just(90)],
        proptest::option::of(0_u32..3),
        any::<bool>(),
        (quarters(), 8_i64..200),
        0_i64..120,
    );
    (first, second).prop_map(|(a, b)| Case {
        turn: a.0,
        slot_minutes: a.1,
        hours: a.2,
        exceptions: a.3,
        booked: a.4,
        minutes: a.5,
        buffers: b.0,
        notice: b.1,
        ahead: b.2,
        hall: b.3,
        within: b.4,
        now: b.5,
    })
}

/// The stage: a world whose venue is in the case's zone, and its first instant.
struct Stage {
    world: World,
    venue: Venue,
    whole: Resource,
    from: Timestamp,
    ask: Ask,
}

impl Stage {
    fn at(&self, quarter: i64) -> Timestamp {
        self.from.plus_ms(quarter * 15 * MINUTE_MS)
    }

    fn set(case: &Case) -> Self {
        let (zone, day) = (TURNS[case.turn].zone, TURNS[case.turn].date());
        let from = zone.day_start(day.pred_opt().unwrap());
        let quarter = |n: i64| from.plus_ms(n * 15 * MINUTE_MS);
        let venue = Venue {
            hours: case.hours.iter().map(|&(weekday, a, b)| span(weekday, a, b)).collect(),
            policy: Policy {
                min_notice_minutes: case.notice,
                max_advance_days: case.ahead,
                ..Policy::default()
            },
            ..Venue::new(VENUE, "Club", zone, Currency::parse("EUR").unwrap(), case.slot_minutes)
        };
        let part_ids = if case.hall { vec![COURT] } else { Vec::new() };
        let whole = Resource {
            part_ids,
            staff_id: Some(ACTOR),
            ..Resource::new(HALL, "Hall", ResourceKind::Court, vec![VENUE])
        };
        let mut world = World::new();
        world.clock = Some(quarter(case.now));
        for row in [Change::Venue(venue.clone()), Change::Resource(whole.clone())] {
            world.rows.insert((row.entity(), row.id()), row);
        }
        let within = Interval::new(quarter(case.within.0), quarter(case.within.0 + case.within.1));
        let ask = Ask {
            within: within.unwrap(),
            minutes: case.minutes,
            buffer_before_minutes: case.buffers.0,
            buffer_after_minutes: case.buffers.1,
            now: world.clock,
        };
        let mut stage = Self { world, venue, whole, from, ask };
        stage.fill(case);
        stage
    }

    fn fill(&mut self, case: &Case) {
        for (n, &(kind, start, length)) in case.exceptions.iter().enumerate() {
            let stay = self.stay(start, length);
            let kind = ExceptionKind::ALL[kind];
            let of_resource = !matches!(kind, ExceptionKind::TimeOff | ExceptionKind::Closure);
            let resource = if n % 2 == 0 || !case.hall { HALL } else { COURT };
            let exception_id = ExceptionId(Uuid::from_u128(300 + n as u128));
            let command = Command::AddExceptions(AddExceptions {
                kind,
                resource_id: of_resource.then_some(resource),
                staff_id: (kind == ExceptionKind::TimeOff).then_some(ACTOR),
                times: vec![ExceptionTime { exception_id, stay }],
                ..close("2026-11-20T12:00", "2026-11-20T13:00")
            });
            self.world.run(&command).unwrap();
        }
        for (n, &(start, length)) in case.booked.iter().enumerate() {
            let stay = self.stay(start, length);
            let court = if n % 2 == 0 { HALL } else { COURT };
            let claimed_ids = if court == HALL && case.hall { vec![HALL, COURT] } else { vec![] };
            let resource_ids = vec![court];
            let book = Book { stay, resource_ids, claimed_ids, ..self.book(stay) };
            let booking_id = id(n as u128);
            let _ = self.world.run(&Command::ImportBooking(import(Book { booking_id, ..book })));
        }
    }

    fn stay(&self, start: i64, length: i64) -> Stay {
        let interval = Interval::new(self.at(start), self.at(start + length)).unwrap();
        Stay::between(self.venue.timezone, interval)
    }

    fn book(&self, stay: Stay) -> Book {
        let parts = &self.whole.part_ids;
        Book {
            booking_id: id(900),
            stay,
            resource_ids: vec![HALL],
            claimed_ids: if parts.is_empty() { vec![] } else { vec![HALL, COURT] },
            buffer_before_minutes: self.ask.buffer_before_minutes,
            buffer_after_minutes: self.ask.buffer_after_minutes,
            ..book_id(900, "2026-11-20T13:00", "2026-11-20T14:00")
        }
    }

    /// As a desk works it out.
    fn offered(&self) -> BTreeSet<Timestamp> {
        let occupied = |id: ResourceId| id == HALL || self.whole.part_ids.contains(&id);
        let taken = self.world.claims().filter(|it| it.active && occupied(it.resource_id));
        let busy = Busy::new(taken.filter_map(|it| it.interval()).collect());
        let exceptions: Vec<AvailabilityException> =
            self.world.rows.values().filter_map(AvailabilityException::of).cloned().collect();
        let open = Open::of(&self.whole, &self.venue, &exceptions, self.ask.within);
        let always = Venue { hours: Vec::new(), ..self.venue.clone() };
        let part = Resource::new(COURT, "Court", ResourceKind::Court, vec![VENUE]);
        let part = Open::of(&part, &always, &exceptions, self.ask.within);
        free_stays(&possible_stays(&self.venue, &self.ask), &self.ask, &open, &busy)
            .filter(|stay| self.whole.part_ids.is_empty() || part.covers(stay.interval().unwrap()))
            .map(|stay| stay.starts_at)
            .collect()
    }
}

fn span(weekday: u8, opens: u32, closes: u32) -> OpenSpan {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    OpenSpan {
        weekday,
        opens: time(opens),
        closes: time(closes),
        valid_from: None,
        valid_until: None,
        inactive: false,
    }
}

/// Every quarter of an hour that is asked about: offered, or refused.
fn agree(case: &Case) -> TestCaseResult {
    let stage = Stage::set(case);
    let offered = stage.offered();
    let zone = stage.venue.timezone;
    let mut tried = BTreeSet::new();
    for quarter in case.within.0..=case.within.0 + case.within.1 {
        let starts_at = stage.at(quarter);
        let ends_at = starts_at.plus_ms(i64::from(case.minutes) * MINUTE_MS);
        let stay = Stay::between(zone, Interval::new(starts_at, ends_at).unwrap());
        // A wall time that is shown twice means the first: nobody can ask for the second.
        if ends_at > stage.ask.within.ends_at() || zone.resolve(stay.local_start).0 != starts_at {
            continue;
        }
        let command = Command::Book(stage.book(stay));
        let facts = stage.world.facts(&command, TimeRules::Apply);
        let answer = decide(&command, &facts).map_err(|refusal| refusal.code());
        prop_assert_eq!(
            offered.contains(&starts_at),
            answer.is_ok(),
            "{:?} in {}: {:?}",
            stay,
            zone.name(),
            answer.err()
        );
        tried.insert(starts_at);
    }
    prop_assert!(offered.is_subset(&tried), "everything offered was tried");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn free_stays_are_exactly_those_that_can_be_booked(case in case()) {
        agree(&case)?;
    }
}

/// Open in the evening and at night, with an hour's maintenance and a booking; asked for from six in
/// the evening before to six in the evening after.
#[test]
fn free_stays_are_exactly_those_that_can_be_booked_around_every_turn() {
    let maintenance = ExceptionKind::ALL.iter().position(|it| *it == ExceptionKind::Maintenance);
    for (turn, slot_minutes) in (0..TURNS.len()).flat_map(|turn| [(turn, 15), (turn, 30)]) {
        let case = Case {
            turn,
            slot_minutes,
            hours: (1..8).map(|weekday| (weekday, 19, 7)).collect(),
            exceptions: vec![(maintenance.unwrap(), 84, 4)],
            booked: vec![(112, 2)],
            minutes: 60,
            buffers: (10, 25),
            notice: 0,
            ahead: None,
            hall: false,
            within: (72, 96),
            now: 0,
        };
        agree(&case).unwrap();
        assert!(!Stage::set(&case).offered().is_empty(), "{:?}", TURNS[turn]);
    }
}
