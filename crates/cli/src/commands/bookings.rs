//! Reading bookings, and the times between them.

use super::booking::during;
use super::resource::kind;
use super::{counted, listed as rows_of, worth};
use crate::args::{Free, List};
use crate::desk::Desk;
use crate::lookup::{Names, joined, named};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::account::Account;
use holdfast_domain::schedule::Ask;
use holdfast_domain::{
    Booking, BookingStatus, Cancellation, Entity, Interval, Money, Package, Resource, ResourceId,
    ResourceKind, Service, StaffId, Stay, Timestamp, Venue, VenueId, field,
};
use holdfast_replica::query::Shown;
use holdfast_replica::{Filter, Listed, Standing};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The longest period in which free times are looked for.
const FREE_DAYS_MAX: i64 = 366;

pub(super) fn list(desk: &Desk, args: &List) -> Ending {
    let venue = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let venue_id = venue.as_ref().map(|venue| venue.id);
    let resource = args.resource.as_deref().map(|text| desk.resource("resource", text, venue_id));
    let resource_id = resource.transpose()?.map(|resource| resource.id);
    let customer = args.customer.as_deref().map(|text| desk.customer("customer", text));
    let service = args.service.as_deref().map(|text| desk.service("service", text)).transpose()?;
    let event = args.event.as_deref().map(|text| desk.event("event", text)).transpose()?;
    let read = |text: &str| text.parse().map_err(|it: String| Stop::bad_input("status", &it));
    let filter = Filter {
        venue_id,
        status: args.status.as_deref().map(read).transpose()?,
        period: period(desk, args, venue)?,
        customer_id: customer.transpose()?.map(|customer| customer.id),
        with_ended: args.all || args.status.is_some(),
        ..Filter::default()
    };
    let mut bookings = desk.replica.list(&filter)?;
    bookings.retain(|Listed { booking, .. }| {
        resource_id.is_none_or(|id| booking.resource_ids.contains(&id))
            && service.as_ref().is_none_or(|service| booking.service_id == Some(service.id))
            && event.as_ref().is_none_or(|event| booking.event_id == Some(event.id))
    });
    told(desk, &bookings)
}

/// The period asked for, on the clock of the venue asked for, or of this desk's own.
fn period(desk: &Desk, args: &List, venue: Option<Venue>) -> Result<Option<Interval>, Stop> {
    if args.from.is_none() && args.to.is_none() {
        return Ok(None);
    }
    let venue = match venue {
        Some(venue) => venue,
        None => desk.venue_or_home(None)?,
    };
    when::period(venue.timezone, args.from.as_deref(), args.to.as_deref()).map(Some)
}

/// Several venues have several clocks: then each row says which is meant.
fn told(desk: &Desk, bookings: &[Listed]) -> Ending {
    let names = desk.resource_names()?;
    let venues: BTreeMap<VenueId, Venue> =
        desk.replica.venues_shown(Shown::All)?.into_iter().map(|row| (row.id, row)).collect();
    let mut table =
        Table::new(&["when", "venue", "what", "who", "title", "status", "standing", "id"]);
    let mut rows = Vec::with_capacity(bookings.len());
    for listed in bookings {
        let (booking, standing) = (&listed.booking, listed.standing());
        let venue = venues.get(&booking.venue_id).ok_or_else(|| Stop::vanished(Entity::Venue))?;
        table.row([
            during(&booking.stay, venue.timezone),
            venue.name.clone(),
            joined(&booking.resource_ids, &names),
            listed.customer_name.clone(),
            booking.title.clone(),
            status(listed),
            standing.as_str().replace('_', " "),
            booking.id.to_string(),
        ]);
        rows.push(row(listed, standing, &names));
    }
    Ok(Answer::new(rows_of("bookings", rows), table.or("There are no such bookings.")))
}

/// How it stands, and how the customer who was asked for is on its roster.
fn status(listed: &Listed) -> String {
    let status = listed.booking.status.as_str().replace('_', " ");
    match listed.place {
        Some(place) => format!("{status} (place: {place})"),
        None => status,
    }
}

