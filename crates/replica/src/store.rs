//! SQLite. All SQL of the replica lives in the submodules, one per table; nothing here knows a rule.
//!
//! [`read`] and [`write`] treat rows of every entity alike, as changes: own effects, undo and
//! what headquarters sends all go through the same two functions.

pub(crate) mod bookings;
pub(crate) mod claims;
pub(crate) mod customers;
pub(crate) mod due;
pub(crate) mod exceptions;
pub(crate) mod export;
pub(crate) mod figures;
pub(crate) mod history;
pub(crate) mod lists;
pub(crate) mod meta;
pub(crate) mod outbox;
pub(crate) mod packages;
pub(crate) mod privacy;
pub(crate) mod related;
pub(crate) mod report;
pub(crate) mod resources;
pub(crate) mod rows;
pub(crate) mod scopes;
pub(crate) mod scrub;
pub(crate) mod segments;
pub(crate) mod staff;
pub(crate) mod venues;
pub(crate) mod whose;

pub(crate) use rows::{delete, exists, get, has_children, read, write};

use crate::failure::Failure;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

mod migrations {
    refinery::embed_migrations!("../../migrations/replica");
}

/// How long a writer waits for another one before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens the replica's database, creating it and bringing its schema up to date.
///
/// # Errors
/// [`Failure::NewerSchema`], with nothing touched, where a newer program has written it.
pub(crate) fn open(path: &Path) -> Result<Connection, Failure> {
    let mut db = Connection::open_with_flags(path, OpenFlags::default())?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    let known = i64::from(
        migrations::migrations::runner()
            .get_migrations()
            .iter()
            .map(|m| m.version())
            .max()
            .unwrap_or(0),
    );
    let found = schema_version(&db)?;
    if found > known {
        return Err(Failure::NewerSchema { found, known });
    }
    // WAL lets the screen read while sync writes. FULL: what the screen said is saved survives a
    // power cut, not only a crash of the program.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    // What is erased is not to be found in the file afterwards.
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "cache_size", -32_000)?;
    set_up(&db)?;
    if found < known {
        migrations::migrations::runner().run(&mut db)?;
    }
    Ok(db)
}

/// Writes the file anew where words were overwritten: `secure_delete` leaves copies in pages that were
/// put in order since, and the log holds what was. Left for the next time where others are at work.
pub(crate) fn sweep(db: &Connection) -> Result<(), Failure> {
    if meta::get(db, meta::Key::Unswept)?.is_none() {
        return Ok(());
    }
    db.busy_timeout(Duration::ZERO)?;
    let swept = db.execute_batch("vacuum").and_then(|()| truncate_log(db));
    db.busy_timeout(BUSY_TIMEOUT)?;
    if swept? {
        meta::clear(db, meta::Key::Unswept)?;
    }
    Ok(())
}

/// Whether the log is empty now.
fn truncate_log(db: &Connection) -> rusqlite::Result<bool> {
    let busy: i64 = db.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// A copy in memory, on which to try what is to leave no trace, while others go on writing.
pub(crate) fn copy(db: &Connection) -> Result<Connection, Failure> {
    let mut copy = Connection::open_in_memory()?;
    let backup = Backup::new(db, &mut copy)?;
    backup.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    drop(backup);
    set_up(&copy)?;
    Ok(copy)
}

fn set_up(db: &Connection) -> Result<(), Failure> {
    db.set_prepared_statement_cache_capacity(128);
    db.pragma_update(None, "foreign_keys", true)?;
    // A statement is planned once, not anew for each value that is bound to it.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The newest migration that this database has seen; 0 for a new one.
pub(crate) fn schema_version(db: &Connection) -> Result<i64, Failure> {
    let there: bool = db.query_row(
        "select exists (select 1 from sqlite_master where name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if !there {
        return Ok(0);
    }
    Ok(db.query_row(
        "select coalesce(max(version), 0) from refinery_schema_history",
        [],
        |row| row.get(0),
    )?)
}

/// What SQLite itself finds wrong with the file; `ok` when nothing is.
pub(crate) fn integrity(db: &Connection) -> Result<String, Failure> {
    Ok(db.query_row("pragma quick_check(1)", [], |row| row.get(0))?)
}

/// A value stored as text: enums, zones, currencies, local times.
pub(crate) struct AsText<T>(pub(crate) T);

impl<T: std::fmt::Display> ToSql for AsText<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}
impl<T: std::str::FromStr<Err: std::fmt::Display>> FromSql for AsText<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        text.parse()
            .map(Self)
            .map_err(|error: T::Err| FromSqlError::Other(format!("“{text}”: {error}").into()))
    }
}

/// A value stored as JSON text.
pub(crate) struct AsJson<T>(pub(crate) T);

impl<T: serde::Serialize> ToSql for AsJson<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(text.into())
    }
}
impl<T: serde::de::DeserializeOwned> FromSql for AsJson<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// Does `work` whole or not at all, within the transaction that is open already.
pub(crate) fn savepoint<T>(
    db: &Connection,
    work: impl FnOnce() -> Result<Result<T, T>, Failure>,
) -> Result<T, Failure> {
    db.execute_batch("savepoint whole")?;
    let done = work();
    if !matches!(done, Ok(Ok(_))) {
        db.execute_batch("rollback to whole")?;
    }
    db.execute_batch("release whole")?;
    Ok(done?.unwrap_or_else(|undone| undone))
}

/// Two columns that are set together or not at all.
pub(crate) fn both<A, B>(a: Option<A>, b: Option<B>) -> Option<(A, B)> {
    a.zip(b)
}

#[cfg(test)]
mod tests;
