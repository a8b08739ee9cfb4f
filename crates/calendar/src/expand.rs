//! When one event takes place by what it says itself: its start, RRULE and RDATE, without EXDATE
//! (RFC 5545, 3.8.5).
//!
//! A rule is followed on the event's own wall, so 10:00 stays 10:00 there when its clocks turn,
//! whatever the venue's do. The start counts as the first occurrence even where the rule does not
//! name it. How far a rule is followed is bounded for each event and for the whole file, and how
//! far that was is part of the answer.

use crate::clock::Clock;
use crate::event::Event;
use crate::moment::{Bound, End, Moment, Span};
use crate::problem::Problems;
use crate::rule::{RuleText, UTC};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use holdfast_domain::{Limit, Refusal, Timestamp, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// Most occurrences of one rule that are looked at, wanted or not: a daily one for two centuries.
const WALK_MAX: usize = 100_000;
/// Steps that one file may cost. A step is one occurrence.
const STEPS: usize = 2_000_000;
/// What a rule costs that is searched for in vain.
const STEPS_LOST: usize = 50_000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) venue: Zone,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    /// Most occurrences of one event.
    pub(crate) limit: usize,
}

/// One time at which an event takes place.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) start: Bound,
    pub(crate) span: Span,
    pub(crate) note: Option<&'static str>,
}

/// All times at which an event takes place, as far as they were looked for.
#[derive(Debug)]
pub(crate) struct Slots {
    pub(crate) list: BTreeMap<Timestamp, Slot>,
    /// Where the search ended though the event goes on.
    pub(crate) known_until: Option<Timestamp>,
}

/// What following rules may still cost.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: STEPS }
    }
}

/// Follows `event` through the window and up to `at_least`.
pub(crate) fn slots(
    event: &Event,
    window: &Window,
    at_least: Option<Timestamp>,
    budget: &mut Budget,
    problems: &mut Problems,
) -> Slots {
    let venue = window.venue;
    let start = event.start.bind(venue);
    let (span, wrong) = Span::of(&start, &event.end, venue);
    if let Some(wrong) = wrong {
        problems.add(event.line, Some(&event.uid), wrong);
    }
    let far = at_least.map_or(window.until, |at| window.until.max(at.plus_ms(1)));
    let mut search = Search { event, window, start: &start, far, budget, known_until: None };
    let mut list = BTreeMap::new();
    let mut moved = false;
    for rule in &event.rules {
        moved |= rule.followable(start.wall) != start.wall;
        let mut found = search.follow(rule, problems);
        let meets_start = found.first().is_some_and(|first| first.at == start.at);
        if !meets_start && search.known_until.is_none() && rule.part("COUNT").is_some() {
            // The start is one of those that COUNT counts.
            found.pop();
        }
        list.extend(found.into_iter().map(|start| (start.at, Slot { start, span, note: None })));
    }
    if !moved {
        let is_named = list.is_empty() || list.contains_key(&start.at);
        let note = (!is_named).then_some("Its rule does not name its first time; both are taken.");
        list.entry(start.at).or_insert(Slot { start: start.clone(), span, note });
    }
    let known_until = search.known_until;
    for rule in &event.exrules {
        for excluded in search.follow(rule, problems) {
            list.remove(&excluded.at);
        }
    }
    for (moment, end) in &event.rdates {
        let slot = rdate(moment, end, &start, span, venue);
        list.entry(slot.start.at).or_insert(slot);
    }
    exclude(event, &start, &mut list, venue);
    if let (Some(wrong), Some(mut first)) = (wrong, list.first_entry()) {
        first.get_mut().note = Some(wrong);
    }
    Slots { list, known_until }
}

/// A moment of a whole-day event that was written as a time. Midnight in UTC is how programs write
/// the day itself.
pub(crate) fn day_of(moment: &Moment, venue: Zone) -> NaiveDate {
    match moment {
        Moment::Day(date) => *date,
        Moment::Time { wall, clock: Some(Clock::Zone(zone)) }
            if *zone == *UTC && wall.time() != NaiveTime::MIN =>
        {
            venue.date(zone.resolve(*wall).0)
        }
        Moment::Time { wall, .. } => wall.date(),
    }
}

