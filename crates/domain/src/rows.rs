//! The rows that exist: one struct per entity, the same in both stores, on the wire and in the feed.
//! A field at its default is left out of JSON, so that rows written before the field existed mean the
//! same and hash the same. A row is plain data. What may become of it is decided in [`crate::decide`].

mod availability;
mod booking;
mod class;
mod history;
mod package;
mod people;
mod series;
mod service;
mod venue;

pub use availability::{AvailabilityException, ExceptionKind, OpenSpan};
pub use booking::{
    Booking, BookingClaim, BookingStatus, Cancellation, Claim, Initiator, Rejection, occupied,
};
pub use class::{Attendance, AttendanceStatus, Event, EventStatus};
pub use history::{DataRequest, DataRequestKind, FieldChange, HistoryEntry};
pub use package::{CreditEntry, CreditKind, Package, Product, ProductStatus};
pub use people::{Consent, Contact, Customer, Role, Staff, StaffPin};
pub use series::{Series, SkippedDate};
pub use service::{Payment, PaymentMethod, Service};
pub use venue::{CustomerOverlap, Policy, RETENTION_DAYS, Resource, ResourceKind, Tier, Venue};

use crate::id::StaffId;
use crate::time::Timestamp;
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

/// Where an imported row came from, and its id there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Name of the source, as its mapping calls it.
    pub name: String,
    /// The row's id there.
    pub id: String,
}

impl Source {
    /// What the names of our own exports begin with; a venue's id follows.
    pub const OWN: &str = "holdfast ";

    /// Whether rows that have one id are one row by where they come from: the same list, or exports of
    /// ours, which keep ids, of whatever venues.
    pub(crate) fn is_same(here: Option<&Self>, there: Option<&Self>) -> bool {
        let (Some(here), Some(there)) = (here, there) else { return false };
        let own = |it: &Self| it.name.starts_with(Self::OWN);
        here == there || (own(here) && own(there) && here.id == there.id)
    }
}

/// When and by whom a row was deleted. It stays where it is, so that history goes on meaning
/// something, and can be restored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Deletion {
    /// When.
    pub deleted_at: Timestamp,
    /// By whom.
    pub deleted_by: StaffId,
}

/// Whether a field is left out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
