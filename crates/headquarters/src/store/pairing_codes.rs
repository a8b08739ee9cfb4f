//! The table `pairing_codes`: codes that a device may join by, as hashes.

use super::{OrgId, Tx};
use crate::Failure;
use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use holdfast_domain::{DeviceId, StaffId, Timestamp, VenueId};
use tokio_postgres::Row;
use uuid::Uuid;

/// A code that may still be used, or that one device has used.
pub(crate) struct PairingCode {
    pub(crate) org: OrgId,
    /// Whose desk it makes and for whom; `None` for a desk that brings its history.
    pub(crate) binding: Option<(VenueId, StaffId)>,
    /// Whether it is for the laptop of that person.
    pub(crate) laptop: bool,
    pub(crate) used_by: Option<DeviceId>,
}

impl PairingCode {
    /// Whether this device may join by it: a code is good for one device.
    pub(crate) fn is_good_for(&self, device: DeviceId) -> bool {
        self.used_by.is_none_or(|used_by| used_by == device)
    }
}

const SELECT: &str = "select org_id, venue_id, staff_id, laptop, used_by from pairing_codes
    where code_hash = $1 and expires_at > now()";

fn read(row: &Row) -> Result<PairingCode, Failure> {
    let venue: Option<Uuid> = row.try_get("venue_id")?;
    let staff: Option<Uuid> = row.try_get("staff_id")?;
    Ok(PairingCode {
        org: OrgId(row.try_get("org_id")?),
        binding: venue.zip(staff).map(|(venue, staff)| (VenueId(venue), StaffId(staff))),
        laptop: row.try_get("laptop")?,
        used_by: row.try_get::<_, Option<Uuid>>("used_by")?.map(DeviceId),
    })
}

pub(crate) async fn insert(
    db: &impl GenericClient,
    org: OrgId,
    code_hash: &[u8],
    (binding, laptop): (Option<(VenueId, StaffId)>, bool),
    expires_at: Timestamp,
) -> Result<(), Failure> {
    let (venue, staff) = (binding.map(|(venue, _)| venue.0), binding.map(|(_, staff)| staff.0));
    let expires_at: DateTime<Utc> = expires_at.to_utc();
    db.execute(
        "insert into pairing_codes (org_id, code_hash, venue_id, staff_id, expires_at, laptop)
         values ($1, $2, $3, $4, $5, $6)",
        &[&org.0, &code_hash, &venue, &staff, &expires_at, &laptop],
    )
    .await?;
    Ok(())
}

/// The code of this hash, if it has not expired, as it is at this moment.
pub(crate) async fn find(
    db: &impl GenericClient,
    code_hash: &[u8],
) -> Result<Option<PairingCode>, Failure> {
    db.query_opt(SELECT, &[&code_hash]).await?.as_ref().map(read).transpose()
}

/// The code of this hash, if it has not expired, locked until the transaction ends: of two devices
/// with one code, one comes first.
pub(crate) async fn lock(tx: &Tx<'_>, code_hash: &[u8]) -> Result<Option<PairingCode>, Failure> {
    let select = format!("{SELECT} for update");
    tx.query_opt(&select, &[&code_hash]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn mark_used(
    tx: &Tx<'_>,
    org: OrgId,
    code_hash: &[u8],
    by: DeviceId,
) -> Result<(), Failure> {
    tx.execute(
        "update pairing_codes set used_at = coalesce(used_at, now()), used_by = $3
         where org_id = $1 and code_hash = $2",
        &[&org.0, &code_hash, &by.0],
    )
    .await?;
    Ok(())
}
