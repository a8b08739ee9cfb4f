//! One operation's turn: seen before? next in its chain? readable? given by the device's person?
//! Then facts, decide, apply. It ends with a verdict, or it stops its push.
//!
//! The verdict is gathered outside the subtransaction that holds the effects: a refused operation
//! leaves its verdict and nothing else.

use super::batch::{Answer, Batch, Item};
use super::dependency::{Name, missed, names_written};
use super::{alternatives, notices};
use crate::Failure;
use crate::housekeeping::own_id;
use crate::store::devices::Device;
use crate::store::operations::{self, Entry, Settled};
use crate::store::quarantine::Aside;
use crate::store::refused_rows::{self, RefusedRow};
use crate::store::{Guard, audit, erasure, rows};
use holdfast_domain::command::Withdraw;
use holdfast_domain::history::{self, Deed};
use holdfast_domain::{
    Booking, Change, Command, Decision, DeviceId, Entity, Facts, HistoryEntry, Needs, Notice,
    OperationId, Refusal, Resource, Row, StaffId, StaffPin, TimeRules, Timestamp, decide, undo,
};
use holdfast_protocol::{Operation, Outcome, Problem, ProblemCode, Verdict};
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use uuid::Uuid;

/// A device's clock is believed as long as it is off by no more than this.
const CLOCK_TOLERANCE_MS: i64 = 2 * 60 * 1000;

pub(super) async fn settle<'a>(batch: &mut Batch<'a>, item: Item<'a>) -> Result<Answer, Failure> {
    let (id, operation) = (item.from.device, &item.asked.operation);
    let Some(device) = batch.devices.get(&id).filter(|device| device.revoked_at.is_none()) else {
        return Ok(Answer::Stopped(crate::http::token_unknown()));
    };
    if let Some(settled) = batch.settled.get(&operation.id).cloned() {
        return seen_before(batch, item, settled).await;
    }
    if let Some(problem) = out_of_order(device, operation) {
        return Ok(Answer::Stopped(problem));
    }
    let device = device.clone();
    let lines = batch.audit.len();
    let mut outcome = judge(batch, item, &device).await?;
    let wrote = batch.audit.len() > lines;
    let forgotten = !wrote && is_to_be_forgotten(batch, item, &outcome).await?;
    if forgotten && let Some(refusal) = outcome.refusal_mut() {
        refusal.forget();
    }
    let verdict = Verdict { operation_id: operation.id, outcome };
    record(batch, item, verdict.clone(), forgotten)?;
    Ok(Answer::Verdict(verdict))
}

/// An id that the ledger knows: the same operation gets its verdict again, another one under that
/// id is put aside. Either way the device's chain moves on where this is its next link.
async fn seen_before<'a>(
    batch: &mut Batch<'a>,
    item: Item<'a>,
    settled: Settled,
) -> Result<Answer, Failure> {
    let (device, asked) = (item.from.device, item.asked);
    let same = settled.payload_digest == asked.payload_digest;
    let verdict = if same {
        settled.verdict
    } else {
        let refusal = notices::id_reused();
        let outcome = Outcome::Quarantined { refusal };
        Verdict { operation_id: asked.operation.id, outcome }
    };
    let is_next =
        batch.devices.get(&device).is_some_and(|device| follows(device, &asked.operation));
    if !same || is_next {
        let reason = if same { "seen_before" } else { "id_reused" };
        put_aside(batch, item, reason);
    }
    if same && is_next {
        // A device that was paired anew: what relies on it comes from that one, too.
        let forgotten = is_forgotten(batch, asked.operation.id).await?;
        note_refused(batch, item, &verdict.outcome, forgotten);
    }
    if is_next {
        batch.advance(device, asked.operation.seq, &asked.digest);
    }
    // The device that the ledger names keeps the verdict it was told.
    if settled.device != device {
        batch.outgoing.add_verdict(device, &verdict)?;
    }
    Ok(Answer::Verdict(verdict))
}

fn follows(device: &Device, operation: &Operation) -> bool {
    operation.seq == device.last_seq + 1 && operation.prev == device.chain_head
}

/// Why an operation cannot be the next in its device's chain, if it cannot.
fn out_of_order(device: &Device, operation: &Operation) -> Option<Problem> {
    let expected = device.last_seq + 1;
    if follows(device, operation) {
        return None;
    }
    let (code, message) = if operation.seq > expected {
        let message = "Operations are missing. Send from the one that is expected.";
        (ProblemCode::SequenceGap, message)
    } else {
        let message = "This device's history differs from what headquarters has: it was copied or \
                       set back. Pair it anew; nothing that waits on it is lost.";
        (ProblemCode::ChainForked, message)
    };
    let details = json!({ "expected_seq": expected, "seq": operation.seq });
    Some(Problem { details, ..Problem::new(code, message) })
}

