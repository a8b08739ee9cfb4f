//! Arguments about calendars of other programs.

use clap::Args;
use std::path::PathBuf;

/// A calendar to take over, and on what its occurrences take place.
#[derive(Args, Debug)]
pub(crate) struct Ics {
    /// Take over a calendar (.ics) instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dir", "mapping"])]
    pub(crate) ics: Option<PathBuf>,
    /// Everything in it takes place on this
    #[arg(long, value_name = "NAME", requires = "ics", conflicts_with = "resource_from")]
    pub(crate) resource: Option<String>,
    /// Each occurrence names its resource there
    #[arg(long, value_name = "FIELD", requires = "ics",
        value_parser = ["categories", "location", "summary"])]
    pub(crate) resource_from: Option<String>,
    /// First day that is taken
    #[arg(long, value_name = "DATE", requires = "ics")]
    pub(crate) from: Option<String>,
    /// Last day that is taken
    #[arg(long, value_name = "DATE", requires = "ics")]
    pub(crate) to: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct ClosureImport {
    /// The calendar; only whole days of it are taken
    #[arg(long, value_name = "FILE")]
    pub(crate) ics: PathBuf,
    /// Which venue [default: this desk's]
    #[arg(long)]
    pub(crate) venue: Option<String>,
    /// First day that is taken
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day that is taken
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Only say what would be taken
    #[arg(long)]
    pub(crate) dry_run: bool,
}
