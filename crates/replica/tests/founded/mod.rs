//! Where these tests begin: a replica on which a club was founded.

use holdfast_domain::{Timestamp, Venue};
use holdfast_replica::{Founding, Replica};
use std::path::Path;

/// A club of Olga's in `dir`, with one venue: where that is and what is paid with there, and how long
/// its slots are.
pub(crate) fn founded(
    dir: &Path,
    (timezone, currency): (&str, &str),
    slot_minutes: u32,
    at: Timestamp,
) -> (Replica, Venue) {
    let mut replica = Replica::open(dir).unwrap();
    let founding = Founding {
        org_name: "Club".into(),
        owner_name: "Olga".into(),
        venue_name: "Hall".into(),
        timezone: timezone.into(),
        currency: currency.into(),
        slot_minutes,
    };
    let venue_id = replica.found(&founding, at).unwrap().unwrap();
    let venue = replica.venue(venue_id).unwrap().unwrap();
    (replica, venue)
}
