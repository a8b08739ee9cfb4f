//! Arguments about what is offered to many, and who comes.

use super::words;
use clap::{Args, Subcommand};
use holdfast_domain::EventStatus;

#[derive(Subcommand, Debug)]
pub(crate) enum EventCommand {
    /// Enter something offered to many
    Add(EventAdd),
    /// Change it
    Edit(EventEdit),
    /// List what is offered
    List(Events),
}

#[derive(Args, Debug)]
#[command(mut_arg("slug", |it| it.help(
    "Its name in addresses: small letters, digits and dashes [default: from the title]"
)))]
#[command(mut_arg("status", |it| it.help(
    "Whether people outside may know of it [default: draft]"
)))]
pub(crate) struct EventAdd {
    /// Title
    #[arg(long)]
    pub(crate) title: String,
    /// How many may come each time
    #[arg(long, value_name = "N")]
    pub(crate) capacity: u32,
    /// At which venue [default: this desk's]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    #[command(flatten)]
    pub(crate) about: AboutEvent,
}

#[derive(Args, Debug)]
pub(crate) struct EventEdit {
    /// Title, name in addresses, or id of the event
    pub(crate) event: String,
    /// New title
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// How many may come each time from now on
    #[arg(long, value_name = "N")]
    pub(crate) capacity: Option<u32>,
    #[command(flatten)]
    pub(crate) about: AboutEvent,
}

/// What can be said of an event, new or not. What a new one is by default, `EventAdd` says.
#[derive(Args, Debug)]
pub(crate) struct AboutEvent {
    /// Its name in addresses: small letters, digits and dashes
    #[arg(long)]
    pub(crate) slug: Option<String>,
    /// Whether people outside may know of it
    #[arg(long, value_parser = words(EventStatus::ALL, EventStatus::as_str))]
    pub(crate) status: Option<String>,
    /// For people
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// What it is listed under
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// Where a picture of it is
    #[arg(long, value_name = "URL")]
    pub(crate) image_url: Option<String>,
    /// Place in lists
    #[arg(long, value_name = "N")]
    pub(crate) position: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct Events {
    /// Only at this venue
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Deleted ones, too
    #[arg(long)]
    pub(crate) deleted: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ClassCommand {
    /// Show who comes to a booking that has places, and who waits for one
    Roster {
        /// Id of the booking
        booking: String,
        /// Those who gave their place back, too
        #[arg(long)]
        all: bool,
    },
    /// Put somebody on the roster
    Add(ClassAdd),
    /// Give a free place to whoever waits for one
    Promote(ClassPromote),
    /// Give a place back
    Cancel(ClassCancel),
    /// Say who came
    CheckIn(ClassCheckIn),
    /// Change how many places there are
    Capacity {
        /// Id of the booking
        booking: String,
        /// How many
        places: u32,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ClassAdd {
    /// Id of the booking
    pub(crate) booking: String,
    /// Name or id of the customer
    pub(crate) customer: String,
    /// They wait for a place
    #[arg(long)]
    pub(crate) waitlist: bool,
    /// Their package that pays, or auto for the one whose time is over first
    #[arg(long, value_name = "PACKAGE|auto")]
    pub(crate) package: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct ClassPromote {
    /// Id of the booking
    pub(crate) booking: String,
    /// Who [default: who waits longest, and has the credits where it costs any]
    pub(crate) customer: Option<String>,
    /// Their package that pays [default: the one whose time is over first]
    #[arg(long, requires = "customer")]
    pub(crate) package: Option<String>,
    /// They pay no credits
    #[arg(long, requires = "customer", conflicts_with = "package")]
    pub(crate) unpaid: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ClassCancel {
    /// Id of the booking
    pub(crate) booking: String,
    /// Name or id of the customer
    pub(crate) customer: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Why it is not held against the customer that it is late; needs the right to
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) waive_reason: String,
}

#[derive(Args, Debug)]
pub(crate) struct ClassCheckIn {
    /// Id of the booking
    pub(crate) booking: String,
    /// Names or ids of the customers
    #[arg(required_unless_present = "all")]
    pub(crate) customer: Vec<String>,
    /// All of whom nothing was said yet
    #[arg(long, conflicts_with = "customer")]
    pub(crate) all: bool,
    /// They came late
    #[arg(long, group = "how")]
    pub(crate) late: bool,
    /// They did not come
    #[arg(long, group = "how")]
    pub(crate) absent: bool,
    /// They did not come, and said so
    #[arg(long, group = "how")]
    pub(crate) excused: bool,
    /// Nothing is said of them yet
    #[arg(long, group = "how")]
    pub(crate) booked: bool,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) reason: String,
}
