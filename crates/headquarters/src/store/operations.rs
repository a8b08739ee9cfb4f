//! The table `operations`: the ledger. What was asked, by whom, and the answer; never changed.

use super::{OrgId, Tx, bytes, digest, signed, time};
use crate::Failure;
use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use holdfast_domain::{DeviceId, OperationId, StaffId};
use holdfast_protocol::{Digest, Operation, Outcome, Verdict};
use tokio_postgres::types::Json;
use uuid::Uuid;

/// What the ledger says about an operation that was asked before.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub(crate) device: DeviceId,
    pub(crate) payload_digest: Digest,
    pub(crate) verdict: Verdict,
}

/// A line to be written.
pub(crate) struct Entry<'a> {
    pub(crate) device: DeviceId,
    pub(crate) operation: &'a Operation,
    pub(crate) digest: Digest,
    pub(crate) payload_digest: Digest,
    pub(crate) verdict: Verdict,
    /// It is about somebody whose data is erased: nothing of what was asked is kept.
    pub(crate) forgotten: bool,
}

pub(crate) async fn by_ids(
    tx: &Tx<'_>,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<(OperationId, Settled)>, Failure> {
    let select = tx
        .prepare_cached(
            "select found.* from unnest($2::uuid[]) wanted (wanted_id)
             cross join lateral (
                 select operation_id, device_id, payload_digest, verdict from operations
                 where org_id = $1 and operation_id = wanted_id limit 1) found",
        )
        .await?;
    let rows = tx.query(&select, &[&org.0, &ids]).await?;
    rows.iter()
        .map(|row| {
            let Json(verdict) = row.try_get::<_, Json<Verdict>>("verdict")?;
            let settled = Settled {
                device: DeviceId(row.try_get("device_id")?),
                payload_digest: digest(row.try_get("payload_digest")?),
                verdict,
            };
            Ok((OperationId(row.try_get("operation_id")?), settled))
        })
        .collect()
}

/// Who asked for what, unless it was forgotten with somebody.
pub(crate) async fn asked(
    tx: &Tx<'_>,
    org: OrgId,
    id: OperationId,
) -> Result<Option<(StaffId, String)>, Failure> {
    let select = "select actor, payload from operations
        where org_id = $1 and operation_id = $2 and payload is not null";
    let row = tx.query_opt(select, &[&org.0, &id.0]).await?;
    row.map(|row| Ok((StaffId(row.try_get("actor")?), row.try_get("payload")?))).transpose()
}

/// Whether what was asked was forgotten with somebody. What was put aside never was in the ledger.
pub(crate) async fn is_forgotten(
    tx: &Tx<'_>,
    org: OrgId,
    id: OperationId,
) -> Result<bool, Failure> {
    let select = "select exists (select from operations where org_id = $1 and operation_id = $2
        and payload is null and outcome <> 'quarantined')";
    Ok(tx.query_one(select, &[&org.0, &id.0]).await?.try_get(0)?)
}

pub(crate) async fn insert(tx: &Tx<'_>, org: OrgId, entries: &[Entry<'_>]) -> Result<(), Failure> {
    if entries.is_empty() {
        return Ok(());
    }
    let insert = tx
        .prepare_cached(
            "insert into operations (org_id, operation_id, device_id, seq, prev, digest,
                 payload_digest, actor, at, salt, payload, outcome, verdict, commit_no)
             select $1, * from unnest($2::uuid[], $3::uuid[], $4::int8[], $5::bytea[], $6::bytea[],
                 $7::bytea[], $8::uuid[], $9::timestamptz[], $10::bytea[], $11::text[], $12::text[],
                 $13::jsonb[], $14::int8[])",
        )
        .await?;
    let column = |of: fn(&Entry<'_>) -> Uuid| entries.iter().map(of).collect::<Vec<_>>();
    let hashes = |of: for<'e> fn(&'e Entry<'_>) -> &'e Digest| -> Result<Vec<_>, Failure> {
        entries.iter().map(|entry| bytes(of(entry))).collect()
    };
    let seqs: Vec<i64> = entries.iter().map(|entry| signed(entry.operation.seq)).collect();
    let ats: Vec<DateTime<Utc>> = entries.iter().map(|entry| time(entry.operation.at)).collect();
    let salts: Vec<Option<&[u8]>> = entries.iter().map(Entry::salt).collect();
    tx.execute(
        &insert,
        &[
            &org.0,
            &column(|entry| entry.operation.id.0),
            &column(|entry| entry.device.0),
            &seqs,
            &hashes(|entry| &entry.operation.prev)?,
            &hashes(|entry| &entry.digest)?,
            &hashes(|entry| &entry.payload_digest)?,
            &column(|entry| entry.operation.actor.0),
            &ats,
            &salts,
            &entries.iter().map(Entry::payload).collect::<Vec<_>>(),
            &entries.iter().map(|entry| word(&entry.verdict.outcome)).collect::<Vec<_>>(),
            &entries.iter().map(|entry| Json(&entry.verdict)).collect::<Vec<_>>(),
            &entries.iter().map(|entry| commit(&entry.verdict.outcome)).collect::<Vec<_>>(),
        ],
    )
    .await?;
    Ok(())
}

impl Entry<'_> {
    fn salt(&self) -> Option<&[u8]> {
        (!self.forgotten).then_some(self.operation.salt.as_bytes())
    }

    /// The bytes of what was asked. What is quarantined keeps them there.
    fn payload(&self) -> Option<&str> {
        let quarantined = matches!(self.verdict.outcome, Outcome::Quarantined { .. });
        (!quarantined && !self.forgotten).then(|| self.operation.command.get())
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused { .. } => "refused",
        Outcome::DependentRefused { .. } => "dependent_refused",
        Outcome::Quarantined { .. } => "quarantined",
    }
}

fn commit(outcome: &Outcome) -> Option<i64> {
    match outcome {
        Outcome::Accepted { commit } => Some(signed(*commit)),
        Outcome::Refused { .. }
        | Outcome::DependentRefused { .. }
        | Outcome::Quarantined { .. } => None,
    }
}

/// Whether an organisation was ever asked anything.
pub(crate) async fn any(db: &impl GenericClient, org: OrgId) -> Result<bool, Failure> {
    let select = "select exists (select from operations where org_id = $1)";
    Ok(db.query_one(select, &[&org.0]).await?.try_get(0)?)
}

/// How many operations the ledger holds, and how many that were taken have no verdict anywhere: a
/// device's chain is dense, so every number up to its last must be in the ledger or in quarantine.
pub(crate) async fn count(db: &impl GenericClient, org: OrgId) -> Result<(i64, i64), Failure> {
    let select = "select (select count(*) from operations where org_id = $1),
        (select count(*) from devices d cross join lateral generate_series(d.resumed_seq + 1, d.last_seq) n (seq)
         where d.org_id = $1
             and not exists (select from operations o where o.org_id = $1
                 and o.device_id = d.device_id and o.seq = n.seq)
             and not exists (select from quarantine q where q.org_id = $1
                 and q.device_id = d.device_id and q.seq = n.seq))";
    let row = db.query_one(select, &[&org.0]).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}
