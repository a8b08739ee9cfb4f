//! Arguments about bookings and free times.

use super::setup::kinds;
use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct Book {
    /// What to book; repeat it to book several together
    #[arg(long, required = true, value_name = "RESOURCE")]
    pub(crate) resource: Vec<String>,
    /// From when
    #[arg(long, value_name = "LOCAL")]
    pub(crate) start: String,
    /// For how long
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        required_unless_present = "end",
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
    /// At which venue [default: this desk's, if it uses the resource]
    #[arg(long)]
    pub(crate) venue: Option<String>,
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
}

#[derive(Args, Debug)]
pub(crate) struct Cancel {
    /// Id of the booking
    pub(crate) id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
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
    /// Not before this
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) from: String,
    /// Not after this; a DATE counts as a whole
    #[arg(long, value_name = "DATE|LOCAL")]
    pub(crate) to: String,
    /// For how long
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) minutes: i64,
    /// At which venue [default: this desk's, if it uses the resource]
    #[arg(long)]
    pub(crate) venue: Option<String>,
}
