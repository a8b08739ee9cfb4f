//! What is to be booked, on what terms: from what was typed to the command, for one booking and for
//! the dates of a series alike.

use super::booking::{text, until};
use super::resource::kind;
use super::service::amount;
use crate::args::{Book as Args, Terms};
use crate::desk::Desk;
use crate::stop::{Exit, Stop};
use crate::when::{self, Until};
use holdfast_domain::command::{Book, Request};
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{BookingId, Command, Event, Resource, ResourceKind, Service, Venue};
use holdfast_replica::draft::{self, Choice};
use serde_json::json;

/// What somebody wants to book.
pub(super) struct Wish {
    pub(super) book: Book,
    pub(super) venue: Venue,
    /// What the clock made of the times.
    pub(super) notes: Vec<String>,
    /// What was chosen of the kinds asked for.
    pub(super) chosen: Vec<Resource>,
}

/// Reads what is to be booked.
pub(super) fn book(desk: &Desk, args: &Args) -> Result<Wish, Stop> {
    let named = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let resources = desk.resources(&args.resource, named.as_ref().map(|venue| venue.id))?;
    let venue = desk.venue_for(named, &resources)?;
    let service = args.service.as_deref().map(|text| desk.service("service", text)).transpose()?;
    let customer = args.customer.as_deref().map(|text| desk.customer("customer", text));
    let start = when::local("start", &args.start)?;
    let until = until(args.minutes, args.end.as_deref())?;
    let lasts = service.as_ref().map_or(0, |it| i64::from(it.duration_minutes) * MINUTE_MS);
    let (stay, notes) = when::stay(venue.timezone, start, until.unwrap_or(Until::Elapsed(lasts)));
    let resource_ids = resources.iter().map(|resource| resource.id).collect();
    let mut book = Book::new(BookingId(draft::new_id()), venue.id, resource_ids, stay);
    book.customer_id = customer.transpose()?.map(|customer| customer.id);
    book.text = text(&args.text)?;
    book.service_id = service.as_ref().map(|service| service.id);
    terms(desk, &args.terms, &venue, &mut book)?;
    let kinds = kinds(&args.kind, &args.resource, service.as_ref())?;
    let mut book = with_terms(desk, book)?;
    let chosen = chosen(desk, &book, &kinds)?;
    book.resource_ids.extend(chosen.iter().map(|resource| resource.id));
    package(desk, args.terms.package.as_deref(), &mut book)?;
    Ok(Wish { book, venue, notes, chosen })
}

fn with_terms(desk: &Desk, book: Book) -> Result<Book, Stop> {
    match desk.replica.with_terms(Command::Book(book.clone()), desk.at)? {
        Command::Book(book) => Ok(book),
        _ => Ok(book),
    }
}

fn terms(desk: &Desk, terms: &Terms, venue: &Venue, book: &mut Book) -> Result<(), Stop> {
    if let Some(price) = &terms.price {
        book.price = Some(amount("price", price, venue.currency)?);
        book.price_agreed = true;
    }
    if let Some(text) = &terms.event {
        let event: Event = desk.event("event", text)?;
        book.event_id = Some(event.id);
        book.capacity = Some(event.capacity);
        if book.text.title.is_empty() {
            book.text.title = event.title;
        }
    }
    book.capacity = terms.capacity.or(book.capacity);
    book.credits = terms.credits.unwrap_or_default();
    // With what deadline, and whether it competes, is the venue's policy.
    book.request = terms.request.then_some(Request { competing: false, approve_by: None });
    book.outside_hours_reason.clone_from(&terms.outside_hours_reason);
    Ok(())
}

/// The kinds of which any free resource will do: those named, else, where no resource is named
/// either, those that the service needs.
fn kinds(
    named: &[String],
    resources: &[String],
    service: Option<&Service>,
) -> Result<Vec<ResourceKind>, Stop> {
    if !named.is_empty() {
        return named.iter().map(|text| kind(text)).collect();
    }
    let needed = service.map(|service| service.needed_kinds.clone()).unwrap_or_default();
    match (resources.is_empty(), needed.is_empty()) {
        (false, _) => Ok(Vec::new()),
        (true, false) => Ok(needed),
        (true, true) => {
            let message = "say what to book: --resource, --kind, or --service that needs a kind";
            Err(Stop::bad_input("resource", message))
        }
    }
}

fn chosen(desk: &Desk, book: &Book, kinds: &[ResourceKind]) -> Result<Vec<Resource>, Stop> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    match desk.replica.choose(book, kinds, desk.at)? {
        Choice::Of(chosen) if chosen.is_empty() => {
            let count = |kind| kinds.iter().filter(|it| **it == kind).count();
            let most = kinds.iter().copied().max_by_key(|kind| count(*kind));
            let kind = most.map_or("", ResourceKind::as_str);
            let message = format!(
                "this venue has not as many of kind {kind} that take bookings; ask for fewer"
            );
            let details = json!({ "field": "kind", "entity": "resource", "text": kind });
            Err(Stop::new(Exit::BadInput, "not_found", &message, details))
        }
        Choice::Of(chosen) => Ok(chosen),
        Choice::Refused(refusal) => Err(refusal.into()),
        Choice::NoneOf(kind) => {
            let message = format!("this venue has no {kind} that takes bookings");
            let details = json!({ "field": "kind", "entity": "resource", "text": kind });
            Err(Stop::new(Exit::BadInput, "not_found", &message, details))
        }
    }
}

/// The package that pays: the one named, or the one whose time is over first.
fn package(desk: &Desk, asked: Option<&str>, book: &mut Book) -> Result<(), Stop> {
    let Some(text) = asked else { return Ok(()) };
    if book.credits == 0 {
        book.credits = 1;
    }
    if text != "auto" {
        book.package_id = Some(desk.package("package", text, book.customer_id)?.id);
        return Ok(());
    }
    book.package_id = desk.replica.package_for(book)?;
    if book.package_id.is_some() {
        return Ok(());
    }
    let message = match book.customer_id {
        Some(_) => {
            "the customer has no package that pays for this; sell one (`holdfast package sell`), \
             name another with --package, or leave the credits out"
        }
        None => "a package is a customer's: say whose, with --customer",
    };
    let details = json!({ "field": "package", "entity": "package", "text": text });
    Err(Stop::new(Exit::BadInput, "not_found", message, details))
}
