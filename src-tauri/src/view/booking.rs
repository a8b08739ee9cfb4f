//! One booking: seen and changed.

use super::{BoardBooking, Customer, Price, Skipped, Standing, wall_at};
use holdfast_domain::account::{Account, PlaceAccount};
use holdfast_domain::command::Patch;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    AttendanceId, CustomerId, Event, Money, Package, Payment, Series, Source, StaffId, Timestamp,
    Zone,
};
use holdfast_replica::{Failure, Listed, Replica};
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

/// A change that waits for headquarters.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct WaitingSentence {
    pub(crate) local_at: String,
    pub(crate) sentence: String,
}

/// Everything about one booking.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct BookingDetail {
    #[serde(flatten)]
    pub(crate) booking: BoardBooking,
    pub(crate) venue_id: String,
    /// On what, and where there are several venues, at which.
    pub(crate) place_name: String,
    pub(crate) description: String,
    pub(crate) customer_note: String,
    pub(crate) staff_note: String,
    pub(crate) meeting_url: String,
    pub(crate) customer: Option<Customer>,
    pub(crate) made_by_name: String,
    pub(crate) created_at: String,
    pub(crate) confirmed_at: Option<String>,
    pub(crate) cancelled_at: Option<String>,
    pub(crate) cancelled_by_name: String,
    pub(crate) cancel_reason: String,
    /// Where it was imported from and, where people can read it, its id there (`clubdata 17`), or empty.
    pub(crate) source: String,
    /// What it is worth, as a sentence.
    pub(crate) worth: String,
    /// Changes of this booking that still wait, in order.
    pub(crate) waiting: Vec<WaitingSentence>,
    pub(crate) service_id: Option<String>,
    pub(crate) event_title: String,
    /// What was agreed as its price.
    pub(crate) price: Option<Price>,
    pub(crate) payments: Vec<PaymentLine>,
    /// What was paid and not given back; null where nothing has a price or was paid.
    pub(crate) paid: Option<Price>,
    /// What is still to be paid; below zero, what is to be given back.
    pub(crate) owed: Option<Price>,
    /// What was paid too much; null where nothing was.
    pub(crate) overpaid: Option<Price>,
    /// The same by place, where it has places.
    pub(crate) places_money: Vec<PlaceMoney>,
    /// The package that paid, or empty.
    pub(crate) package_name: String,
    pub(crate) credits: u32,
    /// Until when cancelling is free, on the venue's wall; null for always.
    pub(crate) free_until: Option<String>,
    /// Whether it is too late for that now.
    pub(crate) cancels_late: bool,
    /// Until when a request waits, on the venue's wall.
    pub(crate) approve_by: Option<String>,
    pub(crate) confirmed_by_name: String,
    pub(crate) reject_reason: String,
    pub(crate) outside_hours_reason: String,
    /// The rule that it recurs by, or empty.
    pub(crate) rrule: String,
    /// The dates of its series on which there was no room.
    pub(crate) skipped: Vec<Skipped>,
}

/// Money taken or given back.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct PaymentLine {
    pub(crate) id: String,
    pub(crate) amount: Price,
    pub(crate) method: String,
    pub(crate) refund: bool,
    pub(crate) local_at: String,
    pub(crate) by_name: String,
    /// Whose place it was for; empty where it was for all of it.
    pub(crate) customer_name: String,
    pub(crate) note: String,
}

/// Which bookings of a series are meant, from the one in hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeriesScope {
    /// Only this one.
    This,
    /// This and those after it.
    Following,
    /// All that are still to come.
    All,
}

/// A text that a person changed: what it was when they looked, and what it becomes.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct TextEdit {
    from: String,
    to: String,
}

/// The same of a number.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct NumberEdit {
    from: u32,
    to: u32,
}

/// The same of a customer's id.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct CustomerEdit {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// What changes of what is written on a booking; null where nothing does.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct BookingEdit {
    pub(crate) booking_id: String,
    pub(crate) title: Option<TextEdit>,
    pub(crate) description: Option<TextEdit>,
    pub(crate) customer_note: Option<TextEdit>,
    pub(crate) staff_note: Option<TextEdit>,
    pub(crate) meeting_url: Option<TextEdit>,
    pub(crate) attendee_count: Option<NumberEdit>,
    pub(crate) customer_id: Option<CustomerEdit>,
    pub(crate) scope: SeriesScope,
}

