//! What happened elsewhere, taken over on some day before.

use super::ask::Asker;
use holdfast_domain::command::{Ended, ImportLedger, ImportRecord, Past};
use holdfast_domain::id::CreditEntryId;
use holdfast_domain::recurrence::Recurrence;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, Booking, BookingId, Change, Command, CreditEntry,
    CreditKind, CustomerId, Initiator, Package, PackageId, Payment, PaymentId, PaymentMethod,
    Product, ProductId, Row, Series, SeriesId, SkippedDate, StaffId, Timestamp,
};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

impl Asker {
    pub(super) fn record(&mut self) -> Command {
        let mut from_status = None;
        let row = match self.dice.roll(10) {
            0..=2 => return self.old_ledger(),
            3..=4 => self.old_package().into_change(),
            5..=6 => self.old_payment().into_change(),
            7..=8 => {
                let (place, status) = self.old_place();
                from_status = status;
                place.into_change()
            }
            _ if self.dice.one_in(8) => self.odd_row(),
            _ => self.old_series().into_change(),
        };
        Command::ImportRecord(ImportRecord { record: Box::new(row), from_status })
    }

    /// When and by whom a booking was made and ended, as far as that is told.
    pub(super) fn past(&mut self) -> Past {
        if self.dice.one_in(2) {
            return Past::default();
        }
        let ended = Ended {
            at: self.some_day(),
            by: self.dice.one_in(2).then(|| self.someone()),
            reason: self.dice.text("ill"),
            initiator: self.dice.one_of(Initiator::ALL),
            late: self.dice.one_in(2),
        };
        Past {
            made_at: self.dice.one_in(2).then(|| self.some_day()),
            made_by: self.dice.one_in(2).then(|| self.someone()),
            confirmed_at: self.dice.one_in(2).then(|| self.some_day()),
            ended: Some(ended).filter(|_| self.dice.one_in(2)),
            released_at: self.dice.one_in(3).then(|| self.some_day()),
            moved_late: self.dice.one_in(4),
        }
    }

    /// Mostly some day before, sometimes one that nobody can mean.
    pub(super) fn some_day(&mut self) -> Timestamp {
        if self.dice.one_in(30) {
            return self.far();
        }
        let days = self.dice.one_of(&[0, 1, 2, 3, 10, 60, 400, -2]);
        self.at.plus_ms(-days * DAY_MS)
    }

    fn someone(&mut self) -> StaffId {
        let who = self.dice.roll(6);
        let (_, id) = self.somebody(who);
        StaffId(self.dice.known(Some(id.0)))
    }

    fn a_package(&mut self) -> Option<PackageId> {
        self.picture.any::<Package>(&mut self.dice).map(|it| it.id)
    }

    fn old_package(&mut self) -> Package {
        let product = self.picture.any::<Product>(&mut self.dice).map(|it| it.id.0);
        let (sold_at, new) = (self.some_day(), PackageId(self.dice.id()));
        let there = self.a_package().filter(|_| self.dice.one_in(6));
        let venue = self.any_venue();
        let customer = self.any_customer().map(|it| it.id.0);
        Package {
            id: there.unwrap_or(new),
            customer_id: CustomerId(self.dice.known(customer)),
            product_id: ProductId(self.dice.known(product)),
            name: self.dice.text("Old card"),
            price: Some(self.money(&venue)).filter(|_| self.dice.one_in(2)),
            service_ids: Vec::new(),
            venue_id: Some(venue.id).filter(|_| self.dice.one_in(4)),
            valid_from: sold_at,
            valid_until: sold_at.plus_ms(self.dice.one_of(&[-1, 30, 90, 900]) * DAY_MS),
            balance: self.dice.number(0),
            line_count: self.dice.number(0),
            sold_at,
            sold_by: self.someone(),
        }
    }

    /// Some lines of a package, mostly of its own.
    fn old_ledger(&mut self) -> Command {
        let package = self.picture.any::<Package>(&mut self.dice);
        let customer = package.as_ref().map(|it| it.customer_id.0);
        let package_id = PackageId(self.dice.known(package.map(|it| it.id.0)));
        let customer_id = CustomerId(self.dice.known(customer));
        let mut lines: Vec<CreditEntry> = Vec::new();
        for _ in 0..=self.dice.roll(4) {
            let line = self.old_line();
            let odd = self.dice.one_in(20);
            lines.push(if odd { line } else { CreditEntry { package_id, ..line } });
        }
        Command::ImportLedger(ImportLedger { package_id, customer_id, lines })
    }

