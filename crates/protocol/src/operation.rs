//! An operation: a command on its way, with who, when and where in the device's chain.

use holdfast_domain::{Command, OperationId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Random bytes (hex) that keep an operation's digest from giving its payload away.
pub type Salt = String;

/// A SHA-256, as 64 hex digits.
#[derive(Clone, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

/// The predecessor of a device's first operation.
pub const CHAIN_START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Digest {
    /// Where every chain starts.
    #[must_use]
    pub fn start() -> Self {
        Self(CHAIN_START.into())
    }

    /// Whether it has the form of a digest.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.0.len() == 64 && self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut sha = Sha256::new();
        for part in parts {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part);
        }
        Self(hex::encode(sha.finalize()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A command as one device submitted it once. Its payload stays the very bytes that were hashed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Operation {
    /// UUIDv7, made on the device.
    pub id: OperationId,
    /// Dense per device, from 1.
    pub seq: u64,
    /// Digest of the operation before it in this device's chain.
    pub prev: Digest,
    /// Who gave the command.
    pub actor: StaffId,
    /// The device's wall time when it was given.
    pub at: Timestamp,
    /// See [`Salt`].
    pub salt: Salt,
    /// The command as JSON text.
    pub command: Box<RawValue>,
}

impl Operation {
    /// SHA-256 of salt and payload: what is kept of the payload when a person's data is erased.
    #[must_use]
    pub fn payload_digest(&self) -> Digest {
        Digest::of(&[self.salt.as_bytes(), self.command.get().as_bytes()])
    }

    /// This operation's link in the chain: over its predecessor, everything about it, and its
    /// payload's digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&[
            self.prev.0.as_bytes(),
            self.id.0.as_bytes(),
            &self.seq.to_be_bytes(),
            self.actor.0.as_bytes(),
            &self.at.0.to_be_bytes(),
            self.payload_digest().0.as_bytes(),
        ])
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// Where it is no command that this version knows.
    pub fn parse(&self) -> Result<Command, serde_json::Error> {
        serde_json::from_str(self.command.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn operation(payload: &str) -> Operation {
        Operation {
            id: OperationId(Uuid::from_u128(1)),
            seq: 1,
            prev: Digest::start(),
            actor: StaffId(Uuid::from_u128(2)),
            at: Timestamp(1_795_168_800_000),
            salt: "00ff".into(),
            command: RawValue::from_string(payload.into()).unwrap(),
        }
    }

    #[test]
    fn the_chain_covers_every_part_of_an_operation() {
        let first = operation(r#"{"type":"x"}"#);
        let mut others = vec![operation(r#"{"type":"y"}"#)];
        others.push(Operation { seq: 2, ..first.clone() });
        others.push(Operation { at: Timestamp(0), ..first.clone() });
        others.push(Operation { salt: "00fe".into(), ..first.clone() });
        others.push(Operation { actor: StaffId(Uuid::nil()), ..first.clone() });
        others.push(Operation { prev: first.digest(), ..first.clone() });
        for other in others {
            assert_ne!(first.digest(), other.digest(), "{other:?}");
        }
        let travelled: Operation =
            serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
        assert_eq!(travelled.digest(), first.digest());
    }
}
