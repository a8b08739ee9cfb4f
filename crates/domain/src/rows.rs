//! The rows that exist: one struct per entity, the same in both stores, on the wire and in the feed.
//! A row is plain data. What may become of it is decided in [`crate::decide`].

use crate::id::{BookingId, ClaimId, CustomerId, ResourceId, StaffId, VenueId};
use crate::money::{Currency, Money};
use crate::time::{Interval, Stay, Timestamp, Zone};
use serde::{Deserialize, Serialize};

/// An enum whose values are stored and sent as snake_case text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in SQL, JSON and the UI.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let words: Vec<_> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    format!("“{text}” is none of {}", words.join(", "))
                })
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use words;

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

words! {
    /// What somebody who works here may do.
    Role {
        /// Owns the organisation.
        Owner = "owner",
        /// Runs venues.
        Manager = "manager",
        /// Works at the desk.
        FrontDesk = "front_desk",
        /// Teaches or treats.
        Instructor = "instructor",
    }
}

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
    /// Whether a booking of this status occupies its resources for its whole stay.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Completed)
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
}

/// Somebody who works here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Staff {
    /// Identity.
    pub id: StaffId,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they still work here.
    pub active: bool,
}

/// Somebody who books. Customers need no account, and an e-mail need not be unique: families share.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// Identity.
    pub id: CustomerId,
    /// Full name, as it is said.
    pub name: String,
    /// E-mail, or empty.
    pub email: String,
    /// Phone, as written, or empty.
    pub phone: String,
    /// Postal address, or empty.
    pub address: String,
    /// The staff's own note on this customer.
    pub note: String,
    /// Where it was imported from.
    pub source: Option<Source>,
}

/// Where an imported row came from, and its id there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Name of the source, as its mapping calls it.
    pub name: String,
    /// The row's id there.
    pub id: String,
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
    /// The claims that this booking makes as it stands: one per resource, all active or none.
    /// A no_show gives back what is left of its time at `now`.
    #[must_use]
    pub fn claims(&self, now: Timestamp) -> Vec<Claim> {
        let ends_at = match self.status {
            BookingStatus::NoShow => self.stay.ends_at.min(now),
            _ => self.stay.ends_at,
        };
        let holds = self.status.holds() || self.status == BookingStatus::NoShow;
        let held = Interval::new(self.stay.starts_at, ends_at).filter(|_| holds);
        self.resource_ids
            .iter()
            .map(|&resource_id| Claim {
                id: ClaimId::of(self.id, resource_id),
                resource_id,
                starts_at: self.stay.starts_at,
                ends_at: held.map_or(self.stay.ends_at, Interval::ends_at),
                active: held.is_some(),
            })
            .collect()
    }
}

impl Claim {
    /// Its period; stored claims are never empty.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        Interval::new(self.starts_at, self.ends_at)
    }
}
