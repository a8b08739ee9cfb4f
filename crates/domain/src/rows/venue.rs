//! Venues and what can be booked there.

use super::{Deletion, OpenSpan, Source, is_default, words};
use crate::id::{ResourceId, StaffId, VenueId};
use crate::money::Currency;
use crate::time::Zone;
use serde::{Deserialize, Serialize};

words! {
    /// What sort of thing a resource is.
    ResourceKind {
        /// A room or hall.
        Room = "room",
        /// A court, pitch or table to play on.
        Court = "court",
        /// A unit of equipment.
        Equipment = "equipment",
        /// A person who teaches or treats; may work at several venues.
        Instructor = "instructor",
        /// Anything else.
        Other = "other",
    }
}

/// A place with one time zone, one currency and one slot grid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Venue {
    /// Identity.
    pub id: VenueId,
    /// What people call it.
    pub name: String,
    /// Its wall clock.
    pub timezone: Zone,
    /// What it charges in.
    pub currency: Currency,
    /// Bookings start and end on multiples of this many minutes from midnight on the wall.
    pub slot_minutes: u32,
    /// Opening hours of those of its resources that have none of their own; always open where there
    /// are none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hours: Vec<OpenSpan>,
    /// How it does things.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Policy,
    /// Set where it was deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deletion: Option<Deletion>,
}

impl Venue {
    /// A venue about which nothing else is said.
    #[must_use]
    pub fn new(
        id: VenueId,
        name: &str,
        timezone: Zone,
        currency: Currency,
        slot_minutes: u32,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            timezone,
            currency,
            slot_minutes,
            hours: Vec::new(),
            policy: Policy::default(),
            deletion: None,
        }
    }
}

impl Resource {
    /// A resource about which nothing else is said.
    #[must_use]
    pub fn new(id: ResourceId, name: &str, kind: ResourceKind, venue_ids: Vec<VenueId>) -> Self {
        Self {
            id,
            name: name.into(),
            kind,
            location: String::new(),
            description: String::new(),
            active: true,
            venue_ids,
            source: None,
            part_ids: Vec::new(),
            staff_id: None,
            hours: Vec::new(),
            needs_approval: false,
            deletion: None,
        }
    }
}

/// How a venue does things. What is left out is the most lenient.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Policy {
    /// How long before the start cancelling is free; always, where there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub free_cancel_minutes: Option<u32>,
    /// How long before its start a booking has to be made.
    #[serde(default, skip_serializing_if = "is_default")]
    pub min_notice_minutes: u32,
    /// How many days ahead a booking may be made.
    #[serde(default, skip_serializing_if = "is_default")]
    pub max_advance_days: Option<u32>,
    /// What becomes of a booking whose customer is elsewhere at that time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub customer_overlap: CustomerOverlap,
    /// How long a request waits for approval before it lapses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub approval_minutes: Option<u32>,
    /// Whether requests compete for a slot instead of holding it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requests_compete: bool,
    /// How many loyalty points a customer has for each whole unit of currency paid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub points_per_unit: u32,
    /// What customers are called from how many points on, lowest first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tiers: Vec<Tier>,
    /// After how many minutes without a key the desk locks; never, where there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_lock_minutes: Option<u32>,
    /// For how many days customers who do not come any more, and the words on cancelled bookings, are
    /// kept; [`RETENTION_DAYS`], where there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retention_days: Option<u32>,
}

/// How long personal data is kept where no venue says otherwise: two years.
pub const RETENTION_DAYS: u32 = 730;

/// What a customer is called who has so many loyalty points.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tier {
    /// What: `gold`.
    pub name: String,
    /// From how many points on.
    pub points: u32,
}

words! {
    /// What becomes of a booking whose customer is elsewhere at that time.
    #[derive(Default)]
    CustomerOverlap {
        /// Nothing: families share a customer.
        #[default]
        Allow = "allow",
        /// The desk is told, and may go on.
        Warn = "warn",
        /// It is refused.
        Refuse = "refuse",
    }
}

/// Anything that can be booked once at a time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resource {
    /// Identity.
    pub id: ResourceId,
    /// What people call it.
    pub name: String,
    /// What sort of thing it is.
    pub kind: ResourceKind,
    /// Where to find it.
    pub location: String,
    /// For people.
    pub description: String,
    /// Whether it takes new bookings.
    pub active: bool,
    /// The venues that use it, sorted; at least one, several for a shared one.
    pub venue_ids: Vec<VenueId>,
    /// Where it was imported from.
    pub source: Option<Source>,
    /// What it consists of, sorted: booking it occupies them all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub part_ids: Vec<ResourceId>,
    /// Who it is, for an instructor who works here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub staff_id: Option<StaffId>,
    /// Its weekly opening hours; the venue's where it has none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hours: Vec<OpenSpan>,
    /// Whether somebody has to approve each booking of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needs_approval: bool,
    /// Set where it was deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deletion: Option<Deletion>,
}
