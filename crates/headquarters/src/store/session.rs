//! Who a transaction is: its role, its organisation, its scopes, and its turn. No table, but the
//! settings that the policies of every table read.

use super::{OrgId, Tx};
use crate::Failure;
use deadpool_postgres::Object;
use futures_util::future::join;
use std::time::Duration;
use tokio_postgres::IsolationLevel;

/// Begins a transaction that writes. It is READ COMMITTED whatever the server's default is: what is
/// read after a lock was waited for must be as new as the lock.
pub(crate) async fn begin(client: &mut Object) -> Result<Tx<'_>, Failure> {
    let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted);
    Ok(transaction.start().await?)
}

/// Makes this transaction a push of `org`, and waits for its turn: one push per organisation at a
/// time. The lock comes before any fact is read, and the transaction is READ COMMITTED ([`begin`]),
/// so that every fact is as new as the lock.
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

/// How long this transaction waits for any one lock. The server gives up by itself, also where
/// nobody waits for the answer any more.
pub(crate) async fn limit_waiting(tx: &Tx<'_>, limit: Duration) -> Result<(), Failure> {
    let limit = format!("{}ms", limit.as_millis());
    tx.query("select set_config('lock_timeout', $1, true)", &[&limit]).await?;
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
