//! Reports on some days at a venue: as tables, as JSON, and as CSV files.

use crate::args::Report as Args;
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table};
use crate::stop::{Exit, Stop};
use crate::when;
use chrono::{Datelike, Days as Forward, NaiveDate, NaiveDateTime, Weekday};
use holdfast_domain::report::Days;
use holdfast_domain::{Currency, Money, Timestamp, Venue, Zone};
use holdfast_replica::report::{Report, Section, Subject};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

pub(super) fn report(desk: &Desk, args: &Args) -> Ending {
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let days = days(venue.timezone, args, desk.at)?;
    let subject = Subject::ALL.iter().find(|subject| subject.as_str() == args.name);
    let subject = subject.ok_or_else(|| Stop::bad_input("name", "there is no such report"))?;
    let report = desk.replica.report(*subject, &venue, &days, desk.at)??;
    let mut json = json!({
        "report": args.name,
        "venue": { "id": venue.id, "name": venue.name, "timezone": venue.timezone },
        "from": days.dates().first(),
        "to": days.dates().last(),
    });
    for section in &report.sections {
        json[section.name] = Value::Array(section.rows.clone());
    }
    let mut text = shown(&report, &venue);
    if let Some(path) = &args.csv {
        let files = write_all(&report, path)?;
        let names: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        text = format!("Written to {}.\n", names.join(", "));
        json["files"] = json!(names);
    }
    Ok(Answer::new(json, text))
}

/// The days asked for; the rest of a week where only its beginning is, and this week without either.
fn days(zone: Zone, args: &Args, at: Timestamp) -> Result<Days, Stop> {
    let today = zone.date(at);
    let monday = today - Forward::new(today.weekday().num_days_from_monday().into());
    let from = match &args.from {
        Some(text) => date("from", text)?,
        None => monday,
    };
    let to = match &args.to {
        Some(text) => date("to", text)?,
        None => from + Forward::new(6 - u64::from(from.weekday().num_days_from_monday())),
    };
    Ok(Days::new(zone, from, to)?)
}

/// Reads a DATE.
pub(super) fn date(field: &str, text: &str) -> Result<NaiveDate, Stop> {
    let read = || (text.len() == 10).then(|| text.parse().ok()).flatten();
    read().ok_or_else(|| {
        let message = format!("--{field} “{text}” is not a date; write YYYY-MM-DD");
        Stop::bad_input(field, &message)
    })
}

fn shown(report: &Report, venue: &Venue) -> String {
    let mut text = String::new();
    for (n, section) in report.sections.iter().enumerate() {
        if n > 0 {
            text.push_str(&format!("\n{}\n", section.name.replace('_', " ")));
        }
        // An id takes half the line and tells a person nothing where there is a name, nor does an
        // instant beside the time on the wall.
        let unseen = ["resource_id", "service_id", "starts_at", "ends_at"];
        let seen: Vec<bool> = section.columns.iter().map(|name| !unseen.contains(name)).collect();
        let only = |cells: Vec<String>| {
            cells.into_iter().zip(&seen).filter(|(_, seen)| **seen).map(|(cell, _)| cell)
        };
        let heading: Vec<String> =
            only(section.columns.iter().map(|name| heading(name)).collect()).collect();
        let mut table = Table::new(&heading.iter().map(String::as_str).collect::<Vec<_>>());
        for (row, cells) in section.rows.iter().zip(cells(report.subject, section)) {
            let columns = section.columns.iter().zip(cells);
            let said = columns.map(|(name, cell)| readable(row, name, cell, venue));
            table.row(only(said.collect()));
        }
        text.push_str(&table.or("None.\n"));
    }
    text
}

/// `taken_minor` -> `taken`: for people an amount has its mark and its currency.
fn heading(column: &str) -> String {
    match column {
        "minor" => "amount".into(),
        "competing" => "holds its time".into(),
        other => other.strip_suffix("_minor").unwrap_or(other).replace('_', " "),
    }
}

/// A cell for people: money as money, weekdays by name, times on the venue's clock, and whether a
/// request holds its time, which one that competes does not.
fn readable(row: &Value, column: &str, cell: String, venue: &Venue) -> String {
    if column == "minor" || column.ends_with("_minor") {
        let currency = row["currency"].as_str().and_then(|code| Currency::parse(code).ok());
        let currency = currency.unwrap_or(venue.currency);
        return row[column].as_i64().map_or(cell, |minor| Money { minor, currency }.to_string());
    }
    if column == "weekday" {
        let day = row[column].as_u64().and_then(|day| u8::try_from(day).ok()?.checked_sub(1));
        let day = day.and_then(|day| Weekday::try_from(day).ok());
        return day.map_or(cell, |day| day.to_string());
    }
    if column == "competing" {
        return if row[column] == true { "not yet" } else { "yes" }.into();
    }
    if column == "local_start" || column == "local_end" {
        let local = cell.parse().ok().map(|at: NaiveDateTime| at.format("%a %Y-%m-%d %H:%M"));
        return local.map_or(cell.clone(), |local| local.to_string());
    }
    let instant = cell.ends_with('Z').then(|| chrono::DateTime::parse_from_rfc3339(&cell).ok());
    match instant.flatten() {
        Some(at) => when::shown(venue.timezone, Timestamp(at.timestamp_millis())),
        None => cell,
    }
}

/// The rows as texts. The sum of all services, and what is of none, have names for people and
/// spreadsheets.
fn cells(subject: Subject, section: &Section) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = section.cells().collect();
    let service = section.columns.iter().position(|name| *name == "service");
    if let (Subject::NoShows, Some(n)) = (subject, service) {
        for (row, cells) in section.rows.iter().zip(&mut all) {
            match row["service"].as_str() {
                None => cells[n] = "all".into(),
                Some("") => cells[n] = "no service".into(),
                Some(_) => {}
            }
        }
    }
    all
}

/// Writes the main list to `path`, and each further one beside it: `revenue-owed.csv`.
fn write_all(report: &Report, path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for (n, section) in report.sections.iter().enumerate() {
        let file = match n {
            0 => path.to_owned(),
            _ => beside(path, section.name),
        };
        std::fs::File::create(&file)
            .and_then(|mut out| out.write_all(csv(report.subject, section).as_bytes()))
            .map_err(|error| {
                let message = format!("{} cannot be written: {error}", file.display());
                let details = json!({ "path": file.to_string_lossy() });
                Stop::new(Exit::Failure, "file", &message, details)
            })?;
        files.push(file);
    }
    Ok(files)
}

fn beside(path: &Path, name: &str) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let dash = name.replace('_', "-");
    let file = match path.extension() {
        Some(extension) => format!("{stem}-{dash}.{}", extension.to_string_lossy()),
        None => format!("{stem}-{dash}"),
    };
    path.with_file_name(file)
}

fn csv(subject: Subject, section: &Section) -> String {
    let heading = section.columns.iter().map(|name| (*name).to_owned()).collect();
    let line = |cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        cells.join(",") + "\r\n"
    };
    std::iter::once(heading).chain(cells(subject, section)).map(line).collect()
}

/// A field of RFC 4180.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_need_quotes_have_them() {
        assert_eq!(quoted("Court 1"), "Court 1");
        assert_eq!(quoted("Hall, \"large\""), "\"Hall, \"\"large\"\"\"");
        assert_eq!(
            beside(Path::new("a/r.csv"), "packages_sold"),
            Path::new("a/r-packages-sold.csv")
        );
    }
}
