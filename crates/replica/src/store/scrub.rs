//! Taking a person's words out of what this device keeps of its own work.

use super::outbox::{self, COLUMNS, Kept, from_row};
use super::rows;
use crate::submit::new_salt;
use holdfast_domain::command::{EditBooking, Patch, SeriesChange};
use holdfast_domain::table::ERASED;
use holdfast_domain::{
    Booking, BookingId, Change, Command, CustomerId, HistoryEntry, HistoryEntryId, Notice, Row as _,
};
use holdfast_protocol::Digest;
use rusqlite::Connection;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many operations are in memory at once.
const PAGE: usize = 500;

/// The ids of rows that are about somebody, and whom each is about.
pub(crate) type About = HashMap<String, CustomerId>;

/// Takes the words out of operations that name a row of `about`, all but what makes the rows: what was
/// refused is still somebody's to look at, a desk alone brings its own to a headquarters one day, and
/// one that was restored asks for what it has lost. Answers whom operations that still wait go on
/// naming.
pub(crate) fn scrub_operations(
    db: &Connection,
    mut about: About,
    standalone: bool,
) -> rusqlite::Result<HashSet<CustomerId>> {
    let theirs: HashSet<String> = about.keys().cloned().collect();
    let mut waiting = HashSet::new();
    // Where nobody has seen the chain: its end, from the first operation that was rewritten on.
    let mut rewritten: Option<Digest> = None;
    let mut next = 0;
    loop {
        let page = outbox::from_seq(db, next, PAGE)?;
        let Some(last) = page.last() else { return Ok(waiting) };
        next = last.operation.seq + 1;
        for kept in page {
            let turns = follow(&kept, &mut about, &theirs);
            if standalone {
                rewrite(db, &kept, &about, &with_rows(db, &kept, &turns)?, &mut rewritten)?;
            } else {
                leave_out_others(db, &kept, &mut about)?;
                if kept.outcome.is_some() {
                    forget(db, &kept, &about, &turns)?;
                } else {
                    waiting.extend(named(kept.operation.command.get(), &about));
                }
            }
            turns.iter().for_each(|turn| turn.passes(&mut about));
        }
    }
}

/// A booking that becomes somebody's who is forgotten, or is theirs no longer.
struct Turn {
    booking_id: BookingId,
    becomes_theirs: bool,
    /// As it was, where that is known here.
    before: Option<Booking>,
}

impl Turn {
    /// What is said of it from now on is about somebody else.
    fn passes(&self, about: &mut About) {
        if !self.becomes_theirs {
            about.remove(&self.booking_id.to_string());
        }
    }
}

/// What an operation makes for somebody is about them, also where it was refused or is gone since: what
/// came later names nothing else. So is a booking until it is somebody else's; answers which of them turn.
/// Those that are `theirs` now are forgotten with all that was ever said of them.
fn follow(kept: &Kept, about: &mut About, theirs: &HashSet<String>) -> Vec<Turn> {
    let mut turns = Vec::new();
    let Some(customer) = named(kept.operation.command.get(), about).next() else { return turns };
    let Ok(command) = kept.operation.parse() else { return turns };
    about.extend(command.made().into_iter().map(|(_, id)| (id.to_string(), customer)));
    for edit in edits(&command) {
        // Nobody's is what it was.
        let Some(Patch { from, to: Some(to) }) = edit.customer_id else { continue };
        let (booking_id, before) = (edit.booking_id, None);
        if theirs.contains(&booking_id.to_string()) {
            continue;
        }
        let was_theirs = about.contains_key(&booking_id.to_string())
            || from.is_some_and(|from| about.contains_key(&from.to_string()));
        if let Some(&theirs) = about.get(&to.to_string()) {
            about.insert(booking_id.to_string(), theirs);
            if !was_theirs {
                turns.push(Turn { booking_id, becomes_theirs: true, before });
            }
        } else if was_theirs {
            turns.push(Turn { booking_id, becomes_theirs: false, before });
        }
    }
    turns
}

