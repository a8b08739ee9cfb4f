//! How this replica stands with its headquarters.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{meta, meta::Key, outbox};
use holdfast_domain::Timestamp;
use serde::Serialize;

/// What waits and what needs a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Operations without a verdict.
    pub waiting: u64,
    /// Of these, those that something speaks against.
    pub at_risk: u64,
    /// Operations that were not accepted and that nobody has settled.
    pub inbox: u64,
}

/// Where sync stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct SyncState {
    /// See [`Counts`].
    #[serde(flatten)]
    pub counts: Counts,
    /// When the first operation that waits was made.
    pub oldest_waiting_at: Option<Timestamp>,
    /// When a round last went well.
    pub last_sync_at: Option<Timestamp>,
    /// Since when headquarters has not been reached, or not been wanted.
    pub offline_since: Option<Timestamp>,
    /// Whether that is a person's choice.
    pub works_offline: bool,
    /// Headquarters' clock less this one's, as of the last round, in milliseconds.
    pub clock_offset_ms: i64,
}

impl Replica {
    /// Whether there is no headquarters.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn is_standalone(&self) -> Result<bool, Failure> {
        Ok(meta::get(&self.db, Key::HeadquartersUrl)?.is_none())
    }

    /// What waits and what needs a person.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn counts(&self) -> Result<Counts, Failure> {
        if self.is_standalone()? {
            return Ok(Counts::default());
        }
        let (waiting, at_risk, inbox) = outbox::counts(&self.db)?;
        Ok(Counts { waiting, at_risk, inbox })
    }

    /// Where sync stands.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn sync_state(&self) -> Result<SyncState, Failure> {
        let db = &self.db;
        let counts = self.counts()?;
        let oldest = if counts.waiting > 0 { outbox::first_waiting(db)? } else { None };
        Ok(SyncState {
            counts,
            oldest_waiting_at: oldest.map(|(_, at)| at),
            last_sync_at: meta::parse(db, Key::LastSyncAt)?.map(Timestamp),
            offline_since: meta::parse(db, Key::OfflineSince)?.map(Timestamp),
            works_offline: self.works_offline()?,
            clock_offset_ms: meta::parse(db, Key::ClockOffsetMs)?.unwrap_or(0),
        })
    }
}
