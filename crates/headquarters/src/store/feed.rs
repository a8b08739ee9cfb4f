//! The table `feed`: the newest state of each row, per audience.

use super::{OrgId, Tx, signed, unsigned};
use crate::Failure;
use futures_util::{Stream, TryStreamExt};
use uuid::Uuid;

/// A row's newest state in a scope.
pub(crate) struct Line<'a> {
    pub(crate) scope: &'a str,
    pub(crate) entity: &'a str,
    pub(crate) row_id: Uuid,
    pub(crate) version: u64,
    /// JSON, or `None` where the row has left the scope.
    pub(crate) row: Option<&'a str>,
}

pub(crate) async fn upsert(tx: &Tx<'_>, org: OrgId, lines: &[Line<'_>]) -> Result<(), Failure> {
    let upsert = tx
        .prepare_cached(
            "insert into feed (org_id, scope, entity, row_id, version, row)
             select $1, scope, entity, row_id, version, row::jsonb
             from unnest($2::text[], $3::text[], $4::uuid[], $5::int8[], $6::text[])
                 line (scope, entity, row_id, version, row)
             on conflict (org_id, scope, entity, row_id)
                 do update set version = excluded.version, row = excluded.row",
        )
        .await?;
    tx.execute(
        &upsert,
        &[
            &org.0,
            &lines.iter().map(|line| line.scope).collect::<Vec<_>>(),
            &lines.iter().map(|line| line.entity).collect::<Vec<_>>(),
            &lines.iter().map(|line| line.row_id).collect::<Vec<_>>(),
            &lines.iter().map(|line| signed(line.version)).collect::<Vec<_>>(),
            &lines.iter().map(|line| line.row).collect::<Vec<_>>(),
        ],
    )
    .await?;
    Ok(())
}

/// A row's newest state as it was read.
pub(crate) struct Told {
    pub(crate) version: u64,
    pub(crate) entity: String,
    pub(crate) row_id: Uuid,
    pub(crate) row: Option<String>,
}

fn read(row: &tokio_postgres::Row) -> Result<Told, Failure> {
    Ok(Told {
        version: unsigned(row, "version")?,
        entity: row.try_get("entity")?,
        row_id: row.try_get("row_id")?,
        row: row.try_get("row")?,
    })
}

/// What a scope says after `cursor`, in order, at most `limit` rows. From the very start, rows that
/// have left it are no news.
pub(crate) async fn after(
    tx: &Tx<'_>,
    org: OrgId,
    scope: &str,
    cursor: u64,
    limit: usize,
) -> Result<Vec<Told>, Failure> {
    let select = tx
        .prepare_cached(
            "select version, entity, row_id, row::text from feed
             where org_id = $1 and scope = $2 and version > $3 and ($3 > 0 or row is not null)
             order by version limit $4",
        )
        .await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.query(&select, &[&org.0, &scope, &signed(cursor), &limit]).await?.iter().map(read).collect()
}

/// Every row of a scope, sorted by entity and id.
pub(crate) async fn rows(
    tx: &Tx<'_>,
    org: OrgId,
    scope: &str,
) -> Result<impl Stream<Item = Result<Told, Failure>> + use<>, Failure> {
    let select = "select version, entity, row_id, row::text from feed
        where org_id = $1 and scope = $2 and row is not null order by entity collate \"C\", row_id";
    let statement = tx.prepare_cached(select).await?;
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&org.0, &scope];
    let rows = tx.query_raw(&statement, params).await?;
    Ok(rows.map_err(Failure::from).and_then(|row| std::future::ready(read(&row))))
}
