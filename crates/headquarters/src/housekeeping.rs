//! What headquarters does by itself: requests that nobody answered lapse, credits whose time is over
//! are written off, whoever waits longest gets the place that became free, and what was written about
//! somebody erased by those who did not know of it yet is erased, too.
//!
//! Headquarters is a device of each organisation for this, with a chain of its own: what it does are
//! operations like any other, judged by the same rules, with their verdicts, audit and feed. One that
//! a rule says no to is left for the next time; it never undoes what caused it.

mod promotion;

use crate::admit::{Lanes, Origin, Push};
use crate::store::devices::{self, Device, Enrolled};
use crate::store::{OrgId, due, orgs, session, staff};
use crate::{Database, Failure, feed};
use chrono::Utc;
use deadpool_postgres::GenericClient;
use holdfast_domain::command::{EraseCustomer, ExpirePackage, Patch, SetStatus};
use holdfast_domain::{BookingStatus, Command, CustomerId, DeviceId, OperationId, Timestamp};
use holdfast_protocol::{Digest, Operation, Problem, ProblemCode, Told};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often laptops are relieved of what is past.
const REFRESH_EVERY: Duration = Duration::from_secs(24 * 3_600);
/// What headquarters' own device is called.
const NAME: &str = "Headquarters";

/// Up to which operation nothing is left to do of an organisation's: nothing has to be done again
/// before there is another one.
type UpTo = HashMap<OrgId, u64>;

/// What is known from the rounds before.
#[derive(Default)]
struct Settled {
    /// Nothing is written about anybody erased.
    forgotten: UpTo,
    /// Nobody who waits can have a place.
    promoted: UpTo,
}

/// Looks after every organisation, for as long as headquarters runs.
pub(crate) async fn look_after(db: Database, lanes: Lanes, every: Duration) {
    let mut refreshed: Option<Instant> = None;
    let mut settled = Settled::default();
    loop {
        tokio::time::sleep(every).await;
        if let Err(failure) = round(&db, &lanes, &mut settled).await {
            tracing::warn!(%failure, "what was due was not done; it is tried again");
        }
        if refreshed.is_none_or(|at| at.elapsed() >= REFRESH_EVERY) {
            match refresh_laptops(&db).await {
                Ok(()) => refreshed = Some(Instant::now()),
                Err(failure) => tracing::warn!(%failure, "laptops still tell of what is past"),
            }
        }
    }
}

