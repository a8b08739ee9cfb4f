//! Time as a venue lives it: instants in UTC, walls in local time, and the honest way between them.
//!
//! Rules about days and the slot grid are about the clock on the venue's wall; overlap is about
//! instants. A [`Stay`] carries both, because time zone data differs between machines and versions:
//! what the person saw and the instant that was meant stay together.

use crate::refusal::Refusal;
use chrono::{
    DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike,
    Utc,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant: milliseconds since 1970-01-01T00:00:00Z. In JSON an RFC 3339 text with three
/// decimals, `2026-11-20T10:00:00.000Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60_000;

impl Timestamp {
    /// The earliest and the latest instant that a booking may touch: years 1900 to 2200.
    pub const RANGE: std::ops::Range<Self> = Self(-2_208_988_800_000)..Self(7_258_118_400_000);

    /// From a chrono instant, cut to whole milliseconds.
    #[must_use]
    pub fn from_utc(utc: DateTime<Utc>) -> Self {
        Self(utc.timestamp_millis())
    }

    /// As a chrono instant. Values outside chrono's range are pinned to the epoch; no rule lets
    /// such a value in.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// This instant moved by `ms` milliseconds.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_utc().format("%Y-%m-%dT%H:%M:%S%.3fZ").fmt(f)
    }
}
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|utc| Self(utc.timestamp_millis()))
            .map_err(serde::de::Error::custom)
    }
}

/// A half-open period `[starts_at, ends_at)` that is never empty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Interval {
    starts_at: Timestamp,
    ends_at: Timestamp,
}

impl Interval {
    /// The period from `starts_at` up to, and without, `ends_at`; `None` where that is empty.
    #[must_use]
    pub fn new(starts_at: Timestamp, ends_at: Timestamp) -> Option<Self> {
        (starts_at < ends_at).then_some(Self { starts_at, ends_at })
    }
    /// First instant.
    #[must_use]
    pub fn starts_at(self) -> Timestamp {
        self.starts_at
    }
    /// First instant after it.
    #[must_use]
    pub fn ends_at(self) -> Timestamp {
        self.ends_at
    }
    /// Whether the two share an instant. Back to back is no overlap.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
    /// What the two share.
    #[must_use]
    pub fn shared(self, other: Self) -> Option<Self> {
        Self::new(self.starts_at.max(other.starts_at), self.ends_at.min(other.ends_at))
    }
    /// Length in milliseconds, always above zero.
    #[must_use]
    pub fn duration_ms(self) -> i64 {
        self.ends_at.0 - self.starts_at.0
    }
}

/// What had to be said when a local time was turned into an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LocalNote {
    /// The clock skips this time on that day; it moved forward by the gap.
    MovedByGap {
        /// What was asked.
        asked: NaiveDateTime,
        /// What it became.
        became: NaiveDateTime,
    },
    /// The clock shows this time twice on that day; the first was taken.
    FirstOfTwo {
        /// The time that occurs twice.
        asked: NaiveDateTime,
    },
}

impl LocalNote {
    /// The note as a sentence for a person.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::MovedByGap { asked, became } => format!(
                "{} does not exist on {} (the clocks go forward); it becomes {}.",
                asked.format("%H:%M"),
                asked.format("%Y-%m-%d"),
                became.format("%H:%M")
            ),
            Self::FirstOfTwo { asked } => format!(
                "{} occurs twice on {} (the clocks go back); the first is meant.",
                asked.format("%H:%M"),
                asked.format("%Y-%m-%d")
            ),
        }
    }
}

