//! What becomes of the roster of a class with the class itself: it is called off, taken up again, or
//! nobody came. The two always agree.

use super::class::payment;
use super::credit;
use super::place::{check_may_book, customer_elsewhere};
use crate::change::Change;
use crate::command::Reschedule;
use crate::facts::{Facts, Related, TimeRules, who_is};
use crate::id::CustomerId;
use crate::refusal::Refusal;
use crate::rows::{
    Attendance, AttendanceStatus, Booking, Customer, CustomerOverlap, Package, Venue,
};
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// What becomes of a roster with its booking.
pub(super) struct Places {
    pub(super) still_taken: u32,
    pub(super) changes: Vec<Change>,
}

impl Places {
    /// They stay as they are.
    pub(super) fn of(booking: &Booking) -> Self {
        Self { still_taken: booking.places_taken, changes: Vec::new() }
    }
}

/// Nobody loses anything by what the house calls off: every place is given back, and what paid for
/// it, however late it is, and whoever has come already.
pub(super) fn call_off(booking: &Booking, facts: &Facts) -> Result<Places, Refusal> {
    let mut places = Places::of(booking);
    let mut known = Paying::of(booking, facts);
    for before in facts.related::<Attendance>(&Related::Roster(booking.id)).filter(kept_late) {
        places.changes.extend(known.give_back(before)?);
        let (changed_at, status_before) = (Some(facts.now), None);
        let forgiven = Attendance { late: false, changed_at, status_before, ..before.clone() };
        places.changes.push(Change::Attendance(forgiven));
    }
    for before in on_roster(booking, facts) {
        let reason = "It does not take place";
        let had_place = before.status.takes_place();
        // Who waits again has paid, too.
        let forgiven = Attendance { late: before.late && before.credits == 0, ..before.clone() };
        places.changes.push(ended(&forgiven, AttendanceStatus::Cancelled, reason, facts));
        if had_place {
            places.still_taken = places.still_taken.saturating_sub(1);
        }
        places.changes.extend(known.give_back(before)?);
    }
    Ok(places)
}

/// Who gave a place back too late, and has paid for it with credits.
fn kept_late(place: &&Attendance) -> bool {
    place.status == AttendanceStatus::Cancelled && place.late && place.credits > 0
}

/// Whoever was called off with a class is on its roster again, and what had paid for a place pays for
/// it once more. But for who may not book any more, or went elsewhere since where the venue refuses
/// that.
pub(super) fn take_up(booking: &Booking, facts: &Facts) -> Result<Places, Refusal> {
    let off = booking.cancellation.as_ref().map(|it| it.cancelled_at);
    let mut places = Places::of(booking);
    let mut known = Paying::of(booking, facts);
    let mut there = BTreeSet::new();
    for before in facts.related::<Attendance>(&Related::Roster(booking.id)) {
        if was_forgiven(before, off) {
            places.changes.extend(known.pay(booking, before)?);
            places.changes.push(Change::Attendance(Attendance { late: true, ..before.clone() }));
            continue;
        }
        let Some(again) = as_before(before, off) else { continue };
        let Some(who) = who_may_come(&again, booking, facts) else { continue };
        if !there.insert(who) {
            continue;
        }
        places.changes.extend(known.pay(booking, &again)?);
        let has_place = again.status.takes_place();
        places.still_taken += u32::from(has_place);
        // Who waits has paid only for what they gave back too late.
        let late = again.late || (!has_place && again.credits > 0);
        places.changes.push(Change::Attendance(Attendance { late, ..again }));
    }
    let capacity = booking.capacity.unwrap_or_default();
    if places.still_taken > capacity {
        return Err(Refusal::PlacesTaken { booking_id: booking.id, capacity });
    }
    Ok(places)
}

/// Whether what somebody had paid for giving a place back too late came back when all was called off.
fn was_forgiven(place: &Attendance, at: Option<Timestamp>) -> bool {
    let with_it = at.is_some() && place.changed_at == at && place.status_before.is_none();
    with_it && place.status == AttendanceStatus::Cancelled && place.credits > 0
}

