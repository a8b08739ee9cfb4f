//! The roster of a class: who has a place, and who waits for one.

use super::wall_at;
use holdfast_domain::{
    Attendance, Booking, Change, Customer, CustomerId, Entity, Package, PackageId,
};
use holdfast_replica::{Failure, Replica};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;

/// One customer on a roster.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Place {
    pub(crate) attendance_id: String,
    pub(crate) customer_id: String,
    pub(crate) customer_name: String,
    /// `booked`, `waitlisted`, `present`, `late`, `absent`, `excused`, `cancelled`.
    pub(crate) status: String,
    pub(crate) local_joined: String,
    /// The package that paid, or would; empty where none does.
    pub(crate) package_name: String,
    pub(crate) credits: u32,
    pub(crate) reason: String,
}

impl Place {
    /// The roster of a booking: in the order in which people were entered.
    pub(crate) fn roster(replica: &Replica, booking: &Booking) -> Result<Vec<Self>, Failure> {
        let zone = match replica.venue(booking.venue_id)? {
            Some(venue) => venue.timezone,
            None => super::home_zone(replica)?,
        };
        let id = booking.id.to_string();
        let rows = replica.rows(Entity::Attendance, &[("booking_id", &id)], false)?;
        let places: Vec<Attendance> = rows.into_iter().filter_map(attendance).collect();
        let customers: Vec<CustomerId> = places.iter().map(|place| place.customer_id).collect();
        let names: BTreeMap<CustomerId, Customer> =
            replica.named_customers(&customers)?.into_iter().map(|it| (it.id, it)).collect();
        let packages: Vec<PackageId> = places.iter().filter_map(|place| place.package_id).collect();
        let packages: BTreeMap<PackageId, Package> =
            replica.named_packages(&packages)?.into_iter().map(|it| (it.id, it)).collect();
        let view = |place: &Attendance| Self {
            attendance_id: place.id.to_string(),
            customer_id: place.customer_id.to_string(),
            customer_name: names
                .get(&place.customer_id)
                .map(|it| it.name.clone())
                .unwrap_or_default(),
            status: place.status.as_str().into(),
            local_joined: wall_at(zone, place.joined_at),
            package_name: place
                .package_id
                .and_then(|id| packages.get(&id))
                .map(|package| package.name.clone())
                .unwrap_or_default(),
            credits: place.credits,
            reason: place.reason.clone(),
        };
        Ok(places.iter().map(view).collect())
    }
}

fn attendance(change: Change) -> Option<Attendance> {
    match change {
        Change::Attendance(attendance) => Some(attendance),
        _ => None,
    }
}
