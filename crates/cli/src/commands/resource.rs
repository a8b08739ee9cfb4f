//! What can be booked.

use super::bookings::{brief, brief_text};
use super::{changed, either, listed, patch};
use crate::args::{AboutResource, ResourceAdd, ResourceEdit, Resources};
use crate::desk::Desk;
use crate::hours;
use crate::lookup::{joined, named};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::EditResource;
use holdfast_domain::{Command, Notice, Resource, ResourceId, ResourceKind, StaffId, VenueId};
use holdfast_replica::draft;
use holdfast_replica::query::{Clash, Shown};
use serde_json::{Value, json};

/// Reads a kind; the command line lets no other word through.
pub(super) fn kind(text: &str) -> Result<ResourceKind, Stop> {
    text.parse().map_err(|problem: String| Stop::bad_input("kind", &problem))
}

pub(super) fn add(desk: &mut Desk, args: &ResourceAdd) -> Ending {
    let venue_ids = desk.venue_ids(&args.venue)?;
    let kind = kind(&args.kind)?;
    let (resource_id, mut command) =
        draft::add_resource(&args.name, kind, &args.location, &args.description, venue_ids);
    if let Command::AddResource(add) = &mut command {
        add.part_ids = part_ids(desk, &args.about)?;
        add.staff_id = staff_id(desk, &args.about)?.flatten();
        add.hours = hours::read(args.about.hours.as_deref().unwrap_or_default())?;
        add.needs_approval = args.about.needs_approval;
    }
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
        active: patch(&resource.active, either(args.active, args.inactive)),
        venue_ids: patch(&resource.venue_ids, venue_ids(desk, args)?),
        part_ids: patch(&resource.part_ids, parts(desk, args)?),
        staff_id: patch(&resource.staff_id, staff_id(desk, &args.about)?),
        hours: patch(&resource.hours, args.about.hours.as_deref().map(hours::read).transpose()?),
        needs_approval: patch(
            &resource.needs_approval,
            either(args.about.needs_approval, args.no_approval),
        ),
    });
    let receipt = desk.submit(&command).or_else(|stop| Err(with_clashes(desk, stop, &command)?))?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&resource.name)));
    Ok(changed("resource_id", &resource.id, receipt.as_ref(), &done))
}

/// The parts named, sorted as rows have them.
fn part_ids(desk: &Desk, about: &AboutResource) -> Result<Vec<ResourceId>, Stop> {
    let parts = about.part.iter().map(|text| Ok(desk.resource("part", text, None)?.id));
    let mut ids: Vec<ResourceId> = parts.collect::<Result<_, Stop>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn parts(desk: &Desk, args: &ResourceEdit) -> Result<Option<Vec<ResourceId>>, Stop> {
    let given = args.no_parts || !args.about.part.is_empty();
    given.then(|| part_ids(desk, &args.about)).transpose()
}

fn staff_id(desk: &Desk, about: &AboutResource) -> Result<Option<Option<StaffId>>, Stop> {
    Ok(match about.staff.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(desk.staff("staff", text)?.id)),
    })
}

/// A refusal for bookings that clash says which they are, and what of the parts is in the way of each.
fn with_clashes(desk: &Desk, mut stop: Stop, command: &Command) -> Result<Stop, Stop> {
    stop.more = add_clashes(desk, command, &mut stop.notice)?;
    Ok(stop)
}

/// Adds to a refusal of new parts what it is about; the lines that say so.
pub(super) fn add_clashes(
    desk: &Desk,
    command: &Command,
    refusal: &mut Notice,
) -> Result<Vec<String>, Stop> {
    if refusal.code != "parts_taken" {
        return Ok(Vec::new());
    }
    let names = desk.resource_names()?;
    let (mut clashes, mut lines) = (Vec::new(), Vec::new());
    for Clash { booking, in_the_way, .. } in desk.replica.clashes(command, refusal, desk.at)? {
        let in_the_way: Vec<Value> = in_the_way.iter().map(|it| brief(it, &names)).collect();
        let mut clash = brief(&booking, &names);
        lines.push(brief_text(&clash));
        lines.extend(in_the_way.iter().map(|it| format!("  in its way: {}", brief_text(it))));
        clash["in_the_way"] = json!(in_the_way);
        clashes.push(clash);
    }
    refusal.details["clashes"] = json!(clashes);
    Ok(lines)
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
    let mut table = Table::new(&["name", "kind", "venues", "location", "parts", "hours", "", "id"]);
    let mut rows = Vec::new();
    let wanted = |resource: &Resource| {
        venue.as_ref().is_none_or(|venue| resource.venue_ids.contains(&venue.id))
            && kind.is_none_or(|kind| resource.kind == kind)
    };
    let names = desk.resource_names()?;
    let shown = if args.deleted { Shown::All } else { Shown::Kept };
    for resource in desk.replica.resources_shown(shown)?.into_iter().filter(wanted) {
        table.row([
            resource.name.clone(),
            resource.kind.to_string(),
            joined(&resource.venue_ids, &venues),
            resource.location.clone(),
            joined(&resource.part_ids, &names),
            hours::shown(&resource.hours),
            state(&resource).into(),
            resource.id.to_string(),
        ]);
        let mut row: Value = json!(resource);
        row["venues"] = named(&resource.venue_ids, &venues);
        row["parts"] = named(&resource.part_ids, &names);
        rows.push(row);
    }
    Ok(Answer::new(listed("resources", rows), table.or("There is nothing to be booked yet.")))
}

fn state(resource: &Resource) -> &'static str {
    match (&resource.deletion, resource.active, resource.needs_approval) {
        (Some(_), _, _) => "deleted",
        (None, false, _) => "takes no bookings",
        (None, true, true) => "needs approval",
        (None, true, false) => "",
    }
}