pub(super) fn row(listed: &Listed, standing: Standing, names: &Names<ResourceId>) -> Value {
    let mut row = json!(listed.booking);
    row["customer_name"] = json!(listed.customer_name);
    row["resources"] = named(&listed.booking.resource_ids, names);
    row["standing"] = json!(standing);
    row["at_risk"] = json!(listed.at_risk);
    if let Some(place) = listed.place {
        row["place"] = json!(place);
    }
    row
}

/// A booking in one line of another answer.
pub(super) fn brief(listed: &Listed, names: &Names<ResourceId>) -> Value {
    let booking = &listed.booking;
    let mut brief = json!({
        "booking_id": booking.id,
        "local_start": booking.stay.local_start,
        "local_end": booking.stay.local_end,
        "status": booking.status,
        "resources": named(&booking.resource_ids, names),
        "customer_id": booking.customer_id,
        "customer_name": listed.customer_name,
        "title": booking.title,
    });
    if let Some(place) = listed.place {
        brief["place"] = json!(place);
    }
    brief
}

/// The same for people.
pub(super) fn brief_text(brief: &Value) -> String {
    let text = |key: &str| brief[key].as_str().unwrap_or_default().to_owned();
    let names = brief["resources"].as_array().into_iter().flatten();
    let names: Vec<&str> = names.filter_map(|it| it["name"].as_str()).collect();
    let mut status = text("status").replace('_', " ");
    if let Some(place) = brief["place"].as_str() {
        status.push_str(&format!(" (place: {place})"));
    }
    let whole =
        [when::lasts(brief), status, names.join(", "), text("customer_name"), text("title")];
    tame(&format!("{}  {}", whole.join("  ").trim_end(), text("booking_id")))
}

pub(super) fn show(desk: &Desk, id: &str) -> Ending {
    let (listed, venue) = desk.booking(id)?;
    let (standing, names) = (listed.standing(), desk.resource_names()?);
    let mut waiting = Vec::new();
    for kept in desk.replica.waiting_on(listed.booking.id)? {
        waiting.push(json!({
            "operation_id": kept.operation.id,
            "seq": kept.operation.seq,
            "at": kept.operation.at,
            "sentence": desk.replica.sentence(&kept.operation)?,
            "at_risk": kept.at_risk,
        }));
    }
    let mut json = row(&listed, standing, &names);
    json["venue"] = json!(venue);
    json["waiting"] = Value::Array(waiting);
    let (account, _) = desk.replica.account(&listed.booking)?;
    let service: Option<Service> =
        listed.booking.service_id.map(|id| desk.replica.get(id)).transpose()?.flatten();
    json["service"] = json!(service);
    json["paid"] = json!(account.paid);
    json["owed"] = json!(account.owed);
    let people = desk.staff_names()?;
    let mut table = Table::new(&[]);
    let package = match listed.booking.package_id {
        Some(id) => Some(desk.replica.get::<Package>(id)?.map(|it| it.name).unwrap_or_default()),
        None => None,
    };
    let paid_by = package.map(|name| credits(&name, &listed.booking)).unwrap_or_default();
    for (what, value) in lines(&listed, &venue, &names, (&people, &paid_by, &account)) {
        if !value.is_empty() {
            table.row([what.into(), value]);
        }
    }
    table.row(["standing".into(), worth(standing).into()]);
    if let Some(notice) = &listed.at_risk {
        table.row(["at risk".into(), notice.message.clone()]);
    }
    Ok(Answer::new(json, table.to_string()))
}