/// Whoever somebody turned out to be; `None` where that one may not have this place again.
fn who_may_come(place: &Attendance, booking: &Booking, facts: &Facts) -> Option<CustomerId> {
    let people = facts.related::<Customer>(&Related::PeopleOf(booking.id));
    let gone = |who| place.status.takes_place() && went_elsewhere(who, booking, facts);
    match who_is(place.customer_id, &people) {
        Some(customer) if check_may_book(customer).is_err() || gone(customer.id) => None,
        Some(customer) => Some(customer.id),
        None => Some(place.customer_id),
    }
}

/// Whether somebody of a roster has gone somewhere else since it was called off, where the venue
/// refuses that. What they had beside it before stays beside it.
fn went_elsewhere(id: CustomerId, booking: &Booking, facts: &Facts) -> bool {
    let question = Related::PeopleOf(booking.id);
    let people = facts.related::<Customer>(&question);
    let is_them = |other: CustomerId| who_is(other, &people).is_some_and(|it| it.id == id);
    let mut venue = facts.related::<Venue>(&Related::ResourcesOf(booking.id));
    let refuses = |venue: &Venue| venue.policy.customer_overlap == CustomerOverlap::Refuse;
    let off = booking.cancellation.as_ref().map(|it| it.cancelled_at);
    let since = |at: Timestamp| off.is_none_or(|off| at > off);
    let had = |place: &Attendance| since(place.changed_at.unwrap_or(place.joined_at));
    venue.next().is_some_and(refuses)
        && facts.related::<Booking>(&question).any(|other| {
            let mut places = facts.related::<Attendance>(&question);
            (since(other.made_at) && other.customer_id.is_some_and(is_them))
                || places.any(|it| it.booking_id == other.id && is_them(it.customer_id) && had(it))
        })
}

/// Whoever has a place in a class that is put to another time, and is somewhere else then: refused or
/// warned of, as the venue lays down.
pub(super) fn check_moved(c: &Reschedule, facts: &Facts) -> Result<Vec<Refusal>, Refusal> {
    let venue = facts.existing::<Venue>(c.venue_id);
    let minds = |venue: &&Venue| venue.policy.customer_overlap != CustomerOverlap::Allow;
    let venue = venue.filter(|_| facts.time_rules == TimeRules::Apply).filter(minds);
    let (Some(question), Some(venue)) = (c.people(), venue) else { return Ok(Vec::new()) };
    let people = facts.related::<Customer>(&question);
    let places = facts.related::<Attendance>(&question);
    let during = c.stay.to.interval();
    let mut elsewhere = Vec::new();
    for place in places.clone().filter(|it| it.booking_id == c.booking_id) {
        let them = who_is(place.customer_id, &people);
        let is_them = |other| who_is(other, &people).zip(them).is_some_and(|(a, b)| a.id == b.id);
        let is_in = |other: &&Booking| {
            let mut there = places.clone().filter(|it| it.booking_id == other.id);
            other.customer_id.is_some_and(is_them) || there.any(|it| is_them(it.customer_id))
        };
        let meets = |other: &&Booking| {
            let times = other.stay.interval().zip(during);
            other.status.is_open() && times.is_some_and(|(a, b)| a.overlaps(b))
        };
        let others = facts.related::<Booking>(&question).filter(|it| it.id != c.booking_id);
        let mut others = others.filter_map(|it| facts.as_left(it)).filter(meets);
        if let Some(other) = others.find(is_in) {
            let name = them.map_or("", |it| &it.name);
            let refusal = customer_elsewhere(place.customer_id, name, other, venue);
            if venue.policy.customer_overlap == CustomerOverlap::Refuse {
                return Err(refusal);
            }
            elsewhere.push(refusal);
        }
    }
    Ok(elsewhere)
}

