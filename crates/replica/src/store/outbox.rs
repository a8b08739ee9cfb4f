//! What this device did (`outbox`), what a waiting operation wrote (`effects`), and which rows it
//! read or wrote (`touches`).

use super::bookings::LONGEST_STAY_MS;
use super::{AsJson, AsText};
use crate::history::Step;
use holdfast_domain::{
    BookingId, Change, Claim, CustomerId, Entity, Interval, Notice, OperationId, Overlap, StaffId,
    Timestamp,
};
use holdfast_protocol::{Digest, Operation, Outcome};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) const COLUMNS: &str =
    "seq, operation_id, prev, actor, at, salt, command, outcome, at_risk";

/// An operation as this device keeps it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The operation, as it is pushed.
    pub operation: Operation,
    /// Headquarters' verdict, when there is one.
    pub outcome: Option<Outcome>,
    /// What speaks against it now, while it waits.
    pub at_risk: Option<Notice>,
}

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let command = RawValue::from_string(row.get(6)?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(6, rusqlite::types::Type::Text, error.into())
    })?;
    Ok(Kept {
        operation: Operation {
            seq: row.get(0)?,
            id: OperationId(row.get(1)?),
            prev: Digest(row.get(2)?),
            actor: StaffId(row.get(3)?),
            at: Timestamp(row.get(4)?),
            salt: row.get(5)?,
            command,
        },
        outcome: row.get::<_, Option<AsJson<_>>>(7)?.map(|json| json.0),
        at_risk: row.get::<_, Option<AsJson<_>>>(8)?.map(|json| json.0),
    })
}

/// The end of the chain: the last sequence number and digest.
pub(crate) fn head(db: &Connection) -> rusqlite::Result<(u64, Digest)> {
    Ok(db
        .prepare_cached("select seq, digest from outbox order by seq desc limit 1")?
        .query_row([], |row| Ok((row.get(0)?, Digest(row.get(1)?))))
        .optional()?
        .unwrap_or((0, Digest::start())))
}

/// The digest of an operation, as it was when it was made.
pub(crate) fn digest(db: &Connection, seq: u64) -> rusqlite::Result<Digest> {
    db.prepare_cached("select digest from outbox where seq = ?1")?
        .query_row([seq], |row| Ok(Digest(row.get(0)?)))
}

pub(crate) fn append(db: &Connection, operation: &Operation) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into outbox (seq, operation_id, prev, digest, actor, at, salt, command)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        operation.seq,
        operation.id.0,
        &operation.prev.0,
        operation.digest().0,
        operation.actor.0,
        operation.at.0,
        &operation.salt,
        operation.command.get(),
    ))?;
    Ok(())
}

pub(crate) fn get(db: &Connection, seq: u64) -> rusqlite::Result<Option<Kept>> {
    db.prepare_cached(&format!("select {COLUMNS} from outbox where seq = ?1"))?
        .query_row([seq], from_row)
        .optional()
}

pub(crate) fn by_id(db: &Connection, id: OperationId) -> rusqlite::Result<Option<Kept>> {
    db.prepare_cached(&format!("select {COLUMNS} from outbox where operation_id = ?1"))?
        .query_row([id.0], from_row)
        .optional()
}

/// The last operations, newest first, at most `limit`.
pub(crate) fn newest(db: &Connection, limit: usize) -> rusqlite::Result<Vec<Kept>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&format!("select {COLUMNS} from outbox order by seq desc limit ?1"))?
        .query_map([limit], from_row)?
        .collect()
}

/// What the operations whose effects are remembered made of a row, oldest first: their numbers, and
/// the row before and after each.
pub(crate) fn steps_of(
    db: &Connection,
    entity: Entity,
    row_id: Uuid,
) -> rusqlite::Result<Vec<Step>> {
    let effects: Vec<(u64, Option<AsJson<Change>>)> = db
        .prepare_cached(
            "select e.seq, e.before from touches t join effects e on e.seq = t.seq
             where t.row_id = ?1 and t.writes = 1 and e.row_id = ?1 and e.entity = ?2
             order by e.seq, e.ordinal",
        )?
        .query_map((row_id, entity.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut after = super::read(db, entity, row_id)?;
    let mut steps: Vec<Step> = Vec::with_capacity(effects.len());
    for (seq, before) in effects.into_iter().rev() {
        let before = before.map(|json| json.0);
        match steps.last_mut() {
            // One operation on several dates may write a row for each.
            Some(step) if step.0 == seq => step.1.clone_from(&before),
            _ => steps.extend(after.map(|after| (seq, before.clone(), after))),
        }
        after = before;
    }
    steps.reverse();
    Ok(steps)
}

/// The first operation without a verdict.
pub(crate) fn first_waiting(db: &Connection) -> rusqlite::Result<Option<(u64, Timestamp)>> {
    db.prepare_cached("select seq, at from outbox where outcome is null order by seq limit 1")?
        .query_row([], |row| Ok((row.get(0)?, Timestamp(row.get(1)?))))
        .optional()
}

/// Operations from `seq` on, in order, at most `limit`.
pub(crate) fn from_seq(db: &Connection, seq: u64, limit: usize) -> rusqlite::Result<Vec<Kept>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&format!(
        "select {COLUMNS} from outbox where seq >= ?1 order by seq limit ?2"
    ))?
    .query_map((seq, limit), from_row)?
    .collect()
}