/// Writes down what became of an operation; its device's chain moves on.
fn record<'a>(
    batch: &mut Batch<'a>,
    item: Item<'a>,
    verdict: Verdict,
    forgotten: bool,
) -> Result<(), Failure> {
    let (device, asked) = (item.from.device, item.asked);
    batch.advance(device, asked.operation.seq, &asked.digest);
    batch.outgoing.add_verdict(device, &verdict)?;
    if let Outcome::Quarantined { refusal } = &verdict.outcome {
        put_aside(batch, item, &refusal.code);
    }
    note_refused(batch, item, &verdict.outcome, forgotten);
    let settled =
        Settled { device, payload_digest: asked.payload_digest.clone(), verdict: verdict.clone() };
    batch.settled.insert(asked.operation.id, settled);
    batch.entries.push(Entry {
        device,
        operation: &asked.operation,
        digest: asked.digest.clone(),
        payload_digest: asked.payload_digest.clone(),
        verdict,
        forgotten,
    });
    Ok(())
}

/// Notes what a refused operation would have made or written, for what relies on it.
fn note_refused(batch: &mut Batch<'_>, item: Item<'_>, outcome: &Outcome, forgotten: bool) {
    let (device, asked) = (item.from.device, item.asked);
    let (Some(refusal), Ok(command)) = (outcome.refusal(), &asked.command) else { return };
    for name in names_written(command) {
        let (row, value) = refused_row(device, name);
        let to_somebody = row.entity == Entity::Booking && row.field == "customer_id";
        if to_somebody && refusal.code == "customer_erased" {
            batch.lent.insert((device, row.row_id), asked.operation.id);
        }
        let value = if forgotten { String::new() } else { value };
        batch.refused.insert(row, (value, asked.operation.id));
    }
}

/// Whether what wrote nothing is about somebody whose data was erased before, or relied on what was: its
/// words are on no row, where they would be found and taken out.
async fn is_to_be_forgotten(
    batch: &Batch<'_>,
    item: Item<'_>,
    outcome: &Outcome,
) -> Result<bool, Failure> {
    if is_told(item) {
        return Ok(true);
    }
    if let Outcome::DependentRefused { depends_on, .. } = outcome
        && is_forgotten(batch, *depends_on).await?
    {
        return Ok(true);
    }
    let Some(needs) = item.asked.needs() else { return Ok(false) };
    let bookings = needs.rows.iter().filter(|(entity, _)| *entity == Entity::Booking);
    for (entity, id) in bookings {
        // It was to become theirs.
        let field = "customer_id".to_owned();
        let row = RefusedRow { device: item.from.device, entity: *entity, row_id: *id, field };
        if let Some((_, operation)) = refused_value(batch, &row).await?
            && is_forgotten(batch, operation).await?
        {
            return Ok(true);
        }
    }
    let named: Vec<Uuid> = match &item.asked.command {
        // Whom somebody was to be erased along with says nothing of them.
        Ok(Command::EraseCustomer(c)) => vec![c.customer_id.0],
        _ => needs.rows.iter().map(|(_, id)| *id).collect(),
    };
    erasure::is_about_erased(batch.tx, batch.org, &named).await
}

/// Whether nothing is kept of what an operation asked.
async fn is_forgotten(batch: &Batch<'_>, id: OperationId) -> Result<bool, Failure> {
    match batch.entries.iter().find(|entry| entry.operation.id == id) {
        Some(entry) => Ok(entry.forgotten),
        None => operations::is_forgotten(batch.tx, batch.org, id).await,
    }
}

/// What a refused operation would have written there, and which.
async fn refused_value(
    batch: &Batch<'_>,
    row: &RefusedRow,
) -> Result<Option<(String, OperationId)>, Failure> {
    match batch.refused.get(row) {
        Some(written) => Ok(Some(written.clone())),
        None => refused_rows::find(batch.tx, batch.org, row).await,
    }
}

fn put_aside<'a>(batch: &mut Batch<'a>, item: Item<'a>, reason: &str) {
    batch.aside.push(Aside {
        device: item.from.device,
        operation: &item.asked.operation,
        payload_digest: item.asked.payload_digest.clone(),
        reason: reason.to_owned(),
    });
}

