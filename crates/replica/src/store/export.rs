//! Whole lists, deleted rows among them: what an export writes.

use super::rows;
use holdfast_domain::{
    Attendance, AvailabilityException, CreditEntry, Customer, Event, Package, Payment, Product,
    Resource, Series, Service, VenueId,
};
use rusqlite::Connection;

/// The packages that are good at a venue.
pub(crate) fn packages(db: &Connection, venue_id: VenueId) -> rusqlite::Result<Vec<Package>> {
    let rest = "where t.venue_id is null or t.venue_id = ?1 order by t.sold_at, t.id";
    rows::all(db, rest, &[&venue_id.0])
}

/// The lines of their ledgers.
pub(crate) fn credit_entries(
    db: &Connection,
    venue_id: VenueId,
) -> rusqlite::Result<Vec<CreditEntry>> {
    let rest = "join packages p on p.id = t.package_id
        where p.venue_id is null or p.venue_id = ?1 order by t.entered_at, t.id";
    rows::all(db, rest, &[&venue_id.0])
}

/// What was paid at a venue, and given back, in this order.
pub(crate) fn payments(db: &Connection, venue_id: VenueId) -> rusqlite::Result<Vec<Payment>> {
    rows::all(db, "where t.venue_id = ?1 order by t.taken_at, t.refund, t.id", &[&venue_id.0])
}

/// The rosters of a venue. Who waits comes last: they take no place that is another's.
pub(crate) fn attendances(db: &Connection, venue_id: VenueId) -> rusqlite::Result<Vec<Attendance>> {
    let rest = "where t.venue_id = ?1
        order by t.status = 'waitlisted', t.booking_id, t.joined_at, t.id";
    rows::all(db, rest, &[&venue_id.0])
}

/// What was booked to recur at a venue.
pub(crate) fn series(db: &Connection, venue_id: VenueId) -> rusqlite::Result<Vec<Series>> {
    rows::all(db, "where t.venue_id = ?1 order by t.made_at, t.id", &[&venue_id.0])
}

/// All resources, by name.
pub(crate) fn resources(db: &Connection) -> rusqlite::Result<Vec<Resource>> {
    rows::all(db, "order by t.name, t.id", &[])
}

/// Everybody who books, by name.
pub(crate) fn customers(db: &Connection) -> rusqlite::Result<Vec<Customer>> {
    rows::all(db, "order by t.name collate nocase, t.id", &[])
}

/// All services, as lists show them.
pub(crate) fn services(db: &Connection) -> rusqlite::Result<Vec<Service>> {
    rows::all(db, "order by t.position, t.name, t.id", &[])
}

/// What is sold at a venue in advance, or at all of them.
pub(crate) fn products(db: &Connection, venue_id: VenueId) -> rusqlite::Result<Vec<Product>> {
    let rest = "where t.venue_id is null or t.venue_id = ?1 order by t.position, t.name, t.id";
    rows::all(db, rest, &[&venue_id.0])
}

/// What a venue offers to many.
pub(crate) fn events(db: &Connection, venue_id: VenueId) -> rusqlite::Result<Vec<Event>> {
    rows::all(db, "where t.venue_id = ?1 order by t.position, t.title, t.id", &[&venue_id.0])
}

/// When a venue is not open as in every week.
pub(crate) fn exceptions(
    db: &Connection,
    venue_id: VenueId,
) -> rusqlite::Result<Vec<AvailabilityException>> {
    rows::all(db, "where t.venue_id = ?1 order by t.starts_at, t.id", &[&venue_id.0])
}
