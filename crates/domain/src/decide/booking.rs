//! Bookings: what is sold, when and where they are, what is written on them, and that they are
//! called off. What else becomes of them is in `status`, where they may be in `place`.

use super::place::{
    check_count, check_customer, check_elsewhere, check_may_book, check_own, check_venue, place,
    see,
};
use super::privacy::erase_booking;
use super::record::check_happened;
use super::{Decision, changed, patch, sorted};
use super::{credit, roster};
use crate::change::{Change, Entity};
use crate::command::{Book, BookingText, Cancel, Edit, EditBooking, Reschedule};
use crate::facts::{Facts, Related, TimeRules};
use crate::field;
use crate::id::{BookingId, ResourceId, StaffId};
use crate::refusal::Refusal;
use crate::rows::{
    Booking, BookingStatus, Cancellation, Customer, Event, FieldChange, HistoryEntry, Resource,
    ResourceKind, Series, Service, Staff, Venue,
};
use crate::time::Timestamp;
use crate::undo::GRACE_MS;
use serde::Serialize;
use std::borrow::Cow;

pub(super) fn book(c: &Book, facts: &Facts) -> Result<Decision, Refusal> {
    let mut decision = book_as(c.booking_id, c, facts)?;
    if let Some(series_id) = c.series_id {
        no_longer_skipped(c, series_id, facts, &mut decision)?;
    }
    Ok(decision)
}

/// Books `c` under an id: its own, or that of a date of a series.
pub(super) fn book_as(id: BookingId, c: &Book, facts: &Facts) -> Result<Decision, Refusal> {
    let status = match c.request {
        Some(_) => BookingStatus::Pending,
        None => BookingStatus::Confirmed,
    };
    check_count(c.occupies())?;
    let mut booking = new_booking(id, c, status, facts);
    check_text(&booking)?;
    if facts.existing::<Booking>(id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::Booking, id: id.0 });
    }
    let mut unchecked = Decision::default();
    let service = match c.service_id {
        Some(id) => see::<Service>(id, facts, &mut unchecked)?,
        None => None,
    };
    let venue = see::<Venue>(c.venue_id, facts, &mut unchecked)?;
    if let Some(service) = service {
        check_service(c, service, facts)?;
        booking.service_name.clone_from(&service.name);
    }
    if facts.time_rules == TimeRules::Apply {
        check_roster(&booking)?;
        check_terms(c, service, venue, facts)?;
    }
    if let Some(id) = c.event_id {
        let event = see::<Event>(id, facts, &mut unchecked)?;
        if event.is_some_and(|event| event.deletion.is_some()) {
            return Err(Refusal::Deleted { entity: Entity::Event, id: id.0 });
        }
    }
    if venue.is_some_and(|venue| venue.deletion.is_some()) {
        return Err(Refusal::Deleted { entity: Entity::Venue, id: c.venue_id.0 });
    }
    let mut decision = place(None, booking, facts.time_rules, facts)?;
    if let (Some(package_id), None) = (c.package_id, c.capacity) {
        let payment = credit::Payment {
            package_id,
            credits: c.credits,
            customer_id: c.customer_id,
            service_id: c.service_id,
            venue_id: c.venue_id,
            starts_at: c.stay.starts_at,
            booking_id: id,
        };
        decision.changes.extend(credit::spend(&payment, facts)?);
    }
    for missing in unchecked.unchecked {
        if !decision.unchecked.contains(&missing) {
            decision.unchecked.push(missing);
        }
    }
    Ok(decision)
}

/// A date of a series that there was no room for has been found some.
pub(super) fn no_longer_skipped(
    c: &Book,
    series_id: crate::id::SeriesId,
    facts: &Facts,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let Some(series) = see::<Series>(series_id, facts, decision)? else { return Ok(()) };
    let mut after = series.clone();
    after.skipped.retain(|date| BookingId::of_series(series_id, date.local_start) != c.booking_id);
    if after != *series {
        decision.changes.push(Change::Series(after));
    }
    Ok(())
}

