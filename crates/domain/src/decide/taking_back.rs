//! Taking back what one did a while ago: only while nobody has gone on from it.

use super::{booking, check_same, class};
use crate::account;
use crate::change::{Change, Entity};
use crate::command::{ChangeSeries, Command, SeenBooking, SeriesChange};
use crate::facts::{Facts, Related};
use crate::id::{AttendanceId, BookingId, CustomerId};
use crate::refusal::Refusal;
use crate::rows::{Attendance, AttendanceStatus, Booking, BookingStatus, Payment};
use serde_json::Value;
use std::borrow::Cow;
use uuid::Uuid;

/// What somebody may have changed of a [`SeenBooking`], as its fields are called.
pub(super) const FIELDS: [&str; 10] = [
    "stay",
    "resource_ids",
    "customer_id",
    "title",
    "description",
    "customer_note",
    "staff_note",
    "attendee_count",
    "meeting_url",
    "capacity",
];

/// `undo` without the dates of a series that were skipped after all: the others are taken back.
pub(super) fn of_what_is_there<'a>(undo: &'a Command, facts: &Facts) -> Cow<'a, Command> {
    let Command::ChangeSeries(c) = undo else { return Cow::Borrowed(undo) };
    let is_there = |change: &&SeriesChange| match change {
        SeriesChange::Cancel(c) => {
            !matches!(facts.find::<Booking>(c.booking_id), Err(Refusal::NotFound { .. }))
        }
        _ => true,
    };
    let changes: Vec<SeriesChange> = c.changes.iter().filter(is_there).cloned().collect();
    if changes.is_empty() || changes.len() == c.changes.len() {
        return Cow::Borrowed(undo);
    }
    Cow::Owned(Command::ChangeSeries(ChangeSeries { series_id: c.series_id, changes }))
}

/// Whether what `undo` takes back is still as its actor left it.
pub(super) fn check(undo: &Command, facts: &Facts) -> Result<(), Refusal> {
    match undo {
        Command::Cancel(c) => match facts.existing::<Booking>(c.booking_id) {
            Some(booking) => check_booking(booking, facts),
            None => Ok(()),
        },
        Command::CancelAttendance(c) => match facts.existing::<Attendance>(c.attendance_id) {
            Some(place) if place.joined_by != facts.actor => {
                Err(class::changed_elsewhere(place, AttendanceStatus::Cancelled))
            }
            Some(place) => check_unpaid(place.booking_id, Some(place.id), facts),
            None => Ok(()),
        },
        Command::SetStatus(c) if c.status.from == BookingStatus::Cancelled => {
            let booking = facts.existing::<Booking>(c.booking_id);
            let by = booking.and_then(|it| Some((it, it.cancellation.as_ref()?.cancelled_by)));
            match by.filter(|(_, by)| *by != facts.actor) {
                Some((there, _)) => Err(booking::status_changed(there, c.status.to)),
                None => Ok(()),
            }
        }
        // Of what was approved, by whoever approved it.
        Command::SetStatus(c) if c.status.to == BookingStatus::Pending => {
            let booking = facts.existing::<Booking>(c.booking_id);
            match booking.filter(|it| it.confirmed_by.is_some_and(|by| by != facts.actor)) {
                Some(there) => Err(booking::status_changed(there, c.status.to)),
                None => Ok(()),
            }
        }
        Command::ChangeSeries(c) => {
            c.changes.iter().try_for_each(|change| check(&change.clone().into(), facts))
        }
        Command::Delete(c) if c.entity == Entity::Customer => check_unused(CustomerId(c.id), facts),
        _ => Ok(()),
    }
}

/// One that was taken up again is as whoever did that left it, with all that was on it.
fn check_booking(there: &Booking, facts: &Facts) -> Result<(), Refusal> {
    match there.confirmed_by {
        Some(by) if by == facts.actor => return Ok(()),
        Some(_) => return Err(booking::status_changed(there, BookingStatus::Cancelled)),
        None => {}
    }
    let mut roster = facts.related::<Attendance>(&Related::Roster(there.id));
    if roster.any(|place| place.status != AttendanceStatus::Cancelled) {
        return Err(gone_on(Entity::Booking, there.id.0, "roster", some()));
    }
    check_unpaid(there.id, None, facts)
}

/// Whether a booking is still as it was seen by whoever calls it off again.
pub(super) fn check_as_seen(seen: &SeenBooking, facts: &Facts) -> Result<(), Refusal> {
    let id = seen.booking_id;
    let there = facts.existing::<Booking>(id);
    // Of one that was called off meanwhile its status tells.
    let Some(there) = there.filter(|it| it.status != BookingStatus::Cancelled) else {
        return Ok(());
    };
    let roster = facts.related::<Attendance>(&Related::Roster(id));
    let now = SeenBooking::of(there, roster, facts.related(&Related::Payments(id)));
    check_same((Entity::Booking, id.0), &FIELDS, &now, seen)?;
    let others = ("there are others".into(), "as there were".into());
    let as_paid = seen.paid_minor.is_none() || now.paid_minor == seen.paid_minor;
    match (now.attendance_ids == seen.attendance_ids, as_paid) {
        (true, true) => Ok(()),
        (true, false) => Err(gone_on(Entity::Booking, id.0, "payments", others)),
        (false, _) => Err(gone_on(Entity::Booking, id.0, "roster", others)),
    }
}

/// Somebody for whom nothing was booked or sold that stands.
fn check_unused(id: CustomerId, facts: &Facts) -> Result<(), Refusal> {
    let stands = |row: &Change| match row {
        Change::Booking(it) => {
            !matches!(it.status, BookingStatus::Cancelled | BookingStatus::Rejected)
        }
        Change::Attendance(it) => it.status != AttendanceStatus::Cancelled,
        Change::Package(it) => it.balance > 0,
        _ => false,
    };
    let mut theirs = facts.related.get(&Related::AllOf(id)).into_iter().flatten();
    match theirs.find(|row| stands(row)) {
        Some(row) => {
            Err(gone_on(Entity::Customer, id.0, &format!("{}s", row.entity().noun()), some()))
        }
        None => Ok(()),
    }
}

fn check_unpaid(
    booking_id: BookingId,
    place: Option<AttendanceId>,
    facts: &Facts,
) -> Result<(), Refusal> {
    let payments = facts.related::<Payment>(&Related::Payments(booking_id));
    match account::paid_minor(payments.filter(|it| it.attendance_id == place)) {
        0 => Ok(()),
        _ => Err(gone_on(Entity::Booking, booking_id.0, "payments", some())),
    }
}

fn some() -> (Value, Value) {
    ("there are some".into(), "none".into())
}

fn gone_on(entity: Entity, id: Uuid, field: &str, (current, wanted): (Value, Value)) -> Refusal {
    Refusal::ChangedElsewhere { entity, id, field: field.into(), current, wanted }
}
