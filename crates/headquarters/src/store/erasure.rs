//! Taking a person's data out of what is kept beside the rows: the ledger's payloads, the audit's
//! details, the quarantine. What proves the chain, who did what and when, stays.

use super::{OrgId, Tx, refused_rows, signed, stamp_opt, time};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::{CustomerId, Notice, Timestamp};
use uuid::Uuid;

/// Clocks of the database and of headquarters differ, and an operation waits for its turn: how much
/// older than an erasure what comes after it may look, and more.
const LATE_MS: i64 = 24 * 3_600 * 1_000;

/// Scrubs all that is kept of a customer's rows. Doing it again does no harm.
pub(crate) async fn scrub(tx: &Tx<'_>, org: OrgId, customer: CustomerId) -> Result<(), Failure> {
    scrub_since(tx, org, rows_of(tx, org, customer).await?, None).await
}

/// Scrubs what came since each customer was erased by an operation up to `commit`; everything where none
/// did that, or the audit does not know of it any more. Of the rows besides, all that is kept of them.
pub(crate) async fn scrub_again(
    tx: &Tx<'_>,
    org: OrgId,
    erased: &[(Option<CustomerId>, Vec<Uuid>)],
    commit: u64,
) -> Result<(), Failure> {
    // Everything is looked at once, however many are forgotten.
    let mut all = Vec::new();
    for (customer, besides) in erased {
        let Some(customer) = *customer else {
            all.extend(besides);
            continue;
        };
        let mut rows = rows_of(tx, org, customer).await?;
        rows.extend(besides);
        match erased_before(tx, org, customer, commit).await? {
            Some(at) => scrub_since(tx, org, rows, Some(at.plus_ms(-LATE_MS))).await?,
            None => all.extend(rows),
        }
    }
    if all.is_empty() { Ok(()) } else { scrub_since(tx, org, all, None).await }
}

/// When a customer was first erased by an operation up to `commit`.
async fn erased_before(
    tx: &Tx<'_>,
    org: OrgId,
    customer: CustomerId,
    commit: u64,
) -> Result<Option<Timestamp>, Failure> {
    let erased = tx
        .query_one(
            "select min(received_at) as at from audit where org_id = $1 and row_id = $2
                 and action = 'erase_customer' and commit_no <= $3",
            &[&org.0, &customer.0, &signed(commit)],
        )
        .await?;
    stamp_opt(&erased, "at")
}

async fn scrub_since(
    tx: &Tx<'_>,
    org: OrgId,
    rows: Vec<Uuid>,
    since: Option<Timestamp>,
) -> Result<(), Failure> {
    tx.execute(
        "update audit set before = null, after = null where org_id = $1 and row_id = any ($2)
             and (before is not null or after is not null)",
        &[&org.0, &rows],
    )
    .await?;
    let mut operations = Vec::new();
    // What relied on rows that a refused operation would have made names only those.
    let mut named = rows.clone();
    while !named.is_empty() {
        let scrubbed = scrub_ledger(tx, org, &named, since).await?;
        named = refused_rows::made_by(tx, org, &scrubbed).await?;
        operations.extend(scrubbed);
    }
    tx.execute(
        "update refused_rows set value = '' where org_id = $1
             and (row_id = any ($2) or operation_id = any ($3)) and value <> ''",
        &[&org.0, &rows, &operations],
    )
    .await?;
    tx.execute(
        "update feed set \"row\" = \"row\" || jsonb_build_object('refusal', (\"row\" -> 'refusal')
                 || jsonb_build_object('message', $3::text, 'details', null))
         where org_id = $1 and entity = 'verdict' and row_id = any ($2) and \"row\" ? 'refusal'",
        &[&org.0, &operations, &Notice::ERASED],
    )
    .await?;
    tx.execute(
        "update quarantine set raw = '', salt = '' where org_id = $1
             and encode(raw, 'escape') like any ($2)",
        &[&org.0, &anywhere(&rows)],
    )
    .await?;
    Ok(())
}

