//! Which of a customer's packages pays. A desk that is alone, a desk that says who is next, and
//! headquarters choose here, so that they choose alike.
//!
//! The choice becomes part of a command. Whether it holds is judged by [`decide`](crate::decide()),
//! which never chooses.

use crate::command::PromoteAttendance;
use crate::id::{CustomerId, PackageId, ServiceId, VenueId};
use crate::rows::{Attendance, Booking, Package};
use crate::time::Timestamp;

/// What credits are to pay for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bill {
    /// Who pays.
    pub customer_id: CustomerId,
    /// For which service.
    pub service_id: Option<ServiceId>,
    /// Where.
    pub venue_id: VenueId,
    /// How much.
    pub credits: u32,
    /// When it starts.
    pub starts_at: Timestamp,
}

impl Bill {
    /// What a place of `booking` costs a customer.
    #[must_use]
    pub fn of_place(booking: &Booking, customer_id: CustomerId) -> Self {
        Self {
            customer_id,
            service_id: booking.service_id,
            venue_id: booking.venue_id,
            credits: booking.credits,
            starts_at: booking.stay.starts_at,
        }
    }

    /// The package of theirs, or of somebody who turned out to be one with them, that pays: the one that is
    /// named, where it can; else, of those that can, the one whose time is over first.
    pub fn paid_by<'a>(
        &self,
        packages: impl IntoIterator<Item = &'a Package>,
        named: Option<PackageId>,
    ) -> Option<PackageId> {
        let can = packages.into_iter().filter(|package| self.can_be_paid_by(package));
        let rank = |it: &&Package| (named != Some(it.id), it.valid_until, it.id);
        can.min_by_key(rank).map(|package| package.id)
    }

    fn can_be_paid_by(&self, package: &Package) -> bool {
        package.balance >= self.credits
            && package.is_valid_at(self.starts_at)
            && package
                .cannot_pay(Some(package.customer_id), self.service_id, self.venue_id)
                .is_none()
    }
}

/// What gives the place of somebody who waits to them, paid from `packages`; `None` where they lack
/// the credits that it costs.
pub fn promotion<'a>(
    booking: &Booking,
    place: &Attendance,
    packages: impl IntoIterator<Item = &'a Package>,
) -> Option<PromoteAttendance> {
    // Nothing, or what was kept for a place that was given back too late.
    let package_id = if booking.credits == 0 || place.credits > 0 {
        None
    } else {
        let bill = Bill::of_place(booking, place.customer_id);
        Some(bill.paid_by(packages, place.package_id)?)
    };
    let (attendance_id, booking_id, credits) = (place.id, booking.id, booking.credits);
    Some(PromoteAttendance { attendance_id, booking_id, package_id, credits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ProductId, StaffId};
    use uuid::Uuid;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn package(number: u128, balance: u32, valid_until: i64) -> Package {
        Package {
            id: PackageId(id(number)),
            customer_id: CustomerId(id(1)),
            product_id: ProductId(id(2)),
            name: "Card".into(),
            price: None,
            service_ids: Vec::new(),
            venue_id: None,
            valid_from: Timestamp(0),
            valid_until: Timestamp(valid_until),
            balance,
            line_count: 1,
            sold_at: Timestamp(0),
            sold_by: StaffId(id(3)),
        }
    }

    fn chosen(packages: &[Package], named: u128) -> Option<u128> {
        let bill = Bill {
            customer_id: CustomerId(id(1)),
            service_id: Some(ServiceId(id(4))),
            venue_id: VenueId(id(5)),
            credits: 2,
            starts_at: Timestamp(100),
        };
        bill.paid_by(packages, Some(PackageId(id(named)))).map(|package| package.0.as_u128())
    }

    #[test]
    fn the_named_package_pays_where_it_can_and_else_the_one_whose_time_is_over_first() {
        let two = |left| [package(10, 5, 300), package(11, 5, 200), package(12, left, 900)];
        assert_eq!(chosen(&two(2), 12), Some(12));
        assert_eq!(chosen(&two(1), 12), Some(11), "the named one has too little");
        assert_eq!(chosen(&two(2), 99), Some(11), "none is named that is there");
        assert_eq!(chosen(&[package(14, 2, 200), package(13, 2, 200)], 99), Some(13), "one way");
    }

    #[test]
    fn a_package_that_may_not_pay_for_it_is_passed_over_even_where_it_is_named() {
        let over = package(10, 5, 100);
        let later = Package { valid_from: Timestamp(101), ..package(11, 5, 500) };
        let elsewhere = Package { venue_id: Some(VenueId(id(9))), ..package(12, 5, 500) };
        let other = Package { service_ids: vec![ServiceId(id(9))], ..package(13, 5, 500) };
        let all = [over, later, elsewhere, other];
        for named in 10..14 {
            assert_eq!(chosen(&all, named), None);
        }
        let of_who_became_them = Package { customer_id: CustomerId(id(9)), ..package(14, 5, 500) };
        assert_eq!(chosen(&[of_who_became_them], 14), Some(14));
    }
}
