//! Classes and events: what is offered, who has a place, who waits for one, and who came.

use super::booking::{is_late, not_allowed, own, with_waiver};
use super::place::{check_elsewhere, check_may_book, check_venue, see};
use super::status::not_begun;
use super::{Decision, changed, credit, is_here, patch};
use crate::change::{Change, Entity};
use crate::command::{
    AddAttendance, AddEvent, CancelAttendance, CheckIn, EditEvent, PromoteAttendance, SetCapacity,
};
use crate::facts::{Facts, Related, TimeRules, who_is};
use crate::field;
use crate::id::{AttendanceId, PackageId};
use crate::refusal::Refusal;
use crate::rows::{Attendance, AttendanceStatus, Booking, BookingStatus, Customer, Event, Venue};
use crate::time::Timestamp;
use crate::undo::GRACE_MS;

/// How long before the start people may be checked in.
const EARLY_MS: i64 = 12 * 3_600_000;

pub(super) fn add_event(c: &AddEvent, facts: &Facts) -> Result<Decision, Refusal> {
    let event = Event {
        id: c.event_id,
        venue_id: c.venue_id,
        title: c.title.clone(),
        description: c.description.clone(),
        category: c.category.clone(),
        image_url: c.image_url.clone(),
        position: c.position,
        status: c.status,
        slug: c.slug.clone(),
        capacity: c.capacity,
        deletion: None,
    };
    check_event(&event)?;
    let mut decision = Decision::default();
    see::<Venue>(c.venue_id, facts, &mut decision)?;
    check_venue(c.venue_id, facts)?;
    let same = |it: &Event| *it == Event { deletion: it.deletion.clone(), ..event.clone() };
    if is_here(c.event_id, same, facts)? {
        return Ok(Decision::default());
    }
    check_slug(&event, facts)?;
    decision.changes.push(Change::Event(event));
    Ok(decision)
}

pub(super) fn edit_event(c: &EditEvent, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Event = facts.get(c.event_id)?;
    check_venue(before.venue_id, facts)?;
    let row = (Entity::Event, c.event_id.0);
    let mut after = before.clone();
    patch(&mut after.title, &c.title, row, "title")?;
    patch(&mut after.description, &c.description, row, "description")?;
    patch(&mut after.category, &c.category, row, "category")?;
    patch(&mut after.image_url, &c.image_url, row, "image_url")?;
    patch(&mut after.position, &c.position, row, "position")?;
    patch(&mut after.status, &c.status, row, "status")?;
    patch(&mut after.slug, &c.slug, row, "slug")?;
    patch(&mut after.capacity, &c.capacity, row, "capacity")?;
    check_event(&after)?;
    if after.slug != before.slug {
        check_slug(&after, facts)?;
    }
    Ok(changed(before, after, Change::Event))
}

/// Events of one venue are told apart by their names in addresses.
pub(super) fn check_slug(event: &Event, facts: &Facts) -> Result<(), Refusal> {
    let question = Related::EventsNamed { slug: event.slug.clone(), except: event.id };
    let named = facts.related::<Event>(&question);
    let mut same = named.chain(facts.related::<Event>(&Related::NamesakesOf(event.id)));
    match same.find(|other| other.venue_id == event.venue_id && other.deletion.is_none()) {
        Some(other) => Err(Refusal::FieldInvalid {
            field: "slug".into(),
            problem: format!("{} has it already", other.title),
        }),
        None => Ok(()),
    }
}

fn check_event(event: &Event) -> Result<(), Refusal> {
    field::name("title", &event.title)?;
    field::text("description", &event.description, field::TEXT_MAX)?;
    field::text("category", &event.category, field::NAME_MAX)?;
    field::meeting_url("image_url", &event.image_url)?;
    field::position(event.position)?;
    field::range("capacity", i64::from(event.capacity), 1, i64::from(field::ATTENDEES_MAX))?;
    field::name("slug", &event.slug)?;
    if field::is_slug(&event.slug) {
        return Ok(());
    }
    Err(Refusal::FieldInvalid {
        field: "slug".into(),
        problem: "it has more than small letters, digits and dashes between them".into(),
    })
}

