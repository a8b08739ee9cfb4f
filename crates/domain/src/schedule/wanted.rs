//! Where and when a command wants a booking to be.

use crate::command::Command;
use crate::id::{BookingId, ResourceId, VenueId};
use crate::time::Stay;

/// What a command that places one booking wants to occupy.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Which booking.
    pub booking_id: BookingId,
    /// At which venue.
    pub venue_id: VenueId,
    /// When.
    pub stay: Stay,
    /// On what.
    pub resource_ids: &'a [ResourceId],
    /// All that it occupies, where that is more than `resource_ids`.
    pub claimed_ids: &'a [ResourceId],
    /// How long before the stay its resources are taken.
    pub buffer_before_minutes: u32,
    /// How long after it.
    pub buffer_after_minutes: u32,
    /// Whether it may lie outside opening hours.
    pub outside_hours: bool,
}

impl<'a> Wanted<'a> {
    /// What `command` wants; `None` where it places no single booking.
    #[must_use]
    pub fn of(command: &'a Command) -> Option<Self> {
        let book = match command {
            Command::Book(book) => book,
            Command::ImportBooking(import) => &import.book,
            Command::Reschedule(c) => {
                return Some(Self {
                    booking_id: c.booking_id,
                    venue_id: c.venue_id,
                    stay: c.stay.to,
                    resource_ids: &c.resource_ids.to,
                    claimed_ids: &c.claimed_ids,
                    buffer_before_minutes: c.buffer_before_minutes,
                    buffer_after_minutes: c.buffer_after_minutes,
                    outside_hours: !c.outside_hours_reason.is_empty(),
                });
            }
            _ => return None,
        };
        Some(Self {
            booking_id: book.booking_id,
            venue_id: book.venue_id,
            stay: book.stay,
            resource_ids: &book.resource_ids,
            claimed_ids: &book.claimed_ids,
            buffer_before_minutes: book.buffer_before_minutes,
            buffer_after_minutes: book.buffer_after_minutes,
            outside_hours: !book.outside_hours_reason.is_empty(),
        })
    }
}
