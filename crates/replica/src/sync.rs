//! Rounds with headquarters: push what waits, pull what changed, until both sides agree.
//!
//! [`round`](self) plans a request from what is stored and absorbs a reply into it; [`client`] is
//! the only place that touches the network. One round is under way per replica, held by a file
//! lock: another program that wants to sync meanwhile is told so.

mod client;
mod enrol;
mod round;

pub use client::{Client, SyncFailure};
pub use enrol::enrol;
pub use round::Report;

use crate::replica::Replica;
use crate::store::scopes;
use std::fs::File;

/// Exclusive right to sync one replica, for as long as it is held.
#[derive(Debug)]
pub struct SyncLock(#[expect(dead_code, reason = "held, not read: dropping it unlocks")] File);

impl SyncLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`SyncFailure::AlreadySyncing`] where another program holds it.
    pub fn take(replica: &Replica) -> Result<Self, SyncFailure> {
        let path = replica.dir().join("sync.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(crate::Failure::at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(SyncFailure::AlreadySyncing),
            Err(std::fs::TryLockError::Error(error)) => Err(crate::Failure::at(path)(error).into()),
        }
    }
}

/// Syncs until nothing waits and everything has arrived. `progress` hears how many rows of a long
/// catch-up are here.
///
/// # Errors
/// See [`SyncFailure`]. Whatever went wrong, the outbox holds all that has no verdict yet.
pub async fn sync(
    replica: &mut Replica,
    client: &Client,
    mut progress: impl FnMut(u64),
) -> Result<Report, SyncFailure> {
    if replica.is_standalone()? {
        return Err(SyncFailure::Standalone);
    }
    if replica.works_offline()? {
        return Err(SyncFailure::WorkingOffline);
    }
    let mut report = Report::default();
    loop {
        let request = replica.plan_round()?;
        let reply = match client.sync(replica, &request).await {
            Ok(reply) => reply,
            // Headquarters misses some that it had: they are sent again at once, if that is news.
            Err(failure) if replica.resends_after(&failure, &request)? => continue,
            Err(failure) => {
                replica.note_failure(&failure)?;
                return Err(failure);
            }
        };
        let wait_ms = reply.retry_after_ms;
        let judged_before = report.accepted + report.refused;
        let resending_before = replica.resending_from()?;
        let more = replica.take_reply(&request, reply, &mut report)?;
        report.rounds += 1;
        if more {
            progress(scopes::staged_count(&replica.db).map_err(crate::Failure::from)?);
            continue;
        }
        let resending = replica.resending_from()?;
        let stands_still = report.accepted + report.refused == judged_before
            && resending == resending_before
            && !request.operations.is_empty();
        if stands_still || (replica.counts()?.waiting == 0 && resending.is_none()) {
            return Ok(report);
        }
        if let Some(ms) = wait_ms {
            tokio::time::sleep(std::time::Duration::from_millis(ms.min(60_000))).await;
        }
    }
}
