//! Where a booking that did not fit would: what is known here is gathered for
//! `domain::schedule::alternatives`, which chooses.

use super::batch::Batch;
use crate::Failure;
use crate::store::{claims, resources};
use holdfast_domain::schedule::{self, Alternative, Busy, Wish};
use holdfast_domain::{
    BookingId, ClaimId, Command, Interval, Resource, ResourceId, Stay, Timestamp, Venue, VenueId,
};
use std::collections::BTreeMap;

/// Most other resources that are looked at.
const SUBSTITUTES_MAX: usize = 50;

/// What a command wanted to place, and where.
struct Wanted<'a> {
    booking: BookingId,
    venue: VenueId,
    stay: Stay,
    resource_ids: &'a [ResourceId],
}

fn wanted(command: &Command) -> Option<Wanted<'_>> {
    let (booking, venue, stay, resource_ids) = match command {
        Command::Book(c) => (c.booking_id, c.venue_id, c.stay, &c.resource_ids),
        Command::ImportBooking(c) => {
            (c.book.booking_id, c.book.venue_id, c.book.stay, &c.book.resource_ids)
        }
        Command::Reschedule(c) => (c.booking_id, c.venue_id, c.stay.to, &c.resource_ids.to),
        _ => return None,
    };
    Some(Wanted { booking, venue, stay, resource_ids })
}

/// Up to three places for what `command` wanted, given that `taken` is not free.
pub(super) async fn find(
    batch: &Batch<'_>,
    command: &Command,
    taken: ResourceId,
    not_before: Timestamp,
) -> Result<Vec<Alternative>, Failure> {
    let Some(wanted) = wanted(command) else { return Ok(Vec::new()) };
    let Some(venue) = batch.ground.get::<Venue>(wanted.venue) else { return Ok(Vec::new()) };
    let Some(resource) = batch.ground.get::<Resource>(taken) else { return Ok(Vec::new()) };
    let bookable = resources::bookable_at(batch.tx, batch.org, venue.id).await?;
    let substitutes = substitutes(&bookable, resource, wanted.resource_ids);
    let day = venue.timezone.day(wanted.stay.local_start.date());
    let from = day.starts_at().min(wanted.stay.starts_at);
    let Some(period) = Interval::new(from, day.ends_at().max(wanted.stay.ends_at)) else {
        return Ok(Vec::new());
    };
    let busy = busy(batch, &wanted, &substitutes, period).await?;
    Ok(schedule::alternatives(&Wish {
        venue,
        stay: wanted.stay,
        resource_ids: wanted.resource_ids,
        taken,
        substitutes: &substitutes,
        busy: &busy,
        not_before,
    }))
}

/// Other resources of the same kind, by name.
fn substitutes(bookable: &[Resource], taken: &Resource, wanted: &[ResourceId]) -> Vec<ResourceId> {
    bookable
        .iter()
        .filter(|other| other.kind == taken.kind && !wanted.contains(&other.id))
        .map(|other| other.id)
        .take(SUBSTITUTES_MAX)
        .collect()
}

/// What is taken during `period`, of everything that may be offered. A booking that is to be moved
/// is not in its own way.
async fn busy(
    batch: &Batch<'_>,
    wanted: &Wanted<'_>,
    substitutes: &[ResourceId],
    period: Interval,
) -> Result<BTreeMap<ResourceId, Busy>, Failure> {
    let asked: Vec<(ResourceId, Interval)> =
        wanted.resource_ids.iter().chain(substitutes).map(|&id| (id, period)).collect();
    let mut periods: BTreeMap<ResourceId, Vec<Interval>> = BTreeMap::new();
    for claim in claims::overlapping(batch.tx, batch.org, &asked).await? {
        if claim.id != ClaimId::of(wanted.booking, claim.resource_id) {
            periods.entry(claim.resource_id).or_default().extend(claim.interval());
        }
    }
    Ok(periods.into_iter().map(|(id, periods)| (id, Busy::new(periods))).collect())
}
