//! Whole lists, deleted rows among them: what an export writes.

use super::rows;
use holdfast_domain::{
    AvailabilityException, Change, Customer, Entity, Event, Product, Resource, Service, VenueId,
};
use rusqlite::Connection;

/// Every row of an entity that tells what happened at a venue.
pub(crate) fn of_venue(
    db: &Connection,
    entity: Entity,
    venue_id: VenueId,
) -> rusqlite::Result<Vec<Change>> {
    let rest = match entity {
        Entity::Package => "where t.venue_id is null or t.venue_id = ?1 order by t.sold_at, t.id",
        Entity::CreditEntry => {
            "join packages p on p.id = t.package_id
             where p.venue_id is null or p.venue_id = ?1 order by t.entered_at, t.id"
        }
        Entity::Payment => "where t.venue_id = ?1 order by t.taken_at, t.id",
        Entity::Attendance => "where t.venue_id = ?1 order by t.booking_id, t.joined_at, t.id",
        Entity::Series => "where t.venue_id = ?1 order by t.made_at, t.id",
        _ => return Ok(Vec::new()),
    };
    rows::select(db, entity, rest, &[&venue_id.0])
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
