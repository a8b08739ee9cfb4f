//! What became of a series: each of its times, unless an event with that RECURRENCE-ID says
//! otherwise (RFC 5545, 3.8.4.4).
//!
//! An override is recognised by the instant that it replaces, in whatever zone it is written. One
//! with RANGE=THISANDFUTURE moves, stretches and renames all later times too, by as much on the
//! series' own wall. What an override says is shown even where its series is missing or has no
//! such time.

use crate::event::{Event, Status};
use crate::expand::{Slot, Slots, day_of};
use crate::moment::{Bound, End, Span};
use crate::problem::Problems;
use chrono::{NaiveDateTime, TimeDelta};
use holdfast_domain::{Stay, Timestamp, Zone};
use std::collections::BTreeMap;

/// One time at which something takes place, before its texts are copied.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) event: &'a Event,
    pub(crate) stay: Stay,
    pub(crate) all_day: bool,
    pub(crate) recurrence_id: Option<Timestamp>,
    pub(crate) notes: Vec<String>,
}

impl<'a> Draft<'a> {
    /// None where it leaves the years of bookings.
    fn new(event: &'a Event, start: &Bound, span: Span, venue: Zone) -> Option<Self> {
        let stay = span.stay(start, venue)?;
        let mut notes = event.notes.clone();
        notes.extend(start.note.map(|note| match start.clock.name() {
            zone if zone == venue.name() => note.message(),
            zone => format!("{} ({zone})", note.message()),
        }));
        if stay.starts_at == stay.ends_at {
            notes.push("It ends as it starts.".into());
        }
        Some(Self { event, stay, all_day: start.all_day, recurrence_id: None, notes })
    }

    fn of(self, recurrence_id: Timestamp) -> Self {
        Self { recurrence_id: Some(recurrence_id), ..self }
    }

    fn saying(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// An override as it stands. A cancellation that does not say how long lasts as long as what
    /// it cancels.
    fn instead(
        event: &'a Event,
        slot: Option<&Slot>,
        venue: Zone,
        problems: &mut Problems,
    ) -> Option<Self> {
        let start = event.start.bind(venue);
        let (span, wrong) = match (slot, &event.end) {
            (Some(slot), End::Unwritten)
                if event.status == Status::Cancelled && start.all_day == slot.start.all_day =>
            {
                (slot.span, None)
            }
            (_, end) => Span::of(&start, end, venue),
        };
        if let Some(wrong) = wrong {
            problems.add(event.line, Some(&event.uid), wrong);
        }
        let draft = Self::new(event, &start, span, venue);
        if draft.is_none() {
            problems.add(event.line, Some(&event.uid), OUTSIDE);
        }
        Some(wrong.into_iter().fold(draft?, Self::saying))
    }
}

const OUTSIDE: &str = "It lies outside the years 1900 to 2199 and is left out.";

/// The instants that overrides replace, seen from a series that starts at `first`.
pub(crate) fn replaced(event: &Event, first: &Bound, venue: Zone) -> Option<Timestamp> {
    let id = event.recurrence_id.as_ref()?;
    Some(if first.all_day { Bound::day(day_of(id, venue), venue).at } else { id.bind(venue).at })
}

/// What takes place of a series, or of an event that does not recur.
pub(crate) fn apply<'a>(
    master: &'a Event,
    slots: &Slots,
    overrides: &[&'a Event],
    venue: Zone,
    problems: &mut Problems,
) -> Vec<Draft<'a>> {
    let first = master.start.bind(venue);
    let is_series = master.recurs() || !overrides.is_empty();
    let (mut exact, mut later) = (BTreeMap::new(), BTreeMap::new());
    // The highest SEQUENCE comes last and stays.
    let mut by_sequence = overrides.to_vec();
    by_sequence.sort_by_key(|event| (event.sequence, event.stamp));
    for event in by_sequence {
        let Some(at) = meant(event, &first, slots, venue) else { continue };
        exact.insert(at, event);
        if event.and_future {
            match Shift::of(event, at, &first, venue) {
                Some(shift) => drop(later.insert(at, shift)),
                None => {
                    let message = "It changes all later occurrences between days and times; only \
                                   the one that it names is changed.";
                    problems.add(event.line, Some(&event.uid), message);
                }
            }
        }
    }
    let mut drafts = Vec::new();
    for (&at, slot) in &slots.list {
        let draft = if let Some(event) = exact.remove(&at) {
            Draft::instead(event, Some(slot), venue, problems)
        } else if let Some((_, shift)) = later.range(..=at).next_back() {
            shift.draft(slot, venue)
        } else {
            let draft = Draft::new(master, &slot.start, slot.span, venue);
            if draft.is_none() && !is_series {
                problems.add(master.line, Some(&master.uid), OUTSIDE);
            }
            draft.map(|draft| slot.note.into_iter().fold(draft, Draft::saying))
        };
        drafts.extend(draft.map(|draft| if is_series { draft.of(at) } else { draft }));
    }
    for (at, event) in exact {
        let Some(draft) = Draft::instead(event, None, venue, problems) else { continue };
        let mut draft = draft.of(at);
        if slots.known_until.is_none_or(|until| at < until) {
            const NOWHERE: &str = "It changes an occurrence that its series does not have.";
            problems.add(event.line, Some(&event.uid), NOWHERE);
            draft = draft.saying(NOWHERE);
        }
        drafts.push(draft);
    }
    drafts
}