/// Where a booking was when the person looked, and where it is to be.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct Reschedule {
    pub(crate) booking_id: String,
    pub(crate) from_local_start: String,
    pub(crate) from_local_end: String,
    pub(crate) from_resource_ids: Vec<String>,
    pub(crate) to_local_start: String,
    pub(crate) to_local_end: String,
    pub(crate) to_resource_ids: Vec<String>,
    /// Why it may lie outside opening hours; empty where it does not.
    pub(crate) outside_hours_reason: String,
    pub(crate) scope: SeriesScope,
}

/// A booking to be called off.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct CancelBooking {
    pub(crate) booking_id: String,
    pub(crate) reason: String,
    /// On whose behalf: `customer`, `staff`, `admin`.
    pub(crate) initiator: String,
    /// Why being late is not held against them; empty where it is.
    pub(crate) waive_reason: String,
    pub(crate) scope: SeriesScope,
}

/// The money of one place.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct PlaceMoney {
    pub(crate) attendance_id: String,
    pub(crate) customer_name: String,
    pub(crate) paid: Price,
    /// What is still to be paid for it; below zero, what is to be given back.
    pub(crate) owed: Price,
}

fn overpaid(owed: Money) -> Option<Price> {
    (owed.minor < 0).then(|| Money { minor: -owed.minor, ..owed }.into())
}

fn places_money(replica: &Replica, account: &Account) -> Result<Vec<PlaceMoney>, Failure> {
    let ids: Vec<CustomerId> = account.places.iter().map(|place| place.customer_id).collect();
    let customers = replica.named_customers(&ids)?;
    let name = |id| customers.iter().find(|it| it.id == id).map(|it| it.name.clone());
    let money = |place: &PlaceAccount| PlaceMoney {
        attendance_id: place.attendance_id.to_string(),
        customer_name: name(place.customer_id).unwrap_or_default(),
        paid: place.paid.into(),
        owed: place.owed.into(),
    };
    Ok(account.places.iter().map(money).collect())
}

impl From<TextEdit> for Patch<String> {
    fn from(edit: TextEdit) -> Self {
        Self { from: edit.from, to: edit.to }
    }
}

impl From<NumberEdit> for Patch<u32> {
    fn from(edit: NumberEdit) -> Self {
        Self { from: edit.from, to: edit.to }
    }
}

impl BookingDetail {
    pub(crate) fn of(replica: &Replica, listed: &Listed, now: Timestamp) -> Result<Self, Failure> {
        let row = &listed.booking;
        let booking = BoardBooking::of(listed, &super::board::Colours::of(replica)?);
        let venue = replica.venue(row.venue_id)?;
        let zone = venue.map_or_else(|| super::home_zone(replica), |venue| Ok(venue.timezone))?;
        let (account, taken) = replica.account(row)?;
        let places_money = places_money(replica, &account)?;
        let payments = payments(replica, taken, &places_money, zone)?;
        let free_until = row
            .free_cancel_minutes
            .map(|minutes| row.stay.starts_at.plus_ms(-i64::from(minutes) * MINUTE_MS));
        let package: Option<Package> =
            row.package_id.map(|id| replica.get(id)).transpose()?.flatten();
        let event: Option<Event> = row.event_id.map(|id| replica.get(id)).transpose()?.flatten();
        let series: Option<Series> = row.series_id.map(|id| replica.get(id)).transpose()?.flatten();
        let worth = worth(booking.standing, replica.is_standalone()?, &booking.standing_reason);
        let customer = match row.customer_id {
            Some(id) => replica.customer(id)?.map(Into::into),
            None => None,
        };
        let cancellation = row.cancellation.as_ref();
        let cancelled_by = match cancellation {
            Some(cancellation) => staff_name(replica, cancellation.cancelled_by)?,
            None => String::new(),
        };
        Ok(Self {
            booking,
            venue_id: row.venue_id.to_string(),
            place_name: super::PlaceNames::of(replica)?.say(row),
            description: row.description.clone(),
            customer_note: row.customer_note.clone(),
            staff_note: row.staff_note.clone(),
            meeting_url: row.meeting_url.clone(),
            customer,
            made_by_name: staff_name(replica, row.made_by)?,
            created_at: wall_at(zone, row.made_at),
            confirmed_at: row.confirmed_at.map(|at| wall_at(zone, at)),
            cancelled_at: cancellation.map(|c| wall_at(zone, c.cancelled_at)),
            cancelled_by_name: cancelled_by,
            cancel_reason: cancellation.map(|c| c.reason.clone()).unwrap_or_default(),
            source: row.source.as_ref().map(source).unwrap_or_default(),
            worth,
            waiting: waiting(replica, listed)?,
            service_id: row.service_id.map(|id| id.to_string()),
            event_title: event.map(|event| event.title).unwrap_or_default(),
            price: row.price.map(Into::into),
            paid: account.paid.map(Into::into),
            owed: account.owed.map(Into::into),
            overpaid: account.owed.and_then(overpaid),
            places_money,
            payments,
            package_name: package.map(|package| package.name).unwrap_or_default(),
            credits: row.credits,
            free_until: free_until.map(|at| wall_at(zone, at)),
            cancels_late: free_until.is_some_and(|until| now > until),
            approve_by: row.approve_by.map(|at| wall_at(zone, at)),
            confirmed_by_name: match row.confirmed_by {
                Some(id) => staff_name(replica, id)?,
                None => String::new(),
            },
            reject_reason: row.rejection.as_ref().map(|r| r.reason.clone()).unwrap_or_default(),
            outside_hours_reason: row.outside_hours_reason.clone(),
            rrule: series.as_ref().map(|it| it.rrule.as_str().to_owned()).unwrap_or_default(),
            skipped: Skipped::list(&series.map(|it| it.skipped).unwrap_or_default()),
        })
    }
}

