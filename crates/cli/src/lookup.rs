//! Names and ids of what people mean. A name that several have is never guessed at: the candidates
//! are listed, to be told apart by id.

mod customer;

use crate::desk::Desk;
use crate::stop::{Exit, Stop};
use holdfast_domain::{
    BookingId, Change, CustomerId, Entity, Event, OperationId, Package, Product, Resource,
    ResourceId, Service, Staff, StaffId, Venue, VenueId,
};
use holdfast_replica::Listed;
use holdfast_replica::query::{Found, Shown, name_of};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Names of rows, looked up all at once.
pub(crate) type Names<Id> = BTreeMap<Id, String>;

impl Desk {
    /// The venue of a name or id, given as option `field`.
    pub(crate) fn venue(&self, field: &str, text: &str) -> Result<Venue, Stop> {
        let found = self.replica.find_venue(text)?;
        self.one(
            found,
            (field, Entity::Venue, text),
            "`holdfast venues` lists them.",
            |venue| json!({ "id": venue.id, "name": venue.name, "timezone": venue.timezone }),
        )
    }

    /// The venues of names or ids; this desk's own where none is named.
    pub(crate) fn venue_ids(&self, texts: &[String]) -> Result<Vec<VenueId>, Stop> {
        if texts.is_empty() {
            return Ok(vec![self.home_or("venue")?.id]);
        }
        texts.iter().map(|text| Ok(self.venue("venue", text)?.id)).collect()
    }

    /// The venue asked for, or this desk's own.
    pub(crate) fn venue_or_home(&self, text: Option<&str>) -> Result<Venue, Stop> {
        match text {
            Some(text) => self.venue("venue", text),
            None => self.home_or("venue"),
        }
    }

    fn home_or(&self, field: &str) -> Result<Venue, Stop> {
        self.home()?.ok_or_else(|| {
            let message = "this desk does not stand in a venue yet; name one with --venue, or sync";
            Stop::bad_input(field, message)
        })
    }

    /// The resource of a name or id. Where a venue is named, only what it uses counts among several
    /// of one name.
    pub(crate) fn resource(
        &self,
        field: &str,
        text: &str,
        at: Option<VenueId>,
    ) -> Result<Resource, Stop> {
        let found = match (self.replica.find_resource(text)?, at) {
            (Found::Many(rows), Some(venue_id)) => narrowed(rows, venue_id),
            (found, _) => found,
        };
        let venues = self.venue_names()?;
        let what = (field, Entity::Resource, text);
        self.one(found, what, "`holdfast resources` lists them.", |resource| {
            let at = resource.venue_ids.iter().filter_map(|id| venues.get(id).cloned());
            json!({
                "id": resource.id,
                "name": resource.name,
                "kind": resource.kind,
                "venues": at.collect::<Vec<_>>().join(", "),
            })
        })
    }

    /// The resources of names or ids.
    pub(crate) fn resources(
        &self,
        texts: &[String],
        at: Option<VenueId>,
    ) -> Result<Vec<Resource>, Stop> {
        texts.iter().map(|text| self.resource("resource", text, at)).collect()
    }

    /// The staff member of a name or id.
    pub(crate) fn staff(&self, field: &str, text: &str) -> Result<Staff, Stop> {
        let found = self.replica.find_staff(text)?;
        let what = (field, Entity::Staff, text);
        self.one(
            found,
            what,
            "`holdfast staff list` lists them.",
            |staff| json!({ "id": staff.id, "name": staff.name, "role": staff.role }),
        )
    }

    /// The service of a name or id.
    pub(crate) fn service(&self, field: &str, text: &str) -> Result<Service, Stop> {
        let found = self.replica.find_service(text, false)?;
        let what = (field, Entity::Service, text);
        self.one(
            found,
            what,
            "`holdfast service list` lists them.",
            |row| json!({ "id": row.id, "name": row.name, "duration_minutes": row.duration_minutes }),
        )
    }

