//! The table `booking_claims`: which booking a claim belongs to. Only written here; headquarters
//! derives a claim's id from its booking and resource.

use super::{OrgId, Tx};
use holdfast_domain::BookingClaim;
use tokio_postgres::{Error, Statement};

pub(super) const UPSERT: &str = "insert into booking_claims (org_id, claim_id, booking_id)
    values ($1, $2, $3)
    on conflict (org_id, claim_id) do update set booking_id = excluded.booking_id";

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &BookingClaim,
) -> Result<(), Error> {
    tx.execute(upsert, &[&org.0, &row.claim_id.0, &row.booking_id.0]).await?;
    Ok(())
}
