//! What came of a command: whole rows to be written. The feed carries the same rows, so a replica
//! applies headquarters' changes and its own with the same function.

use crate::rows::{
    Attendance, AvailabilityException, Booking, BookingClaim, Claim, CreditEntry, Customer,
    DataRequest, Event, HistoryEntry, Package, Payment, Product, Resource, Series, Service, Staff,
    StaffPin, Venue, words,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Declares every sort of row once: its word, its type, and which field is its identity.
macro_rules! entities {
    ($($name:ident = $word:literal, $id:ident, $id_type:ty;)+) => {
        words! {
            /// The sorts of rows, in an order in which parents come before children.
            Entity { $(#[doc = concat!("[`", stringify!($name), "`]")] $name = $word),+ }
        }

        /// A whole row of one entity, as it is to be from now on.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(tag = "entity", content = "row", rename_all = "snake_case")]
        #[expect(
            clippy::large_enum_variant,
            reason = "bookings are the largest rows and the most frequent: a box would only cost"
        )]
        pub enum Change { $(#[doc = concat!("A row of [`", stringify!($name), "`].")] $name($name)),+ }

        impl Change {
            /// Which sort of row.
            #[must_use]
            pub fn entity(&self) -> Entity {
                match self { $(Self::$name(_) => Entity::$name),+ }
            }

            /// Which row.
            #[must_use]
            pub fn id(&self) -> Uuid {
                match self { $(Self::$name(row) => row.$id.0),+ }
            }

            /// The row as JSON, as the feed carries it.
            ///
            /// # Errors
            /// Never for rows that were read or decided.
            pub fn to_row(&self) -> Result<Value, serde_json::Error> {
                match self { $(Self::$name(row) => serde_json::to_value(row)),+ }
            }

            /// A row of `entity` from its JSON.
            ///
            /// # Errors
            /// Where the JSON is not such a row.
            pub fn from_row(entity: Entity, row: Value) -> Result<Self, serde_json::Error> {
                Ok(match entity { $(Entity::$name => Self::$name(serde_json::from_value(row)?)),+ })
            }
        }

        $(impl Row for $name {
            type Id = $id_type;
            const ENTITY: Entity = Entity::$name;
            fn of(change: &Change) -> Option<&Self> {
                match change { Change::$name(row) => Some(row), _ => None }
            }
            fn into_change(self) -> Change {
                Change::$name(self)
            }
        })+
    };
}

/// A type of row, and its place among the others.
pub trait Row: Sized {
    /// Its identity.
    type Id: Copy + Ord + Into<Uuid>;
    /// Which sort of row it is.
    const ENTITY: Entity;
    /// The row in a change, if it is of this sort.
    fn of(change: &Change) -> Option<&Self>;
    /// The row as a change.
    fn into_change(self) -> Change;
}

entities! {
    Venue = "venue", id, crate::id::VenueId;
    Resource = "resource", id, crate::id::ResourceId;
    Staff = "staff", id, crate::id::StaffId;
    Customer = "customer", id, crate::id::CustomerId;
    Booking = "booking", id, crate::id::BookingId;
    Claim = "claim", id, crate::id::ClaimId;
    BookingClaim = "booking_claim", claim_id, crate::id::ClaimId;
    Service = "service", id, crate::id::ServiceId;
    AvailabilityException = "availability_exception", id, crate::id::ExceptionId;
    Product = "product", id, crate::id::ProductId;
    Package = "package", id, crate::id::PackageId;
    CreditEntry = "credit_entry", id, crate::id::CreditEntryId;
    Event = "event", id, crate::id::EventId;
    Attendance = "attendance", id, crate::id::AttendanceId;
    Payment = "payment", id, crate::id::PaymentId;
    Series = "series", id, crate::id::SeriesId;
    StaffPin = "staff_pin", staff_id, crate::id::StaffId;
    DataRequest = "data_request", id, crate::id::DataRequestId;
    HistoryEntry = "history_entry", id, crate::id::HistoryEntryId;
}

impl Entity {
    /// The word in a sentence.
    #[must_use]
    pub fn noun(self) -> String {
        match self {
            Self::Staff => "staff member".into(),
            Self::BookingClaim => "claim".into(),
            other => other.as_str().replace('_', " "),
        }
    }
}
