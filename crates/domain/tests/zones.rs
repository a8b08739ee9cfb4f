//! Every odd transition of every zone: half hours, two hours, at midnight, negative. The file lies
//! beside the repository; where it does not, this says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use holdfast_domain::{LocalNote, Timestamp, Zone};
use std::path::Path;

#[test]
fn local_times_around_every_odd_transition_resolve_as_the_wall_shows_them() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/zones/odd_transitions_2005_2031.csv");
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("SKIPPED: the list of odd transitions is not beside this repository");
        return;
    };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let (zone_at, utc_at) = (column("zone"), column("utc_instant"));
    let (mut gaps, mut folds) = (0, 0);
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let zone = Zone::parse(fields[zone_at]).unwrap();
        let at =
            Timestamp::from_utc(DateTime::parse_from_rfc3339(fields[utc_at]).unwrap().to_utc());
        let before = offset(zone, at.plus_ms(-1));
        let after = offset(zone, at);
        let shift = after - before;
        // The wall as it would have gone on, at the instant of the change.
        let wall = zone.local(at) - shift;
        if shift > TimeDelta::zero() {
            gaps += 1;
            let asked = wall + shift / 2;
            let (resolved, note) = zone.resolve(asked);
            assert_eq!(zone.local(resolved), asked + shift, "{line}");
            assert!(matches!(note, Some(LocalNote::MovedByGap { .. })), "{line}");
        } else if shift < TimeDelta::zero() {
            folds += 1;
            let asked = wall + shift / 2;
            let (resolved, note) = zone.resolve(asked);
            assert!(resolved < at, "the first of two: {line}");
            assert_eq!(zone.local(resolved), asked, "{line}");
            assert!(matches!(note, Some(LocalNote::FirstOfTwo { .. })), "{line}");
        }
        // Days join without gap or overlap.
        let date = zone.date(at);
        let (day, next) = (zone.day(date), zone.day(date.succ_opt().unwrap()));
        assert_eq!(day.ends_at(), next.starts_at(), "{line}");
        assert!(day.starts_at() <= at && at < next.ends_at(), "{line}");
    }
    println!("{gaps} gaps, {folds} times that occur twice");
    assert!(gaps > 300 && folds > 300);
}

fn offset(zone: Zone, at: Timestamp) -> TimeDelta {
    let local: NaiveDateTime = zone.local(at);
    local - at.to_utc().naive_utc()
}
