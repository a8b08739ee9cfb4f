//! What headquarters told of what happened.

use super::meta::{self, Key};
use super::rows;
use holdfast_domain::{DeviceId, HistoryEntry};
use rusqlite::Connection;
use uuid::Uuid;

/// What is told of bookings that was done at this device, and says nothing any more, for good.
pub(crate) fn emptied_here(db: &Connection) -> rusqlite::Result<Vec<HistoryEntry>> {
    let Some(own) = meta::parse::<DeviceId>(db, Key::DeviceId)? else { return Ok(Vec::new()) };
    rows::all(
        db,
        "where t.device_id = ?1 and t.about = 'booking' and t.changes = '[]'
           and not exists (select 1 from effects where row_id = t.id)",
        &[&own.0],
    )
}

/// What happened to a row and what hangs on it, oldest first.
pub(crate) fn told(db: &Connection, about_id: Uuid) -> rusqlite::Result<Vec<HistoryEntry>> {
    rows::all(db, "where t.about_id = ?1 order by t.at, t.id", &[&about_id])
}
