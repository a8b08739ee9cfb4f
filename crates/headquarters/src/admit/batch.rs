//! One transaction: the organisation's lock first, then what is known of everything that its
//! operations name, then the operations one by one, and last the ledger, the chains, and the feed. Who
//! is erased in it is taken out of all that at the very end.
//!
//! Under the lock nobody else writes, so what was read at the start and written since is all there
//! is to know: facts cost one trip to the database for all operations together.

use super::ground::Ground;
use super::lane::{Asked, Push};
use super::operation;
use crate::feed::Outgoing;
use crate::store::devices::Device;
use crate::store::operations::{Entry, Settled};
use crate::store::quarantine::Aside;
use crate::store::refused_rows::{RefusedRow, Written};
use crate::store::{
    OrgId, Tx, Writers, audit, devices, erasure, operations, orgs, quarantine, refused_rows,
    session,
};
use crate::{Database, Failure};
use holdfast_domain::{CustomerId, DeviceId, Needs, OperationId};
use holdfast_protocol::{Digest, Problem, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use tokio::try_join;
use uuid::Uuid;

/// How often a transaction that met another one is tried.
const TRIES: usize = 5;

/// An operation in its turn.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    /// Which of the pushes in this transaction it belongs to.
    pub(super) push: usize,
    pub(super) from: &'a Push,
    pub(super) asked: &'a Asked,
}

/// What became of an operation in its turn.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is settled.
    Verdict(Verdict),
    /// It was not taken, and neither is the rest of its push.
    Stopped(Problem),
}

/// What is known and gathered during one transaction.
pub(super) struct Batch<'a> {
    pub(super) tx: &'a Tx<'a>,
    pub(super) org: OrgId,
    pub(super) writers: Writers,
    pub(super) ground: Ground,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) settled: BTreeMap<OperationId, Settled>,
    pub(super) commit: u64,
    /// The last commit before this transaction.
    commit_before: u64,
    pub(super) outgoing: Outgoing,
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) aside: Vec<Aside<'a>>,
    pub(super) audit: Vec<audit::Line>,
    /// By how much operations from the future are kept apart.
    pub(super) pulled_back_ms: i64,
    /// Customers whose data is erased, and rows besides: what is kept of them goes when all is written.
    pub(super) erased: Vec<(Option<CustomerId>, Vec<Uuid>)>,
    pub(super) refused: BTreeMap<RefusedRow, Written>,
    pub(super) lent: refused_rows::Lent,
    advanced: BTreeSet<DeviceId>,
}

/// Admits operations in one transaction; the answers are in their order.
pub(super) async fn run(
    db: &Database,
    org: OrgId,
    items: &[Item<'_>],
) -> Result<Vec<Answer>, Failure> {
    let mut tries = 1;
    loop {
        match attempt(db, org, items).await {
            Err(failure) if failure.is_conflict() && tries < TRIES => {
                tracing::info!(%failure, tries, "a push met another transaction and is tried again");
                tries += 1;
            }
            Err(failure) => {
                if matches!(failure, Failure::Unreachable(_)) {
                    db.forget();
                }
                return Err(failure);
            }
            answers => return answers,
        }
    }
}

async fn attempt(db: &Database, org: OrgId, items: &[Item<'_>]) -> Result<Vec<Answer>, Failure> {
    let mut session = db.session().await?;
    let tx = session::begin(&mut session.client).await?;
    session::enter_push(&tx, org).await?;
    let mut batch = Batch::open(&tx, org, items).await?;
    let mut stopped: BTreeMap<usize, Problem> = BTreeMap::new();
    let mut answers = Vec::with_capacity(items.len());
    for &item in items {
        let answer = match stopped.get(&item.push) {
            Some(problem) => Answer::Stopped(problem.clone()),
            None => operation::settle(&mut batch, item).await?,
        };
        if let Answer::Stopped(problem) = &answer {
            stopped.entry(item.push).or_insert_with(|| problem.clone());
        }
        answers.push(answer);
    }
    batch.close().await?;
    tx.commit().await?;
    Ok(answers)
}

impl<'a> Batch<'a> {
    async fn open(tx: &'a Tx<'a>, org: OrgId, items: &[Item<'a>]) -> Result<Self, Failure> {
        let writers = Writers::prepare(tx).await?;
        let ids: Vec<Uuid> = items.iter().map(|item| item.asked.operation.id.0).collect();
        let device_ids: BTreeSet<Uuid> = items.iter().map(|item| item.from.device.0).collect();
        let device_ids: Vec<Uuid> = device_ids.into_iter().collect();
        let needs: Vec<Needs> = items.iter().filter_map(|item| item.asked.needs()).collect();
        let (settled, devices, lent, commit, ground) = try_join!(
            operations::by_ids(tx, org, &ids),
            devices::by_ids(tx, org, &device_ids),
            refused_rows::lent(tx, org, &device_ids),
            orgs::last_commit(tx, org),
            Ground::load(tx, org, &needs),
        )?;
        Ok(Self {
            tx,
            org,
            writers,
            ground,
            devices: devices.into_iter().map(|device| (device.id, device)).collect(),
            settled: settled.into_iter().collect(),
            commit,
            commit_before: commit,
            outgoing: Outgoing::default(),
            entries: Vec::new(),
            aside: Vec::new(),
            audit: Vec::new(),
            pulled_back_ms: 0,
            erased: Vec::new(),
            refused: BTreeMap::new(),
            lent,
            advanced: BTreeSet::new(),
        })
    }

    /// Moves a device's chain on by one operation.
    pub(super) fn advance(&mut self, device: DeviceId, seq: u64, head: &Digest) {
        if let Some(known) = self.devices.get_mut(&device) {
            known.last_seq = seq;
            known.chain_head = head.clone();
            self.advanced.insert(device);
        }
    }

    /// Writes what was gathered, counters and feed after the rest. Only erasing comes later: it takes a
    /// person out of what is kept, the entries and verdicts of this very batch among it.
    async fn close(self) -> Result<(), Failure> {
        let Self { tx, org, ground, devices, advanced, .. } = self;
        let moved: Vec<&Device> = advanced.iter().filter_map(|id| devices.get(id)).collect();
        try_join!(
            operations::insert(tx, org, &self.entries),
            refused_rows::upsert(tx, org, &self.refused),
            devices::advance(tx, org, &moved),
            orgs::set_last_commit(tx, org, self.commit),
            audit::insert(tx, org, &self.audit),
        )?;
        for aside in &self.aside {
            quarantine::insert(tx, org, aside).await?;
        }
        self.outgoing.publish(tx, org, |resource| ground.venues_of(resource)).await?;
        if !self.erased.is_empty() {
            erasure::scrub_again(tx, org, &self.erased, self.commit_before).await?;
        }
        Ok(())
    }
}

impl Asked {
    /// What judging it needs to know; nothing where it cannot be read.
    pub(super) fn needs(&self) -> Option<Needs> {
        let command = self.command.as_ref().ok()?;
        Some(Needs::of(command, self.operation.actor))
    }
}
