//! Venues and what can be booked there.

use super::hours::check_weekly;
use super::people::check_source;
use super::{Decision, changed, is_here, parts, patch, sorted};
use crate::change::{Change, Entity};
use crate::command::{AddResource, AddService, EditResource, EditService, EditVenue, OpenVenue};
use crate::facts::{Facts, Related};
use crate::field;
use crate::refusal::Refusal;
use crate::rows::{Policy, RETENTION_DAYS, Resource, Service, Source, Staff, Venue};
use std::collections::BTreeSet;

/// Most venues that may share one resource.
const VENUES_MAX: usize = 100;

pub(super) fn open(c: &OpenVenue, facts: &Facts) -> Result<Decision, Refusal> {
    let venue = Venue::new(c.venue_id, &c.name, c.timezone, c.currency, c.slot_minutes);
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
    patch(&mut after.hours, &c.hours, row, "hours")?;
    patch(&mut after.policy, &c.policy, row, "policy")?;
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
    check_weekly(&venue.hours)?;
    check_policy(&venue.policy)
}

fn check_policy(policy: &Policy) -> Result<(), Refusal> {
    let minutes = |field: &str, minutes: u32| {
        field::range(field, i64::from(minutes), 0, field::POLICY_MINUTES_MAX)
    };
    minutes("free_cancel_minutes", policy.free_cancel_minutes.unwrap_or_default())?;
    minutes("min_notice_minutes", policy.min_notice_minutes)?;
    minutes("approval_minutes", policy.approval_minutes.unwrap_or_default())?;
    minutes("auto_lock_minutes", policy.auto_lock_minutes.unwrap_or_default())?;
    let days = i64::from(policy.retention_days.unwrap_or(RETENTION_DAYS));
    field::range("retention_days", days, 30, field::RETENTION_DAYS_MAX)?;
    let days = i64::from(policy.max_advance_days.unwrap_or_default());
    field::range("max_advance_days", days, 0, field::VALIDITY_DAYS_MAX)?;
    field::range("points_per_unit", i64::from(policy.points_per_unit), 0, 10_000)?;
    field::range("tiers", field::count(&policy.tiers), 0, 20)?;
    for tier in &policy.tiers {
        field::name("tiers", &tier.name)?;
    }
    let names: BTreeSet<&str> = policy.tiers.iter().map(|tier| tier.name.trim()).collect();
    let problem = if names.len() < policy.tiers.len() {
        "two of them have the same name"
    } else if !policy.tiers.is_sorted_by(|a, b| a.points < b.points) {
        "they are not in the order of their points"
    } else {
        return Ok(());
    };
    Err(Refusal::FieldInvalid { field: "tiers".into(), problem: problem.into() })
}

pub(super) fn add_resource(c: &AddResource, facts: &Facts) -> Result<Decision, Refusal> {
    let resource = Resource {
        location: c.location.clone(),
        description: c.description.clone(),
        source: c.source.clone(),
        part_ids: sorted(&c.part_ids),
        staff_id: c.staff_id,
        hours: c.hours.clone(),
        needs_approval: c.needs_approval,
        ..Resource::new(c.resource_id, &c.name, c.kind, sorted(&c.venue_ids))
    };
    check_parts(&resource, facts)?;
    check_resource(&resource, facts)?;
    let same = |there: &Resource| Source::is_same(there.source.as_ref(), c.source.as_ref());
    if !is_here(c.resource_id, same, facts)? {
        return Ok(vec![Change::Resource(resource)].into());
    }
    let there: &Resource = facts.get(c.resource_id)?;
    if there.source == c.source {
        return Ok(Decision::default());
    }
    // Two venues that share it have each brought it by an export of their own.
    let venue_ids = sorted(&[&*there.venue_ids, &*c.venue_ids].concat());
    field::range("venue_ids", field::count(&venue_ids), 1, VENUES_MAX as i64)?;
    Ok(changed(there, Resource { venue_ids, ..there.clone() }, Change::Resource))
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
    patch(&mut after.part_ids, &c.part_ids, row, "part_ids")?;
    patch(&mut after.staff_id, &c.staff_id, row, "staff_id")?;
    patch(&mut after.hours, &c.hours, row, "hours")?;
    patch(&mut after.needs_approval, &c.needs_approval, row, "needs_approval")?;
    after.venue_ids = sorted(&after.venue_ids);
    after.part_ids = sorted(&after.part_ids);
    check_resource(&after, facts)?;
    if after.venue_ids != before.venue_ids {
        check_where_parts_are(&after, facts)?;
    }
    let mut decision = changed(before, after.clone(), Change::Resource);
    if after.part_ids != before.part_ids {
        check_parts(&after, facts)?;
        decision.changes.extend(parts::reclaim(before, &after, facts)?);
    }
    Ok(decision)
}

/// Parts exist, are at every venue of the whole, and go one level deep.
fn check_parts(resource: &Resource, facts: &Facts) -> Result<(), Refusal> {
    field::range("part_ids", field::count(&resource.part_ids), 0, field::RESOURCES_MAX as i64 - 1)?;
    let nested =
        |it: &Resource| Err(Refusal::PartsNested { resource_id: it.id, resource: it.name.clone() });
    for &id in &resource.part_ids {
        let Some(part) = facts.find::<Resource>(id)? else { continue };
        if id == resource.id || !part.part_ids.is_empty() {
            return nested(part);
        }
        check_part_is_there("part_ids", part, resource)?;
    }
    let wholes = facts.related::<Resource>(&Related::Wholes(resource.id)).next();
    if wholes.is_some() && !resource.part_ids.is_empty() {
        return nested(resource);
    }
    Ok(())
}

