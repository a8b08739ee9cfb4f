//! What happened elsewhere, taken over as it was there: payments, packages and the lines of their
//! ledgers, places on rosters, series. Dates and people are the record's; what must hold of money,
//! credits and places holds here, too.
//!
//! Taken over again, a record changes nothing. Neither does a line of a ledger whose effect is here
//! already under another id: the same booking may have been called off on both sides.

use super::booking::own;
use super::place::{check_venue, see};
use super::{Decision, class, credit, status};
use crate::change::{Change, Entity, Row};
use crate::command::ImportRecord;
use crate::facts::{Facts, Related};
use crate::field;
use crate::id::{AttendanceId, StaffId};
use crate::recurrence::OCCURRENCES_MAX;
use crate::refusal::Refusal;
use crate::rows::{
    Attendance, AttendanceStatus, Booking, CreditEntry, CreditKind, Customer, Package, Payment,
    Product, Series, Staff, Venue,
};
use crate::time::Timestamp;

/// How far ahead of this clock what happened may lie: clocks differ, but not by more.
const AHEAD_MS: i64 = 24 * 3_600_000;

pub(super) fn import(c: &ImportRecord, facts: &Facts) -> Result<Decision, Refusal> {
    match &*c.record {
        Change::Payment(row) => payment(row, facts),
        Change::Package(row) => package(row, facts),
        Change::CreditEntry(row) => line(row, facts),
        Change::Attendance(row) => place(row, c.from_status, facts),
        Change::Series(row) => series(row, facts),
        other => Err(Refusal::FieldInvalid {
            field: "record".into(),
            problem: format!("a {} is no record of what happened", other.entity().noun()),
        }),
    }
}

/// What is said to have happened did not happen tomorrow.
pub(super) fn check_happened(field: &str, at: Timestamp, facts: &Facts) -> Result<(), Refusal> {
    let problem = match at {
        at if !Timestamp::RANGE.contains(&at) => "the year is not between 1900 and 2199",
        at if at > facts.now.plus_ms(AHEAD_MS) => "it has not happened yet",
        _ => return Ok(()),
    };
    Err(Refusal::FieldInvalid { field: field.into(), problem: problem.into() })
}

fn check_deed(field: &str, at: Timestamp, by: StaffId, facts: &Facts) -> Result<(), Refusal> {
    check_happened(field, at, facts)?;
    facts.find::<Staff>(by).map(|_| ())
}

/// A record that is here already changes nothing; another one of its id is in its way.
fn is_here<T: Row>(
    id: T::Id,
    same: impl FnOnce(&T) -> bool,
    facts: &Facts,
) -> Result<bool, Refusal> {
    match facts.existing::<T>(id) {
        None => Ok(false),
        Some(there) if same(there) => Ok(true),
        Some(_) => Err(Refusal::AlreadyExists { entity: T::ENTITY, id: id.into() }),
    }
}

fn payment(row: &Payment, facts: &Facts) -> Result<Decision, Refusal> {
    check_deed("taken_at", row.taken_at, row.taken_by, facts)?;
    if is_here::<Payment>(row.id, |there| there.booking_id == row.booking_id, facts)? {
        return Ok(Decision::default());
    }
    status::enter(row.clone(), facts)
}

fn package(row: &Package, facts: &Facts) -> Result<Decision, Refusal> {
    field::name("name", &row.name)?;
    field::price("price", row.price)?;
    field::range("service_ids", field::count(&row.service_ids), 0, field::LIST_MAX)?;
    check_deed("sold_at", row.sold_at, row.sold_by, facts)?;
    let period = [row.valid_from, row.valid_until];
    if period.iter().any(|at| !Timestamp::RANGE.contains(at)) || row.valid_until <= row.valid_from {
        return Err(Refusal::FieldInvalid {
            field: "valid_until".into(),
            problem: "it does not come after valid_from".into(),
        });
    }
    facts.find::<Product>(row.product_id)?;
    facts.find::<Customer>(row.customer_id)?;
    if let Some(id) = row.venue_id.filter(|id| facts.asked::<Venue>(*id)) {
        facts.find::<Venue>(id)?;
    }
    if is_here::<Package>(row.id, |there| there.product_id == row.product_id, facts)? {
        return Ok(Decision::default());
    }
    let service_ids = credit::sorted(&row.service_ids);
    let package = Package { service_ids, balance: 0, line_count: 0, ..row.clone() };
    Ok(vec![Change::Package(package)].into())
}

