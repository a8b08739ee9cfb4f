//! What becomes of a booking, besides being called off: approval, taking place, nobody coming; and
//! what was paid for it.

use super::Decision;
use super::booking::{may_approve, not_allowed, own, status_changed};
use super::place::{
    changes_of, check_customer_elsewhere, check_may_book, check_overlap, check_resource,
};
use super::{class, credit, roster};
use crate::account;
use crate::change::{Change, Entity};
use crate::command::{SetStatus, TakePayment};
use crate::facts::{Facts, Related, TimeRules};
use crate::field;
use crate::id::VenueId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::rows::{
    Booking, BookingStatus, Cancellation, Customer, Payment, Rejection, Resource, Venue,
};
use crate::undo::GRACE_MS;

/// What nobody else may do: it was promised.
const APPROVAL_TAKEN_BACK: (BookingStatus, BookingStatus) =
    (BookingStatus::Confirmed, BookingStatus::Pending);

pub(super) fn set(c: &SetStatus, facts: &Facts) -> Result<Decision, Refusal> {
    field::text("reason", &c.reason, field::TEXT_MAX)?;
    let before = own(c.booking_id, facts)?;
    if before.status == c.status.to {
        let anew = c.status.from != c.status.to && !c.lapsed;
        return match &before.rejection {
            // Turned down elsewhere, too, and not for that: no reason is dropped without a word.
            Some(there) if anew && there.reason != c.reason => Err(Refusal::ChangedElsewhere {
                entity: Entity::Booking,
                id: before.id.0,
                field: "reason".into(),
                current: there.reason.clone().into(),
                wanted: c.reason.clone().into(),
            }),
            _ => Ok(Decision::default()),
        };
    }
    if before.status != c.status.from {
        return Err(status_changed(before, c.status.to));
    }
    // Calling off is a command of its own: it has consequences. A roster that was called off does
    // not come back: each of its people has been told. But for a mistake of a moment ago.
    let over = matches!(before.status, BookingStatus::Cancelled | BookingStatus::Rejected);
    let told = over && before.capacity.is_some() && !is_mistake(before, facts);
    let approval_taken_back =
        facts.taking_back && (before.status, c.status.to) == APPROVAL_TAKEN_BACK;
    let may_become = approval_taken_back || before.status.may_become(c.status.to);
    if c.status.to == BookingStatus::Cancelled || !may_become || told {
        return Err(not_allowed(before));
    }
    // What was confirmed once asks for nothing any more.
    let asks_anew =
        before.status == BookingStatus::Cancelled && c.status.to == BookingStatus::Pending;
    if asks_anew && before.confirmed_at.is_some() {
        return Err(not_allowed(before));
    }
    let waits = before.status == BookingStatus::Pending;
    let time_is_over = before.approve_by.is_some_and(|approve_by| facts.now >= approve_by);
    if waits && c.status.to == BookingStatus::Confirmed && time_is_over {
        return Err(Refusal::FieldInvalid {
            field: "status".into(),
            problem: "the time to answer this request is over".into(),
        });
    }
    let never_confirmed = over && before.confirmed_at.is_none();
    if never_confirmed && c.status.to == BookingStatus::Confirmed && !may_approve(facts) {
        return Err(not_allowed(before));
    }
    let around = around(before, facts);
    let venue = around.existing::<Venue>(before.venue_id);
    let mut after = before.clone();
    after.status = c.status.to;
    after.released_at = None;
    after.cancellation = None;
    after.rejection = None;
    match c.status.to {
        BookingStatus::Confirmed => {
            after.confirmed_at = before.confirmed_at.or(Some(facts.now));
            after.confirmed_by = before.confirmed_by.or(Some(facts.actor));
            after.competing = false;
            after.approve_by = None;
        }
        // A request that is taken up again when its time was over has no deadline any more, nor has one that was
        // approved by mistake.
        BookingStatus::Pending => {
            if approval_taken_back {
                (after.confirmed_at, after.confirmed_by) = (None, None);
                after.competing = venue.is_some_and(|venue| venue.policy.requests_compete);
            }
            after.approve_by = before.approve_by.filter(|approve_by| facts.now < *approve_by);
        }
        BookingStatus::Rejected => after.rejection = Some(rejection(c, before, facts)?),
        BookingStatus::NoShow | BookingStatus::Completed if facts.now < before.stay.starts_at => {
            return Err(not_begun(before, 0));
        }
        BookingStatus::NoShow => after.released_at = Some(facts.now),
        _ => {}
    }
    let rejected = c.status.to == BookingStatus::Rejected;
    let places = match (before.status, c.status.to) {
        (_, BookingStatus::Rejected) => roster::call_off(before, facts)?,
        (_, BookingStatus::NoShow) => roster::nobody_came(before, facts)?,
        (BookingStatus::NoShow, _) => roster::somebody_came(before, facts),
        (BookingStatus::Cancelled, _) => roster::take_up(before, facts)?,
        _ => roster::Places::of(before),
    };
    after.places_taken = places.still_taken;
    let claims = after.claims(facts.now);
    check_overlap(&claims, venue, &around)?;
    let mut decision = Decision::default();
    let approved = waits && c.status.to == BookingStatus::Confirmed;
    let stands_anew = over || approved;
    if let Some(venue) = venue.filter(|_| stands_anew && facts.time_rules == TimeRules::Apply) {
        // What was imported stands as it stood there.
        if before.source.is_none() {
            check_may_stand(before, venue, facts)?;
        }
        if over {
            check_customer_elsewhere(&after, venue, facts, &mut decision)?;
        }
    }
    let mut changes = changes_of(Some(before), after, claims, facts.now);
    if rejected {
        changes.extend(credit::give_back(before, c.package_id, facts)?);
    }
    changes.extend(places.changes);
    if gave_credits_back(before) {
        changes.extend(credit::spend_again(before, facts)?);
    }
    decision.changes = changes;
    Ok(decision)
}

