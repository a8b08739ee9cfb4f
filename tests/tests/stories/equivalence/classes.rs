//! Asking about classes, and about prepaid credits.

use super::ask::Asker;
use holdfast_domain::command::{
    AddAttendance, AddEvent, AddProduct, CancelAttendance, CheckIn, CorrectCredits, EditEvent,
    EditProduct, ExpirePackage, PromoteAttendance, Seen, SellPackage, SetCapacity,
};
use holdfast_domain::{
    Attendance, AttendanceStatus, Booking, BookingId, Command, CreditEntry, CreditEntryId,
    CustomerId, Event, EventId, EventStatus, Package, PackageId, Patch, Product, ProductId,
    ProductStatus, Service,
};

const DAY_MS: i64 = 24 * 3_600_000;

impl Asker {
    fn any_roster(&mut self) -> Option<Booking> {
        let any = self.dice.one_in(15);
        let roster = |it: &Booking| any || it.capacity.is_some() && it.status.is_open();
        self.picture.some::<Booking>(&mut self.dice, roster)
    }

    fn package_of(&mut self, customer_id: CustomerId) -> Option<PackageId> {
        let any = self.dice.one_in(15);
        let own = |it: &Package| any || it.customer_id == customer_id;
        self.picture.some::<Package>(&mut self.dice, own).map(|package| package.id)
    }

    pub(super) fn add_attendance(&mut self) -> Command {
        let booking = self.any_roster();
        let customer = self.any_customer().map(|customer| customer.id.0);
        let customer_id = CustomerId(self.dice.known(customer));
        let credits = booking.as_ref().map_or(1, |booking| booking.credits);
        Command::AddAttendance(AddAttendance {
            booking_id: BookingId(self.dice.known(booking.map(|booking| booking.id.0))),
            customer_id,
            waitlist: self.dice.one_in(4),
            package_id: self.package_of(customer_id),
            credits: self.dice.number(credits),
        })
    }

    fn any_attendance(&mut self, status: Option<AttendanceStatus>) -> Option<Attendance> {
        let any = self.dice.one_in(8);
        let passes = |it: &Attendance| any || status.is_none_or(|status| it.status == status);
        self.picture.some::<Attendance>(&mut self.dice, passes)
    }

    pub(super) fn promote(&mut self) -> Command {
        let Some(place) = self.any_attendance(Some(AttendanceStatus::Waitlisted)) else {
            return self.add_attendance();
        };
        let booking = self.picture.get::<Booking>(place.booking_id).cloned();
        let other = self.any_roster().map(|booking| booking.id);
        let booking_id = other.filter(|_| self.dice.one_in(15)).unwrap_or(place.booking_id);
        let credits = booking.map_or(1, |booking| booking.credits);
        Command::PromoteAttendance(PromoteAttendance {
            attendance_id: place.id,
            booking_id,
            package_id: place.package_id.or_else(|| self.package_of(place.customer_id)),
            credits: self.dice.number(credits),
        })
    }

    pub(super) fn cancel_attendance(&mut self) -> Command {
        let Some(place) = self.any_attendance(None) else { return self.add_attendance() };
        let stale = self.dice.one_of(AttendanceStatus::ALL);
        Command::CancelAttendance(CancelAttendance {
            attendance_id: place.id,
            booking_id: place.booking_id,
            from_status: if self.dice.one_in(12) { stale } else { place.status },
            reason: self.dice.text("ill"),
            late: self.dice.one_in(4),
            waive_reason: if self.dice.one_in(4) { "doctor".into() } else { String::new() },
            package_id: place.package_id,
        })
    }

    pub(super) fn check_in(&mut self) -> Command {
        let Some(place) = self.any_attendance(None) else { return self.add_attendance() };
        let on = |it: &&Attendance| it.booking_id == place.booking_id;
        let mut seen: Vec<Seen> = self
            .picture
            .all::<Attendance>()
            .filter(on)
            .filter(|it| it.status.takes_place())
            .map(|it| Seen { attendance_id: it.id, from_status: it.status })
            .collect();
        if self.dice.one_in(10) {
            seen.push(Seen { attendance_id: place.id, from_status: AttendanceStatus::Booked });
        }
        Command::CheckIn(CheckIn {
            booking_id: place.booking_id,
            attendances: seen,
            to: self.dice.one_of(AttendanceStatus::ALL),
            reason: self.dice.text(""),
        })
    }

    pub(super) fn set_capacity(&mut self) -> Command {
        let Some(booking) = self.any_roster() else { return self.book() };
        let from = if self.dice.one_in(8) { Some(77) } else { booking.capacity };
        let to = if self.dice.one_in(15) { None } else { Some(1 + self.dice.roll(5) as u32) };
        let capacity = Patch { from, to: to.map(|to| self.dice.number(to)) };
        Command::SetCapacity(SetCapacity { booking_id: booking.id, capacity })
    }

