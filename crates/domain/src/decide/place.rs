//! Where a booking may be: resources and their parts, what was sold, time, opening hours, the
//! customer's other bookings, and last the overlap.

use super::{Decision, Unchecked};
use crate::change::{Change, Entity, Row};
use crate::facts::{Facts, Related, TimeRules};
use crate::field;
use crate::id::{CustomerId, ResourceId, VenueId};
use crate::refusal::Refusal;
use crate::role::Right;
use crate::rows::{
    AvailabilityException, Booking, BookingClaim, Claim, Customer, CustomerOverlap, Resource, Venue,
};
use crate::schedule::{Open, STAY_MAX_MINUTES, check_lead};
use crate::time::{MINUTE_MS, Stay, Timestamp, on_grid};
use chrono::{Datelike, Duration, Timelike};
use std::collections::BTreeSet;

/// How far a wall time may be from its instant, as this machine's time zone data sees it. Zones
/// move by up to an hour or two when their rules change; more is a mistake or a forgery.
const LOCAL_TOLERANCE_MS: i64 = 2 * 60 * MINUTE_MS;

/// Puts a booking where it wants to be: the rules about resources, time and overlap, in that order.
pub(super) fn place(
    before: Option<&Booking>,
    mut booking: Booking,
    time_rules: TimeRules,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    let mut decision = Decision::default();
    let venue = see::<Venue>(booking.venue_id, facts, &mut decision)?;
    check_venue(booking.venue_id, facts)?;
    check_resources(before, &booking, facts, &mut decision)?;
    check_own(&booking.resource_ids, facts)?;
    booking.claimed_ids = with_parts(&booking, facts)?;
    if before == Some(&booking) {
        return Ok(Decision::default());
    }
    if before.is_none() {
        check_customer(&booking, facts, &mut decision)?;
    }
    check_length(&booking.stay)?;
    if let Some(venue) = venue {
        check_wall(&booking.stay, venue)?;
        if time_rules == TimeRules::Apply {
            check_grid_and_today(&booking.stay, venue, facts.now)?;
            if booking.outside_hours_reason.is_empty() {
                check_lead(&booking.stay, venue, facts.now)?;
                check_open(&booking, venue, facts)?;
            }
            check_customer_elsewhere(&booking, venue, facts, &mut decision)?;
        }
    }
    let claims = booking.claims(facts.now);
    check_overlap(&claims, venue, facts)?;
    decision.changes = changes_of(before, booking, claims, facts.now);
    Ok(decision)
}

/// A row that may be out of sight here: then it is noted as unchecked.
pub(super) fn see<'a, T: Row>(
    id: T::Id,
    facts: &'a Facts,
    decision: &mut Decision,
) -> Result<Option<&'a T>, Refusal> {
    let row = facts.find::<T>(id)?;
    if row.is_none() {
        decision.unchecked.push(Unchecked { entity: T::ENTITY, id: id.into() });
    }
    Ok(row)
}

/// Only bookings of a venue that this device works for.
pub(super) fn check_venue(venue_id: VenueId, facts: &Facts) -> Result<(), Refusal> {
    match &facts.desk_venues {
        Some(venues) if !venues.contains(&venue_id) => Err(Refusal::NotThisDesksVenue { venue_id }),
        _ => Ok(()),
    }
}

/// An instructor books only what they teach or treat themselves.
pub(super) fn check_own(resource_ids: &[ResourceId], facts: &Facts) -> Result<(), Refusal> {
    let Some(staff) = facts.existing::<crate::rows::Staff>(facts.actor) else { return Ok(()) };
    let own = |id: &ResourceId| {
        facts.existing::<Resource>(*id).is_some_and(|it| it.staff_id == Some(staff.id))
    };
    if facts.role_of(staff).may(Right::Bookings) || resource_ids.iter().any(own) {
        return Ok(());
    }
    Err(Refusal::NotOwnBooking { staff_id: staff.id })
}