/// Where a row came from and what it is called there; ids that nobody can read out are left out.
fn source(source: &Source) -> String {
    let told = |word: &&str| Uuid::parse_str(word).is_err();
    let words = source.name.split(' ').chain(source.id.split(' '));
    words.filter(told).collect::<Vec<_>>().join(" ")
}

fn payments(
    replica: &Replica,
    payments: Vec<Payment>,
    places: &[PlaceMoney],
    zone: Zone,
) -> Result<Vec<PaymentLine>, Failure> {
    let whose = |id: Option<AttendanceId>| {
        let place = id.and_then(|id| places.iter().find(|it| it.attendance_id == id.to_string()));
        place.map(|it| it.customer_name.clone()).unwrap_or_default()
    };
    payments
        .into_iter()
        .map(|payment| {
            Ok(PaymentLine {
                id: payment.id.to_string(),
                amount: payment.amount.into(),
                method: payment.method.as_str().into(),
                refund: payment.refund,
                local_at: wall_at(zone, payment.taken_at),
                by_name: staff_name(replica, payment.taken_by)?,
                customer_name: whose(payment.attendance_id),
                note: payment.note,
            })
        })
        .collect()
}

fn waiting(replica: &Replica, listed: &Listed) -> Result<Vec<WaitingSentence>, Failure> {
    let Some(venue) = replica.venue(listed.booking.venue_id)? else { return Ok(Vec::new()) };
    let kept = replica.waiting_on(listed.booking.id)?;
    kept.iter()
        .map(|kept| {
            Ok(WaitingSentence {
                local_at: wall_at(venue.timezone, kept.operation.at),
                sentence: replica.sentence(&kept.operation)?,
            })
        })
        .collect()
}

fn staff_name(replica: &Replica, id: StaffId) -> Result<String, Failure> {
    Ok(replica.staff(id)?.map(|staff| staff.name).unwrap_or_default())
}

/// What a booking is worth at this moment, and never more, as a sentence.
pub(super) fn worth(standing: Standing, standalone: bool, reason: &str) -> String {
    match standing {
        Standing::Committed if standalone => {
            "Stands at once: this desk has no headquarters.".into()
        }
        Standing::Committed => "Headquarters has accepted it.".into(),
        Standing::Tentative => {
            "Waiting for headquarters: nothing known here speaks against it.".into()
        }
        Standing::AtRisk => {
            let reason = reason.trim_end_matches('.');
            format!("At risk: {reason}. Headquarters decides at the next sync.")
        }
        Standing::Refused => "Headquarters did not accept it.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_told_without_ids_that_nobody_can_read_out() {
        let told = |name: &str, id: &str| source(&Source { name: name.into(), id: id.into() });
        let id = "01a1fb4a-7d4c-7000-8000-000000000001";
        assert_eq!(told("clubdata", "17"), "clubdata 17");
        assert_eq!(told(&format!("holdfast {id}"), id), "holdfast");
    }

    #[test]
    fn the_sentence_says_no_more_than_the_standing() {
        for (standing, standalone, beginning) in [
            (Standing::Committed, false, "Headquarters has accepted"),
            (Standing::Committed, true, "Stands at once"),
            (Standing::Tentative, false, "Waiting for headquarters"),
            (Standing::AtRisk, false, "At risk: Court 1 is taken. Headquarters decides"),
            (Standing::Refused, false, "Headquarters did not"),
        ] {
            assert!(worth(standing, standalone, "Court 1 is taken.").starts_with(beginning));
        }
    }
}
