//! Arguments about credits: what is sold, and what customers have.

use super::words;
use clap::{Args, Subcommand};
use holdfast_domain::ProductStatus;

#[derive(Subcommand, Debug)]
pub(crate) enum ProductCommand {
    /// Enter credits that can be bought
    Add(ProductAdd),
    /// Change them; what was sold keeps its terms
    Edit(ProductEdit),
    /// List them
    List {
        /// Deleted ones, too
        #[arg(long)]
        deleted: bool,
    },
}

#[derive(Args, Debug)]
#[command(mut_arg("status", |it| it.help("Whether it is sold [default: active]")))]
#[command(mut_arg("service", |it| it.help(
    "What its credits pay for; repeat it for several [default: everything]"
)))]
pub(crate) struct ProductAdd {
    /// Name
    #[arg(long)]
    pub(crate) name: String,
    /// How many credits it gives
    #[arg(long, value_name = "N")]
    pub(crate) credits: u32,
    /// For how many days, the day of sale not counted
    #[arg(long, value_name = "N")]
    pub(crate) validity_days: u32,
    #[command(flatten)]
    pub(crate) about: AboutProduct,
}

#[derive(Args, Debug)]
pub(crate) struct ProductEdit {
    /// Name or id of the product
    pub(crate) product: String,
    /// New name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How many credits it gives
    #[arg(long, value_name = "N")]
    pub(crate) credits: Option<u32>,
    /// For how many days
    #[arg(long, value_name = "N")]
    pub(crate) validity_days: Option<u32>,
    #[command(flatten)]
    pub(crate) about: AboutProduct,
    /// It is not shown first any more
    #[arg(long, conflicts_with = "popular")]
    pub(crate) not_popular: bool,
    /// Its credits pay for every service
    #[arg(long, conflicts_with = "service")]
    pub(crate) all_services: bool,
    /// Its credits are good everywhere
    #[arg(long, conflicts_with = "venue")]
    pub(crate) all_venues: bool,
}

/// What can be said of a product, new or not. What a new one is by default, `ProductAdd` says.
#[derive(Args, Debug)]
pub(crate) struct AboutProduct {
    /// What it costs, e.g. 100.00; an empty text for no price
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) price: Option<String>,
    /// Whether it is sold
    #[arg(long, value_parser = words(ProductStatus::ALL, ProductStatus::as_str))]
    pub(crate) status: Option<String>,
    /// What its credits pay for; repeat it for several
    #[arg(long)]
    pub(crate) service: Vec<String>,
    /// The only venue where its credits are good
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// For people
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// What it is listed under
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// What it offers; repeat it, a line each
    #[arg(long)]
    pub(crate) feature: Vec<String>,
    /// It is shown first
    #[arg(long)]
    pub(crate) popular: bool,
    /// Place in lists
    #[arg(long, value_name = "N")]
    pub(crate) position: Option<u32>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PackageCommand {
    /// Sell credits to a customer
    Sell(PackageSell),
    /// List what customers have
    List(Packages),
    /// Show how the credits of a package came and went
    Ledger {
        /// Id of the package
        package: String,
    },
    /// Put a balance right
    Correct(PackageCorrect),
    /// Write off what is left of every package whose time is over
    Expire,
}

#[derive(Args, Debug)]
pub(crate) struct PackageSell {
    /// What
    #[arg(long)]
    pub(crate) product: String,
    /// To whom
    #[arg(long)]
    pub(crate) customer: String,
    /// First day on which it is valid [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Packages {
    /// Only of this customer
    #[arg(long)]
    pub(crate) customer: Option<String>,
    /// Those that are used up or whose time is over, too
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PackageCorrect {
    /// Id of the package
    pub(crate) package: String,
    /// How many to add, or below zero to take away
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) credits: i32,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}
