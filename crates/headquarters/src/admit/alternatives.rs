//! Where a booking that did not fit would: what is known here is gathered for `domain::schedule`,
//! which chooses.

use super::batch::Batch;
use crate::Failure;
use crate::store::{claims, related, resources, rows};
use holdfast_domain::schedule::{Alternative, Wanted, Wish};
use holdfast_domain::{
    AvailabilityException, Booking, Command, Entity, Interval, Related, Resource, ResourceId, Row,
    Timestamp, Venue,
};
use uuid::Uuid;

/// Up to three places for what `command` wanted, given that `taken` is not free.
pub(super) async fn find(
    batch: &Batch<'_>,
    command: &Command,
    taken: ResourceId,
    now: Timestamp,
) -> Result<Vec<Alternative>, Failure> {
    let Some(wanted) = Wanted::of(command) else { return Ok(Vec::new()) };
    let Some(venue) = batch.ground.get::<Venue>(wanted.venue_id) else { return Ok(Vec::new()) };
    let resources = resources_of(batch, &wanted, taken).await?;
    let wish = Wish {
        booking_id: wanted.booking_id,
        venue,
        stay: wanted.stay,
        resource_ids: wanted.resource_ids,
        taken,
        buffer_before_minutes: wanted.buffer_before_minutes,
        buffer_after_minutes: wanted.buffer_after_minutes,
        outside_hours: wanted.outside_hours,
        now,
        resources: &resources,
    };
    let Some(period) = wish.period() else { return Ok(Vec::new()) };
    let considered = wish.considered();
    let asked: Vec<(ResourceId, Interval)> = considered.iter().map(|&id| (id, period)).collect();
    let claims = claims::overlapping(batch.tx, batch.org, &asked).await?;
    let question = Related::Exceptions { venue_id: venue.id, resource_ids: considered, period };
    let answer = related::answer(batch.tx, batch.org, &question, now).await?;
    let exceptions: Vec<_> = answer.iter().filter_map(AvailabilityException::of).cloned().collect();
    let there = batch.ground.get::<Booking>(wanted.booking_id);
    let elsewhere = |place: &Alternative| {
        let is_there =
            |it: &Booking| it.stay == place.stay && it.resource_ids == place.resource_ids;
        Ok(!there.is_some_and(is_there))
    };
    wish.alternatives(&claims, &exceptions, elsewhere)
}

/// What the venue uses, by name, and all that is named, parts as well.
async fn resources_of(
    batch: &Batch<'_>,
    wanted: &Wanted<'_>,
    taken: ResourceId,
) -> Result<Vec<Resource>, Failure> {
    let mut known = resources::bookable_at(batch.tx, batch.org, wanted.venue_id).await?;
    let named = wanted.resource_ids.iter().chain(wanted.claimed_ids).chain([&taken]).copied();
    let parts = known.iter().flat_map(|it| it.part_ids.iter().copied());
    let mut missing: Vec<Uuid> = named
        .chain(parts)
        .filter(|id| !known.iter().any(|it| it.id == *id))
        .map(|id| id.0)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    let rest = rows::by_ids(batch.tx, batch.org, Entity::Resource, &missing).await?;
    known.extend(rest.iter().filter_map(Resource::of).cloned());
    Ok(known)
}