/// An IANA time zone, e.g. `Europe/Berlin`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// The zone of an IANA name.
    ///
    /// # Errors
    /// [`Refusal::UnknownTimezone`] where the time zone database has no such name.
    pub fn parse(name: &str) -> Result<Self, Refusal> {
        name.parse().map(Self).map_err(|_| Refusal::UnknownTimezone {
            field: "timezone".into(),
            timezone: name.into(),
        })
    }

    /// Every name of the time zone database, sorted.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect()
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the wall shows at `at`. Beyond the years in which walls have clocks it shows UTC.
    #[must_use]
    pub fn local(self, at: Timestamp) -> NaiveDateTime {
        let utc = at.to_utc();
        if !has_clocks(utc.naive_utc()) {
            return utc.naive_utc();
        }
        utc.with_timezone(&self.0).naive_local()
    }

    /// What the zone calls itself at `at`: `CET`, `+0330`.
    #[must_use]
    pub fn abbreviation(self, at: Timestamp) -> String {
        at.to_utc().with_timezone(&self.0).format("%Z").to_string()
    }

    /// The instant of a local time, and what has to be said about it: a time in a gap moves
    /// forward by the gap, a time that occurs twice means the first (RFC 5545, 3.3.5).
    #[must_use]
    pub fn resolve(self, local: NaiveDateTime) -> (Timestamp, Option<LocalNote>) {
        if !has_clocks(local) {
            return (Timestamp::from_utc(local.and_utc()), None);
        }
        match self.0.from_local_datetime(&local) {
            chrono::LocalResult::Single(at) => (Timestamp::from_utc(at.to_utc()), None),
            chrono::LocalResult::Ambiguous(a, b) => (
                Timestamp::from_utc(a.to_utc().min(b.to_utc())),
                Some(LocalNote::FirstOfTwo { asked: local }),
            ),
            chrono::LocalResult::None => {
                // The offset in force before the gap, applied to a time inside it, lands after it
                // by exactly the gap. No zone has two transitions within a day of each other.
                let before = self.0.offset_from_utc_datetime(&(local - Duration::days(1))).fix();
                let at = Timestamp(
                    (local - Duration::seconds(i64::from(before.local_minus_utc())))
                        .and_utc()
                        .timestamp_millis(),
                );
                (at, Some(LocalNote::MovedByGap { asked: local, became: self.local(at) }))
            }
        }
    }

    /// The first instant of a local day. (In some zones some days begin at 01:00.)
    #[must_use]
    pub fn day_start(self, date: NaiveDate) -> Timestamp {
        self.resolve(date.and_time(NaiveTime::MIN)).0
    }

    /// The whole local day `date`: 23, 24 or 25 hours, or what the zone makes of it.
    #[must_use]
    pub fn day(self, date: NaiveDate) -> Interval {
        let starts_at = self.day_start(date);
        let ends_at = self.day_start(date.succ_opt().unwrap_or(date));
        // A day that the zone skipped altogether (Apia, 2011-12-30) is empty; it gets one
        // millisecond, in which nothing fits.
        Interval { starts_at, ends_at: ends_at.max(starts_at.plus_ms(1)) }
    }

    /// The day on the wall at `at`.
    #[must_use]
    pub fn date(self, at: Timestamp) -> NaiveDate {
        self.local(at).date()
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}
impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        Self::parse(&name).map_err(|refusal| serde::de::Error::custom(refusal.message()))
    }
}

/// Whether zones say anything about that year. The edges of what chrono can hold are far beyond,
/// and arithmetic there overflows; no rule lets such a time in.
fn has_clocks(local: NaiveDateTime) -> bool {
    (1..=9999).contains(&local.year())
}

/// A stay in time, in both clocks: the instants that must not overlap, and the wall time that the
/// person saw when they chose them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stay {
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after it.
    pub ends_at: Timestamp,
    /// The venue's wall clock at the start.
    pub local_start: NaiveDateTime,
    /// The venue's wall clock at the end.
    pub local_end: NaiveDateTime,
}

impl Stay {
    /// A stay from two local times, with what has to be said about each. The local times kept are
    /// those that the wall will really show. Nothing is judged here: `decide` does that.
    #[must_use]
    pub fn resolve(zone: Zone, start: NaiveDateTime, end: NaiveDateTime) -> (Self, Vec<LocalNote>) {
        let (starts_at, start_note) = zone.resolve(start);
        let (ends_at, end_note) = zone.resolve(end);
        let shown = |asked, at, note: &Option<LocalNote>| match note {
            Some(LocalNote::MovedByGap { .. }) => zone.local(at),
            _ => asked,
        };
        let stay = Self {
            starts_at,
            ends_at,
            local_start: shown(start, starts_at, &start_note),
            local_end: shown(end, ends_at, &end_note),
        };
        (stay, start_note.into_iter().chain(end_note).collect())
    }

