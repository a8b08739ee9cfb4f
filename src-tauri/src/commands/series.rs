//! Bookings of a series that are changed together: which ones a person means, and what becomes of
//! each.

use crate::view::{Problem, SeriesScope};
use holdfast_domain::command::{Cancel, ChangeSeries, EditBooking, Reschedule, SeriesChange};
use holdfast_domain::{Booking, Command, Patch, Stay, Venue};
use holdfast_replica::{Filter, Replica};

/// `command` of one booking, or the same of all of its series that are meant.
pub(super) fn spread(
    replica: &Replica,
    command: Command,
    booking: &Booking,
    scope: SeriesScope,
) -> Result<Command, Problem> {
    let Some(series_id) = booking.series_id.filter(|_| scope != SeriesScope::This) else {
        return Ok(command);
    };
    let filter = Filter { series_id: Some(series_id), ..Filter::default() };
    let venue = super::require_venue(replica, booking.venue_id)?;
    let meant = |other: &Booking| {
        other.status.is_open()
            && (scope == SeriesScope::All || other.stay.starts_at >= booking.stay.starts_at)
    };
    let bookings = replica.list(&filter)?.into_iter().map(|listed| listed.booking);
    let changes = bookings.filter(meant).filter_map(|other| change(&command, &other, &venue));
    Ok(Command::ChangeSeries(ChangeSeries { series_id, changes: changes.collect() }))
}

/// What `command` of one booking means for another of its series.
fn change(command: &Command, other: &Booking, venue: &Venue) -> Option<SeriesChange> {
    Some(match command {
        Command::Cancel(c) => SeriesChange::Cancel(Cancel {
            booking_id: other.id,
            from_status: other.status,
            package_id: other.package_id,
            ..c.clone()
        }),
        Command::Reschedule(c) => SeriesChange::Reschedule(moved_alike(c, other, venue)),
        Command::EditBooking(c) => SeriesChange::EditBooking(edited_alike(c, other)),
        _ => return None,
    })
}

/// Moved by as much on the wall, to the same resources.
fn moved_alike(c: &Reschedule, other: &Booking, venue: &Venue) -> Reschedule {
    let by = c.stay.to.local_start - c.stay.from.local_start;
    let length = c.stay.to.local_end - c.stay.to.local_start;
    let start = other.stay.local_start + by;
    let stay = Stay::resolve(venue.timezone, start, start + length).0;
    Reschedule {
        booking_id: other.id,
        stay: Patch { from: other.stay, to: stay },
        resource_ids: Patch { from: other.resource_ids.clone(), to: c.resource_ids.to.clone() },
        ..c.clone()
    }
}

/// What was written on the one is written on the other, whatever was there.
fn edited_alike(c: &EditBooking, other: &Booking) -> EditBooking {
    fn over<T: Clone>(edit: &Option<Patch<T>>, from: &T) -> Option<Patch<T>> {
        edit.as_ref().map(|edit| Patch { from: from.clone(), to: edit.to.clone() })
    }
    EditBooking {
        booking_id: other.id,
        customer_id: over(&c.customer_id, &other.customer_id),
        title: over(&c.title, &other.title),
        description: over(&c.description, &other.description),
        customer_note: over(&c.customer_note, &other.customer_note),
        staff_note: over(&c.staff_note, &other.staff_note),
        attendee_count: over(&c.attendee_count, &other.attendee_count),
        meeting_url: over(&c.meeting_url, &other.meeting_url),
    }
}
