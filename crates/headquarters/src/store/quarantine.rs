//! The table `quarantine`: what could not be read or was not taken, with its very bytes.

use super::{OrgId, Tx, bytes, signed, time};
use crate::Failure;
use holdfast_domain::DeviceId;
use holdfast_protocol::{Digest, Operation};

/// An operation put aside.
pub(crate) struct Aside<'a> {
    pub(crate) device: DeviceId,
    pub(crate) operation: &'a Operation,
    pub(crate) payload_digest: Digest,
    pub(crate) reason: String,
}

/// Puts an operation aside; once, however often it is sent.
pub(crate) async fn insert(tx: &Tx<'_>, org: OrgId, aside: &Aside<'_>) -> Result<(), Failure> {
    let insert = tx
        .prepare_cached(
            "insert into quarantine (org_id, device_id, operation_id, payload_digest, seq, actor,
                 at, salt, raw, reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict do nothing",
        )
        .await?;
    let operation = aside.operation;
    tx.execute(
        &insert,
        &[
            &org.0,
            &aside.device.0,
            &operation.id.0,
            &bytes(&aside.payload_digest)?,
            &signed(operation.seq),
            &operation.actor.0,
            &time(operation.at),
            &operation.salt.as_bytes(),
            &operation.command.get().as_bytes(),
            &aside.reason,
        ],
    )
    .await?;
    Ok(())
}
