//! Taking a person's words out of what this device keeps of its own work.

mod again;
mod brought;
mod words;

pub(crate) use self::again::chain_anew;
use self::brought::Brought;
use self::words::{Finds, Spared, TEXTS, Texts, Turn, empty, text, texts, without_words};
use super::outbox::{self, Kept};
use super::{customers, history, rows, whose};
use holdfast_domain::command::{EditBooking, Patch, SeriesChange};
use holdfast_domain::table::ERASED;
use holdfast_domain::{
    Booking, BookingId, Change, Command, CustomerId, Entity, HistoryEntry, HistoryEntryId, Series,
};
use holdfast_protocol::Outcome;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// How many operations are in memory at once.
const PAGE: usize = 500;

/// The ids of rows that are about somebody, and whom each is about.
pub(crate) type About = HashMap<String, CustomerId>;

/// Whom an operation is about, of those who are forgotten.
struct Said<'a> {
    about: &'a About,
    /// All who are forgotten, now or before.
    erased: &'a HashSet<CustomerId>,
    /// Whose its rows were when it was made: also of what was refused or is gone since.
    whose: About,
}

impl Said<'_> {
    fn whom(&self, id: &str) -> Option<CustomerId> {
        let was = || self.about.get(&self.whose.get(id)?.to_string());
        self.about.get(id).or_else(was).copied()
    }

    /// Whom a JSON text is about: it has the id of a row of theirs as a string of its own.
    fn named(&self, json: &str) -> impl Iterator<Item = CustomerId> {
        json.split('"').filter_map(|text| self.whom(text))
    }

    fn is_named(&self, kept: &Kept) -> bool {
        self.named(kept.operation.command.get()).next().is_some()
    }
}

/// Adds the series of which all dates are among rows that are forgotten, or are erased already: what booked
/// them spells out none of them.
pub(crate) fn add_series(db: &Connection, about: &mut About) -> rusqlite::Result<()> {
    let mut series = HashMap::new();
    for id in about.keys().filter_map(|id| id.parse().ok()) {
        let booking = rows::get::<Booking>(db, BookingId(id))?;
        if let Some(id) = booking.and_then(|it| it.series_id) {
            series.insert(id.to_string(), id);
        }
    }
    for (text, id) in series {
        let dates: Vec<Booking> = rows::all(db, "where t.series_id = ?1", &[&id.0])?;
        if dates.iter().all(|it| is_erased(it) || about.contains_key(&it.id.to_string())) {
            about.entry(text).or_insert(CustomerId(id.0));
        }
    }
    Ok(())
}

/// Whether even the reason why a booking does not stand is erased.
pub(crate) fn is_erased(booking: &Booking) -> bool {
    let cancelled = booking.cancellation.as_ref().map(|it| &it.reason);
    let reason = cancelled.or(booking.rejection.as_ref().map(|it| &it.reason));
    reason.is_some_and(|reason| reason == ERASED)
}

/// Takes the words out of operations that are `about` somebody, all but what makes the rows: what was
/// refused is still somebody's to look at, a desk alone brings its own to a headquarters one day, and
/// one that was restored asks for what it has lost. Answers whom operations that still wait go on
/// naming.
pub(crate) fn scrub_operations(
    db: &Connection,
    about: &About,
    standalone: bool,
) -> rusqlite::Result<HashSet<CustomerId>> {
    let mut waiting = HashSet::new();
    let erased = customers::erased(db)?;
    let mut brought = Brought::default();
    let mut next = 0;
    loop {
        let page = outbox::from_seq(db, next, PAGE)?;
        let Some(last) = page.last() else { return Ok(waiting) };
        let mut noted = whose::between(db, next, last.operation.seq)?;
        next = last.operation.seq + 1;
        for kept in page {
            let whose = noted.remove(&kept.operation.seq).unwrap_or_default();
            let said = Said { about, erased: &erased, whose };
            if standalone {
                brought.rewrite(db, &kept, &said)?;
            } else if kept.outcome.is_none() {
                waiting.extend(said.named(kept.operation.command.get()));
            } else if said.is_named(&kept) && !is_erasure_of_another(&kept, about) {
                forget_words(db, &kept, &said)?;
            }
        }
    }
}

