//! Free time and alternatives: interval arithmetic on the venue's wall grid. Pure, like
//! [`decide`](crate::decide()): whoever asks brings the busy periods.

mod alternatives;
mod open;
mod wanted;

pub use alternatives::{ALTERNATIVES_MAX, Alternative, Wish};
pub use open::{Open, concerns};
pub use wanted::Wanted;

use crate::refusal::Refusal;
use crate::rows::{Venue, occupied};
use crate::time::{Interval, MINUTE_MS, Stay, Timestamp};
use chrono::{Duration, NaiveDateTime};

/// Longest stay on the wall clock, in minutes.
pub const STAY_MAX_MINUTES: i64 = 24 * 60;

/// Periods in which a resource is taken, merged and sorted, so that a question is one search.
#[derive(Clone, Debug, Default)]
pub struct Busy(Vec<Interval>);

impl Busy {
    /// From periods in any order, overlapping or not.
    #[must_use]
    pub fn new(periods: Vec<Interval>) -> Self {
        Self(merged(periods))
    }

    /// Whether nothing is taken during `period`.
    #[must_use]
    pub fn is_free(&self, period: Interval) -> bool {
        let next = self.0.partition_point(|taken| taken.ends_at() <= period.starts_at());
        self.0.get(next).is_none_or(|taken| !taken.overlaps(period))
    }
}

/// Sorted, and joined where they touch.
fn merged(mut periods: Vec<Interval>) -> Vec<Interval> {
    periods.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(periods.len());
    for period in periods {
        match merged.last_mut() {
            Some(last) if period.starts_at() <= last.ends_at() => {
                let ends_at = last.ends_at().max(period.ends_at());
                *last = Interval::new(last.starts_at(), ends_at).unwrap_or(*last);
            }
            _ => merged.push(period),
        }
    }
    merged
}

/// What a customer asks for, of whatever resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// When, at the earliest and at the latest.
    pub within: Interval,
    /// For how long.
    pub minutes: u32,
    /// How long the resource is taken before that.
    pub buffer_before_minutes: u32,
    /// How long the resource is taken after that.
    pub buffer_after_minutes: u32,
    /// The asker's now: the venue's lead times count from it. `None` leaves them out.
    pub now: Option<Timestamp>,
}

/// The stays that `ask` could have at `venue`, whatever is taken: on the grid, within what is asked
/// and within the venue's lead times. Starts that the wall skips are left out; of starts that it
/// shows twice, the first is offered: exactly the stays that a desk can ask for.
#[must_use]
pub fn possible_stays(venue: &Venue, ask: &Ask) -> Vec<Stay> {
    starts(venue, ask.within)
        .filter_map(|start| stay_at(venue, start, ask.minutes))
        .filter(|stay| {
            stay.starts_at >= ask.within.starts_at() && stay.ends_at <= ask.within.ends_at()
        })
        .filter(|stay| stay.local_end - stay.local_start <= Duration::minutes(STAY_MAX_MINUTES))
        .filter(|stay| {
            ask.now.is_none_or(|now| {
                let today = venue.timezone.date(now);
                stay.local_start.date() >= today && check_lead(stay, venue, now).is_ok()
            })
        })
        .collect()
}

/// Those of `possible` during which a resource is open and, buffers included, nothing is taken.
pub fn free_stays<'a>(
    possible: &'a [Stay],
    ask: &'a Ask,
    open: &'a Open,
    busy: &'a Busy,
) -> impl Iterator<Item = Stay> + use<'a> {
    let (before, after) = (ask.buffer_before_minutes, ask.buffer_after_minutes);
    possible.iter().copied().filter(move |stay| {
        stay.interval().is_some_and(|period| open.covers(period))
            && occupied(stay, before, after).is_some_and(|period| busy.is_free(period))
    })
}

/// Whether a stay may be booked so shortly before, or so long ahead.
///
/// # Errors
/// `too_soon` or `too_far_ahead`.
pub fn check_lead(stay: &Stay, venue: &Venue, now: Timestamp) -> Result<(), Refusal> {
    let policy = &venue.policy;
    let min_notice_minutes = policy.min_notice_minutes;
    let earliest = now.plus_ms(i64::from(min_notice_minutes) * MINUTE_MS);
    if min_notice_minutes > 0 && stay.starts_at < earliest {
        return Err(Refusal::TooSoon { min_notice_minutes });
    }
    let today = venue.timezone.date(now);
    match policy.max_advance_days {
        Some(max_advance_days)
            if (stay.local_start.date() - today).num_days() > i64::from(max_advance_days) =>
        {
            Err(Refusal::TooFarAhead { max_advance_days })
        }
        _ => Ok(()),
    }
}

