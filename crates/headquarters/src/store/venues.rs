//! The table `venues`.

use super::{OrgId, rows};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::Venue;

pub(crate) async fn of_org(db: &impl GenericClient, org: OrgId) -> Result<Vec<Venue>, Failure> {
    rows::all(db, org, "order by t.name, t.id", &[]).await
}
