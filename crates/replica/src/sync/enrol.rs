//! Joining a headquarters, and joining it again.

use super::client::{Client, SyncFailure};
use crate::failure::Failure;
use crate::replica::{Identity, Replica};
use crate::store::{meta, meta::Key, outbox, scopes};
use holdfast_domain::DeviceId;
use holdfast_protocol::{Bringing, EnrolReply, EnrolRequest, PROTOCOL, Resuming};
use rusqlite::Connection;
use std::convert::Infallible;
use uuid::Uuid;

/// Joins the headquarters at `url` with a pairing code. An empty replica becomes a desk of the
/// venue that the code names; a standalone desk brings its history to an empty organisation; a desk
/// that headquarters no longer listens to (shut out, copied, rolled back) becomes a new device, and
/// what it did without a verdict goes on from there. The first sync is still to be made.
///
/// # Errors
/// Where the code or the address is wrong, headquarters cannot be reached, or the code is another
/// organisation's. Nothing here has changed then.
pub async fn enrol(
    replica: &mut Replica,
    client: &Client,
    url: &str,
    code: &str,
    device_name: Option<&str>,
) -> Result<EnrolReply, SyncFailure> {
    let identity = replica.identity()?;
    let linked = identity.as_ref().filter(|identity| identity.headquarters_url.is_some());
    let standalone = identity.as_ref().filter(|_| linked.is_none());
    let name = device_name
        .map(str::to_owned)
        .or_else(|| identity.as_ref().map(|identity| identity.device_name.clone()))
        .unwrap_or_else(|| "Front desk".into());
    let key = if linked.is_some() { Key::NextDeviceId } else { Key::DeviceId };
    let mut request = EnrolRequest {
        protocol: PROTOCOL,
        code: code.into(),
        device: kept_id(replica, key)?,
        device_name: name,
        bringing: standalone.map(|identity| bringing(replica, identity)).transpose()?,
        resuming: linked.map(|identity| resuming(replica, identity)).transpose()?,
    };
    let reply = match client.enrol(url, &request).await {
        // Joined once, the reply lost, and shut out since: another id is as good, unless a history
        // hangs on this one.
        Err(SyncFailure::Problem(problem))
            if problem.details["revoked"] == true && request.bringing.is_none() =>
        {
            meta::clear(&replica.db, key).map_err(Failure::from)?;
            request.device = kept_id(replica, key)?;
            client.enrol(url, &request).await?
        }
        answer => answer?,
    };
    let done: Result<(), Infallible> =
        replica.write(|db| Ok(Ok(take_over(db, url, &request, &reply)?)))?;
    let Ok(()) = done;
    Ok(reply)
}

/// The id under which to join: made once and kept, so that a second attempt after a lost reply is
/// known to be the same device's.
fn kept_id(replica: &Replica, key: Key) -> Result<DeviceId, Failure> {
    if let Some(device) = meta::parse(&replica.db, key)? {
        return Ok(device);
    }
    let device = DeviceId(Uuid::now_v7());
    meta::set(&replica.db, key, &device.to_string())?;
    Ok(device)
}

fn bringing(replica: &Replica, identity: &Identity) -> Result<Bringing, Failure> {
    Ok(Bringing { staff_id: identity.staff_id, last_seq: replica.last_seq()? })
}

/// The last operation that has its verdict: those after it are still to be pushed.
fn resuming(replica: &Replica, identity: &Identity) -> Result<Resuming, Failure> {
    let (head_seq, chain_head) = outbox::head(&replica.db)?;
    let resuming = Resuming {
        device: identity.device_id,
        token: meta::get(&replica.db, Key::Token)?.unwrap_or_default(),
        waiting_of: None,
        last_seq: head_seq,
        chain_head,
    };
    let Some((waiting, _)) = outbox::first_waiting(&replica.db)? else { return Ok(resuming) };
    let first = outbox::get(&replica.db, waiting)?
        .ok_or_else(|| Failure::Corrupt("an operation that waits is gone".into()))?;
    Ok(Resuming {
        waiting_of: Some(first.operation.actor),
        last_seq: waiting - 1,
        chain_head: first.operation.prev,
        ..resuming
    })
}

fn take_over(
    db: &Connection,
    url: &str,
    request: &EnrolRequest,
    reply: &EnrolReply,
) -> rusqlite::Result<()> {
    // What was under way was another device's; and headquarters may be another one than it was.
    scopes::clear_staged(db)?;
    scopes::clear_aside(db)?;
    if meta::get(db, Key::Incarnation)?.is_some_and(|known| known != reply.incarnation) {
        scopes::reset_cursors(db)?;
    }
    meta::set(db, Key::DeviceId, &request.device.to_string())?;
    meta::clear(db, Key::NextDeviceId)?;
    meta::clear(db, Key::ResendFrom)?;
    meta::set(db, Key::HeadquartersUrl, url.trim())?;
    meta::set(db, Key::Token, &reply.token)?;
    meta::set(db, Key::Incarnation, &reply.incarnation)?;
    meta::set(db, Key::OrgName, &reply.org_name)?;
    meta::set(db, Key::StaffId, &reply.staff_id.to_string())?;
    meta::set(db, Key::DeviceName, &request.device_name)?;
    if let Some(venue_id) = reply.venue_id {
        meta::set(db, Key::VenueId, &venue_id.to_string())?;
        if reply.laptop {
            meta::set(db, Key::Laptop, "true")?;
        } else {
            meta::set(db, Key::DeskVenueId, &venue_id.to_string())?;
        }
    }
    Ok(())
}