/// The bookings that an operation gives to those who are forgotten, or takes from them for somebody else.
/// Those that are `about` them are forgotten with all that was ever said of them.
fn turns(kept: &Kept, said: &Said<'_>) -> Vec<Turn> {
    let Ok(command) = kept.operation.parse() else { return Vec::new() };
    let turn = |edit: &EditBooking| {
        // Nobody's is what it was.
        let &Patch { from, to: Some(to) } = edit.customer_id.as_ref()? else { return None };
        let id = edit.booking_id.to_string();
        let is_theirs = |customer| said.erased.contains(&customer);
        let was_theirs = said.whom(&id).is_some() || from.is_some_and(is_theirs);
        let becomes_theirs = is_theirs(to);
        let turns = was_theirs != becomes_theirs && !said.about.contains_key(&id);
        let others = (!becomes_theirs).then_some(to);
        turns.then(|| Turn { booking_id: edit.booking_id, others, ..Turn::default() })
    };
    edits(&command).into_iter().filter_map(turn).collect()
}

/// What stays of an operation, because it is another's from now on, and is forgotten with them.
fn spared(db: &Connection, kept: &Kept, said: &Said<'_>) -> rusqlite::Result<Spared> {
    let seq = kept.operation.seq;
    let mut spared = Spared { turns: turns(kept, said), ..Spared::default() };
    let befores = match spared.turns.is_empty() {
        true => Vec::new(),
        false => outbox::effects(db, seq)?,
    };
    let befores = befores.into_iter().filter_map(|effect| effect.before);
    let befores: HashMap<Uuid, Change> = befores.map(|before| (before.id(), before)).collect();
    for turn in &mut spared.turns {
        turn.found = match befores.get(&turn.booking_id.0) {
            Some(before) => texts(before),
            None => found(db, kept, turn.booking_id)?,
        };
        turn.finds = match &kept.outcome {
            None => Finds::WhatIsLeft,
            Some(Outcome::Accepted { .. }) => Finds::Anything,
            Some(_) => Finds::Nothing,
        };
        if let Some(customer) = turn.others {
            whose::passes(db, seq, turn.booking_id.0, customer)?;
        }
    }
    let noted = said.whose.keys().filter(|id| said.whom(id).is_some());
    let noted = noted.filter_map(|id| id.parse().ok());
    let theirs: BTreeSet<Uuid> = noted.chain(made(kept)).collect();
    for id in theirs.into_iter().filter(|id| !said.about.contains_key(&id.to_string())) {
        let Some(booking) = rows::get::<Booking>(db, BookingId(id))? else { continue };
        let anothers = booking.customer_id.filter(|it| !said.about.contains_key(&it.to_string()));
        if let Some(customer) = anothers {
            spared.standing.extend(means(booking));
            if spared.turns.iter().all(|turn| turn.booking_id.0 != id) {
                whose::passes(db, seq, id, customer)?;
            }
        }
    }
    if let Ok(Command::BookSeries(c)) = kept.operation.parse() {
        spared.title = rows::get::<Series>(db, c.series_id)?.map(|it| it.title).unwrap_or_default();
    }
    Ok(spared)
}

/// The texts of a booking as an operation that has its verdict found them, as far as its history tells.
fn found(db: &Connection, kept: &Kept, id: BookingId) -> rusqlite::Result<Texts> {
    let told = history::told(db, id.0)?;
    let own = HistoryEntryId::of(kept.operation.id, id.0);
    let Some(own) = told.iter().position(|it| it.id == own) else { return Ok(Texts::new()) };
    let since = &told[own + 1..];
    // What was forgotten since may have changed anything.
    let known = since.iter().take_while(|it| !it.changes.is_empty()).count();
    // History does not tell yet what waits.
    let mut waiting = outbox::steps_of(db, Entity::Booking, id.0)?.into_iter();
    let now = match waiting.next() {
        Some((_, before, _)) => before,
        None => rows::get::<Booking>(db, id)?.map(Change::Booking),
    };
    let now = now.filter(|_| known == since.len());
    let mut found = now.as_ref().map(texts).unwrap_or_default();
    // The first that changed one since says what it was.
    for change in since[..known].iter().rev().flat_map(|it| &it.changes) {
        if TEXTS.contains(&&*change.field) {
            let text = change.before.as_str().unwrap_or_default();
            found.insert(change.field.clone(), text.into());
        }
    }
    Ok(found)
}

