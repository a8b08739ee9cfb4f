//! Reading calendars: the iCalendar files (`.ics`, RFC 5545) that every calendar program can write,
//! as the stays in time that they mean at one venue.
//!
//! Two steps: [`read`] takes a text apart into [`Event`]s, [`occurrences`] says when they take
//! place. Each event recurs in its own time zone, never in the venue's. Nothing is guessed in
//! silence: what could not be taken as it stands is a [`Problem`] or a note.
//!
//! There is no I/O here and no clock, and whatever the file holds, work and memory are bounded.
//! What becomes of an occurrence (a booking, a closure) is not known here, nor does anything write
//! such files. Start at `read.rs`, then `agenda.rs`.

#![warn(missing_docs)]

mod agenda;
mod clock;
mod component;
mod event;
mod expand;
mod line;
mod moment;
mod observances;
mod overrides;
mod problem;
mod read;
mod rule;
mod value;
mod windows;

pub use agenda::{Agenda, Occurrence, Options, Series, occurrences};
pub use event::{Event, Status};
pub use line::decode;
pub use problem::Problem;
pub use read::{BYTES_MAX, Calendar, ReadError, read};