/// Operations without a verdict, in order, at most `limit`.
pub(crate) fn waiting(db: &Connection, limit: usize) -> rusqlite::Result<Vec<Kept>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&format!(
        "select {COLUMNS} from outbox where outcome is null order by seq limit ?1"
    ))?
    .query_map([limit], from_row)?
    .collect()
}

/// Operations that wait and wrote `row_id`, in order.
pub(crate) fn waiting_on(db: &Connection, row_id: Uuid) -> rusqlite::Result<Vec<Kept>> {
    db.prepare_cached(&format!(
        "select {COLUMNS} from outbox where outcome is null and seq in
             (select seq from touches where row_id = ?1 and writes = 1) order by seq"
    ))?
    .query_map([row_id], from_row)?
    .collect()
}

/// Operations that headquarters did not accept and no person has settled, oldest first.
pub(crate) fn inbox(db: &Connection) -> rusqlite::Result<Vec<Kept>> {
    db.prepare_cached(&format!(
        "select {COLUMNS} from outbox where outcome is not null and settled_at is null
             and outcome not like '{{\"outcome\":\"accepted\"%' order by seq"
    ))?
    .query_map([], from_row)?
    .collect()
}

/// What operations were refused for, settled or not.
pub(crate) fn refused_for(db: &Connection) -> rusqlite::Result<Vec<(u64, Value)>> {
    db.prepare_cached(
        "select seq, outcome -> '$.refusal.details' from outbox
         where outcome is not null and outcome not like '{\"outcome\":\"accepted\"%'
             and json_type(outcome, '$.refusal.details') = 'object'",
    )?
    .query_map([], |row| Ok((row.get(0)?, row.get::<_, AsJson<Value>>(1)?.0)))?
    .collect()
}

/// Takes out of a refusal what it found.
pub(crate) fn forget_details(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "update outbox set outcome = json_replace(outcome, '$.refusal.details', null,
             '$.refusal.message', ?2) where seq = ?1",
    )?
    .execute((seq, Notice::ERASED))?;
    Ok(())
}

/// The operation that would have made a booking which was refused, or was settled since.
pub(crate) fn refused_booking(
    db: &Connection,
    id: BookingId,
) -> rusqlite::Result<Option<Operation>> {
    // Each by an index: few are refused.
    let asked = |which: &str| {
        format!(
            "select {COLUMNS} from outbox where {which} and command ->> '$.booking_id' = ?1
                 and command ->> '$.type' in ('book', 'import_booking')"
        )
    };
    let here = "outcome is not null and settled_at is null
        and outcome not like '{\"outcome\":\"accepted\"%'";
    let both = format!("{} union all {}", asked(here), asked("settled_at is not null"));
    let kept = db.prepare_cached(&both)?.query_row([id.to_string()], from_row).optional()?;
    Ok(kept.map(|kept| kept.operation))
}

/// How many operations wait, are at risk, and lie in the inbox.
pub(crate) fn counts(db: &Connection) -> rusqlite::Result<(u64, u64, u64)> {
    let count = |sql: &str| db.prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok((
        count("select count(*) from outbox where outcome is null")?,
        count("select count(*) from outbox where outcome is null and at_risk is not null")?,
        count(
            "select count(*) from outbox where outcome is not null and settled_at is null
                 and outcome not like '{\"outcome\":\"accepted\"%'",
        )?,
    ))
}

