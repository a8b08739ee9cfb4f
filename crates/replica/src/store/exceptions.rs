//! Dated exceptions to the weekly hours.

use super::rows;
use holdfast_domain::{AvailabilityException, Interval};
use rusqlite::Connection;

/// Those that meet `period`, by start; those that were taken back only where `withdrawn`.
pub(crate) fn during(
    db: &Connection,
    period: Interval,
    withdrawn: bool,
) -> rusqlite::Result<Vec<AvailabilityException>> {
    // As a literal: the index by end holds only what was not taken back.
    let which = if withdrawn { "true" } else { "t.withdrawn = 0" };
    let rest =
        format!("where {which} and t.ends_at > ?1 and t.starts_at < ?2 order by t.starts_at, t.id");
    rows::all(db, &rest, &[&period.starts_at().0, &period.ends_at().0])
}