fn check_part_is_there(field: &str, part: &Resource, whole: &Resource) -> Result<(), Refusal> {
    if whole.venue_ids.iter().all(|id| part.venue_ids.contains(id)) {
        return Ok(());
    }
    Err(Refusal::FieldInvalid {
        field: field.into(),
        problem: format!("{} is not at every venue of {}", part.name, whole.name),
    })
}

/// A resource that comes to other venues still has its parts there, and is where its wholes are.
fn check_where_parts_are(resource: &Resource, facts: &Facts) -> Result<(), Refusal> {
    let mut parts = facts.related::<Resource>(&Related::PartsOf(resource.id));
    parts.try_for_each(|part| match resource.part_ids.contains(&part.id) {
        true => check_part_is_there("venue_ids", part, resource),
        false => Ok(()),
    })?;
    let mut wholes = facts.related::<Resource>(&Related::Wholes(resource.id));
    wholes.try_for_each(|whole| check_part_is_there("venue_ids", resource, whole))
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
    if let Some(id) = resource.staff_id.filter(|id| facts.asked::<Staff>(*id)) {
        facts.find::<Staff>(id)?;
    }
    check_weekly(&resource.hours)
}

pub(super) fn add_service(c: &AddService, facts: &Facts) -> Result<Decision, Refusal> {
    let service = Service {
        id: c.service_id,
        name: c.name.clone(),
        description: c.description.clone(),
        duration_minutes: c.duration_minutes,
        buffer_before_minutes: c.buffer_before_minutes,
        buffer_after_minutes: c.buffer_after_minutes,
        price: c.price,
        capacity: c.capacity,
        needed_kinds: sorted(&c.needed_kinds),
        venue_ids: sorted(&c.venue_ids),
        needs_approval: c.needs_approval,
        free_cancel_minutes: c.free_cancel_minutes,
        credits: c.credits,
        active: true,
        position: c.position,
        colour: c.colour.clone(),
        deletion: None,
    };
    check_service(&service, facts)?;
    let same = |it: &Service| {
        let (active, deletion) = (it.active, it.deletion.clone());
        *it == Service { active, deletion, ..service.clone() }
    };
    if is_here(c.service_id, same, facts)? {
        return Ok(Decision::default());
    }
    Ok(vec![Change::Service(service)].into())
}

pub(super) fn edit_service(c: &EditService, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Service = facts.get(c.service_id)?;
    let row = (Entity::Service, c.service_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.description, &c.description, row, "description")?;
    patch(&mut after.duration_minutes, &c.duration_minutes, row, "duration_minutes")?;
    let (earlier, later) = (&c.buffer_before_minutes, &c.buffer_after_minutes);
    patch(&mut after.buffer_before_minutes, earlier, row, "buffer_before_minutes")?;
    patch(&mut after.buffer_after_minutes, later, row, "buffer_after_minutes")?;
    patch(&mut after.price, &c.price, row, "price")?;
    patch(&mut after.capacity, &c.capacity, row, "capacity")?;
    patch(&mut after.needed_kinds, &c.needed_kinds, row, "needed_kinds")?;
    patch(&mut after.venue_ids, &c.venue_ids, row, "venue_ids")?;
    patch(&mut after.needs_approval, &c.needs_approval, row, "needs_approval")?;
    patch(&mut after.free_cancel_minutes, &c.free_cancel_minutes, row, "free_cancel_minutes")?;
    patch(&mut after.credits, &c.credits, row, "credits")?;
    patch(&mut after.active, &c.active, row, "active")?;
    patch(&mut after.position, &c.position, row, "position")?;
    patch(&mut after.colour, &c.colour, row, "colour")?;
    after.needed_kinds = sorted(&after.needed_kinds);
    after.venue_ids = sorted(&after.venue_ids);
    check_service(&after, facts)?;
    Ok(changed(before, after, Change::Service))
}

fn check_service(service: &Service, facts: &Facts) -> Result<(), Refusal> {
    field::name("name", &service.name)?;
    field::text("description", &service.description, field::TEXT_MAX)?;
    field::range("duration_minutes", i64::from(service.duration_minutes), 1, 24 * 60)?;
    for (name, minutes) in [
        ("buffer_before_minutes", service.buffer_before_minutes),
        ("buffer_after_minutes", service.buffer_after_minutes),
    ] {
        field::range(name, i64::from(minutes), 0, i64::from(field::BUFFER_MINUTES_MAX))?;
    }
    field::price("price", service.price)?;
    field::range("capacity", i64::from(service.capacity), 1, i64::from(field::ATTENDEES_MAX))?;
    let free = i64::from(service.free_cancel_minutes.unwrap_or_default());
    field::range("free_cancel_minutes", free, 0, field::POLICY_MINUTES_MAX)?;
    field::range("credits", i64::from(service.credits), 0, i64::from(field::CREDITS_MAX))?;
    field::position(service.position)?;
    field::colour("colour", &service.colour)?;
    field::range("venue_ids", field::count(&service.venue_ids), 0, VENUES_MAX as i64)?;
    for id in service.venue_ids.iter().filter(|id| facts.asked::<Venue>(**id)) {
        facts.find::<Venue>(*id)?;
    }
    Ok(())
}
