//! Arguments about what is sold.

use super::{Maybe, kinds};
use clap::{Args, Subcommand};

#[derive(Subcommand, Debug)]
pub(crate) enum ServiceCommand {
    /// Enter something that is sold
    Add(ServiceAdd),
    /// Change it
    Edit(ServiceEdit),
    /// List what is sold
    List(Services),
}

#[derive(Args, Debug)]
#[command(mut_arg("capacity", |it| it.help("How many may come [default: 1]")))]
#[command(mut_arg("venue", |it| it.help(
    "A venue that sells it; repeat it for several [default: all]"
)))]
pub(crate) struct ServiceAdd {
    /// Name
    #[arg(long)]
    pub(crate) name: String,
    /// How long the customer has
    #[arg(long, value_name = "N")]
    pub(crate) minutes: u32,
    #[command(flatten)]
    pub(crate) about: AboutService,
    /// Somebody has to approve each booking
    #[arg(long)]
    pub(crate) needs_approval: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ServiceEdit {
    /// Name or id of the service
    pub(crate) service: String,
    /// New name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How long the customer has
    #[arg(long, value_name = "N")]
    pub(crate) minutes: Option<u32>,
    #[command(flatten)]
    pub(crate) about: AboutService,
    /// It needs no resources of certain kinds any more
    #[arg(long, conflicts_with = "kind")]
    pub(crate) no_kinds: bool,
    /// Every venue sells it
    #[arg(long, conflicts_with = "venue")]
    pub(crate) all_venues: bool,
    /// Somebody has to approve each booking
    #[arg(long, conflicts_with = "no_approval")]
    pub(crate) needs_approval: bool,
    /// Nobody has to approve bookings any more
    #[arg(long)]
    pub(crate) no_approval: bool,
    /// It can be booked again
    #[arg(long, conflicts_with = "inactive")]
    pub(crate) active: bool,
    /// It cannot be booked any more
    #[arg(long)]
    pub(crate) inactive: bool,
}

/// What can be said of a service, new or not. What a new one is by default, `ServiceAdd` says.
#[derive(Args, Debug)]
pub(crate) struct AboutService {
    /// For people
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// How long the resources are taken before that
    #[arg(long, value_name = "N")]
    pub(crate) buffer_before_minutes: Option<u32>,
    /// How long the resources are taken after that
    #[arg(long, value_name = "N")]
    pub(crate) buffer_after_minutes: Option<u32>,
    /// What it costs, e.g. 25.00; an empty text for no price
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) price: Option<String>,
    /// How many may come
    #[arg(long, value_name = "N")]
    pub(crate) capacity: Option<u32>,
    /// A kind of resource that it needs, one of each; repeat it for several
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: Vec<String>,
    /// A venue that sells it; repeat it for several
    #[arg(long)]
    pub(crate) venue: Vec<String>,
    /// Until how long before the start cancelling is free, or none for the venue's policy
    #[arg(long, value_name = "N|none")]
    pub(crate) free_cancel_hours: Option<Maybe>,
    /// How many credits of a package pay for it once
    #[arg(long, value_name = "N")]
    pub(crate) credits: Option<u32>,
    /// Place in lists
    #[arg(long, value_name = "N")]
    pub(crate) position: Option<u32>,
    /// Colour on the board, e.g. #336699
    #[arg(long, value_name = "#RRGGBB")]
    pub(crate) colour: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Services {
    /// Only what this venue sells
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Deleted ones, too
    #[arg(long)]
    pub(crate) deleted: bool,
}
