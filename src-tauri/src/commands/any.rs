//! Commands and rows as they are in the domain: one way in for every form that needs no view of its
//! own. What a command means, and who may give it, the domain says.

use super::{TheDesk, id, local, require_venue};
use crate::problem;
use crate::view::{
    AnyJson, BoardBooking, Colours, CustomerBooking, PlaceNames, Problem, QueuedRequest,
    ResolvedStay, RowsWanted, Standing, Submitted, Weighed, add_clashes, wall_at, with_texts,
};
use holdfast_domain::{
    AvailabilityException, Change, Command, Decision, Entity, LocalNote, Refusal, Right, Stay,
    Timestamp, VenueId,
};
use holdfast_replica::query::Request;
use holdfast_replica::{Filter, Listed, Replica, Submission, now};
use std::collections::BTreeMap;

/// Gives a command, with the terms that hold now.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn submit(desk: TheDesk<'_>, command: AnyJson) -> Result<Submitted, Problem> {
    let command = read(command)?;
    desk.act(|replica, now| given(replica, command, now))
}

/// Gives a command, with the terms that hold at `now`.
pub(super) fn given(
    replica: &mut Replica,
    command: Command,
    now: Timestamp,
) -> Result<Submitted, Problem> {
    let command = replica.with_terms(command, now)?;
    let warnings = warnings(replica, &command, now)?;
    let submitted = match replica.submit(&command, now)? {
        Submission::Refused(refusal) => {
            let mut refusal = refusal.notice();
            add_clashes(replica, &command, &mut refusal, now)?;
            return Err(problem::noticed(refusal));
        }
        done => told(done)?,
    };
    Ok(Submitted { warnings, ..submitted })
}

/// What came of a command, or why not.
pub(super) fn told(submission: Submission) -> Result<Submitted, Problem> {
    let (operation_id, standing) = match submission {
        Submission::Refused(refusal) => return Err(refusal.into()),
        Submission::Done(receipt) => (receipt.operation_id.to_string(), receipt.standing),
        Submission::Unchanged => (String::new(), holdfast_replica::Standing::Committed),
    };
    Ok(Submitted { operation_id, standing: Standing::from(standing), warnings: Vec::new() })
}

/// What would become of a command, said before the click. Saves nothing.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn weigh(desk: TheDesk<'_>, command: AnyJson) -> Result<Weighed, Problem> {
    let command = read(command)?;
    desk.ask(|replica| {
        let command = replica.with_terms(command, now())?;
        let (decision, refusal) = match replica.weigh(&command, now())? {
            Ok(decision) => (decision, None),
            Err(refusal) => (Decision::default(), Some(problem::refused(&refusal))),
        };
        Ok(Weighed {
            command: written(&command)?,
            refusal,
            warnings: decision.warnings.iter().map(Refusal::warning).collect(),
            changes: decision.changes.iter().map(written).collect::<Result<_, _>>()?,
        })
    })
}

/// The rows of one sort that hold certain words or ids, in the order that people expect. Amounts have
/// their text with them.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn rows(desk: TheDesk<'_>, wanted: RowsWanted) -> Result<Vec<AnyJson>, Problem> {
    let entity = entity(&wanted.entity)?;
    let columns: Vec<(&str, &str)> =
        wanted.columns.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.ask(|replica| {
        if entity == Entity::DataRequest {
            replica.require_right(Right::Privacy)??;
        }
        let rows = replica.rows(entity, &columns, wanted.deleted)?;
        rows.iter().map(row).collect()
    })
}

/// The open bookings that closures, time off, maintenance or blocks would hit, each once, by start.
/// What is sent are the rows.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn bookings_hit(
    desk: TheDesk<'_>,
    exceptions: Vec<AnyJson>,
) -> Result<Vec<BoardBooking>, Problem> {
    let read = |AnyJson(row)| serde_json::from_value::<AvailabilityException>(row);
    let exceptions: Vec<AvailabilityException> = exceptions
        .into_iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|error| problem::invalid("exceptions", error.to_string()))?;
    desk.ask(|replica| {
        let mut hit = BTreeMap::new();
        for exception in &exceptions {
            let found = replica.hit_by(exception)?;
            hit.extend(
                found.into_iter().map(|it| ((it.booking.stay.starts_at, it.booking.id), it)),
            );
        }
        listed(replica, &hit.into_values().collect::<Vec<_>>())
    })
}

