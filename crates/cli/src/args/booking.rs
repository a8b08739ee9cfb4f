//! Arguments about bookings and free times.

use super::{kinds, words};
use clap::{Args, Subcommand};
use holdfast_domain::{BookingStatus, Initiator, PaymentMethod};

#[derive(Args, Debug)]
pub(crate) struct Book {
    /// What to book; repeat it to book several together
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) resource: Vec<String>,
    /// Any free resource of this kind, the one that leaves the longest free times whole; repeat it
    /// for several [default, without --resource: what the service needs]
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: Vec<String>,
    /// What is sold: it says how long, for how much, and what else is taken
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// From when
    #[arg(long, value_name = "LOCAL")]
    pub(crate) start: String,
    /// For how long [default: the service's duration]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        required_unless_present_any = ["end", "service"],
        conflicts_with = "end"
    )]
    pub(crate) minutes: Option<i64>,
    /// Until when, instead of --minutes
    #[arg(long, value_name = "LOCAL")]
    pub(crate) end: Option<String>,
    /// For whom
    #[arg(long)]
    pub(crate) customer: Option<String>,
    #[command(flatten)]
    pub(crate) text: Text,
    #[command(flatten)]
    pub(crate) terms: Terms,
    /// At which venue [default: this desk's, if it uses the resource]
    #[arg(long)]
    pub(crate) venue: Option<String>,
}

/// On what terms something is booked.
#[derive(Args, Debug, Default)]
pub(crate) struct Terms {
    /// A price agreed apart from the service's, e.g. 15.00
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) price: Option<String>,
    /// The customer's package that pays, or auto for the one whose time is over first
    #[arg(long, value_name = "PACKAGE|auto", conflicts_with_all = ["capacity", "event"])]
    pub(crate) package: Option<String>,
    /// What it costs in credits, or each place of it [default: the service's]
    #[arg(long, value_name = "N")]
    pub(crate) credits: Option<u32>,
    /// Ask for it only: somebody has to approve it
    #[arg(long)]
    pub(crate) request: bool,
    /// Why it may lie outside opening hours; needs the right to
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) outside_hours_reason: String,
    /// How many places it has [default: the event's; else it is a private booking]
    #[arg(long, value_name = "N")]
    pub(crate) capacity: Option<u32>,
    /// What takes place
    #[arg(long)]
    pub(crate) event: Option<String>,
}

/// What is written on a booking.
#[derive(Args, Debug)]
pub(crate) struct Text {
    /// Short title
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Longer description
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// What the customer asked for
    #[arg(long, value_name = "TEXT")]
    pub(crate) customer_note: Option<String>,
    /// What the staff want to remember
    #[arg(long, value_name = "TEXT")]
    pub(crate) staff_note: Option<String>,
    /// How many come
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) attendees: Option<i64>,
    /// Where to meet online
    #[arg(long, value_name = "URL")]
    pub(crate) meeting_url: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Edit {
    /// Id of the booking
    pub(crate) id: String,
    /// For whom; an empty text for nobody named
    #[arg(long)]
    pub(crate) customer: Option<String>,
    #[command(flatten)]
    pub(crate) text: Text,
}

#[derive(Args, Debug)]
pub(crate) struct Reschedule {
    /// Id of the booking
    pub(crate) id: String,
    /// From when [default: as it is]
    #[arg(long, value_name = "LOCAL")]
    pub(crate) start: Option<String>,
    /// For how long [default: as long as it is]
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "end")]
    pub(crate) minutes: Option<i64>,
    /// Until when, instead of --minutes
    #[arg(long, value_name = "LOCAL")]
    pub(crate) end: Option<String>,
    /// On what [default: as it is]; repeat it to book several together
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) resource: Vec<String>,
    /// Why it may lie outside opening hours; needs the right to [default: the booking's own reason,
    /// where it lies outside them still]
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) outside_hours_reason: String,
}

#[derive(Args, Debug)]
pub(crate) struct Cancel {
    /// Id of the booking
    pub(crate) id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// On whose behalf
    #[arg(long, value_parser = words(Initiator::ALL, Initiator::as_str), default_value = "staff")]
    pub(crate) by: String,
    /// Why it is not held against the customer that it is late; needs the right to
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) waive_reason: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum BookingCommand {
    /// Take money for a booking
    Pay(Pay),
    /// Give money back
    Refund(Pay),
}

#[derive(Args, Debug)]
pub(crate) struct Pay {
    /// Id of the booking
    pub(crate) booking: String,
    /// How much, e.g. 15.00
    #[arg(long)]
    pub(crate) amount: String,
    /// Whose place, where it has places [default: all of it]
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) customer: Option<String>,
    /// How [default: cash; of what is given back, as was last paid]
    #[arg(long, value_parser = words(PaymentMethod::ALL, PaymentMethod::as_str))]
    pub(crate) method: Option<String>,
    /// Why, or what else is to be said
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) note: String,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only what ends after this
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) from: Option<String>,
    /// Only what starts before this; a DATE counts as a whole
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) to: Option<String>,
    /// Only of this resource
    #[arg(long)]
    pub(crate) resource: Option<String>,
    /// Only of this customer
    #[arg(long)]
    pub(crate) customer: Option<String>,
    /// Only at this venue
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Only in this status
    #[arg(long, value_parser = words(BookingStatus::ALL, BookingStatus::as_str))]
    pub(crate) status: Option<String>,
    /// Only of this service
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Only of this event
    #[arg(long)]
    pub(crate) event: Option<String>,
    /// Cancelled and rejected ones, too
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Free {
    /// Of this resource; repeat it for several
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) resource: Vec<String>,
    /// Of every resource of this kind
    #[arg(long, value_parser = kinds(), conflicts_with = "resource")]
    pub(crate) kind: Option<String>,
    /// For this: how long it lasts, what else is taken, and what it needs
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Not before this
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) from: String,
    /// Not after this; a DATE counts as a whole
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) to: String,
    /// For how long [default: the service's duration]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        required_unless_present = "service"
    )]
    pub(crate) minutes: Option<i64>,
    /// At which venue [default: this desk's, if it uses the resource]
    #[arg(long)]
    pub(crate) venue: Option<String>,
}
