//! What can be typed. Texts stay texts here, except where a wrong one needs no more than a list of
//! the right ones: times are read in [`crate::when`], names in [`crate::lookup`].

mod booking;
mod class;
mod customer;
mod exception;
mod ics;
mod package;
mod person;
mod report;
mod series;
mod service;
mod setup;

pub(crate) use booking::{
    Book, BookingCommand, Cancel, Edit, Free, List, Pay, Reschedule, Terms, Text,
};
pub(crate) use class::{
    AboutEvent, ClassAdd, ClassCancel, ClassCheckIn, ClassCommand, ClassPromote, EventAdd,
    EventCommand, EventEdit, Events,
};
pub(crate) use customer::{AboutCustomer, CustomerAdd, CustomerCommand, CustomerEdit, Customers};
pub(crate) use exception::{
    ClosureCommand, ExceptionCommand, ExceptionRemove, Exceptions, OnResourceAdd,
    OnResourceCommand, TimeOffCommand, When,
};
pub(crate) use ics::{ClosureImport, Ics};
pub(crate) use package::{
    AboutProduct, PackageCommand, PackageCorrect, PackageSell, Packages, ProductAdd,
    ProductCommand, ProductEdit,
};
pub(crate) use person::{History, PinCommand, PrivacyCommand, SignIn};
pub(crate) use report::Report;
pub(crate) use series::{
    Preview, SeriesAdd, SeriesBook, SeriesCancel, SeriesCommand, SeriesEdit, SeriesMove, Which,
};
pub(crate) use service::{AboutService, ServiceAdd, ServiceCommand, ServiceEdit, Services};
pub(crate) use setup::{
    AboutResource, Deletable, Import, Init, PolicyChange, ResourceAdd, ResourceCommand,
    ResourceEdit, Resources, StaffAdd, StaffCommand, StaffEdit, VenueAdd, VenueCommand, VenueEdit,
    Venues,
};

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use holdfast_domain::{ResourceKind, Role};
use std::path::PathBuf;

/// Holdfast without a window: the bookings on this computer, for support staff and scripts
#[derive(Parser, Debug)]
#[command(name = "holdfast", version, max_term_width = 100, after_help = AFTER, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Directory of the replica [default: the platform's data directory]
    #[arg(long, global = true, env = "HOLDFAST_REPLICA", value_name = "DIR")]
    pub(crate) replica: Option<PathBuf>,
    /// Print exactly one JSON document, whatever happens
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
LOCAL is YYYY-MM-DDTHH:MM on the clock of the venue; DATE is YYYY-MM-DD.
Venues, resources and customers may be given by name or by id.

Exit codes: 0 done, 2 bad input, 3 refused by a rule, 4 failure, 5 headquarters unreachable.