fn lines(
    listed: &Listed,
    venue: &Venue,
    names: &Names<ResourceId>,
    (people, paid_by, account): (&Names<StaffId>, &str, &Account),
) -> Vec<(&'static str, String)> {
    let booking: &Booking = &listed.booking;
    let cancellation = booking.cancellation.as_ref();
    let rejection = booking.rejection.as_ref();
    let money = |money: Option<Money>| money.map(|it| it.to_string()).unwrap_or_default();
    let source = booking.source.as_ref();
    let instant = |at: Timestamp| when::shown(venue.timezone, at);
    let by = |at: Timestamp, who: StaffId| {
        let who = people.get(&who).cloned().unwrap_or_else(|| who.to_string());
        format!("{} by {who}", instant(at))
    };
    let cancelled = |c: &Cancellation| {
        let late = if c.late { ", too late to be free" } else { "" };
        format!("{}{late}", by(c.cancelled_at, c.cancelled_by))
    };
    let confirmed = booking.confirmed_at.map(|at| match booking.confirmed_by {
        Some(who) => by(at, who),
        None => instant(at),
    });
    let is_pending = booking.status == BookingStatus::Pending;
    let deadline = booking.approve_by.filter(|_| is_pending);
    let competes = is_pending && booking.competing;
    vec![
        ("when", during(&booking.stay, venue.timezone)),
        ("venue", format!("{} ({})", venue.name, venue.timezone.name())),
        ("what", joined(&booking.resource_ids, names)),
        ("who", listed.customer_name.clone()),
        ("title", booking.title.clone()),
        ("description", booking.description.clone()),
        ("customer's note", booking.customer_note.clone()),
        ("staff's note", booking.staff_note.clone()),
        ("attendees", booking.attendee_count.to_string()),
        ("meeting", booking.meeting_url.clone()),
        ("service", booking.service_name.clone()),
        ("price", money(booking.price)),
        ("paid", money(account.paid)),
        ("owed", money(account.owed)),
        ("paid by", paid_by.into()),
        ("places", places(booking)),
        ("status", booking.status.as_str().replace('_', " ")),
        ("answer until", deadline.map(instant).unwrap_or_default()),
        ("competes", if competes { "yes, it holds no time yet" } else { "" }.into()),
        ("confirmed", confirmed.unwrap_or_default()),
        ("cancelled", cancellation.map(cancelled).unwrap_or_default()),
        ("on behalf of", cancellation.map(|c| c.initiator.to_string()).unwrap_or_default()),
        ("reason", cancellation.map(|c| c.reason.clone()).unwrap_or_default()),
        ("turned down", rejection.map(|r| by(r.rejected_at, r.rejected_by)).unwrap_or_default()),
        ("why", rejection.map(|r| r.reason.clone()).unwrap_or_default()),
        ("outside hours", booking.outside_hours_reason.clone()),
        ("made", by(booking.made_at, booking.made_by)),
        ("series", booking.series_id.map(|id| id.to_string()).unwrap_or_default()),
        ("imported from", source.map(|s| format!("{}, {}", s.name, s.id)).unwrap_or_default()),
        ("id", booking.id.to_string()),
    ]
}

/// The package that paid, and with how much.
fn credits(package: &str, booking: &Booking) -> String {
    let late = booking.cancellation.as_ref().is_some_and(|it| it.late);
    let is_back = match booking.status {
        BookingStatus::Cancelled => !late,
        status => status == BookingStatus::Rejected,
    };
    let back = if is_back { ", given back" } else { "" };
    format!("{package}, {}{back}", counted(booking.credits, "credit"))
}

fn places(booking: &Booking) -> String {
    let taken = |capacity| format!("{} of {capacity} taken", booking.places_taken);
    booking.capacity.map(taken).unwrap_or_default()
}

