//! The table `claims`: what is occupied when. Its constraint is the one that matters.

use super::{OrgId, Tx, stamp, time};
use crate::Failure;
use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use holdfast_domain::{Claim, ClaimId, Interval, ResourceId};
use tokio_postgres::{Error, Row, Statement};
use uuid::Uuid;

pub(super) const UPSERT: &str =
    "insert into claims (org_id, id, resource_id, starts_at, ends_at, active)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (org_id, id) do update set resource_id = excluded.resource_id,
         starts_at = excluded.starts_at, ends_at = excluded.ends_at, active = excluded.active";

/// Active claims of a resource are disjoint, so those that overlap a period are the ones that start
/// in it and, perhaps, the last one that starts before it: no bound on a claim's length is needed,
/// and history is never walked.
///
/// That they are active is asked through a column, so that the planner cannot prove it and take the
/// constraint's index, whose equality columns look as cheap while there are no statistics yet.
const OVERLAPPING: &str = "select c.id, c.resource_id, c.starts_at, c.ends_at, c.active
    from (select *, true as active from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[])
        given (resource_id, from_, till) offset 0) w
    cross join lateral (
        (select id, resource_id, starts_at, ends_at, active from claims
         where org_id = $1 and resource_id = w.resource_id and active = w.active
             and starts_at >= w.from_ and starts_at < w.till)
        union all
        (select * from (
            select id, resource_id, starts_at, ends_at, active from claims
            where org_id = $1 and resource_id = w.resource_id and active = w.active
                and starts_at < w.from_
            order by starts_at desc limit 1) before
         where before.ends_at > w.from_)
    ) c";

fn read(row: &Row) -> Result<Claim, Failure> {
    Ok(Claim {
        id: ClaimId(row.try_get("id")?),
        resource_id: ResourceId(row.try_get("resource_id")?),
        starts_at: stamp(row, "starts_at")?,
        ends_at: stamp(row, "ends_at")?,
        active: row.try_get("active")?,
    })
}

/// The active claims that overlap any of these periods of these resources; one may come twice.
pub(crate) async fn overlapping(
    tx: &Tx<'_>,
    org: OrgId,
    wanted: &[(ResourceId, Interval)],
) -> Result<Vec<Claim>, Failure> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = wanted.iter().map(|(id, _)| id.0).collect();
    let from: Vec<DateTime<Utc>> = wanted.iter().map(|(_, it)| time(it.starts_at())).collect();
    let till: Vec<DateTime<Utc>> = wanted.iter().map(|(_, it)| time(it.ends_at())).collect();
    let select = tx.prepare_cached(OVERLAPPING).await?;
    tx.query(&select, &[&org.0, &ids, &from, &till]).await?.iter().map(read).collect()
}

/// All claims of a resource, for when the audience of a resource changes.
pub(crate) async fn of_resource(
    tx: &Tx<'_>,
    org: OrgId,
    resource: ResourceId,
) -> Result<Vec<Claim>, Failure> {
    let select = tx
        .prepare_cached(
            "select id, resource_id, starts_at, ends_at, active from claims
             where org_id = $1 and resource_id = $2",
        )
        .await?;
    tx.query(&select, &[&org.0, &resource.0]).await?.iter().map(read).collect()
}

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &Claim,
) -> Result<(), Error> {
    let (starts_at, ends_at) = (time(row.starts_at), time(row.ends_at));
    tx.execute(upsert, &[&org.0, &row.id.0, &row.resource_id.0, &starts_at, &ends_at, &row.active])
        .await?;
    Ok(())
}

/// How many active claims overlap an earlier one of their resource. Counted by walking them in
/// order, so that the answer does not hang on the constraint that it is about.
pub(crate) async fn count_overlapping(db: &impl GenericClient, org: OrgId) -> Result<i64, Failure> {
    let select = "select count(*) from (
            select starts_at, max(ends_at) over (partition by resource_id
                order by starts_at, id rows between unbounded preceding and 1 preceding) as busy_until
            from claims where org_id = $1 and active) claim
        where starts_at < busy_until";
    Ok(db.query_one(select, &[&org.0]).await?.try_get(0)?)
}
