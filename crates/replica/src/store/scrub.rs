//! Taking a person's words out of what this device keeps of its own work.

use super::outbox::{COLUMNS, Kept, from_row};
use crate::submit::new_salt;
use holdfast_protocol::Digest;
use rusqlite::Connection;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashSet;

/// Takes the words out of operations that name one of `ids`, all but what makes the rows: what was
/// refused is still somebody's to look at, a desk alone brings its own to a headquarters one day, and
/// one that was restored asks for what it has lost.
pub(crate) fn scrub(
    db: &Connection,
    ids: &HashSet<String>,
    standalone: bool,
) -> rusqlite::Result<()> {
    let mut kept = db.prepare_cached(&format!("select {COLUMNS} from outbox order by seq"))?;
    let all: Vec<Kept> = kept.query_map([], from_row)?.collect::<Result<_, _>>()?;
    let named = |kept: &Kept| names_any(kept.operation.command.get(), ids);
    scrub_effects(db, ids)?;
    if standalone {
        return rewrite(db, &all, named);
    }
    for kept in all.iter().filter(|kept| kept.outcome.is_some() && named(kept)) {
        db.prepare_cached(
            "update outbox set command = ?2, salt = '',
                 outcome = json_replace(outcome, '$.refusal.details', null) where seq = ?1",
        )?
        .execute((kept.operation.seq, without_words(&kept.operation.command)?.get()))?;
    }
    Ok(())
}

/// What rows were like before waiting operations: kept to take those back.
fn scrub_effects(db: &Connection, ids: &HashSet<String>) -> rusqlite::Result<()> {
    let mut kept =
        db.prepare_cached("select seq, ordinal, before from effects where before is not null")?;
    let befores: Vec<(i64, i64, String)> = kept
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (seq, ordinal, before) in befores {
        if !names_any(&before, ids) {
            continue;
        }
        let Ok(mut json) = serde_json::from_str::<Value>(&before) else { continue };
        let of_person = matches!(json["entity"].as_str(), Some("customer"));
        empty(&mut json, of_person);
        db.prepare_cached("update effects set before = ?3 where seq = ?1 and ordinal = ?2")?
            .execute((seq, ordinal, json.to_string()))?;
    }
    Ok(())
}

/// Whether an operation that still waits, and so still says something, names one of `ids`.
pub(crate) fn mentions(db: &Connection, ids: &HashSet<String>) -> rusqlite::Result<bool> {
    let mut kept = db.prepare_cached(&format!("select {COLUMNS} from outbox order by seq"))?;
    for kept in kept.query_map([], from_row)? {
        let kept = kept?;
        if kept.outcome.is_none() && names_any(kept.operation.command.get(), ids) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether one of `ids` stands in a JSON text, as a string of its own.
fn names_any(json: &str, ids: &HashSet<String>) -> bool {
    json.split('"').any(|text| ids.contains(text))
}

/// The fields of commands whose words are about a person.
const WORDS: [&str; 16] = [
    "email",
    "phone",
    "address",
    "note",
    "title",
    "description",
    "customer_note",
    "staff_note",
    "meeting_url",
    "preferences",
    "photo_url",
    "blocked_reason",
    "language",
    "waive_reason",
    "outside_hours_reason",
    "tags",
];

/// Chains operations anew from `seq` on, where a headquarters that was restored has lost them and they
/// do not say any more what they said: nobody else has seen that part of the chain.
pub(crate) fn chain_anew(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    let mut kept =
        db.prepare_cached(&format!("select {COLUMNS} from outbox where seq >= ?1 order by seq"))?;
    let lost: Vec<Kept> = kept.query_map([seq], from_row)?.collect::<Result<_, _>>()?;
    if lost.iter().all(|kept| !kept.operation.salt.is_empty()) {
        return Ok(());
    }
    let mut prev = None;
    for kept in lost {
        let mut operation = kept.operation;
        if operation.salt.is_empty() {
            operation.salt = new_salt();
        }
        operation.prev = prev.unwrap_or(operation.prev);
        prev = Some(operation.digest());
        db.prepare_cached("update outbox set salt = ?2, prev = ?3, digest = ?4 where seq = ?1")?
            .execute((operation.seq, &operation.salt, &operation.prev.0, operation.digest().0))?;
    }
    Ok(())
}

/// Empties the words in the operations that are `named`, and chains all from there on anew. Only
/// where nobody has seen the chain.
fn rewrite(db: &Connection, all: &[Kept], named: impl Fn(&Kept) -> bool) -> rusqlite::Result<()> {
    let mut prev: Option<Digest> = None;
    for kept in all {
        let mut operation = kept.operation.clone();
        if named(kept) {
            operation.command = without_words(&operation.command)?;
        }
        operation.prev = prev.unwrap_or(operation.prev);
        prev = Some(operation.digest());
        db.prepare_cached("update outbox set command = ?2, prev = ?3, digest = ?4 where seq = ?1")?
            .execute((
                operation.seq,
                operation.command.get(),
                &operation.prev.0,
                operation.digest().0,
            ))?;
    }
    Ok(())
}

fn without_words(command: &RawValue) -> rusqlite::Result<Box<RawValue>> {
    let invalid = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    let mut json: Value = serde_json::from_str(command.get()).map_err(invalid)?;
    let of_person = matches!(
        json["type"].as_str(),
        Some("add_customer" | "edit_customer" | "book" | "import_booking" | "edit_booking")
    );
    empty(&mut json, of_person);
    serde_json::value::to_raw_value(&json).map_err(invalid)
}

/// Empties what is about a person, wherever in a command it is: a text, or the two of a patch.
fn empty(json: &mut Value, of_person: bool) {
    if let Value::Array(list) = json {
        list.iter_mut().for_each(|item| empty(item, of_person));
    }
    let Value::Object(fields) = json else { return };
    for (field, value) in fields.iter_mut() {
        let name = field == "name" && of_person;
        match value {
            Value::String(text) if name => *text = "Erased customer".into(),
            Value::String(text) if WORDS.contains(&field.as_str()) => text.clear(),
            Value::String(text) if field == "reason" => *text = "(erased)".into(),
            Value::Array(list) if field == "tags" => list.clear(),
            Value::Object(patch) if patch.len() == 2 && patch.contains_key("to") => {
                for side in patch.values_mut() {
                    match side {
                        Value::String(text) if name => *text = "Erased customer".into(),
                        Value::String(text) if WORDS.contains(&field.as_str()) => {
                            text.clear();
                        }
                        Value::Array(list) if field == "tags" => list.clear(),
                        _ => {}
                    }
                }
            }
            other => empty(other, of_person),
        }
    }
}