/// Facts, decide, apply.
async fn judge(batch: &mut Batch<'_>, item: Item<'_>, device: &Device) -> Result<Outcome, Failure> {
    let operation = &item.asked.operation;
    let command = match &item.asked.command {
        Ok(command) => command,
        Err(notice) => return Ok(quarantined(notice.clone())),
    };
    if !may_act(batch, operation.actor, device).await? {
        return Ok(refused(notices::actor_not_bound(operation.actor, device.staff_id), vec![]));
    }
    let command = match command {
        // What it takes back did not stand: all is as wanted.
        Command::Withdraw(c) if !stands(batch, c.operation_id).await? => {
            return Ok(accepted(batch));
        }
        // Taking back is not taken back: the rules refuse it.
        Command::Withdraw(c)
            if !matches!(*c.undo, Command::Withdraw(_))
                && !takes_back(batch, c, operation.actor).await? =>
        {
            &*c.undo
        }
        other => other,
    };
    let (now, rules) = judged_at(batch, item, device);
    let needs = Needs::of(command, operation.actor);
    if let Some(depends_on) = relies_on_erased(batch, item, &needs) {
        return Ok(Outcome::DependentRefused { depends_on, refusal: notices::customer_erased() });
    }
    if is_told(item) {
        return Ok(refused(notices::customer_erased(), vec![]));
    }
    batch.ground.ask(batch.tx, batch.org, &needs, now).await?;
    let facts =
        |batch: &Batch<'_>| batch.ground.facts(&needs, (now, operation.actor), device, rules);
    let guard = match decide_safely(command, &facts(batch)) {
        Err(aside) => {
            tracing::error!(operation = %operation.id, "a rule broke down; its log line is above");
            return Ok(aside);
        }
        Ok(Err(refusal)) => return refuse(batch, device.id, command, refusal, now).await,
        Ok(Ok(decision)) => match apply(batch, item, command, now, decision.changes).await? {
            Ok(()) => return Ok(accepted(batch)),
            Err(guard) => guard,
        },
    };
    tracing::warn!(?guard, operation = %operation.id, "a guard refused what every rule allowed");
    let constraint = match guard {
        Guard::Overlap => None,
        Guard::Other(constraint) => Some(constraint),
    };
    if let Some(constraint) = constraint {
        return Ok(refused(notices::guard_refused(&constraint), vec![]));
    }
    batch.ground.reload(batch.tx, batch.org, std::slice::from_ref(&needs)).await?;
    match decide_safely(command, &facts(batch)) {
        Ok(Err(refusal)) => refuse(batch, device.id, command, refusal, now).await,
        _ => Ok(refused(notices::slot_taken_by_guard(), vec![])),
    }
}

/// The refused operation by which a booking became somebody's who was erased by then, which its person did
/// not know: what they did to it until they were told is about that one, and the booking is another's.
fn relies_on_erased(batch: &Batch<'_>, item: Item<'_>, needs: &Needs) -> Option<OperationId> {
    let lent = |id: &Uuid| batch.lent.get(&(item.from.device, *id));
    let depends_on = needs.rows.iter().find_map(|(_, id)| lent(id))?;
    let told = item.from.told.get(depends_on);
    told.is_none_or(|last| item.asked.operation.seq <= *last).then_some(*depends_on)
}

/// Whether its device knows that this was refused because somebody is erased. A headquarters that was
/// restored to an older state may be told of the erasure only later: it stays refused.
fn is_told(item: Item<'_>) -> bool {
    item.from.told.contains_key(&item.asked.operation.id)
}

/// Whether an earlier operation was accepted.
async fn stands(batch: &Batch<'_>, id: OperationId) -> Result<bool, Failure> {
    let accepted = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Accepted { .. });
    if let Some(settled) = batch.settled.get(&id) {
        return Ok(accepted(&settled.verdict));
    }
    let found = operations::by_ids(batch.tx, batch.org, &[id.0]).await?;
    Ok(found.iter().any(|(_, settled)| accepted(&settled.verdict)))
}

/// Whether somebody takes back what they did themselves; else they give a command like any other.
async fn takes_back(
    batch: &Batch<'_>,
    withdraw: &Withdraw,
    actor: StaffId,
) -> Result<bool, Failure> {
    let id = withdraw.operation_id;
    let here = batch.entries.iter().find(|entry| entry.operation.id == id);
    let (by, command) = match here {
        Some(entry) => (entry.operation.actor, entry.operation.parse().ok()),
        None => match operations::asked(batch.tx, batch.org, id).await? {
            Some((by, payload)) => (by, serde_json::from_str(&payload).ok()),
            None => return Ok(false),
        },
    };
    Ok(by == actor && command.is_some_and(|done| undo::takes_back(&withdraw.undo, &done)))
}