/// Leaves out the bookings that an operation is about which are somebody else's by now: by their history
/// headquarters tells what was said of them before ([`forget_told`]).
fn leave_out_others(db: &Connection, kept: &Kept, about: &mut About) -> rusqlite::Result<()> {
    let text = kept.operation.command.get();
    if named(text, about).next().is_none() {
        return Ok(());
    }
    let made = kept.operation.parse().map(|command| command.made()).unwrap_or_default();
    let named =
        text.split('"').filter(|id| about.contains_key(*id)).filter_map(|id| id.parse().ok());
    let ids: Vec<Uuid> = named.chain(made.into_iter().map(|(_, id)| id)).collect();
    for id in ids {
        let whose = rows::get::<Booking>(db, BookingId(id))?.and_then(|it| it.customer_id);
        let is_anothers = whose.is_some_and(|whose| !about.contains_key(&whose.to_string()));
        // One that is erased itself is erased whosever it is.
        if is_anothers && about.get(&id.to_string()) != Some(&CustomerId(id)) {
            about.remove(&id.to_string());
        }
    }
    Ok(())
}

/// The same with the bookings as they were before the operation.
fn with_rows(db: &Connection, kept: &Kept, turns: &[Turn]) -> rusqlite::Result<Vec<Turn>> {
    let mut known = Vec::with_capacity(turns.len());
    for turn in turns {
        let befores = outbox::effects(db, kept.operation.seq)?.into_iter();
        let mut befores = befores.filter_map(|effect| effect.before);
        let before = befores.find(|it| it.id() == turn.booking_id.0);
        known.push(Turn { before: before.as_ref().and_then(Booking::of).cloned(), ..*turn });
    }
    Ok(known)
}

/// Empties the words of operations that stand whose history says nothing any more: `entries`.
pub(crate) fn forget_told(db: &Connection, entries: &[HistoryEntry]) -> rusqlite::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let told: HashSet<HistoryEntryId> = entries.iter().map(|it| it.id).collect();
    let about: About =
        entries.iter().map(|it| (it.about_id.to_string(), CustomerId(it.about_id))).collect();
    let mut next = 0;
    loop {
        let page = outbox::from_seq(db, next, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        next = last.operation.seq + 1;
        for kept in page {
            let text = kept.operation.command.get();
            let waits_or_is_forgotten = kept.outcome.is_none() || kept.operation.salt.is_empty();
            if waits_or_is_forgotten || named(text, &about).next().is_none() {
                continue;
            }
            let made = kept.operation.parse().map(|command| command.made()).unwrap_or_default();
            let rows = text.split('"').filter_map(|id| id.parse::<Uuid>().ok());
            let rows = rows.chain(made.into_iter().map(|(_, id)| id));
            let is_told = |id: &Uuid| told.contains(&HistoryEntryId::of(kept.operation.id, *id));
            let emptied: About =
                rows.filter(is_told).map(|id| (id.to_string(), CustomerId(id))).collect();
            if !emptied.is_empty() {
                forget_words(db, &kept, &emptied, &[])?;
            }
        }
    }
}

/// Whether somebody who is not forgotten was to be erased along with one who is: it says nothing of that
/// one.
fn is_erasure_of_another(kept: &Kept, about: &About) -> bool {
    match kept.operation.parse() {
        Ok(Command::EraseCustomer(c)) => !about.contains_key(&c.customer_id.to_string()),
        _ => false,
    }
}

/// The bookings on which an operation writes, or takes back what was written.
fn edits(command: &Command) -> Vec<&EditBooking> {
    match command {
        Command::EditBooking(c) => vec![c],
        Command::ChangeSeries(c) => c.changes.iter().filter_map(edited).collect(),
        Command::Withdraw(c) => edits(&c.undo),
        _ => Vec::new(),
    }
}

fn edited(change: &SeriesChange) -> Option<&EditBooking> {
    match change {
        SeriesChange::EditBooking(edit) => Some(edit),
        _ => None,
    }
}

/// Empties the words in an operation that has its verdict, where it names a row of `about`.
fn forget(db: &Connection, kept: &Kept, about: &About, turns: &[Turn]) -> rusqlite::Result<()> {
    let is_named = named(kept.operation.command.get(), about).next().is_some();
    if is_named && !is_erasure_of_another(kept, about) {
        forget_words(db, kept, about, turns)?;
    }
    Ok(())
}