/// The service can be booked here, and what it needs was chosen.
fn check_service(c: &Book, service: &Service, facts: &Facts) -> Result<(), Refusal> {
    let sold_here = service.venue_ids.is_empty() || service.venue_ids.contains(&c.venue_id);
    if !service.active || service.deletion.is_some() || !sold_here {
        let (service_id, service) = (service.id, service.name.clone());
        return Err(Refusal::ServiceUnavailable { service_id, service });
    }
    let kinds = service.needed_kinds.iter();
    if let Some(&kind) = kinds.clone().find(|kind| !has_kind(&c.resource_ids, **kind, facts)) {
        return Err(Refusal::ResourceKindMissing { kind });
    }
    if c.capacity.is_none() {
        check_attendees(c.text.attendee_count, service)?;
    }
    Ok(())
}

fn check_attendees(count: u32, service: &Service) -> Result<(), Refusal> {
    field::range("attendee_count", i64::from(count), 1, i64::from(service.capacity))
}

fn has_kind(ids: &[ResourceId], kind: ResourceKind, facts: &Facts) -> bool {
    ids.iter().any(|id| facts.existing::<Resource>(*id).is_none_or(|it| it.kind == kind))
}

/// A booking that moves keeps what its service needs, and takes nothing more that somebody has to
/// approve.
fn check_moved(before: &Booking, after: &Booking, facts: &Facts) -> Result<(), Refusal> {
    let had: Vec<_> = facts.related::<Resource>(&Related::ResourcesOf(before.id)).collect();
    let service = facts.related::<Service>(&Related::ServiceOf(before.id)).next();
    for &kind in service.iter().flat_map(|service| &service.needed_kinds) {
        if had.iter().any(|it| it.kind == kind) && !has_kind(&after.resource_ids, kind, facts) {
            return Err(Refusal::ResourceKindMissing { kind });
        }
    }
    let added = after.resource_ids.iter().filter(|id| !before.resource_ids.contains(id));
    let mut added = added.filter_map(|id| facts.existing::<Resource>(*id));
    match added.find(|it| it.needs_approval) {
        Some(it) if before.status != BookingStatus::Pending && !may_approve(facts) => {
            Err(Refusal::ApprovalNeeded { what: it.name.clone() })
        }
        _ => Ok(()),
    }
}

/// What the person was shown is still so: durations, price, what cancelling will cost, and whether
/// somebody has to approve.
fn check_terms(
    c: &Book,
    service: Option<&Service>,
    venue: Option<&Venue>,
    facts: &Facts,
) -> Result<(), Refusal> {
    if let Some(service) = service {
        let (before, after) = (service.buffer_before_minutes, service.buffer_after_minutes);
        same_terms("buffer_before_minutes", &c.buffer_before_minutes, &before)?;
        same_terms("buffer_after_minutes", &c.buffer_after_minutes, &after)?;
        if !c.price_agreed {
            same_terms("price", &c.price, &service.price)?;
        }
        if c.package_id.is_some() || c.capacity.is_some() {
            same_terms("credits", &c.credits, &service.credits)?;
        }
    }
    if let Some(venue) = venue {
        let own = service.and_then(|service| service.free_cancel_minutes);
        let free = own.or(venue.policy.free_cancel_minutes);
        same_terms("free_cancel_minutes", &c.free_cancel_minutes, &free)?;
    }
    if c.request.is_some() {
        return Ok(());
    }
    let mut needed = service.filter(|service| service.needs_approval).map(|it| it.name.clone());
    for &id in &c.resource_ids {
        let resource = facts.existing::<Resource>(id).filter(|it| it.needs_approval);
        needed = needed.or(resource.map(|it| it.name.clone()));
    }
    match needed {
        Some(what) if !may_approve(facts) => Err(Refusal::ApprovalNeeded { what }),
        _ => Ok(()),
    }
}

/// Who comes to a class is on its roster; it is nobody's own.
fn check_roster(booking: &Booking) -> Result<(), Refusal> {
    if booking.capacity.is_none() || booking.customer_id.is_none() {
        return Ok(());
    }
    Err(Refusal::FieldInvalid {
        field: "customer_id".into(),
        problem: "who comes to a class is on its roster: book it for nobody, and give them a place"
            .into(),
    })
}

/// Why something was called off, with why it costs nothing though it was late.
pub(super) fn with_waiver(reason: &str, waive_reason: &str) -> Result<String, Refusal> {
    if waive_reason.is_empty() {
        return Ok(reason.to_owned());
    }
    let both = crate::command::with_waiver(reason, waive_reason);
    field::text("waive_reason", &both, field::TEXT_MAX)?;
    Ok(both)
}