/// Whose commands a device brings: its own person's, and those of whoever signs in there with a PIN.
/// On somebody's laptop nobody else does.
async fn may_act(batch: &Batch<'_>, actor: StaffId, device: &Device) -> Result<bool, Failure> {
    if actor == device.staff_id || device.laptop {
        return Ok(actor == device.staff_id);
    }
    let pins = rows::by_ids(batch.tx, batch.org, Entity::StaffPin, &[actor.0]).await?;
    let pin = pins.first().and_then(StaffPin::of);
    Ok(pin.is_some_and(|pin| !pin.verifier.is_empty()))
}

/// What the rules say of a command; where one breaks down over it, what becomes of the operation.
pub(super) fn decide_safely(
    command: &Command,
    facts: &Facts,
) -> Result<Result<Decision, Refusal>, Outcome> {
    unless_broken(|| decide(command, facts))
}

/// A rule that breaks down over one operation must not hold up those behind it: it is put aside.
fn unless_broken<T>(rules: impl FnOnce() -> T) -> Result<T, Outcome> {
    catch_unwind(AssertUnwindSafe(rules)).map_err(|_| quarantined(notices::rule_broke()))
}

/// The time by which an operation is judged: its own, corrected where the device's clock is far
/// off, and never in the future. History is taken as it was.
fn judged_at(batch: &mut Batch<'_>, item: Item<'_>, device: &Device) -> (Timestamp, TimeRules) {
    let (operation, offset) = (&item.asked.operation, item.from.clock_offset_ms);
    if operation.seq <= device.history_seq {
        return (operation.at, TimeRules::History);
    }
    let correction = if offset.abs() > CLOCK_TOLERANCE_MS { offset } else { 0 };
    let now = operation.at.plus_ms(correction);
    if now <= item.from.received_at {
        return (now, TimeRules::Apply);
    }
    // Those pulled back stay apart: what one pays and another refunds are two lines of a ledger.
    batch.pulled_back_ms += 1;
    (item.from.received_at.plus_ms(batch.pulled_back_ms), TimeRules::Apply)
}

/// Writes what an operation came to, with its history and its lines in the audit.
async fn apply(
    batch: &mut Batch<'_>,
    item: Item<'_>,
    command: &Command,
    now: Timestamp,
    mut changes: Vec<Change>,
) -> Result<Result<(), Guard>, Failure> {
    if changes.is_empty() {
        return Ok(Ok(()));
    }
    let operation = &item.asked.operation;
    let deed = Deed {
        operation_id: operation.id,
        at: now,
        actor: operation.actor,
        device_id: item.from.device,
        action: command.name(),
    };
    batch.ground.load_claims(batch.tx, batch.org, &changes).await?;
    let befores: Vec<Option<Change>> = changes.iter().map(|it| batch.ground.before(it)).collect();
    let lines = audit_lines(batch, item, &deed, &changes, &befores)?;
    let told = changes.iter().zip(&befores);
    // It speaks for an owner, who knows nothing of it.
    let of_itself = item.from.device == own_id(batch.org);
    let device_id = if of_itself { DeviceId::HEADQUARTERS } else { deed.device_id };
    let deed = Deed { device_id, ..deed };
    let history: Vec<Change> = told
        .flat_map(|(after, before)| {
            let before = before.as_ref();
            let whose = match after {
                Change::Booking(_) => before.and_then(Booking::of).and_then(|it| it.customer_id),
                Change::Payment(it) if it.attendance_id.is_none() => {
                    batch.ground.get::<Booking>(it.booking_id).and_then(|it| it.customer_id)
                }
                _ => None,
            };
            let entry = history::entry(&deed, before, after, whose);
            [entry, history::passing(&deed, before, after)]
        })
        .flatten()
        .map(Change::HistoryEntry)
        .collect();
    // What was theirs once is known by what is told of it, and that goes now.
    let told = |it: &Change| HistoryEntry::of(it).map(|entry| entry.about_id);
    let besides = || changes.iter().flat_map(|it| [Some(it.id()), told(it)]).flatten().collect();
    if let Command::EraseCustomer(c) = command {
        batch.erased.push((Some(c.customer_id), besides()));
        // That it was done stays, and who did it.
        changes.extend(history.into_iter().filter_map(|it| match it {
            Change::HistoryEntry(it) if it.about == Entity::Customer => {
                Some(Change::HistoryEntry(HistoryEntry { changes: Vec::new(), ..it }))
            }
            _ => None,
        }));
    } else if matches!(command, Command::EditBooking(c) if c.erased) {
        batch.erased.push((None, besides()));
    } else {
        changes.extend(history);
    }
    if let Err(guard) = batch.writers.apply(batch.tx, batch.org, &changes).await? {
        return Ok(Err(guard));
    }
    batch.audit.extend(lines);
    for change in &changes {
        if let Change::Resource(row) = change
            && let Some(before) = batch.ground.get::<Resource>(row.id)
        {
            batch.outgoing.resource_was(before);
        }
        batch.ground.apply(change);
        let venue = match change {
            Change::BookingClaim(link) => {
                batch.ground.get::<Booking>(link.booking_id).map(|booking| booking.venue_id)
            }
            _ => None,
        };
        batch.outgoing.add(change, venue)?;
    }
    Ok(Ok(()))
}