/// Records a verdict on an operation that has none, or has another one, of a headquarters that was restored
/// since: the same once more changes nothing, nor does any on what a person has settled. Answers the
/// operation's sequence number where it is news.
pub(crate) fn judge(
    db: &Connection,
    id: OperationId,
    outcome: &Outcome,
) -> rusqlite::Result<Option<u64>> {
    db.prepare_cached(
        "update outbox set outcome = ?2, at_risk = null
         where operation_id = ?1 and (outcome is null or settled_at is null
             and (outcome like '{\"outcome\":\"accepted\"%') <> (?2 like '{\"outcome\":\"accepted\"%'))
         returning seq",
    )?
    .query_row((id.0, AsJson(outcome)), |row| row.get(0))
    .optional()
}

pub(crate) fn set_at_risk(db: &Connection, seq: u64, why: Option<&Notice>) -> rusqlite::Result<()> {
    db.prepare_cached("update outbox set at_risk = ?2 where seq = ?1 and at_risk is not ?2")?
        .execute((seq, why.map(AsJson)))?;
    Ok(())
}

pub(crate) fn at_risk(db: &Connection) -> rusqlite::Result<BTreeSet<u64>> {
    db.prepare_cached("select seq from outbox where outcome is null and at_risk is not null")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Whether a later operation takes this one back.
pub(crate) fn is_withdrawn(db: &Connection, seq: u64, id: OperationId) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "select exists (select 1 from outbox where seq > ?1
             and command ->> '$.type' = 'withdraw' and command ->> '$.operation_id' = ?2)",
    )?
    .query_row((seq, id.to_string()), |row| row.get(0))
}

/// Whether an operation is taken back by one that waits or stands.
pub(crate) fn is_taken_back(db: &Connection, id: OperationId) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "select exists (select 1 from outbox
             where command ->> '$.type' = 'withdraw' and command ->> '$.operation_id' = ?1
               and (outcome is null or outcome like '{\"outcome\":\"accepted\"%'))",
    )?
    .query_row([id.to_string()], |row| row.get(0))
}

/// How a person has dealt with a refusal.
#[derive(Clone, Debug)]
pub struct Settled {
    /// When.
    pub at: Timestamp,
    /// Who; what older programs settled does not tell.
    pub by: Option<StaffId>,
    /// What became of it, where that was asked.
    pub reason: String,
}

/// A person has dealt with a refusal. Answers whether there was one to deal with.
pub(crate) fn settle(db: &Connection, id: OperationId, how: &Settled) -> rusqlite::Result<bool> {
    let settled = db
        .prepare_cached(
            "update outbox set settled_at = ?2, settled_by = ?3,
                 settled_reason = case when salt = '' then '' else ?4 end
             where operation_id = ?1 and settled_at is null
                 and outcome is not null and outcome not like '{\"outcome\":\"accepted\"%'",
        )?
        .execute((id.0, how.at.0, how.by.map(|by| by.0), &how.reason))?;
    Ok(settled > 0)
}

/// What was dealt with last, newest first, at most `limit`.
pub(crate) fn settled(db: &Connection, limit: usize) -> rusqlite::Result<Vec<(Kept, Settled)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&format!(
        "select {COLUMNS}, settled_at, settled_by, settled_reason from outbox
         where settled_at is not null order by settled_at desc, seq desc limit ?1"
    ))?
    .query_map([limit], |row| {
        let at = Timestamp(row.get("settled_at")?);
        let by = row.get::<_, Option<Uuid>>("settled_by")?.map(StaffId);
        Ok((from_row(row)?, Settled { at, by, reason: row.get("settled_reason")? }))
    })?
    .collect()
}

/// One row that an operation wrote, and how it was before.
#[derive(Debug)]
pub(crate) struct Effect {
    pub(crate) entity: Entity,
    pub(crate) row_id: Uuid,
    pub(crate) before: Option<Change>,
}

pub(crate) fn add_effect(
    db: &Connection,
    seq: u64,
    ordinal: usize,
    effect: &Effect,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into effects (seq, ordinal, entity, row_id, before) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        seq,
        i64::try_from(ordinal).unwrap_or(i64::MAX),
        effect.entity.as_str(),
        effect.row_id,
        effect.before.as_ref().map(AsJson),
    ))?;
    Ok(())
}

/// What an operation wrote, in the order of writing.
pub(crate) fn effects(db: &Connection, seq: u64) -> rusqlite::Result<Vec<Effect>> {
    db.prepare_cached("select entity, row_id, before from effects where seq = ?1 order by ordinal")?
        .query_map([seq], |row| {
            Ok(Effect {
                entity: row.get::<_, AsText<_>>(0)?.0,
                row_id: row.get(1)?,
                before: row.get::<_, Option<AsJson<_>>>(2)?.map(|json| json.0),
            })
        })?
        .collect()
}

