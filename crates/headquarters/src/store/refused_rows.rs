//! The table `refused_rows`: what refused operations would have made or written, so that what relies
//! on it is told so. Of several that would have written one field, the last counts: that is what the
//! device showed.

use super::{OrgId, Tx};
use crate::Failure;
use holdfast_domain::{DeviceId, Entity, OperationId};
use std::collections::BTreeMap;
use tokio_postgres::Row;
use uuid::Uuid;

/// One thing that a refused operation would have made or written, as it is looked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct RefusedRow {
    pub(crate) device: DeviceId,
    pub(crate) entity: Entity,
    pub(crate) row_id: Uuid,
    /// The field, or empty for the row itself.
    pub(crate) field: String,
}

/// What would have been written, as JSON, and by which operation.
pub(crate) type Written = (String, OperationId);

pub(crate) async fn upsert(
    tx: &Tx<'_>,
    org: OrgId,
    rows: &BTreeMap<RefusedRow, Written>,
) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let upsert = tx
        .prepare_cached(
            "insert into refused_rows (org_id, device_id, entity, row_id, field, value, operation_id)
             select $1, * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[],
                 $7::uuid[])
             on conflict (org_id, device_id, entity, row_id, field)
                 do update set value = excluded.value, operation_id = excluded.operation_id",
        )
        .await?;
    tx.execute(
        &upsert,
        &[
            &org.0,
            &rows.keys().map(|row| row.device.0).collect::<Vec<_>>(),
            &rows.keys().map(|row| row.entity.as_str()).collect::<Vec<_>>(),
            &rows.keys().map(|row| row.row_id).collect::<Vec<_>>(),
            &rows.keys().map(|row| row.field.as_str()).collect::<Vec<_>>(),
            &rows.values().map(|(value, _)| value.as_str()).collect::<Vec<_>>(),
            &rows.values().map(|(_, operation)| operation.0).collect::<Vec<_>>(),
        ],
    )
    .await?;
    Ok(())
}

/// The rows that refused operations would have made.
pub(crate) async fn made_by(
    tx: &Tx<'_>,
    org: OrgId,
    operations: &[Uuid],
) -> Result<Vec<Uuid>, Failure> {
    let select = "select row_id from refused_rows
        where org_id = $1 and operation_id = any ($2)
          and (field = '' or (entity = 'booking' and field = 'customer_id'))";
    let rows = tx.query(select, &[&org.0, &operations]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Bookings that a device showed as somebody's who was erased by then, and since which refused operation.
pub(crate) type Lent = BTreeMap<(DeviceId, Uuid), OperationId>;

pub(crate) async fn lent(tx: &Tx<'_>, org: OrgId, devices: &[Uuid]) -> Result<Lent, Failure> {
    let select = tx
        .prepare_cached(
            "select r.device_id, r.row_id, r.operation_id from refused_rows r
             join operations o on o.org_id = r.org_id and o.operation_id = r.operation_id
             where r.org_id = $1 and r.device_id = any ($2)
                 and r.entity = 'booking' and r.field = 'customer_id'
                 and o.verdict -> 'refusal' ->> 'code' = 'customer_erased'",
        )
        .await?;
    let rows = tx.query(&select, &[&org.0, &devices]).await?;
    let lent = |row: &Row| {
        let key = (DeviceId(row.try_get("device_id")?), row.try_get("row_id")?);
        Ok((key, OperationId(row.try_get("operation_id")?)))
    };
    rows.iter().map(lent).collect()
}

pub(crate) async fn find(
    tx: &Tx<'_>,
    org: OrgId,
    row: &RefusedRow,
) -> Result<Option<Written>, Failure> {
    let select = tx
        .prepare_cached(
            "select value, operation_id from refused_rows where org_id = $1 and device_id = $2
                 and entity = $3 and row_id = $4 and field = $5",
        )
        .await?;
    let (device, entity) = (row.device.0, row.entity.as_str());
    let found = tx.query_opt(&select, &[&org.0, &device, &entity, &row.row_id, &row.field]).await?;
    found.map(|it| Ok((it.try_get(0)?, OperationId(it.try_get(1)?)))).transpose()
}