/// Every resource exists, is used by the venue, and takes bookings (one that a booking already
/// holds need not).
fn check_resources(
    before: Option<&Booking>,
    booking: &Booking,
    facts: &Facts,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if booking.resource_ids.is_empty() {
        return Err(Refusal::FieldRequired { field: "resource_ids".into() });
    }
    let count = i64::try_from(booking.resource_ids.len()).unwrap_or(i64::MAX);
    field::range("resource_ids", count, 1, field::RESOURCES_MAX as i64)?;
    let imported = booking.source.is_some();
    for &id in &booking.resource_ids {
        let Some(resource) = see::<Resource>(id, facts, decision)? else { continue };
        let held = before.is_some_and(|before| before.resource_ids.contains(&id));
        check_resource(resource, booking.venue_id, held || imported)?;
    }
    Ok(())
}

pub(super) fn check_resource(
    resource: &Resource,
    venue_id: VenueId,
    held: bool,
) -> Result<(), Refusal> {
    let (resource_id, name) = (resource.id, resource.name.clone());
    if !resource.venue_ids.contains(&venue_id) {
        return Err(Refusal::ResourceNotAtVenue { resource_id, resource: name, venue_id });
    }
    if resource.deletion.is_some() && !held {
        return Err(Refusal::Deleted { entity: Entity::Resource, id: resource_id.0 });
    }
    if !resource.active && !held {
        return Err(Refusal::ResourceInactive { resource_id, resource: name });
    }
    Ok(())
}

/// No more is asked for than one booking may take, whether some of it twice or not.
pub(super) fn check_count(asked: &[ResourceId]) -> Result<(), Refusal> {
    field::range("resource_ids", field::count(asked), 0, field::RESOURCES_MAX as i64)
}

/// All that a booking occupies: what it names and their parts. That is also what the command must
/// have named, because the claims in its way were looked up by that. Empty where it is no more than
/// what the booking names.
fn with_parts(booking: &Booking, facts: &Facts) -> Result<Vec<ResourceId>, Refusal> {
    let mut all: BTreeSet<ResourceId> = booking.resource_ids.iter().copied().collect();
    let mut known = true;
    for &id in &booking.resource_ids {
        match facts.existing::<Resource>(id) {
            Some(resource) => all.extend(&resource.part_ids),
            None => known = false,
        }
    }
    let claimed: BTreeSet<ResourceId> = booking.claimed_ids().iter().copied().collect();
    if known && claimed != all {
        let json = |ids: &BTreeSet<_>| serde_json::to_value(ids).unwrap_or_default();
        return Err(Refusal::TermsChanged {
            field: "parts".into(),
            current: json(&all),
            wanted: json(&claimed),
        });
    }
    let count = i64::try_from(claimed.len()).unwrap_or(i64::MAX);
    field::range("resource_ids", count, 1, field::RESOURCES_MAX as i64)?;
    let more = claimed.len() > booking.resource_ids.len();
    Ok(if more { claimed.into_iter().collect() } else { Vec::new() })
}

/// The customer is there, and may book; what was imported is history.
pub(super) fn check_customer(
    booking: &Booking,
    facts: &Facts,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let Some(id) = booking.customer_id else { return Ok(()) };
    let Some(customer) = see::<Customer>(id, facts, decision)? else { return Ok(()) };
    if booking.source.is_some() { Ok(()) } else { check_may_book(customer) }
}

/// Whether a customer may book at all.
pub(super) fn check_may_book(customer: &Customer) -> Result<(), Refusal> {
    if customer.erased_at.is_some() {
        return Err(Refusal::CustomerErased { customer_id: customer.id });
    }
    if customer.deletion.is_some() {
        return Err(Refusal::Deleted { entity: Entity::Customer, id: customer.id.0 });
    }
    if let Some(merged_into) = customer.merged_into {
        return Err(Refusal::CustomerMerged { customer_id: customer.id, merged_into });
    }
    if !customer.blocked_reason.is_empty() {
        let reason = customer.blocked_reason.clone();
        return Err(Refusal::CustomerBlocked { customer_id: customer.id, reason });
    }
    Ok(())
}

