//! Putting what headquarters decided under the operations that still wait.
//!
//! In one transaction: take back the waiting operations that are touched by what arrived, write
//! headquarters' rows, and decide those operations again on the new ground. One that no longer fits
//! stays on the board with its claims inactive, at risk; every later rebase tries it again.
//! Operations that nothing touched are left alone, so that the cost follows what arrived and not
//! the length of the outbox.

use crate::apply;
use crate::facts;
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{self, meta, meta::Key, outbox, scopes};
use holdfast_domain::{
    Change, Claim, Command, Decision, Entity, Facts, Needs, Notice, Refusal, TimeRules, Timestamp,
    decide,
};
use holdfast_protocol::{FeedRow, Outcome, RowState, Scope, Verdict};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// What one finished catch-up brings.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// Verdicts on this device's operations.
    pub(crate) verdicts: Vec<Verdict>,
    /// The newest rows of this device's scopes.
    pub(crate) rows: Vec<FeedRow>,
    /// Up to where each scope is known now: all of this device's scopes.
    pub(crate) cursors: BTreeMap<Scope, u64>,
    /// Headquarters' clock less this one's, in milliseconds.
    pub(crate) clock_offset_ms: i64,
    /// When it arrived.
    pub(crate) at: Timestamp,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Absorbed {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) rows: u64,
}

impl Replica {
    /// Applies what arrived, in one transaction, under what waits.
    pub(crate) fn absorb(&mut self, arrival: &Arrival) -> Result<Absorbed, Failure> {
        let selective =
            self.write(|db| absorb(db, arrival, Undo::Touched).map(Ok::<_, Infallible>));
        match selective {
            // Something that nothing seemed to touch was in the way after all. Taking back all that
            // waits leaves only what headquarters says, which fits together.
            Err(Failure::Database(error)) if is_overlap(&error) => {
                let Ok(absorbed) =
                    self.write(|db| absorb(db, arrival, Undo::All).map(Ok::<_, Infallible>))?;
                Ok(absorbed)
            }
            Err(failure) => Err(failure),
            Ok(Ok(absorbed)) => Ok(absorbed),
        }
    }
}

fn is_overlap(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
        && error.to_string().contains("claims_no_overlap")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// The waiting operations that are touched.
    Touched,
    /// Every waiting operation.
    All,
}

fn absorb(db: &Connection, arrival: &Arrival, undo: Undo) -> Result<Absorbed, Failure> {
    let mut absorbed = Absorbed::default();
    let arrived = Arrived::read(db, arrival)?;
    let settled = judge(db, &arrived.verdicts, &mut absorbed)?;
    let affected = match undo {
        Undo::Touched => affected(db, &arrived, &settled)?,
        Undo::All => outbox::waiting(db, usize::MAX)?
            .iter()
            .map(|kept| kept.operation.seq)
            .chain(settled.iter().map(|s| s.seq))
            .collect(),
    };
    let memories = remember(db, &affected)?;
    for &seq in affected.iter().rev() {
        apply::undo(db, seq)?;
    }
    write_arrived(db, &arrived)?;
    for settled in &settled {
        outbox::forget_effects(db, settled.seq)?;
    }
    for (&seq, memory) in &memories {
        replay(db, seq, memory)?;
    }
    note_round(db, arrival)?;
    absorbed.rows = arrived.rows.len() as u64;
    Ok(absorbed)
}

/// What arrived, by row: the newest state of each, whichever scopes it came through.
struct Arrived {
    rows: BTreeMap<(Entity, Uuid), Option<Change>>,
    verdicts: Vec<Verdict>,
}

impl Arrived {
    /// Sorts what arrived and records which rows are in which scopes now.
    fn read(db: &Connection, arrival: &Arrival) -> Result<Self, Failure> {
        let mut arrived = Self { rows: BTreeMap::new(), verdicts: arrival.verdicts.clone() };
        let before = scopes::cursors(db)?;
        let mut numbers = BTreeMap::new();
        for (scope, &cursor) in &arrival.cursors {
            numbers.insert(scope, scopes::set_cursor(db, scope, cursor)?);
        }
        for row in &arrival.rows {
            let Some(&scope) = numbers.get(&row.scope) else { continue };
            arrived.take(db, scope, row)?;
        }
        for (scope, cursor) in &before {
            if !arrival.cursors.contains_key(scope) {
                arrived.lose(db, scope, &BTreeSet::new())?;
                scopes::drop_scope(db, scope)?;
            } else if *cursor == 0 {
                // A scope fetched from the start: what it no longer mentions has left it.
                let mentioned = arrival.rows.iter().filter(|row| row.scope == *scope);
                let mentioned = mentioned.map(|row| row.id).collect();
                arrived.lose(db, scope, &mentioned)?;
            }
        }
        Ok(arrived)
    }