fn forget_words(
    db: &Connection,
    kept: &Kept,
    about: &About,
    turns: &[Turn],
) -> rusqlite::Result<()> {
    let command = without_words(&kept.operation.command, about, turns)?;
    let Some(command) = command else { return Ok(()) };
    db.prepare_cached(
        "update outbox set command = ?2, salt = '', settled_reason = '',
             outcome = json_replace(outcome, '$.refusal.details', null,
                 '$.refusal.message', ?3) where seq = ?1",
    )?
    .execute((kept.operation.seq, command.get(), Notice::ERASED))?;
    Ok(())
}

/// What rows were like before waiting operations: kept to take those back.
pub(crate) fn scrub_effects(db: &Connection, about: &About) -> rusqlite::Result<()> {
    let mut kept =
        db.prepare_cached("select seq, ordinal, before from effects where before is not null")?;
    let befores: Vec<(i64, i64, String)> = kept
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (seq, ordinal, before) in befores {
        if named(&before, about).next().is_none() {
            continue;
        }
        let Ok(mut json) = serde_json::from_str::<Value>(&before) else { continue };
        let of_person = matches!(json["entity"].as_str(), Some("customer"));
        // Who was found to be them, and is not, is somebody else.
        if of_person && json["row"]["id"].as_str().is_none_or(|id| !about.contains_key(id)) {
            continue;
        }
        empty(&mut json, of_person, &[]);
        db.prepare_cached("update effects set before = ?3 where seq = ?1 and ordinal = ?2")?
            .execute((seq, ordinal, json.to_string()))?;
    }
    Ok(())
}

/// Whom a JSON text is about: it has the id of a row of `about` as a string of its own.
fn named<'a>(json: &'a str, about: &'a About) -> impl Iterator<Item = CustomerId> + 'a {
    json.split('"').filter_map(|text| about.get(text).copied())
}

/// The fields of commands whose words are about a person.
const WORDS: [&str; 13] = [
    "email",
    "phone",
    "address",
    "title",
    "description",
    "customer_note",
    "staff_note",
    "meeting_url",
    "preferences",
    "photo_url",
    "blocked_reason",
    "language",
    "tags",
];

/// Those that say something by being there: a refund has a note, and what is waived a reason.
const MEANT: [&str; 4] = ["reason", "note", "waive_reason", "outside_hours_reason"];

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

/// Empties the words in an operation that names a row of `about`, and chains it anew where it or one
/// before it has changed. Only where nobody has seen the chain.
fn rewrite(
    db: &Connection,
    kept: &Kept,
    about: &About,
    turns: &[Turn],
    rewritten: &mut Option<Digest>,
) -> rusqlite::Result<()> {
    let mut operation = kept.operation.clone();
    let is_named = named(operation.command.get(), about).next().is_some();
    if is_named {
        let command = without_words(&operation.command, about, turns)?;
        operation.command = command.unwrap_or(operation.command);
    }
    match rewritten.take() {
        Some(prev) => operation.prev = prev,
        None if is_named => {}
        None => return Ok(()),
    }
    let digest = operation.digest();
    db.prepare_cached("update outbox set command = ?2, prev = ?3, digest = ?4 where seq = ?1")?
        .execute((operation.seq, operation.command.get(), &operation.prev.0, &digest.0))?;
    *rewritten = Some(digest);
    Ok(())
}

