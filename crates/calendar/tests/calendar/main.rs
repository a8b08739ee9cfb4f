//! Calendars written by hand, and the instants that they mean, worked out by hand.

mod days;
mod hostile;
mod overrides;
mod reading;
mod recurrence;
mod zones;

use holdfast_calendar::{Agenda, Calendar, Occurrence, Options, occurrences, read};
use holdfast_domain::{Timestamp, Zone};

const BERLIN: &str = "Europe/Berlin";

/// A calendar around components, with the line ends of the RFC.
fn file(body: &str) -> String {
    let lines: Vec<_> = body.lines().map(str::trim_start).filter(|l| !l.is_empty()).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test\r\n{}\r\nEND:VCALENDAR\r\n",
        lines.join("\r\n")
    )
}

/// A calendar with one event of these lines.
fn event(lines: &str) -> String {
    file(&format!("BEGIN:VEVENT\nUID:one\n{lines}\nEND:VEVENT"))
}

fn calendar(text: &str) -> Calendar {
    read(text).expect("a calendar")
}

fn options(zone: &str) -> Options {
    Options::new(Zone::parse(zone).expect("a zone"))
}

/// What a text means at a venue in `zone`.
fn agenda(zone: &str, text: &str) -> Agenda {
    occurrences(&calendar(text), &options(zone))
}

/// As [`agenda`], of a text in which nothing is wrong.
fn sound(zone: &str, text: &str) -> Vec<Occurrence> {
    let calendar = calendar(text);
    assert_eq!(calendar.problems, []);
    let agenda = occurrences(&calendar, &options(zone));
    assert_eq!(agenda.problems, []);
    agenda.occurrences
}

/// `2026-03-02T09:00Z`, to the minute.
fn utc(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%dT%H:%MZ").to_string()
}

fn starts(found: &[Occurrence]) -> Vec<String> {
    found.iter().map(|found| utc(found.stay.starts_at)).collect()
}

/// From when until when, in UTC.
fn stays(found: &[Occurrence]) -> Vec<String> {
    let stay =
        |found: &Occurrence| format!("{} {}", utc(found.stay.starts_at), utc(found.stay.ends_at));
    found.iter().map(stay).collect()
}

/// From when until when, on the venue's wall.
fn walls(found: &[Occurrence]) -> Vec<String> {
    let wall = |found: &Occurrence| {
        let wall = |local: chrono::NaiveDateTime| local.format("%m-%d %H:%M").to_string();
        format!("{} to {}", wall(found.stay.local_start), wall(found.stay.local_end))
    };
    found.iter().map(wall).collect()
}

/// What all problems say, the file's and the agenda's.
fn complaints(zone: &str, text: &str) -> String {
    let calendar = calendar(text);
    let agenda = occurrences(&calendar, &options(zone));
    let all = calendar.problems.iter().chain(&agenda.problems);
    all.map(|problem| format!("{}: {}\n", problem.line, problem.message)).collect()
}