/// What is known of where a booking is: what it names, and what else wants it then.
fn around(booking: &Booking, facts: &Facts) -> Facts {
    let mut around = Facts::new(facts.now, facts.actor, facts.time_rules);
    for row in facts.related.get(&Related::ResourcesOf(booking.id)).into_iter().flatten() {
        around.apply(row);
    }
    let ids = booking.claimed_ids();
    around.taken.extend(facts.taken.iter().filter(|it| ids.contains(&it.resource_id)).cloned());
    for row in facts.related.get(&Related::InTheWayOf(booking.id)).into_iter().flatten() {
        match row {
            Change::Claim(claim) => around.taken.push(claim.clone()),
            resource => around.apply(resource),
        }
    }
    around
}

/// What was asked for, or had ended, stands only for who may still book, where there still is something
/// to book.
fn check_may_stand(booking: &Booking, venue: &Venue, facts: &Facts) -> Result<(), Refusal> {
    if venue.deletion.is_some() {
        return Err(Refusal::Deleted { entity: Entity::Venue, id: venue.id.0 });
    }
    for resource in facts.related::<Resource>(&Related::ResourcesOf(booking.id)) {
        check_resource(resource, booking.venue_id, false)?;
    }
    let mut known = facts.related::<Customer>(&Related::CustomerWhile(booking.id));
    match known.find(|it| Some(it.id) == booking.customer_id).map(check_may_book) {
        None | Some(Err(Refusal::CustomerMerged { .. })) => Ok(()),
        Some(may_book) => may_book,
    }
}

/// What can be said from so long before the start on.
pub(super) fn not_begun(booking: &Booking, early_ms: i64) -> Refusal {
    Refusal::NotBegun {
        booking_id: booking.id,
        from: booking.stay.starts_at.plus_ms(-early_ms),
        local_from: booking.stay.local_start - chrono::Duration::milliseconds(early_ms),
    }
}

/// Whether somebody takes back what they called off themselves a moment ago.
fn is_mistake(booking: &Booking, facts: &Facts) -> bool {
    let own = |it: &Cancellation| {
        it.cancelled_by == facts.actor && facts.now < it.cancelled_at.plus_ms(GRACE_MS)
    };
    facts.taking_back && booking.cancellation.as_ref().is_some_and(own)
}

/// Whether credits that paid for a booking went back when it ended as it did.
fn gave_credits_back(before: &Booking) -> bool {
    let ended_for_nothing = match &before.cancellation {
        Some(cancellation) => !cancellation.late,
        None => before.status == BookingStatus::Rejected,
    };
    before.package_id.is_some() && ended_for_nothing
}

/// Turned down by somebody, or because nobody answered in time.
fn rejection(c: &SetStatus, before: &Booking, facts: &Facts) -> Result<Rejection, Refusal> {
    let reason = if c.lapsed {
        if before.approve_by.is_none_or(|approve_by| facts.now < approve_by) {
            return Err(Refusal::FieldInvalid {
                field: "lapsed".into(),
                problem: "there is still time to answer".into(),
            });
        }
        "Nobody answered in time".to_owned()
    } else {
        field::reason("reason", &c.reason)?;
        c.reason.clone()
    };
    Ok(Rejection { rejected_at: facts.now, rejected_by: facts.actor, reason })
}

pub(super) fn pay(c: &TakePayment, facts: &Facts) -> Result<Decision, Refusal> {
    if c.refund {
        field::reason("note", &c.note)?;
    }
    let payment = Payment {
        id: c.payment_id,
        booking_id: c.booking_id,
        attendance_id: c.attendance_id,
        venue_id: VenueId::default(),
        amount: c.amount,
        method: c.method,
        refund: c.refund,
        taken_at: facts.now,
        taken_by: facts.actor,
        note: c.note.clone(),
    };
    enter(payment, facts)
}

/// Money that was taken or given back, at the venue of its booking.
pub(super) fn enter(payment: Payment, facts: &Facts) -> Result<Decision, Refusal> {
    let c = &payment;
    field::range("amount", c.amount.minor, 1, field::PRICE_MINOR_MAX)?;
    field::text("note", &c.note, field::TEXT_MAX)?;
    let booking = own(c.booking_id, facts)?;
    if facts.existing::<Payment>(c.id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::Payment, id: c.id.0 });
    }
    if let Some(id) = c.attendance_id {
        class::on(booking, id, facts)?;
    }
    let payments: Vec<&Payment> = facts.related(&Related::Payments(c.booking_id)).collect();
    let owed = booking.price.or_else(|| payments.first().map(|payment| payment.amount));
    if let Some(owed) = owed.filter(|owed| owed.currency != c.amount.currency) {
        return Err(Refusal::FieldInvalid {
            field: "amount".into(),
            problem: format!("this booking is paid in {}", owed.currency),
        });
    }
    if c.refund {
        // What one of them paid is not given back to another.
        let theirs = payments.iter().copied().filter(|it| it.attendance_id == c.attendance_id);
        let paid = account::paid_minor(theirs);
        if c.amount.minor > paid {
            let paid = Money { minor: paid, currency: c.amount.currency };
            return Err(Refusal::RefundExceedsPaid { booking_id: c.booking_id, paid });
        }
    }
    let payment = Payment { venue_id: booking.venue_id, ..payment };
    Ok(vec![Change::Payment(payment)].into())
}