fn line(row: &CreditEntry, facts: &Facts) -> Result<Decision, Refusal> {
    use CreditKind::{Correction, Expiry, Purchase, Refund, Use};
    field::text("reason", &row.reason, field::TEXT_MAX)?;
    check_deed("entered_at", row.entered_at, row.entered_by, facts)?;
    let (least, most) = (-i64::from(field::CREDITS_MAX), i64::from(field::CREDITS_MAX));
    let (least, most) = match row.kind {
        Purchase | Refund => (1, most),
        Use | Expiry => (least, -1),
        Correction => (least, most),
    };
    field::range("credits", i64::from(row.credits), least, most)?;
    if row.credits == 0 {
        return Err(credit::adds_nothing());
    }
    let package: &Package = facts.get(row.package_id)?;
    let mut decision = Decision::default();
    if let Some(id) = row.booking_id
        && let Some(booking) = see::<Booking>(id, facts, &mut decision)?
    {
        check_venue(booking.venue_id, facts)?;
    }
    let here = is_here::<CreditEntry>(row.id, |there| there.package_id == row.package_id, facts)?;
    if here || has_effect(row, package, facts) {
        return Ok(Decision::default());
    }
    let line = credit::Line {
        kind: row.kind,
        id: Some(row.id),
        booking_id: row.booking_id,
        reason: row.reason.clone(),
        entered: Some((row.entered_at, row.entered_by)),
    };
    decision.changes = credit::enter(package, i64::from(row.credits), line, facts)?;
    Ok(decision)
}

/// Whether what a line says is so already.
fn has_effect(row: &CreditEntry, package: &Package, facts: &Facts) -> bool {
    let spent_for = row.booking_id.map(|booking_id| {
        let lines = Related::LinesFor { package_id: package.id, booking_id };
        -facts.related::<CreditEntry>(&lines).map(|line| i64::from(line.credits)).sum::<i64>()
    });
    match row.kind {
        CreditKind::Purchase => package.line_count > 0,
        CreditKind::Use => spent_for.is_some_and(|spent| spent > 0),
        CreditKind::Refund => spent_for.is_some_and(|spent| spent <= 0),
        CreditKind::Expiry => package.balance == 0,
        CreditKind::Correction => false,
    }
}

fn place(
    row: &Attendance,
    from_status: Option<AttendanceStatus>,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    field::text("reason", &row.reason, field::TEXT_MAX)?;
    field::range("credits", i64::from(row.credits), 0, i64::from(field::CREDITS_MAX))?;
    check_deed("joined_at", row.joined_at, row.joined_by, facts)?;
    row.changed_at.map_or(Ok(()), |at| check_happened("changed_at", at, facts))?;
    let booking = own(row.booking_id, facts)?;
    if booking.capacity.is_none() {
        return Err(Refusal::NotARoster { booking_id: booking.id });
    }
    if row.id != AttendanceId::of(row.booking_id, row.customer_id) {
        return Err(Refusal::FieldInvalid {
            field: "id".into(),
            problem: "it is not that of this customer's place".into(),
        });
    }
    let mut decision = Decision::default();
    see::<Customer>(row.customer_id, facts, &mut decision)?;
    if let Some(id) = row.package_id {
        see::<Package>(id, facts, &mut decision)?;
    }
    let after = Attendance { venue_id: booking.venue_id, ..row.clone() };
    let before = facts.existing::<Attendance>(row.id);
    if before == Some(&after) {
        return Ok(Decision::default());
    }
    if before.map(|before| before.status) != from_status {
        return Err(match before {
            Some(before) => class::changed_elsewhere(before, row.status),
            None => Refusal::NotFound { entity: Entity::Attendance, id: row.id.0 },
        });
    }
    let had_place = before.is_some_and(|before| before.status.takes_place());
    let places_taken = match (had_place, after.status.takes_place()) {
        (false, true) => booking.places_taken + 1,
        (true, false) => booking.places_taken.saturating_sub(1),
        _ => booking.places_taken,
    };
    let capacity = booking.capacity.unwrap_or_default();
    if places_taken > capacity {
        return Err(Refusal::PlacesTaken { booking_id: booking.id, capacity });
    }
    if places_taken != booking.places_taken {
        decision.changes.push(Change::Booking(Booking { places_taken, ..booking.clone() }));
    }
    decision.changes.push(Change::Attendance(after));
    Ok(decision)
}

fn series(row: &Series, facts: &Facts) -> Result<Decision, Refusal> {
    field::text("title", &row.title, field::NAME_MAX)?;
    field::range("skipped", field::count(&row.skipped), 0, OCCURRENCES_MAX as i64)?;
    for date in &row.skipped {
        field::name("skipped", &date.code)?;
        field::text("skipped", &date.message, field::TEXT_MAX)?;
    }
    check_deed("made_at", row.made_at, row.made_by, facts)?;
    let mut decision = Decision::default();
    see::<Venue>(row.venue_id, facts, &mut decision)?;
    check_venue(row.venue_id, facts)?;
    if !is_here::<Series>(row.id, |there| there.venue_id == row.venue_id, facts)? {
        decision.changes.push(Change::Series(row.clone()));
    }
    Ok(decision)
}
