//! Bookings of another system, taken over as they were there. They may lie in the past and off the
//! grid, and obey the guards like any other. What credits paid for them their ledgers tell (`record`).

use super::booking::{check_text, new_booking, no_longer_skipped, status_changed};
use super::people::check_source;
use super::place::{check_count, place, see};
use super::record::{check_happened, paid_before};
use super::{Decision, check_same, taking_back};
use crate::change::Entity;
use crate::command::{ImportBooking, Past, SeenBooking};
use crate::facts::{Facts, TimeRules};
use crate::field;
use crate::id::StaffId;
use crate::refusal::Refusal;
use crate::rows::{Booking, BookingStatus, Cancellation, Event, Rejection, Service, Staff};

pub(super) fn import(c: &ImportBooking, facts: &Facts) -> Result<Decision, Refusal> {
    check_count(c.book.occupies())?;
    let mut booking = new_booking(c.book.booking_id, &c.book, c.status, facts);
    booking.source = Some(c.source.clone());
    tell_past(&mut booking, c, facts)?;
    // What credits paid is told by the ledger of the package, and known with it.
    (booking.package_id, booking.credits) = (None, c.book.capacity.map_or(0, |_| c.book.credits));
    if let (None, Some(package_id)) = (booking.capacity, c.book.package_id)
        && let Some((package_id, credits)) = paid_before(&booking, package_id, facts)
    {
        (booking.package_id, booking.credits) = (Some(package_id), credits);
    }
    check_text(&booking)?;
    check_source(&booking.source)?;
    if let Some(there) = facts.existing::<Booking>(c.book.booking_id) {
        // Two desks imported the same file: the first one's row stands, however it has moved on. Files
        // that say how things are now are told that they are not so here.
        if there.source == booking.source {
            if c.chosen {
                check_chosen(there, &booking)?;
            }
            return Ok(Decision::default());
        }
        return Err(Refusal::AlreadyExists { entity: Entity::Booking, id: c.book.booking_id.0 });
    }
    let mut unchecked = Decision::default();
    if let Some(id) = c.book.service_id
        && let Some(service) = see::<Service>(id, facts, &mut unchecked)?
    {
        booking.service_name.clone_from(&service.name);
    }
    if let Some(id) = c.book.event_id {
        see::<Event>(id, facts, &mut unchecked)?;
    }
    let mut decision = place(None, booking, TimeRules::History, facts)?;
    decision.unchecked.extend(unchecked.unchecked);
    if let Some(series_id) = c.book.series_id {
        no_longer_skipped(&c.book, series_id, facts, &mut decision)?;
    }
    Ok(decision)
}

/// That a booking that is here is as it was chosen to be.
fn check_chosen(there: &Booking, chosen: &Booking) -> Result<(), Refusal> {
    if there.status != chosen.status {
        return Err(status_changed(there, chosen.status));
    }
    let [current, wanted] = [there, chosen].map(|it| SeenBooking::of(it, [], []));
    check_same((Entity::Booking, there.id.0), &taking_back::FIELDS, &current, &wanted)
}

/// When and by whom it was made, confirmed and ended: as it was there, or now.
fn tell_past(booking: &mut Booking, c: &ImportBooking, facts: &Facts) -> Result<(), Refusal> {
    let Past { made_at, made_by, confirmed_at, ended, released_at, moved_late } = &c.past;
    for (field, at) in
        [("made_at", *made_at), ("confirmed_at", *confirmed_at), ("released_at", *released_at)]
    {
        at.map_or(Ok(()), |at| check_happened(field, at, facts))?;
    }
    booking.made_by = known(*made_by, facts)?;
    booking.made_at = made_at.unwrap_or(facts.now);
    booking.confirmed_at =
        confirmed_at.or(booking.confirmed_at.and(*made_at)).or(booking.confirmed_at);
    booking.released_at = booking.released_at.map(|now| released_at.unwrap_or(now));
    booking.moved_late = *moved_late;
    let (at, by) = match ended {
        Some(ended) => {
            check_happened("ended_at", ended.at, facts)?;
            field::text("reason", &ended.reason, field::TEXT_MAX)?;
            (ended.at, known(ended.by, facts)?)
        }
        None => (facts.now, facts.actor),
    };
    let told = ended.as_ref().filter(|ended| !ended.reason.trim().is_empty());
    let reason = |verb: &str| match told {
        Some(ended) => ended.reason.clone(),
        None => format!("{verb} in {}", c.source.name),
    };
    match c.status {
        BookingStatus::Cancelled => {
            booking.cancellation = Some(Cancellation {
                cancelled_at: at,
                cancelled_by: by,
                reason: reason("Cancelled"),
                initiator: ended.as_ref().map(|ended| ended.initiator).unwrap_or_default(),
                late: ended.as_ref().is_some_and(|ended| ended.late),
            });
        }
        BookingStatus::Rejected => {
            let (rejected_at, rejected_by, reason) = (at, by, reason("Rejected"));
            booking.rejection = Some(Rejection { rejected_at, rejected_by, reason });
        }
        _ => {}
    }
    Ok(())
}

/// Somebody who works here, or whoever imports what does not tell who it was.
fn known(staff_id: Option<StaffId>, facts: &Facts) -> Result<StaffId, Refusal> {
    let staff_id = staff_id.unwrap_or(facts.actor);
    facts.find::<Staff>(staff_id).map(|_| staff_id)
}
