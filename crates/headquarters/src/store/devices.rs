//! The table `devices`: who may speak, as whom, and how far each chain has been taken.

use super::{OrgId, Tx, bytes, digest, signed, stamp, stamp_opt, unsigned};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::{DeviceId, StaffId, Timestamp, VenueId};
use holdfast_protocol::Digest;
use tokio_postgres::Row;
use uuid::Uuid;

/// A device of an organisation.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its organisation.
    pub org: OrgId,
    /// Identity, made on the device.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// Who works on it.
    pub staff_id: StaffId,
    /// Whose desk it is; `None` for one that sees every venue.
    pub venue_id: Option<VenueId>,
    /// Whether it is the laptop of who works on it, and told no more than is theirs.
    pub laptop: bool,
    /// Since when it is here.
    pub enrolled_at: Timestamp,
    /// When it was shut out.
    pub revoked_at: Option<Timestamp>,
    /// When it last asked.
    pub last_seen_at: Option<Timestamp>,
    /// The last operation taken.
    pub last_seq: u64,
    /// Its digest.
    pub chain_head: Digest,
    /// Operations up to here are the history that it brought.
    pub history_seq: u64,
}

impl Device {
    /// Whether it is still bringing its history.
    #[must_use]
    pub fn is_filling(&self) -> bool {
        self.revoked_at.is_none() && self.last_seq < self.history_seq
    }
}

const SELECT: &str =
    "select org_id, device_id, name, staff_id, venue_id, laptop, enrolled_at, revoked_at,
    last_seen_at, last_seq, chain_head, history_seq from devices";

fn read(row: &Row) -> Result<Device, Failure> {
    Ok(Device {
        org: OrgId(row.try_get("org_id")?),
        id: DeviceId(row.try_get("device_id")?),
        name: row.try_get("name")?,
        staff_id: StaffId(row.try_get("staff_id")?),
        venue_id: row.try_get::<_, Option<Uuid>>("venue_id")?.map(VenueId),
        laptop: row.try_get("laptop")?,
        enrolled_at: stamp(row, "enrolled_at")?,
        revoked_at: stamp_opt(row, "revoked_at")?,
        last_seen_at: stamp_opt(row, "last_seen_at")?,
        last_seq: unsigned(row, "last_seq")?,
        chain_head: digest(row.try_get("chain_head")?),
        history_seq: unsigned(row, "history_seq")?,
    })
}

/// The device whose token has this hash, revoked or not.
pub(crate) async fn by_token(
    db: &impl GenericClient,
    token_hash: &[u8],
) -> Result<Option<Device>, Failure> {
    let select = db.prepare_cached(&format!("{SELECT} where token_hash = $1")).await?;
    db.query_opt(&select, &[&token_hash]).await?.as_ref().map(read).transpose()
}

/// Notes that a device asked.
pub(crate) async fn seen(db: &impl GenericClient, device: &Device) -> Result<(), Failure> {
    let update = db
        .prepare_cached(
            "update devices set last_seen_at = now() where org_id = $1 and device_id = $2",
        )
        .await?;
    db.execute(&update, &[&device.org.0, &device.id.0]).await?;
    Ok(())
}

pub(crate) async fn by_ids(tx: &Tx<'_>, org: OrgId, ids: &[Uuid]) -> Result<Vec<Device>, Failure> {
    let select =
        tx.prepare_cached(&format!("{SELECT} where org_id = $1 and device_id = any($2)")).await?;
    tx.query(&select, &[&org.0, &ids]).await?.iter().map(read).collect()
}

pub(crate) async fn of_org(db: &impl GenericClient, org: OrgId) -> Result<Vec<Device>, Failure> {
    let select = format!("{SELECT} where org_id = $1 order by enrolled_at, device_id");
    db.query(&select, &[&org.0]).await?.iter().map(read).collect()
}