/// One line per changed row.
fn audit_lines(
    batch: &Batch<'_>,
    item: Item<'_>,
    deed: &Deed<'_>,
    changes: &[Change],
    befores: &[Option<Change>],
) -> Result<Vec<audit::Line>, Failure> {
    let json = |row: &Change| row.to_row().map_err(|error| Failure::Bug(error.to_string()));
    let rows = changes.iter().zip(befores).enumerate();
    rows.map(|(n, (after, before))| {
        Ok(audit::Line {
            operation_id: deed.operation_id,
            ordinal: i32::try_from(n).unwrap_or(i32::MAX),
            commit_no: batch.commit + 1,
            at: deed.at,
            received_at: item.from.received_at,
            actor: deed.actor,
            device: deed.device_id,
            address: item.from.origin.address.clone(),
            client: item.from.origin.client.clone(),
            action: item.asked.command.as_ref().map_or("", Command::name),
            entity: after.entity().as_str(),
            row_id: after.id(),
            before: before.as_ref().map(json).transpose()?,
            after: json(after)?,
        })
    })
    .collect()
}

/// A rule said no: because of an earlier refusal on this device, or on its own, perhaps with a place
/// where the booking would fit.
async fn refuse(
    batch: &Batch<'_>,
    device: DeviceId,
    command: &Command,
    refusal: Refusal,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    let notice = refusal.notice();
    if let Some(depends_on) = depends_on(batch, device, command, &refusal).await? {
        let refusal = notices::storable(notice);
        return Ok(Outcome::DependentRefused { depends_on, refusal });
    }
    let alternatives = match &refusal {
        Refusal::SlotTaken { resource_id, .. } => {
            alternatives::find(batch, command, *resource_id, now).await?
        }
        _ => Vec::new(),
    };
    Ok(refused(notice, alternatives))
}

/// The earlier refused operation of this device that would have made or written what is missing.
async fn depends_on(
    batch: &Batch<'_>,
    device: DeviceId,
    command: &Command,
    refusal: &Refusal,
) -> Result<Option<OperationId>, Failure> {
    let Some(name) = missed(command, refusal) else { return Ok(None) };
    let (row, relied_on) = refused_row(device, name);
    let written = refused_value(batch, &row).await?;
    Ok(written.filter(|(value, _)| *value == relied_on).map(|(_, operation)| operation))
}

fn refused_row(device: DeviceId, name: Name) -> (RefusedRow, String) {
    let Name { entity, id, field, value } = name;
    (RefusedRow { device, entity, row_id: id, field }, value)
}

fn accepted(batch: &mut Batch<'_>) -> Outcome {
    batch.commit += 1;
    Outcome::Accepted { commit: batch.commit }
}

fn refused(notice: Notice, alternatives: Vec<holdfast_domain::schedule::Alternative>) -> Outcome {
    Outcome::Refused { refusal: notices::storable(notice), alternatives }
}

fn quarantined(notice: Notice) -> Outcome {
    Outcome::Quarantined { refusal: notices::storable(notice) }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, unless_broken};

    #[test]
    fn an_operation_over_which_a_rule_breaks_down_is_put_aside_by_that_name() {
        assert_eq!(unless_broken(|| 1), Ok(1));
        let broken = unless_broken(|| panic!("a rule of this test"));
        let Err(Outcome::Quarantined { refusal }) = broken else { panic!("{broken:?}") };
        assert_eq!(refusal.code, "rule_broke");
    }
}
