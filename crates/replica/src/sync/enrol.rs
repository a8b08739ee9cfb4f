//! Joining a headquarters.

use super::client::{Client, SyncFailure};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{meta, meta::Key, outbox};
use holdfast_domain::DeviceId;
use holdfast_protocol::{Bringing, EnrolReply, EnrolRequest, PROTOCOL};
use std::convert::Infallible;
use uuid::Uuid;

/// Joins the headquarters at `url` with a pairing code. An empty replica becomes a desk of the
/// venue that the code names; a standalone desk brings its history to an empty organisation. The
/// first sync is still to be made.
///
/// # Errors
/// Where the code or the address is wrong, headquarters cannot be reached, or this desk already has
/// one. Nothing here has changed then.
pub async fn enrol(
    replica: &mut Replica,
    client: &Client,
    url: &str,
    code: &str,
    device_name: Option<&str>,
) -> Result<EnrolReply, SyncFailure> {
    let identity = replica.identity()?;
    if let Some(identity) = &identity
        && identity.headquarters_url.is_some()
    {
        return Err(Failure::NotEmpty { org_name: identity.org_name.clone() }.into());
    }
    let bringing = match &identity {
        Some(identity) => {
            Some(Bringing { staff_id: identity.staff_id, last_seq: replica.last_seq()? })
        }
        None => None,
    };
    let device = own_device(replica)?;
    let name = device_name
        .map(str::to_owned)
        .or_else(|| identity.as_ref().map(|identity| identity.device_name.clone()))
        .unwrap_or_else(|| "Front desk".into());
    let request = EnrolRequest {
        protocol: PROTOCOL,
        code: code.into(),
        device,
        device_name: name.clone(),
        bringing,
    };
    let reply = client.enrol(url, &request).await?;
    let done: Result<(), Infallible> = replica.write(|db| {
        meta::set(db, Key::HeadquartersUrl, url.trim())?;
        meta::set(db, Key::Token, &reply.token)?;
        meta::set(db, Key::Incarnation, &reply.incarnation)?;
        meta::set(db, Key::OrgName, &reply.org_name)?;
        meta::set(db, Key::StaffId, &reply.staff_id.to_string())?;
        meta::set(db, Key::DeviceName, &name)?;
        if let Some(venue_id) = reply.venue_id {
            meta::set(db, Key::VenueId, &venue_id.to_string())?;
        }
        Ok(Ok(()))
    })?;
    let Ok(()) = done;
    Ok(reply)
}

/// This device's id: made once and kept, so that a second attempt after a lost reply is known to be
/// the same device's.
fn own_device(replica: &Replica) -> Result<DeviceId, Failure> {
    if let Some(device) = meta::parse(&replica.db, Key::DeviceId)? {
        return Ok(device);
    }
    let device = DeviceId(Uuid::now_v7());
    meta::set(&replica.db, Key::DeviceId, &device.to_string())?;
    debug_assert_eq!(outbox::head(&replica.db)?.0, 0, "an empty replica has done nothing");
    Ok(device)
}
