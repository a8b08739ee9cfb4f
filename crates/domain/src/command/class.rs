//! Asking about classes and events.

use super::{Edit, Patch};
use crate::id::{AttendanceId, BookingId, CustomerId, EventId, PackageId, VenueId};
use crate::rows::{AttendanceStatus, EventStatus, is_default};
use serde::{Deserialize, Serialize};

/// See [`Command::AddEvent`](super::Command::AddEvent).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddEvent {
    /// Id of the new row.
    pub event_id: EventId,
    /// At which venue.
    pub venue_id: VenueId,
    /// Title.
    pub title: String,
    /// For people.
    pub description: String,
    /// What it is listed under.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: String,
    /// Where a picture of it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub image_url: String,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: u32,
    /// Whether people outside may know of it.
    pub status: EventStatus,
    /// Its name in addresses.
    pub slug: String,
    /// How many may come each time.
    pub capacity: u32,
}

/// See [`Command::EditEvent`](super::Command::EditEvent).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EditEvent {
    /// Which.
    pub event_id: EventId,
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Edit<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// What it is listed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Edit<String>,
    /// Where a picture of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Edit<String>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Edit<u32>,
    /// Whether people outside may know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Edit<EventStatus>,
    /// Its name in addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Edit<String>,
    /// How many may come each time from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Edit<u32>,
}

/// See [`Command::SetCapacity`](super::Command::SetCapacity).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SetCapacity {
    /// Of which booking.
    pub booking_id: BookingId,
    /// How many places.
    pub capacity: Patch<Option<u32>>,
}

/// See [`Command::AddAttendance`](super::Command::AddAttendance).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddAttendance {
    /// Of what.
    pub booking_id: BookingId,
    /// Who.
    pub customer_id: CustomerId,
    /// Whether they wait for a place instead of taking one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub waitlist: bool,
    /// What pays for the place: at once, or when they are promoted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
    /// How many credits it costs, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
}

/// See [`Command::PromoteAttendance`](super::Command::PromoteAttendance).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PromoteAttendance {
    /// Who.
    pub attendance_id: AttendanceId,
    /// Of what.
    pub booking_id: BookingId,
    /// What pays for the place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
    /// How many credits it costs, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
}

/// See [`Command::CancelAttendance`](super::Command::CancelAttendance).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CancelAttendance {
    /// Who.
    pub attendance_id: AttendanceId,
    /// Of what.
    pub booking_id: BookingId,
    /// The status that the person saw.
    pub from_status: AttendanceStatus,
    /// Why.
    pub reason: String,
    /// Whether it is too late to be free, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: bool,
    /// Why that is not held against the customer; needs the right to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub waive_reason: String,
    /// The package that paid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
}

impl CancelAttendance {
    /// What stands on the place as the reason: with why it costs nothing, where it was late.
    #[must_use]
    pub fn told_reason(&self) -> String {
        match self.waive_reason.as_str() {
            waived if self.late && !waived.is_empty() => with_waiver(&self.reason, waived),
            _ => self.reason.clone(),
        }
    }
}

/// Why something was called off, and why it costs nothing though it was late.
pub(crate) fn with_waiver(reason: &str, waive_reason: &str) -> String {
    format!("{reason} ({waive_reason})")
}

/// See [`Command::CheckIn`](super::Command::CheckIn).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CheckIn {
    /// Of what.
    pub booking_id: BookingId,
    /// Who, and what the person saw of each.
    pub attendances: Vec<Seen>,
    /// What they become: present, late, absent, excused, or booked again.
    pub to: AttendanceStatus,
    /// Why, where they are excused.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
}

/// A place on a roster as the person saw it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// Which.
    pub attendance_id: AttendanceId,
    /// Its status.
    pub from_status: AttendanceStatus,
}
