//! Bookings: when and where they are, what is written on them, and what becomes of them.

use super::people::check_source;
use super::{Decision, Unchecked, changed, patch};
use crate::change::{Change, Entity, Row};
use crate::command::{Book, BookingText, Cancel, EditBooking, ImportBooking, Reschedule};
use crate::facts::{Facts, TimeRules};
use crate::field;
use crate::id::{BookingId, ResourceId, VenueId};
use crate::refusal::Refusal;
use crate::rows::{
    Booking, BookingClaim, BookingStatus, Cancellation, Claim, Customer, Resource, Venue,
};
use crate::time::{MINUTE_MS, Stay, Timestamp, on_grid};
use chrono::{Datelike, Duration, Timelike};

/// Longest stay on the wall clock, in minutes.
const STAY_MAX_MINUTES: u32 = 24 * 60;
/// How far a wall time may be from its instant, as this machine's time zone data sees it. Zones
/// move by up to an hour or two when their rules change; more is a mistake or a forgery.
const LOCAL_TOLERANCE_MS: i64 = 2 * 60 * MINUTE_MS;

pub(super) fn book(c: &Book, facts: &Facts) -> Result<Decision, Refusal> {
    let booking = new_booking(c, BookingStatus::Confirmed, facts);
    check_text(&booking)?;
    if facts.existing::<Booking>(c.booking_id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::Booking, id: c.booking_id.0 });
    }
    place(None, booking, facts.time_rules, facts)
}

pub(super) fn import(c: &ImportBooking, facts: &Facts) -> Result<Decision, Refusal> {
    let mut booking = new_booking(&c.book, c.status, facts);
    booking.source = Some(c.source.clone());
    if c.status == BookingStatus::Cancelled {
        booking.cancellation = Some(Cancellation {
            cancelled_at: facts.now,
            cancelled_by: facts.actor,
            reason: format!("Cancelled in {}", c.source.name),
        });
    }
    check_text(&booking)?;
    check_source(&booking.source)?;
    if let Some(there) = facts.existing::<Booking>(c.book.booking_id) {
        // Two desks imported the same file: the first one's row stands, however it has moved on.
        if there.source == booking.source {
            return Ok(Decision::default());
        }
        return Err(Refusal::AlreadyExists { entity: Entity::Booking, id: c.book.booking_id.0 });
    }
    place(None, booking, TimeRules::History, facts)
}

fn new_booking(c: &Book, status: BookingStatus, facts: &Facts) -> Booking {
    let BookingText { title, description, customer_note, staff_note, attendee_count, meeting_url } =
        c.text.clone();
    let stands = matches!(
        status,
        BookingStatus::Confirmed | BookingStatus::Completed | BookingStatus::NoShow
    );
    Booking {
        id: c.booking_id,
        venue_id: c.venue_id,
        resource_ids: sorted(&c.resource_ids),
        stay: c.stay,
        status,
        customer_id: c.customer_id,
        made_by: facts.actor,
        made_at: facts.now,
        confirmed_at: stands.then_some(facts.now),
        cancellation: None,
        title,
        description,
        customer_note,
        staff_note,
        attendee_count,
        meeting_url,
        price: c.price,
        source: None,
    }
}

pub(super) fn edit(c: &EditBooking, facts: &Facts) -> Result<Decision, Refusal> {
    let before = own(c.booking_id, facts)?;
    let row = (Entity::Booking, c.booking_id.0);
    let mut after = before.clone();
    patch(&mut after.customer_id, &c.customer_id, row, "customer_id")?;
    patch(&mut after.title, &c.title, row, "title")?;
    patch(&mut after.description, &c.description, row, "description")?;
    patch(&mut after.customer_note, &c.customer_note, row, "customer_note")?;
    patch(&mut after.staff_note, &c.staff_note, row, "staff_note")?;
    patch(&mut after.attendee_count, &c.attendee_count, row, "attendee_count")?;
    patch(&mut after.meeting_url, &c.meeting_url, row, "meeting_url")?;
    check_text(&after)?;
    let mut decision = changed(before, after.clone(), Change::Booking);
    if c.customer_id.is_some() {
        check_customer(&after, facts, &mut decision)?;
    }
    Ok(decision)
}

