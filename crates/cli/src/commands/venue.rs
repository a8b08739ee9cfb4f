//! Venues.

use super::{changed, listed, patch};
use crate::args::{VenueAdd, VenueEdit};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::EditVenue;
use holdfast_domain::{Command, Currency, Venue};
use holdfast_replica::draft;
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
    let command = Command::EditVenue(EditVenue {
        venue_id: venue.id,
        name: patch(&venue.name, args.name.clone()),
        currency: patch(&venue.currency, currency),
        slot_minutes: patch(&venue.slot_minutes, args.slot_minutes),
        ..EditVenue::default()
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&venue.name)));
    Ok(changed("venue_id", &venue.id, receipt.as_ref(), &done))
}

pub(super) fn list(desk: &Desk) -> Ending {
    let venues = desk.replica.venues()?;
    let mut table = Table::new(&["", "name", "time zone", "currency", "slots", "id"]);
    for venue in &venues {
        table.row([
            if is_home(desk, venue) { "*".into() } else { String::new() },
            venue.name.clone(),
            venue.timezone.name().into(),
            venue.currency.to_string(),
            format!("{} min", venue.slot_minutes),
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
        "home": is_home(desk, venue),
    }))
}

fn is_home(desk: &Desk, venue: &Venue) -> bool {
    desk.identity.venue_id == Some(venue.id)
}