    /// The product of a name or id.
    pub(crate) fn product(&self, field: &str, text: &str) -> Result<Product, Stop> {
        let found = self.replica.find_product(text, false)?;
        let what = (field, Entity::Product, text);
        self.one(
            found,
            what,
            "`holdfast product list` lists them.",
            |row| json!({ "id": row.id, "name": row.name, "credits": row.credits }),
        )
    }

    /// The event of a title, a name in addresses, or an id.
    pub(crate) fn event(&self, field: &str, text: &str) -> Result<Event, Stop> {
        let found = self.replica.find_event(text, false)?;
        let what = (field, Entity::Event, text);
        self.one(
            found,
            what,
            "`holdfast event list` lists them.",
            |row| json!({ "id": row.id, "name": row.title, "slug": row.slug }),
        )
    }

    /// The package of an id, or of a name among those of a customer.
    pub(crate) fn package(
        &self,
        field: &str,
        text: &str,
        of: Option<CustomerId>,
    ) -> Result<Package, Stop> {
        let what = (field, Entity::Package, text);
        let help = "`holdfast package list` lists them.";
        let named = |row: &Package| row.name.to_lowercase() == text.trim().to_lowercase();
        let found = match (text.trim().parse(), of) {
            (Ok(id), _) => self.replica.get(id)?.map_or(Found::None, Found::One),
            (Err(_), None) => Found::None,
            (Err(_), Some(id)) => {
                let owned: Vec<Package> =
                    self.replica.listed(&[("customer_id", &id.to_string())], false)?;
                Found::of(owned.into_iter().filter(named).collect())
            }
        };
        self.one(
            found,
            what,
            help,
            |row| json!({ "id": row.id, "name": row.name, "balance": row.balance }),
        )
    }

    /// The booking of an id, and its venue.
    pub(crate) fn booking(&self, text: &str) -> Result<(Listed, Venue), Stop> {
        let help = "`holdfast list --all` lists them.";
        let id: BookingId = id("id", text)?;
        let listed = self.replica.booking(id)?;
        let listed = listed.ok_or_else(|| Stop::not_found("id", Entity::Booking, text, help))?;
        let venue = self.replica.venue(listed.booking.venue_id)?;
        Ok((listed, venue.ok_or_else(|| Stop::vanished(Entity::Venue))?))
    }

    /// At which venue these resources are booked: the one named, else this desk's own if it uses
    /// them all, else the only one that does.
    pub(crate) fn venue_for(
        &self,
        named: Option<Venue>,
        resources: &[Resource],
    ) -> Result<Venue, Stop> {
        if let Some(venue) = named {
            return Ok(venue);
        }
        let uses_all = |id: &VenueId| resources.iter().all(|r| r.venue_ids.contains(id));
        if let Some(home) = self.home()?.filter(|home| uses_all(&home.id)) {
            return Ok(home);
        }
        let all = self.replica.venues()?;
        let mut common: Vec<Venue> = all.into_iter().filter(|v| uses_all(&v.id)).collect();
        match common.len() {
            1 => Ok(common.swap_remove(0)),
            // Nobody uses them all: the rule that says so knows which is in the way.
            0 => self.home_or("venue"),
            _ => Err(which_venue(&common)),
        }
    }

    /// The one row that was found. Of what was deleted it is said how to have it back.
    fn one<T>(
        &self,
        found: Found<T>,
        (field, entity, text): (&str, Entity, &str),
        help: &str,
        candidate: impl Fn(&T) -> Value,
    ) -> Result<T, Stop> {
        match found {
            Found::One(row) => Ok(row),
            Found::None => match self.was_deleted(entity, text)? {
                Some(help) => Err(Stop::not_found(field, entity, text, &help)),
                None => Err(Stop::not_found(field, entity, text, help)),
            },
            Found::Many(rows) => Err(Stop::new(
                Exit::BadInput,
                "ambiguous",
                &format!("“{text}” may be one of {}; give the id instead", rows.len()),
                json!({
                    "field": field,
                    "entity": entity,
                    "text": text,
                    "candidates": rows.iter().map(candidate).collect::<Vec<_>>(),
                }),
            )),
        }
    }

