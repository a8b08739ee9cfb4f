//! The table `scope_counters`: how far each audience has been told.

use super::{OrgId, Tx, signed, unsigned};
use crate::Failure;
use deadpool_postgres::GenericClient;
use std::collections::BTreeMap;

/// Moves the counters on by so many rows each, in the order of their names; returns where they are
/// now.
pub(crate) async fn advance(
    tx: &Tx<'_>,
    org: OrgId,
    by: &BTreeMap<&str, u64>,
) -> Result<BTreeMap<String, u64>, Failure> {
    let upsert = tx
        .prepare_cached(
            "insert into scope_counters (org_id, scope, version)
             select $1, * from unnest($2::text[], $3::int8[])
             on conflict (org_id, scope)
                 do update set version = scope_counters.version + excluded.version
             returning scope, version",
        )
        .await?;
    let scopes: Vec<&str> = by.keys().copied().collect();
    let counts: Vec<i64> = by.values().map(|&count| signed(count)).collect();
    let rows = tx.query(&upsert, &[&org.0, &scopes, &counts]).await?;
    rows.iter().map(|row| Ok((row.try_get("scope")?, unsigned(row, "version")?))).collect()
}

/// The counters that this transaction may see. A pull sees its own scopes.
pub(crate) async fn visible(
    db: &impl GenericClient,
    org: OrgId,
) -> Result<BTreeMap<String, u64>, Failure> {
    let select =
        db.prepare_cached("select scope, version from scope_counters where org_id = $1").await?;
    let rows = db.query(&select, &[&org.0]).await?;
    rows.iter().map(|row| Ok((row.try_get("scope")?, unsigned(row, "version")?))).collect()
}
