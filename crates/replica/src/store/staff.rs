//! Staff.

use super::rows;
use holdfast_domain::Staff;
use rusqlite::Connection;
use uuid::Uuid;

/// All, by name.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Staff>> {
    rows::all(db, "order by t.name collate nocase, t.id", &[])
}

pub(crate) fn none_yet(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("select not exists (select 1 from staff)")?.query_row([], |row| row.get(0))
}

/// Whether there is an active owner besides one.
pub(crate) fn has_owner_besides(db: &Connection, besides: Uuid) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "select exists (select 1 from staff where role = 'owner' and active = 1 and id <> ?1)",
    )?
    .query_row([besides], |row| row.get(0))
}
