//! Bookings, and the claims that they make.

use super::{Source, is_default, words};
use crate::id::{
    BookingId, ClaimId, CustomerId, EventId, PackageId, ResourceId, SeriesId, ServiceId, StaffId,
    VenueId,
};
use crate::money::Money;
use crate::time::{Interval, MINUTE_MS, Stay, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// Where a booking is in its life.
    BookingStatus {
        /// Asked for, not yet approved.
        Pending = "pending",
        /// It stands.
        Confirmed = "confirmed",
        /// Asked for and refused by a person.
        Rejected = "rejected",
        /// Called off.
        Cancelled = "cancelled",
        /// Took place.
        Completed = "completed",
        /// Nobody came.
        NoShow = "no_show",
    }
}

impl BookingStatus {
    /// The life of a booking, in one place: what may become of which.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use BookingStatus::{Cancelled, Completed, Confirmed, NoShow, Pending, Rejected};
        matches!(
            (self, next),
            (Pending, Confirmed | Rejected | Cancelled)
                | (Confirmed, Completed | NoShow | Cancelled)
                // It was called off, or turned down, by mistake.
                | (Cancelled, Pending | Confirmed)
                | (Rejected, Pending)
                // Somebody came after all, or did not.
                | (Completed, NoShow | Confirmed)
                | (NoShow, Completed | Confirmed)
        )
    }

    /// Whether it still lies ahead: it can be moved and called off.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

words! {
    /// On whose behalf a booking was called off.
    #[derive(Default)]
    Initiator {
        /// Somebody at the desk.
        #[default]
        Staff = "staff",
        /// The customer.
        Customer = "customer",
        /// An administrator, for the house.
        Admin = "admin",
    }
}

/// When, by whom and why a booking was called off: always the three together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cancellation {
    /// When.
    pub cancelled_at: Timestamp,
    /// By whom.
    pub cancelled_by: StaffId,
    /// Why, in the person's words.
    pub reason: String,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "is_default")]
    pub initiator: Initiator,
    /// Whether it was too late to be free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: bool,
}

/// When, by whom and why a request was turned down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rejection {
    /// When.
    pub rejected_at: Timestamp,
    /// By whom.
    pub rejected_by: StaffId,
    /// Why, in the person's words.
    pub reason: String,
}

/// One stay in time of some resources, for one customer or for nobody named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Booking {
    /// Identity.
    pub id: BookingId,
    /// At which venue; its wall clock is the one of `stay`.
    pub venue_id: VenueId,
    /// What it wants to occupy, sorted; all or nothing.
    pub resource_ids: Vec<ResourceId>,
    /// When.
    #[serde(flatten)]
    pub stay: Stay,
    /// Where it is in its life.
    pub status: BookingStatus,
    /// For whom.
    pub customer_id: Option<CustomerId>,
    /// Who entered it, on the customer's behalf or their own.
    pub made_by: StaffId,
    /// When it was entered.
    pub made_at: Timestamp,
    /// When it became confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// Set exactly when the status is cancelled.
    pub cancellation: Option<Cancellation>,
    /// Short title; may be empty.
    pub title: String,
    /// Longer description.
    pub description: String,
    /// What the customer asked for.
    pub customer_note: String,
    /// What the staff want to remember; not for the customer's eyes.
    pub staff_note: String,
    /// How many come.
    pub attendee_count: u32,
    /// Where to meet online, or empty.
    pub meeting_url: String,
    /// Price as it was at the time of booking.
    pub price: Option<Money>,
    /// Where it was imported from.
    pub source: Option<Source>,
    /// What was sold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_id: Option<ServiceId>,
    /// Its name at the time of booking.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_name: String,
    /// How long before the stay its resources are taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_before_minutes: u32,
    /// How long after the stay its resources are taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_after_minutes: u32,
    /// What it occupies, sorted, where that is more than `resource_ids`: parts, too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub claimed_ids: Vec<ResourceId>,
    /// What it recurs with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub series_id: Option<SeriesId>,
    /// What takes place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub event_id: Option<EventId>,
    /// How many places it has; none for a private booking.
    #[serde(default, skip_serializing_if = "is_default")]
    pub capacity: Option<u32>,
    /// How many of them are taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub places_taken: u32,
    /// Whether it waits for approval without holding its slot.
    #[serde(default, skip_serializing_if = "is_default")]
    pub competing: bool,
    /// Until when it waits for approval.
    #[serde(default, skip_serializing_if = "is_default")]
    pub approve_by: Option<Timestamp>,
    /// Who confirmed it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub confirmed_by: Option<StaffId>,
    /// Set exactly when the status is rejected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rejection: Option<Rejection>,
    /// From when on its resources are free again, nobody having come.
    #[serde(default, skip_serializing_if = "is_default")]
    pub released_at: Option<Timestamp>,
    /// What paid for it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
    /// How many credits it cost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
    /// How long before the start cancelling is free, as it was when it was made.
    #[serde(default, skip_serializing_if = "is_default")]
    pub free_cancel_minutes: Option<u32>,
    /// Whether it was moved when it was too late to call it off for nothing: it still is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub moved_late: bool,
    /// Why it lies outside opening hours.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outside_hours_reason: String,
}

