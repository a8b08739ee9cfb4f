//! Lists of one type; what is sold and offered, found by name; exceptions to opening hours.

use super::{Found, find};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{self, exceptions, lists, packages};
use crate::{Filter, Listed};
use holdfast_domain::{
    AvailabilityException, Booking, Change, CustomerId, Entity, Event, EventId, Interval, Package,
    Product, ResourceId, Row, Service, ServiceId, Timestamp, VenueId,
};
use uuid::Uuid;

impl Replica {
    /// See [`Replica::rows`]: the same of one type.
    ///
    /// # Errors
    /// Where the database cannot be read; so for every query.
    pub fn listed<T: Row + Clone>(
        &self,
        columns: &[(&str, &str)],
        deleted: bool,
    ) -> Result<Vec<T>, Failure> {
        let rows = self.rows(T::ENTITY, columns, deleted)?;
        Ok(rows.iter().filter_map(|change| T::of(change).cloned()).collect())
    }

    /// A deleted row by id, or by name, case aside; else by a part of its name.
    pub fn find_deleted(&self, entity: Entity, text: &str) -> Result<Found<Change>, Failure> {
        let text = text.trim();
        if let Ok(id) = text.parse() {
            let row = store::read(&self.db, entity, id)?;
            return Ok(row.filter(is_deleted).map_or(Found::None, Found::One));
        }
        let mut rows = lists::deleted(&self.db, entity)?;
        // As an event is found that was not deleted: by its name in addresses first.
        let slug = |row: &Change| matches!(row, Change::Event(event) if event.slug == text);
        if rows.iter().filter(|row| slug(row)).count() == 1 {
            rows.retain(slug);
            return Ok(Found::of(rows));
        }
        let text = text.to_lowercase();
        let is_whole = |row: &Change| name_of(row).to_lowercase() == text;
        // Who was erased has no name any more: a blank text means nobody.
        if rows.iter().any(is_whole) {
            rows.retain(is_whole);
        }
        rows.retain(|row| !text.is_empty() && name_of(row).to_lowercase().contains(&text));
        Ok(Found::of(rows))
    }

    /// The open bookings that end after `at` and hang on a venue, resource, customer, service or event, by
    /// start: what stands when that is deleted. Nothing hangs on a product.
    pub fn bookings_ahead(
        &self,
        entity: Entity,
        id: Uuid,
        at: Timestamp,
    ) -> Result<Vec<Listed>, Failure> {
        let period = Interval::new(at, Timestamp::RANGE.end);
        let customer_id = (entity == Entity::Customer).then_some(CustomerId(id));
        let venue_id = (entity == Entity::Venue).then_some(VenueId(id));
        let hangs = |booking: &Booking| match entity {
            Entity::Resource => booking.claimed_ids().contains(&ResourceId(id)),
            Entity::Service => booking.service_id == Some(ServiceId(id)),
            Entity::Event => booking.event_id == Some(EventId(id)),
            // By the filter.
            _ => true,
        };
        if entity == Entity::Product {
            return Ok(Vec::new());
        }
        let filter = Filter { period, customer_id, venue_id, ..Filter::default() };
        let mut listed = self.list(&filter)?;
        listed.retain(|it| it.booking.status.is_open() && hangs(&it.booking));
        Ok(listed)
    }

    /// Exceptions to the weekly hours that meet `period`, by start; those that were taken back only
    /// where `withdrawn`.
    pub fn exceptions(
        &self,
        period: Interval,
        withdrawn: bool,
    ) -> Result<Vec<AvailabilityException>, Failure> {
        Ok(exceptions::during(&self.db, period, withdrawn)?)
    }

    /// A service by id, or by name, case aside.
    pub fn find_service(&self, text: &str, deleted: bool) -> Result<Found<Service>, Failure> {
        let rows: Vec<Service> = self.listed(&[], deleted)?;
        Ok(find(rows, text, |row| (row.id.0, &row.name)))
    }

    /// A product by id, or by name, case aside.
    pub fn find_product(&self, text: &str, deleted: bool) -> Result<Found<Product>, Failure> {
        let rows: Vec<Product> = self.listed(&[], deleted)?;
        Ok(find(rows, text, |row| (row.id.0, &row.name)))
    }

    /// Packages, by when their time is over: all, or those of a customer and of whoever turned out to
    /// be them.
    pub fn packages(&self, customer_id: Option<CustomerId>) -> Result<Vec<Package>, Failure> {
        Ok(packages::of(&self.db, customer_id)?)
    }

    /// An event by id, by title or by its name in addresses, case aside.
    pub fn find_event(&self, text: &str, deleted: bool) -> Result<Found<Event>, Failure> {
        let rows: Vec<Event> = self.listed(&[], deleted)?;
        if let Some(event) = rows.iter().find(|event| event.slug == text.trim()) {
            return Ok(Found::One(event.clone()));
        }
        Ok(find(rows, text, |row| (row.id.0, &row.title)))
    }
}

fn is_deleted(row: &Change) -> bool {
    match row {
        Change::Venue(row) => row.deletion.is_some(),
        Change::Resource(row) => row.deletion.is_some(),
        Change::Customer(row) => row.deletion.is_some(),
        Change::Service(row) => row.deletion.is_some(),
        Change::Product(row) => row.deletion.is_some(),
        Change::Event(row) => row.deletion.is_some(),
        _ => false,
    }
}

/// What a row of those that can be deleted is called.
#[must_use]
pub fn name_of(row: &Change) -> &str {
    match row {
        Change::Venue(row) => &row.name,
        Change::Resource(row) => &row.name,
        Change::Customer(row) => &row.name,
        Change::Service(row) => &row.name,
        Change::Product(row) => &row.name,
        Change::Event(row) => &row.title,
        _ => "",
    }
}
