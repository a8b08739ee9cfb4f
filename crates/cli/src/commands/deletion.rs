//! Deleting and restoring. Nothing that hangs on a deleted row loses its meaning: its bookings stand,
//! and the answer lists those to come.

use super::bookings::{brief, brief_text};
use super::changed;
use crate::args::Deletable;
use crate::desk::Desk;
use crate::output::Ending;
use crate::stop::Stop;
use holdfast_domain::command::Delete;
use holdfast_domain::{
    Booking, Change, Command, Entity, Event, Interval, Resource, Row, Service, Timestamp, Venue,
};
use holdfast_replica::Filter;
use serde_json::{Value, json};

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
    let ahead = ahead(desk, &row)?;
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

/// The open bookings to come that hang on a row.
fn ahead(desk: &Desk, row: &Change) -> Result<Vec<Value>, Stop> {
    let period = Interval::new(desk.at, Timestamp::RANGE.end);
    let customer_id = match row {
        Change::Customer(customer) => Some(customer.id),
        _ => None,
    };
    let filter = Filter { period, customer_id, ..Filter::default() };
    let mut listed = desk.replica.list(&filter)?;
    listed.retain(|listed| {
        let is_theirs = customer_id.is_some() || hangs_on(&listed.booking, row);
        listed.booking.status.is_open() && is_theirs
    });
    let names = desk.resource_names()?;
    Ok(listed.iter().map(|listed| brief(listed, &names)).collect())
}

fn hangs_on(booking: &Booking, row: &Change) -> bool {
    match row {
        Change::Venue(Venue { id, .. }) => booking.venue_id == *id,
        Change::Resource(Resource { id, .. }) => booking.claimed_ids().contains(id),
        Change::Service(Service { id, .. }) => booking.service_id == Some(*id),
        Change::Event(Event { id, .. }) => booking.event_id == Some(*id),
        _ => false,
    }
}