/// A stay has some length and at most a day of it, within years that every machine can handle.
pub(super) fn check_length(stay: &Stay) -> Result<(), Refusal> {
    check_years(stay)?;
    let field = || "end".to_owned();
    if stay.local_start == stay.local_end && stay.starts_at == stay.ends_at {
        return Err(Refusal::ZeroLength { field: field() });
    }
    // Across a change of the clocks the wall may read backwards; then the instants tell.
    if stay.starts_at >= stay.ends_at || stay.local_end < stay.local_start - Duration::hours(2) {
        return Err(Refusal::EndBeforeStart { field: field() });
    }
    if stay.local_end - stay.local_start > Duration::minutes(STAY_MAX_MINUTES) {
        return Err(Refusal::TooLong { field: field(), max_minutes: STAY_MAX_MINUTES as u32 });
    }
    Ok(())
}

/// Times that every machine can handle, to the second: both stores keep wall times so.
pub(super) fn check_years(stay: &Stay) -> Result<(), Refusal> {
    for (field, at, local) in
        [("start", stay.starts_at, stay.local_start), ("end", stay.ends_at, stay.local_end)]
    {
        let problem = if !Timestamp::RANGE.contains(&at) || !(1899..=2200).contains(&local.year()) {
            "the year is not between 1900 and 2199"
        } else if local.nanosecond() != 0 {
            "it has a fraction of a second"
        } else {
            continue;
        };
        return Err(Refusal::FieldInvalid { field: field.into(), problem: problem.into() });
    }
    Ok(())
}

/// The instants are, give or take a change of the zone's rules, those that the wall times mean.
pub(super) fn check_wall(stay: &Stay, venue: &Venue) -> Result<(), Refusal> {
    for (field, local, at) in
        [("start", stay.local_start, stay.starts_at), ("end", stay.local_end, stay.ends_at)]
    {
        if (venue.timezone.resolve(local).0.0 - at.0).abs() > LOCAL_TOLERANCE_MS {
            return Err(Refusal::LocalTimeMismatch {
                field: field.into(),
                timezone: venue.timezone.name().into(),
            });
        }
    }
    Ok(())
}

fn check_grid_and_today(stay: &Stay, venue: &Venue, now: Timestamp) -> Result<(), Refusal> {
    for (field, local) in [("start", stay.local_start), ("end", stay.local_end)] {
        if !on_grid(local, venue.slot_minutes) {
            return Err(Refusal::OffGrid { field: field.into(), slot_minutes: venue.slot_minutes });
        }
    }
    let today = venue.timezone.date(now);
    if stay.local_start.date() < today {
        return Err(Refusal::BeforeToday { field: "start".into(), today });
    }
    Ok(())
}

/// All that the booking occupies is open during its stay. Its parts need no hours of their own, but
/// nothing may keep them shut.
fn check_open(booking: &Booking, venue: &Venue, facts: &Facts) -> Result<(), Refusal> {
    let Some(period) = booking.stay.interval() else { return Ok(()) };
    let exceptions: Vec<&AvailabilityException> = facts
        .related
        .keys()
        .filter(|question| matches!(question, Related::Exceptions { .. }))
        .flat_map(|question| facts.related::<AvailabilityException>(question))
        .collect();
    for &id in booking.claimed_ids() {
        let Some(resource) = facts.existing::<Resource>(id) else { continue };
        let named = booking.resource_ids.contains(&id);
        let open = if named {
            Open::of(resource, venue, exceptions.iter().copied(), period)
        } else {
            Open::as_part(resource, venue, exceptions.iter().copied(), period)
        };
        if open.covers(period) {
            continue;
        }
        let in_the_way = exceptions.iter().find(|exception| {
            exception.kind != crate::rows::ExceptionKind::Opening
                && crate::schedule::concerns(exception, resource, venue)
                && exception.stay.interval().is_some_and(|shut| shut.overlaps(period))
        });
        let problem = match in_the_way {
            Some(exception) if exception.reason.is_empty() => {
                exception.kind.as_str().replace('_', " ")
            }
            Some(exception) => {
                format!("{}, {}", exception.kind.as_str().replace('_', " "), exception.reason)
            }
            None => "outside its opening hours".into(),
        };
        return Err(Refusal::OutsideHours {
            resource_id: id,
            resource: resource.name.clone(),
            problem,
        });
    }
    Ok(())
}

/// Whether a booking's customer is somewhere else at that time, where the venue minds: in a booking of
/// their own, or in a class.
pub(super) fn check_customer_elsewhere(
    booking: &Booking,
    venue: &Venue,
    facts: &Facts,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    match booking.customer_id.filter(|_| booking.capacity.is_none()) {
        Some(customer_id) => check_elsewhere(customer_id, booking, Some(venue), facts, decision),
        None => Ok(()),
    }
}