fn rdate(moment: &Moment, end: &End, first: &Bound, span: Span, venue: Zone) -> Slot {
    let start = match moment {
        _ if first.all_day => Bound::day(day_of(moment, venue), venue),
        // The day of an event that has a time: at that time.
        Moment::Day(date) => first.at_wall(date.and_time(first.wall.time()), venue),
        Moment::Time { .. } => moment.bind(venue),
    };
    let (span, note) = match end {
        End::Unwritten => (span, None),
        end => Span::of(&start, end, venue),
    };
    Slot { start, span, note }
}

fn exclude(event: &Event, first: &Bound, list: &mut BTreeMap<Timestamp, Slot>, venue: Zone) {
    let mut days = BTreeSet::new();
    for exdate in &event.exdates {
        match exdate {
            exdate if first.all_day => drop(days.insert(day_of(exdate, venue))),
            Moment::Day(date) => drop(days.insert(*date)),
            Moment::Time { .. } => drop(list.remove(&exdate.bind(venue).at)),
        }
    }
    if !days.is_empty() {
        list.retain(|_, slot| !days.contains(&slot.start.wall.date()));
    }
}

struct Search<'a> {
    event: &'a Event,
    window: &'a Window,
    start: &'a Bound,
    far: Timestamp,
    budget: &'a mut Budget,
    known_until: Option<Timestamp>,
}

impl Search<'_> {
    /// The times of one rule, as far as anybody asks; none, and a problem, where it cannot be
    /// followed.
    fn follow(&mut self, rule: &RuleText, problems: &mut Problems) -> Vec<Bound> {
        let (far, horizon) = (self.start.clock.local(self.far).date(), self.far);
        let start = rule.followable(self.start.wall);
        // A day more than asked: offsets differ.
        let days = (far - start.date()).num_days() + 2;
        let wanted = self.window.limit + self.event.exdates.len() + 1;
        let mut ask = wanted.clamp(64, WALK_MAX);
        loop {
            if self.budget.steps < ask {
                let message = "This file's rules are too many to follow all; of this event only \
                               its first time is taken.";
                problems.add(rule.line, Some(&self.event.uid), message);
                return Vec::new();
            }
            let limit = Limit { occurrences: ask, days: Some(days), cut: true };
            let (found, complete) = match self.expand(rule, start, limit) {
                Ok(found) => found,
                Err(refusal) => {
                    self.budget.steps = self.budget.steps.saturating_sub(STEPS_LOST);
                    let message = format!(
                        "Its rule is not followed, only its first time is taken. {}",
                        refusal.message()
                    );
                    problems.add(rule.line, Some(&self.event.uid), message);
                    return Vec::new();
                }
            };
            self.budget.steps = self.budget.steps.saturating_sub(found.len() + 10);
            let is_cut = !complete && found.len() >= ask;
            let inside = found.iter().filter(|found| found.at >= self.window.from).count();
            if is_cut && inside < wanted && ask < WALK_MAX {
                ask = (ask * 8).min(WALK_MAX);
                continue;
            }
            if !complete {
                let last = found.last().map_or(horizon, |last| last.at.plus_ms(1));
                let known = if is_cut { last } else { horizon };
                self.known_until = Some(self.known_until.map_or(known, |until| until.min(known)));
            }
            return found;
        }
    }

    /// Follows a rule in the event's zone; without one of the database, on the bare wall.
    fn expand(
        &self,
        rule: &RuleText,
        start: NaiveDateTime,
        limit: Limit,
    ) -> Result<(Vec<Bound>, bool), Refusal> {
        let (venue, clock) = (self.window.venue, &self.start.clock);
        if let (Clock::Zone(zone), false) = (clock, self.start.all_day) {
            let expansion = rule.expand(start, *zone, limit)?;
            let bound = |found: &holdfast_domain::Occurrence| Bound {
                clock: clock.clone(),
                all_day: false,
                wall: found.local,
                at: found.at,
                note: found.note,
            };
            return Ok((expansion.occurrences.iter().map(bound).collect(), expansion.complete));
        }
        let rule = rule.until_on_wall(|utc| {
            if self.start.all_day {
                let until = Moment::Time { wall: utc, clock: Some(Clock::Zone(*UTC)) };
                day_of(&until, venue).format("%Y%m%d").to_string()
            } else {
                let wall = clock.local(Timestamp::from_utc(utc.and_utc()));
                wall.format("%Y%m%dT%H%M%S").to_string()
            }
        });
        let expansion = rule.expand(start, *UTC, limit)?;
        let walls = expansion.occurrences.iter().map(|found| found.local);
        let bound = walls.map(|wall| self.start.at_wall(wall, venue)).collect();
        Ok((bound, expansion.complete))
    }
}
