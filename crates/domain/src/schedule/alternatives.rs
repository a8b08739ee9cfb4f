//! Where a booking that did not fit would: another resource of its kind at the same time, or the
//! same at another time of that day. What is offered is free with all its parts, buffers included,
//! and open; whoever asks may look closer at each place before it is offered.

use super::{Busy, Open, check_lead, starts, stay_at};
use crate::id::{BookingId, ClaimId, ResourceId};
use crate::rows::{AvailabilityException, Claim, Resource, Venue, occupied};
use crate::time::{Interval, MINUTE_MS, Stay, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most alternatives offered for a booking that did not fit.
pub const ALTERNATIVES_MAX: usize = 3;
/// Most other resources that are looked at.
const SUBSTITUTES_MAX: usize = 50;
/// Most other times at which other resources are looked at.
const TIMES_ELSEWHERE_MAX: usize = 24;
/// So many places of a sort are looked at closer before the next sort has its turn.
const CLOSER_LOOKS: usize = 8;

/// Somewhere else to put a booking that did not fit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Alternative {
    /// All that it would occupy, besides their parts.
    pub resource_ids: Vec<ResourceId>,
    /// When.
    pub stay: Stay,
}

/// What a booking that did not fit wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Which booking: what it holds itself is not in its way.
    pub booking_id: BookingId,
    /// Where.
    pub venue: &'a Venue,
    /// When it was to be.
    pub stay: Stay,
    /// What it was to occupy.
    pub resource_ids: &'a [ResourceId],
    /// What was taken: one of them, or a part of one.
    pub taken: ResourceId,
    /// How long they are taken before the stay.
    pub buffer_before_minutes: u32,
    /// How long they are taken after it.
    pub buffer_after_minutes: u32,
    /// Whether hours and lead times do not matter, for a reason that was given.
    pub outside_hours: bool,
    /// Nothing before this instant; lead times count from it.
    pub now: Timestamp,
    /// The resources that are known, parts as well, best first.
    pub resources: &'a [Resource],
}

impl Wish<'_> {
    /// Every resource that an alternative could occupy.
    #[must_use]
    pub fn considered(&self) -> Vec<ResourceId> {
        let named = [self.resource_ids, &self.substitutes()].concat();
        let all: BTreeSet<ResourceId> = self.claimed(&named);
        all.into_iter().collect()
    }

    /// Every instant that an alternative could occupy.
    #[must_use]
    pub fn period(&self) -> Option<Interval> {
        let day = self.venue.timezone.day(self.stay.local_start.date());
        let before = i64::from(self.buffer_before_minutes) * MINUTE_MS;
        let after = i64::from(self.buffer_after_minutes) * MINUTE_MS;
        Interval::new(
            day.starts_at().min(self.stay.starts_at).plus_ms(-before),
            day.ends_at().max(self.stay.ends_at).plus_ms(after),
        )
    }

    /// Up to [`ALTERNATIVES_MAX`] places for the same length of time: first another resource at the
    /// same time, then the same resources at the nearest other times of that day, then whatever is
    /// left. `claims` and `exceptions` are those of all that is [considered](Self::considered)
    /// during the [period](Self::period); `fits` has the last word on each place.
    ///
    /// # Errors
    /// That of `fits`.
    pub fn alternatives<E>(
        &self,
        claims: &[Claim],
        exceptions: &[AvailabilityException],
        fits: impl FnMut(&Alternative) -> Result<bool, E>,
    ) -> Result<Vec<Alternative>, E> {
        let Some(known) = Known::new(self, claims, exceptions) else { return Ok(Vec::new()) };
        let mut search = Search { wish: self, known, fits, seen: Vec::new(), found: Vec::new() };
        let (substitutes, shifted) = (self.substitutes(), self.shifts());
        let same_time = || substitutes.iter().map(|&other| (self.with(other), self.stay));
        let same_place = || shifted.iter().map(|&stay| (self.resource_ids.to_vec(), stay));
        let elsewhere = shifted
            .iter()
            .take(TIMES_ELSEWHERE_MAX)
            .flat_map(|&stay| substitutes.iter().map(move |&other| (self.with(other), stay)));
        search.look(1, same_time())?;
        search.look(2, same_place())?;
        search.look(ALTERNATIVES_MAX, same_time())?;
        search.look(ALTERNATIVES_MAX, elsewhere)?;
        search.look(ALTERNATIVES_MAX, same_place())?;
        Ok(search.found)
    }

    fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    /// Resources and their parts.
    fn claimed(&self, ids: &[ResourceId]) -> BTreeSet<ResourceId> {
        let parts = ids.iter().filter_map(|id| self.resource(*id));
        ids.iter().copied().chain(parts.flat_map(|it| it.part_ids.iter().copied())).collect()
    }

    /// Which of the wanted resources was taken, itself or a part of it.
    fn in_want(&self) -> Option<ResourceId> {
        let is_taken =
            |id: &&ResourceId| **id == self.taken || self.claimed(&[**id]).contains(&self.taken);
        self.resource_ids.iter().find(is_taken).or_else(|| self.resource_ids.first()).copied()
    }

    /// Other resources of the same kind that take bookings, and for which nobody has to be asked
    /// who was not asked before. A part does not stand in for the whole.
    fn substitutes(&self) -> Vec<ResourceId> {
        let Some(wanted) = self.in_want().and_then(|id| self.resource(id)) else {
            return Vec::new();
        };
        let stands_in = |other: &&Resource| {
            other.active
                && other.deletion.is_none()
                && other.kind == wanted.kind
                && other.venue_ids.contains(&self.venue.id)
                && (wanted.needs_approval || !other.needs_approval)
                && !self.resource_ids.contains(&other.id)
                && !wanted.part_ids.contains(&other.id)
        };
        let all = self.resources.iter().filter(stands_in).map(|other| other.id);
        all.take(SUBSTITUTES_MAX).collect()
    }

    /// The wanted resources with `other` in the place of the taken one.
    fn with(&self, other: ResourceId) -> Vec<ResourceId> {
        let taken = self.in_want();
        let mut resource_ids: Vec<_> = self
            .resource_ids
            .iter()
            .map(|&id| if Some(id) == taken { other } else { id })
            .collect();
        resource_ids.sort_unstable();
        resource_ids.dedup();
        resource_ids
    }

    /// The other starts of that day, nearest first; of two equally near, the later.
    fn shifts(&self) -> Vec<Stay> {
        let minutes = (self.stay.ends_at.0 - self.stay.starts_at.0) / MINUTE_MS;
        let minutes = u32::try_from(minutes).unwrap_or(0);
        let day = self.venue.timezone.day(self.stay.local_start.date());
        let mut stays: Vec<Stay> = starts(self.venue, day)
            .filter_map(|start| stay_at(self.venue, start, minutes))
            .filter(|stay| stay.starts_at != self.stay.starts_at && stay.ends_at <= day.ends_at())
            .collect();
        stays.sort_by_key(|stay| {
            let shift = stay.starts_at.0 - self.stay.starts_at.0;
            (shift.abs(), shift < 0)
        });
        stays
    }
}

