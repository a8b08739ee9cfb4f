//! Dated exceptions to the weekly hours: closures, time off, maintenance, blocks, openings. A closure
//! touches no booking; the answer lists those that it hits.

use super::bookings::{brief, brief_text};
use super::{changed, listed};
use crate::args::{
    ClosureCommand, ExceptionCommand, ExceptionRemove, Exceptions, OnResourceAdd,
    OnResourceCommand, TimeOffCommand, When,
};
use crate::desk::Desk;
use crate::lookup::id;
use crate::output::{Answer, Ending, Table};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::command::{AddExceptions, ExceptionTime, WithdrawExceptions};
use holdfast_domain::{
    AvailabilityException, Command, Entity, ExceptionId, ExceptionKind, Interval, Limit, LocalNote,
    Recurrence, Stay, Timestamp, Venue,
};
use holdfast_replica::draft;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn closure(desk: &mut Desk, command: &ClosureCommand) -> Ending {
    let args = match command {
        ClosureCommand::Add(args) => args,
        ClosureCommand::Import(args) => return super::ics::closures(desk, args),
    };
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let target = empty(ExceptionKind::Closure, &venue);
    add(desk, &venue, target, &args.when)
}

pub(super) fn time_off(desk: &mut Desk, command: &TimeOffCommand) -> Ending {
    let TimeOffCommand::Add(args) = command;
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let staff_id = Some(desk.staff("staff", &args.staff)?.id);
    let target = AddExceptions { staff_id, ..empty(ExceptionKind::TimeOff, &venue) };
    add(desk, &venue, target, &args.when)
}

pub(super) fn on_resource(
    desk: &mut Desk,
    kind: ExceptionKind,
    command: &OnResourceCommand,
) -> Ending {
    let OnResourceCommand::Add(OnResourceAdd { resource, venue, when }) = command;
    let named = venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let resource = desk.resource("resource", resource, named.as_ref().map(|venue| venue.id))?;
    let venue = desk.venue_for(named, std::slice::from_ref(&resource))?;
    let target = AddExceptions { resource_id: Some(resource.id), ..empty(kind, &venue) };
    add(desk, &venue, target, when)
}

fn empty(kind: ExceptionKind, venue: &Venue) -> AddExceptions {
    AddExceptions {
        kind,
        venue_id: venue.id,
        resource_id: None,
        staff_id: None,
        all_day: false,
        reason: String::new(),
        group_id: None,
        times: Vec::new(),
    }
}

fn add(desk: &mut Desk, venue: &Venue, mut target: AddExceptions, when: &When) -> Ending {
    let (stays, all_day, notes) = stays(venue, when)?;
    let group_id = when.rrule.is_some().then(draft::new_id);
    let time =
        |stay: &Stay| ExceptionTime { exception_id: ExceptionId(draft::new_id()), stay: *stay };
    let times: Vec<ExceptionTime> = stays.iter().map(time).collect();
    let ids: Vec<ExceptionId> = times.iter().map(|time| time.exception_id).collect();
    let kind = target.kind;
    target.all_day = all_day;
    target.reason.clone_from(&when.reason);
    target.group_id = group_id;
    target.times = times;
    let receipt = desk.submit(&Command::AddExceptions(target))?;
    let there = ids.iter().map(|id| desk.replica.get::<AvailabilityException>(*id));
    let there: Vec<_> = there.collect::<Result<_, _>>()?;
    let hit = bookings_hit(desk, there.into_iter().flatten())?;
    let kind = kind.as_str().replace('_', " ");
    let done = match ids.len() {
        1 => format!("Entered: {kind}."),
        times => format!("Entered: {kind}, {times} times."),
    };
    let mut answer = changed("exception_id", &ids[0], receipt.as_ref(), &done);
    for note in &notes {
        answer.text.push_str(&format!("  Note: {note}\n"));
    }
    answer.text.push_str(&told_hit(&hit));
    answer.json["exception_ids"] = json!(ids);
    answer.json["group_id"] = json!(group_id);
    answer.json["notes"] = json!(notes);
    answer.json["bookings_hit"] = json!(hit);
    Ok(answer)
}

/// Every time that is meant, whether in whole days, and what the clock makes of the times.
fn stays(venue: &Venue, when: &When) -> Result<(Vec<Stay>, bool, Vec<String>), Stop> {
    let zone = venue.timezone;
    let (start, end, all_day) = when::span(&when.from, when.to.as_deref(), when.all_day)?;
    let Some(rule) = &when.rrule else {
        let (stay, notes) = Stay::resolve(zone, start, end);
        return Ok((vec![stay], all_day, notes.iter().map(LocalNote::message).collect()));
    };
    let exdates: Result<Vec<_>, Stop> =
        when.exdate.iter().map(|text| when::local("exdate", text)).collect();
    let limit = match when.count {
        None => Limit::SERIES,
        Some(_) => super::series::limit(when.count)?,
    };
    let dates = Recurrence::parse(rule)?.expand(start, zone, &exdates?, limit)?;
    let stays = dates.occurrences.iter().map(|date| {
        let (ends_at, _) = zone.resolve(date.local + (end - start));
        let (local_start, local_end) = (date.local, zone.local(ends_at));
        Stay { starts_at: date.at, ends_at, local_start, local_end }
    });
    let notes = dates.occurrences.iter().filter_map(|date| date.note.as_ref());
    let stays: Vec<Stay> = stays.collect();
    if stays.is_empty() {
        return Err(Stop::bad_input("exdate", "every date of this rule is left out"));
    }
    Ok((stays, all_day, notes.map(LocalNote::message).collect()))
}

