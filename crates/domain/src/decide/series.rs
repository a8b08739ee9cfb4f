//! Bookings that recur: made together, and moved, changed or called off together. Each date is
//! decided as a booking of its own, on what the dates before it have become.

use super::booking::{self, book_as};
use super::place::{check_overlap, check_own, check_venue, see};
use super::status;
use super::{Decision, privacy};
use crate::change::{Change, Entity};
use crate::command::{Book, BookSeries, ChangeSeries, OnConflict, SeriesChange};
use crate::facts::{Facts, Related};
use crate::field;
use crate::id::{BookingId, ClaimId, SeriesId};
use crate::recurrence::{DAYS_MAX, OCCURRENCES_MAX};
use crate::refusal::Refusal;
use crate::rows::{Booking, Claim, Series, SkippedDate, Venue};
use crate::time::Stay;
use std::collections::BTreeSet;

pub(super) fn book(c: &BookSeries, facts: &Facts) -> Result<Decision, Refusal> {
    if let Some(there) = facts.existing::<Series>(c.series_id) {
        if is_there(c, there, facts) {
            return Ok(Decision::default());
        }
        return Err(Refusal::AlreadyExists { entity: Entity::Series, id: c.series_id.0 });
    }
    check_dates(c)?;
    let mut facts = facts.clone();
    let mut decision = Decision::default();
    if c.stays.is_empty() {
        check_series(c, &facts, &mut decision)?;
    }
    let mut series = Series {
        id: c.series_id,
        venue_id: c.template.venue_id,
        rrule: c.rrule.clone(),
        local_start: c.local_start,
        title: c.template.text.title.clone(),
        made_by: facts.actor,
        made_at: facts.now,
        skipped: c.skipped.clone(),
    };
    let mut first = None;
    for stay in &c.stays {
        let id = BookingId::of_series(c.series_id, stay.local_start);
        let date = Book { stay: *stay, series_id: Some(c.series_id), ..c.template.clone() };
        match book_as(id, &date, &facts) {
            Ok(one) => add(one, &mut decision, &mut facts),
            Err(refusal) if c.on_conflict == OnConflict::Skip && is_about_date(&refusal) => {
                series.skipped.push(SkippedDate {
                    local_start: stay.local_start,
                    code: refusal.code().into(),
                    message: refusal.message(),
                });
                first.get_or_insert(on_date(refusal, stay));
            }
            Err(refusal) => return Err(on_date(refusal, stay)),
        }
    }
    if let Some(refusal) = first.filter(|_| decision.changes.is_empty() && !c.may_be_empty) {
        return Err(refusal);
    }
    series.skipped.sort_by_key(|date| date.local_start);
    // What is written on a series is about whom its dates are for: where there is none, nobody would
    // ever find it there again.
    if decision.changes.is_empty() && c.template.customer_id.is_some() {
        series.title.clear();
    }
    decision.changes.insert(0, Change::Series(series));
    Ok(decision)
}

/// Whether two desks imported the same calendar: the first one's series stands, however it has moved on.
fn is_there(c: &BookSeries, there: &Series, facts: &Facts) -> bool {
    let is_known = |stay: &Stay| {
        let id = BookingId::of_series(c.series_id, stay.local_start);
        facts.existing::<Booking>(id).is_some()
            || there.skipped.iter().any(|date| date.local_start == stay.local_start)
    };
    (there.venue_id, &there.rrule, there.local_start)
        == (c.template.venue_id, &c.rrule, c.local_start)
        && c.stays.iter().all(is_known)
}

/// Of many dates, the one that it is about.
fn on_date(refusal: Refusal, stay: &Stay) -> Refusal {
    match refusal {
        Refusal::SlotTaken { resource_id, resource, starts_at, ends_at, period } => {
            let period = format!("{period} on {}", stay.local_start.format("%a %-d %b %Y"));
            Refusal::SlotTaken { resource_id, resource, starts_at, ends_at, period }
        }
        other => other,
    }
}

/// Adds what one booking came to, and lets those after it know.
fn add(one: Decision, decision: &mut Decision, facts: &mut Facts) {
    one.changes.iter().for_each(|change| facts.apply(change));
    decision.changes.extend(one.changes);
    for missing in one.unchecked {
        if !decision.unchecked.contains(&missing) {
            decision.unchecked.push(missing);
        }
    }
    decision.warnings.extend(one.warnings);
}

/// A series for none of whose dates there was room: nothing else asks whether it may be here.
fn check_series(c: &BookSeries, facts: &Facts, decision: &mut Decision) -> Result<(), Refusal> {
    let template = &c.template;
    field::text("title", &template.text.title, field::NAME_MAX)?;
    see::<Venue>(template.venue_id, facts, decision)?;
    check_venue(template.venue_id, facts)?;
    check_own(&template.resource_ids, facts)
}

