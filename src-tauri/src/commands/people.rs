//! Customers, and what they book.

use super::any::written;
use super::{TheDesk, id, ids, require_venue};
use crate::problem;
use crate::view::{
    AnyJson, Customer, CustomersFound, Figures, NewCustomer, NewResource, Problem, Resource,
    Segment,
};
use holdfast_domain::{Command, CustomerId, Entity, Package, Timestamp, VenueId};
use holdfast_replica::{Replica, Submission, draft, now};

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

/// The same, and those with `text` in a tag or in the title of a booking of theirs: of a segment, if
/// one is given.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn find_customers(
    desk: TheDesk<'_>,
    venue_id: String,
    text: String,
    segment: Option<Segment>,
    limit: u32,
) -> Result<CustomersFound, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    let segment = segment.map(Into::into);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    desk.ask(|replica| {
        let tiers = replica.tiers(&require_venue(replica, venue_id)?, now())?;
        let found = replica.find_customers(&text, segment.as_ref(), &tiers, limit)?;
        Ok(CustomersFound::of(found, &tiers))
    })
}

/// What the customers of a venue can be picked out by.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn customer_segments(
    desk: TheDesk<'_>,
    venue_id: String,
) -> Result<Vec<Segment>, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    desk.ask(|replica| {
        let segments = replica.segments(&require_venue(replica, venue_id)?)?;
        Ok(segments.into_iter().map(Into::into).collect())
    })
}

/// What the history of a customer comes to, in the money of a venue.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn customer_figures(
    desk: TheDesk<'_>,
    venue_id: String,
    customer_id: String,
) -> Result<Figures, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    let customer_id: CustomerId = id("customer_id", &customer_id)?;
    desk.ask(|replica| {
        let venue = require_venue(replica, venue_id)?;
        let figures = replica.figures(customer_id, Some(&venue), now())?;
        Ok(Figures::of(&figures, &venue))
    })
}

/// What a customer and whoever turned out to be them bought ahead, what can still pay first: rows, each
/// with the name of who bought it as `whose`; empty for themselves.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn customer_packages(
    desk: TheDesk<'_>,
    customer_id: String,
) -> Result<Vec<AnyJson>, Problem> {
    let customer_id: CustomerId = id("customer_id", &customer_id)?;
    desk.ask(|replica| {
        let mut packages = replica.packages(Some(customer_id))?;
        // What can still pay comes first, as it will be used.
        let now = now();
        packages.sort_by_key(|it| (it.balance == 0 || it.valid_until <= now, it.valid_until));
        let row = |package: &Package| {
            let theirs = package.customer_id != customer_id;
            let who = theirs.then(|| replica.customer(package.customer_id)).transpose()?.flatten();
            with_name(package, "whose", who)
        };
        packages.iter().map(row).collect()
    })
}

/// A row, with somebody's name.
pub(super) fn with_name<T: serde::Serialize>(
    row: &T,
    key: &str,
    who: Option<holdfast_domain::Customer>,
) -> Result<AnyJson, Problem> {
    let mut row = written(row)?;
    row.0[key] = who.map(|it| it.name).unwrap_or_default().into();
    Ok(row)
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
