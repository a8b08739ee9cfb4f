//! The table `staff`.

use super::{OrgId, Tx, by_key, corrupt};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::{Role, Staff, StaffId};
use tokio_postgres::{Error, Row, Statement};
use uuid::Uuid;

const SELECT: &str = "select id, name, role, active from staff";

pub(super) const UPSERT: &str = "insert into staff (org_id, id, name, role, active)
    values ($1, $2, $3, $4, $5)
    on conflict (org_id, id) do update set name = excluded.name, role = excluded.role,
        active = excluded.active";

fn read(row: &Row) -> Result<Staff, Failure> {
    Ok(Staff {
        id: StaffId(row.try_get("id")?),
        name: row.try_get("name")?,
        role: row.try_get::<_, &str>("role")?.parse().map_err(corrupt("staff"))?,
        active: row.try_get("active")?,
    })
}

pub(crate) async fn by_ids(tx: &Tx<'_>, org: OrgId, ids: &[Uuid]) -> Result<Vec<Staff>, Failure> {
    let select = tx.prepare_cached(&by_key(SELECT)).await?;
    tx.query(&select, &[&org.0, &ids]).await?.iter().map(read).collect()
}

pub(crate) async fn of_org(db: &impl GenericClient, org: OrgId) -> Result<Vec<Staff>, Failure> {
    let select = format!("{SELECT} where org_id = $1 order by name, id");
    db.query(&select, &[&org.0]).await?.iter().map(read).collect()
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

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &Staff,
) -> Result<(), Error> {
    tx.execute(upsert, &[&org.0, &row.id.0, &row.name, &row.role.as_str(), &row.active]).await?;
    Ok(())
}
