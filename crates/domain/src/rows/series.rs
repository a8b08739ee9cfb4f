//! Bookings that recur.

use super::is_default;
use crate::id::{SeriesId, StaffId, VenueId};
use crate::recurrence::Recurrence;
use crate::time::Timestamp;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// What a recurring booking was made from. Its dates are bookings of their own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Series {
    /// Identity.
    pub id: SeriesId,
    /// At which venue.
    pub venue_id: VenueId,
    /// When it recurs (RFC 5545, 3.3.10), on the venue's wall.
    pub rrule: Recurrence,
    /// From when on.
    pub local_start: NaiveDateTime,
    /// What it is about; may be empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: String,
    /// Who made it.
    pub made_by: StaffId,
    /// When.
    pub made_at: Timestamp,
    /// The dates on which there was no room, and why.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skipped: Vec<SkippedDate>,
}

/// A date of a series that could not be booked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SkippedDate {
    /// When it would have been.
    pub local_start: NaiveDateTime,
    /// Why not: the code of the refusal.
    pub code: String,
    /// The same as a sentence.
    pub message: String,
}
