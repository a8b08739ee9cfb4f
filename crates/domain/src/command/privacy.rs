//! Asking for what concerns a person's data, and taking back what one did.

use super::Command;
use crate::id::{CustomerId, DataRequestId, OperationId};
use crate::rows::{DataRequestKind, is_default};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// See [`Command::RecordDataRequest`]. The same id again says what became of the request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecordDataRequest {
    /// Id of the row.
    pub request_id: DataRequestId,
    /// Who asked.
    pub customer_id: CustomerId,
    /// What for.
    pub kind: DataRequestKind,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub done: bool,
    /// When what was handed out expires.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expires_at: Option<Timestamp>,
}

/// See [`Command::EraseCustomer`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EraseCustomer {
    /// Who.
    pub customer_id: CustomerId,
    /// Why: a request of theirs, or retention.
    pub reason: String,
}

/// See [`Command::Withdraw`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Withdraw {
    /// The earlier operation of this device that is not to stand.
    pub operation_id: OperationId,
    /// What undoes it, should it stand.
    pub undo: Box<Command>,
}
