//! A time zone by its own rules (RFC 5545, 3.6.5), for names that lead to none of the database.
//!
//! The STANDARD and DAYLIGHT parts become a list of instants at which the offset changes. As
//! everywhere in Holdfast, a time that does not exist moves forward by the gap, and one that exists
//! twice means the first. Before its first change a zone keeps the offset that it then left.

use crate::component::Component;
use crate::problem::{Problems, quoted};
use crate::rule::{RuleText, UTC};
use crate::value::{self, Written};
use chrono::{NaiveDateTime, TimeDelta};
use holdfast_domain::{Limit, LocalNote, Timestamp};

/// Rules are followed from here: no booking is older.
const FIRST_YEAR: i32 = 1970;
/// Most changes that one part may make: more than two a year until 2200.
const CHANGES_MAX: usize = 500;
/// Most STANDARD and DAYLIGHT parts of one zone.
const PARTS_MAX: usize = 200;

/// A moment at which the clocks of a zone turn. Offsets are milliseconds east of UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Change {
    at: Timestamp,
    before: i64,
    after: i64,
}

/// A zone that only its file knows.
#[derive(Debug)]
pub(crate) struct Observances {
    name: String,
    /// In order; never empty.
    changes: Vec<Change>,
}

impl Observances {
    /// The rules of a VTIMEZONE; none where it has none that can be followed.
    pub(crate) fn read(name: &str, zone: &Component, problems: &mut Problems) -> Option<Self> {
        let parts = zone
            .children
            .iter()
            .filter(|part| matches!(part.name.as_str(), "STANDARD" | "DAYLIGHT"));
        let mut changes = Vec::new();
        for part in parts.take(PARTS_MAX) {
            match read_part(part) {
                Ok(found) => changes.extend(found),
                Err(wrong) => {
                    let message =
                        format!("A part of the time zone {} is left out: {wrong}.", quoted(name));
                    problems.add(part.line, None, message);
                }
            }
        }
        changes.sort_unstable();
        changes.dedup_by_key(|change| change.at);
        (!changes.is_empty()).then(|| Self { name: name.to_owned(), changes })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn offset(&self, at: Timestamp) -> i64 {
        match self.changes.partition_point(|change| change.at <= at) {
            0 => self.changes.first().map_or(0, |first| first.before),
            behind => self.changes[behind - 1].after,
        }
    }

    pub(crate) fn local(&self, at: Timestamp) -> NaiveDateTime {
        at.plus_ms(self.offset(at)).to_utc().naive_utc()
    }

    pub(crate) fn resolve(&self, wall: NaiveDateTime) -> (Timestamp, Option<LocalNote>) {
        let as_utc = Timestamp::from_utc(wall.and_utc());
        // No offset is beyond a day, so what may be in force lies within two.
        let near = |at: Timestamp| (at.0 - as_utc.0).abs() <= 2 * DAY_MS;
        let first = self.changes.partition_point(|change| change.at.0 < as_utc.0 - 2 * DAY_MS);
        let changes = self.changes[first..].iter().take_while(|change| near(change.at));
        let mut offsets = vec![self.offset(as_utc.plus_ms(-2 * DAY_MS))];
        offsets.extend(changes.map(|change| change.after));
        let before = offsets[0];
        let mut meant: Vec<_> = offsets
            .iter()
            .map(|offset| as_utc.plus_ms(-offset))
            .filter(|at| self.local(*at) == wall)
            .collect();
        meant.sort_unstable();
        meant.dedup();
        match *meant.as_slice() {
            [] => {
                let at = as_utc.plus_ms(-before);
                let note = LocalNote::MovedByGap { asked: wall, became: self.local(at) };
                (at, Some(note))
            }
            [at] => (at, None),
            [first, ..] => (first, Some(LocalNote::FirstOfTwo { asked: wall })),
        }
    }
}

const DAY_MS: i64 = 86_400_000;

fn read_part(part: &Component) -> Result<Vec<Change>, String> {
    let offset = |name: &str| {
        let found = part.get(name).and_then(|property| value::offset(&property.value));
        found.ok_or_else(|| format!("its {name} is missing or unreadable"))
    };
    let (before, after) = (offset("TZOFFSETFROM")?, offset("TZOFFSETTO")?);
    let start = match part.get("DTSTART").and_then(|start| value::written(&start.value)) {
        Some(Written::Time { wall, .. }) => wall,
        Some(Written::Date(date)) => date.into(),
        None => return Err("its DTSTART is missing or unreadable".into()),
    };
    let mut walls = vec![start];
    for rule in part.all("RRULE") {
        let rule = RuleText { line: rule.line, text: rule.value.clone() };
        let rule = rule.until_on_wall(|utc| {
            let wall = utc.checked_add_signed(TimeDelta::seconds(before)).unwrap_or(utc);
            wall.format("%Y%m%dT%H%M%S").to_string()
        });
        let start = rule.begun_by(start, FIRST_YEAR);
        let limit = Limit { occurrences: CHANGES_MAX, days: None, cut: true };
        match rule.expand(start, *UTC, limit) {
            Ok(expansion) => walls.extend(expansion.occurrences.iter().map(|found| found.local)),
            // A rule that was over before we begin to follow it.
            Err(_) if rule.part("UNTIL").is_some() => {}
            Err(refusal) => return Err(refusal.message().trim_end_matches('.').into()),
        }
    }
    for dates in part.all("RDATE") {
        for date in dates.value.split(',').take(CHANGES_MAX) {
            match value::written(date.split('/').next().unwrap_or(date)) {
                Some(Written::Time { wall, .. }) => walls.push(wall),
                Some(Written::Date(date)) => walls.push(date.into()),
                None => return Err(format!("its RDATE {} is unreadable", quoted(date))),
            }
        }
    }
    let change = |wall: NaiveDateTime| Change {
        at: Timestamp::from_utc(wall.and_utc()).plus_ms(-before * 1000),
        before: before * 1000,
        after: after * 1000,
    };
    Ok(walls.into_iter().map(change).collect())
}