/// A stay of `minutes` from a wall time; `None` where the wall skips it.
#[must_use]
pub fn stay_at(venue: &Venue, start: NaiveDateTime, minutes: u32) -> Option<Stay> {
    let (starts_at, _) = venue.timezone.resolve(start);
    if venue.timezone.local(starts_at) != start {
        return None;
    }
    let ends_at = starts_at.plus_ms(i64::from(minutes) * MINUTE_MS);
    let stay = Stay::between(venue.timezone, Interval::new(starts_at, ends_at)?);
    crate::time::on_grid(stay.local_end, venue.slot_minutes).then_some(stay)
}

/// The wall times of the grid that can lie in `within`.
fn starts(venue: &Venue, within: Interval) -> impl Iterator<Item = NaiveDateTime> + use<> {
    let step = Duration::minutes(i64::from(venue.slot_minutes));
    let first = venue.timezone.local(within.starts_at()).date().and_time(chrono::NaiveTime::MIN);
    // Where the clocks are turned back, later instants may have earlier times on the wall.
    let last = venue.timezone.local(within.ends_at()) + Duration::hours(3);
    std::iter::successors(Some(first), move |start| Some(*start + step))
        .take_while(move |start| *start < last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, ResourceId, VenueId, Zone};
    use proptest::prelude::*;

    fn venue(slot_minutes: u32) -> Venue {
        let (zone, currency) = (Zone::parse("Europe/Berlin"), Currency::parse("EUR"));
        let id = VenueId(uuid::Uuid::nil());
        Venue::new(id, "Club", zone.unwrap(), currency.unwrap(), slot_minutes)
    }
    fn free(venue: &Venue, within: Interval, busy: &Busy, minutes: u32) -> Vec<Stay> {
        let ask =
            Ask { within, minutes, buffer_before_minutes: 0, buffer_after_minutes: 0, now: None };
        let court =
            crate::Resource::new(resource(1), "Court", crate::ResourceKind::Court, vec![venue.id]);
        let open = Open::of(&court, venue, [], within);
        free_stays(&possible_stays(venue, &ask), &ask, &open, busy).collect()
    }
    fn at(venue: &Venue, text: &str) -> Timestamp {
        venue.timezone.resolve(format!("2026-11-20T{text}:00").parse().unwrap()).0
    }
    fn span(venue: &Venue, from: &str, to: &str) -> Interval {
        Interval::new(at(venue, from), at(venue, to)).unwrap()
    }
    fn resource(n: u128) -> ResourceId {
        ResourceId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn free_stays_meet_nothing_and_touch_freely() {
        let venue = venue(30);
        let busy = Busy::new(vec![span(&venue, "10:00", "11:00"), span(&venue, "12:00", "12:30")]);
        let free = free(&venue, span(&venue, "09:00", "14:00"), &busy, 60);
        let starts: Vec<_> =
            free.iter().map(|stay| stay.local_start.format("%H:%M").to_string()).collect();
        assert_eq!(starts, ["09:00", "11:00", "12:30", "13:00"]);
    }

    #[test]
    fn a_day_of_25_hours_offers_each_wall_time_once() {
        let venue = venue(60);
        let day = venue.timezone.day("2026-10-25".parse().unwrap());
        let offered = free(&venue, day, &Busy::default(), 60);
        assert_eq!(offered.len(), 24, "02:00 occurs twice and is offered once");
        let day = venue.timezone.day("2026-03-29".parse().unwrap());
        assert_eq!(free(&venue, day, &Busy::default(), 60).len(), 23);
    }

    proptest! {
        /// A stay is offered exactly when no busy period overlaps it.
        #[test]
        fn free_means_no_overlap(
            periods in proptest::collection::vec((0_i64..96, 1_i64..20), 0..12),
            minutes in 1_u32..5
        ) {
            let venue = venue(15);
            let day = venue.timezone.day("2026-11-20".parse().unwrap());
            let slot = |n: i64| day.starts_at().plus_ms(n * 15 * MINUTE_MS);
            let taken: Vec<Interval> = periods
                .iter().map(|&(from, len)| Interval::new(slot(from), slot(from + len)).unwrap())
                .collect();
            let free = free(&venue, day, &Busy::new(taken.clone()), minutes * 15);
            let offered: std::collections::BTreeSet<i64> =
                free.iter().map(|stay| stay.starts_at.0).collect();
            for n in 0..96 {
                let Some(stay) = Interval::new(slot(n), slot(n + i64::from(minutes))) else { continue };
                let fits = stay.ends_at() <= day.ends_at()
                    && !taken.iter().any(|period| period.overlaps(stay));
                prop_assert_eq!(offered.contains(&slot(n).0), fits, "slot {}", n);
            }
        }
    }
}
