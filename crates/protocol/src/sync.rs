//! One round of sync.

use crate::feed::{FeedRow, Scope};
use crate::operation::Operation;
use holdfast_domain::schedule::Alternative;
use holdfast_domain::{DeviceId, Notice, OperationId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a device sends: what it did, and up to where it knows each scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncRequest {
    /// See [`crate::PROTOCOL`].
    pub protocol: u32,
    /// Who is asking; must be the token's device.
    pub device: DeviceId,
    /// Which headquarters the device believes to be talking to; empty before the first round.
    pub incarnation: String,
    /// The device's clock now: headquarters measures the difference.
    pub device_time: Timestamp,
    /// The version up to which the device has each scope; a scope left out counts as 0.
    pub cursors: BTreeMap<Scope, u64>,
    /// What waits, in order, from the first without a verdict.
    pub operations: Vec<Operation>,
    /// Operations of which the device knows that they were refused because somebody is erased, and the
    /// sequence number of the last that it had made when it was told: what came after was made knowing
    /// it. Headquarters refuses them again, should it have forgotten the erasure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: Told,
}

/// See [`SyncRequest::told`].
pub type Told = BTreeMap<OperationId, u64>;

/// What headquarters answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncReply {
    /// This headquarters' incarnation.
    pub incarnation: String,
    /// One verdict per operation pushed, in order.
    pub verdicts: Vec<Verdict>,
    /// Rows newer than the cursors.
    pub changes: Vec<FeedRow>,
    /// The version up to which each of the device's scopes is now known. A scope that the device
    /// had and that is missing here is no longer its own.
    pub cursors: BTreeMap<Scope, u64>,
    /// Whether to ask again at once: only the last page makes a state.
    pub more: bool,
    /// Headquarters' clock less the device's, in milliseconds.
    pub clock_offset_ms: i64,
    /// If set, come back after this many milliseconds rather than at once.
    pub retry_after_ms: Option<u64>,
}

/// Headquarters' answer to one operation. Stored, never lost, never changed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// Which operation.
    pub operation_id: OperationId,
    /// The answer.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of an operation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It stands.
    Accepted {
        /// Its place among all accepted operations of the organisation.
        commit: u64,
    },
    /// A rule said no.
    Refused {
        /// Which, and why.
        refusal: Notice,
        /// Where a booking would fit instead, as headquarters saw it then.
        alternatives: Vec<Alternative>,
    },
    /// It needs something that an operation refused before it would have made.
    DependentRefused {
        /// The operation it depends on.
        depends_on: OperationId,
        /// What is missing because of that.
        refusal: Notice,
    },
    /// Put aside, with its bytes, for a person to judge.
    Quarantined {
        /// Why.
        refusal: Notice,
    },
}

impl Outcome {
    /// Why it does not stand; `None` where it does.
    #[must_use]
    pub fn refusal(&self) -> Option<&Notice> {
        match self {
            Self::Accepted { .. } => None,
            Self::Refused { refusal, .. }
            | Self::DependentRefused { refusal, .. }
            | Self::Quarantined { refusal } => Some(refusal),
        }
    }

    /// The same, to be changed.
    pub fn refusal_mut(&mut self) -> Option<&mut Notice> {
        match self {
            Self::Accepted { .. } => None,
            Self::Refused { refusal, .. }
            | Self::DependentRefused { refusal, .. }
            | Self::Quarantined { refusal } => Some(refusal),
        }
    }
}
