//! The scopes of this device, which rows came through them, and the pages of a catch-up under way.

use super::{AsJson, AsText};
use holdfast_domain::Entity;
use holdfast_protocol::{FeedRow, RowState, Scope};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Up to where each scope is known.
pub(crate) fn cursors(db: &Connection) -> rusqlite::Result<BTreeMap<Scope, u64>> {
    db.prepare_cached("select scope, cursor from scopes")?
        .query_map([], |row| Ok((row.get::<_, AsText<Scope>>(0)?.0, row.get(1)?)))?
        .collect()
}

/// Sets a scope's cursor, and answers its number.
pub(crate) fn set_cursor(db: &Connection, scope: &Scope, cursor: u64) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "insert into scopes (scope, cursor) values (?1, ?2)
         on conflict (scope) do update set cursor = excluded.cursor returning n",
    )?
    .query_row((AsText(scope), cursor), |row| row.get(0))
}

/// Everything is to be fetched anew: headquarters is another one than it was.
pub(crate) fn reset_cursors(db: &Connection) -> rusqlite::Result<()> {
    db.execute("update scopes set cursor = 0", [])?;
    clear_aside(db)?;
    clear_staged(db)
}

/// A row came through a scope.
pub(crate) fn enter(db: &Connection, scope: i64, entity: Entity, id: Uuid) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into scope_rows (row_id, entity, scope) values (?1, ?2, ?3) on conflict do nothing",
    )?
    .execute((id, entity.as_str(), scope))?;
    Ok(())
}

/// A row left a scope. Answers whether that was its last.
pub(crate) fn leave(
    db: &Connection,
    scope: i64,
    entity: Entity,
    id: Uuid,
) -> rusqlite::Result<bool> {
    db.prepare_cached("delete from scope_rows where row_id = ?1 and entity = ?2 and scope = ?3")?
        .execute((id, entity.as_str(), scope))?;
    db.prepare_cached(
        "select not exists (select 1 from scope_rows where row_id = ?1 and entity = ?2)",
    )?
    .query_row((id, entity.as_str()), |row| row.get(0))
}

/// The rows that came through a scope, sorted by entity and id.
pub(crate) fn members(db: &Connection, scope: &Scope) -> rusqlite::Result<Vec<(Entity, Uuid)>> {
    db.prepare_cached(
        "select r.entity, r.row_id from scope_rows r join scopes s on s.n = r.scope
         where s.scope = ?1 order by r.entity, r.row_id",
    )?
    .query_map([AsText(scope)], |row| Ok((row.get::<_, AsText<_>>(0)?.0, row.get(1)?)))?
    .collect()
}

/// Forgets a scope that is no longer this device's; its rows have left it before.
pub(crate) fn drop_scope(db: &Connection, scope: &Scope) -> rusqlite::Result<()> {
    db.prepare_cached("delete from scopes where scope = ?1")?.execute([AsText(scope)])?;
    Ok(())
}

/// Keeps a page until the last one is here.
pub(crate) fn stage(
    db: &Connection,
    rows: &[FeedRow],
    cursors: &BTreeMap<Scope, u64>,
) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "insert into staged_rows (scope, entity, row_id, version, row) values (?1, ?2, ?3, ?4, ?5)
         on conflict (scope, entity, row_id) do update set version = excluded.version,
             row = excluded.row where excluded.version >= staged_rows.version",
    )?;
    for row in rows {
        let json = match &row.state {
            RowState::Row(value) => Some(value.to_string()),
            RowState::Gone(_) => None,
        };
        insert.execute((AsText(&row.scope), &row.entity, row.id, row.version, json))?;
    }
    let mut cursor = db.prepare_cached(
        "insert into staged_cursors (scope, cursor) values (?1, ?2)
         on conflict (scope) do update set cursor = excluded.cursor",
    )?;
    for (scope, version) in cursors {
        cursor.execute((AsText(scope), version))?;
    }
    Ok(())
}

/// Cursors up to which pages are staged; empty where no catch-up is under way.
pub(crate) fn staged_cursors(db: &Connection) -> rusqlite::Result<BTreeMap<Scope, u64>> {
    db.prepare_cached("select scope, cursor from staged_cursors")?
        .query_map([], |row| Ok((row.get::<_, AsText<Scope>>(0)?.0, row.get(1)?)))?
        .collect()
}

/// All that is staged.
pub(crate) fn staged(db: &Connection) -> rusqlite::Result<Vec<FeedRow>> {
    feed_rows(db, "select scope, entity, row_id, version, row from staged_rows")
}

fn feed_rows(db: &Connection, select: &str) -> rusqlite::Result<Vec<FeedRow>> {
    db.prepare_cached(select)?
        .query_map([], |row| {
            let json: Option<AsJson<Value>> = row.get(4)?;
            Ok(FeedRow {
                scope: row.get::<_, AsText<_>>(0)?.0,
                entity: row.get(1)?,
                id: row.get(2)?,
                version: row.get(3)?,
                state: json.map_or(RowState::Gone(true), |json| RowState::Row(json.0)),
            })
        })?
        .collect()
}

/// The rows that could not be taken in.
pub(crate) fn aside(db: &Connection) -> rusqlite::Result<Vec<FeedRow>> {
    feed_rows(db, "select scope, entity, row_id, version, row from aside_rows")
}

/// Keeps a row that cannot be taken in.
pub(crate) fn set_aside(db: &Connection, row: &FeedRow) -> rusqlite::Result<()> {
    let RowState::Row(value) = &row.state else { return Ok(()) };
    db.prepare_cached(
        "insert into aside_rows (scope, entity, row_id, version, row) values (?1, ?2, ?3, ?4, ?5)
         on conflict (scope, entity, row_id) do update set version = excluded.version,
             row = excluded.row",
    )?
    .execute((AsText(&row.scope), &row.entity, row.id, row.version, value.to_string()))?;
    Ok(())
}

pub(crate) fn clear_aside(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached("delete from aside_rows")?.execute([])?;
    Ok(())
}

pub(crate) fn aside_count(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("select count(*) from aside_rows", [], |row| row.get(0))
}

pub(crate) fn staged_count(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("select count(*) from staged_rows", [], |row| row.get(0))
}

pub(crate) fn clear_staged(db: &Connection) -> rusqlite::Result<()> {
    db.execute("delete from staged_rows", [])?;
    db.execute("delete from staged_cursors", [])?;
    Ok(())
}

/// The number of a scope, if this device has it.
pub(crate) fn number(db: &Connection, scope: &Scope) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("select n from scopes where scope = ?1")?
        .query_row([AsText(scope)], |row| row.get(0))
        .optional()
}
