//! Resources, and the venues that use them.

use super::{AsJson, AsText, both};
use holdfast_domain::{Resource, ResourceId, Source, VenueId};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

/// The venues come as one JSON array, so that the number of statements does not grow with the rows.
const SELECT: &str = "select r.id, r.name, r.kind, r.location, r.description, r.active,
        r.source_name, r.source_id,
        (select json_group_array(hex(venue_id)) from
            (select venue_id from resource_venues where resource_id = r.id order by venue_id))
    from resources r";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Resource> {
    let venues: AsJson<Vec<Uuid>> = row.get(8)?;
    Ok(Resource {
        id: ResourceId(row.get(0)?),
        name: row.get(1)?,
        kind: row.get::<_, AsText<_>>(2)?.0,
        location: row.get(3)?,
        description: row.get(4)?,
        active: row.get(5)?,
        source: both(row.get(6)?, row.get(7)?).map(|(name, id)| Source { name, id }),
        venue_ids: venues.0.into_iter().map(VenueId).collect(),
    })
}

pub(crate) fn get(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Resource>> {
    db.prepare_cached(&format!("{SELECT} where r.id = ?1"))?.query_row([id], from_row).optional()
}

/// All, by name as people sort: Court 2 before Court 10.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Resource>> {
    let mut resources: Vec<Resource> = db
        .prepare_cached(&format!("{SELECT} order by r.id"))?
        .query_map([], from_row)?
        .collect::<Result<_, _>>()?;
    resources.sort_by(|a, b| alphanumeric_sort::compare_str(&a.name, &b.name));
    Ok(resources)
}

pub(crate) fn put(db: &Connection, resource: &Resource) -> rusqlite::Result<()> {
    let source = resource.source.as_ref();
    db.prepare_cached(
        "insert into resources
             (id, name, kind, location, description, active, source_name, source_id)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (id) do update set name = excluded.name, kind = excluded.kind,
             location = excluded.location, description = excluded.description,
             active = excluded.active, source_name = excluded.source_name,
             source_id = excluded.source_id",
    )?
    .execute((
        resource.id.0,
        &resource.name,
        AsText(resource.kind),
        &resource.location,
        &resource.description,
        resource.active,
        source.map(|source| &source.name),
        source.map(|source| &source.id),
    ))?;
    db.prepare_cached("delete from resource_venues where resource_id = ?1")?
        .execute([resource.id.0])?;
    let mut insert =
        db.prepare_cached("insert into resource_venues (resource_id, venue_id) values (?1, ?2)")?;
    for venue_id in &resource.venue_ids {
        insert.execute([resource.id.0, venue_id.0])?;
    }
    Ok(())
}
