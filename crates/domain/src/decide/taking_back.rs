//! Taking back what one did a while ago: only while nobody has gone on from it.

use super::{booking, class};
use crate::account;
use crate::change::Entity;
use crate::command::{ChangeSeries, Command, SeriesChange};
use crate::facts::{Facts, Related};
use crate::id::{AttendanceId, BookingId};
use crate::refusal::Refusal;
use crate::rows::{Attendance, AttendanceStatus, Booking, BookingStatus, Payment};
use std::borrow::Cow;

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
        Command::ChangeSeries(c) => {
            c.changes.iter().try_for_each(|change| check(&change.clone().into(), facts))
        }
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
        return Err(gone_on(there.id, "roster"));
    }
    check_unpaid(there.id, None, facts)
}

fn check_unpaid(
    booking_id: BookingId,
    place: Option<AttendanceId>,
    facts: &Facts,
) -> Result<(), Refusal> {
    let payments = facts.related::<Payment>(&Related::Payments(booking_id));
    match account::paid_minor(payments.filter(|it| it.attendance_id == place)) {
        0 => Ok(()),
        _ => Err(gone_on(booking_id, "payments")),
    }
}

fn gone_on(id: BookingId, field: &str) -> Refusal {
    let (entity, field) = (Entity::Booking, field.to_owned());
    let (current, wanted) = ("there are some".into(), "none".into());
    Refusal::ChangedElsewhere { entity, id: id.0, field, current, wanted }
}
