//! Personal data: requests about it, and its erasure. Erasing leaves the rows, so that occupancy,
//! money and visits go on adding up, and takes out of them all that is about the person.

use super::Decision;
use crate::change::{Change, Entity};
use crate::command::{EraseCustomer, RecordDataRequest};
use crate::facts::{Facts, Related, all_who_is};
use crate::field;
use crate::refusal::Refusal;
use crate::rows::{
    Attendance, Booking, BookingStatus, CreditEntry, Customer, DataRequest, DataRequestKind,
    HistoryEntry, Package, Payment, Series, SkippedDate,
};
use crate::table;
use serde_json::{Value, json};

pub(super) fn record(c: &RecordDataRequest, facts: &Facts) -> Result<Decision, Refusal> {
    facts.find::<Customer>(c.customer_id)?;
    let before = facts.existing::<DataRequest>(c.request_id);
    if before.is_some_and(|it| it.customer_id != c.customer_id || it.kind != c.kind) {
        return Err(Refusal::AlreadyExists { entity: Entity::DataRequest, id: c.request_id.0 });
    }
    let done_at = before.and_then(|it| it.done_at).or(c.done.then_some(facts.now));
    let after = DataRequest {
        id: c.request_id,
        customer_id: c.customer_id,
        kind: c.kind,
        requested_at: before.map_or(facts.now, |it| it.requested_at),
        requested_by: before.map_or(facts.actor, |it| it.requested_by),
        done_at,
        expires_at: c.expires_at,
    };
    if before == Some(&after) {
        return Ok(Decision::default());
    }
    Ok(vec![Change::DataRequest(after)].into())
}

pub(super) fn erase(c: &EraseCustomer, facts: &Facts) -> Result<Decision, Refusal> {
    field::reason("reason", &c.reason)?;
    let unknown = Customer::new(c.customer_id, table::NOBODY);
    let customer = match c.again {
        true => facts.existing(c.customer_id).unwrap_or(&unknown),
        false => facts.get(c.customer_id)?,
    };
    let emptied = |question: Related| -> Vec<Change> {
        let said = facts.related.get(&question).into_iter().flatten();
        said.filter_map(without_words).collect()
    };
    let theirs = emptied(Related::AllOf(c.customer_id));
    if customer.erased_at.is_some() {
        // What somebody wrote who did not know of it yet goes, too. What was theirs once says nothing of
        // them any more: what is written there since is about others.
        return Ok(theirs.into());
    }
    if !c.again {
        check_as_seen(c, customer, facts)?;
    }
    let erased = Customer {
        source: None,
        merged_into: customer.merged_into,
        erased_at: Some(facts.now),
        deletion: customer.deletion.clone(),
        ..Customer::new(customer.id, table::NOBODY)
    };
    let mut changes = vec![Change::Customer(erased)];
    changes.extend(theirs);
    changes.extend(emptied(Related::OnceOf(c.customer_id)));
    if let Some(id) = c.request_id {
        if facts.existing::<DataRequest>(id).is_some() {
            return Err(Refusal::AlreadyExists { entity: Entity::DataRequest, id: id.0 });
        }
        changes.push(Change::DataRequest(DataRequest {
            id,
            customer_id: c.customer_id,
            kind: DataRequestKind::Erasure,
            requested_at: facts.now,
            requested_by: facts.actor,
            done_at: Some(facts.now),
            expires_at: None,
        }));
    }
    Ok(changes.into())
}

/// Erasing a booking is no part of anything else: what is kept beside it would stay.
pub(super) fn by_itself() -> Refusal {
    let problem = "a booking is erased by itself".into();
    Refusal::FieldInvalid { field: "erased".into(), problem }
}

/// What was called off and kept for long enough says nothing any more, and is nobody's but where credits
/// paid for it.
pub(super) fn erase_booking(before: &Booking, facts: &Facts) -> Result<Decision, Refusal> {
    if facts.taking_back {
        return Err(by_itself());
    }
    if !matches!(before.status, BookingStatus::Cancelled | BookingStatus::Rejected) {
        return Err(Refusal::StatusNotAllowed {
            booking_id: before.id,
            status: before.status.as_str().into(),
        });
    }
    let customer_id = before.customer_id.filter(|_| before.package_id.is_some());
    let nobodys = Change::Booking(Booking { customer_id, ..before.clone() });
    let after = without_words(&nobodys).unwrap_or(nobodys);
    let mut changes = Vec::new();
    if after != Change::Booking(before.clone()) {
        changes.push(after);
    }
    let said = facts.related.get(&Related::SaidOf(before.id)).into_iter().flatten();
    changes.extend(said.filter_map(without_words));
    Ok(changes.into())
}

/// Whether somebody is still whom they were seen to be, and as quiet.
fn check_as_seen(c: &EraseCustomer, there: &Customer, facts: &Facts) -> Result<(), Refusal> {
    let (customer_id, since) = (c.customer_id, c.quiet_since);
    let question = Related::Person { customer_id, since };
    let elsewhere = |field: &str, (current, wanted): (Value, Value)| {
        let (entity, id, field) = (Entity::Customer, customer_id.0, field.into());
        Refusal::ChangedElsewhere { entity, id, field, current, wanted }
    };
    if let Some(other) = c.along_with
        && !all_who_is(customer_id, &facts.related(&question)).any(|it| it.id == other)
    {
        return Err(elsewhere("merged_into", (json!(there.merged_into), json!(other))));
    }
    let some = || ("there are some".into(), "none".into());
    if facts.related::<Booking>(&question).next().is_some() {
        return Err(elsewhere("bookings", some()));
    }
    match facts.related::<Package>(&question).next() {
        Some(_) => Err(elsewhere("packages", some())),
        None => Ok(()),
    }
}

/// A row without the words in it ([`table::Table::words`]), where there are any. Names of services and
/// products stay: they are not about the person.
pub(super) fn without_words(row: &Change) -> Option<Change> {
    let erased = match row.clone() {
        Change::Booking(row) => Change::Booking(Booking {
            title: String::new(),
            description: String::new(),
            customer_note: String::new(),
            staff_note: String::new(),
            meeting_url: String::new(),
            outside_hours_reason: String::new(),
            source: None,
            cancellation: row
                .cancellation
                .clone()
                .map(|it| crate::rows::Cancellation { reason: table::ERASED.into(), ..it }),
            rejection: row
                .rejection
                .clone()
                .map(|it| crate::rows::Rejection { reason: table::ERASED.into(), ..it }),
            ..row
        }),
        Change::Payment(row) => Change::Payment(Payment { note: String::new(), ..row }),
        Change::Attendance(row) => Change::Attendance(Attendance { reason: String::new(), ..row }),
        Change::CreditEntry(row) => {
            Change::CreditEntry(CreditEntry { reason: String::new(), ..row })
        }
        Change::Series(row) => {
            let said = |it: SkippedDate| SkippedDate { message: String::new(), ..it };
            let skipped = row.skipped.iter().cloned().map(said).collect();
            Change::Series(Series { title: String::new(), skipped, ..row })
        }
        Change::HistoryEntry(row) => {
            Change::HistoryEntry(HistoryEntry { changes: Vec::new(), ..row })
        }
        other => other,
    };
    (erased != *row).then_some(erased)
}