/// Overrides whose series is not in the file, each as it stands.
pub(crate) fn orphans<'a>(
    overrides: &[&'a Event],
    venue: Zone,
    problems: &mut Problems,
) -> Vec<Draft<'a>> {
    const ALONE: &str = "It belongs to a series that is not in this file; it stands alone.";
    let mut drafts = BTreeMap::new();
    let mut by_sequence = overrides.to_vec();
    by_sequence.sort_by_key(|event| (event.sequence, event.stamp));
    for event in by_sequence {
        let Some(id) = &event.recurrence_id else { continue };
        problems.add(event.line, Some(&event.uid), ALONE);
        let at = id.bind(venue).at;
        if let Some(draft) = Draft::instead(event, None, venue, problems) {
            drafts.insert(at, draft.of(at).saying(ALONE));
        }
    }
    drafts.into_values().collect()
}

/// The instant that an override replaces. A bare day means the time of a timed series on it.
fn meant(event: &Event, first: &Bound, slots: &Slots, venue: Zone) -> Option<Timestamp> {
    let at = replaced(event, first, venue)?;
    let id = event.recurrence_id.as_ref()?.bind(venue);
    if first.all_day || !id.all_day {
        return Some(at);
    }
    let that_day = id.wall.date();
    let around = at.plus_ms(-2 * DAY_MS)..at.plus_ms(2 * DAY_MS);
    let mut near = slots.list.range(around);
    Some(near.find(|(_, slot)| slot.start.wall.date() == that_day).map_or(at, |(at, _)| *at))
}

const DAY_MS: i64 = 86_400_000;

/// What THISANDFUTURE makes of a later time of its series.
struct Shift<'a> {
    event: &'a Event,
    /// On the series' wall.
    by: TimeDelta,
    /// None for a cancellation that does not say how long.
    span: Option<Span>,
    since: NaiveDateTime,
}

impl<'a> Shift<'a> {
    /// None where it makes days of times or times of days.
    fn of(event: &'a Event, replaced: Timestamp, first: &Bound, venue: Zone) -> Option<Self> {
        let start = event.start.bind(venue);
        let since = first.clock.local(replaced);
        (start.all_day == first.all_day).then(|| Self {
            event,
            by: first.clock.local(start.at) - since,
            span: match (event.status, &event.end) {
                (Status::Cancelled, End::Unwritten) => None,
                (_, end) => Some(Span::of(&start, end, venue).0),
            },
            since,
        })
    }

    fn draft(&self, slot: &Slot, venue: Zone) -> Option<Draft<'a>> {
        let wall = slot.start.wall.checked_add_signed(self.by)?;
        let start = slot.start.at_wall(wall, venue);
        let draft = Draft::new(self.event, &start, self.span.unwrap_or(slot.span), venue)?;
        let since = self.since.format("%Y-%m-%d");
        Some(draft.saying(format!("Changed with all that follow {since} in its series.")))
    }
}