pub(super) fn set_capacity(c: &SetCapacity, facts: &Facts) -> Result<Decision, Refusal> {
    let before = own(c.booking_id, facts)?;
    if before.capacity.is_none() {
        return Err(Refusal::NotARoster { booking_id: c.booking_id });
    }
    let mut after = before.clone();
    let row = (Entity::Booking, c.booking_id.0);
    patch(&mut after.capacity, &Some(c.capacity.clone()), row, "capacity")?;
    let Some(capacity) = after.capacity else {
        return Err(Refusal::FieldRequired { field: "capacity".into() });
    };
    // Nobody who has a place loses it.
    let least = i64::from(before.places_taken.max(1));
    field::range("capacity", i64::from(capacity), least, i64::from(field::ATTENDEES_MAX))?;
    Ok(changed(before, after, Change::Booking))
}

pub(super) fn add(c: &AddAttendance, facts: &Facts) -> Result<Decision, Refusal> {
    let booking = roster(c.booking_id, facts)?;
    if !booking.status.is_open() {
        return Err(not_allowed(booking));
    }
    let mut decision = Decision::default();
    if let Some(customer) = see::<Customer>(c.customer_id, facts, &mut decision)? {
        check_may_book(customer)?;
    }
    let id = AttendanceId::of(c.booking_id, c.customer_id);
    let there = facts.existing::<Attendance>(id);
    if there.is_some_and(|there| there.status != AttendanceStatus::Cancelled) {
        return Err(Refusal::AlreadyExists { entity: Entity::Attendance, id: id.0 });
    }
    let customer = Related::CustomerDuring { customer_id: c.customer_id, booking_id: c.booking_id };
    check_no_other(id, &customer, |other| other.status != AttendanceStatus::Cancelled, facts)?;
    // What was kept for a place that was given back too late pays for it when it is had again.
    let kept = there.filter(|it| it.late && it.credits > 0);
    // What was given back by mistake is had again as it was, in its place in the line.
    let mistaken = there.filter(|_| facts.taking_back).or(kept.filter(|_| !c.waitlist));
    let attendance = Attendance {
        id,
        booking_id: c.booking_id,
        venue_id: booking.venue_id,
        customer_id: c.customer_id,
        status: AttendanceStatus::Waitlisted,
        joined_at: mistaken.map_or(facts.now, |there| there.joined_at),
        joined_by: mistaken.map_or(facts.actor, |there| there.joined_by),
        package_id: kept.map_or(c.package_id, |kept| kept.package_id),
        credits: kept.map_or(0, |kept| kept.credits),
        // Who gave a place back too late owes it, or has paid it, whether they wait again or not.
        late: there.is_some_and(|it| it.late && (c.waitlist || mistaken.is_none())),
        changed_at: None,
        reason: String::new(),
        status_before: None,
    };
    if c.waitlist {
        // What could never pay is said now, and not when their turn comes.
        if let Some(package_id) = c.package_id.filter(|_| kept.is_none()) {
            let payment = payment(booking, &attendance, package_id, booking.credits.max(1));
            if let Err(no @ (Refusal::PackageNotFor { .. } | Refusal::NotFound { .. })) =
                credit::spend(&payment, facts)
            {
                return Err(no);
            }
        }
        decision.changes.push(Change::Attendance(attendance));
        return Ok(decision);
    }
    let fresh = |at: Option<Timestamp>| at.is_some_and(|at| facts.now < at.plus_ms(GRACE_MS));
    if !kept.is_some_and(|it| facts.taking_back && fresh(it.changed_at)) {
        let mut venue = facts.related::<Venue>(&Related::ResourcesOf(booking.id));
        check_elsewhere(c.customer_id, booking, venue.next(), facts, &mut decision)?;
    }
    decision.changes = give_place(booking, attendance, (c.package_id, c.credits), facts)?;
    Ok(decision)
}