    fn old_line(&mut self) -> CreditEntry {
        let there = self.picture.any::<CreditEntry>(&mut self.dice);
        let package = self.a_package().map(|it| it.0);
        let booking = self.any_booking().map(|it| it.id);
        let kind = self.dice.one_of(CreditKind::ALL);
        let usual = match kind {
            CreditKind::Purchase => 10,
            CreditKind::Use => -2,
            CreditKind::Refund => 2,
            CreditKind::Expiry => -3,
            CreditKind::Correction => 1,
        };
        let line = CreditEntry {
            id: CreditEntryId(self.dice.id()),
            package_id: PackageId(self.dice.known(package)),
            kind,
            credits: if self.dice.one_in(12) { -usual } else { usual },
            entered_at: self.some_day(),
            entered_by: self.someone(),
            booking_id: booking.filter(|_| matches!(kind, CreditKind::Use | CreditKind::Refund)),
            reason: self.dice.text("old"),
        };
        match there {
            Some(there) if self.dice.one_in(8) => CreditEntry { id: there.id, ..line },
            // What came back for what it had paid for.
            Some(it) if it.booking_id.is_some() && self.dice.one_in(3) => CreditEntry {
                kind: CreditKind::Refund,
                credits: it.credits.abs(),
                package_id: it.package_id,
                booking_id: it.booking_id,
                ..line
            },
            _ => line,
        }
    }

    fn old_payment(&mut self) -> Payment {
        let there = self.picture.any::<Payment>(&mut self.dice).map(|it| it.id);
        let booking = self.any_booking();
        let venue = self.any_venue();
        let id = booking.as_ref().map(|it| it.id);
        let on = |it: &Attendance| Some(it.booking_id) == id;
        let place = self.picture.some::<Attendance>(&mut self.dice, on).map(|it| it.id);
        let new = PaymentId(self.dice.id());
        Payment {
            id: there.filter(|_| self.dice.one_in(10)).unwrap_or(new),
            booking_id: BookingId(self.dice.known(id.map(|it| it.0))),
            attendance_id: place.filter(|_| self.dice.one_in(2)),
            venue_id: venue.id,
            amount: self.money(&venue),
            method: self.dice.one_of(PaymentMethod::ALL),
            refund: self.dice.one_in(3),
            taken_at: self.some_day(),
            taken_by: self.someone(),
            note: self.dice.text("old"),
        }
    }

    fn old_place(&mut self) -> (Attendance, Option<AttendanceStatus>) {
        let class = self.picture.some::<Booking>(&mut self.dice, |it| it.capacity.is_some());
        let there = self.picture.any::<Attendance>(&mut self.dice);
        if let Some(there) = there.filter(|_| self.dice.one_in(2)) {
            let stale = self.dice.one_of(AttendanceStatus::ALL);
            let from = if self.dice.one_in(6) { stale } else { there.status };
            let (status, changed_at) = (self.dice.one_of(AttendanceStatus::ALL), self.some_day());
            let place = Attendance { status, changed_at: Some(changed_at), ..there };
            return (place, Some(from));
        }
        let customer = self.any_customer().map(|it| it.id.0);
        let customer_id = CustomerId(self.dice.known(customer));
        let booking_id = BookingId(self.dice.known(class.map(|it| it.id.0)));
        let other = AttendanceId::of(BookingId(self.dice.id()), customer_id);
        let package_id = self.a_package().filter(|_| self.dice.one_in(3));
        let place = Attendance {
            id: match self.dice.one_in(20) {
                true => other,
                false => AttendanceId::of(booking_id, customer_id),
            },
            booking_id,
            venue_id: self.any_venue().id,
            customer_id,
            status: self.dice.one_of(AttendanceStatus::ALL),
            joined_at: self.some_day(),
            joined_by: self.someone(),
            package_id,
            credits: self.dice.number(u32::from(package_id.is_some())),
            late: self.dice.one_in(5),
            changed_at: None,
            reason: self.dice.text("old"),
            status_before: None,
        };
        (place, None)
    }

    fn old_series(&mut self) -> Series {
        let there = self.picture.any::<Series>(&mut self.dice).map(|it| it.id);
        let venue = self.any_venue();
        let local_start = self.stay(&venue).local_start;
        let code = self.dice.text("slot_taken");
        let skipped = SkippedDate { local_start, code, message: self.dice.text("Taken.") };
        let new = SeriesId(self.dice.id());
        Series {
            id: there.filter(|_| self.dice.one_in(4)).unwrap_or(new),
            venue_id: venue.id,
            rrule: Recurrence::parse("FREQ=WEEKLY;COUNT=5").unwrap(),
            local_start,
            title: self.dice.text("Old league"),
            made_by: self.someone(),
            made_at: self.some_day(),
            skipped: vec![skipped].split_off(usize::from(self.dice.one_in(2))),
        }
    }

    /// What is no record of anything.
    fn odd_row(&mut self) -> Change {
        let booking = self.any_booking().map(Change::Booking);
        booking.unwrap_or_else(|| self.any_venue().into_change())
    }
}
