//! What headquarters did not accept, and dealing with it.

use super::resource::add_clashes;
use super::{booking, changed, counted, listed, recurring};
use crate::desk::{Desk, saved};
use crate::lookup::{Names, joined, named, operation_id};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::{Exit, Stop};
use crate::when;
use holdfast_domain::schedule::Alternative;
use holdfast_domain::{Booking, BookingId, Command, Entity, ResourceId, VenueId};
use holdfast_protocol::Outcome;
use holdfast_replica::query::{HeldBy, InboxItem};
use serde_json::{Value, json};

pub(super) fn list(desk: &Desk) -> Ending {
    let names = desk.resource_names()?;
    let mut items = desk.replica.inbox(desk.at)?;
    let mut text = String::new();
    for item in &mut items {
        let clashes = add_clashes(desk, &item.command, &mut item.refusal)?;
        text.push_str(&told(desk, item, &clashes, &names)?);
    }
    let rows = items.iter().map(|item| row(item, &names)).collect();
    if items.is_empty() {
        text.push_str("The inbox is empty.");
    }
    Ok(Answer::new(listed("items", rows), text))
}

fn row(item: &InboxItem, names: &Names<ResourceId>) -> Value {
    let held_by = item.held_by.as_ref().map(|holder| match holder {
        HeldBy::Booking { who, stay } => {
            let mut holder = json!(stay);
            holder["kind"] = json!("booking");
            holder["who"] = json!(who);
            holder
        }
        HeldBy::BusyElsewhere => json!({ "kind": "busy_elsewhere" }),
    });
    let alternatives = item.alternatives.iter().map(|alternative| {
        let mut row = json!(alternative.stay);
        row["resources"] = named(&alternative.resource_ids, names);
        row
    });
    json!({
        "operation_id": item.operation.id,
        "seq": item.operation.seq,
        "at": item.operation.at,
        "sentence": item.sentence,
        "outcome": outcome(&item.outcome),
        "refusal": item.refusal,
        "held_by": held_by,
        "alternatives": alternatives.collect::<Vec<_>>(),
        "has_happened": item.has_happened,
        "has_rest": item.has_rest,
        "skipped": item.skipped,
        "command": item.command,
    })
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused { .. } => "refused",
        Outcome::DependentRefused { .. } => "dependent_refused",
        Outcome::Quarantined { .. } => "quarantined",
    }
}

fn told(
    desk: &Desk,
    item: &InboxItem,
    clashes: &[String],
    names: &Names<ResourceId>,
) -> Result<String, Stop> {
    let venue_id = match (venue_of(&item.command), item.command.edited()) {
        (None, Some((Entity::Booking, id))) => {
            desk.replica.get::<Booking>(BookingId(id))?.map(|it| it.venue_id)
        }
        (known, _) => known,
    };
    let venue = venue_id.map(|id| desk.replica.venue(id)).transpose()?.flatten();
    let during = |stay| venue.as_ref().map(|venue| booking::during(stay, venue.timezone));
    let mut text = format!("{}\n", tame(&item.sentence));
    text.push_str(&format!("  {}\n", tame(&item.refusal.message)));
    for line in desk.both_values(&item.refusal)?.iter().chain(clashes) {
        text.push_str(&format!("    {}\n", tame(line)));
    }
    match &item.held_by {
        Some(HeldBy::Booking { who, stay }) => {
            let who = if who.is_empty() { "Another booking" } else { who };
            text.push_str(&format!(
                "  {} has it: {}.\n",
                tame(who),
                during(stay).unwrap_or_default()
            ));
        }
        Some(HeldBy::BusyElsewhere) => text.push_str("  It is busy at another venue.\n"),
        None => {}
    }
    for (n, alternative) in (1..).zip(&item.alternatives) {
        let what = tame(&joined(&alternative.resource_ids, names));
        let when = during(&alternative.stay).unwrap_or_default();
        let id = item.operation.id;
        text.push_str(&format!("  {n}. {what}, {when}: `holdfast inbox book {id} {n}`\n"));
    }
    for date in &item.skipped {
        text.push_str(&format!("  No room on {}.\n", date.local_start.date()));
    }
    if item.has_rest {
        let id = item.operation.id;
        text.push_str(&format!("  The dates on which there is room: `holdfast inbox rest {id}`\n"));
    }
    let (done, reason) = match item.has_happened {
        true => ("It has happened all the same. Say what became of it:", " --reason TEXT"),
        false => ("Done with it?", ""),
    };
    text.push_str(&format!("  {done} `holdfast inbox settle {}{reason}`\n\n", item.operation.id));
    Ok(text)
}

