//! What came of a command: whole rows to be written. The feed carries the same rows, so a replica
//! applies headquarters' changes and its own with the same function.

use crate::rows::{Booking, BookingClaim, Claim, Customer, Resource, Staff, Venue, words};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

words! {
    /// The sorts of rows, in an order in which parents come before children.
    Entity {
        /// [`Venue`]
        Venue = "venue",
        /// [`Resource`]
        Resource = "resource",
        /// [`Staff`]
        Staff = "staff",
        /// [`Customer`]
        Customer = "customer",
        /// [`Booking`]
        Booking = "booking",
        /// [`Claim`]
        Claim = "claim",
        /// [`BookingClaim`]
        BookingClaim = "booking_claim",
    }
}

impl Entity {
    /// The word in a sentence.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Staff => "staff member",
            Self::BookingClaim => "claim",
            other => other.as_str(),
        }
    }
}

/// A whole row of one entity, as it is to be from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "entity", content = "row", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "bookings are the largest rows and the most frequent: a box would only cost"
)]
pub enum Change {
    /// A venue.
    Venue(Venue),
    /// A resource.
    Resource(Resource),
    /// A staff member.
    Staff(Staff),
    /// A customer.
    Customer(Customer),
    /// A booking.
    Booking(Booking),
    /// A claim.
    Claim(Claim),
    /// A link from claim to booking.
    BookingClaim(BookingClaim),
}

impl Change {
    /// Which sort of row.
    #[must_use]
    pub fn entity(&self) -> Entity {
        match self {
            Self::Venue(_) => Entity::Venue,
            Self::Resource(_) => Entity::Resource,
            Self::Staff(_) => Entity::Staff,
            Self::Customer(_) => Entity::Customer,
            Self::Booking(_) => Entity::Booking,
            Self::Claim(_) => Entity::Claim,
            Self::BookingClaim(_) => Entity::BookingClaim,
        }
    }

    /// Which row.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match self {
            Self::Venue(row) => row.id.0,
            Self::Resource(row) => row.id.0,
            Self::Staff(row) => row.id.0,
            Self::Customer(row) => row.id.0,
            Self::Booking(row) => row.id.0,
            Self::Claim(row) => row.id.0,
            Self::BookingClaim(row) => row.claim_id.0,
        }
    }
}