/// The rows that an operation makes.
fn made(kept: &Kept) -> impl Iterator<Item = Uuid> {
    let made = kept.operation.parse().map(|command| command.made()).unwrap_or_default();
    made.into_iter().map(|(_, id)| id)
}

/// The rows that an operation names or makes.
fn ids(kept: &Kept) -> BTreeSet<Uuid> {
    let named = kept.operation.command.get().split('"').filter_map(|id| id.parse().ok());
    named.chain(made(kept)).collect()
}

/// What a booking says besides its texts: why it is what it is, and what it is called elsewhere.
fn means(booking: Booking) -> impl Iterator<Item = String> {
    let cancelled = booking.cancellation.map(|it| it.reason);
    let rejected = booking.rejection.map(|it| it.reason);
    let source = booking.source.map(|it| it.id);
    let said = [Some(booking.outside_hours_reason), cancelled, rejected, source];
    said.into_iter().flatten().filter(|it| !it.is_empty())
}

/// Empties the words of operations that stand whose history says nothing any more: `entries`.
pub(crate) fn forget_told(db: &Connection, entries: &[HistoryEntry]) -> rusqlite::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let told: HashSet<HistoryEntryId> = entries.iter().map(|it| it.id).collect();
    let mut about: About =
        entries.iter().map(|it| (it.about_id.to_string(), CustomerId(it.about_id))).collect();
    add_series(db, &mut about)?;
    // Entering a booking is told by no history: where it is nobody's now, that goes with the rest.
    let mut nobodys = HashSet::new();
    for entry in entries {
        let booking = rows::get::<Booking>(db, BookingId(entry.about_id))?;
        nobodys.extend(booking.filter(is_nobodys).map(|it| it.id.0));
    }
    let erased = HashSet::new();
    let said = Said { about: &about, erased: &erased, whose: About::new() };
    let mut next = 0;
    loop {
        let page = outbox::from_seq(db, next, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        next = last.operation.seq + 1;
        for kept in page {
            let waits_or_is_forgotten = kept.outcome.is_none() || kept.operation.salt.is_empty();
            if waits_or_is_forgotten || !said.is_named(&kept) {
                continue;
            }
            let is_told = |id: &Uuid| told.contains(&HistoryEntryId::of(kept.operation.id, *id));
            let made = kept.operation.parse().map(|it| it.made()).unwrap_or_default();
            let enters = |id: &Uuid| nobodys.contains(id) && made.contains(&(Entity::Booking, *id));
            let rows = ids(&kept).into_iter().filter(|id| is_told(id) || enters(id));
            let emptied: About = rows.map(|id| (id.to_string(), CustomerId(id))).collect();
            if !emptied.is_empty() {
                let said = Said { about: &emptied, erased: &erased, whose: About::new() };
                forget_words(db, &kept, &said)?;
            }
        }
    }
}

/// A class is everybody's.
fn is_nobodys(booking: &Booking) -> bool {
    booking.customer_id.is_none() && booking.capacity.is_none()
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

/// Empties the words in an operation that has its verdict.
fn forget_words(db: &Connection, kept: &Kept, said: &Said<'_>) -> rusqlite::Result<()> {
    let command = without_words(&kept.operation.command, said, spared(db, kept, said)?)?;
    let Some(command) = command else { return Ok(()) };
    let seq = kept.operation.seq;
    db.prepare_cached(
        "update outbox set command = ?2, salt = '', settled_reason = '' where seq = ?1",
    )?
    .execute((seq, command.get()))?;
    outbox::forget_details(db, seq)
}

/// Takes out of refusals what they found on a booking, where its history does not say that any more.
pub(crate) fn forget_values(
    db: &Connection,
    said: &HashSet<(Uuid, String)>,
) -> rusqlite::Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    for (seq, details) in outbox::refused_for(db)? {
        let id = details["id"].as_str().and_then(|id| id.parse().ok());
        let (Some(id), Some(current)) = (id, details["current"].as_str()) else { continue };
        if said.contains(&(id, current.to_owned())) && !is_still_said(db, id, current)? {
            outbox::forget_details(db, seq)?;
        }
    }
    Ok(())
}

