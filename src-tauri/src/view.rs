//! What the window sees and sends: the one module whose types are exported to TypeScript
//! (ui/src/lib/bindings.ts is generated from here). JSON is snake_case; ids and instants are text,
//! and a local time is the venue's wall clock, `YYYY-MM-DDTHH:MM:SS`.
//!
//! Views are made from rows by functions here and hold no rule: what a booking is worth, or whether
//! it may be moved, the replica and the domain say.

mod any;
mod board;
mod booking;
mod class;
mod draft;
mod exchange;
mod inbox;
mod money;
mod people;
mod record;
mod session;
mod sync;
mod words;

pub(crate) use any::{AnyJson, QueuedRequest, ResolvedStay, RowsWanted, Submitted, Weighed};
pub(crate) use board::{Board, BoardBooking, Colours, CustomerBooking, PlaceNames};
pub(crate) use booking::{BookingDetail, BookingEdit, CancelBooking, Reschedule, SeriesScope};
pub(crate) use class::Place;
pub(crate) use draft::{BookingDraft, FreeTime, Preview, Repeat, Sale, Saved, Skipped};
pub(crate) use exchange::{CalendarImport, GivenFile, ImportProgressed};
pub(crate) use inbox::{Alternative, InboxItem, RestBooked, add_clashes, over_theirs};
pub(crate) use money::{Price, with_texts};
pub(crate) use people::{
    Customer, CustomersFound, Figures, HandedOver, LeftBooking, NewCustomer, NewResource, Resource,
    Segment,
};
pub(crate) use record::{CustomerExport, HistoryLine, ReportTable, Retained};
pub(crate) use session::{EmptyVenue, JoinHeadquarters, Session};
pub(crate) use sync::{
    Progress, ReplicaChanged, RoundFailure, SyncChanged, SyncStatus, WaitingChange,
};
pub(crate) use words::{BookingStatus, ResourceKind, Standing};

use chrono::NaiveDateTime;
use holdfast_domain::{Timestamp, Zone};
use holdfast_replica::{Failure, Replica};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;

/// Any JSON: what details look like in TypeScript.
#[derive(Serialize, Type)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its shape is exported; the values are serde_json's")]
pub(crate) enum JsonValue {
    Null,
    Bool(bool),
    Number(i32),
    String(String),
    Array(Vec<JsonValue>),
    Object(BTreeMap<String, JsonValue>),
}

/// Whether a rule said no, or something broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProblemKind {
    /// An answer: nothing is broken.
    Refusal,
    /// Disk, network or a bug.
    Failure,
}

/// Why something was not done.
#[derive(Clone, PartialEq, Debug, Serialize, Type)]
pub(crate) struct Problem {
    /// Whether a rule said no, or something broke.
    pub(crate) kind: ProblemKind,
    /// Stable code, such as `slot_taken`. docs/REFUSALS.md lists those of rules.
    pub(crate) code: String,
    /// A sentence for a person.
    pub(crate) message: String,
    /// What the code is about; for a problem with a field `{ "field": "title" }`.
    #[specta(type = JsonValue)]
    pub(crate) details: serde_json::Value,
}

/// A wall time as the window gets it.
fn wall(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// What this desk's wall shows at `at`.
pub(crate) fn wall_at(zone: Zone, at: Timestamp) -> String {
    wall(zone.local(at))
}

/// The wall clock of the venue that this desk stands in; UTC before it knows one.
pub(crate) fn home_zone(replica: &Replica) -> Result<Zone, Failure> {
    let home = match replica.identity()?.and_then(|identity| identity.venue_id) {
        Some(id) => replica.venue(id)?,
        None => None,
    };
    home.map_or_else(
        || Zone::parse("UTC").map_err(|refusal| Failure::Corrupt(refusal.message())),
        |venue| Ok(venue.timezone),
    )
}

/// A count for the window: TypeScript's numbers, and people's eyes, end before 2^32.
pub(crate) fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
