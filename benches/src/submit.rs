//! `replica::submit` of a booking against a bare insert of the very rows that it writes, at the same
//! durability: what facts, rules, chain and JSON add to what SQLite and the disk take anyway.

use crate::rows::Club;
use crate::{median, verdict};
use anyhow::{Result, ensure};
use holdfast_replica::{Submission, now};
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};
use std::time::{Duration, Instant};

const BOOKINGS: usize = 600;
/// Bookings that are there before anything is measured.
const BEFORE: usize = 2_000;
/// What one submitted booking writes, and how its rows are found by the operation's number.
const TABLES: [(&str, &str); 7] = [
    ("outbox", "seq = ?1"),
    ("effects", "seq = ?1"),
    ("touches", "seq = ?1"),
    ("wanted", "seq = ?1"),
    ("bookings", "id in (select row_id from effects where seq = ?1 and entity = 'booking')"),
    ("claims", "id in (select row_id from effects where seq = ?1 and entity = 'claim')"),
    (
        "booking_claims",
        "claim_id in (select row_id from effects where seq = ?1 and entity = 'booking_claim')",
    ),
];

/// The rows of one table that one operation wrote.
struct Written {
    insert: String,
    rows: Vec<Vec<Value>>,
}

pub(crate) fn run() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (mut replica, club) = Club::found(&dir.path().join("ours"))?;
    let at = now();
    let before: Vec<_> = (0..BEFORE).map(|n| club.booking(n, at)).collect();
    replica.submit_all(&before, at)?;
    let bare = twin(&dir.path().join("ours"), &dir.path().join("bare"))?;
    let reader = Connection::open(dir.path().join("ours/replica.sqlite"))?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for n in BEFORE..BEFORE + BOOKINGS {
        let command = club.booking(n, at);
        let started = Instant::now();
        let submission = replica.submit(&command, now())?;
        ours.push(started.elapsed());
        ensure!(matches!(submission, Submission::Done(_)), "{submission:?}");
        theirs.push(insert(&bare, &written(&reader, replica.last_seq()?)?)?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("replica::submit of a booking, against a bare insert of the same rows, both with");
    println!("synchronous=FULL, one transaction each, {BOOKINGS} of each, {BEFORE} there before:");
    println!("  submit {ours:?}, bare insert {theirs:?}");
    verdict("submit", ours.as_secs_f64() / theirs.as_secs_f64(), 1.5, true);
    Ok(())
}

/// The same database once more, with the same settings.
fn twin(ours: &std::path::Path, bare: &std::path::Path) -> Result<Connection> {
    std::fs::create_dir_all(bare)?;
    let copy = bare.join("replica.sqlite");
    let from = Connection::open(ours.join("replica.sqlite"))?;
    from.execute("vacuum into ?1", [copy.to_string_lossy()])?;
    let db = Connection::open(copy)?;
    db.set_prepared_statement_cache_capacity(128);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    for (pragma, value) in [
        ("journal_mode", "WAL"),
        ("synchronous", "FULL"),
        ("foreign_keys", "on"),
        ("secure_delete", "on"),
        ("cache_size", "-32000"),
    ] {
        db.pragma_update(None, pragma, value)?;
    }
    Ok(db)
}

/// What operation `seq` wrote, ready to be written again.
fn written(db: &Connection, seq: u64) -> Result<Vec<Written>> {
    let mut all = Vec::new();
    for (table, condition) in TABLES {
        let mut select = db.prepare_cached(&format!("select * from {table} where {condition}"))?;
        let columns: Vec<String> =
            select.column_names().map(|name| format!("\"{name}\"")).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let rows = select
            .query_map([seq], |row| (0..columns.len()).map(|n| row.get(n)).collect())?
            .collect::<Result<Vec<Vec<Value>>, _>>()?;
        ensure!(!rows.is_empty(), "operation {seq} wrote nothing to {table}");
        let insert = format!("insert into {table} ({}) values ({marks})", columns.join(", "));
        all.push(Written { insert, rows });
    }
    Ok(all)
}

fn insert(db: &Connection, written: &[Written]) -> Result<Duration> {
    let started = Instant::now();
    let tx = rusqlite::Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    for Written { insert, rows } in written {
        let mut insert = tx.prepare_cached(insert)?;
        for row in rows {
            insert.execute(params_from_iter(row))?;
        }
    }
    tx.commit()?;
    Ok(started.elapsed())
}
