//! The table `staff`.

use super::{OrgId, Tx, rows};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::{Role, Staff, StaffId};

pub(crate) async fn of_org(db: &impl GenericClient, org: OrgId) -> Result<Vec<Staff>, Failure> {
    rows::all(db, org, "order by t.name, t.id", &[]).await
}

/// Whether nobody works here yet.
pub(crate) async fn nobody(tx: &Tx<'_>, org: OrgId) -> Result<bool, Failure> {
    let select =
        tx.prepare_cached("select not exists (select from staff where org_id = $1)").await?;
    Ok(tx.query_one(&select, &[&org.0]).await?.try_get(0)?)
}

/// Everybody who is an active owner.
pub(crate) async fn owners(tx: &Tx<'_>, org: OrgId) -> Result<Vec<StaffId>, Failure> {
    let select = tx
        .prepare_cached("select id from staff where org_id = $1 and role = $2 and active")
        .await?;
    let rows = tx.query(&select, &[&org.0, &Role::Owner.as_str()]).await?;
    rows.iter().map(|row| Ok(StaffId(row.try_get("id")?))).collect()
}
