//! Venues and what can be booked there.

use super::people::check_source;
use super::{Decision, changed, patch};
use crate::change::{Change, Entity};
use crate::command::{AddResource, EditResource, EditVenue, OpenVenue};
use crate::facts::Facts;
use crate::field;
use crate::id::VenueId;
use crate::refusal::Refusal;
use crate::rows::{Resource, Venue};

/// Most venues that may share one resource.
const VENUES_MAX: usize = 100;

pub(super) fn open(c: &OpenVenue, facts: &Facts) -> Result<Decision, Refusal> {
    let venue = Venue {
        id: c.venue_id,
        name: c.name.clone(),
        timezone: c.timezone,
        currency: c.currency,
        slot_minutes: c.slot_minutes,
    };
    check_venue(&venue)?;
    if facts.existing::<Venue>(c.venue_id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::Venue, id: c.venue_id.0 });
    }
    Ok(vec![Change::Venue(venue)].into())
}

pub(super) fn edit(c: &EditVenue, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Venue = facts.get(c.venue_id)?;
    let row = (Entity::Venue, c.venue_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.currency, &c.currency, row, "currency")?;
    patch(&mut after.slot_minutes, &c.slot_minutes, row, "slot_minutes")?;
    check_venue(&after)?;
    Ok(changed(before, after, Change::Venue))
}

fn check_venue(venue: &Venue) -> Result<(), Refusal> {
    field::name("name", &venue.name)?;
    field::range("slot_minutes", i64::from(venue.slot_minutes), 5, 240)?;
    if 1440 % venue.slot_minutes != 0 {
        return Err(Refusal::FieldInvalid {
            field: "slot_minutes".into(),
            problem: "a day does not divide into slots of this length".into(),
        });
    }
    Ok(())
}

pub(super) fn add_resource(c: &AddResource, facts: &Facts) -> Result<Decision, Refusal> {
    let resource = Resource {
        id: c.resource_id,
        name: c.name.clone(),
        kind: c.kind,
        location: c.location.clone(),
        description: c.description.clone(),
        active: true,
        venue_ids: sorted(&c.venue_ids),
        source: c.source.clone(),
    };
    check_resource(&resource, facts)?;
    match facts.existing::<Resource>(c.resource_id) {
        None => Ok(vec![Change::Resource(resource)].into()),
        // Two desks imported the same file: the first one's row stands.
        Some(there) if c.source.is_some() && there.source == c.source => Ok(Decision::default()),
        Some(_) => Err(Refusal::AlreadyExists { entity: Entity::Resource, id: c.resource_id.0 }),
    }
}

pub(super) fn edit_resource(c: &EditResource, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Resource = facts.get(c.resource_id)?;
    let row = (Entity::Resource, c.resource_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.kind, &c.kind, row, "kind")?;
    patch(&mut after.location, &c.location, row, "location")?;
    patch(&mut after.description, &c.description, row, "description")?;
    patch(&mut after.active, &c.active, row, "active")?;
    patch(&mut after.venue_ids, &c.venue_ids, row, "venue_ids")?;
    after.venue_ids = sorted(&after.venue_ids);
    check_resource(&after, facts)?;
    Ok(changed(before, after, Change::Resource))
}

fn sorted(venue_ids: &[VenueId]) -> Vec<VenueId> {
    let mut sorted = venue_ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

fn check_resource(resource: &Resource, facts: &Facts) -> Result<(), Refusal> {
    field::name("name", &resource.name)?;
    field::text("location", &resource.location, field::NAME_MAX)?;
    field::text("description", &resource.description, field::TEXT_MAX)?;
    check_source(&resource.source)?;
    if resource.venue_ids.is_empty() {
        return Err(Refusal::FieldRequired { field: "venue_ids".into() });
    }
    let count = i64::try_from(resource.venue_ids.len()).unwrap_or(i64::MAX);
    field::range("venue_ids", count, 1, VENUES_MAX as i64)?;
    // Only venues that the command names are among the facts; the others were checked when named.
    for venue_id in resource.venue_ids.iter().filter(|id| facts.asked::<Venue>(**id)) {
        facts.find::<Venue>(*venue_id)?;
    }
    Ok(())
}