/// Whether a customer who is to be in `booking` is somewhere else then.
pub(super) fn check_elsewhere(
    customer_id: CustomerId,
    booking: &Booking,
    venue: Option<&Venue>,
    facts: &Facts,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let Some(venue) = venue.filter(|_| facts.time_rules == TimeRules::Apply) else { return Ok(()) };
    let overlap = venue.policy.customer_overlap;
    if overlap == CustomerOverlap::Allow {
        return Ok(());
    }
    let meets = |other: &&Booking| {
        other.id != booking.id
            && (other.capacity.is_some()
                || other.customer_id.is_some_and(|it| facts.are_one(it, customer_id)))
            && other.status.is_open()
            && other
                .stay
                .interval()
                .zip(booking.stay.interval())
                .is_some_and(|(a, b)| a.overlaps(b))
    };
    let Some(other) = facts.whereabouts().find(meets) else { return Ok(()) };
    let refusal = customer_elsewhere(customer_id, "", other, venue);
    if overlap == CustomerOverlap::Refuse {
        return Err(refusal);
    }
    decision.warnings.push(refusal);
    Ok(())
}

pub(super) fn customer_elsewhere(
    customer_id: CustomerId,
    customer: &str,
    other: &Booking,
    venue: &Venue,
) -> Refusal {
    let period = period(other.stay.starts_at, other.stay.ends_at, Some(venue));
    let customer = customer.into();
    Refusal::CustomerElsewhere { customer_id, customer, booking_id: other.id, period }
}

/// Nothing else occupies what these claims want.
pub(super) fn check_overlap(
    claims: &[Claim],
    venue: Option<&Venue>,
    facts: &Facts,
) -> Result<(), Refusal> {
    for claim in claims.iter().filter(|claim| claim.active) {
        let wanted = claim.interval();
        let in_the_way = facts.taken.iter().filter(|taken| {
            taken.active
                && taken.resource_id == claim.resource_id
                && taken.id != claim.id
                && taken.interval().zip(wanted).is_some_and(|(a, b)| a.overlaps(b))
        });
        if let Some(taken) = in_the_way.min_by_key(|taken| taken.starts_at) {
            return Err(slot_taken(taken, venue, facts));
        }
    }
    Ok(())
}

fn slot_taken(taken: &Claim, venue: Option<&Venue>, facts: &Facts) -> Refusal {
    Refusal::SlotTaken {
        resource_id: taken.resource_id,
        resource: facts
            .existing::<Resource>(taken.resource_id)
            .map_or_else(|| "The resource".into(), |resource| resource.name.clone()),
        starts_at: taken.starts_at,
        ends_at: taken.ends_at,
        period: period(taken.starts_at, taken.ends_at, venue),
    }
}

fn period(starts_at: Timestamp, ends_at: Timestamp, venue: Option<&Venue>) -> String {
    let wall = |at| match venue {
        Some(venue) => venue.timezone.local(at).format("%H:%M").to_string(),
        None => at.to_utc().format("%H:%M UTC").to_string(),
    };
    format!("{} to {}", wall(starts_at), wall(ends_at))
}

/// The booking's row, its claims, their links, and the end of claims it no longer makes.
pub(super) fn changes_of(
    before: Option<&Booking>,
    booking: Booking,
    claims: Vec<Claim>,
    now: Timestamp,
) -> Vec<Change> {
    let booking_id = booking.id;
    let held: &[ResourceId] = before.map_or(&[], Booking::claimed_ids);
    let mut changes = Vec::with_capacity(1 + 2 * claims.len());
    for old in before.iter().flat_map(|before| before.claims(now)) {
        if !booking.claimed_ids().contains(&old.resource_id) {
            changes.push(Change::Claim(Claim { active: false, ..old }));
        }
    }
    changes.push(Change::Booking(booking));
    for claim in claims {
        let link = BookingClaim { claim_id: claim.id, booking_id };
        let new = !held.contains(&claim.resource_id);
        changes.push(Change::Claim(claim));
        if new {
            changes.push(Change::BookingClaim(link));
        }
    }
    changes
}