    /// That something of this name was deleted, and how it comes back.
    fn was_deleted(&self, entity: Entity, text: &str) -> Result<Option<String>, Stop> {
        use Entity::{Customer, Event, Product, Resource, Service, Venue};
        if !matches!(entity, Venue | Resource | Customer | Service | Product | Event) {
            return Ok(None);
        }
        let Found::One(row) = self.replica.find_deleted(entity, text)? else { return Ok(None) };
        let (name, word) = (name_of(&row), entity.as_str());
        let is_whole = name.to_lowercase() == text.trim().to_lowercase();
        Ok(is_whole.then(|| {
            format!("It was deleted; `holdfast restore {word} \"{name}\"` brings it back.")
        }))
    }

    pub(crate) fn venue_names(&self) -> Result<Names<VenueId>, Stop> {
        let all = self.replica.venues_shown(Shown::All)?;
        Ok(all.into_iter().map(|venue| (venue.id, venue.name)).collect())
    }

    pub(crate) fn staff_names(&self) -> Result<Names<StaffId>, Stop> {
        Ok(self.replica.all_staff()?.into_iter().map(|row| (row.id, row.name)).collect())
    }

    pub(crate) fn resource_names(&self) -> Result<Names<ResourceId>, Stop> {
        let all = self.replica.resources_shown(Shown::All)?;
        Ok(all.into_iter().map(|row| (row.id, row.name)).collect())
    }
}

/// A deleted row of a name or id.
pub(crate) fn deleted(desk: &Desk, entity: Entity, text: &str) -> Result<Change, Stop> {
    let found = desk.replica.find_deleted(entity, text)?;
    let help = format!(
        "`holdfast {} --deleted` lists them.",
        match entity {
            Entity::Venue => "venues",
            Entity::Resource => "resources",
            Entity::Customer => "customers",
            Entity::Service => "service list",
            Entity::Product => "product list",
            _ => "event list",
        }
    );
    let candidate = |row: &Change| json!({ "id": row.id(), "name": name_of(row) });
    desk.one(found, ("name", entity, text), &help, candidate)
}

/// An id as it was printed.
pub(crate) fn id<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Stop> {
    text.trim().parse().map_err(|_| {
        let example = "an id looks like 0199e2a4-6f1d-7c0a-93a4-5b4e8a3f4a20";
        Stop::bad_input(field, &format!("“{text}” is not an id; {example}"))
    })
}

/// The id of an operation in the inbox.
pub(crate) fn operation_id(text: &str) -> Result<OperationId, Stop> {
    id("operation_id", text)
}

/// `[{id, name}]`; a name that may not be seen here is empty.
pub(crate) fn named<Id: Ord + serde::Serialize>(ids: &[Id], names: &Names<Id>) -> Value {
    let name = |id| names.get(id).map_or("", String::as_str);
    ids.iter().map(|id| json!({ "id": id, "name": name(id) })).collect()
}

/// The names, joined for people.
pub(crate) fn joined<Id: Ord>(ids: &[Id], names: &Names<Id>) -> String {
    let names: Vec<&str> = ids.iter().map(|id| names.get(id).map_or("?", |n| n.as_str())).collect();
    names.join(", ")
}

fn narrowed(rows: Vec<Resource>, venue_id: VenueId) -> Found<Resource> {
    let mut used: Vec<Resource> =
        rows.iter().filter(|row| row.venue_ids.contains(&venue_id)).cloned().collect();
    match used.len() {
        0 => Found::Many(rows),
        1 => Found::One(used.swap_remove(0)),
        _ => Found::Many(used),
    }
}

fn which_venue(candidates: &[Venue]) -> Stop {
    let listed: Value = candidates
        .iter()
        .map(|venue| json!({ "id": venue.id, "name": venue.name, "timezone": venue.timezone }))
        .collect();
    let message = "several venues use this; say which with --venue";
    let details = json!({ "field": "venue", "candidates": listed });
    Stop::new(Exit::BadInput, "ambiguous", message, details)
}
