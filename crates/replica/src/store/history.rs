//! What headquarters told of what happened.

use super::rows;
use holdfast_domain::HistoryEntry;
use rusqlite::Connection;
use uuid::Uuid;

/// What happened to a row and what hangs on it, oldest first.
pub(crate) fn told(db: &Connection, about_id: Uuid) -> rusqlite::Result<Vec<HistoryEntry>> {
    rows::all(db, "where t.about_id = ?1 order by t.at, t.id", &[&about_id])
}