/// Takes out of a verdict that is another one than before what it found of somebody who was erased since.
pub(crate) fn forget_anew(db: &Connection, kept: &Kept) -> rusqlite::Result<()> {
    let (seq, erased) = (kept.operation.seq, customers::erased(db)?);
    let about: About = erased.iter().map(|&it| (it.to_string(), it)).collect();
    let whose = whose::between(db, seq, seq)?.remove(&seq).unwrap_or_default();
    match (Said { about: &about, erased: &erased, whose }).is_named(kept) {
        true => outbox::forget_details(db, seq),
        false => Ok(()),
    }
}

/// Whether a booking, or what its history goes on telling, says something; nothing is always said.
fn is_still_said(db: &Connection, id: Uuid, text: &str) -> rusqlite::Result<bool> {
    let booking = rows::get::<Booking>(db, BookingId(id))?.map(Change::Booking);
    let row = booking.and_then(|it| it.to_row().ok()).unwrap_or_default();
    let stands = row.as_object().is_some_and(|row| row.values().any(|it| it == text));
    if text.is_empty() || stands {
        return Ok(true);
    }
    let mut told = history::told(db, id)?.into_iter().flat_map(|it| it.changes);
    Ok(told.any(|it| it.before == text || it.after == text))
}

/// What rows were like before waiting operations: kept to take those back. `theirs` is what was noted
/// before those were scrubbed. On a desk alone all wait: who had a booking after them had no words of theirs
/// but those that stand.
pub(crate) fn scrub_effects(
    db: &Connection,
    about: &About,
    theirs: &whose::Whose,
    standalone: bool,
) -> rusqlite::Result<()> {
    let mut kept =
        db.prepare_cached("select seq, ordinal, before from effects where before is not null")?;
    let befores: Vec<(u64, i64, String)> = kept
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let mut update =
        db.prepare_cached("update effects set before = ?3 where seq = ?1 and ordinal = ?2")?;
    let erased = HashSet::new();
    let mut emptied = HashSet::new();
    let mut words: HashMap<String, HashSet<(&str, String)>> = HashMap::new();
    for (seq, ordinal, before) in &befores {
        let whose = theirs.get(seq).cloned().unwrap_or_default();
        let said = Said { about, erased: &erased, whose };
        if said.named(before).next().is_none() {
            continue;
        }
        let Ok(mut json) = serde_json::from_str::<Value>(before) else { continue };
        // A date of their series may be another's.
        let series = json["row"].as_object_mut().and_then(|row| row.remove("series_id"));
        if said.named(&json.to_string()).next().is_none() {
            continue;
        }
        if let Some(series) = series {
            json["row"]["series_id"] = series;
        }
        // Whatever it was when that was done, headquarters has it as somebody else's.
        let whose = text(&json["row"], "customer_id");
        let is_anothers = whose.is_some_and(|it| !about.contains_key(it));
        if !standalone && json["entity"] == "booking" && is_anothers {
            continue;
        }
        let of_person = matches!(json["entity"].as_str(), Some("customer"));
        let id = json["row"]["id"].as_str().unwrap_or_default();
        // Who was found to be them, and is not, is somebody else.
        if of_person && !about.contains_key(id) {
            continue;
        }
        let theirs = TEXTS.iter().filter_map(|it| Some((*it, text(&json["row"], it)?.to_owned())));
        words.entry(id.to_owned()).or_default().extend(theirs);
        empty(&mut json, of_person, &Spared::default());
        update.execute((seq, ordinal, json.to_string()))?;
        emptied.insert((seq, ordinal));
    }
    for (seq, ordinal, before) in befores.iter().filter(|_| standalone) {
        let Some((id, said)) = before.split('"').find_map(|id| words.get_key_value(id)) else {
            continue;
        };
        let Ok(mut json) = serde_json::from_str::<Value>(before) else { continue };
        if json["row"]["id"] != id.as_str() || emptied.contains(&(seq, ordinal)) {
            continue;
        }
        let booking =
            id.parse().ok().map(|id| rows::get::<Booking>(db, BookingId(id))).transpose()?;
        let stands = booking.flatten().map(Change::Booking).as_ref().map(texts).unwrap_or_default();
        let gone = said.iter().filter(|(field, said)| stands.get(*field) != Some(said));
        for (field, said) in gone {
            if json["row"][*field] == said.as_str() {
                json["row"][*field] = "".into();
            }
        }
        update.execute((seq, ordinal, json.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
