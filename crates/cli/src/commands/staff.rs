//! People who work here.

use super::{changed, listed, patch};
use crate::args::{StaffAdd, StaffEdit};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::{EditStaff, Patch};
use holdfast_domain::{Command, Role};
use holdfast_replica::draft;
use serde_json::json;

pub(super) fn add(desk: &mut Desk, args: &StaffAdd) -> Ending {
    let (staff_id, command) = draft::add_staff(&args.name, role(&args.role)?);
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
        ..EditStaff::default()
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&staff.name)));
    Ok(changed("staff_id", &staff.id, receipt.as_ref(), &done))
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
