//! What a desk offers as free is exactly what it books, in both directions, on a real replica: with
//! weekly hours that hold for some days only, or not for now, or past midnight, exceptions, buffers,
//! notice, halls and their parts, and all that a service needs; on days on which the clocks turn,
//! and on others. Pairs of a resource and a start are compared, off the venue's grid, too.

mod case;
mod stage;

use crate::device::now;
use case::{Case, case};
use holdfast_domain::{ResourceId, ServiceId, Stay, Timestamp, Zone};
use holdfast_tests::desk::Cli;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, from_value};
use stage::{Stage, next_turn};
use std::collections::BTreeSet;

/// What can be had, and from when.
type Offered = BTreeSet<(ResourceId, Timestamp)>;

/// How many cases each law is tried with.
const CASES: u32 = 24;

/// Whether it is the same minute still: what is asked within one has one answer.
fn is_now(at: Timestamp) -> bool {
    now().0.div_euclid(60_000) == at.0.div_euclid(60_000)
}

/// Every resource at every start of the day: offered, or refused by the same wish.
fn agree(stage: &Stage, offered: &Offered, service: ServiceId) -> TestCaseResult {
    let mut tried = BTreeSet::new();
    for stay in stage.stays() {
        for (id, name) in stage.searched(service) {
            let refusal = stage.refusal(stay, service, Some(id));
            prop_assert_eq!(
                offered.contains(&(id, stay.starts_at)),
                refusal.is_none(),
                "{} at {}: {:?}",
                name,
                stay.local_start,
                refusal
            );
            tried.insert((id, stay.starts_at));
        }
    }
    prop_assert!(offered.is_subset(&tried), "everything offered was tried");
    Ok(())
}

/// What `holdfast free --service` says of the day.
fn said(cli: &Cli, stage: &Stage) -> Offered {
    let (from, to) = (stage.day.to_string(), stage.day.succ_opt().unwrap().to_string());
    let free = cli.ok(&["free", "--service", "Lesson", "--from", &from, "--to", &to]);
    let pair = |row: &Value| {
        let starts_at: Timestamp = from_value(row["starts_at"].clone()).unwrap();
        (from_value(row["resource_id"].clone()).unwrap(), starts_at)
    };
    let all = free["free"].as_array().unwrap().iter().map(pair);
    all.filter(|(_, starts_at)| stage.is_on_the_day(*starts_at)).collect()
}

/// Whether the program books a lesson then, of whatever is free.
fn books(cli: &Cli, stay: Stay) -> bool {
    let start = stay.local_start.format("%Y-%m-%dT%H:%M").to_string();
    match cli.run(&["book", "--service", "Lesson", "--start", &start]) {
        done if done.code == 0 => true,
        refused if refused.code == 3 || refused.code == 2 => false,
        other => panic!("{}{}", other.stdout, other.stderr),
    }
}

/// A day of the coming years and a moment shortly before, or during it.
fn sometime(case: &Case) -> (chrono::NaiveDate, Timestamp) {
    let zone = Zone::parse(case.zone).unwrap();
    let base: chrono::NaiveDate = "2026-01-01".parse().unwrap();
    let base = base.checked_add_days(chrono::Days::new(case.days)).unwrap();
    let day = if case.turns { next_turn(zone, base) } else { base };
    (day, zone.day_start(day).plus_ms(case.now_minutes * 60_000))
}

/// Today, or soon, or the next day on which the clocks turn.
fn soon(case: &Case) -> (chrono::NaiveDate, Timestamp) {
    let zone = Zone::parse(case.zone).unwrap();
    let at = now();
    let near = zone.date(at).checked_add_days(chrono::Days::new(case.days % 3)).unwrap();
    (if case.turns { next_turn(zone, near) } else { near }, at)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn what_is_free_of_each_resource_is_what_can_be_booked_of_it(case in case()) {
        let stage = Stage::set(&case, sometime(&case));
        agree(&stage, &stage.offered(), stage.hour)?;
    }

    #[test]
    fn what_the_program_offers_for_a_service_is_what_it_books(case in case()) {
        let mut stage = Stage::set(&case, soon(&case));
        let cli = Cli::at(stage.replica.dir());
        let mut offered = said(&cli, &stage);
        while !is_now(stage.at) {
            stage.at = now();
            offered = said(&cli, &stage);
        }
        agree(&stage, &offered, stage.lesson)?;
        // And with nothing named, what to take is chosen.
        let starts: BTreeSet<Timestamp> = offered.iter().map(|(_, starts_at)| *starts_at).collect();
        let (mut free, mut other) = (Vec::new(), Vec::new());
        for stay in stage.stays() {
            let refusal = stage.refusal(stay, stage.lesson, None);
            let is_free = starts.contains(&stay.starts_at);
            prop_assert_eq!(is_free, refusal.is_none(), "{}: {:?}", stay.local_start, refusal);
            if is_free { free.push(stay) } else { other.push(stay) }
        }
        for (stays, is_free) in [(&other, false), (&free, true)] {
            let some = stays.get(case.now_minutes.unsigned_abs() as usize % stays.len().max(1));
            // A lead time may begin or end with a minute.
            if let Some(&stay) = some {
                let booked = books(&cli, stay);
                prop_assert!(booked == is_free || !is_now(stage.at), "{}", stay.local_start);
            }
        }
    }
}
