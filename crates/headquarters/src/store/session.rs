//! Who a transaction is: its role, its organisation, its scopes, and its turn. No table, but the
//! settings that the policies of every table read.

use super::{OrgId, Tx};
use crate::Failure;
use futures_util::future::join;

/// Makes this transaction a push of `org`, and waits for its turn: one push per organisation at a
/// time. The lock comes before any fact is read, and the transaction is READ COMMITTED, so that
/// every fact is as new as the lock.
///
/// Everything is found by its key, so tables are never walked: a plan kept from when they were
/// empty would.
pub(crate) async fn enter_push(tx: &Tx<'_>, org: OrgId) -> Result<(), Failure> {
    let text = org.to_string();
    let enter = tx
        .prepare_cached(
            "select set_config('holdfast.org', $1, true), set_config('enable_seqscan', 'off', true),
                 pg_advisory_xact_lock(hashtextextended($1, 0))",
        )
        .await?;
    let role = tx.batch_execute("set local role holdfast_push");
    let (role, entered) = join(role, tx.query(&enter, &[&text])).await;
    role?;
    entered?;
    Ok(())
}

/// Waits for the organisation's turn, without becoming a push: enrolment is held by no policy.
pub(crate) async fn lock(tx: &Tx<'_>, org: OrgId) -> Result<(), Failure> {
    tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", &[&org.to_string()]).await?;
    Ok(())
}

/// Makes this transaction a pull of `org` that sees `scopes` and nothing else.
pub(crate) async fn enter_pull(tx: &Tx<'_>, org: OrgId, scopes: &[String]) -> Result<(), Failure> {
    let text = org.to_string();
    let enter = tx
        .prepare_cached(
            "select set_config('holdfast.org', $1, true), set_config('enable_seqscan', 'off', true),
                 set_config('holdfast.scopes', $2::text[]::text, true)",
        )
        .await?;
    let role = tx.batch_execute("set local role holdfast_pull");
    let (role, entered) = join(role, tx.query(&enter, &[&text, &scopes])).await;
    role?;
    entered?;
    Ok(())
}

/// What one of the server's settings is.
pub(crate) async fn setting(tx: &Tx<'_>, name: &str) -> Result<String, Failure> {
    let row = tx.query_one("select current_setting($1)", &[&name]).await?;
    Ok(row.try_get(0)?)
}

/// Whether the database answers at all.
pub(crate) async fn ping(client: &tokio_postgres::Client) -> Result<(), Failure> {
    client.simple_query("select 1").await?;
    Ok(())
}
