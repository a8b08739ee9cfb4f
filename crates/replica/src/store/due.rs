//! What a desk does by itself because its time has come.

use super::rows;
use holdfast_domain::{Booking, Package, PackageId, Timestamp};
use rusqlite::Connection;

/// Most things that are done in one go.
const DUE_MAX: usize = 100;

/// Requests that nobody answered in time.
pub(crate) fn lapsed(db: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Booking>> {
    let rest = format!(
        "where t.status = 'pending' and t.approve_by <= ?1 order by t.approve_by, t.id limit {DUE_MAX}"
    );
    rows::all(db, &rest, &[&now.0])
}

/// Packages with credits whose time is over.
pub(crate) fn expired(db: &Connection, now: Timestamp) -> rusqlite::Result<Vec<PackageId>> {
    let rest = format!(
        "where t.balance > 0 and t.valid_until <= ?1 order by t.valid_until, t.id limit {DUE_MAX}"
    );
    Ok(rows::all::<Package>(db, &rest, &[&now.0])?.iter().map(|package| package.id).collect())
}
