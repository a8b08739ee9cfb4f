//! Rows of what can be booked, what is sold and what is offered. Each becomes the row that it tells
//! of; what is asked for is the difference to what is here.

use super::columns::{EventColumns, ProductColumns, ResourceColumns, ServiceColumns};
use super::field::{amount, count, flag, list, optional, set, set_text, word};
use super::row::{Broken, Read, Rows};
use super::table::{Record, invalid};
use super::update;
use crate::failure::Failure;
use crate::{hours, store};
use holdfast_domain::{
    Entity, Event, EventId, EventStatus, Product, ProductId, ProductStatus, Refusal, Resource,
    ResourceId, ResourceKind, Service, ServiceId, Staff, StaffId, VenueId,
};

impl Rows<'_> {
    /// A resource: one with parts where `wholes`, one without where not.
    pub(super) fn resource(
        &self,
        columns: &ResourceColumns,
        row: &Record<'_>,
        wholes: bool,
    ) -> Result<Read, Failure> {
        let parts = columns.parts.as_ref().and_then(|column| row.get(column).ok());
        if parts.is_some_and(|parts| !parts.is_empty()) != wholes {
            return Ok(Read::Later);
        }
        self.read(&columns.id, row, |source| {
            let resource_id = ResourceId(self.id(Entity::Resource, &source.id)?);
            let there = store::get::<Resource>(self.db, resource_id)?;
            let mut told = there.clone().unwrap_or_else(|| {
                Resource::new(resource_id, "", ResourceKind::Other, vec![self.venue.id])
            });
            set_text(&mut told.name, Some(&columns.name), row)?;
            told.kind = word(&columns.kind, row)?;
            set_text(&mut told.location, columns.location.as_ref(), row)?;
            set_text(&mut told.description, columns.description.as_ref(), row)?;
            if self.is_told_here(&told.venue_ids, columns.active.as_ref(), row)? {
                let deleted = told.deletion.is_some();
                set_active(&mut told.active, deleted, columns.active.as_ref(), row)?;
                self.at_this_venue(&mut told.venue_ids);
            }
            set(&mut told.needs_approval, columns.needs_approval.as_ref(), |it| flag(it, row))?;
            set(&mut told.hours, columns.hours.as_ref(), |it| {
                hours::read(row.get(it)?)
                    .map_err(|part| invalid(it, &format!("“{part}” are no opening hours")))
            })?;
            if let Some(column) = &columns.parts {
                told.part_ids = match wholes {
                    true => self.find_resources(column, row)?,
                    false => Vec::new(),
                };
                told.part_ids.sort_unstable();
                told.part_ids.dedup();
            }
            if let Some(column) = &columns.staff {
                told.staff_id = self.find_staff(column, row)?;
            }
            let commands = match &there {
                Some(there) if self.update => update::resource(there, &told),
                _ => update::add_resource(&told, source, there.is_none()),
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    pub(super) fn service(
        &self,
        columns: &ServiceColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let service_id = ServiceId(self.id(Entity::Service, &source.id)?);
            let there = store::get::<Service>(self.db, service_id)?;
            let mut told = there.clone().unwrap_or_else(|| new_service(service_id, self.venue.id));
            self.tell_service(&mut told, columns, row)?;
            let commands = match &there {
                Some(there) if self.update => update::service(there, &told),
                Some(_) => Vec::new(),
                None => update::add_service(&told),
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    fn tell_service(
        &self,
        told: &mut Service,
        columns: &ServiceColumns,
        row: &Record<'_>,
    ) -> Result<(), Refusal> {
        let whole = |column: &str| count(column, row);
        set_text(&mut told.name, Some(&columns.name), row)?;
        set_text(&mut told.description, columns.description.as_ref(), row)?;
        told.duration_minutes = count(&columns.minutes, row)?;
        let (before, after) = (&columns.buffer_before_minutes, &columns.buffer_after_minutes);
        set(&mut told.buffer_before_minutes, before.as_ref(), whole)?;
        set(&mut told.buffer_after_minutes, after.as_ref(), whole)?;
        set(&mut told.price, columns.price.as_ref(), |it| amount(it, row, self.venue.currency))?;
        set(&mut told.capacity, columns.capacity.as_ref(), whole)?;
        set(&mut told.needed_kinds, columns.kinds.as_ref(), |it| {
            let kinds = list(it, row)?;
            let kinds = kinds.iter().map(|kind| kind.parse::<ResourceKind>());
            let mut kinds = kinds.collect::<Result<Vec<_>, _>>().map_err(|no| invalid(it, &no))?;
            kinds.sort_unstable();
            kinds.dedup();
            Ok(kinds)
        })?;
        let mut everywhere = told.venue_ids.is_empty();
        let sold_here =
            everywhere || self.is_told_here(&told.venue_ids, columns.active.as_ref(), row)?;
        set(&mut everywhere, columns.everywhere.as_ref(), |it| flag(it, row))?;
        if everywhere {
            told.venue_ids.clear();
        } else if sold_here {
            self.at_this_venue(&mut told.venue_ids);
        }
        if everywhere || sold_here {
            let deleted = told.deletion.is_some();
            set_active(&mut told.active, deleted, columns.active.as_ref(), row)?;
        }
        set(&mut told.needs_approval, columns.needs_approval.as_ref(), |it| flag(it, row))?;
        let none_or = |it: &str| optional(it, row, count);
        set(&mut told.free_cancel_minutes, columns.free_cancel_minutes.as_ref(), none_or)?;
        set(&mut told.credits, columns.credits.as_ref(), whole)?;
        set(&mut told.position, columns.position.as_ref(), whole)?;
        set_text(&mut told.colour, columns.colour.as_ref(), row)
    }

    pub(super) fn product(
        &self,
        columns: &ProductColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let product_id = ProductId(self.id(Entity::Product, &source.id)?);
            let there = store::get::<Product>(self.db, product_id)?;
            let mut told = there.clone().unwrap_or_else(|| new_product(product_id, self.venue.id));
            self.tell_product(&mut told, columns, row)?;
            let commands = match &there {
                Some(there) if self.update => update::product(there, &told),
                Some(_) => Vec::new(),
                None => update::add_product(&told),
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    fn tell_product(
        &self,
        told: &mut Product,
        columns: &ProductColumns,
        row: &Record<'_>,
    ) -> Result<(), Broken> {
        set_text(&mut told.name, Some(&columns.name), row)?;
        set_text(&mut told.description, columns.description.as_ref(), row)?;
        set_text(&mut told.category, columns.category.as_ref(), row)?;
        set(&mut told.popular, columns.popular.as_ref(), |it| flag(it, row))?;
        set(&mut told.features, columns.features.as_ref(), |it| list(it, row))?;
        set(&mut told.position, columns.position.as_ref(), |it| count(it, row))?;
        told.credits = count(&columns.credits, row)?;
        told.validity_days = count(&columns.validity_days, row)?;
        set(&mut told.price, columns.price.as_ref(), |it| amount(it, row, self.venue.currency))?;
        if let Some(status) = &columns.status {
            let status = word(status, row)?;
            // A deleted one is told as no longer sold.
            if told.deletion.is_none() || status != ProductStatus::Archived {
                told.status = status;
            }
        }
        if let Some(column) = &columns.services {
            told.service_ids = self.services(column, row)?;
        }
        let mut everywhere = told.venue_id.is_none();
        set(&mut everywhere, columns.everywhere.as_ref(), |it| flag(it, row))?;
        told.venue_id = told.venue_id.or(Some(self.venue.id)).filter(|_| !everywhere);
        Ok(())
    }

    pub(super) fn event(&self, columns: &EventColumns, row: &Record<'_>) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let event_id = EventId(self.id(Entity::Event, &source.id)?);
            let there = store::get::<Event>(self.db, event_id)?;
            let mut told = there.clone().unwrap_or_else(|| new_event(event_id, self.venue.id));
            set_text(&mut told.title, Some(&columns.title), row)?;
            set_text(&mut told.slug, Some(&columns.slug), row)?;
            told.capacity = count(&columns.capacity, row)?;
            set_text(&mut told.description, columns.description.as_ref(), row)?;
            set_text(&mut told.category, columns.category.as_ref(), row)?;
            set_text(&mut told.image_url, columns.image_url.as_ref(), row)?;
            set(&mut told.position, columns.position.as_ref(), |it| count(it, row))?;
            if let Some(status) = &columns.status {
                let status = word(status, row)?;
                // A deleted one is told as one that nobody may know of.
                if told.deletion.is_none() || status != EventStatus::Draft {
                    told.status = status;
                }
            }
            let commands = match &there {
                Some(there) if self.update => update::event(there, &told),
                Some(_) => Vec::new(),
                None => update::add_event(&told),
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    /// Whether a row tells of this venue. What only another venue has is told as taking no bookings:
    /// it stays where it is, and as active as it is there.
    fn is_told_here(
        &self,
        venue_ids: &[VenueId],
        active: Option<&String>,
        row: &Record<'_>,
    ) -> Result<bool, Refusal> {
        let mut takes_bookings = true;
        set(&mut takes_bookings, active, |it| flag(it, row))?;
        Ok(takes_bookings || venue_ids.contains(&self.venue.id))
    }

    /// What two venues share is at this one, too.
    fn at_this_venue(&self, venue_ids: &mut Vec<VenueId>) {
        if !venue_ids.contains(&self.venue.id) {
            venue_ids.push(self.venue.id);
            venue_ids.sort_unstable();
        }
    }

    /// The staff member that a field means; an empty one means nobody.
    pub(super) fn find_staff(
        &self,
        column: &str,
        row: &Record<'_>,
    ) -> Result<Option<StaffId>, Broken> {
        let value = row.get(column)?;
        if value.is_empty() {
            return Ok(None);
        }
        if let Some(&colleague) = self.colleagues.borrow().get(value) {
            return Ok(Some(colleague));
        }
        let found = self.find::<Staff>(column, value, |it| (it.id.0, &it.name))?;
        Ok(Some(StaffId(found)))
    }
}

/// Whether it takes bookings; what was deleted is told as taking none.
fn set_active(
    target: &mut bool,
    deleted: bool,
    column: Option<&String>,
    row: &Record<'_>,
) -> Result<(), Refusal> {
    let mut active = *target && !deleted;
    let before = active;
    set(&mut active, column, |it| flag(it, row))?;
    if active != before {
        *target = active;
    }
    Ok(())
}

fn new_service(id: ServiceId, venue_id: VenueId) -> Service {
    Service {
        id,
        name: String::new(),
        description: String::new(),
        duration_minutes: 0,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price: None,
        capacity: 1,
        needed_kinds: Vec::new(),
        venue_ids: vec![venue_id],
        needs_approval: false,
        free_cancel_minutes: None,
        credits: 0,
        active: true,
        position: 0,
        colour: String::new(),
        deletion: None,
    }
}

fn new_product(id: ProductId, venue_id: VenueId) -> Product {
    Product {
        id,
        name: String::new(),
        description: String::new(),
        category: String::new(),
        popular: false,
        features: Vec::new(),
        position: 0,
        status: ProductStatus::Active,
        credits: 0,
        validity_days: 0,
        price: None,
        service_ids: Vec::new(),
        venue_id: Some(venue_id),
        deletion: None,
    }
}

fn new_event(id: EventId, venue_id: VenueId) -> Event {
    Event {
        id,
        venue_id,
        title: String::new(),
        description: String::new(),
        category: String::new(),
        image_url: String::new(),
        position: 0,
        status: EventStatus::Draft,
        slug: String::new(),
        capacity: 0,
        deletion: None,
    }
}