/// Whoever may approve a request needs nobody's approval.
pub(super) fn may_approve(facts: &Facts) -> bool {
    let staff = facts.existing::<Staff>(facts.actor);
    staff.is_none_or(|staff| facts.role_of(staff).may(crate::role::Right::Approval))
}

fn same_terms<T: PartialEq + Serialize>(
    field: &str,
    shown: &T,
    current: &T,
) -> Result<(), Refusal> {
    if shown == current {
        return Ok(());
    }
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    Err(Refusal::TermsChanged { field: field.into(), current: json(current), wanted: json(shown) })
}

pub(super) fn new_booking(
    id: BookingId,
    c: &Book,
    status: BookingStatus,
    facts: &Facts,
) -> Booking {
    let BookingText { title, description, customer_note, staff_note, attendee_count, meeting_url } =
        c.text.clone();
    let stands = matches!(
        status,
        BookingStatus::Confirmed | BookingStatus::Completed | BookingStatus::NoShow
    );
    let request = c.request.filter(|_| status == BookingStatus::Pending);
    Booking {
        status,
        customer_id: c.customer_id,
        confirmed_at: stands.then_some(facts.now),
        title,
        description,
        customer_note,
        staff_note,
        attendee_count,
        meeting_url,
        price: c.price,
        service_id: c.service_id,
        buffer_before_minutes: c.buffer_before_minutes,
        buffer_after_minutes: c.buffer_after_minutes,
        claimed_ids: sorted(&c.claimed_ids),
        series_id: c.series_id,
        event_id: c.event_id,
        capacity: c.capacity,
        competing: request.is_some_and(|request| request.competing),
        approve_by: request.and_then(|request| request.approve_by),
        released_at: (status == BookingStatus::NoShow).then_some(facts.now),
        package_id: c.package_id.filter(|_| c.capacity.is_none()),
        credits: c.credits,
        free_cancel_minutes: c.free_cancel_minutes,
        outside_hours_reason: c.outside_hours_reason.clone(),
        ..Booking::new(id, c.venue_id, sorted(&c.resource_ids), c.stay, facts.actor, facts.now)
    }
}

pub(super) fn edit(c: &EditBooking, facts: &Facts) -> Result<Decision, Refusal> {
    let before = own(c.booking_id, facts)?;
    if c.erased {
        return erase_booking(before, facts);
    }
    let row = (Entity::Booking, c.booking_id.0);
    let mut after = before.clone();
    let told = facts.related::<HistoryEntry>(&Related::SaidOf(before.id));
    let since: Vec<&FieldChange> =
        told.filter(|it| it.at > facts.now).flat_map(|it| &it.changes).collect();
    let text = |value: &mut String, edit: &Edit<String>, field: &str| match edit {
        Some(edit) if c.forgotten && c.customer_id.is_some() => {
            // What was written since, and came first, is not what it found.
            if since.iter().all(|it| it.field != field) {
                value.clone_from(&edit.to);
            }
            Ok(())
        }
        edit => patch(value, edit, row, field),
    };
    patch(&mut after.customer_id, &c.customer_id, row, "customer_id")?;
    text(&mut after.title, &c.title, "title")?;
    text(&mut after.description, &c.description, "description")?;
    text(&mut after.customer_note, &c.customer_note, "customer_note")?;
    text(&mut after.staff_note, &c.staff_note, "staff_note")?;
    patch(&mut after.attendee_count, &c.attendee_count, row, "attendee_count")?;
    text(&mut after.meeting_url, &c.meeting_url, "meeting_url")?;
    check_text(&after)?;
    let service = facts.related::<Service>(&Related::ServiceOf(before.id)).next();
    let more = after.attendee_count > before.attendee_count && after.capacity.is_none();
    if let Some(service) = service.filter(|_| more && facts.time_rules == TimeRules::Apply) {
        check_attendees(after.attendee_count, service)?;
    }
    let mut decision = changed(before, after.clone(), Change::Booking);
    if after.customer_id != before.customer_id {
        check_roster(&after)?;
        check_customer(&after, facts, &mut decision)?;
        let mut payers = facts.related::<Customer>(&Related::OwnersOfPaying(before.id));
        let pays = payers.any(|it| Some(it.id) == after.customer_id);
        if before.package_id.is_some() && !pays {
            return Err(Refusal::FieldInvalid {
                field: "customer_id".into(),
                problem: "a package of the customer paid for this booking".into(),
            });
        }
        if let Some(customer) = after.customer_id.and_then(|id| facts.existing::<Customer>(id)) {
            check_may_book(customer)?;
            let mut venue = facts.related::<Venue>(&Related::ResourcesOf(before.id));
            if after.capacity.is_none() && after.status.is_open() {
                check_elsewhere(customer.id, &after, venue.next(), facts, &mut decision)?;
            }
        }
    }
    Ok(decision)
}

