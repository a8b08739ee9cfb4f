//! What goes over the wire between a replica and headquarters, versioned.
//!
//! One `POST /v1/sync` is a whole round ([`SyncRequest`] -> [`SyncReply`]): the device pushes
//! [`Operation`]s and pulls what changed in its scopes. `POST /v1/enrol` turns a pairing code into a
//! device token. Bodies are JSON, zstd-compressed ([`body`]). Golden files of every version stay in
//! `crates/protocol/golden`: a change that breaks them is a new version.
//!
//! This crate deliberately knows neither HTTP client nor server, and no rule.

pub mod body;
mod enrol;
mod feed;
mod operation;
mod problem;
mod sync;

pub use enrol::{Bringing, EnrolReply, EnrolRequest, Resuming};
pub use feed::{FeedRow, RowState, Scope, ScopeHash};
pub use operation::{CHAIN_START, Digest, Operation, Salt};
pub use problem::{Problem, ProblemCode};
pub use sync::{Outcome, SyncReply, SyncRequest, Told, Verdict};

/// The version that this program speaks. Headquarters serves it and the one before.
pub const PROTOCOL: u32 = 2;

/// Largest payload of one operation, in bytes of JSON. Enforced when a command is submitted, so
/// that the head of the queue can always be pushed. Moving a series of 500 dates needs about a third.
pub const OPERATION_BYTES_MAX: usize = 1024 * 1024;
/// Most operations that a device sends in one round.
pub const OPERATIONS_PER_ROUND: usize = 200;
/// Most bytes of operation payload that a device sends in one round.
pub const PUSH_BYTES_MAX: usize = OPERATION_BYTES_MAX;
/// Largest enrolment that headquarters reads, in bytes after decompression.
pub const ENROL_BYTES_MAX: usize = 16 * 1024;
/// Largest request body that headquarters reads, in bytes after decompression.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most rows in one page of a reply.
pub const PAGE_ROWS: usize = 5_000;
/// Largest reply body that a replica reads, in bytes after decompression.
pub const REPLY_BYTES_MAX: usize = 256 * 1024 * 1024;
