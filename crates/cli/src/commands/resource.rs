//! What can be booked.

use super::{changed, listed, patch};
use crate::args::{ResourceAdd, ResourceEdit, Resources};
use crate::desk::Desk;
use crate::lookup::{joined, named};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::EditResource;
use holdfast_domain::{Command, Resource, ResourceKind, VenueId};
use holdfast_replica::draft;
use serde_json::{Value, json};

/// Reads a kind; the command line lets no other word through.
pub(super) fn kind(text: &str) -> Result<ResourceKind, Stop> {
    text.parse().map_err(|problem: String| Stop::bad_input("kind", &problem))
}

pub(super) fn add(desk: &mut Desk, args: &ResourceAdd) -> Ending {
    let venue_ids = desk.venue_ids(&args.venue)?;
    let kind = kind(&args.kind)?;
    let (resource_id, command) =
        draft::add_resource(&args.name, kind, &args.location, &args.description, venue_ids);
    let receipt = desk.submit(&command)?;
    let done = format!("{} can be booked.", tame(&args.name));
    Ok(changed("resource_id", &resource_id, receipt.as_ref(), &done))
}

pub(super) fn edit(desk: &mut Desk, args: &ResourceEdit) -> Ending {
    let resource = desk.resource("resource", &args.resource, None)?;
    let command = Command::EditResource(EditResource {
        resource_id: resource.id,
        name: patch(&resource.name, args.name.clone()),
        kind: patch(&resource.kind, args.kind.as_deref().map(kind).transpose()?),
        location: patch(&resource.location, args.location.clone()),
        description: patch(&resource.description, args.description.clone()),
        active: patch(&resource.active, activity(args)),
        venue_ids: patch(&resource.venue_ids, venue_ids(desk, args)?),
        ..EditResource::default()
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&resource.name)));
    Ok(changed("resource_id", &resource.id, receipt.as_ref(), &done))
}

fn activity(args: &ResourceEdit) -> Option<bool> {
    (args.active || args.inactive).then_some(args.active)
}

/// The venues named, sorted as rows have them.
fn venue_ids(desk: &Desk, args: &ResourceEdit) -> Result<Option<Vec<VenueId>>, Stop> {
    if args.venue.is_empty() {
        return Ok(None);
    }
    let mut venue_ids = desk.venue_ids(&args.venue)?;
    venue_ids.sort_unstable();
    venue_ids.dedup();
    Ok(Some(venue_ids))
}

pub(super) fn list(desk: &Desk, args: &Resources) -> Ending {
    let venue = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let kind = args.kind.as_deref().map(kind).transpose()?;
    let venues = desk.venue_names()?;
    let mut table = Table::new(&["name", "kind", "venues", "location", "", "id"]);
    let mut rows = Vec::new();
    let wanted = |resource: &Resource| {
        venue.as_ref().is_none_or(|venue| resource.venue_ids.contains(&venue.id))
            && kind.is_none_or(|kind| resource.kind == kind)
    };
    for resource in desk.replica.resources()?.into_iter().filter(wanted) {
        table.row([
            resource.name.clone(),
            resource.kind.to_string(),
            joined(&resource.venue_ids, &venues),
            resource.location.clone(),
            if resource.active { String::new() } else { "takes no bookings".into() },
            resource.id.to_string(),
        ]);
        let mut row: Value = json!(resource);
        row["venues"] = named(&resource.venue_ids, &venues);
        rows.push(row);
    }
    Ok(Answer::new(listed("resources", rows), table.or("There is nothing to be booked yet.")))
}
