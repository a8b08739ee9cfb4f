//! What is owed for a booking, and what was paid for it.

use crate::id::{AttendanceId, CustomerId};
use crate::money::Money;
use crate::rows::{Attendance, Booking, BookingStatus, Payment};
use serde::Serialize;

/// The money of one booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// What was taken, less what was given back; `None` where nothing has a price or was paid.
    pub paid: Option<Money>,
    /// What is still to be paid, whatever is to be given back for another place; below zero, what is
    /// to be given back.
    pub owed: Option<Money>,
    /// The same for each place of a roster that something is due for, or was paid for.
    pub places: Vec<PlaceAccount>,
}

/// The money of one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceAccount {
    /// Which place.
    pub attendance_id: AttendanceId,
    /// Whose.
    pub customer_id: CustomerId,
    /// What was taken for it, less what was given back.
    pub paid: Money,
    /// What is still to be paid for it; below zero, what is to be given back.
    pub owed: Money,
}

impl Account {
    /// The money of `booking`, whose places and payments are all of `roster` and `payments`.
    #[must_use]
    pub fn of(booking: &Booking, roster: &[Attendance], payments: &[Payment]) -> Self {
        let price = booking.price.map(|price| price.currency);
        let currency = price.or_else(|| payments.first().map(|payment| payment.amount.currency));
        let Some(currency) = currency else {
            return Self { paid: None, owed: None, places: Vec::new() };
        };
        let money = |minor| Money { minor, currency };
        let place = |place: &Attendance| {
            let theirs = payments.iter().filter(|it| it.attendance_id == Some(place.id));
            let mut theirs = theirs.peekable();
            let due = due_for_place(booking, place);
            (due > 0 || theirs.peek().is_some()).then(|| {
                let paid = paid_minor(theirs);
                PlaceAccount {
                    attendance_id: place.id,
                    customer_id: place.customer_id,
                    paid: money(paid),
                    owed: money(due - paid),
                }
            })
        };
        let places: Vec<PlaceAccount> = roster.iter().filter_map(place).collect();
        let paid = paid_minor(payments);
        let owed = match booking.capacity {
            Some(_) => {
                let of_none = payments.iter().filter(|it| it.attendance_id.is_none());
                let unpaid: i64 = places.iter().map(|place| place.owed.minor.max(0)).sum();
                let unpaid = unpaid - paid_minor(of_none);
                let due: i64 = roster.iter().map(|place| due_for_place(booking, place)).sum();
                if unpaid > 0 { unpaid } else { due - paid }
            }
            None => due(booking) - paid,
        };
        Self { paid: Some(money(paid)), owed: Some(money(owed)), places }
    }
}

/// What a private booking costs in money. Nothing where a package paid, where it was never confirmed
/// or turned down, or where it was called off in time.
fn due(booking: &Booking) -> i64 {
    let called_off = booking.cancellation.as_ref().is_some_and(|it| !it.late);
    let stood = booking.confirmed_at.is_some() && booking.status != BookingStatus::Rejected;
    let free = called_off || booking.package_id.is_some() || !stood;
    if free { 0 } else { price_minor(booking) }
}

/// What a place costs in money: the price of what takes place is that of each. Nothing where a
/// package paid, where it was not taken or given back in time, or where the house called all of it
/// off.
fn due_for_place(booking: &Booking, place: &Attendance) -> i64 {
    let taken = (place.status.takes_place() || place.late) && booking.cancellation.is_none();
    if taken && place.credits == 0 { price_minor(booking) } else { 0 }
}

fn price_minor(booking: &Booking) -> i64 {
    booking.price.map_or(0, |price| price.minor)
}

