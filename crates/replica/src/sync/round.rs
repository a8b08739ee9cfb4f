//! One round as data: what to send, and what to make of the answer.

use super::client::SyncFailure;
use crate::failure::Failure;
use crate::rebase::Arrival;
use crate::replica::{Replica, now};
use crate::store::{self, meta, meta::Key, outbox, scopes, scrub};
use holdfast_domain::DeviceId;
use holdfast_protocol::{
    OPERATIONS_PER_ROUND, Operation, PROTOCOL, PUSH_BYTES_MAX, ProblemCode, SyncReply, SyncRequest,
    Told,
};
use serde::Serialize;
use std::convert::Infallible;

/// What a sync came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Report {
    /// Operations that headquarters accepted.
    pub accepted: u64,
    /// Operations that it did not accept; they are in the inbox.
    pub refused: u64,
    /// Rows that arrived.
    pub rows: u64,
    /// Requests made.
    pub rounds: u64,
}

impl Replica {
    /// The next request: the operations that wait, and up to where each scope is known. While pages
    /// of a catch-up are coming in nothing is pushed, so that what is judged next is judged last.
    pub(crate) fn plan_round(&self) -> Result<SyncRequest, Failure> {
        let db = &self.db;
        let staged = scopes::staged_cursors(db)?;
        let operations = if staged.is_empty() { self.next_operations()? } else { Vec::new() };
        let told = if operations.is_empty() { Told::new() } else { meta::told(db)? };
        Ok(SyncRequest {
            protocol: PROTOCOL,
            device: meta::parse::<DeviceId>(db, Key::DeviceId)?.ok_or(Failure::Empty)?,
            incarnation: meta::get(db, Key::Incarnation)?.unwrap_or_default(),
            device_time: now(),
            cursors: if staged.is_empty() { scopes::cursors(db)? } else { staged },
            operations,
            told,
        })
    }

    /// From the first operation without a verdict (or from where headquarters asked to resend), as
    /// many as a round takes.
    fn next_operations(&self) -> Result<Vec<Operation>, Failure> {
        let waiting = outbox::first_waiting(&self.db)?.map(|(seq, _)| seq);
        let resend = self.resending_from()?;
        let Some(from) = waiting.into_iter().chain(resend).min() else { return Ok(Vec::new()) };
        let mut bytes = 0;
        let kept = outbox::from_seq(&self.db, from, OPERATIONS_PER_ROUND)?;
        let operations = kept.into_iter().map(|kept| kept.operation);
        Ok(operations
            .take_while(|operation| {
                bytes += operation.command.get().len();
                bytes <= PUSH_BYTES_MAX
            })
            .collect())
    }

    /// Takes a reply in. Answers whether more pages are to come.
    pub(crate) fn take_reply(
        &mut self,
        request: &SyncRequest,
        reply: SyncReply,
        report: &mut Report,
    ) -> Result<bool, Failure> {
        if request.incarnation != reply.incarnation {
            self.meet(&reply.incarnation)?;
            if !request.incarnation.is_empty() {
                return Ok(true);
            }
        }
        let resend = self.resending_from()?;
        if reply.more || !scopes::staged_cursors(&self.db)?.is_empty() {
            self.write(|db| {
                Ok(Ok::<_, Infallible>(scopes::stage(db, &reply.changes, &reply.cursors)?))
            })?
            .ok();
        }
        if reply.more {
            // Verdicts come again in the device's scope, with the last page.
            return Ok(true);
        }
        let staged = scopes::staged(&self.db)?;
        let rows = if staged.is_empty() { reply.changes } else { staged };
        let absorbed = self.absorb(&Arrival {
            verdicts: reply.verdicts,
            rows,
            cursors: reply.cursors,
            clock_offset_ms: reply.clock_offset_ms,
            at: now(),
            resend_from: still_to_resend(request, resend),
        })?;
        self.settle_home()?;
        report.accepted += absorbed.accepted;
        report.refused += absorbed.refused;
        report.rows += absorbed.rows;
        Ok(false)
    }

    /// Headquarters is another one than it was: everything is fetched anew.
    fn meet(&mut self, incarnation: &str) -> Result<(), Failure> {
        let done: Result<(), Infallible> = self.write(|db| {
            scopes::reset_cursors(db)?;
            meta::set(db, Key::Incarnation, incarnation)?;
            Ok(Ok(()))
        })?;
        let Ok(()) = done;
        Ok(())
    }

    /// From which operation headquarters asked to resend, where it still does.
    pub(crate) fn resending_from(&self) -> Result<Option<u64>, Failure> {
        Ok(meta::parse(&self.db, Key::ResendFrom)?)
    }

    /// Whether headquarters asked for earlier operations than were sent; they come next.
    pub(crate) fn resends_after(
        &self,
        failure: &SyncFailure,
        request: &SyncRequest,
    ) -> Result<bool, Failure> {
        let SyncFailure::Problem(problem) = failure else { return Ok(false) };
        let expected = problem.details["expected_seq"].as_u64();
        let (ProblemCode::SequenceGap, Some(expected)) = (problem.code, expected) else {
            return Ok(false);
        };
        store::savepoint(&self.db, || {
            meta::set(&self.db, Key::ResendFrom, &expected.to_string())?;
            Ok(Ok(scrub::chain_anew(&self.db, expected)?))
        })?;
        Ok(request.operations.first().is_some_and(|first| expected < first.seq))
    }

    /// A round failed: remember since when.
    pub(crate) fn note_failure(&self, failure: &SyncFailure) -> Result<(), Failure> {
        if failure.is_transient() {
            self.mark_offline(now())?;
        }
        Ok(())
    }

    /// A desk whose code named no venue stands in the first one it sees.
    fn settle_home(&self) -> Result<(), Failure> {
        if meta::get(&self.db, Key::VenueId)?.is_none()
            && let Some(venue) = store::venues::all(&self.db)?.first()
        {
            meta::set(&self.db, Key::VenueId, &venue.id.to_string())?;
        }
        Ok(())
    }
}

/// From where headquarters still misses operations that have their verdict here: after those of
/// this push, as long as they are not yet those that wait.
fn still_to_resend(request: &SyncRequest, resend: Option<u64>) -> Option<u64> {
    let last = request.operations.last().map(|operation| operation.seq);
    resend.and_then(|from| last.filter(|last| *last >= from).map(|last| last + 1).or(Some(from)))
}
