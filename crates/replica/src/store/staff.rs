//! Staff.

use super::rows;
use holdfast_domain::{Staff, StaffId};
use rusqlite::Connection;
use uuid::Uuid;

/// All, by name.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Staff>> {
    rows::all(db, "order by t.name collate nocase, t.id", &[])
}

pub(crate) fn none_yet(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("select not exists (select 1 from staff)")?.query_row([], |row| row.get(0))
}

/// Whoever owns the place, for what nobody in particular does.
pub(crate) fn first_owner(db: &Connection) -> rusqlite::Result<Option<StaffId>> {
    let owners = "where t.role = 'owner' and t.active = 1 order by t.id limit 1";
    Ok(rows::all::<Staff>(db, owners, &[])?.pop().map(|owner| owner.id))
}

/// Whether there is an active owner besides one.
pub(crate) fn has_owner_besides(db: &Connection, besides: Uuid) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "select exists (select 1 from staff where role = 'owner' and active = 1 and id <> ?1)",
    )?
    .query_row([besides], |row| row.get(0))
}