/// The fact that something occupies a resource for a period. Two active claims of one resource
/// never overlap: both stores hold that as a constraint. A claim names no booking, so that everyone
/// may know that a resource is busy without knowing why; [`BookingClaim`] ties the two.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// Identity: derived from the booking and the resource.
    pub id: ClaimId,
    /// What is occupied.
    pub resource_id: ResourceId,
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after it.
    pub ends_at: Timestamp,
    /// Whether it counts.
    pub active: bool,
}

/// Which booking a claim belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BookingClaim {
    /// The claim; also this row's identity.
    pub claim_id: ClaimId,
    /// Its booking.
    pub booking_id: BookingId,
}

impl Booking {
    /// A confirmed private booking about which nothing else is said.
    #[must_use]
    pub fn new(
        id: BookingId,
        venue_id: VenueId,
        resource_ids: Vec<ResourceId>,
        stay: Stay,
        made_by: StaffId,
        made_at: Timestamp,
    ) -> Self {
        Self {
            id,
            venue_id,
            resource_ids,
            stay,
            status: BookingStatus::Confirmed,
            customer_id: None,
            made_by,
            made_at,
            confirmed_at: Some(made_at),
            cancellation: None,
            title: String::new(),
            description: String::new(),
            customer_note: String::new(),
            staff_note: String::new(),
            attendee_count: 1,
            meeting_url: String::new(),
            price: None,
            source: None,
            service_id: None,
            service_name: String::new(),
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            claimed_ids: Vec::new(),
            series_id: None,
            event_id: None,
            capacity: None,
            places_taken: 0,
            competing: false,
            approve_by: None,
            confirmed_by: None,
            rejection: None,
            released_at: None,
            package_id: None,
            credits: 0,
            free_cancel_minutes: None,
            moved_late: false,
            outside_hours_reason: String::new(),
        }
    }

    /// All that it occupies, sorted.
    #[must_use]
    pub fn claimed_ids(&self) -> &[ResourceId] {
        if self.claimed_ids.is_empty() { &self.resource_ids } else { &self.claimed_ids }
    }

    /// Whether it is too late at `at` to call it off for nothing.
    #[must_use]
    pub fn cancels_late(&self, at: Timestamp) -> bool {
        self.free_cancel_minutes.is_some_and(|minutes| {
            self.moved_late || at > self.stay.starts_at.plus_ms(-i64::from(minutes) * MINUTE_MS)
        })
    }

    /// Whether it occupies its resources for its whole stay.
    #[must_use]
    pub fn occupies_stay(&self) -> bool {
        match self.status {
            BookingStatus::Pending => !self.competing,
            BookingStatus::Confirmed | BookingStatus::Completed => true,
            BookingStatus::Rejected | BookingStatus::Cancelled | BookingStatus::NoShow => false,
        }
    }

    /// When it occupies them: its stay and the buffers around it.
    #[must_use]
    pub fn occupied(&self) -> Option<Interval> {
        occupied(&self.stay, self.buffer_before_minutes, self.buffer_after_minutes)
    }

    /// The claims that this booking makes as it stands: one per resource, all active or none.
    /// A no_show gives back what is left of its time.
    #[must_use]
    pub fn claims(&self, now: Timestamp) -> Vec<Claim> {
        let whole = self.occupied().map_or((self.stay.starts_at, self.stay.ends_at), |period| {
            (period.starts_at(), period.ends_at())
        });
        let ends_at = match self.status {
            BookingStatus::NoShow => whole.1.min(self.released_at.unwrap_or(now)),
            _ => whole.1,
        };
        let holds = self.occupies_stay() || self.status == BookingStatus::NoShow;
        let held = Interval::new(whole.0, ends_at).filter(|_| holds);
        self.claimed_ids()
            .iter()
            .map(|&resource_id| Claim {
                id: ClaimId::of(self.id, resource_id),
                resource_id,
                starts_at: whole.0,
                ends_at: held.map_or(whole.1, Interval::ends_at),
                active: held.is_some(),
            })
            .collect()
    }
}

/// The period that a stay with buffers occupies.
#[must_use]
pub fn occupied(stay: &Stay, before_minutes: u32, after_minutes: u32) -> Option<Interval> {
    Interval::new(
        stay.starts_at.plus_ms(-i64::from(before_minutes) * MINUTE_MS),
        stay.ends_at.plus_ms(i64::from(after_minutes) * MINUTE_MS),
    )
}

impl Claim {
    /// Its period; stored claims are never empty.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        Interval::new(self.starts_at, self.ends_at)
    }
}
