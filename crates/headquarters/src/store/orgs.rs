//! The table `orgs`.

use super::{OrgId, Tx, signed, stamp, unsigned};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

/// An organisation.
#[derive(Clone, Debug)]
pub struct Org {
    /// Identity.
    pub id: OrgId,
    /// What people call it.
    pub name: String,
    /// Since when it is here.
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Result<Org, Failure> {
    Ok(Org {
        id: OrgId(row.try_get("org_id")?),
        name: row.try_get("name")?,
        created_at: stamp(row, "created_at")?,
    })
}

pub(crate) async fn all(db: &impl GenericClient) -> Result<Vec<Org>, Failure> {
    let rows = db.query("select org_id, name, created_at from orgs order by name, org_id", &[]);
    rows.await?.iter().map(read).collect()
}

/// Enters an organisation; `None` where the name is taken.
pub(crate) async fn insert(
    db: &impl GenericClient,
    org: OrgId,
    name: &str,
) -> Result<Option<()>, Failure> {
    match db.execute("insert into orgs (org_id, name) values ($1, $2)", &[&org.0, &name]).await {
        Ok(_) => Ok(Some(())),
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn name(db: &impl GenericClient, org: OrgId) -> Result<String, Failure> {
    let row = db.query_one("select name from orgs where org_id = $1", &[&org.0]).await?;
    Ok(row.try_get(0)?)
}

/// The number of the organisation's last accepted operation.
pub(crate) async fn last_commit(db: &impl GenericClient, org: OrgId) -> Result<u64, Failure> {
    let select = db.prepare_cached("select last_commit from orgs where org_id = $1").await?;
    unsigned(&db.query_one(&select, &[&org.0]).await?, "last_commit")
}

pub(crate) async fn set_last_commit(tx: &Tx<'_>, org: OrgId, commit: u64) -> Result<(), Failure> {
    let update = tx.prepare_cached("update orgs set last_commit = $2 where org_id = $1").await?;
    tx.execute(&update, &[&org.0, &signed(commit)]).await?;
    Ok(())
}