/// Takes from laptops what has ended long enough ago.
async fn refresh_laptops(db: &Database) -> Result<(), Failure> {
    let mut session = db.session().await?;
    for org in orgs::all(&session.client).await? {
        let tx = session::begin(&mut session.client).await?;
        session::enter_push(&tx, org.id).await?;
        feed::refresh(&tx, org.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn round(db: &Database, lanes: &Lanes, settled: &mut Settled) -> Result<(), Failure> {
    let session = db.session().await?;
    let all = orgs::all(&session.client).await?;
    drop(session);
    for org in all {
        match look_at(db, lanes, org.id, settled).await {
            Err(failure) if !matches!(failure, Failure::Unreachable(_)) => {
                tracing::warn!(org = %org.id, %failure, "what was due was not done; it is tried again");
            }
            // Where the database is gone, it is so for the others, too.
            looked => looked?,
        }
    }
    Ok(())
}

/// Does what is due of one organisation.
async fn look_at(
    db: &Database,
    lanes: &Lanes,
    org: OrgId,
    settled: &mut Settled,
) -> Result<(), Failure> {
    // From half a history nobody can tell what is due: the rest of it may have answered already.
    let known = devices::of_org(&db.session().await?.client, org).await?;
    if let Some(device) = known.iter().find(|device| device.is_filling()) {
        tracing::info!(%org, device = %device.id, "nothing is done before its history is here");
        return Ok(());
    }
    let now = Timestamp::from_utc(Utc::now());
    let commands = due(db, org, now, settled).await?;
    if commands.is_empty() {
        return Ok(());
    }
    let Some(device) = own_device(db, org).await? else { return Ok(()) };
    let operations = chained(&device, &commands, now)?;
    let count = operations.len();
    let origin = Origin {
        address: String::new(),
        client: concat!("holdfast-hq/", env!("CARGO_PKG_VERSION")).into(),
    };
    let push = Push::new(device.id, operations, Told::new(), now, 0, origin);
    match lanes.push(org, push).await {
        Ok(_) => tracing::info!(%org, count, "did what was due"),
        Err(problem) if is_done_already(&problem) => {
            tracing::info!(%org, %problem, "what was due is done already");
        }
        Err(problem) => {
            let code = problem.code;
            tracing::warn!(%org, ?code, %problem, "what was due was not done; it is tried again");
        }
    }
    Ok(())
}

/// Another process of headquarters was faster: the device's chain went on meanwhile.
fn is_done_already(problem: &Problem) -> bool {
    problem.code == ProblemCode::ChainForked
}

async fn due(
    db: &Database,
    org: OrgId,
    now: Timestamp,
    settled: &mut Settled,
) -> Result<Vec<Command>, Failure> {
    // It holds a session of its own while it looks.
    let promoted = promotion::due(db, org, now, &mut settled.promoted).await?;
    let session = db.session().await?;
    let client = &session.client;
    let lapsed = due::lapsed(client, org, now).await?.into_iter().map(|it| {
        Command::SetStatus(SetStatus {
            booking_id: it.booking_id,
            status: Patch { from: BookingStatus::Pending, to: BookingStatus::Rejected },
            reason: String::new(),
            lapsed: true,
            package_id: it.package_id,
        })
    });
    let expired = due::expired(client, org, now).await?.into_iter();
    let expired = expired.map(|package_id| Command::ExpirePackage(ExpirePackage { package_id }));
    let erased =
        to_forget(client, org, &mut settled.forgotten).await?.into_iter().map(|customer_id| {
            let reason = "Written before the erasure was known".into();
            Command::EraseCustomer(EraseCustomer::new(customer_id, reason))
        });
    Ok(lapsed.chain(expired).chain(promoted).chain(erased).collect())
}

/// Whom somebody wrote about who did not know yet that they were erased. Only an operation brings words:
/// where none came since there were none, there is nothing to look for.
async fn to_forget(
    db: &impl GenericClient,
    org: OrgId,
    forgotten: &mut UpTo,
) -> Result<Vec<CustomerId>, Failure> {
    let commit = orgs::last_commit(db, org).await?;
    if forgotten.get(&org) == Some(&commit) {
        return Ok(Vec::new());
    }
    let found = due::erased_with_words(db, org).await?;
    if found.is_empty() {
        forgotten.insert(org, commit);
    }
    Ok(found)
}

/// As which device headquarters does what is due in an organisation.
pub(crate) fn own_id(org: OrgId) -> DeviceId {
    DeviceId(Uuid::new_v5(&org.0, NAME.as_bytes()))
}

/// Headquarters as a device of an organisation; `None` while nobody owns that. It speaks for the
/// first active owner, and no token opens it.
async fn own_device(db: &Database, org: OrgId) -> Result<Option<Device>, Failure> {
    let id = own_id(org);
    let mut session = db.session().await?;
    let tx = session::begin(&mut session.client).await?;
    session::lock(&tx, org).await?;
    let Some(owner) = staff::owners(&tx, org).await?.into_iter().min() else { return Ok(None) };
    let known = devices::by_ids(&tx, org, &[id.0]).await?.pop();
    if let Some(device) = known.filter(|device| device.staff_id == owner) {
        return Ok(Some(device));
    }
    let secret: [u8; 32] = rand::random();
    let enrolled = Enrolled {
        laptop: false,
        id,
        name: NAME,
        staff_id: owner,
        venue_id: None,
        history_seq: 0,
        last_seq: 0,
        chain_head: &Digest::start(),
        token_hash: &secret,
    };
    devices::enrol(&tx, org, &enrolled).await?;
    let device = devices::by_ids(&tx, org, &[id.0]).await?.pop();
    tx.commit().await?;
    Ok(device)
}

/// The commands as the next links of the device's chain.
fn chained(
    device: &Device,
    commands: &[Command],
    now: Timestamp,
) -> Result<Vec<Operation>, Failure> {
    let mut prev = device.chain_head.clone();
    let mut operations = Vec::with_capacity(commands.len());
    for (seq, command) in (device.last_seq + 1..).zip(commands) {
        let payload = serde_json::value::to_raw_value(command)
            .map_err(|error| Failure::Bug(error.to_string()))?;
        let operation = Operation {
            id: OperationId(Uuid::now_v7()),
            seq,
            prev,
            actor: device.staff_id,
            at: now,
            salt: hex::encode(rand::random::<[u8; 16]>()),
            command: payload,
        };
        prev = operation.digest();
        operations.push(operation);
    }
    Ok(operations)
}
