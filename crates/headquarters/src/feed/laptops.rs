//! What those who carry a laptop are told: what is their own. Whose own a row is hangs on others (a
//! booking on its resources, a customer on bookings), so it is looked up when all is written, and
//! told as far as it differs from what was told before.

use super::outgoing::{Lines, Sort, tell};
use crate::Failure;
use crate::store::own::OwnRow;
use crate::store::{OrgId, Tx, devices, own};
use holdfast_domain::{Change, Customer, Entity, Resource, StaffId};
use holdfast_protocol::Scope;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// What a transaction did that may be somebody's own.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Bookings, series, exceptions and people that were changed, or that something on them was.
    ids: BTreeSet<Uuid>,
    customers: BTreeSet<Uuid>,
    /// Those who may be other resources now, or work here again: all of theirs is looked at.
    people: BTreeSet<StaffId>,
}

impl News {
    pub(super) fn add(&mut self, change: &Change) {
        match change {
            Change::Booking(row) => _ = self.ids.insert(row.id.0),
            Change::BookingClaim(row) => _ = self.ids.insert(row.booking_id.0),
            Change::Attendance(row) => _ = self.ids.insert(row.booking_id.0),
            Change::Series(row) => _ = self.ids.insert(row.id.0),
            Change::AvailabilityException(row) => _ = self.ids.insert(row.id.0),
            Change::StaffPin(row) => _ = self.ids.insert(row.staff_id.0),
            Change::Customer(row) => _ = self.customers.insert(row.id.0),
            Change::Resource(row) => self.people.extend(row.staff_id),
            Change::Staff(row) => _ = self.people.insert(row.id),
            _ => {}
        }
    }

    /// Somebody was this resource until now.
    pub(super) fn was(&mut self, before: &Resource) {
        self.people.extend(before.staff_id);
    }

    /// Tells everybody who carries a laptop what this is to them.
    pub(super) async fn tell(self, tx: &Tx<'_>, org: OrgId) -> Result<(), Failure> {
        if self.ids.is_empty() && self.customers.is_empty() && self.people.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = self.ids.into_iter().collect();
        let customers: Vec<Uuid> = self.customers.into_iter().collect();
        let (whole, rest): (Vec<StaffId>, Vec<StaffId>) =
            devices::carriers(tx, org).await?.into_iter().partition(|id| self.people.contains(id));
        tell_people(tx, org, &whole, None, None).await?;
        tell_people(tx, org, &rest, Some(&ids), Some(&customers)).await
    }
}

/// Tells somebody all that is theirs: their laptop joins.
pub(crate) async fn fill(tx: &Tx<'_>, org: OrgId, staff: StaffId) -> Result<(), Failure> {
    tell_people(tx, org, &[staff], None, None).await
}

/// Looks at everything again for everybody who carries a laptop: what ended long ago leaves.
pub(crate) async fn refresh(tx: &Tx<'_>, org: OrgId) -> Result<(), Failure> {
    let staff = devices::carriers(tx, org).await?;
    tell_people(tx, org, &staff, None, None).await
}

async fn tell_people(
    tx: &Tx<'_>,
    org: OrgId,
    staff: &[StaffId],
    ids: Option<&[Uuid]>,
    customers: Option<&[Uuid]>,
) -> Result<(), Failure> {
    if staff.is_empty() {
        return Ok(());
    }
    let scopes: Vec<String> = staff.iter().map(|id| Scope::Staff(*id).to_string()).collect();
    let people: Vec<Uuid> = staff.iter().map(|id| id.0).collect();
    let mut lines = Lines::new();
    for (scope, entity, id) in own::told(tx, org, &scopes, ids).await? {
        lines.insert((scope, sort(&entity)?, id), None);
    }
    for OwnRow { scope, entity, row_id, row, told } in own::wanted(tx, org, &people, ids).await? {
        let line = (scope, sort(&entity)?, row_id);
        if told.as_ref() == Some(&row) {
            lines.remove(&line);
        } else {
            lines.insert(line, Some(Arc::from(row)));
        }
    }
    tell(tx, org, &lines).await?;
    if lines.is_empty() && customers.is_some_and(<[Uuid]>::is_empty) {
        return Ok(());
    }
    let mut lines = Lines::new();
    for (scope, id) in own::former_customers(tx, org, &scopes).await? {
        lines.insert((scope, Sort::Row(Entity::Customer), id), None);
    }
    for OwnRow { scope, row_id, row, told, .. } in
        own::new_customers(tx, org, &scopes, customers).await?
    {
        let seen = as_they_see(&row)?;
        let told = told.as_deref().map(as_they_see).transpose()?;
        if told.as_ref() != Some(&seen) {
            lines.insert((scope, Sort::Row(Entity::Customer), row_id), Some(seen));
        }
    }
    tell(tx, org, &lines).await
}

/// A customer as those see them who teach or treat them: a name and a telephone number.
fn as_they_see(row: &str) -> Result<Arc<str>, Failure> {
    let bug = |error: serde_json::Error| Failure::Bug(error.to_string());
    let row: Customer = serde_json::from_str(row).map_err(bug)?;
    let seen = Customer {
        phone: row.phone,
        merged_into: row.merged_into,
        deletion: row.deletion,
        erased_at: row.erased_at,
        ..Customer::new(row.id, &row.name)
    };
    serde_json::to_string(&seen).map(Arc::from).map_err(bug)
}

fn sort(entity: &str) -> Result<Sort, Failure> {
    entity.parse().map(Sort::Row).map_err(|_| Failure::Bug(format!("no entity {entity}")))
}
