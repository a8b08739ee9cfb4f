//! What the window sends and gets as it is in the domain: commands and rows as JSON. The board and
//! the booking panel have views of their own; simple lists and forms need none. Only amounts get more,
//! where they go to the window: their text.

use super::{JsonValue, Problem, Standing};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// A command or a row, word for word as the domain writes it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub(crate) struct AnyJson(#[specta(type = JsonValue)] pub(crate) serde_json::Value);

/// Which rows: those whose columns hold these words or ids.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct RowsWanted {
    /// The sort of row: `service`, `package`.
    pub(crate) entity: String,
    pub(crate) columns: BTreeMap<String, String>,
    /// Whether deleted ones are listed, too.
    pub(crate) deleted: bool,
}

/// What became of a command.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Submitted {
    /// Empty where everything was as asked already.
    pub(crate) operation_id: String,
    pub(crate) standing: Standing,
    /// What the person should know all the same, as sentences.
    pub(crate) warnings: Vec<String>,
}

/// What would become of a command.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Weighed {
    /// The command with the terms that hold now: prices, packages, whether it is late.
    pub(crate) command: AnyJson,
    pub(crate) refusal: Option<Problem>,
    /// What the person should know and may go on with all the same, as sentences.
    pub(crate) warnings: Vec<String>,
    /// The rows that it would write, each `{entity, row}`.
    pub(crate) changes: Vec<AnyJson>,
}

/// A booking that waits for approval.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct QueuedRequest {
    #[serde(flatten)]
    pub(crate) booking: super::BoardBooking,
    /// What the customer asked for.
    pub(crate) customer_note: String,
    /// When they asked, and until when it is to be answered.
    pub(crate) local_asked: String,
    pub(crate) approve_by: Option<String>,
    /// How many other requests want the same: only one can be confirmed.
    pub(crate) rivals: u32,
    /// Whether nobody answered in time.
    pub(crate) lapsed: bool,
    /// What speaks against saying yes, or null.
    pub(crate) refusal: Option<Problem>,
}

/// A time on the wall as commands carry it.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ResolvedStay {
    /// `{starts_at, ends_at, local_start, local_end}`.
    pub(crate) stay: AnyJson,
    /// What the clocks make of it, as sentences.
    pub(crate) notes: Vec<String>,
}
