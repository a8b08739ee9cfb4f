//! What happened to a row, for people to read; and what people asked about their data.

use super::{is_default, words};
use crate::change::Entity;
use crate::id::{CustomerId, DataRequestId, DeviceId, HistoryEntryId, StaffId, VenueId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// One change of a booking, customer or package, as headquarters settled it. That something was
/// entered is told by the row itself; only what became of it afterwards is history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Identity: derived from the operation and the row.
    pub id: HistoryEntryId,
    /// What sort of row it is about.
    pub about: Entity,
    /// Which row it is about: for a payment or a place, its booking.
    pub about_id: Uuid,
    /// At which venue; none for what every desk knows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub venue_id: Option<VenueId>,
    /// When, by the operation.
    pub at: Timestamp,
    /// Who did it.
    pub actor: StaffId,
    /// On which device; [`DeviceId::HEADQUARTERS`] where that did it by itself, for the actor.
    pub device_id: DeviceId,
    /// What they did: the command's name.
    pub action: String,
    /// What it changed.
    pub changes: Vec<FieldChange>,
}

/// One field that changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// What it was; null where it was at its default.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

words! {
    /// What somebody may ask about their data.
    DataRequestKind {
        /// All that concerns them.
        Export = "export",
        /// That it be erased.
        Erasure = "erasure",
    }
}

/// A request of a customer about their data (GDPR, articles 15, 17 and 20), and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DataRequest {
    /// Identity.
    pub id: DataRequestId,
    /// Who asked.
    pub customer_id: CustomerId,
    /// What for.
    pub kind: DataRequestKind,
    /// When they asked.
    pub requested_at: Timestamp,
    /// Who wrote it down.
    pub requested_by: StaffId,
    /// When it was done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub done_at: Option<Timestamp>,
    /// When what was handed out expires.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expires_at: Option<Timestamp>,
}
