//! Is this replica sound? Looks, and changes nothing.

use crate::archive::Archive;
use crate::failure::Failure;
use crate::rebase::feed_form;
use crate::replica::Replica;
use crate::store::{self, bookings, claims, outbox, scopes};
use holdfast_protocol::{Digest, Scope, ScopeHash};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was looked at, and what it showed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Examination {
    /// Whether everything below is as it must be.
    pub ok: bool,
    /// What SQLite says of the file: `ok`.
    pub integrity: String,
    /// The schema's version.
    pub schema_version: i64,
    /// Pairs of active claims that overlap: 0.
    pub overlapping_claims: u64,
    /// Whether the outbox's sequence and chain of digests are whole.
    pub chain_whole: bool,
    /// How many bookings there are.
    pub bookings: u64,
    /// Operations without a verdict.
    pub waiting: u64,
    /// Rows that headquarters sent and this program cannot take in: 0, or a newer one is needed.
    pub set_aside: u64,
    /// The archives of personal data that are kept here until they expire.
    pub archives: Vec<Archive>,
    /// Per scope: up to where it is known, how many rows it has, and their hash. Equal to
    /// headquarters' when nothing waits.
    pub scopes: BTreeMap<String, ScopeState>,
}

/// One scope, as this replica has it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ScopeState {
    /// Up to which version it is known.
    pub version: u64,
    /// How many rows it has.
    pub rows: u64,
    /// See [`ScopeHash`].
    pub hash: Digest,
}

impl Replica {
    /// Examines this replica.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn examine(&self) -> Result<Examination, Failure> {
        let db = &self.db;
        let integrity = store::integrity(db)?;
        let overlapping_claims = claims::overlapping_pairs(db)?;
        let chain_whole = self.chain_is_whole()?;
        let set_aside = scopes::aside_count(db)?;
        let mut scope_states = BTreeMap::new();
        for (scope, version) in scopes::cursors(db)? {
            // A device's own scope carries its verdicts, which are kept in the outbox.
            if matches!(scope, Scope::Device(_)) {
                continue;
            }
            let mut hash = ScopeHash::default();
            let mut rows = 0;
            for (entity, id) in scopes::members(db, &scope)? {
                let Some(change) = store::read(db, entity, id)? else { continue };
                hash.add(entity.as_str(), id, &feed_form(&change)?);
                rows += 1;
            }
            scope_states
                .insert(scope.to_string(), ScopeState { version, rows, hash: hash.finish() });
        }
        Ok(Examination {
            ok: integrity == "ok" && overlapping_claims == 0 && chain_whole && set_aside == 0,
            integrity,
            schema_version: store::schema_version(db)?,
            overlapping_claims,
            chain_whole,
            bookings: bookings::count(db)?,
            waiting: self.counts()?.waiting,
            set_aside,
            archives: self.archives()?,
            scopes: scope_states,
        })
    }

    /// Follows the chain of digests from its start to its head.
    fn chain_is_whole(&self) -> Result<bool, Failure> {
        const PAGE: usize = 1_000;
        let (mut seq, mut digest) = (0, Digest::start());
        loop {
            let page = outbox::from_seq(&self.db, seq + 1, PAGE)?;
            for kept in &page {
                if kept.operation.seq != seq + 1 || kept.operation.prev != digest {
                    return Ok(false);
                }
                seq += 1;
                // An erased person's words are gone from it: the digest that was kept proves it.
                digest = match kept.operation.salt.is_empty() {
                    true => outbox::digest(&self.db, seq)?,
                    false => kept.operation.digest(),
                };
            }
            if page.len() < PAGE {
                return Ok(outbox::head(&self.db)? == (seq, digest));
            }
        }
    }
}
