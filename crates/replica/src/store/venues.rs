//! Venues.

use super::rows;
use holdfast_domain::Venue;
use rusqlite::Connection;

/// All, by name.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Venue>> {
    rows::all(db, "order by t.name, t.id", &[])
}
