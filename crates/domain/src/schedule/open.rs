//! When something is open: weekly hours on the wall, dated openings added, closures taken away.
//! Interval arithmetic on instants; the wall says where the intervals lie.

use super::merged;
use crate::rows::{AvailabilityException, ExceptionKind, OpenSpan, Resource, Venue};
use crate::time::{Interval, Timestamp, Zone};
use chrono::Datelike;

/// When something is open, in order and without overlaps; or always.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open(Vec<Interval>);

impl Open {
    /// The hours of `resource` at `venue` that meet `within`. `exceptions` are those that concern
    /// it. A resource without weekly hours has the venue's; where there are none either, it is
    /// always open.
    #[must_use]
    pub fn of<'a>(
        resource: &Resource,
        venue: &Venue,
        exceptions: impl IntoIterator<Item = &'a AvailabilityException>,
        within: Interval,
    ) -> Self {
        let hours = if resource.hours.is_empty() { &venue.hours } else { &resource.hours };
        let mut open =
            if hours.is_empty() { vec![within] } else { weekly(hours, venue.timezone, within) };
        let (openings, shut): (Vec<_>, Vec<_>) = exceptions
            .into_iter()
            .filter(|exception| !exception.withdrawn && concerns(exception, resource, venue))
            .filter_map(|exception| Some((exception.kind, exception.stay.interval()?)))
            .partition(|(kind, _)| *kind == ExceptionKind::Opening);
        open.extend(openings.into_iter().map(|(_, period)| period));
        let open = merged(open);
        Self(shut.into_iter().fold(open, |open, (_, period)| without(open, period)))
    }

    /// The same of what is occupied as a part: it needs no hours of its own, but nothing may keep it
    /// shut.
    pub(crate) fn as_part<'a>(
        part: &Resource,
        venue: &Venue,
        exceptions: impl IntoIterator<Item = &'a AvailabilityException>,
        within: Interval,
    ) -> Self {
        let part = Resource { hours: Vec::new(), ..part.clone() };
        let venue = Venue { hours: Vec::new(), ..venue.clone() };
        Self::of(&part, &venue, exceptions, within)
    }

    /// The same without what shuts a part of it: then all of it cannot be had.
    #[must_use]
    pub fn with_parts_of<'a>(
        self,
        resource: &Resource,
        exceptions: impl IntoIterator<Item = &'a AvailabilityException>,
    ) -> Self {
        let of_part = |it: &&AvailabilityException| {
            let part = it.resource_id.is_some_and(|id| resource.part_ids.contains(&id));
            part && !it.withdrawn && it.kind != ExceptionKind::Opening
        };
        let shut = exceptions.into_iter().filter(of_part).filter_map(|it| it.stay.interval());
        Self(shut.fold(self.0, without))
    }

    /// Whether it is open during all of `period`.
    #[must_use]
    pub fn covers(&self, period: Interval) -> bool {
        let next = self.0.partition_point(|open| open.ends_at() <= period.starts_at());
        self.0.get(next).is_some_and(|open| {
            open.starts_at() <= period.starts_at() && period.ends_at() <= open.ends_at()
        })
    }

    /// The periods, in order.
    #[must_use]
    pub fn periods(&self) -> &[Interval] {
        &self.0
    }

    /// How long it is open within `period`, in milliseconds.
    #[must_use]
    pub fn duration_ms(&self, period: Interval) -> i64 {
        self.0.iter().filter_map(|open| open.shared(period)).map(Interval::duration_ms).sum()
    }
}

/// Whether an exception is about this resource: itself, who it is, or the venue that is closed.
#[must_use]
pub fn concerns(exception: &AvailabilityException, resource: &Resource, venue: &Venue) -> bool {
    match exception.kind {
        ExceptionKind::Closure => exception.venue_id == venue.id,
        ExceptionKind::TimeOff => {
            exception.staff_id.is_some() && exception.staff_id == resource.staff_id
        }
        ExceptionKind::Opening | ExceptionKind::Maintenance | ExceptionKind::Blocked => {
            exception.resource_id == Some(resource.id)
        }
    }
}

/// The weekly hours that meet `within`.
fn weekly(hours: &[OpenSpan], zone: Zone, within: Interval) -> Vec<Interval> {
    // A span that began the day before may reach past midnight.
    let first = zone.date(within.starts_at()).pred_opt();
    let last = zone.date(within.ends_at());
    let days = first.into_iter().flat_map(|first| first.iter_days()).take_while(|day| *day <= last);
    let mut open = Vec::new();
    for day in days {
        let weekday = u8::try_from(day.weekday().number_from_monday()).unwrap_or_default();
        let holds = |span: &&OpenSpan| {
            span.weekday == weekday
                && !span.inactive
                && span.valid_from.is_none_or(|from| from <= day)
                && span.valid_until.is_none_or(|until| day <= until)
        };
        for span in hours.iter().filter(holds) {
            let closes_on = if span.closes <= span.opens { day.succ_opt() } else { Some(day) };
            let Some(closes_on) = closes_on else { continue };
            let opens = zone.resolve(day.and_time(span.opens)).0;
            let closes = zone.resolve(closes_on.and_time(span.closes)).0;
            open.extend(Interval::new(opens, closes).and_then(|open| open.shared(within)));
        }
    }
    open
}

/// What is left of `periods` outside `shut`.
fn without(periods: Vec<Interval>, shut: Interval) -> Vec<Interval> {
    let rest = |from: Timestamp, until: Timestamp| Interval::new(from, until);
    periods
        .into_iter()
        .flat_map(|period| {
            if !period.overlaps(shut) {
                return [Some(period), None];
            }
            [
                rest(period.starts_at(), shut.starts_at().min(period.ends_at())),
                rest(shut.ends_at().max(period.starts_at()), period.ends_at()),
            ]
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests;