/// Takes note of how far a device's chain has been taken.
pub(crate) async fn advance(tx: &Tx<'_>, org: OrgId, devices: &[&Device]) -> Result<(), Failure> {
    let update = tx
        .prepare_cached(
            "update devices d set last_seq = n.last_seq, chain_head = n.chain_head, last_seen_at = now()
             from unnest($2::uuid[], $3::int8[], $4::bytea[]) n (device_id, last_seq, chain_head)
             where d.org_id = $1 and d.device_id = n.device_id",
        )
        .await?;
    let ids: Vec<Uuid> = devices.iter().map(|device| device.id.0).collect();
    let seqs: Vec<i64> = devices.iter().map(|device| signed(device.last_seq)).collect();
    let heads =
        devices.iter().map(|device| bytes(&device.chain_head)).collect::<Result<Vec<_>, _>>()?;
    tx.execute(&update, &[&org.0, &ids, &seqs, &heads]).await?;
    Ok(())
}

/// What enrolment writes of a device.
pub(crate) struct Enrolled<'a> {
    pub(crate) id: DeviceId,
    pub(crate) name: &'a str,
    pub(crate) staff_id: StaffId,
    pub(crate) venue_id: Option<VenueId>,
    pub(crate) laptop: bool,
    pub(crate) history_seq: u64,
    /// Where its chain begins here: not at its start for a desk that is paired anew.
    pub(crate) last_seq: u64,
    pub(crate) chain_head: &'a Digest,
    pub(crate) token_hash: &'a [u8],
}

/// Enters a device. One that is there already gets the new token, and keeps its chain unless it was
/// never heard of: then nothing of it is here, and it begins where it says now.
pub(crate) async fn enrol(tx: &Tx<'_>, org: OrgId, device: &Enrolled<'_>) -> Result<(), Failure> {
    let insert = "insert into devices
            (org_id, device_id, name, staff_id, venue_id, history_seq, token_hash, last_seq,
             resumed_seq, chain_head, laptop)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
        on conflict (org_id, device_id) do update set name = excluded.name,
            staff_id = excluded.staff_id, venue_id = excluded.venue_id,
            laptop = excluded.laptop, token_hash = excluded.token_hash,
            history_seq = case when devices.last_seen_at is null
                then excluded.history_seq else devices.history_seq end,
            last_seq = case when devices.last_seen_at is null
                then excluded.last_seq else devices.last_seq end,
            resumed_seq = case when devices.last_seen_at is null
                then excluded.resumed_seq else devices.resumed_seq end,
            chain_head = case when devices.last_seen_at is null
                then excluded.chain_head else devices.chain_head end";
    tx.execute(
        insert,
        &[
            &org.0,
            &device.id.0,
            &device.name,
            &device.staff_id.0,
            &device.venue_id.map(|id| id.0),
            &signed(device.history_seq),
            &device.token_hash,
            &signed(device.last_seq),
            &bytes(device.chain_head)?,
            &device.laptop,
        ],
    )
    .await?;
    Ok(())
}

/// Those who carry a laptop, or did: what is theirs is kept true for as long as it is kept, so that
/// what is erased is erased from it, too. Whether they are told is said when they ask.
pub(crate) async fn carriers(tx: &Tx<'_>, org: OrgId) -> Result<Vec<StaffId>, Failure> {
    let select = tx
        .prepare_cached(
            "select distinct staff_id from devices where org_id = $1 and laptop order by staff_id",
        )
        .await?;
    let rows = tx.query(&select, &[&org.0]).await?;
    rows.iter().map(|row| Ok(StaffId(row.try_get("staff_id")?))).collect()
}

/// Shuts a device out; `false` where it is out already.
pub(crate) async fn revoke(
    db: &impl GenericClient,
    org: OrgId,
    id: DeviceId,
) -> Result<bool, Failure> {
    let update = "update devices set revoked_at = now()
        where org_id = $1 and device_id = $2 and revoked_at is null";
    Ok(db.execute(update, &[&org.0, &id.0]).await? == 1)
}