    pub(super) fn event(&mut self) -> Command {
        let slug = self.dice.one_of(&["yoga", "yoga-2", "evening", "night", "Yoga!", "-yoga", ""]);
        if let Some(it) = self.picture.any::<Event>(&mut self.dice).filter(|_| self.dice.one_in(2))
        {
            let title = self.dice.text("Yoga");
            let capacity = self.dice.number(5);
            return Command::EditEvent(EditEvent {
                event_id: it.id,
                title: self.dice.edit(2, it.title.clone(), "stale".into(), title),
                slug: self.dice.edit(3, it.slug.clone(), "stale".into(), slug.into()),
                capacity: self.dice.edit(3, it.capacity, 99, capacity),
                status: self.dice.edit(3, it.status, it.status, EventStatus::Published),
                ..EditEvent::default()
            });
        }
        let existing = self.picture.any::<Event>(&mut self.dice).map(|event| event.id);
        let new = EventId(self.dice.id());
        Command::AddEvent(AddEvent {
            event_id: existing.filter(|_| self.dice.one_in(15)).unwrap_or(new),
            venue_id: self.any_venue().id,
            title: self.dice.text("Yoga"),
            description: self.dice.text(""),
            category: self.dice.text("calm"),
            image_url: if self.dice.one_in(10) { "ftp://x".into() } else { String::new() },
            position: self.dice.number(1),
            status: self.dice.one_of(EventStatus::ALL),
            slug: slug.into(),
            capacity: self.dice.number(8),
        })
    }

    pub(super) fn product(&mut self) -> Command {
        let service = self.picture.any::<Service>(&mut self.dice).map(|service| service.id);
        let venue = self.any_venue();
        if let Some(it) =
            self.picture.any::<Product>(&mut self.dice).filter(|_| self.dice.one_in(2))
        {
            let (name, credits) = (self.dice.text("Card"), self.dice.number(3));
            let services: Vec<_> = service.into_iter().collect();
            return Command::EditProduct(EditProduct {
                product_id: it.id,
                name: self.dice.edit(2, it.name.clone(), "stale".into(), name),
                credits: self.dice.edit(3, it.credits, 99, credits),
                status: self.dice.edit(3, it.status, it.status, ProductStatus::Active),
                service_ids: self.dice.edit(4, it.service_ids.clone(), Vec::new(), services),
                venue_id: self.dice.edit(4, it.venue_id, None, Some(venue.id)),
                ..EditProduct::default()
            });
        }
        let existing = self.picture.any::<Product>(&mut self.dice).map(|product| product.id);
        let new = ProductId(self.dice.id());
        Command::AddProduct(AddProduct {
            product_id: existing.filter(|_| self.dice.one_in(15)).unwrap_or(new),
            name: self.dice.text("Ten lessons"),
            description: self.dice.text(""),
            category: String::new(),
            popular: self.dice.one_in(2),
            features: vec![self.dice.text("valid at any time")],
            position: self.dice.number(2),
            status: self.dice.one_of(&[ProductStatus::Active, ProductStatus::Draft]),
            credits: self.dice.number(3),
            validity_days: self.dice.number(5),
            price: Some(self.money(&venue)),
            service_ids: service.into_iter().filter(|_| self.dice.one_in(4)).collect(),
            venue_id: Some(venue.id).filter(|_| self.dice.one_in(4)),
        })
    }

    pub(super) fn sell(&mut self) -> Command {
        let any = self.dice.one_in(10);
        let sold =
            |it: &Product| any || it.status == ProductStatus::Active && it.deletion.is_none();
        let Some(product) = self.picture.some::<Product>(&mut self.dice, sold) else {
            return self.product();
        };
        let customer = self.any_customer().map(|customer| customer.id.0);
        let existing = self.picture.any::<Package>(&mut self.dice).map(|package| package.id);
        let new = PackageId(self.dice.id());
        let days = self.dice.number(product.validity_days.min(2));
        let valid_until = self.at.plus_ms(i64::from(days.min(100_000)) * DAY_MS);
        Command::SellPackage(SellPackage {
            package_id: existing.filter(|_| self.dice.one_in(20)).unwrap_or(new),
            product_id: product.id,
            customer_id: CustomerId(self.dice.known(customer)),
            credits: if self.dice.one_in(20) { 1 } else { product.credits },
            price: if self.dice.one_in(20) { None } else { product.price },
            valid_from: if self.dice.one_in(40) { self.far() } else { self.at },
            valid_until,
        })
    }

    pub(super) fn correct(&mut self) -> Command {
        let package = self.picture.any::<Package>(&mut self.dice).map(|package| package.id);
        let about = self.dice.one_in(3);
        let spent = |it: &CreditEntry| about && it.booking_id.is_some();
        let line = self.picture.some::<CreditEntry>(&mut self.dice, spent);
        let package = line.as_ref().map(|line| line.package_id).or(package);
        Command::CorrectCredits(CorrectCredits {
            entry_id: CreditEntryId(self.dice.id()),
            package_id: PackageId(self.dice.known(package.map(|id| id.0))),
            credits: self.dice.one_of(&[-3, -1, 0, 1, 2, 9_999, i32::MIN, i32::MAX]),
            reason: self.dice.text("miscounted"),
            booking_id: line.and_then(|line| line.booking_id),
        })
    }

    pub(super) fn expire(&mut self) -> Command {
        let (at, early) = (self.at, self.dice.one_in(4));
        let over = |it: &Package| early || it.valid_until <= at;
        let package = self.picture.some::<Package>(&mut self.dice, over);
        let id = self.dice.known(package.map(|package| package.id.0));
        Command::ExpirePackage(ExpirePackage { package_id: PackageId(id) })
    }
}
