//! One VEVENT (RFC 5545, 3.6.1) as it is written: an event, a series, or what became of one
//! occurrence of a series.
//!
//! Zones are looked up here, but nothing is made an instant yet: that takes a venue. What is wrong
//! within an event is a problem and spoils that part only; an event without any start is none.

use crate::clock::{Clock, Clocks};
use crate::component::Component;
use crate::line::{Property, split};
use crate::moment::{End, Moment};
use crate::problem::{Problems, quoted};
use crate::rule::{RuleText, UTC};
use crate::value::{self, Written};
use chrono::NaiveDateTime;
use serde::Serialize;
use uuid::Uuid;

/// Longest text that is taken, in characters.
pub(crate) const TEXT_MAX: usize = 10_000;
/// Longest UID that is taken as it stands, in characters.
const UID_MAX: usize = 500;
/// Most dates that one event may add, and as many that it may exclude.
const DATES_MAX: usize = 10_000;
/// Most notes that go along with each occurrence.
const NOTES_MAX: usize = 5;
/// Most categories of one event.
const CATEGORIES_MAX: usize = 50;
/// UIDs that we make are UUIDv5 in this namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x7b0f_3f53_8a39_4a4e_9b5e_0a6f_4c1d_2e85);

/// Whether an event takes place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It does. So says the file, or it says nothing.
    #[default]
    Confirmed,
    /// Perhaps.
    Tentative,
    /// It does not, though it was to.
    Cancelled,
}

/// One VEVENT.
#[derive(Clone, Debug)]
pub struct Event {
    /// Shared by a series and what became of its occurrences. Where the file has none, it is made
    /// from when and what the event is, and the same each time.
    pub uid: String,
    /// Where it begins in the file.
    pub line: usize,
    /// Its title.
    pub summary: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Where it takes place, in somebody's words.
    pub location: Option<String>,
    /// Words to sort it by.
    pub categories: Vec<String>,
    /// Whether it takes place.
    pub status: Status,
    /// Whether it leaves people free (TRANSP:TRANSPARENT), as birthdays do.
    pub transparent: bool,
    /// How often its organiser changed it. The highest of one UID is what holds.
    pub sequence: u64,
    /// When it was last written; decides between equal sequences.
    pub(crate) stamp: Option<NaiveDateTime>,
    pub(crate) start: Moment,
    pub(crate) end: End,
    pub(crate) rules: Vec<RuleText>,
    /// EXRULE, which the RFC no longer has and files do.
    pub(crate) exrules: Vec<RuleText>,
    pub(crate) rdates: Vec<(Moment, End)>,
    pub(crate) exdates: Vec<Moment>,
    /// The original start of the occurrence that this is about, where it is about one.
    pub(crate) recurrence_id: Option<Moment>,
    /// Whether all later occurrences are meant, too.
    pub(crate) and_future: bool,
    /// What has to be said beside each of its occurrences.
    pub(crate) notes: Vec<String>,
}

impl Event {
    /// Whether it takes place more than once by what it says itself.
    #[must_use]
    pub fn recurs(&self) -> bool {
        !self.rules.is_empty() || !self.rdates.is_empty()
    }

    /// Whether it says what became of an occurrence of a series.
    #[must_use]
    pub fn is_override(&self) -> bool {
        self.recurrence_id.is_some()
    }

    /// Its rules as written, without RRULE; none where it has none.
    #[must_use]
    pub fn rule(&self) -> Option<String> {
        let rules: Vec<_> = self.rules.iter().map(|rule| rule.text.as_str()).collect();
        (!rules.is_empty()).then(|| rules.join("\n"))
    }
}

/// Reads one VEVENT; none where it does not say when it starts.
pub(crate) fn read(
    vevent: &Component,
    clocks: &mut Clocks,
    problems: &mut Problems,
) -> Option<Event> {
    let mut reader = Reader { uid: uid(vevent), vevent, clocks, problems, notes: Vec::new() };
    if !vevent.ended {
        reader.notes.push("The file breaks off within it; it may be incomplete.".into());
    }
    let status = reader.status();
    let recurrence_id = reader.moment("RECURRENCE-ID");
    let start = match reader.moment("DTSTART") {
        Some(start) => start,
        // A cancellation often says no more than what it cancels.
        None if status == Status::Cancelled && recurrence_id.is_some() => recurrence_id.clone()?,
        None => {
            reader.problem(vevent.line, "It does not say when it starts (DTSTART); left out.");
            return None;
        }
    };
    let range = vevent.get("RECURRENCE-ID").and_then(|id| id.param("RANGE"));
    let mut event = Event {
        uid: String::new(),
        line: vevent.line,
        summary: reader.text("SUMMARY"),
        description: reader.text("DESCRIPTION"),
        location: reader.text("LOCATION"),
        categories: reader.categories(),
        status,
        transparent: vevent
            .get("TRANSP")
            .is_some_and(|transp| transp.value.trim().eq_ignore_ascii_case("TRANSPARENT")),
        sequence: vevent.get("SEQUENCE").and_then(|n| n.value.trim().parse().ok()).unwrap_or(0),
        stamp: stamp(vevent),
        start,
        end: reader.end(),
        rules: rules(vevent, "RRULE"),
        exrules: rules(vevent, "EXRULE"),
        rdates: reader.list("RDATE"),
        exdates: reader.list("EXDATE").into_iter().map(|(moment, _)| moment).collect(),
        recurrence_id,
        and_future: range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
        notes: Vec::new(),
    };
    if event.is_override() && event.recurs() {
        let message = "It changes one occurrence and recurs itself; its own rule is left out.";
        reader.problem(vevent.line, message);
        (event.rules, event.rdates) = (Vec::new(), Vec::new());
    }
    event.notes = reader.notes;
    event.uid = reader.uid;
    Some(event)
}

