//! People who work here.

use super::bookings::{brief, brief_text};
use super::{changed, listed, patch};
use crate::args::{StaffAdd, StaffEdit};
use crate::desk::Desk;
use crate::lookup::named;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::command::{EditStaff, Patch};
use holdfast_domain::{Command, ResourceId, Role, Zone};
use holdfast_replica::draft;
use holdfast_replica::query::Shown;
use serde_json::json;

pub(super) fn add(desk: &mut Desk, args: &StaffAdd) -> Ending {
    let (staff_id, mut command) = draft::add_staff(&args.name, role(&args.role)?);
    if let Command::AddStaff(add) = &mut command {
        add.description = args.about.description.clone().unwrap_or_default();
        add.photo_url = args.about.photo_url.clone().unwrap_or_default();
        add.timezone = zone(args.about.timezone.as_deref())?.flatten();
    }
    let receipt = desk.submit(&command)?;
    let done = format!("{} works here.", tame(&args.name));
    Ok(changed("staff_id", &staff_id, receipt.as_ref(), &done))
}

pub(super) fn edit(desk: &mut Desk, args: &StaffEdit) -> Ending {
    let staff = desk.staff("staff", &args.staff)?;
    let active = (args.active || args.inactive).then_some(args.active);
    let new_role = args.role.as_deref().map(role).transpose()?;
    let command = Command::EditStaff(EditStaff {
        staff_id: staff.id,
        name: patch(&staff.name, args.name.clone()),
        role: new_role.map(|to| Patch { from: staff.role, to }),
        active: active.map(|to| Patch { from: staff.active, to }),
        description: patch(&staff.description, args.about.description.clone()),
        photo_url: patch(&staff.photo_url, args.about.photo_url.clone()),
        timezone: patch(&staff.timezone, zone(args.about.timezone.as_deref())?),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&staff.name)));
    Ok(changed("staff_id", &staff.id, receipt.as_ref(), &done))
}

/// A time zone, where one is said; none for an empty text.
pub(super) fn zone(text: Option<&str>) -> Result<Option<Option<Zone>>, Stop> {
    Ok(match text {
        None => None,
        Some("") => Some(None),
        Some(name) => Some(Some(Zone::parse(name)?)),
    })
}

fn role(text: &str) -> Result<Role, Stop> {
    text.parse().map_err(|problem: String| Stop::bad_input("role", &problem))
}

pub(super) fn list(desk: &Desk) -> Ending {
    let staff = desk.replica.all_staff()?;
    let mut table = Table::new(&["name", "role", "works here", "id"]);
    for person in &staff {
        let here = if person.active { "yes" } else { "no" };
        let role = person.role.as_str().replace('_', " ");
        table.row([person.name.clone(), role, here.into(), person.id.to_string()]);
    }
    let rows = staff.iter().map(|person| json!(person)).collect();
    Ok(Answer::new(listed("staff", rows), table.to_string()))
}

/// The open bookings of the resources that are this person.
pub(super) fn bookings(desk: &Desk, text: &str, from: Option<&str>) -> Ending {
    let staff = desk.staff("staff", text)?;
    let from = match from {
        None => desk.at,
        Some(text) => desk.venue_or_home(None)?.timezone.day_start(when::date("from", text)?),
    };
    let mut resources = desk.replica.resources_shown(Shown::All)?;
    resources.retain(|resource| resource.staff_id == Some(staff.id));
    let ids: Vec<ResourceId> = resources.iter().map(|resource| resource.id).collect();
    let names = desk.resource_names()?;
    let bookings = desk.open_from(&ids, from)?;
    let rows: Vec<_> = bookings.iter().map(|listed| brief(listed, &names)).collect();
    let text: String = rows.iter().map(|row| format!("{}\n", brief_text(row))).collect();
    let mut json = listed("bookings", rows);
    json["staff_id"] = json!(staff.id);
    json["resources"] = named(&ids, &names);
    Ok(Answer::new(json, if text.is_empty() { "There are none.".into() } else { text }))
}
