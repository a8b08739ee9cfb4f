//! Arguments about what there is: organisation, venues, resources, customers, imports.

use super::{Maybe, kinds, roles, words};
use clap::{Args, Subcommand};
use holdfast_domain::CustomerOverlap;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Name of the organisation
    #[arg(long, value_name = "NAME")]
    pub(crate) org: String,
    /// Name of its first venue
    #[arg(long, value_name = "NAME")]
    pub(crate) venue: String,
    /// The venue's time zone, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: String,
    /// The venue's currency
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub(crate) currency: String,
    /// Bookings start and end on multiples of this many minutes
    #[arg(long, value_name = "N", default_value_t = 15, allow_negative_numbers = true)]
    pub(crate) slot_minutes: u32,
    /// Name of the owner
    #[arg(long, value_name = "NAME", default_value = "Owner")]
    pub(crate) owner: String,
    /// Fill the venue with a generated sample, relative to today
    #[arg(long)]
    pub(crate) sample: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum VenueCommand {
    /// Open another venue
    Add(VenueAdd),
    /// Change a venue
    Edit(VenueEdit),
    /// List venues
    List(Venues),
}

#[derive(Args, Debug)]
pub(crate) struct Venues {
    /// Deleted ones, too
    #[arg(long)]
    pub(crate) deleted: bool,
}

/// Something that can be deleted.
#[derive(Args, Debug)]
pub(crate) struct Deletable {
    /// What sort of thing
    #[arg(value_parser = ["venue", "resource", "customer", "service", "product", "event"])]
    pub(crate) entity: String,
    /// Its name or id
    #[arg(value_name = "NAME|ID")]
    pub(crate) text: String,
}

#[derive(Args, Debug)]
pub(crate) struct VenueAdd {
    /// Name
    #[arg(long)]
    pub(crate) name: String,
    /// Time zone, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: String,
    /// Currency
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub(crate) currency: String,
    /// Bookings start and end on multiples of this many minutes
    #[arg(long, value_name = "N", default_value_t = 15, allow_negative_numbers = true)]
    pub(crate) slot_minutes: u32,
}

#[derive(Args, Debug)]
pub(crate) struct VenueEdit {
    /// Name or id of the venue
    pub(crate) venue: String,
    /// New name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// New currency
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// New grid, for new bookings
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) slot_minutes: Option<u32>,
    /// Weekly opening hours, e.g. "mon-fri 08:00-22:00; sat 10:00-18:00"; an empty text for always
    #[arg(long)]
    pub(crate) hours: Option<String>,
    #[command(flatten)]
    pub(crate) policy: PolicyChange,
}

/// How a venue does things; what is not given stays.
#[derive(Args, Debug)]
pub(crate) struct PolicyChange {
    /// Until how long before the start cancelling is free, or none for always
    #[arg(long, value_name = "N|none")]
    pub(crate) free_cancel_hours: Option<Maybe>,
    /// How long before its start a booking has to be made
    #[arg(long, value_name = "N")]
    pub(crate) min_notice_minutes: Option<u32>,
    /// How many days ahead a booking may be made
    #[arg(long, value_name = "N|none")]
    pub(crate) max_advance_days: Option<Maybe>,
    /// What becomes of a booking whose customer is elsewhere at that time
    #[arg(long, value_parser = words(CustomerOverlap::ALL, CustomerOverlap::as_str))]
    pub(crate) customer_overlap: Option<String>,
    /// How long a request waits for approval before it lapses
    #[arg(long, value_name = "N|none")]
    pub(crate) approval_minutes: Option<Maybe>,
    /// Requests compete for a slot
    #[arg(long, conflicts_with = "requests_hold")]
    pub(crate) requests_compete: bool,
    /// Requests hold their slot
    #[arg(long)]
    pub(crate) requests_hold: bool,
    /// Loyalty points for each whole unit of currency paid
    #[arg(long, value_name = "N")]
    pub(crate) points_per_unit: Option<u32>,
    /// What customers are called from how many points on; repeat it, lowest first
    #[arg(long, value_name = "NAME=POINTS")]
    pub(crate) tier: Vec<String>,
    /// Customers are called nothing in particular any more
    #[arg(long, conflicts_with = "tier")]
    pub(crate) no_tiers: bool,
    /// After how many minutes without a key the desk locks
    #[arg(long, value_name = "N|none")]
    pub(crate) auto_lock_minutes: Option<Maybe>,
    /// For how many days customers who do not come any more, and cancelled bookings, are kept
    #[arg(long, value_name = "N|none")]
    pub(crate) retention_days: Option<Maybe>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ResourceCommand {
    /// Add something to be booked
    Add(ResourceAdd),
    /// Change it
    Edit(ResourceEdit),
}

#[derive(Args, Debug)]
pub(crate) struct ResourceAdd {
    /// Name
    #[arg(long)]
    pub(crate) name: String,
    /// What sort of thing
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: String,
    /// A venue that uses it; repeat it for a shared one [default: this desk's venue]
    #[arg(long, value_name = "VENUE")]
    pub(crate) venue: Vec<String>,
    /// Where to find it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) location: String,
    /// For people
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) description: String,
    #[command(flatten)]
    pub(crate) about: AboutResource,
}

