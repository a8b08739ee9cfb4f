//! Every question that a desk asks, answered from here and never from the network.
//!
//! The number of statements never grows with the number of rows.

mod catalogue;
mod clashes;
mod desk;
mod inbox;
mod people;
mod requests;
mod segments;
mod sentence;
mod status;
mod till;

pub use crate::store::rows::Shown;
pub use catalogue::name_of;
pub use clashes::Clash;
pub use desk::Hours;
pub use inbox::{HeldBy, InboxItem};
pub use people::{Figures, Tiers};
pub use requests::Request;
pub use segments::{CustomersFound, Segment};
pub use status::{Counts, SyncState};

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{self, bookings, claims, customers, outbox, related, resources, staff, venues};
use crate::submit::Standing;
use crate::{Filter, Kept, Listed};
use chrono::NaiveDate;
use holdfast_domain::schedule::{Ask, Busy, Open, free_stays, possible_stays};
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    BookingId, Claim, ClaimId, Customer, CustomerId, Interval, Resource, ResourceId, Row, Staff,
    StaffId, Stay, Venue, VenueId,
};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// One day of one venue.
#[derive(Clone, Debug)]
pub struct Board {
    /// Which venue.
    pub venue: Venue,
    /// What it uses, by name; inactive ones only where they are booked.
    pub resources: Vec<Resource>,
    /// What takes place, by start; ended ones left out.
    pub bookings: Vec<Listed>,
    /// What is taken by another venue, or by something that may not be seen here.
    pub busy: Vec<Claim>,
}

/// A row looked for by name or id.
#[derive(Clone, PartialEq, Debug)]
pub enum Found<T> {
    /// Exactly one.
    One(T),
    /// Several of that name.
    Many(Vec<T>),
    /// None.
    None,
}

impl Listed {
    /// What the booking is worth.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.waiting, &self.at_risk) {
            (false, _) => Standing::Committed,
            (true, Some(_)) => Standing::AtRisk,
            (true, None) => Standing::Tentative,
        }
    }
}

impl<T> Found<T> {
    /// What came of looking.
    #[must_use]
    pub fn of(mut rows: Vec<T>) -> Self {
        match rows.len() {
            0 => Self::None,
            1 => Self::One(rows.swap_remove(0)),
            _ => Self::Many(rows),
        }
    }
}

impl Replica {
    /// All venues that were not deleted, by name.
    ///
    /// # Errors
    /// Where the database cannot be read; so for every query.
    pub fn venues(&self) -> Result<Vec<Venue>, Failure> {
        self.venues_shown(Shown::Kept)
    }

    /// Venues, by name.
    pub fn venues_shown(&self, shown: Shown) -> Result<Vec<Venue>, Failure> {
        Ok(venues::shown(&self.db, shown)?)
    }

    /// One row of any type.
    pub fn get<T: Row + Clone>(&self, id: T::Id) -> Result<Option<T>, Failure> {
        Ok(store::get(&self.db, id)?)
    }

    /// One venue.
    pub fn venue(&self, id: VenueId) -> Result<Option<Venue>, Failure> {
        Ok(store::get(&self.db, id)?)
    }

    /// All resources that were not deleted, by name.
    pub fn resources(&self) -> Result<Vec<Resource>, Failure> {
        self.resources_shown(Shown::Kept)
    }

    /// Resources, by name.
    pub fn resources_shown(&self, shown: Shown) -> Result<Vec<Resource>, Failure> {
        Ok(resources::shown(&self.db, shown)?)
    }

    /// One resource.
    pub fn resource(&self, id: ResourceId) -> Result<Option<Resource>, Failure> {
        Ok(store::get(&self.db, id)?)
    }

    /// One staff member.
    pub fn staff(&self, id: StaffId) -> Result<Option<Staff>, Failure> {
        Ok(store::get(&self.db, id)?)
    }

    /// Everybody who works or worked here, by name.
    pub fn all_staff(&self) -> Result<Vec<Staff>, Failure> {
        Ok(staff::all(&self.db)?)
    }