/// Forgets what an operation wrote and touched: it is undone, or it has its verdict.
pub(crate) fn forget_effects(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    db.prepare_cached("delete from effects where seq = ?1")?.execute([seq])?;
    db.prepare_cached("delete from touches where seq = ?1")?.execute([seq])?;
    db.prepare_cached("delete from wanted where seq = ?1")?.execute([seq])?;
    Ok(())
}

/// Operation `seq` wants a resource for a period.
pub(crate) fn want(db: &Connection, seq: u64, wanted: &Overlap) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into wanted (resource_id, starts_at, ends_at, seq) values (?1, ?2, ?3, ?4)
         on conflict do nothing",
    )?
    .execute((
        wanted.resource_id.0,
        wanted.period.starts_at().0,
        wanted.period.ends_at().0,
        seq,
    ))?;
    Ok(())
}

/// The waiting operations that want what `claim` occupies.
pub(crate) fn wanting(db: &Connection, claim: &Claim) -> rusqlite::Result<Vec<u64>> {
    db.prepare_cached(
        "select seq from wanted
         where resource_id = ?1 and starts_at > ?2 - ?4 and starts_at < ?3 and ends_at > ?2",
    )?
    .query_map((claim.resource_id.0, claim.starts_at.0, claim.ends_at.0, LONGEST_STAY_MS), |row| {
        row.get(0)
    })?
    .collect()
}

pub(crate) fn touch(db: &Connection, seq: u64, row_id: Uuid, writes: bool) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into touches (row_id, seq, writes) values (?1, ?2, ?3)
         on conflict (row_id, seq) do update set writes = max(writes, excluded.writes)",
    )?
    .execute((row_id, seq, writes))?;
    Ok(())
}

/// The operations that touch a row: sequence number, and whether they write it.
pub(crate) fn touching(db: &Connection, row_id: Uuid) -> rusqlite::Result<Vec<(u64, bool)>> {
    db.prepare_cached("select seq, writes from touches where row_id = ?1 order by seq")?
        .query_map([row_id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The operations that changed a booking that was a customer's, and which booking.
pub(crate) fn of_bookings_of(
    db: &Connection,
    customer: CustomerId,
) -> rusqlite::Result<Vec<(u64, BookingId)>> {
    db.prepare_cached(
        "select e.seq, e.row_id from touches t join effects e on e.seq = t.seq
         where t.row_id = ?1 and e.entity = 'booking' and e.before ->> '$.row.customer_id' = ?2",
    )?
    .query_map((customer.0, customer.to_string()), |row| Ok((row.get(0)?, BookingId(row.get(1)?))))?
    .collect()
}

/// The operations that touch a row and want anything at all during `period`, or want nothing by name:
/// a place in a class, a booking given to somebody else or taken up again.
pub(crate) fn touching_during(
    db: &Connection,
    row_id: Uuid,
    period: Interval,
) -> rusqlite::Result<Vec<u64>> {
    db.prepare_cached(
        "select distinct t.seq from touches t left join wanted w on w.seq = t.seq
         where t.row_id = ?1 and (w.seq is null or (w.starts_at < ?3 and w.ends_at > ?2))",
    )?
    .query_map((row_id, period.starts_at().0, period.ends_at().0), |row| row.get(0))?
    .collect()
}

/// The later operations that want what operation `seq` wants, or wanted before it was taken back.
pub(crate) fn later_wanting(db: &Connection, seq: u64) -> rusqlite::Result<Vec<u64>> {
    db.prepare_cached(
        "select distinct later.seq from wanted this join wanted later
             on later.resource_id = this.resource_id and later.starts_at > this.starts_at - ?2
             and later.starts_at < this.ends_at and later.ends_at > this.starts_at
         where this.seq = ?1 and later.seq > ?1",
    )?
    .query_map((seq, LONGEST_STAY_MS), |row| row.get(0))?
    .collect()
}

/// The rows that an operation writes, or would write if it fitted.
pub(crate) fn touched_by(db: &Connection, seq: u64) -> rusqlite::Result<Vec<Uuid>> {
    db.prepare_cached("select row_id from touches where seq = ?1 and writes = 1")?
        .query_map([seq], |row| row.get(0))?
        .collect()
}