A first try:
  holdfast init --org \"Lakeside Club\" --venue Lakeside --timezone Europe/Berlin
  holdfast resource add --name \"Court 1\" --kind court
  holdfast book --resource \"Court 1\" --start 2030-05-01T10:00 --minutes 60";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Start an organisation on this computer alone
    Init(Init),
    /// Open or change a venue
    #[command(subcommand)]
    Venue(VenueCommand),
    /// List venues
    Venues(Venues),
    /// Add or change something to be booked
    #[command(subcommand)]
    Resource(ResourceCommand),
    /// List what can be booked
    Resources(Resources),
    /// Enter or change what is sold, or list it
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Close a venue on certain dates, or take over public holidays
    #[command(subcommand)]
    #[command(alias = "closures")]
    Closure(ClosureCommand),
    /// Say when somebody who works here is away
    #[command(subcommand)]
    TimeOff(TimeOffCommand),
    /// Say when a resource is being seen to
    #[command(subcommand)]
    Maintenance(OnResourceCommand),
    /// Keep a resource free for another reason
    #[command(subcommand)]
    Block(OnResourceCommand),
    /// Open a resource besides its weekly hours
    #[command(subcommand)]
    Opening(OnResourceCommand),
    /// List exceptions to the weekly hours, or take them back
    #[command(subcommand)]
    Exception(ExceptionCommand),
    /// Enter or change somebody who works here, or list them
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Add or change somebody who books
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// List customers, or search them
    Customers(Customers),
    /// Take over CSV files, or a calendar, of another system
    Import(Import),
    /// Write all that a venue has as CSV files, for another desk to import
    Export {
        /// Directory to write to
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// Which venue [default: this desk's]
        #[arg(long)]
        venue: Option<String>,
    },
    /// Book
    Book(Book),
    /// Change what is written on a booking
    Edit(Edit),
    /// Move a booking to another time or resource
    Reschedule(Reschedule),
    /// Call a booking off
    Cancel(Cancel),
    /// Enter or change credits that can be bought, or list them
    #[command(subcommand)]
    Product(ProductCommand),
    /// Sell credits, look at them, put them right
    #[command(subcommand)]
    Package(PackageCommand),
    /// Enter or change something offered to many, or list it
    #[command(subcommand)]
    Event(EventCommand),
    /// Who comes to a class, who waits for a place, who came
    #[command(subcommand)]
    Class(ClassCommand),
    /// Approve a request
    Approve {
        /// Id of the booking
        booking: String,
    },
    /// Turn a request down
    Reject {
        /// Id of the booking
        booking: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Say that a booking took place
    Complete {
        /// Id of the booking
        booking: String,
    },
    /// Say that nobody came
    NoShow {
        /// Id of the booking
        booking: String,
    },
    /// Take that back: the booking stands again, or a request that was turned down waits again
    Reopen {
        /// Id of the booking
        booking: String,
    },
    /// List the requests that wait for approval, first asked first
    Requests {
        /// Only at this venue
        #[arg(long)]
        venue: Option<String>,
    },
    /// Turn down every request whose deadline has passed
    Lapse,
    /// Take money for a booking, or give it back
    #[command(subcommand)]
    Booking(BookingCommand),
    /// List what was paid for a booking
    Payments {
        /// Id of the booking
        booking: String,
    },
    /// List bookings
    List(List),
    /// Show one booking
    Show {
        /// Id of the booking
        id: String,
    },
    /// List free times
    Free(Free),
    /// Book on recurring dates, and change or call off such bookings together
    #[command(subcommand)]
    Series(SeriesCommand),
    /// Report on some days: utilisation, revenue, no-shows and more
    Report(Report),
    /// Delete something; it can be restored
    Delete(Deletable),
    /// Restore something that was deleted
    Restore(Deletable),
    /// Join a headquarters with a pairing code, and sync for the first time
    Enrol(Enrol),
    /// Push what waits and pull what changed
    Sync,
    /// Work offline by choice, or no longer
    Offline {
        /// on or off
        #[arg(value_parser = ["on", "off"])]
        choice: String,
    },
    /// Show what this replica is and where sync stands
    Status,
    /// List what headquarters did not accept, or deal with it
    Inbox {
        #[command(subcommand)]
        command: Option<InboxCommand>,
    },
    /// List what waits for headquarters
    Waiting,
    /// Give somebody a PIN to sign in with, or take it away
    #[command(subcommand)]
    Pin(PinCommand),
    /// Sign in at this desk, with the PIN read from stdin
    SignIn(SignIn),
    /// Lock this desk
    SignOut,
    /// Say who works at this desk
    Whoami,
    /// Take back what you did last
    Undo,
    /// Show what happened to a booking, a customer or a package
    History(History),
    /// Hand out or erase personal data
    #[command(subcommand)]
    Privacy(PrivacyCommand),
    /// Examine this replica, changing nothing
    Doctor,
}

#[derive(Args, Debug)]
pub(crate) struct Enrol {
    /// Address of the headquarters, e.g. https://hq.example.org
    #[arg(long, value_name = "URL")]
    pub(crate) hq: String,
    /// Pairing code, from `holdfast-hq pair`
    #[arg(long)]
    pub(crate) code: String,
    /// What people call this device
    #[arg(long, value_name = "NAME")]
    pub(crate) device_name: Option<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum InboxCommand {
    /// Book one of the alternatives to a refused operation, and settle it
    Book {
        /// Id of the refused operation
        operation_id: String,
        /// Which alternative: 1, 2 or 3
        number: u32,
    },
    /// Book a refused series on the dates on which there is room, and settle it
    Rest {
        /// Id of the refused operation
        operation_id: String,
    },
    /// Put a refused operation aside: it has been dealt with
    Settle {
        /// Id of the refused operation
        operation_id: String,
        /// What became of it: asked of money that was taken, and of who came all the same
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// List what was dealt with last, and how
    Settled,
}

/// A number, or `none`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Maybe(pub(crate) Option<u32>);

impl std::str::FromStr for Maybe {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self(None)),
            _ => {
                let number = text.parse().map_err(|_| "write a number, or none".to_owned());
                number.map(|number| Self(Some(number)))
            }
        }
    }
}

/// The words of a list, listed in the help.
fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> PossibleValuesParser {
    PossibleValuesParser::new(all.iter().map(|&value| word(value)))
}

/// The words for kinds of resources.
fn kinds() -> PossibleValuesParser {
    words(ResourceKind::ALL, ResourceKind::as_str)
}

/// The words for roles.
fn roles() -> PossibleValuesParser {
    words(Role::ALL, Role::as_str)
}

/// What was typed could not be read, or was a call for help.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) error: clap::Error,
    pub(crate) json: bool,
}

/// Reads the command line.
pub(crate) fn read() -> Result<Cli, Unread> {
    Cli::try_parse().map_err(|error| Unread { error, json: asks_for_json() })
}

/// Whether `--json` was typed, on a command line that could not be read.
fn asks_for_json() -> bool {
    std::env::args_os().skip(1).take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