pub(super) fn reschedule(c: &Reschedule, facts: &Facts) -> Result<Decision, Refusal> {
    check_count(c.occupies())?;
    let before = own(c.booking_id, facts)?;
    let row = (Entity::Booking, c.booking_id.0);
    let mut after = before.clone();
    patch(&mut after.stay, &Some(c.stay.clone()), row, "stay")?;
    patch(&mut after.resource_ids, &Some(c.resource_ids.clone()), row, "resource_ids")?;
    after.resource_ids = sorted(&after.resource_ids);
    after.claimed_ids = sorted(&c.claimed_ids);
    after.outside_hours_reason.clone_from(&c.outside_hours_reason);
    if !before.status.is_open() && before.status != BookingStatus::Completed {
        return Err(not_allowed(before));
    }
    same_terms("buffer_before_minutes", &c.buffer_before_minutes, &before.buffer_before_minutes)?;
    same_terms("buffer_after_minutes", &c.buffer_after_minutes, &before.buffer_after_minutes)?;
    if let Some(package_id) = before.package_id {
        same_terms("package_id", &c.package_id, &Some(package_id))?;
        credit::check_valid(package_id, after.stay.starts_at, facts)?;
    }
    if before.venue_id != c.venue_id {
        return Err(Refusal::FieldInvalid {
            field: "venue_id".into(),
            problem: "a booking does not move to another venue".into(),
        });
    }
    if facts.time_rules == TimeRules::Apply {
        check_moved(before, &after, facts)?;
    }
    // Putting it off at the last moment is no way around what calling it off would cost. A class is
    // put off by the house.
    let later = after.stay.starts_at > before.stay.starts_at;
    let put_off = later && before.capacity.is_none() && !facts.taking_back;
    after.moved_late = before.moved_late || (put_off && before.cancels_late(facts.now));
    let mut decision = place(Some(before), after, facts.time_rules, facts)?;
    decision.warnings.extend(roster::check_moved(c, facts)?);
    Ok(decision)
}

pub(super) fn cancel(c: &Cancel, facts: &Facts) -> Result<Decision, Refusal> {
    field::reason("reason", &c.reason)?;
    field::reason_if_any("waive_reason", &c.waive_reason)?;
    let before = own(c.booking_id, facts)?;
    if before.status != c.from_status {
        return Err(status_changed(before, BookingStatus::Cancelled));
    }
    if let (Some(there), Some(_)) = (&before.cancellation, c.cancelled_at) {
        return judged_elsewhere(c, before, there, facts);
    }
    if !before.status.may_become(BookingStatus::Cancelled) {
        return Err(not_allowed(before));
    }
    let facts = &match c.cancelled_at {
        Some(at) => {
            check_happened("cancelled_at", at, facts)?;
            Cow::Owned(Facts { now: at, ..facts.clone() })
        }
        None => Cow::Borrowed(facts),
    };
    let late = match c.cancelled_at {
        Some(_) => c.late,
        None => {
            let by_clock = c.is_late(before, facts.now);
            is_late(by_clock, (before.made_by, before.made_at), c.late, facts)
        }
    };
    // What costs nothing may have looked otherwise.
    if !c.is_by_house(before) {
        same_terms("late", &c.late, &late)?;
    }
    let waived = late && !c.waive_reason.is_empty();
    let mut after = before.clone();
    after.status = BookingStatus::Cancelled;
    after.cancellation = Some(Cancellation {
        cancelled_at: facts.now,
        cancelled_by: facts.actor,
        reason: with_waiver(&c.reason, if waived { &c.waive_reason } else { "" })?,
        initiator: c.initiator,
        late: late && !waived,
    });
    let places = roster::call_off(before, facts)?;
    after.places_taken = places.still_taken;
    let mut changes = vec![Change::Booking(after.clone())];
    changes.extend(after.claims(facts.now).into_iter().map(Change::Claim));
    changes.extend(places.changes);
    if !late || waived {
        changes.extend(credit::give_back(before, c.package_id, facts)?);
    }
    Ok(changes.into())
}

