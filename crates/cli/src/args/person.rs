//! Who works at this desk, what they take back, and personal data.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// A PIN is read from stdin: what is typed on a command line can be read by others.
#[derive(Args, Debug)]
pub(crate) struct SignIn {
    /// Name or id of the person
    pub(crate) staff: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PinCommand {
    /// Give somebody a PIN, read from stdin
    Set(SignIn),
    /// Take somebody's PIN away
    Remove(SignIn),
}

#[derive(Args, Debug)]
pub(crate) struct History {
    /// What it is about
    #[arg(value_parser = ["booking", "customer", "package"])]
    pub(crate) entity: String,
    /// Its id; a customer's name will do
    pub(crate) row: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PrivacyCommand {
    /// Write all that concerns a customer as JSON files in a zip archive, which is kept for 30 days
    Export {
        /// Name or id of the customer
        customer: String,
        /// Where to put a copy of it; a file that is there already is left alone
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Erase all that is personal about a customer, everywhere and for good
    Erase {
        /// Whole name or id of the customer; of one who was deleted, the id
        customer: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Do it; without this it is only said what would go
        #[arg(long)]
        yes: bool,
    },
    /// List the requests about personal data
    Requests,
    /// What has been kept for long enough; with --erase, erase it
    Retention {
        /// For how many days things are kept [default: what the venues' policy says]
        #[arg(long, value_parser = clap::value_parser!(u32).range(30..=36_500))]
        days: Option<u32>,
        /// Erase it; without this it is only listed
        #[arg(long)]
        erase: bool,
    },
}
