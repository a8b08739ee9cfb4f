//! What is sold, and what was paid for it.

use super::{Deletion, is_default, words};
use crate::id::{AttendanceId, BookingId, PaymentId, ServiceId, StaffId, VenueId};
use crate::money::Money;
use crate::rows::ResourceKind;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What is sold: a lesson, a court hour, a treatment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Service {
    /// Identity.
    pub id: ServiceId,
    /// What people call it.
    pub name: String,
    /// For people.
    pub description: String,
    /// How long the customer has.
    pub duration_minutes: u32,
    /// How long the resources are taken before that, to prepare.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_before_minutes: u32,
    /// How long the resources are taken after that, to tidy up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_after_minutes: u32,
    /// What it costs.
    pub price: Option<Money>,
    /// How many may come.
    pub capacity: u32,
    /// What sorts of resource it needs, one of each, sorted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needed_kinds: Vec<ResourceKind>,
    /// The venues that sell it, sorted; none for all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub venue_ids: Vec<VenueId>,
    /// Whether somebody has to approve each booking.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needs_approval: bool,
    /// How long before the start cancelling is free; the venue's policy where there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub free_cancel_minutes: Option<u32>,
    /// How many credits of a package pay for it once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
    /// Whether it can be booked.
    pub active: bool,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: u32,
    /// Colour on the board, `#rrggbb`, or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub colour: String,
    /// Set where it was deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deletion: Option<Deletion>,
}

words! {
    /// How money changed hands. Holdfast records it; it processes no cards.
    PaymentMethod {
        /// Coins and notes.
        Cash = "cash",
        /// A card, at a terminal of its own.
        Card = "card",
        /// A bank transfer.
        Transfer = "transfer",
        /// A voucher.
        Voucher = "voucher",
        /// Anything else.
        Other = "other",
    }
}

/// Money taken for a booking, or given back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Payment {
    /// Identity.
    pub id: PaymentId,
    /// For what.
    pub booking_id: BookingId,
    /// For whose place, where it has places; none for all of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attendance_id: Option<AttendanceId>,
    /// At which venue.
    pub venue_id: VenueId,
    /// How much: above zero, also where it was given back.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// Whether it was given back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refund: bool,
    /// When.
    pub taken_at: Timestamp,
    /// By whom.
    pub taken_by: StaffId,
    /// Why, or what else is to be said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: String,
}