pub(super) fn promote(c: &PromoteAttendance, facts: &Facts) -> Result<Decision, Refusal> {
    let booking = roster(c.booking_id, facts)?;
    if !booking.status.is_open() {
        return Err(not_allowed(booking));
    }
    let attendance = on(booking, c.attendance_id, facts)?;
    if attendance.status != AttendanceStatus::Waitlisted {
        return Err(place_not_allowed(attendance));
    }
    let theirs = Related::PlaceDuring(attendance.id);
    let known = facts.related::<Customer>(&theirs);
    if let Some(customer) = who_is(attendance.customer_id, &known) {
        check_may_book(customer)?;
    }
    check_no_other(attendance.id, &theirs, |other| other.status.takes_place(), facts)?;
    let mut decision = Decision::default();
    let mut venue = facts.related::<Venue>(&Related::ResourcesOf(booking.id));
    check_elsewhere(attendance.customer_id, booking, venue.next(), facts, &mut decision)?;
    let promoted = Attendance { changed_at: Some(facts.now), ..attendance.clone() };
    decision.changes = give_place(booking, promoted, (c.package_id, c.credits), facts)?;
    Ok(decision)
}

/// Whoever turned out to be one with a customer has no such place beside theirs.
fn check_no_other(
    id: AttendanceId,
    theirs: &Related,
    counts: impl Fn(&Attendance) -> bool,
    facts: &Facts,
) -> Result<(), Refusal> {
    if facts.time_rules == TimeRules::History {
        return Ok(());
    }
    match facts.related::<Attendance>(theirs).find(|other| other.id != id && counts(other)) {
        Some(other) => Err(Refusal::AlreadyExists { entity: Entity::Attendance, id: other.id.0 }),
        None => Ok(()),
    }
}

/// One more place is taken, and paid for with what was kept for it, or where a package is named.
fn give_place(
    booking: &Booking,
    attendance: Attendance,
    (package_id, credits): (Option<PackageId>, u32),
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    let mut changes = vec![Change::Booking(one_more(booking)?)];
    if attendance.credits > 0 {
        let status = AttendanceStatus::Booked;
        changes.push(Change::Attendance(Attendance { status, late: false, ..attendance }));
        return Ok(changes);
    }
    let credits = if package_id.is_some() { credits } else { 0 };
    if let Some(package_id) = package_id {
        if credits != booking.credits {
            return Err(Refusal::TermsChanged {
                field: "credits".into(),
                current: booking.credits.into(),
                wanted: credits.into(),
            });
        }
        let payment = payment(booking, &attendance, package_id, credits);
        changes.extend(credit::spend(&payment, facts)?);
    }
    // What was owed for giving a place back too late is paid with it.
    let (status, late) = (AttendanceStatus::Booked, attendance.late && credits == 0);
    let place = Attendance { status, late, package_id, credits, ..attendance };
    changes.push(Change::Attendance(place));
    Ok(changes)
}

/// A booking of whose places one more is taken.
pub(super) fn one_more(booking: &Booking) -> Result<Booking, Refusal> {
    let capacity = booking.capacity.unwrap_or_default();
    if booking.places_taken >= capacity {
        return Err(Refusal::PlacesTaken { booking_id: booking.id, capacity });
    }
    Ok(Booking { places_taken: booking.places_taken + 1, ..booking.clone() })
}

/// A place, as a package pays for it.
pub(super) fn payment(
    booking: &Booking,
    attendance: &Attendance,
    package_id: PackageId,
    credits: u32,
) -> credit::Payment {
    credit::Payment {
        package_id,
        credits,
        customer_id: Some(attendance.customer_id),
        service_id: booking.service_id,
        venue_id: booking.venue_id,
        starts_at: booking.stay.starts_at,
        booking_id: booking.id,
    }
}

