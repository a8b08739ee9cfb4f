//! Identities. Each is a UUID behind its own type, so that a booking's id cannot stand where a
//! resource's is meant. Ids of new rows come with the command that makes them, or are derived
//! (UUIDv5) from what the row is about, never from a position: running a command again finds the
//! same row.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The namespace under which derived ids are made (UUIDv5 of the name `holdfast` in the nil space).
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_1c0a_93a4_5b4e_8a3f_4a20_7c3f_51d2);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A place with one zone, one currency and one slot grid.
    VenueId,
    /// Anything that can be booked once at a time.
    ResourceId,
    /// Somebody who works here.
    StaffId,
    /// Somebody who books.
    CustomerId,
    /// One stay in time.
    BookingId,
    /// The fact that a booking occupies a resource.
    ClaimId,
    /// One command, as submitted once by one device.
    OperationId,
    /// One replica: a desk's or an instructor's computer.
    DeviceId,
    /// What is sold.
    ServiceId,
    /// Money taken or given back.
    PaymentId,
    /// A dated exception to weekly hours.
    ExceptionId,
    /// Something offered to many.
    EventId,
    /// One customer on a roster.
    AttendanceId,
    /// A number of credits that can be bought.
    ProductId,
    /// Credits that a customer has.
    PackageId,
    /// A line of a package's ledger.
    CreditEntryId,
    /// Bookings that recur.
    SeriesId,
    /// Something that happened to a row.
    HistoryEntryId,
    /// A request about personal data.
    DataRequestId,
}

impl ClaimId {
    /// The claim of `booking` on `resource`. One booking claims one resource at most once, so the
    /// pair names it.
    #[must_use]
    pub fn of(booking: BookingId, resource: ResourceId) -> Self {
        Self(derive(&["claim", &booking.to_string(), &resource.to_string()]))
    }
}

impl BookingId {
    /// The booking of a series on one of its dates, given as it first was.
    #[must_use]
    pub fn of_series(series: SeriesId, local_start: chrono::NaiveDateTime) -> Self {
        let date = local_start.format("%Y-%m-%dT%H:%M:%S").to_string();
        Self(derive(&["series", &series.to_string(), &date]))
    }
}

impl DeviceId {
    /// Headquarters, where it did something by itself and no device asked for it.
    pub const HEADQUARTERS: Self = Self(Uuid::nil());
}

impl HistoryEntryId {
    /// What an operation did to a row.
    #[must_use]
    pub fn of(operation: OperationId, row: Uuid) -> Self {
        Self(derive(&["history", &operation.to_string(), &row.to_string()]))
    }

    /// That an operation made a booking somebody else's.
    #[must_use]
    pub fn of_passing(operation: OperationId, booking: BookingId) -> Self {
        Self(derive(&["passing", &operation.to_string(), &booking.to_string()]))
    }
}

impl AttendanceId {
    /// The place of `customer` on the roster of `booking`: one each.
    #[must_use]
    pub fn of(booking: BookingId, customer: CustomerId) -> Self {
        Self(derive(&["attendance", &booking.to_string(), &customer.to_string()]))
    }
}

impl CreditEntryId {
    /// The `line`th line of a package's ledger, counted from one. Two desks that write the same line
    /// offline name it alike; headquarters' one stands, and the other moves on to the next.
    #[must_use]
    pub fn of(package: PackageId, line: u32) -> Self {
        Self(derive(&["credit_entry", &package.to_string(), &line.to_string()]))
    }

    /// What a line is called on another desk, which has lines of the same number. It is a UUID of
    /// version 8 (RFC 9562), and its name wherever it goes from there.
    #[must_use]
    pub fn elsewhere(self, entered_at: Timestamp) -> Self {
        if self.0.get_version_num() != 5 {
            return self;
        }
        let name = derive(&["line", &self.to_string(), &entered_at.to_string()]);
        Self(uuid::Builder::from_custom_bytes(name.into_bytes()).into_uuid())
    }
}

/// The id of an imported row: the same source, kind and source id always give the same id, so that
/// importing again finds what is already there.
#[must_use]
pub fn imported(source: &str, kind: &str, source_id: &str) -> Uuid {
    derive(&["import", source, kind, source_id])
}

/// A UUIDv5 of `parts`. Each part is preceded by its length: `["ab", "c"]` and `["a", "bc"]` differ.
fn derive(parts: &[&str]) -> Uuid {
    let mut name = String::new();
    for part in parts {
        name.push_str(&part.len().to_string());
        name.push(':');
        name.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_depend_on_every_part_and_on_where_it_ends() {
        assert_eq!(imported("club", "booking", "17"), imported("club", "booking", "17"));
        assert_ne!(imported("club", "booking", "17"), imported("club", "booking1", "7"));
        assert_ne!(imported("club", "booking", "17"), imported("club", "customer", "17"));
    }
}
