//! How this desk stands with its headquarters, and what the window is told without asking.

use super::{Standing, count, home_zone, wall_at};
use holdfast_domain::Timestamp;
use holdfast_domain::time::MINUTE_MS;
use holdfast_replica::{Failure, Kept, Replica};
use serde::Serialize;
use specta::Type;
use tauri_specta::Event;

/// A clock that differs from headquarters' by more than this is shown to the person.
const CLOCK_SHOWN_MS: i64 = 2 * MINUTE_MS;

/// How the background is getting on: what the replica does not remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    /// Whether a round is under way.
    pub(crate) syncing: bool,
    /// Rows received of the catch-up now running.
    pub(crate) receiving: u64,
    /// What went wrong last, until it goes well again.
    pub(crate) failure: Option<RoundFailure>,
}

/// Why the last round went wrong.
#[derive(Clone, Debug)]
pub(crate) struct RoundFailure {
    /// Whether it may go away by itself.
    pub(crate) transient: bool,
    /// As a sentence.
    pub(crate) message: String,
}

/// In one word, how this desk stands with its headquarters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SyncPhase {
    /// There is none.
    Standalone,
    /// The person wants to work offline.
    OfflineByChoice,
    /// The last round went well.
    Online,
    /// A round is under way.
    Syncing,
    /// The last round went wrong, and may go well by itself.
    Unreachable,
    /// Headquarters does not serve this desk; somebody has to do something.
    Refused,
}

/// What the sync bar shows. Times are wall times.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct SyncStatus {
    pub(crate) phase: SyncPhase,
    /// Changes waiting for a verdict.
    pub(crate) waiting: u32,
    pub(crate) oldest_waiting_at: Option<String>,
    pub(crate) last_sync_at: Option<String>,
    pub(crate) offline_since: Option<String>,
    /// Minutes since the oldest waiting change.
    pub(crate) oldest_waiting_minutes: u32,
    /// Unsettled inbox items.
    pub(crate) inbox: u32,
    pub(crate) at_risk: u32,
    /// Sentence for the phases unreachable and refused.
    pub(crate) problem: String,
    /// Difference to headquarters' clock in ms when it is large (over 2 minutes), else 0.
    pub(crate) clock_offset_ms: i32,
    /// Rows received of the catch-up now running, 0 otherwise.
    pub(crate) receiving: u32,
}

/// A change that waits for a verdict.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct WaitingChange {
    pub(crate) operation_id: String,
    pub(crate) seq: u32,
    pub(crate) local_at: String,
    pub(crate) sentence: String,
    pub(crate) standing: Standing,
    /// For `at_risk`: what speaks against it.
    pub(crate) reason: String,
}

/// Something in the replica changed: what is on screen has to be read again.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct ReplicaChanged;

/// How sync stands has changed.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct SyncChanged(pub(crate) SyncStatus);

impl SyncStatus {
    pub(crate) fn of(
        replica: &Replica,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let state = replica.sync_state()?;
        let zone = home_zone(replica)?;
        let phase = phase(replica.is_standalone()?, state.works_offline, progress);
        let failing = matches!(phase, SyncPhase::Unreachable | SyncPhase::Refused);
        let problem = progress.failure.as_ref().filter(|_| failing);
        let wall = |at: Option<Timestamp>| at.map(|at| wall_at(zone, at));
        let waited_ms = state.oldest_waiting_at.map_or(0, |at| now.0 - at.0);
        let offset = Some(state.clock_offset_ms).filter(|ms| ms.abs() > CLOCK_SHOWN_MS);
        Ok(Self {
            phase,
            waiting: count(state.counts.waiting),
            oldest_waiting_at: wall(state.oldest_waiting_at),
            last_sync_at: wall(state.last_sync_at),
            offline_since: wall(state.offline_since),
            oldest_waiting_minutes: u32::try_from(waited_ms / MINUTE_MS).unwrap_or(0),
            inbox: count(state.counts.inbox),
            at_risk: count(state.counts.at_risk),
            problem: problem.map(|failure| failure.message.clone()).unwrap_or_default(),
            clock_offset_ms: offset.map_or(0, clamped),
            receiving: count(progress.receiving),
        })
    }
}

fn phase(standalone: bool, works_offline: bool, progress: &Progress) -> SyncPhase {
    match &progress.failure {
        _ if standalone => SyncPhase::Standalone,
        _ if works_offline => SyncPhase::OfflineByChoice,
        _ if progress.syncing => SyncPhase::Syncing,
        Some(failure) if failure.transient => SyncPhase::Unreachable,
        Some(_) => SyncPhase::Refused,
        None => SyncPhase::Online,
    }
}

fn clamped(ms: i64) -> i32 {
    i32::try_from(ms).unwrap_or(if ms < 0 { i32::MIN } else { i32::MAX })
}

impl WaitingChange {
    pub(crate) fn list(replica: &Replica, kept: &[Kept]) -> Result<Vec<Self>, Failure> {
        let zone = home_zone(replica)?;
        let view = |kept: &Kept| {
            let at_risk = kept.at_risk.as_ref();
            Ok(Self {
                operation_id: kept.operation.id.to_string(),
                seq: count(kept.operation.seq),
                local_at: wall_at(zone, kept.operation.at),
                sentence: replica.sentence(&kept.operation)?,
                standing: at_risk.map_or(Standing::Tentative, |_| Standing::AtRisk),
                reason: at_risk.map(|notice| notice.message.clone()).unwrap_or_default(),
            })
        };
        kept.iter().map(view).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_chose_is_said_before_what_went_wrong() {
        let failure = |transient| Some(RoundFailure { transient, message: "x".into() });
        let failed = |transient| Progress { failure: failure(transient), ..Progress::default() };
        let syncing = Progress { syncing: true, ..failed(true) };
        assert_eq!(phase(true, true, &syncing), SyncPhase::Standalone);
        assert_eq!(phase(false, true, &syncing), SyncPhase::OfflineByChoice);
        assert_eq!(phase(false, false, &syncing), SyncPhase::Syncing);
        assert_eq!(phase(false, false, &failed(true)), SyncPhase::Unreachable);
        assert_eq!(phase(false, false, &failed(false)), SyncPhase::Refused);
        assert_eq!(phase(false, false, &Progress::default()), SyncPhase::Online);
    }
}
