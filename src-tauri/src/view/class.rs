//! The roster of a class: who has a place, and who waits for one.

use super::wall_at;
use holdfast_domain::{
    Attendance, Booking, Customer, CustomerId, Package, PackageId, Refusal, Timestamp,
};
use holdfast_replica::{Failure, Replica};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;

/// Why somebody who waits is passed over.
const NO_CREDITS: &str = "Their packages cannot pay for a place.";

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
    /// Whether they would get the next free place.
    pub(crate) next: bool,
    /// Why they are passed over while they wait; empty where they are not.
    pub(crate) passed_over: String,
}

impl Place {
    /// The roster of a booking: in the order in which people were entered.
    pub(crate) fn roster(
        replica: &Replica,
        booking: &Booking,
        now: Timestamp,
    ) -> Result<Vec<Self>, Failure> {
        let zone = match replica.venue(booking.venue_id)? {
            Some(venue) => venue.timezone,
            None => super::home_zone(replica)?,
        };
        let places: Vec<Attendance> = replica.roster(booking.id)?;
        let promotion = replica.promotion(booking, now)?;
        let next = promotion.next.map(|next| next.attendance_id);
        let passed_over = |place: &Attendance| {
            let found = promotion.skipped.iter().find(|(skipped, _)| skipped.id == place.id);
            found.map(|(_, why)| why.as_ref().map_or(NO_CREDITS.into(), Refusal::message))
        };
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
            next: next == Some(place.id),
            passed_over: passed_over(place).unwrap_or_default(),
        };
        Ok(places.iter().map(view).collect())
    }
}