/// Nobody came to a class: so says its roster. Where somebody did, it is not so.
pub(super) fn nobody_came(booking: &Booking, facts: &Facts) -> Result<Places, Refusal> {
    use AttendanceStatus::{Booked, Late, Present};
    if on_roster(booking, facts).any(|place| matches!(place.status, Present | Late)) {
        return Err(Refusal::FieldInvalid {
            field: "status".into(),
            problem: "somebody has been checked in: complete it instead".into(),
        });
    }
    let booked = on_roster(booking, facts).filter(|it| it.status == Booked);
    let absent = booked.map(|before| ended(before, AttendanceStatus::Absent, "", facts));
    Ok(Places { changes: absent.collect(), ..Places::of(booking) })
}

/// Somebody came after all: of those who were absent with all the others nothing is known.
pub(super) fn somebody_came(booking: &Booking, facts: &Facts) -> Places {
    let roster = facts.related::<Attendance>(&Related::Roster(booking.id));
    let again = roster.filter_map(|place| as_before(place, booking.released_at));
    Places { changes: again.map(Change::Attendance).collect(), ..Places::of(booking) }
}

/// Those who are on the roster of a booking, or wait for a place.
fn on_roster<'a>(booking: &Booking, facts: &'a Facts) -> impl Iterator<Item = &'a Attendance> {
    let roster = facts.related::<Attendance>(&Related::Roster(booking.id));
    roster.filter(|place| place.status != AttendanceStatus::Cancelled)
}

/// A place that ends with its booking.
fn ended(before: &Attendance, to: AttendanceStatus, reason: &str, facts: &Facts) -> Change {
    Change::Attendance(Attendance {
        status: to,
        changed_at: Some(facts.now),
        reason: reason.into(),
        status_before: Some(before.status),
        ..before.clone()
    })
}

/// A place as it was before it ended with its booking, at `at`; `None` for one that did not.
fn as_before(place: &Attendance, at: Option<Timestamp>) -> Option<Attendance> {
    let status = place.status_before.filter(|_| at.is_some() && place.changed_at == at)?;
    let (changed_at, reason, status_before) = (None, String::new(), None);
    Some(Attendance { status, changed_at, reason, status_before, ..place.clone() })
}

/// The packages that paid for places of a roster, as far as they may be seen here; what may not is
/// left to headquarters. One may have paid for places on several dates of a series.
pub(super) struct Paying(Facts);

impl Paying {
    pub(super) fn of(booking: &Booking, facts: &Facts) -> Self {
        let mut known = Facts::new(facts.now, facts.actor, facts.time_rules);
        for package in facts.related::<Package>(&Related::Roster(booking.id)) {
            let package = facts.existing::<Package>(package.id).unwrap_or(package);
            known.apply(&Change::Package(package.clone()));
        }
        Self(known)
    }

    fn paid_for(&self, place: &Attendance) -> Option<&Package> {
        let package_id = place.package_id.filter(|_| place.credits > 0)?;
        self.0.existing::<Package>(package_id)
    }

    pub(super) fn give_back(&mut self, place: &Attendance) -> Result<Vec<Change>, Refusal> {
        let Some(package) = self.paid_for(place) else { return Ok(Vec::new()) };
        let refund = credit::refund_to(package, place, &self.0)?;
        refund.iter().for_each(|change| self.0.apply(change));
        Ok(refund)
    }

    fn pay(&mut self, booking: &Booking, place: &Attendance) -> Result<Vec<Change>, Refusal> {
        let Some(package) = self.paid_for(place) else { return Ok(Vec::new()) };
        let payment = payment(booking, place, package.id, place.credits);
        // Whose it was to pay with was judged when it first did.
        let again = credit::Payment { customer_id: Some(package.customer_id), ..payment };
        let spent = credit::spend(&again, &self.0)?;
        spent.iter().for_each(|change| self.0.apply(change));
        Ok(spent)
    }
}
