//! Putting what headquarters decided under the operations that still wait.
//!
//! In one transaction: take back the waiting operations that are touched by what arrived, write
//! headquarters' rows, and decide those operations again on the new ground. One that no longer fits
//! stays on the board with its claims inactive, at risk; every later rebase tries it again (of very
//! many, only those that something concerns).
//! Operations that nothing touched are left alone, so that the cost follows what arrived and not
//! the length of the outbox.

mod arrived;

use crate::apply;
use crate::facts;
use crate::failure::Failure;
use crate::privacy;
use crate::replica::Replica;
use crate::store::{self, meta, meta::Key, outbox, related, scopes, scrub};
use arrived::Arrived;
use holdfast_domain::{
    Booking, Change, Claim, Command, CustomerId, Decision, Entity, Facts, Needs, Refusal,
    TimeRules, Timestamp, decide,
};
use holdfast_protocol::{FeedRow, Outcome, Scope, Verdict};
use rusqlite::Connection;
use serde_json::Value;
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
    /// From which of this device's operations headquarters asked to resend, where it still does.
    pub(crate) resend_from: Option<u64>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Absorbed {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) rows: u64,
}

impl Replica {
    /// Applies what arrived, in one transaction, under what waits. Should a constraint speak against
    /// the selective way (something that nothing seemed to touch was in the way after all), more is
    /// taken back, until only what headquarters says is left, which fits together.
    pub(crate) fn absorb(&mut self, arrival: &Arrival) -> Result<Absorbed, Failure> {
        match self.absorb_with(arrival, Undo::Touched) {
            Err(Failure::Database(error)) if is_constraint(&error) => {}
            done => return done,
        }
        match self.absorb_with(arrival, Undo::All) {
            Err(Failure::Database(error)) if is_constraint(&error) => {}
            done => return done,
        }
        self.absorb_with(arrival, Undo::AllShowingNothing)
    }

    fn absorb_with(&mut self, arrival: &Arrival, undo: Undo) -> Result<Absorbed, Failure> {
        let arrived = Arrived::read(&self.db, arrival)?;
        let done: Result<Absorbed, Infallible> =
            self.write(|db| Ok(Ok(absorb(db, arrival, arrived, undo)?)))?;
        let Ok(absorbed) = done;
        // Somebody may have been erased elsewhere. A file in the way holds up no sync.
        let _ = self.remove_archives(arrival.at);
        Ok(absorbed)
    }
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// The waiting operations that are touched.
    Touched,
    /// Every waiting operation.
    All,
    /// The same; and what no longer fits is not shown, whatever it was.
    AllShowingNothing,
}

/// So many operations at risk are all tried again with every arrival; of more, only those that what
/// arrived concerns, so that a person is never kept waiting.
const AT_RISK_TRIED: usize = 50;

fn absorb(
    db: &Connection,
    arrival: &Arrival,
    mut arrived: Arrived,
    undo: Undo,
) -> Result<Absorbed, Failure> {
    let mut absorbed = Absorbed::default();
    arrived.place(db, &arrival.cursors)?;
    let settled = judge(db, &arrived.verdicts, arrival.at, &mut absorbed)?;
    let affected = match undo {
        Undo::Touched => affected(db, &arrived, &settled)?,
        Undo::All | Undo::AllShowingNothing => outbox::waiting(db, usize::MAX)?
            .iter()
            .map(|kept| kept.operation.seq)
            .chain(settled.iter().map(|s| s.seq))
            .collect(),
    };
    let memories = remember(db, &affected)?;
    for &seq in affected.iter().rev() {
        apply::undo(db, seq)?;
    }
    let emptied = privacy::emptied_elsewhere(db, arrived.rows.values().flatten())?;
    arrived.write(db)?;
    for settled in &settled {
        outbox::forget_effects(db, settled.seq)?;
    }
    for (&seq, memory) in &memories {
        replay(db, seq, memory, undo)?;
    }
    note_round(db, arrival)?;
    privacy::scrub(db, false, &emptied)?;
    absorbed.rows = arrival.rows.len() as u64;
    Ok(absorbed)
}

/// An operation that has just got its verdict.
struct Settled {
    seq: u64,
    accepted: bool,
}