/// Dates in order, no more than one command may make, over no more than two years. None at all where
/// the desk found no room on any.
fn check_dates(c: &BookSeries) -> Result<(), Refusal> {
    if c.stays.is_empty() && c.skipped.is_empty() {
        return Err(Refusal::FieldRequired { field: "stays".into() });
    }
    let days = match (c.stays.first(), c.stays.last()) {
        (Some(first), Some(last)) => (last.local_start - first.local_start).num_days(),
        _ => 0,
    };
    if c.stays.len() > OCCURRENCES_MAX || days > DAYS_MAX {
        let (max_occurrences, max_days) = (OCCURRENCES_MAX, DAYS_MAX);
        return Err(Refusal::SeriesTooLong { max_occurrences, max_days });
    }
    field::range("skipped", field::count(&c.skipped), 0, OCCURRENCES_MAX as i64)?;
    for date in &c.skipped {
        field::name("skipped", &date.code)?;
        field::text("skipped", &date.message, field::TEXT_MAX)?;
    }
    if !c.stays.is_sorted_by(|a, b| a.local_start < b.local_start && a.starts_at < b.starts_at) {
        return Err(Refusal::FieldInvalid {
            field: "stays".into(),
            problem: "the dates are not in order".into(),
        });
    }
    Ok(())
}

/// Whether a date is refused for what it is, so that another one may still do.
fn is_about_date(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::SlotTaken { .. }
            | Refusal::OutsideHours { .. }
            | Refusal::TooSoon { .. }
            | Refusal::TooFarAhead { .. }
            | Refusal::BeforeToday { .. }
            | Refusal::OffGrid { .. }
            | Refusal::CustomerElsewhere { .. }
            | Refusal::CreditsInsufficient { .. }
            | Refusal::PackageNotValid { .. }
    )
}

pub(super) fn change(c: &ChangeSeries, facts: &Facts) -> Result<Decision, Refusal> {
    if c.changes.is_empty() {
        return Err(Refusal::FieldRequired { field: "changes".into() });
    }
    field::range("changes", field::count(&c.changes), 1, OCCURRENCES_MAX as i64)?;
    let mut decision = Decision::default();
    let series = see::<Series>(c.series_id, facts, &mut decision)?;
    let venue = series.and_then(|series| facts.existing::<Venue>(series.venue_id));
    let mut facts = facts.clone();
    let moved = out_of_the_way(c, &mut facts)?;
    for change in &c.changes {
        let one = match change {
            SeriesChange::Cancel(cancel) => booking::cancel(cancel, &facts),
            SeriesChange::Reschedule(reschedule) => booking::reschedule(reschedule, &facts)
                .map_err(|refusal| on_date(refusal, &reschedule.stay.to)),
            SeriesChange::EditBooking(edit) if edit.erased => Err(privacy::by_itself()),
            SeriesChange::EditBooking(edit) => booking::edit(edit, &facts),
            SeriesChange::SetStatus(set) => status::set(set, &facts),
        }?;
        if one.changes.is_empty() {
            facts.is_where_it_was(change.booking_id());
        }
        add(one, &mut decision, &mut facts);
    }
    // Bookings of a series may trade places: their claims are given up before any is made anew.
    let written: BTreeSet<ClaimId> =
        decision.changes.iter().filter_map(claim).map(|it| it.id).collect();
    let active = moved.into_iter().filter(|claim| claim.active);
    let (given_up, kept): (Vec<_>, Vec<_>) = active.partition(|it| written.contains(&it.id));
    // One that was to go where it is already has kept its place: nobody else may have taken it.
    check_overlap(&kept, venue, &facts)?;
    let given_up = given_up.into_iter().map(|it| Change::Claim(Claim { active: false, ..it }));
    decision.changes = given_up.chain(decision.changes).collect();
    Ok(decision)
}

fn claim(change: &Change) -> Option<&Claim> {
    match change {
        Change::Claim(claim) => Some(claim),
        _ => None,
    }
}

/// Takes the claims of bookings that are to be moved out of each other's way; answers them as they
/// are.
fn out_of_the_way(c: &ChangeSeries, facts: &mut Facts) -> Result<Vec<Claim>, Refusal> {
    let mut moved = Vec::new();
    for change in &c.changes {
        let id = change.booking_id();
        let booking: &Booking = facts.get(id)?;
        if booking.series_id != Some(c.series_id) {
            return Err(not_of_series(id, c.series_id));
        }
        if matches!(change, SeriesChange::Cancel(_) | SeriesChange::Reschedule(_)) {
            moved.extend(booking.claims(facts.now));
            facts.forget_whereabouts(id);
        }
    }
    let ids: BTreeSet<ClaimId> = moved.iter().map(|claim| claim.id).collect();
    facts.taken.retain(|taken| !ids.contains(&taken.id));
    // What is taken up again may lie where another was until now.
    for (question, rows) in &mut facts.related {
        if matches!(question, Related::InTheWayOf(_)) {
            rows.retain(|row| claim(row).is_none_or(|it| !ids.contains(&it.id)));
        }
    }
    Ok(moved)
}

fn not_of_series(booking: BookingId, series: SeriesId) -> Refusal {
    Refusal::FieldInvalid {
        field: "changes".into(),
        problem: format!("booking {booking} is not of series {series}"),
    }
}
