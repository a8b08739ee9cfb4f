//! From the text of a file to its events: every VCALENDAR in it, zones before events.
//!
//! A UID that is described more than once is one event; the highest SEQUENCE holds. Tasks,
//! journals, alarms and what METHOD wants from whom are not looked at.

use crate::clock::Clocks;
use crate::component::{Builder, Component};
use crate::event::{self, Event, TEXT_MAX};
use crate::line;
use crate::moment::Moment;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Largest text that is read, in bytes.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;

/// What a file says.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// What the calendar is called, where the file says so.
    pub name: Option<String>,
    /// In the order of the file, each UID once, beside what became of single occurrences.
    pub events: Vec<Event>,
    /// What could not be taken as it stands, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Why a text is no calendar at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it begins a calendar.
    #[error("This is no iCalendar file: BEGIN:VCALENDAR is missing.")]
    NoCalendar,
    /// It is longer than [`BYTES_MAX`].
    #[error("This file is larger than 64 MB, more than is read.")]
    TooLarge,
}

/// Reads the text of an iCalendar file.
///
/// # Errors
/// [`ReadError`] where the whole is no calendar. What is wrong within one is in
/// [`Calendar::problems`].
pub fn read(text: &str) -> Result<Calendar, ReadError> {
    if text.len() > BYTES_MAX {
        return Err(ReadError::TooLarge);
    }
    let mut builder = Builder::default();
    for property in line::properties(text) {
        builder.take(property);
    }
    let (components, mut problems) = builder.finish();
    let calendars: Vec<_> = components.iter().filter(|found| found.name == "VCALENDAR").collect();
    if calendars.is_empty() {
        return Err(ReadError::NoCalendar);
    }
    let mut events = Events::default();
    for calendar in &calendars {
        let mut clocks = Clocks::of(calendar, &mut problems);
        for vevent in calendar.children("VEVENT") {
            if let Some(event) = event::read(vevent, &mut clocks, &mut problems) {
                events.add(event, &mut problems);
            }
        }
    }
    let name = calendars.iter().find_map(|calendar| name(calendar));
    Ok(Calendar { name, events: events.list, problems: problems.told() })
}

fn name(calendar: &Component) -> Option<String> {
    let named = |name| calendar.get(name).map(|property| property.text().trim().to_owned());
    let name = named("X-WR-CALNAME").or_else(|| named("NAME"))?;
    (!name.is_empty()).then(|| name.chars().take(TEXT_MAX).collect())
}

/// Events so far, each once.
#[derive(Default)]
struct Events {
    list: Vec<Event>,
    places: BTreeMap<(String, Option<String>), usize>,
}

impl Events {
    fn add(&mut self, event: Event, problems: &mut Problems) {
        let key = (event.uid.clone(), event.recurrence_id.as_ref().map(Moment::key));
        match self.places.entry(key) {
            Entry::Vacant(free) => {
                free.insert(self.list.len());
                self.list.push(event);
            }
            Entry::Occupied(taken) => {
                let held = &mut self.list[*taken.get()];
                let is_newer = (event.sequence, event.stamp) >= (held.sequence, held.stamp);
                let (newer, older) = if is_newer { (&event, &*held) } else { (&*held, &event) };
                let message = format!(
                    "The same UID is described again in line {}; that one holds (SEQUENCE {}, \
                     here {}).",
                    newer.line, newer.sequence, older.sequence
                );
                problems.add(older.line, Some(&older.uid), message);
                if is_newer {
                    *held = event;
                }
            }
        }
    }
}
