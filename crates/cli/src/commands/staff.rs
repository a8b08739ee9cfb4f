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
use holdfast_domain::{Booking, Command, Refusal, Resource, ResourceId, Role, Staff, Zone};
use holdfast_replica::query::Shown;
use holdfast_replica::{Receipt, Submission, draft};
use serde_json::{Value, json};

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
    let name = tame(args.name.as_ref().unwrap_or(&staff.name));
    let done = format!("{name} is changed.");
    let mut answer = changed("staff_id", &staff.id, receipt.as_ref(), &done);
    let hit = if args.inactive { left_behind(desk, &staff)? } else { Vec::new() };
    if !hit.is_empty() {
        let lines: String = hit.iter().map(|row| format!("  {}\n", brief_text(row))).collect();
        answer.text.push_str(&format!(
            "\nThese bookings of theirs stand until somebody else takes them:\n{lines}\
             `holdfast staff bookings \"{name}\" --to NAME` gives them to somebody else.\n"
        ));
    }
    answer.json["bookings_hit"] = json!(hit);
    Ok(answer)
}

/// The open bookings to come of somebody who takes no new ones.
fn left_behind(desk: &Desk, staff: &Staff) -> Result<Vec<Value>, Stop> {
    let ids: Vec<ResourceId> = of_person(desk, staff)?.iter().map(|it| it.id).collect();
    let names = desk.resource_names()?;
    let open = desk.replica.open_from(&ids, desk.at)?;
    Ok(open.iter().map(|listed| brief(listed, &names)).collect())
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

/// The open bookings of the resources that are this person; given to `to` as far as they fit.
pub(super) fn bookings(
    desk: &mut Desk,
    text: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> Ending {
    let staff = desk.staff("staff", text)?;
    let from = match from {
        None => desk.at,
        Some(text) => desk.venue_or_home(None)?.timezone.day_start(when::date("from", text)?),
    };
    let theirs = of_person(desk, &staff)?;
    let ids: Vec<ResourceId> = theirs.iter().map(|resource| resource.id).collect();
    let names = desk.resource_names()?;
    let others = to.map(|text| who_takes_over(desk, text)).transpose()?;
    if others.iter().flatten().any(|it| ids.contains(&it.id)) {
        return Err(Stop::bad_input(
            "to",
            &format!("that is {}, whose bookings they are", staff.name),
        ));
    }
    let (mut moved, mut left) = (Vec::new(), Vec::new());
    for listed in desk.replica.open_from(&ids, from)? {
        let mut row = brief(&listed, &names);
        let Some(others) = &others else {
            left.push(row);
            continue;
        };
        match give(desk, &listed.booking, &ids, others)? {
            Ok(receipt) => {
                let now = desk.replica.booking(listed.booking.id)?;
                row = now.map_or(row, |now| brief(&now, &names));
                row["operation_id"] = json!(receipt.map(|receipt| receipt.operation_id));
                moved.push(row);
            }
            Err(refusal) => {
                row["refusal"] = json!(refusal.notice());
                left.push(row);
            }
        }
    }
    let mut text = String::new();
    for (rows, heading) in [(&moved, "Given away:"), (&left, "Left:")] {
        if others.is_some() && !rows.is_empty() {
            text.push_str(&format!("{heading}\n"));
        }
        for row in rows {
            let why = row["refusal"]["message"].as_str().map(|it| format!("  {}", tame(it)));
            text.push_str(&format!("{}{}\n", brief_text(row), why.unwrap_or_default()));
        }
    }
    let mut json = listed("bookings", left);
    json["staff_id"] = json!(staff.id);
    json["resources"] = named(&ids, &names);
    if others.is_some() {
        json["moved"] = json!(moved);
    }
    Ok(Answer::new(json, if text.is_empty() { "There are none.".into() } else { text }))
}

/// The resources that are somebody, deleted or not.
fn of_person(desk: &Desk, staff: &Staff) -> Result<Vec<Resource>, Stop> {
    let mut resources = desk.replica.resources_shown(Shown::All)?;
    resources.retain(|resource| resource.staff_id == Some(staff.id));
    Ok(resources)
}

/// The resources that are meant by the name of a person who is some, or of a resource.
fn who_takes_over(desk: &Desk, text: &str) -> Result<Vec<Resource>, Stop> {
    if let Ok(staff) = desk.staff("to", text) {
        let mut theirs = of_person(desk, &staff)?;
        theirs.retain(|resource| resource.active && resource.deletion.is_none());
        if !theirs.is_empty() {
            return Ok(theirs);
        }
    }
    Ok(vec![desk.resource("to", text, None)?])
}

/// Gives one booking to the first of `others` whom its venue uses, in place of `ids`: all of it, or
/// what a rule says against it.
fn give(
    desk: &mut Desk,
    booking: &Booking,
    ids: &[ResourceId],
    others: &[Resource],
) -> Result<Result<Option<Receipt>, Refusal>, Stop> {
    let here = others.iter().find(|it| it.venue_ids.contains(&booking.venue_id));
    let Some(to) = here.or(others.first()) else { return Ok(Ok(None)) };
    let command = draft::hand_over(booking, ids, to.id);
    let command = desk.replica.with_terms(command, desk.at)?;
    Ok(match desk.replica.submit(&command, desk.at)? {
        Submission::Done(receipt) => Ok(Some(receipt)),
        Submission::Unchanged => Ok(None),
        Submission::Refused(refusal) => Err(refusal),
    })
}
