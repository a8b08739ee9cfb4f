//! One lane per organisation: concurrent pushes are gathered and admitted together, so that many
//! small pushes cost one lock and one commit. While a transaction runs, the next one fills up.
//!
//! A push is answered when its last operation is committed. The transactions before that stand,
//! whatever becomes of the rest: sending again finds their verdicts.

use super::batch::{self, Answer, Item};
use super::plan::plan;
use crate::store::OrgId;
use crate::{Database, Failure};
use holdfast_domain::{Command, DeviceId, Notice, Timestamp};
use holdfast_protocol::{Digest, OPERATION_BYTES_MAX, Operation, Problem, Told, Verdict};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Pushes that may wait in one lane; a further one waits to wait.
const WAITING_MAX: usize = 64;
/// From so many on, devices are asked to come back later.
const CROWDED: usize = 16;
/// How much later.
const CROWDED_RETRY_MS: u64 = 1_000;

/// What a device asks for in one round.
#[derive(Debug)]
pub(crate) struct Push {
    pub(super) device: DeviceId,
    pub(super) asked: Vec<Asked>,
    /// What the device knows to be refused because somebody is erased.
    pub(super) told: Told,
    /// Headquarters' time when it came.
    pub(super) received_at: Timestamp,
    /// Headquarters' clock less the device's.
    pub(super) clock_offset_ms: i64,
    /// Where it came from.
    pub(super) origin: Origin,
}

/// Where a push came from, for the audit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    /// The address that asked.
    pub(crate) address: String,
    /// The program and its version.
    pub(crate) client: String,
}

/// One operation, read as far as it can be before its turn.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) operation: Operation,
    pub(super) command: Result<Command, Notice>,
    pub(super) digest: Digest,
    pub(super) payload_digest: Digest,
}

impl Push {
    pub(crate) fn new(
        device: DeviceId,
        operations: Vec<Operation>,
        told: Told,
        received_at: Timestamp,
        clock_offset_ms: i64,
        origin: Origin,
    ) -> Self {
        let asked = operations.into_iter().map(Asked::read).collect();
        Self { device, asked, told, received_at, clock_offset_ms, origin }
    }
}

impl Asked {
    fn read(operation: Operation) -> Self {
        let bytes = operation.command.get().len();
        let command = if bytes > OPERATION_BYTES_MAX {
            Err(super::notices::operation_too_large(bytes, OPERATION_BYTES_MAX))
        } else {
            operation.parse().map_err(|error| super::notices::unreadable(&error.to_string()))
        };
        let (digest, payload_digest) = (operation.digest(), operation.payload_digest());
        Self { operation, command, digest, payload_digest }
    }

    /// About how many claims it will write. A cancellation's are known only from its booking, and
    /// are mostly one.
    fn claims(&self) -> usize {
        self.command.as_ref().map_or(0, Command::claim_count)
    }
}

type Reply = Result<Vec<Verdict>, Problem>;

struct Job {
    push: Push,
    verdicts: Vec<Verdict>,
    reply: oneshot::Sender<Reply>,
}

/// Every organisation's lane, opened when it is first needed.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    db: Database,
    open: Arc<Mutex<BTreeMap<OrgId, mpsc::Sender<Job>>>>,
}

impl Lanes {
    pub(crate) fn new(db: Database) -> Self {
        Self { db, open: Arc::default() }
    }

    /// Admits a push: a verdict for each of its operations, in order, or why the rest was not taken.
    pub(crate) async fn push(&self, org: OrgId, push: Push) -> Reply {
        let (reply, answer) = oneshot::channel();
        let job = Job { verdicts: Vec::with_capacity(push.asked.len()), push, reply };
        if self.lane(org).send(job).await.is_err() {
            return Err(gone());
        }
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// How long a device should stay away, if the lane is crowded.
    pub(crate) fn retry_after_ms(&self, org: OrgId) -> Option<u64> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = open.get(&org).map_or(0, |lane| WAITING_MAX - lane.capacity());
        (waiting >= CROWDED).then_some(CROWDED_RETRY_MS)
    }

    fn lane(&self, org: OrgId) -> mpsc::Sender<Job> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = open.get(&org).filter(|lane| !lane.is_closed()) {
            return lane.clone();
        }
        let (lane, jobs) = mpsc::channel(WAITING_MAX);
        tokio::spawn(run(self.db.clone(), org, jobs));
        open.insert(org, lane.clone());
        lane
    }
}

fn gone() -> Problem {
    Failure::Bug("a lane ended before its push was answered".into()).problem()
}

/// A lane's life: gather, admit, answer.
async fn run(db: Database, org: OrgId, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match jobs.recv().await {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        while let Ok(job) = jobs.try_recv() {
            waiting.push_back(job);
        }
        let weights: Vec<Vec<usize>> = waiting.iter().map(Job::weights).collect();
        let taken = plan(&weights);
        let items: Vec<Item<'_>> = waiting
            .iter()
            .zip(&taken)
            .enumerate()
            .flat_map(|(n, (job, &count))| {
                let from = job.verdicts.len();
                job.push.asked[from..from + count].iter().map(move |asked| Item {
                    push: n,
                    from: &job.push,
                    asked,
                })
            })
            .collect();
        let answers = batch::run(&db, org, &items).await;
        drop(items);
        settle(&mut waiting, &taken, answers);
    }
}

impl Job {
    fn weights(&self) -> Vec<usize> {
        self.push.asked[self.verdicts.len()..].iter().map(Asked::claims).collect()
    }
}

/// Hands the answers out, and answers the pushes that are done.
fn settle(waiting: &mut VecDeque<Job>, taken: &[usize], answers: Result<Vec<Answer>, Failure>) {
    let mut answers = match answers {
        Ok(answers) => Ok(answers.into_iter()),
        Err(failure) => {
            tracing::error!(%failure, "a push was not admitted");
            Err(failure.problem())
        }
    };
    let jobs = std::mem::take(waiting);
    for (mut job, &count) in jobs.into_iter().zip(taken) {
        let mut stopped = None;
        for _ in 0..count {
            match &mut answers {
                Ok(answers) => match answers.next() {
                    Some(Answer::Verdict(verdict)) => job.verdicts.push(verdict),
                    Some(Answer::Stopped(problem)) => stopped = stopped.or(Some(problem)),
                    None => {}
                },
                Err(problem) => stopped = Some(problem.clone()),
            }
        }
        if let Some(problem) = stopped {
            // Whoever asked may be gone; what was committed stands.
            let _ = job.reply.send(Err(problem));
        } else if job.verdicts.len() == job.push.asked.len() {
            let _ = job.reply.send(Ok(job.verdicts));
        } else {
            waiting.push_back(job);
        }
    }
}