/// When everything considered is taken, and when it is open.
struct Known {
    busy: BTreeMap<ResourceId, Busy>,
    /// Of what is booked by its name.
    open: BTreeMap<ResourceId, Open>,
    /// Of what is occupied as a part: it needs no hours, but nothing may keep it shut.
    open_as_part: BTreeMap<ResourceId, Open>,
}

impl Known {
    fn new(
        wish: &Wish<'_>,
        claims: &[Claim],
        exceptions: &[AvailabilityException],
    ) -> Option<Self> {
        let within = wish.period()?;
        let mut taken: BTreeMap<ResourceId, Vec<Interval>> = BTreeMap::new();
        let own = |claim: &&Claim| claim.id == ClaimId::of(wish.booking_id, claim.resource_id);
        for claim in claims.iter().filter(|claim| claim.active && !own(claim)) {
            taken.entry(claim.resource_id).or_default().extend(claim.interval());
        }
        let busy = taken.into_iter().map(|(id, periods)| (id, Busy::new(periods))).collect();
        let considered = wish.considered();
        let resources = || considered.iter().filter_map(|id| wish.resource(*id));
        let open = resources().map(|it| (it.id, Open::of(it, wish.venue, exceptions, within)));
        let as_part = |it| Open::as_part(it, wish.venue, exceptions, within);
        let open_as_part = resources().map(|it| (it.id, as_part(it)));
        Some(Self { busy, open: open.collect(), open_as_part: open_as_part.collect() })
    }
}

/// Looking for alternatives, sort by sort.
struct Search<'a, F> {
    wish: &'a Wish<'a>,
    known: Known,
    fits: F,
    seen: Vec<Alternative>,
    found: Vec<Alternative>,
}

impl<E, F: FnMut(&Alternative) -> Result<bool, E>> Search<'_, F> {
    /// Takes up to `count` of these places, as long as there are not enough.
    fn look(
        &mut self,
        count: usize,
        places: impl Iterator<Item = (Vec<ResourceId>, Stay)>,
    ) -> Result<(), E> {
        let enough = ALTERNATIVES_MAX.min(self.found.len() + count);
        let mut looks = CLOSER_LOOKS;
        for (resource_ids, stay) in places {
            if self.found.len() == enough || looks == 0 {
                break;
            }
            let place = Alternative { resource_ids, stay };
            if self.seen.contains(&place) || !self.is_free(&place) {
                continue;
            }
            looks -= 1;
            if (self.fits)(&place)? {
                self.found.push(place.clone());
            }
            self.seen.push(place);
        }
        Ok(())
    }

    fn is_free(&self, Alternative { resource_ids, stay }: &Alternative) -> bool {
        let (wish, known) = (self.wish, &self.known);
        let (before, after) = (wish.buffer_before_minutes, wish.buffer_after_minutes);
        let (Some(period), Some(taken)) = (stay.interval(), occupied(stay, before, after)) else {
            return false;
        };
        let free = |id: &ResourceId| known.busy.get(id).is_none_or(|busy| busy.is_free(taken));
        let open = |id: &ResourceId| {
            let named = resource_ids.contains(id);
            let open = if named { &known.open } else { &known.open_as_part };
            open.get(id).is_none_or(|open| open.covers(period))
        };
        let on_time = || check_lead(stay, wish.venue, wish.now).is_ok();
        let claimed = wish.claimed(resource_ids);
        resource_ids.len() == wish.resource_ids.len()
            && claimed.iter().all(free)
            && stay.starts_at >= wish.now
            && (wish.outside_hours || (on_time() && claimed.iter().all(open)))
    }
}

#[cfg(test)]
mod tests;