fn judge(
    db: &Connection,
    verdicts: &[Verdict],
    at: Timestamp,
    absorbed: &mut Absorbed,
) -> Result<Vec<Settled>, Failure> {
    let mut settled = Vec::new();
    note_told(db, verdicts)?;
    for verdict in verdicts {
        let accepted = matches!(verdict.outcome, Outcome::Accepted { .. });
        let before = match accepted {
            true => None,
            false => outbox::by_id(db, verdict.operation_id)?,
        };
        // The same verdict comes in the reply and in the device's scope; the first counts.
        let Some(seq) = outbox::judge(db, verdict.operation_id, &verdict.outcome)? else {
            continue;
        };
        if let Some(kept) = before.filter(|kept| kept.outcome.is_some()) {
            scrub::forget_anew(db, &kept)?;
        }
        if !accepted && outbox::is_withdrawn(db, seq, verdict.operation_id)? {
            // Nobody wants it any more: no business of the inbox.
            let by_itself = outbox::Settled { at, by: None, reason: String::new() };
            outbox::settle(db, verdict.operation_id, &by_itself)?;
        }
        *(if accepted { &mut absorbed.accepted } else { &mut absorbed.refused }) += 1;
        settled.push(Settled { seq, accepted });
    }
    Ok(settled)
}

/// Remembers when this device was told that an operation is refused because somebody is erased.
fn note_told(db: &Connection, verdicts: &[Verdict]) -> Result<(), Failure> {
    let erased = |verdict: &&Verdict| {
        verdict.outcome.refusal().is_some_and(|refusal| refusal.code == "customer_erased")
    };
    let mut verdicts = verdicts.iter().filter(erased).peekable();
    if verdicts.peek().is_none() {
        return Ok(());
    }
    let (last, _) = outbox::head(db)?;
    let mut told = meta::told(db)?;
    for verdict in verdicts {
        told.entry(verdict.operation_id).or_insert(last);
        if let Outcome::DependentRefused { depends_on, .. } = &verdict.outcome {
            told.entry(*depends_on).or_insert(last);
        }
    }
    let text = serde_json::to_string(&told).map_err(|error| Failure::Corrupt(error.to_string()))?;
    Ok(meta::set(db, Key::Told, &text)?)
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
    let tries_all = affected.len() <= AT_RISK_TRIED;
    if !tries_all {
        affected.clear();
    }
    affected.extend(settled.iter().filter(|s| !s.accepted).map(|s| s.seq));
    for ((entity, id), row) in &arrived.rows {
        let touching = outbox::touching(db, *id)?;
        let here = store::read(db, *entity, *id)?;
        // A row that is already as headquarters has it disturbs only those whose memory of "before"
        // it makes wrong: operations that wrote it and still wait.
        let rewritten = touching.iter().any(|(seq, writes)| *writes && !accepted.contains(seq));
        if !touching.is_empty() && (rewritten || here != *row) {
            affected.extend(touching.iter().map(|(seq, _)| *seq));
        }
        // A row that says nothing new concerns only those who want what it occupies.
        if here == *row && *entity != Entity::Claim {
            continue;
        }
        for change in [row.clone(), here].into_iter().flatten() {
            let concerned = concerned(db, arrived, &change)?.into_iter();
            affected.extend(concerned.filter(|seq| !accepted.contains(seq)));
        }
    }
    built_upon(db, affected)
}

