//! Opening hours: weekly spans, and dated exceptions to them. A closure does not touch the bookings
//! that it hits; the desk lists them.

use super::place::{check_wall, check_years, see};
use super::{Decision, is_here};
use crate::change::Change;
use crate::command::{AddExceptions, WithdrawExceptions};
use crate::facts::Facts;
use crate::field;
use crate::id::StaffId;
use crate::recurrence::OCCURRENCES_MAX;
use crate::refusal::Refusal;
use crate::role::Right;
use crate::rows::{AvailabilityException, ExceptionKind, OpenSpan, Resource, Staff, Venue};
use chrono::{NaiveDate, Timelike};

pub(super) fn add(c: &AddExceptions, facts: &Facts) -> Result<Decision, Refusal> {
    field::text("reason", &c.reason, field::TEXT_MAX)?;
    let most = OCCURRENCES_MAX as i64;
    field::range("times", field::count(&c.times), 1, most)?;
    check_target(c)?;
    let mut decision = Decision::default();
    let venue = see::<Venue>(c.venue_id, facts, &mut decision)?;
    if let Some(id) = c.resource_id {
        see::<Resource>(id, facts, &mut decision)?;
    }
    if let Some(id) = c.staff_id {
        see::<Staff>(id, facts, &mut decision)?;
        check_own_time_off(id, facts)?;
    }
    for time in &c.times {
        let id = time.exception_id;
        let same = |there: &AvailabilityException| {
            (there.kind, there.venue_id, there.resource_id, there.staff_id, there.stay)
                == (c.kind, c.venue_id, c.resource_id, c.staff_id, time.stay)
        };
        if is_here(id, same, facts)? {
            continue;
        }
        check_years(&time.stay)?;
        if time.stay.starts_at >= time.stay.ends_at {
            return Err(Refusal::EndBeforeStart { field: "end".into() });
        }
        if let Some(venue) = venue {
            check_wall(&time.stay, venue)?;
        }
        decision.changes.push(Change::AvailabilityException(AvailabilityException {
            id,
            kind: c.kind,
            venue_id: c.venue_id,
            resource_id: c.resource_id,
            staff_id: c.staff_id,
            stay: time.stay,
            all_day: c.all_day,
            reason: c.reason.clone(),
            group_id: c.group_id,
            withdrawn: false,
        }));
    }
    Ok(decision)
}

/// Each kind is about what it is about: time off about a person, a closure about the venue, and the
/// others about a resource.
fn check_target(c: &AddExceptions) -> Result<(), Refusal> {
    let (resource, staff) = match c.kind {
        ExceptionKind::TimeOff => (false, true),
        ExceptionKind::Closure => (false, false),
        ExceptionKind::Opening | ExceptionKind::Maintenance | ExceptionKind::Blocked => {
            (true, false)
        }
    };
    for (name, wanted, given) in [
        ("resource_id", resource, c.resource_id.is_some()),
        ("staff_id", staff, c.staff_id.is_some()),
    ] {
        if wanted && !given {
            return Err(Refusal::FieldRequired { field: name.into() });
        }
        if given && !wanted {
            let problem = format!("it does not go with {}", c.kind.as_str().replace('_', " "));
            return Err(Refusal::FieldInvalid { field: name.into(), problem });
        }
    }
    Ok(())
}

/// An instructor says only when they are away themselves.
fn check_own_time_off(staff_id: StaffId, facts: &Facts) -> Result<(), Refusal> {
    let Some(actor) = facts.existing::<Staff>(facts.actor) else { return Ok(()) };
    let role = facts.role_of(actor);
    if role.may(Right::Calendar) || actor.id == staff_id {
        return Ok(());
    }
    Err(Refusal::RoleNotAllowed { role: role.as_str().into() })
}

pub(super) fn withdraw(c: &WithdrawExceptions, facts: &Facts) -> Result<Decision, Refusal> {
    field::range("exception_ids", field::count(&c.exception_ids), 1, OCCURRENCES_MAX as i64)?;
    let mut decision = Decision::default();
    for &id in &c.exception_ids {
        let before: &AvailabilityException = facts.get(id)?;
        match before.staff_id {
            Some(staff_id) => check_own_time_off(staff_id, facts)?,
            None => check_own_time_off(StaffId(uuid::Uuid::nil()), facts)?,
        }
        if before.withdrawn == c.restored {
            let after = AvailabilityException { withdrawn: !c.restored, ..before.clone() };
            decision.changes.push(Change::AvailabilityException(after));
        }
    }
    Ok(decision)
}

/// Whether two spans are of one day, from and to the same hour, and hold on the same dates: then they are one,
/// or one says that the other does not hold.
fn is_same(span: &OpenSpan, other: &OpenSpan) -> bool {
    let hours = |it: &OpenSpan| (it.weekday, it.opens, it.closes);
    let until = |it: &OpenSpan| it.valid_until.unwrap_or(NaiveDate::MAX);
    let from = |it: &OpenSpan| it.valid_from.unwrap_or(NaiveDate::MIN);
    hours(span) == hours(other) && from(span) <= until(other) && from(other) <= until(span)
}

/// Weekly hours make sense: real days, whole minutes, and no span twice.
pub(super) fn check_weekly(hours: &[OpenSpan]) -> Result<(), Refusal> {
    field::range("hours", field::count(hours), 0, field::LIST_MAX)?;
    let invalid = |problem: &str| {
        Err(Refusal::FieldInvalid { field: "hours".into(), problem: problem.into() })
    };
    for (n, span) in hours.iter().enumerate() {
        if !(1..=7).contains(&span.weekday) {
            return invalid("a weekday is none of 1 (Monday) to 7 (Sunday)");
        }
        let whole = |time: chrono::NaiveTime| time.second() == 0 && time.nanosecond() == 0;
        if !whole(span.opens) || !whole(span.closes) {
            return invalid("a time has seconds");
        }
        if span.valid_from.zip(span.valid_until).is_some_and(|(from, until)| until < from) {
            return invalid("a span ends before it begins to hold");
        }
        if hours[..n].iter().any(|other| is_same(span, other)) {
            return invalid("a span is there twice");
        }
    }
    Ok(())
}