    fn take(&mut self, db: &Connection, scope: i64, row: &FeedRow) -> Result<(), Failure> {
        if row.entity == "verdict" {
            if let RowState::Row(value) = &row.state {
                self.verdicts.push(serde_json::from_value(value.clone())?);
            }
            return Ok(());
        }
        // A sort of row that a newer headquarters knows and this program does not.
        let Ok(entity) = row.entity.parse::<Entity>() else { return Ok(()) };
        match &row.state {
            RowState::Row(value) => {
                let change: Change =
                    serde_json::from_value(json!({ "entity": entity, "row": value }))?;
                scopes::enter(db, scope, entity, row.id)?;
                self.rows.insert((entity, row.id), Some(change));
            }
            RowState::Gone(_) => {
                if scopes::leave(db, scope, entity, row.id)? {
                    self.rows.entry((entity, row.id)).or_insert(None);
                }
            }
        }
        Ok(())
    }

    /// Every row of `scope` but those in `kept` has left it.
    fn lose(
        &mut self,
        db: &Connection,
        scope: &Scope,
        kept: &BTreeSet<Uuid>,
    ) -> Result<(), Failure> {
        let Some(number) = scopes::number(db, scope)? else { return Ok(()) };
        for (entity, id) in scopes::members(db, scope)? {
            if !kept.contains(&id) && scopes::leave(db, number, entity, id)? {
                self.rows.entry((entity, id)).or_insert(None);
            }
        }
        Ok(())
    }
}

/// An operation that has just got its verdict.
struct Settled {
    seq: u64,
    accepted: bool,
}

fn judge(
    db: &Connection,
    verdicts: &[Verdict],
    absorbed: &mut Absorbed,
) -> Result<Vec<Settled>, Failure> {
    let mut settled = Vec::new();
    for verdict in verdicts {
        // The same verdict comes in the reply and in the device's scope; the first counts.
        let Some(seq) = outbox::judge(db, verdict.operation_id, &verdict.outcome)? else {
            continue;
        };
        let accepted = matches!(verdict.outcome, Outcome::Accepted { .. });
        *(if accepted { &mut absorbed.accepted } else { &mut absorbed.refused }) += 1;
        settled.push(Settled { seq, accepted });
    }
    Ok(settled)
}

/// The operations to be taken back: those refused now, those at risk, those that arrived rows touch
/// or get in the way of, and whatever was built on any of these.
fn affected(
    db: &Connection,
    arrived: &Arrived,
    settled: &[Settled],
) -> Result<BTreeSet<u64>, Failure> {
    let accepted: BTreeSet<u64> = settled.iter().filter(|s| s.accepted).map(|s| s.seq).collect();
    let mut affected = outbox::at_risk(db)?;
    affected.extend(settled.iter().filter(|s| !s.accepted).map(|s| s.seq));
    for ((entity, id), row) in &arrived.rows {
        let touching = outbox::touching(db, *id)?;
        let differs = || Ok::<_, Failure>(store::read(db, *entity, *id)? != *row);
        // A row that is already as headquarters has it disturbs only those whose memory of "before"
        // it makes wrong: operations that wrote it and still wait.
        let rewritten = touching.iter().any(|(seq, writes)| *writes && !accepted.contains(seq));
        if !touching.is_empty() && (rewritten || differs()?) {
            affected.extend(touching.iter().map(|(seq, _)| *seq));
        }
        if let Some(Change::Claim(claim)) = row
            && claim.active
        {
            let wanting = outbox::wanting(db, claim)?.into_iter();
            affected.extend(wanting.filter(|seq| !accepted.contains(seq)));
        }
    }
    built_upon(db, affected)
}

/// Adds the later operations that touch a row which one of `affected` wrote, and so on.
fn built_upon(db: &Connection, mut affected: BTreeSet<u64>) -> Result<BTreeSet<u64>, Failure> {
    let mut open: Vec<u64> = affected.iter().copied().collect();
    while let Some(seq) = open.pop() {
        for effect in outbox::effects(db, seq)? {
            for (later, _) in outbox::touching(db, effect.row_id)? {
                if later > seq && affected.insert(later) {
                    open.push(later);
                }
            }
        }
    }
    Ok(affected)
}

/// What an operation had done before it was taken back.
#[derive(Default)]
struct Memory {
    /// The rows that it made, as they were.
    made: Vec<Change>,
    /// Every row that it wrote.
    wrote: BTreeSet<Uuid>,
}

