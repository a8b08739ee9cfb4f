//! Asking about single bookings.

use super::ask::Asker;
use chrono::Duration;
use holdfast_domain::command::{
    Book, BookingText, Cancel, EditBooking, ImportBooking, Request, Reschedule, SetStatus,
    TakePayment,
};
use holdfast_domain::{
    Attendance, Booking, BookingId, BookingStatus, Command, CustomerId, Event, EventId, Initiator,
    Money, Package, PackageId, Patch, PaymentId, PaymentMethod, Service, ServiceId, Source, Venue,
    VenueId,
};

impl Asker {
    pub(super) fn book(&mut self) -> Command {
        let venue = self.any_venue();
        Command::Book(self.new_booking(&venue))
    }

    pub(super) fn new_booking(&mut self, venue: &Venue) -> Book {
        let existing = self.picture.any::<Booking>(&mut self.dice).map(|booking| booking.id);
        let id = existing.filter(|_| self.dice.one_in(60));
        let booking_id = id.unwrap_or_else(|| BookingId(self.dice.id()));
        let venue_id = VenueId(self.dice.known(Some(venue.id.0)));
        let mut book = Book {
            text: self.booking_text(),
            ..Book::new(booking_id, venue_id, self.resources(venue.id), self.stay(venue))
        };
        if !self.dice.one_in(5) {
            let customer = self.any_customer().map(|customer| customer.id.0);
            book.customer_id = Some(CustomerId(self.dice.known(customer)));
        }
        if self.dice.one_in(2) {
            self.add_service(&mut book);
        } else if self.dice.one_in(3) {
            book.price = Some(self.money(venue));
        }
        if self.dice.one_in(4) {
            self.add_roster(&mut book, venue);
        } else if self.dice.one_in(4) {
            self.pay_by_package(&mut book);
        }
        if self.dice.one_in(8) {
            let approve_by = if self.dice.one_in(10) { Some(self.far()) } else { None };
            book.request = Some(Request { competing: self.dice.one_in(2), approve_by });
        }
        if self.dice.one_in(12) {
            book.outside_hours_reason = self.dice.text("a regular");
        }
        if self.dice.one_in(40) {
            book.buffer_before_minutes = self.dice.number(10);
            book.free_cancel_minutes = Some(self.dice.number(60));
        }
        book
    }

    fn booking_text(&mut self) -> BookingText {
        BookingText {
            title: self.dice.text("Match"),
            description: self.dice.text(""),
            customer_note: self.dice.text("left-handed"),
            staff_note: self.dice.text(""),
            attendee_count: self.dice.number(1),
            meeting_url: match self.dice.roll(20) {
                0 => "javascript:x".into(),
                1 => "https://meet.example/a".into(),
                _ => String::new(),
            },
        }
    }

    fn add_service(&mut self, book: &mut Book) {
        let venue_id = book.venue_id;
        let any = self.dice.one_in(10);
        let sold = |it: &Service| {
            any || it.active
                && it.deletion.is_none()
                && it.needed_kinds.is_empty()
                && (it.venue_ids.is_empty() || it.venue_ids.contains(&venue_id))
        };
        let service = self.picture.some::<Service>(&mut self.dice, sold);
        if let Some(service) = &service {
            let minutes = i64::from(service.duration_minutes);
            if minutes <= 240 {
                book.stay.ends_at = book.stay.starts_at.plus_ms(minutes * 60_000);
                book.stay.local_end = book.stay.local_start + Duration::minutes(minutes);
            }
        }
        book.service_id = Some(ServiceId(self.dice.known(service.map(|service| service.id.0))));
        book.price_agreed = self.dice.one_in(8);
    }

    fn add_roster(&mut self, book: &mut Book, venue: &Venue) {
        book.capacity = Some(self.dice.number(3));
        if self.dice.one_in(2) {
            let id = venue.id;
            let event = self.picture.some::<Event>(&mut self.dice, |it| it.venue_id == id);
            book.event_id = Some(EventId(self.dice.known(event.map(|event| event.id.0))));
        }
        if book.service_id.is_none() && self.dice.one_in(2) {
            book.credits = self.dice.number(1);
        }
    }

    fn pay_by_package(&mut self, book: &mut Book) {
        let wrong = self.dice.one_in(8);
        let package = self.picture.some::<Package>(&mut self.dice, |it| wrong || it.balance > 0);
        if let Some(package) = &package
            && !self.dice.one_in(10)
        {
            book.customer_id = Some(package.customer_id);
        }
        book.package_id = Some(PackageId(self.dice.known(package.map(|package| package.id.0))));
        book.credits = self.dice.number(2);
    }

    pub(super) fn money(&mut self, venue: &Venue) -> Money {
        let minor = self.dice.one_of(&[0, 100, 2_550, 2_550, 2_550, -1, 1_000_000_000_001]);
        Money { minor, currency: venue.currency }
    }

    pub(super) fn import(&mut self) -> Command {
        let venue = self.any_venue();
        let mut book = self.new_booking(&venue);
        book.stay.local_start -= Duration::days(3);
        book.stay.local_end -= Duration::days(3);
        book.stay.starts_at = book.stay.starts_at.plus_ms(-3 * 24 * 3_600_000);
        book.stay.ends_at = book.stay.ends_at.plus_ms(-3 * 24 * 3_600_000);
        let status = self.dice.one_of(BookingStatus::ALL);
        let id = self.dice.roll(30).to_string();
        let source = Source { name: self.dice.text("old"), id };
        let past = self.past();
        let chosen = self.dice.one_in(5);
        Command::ImportBooking(ImportBooking { book, status, source, past, chosen })
    }

