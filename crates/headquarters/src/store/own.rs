//! What is people's own, for the laptops that they carry: their bookings with rosters, series and
//! customers, when they are away, when venues are closed, and their PIN. It is read from the feed of
//! those who see everything, so that a laptop is told the very same rows; for everybody at once, so
//! that one laptop more is no question more.

use super::{OrgId, Tx};
use crate::Failure;
use uuid::Uuid;

/// How long ago what has ended may have been to be on a laptop: what is stolen tells of no more.
const KEPT: &str = "interval '31 days'";

/// A row of a laptop's scope, as JSON.
pub(crate) struct OwnRow {
    pub(crate) scope: String,
    pub(crate) entity: String,
    pub(crate) row_id: Uuid,
    pub(crate) row: String,
    /// What was told of it before.
    pub(crate) told: Option<String>,
}

/// What is the own of each of `staff`, of what hangs on `ids` (bookings, series, exceptions, people);
/// of everything where there are none. Customers are left out.
pub(crate) async fn wanted(
    tx: &Tx<'_>,
    org: OrgId,
    staff: &[Uuid],
    ids: Option<&[Uuid]>,
) -> Result<Vec<OwnRow>, Failure> {
    let select = format!(
        "with who (staff_id) as (select unnest($2::uuid[])),
         own as (
             select w.staff_id, array_agg(r.id) as ids from who w
             join resources r on r.org_id = $1 and r.staff_id = w.staff_id group by w.staff_id),
         mine as (
             select o.staff_id, b.id, 'desk:' || b.venue_id as scope from bookings b
             join own o on b.resource_ids && o.ids
             where b.org_id = $1 and ($3::uuid[] is null or b.id = any ($3))
               and b.ends_at > now() - {KEPT}),
         rows (staff_id, scope, entity, id) as (
             select staff_id, scope, 'booking', id from mine
             union all
             select m.staff_id, m.scope, 'attendance', a.id from mine m
             join attendances a on a.org_id = $1 and a.booking_id = m.id
             union all
             select m.staff_id, m.scope, 'booking_claim', l.claim_id from mine m
             join booking_claims l on l.org_id = $1 and l.booking_id = m.id
             union all
             select o.staff_id, 'desk:' || s.venue_id, 'series', s.id from series s
             join own o on exists (select 1 from bookings b
                 where b.org_id = $1 and b.series_id = s.id and b.ends_at > now() - {KEPT}
                   and b.resource_ids && o.ids)
             where s.org_id = $1 and ($3::uuid[] is null or s.id = any ($3) or s.id in
                 (select series_id from bookings where org_id = $1 and id = any ($3)))
             union all
             select w.staff_id, 'people', 'availability_exception', e.id
             from availability_exceptions e
             cross join who w left join own o on o.staff_id = w.staff_id
             where e.org_id = $1 and ($3::uuid[] is null or e.id = any ($3))
               and e.ends_at > now() - {KEPT}
               and (e.kind = 'closure' or e.staff_id = w.staff_id or e.resource_id = any (o.ids))
             union all
             select staff_id, 'people', 'staff_pin', staff_id from who
             where $3::uuid[] is null or staff_id = any ($3))
         select 'staff:' || r.staff_id as scope, f.entity, f.row_id, f.\"row\"::text as \"row\",
             t.\"row\"::text as told
         from rows r
         join feed f on f.org_id = $1 and f.scope = r.scope and f.entity = r.entity
             and f.row_id = r.id and f.\"row\" is not null
         left join feed t on t.org_id = $1 and t.scope = 'staff:' || r.staff_id
             and t.entity = r.entity and t.row_id = r.id"
    );
    let select = tx.prepare_cached(&select).await?;
    let rows = tx.query(&select, &[&org.0, &staff, &ids]).await?;
    rows.iter().map(read).collect()
}

/// What `scopes` tell of what hangs on `ids`; of everything where there are none: scope, entity and
/// id. Customers are left out.
pub(crate) async fn told(
    tx: &Tx<'_>,
    org: OrgId,
    scopes: &[String],
    ids: Option<&[Uuid]>,
) -> Result<Vec<(String, String, Uuid)>, Failure> {
    let select = tx
        .prepare_cached(
            "select scope, entity, row_id from feed
             where org_id = $1 and scope = any ($2) and \"row\" is not null
               and entity <> 'customer' and ($3::uuid[] is null or row_id = any ($3)
                 or row_id in (select id from attendances where org_id = $1 and booking_id = any ($3))
                 or row_id in (select claim_id from booking_claims
                     where org_id = $1 and booking_id = any ($3))
                 or row_id in (select series_id from bookings
                     where org_id = $1 and id = any ($3)))",
        )
        .await?;
    let rows = tx.query(&select, &[&org.0, &scopes, &ids]).await?;
    let read = |row: &tokio_postgres::Row| {
        Ok((row.try_get("scope")?, row.try_get("entity")?, row.try_get("row_id")?))
    };
    rows.iter().map(read).collect()
}

/// The customers of the bookings and rosters that `scopes` tell of, whom they do not tell of yet or
/// who are among `changed`; of all where there are none.
pub(crate) async fn new_customers(
    tx: &Tx<'_>,
    org: OrgId,
    scopes: &[String],
    changed: Option<&[Uuid]>,
) -> Result<Vec<OwnRow>, Failure> {
    let select = format!(
        "select theirs.scope, c.entity, c.row_id, c.\"row\"::text as \"row\", s.\"row\"::text as told
         from ({THEIRS}) theirs
         join feed c on c.org_id = $1 and c.scope = 'people' and c.entity = 'customer'
             and c.row_id = theirs.id and c.\"row\" is not null
         left join feed s on s.org_id = $1 and s.scope = theirs.scope and s.entity = 'customer'
             and s.row_id = c.row_id
         where $3::uuid[] is null or c.row_id = any ($3) or s.\"row\" is null"
    );
    let select = tx.prepare_cached(&select).await?;
    let rows = tx.query(&select, &[&org.0, &scopes, &changed]).await?;
    rows.iter().map(read).collect()
}

/// The customers that `scopes` tell of, and no longer should.
pub(crate) async fn former_customers(
    tx: &Tx<'_>,
    org: OrgId,
    scopes: &[String],
) -> Result<Vec<(String, Uuid)>, Failure> {
    let select = format!(
        "select scope, row_id from feed
         where org_id = $1 and scope = any ($2) and entity = 'customer' and \"row\" is not null
           and (scope, row_id) not in ({THEIRS})"
    );
    let select = tx.prepare_cached(&select).await?;
    let rows = tx.query(&select, &[&org.0, &scopes]).await?;
    rows.iter().map(|row| Ok((row.try_get("scope")?, row.try_get("row_id")?))).collect()
}

/// The customers of what each of some scopes tells of, and whom they turned out to be.
const THEIRS: &str = "
    select scope, id from (
        with recursive theirs (scope, id) as (
            select f.scope, (f.\"row\" ->> 'customer_id')::uuid from feed f
            where f.org_id = $1 and f.scope = any ($2) and f.entity in ('booking', 'attendance')
              and f.\"row\" ->> 'customer_id' is not null
            union
            select t.scope, c.merged_into from theirs t
            join customers c on c.org_id = $1 and c.id = t.id and c.merged_into is not null)
        select scope, id from theirs) everybody";

fn read(row: &tokio_postgres::Row) -> Result<OwnRow, Failure> {
    Ok(OwnRow {
        scope: row.try_get("scope")?,
        entity: row.try_get("entity")?,
        row_id: row.try_get("row_id")?,
        row: row.try_get("row")?,
        told: row.try_get("told")?,
    })
}
