//! Deleting and restoring. Nothing that hangs on a deleted row loses its meaning: its bookings stand,
//! and the answer lists those to come.

use super::bookings::{brief, brief_text};
use super::changed;
use crate::args::Deletable;
use crate::desk::Desk;
use crate::output::Ending;
use crate::stop::Stop;
use holdfast_domain::command::Delete;
use holdfast_domain::{Change, Command, Entity, Row};
use serde_json::json;

pub(super) fn delete(desk: &mut Desk, args: &Deletable) -> Ending {
    let row = match entity(args)? {
        Entity::Venue => desk.venue("name", &args.text)?.into_change(),
        Entity::Resource => desk.resource("name", &args.text, None)?.into_change(),
        Entity::Customer => desk.customer_in_full("name", &args.text)?.into_change(),
        Entity::Service => desk.service("name", &args.text)?.into_change(),
        Entity::Product => desk.product("name", &args.text)?.into_change(),
        _ => desk.event("name", &args.text)?.into_change(),
    };
    let command = Command::Delete(Delete { entity: row.entity(), id: row.id() });
    let mut answer = told(desk, &row, &command, "It is deleted.")?;
    let names = desk.resource_names()?;
    let ahead = desk.replica.bookings_ahead(row.entity(), row.id(), desk.at)?;
    let ahead: Vec<_> = ahead.iter().map(|listed| brief(listed, &names)).collect();
    if !ahead.is_empty() {
        answer.text.push_str("\nThese bookings stand until somebody moves or cancels them:\n");
    }
    for booking in &ahead {
        answer.text.push_str(&format!("  {}\n", brief_text(booking)));
    }
    answer.json["bookings_hit"] = json!(ahead);
    Ok(answer)
}

pub(super) fn restore(desk: &mut Desk, args: &Deletable) -> Ending {
    let entity = entity(args)?;
    let row = crate::lookup::deleted(desk, entity, &args.text)?;
    let command = Command::Restore(Delete { entity, id: row.id() });
    told(desk, &row, &command, "It is back.")
}

fn entity(args: &Deletable) -> Result<Entity, Stop> {
    args.entity.parse().map_err(|problem: String| Stop::bad_input("entity", &problem))
}

fn told(desk: &mut Desk, row: &Change, command: &Command, done: &str) -> Ending {
    let receipt = desk.submit(command)?;
    let key = format!("{}_id", row.entity().as_str());
    let mut answer = changed(&key, &row.id(), receipt.as_ref(), done);
    answer.json["entity"] = json!(row.entity());
    Ok(answer)
}
