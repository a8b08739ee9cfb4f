//! Joining a headquarters: a pairing code becomes a device token.

use crate::operation::Digest;
use holdfast_domain::{DeviceId, StaffId, VenueId};
use serde::{Deserialize, Serialize};

/// What a device sends to join.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// See [`crate::PROTOCOL`].
    pub protocol: u32,
    /// The pairing code as typed; case, spaces and dashes do not matter.
    pub code: String,
    /// The device's own id, made on the device and kept.
    pub device: DeviceId,
    /// What people call this device.
    pub device_name: String,
    /// What a standalone desk brings; `None` for a fresh replica.
    pub bringing: Option<Bringing>,
    /// Where the chain of a desk that is paired anew goes on; `None` for one that begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resuming: Option<Resuming>,
}

/// Where a chain goes on. A desk that was shut out, copied or rolled back joins again as a new
/// device; what it did and never got a verdict on goes on from here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resuming {
    /// The device that it was: of the organisation that the code belongs to.
    pub device: DeviceId,
    /// The token that it had: only its own device sees again what it saw.
    pub token: String,
    /// Whose operations wait, if any do: the code must be for the same person and venue.
    pub waiting_of: Option<StaffId>,
    /// Sequence number of the last operation with a verdict.
    pub last_seq: u64,
    /// Its digest.
    pub chain_head: Digest,
}

/// The history that a standalone desk brings to an empty organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bringing {
    /// Who has been working on it.
    pub staff_id: StaffId,
    /// Sequence number of its last operation: those up to here are history, and skip the rules
    /// about time.
    pub last_seq: u64,
}

/// The answer to a good code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The secret that authenticates this device from now on. Headquarters keeps only its hash.
    pub token: String,
    /// Which headquarters this is.
    pub incarnation: String,
    /// The organisation's name.
    pub org_name: String,
    /// Who this device works as.
    pub staff_id: StaffId,
    /// The venue whose desk this is; `None` for one that brings its own.
    pub venue_id: Option<VenueId>,
    /// Whether this is the laptop of that person: it is told what is theirs, at every venue.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub laptop: bool,
}