pub(super) fn reschedule(c: &Reschedule, facts: &Facts) -> Result<Decision, Refusal> {
    let before = own(c.booking_id, facts)?;
    let row = (Entity::Booking, c.booking_id.0);
    let mut after = before.clone();
    patch(&mut after.stay, &Some(c.stay.clone()), row, "stay")?;
    patch(&mut after.resource_ids, &Some(c.resource_ids.clone()), row, "resource_ids")?;
    after.resource_ids = sorted(&after.resource_ids);
    if !before.status.holds() {
        return Err(not_allowed(before));
    }
    if before.venue_id != c.venue_id {
        return Err(Refusal::FieldInvalid {
            field: "venue_id".into(),
            problem: "a booking does not move to another venue".into(),
        });
    }
    place(Some(before), after, facts.time_rules, facts)
}

pub(super) fn cancel(c: &Cancel, facts: &Facts) -> Result<Decision, Refusal> {
    field::reason("reason", &c.reason)?;
    let before = own(c.booking_id, facts)?;
    if before.status != c.from_status {
        return Err(Refusal::ChangedElsewhere {
            entity: Entity::Booking,
            id: c.booking_id.0,
            field: "status".into(),
            current: before.status.as_str().into(),
            wanted: BookingStatus::Cancelled.as_str().into(),
        });
    }
    if !matches!(before.status, BookingStatus::Pending | BookingStatus::Confirmed) {
        return Err(not_allowed(before));
    }
    let mut after = before.clone();
    after.status = BookingStatus::Cancelled;
    after.cancellation = Some(Cancellation {
        cancelled_at: facts.now,
        cancelled_by: facts.actor,
        reason: c.reason.clone(),
    });
    let mut changes = vec![Change::Booking(after.clone())];
    changes.extend(after.claims(facts.now).into_iter().map(Change::Claim));
    Ok(changes.into())
}

/// A booking of a venue that this device works for.
fn own(id: BookingId, facts: &Facts) -> Result<&Booking, Refusal> {
    let booking: &Booking = facts.get(id)?;
    check_venue(booking.venue_id, facts)?;
    Ok(booking)
}

fn check_venue(venue_id: VenueId, facts: &Facts) -> Result<(), Refusal> {
    match &facts.desk_venues {
        Some(venues) if !venues.contains(&venue_id) => Err(Refusal::NotThisDesksVenue { venue_id }),
        _ => Ok(()),
    }
}

fn not_allowed(booking: &Booking) -> Refusal {
    Refusal::StatusNotAllowed { booking_id: booking.id, status: booking.status.as_str().into() }
}

/// Puts a booking where it wants to be: the rules about resources, time and overlap, in that order.
fn place(
    before: Option<&Booking>,
    booking: Booking,
    time_rules: TimeRules,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    if before == Some(&booking) {
        return Ok(Decision::default());
    }
    let mut decision = Decision::default();
    let venue = see::<Venue>(booking.venue_id, facts, &mut decision)?;
    check_venue(booking.venue_id, facts)?;
    check_resources(before, &booking, facts, &mut decision)?;
    if before.is_none() {
        check_customer(&booking, facts, &mut decision)?;
    }
    check_length(&booking.stay)?;
    if let Some(venue) = venue {
        check_wall(&booking.stay, venue)?;
        if time_rules == TimeRules::Apply {
            check_grid_and_today(&booking.stay, venue, facts.now)?;
        }
    }
    let claims = booking.claims(facts.now);
    check_overlap(&claims, venue, facts)?;
    decision.changes = changes_of(before, booking, claims, facts.now);
    Ok(decision)
}

/// A row that may be out of sight here: then it is noted as unchecked.
fn see<'a, T: Row>(
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

fn check_resource(resource: &Resource, venue_id: VenueId, held: bool) -> Result<(), Refusal> {
    let (resource_id, name) = (resource.id, resource.name.clone());
    if !resource.venue_ids.contains(&venue_id) {
        return Err(Refusal::ResourceNotAtVenue { resource_id, resource: name, venue_id });
    }
    if !resource.active && !held {
        return Err(Refusal::ResourceInactive { resource_id, resource: name });
    }
    Ok(())
}

fn check_customer(
    booking: &Booking,
    facts: &Facts,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if let Some(id) = booking.customer_id {
        see::<Customer>(id, facts, decision)?;
    }
    Ok(())
}

