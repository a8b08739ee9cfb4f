//! Customers, and what they book.

use super::{TheDesk, ids};
use crate::problem;
use crate::view::{Customer, NewCustomer, NewResource, Problem, Resource};
use holdfast_domain::{Command, Entity, Timestamp};
use holdfast_replica::{Replica, Submission, draft};

/// Customers with every word of `text` in name, e-mail or phone, best first.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn search_customers(
    desk: TheDesk<'_>,
    text: String,
    limit: u32,
) -> Result<Vec<Customer>, Problem> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    desk.ask(|replica| Ok(replica.customers(&text, limit)?.into_iter().map(Into::into).collect()))
}

/// Enters somebody who books.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn add_customer(desk: TheDesk<'_>, customer: NewCustomer) -> Result<Customer, Problem> {
    let (id, command) = draft::add_customer(&customer.name.clone(), |add| customer.fill(add));
    desk.act(|replica, now| {
        submit(replica, &command, now)?;
        let added = replica.customer(id)?;
        added.map(Into::into).ok_or_else(|| problem::not_found(Entity::Customer, id.0))
    })
}

/// Enters something to be booked.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn add_resource(desk: TheDesk<'_>, resource: NewResource) -> Result<Resource, Problem> {
    let NewResource { name, kind, location, description, venue_ids } = resource;
    let venue_ids = ids("venue_ids", &venue_ids)?;
    let (id, command) = draft::add_resource(&name, kind.into(), &location, &description, venue_ids);
    desk.act(|replica, now| {
        submit(replica, &command, now)?;
        let added = replica.resource(id)?;
        added.map(Into::into).ok_or_else(|| problem::not_found(Entity::Resource, id.0))
    })
}

fn submit(replica: &mut Replica, command: &Command, now: Timestamp) -> Result<(), Problem> {
    match replica.submit(command, now)? {
        Submission::Refused(refusal) => Err(refusal.into()),
        Submission::Done(_) | Submission::Unchanged => Ok(()),
    }
}