/// What was called off here, too, but judged otherwise where it happened: so late it was, and so it
/// costs.
fn judged_elsewhere(
    c: &Cancel,
    before: &Booking,
    there: &Cancellation,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    if there.late == c.late {
        return Ok(Decision::default());
    }
    let cancellation = Some(Cancellation { late: c.late, ..there.clone() });
    let mut changes = vec![Change::Booking(Booking { cancellation, ..before.clone() })];
    changes.extend(match c.late {
        true => credit::spend_again(before, facts)?,
        false => credit::give_back(before, c.package_id, facts)?,
    });
    Ok(changes.into())
}

/// Whether what comes too late `by_clock` is not free. What a desk brings as history was judged there.
/// What somebody takes back that they entered by mistake a moment ago is never late.
pub(super) fn is_late(
    by_clock: bool,
    (made_by, made_at): (StaffId, Timestamp),
    shown: bool,
    facts: &Facts,
) -> bool {
    if facts.time_rules == TimeRules::History {
        return shown;
    }
    if facts.taking_back && made_by == facts.actor && facts.now < made_at.plus_ms(GRACE_MS) {
        return false;
    }
    by_clock
}

/// A booking of a venue that this device works for, and that the actor may touch.
pub(super) fn own(id: BookingId, facts: &Facts) -> Result<&Booking, Refusal> {
    let booking: &Booking = facts.get(id)?;
    check_venue(booking.venue_id, facts)?;
    let mut resources = facts.related::<Resource>(&Related::ResourcesOf(id));
    let mine = resources.any(|resource| resource.staff_id == Some(facts.actor));
    if !mine {
        check_own(&[], facts)?;
    }
    Ok(booking)
}

pub(super) fn not_allowed(booking: &Booking) -> Refusal {
    Refusal::StatusNotAllowed { booking_id: booking.id, status: booking.status.as_str().into() }
}

pub(super) fn status_changed(booking: &Booking, wanted: BookingStatus) -> Refusal {
    Refusal::ChangedElsewhere {
        entity: Entity::Booking,
        id: booking.id.0,
        field: "status".into(),
        current: booking.status.as_str().into(),
        wanted: wanted.as_str().into(),
    }
}

pub(super) fn check_text(booking: &Booking) -> Result<(), Refusal> {
    field::text("title", &booking.title, field::NAME_MAX)?;
    field::text("description", &booking.description, field::TEXT_MAX)?;
    field::text("customer_note", &booking.customer_note, field::TEXT_MAX)?;
    field::text("staff_note", &booking.staff_note, field::TEXT_MAX)?;
    field::reason_if_any("outside_hours_reason", &booking.outside_hours_reason)?;
    let attendees = i64::from(booking.attendee_count);
    field::range("attendee_count", attendees, 1, i64::from(field::ATTENDEES_MAX))?;
    for (name, minutes) in [
        ("buffer_before_minutes", booking.buffer_before_minutes),
        ("buffer_after_minutes", booking.buffer_after_minutes),
    ] {
        field::range(name, i64::from(minutes), 0, i64::from(field::BUFFER_MINUTES_MAX))?;
    }
    field::range("credits", i64::from(booking.credits), 0, i64::from(field::CREDITS_MAX))?;
    field::price("price", booking.price)?;
    let free = i64::from(booking.free_cancel_minutes.unwrap_or_default());
    field::range("free_cancel_minutes", free, 0, field::POLICY_MINUTES_MAX)?;
    if let Some(capacity) = booking.capacity {
        field::range("capacity", i64::from(capacity), 1, i64::from(field::ATTENDEES_MAX))?;
    }
    field::meeting_url("meeting_url", &booking.meeting_url)
}
