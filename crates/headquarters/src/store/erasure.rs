//! Taking a person's data out of what is kept beside the rows: the ledger's payloads, the audit's
//! details, the quarantine. What proves the chain, who did what and when, stays.

use super::{OrgId, Tx};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::CustomerId;
use uuid::Uuid;

/// Scrubs all that is kept of a customer's rows. Doing it again does no harm.
pub(crate) async fn scrub(tx: &Tx<'_>, org: OrgId, customer: CustomerId) -> Result<(), Failure> {
    let rows = rows_of(tx, org, customer).await?;
    tx.execute(
        "update audit set before = null, after = null where org_id = $1 and row_id = any ($2)",
        &[&org.0, &rows],
    )
    .await?;
    tx.execute(
        "update refused_rows set value = '' where org_id = $1 and row_id = any ($2)",
        &[&org.0, &rows],
    )
    .await?;
    // An operation concerns them if it changed one of their rows, or names them or a booking.
    let names: Vec<String> = rows.iter().map(|id| format!("%{id}%")).collect();
    let scrubbed = tx
        .query(
            "update operations set salt = null, payload = null,
                 verdict = case when verdict ? 'refusal'
                     then jsonb_set(verdict, '{refusal,details}', 'null') else verdict end
             where org_id = $1 and payload is not null
               and (payload like any ($2) or operation_id in
                   (select operation_id from audit where org_id = $1 and row_id = any ($3)))
             returning operation_id",
            &[&org.0, &names, &rows],
        )
        .await?;
    let operations: Vec<Uuid> = scrubbed.iter().map(|row| row.get(0)).collect();
    tx.execute(
        "update feed set \"row\" = jsonb_set(\"row\", '{refusal,details}', 'null')
         where org_id = $1 and entity = 'verdict' and row_id = any ($2) and \"row\" ? 'refusal'",
        &[&org.0, &operations],
    )
    .await?;
    tx.execute(
        "update quarantine set raw = '', salt = '' where org_id = $1
             and encode(raw, 'escape') like any ($2)",
        &[&org.0, &names],
    )
    .await?;
    Ok(())
}

/// The customer, and the rows that are about them.
async fn rows_of(tx: &Tx<'_>, org: OrgId, customer: CustomerId) -> Result<Vec<Uuid>, Failure> {
    let rows = tx
        .query(
            "select $2::uuid
             union select id from bookings where org_id = $1 and customer_id = $2
             union select p.id from payments p join bookings b
                 on b.org_id = p.org_id and b.id = p.booking_id
                 where p.org_id = $1 and p.attendance_id is null and b.customer_id = $2
             union select p.id from payments p join attendances a
                 on a.org_id = p.org_id and a.id = p.attendance_id
                 where p.org_id = $1 and a.customer_id = $2
             union select id from attendances where org_id = $1 and customer_id = $2
             union select series_id from bookings
                 where org_id = $1 and customer_id = $2 and series_id is not null
             union select id from packages where org_id = $1 and customer_id = $2
             union select e.id from credit_entries e join packages p
                 on p.org_id = e.org_id and p.id = e.package_id
                 where e.org_id = $1 and p.customer_id = $2
             union select id from history_entries where org_id = $1 and (about_id = $2
                 or about_id in (select id from bookings where org_id = $1 and customer_id = $2)
                 or about_id in (select id from packages where org_id = $1 and customer_id = $2))",
            &[&org.0, &customer.0],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Everybody whose data was erased: after a backup was restored, it is done again.
pub(crate) async fn erased(
    db: &impl GenericClient,
    org: OrgId,
) -> Result<Vec<CustomerId>, Failure> {
    let select = "select id from customers where org_id = $1 and erased_at is not null";
    let rows = db.query(select, &[&org.0]).await?;
    Ok(rows.iter().map(|row| CustomerId(row.get(0))).collect())
}
