//! What a desk alone does by itself, as headquarters would: requests that nobody answered lapse, credits
//! whose time is over are written off, and what was said of somebody erased since goes, too. Whoever
//! waits for a place gets it when it becomes free (`draft/promotion.rs`).
//!
//! It speaks for the first active owner, whoever is signed in. What a rule says no to is left for the
//! next time. A clock that is wrong by a year writes nobody's credits off: it is trusted no further
//! than a day beyond what people have worked by.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{due, outbox, privacy, staff};
use crate::submit::{Submission, is_erasure, scrub, submit_as};
use holdfast_domain::command::{EraseCustomer, ExpirePackage, Patch, SetStatus};
use holdfast_domain::{BookingStatus, Command, OperationId, Timestamp};
use holdfast_protocol::Operation;
use std::convert::Infallible;
use uuid::{Builder, Uuid, Version};

/// How far back one looks for something that people did.
const LOOKED_AT_MAX: usize = 500;
/// How far beyond what people have worked by the clock is believed.
const TRUSTED_MS: i64 = 24 * 3_600_000;

/// Whether a command is of those that come of themselves when their time has come. A person may give
/// them, too.
pub(crate) fn is_housekeeping(command: &Command) -> bool {
    match command {
        Command::SetStatus(c) => c.lapsed,
        Command::ExpirePackage(_) => true,
        _ => false,
    }
}

/// The id of an operation that comes of itself: one of a version of its own, which tells it from the
/// same when a person gives it.
fn of_itself() -> OperationId {
    let id = Builder::from_bytes(Uuid::now_v7().into_bytes());
    OperationId(id.with_version(Version::Custom).into_uuid())
}

/// Whether an operation came of itself here.
pub(crate) fn came_of_itself(operation: &Operation) -> bool {
    operation.id.0.get_version() == Some(Version::Custom)
}

impl Replica {
    /// Does what is due at `at`; answers how many things were. Nothing where there is a headquarters,
    /// which does it itself.
    ///
    /// # Errors
    /// Where the disk says no; then nothing was done.
    pub fn keep_house(&mut self, at: Timestamp) -> Result<usize, Failure> {
        if !self.is_standalone()? {
            return Ok(0);
        }
        if self.due(at)?.is_empty() {
            return Ok(0);
        }
        let Some(worked_at) = self.last_worked_at()? else { return Ok(0) };
        let at = at.min(worked_at.plus_ms(TRUSTED_MS));
        let commands = self.due(at)?;
        let Some(owner) = staff::first_owner(&self.db)? else { return Ok(0) };
        let done: Result<usize, Infallible> = self.write(|db| {
            let mut done = 0;
            for command in &commands {
                if let Submission::Done(_) = submit_as(db, of_itself(), owner, command, at)? {
                    done += 1;
                }
            }
            if commands.iter().any(is_erasure) {
                scrub(db)?;
            }
            Ok(Ok(done))
        })?;
        let Ok(done) = done;
        Ok(done)
    }

    fn due(&self, at: Timestamp) -> Result<Vec<Command>, Failure> {
        let lapsed = due::lapsed(&self.db, at)?.into_iter().map(|booking| {
            Command::SetStatus(SetStatus {
                booking_id: booking.id,
                status: Patch { from: booking.status, to: BookingStatus::Rejected },
                reason: String::new(),
                lapsed: true,
                package_id: booking.package_id,
            })
        });
        let expired = due::expired(&self.db, at)?.into_iter();
        let expired =
            expired.map(|package_id| Command::ExpirePackage(ExpirePackage { package_id }));
        let erased = privacy::said_again(&self.db)?.into_iter().map(|customer_id| {
            let reason = "Written after the erasure".into();
            Command::EraseCustomer(EraseCustomer::new(customer_id, reason))
        });
        Ok(lapsed.chain(expired).chain(erased).collect())
    }

    /// When somebody last did something here.
    fn last_worked_at(&self) -> Result<Option<Timestamp>, Failure> {
        let newest = outbox::newest(&self.db, LOOKED_AT_MAX)?;
        let by_people = newest
            .iter()
            .map(|kept| &kept.operation)
            .find(|it| !came_of_itself(it) && it.parse().is_ok_and(|it| !is_housekeeping(&it)));
        Ok(by_people.map(|operation| operation.at))
    }
}
