//! Arguments about people who book.

use super::words;
use clap::{Args, Subcommand};
use holdfast_domain::Contact;

#[derive(Subcommand, Debug)]
pub(crate) enum CustomerCommand {
    /// Add somebody who books
    Add(Box<CustomerAdd>),
    /// Change them
    Edit(Box<CustomerEdit>),
    /// Show all that is known of them, and what it comes to
    Show {
        /// Name or id of the customer
        customer: String,
    },
    /// Two customers turned out to be one
    Merge {
        /// Who turned out to be somebody else
        customer: String,
        /// Who they are
        #[arg(long, value_name = "CUSTOMER")]
        into: String,
    },
    /// Take that back
    Unmerge {
        /// Name or id of the customer who was merged
        customer: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CustomerAdd {
    /// Full name
    #[arg(long)]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) about: AboutCustomer,
}

#[derive(Args, Debug)]
pub(crate) struct CustomerEdit {
    /// Name or id of the customer
    pub(crate) customer: String,
    /// New full name
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) about: AboutCustomer,
    /// They are found by no words any more
    #[arg(long, conflicts_with = "tag")]
    pub(crate) no_tags: bool,
    /// They agree to nothing any more
    #[arg(long, conflicts_with = "consent")]
    pub(crate) no_consent: bool,
    /// They may not book, and why
    #[arg(long, value_name = "REASON")]
    pub(crate) block: Option<String>,
    /// They may book again
    #[arg(long, conflicts_with = "block")]
    pub(crate) unblock: bool,
    /// The e-mail was found to be theirs
    #[arg(long, conflicts_with = "email_unverified")]
    pub(crate) email_verified: bool,
    /// It was not
    #[arg(long)]
    pub(crate) email_unverified: bool,
}

/// What can be known of a customer, new or not; an empty text for nothing.
#[derive(Args, Debug)]
pub(crate) struct AboutCustomer {
    /// E-mail
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Phone
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// Postal address
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// The staff's own note
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// How they like to be reached
    #[arg(long, value_parser = words(Contact::ALL, Contact::as_str))]
    pub(crate) contact: Option<String>,
    /// The clock on their wall, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
    /// Which language they like, e.g. de
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// A word that they are found by; repeat it, all of them
    #[arg(long)]
    pub(crate) tag: Vec<String>,
    /// What they like
    #[arg(long)]
    pub(crate) preferences: Option<String>,
    /// Where a picture of them is
    #[arg(long, value_name = "URL")]
    pub(crate) photo_url: Option<String>,
    /// They agree to this version of the terms, now
    #[arg(long, value_name = "VERSION")]
    pub(crate) consent: Option<String>,
    /// They want to hear of offers
    #[arg(long, requires = "consent")]
    pub(crate) marketing: bool,
    /// They want text messages
    #[arg(long, requires = "consent")]
    pub(crate) sms: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Customers {
    /// Every word somewhere in name, e-mail or phone; or all of it in a tag or a booking's title
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with this tag
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// Only those of this tier of the venue
    #[arg(long)]
    pub(crate) tier: Option<String>,
    /// Whose tiers count [default: this desk's]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// Only those who want to hear of offers
    #[arg(long)]
    pub(crate) marketing: bool,
    /// Only those who want text messages
    #[arg(long)]
    pub(crate) sms: bool,
    /// Deleted ones, too
    #[arg(long)]
    pub(crate) deleted: bool,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
}
