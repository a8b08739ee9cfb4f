//! What a calendar means at a venue: every time at which something takes place, in order.
//!
//! A period and a limit bound the answer, and whatever they cut off is said: as a problem where a
//! limit cut, as `continues` where a series goes on behind the period.

use crate::event::{Event, Status};
use crate::expand::{Budget, Slots, Window, slots};
use crate::overrides::{Draft, apply, orphans, replaced};
use crate::problem::{Problem, Problems};
use crate::read::Calendar;
use chrono::NaiveDate;
use holdfast_domain::{Stay, Timestamp, Zone};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most occurrences of one event unless asked otherwise.
const LIMIT: usize = 500;
/// Most occurrences of one event that may be asked for.
const LIMIT_MAX: usize = 10_000;
/// Bytes that all occurrences together may take, more or less.
const WEIGHT_MAX: usize = 128 * 1024 * 1024;

/// Where and for which days a calendar is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The venue's zone: for whole days, for times without a zone, and for the wall times given.
    pub zone: Zone,
    /// First day at the venue; what lasts into it is in.
    pub from: Option<NaiveDate>,
    /// Last day at the venue; what begins on it is in.
    pub to: Option<NaiveDate>,
    /// Most occurrences of one event, at most 10,000.
    pub limit: usize,
}

impl Options {
    /// All that a file means at a venue, up to 500 occurrences of each event.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, from: None, to: None, limit: LIMIT }
    }

    fn window(&self) -> Window {
        let years = Timestamp::RANGE;
        let from = self.from.map_or(years.start, |day| self.zone.day(day).starts_at());
        let until = self.to.map_or(years.end, |day| self.zone.day(day).ends_at());
        Window {
            venue: self.zone,
            from: from.clamp(years.start, years.end),
            until: until.clamp(years.start, years.end),
            limit: self.limit.min(LIMIT_MAX),
        }
    }
}

/// Everything that takes place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agenda {
    /// In order of their starts.
    pub occurrences: Vec<Occurrence>,
    /// What was found wrong on the way, beside [`Calendar::problems`].
    pub problems: Vec<Problem>,
}

/// One time at which an event takes place, or was to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Occurrence {
    /// The event's; with [`Self::recurrence_id`] it identifies the occurrence.
    pub uid: String,
    /// Where it is one of a series: when it takes place by the series' rule.
    pub recurrence_id: Option<Timestamp>,
    /// From when until when, as instants and as the venue's wall shows them. Empty where the
    /// event says no end.
    #[serde(flatten)]
    pub stay: Stay,
    /// Whether whole days are meant: from the first of one to the first of another.
    pub all_day: bool,
    /// Its title.
    pub summary: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Where, in somebody's words.
    pub location: Option<String>,
    /// Words to sort it by.
    pub categories: Vec<String>,
    /// Whether it takes place.
    pub status: Status,
    /// Whether it leaves people free.
    pub transparent: bool,
    /// The series that it is one of.
    pub series: Option<Series>,
    /// Where in the file it is described, counted from one.
    pub line: usize,
    /// What has to be said about it, as sentences.
    pub notes: Vec<String>,
}

/// The series of an occurrence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Series {
    /// The event that recurs, in [`Calendar::events`].
    pub event: usize,
    /// Its rule as written, without RRULE; several are lines, and none means single dates only.
    pub rule: Option<String>,
    /// Whether it goes on after the last occurrence given.
    pub continues: bool,
}

/// When everything in `calendar` takes place.
#[must_use]
pub fn occurrences(calendar: &Calendar, options: &Options) -> Agenda {
    let mut round = Round {
        window: options.window(),
        budget: Budget::default(),
        weight: 0,
        problems: Problems::default(),
        occurrences: Vec::new(),
    };
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for (index, event) in calendar.events.iter().enumerate() {
        let group = groups.entry(&event.uid).or_default();
        if event.is_override() {
            group.overrides.push(event);
        } else {
            group.master = Some((index, event));
        }
    }
    for group in groups.into_values() {
        round.group(&group);
    }
    let mut occurrences = round.occurrences;
    occurrences.sort_by(|a, b| {
        let key = |o: &Occurrence| (o.stay.starts_at, o.stay.ends_at, o.recurrence_id);
        key(a).cmp(&key(b)).then_with(|| a.uid.cmp(&b.uid))
    });
    Agenda { occurrences, problems: round.problems.told() }
}

