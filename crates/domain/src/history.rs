//! The readable history of bookings, customers and packages: what an operation changed, field by
//! field. Headquarters writes it beside the rows; a desk without one reads it from what it keeps.

use crate::change::{Change, Entity};
use crate::id::{CustomerId, DeviceId, HistoryEntryId, OperationId, StaffId, VenueId};
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

/// The field of an entry about a booking that says whose it was, before and after: nothing has changed in
/// it.
pub const WHOSE: &str = "whose";

/// The entry that a change makes, given the row before it and `whose` the booking was that it is told
/// under. Entering a booking or a package makes none, nor does importing a customer: the row says it
/// itself. Neither does a change that says nothing new.
#[must_use]
pub fn entry(
    deed: &Deed<'_>,
    before: Option<&Change>,
    after: &Change,
    whose: Option<CustomerId>,
) -> Option<HistoryEntry> {
    let (about, about_id, venue_id) = about(after)?;
    let mut changes = match (before, after) {
        // Who entered them is all that is told: the rest is theirs, and in the row.
        (None, Change::Customer(customer)) if customer.source.is_none() => Vec::new(),
        (None, _) if after.id() == about_id => return None,
        _ => {
            let changes = differences(before, after);
            if changes.is_empty() {
                return None;
            }
            changes
        }
    };
    if let Some(whose) = whose {
        let [before, after] = [(); 2].map(|()| whose.to_string().into());
        changes.push(FieldChange { field: WHOSE.into(), before, after });
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

/// The entry for the customer whose a booking was until it became somebody else's: by it, what was said of
/// the booking while it was theirs is found when they are erased.
#[must_use]
pub fn passing(deed: &Deed<'_>, before: Option<&Change>, after: &Change) -> Option<HistoryEntry> {
    let (Some(Change::Booking(before)), Change::Booking(after)) = (before, after) else {
        return None;
    };
    let whose = before.customer_id.filter(|_| before.customer_id != after.customer_id)?;
    let (field, before) = ("booking_id".into(), before.id.to_string().into());
    Some(HistoryEntry {
        id: HistoryEntryId::of_passing(deed.operation_id, after.id),
        about: Entity::Customer,
        about_id: whose.0,
        venue_id: None,
        at: deed.at,
        actor: deed.actor,
        device_id: deed.device_id,
        action: deed.action.into(),
        changes: vec![FieldChange { field, before, after: Value::Null }],
    })
}

/// The fields in which two states of a row differ, by name; of a place, whose it is, too.
#[must_use]
pub fn differences(before: Option<&Change>, after: &Change) -> Vec<FieldChange> {
    let is_place = matches!(after, Change::Attendance(_));
    let of_place = match after {
        Change::Payment(payment) => payment.attendance_id.is_some(),
        _ => is_place,
    };
    let (before, after) = (before.map(fields).unwrap_or_default(), fields(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value =
        |row: &Map<String, Value>, name: &String| row.get(name).cloned().unwrap_or_default();
    let differs = |change: &FieldChange| change.before != change.after;
    let told: Vec<FieldChange> = names
        .into_iter()
        .map(|name| FieldChange {
            field: name.clone(),
            before: value(&before, name),
            after: value(&after, name),
        })
        .filter(|change| differs(change) || (is_place && change.field == "customer_id"))
        // What was said about a person's place is told with the place, not under the class.
        .filter(|change| !(of_place && matches!(change.field.as_str(), "reason" | "note")))
        // How many places are taken is told by those who took them.
        .filter(|change| !matches!(change.field.as_str(), "places_taken" | "status_before"))
        .collect();
    if told.iter().any(differs) { told } else { Vec::new() }
}

fn fields(change: &Change) -> Map<String, Value> {
    match change.to_row() {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}