/// A stay has some length and at most a day of it, within years that every machine can handle.
fn check_length(stay: &Stay) -> Result<(), Refusal> {
    let field = || "end".to_owned();
    for (name, at, local) in
        [("start", stay.starts_at, stay.local_start), ("end", stay.ends_at, stay.local_end)]
    {
        if !Timestamp::RANGE.contains(&at) || !(1899..=2200).contains(&local.year()) {
            return Err(Refusal::FieldInvalid {
                field: name.into(),
                problem: "the year is not between 1900 and 2199".into(),
            });
        }
    }
    // Both stores keep wall times to the second.
    for (name, local) in [("start", stay.local_start), ("end", stay.local_end)] {
        if local.nanosecond() != 0 {
            return Err(Refusal::FieldInvalid {
                field: name.into(),
                problem: "it has a fraction of a second".into(),
            });
        }
    }
    if stay.local_start == stay.local_end && stay.starts_at == stay.ends_at {
        return Err(Refusal::ZeroLength { field: field() });
    }
    // Across a change of the clocks the wall may read backwards; then the instants tell.
    if stay.starts_at >= stay.ends_at || stay.local_end < stay.local_start - Duration::hours(2) {
        return Err(Refusal::EndBeforeStart { field: field() });
    }
    if stay.local_end - stay.local_start > Duration::minutes(i64::from(STAY_MAX_MINUTES)) {
        return Err(Refusal::TooLong { field: field(), max_minutes: STAY_MAX_MINUTES });
    }
    Ok(())
}

/// The instants are, give or take a change of the zone's rules, those that the wall times mean.
fn check_wall(stay: &Stay, venue: &Venue) -> Result<(), Refusal> {
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

/// Nothing else occupies what these claims want.
fn check_overlap(claims: &[Claim], venue: Option<&Venue>, facts: &Facts) -> Result<(), Refusal> {
    for claim in claims.iter().filter(|claim| claim.active) {
        let wanted = claim.interval();
        let in_the_way = facts.taken.iter().filter(|taken| {
            taken.active
                && taken.resource_id == claim.resource_id
                && taken.id != claim.id
                && taken.interval().zip(wanted).is_some_and(|(a, b)| a.overlaps(b))
        });
        if let Some(taken) = in_the_way.min_by_key(|taken| taken.starts_at) {
            return Err(Refusal::SlotTaken {
                resource_id: taken.resource_id,
                resource: facts
                    .existing::<Resource>(taken.resource_id)
                    .map_or_else(|| "The resource".into(), |resource| resource.name.clone()),
                starts_at: taken.starts_at,
                ends_at: taken.ends_at,
                period: period(taken.starts_at, taken.ends_at, venue),
            });
        }
    }
    Ok(())
}

fn period(starts_at: Timestamp, ends_at: Timestamp, venue: Option<&Venue>) -> String {
    let wall = |at| match venue {
        Some(venue) => venue.timezone.local(at).format("%H:%M").to_string(),
        None => at.to_utc().format("%H:%M UTC").to_string(),
    };
    format!("{} to {}", wall(starts_at), wall(ends_at))
}

/// The booking's row, its claims, their links, and the end of claims it no longer makes.
fn changes_of(
    before: Option<&Booking>,
    booking: Booking,
    claims: Vec<Claim>,
    now: Timestamp,
) -> Vec<Change> {
    let booking_id: BookingId = booking.id;
    let held: Vec<ResourceId> = before.map_or_else(Vec::new, |before| before.resource_ids.clone());
    let mut changes = Vec::with_capacity(1 + 2 * claims.len());
    for old in before.iter().flat_map(|before| before.claims(now)) {
        if !booking.resource_ids.contains(&old.resource_id) {
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

fn check_text(booking: &Booking) -> Result<(), Refusal> {
    field::text("title", &booking.title, field::NAME_MAX)?;
    field::text("description", &booking.description, field::TEXT_MAX)?;
    field::text("customer_note", &booking.customer_note, field::TEXT_MAX)?;
    field::text("staff_note", &booking.staff_note, field::TEXT_MAX)?;
    let attendees = i64::from(booking.attendee_count);
    field::range("attendee_count", attendees, 1, i64::from(field::ATTENDEES_MAX))?;
    field::meeting_url("meeting_url", &booking.meeting_url)
}

fn sorted(resource_ids: &[ResourceId]) -> Vec<ResourceId> {
    let mut sorted = resource_ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}