pub(super) fn settled(desk: &Desk) -> Ending {
    let (names, staff, zone) = (desk.resource_names()?, desk.staff_names()?, desk.zone()?);
    let mut table = Table::new(&["settled", "by", "what", "what became of it"]);
    let mut rows = Vec::new();
    for (item, how) in desk.replica.settled()? {
        let by = how.by.and_then(|id| staff.get(&id).cloned()).unwrap_or_default();
        table.row([
            when::shown(zone, how.at),
            by.clone(),
            item.sentence.clone(),
            how.reason.clone(),
        ]);
        let mut row = row(&item, &names);
        row["settled_at"] = json!(how.at);
        row["settled_by"] = json!(how.by);
        row["settled_by_name"] = json!(by);
        row["settled_reason"] = json!(how.reason);
        rows.push(row);
    }
    Ok(Answer::new(listed("items", rows), table.or("Nothing was settled yet.")))
}

pub(super) fn book(desk: &mut Desk, operation: &str, number: u32) -> Ending {
    let id = operation_id(operation)?;
    let mut items = desk.replica.inbox(desk.at)?.into_iter();
    let item = items.find(|item| item.operation.id == id).ok_or_else(|| not_there(operation))?;
    let alternative = chosen(&item, number)?;
    let gone = || not_there(operation);
    let (booking_id, submission) =
        desk.replica.book_alternative(id, alternative, desk.at)?.ok_or_else(gone)?;
    let receipt = saved(submission)?;
    let venue = match venue_of(&item.command) {
        Some(venue_id) => desk.replica.venue(venue_id)?.ok_or_else(gone)?,
        None => return Err(gone()),
    };
    let at = (booking_id, alternative.stay);
    let place = booking::Place { notes: &[], venue: &venue, verb: "Booked instead" };
    booking::placed(desk, at, receipt.as_ref(), &place)
}

pub(super) fn book_rest(desk: &mut Desk, operation: &str) -> Ending {
    let id = operation_id(operation)?;
    let done = desk.replica.book_rest(id, desk.at)?;
    let (series_id, submission) = done.ok_or_else(|| not_there(operation))?;
    let receipt = saved(submission)?;
    let mut answer =
        changed("series_id", &series_id, receipt.as_ref(), "Booked where there is room.");
    recurring::told(desk, series_id, &mut answer)?;
    Ok(answer)
}

fn chosen(item: &InboxItem, number: u32) -> Result<&Alternative, Stop> {
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    index.and_then(|index| item.alternatives.get(index)).ok_or_else(|| {
        let message = match item.alternatives.len() {
            0 => "there is no alternative to this one; book anew, and settle it".into(),
            1 => "there is one alternative: 1".into(),
            count => format!("the alternatives are 1 to {count}"),
        };
        Stop::bad_input("number", &message)
    })
}

fn venue_of(command: &Command) -> Option<VenueId> {
    match command {
        Command::Book(book) => Some(book.venue_id),
        Command::ImportBooking(import) => Some(import.book.venue_id),
        Command::Reschedule(reschedule) => Some(reschedule.venue_id),
        Command::BookSeries(series) => Some(series.template.venue_id),
        _ => None,
    }
}

pub(super) fn settle(desk: &mut Desk, operation: &str, reason: &str) -> Ending {
    let id = operation_id(operation)?;
    let settled = desk.replica.settle(id, reason, desk.at)?.map_err(Stop::from)?;
    let credits = settled.ok_or_else(|| not_there(operation))?;
    let text = match credits {
        0 => "It is settled.".into(),
        _ => format!("It is settled. {} came back.", counted(credits, "credit")),
    };
    Ok(Answer::new(json!({ "operation_id": id, "settled": true, "credits": credits }), text))
}

fn not_there(text: &str) -> Stop {
    Stop::new(
        Exit::BadInput,
        "not_found",
        &format!("there is no operation {text} in the inbox; `holdfast inbox` lists them"),
        json!({ "field": "operation_id", "text": text }),
    )
}