    /// A stay between two instants, as the wall of `zone` shows them.
    #[must_use]
    pub fn between(zone: Zone, interval: Interval) -> Self {
        Self {
            starts_at: interval.starts_at,
            ends_at: interval.ends_at,
            local_start: zone.local(interval.starts_at),
            local_end: zone.local(interval.ends_at),
        }
    }

    /// Its period; `None` where it is empty or reversed.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        Interval::new(self.starts_at, self.ends_at)
    }
}

/// Whether a local time lies on a grid of `slot_minutes` counted from midnight on the wall.
#[must_use]
pub fn on_grid(local: NaiveDateTime, slot_minutes: u32) -> bool {
    let minutes = local.hour() * 60 + local.minute();
    local.second() == 0 && local.nanosecond() == 0 && minutes.is_multiple_of(slot_minutes.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn a_time_in_a_gap_moves_forward_by_the_gap() {
        for (zone, asked, became) in [
            ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:30"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45"),
            ("Antarctica/Troll", "2026-03-29T01:30", "2026-03-29T03:30"),
            ("America/Havana", "2026-03-08T00:30", "2026-03-08T01:30"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            let (at, note) = zone.resolve(local(asked));
            assert_eq!(zone.local(at), local(became));
            assert_eq!(
                note,
                Some(LocalNote::MovedByGap { asked: local(asked), became: local(became) })
            );
        }
    }

    #[test]
    fn a_time_that_occurs_twice_means_the_first() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let (at, note) = zone.resolve(local("2026-10-25T02:30"));
        assert_eq!(at.to_string(), "2026-10-25T00:30:00.000Z");
        assert_eq!(note, Some(LocalNote::FirstOfTwo { asked: local("2026-10-25T02:30") }));
    }

    #[test]
    fn no_time_however_absurd_is_too_much() {
        let zone = Zone::parse("America/New_York").unwrap();
        for local in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            let (at, _) = zone.resolve(local);
            let _ = (zone.local(at), zone.day(local.date()));
        }
        for at in [Timestamp(i64::MIN), Timestamp(i64::MAX)] {
            let _ = (zone.local(at), zone.abbreviation(at));
        }
    }

    #[test]
    fn days_are_as_long_as_the_zone_makes_them() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let hours = |day: &str| zone.day(day.parse().unwrap()).duration_ms() / 3_600_000;
        assert_eq!(hours("2026-03-29"), 23);
        assert_eq!(hours("2026-10-25"), 25);
        assert_eq!(hours("2026-11-20"), 24);
        let apia = Zone::parse("Pacific/Apia").unwrap();
        assert!(apia.day("2011-12-30".parse().unwrap()).duration_ms() > 0);
    }

    #[test]
    fn the_grid_is_the_walls_even_where_offsets_are_odd() {
        let kathmandu = Zone::parse("Asia/Kathmandu").unwrap();
        let (at, _) = kathmandu.resolve(local("2026-11-20T10:00"));
        assert_eq!(at.to_utc().minute(), 15, "off the hour in UTC");
        assert!(on_grid(kathmandu.local(at), 60));
    }

    proptest! {
        /// Whatever the zone and the minute, resolving gives an instant whose wall time is the one
        /// asked, or later by the gap that swallowed it.
        #[test]
        fn resolving_is_the_inverse_of_reading_the_wall(
            zone in 0..chrono_tz::TZ_VARIANTS.len(), minute in 0_i64..31_500_000
        ) {
            let zone = Zone(chrono_tz::TZ_VARIANTS[zone]);
            let asked = DateTime::from_timestamp(minute * 60, 0).unwrap().naive_utc();
            let (at, note) = zone.resolve(asked);
            match note {
                Some(LocalNote::MovedByGap { became, .. }) => {
                    prop_assert!(became > asked);
                    prop_assert_eq!(zone.local(at), became);
                }
                _ => prop_assert_eq!(zone.local(at), asked),
            }
        }
    }
}
