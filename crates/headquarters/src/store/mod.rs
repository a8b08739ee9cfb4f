//! All of headquarters' SQL, one module per table, and what they share. Reads answer for many ids at
//! once; writes are upserts of whole rows, prepared before a transaction's first write so that they
//! can be sent without waiting for each other.
//!
//! A module here knows its table and the row it holds, and nothing of why it is read or written. The
//! tables' constraints are the last guard; [`Guard`] is what they say, by SQLSTATE.

pub(crate) mod audit;
pub(crate) mod claims;
pub(crate) mod devices;
pub(crate) mod due;
pub(crate) mod erasure;
pub(crate) mod feed;
pub(crate) mod operations;
pub(crate) mod orgs;
pub(crate) mod own;
pub(crate) mod pairing_codes;
pub(crate) mod quarantine;
pub(crate) mod refused_rows;
pub(crate) mod related;
pub(crate) mod resources;
pub(crate) mod rows;
pub(crate) mod scope_counters;
pub(crate) mod session;
pub(crate) mod staff;
pub(crate) mod venues;
mod writers;

pub(crate) use writers::Writers;

use crate::Failure;
use chrono::{DateTime, Utc};
use holdfast_domain::Timestamp;
use holdfast_protocol::Digest;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

pub(crate) type Tx<'a> = deadpool_postgres::Transaction<'a>;

/// Identity of an organisation. It never leaves headquarters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrgId(pub Uuid);

impl std::fmt::Display for OrgId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A constraint spoke up: the store held what a rule should have held already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Guard {
    /// Two active claims of one resource would overlap.
    Overlap,
    /// Any other constraint, by name, or a value that Postgres cannot hold.
    Other(String),
}

impl Guard {
    /// Which guard an error comes from; other errors are handed back.
    pub(crate) fn of(error: tokio_postgres::Error) -> Result<Self, Failure> {
        let Some(cause) = error.as_db_error() else { return Err(error.into()) };
        let code = cause.code();
        if *code == SqlState::EXCLUSION_VIOLATION {
            return Ok(Self::Overlap);
        }
        // Class 23: integrity constraints. Class 22: a value out of Postgres' range.
        if code.code().starts_with("23") || code.code().starts_with("22") {
            return Ok(Self::Other(cause.constraint().unwrap_or(code.code()).to_owned()));
        }
        Err(error.into())
    }
}

fn time(at: Timestamp) -> DateTime<Utc> {
    at.to_utc()
}

fn stamp(row: &Row, column: &str) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_utc(row.try_get(column)?))
}

fn stamp_opt(row: &Row, column: &str) -> Result<Option<Timestamp>, Failure> {
    Ok(row.try_get::<_, Option<DateTime<Utc>>>(column)?.map(Timestamp::from_utc))
}

/// A digest as the 32 bytes that it is. Only digests that were computed here are stored.
fn bytes(digest: &Digest) -> Result<Vec<u8>, Failure> {
    hex::decode(&digest.0).map_err(|_| Failure::Bug(format!("“{digest}” is not a digest")))
}

fn digest(bytes: &[u8]) -> Digest {
    Digest(hex::encode(bytes))
}

/// A counter as the database holds it.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A counter as it is meant: columns are checked to be at least 0.
fn unsigned(row: &Row, column: &str) -> Result<u64, Failure> {
    Ok(u64::try_from(row.try_get::<_, i64>(column)?).unwrap_or(0))
}
