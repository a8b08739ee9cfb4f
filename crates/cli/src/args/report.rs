//! Arguments of reports.

use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct Report {
    /// What about
    #[arg(value_name = "NAME", value_parser = [
        "utilisation", "statuses", "pending", "tiers", "no-shows", "revenue", "busiest",
        "instructors",
    ])]
    pub(crate) name: String,
    /// Which venue [default: this desk's]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// First day [default: Monday of this week]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day [default: the Sunday after the first]
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Write a CSV file, too; further lists go to files beside it
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
}