pub(super) fn cancel(c: &CancelAttendance, facts: &Facts) -> Result<Decision, Refusal> {
    field::reason("reason", &c.reason)?;
    field::reason_if_any("waive_reason", &c.waive_reason)?;
    let booking = roster(c.booking_id, facts)?;
    let before = on(booking, c.attendance_id, facts)?;
    if before.status != c.from_status {
        return Err(changed_elsewhere(before, AttendanceStatus::Cancelled));
    }
    if !matches!(before.status, AttendanceStatus::Booked | AttendanceStatus::Waitlisted) {
        return Err(place_not_allowed(before));
    }
    let had_place = before.status.takes_place();
    let made = (before.joined_by, before.joined_at);
    let late = had_place && is_late(booking.cancels_late(facts.now), made, c.late, facts);
    if late != c.late {
        return Err(Refusal::TermsChanged {
            field: "late".into(),
            current: late.into(),
            wanted: c.late.into(),
        });
    }
    let waived = late && !c.waive_reason.is_empty();
    let reason = with_waiver(&c.reason, if waived { &c.waive_reason } else { "" })?;
    let after = Attendance {
        status: AttendanceStatus::Cancelled,
        late: (late || before.late) && c.waive_reason.is_empty(),
        changed_at: Some(facts.now),
        reason,
        status_before: Some(before.status),
        ..before.clone()
    };
    let mut changes = vec![Change::Attendance(after)];
    if had_place {
        let places_taken = booking.places_taken.saturating_sub(1);
        changes.insert(0, Change::Booking(Booking { places_taken, ..booking.clone() }));
    }
    let paid_by = before.package_id.filter(|_| before.credits > 0);
    let is_free = if had_place { !late } else { !before.late };
    if let Some(package_id) = paid_by.filter(|_| is_free || !c.waive_reason.is_empty()) {
        let refund = credit::refund(package_id, c.package_id, before.credits, booking.id, facts)?;
        changes.extend(refund);
    }
    Ok(changes.into())
}

pub(super) fn check_in(c: &CheckIn, facts: &Facts) -> Result<Decision, Refusal> {
    field::text("reason", &c.reason, field::TEXT_MAX)?;
    let most = i64::from(field::ATTENDEES_MAX);
    field::range("attendances", field::count(&c.attendances), 1, most)?;
    let booking = roster(c.booking_id, facts)?;
    // Of one that was called off, each place says so itself.
    if !matches!(
        booking.status,
        BookingStatus::Confirmed | BookingStatus::Completed | BookingStatus::Cancelled
    ) {
        return Err(not_allowed(booking));
    }
    if !c.to.takes_place() {
        return Err(Refusal::FieldInvalid {
            field: "to".into(),
            problem: "it is none of present, late, absent, excused, booked".into(),
        });
    }
    let came = !matches!(c.to, AttendanceStatus::Excused | AttendanceStatus::Booked);
    if came && facts.now < booking.stay.starts_at.plus_ms(-EARLY_MS) {
        return Err(not_begun(booking, EARLY_MS));
    }
    let mut changes = Vec::new();
    for seen in &c.attendances {
        let before = on(booking, seen.attendance_id, facts)?;
        if before.status == c.to {
            continue;
        }
        if before.status != seen.from_status {
            return Err(changed_elsewhere(before, c.to));
        }
        if !before.status.takes_place() {
            return Err(place_not_allowed(before));
        }
        changes.push(Change::Attendance(Attendance {
            status: c.to,
            changed_at: Some(facts.now),
            reason: c.reason.clone(),
            ..before.clone()
        }));
    }
    Ok(changes.into())
}

/// A booking that has places.
fn roster(id: crate::id::BookingId, facts: &Facts) -> Result<&Booking, Refusal> {
    let booking = own(id, facts)?;
    match booking.capacity {
        Some(_) => Ok(booking),
        None => Err(Refusal::NotARoster { booking_id: id }),
    }
}

/// A place on the roster of a booking.
pub(super) fn on<'a>(
    booking: &Booking,
    id: AttendanceId,
    facts: &'a Facts,
) -> Result<&'a Attendance, Refusal> {
    let attendance: &Attendance = facts.get(id)?;
    if attendance.booking_id == booking.id {
        return Ok(attendance);
    }
    Err(Refusal::NotFound { entity: Entity::Attendance, id: id.0 })
}

pub(super) fn changed_elsewhere(attendance: &Attendance, wanted: AttendanceStatus) -> Refusal {
    Refusal::ChangedElsewhere {
        entity: Entity::Attendance,
        id: attendance.id.0,
        field: "status".into(),
        current: attendance.status.as_str().into(),
        wanted: wanted.as_str().into(),
    }
}

fn place_not_allowed(attendance: &Attendance) -> Refusal {
    Refusal::AttendanceNotAllowed {
        attendance_id: attendance.id,
        status: attendance.status.as_str().into(),
    }
}