/// The open bookings that some exceptions hit, each once.
pub(super) fn bookings_hit(
    desk: &Desk,
    exceptions: impl IntoIterator<Item = AvailabilityException>,
) -> Result<Vec<Value>, Stop> {
    let names = desk.resource_names()?;
    let mut seen = BTreeSet::new();
    let mut hit = Vec::new();
    for exception in exceptions.into_iter().filter(|it| it.kind != ExceptionKind::Opening) {
        for booking in desk.replica.hit_by(&exception)? {
            if seen.insert(booking.booking.id) {
                hit.push(brief(&booking, &names));
            }
        }
    }
    Ok(hit)
}

/// The same for people; nothing where none is hit.
pub(super) fn told_hit(hit: &[Value]) -> String {
    if hit.is_empty() {
        return String::new();
    }
    let lines: String = hit.iter().map(|brief| format!("  {}\n", brief_text(brief))).collect();
    format!("\nIt hits these bookings; they stay until somebody moves them:\n{lines}")
}

pub(super) fn run(desk: &mut Desk, command: &ExceptionCommand) -> Ending {
    match command {
        ExceptionCommand::List(args) => list(desk, args),
        ExceptionCommand::Remove(args) => remove(desk, args),
    }
}

fn list(desk: &Desk, args: &Exceptions) -> Ending {
    let venue = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let resource = args.resource.as_deref().map(|text| desk.resource("resource", text, None));
    let resource_id = resource.transpose()?.map(|resource| resource.id);
    let staff = args.staff.as_deref().map(|text| desk.staff("staff", text)).transpose()?;
    let clock = match &venue {
        Some(venue) => venue.clone(),
        None => desk.venue_or_home(None)?,
    };
    let period = when::period(clock.timezone, args.from.as_deref(), args.to.as_deref())?;
    let from = if args.from.is_some() { period.starts_at() } else { desk.at };
    let period = Interval::new(from.min(period.ends_at()), period.ends_at()).unwrap_or(period);
    let mut found = desk.replica.exceptions(period, args.all)?;
    found.retain(|row| {
        args.kind.as_deref().is_none_or(|kind| row.kind.as_str() == kind)
            && venue.as_ref().is_none_or(|venue| row.venue_id == venue.id)
            && resource_id.is_none_or(|id| row.resource_id == Some(id))
            && staff.as_ref().is_none_or(|staff| row.staff_id == Some(staff.id))
    });
    told(desk, &found)
}

fn told(desk: &Desk, found: &[AvailabilityException]) -> Ending {
    let (venues, resources) = (desk.venue_names()?, desk.resource_names()?);
    let staff = desk.staff_names()?;
    let heading = ["from", "until", "what", "whom", "reason", "", "id", "group"];
    let mut table = Table::new(&heading);
    let mut rows = Vec::new();
    for row in found {
        let name = match (row.resource_id, row.staff_id) {
            (Some(id), _) => resources.get(&id),
            (_, Some(id)) => staff.get(&id),
            _ => venues.get(&row.venue_id),
        };
        let name = name.cloned().unwrap_or_default();
        table.row([
            row.stay.local_start.format("%a %Y-%m-%d %H:%M").to_string(),
            row.stay.local_end.format("%a %Y-%m-%d %H:%M").to_string(),
            row.kind.as_str().replace('_', " "),
            name.clone(),
            row.reason.clone(),
            if row.withdrawn { "taken back".into() } else { String::new() },
            row.id.to_string(),
            row.group_id.map(|id| id.to_string()).unwrap_or_default(),
        ]);
        let mut json = json!(row);
        json["name"] = json!(name);
        rows.push(json);
    }
    Ok(Answer::new(listed("exceptions", rows), table.or("There are none.")))
}

fn remove(desk: &mut Desk, args: &ExceptionRemove) -> Ending {
    let ids: Vec<ExceptionId> = match &args.group {
        None => args.id.iter().map(|text| id("id", text)).collect::<Result<_, _>>()?,
        Some(group) => of_group(desk, group)?,
    };
    let command = WithdrawExceptions { exception_ids: ids.clone(), restored: false };
    let receipt = desk.submit(&Command::WithdrawExceptions(command))?;
    let done = format!("Taken back: {}.", ids.len());
    let mut answer = changed("exception_id", &ids[0], receipt.as_ref(), &done);
    answer.json["exception_ids"] = json!(ids);
    Ok(answer)
}

/// Those of a group that are not over yet.
fn of_group(desk: &Desk, group: &str) -> Result<Vec<ExceptionId>, Stop> {
    let from_now = Interval::new(desk.at, Timestamp::RANGE.end);
    let all = match from_now {
        Some(period) => desk.replica.exceptions(period, false)?,
        None => Vec::new(),
    };
    let in_group = |row: &&AvailabilityException| {
        row.group_id.is_some_and(|id| id.to_string() == group.trim().to_lowercase())
    };
    let ids: Vec<ExceptionId> = all.iter().filter(in_group).map(|row| row.id).collect();
    if ids.is_empty() {
        let help = "`holdfast exception list` lists them.";
        return Err(Stop::not_found("group", Entity::AvailabilityException, group, help));
    }
    Ok(ids)
}
