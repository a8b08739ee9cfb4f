//! Taking over calendars: bookings and series, or the closures that public holidays make.

use super::exception::{bookings_hit, told_hit};
use super::report::date;
use crate::args::{ClosureImport, Import};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use chrono::NaiveDate;
use holdfast_domain::{AvailabilityException, ExceptionId, ExceptionKind, Stay, VenueId};
use holdfast_replica::import::{CalendarOptions, CalendarReport, Fate, Place, PlaceField, Taken};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn import(desk: &mut Desk, path: &Path, args: &Import) -> Ending {
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let (from, to) = days(args.ics.from.as_deref(), args.ics.to.as_deref())?;
    let options = CalendarOptions {
        venue_id: venue.id,
        place: place(desk, args, venue.id)?,
        from,
        to,
        dry_run: args.dry_run,
    };
    Ok(answer(&desk.replica.import_calendar(path, &options, desk.at)?, false))
}

pub(super) fn closures(desk: &mut Desk, args: &ClosureImport) -> Ending {
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let days = days(args.from.as_deref(), args.to.as_deref())?;
    let (at, dry_run) = (desk.at, args.dry_run);
    let report = desk.replica.import_closures(&args.ics, venue.id, days, dry_run, at)?;
    let closed =
        report.occurrences.iter().filter(|it| matches!(it.outcome, Fate::Booked | Fate::WouldBook));
    let hit = bookings_hit(desk, closed.map(|it| closure(it, venue.id)))?;
    let mut answer = answer(&report, true);
    answer.text.push_str(&told_hit(&hit));
    answer.json["bookings_hit"] = json!(hit);
    Ok(answer)
}

/// The closure that an occurrence becomes.
fn closure(taken: &Taken, venue_id: VenueId) -> AvailabilityException {
    AvailabilityException {
        id: ExceptionId::default(),
        kind: ExceptionKind::Closure,
        venue_id,
        resource_id: None,
        staff_id: None,
        stay: Stay {
            starts_at: taken.starts_at,
            ends_at: taken.ends_at,
            local_start: taken.local_start,
            local_end: taken.local_end,
        },
        all_day: true,
        reason: taken.summary.clone(),
        group_id: None,
        withdrawn: false,
    }
}

fn place(desk: &Desk, args: &Import, venue_id: VenueId) -> Result<Place, Stop> {
    if let Some(name) = &args.ics.resource {
        return Ok(Place::On(desk.resource("resource", name, Some(venue_id))?.id));
    }
    match args.ics.resource_from.as_deref() {
        Some("categories") => Ok(Place::Named(PlaceField::Categories)),
        Some("location") => Ok(Place::Named(PlaceField::Location)),
        Some("summary") => Ok(Place::Named(PlaceField::Summary)),
        _ => {
            let message = "say on what it takes place: --resource NAME, or --resource-from \
                           categories, location or summary";
            Err(Stop::bad_input("resource", message))
        }
    }
}

/// The first and the last day that is taken.
fn days(
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Stop> {
    let day = |field, text: Option<&str>| text.map(|text| date(field, text)).transpose();
    let (from, to) = (day("from", from)?, day("to", to)?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        let message = "the period ends before it starts; choose a later --to";
        return Err(Stop::bad_input("to", message));
    }
    Ok((from, to))
}

fn answer(report: &CalendarReport, closures: bool) -> Answer {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for taken in &report.occurrences {
        *counts.entry(word(taken.outcome)).or_default() += 1;
    }
    let mut json = json!(report);
    json["counts"] = json!(counts);
    Answer::new(json, told(report, &counts, closures))
}

fn word(outcome: Fate) -> String {
    json!(outcome).as_str().unwrap_or_default().to_owned()
}

/// What came of it, for people: nothing is booked where a venue is closed.
fn said(word: &str, closures: bool) -> String {
    match (word, closures) {
        ("would_book", true) => "would be entered".into(),
        ("booked", true) => "entered".into(),
        _ => word.replace('_', " "),
    }
}

fn told(report: &CalendarReport, counts: &BTreeMap<String, u64>, closures: bool) -> String {
    let mut table = Table::new(&["start", "end", "resource", "title", "outcome", ""]);
    let wall = |local: chrono::NaiveDateTime| local.format("%Y-%m-%d %H:%M").to_string();
    for taken in &report.occurrences {
        table.row([
            wall(taken.local_start),
            wall(taken.local_end),
            taken.resource.clone().unwrap_or_default(),
            taken.summary.chars().take(40).collect(),
            said(&word(taken.outcome), closures),
            taken.message.clone().unwrap_or_default(),
        ]);
    }
    let mut text = table.or("There is nothing in this calendar for these days.\n");
    let counts: Vec<String> =
        counts.iter().map(|(word, count)| format!("{count} {}", said(word, closures))).collect();
    if !counts.is_empty() {
        text.push_str(&format!("\n{}.\n", counts.join(", ")));
    }
    let notes = report.occurrences.iter().flat_map(|taken| {
        taken.notes.iter().map(|note| format!("  {}: {note}\n", wall(taken.local_start)))
    });
    let problems = report.problems.iter().map(|it| format!("  line {}: {}\n", it.line, it.message));
    let said: Vec<String> = notes.chain(problems).collect();
    if !said.is_empty() {
        text.push_str("\nTo be said:\n");
        said.iter().for_each(|line| text.push_str(&format!("  {}\n", tame(line.trim()))));
    }
    if report.dry_run {
        text.push_str("\nThis was a dry run: nothing was saved.\n");
    }
    text
}
