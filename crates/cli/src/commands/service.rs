//! What is sold.

use super::resource::kind;
use super::{changed, either, listed, patch};
use crate::args::{AboutService, Maybe, ServiceAdd, ServiceCommand, ServiceEdit, Services};
use crate::desk::Desk;
use crate::lookup::{joined, named};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::{AddService, EditService};
use holdfast_domain::{Command, Currency, Money, ResourceKind, Service, ServiceId, VenueId};
use holdfast_replica::draft;
use serde_json::json;

pub(super) fn run(desk: &mut Desk, command: &ServiceCommand) -> Ending {
    match command {
        ServiceCommand::Add(args) => add(desk, args),
        ServiceCommand::Edit(args) => edit(desk, args),
        ServiceCommand::List(args) => list(desk, args),
    }
}

fn add(desk: &mut Desk, args: &ServiceAdd) -> Ending {
    let about = &args.about;
    let service_id = ServiceId(draft::new_id());
    let command = Command::AddService(AddService {
        service_id,
        name: args.name.trim().into(),
        description: about.description.clone().unwrap_or_default(),
        duration_minutes: args.minutes,
        buffer_before_minutes: about.buffer_before_minutes.unwrap_or_default(),
        buffer_after_minutes: about.buffer_after_minutes.unwrap_or_default(),
        price: about.price.as_deref().map(|text| price(desk, text)).transpose()?.flatten(),
        capacity: about.capacity.unwrap_or(1),
        needed_kinds: needed_kinds(about)?,
        venue_ids: venue_ids(desk, about)?,
        needs_approval: args.needs_approval,
        free_cancel_minutes: about.free_cancel_hours.and_then(minutes),
        credits: about.credits.unwrap_or_default(),
        position: about.position.unwrap_or_default(),
        colour: about.colour.clone().unwrap_or_default(),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is sold.", tame(&args.name));
    Ok(changed("service_id", &service_id, receipt.as_ref(), &done))
}

fn edit(desk: &mut Desk, args: &ServiceEdit) -> Ending {
    let service = desk.service("service", &args.service)?;
    let about = &args.about;
    let kinds = (args.no_kinds || !about.kind.is_empty()).then(|| needed_kinds(about));
    let venues = (args.all_venues || !about.venue.is_empty()).then(|| venue_ids(desk, about));
    let price = about.price.as_deref().map(|text| price(desk, text)).transpose()?;
    let approval = either(args.needs_approval, args.no_approval);
    let free = about.free_cancel_hours.map(minutes);
    let command = Command::EditService(EditService {
        service_id: service.id,
        name: patch(&service.name, args.name.clone()),
        description: patch(&service.description, about.description.clone()),
        duration_minutes: patch(&service.duration_minutes, args.minutes),
        buffer_before_minutes: patch(&service.buffer_before_minutes, about.buffer_before_minutes),
        buffer_after_minutes: patch(&service.buffer_after_minutes, about.buffer_after_minutes),
        price: patch(&service.price, price),
        capacity: patch(&service.capacity, about.capacity),
        needed_kinds: patch(&service.needed_kinds, kinds.transpose()?),
        venue_ids: patch(&service.venue_ids, venues.transpose()?),
        needs_approval: patch(&service.needs_approval, approval),
        free_cancel_minutes: patch(&service.free_cancel_minutes, free),
        credits: patch(&service.credits, about.credits),
        active: patch(&service.active, either(args.active, args.inactive)),
        position: patch(&service.position, about.position),
        colour: patch(&service.colour, about.colour.clone()),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&service.name)));
    Ok(changed("service_id", &service.id, receipt.as_ref(), &done))
}

/// Hours, as rules keep them.
pub(super) fn minutes(hours: Maybe) -> Option<u32> {
    hours.0.map(|hours| hours.saturating_mul(60))
}

/// An amount in the currency of this desk's venue, unless it names one; none for an empty text.
pub(super) fn price(desk: &Desk, text: &str) -> Result<Option<Money>, Stop> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let currency = match desk.home()? {
        Some(venue) => venue.currency,
        None => Currency::parse("EUR")?,
    };
    amount("price", text, currency).map(Some)
}

/// Reads an AMOUNT, given as option `field`.
pub(super) fn amount(field: &str, text: &str, currency: Currency) -> Result<Money, Stop> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        let message = format!("“{text}” is not an amount; write it like 12.50 or 12.50 EUR");
        return Err(Stop::bad_input(field, &message));
    }
    Ok(Money::parse(text, currency)?)
}

/// Sorted, as rows have them.
fn needed_kinds(about: &AboutService) -> Result<Vec<ResourceKind>, Stop> {
    let mut kinds: Vec<ResourceKind> =
        about.kind.iter().map(|text| kind(text)).collect::<Result<_, _>>()?;
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

fn venue_ids(desk: &Desk, about: &AboutService) -> Result<Vec<VenueId>, Stop> {
    let venues = about.venue.iter().map(|text| Ok(desk.venue("venue", text)?.id));
    let mut ids: Vec<VenueId> = venues.collect::<Result<_, Stop>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn list(desk: &Desk, args: &Services) -> Ending {
    let venue = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let mut services: Vec<Service> = desk.replica.listed(&[], args.deleted)?;
    services.retain(|service| {
        let sold_at = |id| service.venue_ids.is_empty() || service.venue_ids.contains(&id);
        venue.as_ref().is_none_or(|venue| sold_at(venue.id))
    });
    let venues = desk.venue_names()?;
    let mut table = Table::new(&["name", "lasts", "price", "needs", "venues", "", "id"]);
    let mut rows = Vec::new();
    for service in &services {
        let kinds: Vec<&str> = service.needed_kinds.iter().map(|kind| kind.as_str()).collect();
        table.row([
            service.name.clone(),
            format!("{} min", service.duration_minutes),
            service.price.map(|price| price.to_string()).unwrap_or_default(),
            kinds.join(", "),
            if service.venue_ids.is_empty() {
                "all".into()
            } else {
                joined(&service.venue_ids, &venues)
            },
            state(service).into(),
            service.id.to_string(),
        ]);
        let mut row = json!(service);
        row["venues"] = named(&service.venue_ids, &venues);
        rows.push(row);
    }
    Ok(Answer::new(listed("services", rows), table.or("Nothing is sold yet.")))
}

fn state(service: &Service) -> &'static str {
    match (&service.deletion, service.active) {
        (Some(_), _) => "deleted",
        (None, true) => "",
        (None, false) => "cannot be booked",
    }
}