/// The waiting operations that a row concerns although they do not name it: those who want what a
/// claim takes or gives back, or what an exception to opening hours shuts or opens, and those who
/// rely on what hangs on a row that they name.
fn concerned(db: &Connection, arrived: &Arrived, change: &Change) -> Result<Vec<u64>, Failure> {
    let on = |id: Uuid| -> Result<Vec<u64>, Failure> {
        Ok(outbox::touching(db, id)?.into_iter().map(|(seq, _)| seq).collect())
    };
    match change {
        Change::Claim(claim) => Ok(outbox::wanting(db, claim)?),
        Change::AvailabilityException(exception) => {
            let mut concerned = Vec::new();
            for claim in related::shut_by(db, exception)? {
                concerned.extend(outbox::wanting(db, &claim)?);
            }
            Ok(concerned)
        }
        Change::Payment(row) => on(row.booking_id.0),
        Change::Attendance(row) => {
            let mut concerned = on(row.booking_id.0)?;
            let booking = match arrived.rows.get(&(Entity::Booking, row.booking_id.0)) {
                Some(Some(Change::Booking(booking))) => Some(booking.clone()),
                _ => store::get::<Booking>(db, row.booking_id)?,
            };
            if let Some(booking) = booking {
                concerned.extend(elsewhere(db, row.customer_id, &booking)?);
            }
            Ok(concerned)
        }
        Change::Booking(row) => match row.customer_id {
            Some(customer_id) => elsewhere(db, customer_id, row),
            None => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}

/// The waiting operations for a customer who is elsewhere, in `booking`, at that time.
fn elsewhere(
    db: &Connection,
    customer_id: CustomerId,
    booking: &Booking,
) -> Result<Vec<u64>, Failure> {
    match booking.occupied() {
        Some(period) => Ok(outbox::touching_during(db, customer_id.0, period)?),
        None => Ok(Vec::new()),
    }
}

/// Adds the later operations that touch a row which one of `affected` wrote, or that want what it
/// wants (they may hold it by now, and it comes first), and so on.
fn built_upon(db: &Connection, mut affected: BTreeSet<u64>) -> Result<BTreeSet<u64>, Failure> {
    let mut open: Vec<u64> = affected.iter().copied().collect();
    while let Some(seq) = open.pop() {
        let mut later = outbox::later_wanting(db, seq)?;
        for effect in outbox::effects(db, seq)? {
            later.extend(outbox::touching(db, effect.row_id)?.into_iter().map(|(seq, _)| seq));
            // Taken back, it occupies again what it had moved away from.
            if let Some(Change::Claim(claim)) = effect.before {
                later.extend(outbox::wanting(db, &claim)?);
            }
        }
        open.extend(later.into_iter().filter(|later| *later > seq && affected.insert(*later)));
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

/// Decides a waiting operation again, at its own time, on the ground as it is now.
fn replay(db: &Connection, seq: u64, memory: &Memory, undo: Undo) -> Result<(), Failure> {
    let Some(kept) = outbox::get(db, seq)?.filter(|kept| kept.outcome.is_none()) else {
        return Ok(());
    };
    let operation = &kept.operation;
    let command = operation.parse()?;
    let needs = Needs::of(&command, operation.actor);
    let facts = facts::facts(db, &needs, operation.at, operation.actor, TimeRules::Apply)?;
    let (changes, at_risk) = match decide(&command, &facts) {
        // What it takes back does not stand: there is nothing to do.
        _ if takes_back_nothing(db, &command)? => (Vec::new(), None),
        Ok(Decision { changes, .. }) => (changes, None),
        Err(refusal) if undo == Undo::AllShowingNothing => (Vec::new(), Some(refusal.notice())),
        Err(refusal) => {
            let shown = still_shown(&command, facts, &refusal, memory);
            (arrived::with_parents(db, shown)?, Some(refusal.notice()))
        }
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

/// Whether a command takes back an operation that was refused, or would be now.
fn takes_back_nothing(db: &Connection, command: &Command) -> Result<bool, Failure> {
    let Command::Withdraw(withdraw) = command else { return Ok(false) };
    let kept = outbox::by_id(db, withdraw.operation_id)?;
    Ok(kept.is_some_and(|kept| {
        let refused = kept.outcome.as_ref().and_then(Outcome::refusal).is_some();
        refused || kept.at_risk.is_some()
    }))
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
    let makes_booking =
        matches!(command, Command::Book(_) | Command::ImportBooking(_) | Command::BookSeries(_));
    let mut changes = None;
    if makes_booking && matches!(refusal, Refusal::SlotTaken { .. }) {
        facts.taken.clear();
        changes = decide(command, &facts).map(|decision| decision.changes).ok();
    }
    let mut changes = changes.unwrap_or_else(|| memory.made.clone());
    // What does not stand costs no credits.
    changes.retain(|it| !matches!(it.entity(), Entity::Package | Entity::CreditEntry));
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
    let waiting = outbox::first_waiting(db)?.map(|(seq, _)| seq);
    let end = match waiting {
        Some(seq) => seq,
        None => outbox::head(db)?.0 + 1,
    };
    match arrival.resend_from.filter(|from| *from < end) {
        Some(from) => meta::set(db, Key::ResendFrom, &from.to_string())?,
        None => meta::clear(db, Key::ResendFrom)?,
    }
    meta::clear(db, Key::OfflineSince)
}

/// The JSON of a row as the feed carries it.
pub(crate) fn feed_form(change: &Change) -> Result<Value, Failure> {
    Ok(change.to_row()?)
}

#[cfg(test)]
mod tests;
