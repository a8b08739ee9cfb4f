//! Asking about venues, what can be booked there, what is sold, and when they are open.

use super::Edit;
use crate::id::{ExceptionId, ResourceId, ServiceId, StaffId, VenueId};
use crate::money::{Currency, Money};
use crate::rows::{ExceptionKind, OpenSpan, Policy, ResourceKind, Source, is_default};
use crate::time::{Stay, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// See [`Command::OpenVenue`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenVenue {
    /// Id of the new row.
    pub venue_id: VenueId,
    /// Name.
    pub name: String,
    /// Its wall clock.
    pub timezone: Zone,
    /// What it charges in.
    pub currency: Currency,
    /// 5 to 240, and a divisor of a day.
    pub slot_minutes: u32,
}

/// See [`Command::EditVenue`]. The zone of a venue does not change: its bookings' wall times hang
/// on it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EditVenue {
    /// Which.
    pub venue_id: VenueId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// What it charges in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Edit<Currency>,
    /// The grid for new bookings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot_minutes: Edit<u32>,
    /// Opening hours of resources that have none of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Edit<Vec<OpenSpan>>,
    /// How it does things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Edit<Policy>,
}

/// See [`Command::AddResource`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddResource {
    /// Id of the new row.
    pub resource_id: ResourceId,
    /// Name.
    pub name: String,
    /// What sort of thing.
    pub kind: ResourceKind,
    /// Where to find it.
    pub location: String,
    /// For people.
    pub description: String,
    /// The venues that use it.
    pub venue_ids: Vec<VenueId>,
    /// Where it was imported from.
    pub source: Option<Source>,
    /// What it consists of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub part_ids: Vec<ResourceId>,
    /// Who it is, for an instructor who works here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub staff_id: Option<StaffId>,
    /// Its weekly opening hours.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hours: Vec<OpenSpan>,
    /// Whether somebody has to approve each booking of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needs_approval: bool,
}

/// See [`Command::EditResource`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EditResource {
    /// Which.
    pub resource_id: ResourceId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// What sort of thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Edit<ResourceKind>,
    /// Where to find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Edit<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// Whether it takes new bookings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Edit<bool>,
    /// The venues that use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_ids: Edit<Vec<VenueId>>,
    /// What it consists of. Its future bookings claim the new parts in the same step, or none of it
    /// happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_ids: Edit<Vec<ResourceId>>,
    /// Who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Edit<Option<StaffId>>,
    /// Its weekly opening hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Edit<Vec<OpenSpan>>,
    /// Whether somebody has to approve each booking of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_approval: Edit<bool>,
}

/// See [`Command::AddService`](super::Command::AddService).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddService {
    /// Id of the new row.
    pub service_id: ServiceId,
    /// Name.
    pub name: String,
    /// For people.
    pub description: String,
    /// How long the customer has.
    pub duration_minutes: u32,
    /// How long the resources are taken before that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_before_minutes: u32,
    /// How long the resources are taken after that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_after_minutes: u32,
    /// What it costs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub price: Option<Money>,
    /// How many may come.
    pub capacity: u32,
    /// What sorts of resource it needs, one of each.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needed_kinds: Vec<ResourceKind>,
    /// The venues that sell it; none for all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub venue_ids: Vec<VenueId>,
    /// Whether somebody has to approve each booking.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needs_approval: bool,
    /// How long before the start cancelling is free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub free_cancel_minutes: Option<u32>,
    /// How many credits pay for it once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: u32,
    /// Colour on the board, `#rrggbb`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub colour: String,
}

/// See [`Command::EditService`](super::Command::EditService).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EditService {
    /// Which.
    pub service_id: ServiceId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// How long the customer has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Edit<u32>,
    /// How long the resources are taken before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer_before_minutes: Edit<u32>,
    /// How long the resources are taken after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer_after_minutes: Edit<u32>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Edit<Option<Money>>,
    /// How many may come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Edit<u32>,
    /// What sorts of resource it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_kinds: Edit<Vec<ResourceKind>>,
    /// The venues that sell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_ids: Edit<Vec<VenueId>>,
    /// Whether somebody has to approve each booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_approval: Edit<bool>,
    /// How long before the start cancelling is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_cancel_minutes: Edit<Option<u32>>,
    /// How many credits pay for it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Edit<u32>,
    /// Whether it can be booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Edit<bool>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Edit<u32>,
    /// Colour on the board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Edit<String>,
}

/// See [`Command::AddExceptions`](super::Command::AddExceptions).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddExceptions {
    /// What they are.
    pub kind: ExceptionKind,
    /// Whose wall clock their times are of; the venue that is closed, for a closure.
    pub venue_id: VenueId,
    /// The resource that they are about: opening, maintenance, blocked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resource_id: Option<ResourceId>,
    /// Who is away: time off.
    #[serde(default, skip_serializing_if = "is_default")]
    pub staff_id: Option<StaffId>,
    /// Whether they were entered in whole days.
    #[serde(default, skip_serializing_if = "is_default")]
    pub all_day: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
    /// What they have in common, where they recur.
    #[serde(default, skip_serializing_if = "is_default")]
    pub group_id: Option<Uuid>,
    /// When: one, or each time of a recurrence.
    pub times: Vec<ExceptionTime>,
}

/// One time of an exception.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExceptionTime {
    /// Id of the new row.
    pub exception_id: ExceptionId,
    /// When.
    #[serde(flatten)]
    pub stay: Stay,
}

/// See [`Command::WithdrawExceptions`](super::Command::WithdrawExceptions).
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct WithdrawExceptions {
    /// Which.
    pub exception_ids: Vec<ExceptionId>,
    /// Whether they hold again, having been taken back before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restored: bool,
}
