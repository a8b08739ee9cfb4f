//! Arguments about dated exceptions to the weekly hours.

use super::words;
use clap::{Args, Subcommand};
use holdfast_domain::ExceptionKind;

/// Close a venue.
#[derive(Subcommand, Debug)]
pub(crate) enum ClosureCommand {
    /// Close a venue on certain dates
    Add(ClosureAdd),
    /// Take over whole days of a calendar, such as public holidays
    Import(super::ClosureImport),
}

#[derive(Args, Debug)]
pub(crate) struct ClosureAdd {
    /// Which venue [default: this desk's]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    #[command(flatten)]
    pub(crate) when: When,
}

#[derive(Subcommand, Debug)]
pub(crate) enum TimeOffCommand {
    /// Say when somebody who works here is away
    Add(TimeOffAdd),
}

#[derive(Args, Debug)]
pub(crate) struct TimeOffAdd {
    /// Who
    #[arg(long)]
    pub(crate) staff: String,
    /// On which venue's clock [default: this desk's]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    #[command(flatten)]
    pub(crate) when: When,
}

/// Something about one resource: maintenance, a block, an opening.
#[derive(Subcommand, Debug)]
pub(crate) enum OnResourceCommand {
    /// Enter it for certain dates
    Add(OnResourceAdd),
}

#[derive(Args, Debug)]
pub(crate) struct OnResourceAdd {
    /// Which resource
    #[arg(long)]
    pub(crate) resource: String,
    /// On which venue's clock [default: this desk's, if it uses the resource]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    #[command(flatten)]
    pub(crate) when: When,
}

/// When, once or again and again.
#[derive(Args, Debug)]
pub(crate) struct When {
    /// From when; a DATE counts as a whole
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) from: String,
    /// Until when; a DATE counts as a whole [default: all of the day --from]
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) to: Option<String>,
    /// All of the days named
    #[arg(long)]
    pub(crate) all_day: bool,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) reason: String,
    /// Again on these dates, e.g. FREQ=WEEKLY;BYDAY=MO;COUNT=10 (RFC 5545)
    #[arg(long, value_name = "RULE")]
    pub(crate) rrule: Option<String>,
    /// Only the first so many of them
    #[arg(long, value_name = "N", requires = "rrule", allow_negative_numbers = true)]
    pub(crate) count: Option<i64>,
    /// A date to leave out; repeat it for several
    #[arg(long, value_name = "LOCAL", requires = "rrule")]
    pub(crate) exdate: Vec<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ExceptionCommand {
    /// List closures, time off, maintenance, blocks and openings
    List(Exceptions),
    /// Take some of them back
    Remove(ExceptionRemove),
}

#[derive(Args, Debug)]
pub(crate) struct Exceptions {
    /// Only of this kind
    #[arg(long, value_parser = words(ExceptionKind::ALL, ExceptionKind::as_str))]
    pub(crate) kind: Option<String>,
    /// Only at this venue
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Only of this resource
    #[arg(long)]
    pub(crate) resource: Option<String>,
    /// Only of this person
    #[arg(long)]
    pub(crate) staff: Option<String>,
    /// Only what ends after this [default: now]
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) from: Option<String>,
    /// Only what starts before this; a DATE counts as a whole
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) to: Option<String>,
    /// Those that were taken back, too
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ExceptionRemove {
    /// Ids of what is taken back
    #[arg(value_name = "ID", required_unless_present = "group")]
    pub(crate) id: Vec<String>,
    /// All that was entered together, from now on
    #[arg(long, value_name = "ID", conflicts_with = "id")]
    pub(crate) group: Option<String>,
}