/// A command without its words. Of several dates of a series, those that are others' keep theirs; `None`
/// where all are.
fn without_words(
    command: &RawValue,
    about: &About,
    turns: &[Turn],
) -> rusqlite::Result<Option<Box<RawValue>>> {
    let invalid = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    let mut json: Value = serde_json::from_str(command.get()).map_err(invalid)?;
    let is_series = |json: &Value| text(json, "type") == Some("change_series");
    let dates = match &mut json {
        it if is_series(it) => vec![&mut it["changes"]],
        Value::Object(fields) if fields.get("undo").is_some_and(is_series) => fields
            .iter_mut()
            .filter_map(|(field, value)| match field.as_str() {
                "undo" => Some(&mut value["changes"]),
                "seen" => Some(value),
                _ => None,
            })
            .collect(),
        all => {
            empty(all, false, turns);
            Vec::new()
        }
    };
    let mut concerns = dates.is_empty();
    for one in dates.into_iter().filter_map(Value::as_array_mut).flatten() {
        let is_about = text(one, "booking_id").is_some_and(|id| {
            about.contains_key(id) || turns.iter().any(|it| it.booking_id.to_string() == id)
        });
        if is_about {
            empty(one, false, turns);
            concerns = true;
        }
    }
    if !concerns {
        return Ok(None);
    }
    serde_json::value::to_raw_value(&json).map(Some).map_err(invalid)
}

/// Whether what a command calls a name is a person's.
fn is_of_person(command: &str) -> bool {
    let of_person = ["add_customer", "edit_customer", "book", "import_booking", "edit_booking"];
    of_person.contains(&command)
}

/// Empties what is about a person, wherever in a command it is: a text, or the two of a patch.
fn empty(json: &mut Value, of_person: bool, turns: &[Turn]) {
    if let Value::Array(list) = json {
        list.iter_mut().for_each(|item| empty(item, of_person, turns));
    }
    let Value::Object(fields) = json else { return };
    let text = |field: &str| fields.get(field).and_then(Value::as_str);
    if let (Some("edit_booking"), Some(id)) = (text("type"), text("booking_id"))
        && let Some(turn) = turns.iter().find(|turn| turn.booking_id.to_string() == id)
    {
        return empty_turn(fields, turn);
    }
    // A command may hold others: what takes one back, the dates of a series.
    let of_person = fields.get("type").and_then(Value::as_str).map_or(of_person, is_of_person);
    for (field, value) in fields.iter_mut() {
        let name = field == "name" && of_person;
        match value {
            Value::String(text) if name => *text = "Erased customer".into(),
            Value::String(text) if WORDS.contains(&field.as_str()) => text.clear(),
            Value::String(text) if MEANT.contains(&field.as_str()) => mean(text),
            Value::Object(source) if field == "source" => {
                source.entry("id").and_modify(|id| *id = ERASED.into());
            }
            Value::Array(list) if field == "tags" => list.clear(),
            Value::Object(patch) if patch.len() == 2 && patch.contains_key("to") => {
                for side in patch.values_mut() {
                    match side {
                        Value::String(text) if name => *text = "Erased customer".into(),
                        Value::String(text) if WORDS.contains(&field.as_str()) => {
                            text.clear();
                        }
                        Value::String(text) if MEANT.contains(&field.as_str()) => mean(text),
                        Value::Array(list) if field == "tags" => list.clear(),
                        _ => {}
                    }
                }
            }
            other => empty(other, of_person, turns),
        }
    }
}

fn text<'a>(json: &'a Value, field: &str) -> Option<&'a str> {
    json.get(field).and_then(Value::as_str)
}

/// The words that an operation puts on a booking for somebody else stay, and those that it finds there;
/// so do those that stand on it as it turns, where that is known: who is not forgotten has said nothing
/// else since.
fn empty_turn(fields: &mut Map<String, Value>, turn: &Turn) {
    let row = turn.before.clone().map(Change::Booking).and_then(|it| it.to_row().ok());
    for field in ["title", "description", "customer_note", "staff_note", "meeting_url"] {
        let (kept, emptied) = if turn.becomes_theirs { ("from", "to") } else { ("to", "from") };
        let stands = row.as_ref().map(|row| row[field].as_str().unwrap_or_default());
        match (fields.get_mut(field), stands) {
            (Some(patch), _) => patch[emptied] = "".into(),
            (None, Some(stands)) if !stands.is_empty() => {
                fields.insert(field.into(), json!({ kept: stands, emptied: "" }));
            }
            _ => {}
        }
    }
}

/// What says something goes on doing so.
fn mean(text: &mut String) {
    if !text.is_empty() {
        *text = ERASED.into();
    }
}

#[cfg(test)]
mod tests;
