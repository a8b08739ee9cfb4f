//! Classes and events: what is offered to many, who comes, and who waits for a place.

use super::{Deletion, is_default, words};
use crate::id::{AttendanceId, BookingId, CustomerId, EventId, PackageId, StaffId, VenueId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// Whether people outside may know of an event.
    EventStatus {
        /// Not yet.
        Draft = "draft",
        /// They may.
        Published = "published",
    }
}

/// Something offered to many. When and where it takes place are its bookings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Identity.
    pub id: EventId,
    /// At which venue.
    pub venue_id: VenueId,
    /// What people call it.
    pub title: String,
    /// For people.
    pub description: String,
    /// What it is listed under, or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: String,
    /// Where a picture of it is, or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub image_url: String,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: u32,
    /// Whether people outside may know of it.
    pub status: EventStatus,
    /// Its name in addresses: small letters, digits and dashes.
    pub slug: String,
    /// How many may come each time.
    pub capacity: u32,
    /// Set where it was deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deletion: Option<Deletion>,
}

words! {
    /// Whether a customer comes.
    AttendanceStatus {
        /// They have a place.
        Booked = "booked",
        /// They wait for one.
        Waitlisted = "waitlisted",
        /// They came.
        Present = "present",
        /// They did not, and said nothing.
        Absent = "absent",
        /// They came late.
        Late = "late",
        /// They did not, and said so.
        Excused = "excused",
        /// They gave their place back.
        Cancelled = "cancelled",
    }
}

impl AttendanceStatus {
    /// Whether it takes one of the places.
    #[must_use]
    pub fn takes_place(self) -> bool {
        !matches!(self, Self::Waitlisted | Self::Cancelled)
    }
}

/// One customer on the roster of a booking that has places.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attendance {
    /// Identity: derived from the booking and the customer.
    pub id: AttendanceId,
    /// Of what.
    pub booking_id: BookingId,
    /// At which venue.
    pub venue_id: VenueId,
    /// Who.
    pub customer_id: CustomerId,
    /// Whether they come.
    pub status: AttendanceStatus,
    /// When they were entered; whoever waits longest is next.
    pub joined_at: Timestamp,
    /// By whom.
    pub joined_by: StaffId,
    /// What paid for the place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
    /// How many credits it cost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
    /// Whether it was given back too late to be free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: bool,
    /// When it was last checked in, excused or called off.
    #[serde(default, skip_serializing_if = "is_default")]
    pub changed_at: Option<Timestamp>,
    /// Why it was called off or excused.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
    /// What it was until it was called off: whether they had a place, or waited for one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status_before: Option<AttendanceStatus>,
}
