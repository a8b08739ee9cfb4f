//! The readable history of bookings, customers and packages: what an operation changed, field by
//! field. Headquarters writes it beside the rows; a desk without one reads it from what it keeps.

use crate::change::{Change, Entity};
use crate::id::{DeviceId, HistoryEntryId, OperationId, StaffId, VenueId};
use crate::rows::{FieldChange, HistoryEntry};
use crate::time::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who did something, where and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed<'a> {
    /// The operation.
    pub operation_id: OperationId,
    /// Its time.
    pub at: Timestamp,
    /// Who.
    pub actor: StaffId,
    /// On which device.
    pub device_id: DeviceId,
    /// The command's name.
    pub action: &'a str,
}

/// What sort of row a change is told under, which row, and at which venue.
#[must_use]
pub fn about(change: &Change) -> Option<(Entity, Uuid, Option<VenueId>)> {
    match change {
        Change::Booking(row) => Some((Entity::Booking, row.id.0, Some(row.venue_id))),
        Change::Payment(row) => Some((Entity::Booking, row.booking_id.0, Some(row.venue_id))),
        Change::Attendance(row) => Some((Entity::Booking, row.booking_id.0, Some(row.venue_id))),
        Change::Customer(row) => Some((Entity::Customer, row.id.0, None)),
        Change::Package(row) => Some((Entity::Package, row.id.0, None)),
        _ => None,
    }
}

/// The entry that a change makes, given the row before it. Entering a booking, a customer or a
/// package makes none, and neither does a change that says nothing new.
#[must_use]
pub fn entry(deed: &Deed<'_>, before: Option<&Change>, after: &Change) -> Option<HistoryEntry> {
    let (about, about_id, venue_id) = about(after)?;
    if before.is_none() && after.id() == about_id {
        return None;
    }
    let changes = differences(before, after);
    if changes.is_empty() {
        return None;
    }
    Some(HistoryEntry {
        id: HistoryEntryId::of(deed.operation_id, after.id()),
        about,
        about_id,
        venue_id,
        at: deed.at,
        actor: deed.actor,
        device_id: deed.device_id,
        action: deed.action.into(),
        changes,
    })
}

/// The fields in which two states of a row differ, by name.
#[must_use]
pub fn differences(before: Option<&Change>, after: &Change) -> Vec<FieldChange> {
    let of_place = match after {
        Change::Attendance(_) => true,
        Change::Payment(payment) => payment.attendance_id.is_some(),
        _ => false,
    };
    let (before, after) = (before.map(fields).unwrap_or_default(), fields(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value =
        |row: &Map<String, Value>, name: &String| row.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .map(|name| FieldChange {
            field: name.clone(),
            before: value(&before, name),
            after: value(&after, name),
        })
        .filter(|change| change.before != change.after)
        // What was said about a person's place is told with the place, not under the class.
        .filter(|change| !(of_place && matches!(change.field.as_str(), "reason" | "note")))
        // How many places are taken is told by those who took them.
        .filter(|change| !matches!(change.field.as_str(), "places_taken" | "status_before"))
        .collect()
}

fn fields(change: &Change) -> Map<String, Value> {
    match change.to_row() {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}
