//! Venues.

use super::service::minutes;
use super::{changed, counted, either, listed, patch};
use crate::args::{Maybe, PolicyChange, VenueAdd, VenueEdit, Venues};
use crate::desk::Desk;
use crate::hours;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::EditVenue;
use holdfast_domain::{Command, Currency, Money, Policy, Product, Service, Tier, Venue, VenueId};
use holdfast_replica::draft;
use holdfast_replica::query::Shown;
use serde_json::{Value, json};

pub(super) fn add(desk: &mut Desk, args: &VenueAdd) -> Ending {
    let (venue_id, command) =
        draft::open_venue(&args.name, &args.timezone, &args.currency, args.slot_minutes)?;
    let receipt = desk.submit(&command)?;
    let done = format!("{} is open.", tame(&args.name));
    Ok(changed("venue_id", &venue_id, receipt.as_ref(), &done))
}

pub(super) fn edit(desk: &mut Desk, args: &VenueEdit) -> Ending {
    let venue = desk.venue("venue", &args.venue)?;
    let currency = args.currency.as_deref().map(Currency::parse).transpose()?;
    // Only what changes is said, so that it meets no change of the policy made elsewhere.
    let policy = Some(policy(&venue.policy, &args.policy)?).filter(|it| *it != venue.policy);
    let command = Command::EditVenue(EditVenue {
        venue_id: venue.id,
        name: patch(&venue.name, args.name.clone()),
        currency: patch(&venue.currency, currency),
        slot_minutes: patch(&venue.slot_minutes, args.slot_minutes),
        hours: patch(&venue.hours, args.hours.as_deref().map(hours::read).transpose()?),
        policy: patch(&venue.policy, policy),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&venue.name)));
    let mut answer = changed("venue_id", &venue.id, receipt.as_ref(), &done);
    let notes = currency.map(|it| priced_otherwise(desk, venue.id, it)).transpose()?;
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    notes.iter().for_each(|note| answer.text.push_str(&format!("  Note: {note}\n")));
    answer.json["notes"] = json!(notes);
    Ok(answer)
}

/// That some of what is sold at a venue has its price in another currency.
fn priced_otherwise(desk: &Desk, id: VenueId, currency: Currency) -> Result<Option<String>, Stop> {
    let other = |price: Option<Money>| price.is_some_and(|price| price.currency != currency);
    let services: Vec<Service> = desk.replica.listed(&[], false)?;
    let here = |it: &&Service| it.venue_ids.is_empty() || it.venue_ids.contains(&id);
    let services = services.iter().filter(here).filter(|it| other(it.price)).count();
    let products: Vec<Product> = desk.replica.listed(&[], false)?;
    let here = |it: &&Product| it.venue_id.is_none_or(|its| its == id);
    let products = products.iter().filter(here).filter(|it| other(it.price)).count();
    let some = [(services, "service"), (products, "product")].into_iter().filter(|it| it.0 > 0);
    let some: Vec<String> = some.map(|(count, noun)| counted(count, noun)).collect();
    Ok((!some.is_empty()).then(|| {
        let some = some.join(" and ");
        format!("Prices stay as they are: {some} still priced in another currency than {currency}.")
    }))
}

/// The policy as it will be.
fn policy(before: &Policy, args: &PolicyChange) -> Result<Policy, Stop> {
    let mut after = before.clone();
    let set = |field: &mut Option<u32>, given: Option<Maybe>| {
        *field = given.map_or(*field, |given| given.0);
    };
    if let Some(hours) = args.free_cancel_hours {
        after.free_cancel_minutes = minutes(hours);
    }
    set(&mut after.max_advance_days, args.max_advance_days);
    set(&mut after.approval_minutes, args.approval_minutes);
    set(&mut after.auto_lock_minutes, args.auto_lock_minutes);
    set(&mut after.retention_days, args.retention_days);
    after.min_notice_minutes = args.min_notice_minutes.unwrap_or(after.min_notice_minutes);
    after.points_per_unit = args.points_per_unit.unwrap_or(after.points_per_unit);
    if let Some(text) = &args.customer_overlap {
        after.customer_overlap = text
            .parse()
            .map_err(|problem: String| Stop::bad_input("customer_overlap", &problem))?;
    }
    let compete = either(args.requests_compete, args.requests_hold);
    after.requests_compete = compete.unwrap_or(after.requests_compete);
    if args.no_tiers || !args.tier.is_empty() {
        after.tiers = args.tier.iter().map(|text| tier(text)).collect::<Result<_, _>>()?;
    }
    Ok(after)
}

fn tier(text: &str) -> Result<Tier, Stop> {
    let read = |(name, points): (&str, &str)| {
        Some(Tier { name: name.trim().into(), points: points.trim().parse().ok()? })
    };
    text.rsplit_once('=').and_then(read).ok_or_else(|| {
        Stop::bad_input("tier", &format!("“{text}” is no tier; write it like gold=500"))
    })
}

pub(super) fn list(desk: &Desk, args: &Venues) -> Ending {
    let shown = if args.deleted { Shown::All } else { Shown::Kept };
    let venues = desk.replica.venues_shown(shown)?;
    let mut table = Table::new(&["", "name", "time zone", "currency", "slots", "hours", "id"]);
    for venue in &venues {
        table.row([
            match (&venue.deletion, is_home(desk, venue)) {
                (Some(_), _) => "deleted".into(),
                (None, true) => "*".into(),
                (None, false) => String::new(),
            },
            venue.name.clone(),
            venue.timezone.name().into(),
            venue.currency.to_string(),
            format!("{} min", venue.slot_minutes),
            match hours::shown(&venue.hours) {
                hours if hours.is_empty() => "always open".into(),
                hours => hours,
            },
            venue.id.to_string(),
        ]);
    }
    let rows: Result<Vec<Value>, Stop> = venues.iter().map(|venue| row(desk, venue)).collect();
    let text = format!("{table}* this desk stands here\n");
    Ok(Answer::new(
        listed("venues", rows?),
        if venues.is_empty() { "There is no venue yet.".into() } else { text },
    ))
}

fn row(desk: &Desk, venue: &Venue) -> Result<Value, Stop> {
    Ok(json!({
        "id": venue.id,
        "name": venue.name,
        "timezone": venue.timezone,
        "currency": venue.currency,
        "slot_minutes": venue.slot_minutes,
        "hours": venue.hours,
        "policy": venue.policy,
        "deletion": venue.deletion,
        "home": is_home(desk, venue),
    }))
}

fn is_home(desk: &Desk, venue: &Venue) -> bool {
    desk.identity.venue_id == Some(venue.id)
}
