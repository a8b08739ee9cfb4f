//! What is owed for a booking, and what was paid.

use crate::failure::Failure;
use crate::replica::Replica;
use holdfast_domain::{Booking, BookingStatus, Money, Payment};

/// The money of one booking.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// What was taken and given back, in order.
    pub payments: Vec<Payment>,
    /// What was taken, less what was given back; `None` where nothing has a price or was paid.
    pub paid: Option<Money>,
    /// What is still to be paid; below zero, what is to be given back.
    pub owed: Option<Money>,
}

impl Replica {
    /// The money of a booking.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn account(&self, booking: &Booking) -> Result<Account, Failure> {
        let payments = self.listed(&[("booking_id", &booking.id.to_string())], false)?;
        Ok(account(booking, payments))
    }
}

fn account(booking: &Booking, payments: Vec<Payment>) -> Account {
    let currency = booking
        .price
        .map(|price| price.currency)
        .or_else(|| payments.first().map(|payment| payment.amount.currency));
    let Some(currency) = currency else { return Account { payments, paid: None, owed: None } };
    let signed = |payment: &Payment| {
        if payment.refund { -payment.amount.minor } else { payment.amount.minor }
    };
    let paid = payments.iter().map(signed).sum();
    let owed = price_minor(booking) - paid;
    let money = |minor| Some(Money { minor, currency });
    Account { payments, paid: money(paid), owed: money(owed) }
}

/// What the customer has to pay in money. Nothing where a package paid, where the request was turned
/// down, or where it was called off in time.
fn price_minor(booking: &Booking) -> i64 {
    let price = booking.price.map_or(0, |price| price.minor);
    let called_off = booking.cancellation.as_ref().is_some_and(|it| !it.late);
    let turned_down = booking.status == BookingStatus::Rejected;
    if booking.package_id.is_some() || called_off || turned_down { 0 } else { price }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::{BookingId, Currency, StaffId, Stay, Timestamp, VenueId, Zone};

    #[test]
    fn what_is_owed_is_the_price_less_what_was_paid() {
        let currency = Currency::parse("EUR").unwrap();
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let noon = "2026-11-20T12:00:00".parse().unwrap();
        let stay = Stay::resolve(zone, noon, noon).0;
        let (venue_id, staff_id) = (VenueId::default(), StaffId::default());
        let mut booking =
            Booking::new(BookingId::default(), venue_id, vec![], stay, staff_id, Timestamp(0));
        assert_eq!(account(&booking, vec![]).owed, None);
        booking.price = Some(Money { minor: 2000, currency });
        let payment = |minor, refund| Payment {
            id: Default::default(),
            booking_id: booking.id,
            venue_id,
            amount: Money { minor, currency },
            method: holdfast_domain::PaymentMethod::Cash,
            refund,
            taken_at: Timestamp(0),
            taken_by: staff_id,
            note: String::new(),
        };
        let payments = vec![payment(1500, false), payment(300, true)];
        let one = account(&booking, payments.clone());
        assert_eq!((one.paid.unwrap().minor, one.owed.unwrap().minor), (1200, 800));
        booking.status = BookingStatus::Rejected;
        assert_eq!(account(&booking, payments).owed.unwrap().minor, -1200, "to be given back");
    }
}
