//! The tables `resources` and `resource_venues`: what can be booked, and the venues that use it.

use super::{OrgId, Tx, by_key, corrupt, source, source_parts};
use crate::Failure;
use holdfast_domain::{Resource, ResourceId, VenueId};
use tokio_postgres::{Error, Row, Statement};
use uuid::Uuid;

const SELECT: &str = "select id, name, kind, location, description, active, source_name, source_id,
    array(select venue_id from resource_venues v where v.org_id = r.org_id and v.resource_id = r.id
        order by venue_id) as venue_ids
    from resources r";

pub(super) const UPSERT: &str = "with resource as (
        insert into resources (org_id, id, name, kind, location, description, active, source_name,
            source_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (org_id, id) do update set name = excluded.name, kind = excluded.kind,
            location = excluded.location, description = excluded.description,
            active = excluded.active, source_name = excluded.source_name,
            source_id = excluded.source_id
    ), no_longer as (
        delete from resource_venues
        where org_id = $1 and resource_id = $2 and venue_id <> all ($10)
    )
    insert into resource_venues (org_id, resource_id, venue_id) select $1, $2, unnest($10)
    on conflict do nothing";

fn read(row: &Row) -> Result<Resource, Failure> {
    Ok(Resource {
        id: ResourceId(row.try_get("id")?),
        name: row.try_get("name")?,
        kind: row.try_get::<_, &str>("kind")?.parse().map_err(corrupt("resources"))?,
        location: row.try_get("location")?,
        description: row.try_get("description")?,
        active: row.try_get("active")?,
        venue_ids: row.try_get::<_, Vec<Uuid>>("venue_ids")?.into_iter().map(VenueId).collect(),
        source: source(row)?,
    })
}

pub(crate) async fn by_ids(
    tx: &Tx<'_>,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<Resource>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx.prepare_cached(&by_key(SELECT)).await?;
    tx.query(&select, &[&org.0, &ids]).await?.iter().map(read).collect()
}

/// The resources that a venue uses and that take bookings, by name.
pub(crate) async fn bookable_at(
    tx: &Tx<'_>,
    org: OrgId,
    venue: VenueId,
) -> Result<Vec<Resource>, Failure> {
    let select = tx
        .prepare_cached(&format!(
            "{SELECT} where org_id = $1 and active and id in (select resource_id
                 from resource_venues where org_id = $1 and venue_id = $2) order by name, id"
        ))
        .await?;
    tx.query(&select, &[&org.0, &venue.0]).await?.iter().map(read).collect()
}

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &Resource,
) -> Result<(), Error> {
    let venues: Vec<Uuid> = row.venue_ids.iter().map(|id| id.0).collect();
    let (source_name, source_id) = source_parts(&row.source);
    tx.execute(
        upsert,
        &[
            &org.0,
            &row.id.0,
            &row.name,
            &row.kind.as_str(),
            &row.location,
            &row.description,
            &row.active,
            &source_name,
            &source_id,
            &venues,
        ],
    )
    .await?;
    Ok(())
}
