//! Arguments about series.

use clap::{Args, Subcommand};

#[derive(Subcommand, Debug)]
pub(crate) enum SeriesCommand {
    /// List the dates that a recurrence rule means, without booking anything
    Preview(Preview),
}

#[derive(Args, Debug)]
pub(crate) struct Preview {
    /// Recurrence rule of RFC 5545, e.g. FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10
    #[arg(long, value_name = "RULE")]
    pub(crate) rrule: String,
    /// From when
    #[arg(long, value_name = "LOCAL")]
    pub(crate) start: String,
    /// On whose clock, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: String,
    /// Only the first so many, also of a rule without an end
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) count: Option<i64>,
    /// A date to leave out; repeat it for several
    #[arg(long, value_name = "LOCAL")]
    pub(crate) exdate: Vec<String>,
}
