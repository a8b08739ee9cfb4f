//! Staff.

use super::AsText;
use holdfast_domain::{Staff, StaffId};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

fn from_row(row: &Row<'_>) -> rusqlite::Result<Staff> {
    Ok(Staff {
        id: StaffId(row.get(0)?),
        name: row.get(1)?,
        role: row.get::<_, AsText<_>>(2)?.0,
        active: row.get(3)?,
    })
}

pub(crate) fn get(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Staff>> {
    db.prepare_cached("select id, name, role, active from staff where id = ?1")?
        .query_row([id], from_row)
        .optional()
}

/// All, by name.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Staff>> {
    db.prepare_cached("select id, name, role, active from staff order by name collate nocase, id")?
        .query_map([], from_row)?
        .collect()
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

pub(crate) fn put(db: &Connection, staff: &Staff) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into staff (id, name, role, active) values (?1, ?2, ?3, ?4)
         on conflict (id) do update set name = excluded.name, role = excluded.role,
             active = excluded.active",
    )?
    .execute((staff.id.0, &staff.name, AsText(staff.role), staff.active))?;
    Ok(())
}
