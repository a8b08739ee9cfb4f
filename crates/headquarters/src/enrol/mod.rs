//! Joining: a single-use, short-lived code becomes one revocable token of one device.
//!
//! A code without a venue is for a standalone desk that brings its history to an empty organisation;
//! nobody else is admitted before that history has arrived. A code with a venue is for a fresh desk, or
//! for one that is paired anew and goes on. Codes and tokens are stored as hashes.
//!
//! A code is looked up first, which locks nothing and is all that guessing can reach; who may do that
//! how often is in [`attempts`]. Only then is the organisation's turn waited for, by one device of it at
//! a time, so that a busy one holds up nobody else's. What is allowed is in [`admission`]: above all,
//! that no code opens a device that somebody else has the token of.

mod admission;
mod attempts;
pub mod code;
mod problems;
pub(crate) mod token;

pub(crate) use problems::being_filled;

use crate::store::pairing_codes::{self, PairingCode};
use crate::store::{OrgId, Tx, devices, operations, orgs, rows, session};
use crate::{Database, Failure, feed};
use admission::{Admitted, Known};
use attempts::Attempts;
use holdfast_domain::{Entity, Row, Staff};
use holdfast_protocol::{EnrolReply, EnrolRequest, Problem, ProblemCode};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long a device that joins waits for its organisation.
const PATIENCE: Duration = Duration::from_secs(10);

/// Devices that join, in order.
#[derive(Debug)]
pub(crate) struct Arrivals {
    db: Database,
    attempts: Attempts,
    /// One at a time per organisation: those who wait for it hold no connection.
    turns: Mutex<HashMap<OrgId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Arrivals {
    pub(crate) fn new(db: Database) -> Self {
        Self { db, attempts: Attempts::default(), turns: Mutex::default() }
    }

    /// Turns a code into a token, or says why not. The same device may send its code again while it
    /// lives: the reply may have been lost, and it gets a new token for the old one.
    pub(crate) async fn enrol(
        &self,
        peer: IpAddr,
        request: &EnrolRequest,
    ) -> Result<Result<EnrolReply, Problem>, Failure> {
        if let Err(problem) = admission::check_form(request) {
            return Ok(Err(problem));
        }
        let attempt = match self.attempts.open(peer).await {
            Ok(attempt) => attempt,
            Err(problem) => return Ok(Err(problem)),
        };
        let Some(org) = look_up(&self.db, request).await? else {
            self.attempts.was_wrong(peer);
            return Ok(Err(problems::code_wrong()));
        };
        drop(attempt);
        let turn = self.turn(org);
        let Ok(_turn) = tokio::time::timeout(PATIENCE, turn.lock()).await else {
            return Ok(Err(problems::busy()));
        };
        let joined = match join(&self.db, request).await {
            Err(failure) if failure.is_lock_timeout() => Err(problems::busy()),
            joined => joined?,
        };
        if joined.as_ref().is_err_and(|problem| problem.code == ProblemCode::CodeWrong) {
            self.attempts.was_wrong(peer);
        }
        Ok(joined)
    }

    fn turn(&self, org: OrgId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(org).or_default())
    }
}

/// Whose code this is, if this device may use it.
async fn look_up(db: &Database, request: &EnrolRequest) -> Result<Option<OrgId>, Failure> {
    let session = db.session().await?;
    let code = pairing_codes::find(&session.client, &code::hash(&request.code)).await?;
    Ok(code.filter(|code| code.is_good_for(request.device)).map(|code| code.org))
}

async fn join(
    db: &Database,
    request: &EnrolRequest,
) -> Result<Result<EnrolReply, Problem>, Failure> {
    let mut session = db.session().await?;
    let tx = session::begin(&mut session.client).await?;
    session::limit_waiting(&tx, PATIENCE).await?;
    let code_hash = code::hash(&request.code);
    let Some(code) = pairing_codes::lock(&tx, &code_hash).await? else {
        return Ok(Err(problems::code_wrong()));
    };
    session::lock(&tx, code.org).await?;
    let known = Known {
        devices: devices::of_org(&tx, code.org).await?,
        people: people(&tx, &code, request).await?,
        has_operations: operations::any(&tx, code.org).await?,
        is_itself: is_itself(&tx, request).await?,
    };
    let admitted = match admission::admit(request, &code, &known) {
        Ok(admitted) => admitted,
        Err(problem) => return Ok(Err(problem)),
    };
    let (token, token_hash) = token::new();
    let reply = write(&tx, request, &code, &code_hash, &admitted, &token_hash).await?;
    tx.commit().await?;
    tracing::info!(org = %code.org, device = %request.device, "a device joined");
    let incarnation = session.incarnation.to_string();
    Ok(Ok(EnrolReply { token, incarnation, ..reply }))
}

/// Whether the device holds the token of the one that it says it was.
async fn is_itself(tx: &Tx<'_>, request: &EnrolRequest) -> Result<bool, Failure> {
    let Some(resuming) = &request.resuming else { return Ok(false) };
    let former = devices::by_token(tx, &token::hash(&resuming.token)).await?;
    Ok(former.is_some_and(|former| former.id == resuming.device))
}

/// Those whom code and request name.
async fn people(
    tx: &Tx<'_>,
    code: &PairingCode,
    request: &EnrolRequest,
) -> Result<Vec<Staff>, Failure> {
    let bound = code.binding.map(|(_, staff)| staff);
    let waiting = request.resuming.as_ref().and_then(|resuming| resuming.waiting_of);
    let ids: Vec<Uuid> = bound.into_iter().chain(waiting).map(|id| id.0).collect();
    let rows = rows::by_ids(tx, code.org, Entity::Staff, &ids).await?;
    Ok(rows.iter().filter_map(|row| Staff::of(row).cloned()).collect())
}

async fn write(
    tx: &Tx<'_>,
    request: &EnrolRequest,
    code: &PairingCode,
    code_hash: &[u8],
    admitted: &Admitted,
    token_hash: &[u8],
) -> Result<EnrolReply, Failure> {
    pairing_codes::mark_used(tx, code.org, code_hash, request.device).await?;
    let device = devices::Enrolled {
        id: request.device,
        name: &request.device_name,
        staff_id: admitted.staff_id,
        venue_id: admitted.venue_id,
        laptop: admitted.laptop,
        history_seq: admitted.history_seq,
        last_seq: admitted.last_seq,
        chain_head: &admitted.chain_head,
        token_hash,
    };
    devices::enrol(tx, code.org, &device).await?;
    if admitted.laptop {
        feed::fill(tx, code.org, admitted.staff_id).await?;
    }
    Ok(EnrolReply {
        token: String::new(),
        incarnation: String::new(),
        org_name: orgs::name(tx, code.org).await?,
        staff_id: admitted.staff_id,
        venue_id: admitted.venue_id,
        laptop: admitted.laptop,
    })
}
