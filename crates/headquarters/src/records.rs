//! What headquarters keeps about what happened: the audit, asked by an administrator, and the
//! erasure of a person's data in it.

use crate::store::{OrgId, audit, erasure, session};
use crate::{Database, Failure, Session};
use std::time::Duration;

pub use crate::store::audit::{Search, Shown};

/// How often the audit's partitions are looked after.
const PARTITIONS_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The audit's lines that a search finds, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn audit(session: &Session, org: OrgId, search: &Search) -> Result<Vec<Shown>, Failure> {
    audit::find(&session.client, org, search).await
}

/// Takes the data of everybody whose data was erased out of what is kept, again: after a backup was
/// restored, what was kept is back. Answers how many they are.
///
/// # Errors
/// Where the database fails.
pub async fn erase_again(session: &mut Session, org: OrgId) -> Result<usize, Failure> {
    let tx = session::begin(&mut session.client).await?;
    session::lock(&tx, org).await?;
    let erased = erasure::erased(&tx, org).await?;
    for &customer in &erased {
        erasure::scrub(&tx, org, customer).await?;
    }
    tx.commit().await?;
    Ok(erased.len())
}

/// Makes the audit's partitions for the months to come, for as long as headquarters runs.
pub(crate) async fn look_after_partitions(db: Database) {
    loop {
        let made = async { audit::make_partitions(&db.session().await?.client).await };
        if let Err(failure) = made.await {
            tracing::warn!(%failure, "the audit's partitions could not be made; lines go to the default one");
        }
        tokio::time::sleep(PARTITIONS_EVERY).await;
    }
}