/// An event on its way out of its component.
struct Reader<'a> {
    uid: String,
    vevent: &'a Component,
    clocks: &'a mut Clocks,
    problems: &'a mut Problems,
    notes: Vec<String>,
}

impl Reader<'_> {
    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.add(line, Some(&self.uid), message);
    }

    fn status(&mut self) -> Status {
        let Some(status) = self.vevent.get("STATUS") else { return Status::Confirmed };
        match status.value.trim().to_ascii_uppercase().as_str() {
            "CONFIRMED" => Status::Confirmed,
            "TENTATIVE" => Status::Tentative,
            "CANCELLED" | "CANCELED" => Status::Cancelled,
            _ => {
                let message = format!(
                    "Its status {} is unknown; it is taken as confirmed.",
                    quoted(&status.value)
                );
                self.problem(status.line, message);
                Status::Confirmed
            }
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let property = self.vevent.get(name)?;
        let text = property.text();
        let mut text = text.trim();
        if let Some((end, _)) = text.char_indices().nth(TEXT_MAX) {
            text = &text[..end];
            let message = format!("Its {name} is cut after {TEXT_MAX} characters.");
            self.problem(property.line, message);
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn categories(&self) -> Vec<String> {
        let all = self.vevent.all("CATEGORIES").flat_map(Property::texts);
        let cut = all.map(|word| word.trim().chars().take(100).collect::<String>());
        cut.filter(|word| !word.is_empty()).take(CATEGORIES_MAX).collect()
    }

    fn moment(&mut self, name: &str) -> Option<Moment> {
        let property = self.vevent.get(name)?;
        self.written(property, &property.value)
    }

    fn end(&mut self) -> End {
        if let Some(end) = self.moment("DTEND") {
            return End::At(end);
        }
        let Some(property) = self.vevent.get("DURATION") else { return End::Unwritten };
        match value::length(&property.value) {
            Some(length) => End::Lasting(length),
            None => {
                let message = format!("Its duration {} is unreadable.", quoted(&property.value));
                self.problem(property.line, message);
                End::Unwritten
            }
        }
    }

    /// The moments of EXDATE and RDATE; the latter may be periods with an end of their own.
    fn list(&mut self, name: &str) -> Vec<(Moment, End)> {
        let mut found = Vec::new();
        for property in self.vevent.all(name) {
            for part in split(&property.value, ',').filter(|part| !part.trim().is_empty()) {
                if found.len() == DATES_MAX {
                    let message =
                        format!("It has more than {DATES_MAX} {name}; the rest is left out.");
                    self.problem(property.line, message);
                    return found;
                }
                let (start, end) = part.split_once('/').unwrap_or((part, ""));
                let end = match value::length(end) {
                    Some(length) => End::Lasting(length),
                    None if end.is_empty() => End::Unwritten,
                    None => self.written(property, end).map_or(End::Unwritten, End::At),
                };
                found.extend(self.written(property, start).map(|start| (start, end)));
            }
        }
        found
    }

    fn written(&mut self, property: &Property, text: &str) -> Option<Moment> {
        let Some(written) = value::written(text) else {
            let message =
                format!("Its {} {} is no date or time; left out.", property.name, quoted(text));
            self.problem(property.line, message);
            return None;
        };
        let only_day =
            property.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        Some(match written {
            Written::Date(date) => Moment::Day(date),
            Written::Time { wall, .. } if only_day => Moment::Day(wall.date()),
            Written::Time { wall, utc: true } => {
                Moment::Time { wall, clock: Some(Clock::Zone(*UTC)) }
            }
            Written::Time { wall, utc: false } => {
                let tzid = property.param("TZID");
                let clock = tzid.and_then(|id| self.clocks.get(id, property.line, self.problems));
                if let (Some(tzid), None) = (tzid, &clock) {
                    let note = format!("Its time zone {} is unknown; taken as here.", quoted(tzid));
                    if self.notes.len() < NOTES_MAX && !self.notes.contains(&note) {
                        self.notes.push(note);
                    }
                }
                Moment::Time { wall, clock }
            }
        })
    }
}

fn rules(vevent: &Component, name: &str) -> Vec<RuleText> {
    let rule = |rule: &Property| RuleText { line: rule.line, text: rule.value.trim().to_owned() };
    vevent.all(name).map(rule).filter(|rule| !rule.text.is_empty()).collect()
}

fn stamp(vevent: &Component) -> Option<NaiveDateTime> {
    ["LAST-MODIFIED", "DTSTAMP"].into_iter().find_map(|name| {
        match value::written(&vevent.get(name)?.value)? {
            Written::Time { wall, .. } => Some(wall),
            Written::Date(date) => Some(date.into()),
        }
    })
}

/// The event's own identity, or one from when and what it is. Not from all that it says: whoever
/// corrects a description means the same event.
fn uid(vevent: &Component) -> String {
    let given = vevent.get("UID").map_or("", |uid| uid.value.trim());
    if !given.is_empty() && given.chars().nth(UID_MAX).is_none() {
        return given.to_owned();
    }
    let mut said = given.to_owned();
    if given.is_empty() {
        let what =
            ["DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "SUMMARY", "LOCATION"];
        for name in what {
            let property = vevent.get(name);
            let zone = property.and_then(|property| property.param("TZID")).unwrap_or_default();
            let value = property.map_or("", |property| property.value.trim());
            said.extend([name, "\0", zone, "\0", value, "\0"]);
        }
    }
    Uuid::new_v5(&NAMESPACE, said.as_bytes()).to_string()
}