/// What else can be said of a resource, new or not.
#[derive(Args, Debug)]
pub(crate) struct AboutResource {
    /// Something that it consists of: booking it takes that, too; repeat it for several
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) part: Vec<String>,
    /// Who it is, for an instructor who works here; an empty text for nobody
    #[arg(long)]
    pub(crate) staff: Option<String>,
    /// Its weekly opening hours, e.g. "mon-fri 08:00-22:00"; an empty text for the venue's
    #[arg(long)]
    pub(crate) hours: Option<String>,
    /// Somebody has to approve each booking of it
    #[arg(long)]
    pub(crate) needs_approval: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ResourceEdit {
    /// Name or id of the resource
    pub(crate) resource: String,
    /// New name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What sort of thing
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: Option<String>,
    /// The venues that use it from now on; repeat it for a shared one
    #[arg(long, value_name = "VENUE")]
    pub(crate) venue: Vec<String>,
    /// Where to find it
    #[arg(long)]
    pub(crate) location: Option<String>,
    /// For people
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// It takes new bookings again
    #[arg(long, conflicts_with = "inactive")]
    pub(crate) active: bool,
    /// It takes no new bookings any more
    #[arg(long)]
    pub(crate) inactive: bool,
    #[command(flatten)]
    pub(crate) about: AboutResource,
    /// It has no parts any more
    #[arg(long, conflicts_with = "part")]
    pub(crate) no_parts: bool,
    /// Nobody has to approve bookings of it any more
    #[arg(long, conflicts_with = "needs_approval")]
    pub(crate) no_approval: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Resources {
    /// Only what this venue uses
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Only of this kind
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: Option<String>,
    /// Deleted ones, too
    #[arg(long)]
    pub(crate) deleted: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum StaffCommand {
    /// Enter somebody who works here
    Add(StaffAdd),
    /// Change them
    Edit(StaffEdit),
    /// List everybody
    List,
    /// List the bookings that somebody is to teach or treat, to be given to others when they leave
    Bookings {
        /// Name or id of the person
        staff: String,
        /// From this day on [default: now]
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Who takes over all that fits: somebody who works here, or a resource
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
    },
}

/// What else can be said of somebody who works here.
#[derive(Args, Debug)]
pub(crate) struct AboutStaff {
    /// What customers may read about them
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// Where a picture of them is
    #[arg(long, value_name = "URL")]
    pub(crate) photo_url: Option<String>,
    /// The clock on their wall, e.g. Europe/Berlin; an empty text for the venue's
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct StaffAdd {
    /// Name
    #[arg(long)]
    pub(crate) name: String,
    /// What they may do
    #[arg(long, value_parser = roles())]
    pub(crate) role: String,
    #[command(flatten)]
    pub(crate) about: AboutStaff,
}

#[derive(Args, Debug)]
pub(crate) struct StaffEdit {
    /// Name or id of the person
    pub(crate) staff: String,
    /// New name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// New role
    #[arg(long, value_parser = roles())]
    pub(crate) role: Option<String>,
    /// They work here again
    #[arg(long, conflicts_with = "inactive")]
    pub(crate) active: bool,
    /// They no longer work here
    #[arg(long)]
    pub(crate) inactive: bool,
    #[command(flatten)]
    pub(crate) about: AboutStaff,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// Directory of the CSV files
    pub(crate) dir: Option<PathBuf>,
    /// What the files and columns mean; see docs/examples/clubdata.toml
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) mapping: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ics: super::Ics,
    /// The venue that takes it over [default: this desk's venue]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Only say what would be taken
    #[arg(long)]
    pub(crate) dry_run: bool,
}
