//! Venues.

use super::rows::{self, Shown};
use holdfast_domain::Venue;
use rusqlite::Connection;

/// Those that were not deleted, by name.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Venue>> {
    shown(db, Shown::Kept)
}

/// By name.
pub(crate) fn shown(db: &Connection, shown: Shown) -> rusqlite::Result<Vec<Venue>> {
    rows::listed(db, shown, ("", "true order by t.name, t.id"), &[])
}