    /// A staff member by id, or by name, case aside.
    pub fn find_staff(&self, text: &str) -> Result<Found<Staff>, Failure> {
        let all = self.all_staff()?;
        Ok(find(all, text, |staff| (staff.id.0, &staff.name)))
    }

    /// One customer.
    pub fn customer(&self, id: CustomerId) -> Result<Option<Customer>, Failure> {
        Ok(store::get(&self.db, id)?)
    }

    /// Customers with every word of `text` somewhere in name, e-mail or phone, best first; by name
    /// where `text` is blank.
    pub fn customers(&self, text: &str, limit: usize) -> Result<Vec<Customer>, Failure> {
        self.customers_shown(Shown::Kept, text, limit)
    }

    /// The same, of those that are to be shown.
    pub fn customers_shown(
        &self,
        shown: Shown,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Customer>, Failure> {
        Ok(customers::search(&self.db, shown, text, limit)?)
    }

    /// A venue by id, or by name, case aside.
    pub fn find_venue(&self, text: &str) -> Result<Found<Venue>, Failure> {
        let all = self.venues()?;
        Ok(find(all, text, |venue| (venue.id.0, &venue.name)))
    }

    /// A resource by id, or by name, case aside.
    pub fn find_resource(&self, text: &str) -> Result<Found<Resource>, Failure> {
        let all = self.resources()?;
        Ok(find(all, text, |resource| (resource.id.0, &resource.name)))
    }

    /// A customer by id, or by whole name, case aside, or by what only one customer has. A blank text
    /// means nobody, even where there is only one.
    pub fn find_customer(&self, text: &str) -> Result<Found<Customer>, Failure> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Found::None);
        }
        if let Ok(id) = text.parse::<CustomerId>() {
            return Ok(self.customer(id)?.map_or(Found::None, Found::One));
        }
        let named = customers::by_name(&self.db, text)?;
        let rows = if named.is_empty() { self.customers(text, 10)? } else { named };
        Ok(Found::of(rows))
    }

    /// One booking, whatever its status.
    pub fn booking(&self, id: BookingId) -> Result<Option<Listed>, Failure> {
        let filter = Filter { id: Some(id), with_ended: true, ..Filter::default() };
        Ok(self.list(&filter)?.pop())
    }

    /// The bookings that pass `filter`, by start.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Listed>, Failure> {
        Ok(bookings::list(&self.db, filter, self.is_standalone()?)?)
    }

    /// One day of one venue, whatever is on it.
    pub fn board(&self, venue_id: VenueId, date: NaiveDate) -> Result<Option<Board>, Failure> {
        let Some(venue) = self.venue(venue_id)? else { return Ok(None) };
        let day = venue.timezone.day(date);
        let filter = Filter { venue_id: Some(venue_id), period: Some(day), ..Filter::default() };
        let bookings = self.list(&filter)?;
        let mut resources = self.resources_shown(Shown::All)?;
        resources.retain(|resource| resource.venue_ids.contains(&venue_id));
        let busy = self.busy_elsewhere(venue_id, &resources, &bookings, day)?;
        let booked: BTreeSet<ResourceId> =
            bookings.iter().flat_map(|listed| listed.booking.resource_ids.clone()).collect();
        resources.retain(|resource| {
            let takes_bookings = resource.active && resource.deletion.is_none();
            takes_bookings || booked.contains(&resource.id)
        });
        Ok(Some(Board { resources, busy, bookings, venue }))
    }

    /// What is taken on `day` by a booking that is not this venue's, or may not be seen here.
    fn busy_elsewhere(
        &self,
        venue_id: VenueId,
        resources: &[Resource],
        bookings: &[Listed],
        day: Interval,
    ) -> Result<Vec<Claim>, Failure> {
        let ids: Vec<ResourceId> = resources.iter().map(|resource| resource.id).collect();
        let own: HashSet<ClaimId> = bookings
            .iter()
            .flat_map(|listed| {
                let booking = &listed.booking;
                booking.claimed_ids().iter().map(|id| ClaimId::of(booking.id, *id))
            })
            .collect();
        let mut busy = Vec::new();
        for claim in claims::during_all(&self.db, &ids, day)? {
            // A buffer may reach into the day from a booking of the next one.
            let here =
                own.contains(&claim.id) || claims::is_of_venue(&self.db, claim.id, venue_id)?;
            if !here {
                busy.push(claim);
            }
        }
        Ok(busy)
    }

    /// What `ask` could have on each of `resources` at `venue`, by resource and start: exactly what
    /// booking would accept.
    pub fn free(
        &self,
        venue: &Venue,
        resources: &[Resource],
        ask: &Ask,
    ) -> Result<Vec<(ResourceId, Stay)>, Failure> {
        let bookable: Vec<&Resource> = resources
            .iter()
            .filter(|resource| resource.active && resource.deletion.is_none())
            .collect();
        let mut all: Vec<ResourceId> = bookable
            .iter()
            .flat_map(|resource| resource.part_ids.iter().copied().chain([resource.id]))
            .collect();
        all.sort_unstable();
        all.dedup();
        let margin = i64::from(ask.buffer_before_minutes.max(ask.buffer_after_minutes));
        let wide = Interval::new(
            ask.within.starts_at().plus_ms(-margin * MINUTE_MS),
            ask.within.ends_at().plus_ms(margin * MINUTE_MS),
        );
        let claims = claims::during_all(&self.db, &all, wide.unwrap_or(ask.within))?;
        let exceptions = related::exceptions(&self.db, venue.id, &all, ask.within)?;
        let possible = possible_stays(venue, ask);
        let shut = |id: ResourceId| {
            // A part needs no hours of its own, but nothing may keep it shut.
            let part: Option<Resource> = self.get(id)?;
            Ok::<_, Failure>(part.map(|part| Resource { hours: Vec::new(), ..part }))
        };
        let always = Venue { hours: Vec::new(), ..venue.clone() };
        let mut free = Vec::new();
        for resource in bookable {
            let occupied = |id: &ResourceId| *id == resource.id || resource.part_ids.contains(id);
            let taken = claims.iter().filter(|claim| occupied(&claim.resource_id));
            let busy = Busy::new(taken.filter_map(Claim::interval).collect());
            let open = Open::of(resource, venue, &exceptions, ask.within);
            let mut stays: Vec<Stay> = free_stays(&possible, ask, &open, &busy).collect();
            for &part in &resource.part_ids {
                let Some(part) = shut(part)? else { continue };
                let open = Open::of(&part, &always, &exceptions, ask.within);
                stays.retain(|stay| stay.interval().is_some_and(|it| open.covers(it)));
            }
            free.extend(stays.into_iter().map(|stay| (resource.id, stay)));
        }
        Ok(free)
    }

    /// Operations without a verdict, in order; none on a standalone desk, where everything stands.
    pub fn waiting(&self, limit: usize) -> Result<Vec<Kept>, Failure> {
        if self.is_standalone()? {
            return Ok(Vec::new());
        }
        Ok(outbox::waiting(&self.db, limit)?)
    }

    /// Operations on one booking that wait, in order.
    pub fn waiting_on(&self, id: BookingId) -> Result<Vec<Kept>, Failure> {
        if self.is_standalone()? {
            return Ok(Vec::new());
        }
        Ok(outbox::waiting_on(&self.db, id.0)?)
    }

    /// One operation of this device.
    pub fn operation(&self, id: holdfast_domain::OperationId) -> Result<Option<Kept>, Failure> {
        Ok(outbox::by_id(&self.db, id)?)
    }
}

/// The rows of this id, or of this name, case aside; none of a blank one.
fn find<T>(rows: Vec<T>, text: &str, key: impl Fn(&T) -> (Uuid, &String)) -> Found<T> {
    let text = text.trim();
    if text.is_empty() {
        return Found::None;
    }
    let id = Uuid::parse_str(text).ok();
    let matches = |row: &T| {
        let (row_id, name) = key(row);
        id == Some(row_id) || name.to_lowercase() == text.to_lowercase()
    };
    Found::of(rows.into_iter().filter(matches).collect())
}
