//! The table `customers`.

use super::{OrgId, Tx, by_key, source, source_parts};
use crate::Failure;
use holdfast_domain::{Customer, CustomerId};
use tokio_postgres::{Error, Row, Statement};
use uuid::Uuid;

const SELECT: &str =
    "select id, name, email, phone, address, note, source_name, source_id from customers";

pub(super) const UPSERT: &str = "insert into customers
        (org_id, id, name, email, phone, address, note, source_name, source_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (org_id, id) do update set name = excluded.name, email = excluded.email,
        phone = excluded.phone, address = excluded.address, note = excluded.note,
        source_name = excluded.source_name, source_id = excluded.source_id";

fn read(row: &Row) -> Result<Customer, Failure> {
    Ok(Customer {
        id: CustomerId(row.try_get("id")?),
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        address: row.try_get("address")?,
        note: row.try_get("note")?,
        source: source(row)?,
    })
}

pub(crate) async fn by_ids(
    tx: &Tx<'_>,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<Customer>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx.prepare_cached(&by_key(SELECT)).await?;
    tx.query(&select, &[&org.0, &ids]).await?.iter().map(read).collect()
}

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &Customer,
) -> Result<(), Error> {
    let (source_name, source_id) = source_parts(&row.source);
    tx.execute(
        upsert,
        &[
            &org.0,
            &row.id.0,
            &row.name,
            &row.email,
            &row.phone,
            &row.address,
            &row.note,
            &source_name,
            &source_id,
        ],
    )
    .await?;
    Ok(())
}