pub(super) fn free(desk: &Desk, args: &Free) -> Ending {
    let service = args.service.as_deref().map(|text| desk.service("service", text)).transpose()?;
    let (venue, resources) = searched(desk, args, service.as_ref())?;
    let lasts = service.as_ref().map(|service| i64::from(service.duration_minutes));
    let minutes = args.minutes.or(lasts).unwrap_or_default();
    field::range("minutes", minutes, 1, 24 * 60)?;
    let minutes = u32::try_from(minutes).unwrap_or(0);
    let asked = when::period(venue.timezone, Some(&args.from), Some(&args.to))?;
    if asked.duration_ms() > FREE_DAYS_MAX * 25 * 3_600_000 {
        let message = format!("free times are looked for in at most {FREE_DAYS_MAX} days");
        return Err(Stop::bad_input("to", &message));
    }
    let mut found = match bookable(desk, &venue, asked) {
        Some(within) => {
            let ask = Ask {
                within,
                minutes,
                buffer_before_minutes: service.as_ref().map_or(0, |it| it.buffer_before_minutes),
                buffer_after_minutes: service.as_ref().map_or(0, |it| it.buffer_after_minutes),
                now: Some(desk.at),
            };
            desk.replica.free(&venue, &resources, &ask)?
        }
        None => Vec::new(),
    };
    if let Some(service) = service.filter(|_| args.resource.is_empty() && args.kind.is_none()) {
        keep_what_serves(&mut found, &resources, &service.needed_kinds);
    }
    let mut notes = Vec::new();
    if !minutes.is_multiple_of(venue.slot_minutes) {
        let slot = venue.slot_minutes;
        notes.push(format!(
            "{minutes} minutes is not a multiple of this venue's grid of {slot} minutes."
        ));
    }
    Ok(free_told(&found, &resources, &notes, &venue))
}

/// Leaves the stays at which something of every kind is free.
fn keep_what_serves(
    found: &mut Vec<(ResourceId, Stay)>,
    resources: &[Resource],
    kinds: &[ResourceKind],
) {
    let kind_of: BTreeMap<ResourceId, ResourceKind> =
        resources.iter().map(|resource| (resource.id, resource.kind)).collect();
    let mut free_kinds: BTreeMap<Timestamp, BTreeSet<ResourceKind>> = BTreeMap::new();
    for (id, stay) in found.iter() {
        free_kinds.entry(stay.starts_at).or_default().extend(kind_of.get(id));
    }
    found.retain(|(_, stay)| {
        let free = free_kinds.get(&stay.starts_at);
        free.is_some_and(|free| kinds.iter().all(|kind| free.contains(kind)))
    });
}

/// Where free times are looked for: what was named, or what the venue has of a kind, or of the kinds
/// that a service needs.
fn searched(
    desk: &Desk,
    args: &Free,
    service: Option<&Service>,
) -> Result<(Venue, Vec<Resource>), Stop> {
    let named = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    if !args.resource.is_empty() {
        let resources = desk.resources(&args.resource, named.as_ref().map(|venue| venue.id))?;
        return Ok((desk.venue_for(named, &resources)?, resources));
    }
    let venue = match named {
        Some(venue) => venue,
        None => desk.venue_or_home(None)?,
    };
    let kinds: Vec<ResourceKind> = match (&args.kind, service) {
        (Some(text), _) => vec![kind(text)?],
        (None, Some(service)) => service.needed_kinds.clone(),
        (None, None) => Vec::new(),
    };
    let mut resources = desk.replica.resources()?;
    resources.retain(|resource| {
        resource.venue_ids.contains(&venue.id)
            && (kinds.is_empty() || kinds.contains(&resource.kind))
    });
    Ok((venue, resources))
}

/// What of a period may still be booked: nothing before the venue's today.
fn bookable(desk: &Desk, venue: &Venue, period: Interval) -> Option<Interval> {
    let today = venue.timezone.day_start(venue.timezone.date(desk.at));
    Interval::new(period.starts_at().max(today), period.ends_at())
}

fn free_told(
    found: &[(ResourceId, Stay)],
    resources: &[Resource],
    notes: &[String],
    venue: &Venue,
) -> Answer {
    let names: Names<ResourceId> =
        resources.iter().map(|resource| (resource.id, resource.name.clone())).collect();
    let mut table = Table::new(&["what", "when"]);
    let mut rows = Vec::with_capacity(found.len());
    for (id, stay) in found {
        let name = names.get(id).map_or("", String::as_str);
        table.row([name.into(), during(stay, venue.timezone)]);
        let mut row = json!(stay);
        row["resource_id"] = json!(id);
        row["resource"] = json!(name);
        rows.push(row);
    }
    let mut text: String = notes.iter().map(|note| format!("Note: {note}\n")).collect();
    text.push_str(&table.or(&format!("Nothing is free then at {}.", tame(&venue.name))));
    Answer::new(json!({ "free": rows, "notes": notes }), text)
}