/// What was paid and not given back, in minor units.
pub(crate) fn paid_minor<'a>(payments: impl IntoIterator<Item = &'a Payment>) -> i64 {
    let signed = |payment: &Payment| {
        if payment.refund { -payment.amount.minor } else { payment.amount.minor }
    };
    payments.into_iter().map(signed).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BookingId, StaffId, VenueId};
    use crate::money::Currency;
    use crate::rows::{AttendanceStatus, PaymentMethod};
    use crate::time::{Stay, Timestamp, Zone};
    use uuid::Uuid;

    fn eur(minor: i64) -> Money {
        Money { minor, currency: Currency::parse("EUR").unwrap() }
    }

    fn booking(price: Option<Money>) -> Booking {
        let noon = "2026-11-20T12:00:00".parse().unwrap();
        let stay = Stay::resolve(Zone::parse("Europe/Berlin").unwrap(), noon, noon).0;
        let (id, venue_id, made_by) = Default::default();
        Booking { price, ..Booking::new(id, venue_id, vec![], stay, made_by, Timestamp(0)) }
    }

    fn payment(minor: i64, refund: bool, place: Option<&Attendance>) -> Payment {
        Payment {
            id: Default::default(),
            booking_id: BookingId::default(),
            attendance_id: place.map(|place| place.id),
            venue_id: VenueId::default(),
            amount: eur(minor),
            method: PaymentMethod::Cash,
            refund,
            taken_at: Timestamp(0),
            taken_by: StaffId::default(),
            note: String::new(),
        }
    }

    fn place(n: u128, status: AttendanceStatus) -> Attendance {
        Attendance {
            id: AttendanceId(Uuid::from_u128(n)),
            booking_id: BookingId::default(),
            venue_id: VenueId::default(),
            customer_id: CustomerId(Uuid::from_u128(n)),
            status,
            joined_at: Timestamp(0),
            joined_by: StaffId::default(),
            package_id: None,
            credits: 0,
            late: false,
            changed_at: None,
            reason: String::new(),
            status_before: None,
        }
    }

    #[test]
    fn what_is_owed_is_the_price_less_what_was_paid() {
        assert_eq!(Account::of(&booking(None), &[], &[]).owed, None);
        let mut booking = booking(Some(eur(2000)));
        let payments = [payment(1500, false, None), payment(300, true, None)];
        let one = Account::of(&booking, &[], &payments);
        assert_eq!((one.paid, one.owed), (Some(eur(1200)), Some(eur(800))));
        booking.status = BookingStatus::Rejected;
        let one = Account::of(&booking, &[], &payments);
        assert_eq!(one.owed, Some(eur(-1200)), "to be given back");
    }

    #[test]
    fn each_place_of_a_class_owes_its_price() {
        use AttendanceStatus::{Absent, Booked, Cancelled, Waitlisted};
        let mut class = booking(Some(eur(1000)));
        class.capacity = Some(3);
        let [came, by_package] = [1, 2].map(|n| place(n, Booked));
        let by_package = Attendance { credits: 1, ..by_package };
        let missed = place(3, Absent);
        let late = Attendance { late: true, ..place(4, Cancelled) };
        let roster = [came, by_package, missed, late, place(5, Cancelled), place(6, Waitlisted)];
        let payments = [payment(1000, false, Some(&roster[0])), payment(400, false, None)];
        let account = Account::of(&class, &roster, &payments);
        assert_eq!((account.paid, account.owed), (Some(eur(1400)), Some(eur(1600))));
        let owed: Vec<_> =
            account.places.iter().map(|it| (it.attendance_id.0.as_u128(), it.owed.minor)).collect();
        assert_eq!(owed, [(1, 0), (3, 1000), (4, 1000)]);
        // What one paid too much pays for nobody else.
        let twice = [payment(3000, false, Some(&roster[0]))];
        let account = Account::of(&class, &roster, &twice);
        assert_eq!((account.paid, account.owed), (Some(eur(3000)), Some(eur(2000))));
        let all = [3000, 1000, 1000].into_iter().zip([0, 2, 3]);
        let all: Vec<_> = all.map(|(minor, n)| payment(minor, false, Some(&roster[n]))).collect();
        assert_eq!(Account::of(&class, &roster, &all).owed, Some(eur(-2000)));
    }
}