fn remember(db: &Connection, affected: &BTreeSet<u64>) -> Result<BTreeMap<u64, Memory>, Failure> {
    let mut memories = BTreeMap::new();
    for &seq in affected {
        let mut memory = Memory::default();
        for effect in outbox::effects(db, seq)? {
            if effect.before.is_none() {
                memory.made.extend(store::read(db, effect.entity, effect.row_id)?);
            }
            memory.wrote.insert(effect.row_id);
        }
        // One at risk may have written nothing last time: what it wants to write is in its touches.
        memory.wrote.extend(outbox::touched_by(db, seq)?);
        memories.insert(seq, memory);
    }
    Ok(memories)
}

/// Writes what arrived and differs from what is here: claims that move leave first, children go
/// before parents, and parents come before children.
fn write_arrived(db: &Connection, arrived: &Arrived) -> Result<(), Failure> {
    let mut changed = Vec::new();
    let mut gone = Vec::new();
    for ((entity, id), row) in &arrived.rows {
        let here = store::read(db, *entity, *id)?;
        match (here, row) {
            (Some(here), Some(row)) if here == *row => {}
            (None, None) => {}
            (_, Some(row)) => changed.push(row.clone()),
            (Some(_), None) => gone.push((*entity, *id)),
        }
    }
    for (entity, id) in gone.into_iter().rev() {
        store::delete(db, entity, id)?;
    }
    apply::write_all(db, &changed)?;
    Ok(())
}

/// Decides a waiting operation again, at its own time, on the ground as it is now.
fn replay(db: &Connection, seq: u64, memory: &Memory) -> Result<(), Failure> {
    let Some(kept) = outbox::get(db, seq)?.filter(|kept| kept.outcome.is_none()) else {
        return Ok(());
    };
    let operation = &kept.operation;
    let command = operation.parse()?;
    let needs = Needs::of(&command, operation.actor);
    let facts = facts::facts(db, &needs, operation.at, operation.actor, TimeRules::Apply)?;
    let (changes, at_risk) = match decide(&command, &facts) {
        Ok(Decision { changes, .. }) => (changes, None),
        Err(refusal) => (still_shown(&command, facts, &refusal, memory), Some(refusal.notice())),
    };
    apply::apply(db, seq, &changes, &needs)?;
    if at_risk.is_some() {
        for &row_id in &memory.wrote {
            outbox::touch(db, seq, row_id, true)?;
        }
    }
    outbox::set_at_risk(db, seq, at_risk.as_ref())?;
    Ok(())
}

/// What is shown of an operation that no longer fits. A booking that it made stays on the board
/// without occupying anything; a change of what was there before is not shown, so that the old slot
/// does not look free.
fn still_shown(
    command: &Command,
    mut facts: Facts,
    refusal: &Refusal,
    memory: &Memory,
) -> Vec<Change> {
    let makes_booking = matches!(command, Command::Book(_) | Command::ImportBooking(_));
    let mut changes = None;
    if makes_booking && matches!(refusal, Refusal::SlotTaken { .. }) {
        facts.taken.clear();
        changes = decide(command, &facts).map(|decision| decision.changes).ok();
    }
    let mut changes = changes.unwrap_or_else(|| memory.made.clone());
    for change in &mut changes {
        if let Change::Claim(claim) = change {
            *claim = Claim { active: false, ..claim.clone() };
        }
    }
    changes
}

/// Remembers that a round went well, and that its pages are no longer needed.
fn note_round(db: &Connection, arrival: &Arrival) -> rusqlite::Result<()> {
    scopes::clear_staged(db)?;
    meta::set(db, Key::LastSyncAt, &arrival.at.0.to_string())?;
    meta::set(db, Key::ClockOffsetMs, &arrival.clock_offset_ms.to_string())?;
    meta::clear(db, Key::ResendFrom)?;
    meta::clear(db, Key::OfflineSince)
}

/// A verdict's refusal, for those that are not accepted.
#[must_use]
pub(crate) fn refusal_of(outcome: &Outcome) -> Option<&Notice> {
    match outcome {
        Outcome::Accepted { .. } => None,
        Outcome::Refused { refusal, .. }
        | Outcome::DependentRefused { refusal, .. }
        | Outcome::Quarantined { refusal } => Some(refusal),
    }
}

/// The JSON of a row as the feed carries it.
pub(crate) fn feed_form(change: &Change) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(change)?;
    Ok(value.get_mut("row").map(Value::take).unwrap_or_default())
}

#[cfg(test)]
mod tests;