/// What the file says under one UID.
#[derive(Default)]
struct Group<'a> {
    master: Option<(usize, &'a Event)>,
    overrides: Vec<&'a Event>,
}

struct Round {
    window: Window,
    budget: Budget,
    weight: usize,
    problems: Problems,
    occurrences: Vec<Occurrence>,
}

impl Round {
    fn group(&mut self, group: &Group<'_>) {
        let venue = self.window.venue;
        let Some((index, master)) = group.master else {
            let drafts = orphans(&group.overrides, venue, &mut self.problems);
            let drafts = drafts.into_iter().filter(|draft| self.is_inside(&draft.stay));
            let drafts: Vec<_> = drafts.collect();
            drafts.into_iter().for_each(|draft| self.add(draft, None));
            return;
        };
        let first = master.start.bind(venue);
        let last = group.overrides.iter().filter_map(|event| replaced(event, &first, venue)).max();
        let last = last.map(|at| at.min(Timestamp::RANGE.end));
        let slots = slots(master, &self.window, last, &mut self.budget, &mut self.problems);
        let known_until = slots.known_until;
        let drafts = self.drafts(master, &slots, &group.overrides);
        let is_cut = drafts.len() > self.window.limit;
        self.say_cut(master, is_cut, known_until, drafts.last().map(|draft| draft.stay));
        let series = (master.recurs() || !group.overrides.is_empty()).then(|| Series {
            event: index,
            rule: master.rule(),
            continues: is_cut || known_until.is_some(),
        });
        let limit = self.window.limit;
        drafts.into_iter().take(limit).for_each(|draft| self.add(draft, series.clone()));
    }

    /// What takes place of a series in the window, in order.
    fn drafts<'a>(
        &mut self,
        master: &'a Event,
        slots: &Slots,
        overrides: &[&'a Event],
    ) -> Vec<Draft<'a>> {
        let mut drafts = apply(master, slots, overrides, self.window.venue, &mut self.problems);
        drafts.retain(|draft| self.is_inside(&draft.stay));
        drafts.sort_by_key(|draft| (draft.stay.starts_at, draft.recurrence_id));
        drafts
    }

    fn is_inside(&self, stay: &Stay) -> bool {
        let Window { from, until, .. } = self.window;
        stay.starts_at < until && (stay.ends_at > from || stay.starts_at >= from)
    }

    fn say_cut(
        &mut self,
        master: &Event,
        is_cut: bool,
        known_until: Option<Timestamp>,
        last: Option<Stay>,
    ) {
        let limit = self.window.limit;
        let message = match known_until {
            _ if is_cut => {
                format!("It takes place more often; the first {limit} occurrences are taken.")
            }
            Some(until) if until < self.window.until => {
                let last = last.map_or(until, |last| last.starts_at);
                let day = self.window.venue.date(last);
                format!("It recurs too often to be followed to the end; the last taken is {day}.")
            }
            _ => return,
        };
        self.problems.add(master.line, Some(&master.uid), message);
    }

    fn add(&mut self, draft: Draft<'_>, series: Option<Series>) {
        let event = draft.event;
        let texts = [&event.summary, &event.description, &event.location];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let before = self.weight;
        self.weight += 500 + event.uid.len() + texts;
        if self.weight > WEIGHT_MAX {
            if before <= WEIGHT_MAX {
                let message = "This is more than can be taken at once; the rest is left out. \
                               Choose a shorter period.";
                self.problems.add(event.line, Some(&event.uid), message);
            }
            return;
        }
        self.occurrences.push(Occurrence {
            uid: event.uid.clone(),
            recurrence_id: draft.recurrence_id,
            stay: draft.stay,
            all_day: draft.all_day,
            summary: event.summary.clone(),
            description: event.description.clone(),
            location: event.location.clone(),
            categories: event.categories.clone(),
            status: event.status,
            transparent: event.transparent,
            series,
            line: event.line,
            notes: draft.notes,
        });
    }
}
