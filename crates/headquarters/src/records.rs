//! What headquarters keeps about what happened: the audit, asked by an administrator, and the
//! erasure of a person's data in it.

use crate::registry::pick;
use crate::store::{OrgId, audit, erasure, session, staff};
use crate::{Database, Failure, Session};
use std::time::Duration;
use uuid::Uuid;

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

/// Whom an administrator means by a name or an id; nobody has to be known by an id.
///
/// # Errors
/// [`Failure::Input`] where nobody has this name, or several have; where the database fails.
pub async fn person(session: &Session, org: OrgId, wanted: &str) -> Result<Uuid, Failure> {
    if let Ok(id) = Uuid::parse_str(wanted.trim()) {
        return Ok(id);
    }
    let people = staff::of_org(&session.client, org).await?;
    pick("staff member", wanted, people, |row| (row.id.0, &row.name)).map(|row| row.id.0)
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
