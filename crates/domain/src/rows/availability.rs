//! When resources are open: weekly hours on the wall, and dated exceptions to them.

use super::{is_default, words};
use crate::id::{ExceptionId, ResourceId, StaffId, VenueId};
use crate::time::Stay;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One weekly span of opening hours, on the wall clock of the venue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct OpenSpan {
    /// The day on which it opens: 1 for Monday to 7 for Sunday (ISO 8601).
    pub weekday: u8,
    /// When it opens.
    pub opens: NaiveTime,
    /// When it closes; at or before `opens`, it does so on the next day.
    pub closes: NaiveTime,
    /// First day on which it holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub valid_until: Option<NaiveDate>,
    /// Whether it is left out for now.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inactive: bool,
}

words! {
    /// What an exception to the weekly hours is.
    ExceptionKind {
        /// A resource is open then, besides its weekly hours.
        Opening = "opening",
        /// A staff member is away.
        TimeOff = "time_off",
        /// The venue is closed.
        Closure = "closure",
        /// A resource is being seen to.
        Maintenance = "maintenance",
        /// A resource is kept free for another reason.
        Blocked = "blocked",
    }
}

/// A dated exception to the weekly hours.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AvailabilityException {
    /// Identity.
    pub id: ExceptionId,
    /// What it is.
    pub kind: ExceptionKind,
    /// Whose wall clock its times are of; the venue that is closed, for a closure.
    pub venue_id: VenueId,
    /// The resource that it is about: opening, maintenance, blocked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resource_id: Option<ResourceId>,
    /// Who is away: time off.
    #[serde(default, skip_serializing_if = "is_default")]
    pub staff_id: Option<StaffId>,
    /// When.
    #[serde(flatten)]
    pub stay: Stay,
    /// Whether it was entered in whole days.
    #[serde(default, skip_serializing_if = "is_default")]
    pub all_day: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
    /// What it recurs with, where it was entered as a recurrence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub group_id: Option<Uuid>,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub withdrawn: bool,
}
