//! The schema: its migrations, and whether a database has exactly those that this program knows.
//!
//! Two programs that migrate at once take turns (refinery itself does not see to that). A program
//! never works on a schema older or newer than itself.

use crate::{Failure, db};
use tokio_postgres::NoTls;

mod embedded {
    refinery::embed_migrations!("../../migrations/headquarters");
}

/// The advisory lock under which migrations run: "holdfast" in ASCII.
const LOCK: i64 = 0x686f_6c64_6661_7374;

/// The version that this program was built for.
#[must_use]
pub fn newest() -> i32 {
    let known = embedded::migrations::runner();
    known.get_migrations().iter().map(refinery::Migration::version).max().unwrap_or(0)
}

/// Brings the database's schema up to [`newest`]; returns what was applied, as `V1 organisations`.
///
/// # Errors
/// Where the database cannot be reached, is newer than this program, or refuses a migration.
pub async fn migrate(url: &str) -> Result<Vec<String>, Failure> {
    let (mut client, connection) = db::config(url)?.connect(NoTls).await?;
    let line = tokio::spawn(connection);
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let found = version(&client).await?.unwrap_or(0);
    if found > newest() {
        return Err(newer(found));
    }
    let report = embedded::migrations::runner().run_async(&mut client).await?;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    drop(client);
    // The line ends when the client is dropped; how it ended says nothing about the schema.
    let _ = line.await;
    Ok(report
        .applied_migrations()
        .iter()
        .map(|one| format!("V{} {}", one.version(), one.name()))
        .collect())
}

/// Checks that the schema is the one that this program was built for.
pub(crate) async fn check(client: &tokio_postgres::Client) -> Result<(), Failure> {
    match version(client).await? {
        Some(found) if found == newest() => Ok(()),
        Some(found) if found > newest() => Err(newer(found)),
        found => Err(Failure::Schema(format!(
            "The database's schema (version {}) is older than this program ({}). Run `holdfast-hq migrate`.",
            found.unwrap_or(0),
            newest()
        ))),
    }
}

fn newer(found: i32) -> Failure {
    Failure::Schema(format!(
        "The database's schema (version {found}) is newer than this program ({}). Install the newer holdfast-hq.",
        newest()
    ))
}

/// The version that a database has; `None` where it was never migrated.
pub(crate) async fn version(client: &tokio_postgres::Client) -> Result<Option<i32>, Failure> {
    let known = client.query_one("select to_regclass('refinery_schema_history') is not null", &[]);
    if !known.await?.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    let row =
        client.query_one("select max(version)::int4 from refinery_schema_history", &[]).await?;
    Ok(row.try_get(0)?)
}
