//! Recurrence: "every Tuesday at 10:00" as the local times and instants that it means (RFC 5545,
//! 3.3.10 and 3.8.5).
//!
//! A rule is about the clock on the venue's wall, so it is followed there, without any zone, and
//! only then each local time becomes an instant by [`Zone::resolve`]: 10:00 stays 10:00 when the
//! clocks turn. In this one point we leave the RFC, which drops a time that the clock skips: here
//! it moves forward by the gap, as every booking does, and a note says so.
//!
//! Whatever is asked ends soon and in the same way everywhere: no clock, no randomness, and bounds
//! on dates and on steps. What may be done with the dates (conflicts, bookings) is not known here.
//! `text` reads a rule, `walk` follows it.

mod text;
mod walk;

use crate::refusal::Refusal;
use crate::time::{LocalNote, Timestamp, Zone};
use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use text::Rule;
use walk::Step;

/// Most occurrences that one command may make.
pub const OCCURRENCES_MAX: usize = 500;
/// Most days from the start to the last occurrence that one command may make: two years.
pub const DAYS_MAX: i64 = 731;
/// Longest text of a rule, in characters.
pub const RULE_MAX: usize = 1000;

/// A recurrence rule (RFC 5545, 3.3.10), read and found sound. Equal when its text is.
#[derive(Clone, Debug)]
pub struct Recurrence {
    text: String,
    rule: Rule,
}

/// One time at which a rule says that something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Occurrence {
    /// What the wall shows then: after a gap, the time that the rule's moved to.
    pub local: NaiveDateTime,
    /// The instant.
    pub at: Timestamp,
    /// What has to be said about it.
    pub note: Option<LocalNote>,
}

/// The occurrences of a rule, in order, without two at one instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expansion {
    /// At most as many as were asked for.
    pub occurrences: Vec<Occurrence>,
    /// Whether these are all. Never false where [`Limit::cut`] is.
    pub complete: bool,
}

/// How far a rule is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Most occurrences.
    pub occurrences: usize,
    /// Most days from the start to the last of them.
    pub days: Option<i64>,
    /// What becomes of a rule that goes on beyond: it is cut there, else refused.
    pub cut: bool,
}

impl Limit {
    /// What one command may make of a rule: all of it, where that is not too long.
    pub const SERIES: Self =
        Self { occurrences: OCCURRENCES_MAX, days: Some(DAYS_MAX), cut: false };
    /// All of a rule that ends, over however many years.
    pub const WHOLE: Self = Self { days: None, ..Self::SERIES };

    /// The first `occurrences` of any rule, over however many years.
    #[must_use]
    pub fn first(occurrences: usize) -> Self {
        Self { occurrences: occurrences.min(OCCURRENCES_MAX), days: None, cut: true }
    }
}

impl Recurrence {
    /// Reads a rule such as `FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10`, with `RRULE:` before it or without.
    ///
    /// # Errors
    /// `field_required`, `field_too_long` or `field_invalid` for the field `rrule`.
    pub fn parse(rule: &str) -> Result<Self, Refusal> {
        let (text, rule) = text::read(rule)?;
        Ok(Self { text, rule })
    }

    /// The rule as it was written, in capitals and without `RRULE:`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the rule says when it ends: by COUNT or UNTIL.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.rule.count.is_some() || self.rule.until.is_some()
    }

    /// The occurrences from `start` on, a local time in `zone`, without `exdates` (RFC 5545,
    /// 3.8.5.1; local times too, and COUNT counts them). As in the libraries that people know,
    /// `start` is itself one only where the rule meets it.
    ///
    /// # Errors
    /// `series_too_long` for a rule that goes on beyond `limit`, unless it may be cut;
    /// `field_invalid` for a rule that is never met, and for a start outside the years that
    /// bookings may touch.
    pub fn expand(
        &self,
        start: NaiveDateTime,
        zone: Zone,
        exdates: &[NaiveDateTime],
        limit: Limit,
    ) -> Result<Expansion, Refusal> {
        if !(1900..2200).contains(&start.year()) {
            return Err(invalid("start", "it lies outside the years 1900 to 2199"));
        }
        let start = start.with_nanosecond(0).unwrap_or(start);
        let exdates: BTreeSet<_> = exdates.iter().copied().collect();
        let too_late = limit.days.and_then(|days| start.checked_add_signed(TimeDelta::days(days)));
        let (mut occurrences, mut counted, mut complete) = (Vec::new(), 0_u32, true);
        for step in walk::walk(&self.rule, start)? {
            let full = occurrences.len() == limit.occurrences;
            let local = match step {
                Step::Met(local) => local,
                Step::Lost if full && limit.cut => {
                    complete = false;
                    break;
                }
                Step::Lost => return Err(lost(counted)),
                Step::NoMore if counted > 0 => {
                    complete = self.rule.until.is_some();
                    break;
                }
                Step::NoMore => break,
            };
            let occurrence = occurrence(local, zone);
            if self.rule.until.is_some_and(|until| until.is_before(local, occurrence.at)) {
                if occurrence.local != local {
                    // A time in a gap moves past some that follow it: those may still count.
                    continue;
                }
                break;
            }
            counted += 1;
            if !exdates.contains(&local) && !exdates.contains(&occurrence.local) {
                if full || too_late.is_some_and(|too_late| local > too_late) {
                    complete = false;
                    break;
                }
                occurrences.push(occurrence);
            }
            if self.rule.count.is_some_and(|count| counted >= count) {
                break;
            }
        }
        if counted == 0 {
            return Err(lost(counted));
        }
        if !complete && !limit.cut {
            return Err(Refusal::SeriesTooLong {
                max_occurrences: limit.occurrences,
                max_days: limit.days.unwrap_or(DAYS_MAX),
            });
        }
        // Within a gap times move past those that follow it, or onto them: then the latter stand.
        occurrences.sort_by_key(|occurrence| (occurrence.at, occurrence.note.is_some()));
        occurrences.dedup_by_key(|occurrence| occurrence.at);
        Ok(Expansion { occurrences, complete })
    }
}

fn occurrence(asked: NaiveDateTime, zone: Zone) -> Occurrence {
    let (at, note) = zone.resolve(asked);
    let local = match note {
        Some(LocalNote::MovedByGap { became, .. }) => became,
        _ => asked,
    };
    Occurrence { local, at, note }
}

fn lost(counted: u32) -> Refusal {
    invalid(
        "rrule",
        match counted {
            0 => "no date on or after the start meets it",
            _ => "its next date is too far to be found",
        },
    )
}

fn invalid(field: &str, problem: impl Into<String>) -> Refusal {
    Refusal::FieldInvalid { field: field.into(), problem: problem.into() }
}

impl PartialEq for Recurrence {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Recurrence {}
impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl Serialize for Recurrence {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}
impl<'de> Deserialize<'de> for Recurrence {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let rule = String::deserialize(d)?;
        Self::parse(&rule).map_err(|refusal| serde::de::Error::custom(refusal.message()))
    }
}