    /// A booking, rather one that still lies ahead.
    pub(super) fn any_booking(&mut self) -> Option<Booking> {
        let any = self.dice.one_in(8);
        self.picture.some::<Booking>(&mut self.dice, |it| any || it.status.is_open())
    }

    pub(super) fn reschedule(&mut self) -> Command {
        let Some(booking) = self.any_booking() else { return self.book() };
        Command::Reschedule(self.move_of(&booking))
    }

    pub(super) fn move_of(&mut self, booking: &Booking) -> Reschedule {
        let venue = self.venue_of(booking.venue_id);
        let from = if self.dice.one_in(15) { self.stay(&venue) } else { booking.stay };
        let mut to = self.stay(&venue);
        if self.dice.one_in(3) {
            // A little to and fro, over itself.
            let shift = self.dice.one_of(&[-60, -30, 30, 60]);
            let shifted = booking.stay.local_start + Duration::minutes(shift);
            let length = booking.stay.local_end - booking.stay.local_start;
            to = holdfast_domain::Stay::resolve(venue.timezone, shifted, shifted + length).0;
        }
        let keep = self.dice.one_in(2);
        Reschedule {
            booking_id: booking.id,
            venue_id: if self.dice.one_in(40) { self.any_venue().id } else { booking.venue_id },
            stay: Patch { from, to },
            resource_ids: Patch {
                from: booking.resource_ids.clone(),
                to: if keep { booking.resource_ids.clone() } else { self.resources(venue.id) },
            },
            claimed_ids: Vec::new(),
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            outside_hours_reason_before: String::new(),
            outside_hours_reason: if self.dice.one_in(10) {
                "agreed".into()
            } else {
                String::new()
            },
            package_id: None,
        }
    }

    pub(super) fn cancel(&mut self) -> Command {
        let Some(booking) = self.any_booking() else { return self.book() };
        Command::Cancel(self.cancel_of(&booking))
    }

    pub(super) fn cancel_of(&mut self, booking: &Booking) -> Cancel {
        let stale = self.dice.one_of(BookingStatus::ALL);
        Cancel {
            booking_id: booking.id,
            from_status: if self.dice.one_in(12) { stale } else { booking.status },
            reason: self.dice.text("rain"),
            initiator: self.dice.one_of(Initiator::ALL),
            late: self.dice.one_in(4),
            waive_reason: if self.dice.one_in(4) { "ill".into() } else { String::new() },
            package_id: booking.package_id,
            cancelled_at: self.dice.one_in(10).then(|| self.some_day()),
        }
    }

    pub(super) fn edit_booking(&mut self) -> Command {
        let Some(booking) = self.any_booking() else { return self.book() };
        Command::EditBooking(self.edit_of(&booking))
    }

    pub(super) fn edit_of(&mut self, it: &Booking) -> EditBooking {
        let customer = self.any_customer().map(|customer| customer.id.0);
        let customer = Some(CustomerId(self.dice.known(customer)));
        let (title, note) = (self.dice.text("Training"), self.dice.text("note"));
        let attendees = self.dice.number(4);
        EditBooking {
            booking_id: it.id,
            customer_id: self.dice.edit(4, it.customer_id, None, customer),
            title: self.dice.edit(2, it.title.clone(), "stale".into(), title),
            description: None,
            customer_note: None,
            staff_note: self.dice.edit(3, it.staff_note.clone(), "stale".into(), note),
            attendee_count: self.dice.edit(4, it.attendee_count, 9, attendees),
            meeting_url: None,
            erased: self.dice.one_in(20),
            forgotten: self.dice.one_in(20),
        }
    }

    /// Of bookings that are over, or of requests: what becomes of them.
    pub(super) fn set_status(&mut self) -> Command {
        let (at, any) = (self.at, self.dice.one_in(5));
        let due = |it: &Booking| {
            any || it.status == BookingStatus::Pending
                || it.stay.starts_at <= at && it.status != BookingStatus::Cancelled
        };
        let Some(booking) = self.picture.some::<Booking>(&mut self.dice, due) else {
            return self.book();
        };
        let (from, stale) = (booking.status, self.dice.one_of(BookingStatus::ALL));
        let next = |to: &BookingStatus| any || from.may_become(*to);
        let sound: Vec<_> = BookingStatus::ALL.iter().copied().filter(next).collect();
        let to = self.dice.pick(&sound).unwrap_or(BookingStatus::Completed);
        Command::SetStatus(SetStatus {
            booking_id: booking.id,
            status: Patch { from: if self.dice.one_in(15) { stale } else { from }, to },
            reason: self.dice.text("full"),
            lapsed: self.dice.one_in(4),
            package_id: booking.package_id,
        })
    }

    pub(super) fn pay(&mut self) -> Command {
        let booking = self.any_booking();
        let venue = self.any_venue();
        let id = booking.as_ref().map(|booking| booking.id);
        let any = self.dice.one_in(10);
        let on = |it: &Attendance| any || Some(it.booking_id) == id;
        let place = self.picture.some::<Attendance>(&mut self.dice, on).map(|place| place.id);
        let existing = self.picture.any(&mut self.dice).map(|it: holdfast_domain::Payment| it.id);
        let new = PaymentId(self.dice.id());
        Command::TakePayment(TakePayment {
            payment_id: existing.filter(|_| self.dice.one_in(20)).unwrap_or(new),
            booking_id: BookingId(self.dice.known(booking.map(|booking| booking.id.0))),
            attendance_id: place.filter(|_| self.dice.one_in(2)),
            amount: self.money(&venue),
            method: self.dice.one_of(PaymentMethod::ALL),
            refund: self.dice.one_in(3),
            note: self.dice.text("thanks"),
        })
    }
}