/// Scrubs the operations that concern these rows: those that changed one, and those that name one. A
/// command names it as a text of its own, so each payload is read once, however many the rows are; one
/// that could not be read as a command may say it anyhow.
async fn scrub_ledger(
    tx: &Tx<'_>,
    org: OrgId,
    rows: &[Uuid],
    since: Option<Timestamp>,
) -> Result<Vec<Uuid>, Failure> {
    let names: Vec<String> = rows.iter().map(Uuid::to_string).collect();
    let scrubbed = tx
        .query(
            "update operations set salt = null, payload = null,
                 verdict = case when verdict ? 'refusal'
                     then verdict || jsonb_build_object('refusal', (verdict -> 'refusal')
                         || jsonb_build_object('message', $6::text, 'details', null))
                     else verdict end
             where org_id = $1 and payload is not null
               and ($5::timestamptz is null or received_at >= $5)
               and (operation_id in
                       (select operation_id from audit where org_id = $1 and row_id = any ($2))
                   or exists (select from unnest(string_to_array(payload, '\"')) word
                       where word = any ($3))
                   or (outcome = 'quarantined' and payload like any ($4)))
             returning operation_id",
            &[&org.0, &rows, &names, &anywhere(rows), &since.map(time), &Notice::ERASED],
        )
        .await?;
    scrubbed.iter().map(|row| Ok(row.try_get("operation_id")?)).collect()
}

/// As what `like` finds any of these ids.
fn anywhere(rows: &[Uuid]) -> Vec<String> {
    rows.iter().map(|id| format!("%{id}%")).collect()
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
             union select s.id from series s join bookings b
                 on b.org_id = s.org_id and b.series_id = s.id
                 where s.org_id = $1 and b.customer_id = $2 and s.title = ''
                     and not exists (select from bookings o where o.org_id = $1
                         and o.series_id = s.id and o.made_at = s.made_at
                         and o.customer_id is distinct from $2)
             union select id from packages where org_id = $1 and customer_id = $2
             union select e.id from credit_entries e join packages p
                 on p.org_id = e.org_id and p.id = e.package_id
                 where e.org_id = $1 and p.customer_id = $2
             union select id from history_entries where org_id = $1 and about_id = $2
             union select h.id from history_entries h join bookings b
                 on b.org_id = h.org_id and b.id = h.about_id
                 where h.org_id = $1 and b.customer_id = $2
             union select h.id from history_entries h join packages p
                 on p.org_id = h.org_id and p.id = h.about_id
                 where h.org_id = $1 and p.customer_id = $2",
            &[&org.0, &customer.0],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Whether any of these rows is about somebody whose data was erased.
pub(crate) async fn is_about_erased(
    tx: &Tx<'_>,
    org: OrgId,
    rows: &[Uuid],
) -> Result<bool, Failure> {
    let select = tx
        .prepare_cached(
            "select exists (select from customers c
             where c.org_id = $1 and c.erased_at is not null and c.id in (
                 select unnest($2::uuid[])
                 union select customer_id from bookings where org_id = $1 and id = any ($2)
                 union select customer_id from attendances where org_id = $1 and id = any ($2)
                 union select customer_id from packages where org_id = $1 and id = any ($2)
                 union select k.customer_id from credit_entries e join packages k
                     on k.org_id = e.org_id and k.id = e.package_id
                     where e.org_id = $1 and e.id = any ($2)
                 union select coalesce(a.customer_id, b.customer_id) from payments p join bookings b
                     on b.org_id = p.org_id and b.id = p.booking_id
                     left join attendances a on a.org_id = p.org_id and a.id = p.attendance_id
                     where p.org_id = $1 and p.id = any ($2)))",
        )
        .await?;
    Ok(tx.query_one(&select, &[&org.0, &rows]).await?.try_get(0)?)
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
