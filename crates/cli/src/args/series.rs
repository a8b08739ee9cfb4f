//! Arguments about series.

use super::{Book, Text, words};
use clap::{Args, Subcommand};
use holdfast_domain::Initiator;

#[derive(Subcommand, Debug)]
pub(crate) enum SeriesCommand {
    /// List the dates that a recurrence rule means, without booking anything
    Preview(Preview),
    /// Book on recurring dates
    Book(Box<SeriesBook>),
    /// Show a series: its bookings, and the dates that were skipped
    Show {
        /// Id of the series, or of one of its bookings
        series: String,
    },
    /// Call bookings of a series off
    Cancel(SeriesCancel),
    /// Move bookings of a series to another time of day, other days or another resource
    Move(SeriesMove),
    /// Change what is written on bookings of a series
    Edit(SeriesEdit),
    /// Book a date that was skipped
    Add(SeriesAdd),
}

#[derive(Args, Debug)]
pub(crate) struct SeriesBook {
    #[command(flatten)]
    pub(crate) book: Book,
    /// Recurrence rule of RFC 5545, e.g. FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10
    #[arg(long, value_name = "RULE")]
    pub(crate) rrule: String,
    /// How many dates, of a rule without an end
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u32>,
    /// A date to leave out; repeat it for several
    #[arg(long, value_name = "LOCAL")]
    pub(crate) exdate: Vec<String>,
    /// What becomes of dates on which there is no room: then nothing is booked, or they are skipped
    #[arg(long, value_parser = ["refuse", "skip"], default_value = "refuse")]
    pub(crate) on_conflict: String,
}

/// Which bookings of a series: those that are still open.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// Id of the series: all from now on. Or of one of its bookings: that one and those after it
    pub(crate) series: String,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct SeriesCancel {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// On whose behalf
    #[arg(long, value_parser = words(Initiator::ALL, Initiator::as_str), default_value = "staff")]
    pub(crate) by: String,
    /// Why it is not held against the customer where it is late; needs the right to
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) waive_reason: String,
}

#[derive(Args, Debug)]
pub(crate) struct SeriesMove {
    #[command(flatten)]
    pub(crate) which: Which,
    /// From what time of day; or from when on the first of them, and the others by as much
    /// [default: as it is]
    #[arg(long, value_name = "HH:MM|LOCAL", required_unless_present_any = ["minutes", "resource"])]
    pub(crate) start: Option<String>,
    /// For how long [default: as long as it is]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) minutes: Option<i64>,
    /// On what [default: as it is]; repeat it to book several together
    #[arg(long)]
    pub(crate) resource: Vec<String>,
    /// Why it may lie outside opening hours; needs the right to [default: the reason that
    /// each has, where it lies outside them still]
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) outside_hours_reason: String,
}

#[derive(Args, Debug)]
pub(crate) struct SeriesEdit {
    #[command(flatten)]
    pub(crate) which: Which,
    /// For whom; an empty text for nobody named
    #[arg(long)]
    pub(crate) customer: Option<String>,
    #[command(flatten)]
    pub(crate) text: Text,
}

#[derive(Args, Debug)]
pub(crate) struct SeriesAdd {
    /// Id of the series, or of one of its bookings
    pub(crate) series: String,
    /// A date that was skipped
    #[arg(value_name = "DATE|LOCAL")]
    pub(crate) date: String,
    /// At another time
    #[arg(long, value_name = "LOCAL")]
    pub(crate) start: Option<String>,
    /// On another resource; repeat it to book several together
    #[arg(long)]
    pub(crate) resource: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Preview {
    /// Recurrence rule of RFC 5545, e.g. FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10
    #[arg(long, value_name = "RULE")]
    pub(crate) rrule: String,
    /// From when
    #[arg(long, value_name = "LOCAL")]
    pub(crate) start: String,
    /// On whose clock, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: String,
    /// Only the first so many, also of a rule without an end
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) count: Option<i64>,
    /// A date to leave out; repeat it for several
    #[arg(long, value_name = "LOCAL")]
    pub(crate) exdate: Vec<String>,
}