/// The open bookings to come that hang on a row, by start: what stands when it is deleted.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn bookings_ahead(
    desk: TheDesk<'_>,
    entity: String,
    row_id: String,
) -> Result<Vec<BoardBooking>, Problem> {
    let (entity, row_id) = (self::entity(&entity)?, id("row_id", &row_id)?);
    desk.ask(|replica| listed(replica, &replica.bookings_ahead(entity, row_id, now())?))
}

/// The bookings that wait for approval, first asked first.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn requests(desk: TheDesk<'_>, venue_id: String) -> Result<Vec<QueuedRequest>, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    desk.ask(|replica| {
        let colours = Colours::of(replica)?;
        let zone = require_venue(replica, venue_id)?.timezone;
        let queued = |request: &Request| QueuedRequest {
            booking: BoardBooking::of(&request.listed, &colours),
            customer_note: request.listed.booking.customer_note.clone(),
            local_asked: wall_at(zone, request.listed.booking.made_at),
            approve_by: request.listed.booking.approve_by.map(|at| wall_at(zone, at)),
            rivals: crate::view::count(request.competes_with.len() as u64),
            lapsed: request.lapsed,
            refusal: request.refusal.as_ref().map(problem::refused),
        };
        Ok(replica.requests(Some(venue_id), now())?.iter().map(queued).collect())
    })
}

/// The bookings of a customer, and the classes in which they have a place, by start, ended ones too.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn customer_bookings(
    desk: TheDesk<'_>,
    customer_id: String,
) -> Result<Vec<CustomerBooking>, Problem> {
    let customer_id = Some(id("customer_id", &customer_id)?);
    let filter = Filter { customer_id, with_ended: true, ..Filter::default() };
    desk.ask(|replica| {
        let found = replica.list(&filter)?;
        let shown = listed(replica, &found)?.into_iter().zip(&found);
        let place = |of: &Listed| of.place.map_or("", |place| place.as_str()).to_owned();
        let names = PlaceNames::of(replica)?;
        let with = |(booking, of): (BoardBooking, &Listed)| CustomerBooking {
            booking,
            place: place(of),
            place_name: names.say(&of.booking),
        };
        Ok(shown.map(with).collect())
    })
}

fn listed(replica: &Replica, bookings: &[Listed]) -> Result<Vec<BoardBooking>, Problem> {
    let colours = Colours::of(replica)?;
    Ok(bookings.iter().map(|listed| BoardBooking::of(listed, &colours)).collect())
}

/// A time on the wall of a venue as commands carry it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn resolve_stay(
    desk: TheDesk<'_>,
    venue_id: String,
    start: String,
    end: String,
) -> Result<ResolvedStay, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    let (start, end) = (local("start", &start)?, local("end", &end)?);
    desk.ask(|replica| {
        let venue = require_venue(replica, venue_id)?;
        let (stay, notes) = Stay::resolve(venue.timezone, start, end);
        let notes = notes.iter().map(LocalNote::message).collect();
        Ok(ResolvedStay { stay: written(&stay)?, notes })
    })
}

pub(super) fn read(command: AnyJson) -> Result<Command, Problem> {
    serde_json::from_value(command.0)
        .map_err(|error| problem::invalid("command", error.to_string()))
}

fn entity(word: &str) -> Result<Entity, Problem> {
    word.parse().map_err(|error| problem::invalid("entity", error))
}

/// What the person should know although nothing speaks against it.
pub(super) fn warnings(
    replica: &Replica,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<String>, Problem> {
    let decision = replica.weigh(command, now)?;
    Ok(decision.map(|it| it.warnings.iter().map(Refusal::message).collect()).unwrap_or_default())
}

fn row(change: &Change) -> Result<AnyJson, Problem> {
    let mut row = change.to_row().map_err(unwritable)?;
    with_texts(&mut row);
    Ok(AnyJson(row))
}

pub(super) fn written<T: serde::Serialize>(value: &T) -> Result<AnyJson, Problem> {
    serde_json::to_value(value).map(AnyJson).map_err(unwritable)
}

/// Never, for what was read or decided.
fn unwritable(error: serde_json::Error) -> Problem {
    holdfast_replica::Failure::Corrupt(error.to_string()).into()
}
