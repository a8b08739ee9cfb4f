//! What deciding a command needs to know, and which rows it is about. Both follow from the command
//! alone.

use super::{Book, Command, Reschedule, SeriesChange};
use crate::change::{Change, Entity};
use crate::facts::{Needs, Overlap, Related};
use crate::field;
use crate::id::{
    AttendanceId, BookingId, ClaimId, CustomerId, EventId, PackageId, ResourceId, VenueId,
};
use crate::recurrence::OCCURRENCES_MAX;
use crate::rows::{
    Attendance, AvailabilityException, Booking, BookingStatus, CreditEntry, Customer, DataRequest,
    Event, Package, Payment, Product, Resource, Series, Service, Staff, StaffPin, Venue, occupied,
};
use crate::time::{Interval, Stay};
use uuid::Uuid;

impl Command {
    /// What deciding this command needs to know, besides its actor.
    pub(crate) fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        match self {
            Self::AddStaff(c) => {
                needs.row::<Staff>(c.staff_id);
                needs.any_staff = true;
            }
            Self::EditStaff(c) => {
                needs.row::<Staff>(c.staff_id);
                needs.owner_besides = Some(c.staff_id);
                if c.active.is_some() {
                    needs.related.insert(Related::ResourcesOfStaff(c.staff_id));
                }
            }
            Self::SetPin(c) => {
                needs.row::<Staff>(c.staff_id);
                needs.row::<StaffPin>(c.staff_id);
            }
            Self::OpenVenue(c) => needs.row::<Venue>(c.venue_id),
            Self::EditVenue(c) => needs.row::<Venue>(c.venue_id),
            Self::AddResource(c) => {
                needs.row::<Resource>(c.resource_id);
                needs.rows::<Venue>(c.venue_ids.iter().copied());
                needs.rows::<Resource>(c.part_ids.iter().copied());
                needs.rows::<Staff>(c.staff_id);
            }
            Self::EditResource(c) => {
                needs.row::<Resource>(c.resource_id);
                if let Some(venues) = &c.venue_ids {
                    needs.rows::<Venue>(venues.to.iter().copied());
                    needs.related.insert(Related::PartsOf(c.resource_id));
                    needs.related.insert(Related::Wholes(c.resource_id));
                }
                needs.rows::<Staff>(c.staff_id.iter().filter_map(|patch| patch.to));
                if let Some(parts) = &c.part_ids {
                    needs.rows::<Resource>(parts.from.iter().chain(&parts.to).copied());
                    needs.related.insert(Related::Wholes(c.resource_id));
                    needs.related.insert(Related::FutureBookings(c.resource_id));
                    needs.related.insert(Related::FutureClaims(parts.to.clone()));
                }
            }
            Self::AddService(c) => {
                needs.row::<Service>(c.service_id);
                needs.rows::<Venue>(c.venue_ids.iter().copied());
            }
            Self::EditService(c) => {
                needs.row::<Service>(c.service_id);
                let venues = c.venue_ids.iter().flat_map(|patch| patch.to.iter().copied());
                needs.rows::<Venue>(venues);
            }
            Self::AddExceptions(c) => {
                needs.row::<Venue>(c.venue_id);
                needs.rows::<Resource>(c.resource_id);
                needs.rows::<Staff>(c.staff_id);
                let ids = c.times.iter().map(|time| time.exception_id);
                needs.rows::<AvailabilityException>(ids);
            }
            Self::WithdrawExceptions(c) => {
                needs.rows::<AvailabilityException>(c.exception_ids.iter().copied());
            }
            Self::AddCustomer(c) => needs.row::<Customer>(c.customer_id),
            Self::EditCustomer(c) => needs.row::<Customer>(c.customer_id),
            Self::MergeCustomers(c) => {
                needs.row::<Customer>(c.customer_id);
                needs.rows::<Customer>(c.merged_into.to);
            }
            Self::Book(c) => needs.add_book(c.booking_id, c, std::slice::from_ref(&c.stay)),
            Self::ImportBooking(c) => {
                needs.add_book(c.book.booking_id, &c.book, std::slice::from_ref(&c.book.stay));
                needs.rows::<Staff>(c.past.made_by);
                needs.rows::<Staff>(c.past.ended.iter().filter_map(|ended| ended.by));
                needs.related.extend(c.book.package_id.map(Related::LinesOf));
            }
            Self::ImportRecord(c) => needs.add_record(&c.record),
            Self::ImportLedger(c) => {
                needs.add_paying(Some(c.package_id));
                needs.related.insert(Related::LinesOf(c.package_id));
                for line in &c.lines {
                    needs.row::<CreditEntry>(line.id);
                    needs.row::<Staff>(line.entered_by);
                    if let Some(booking_id) = line.booking_id {
                        needs.row::<Booking>(booking_id);
                        let package_id = c.package_id;
                        needs.related.insert(Related::PlacesOfOwners { package_id, booking_id });
                        needs.related.insert(Related::Payments(booking_id));
                    }
                }
            }
            Self::EditBooking(c) => {
                needs.add_booking(c.booking_id);
                if c.erased || c.forgotten {
                    needs.related.insert(Related::SaidOf(c.booking_id));
                }
                if c.attendee_count.is_some() {
                    needs.related.insert(Related::ServiceOf(c.booking_id));
                }
                if let Some(customer_id) = c.customer_id.as_ref().and_then(|patch| patch.to) {
                    let booking_id = c.booking_id;
                    needs.row::<Customer>(customer_id);
                    needs.related.insert(Related::CustomerDuring { customer_id, booking_id });
                    needs.related.insert(Related::OwnersOfPaying(booking_id));
                }
            }
            Self::Reschedule(c) => needs.add_reschedule(c),
            Self::Cancel(c) => {
                needs.add_booking(c.booking_id);
                needs.related.insert(Related::Roster(c.booking_id));
                needs.add_paying(c.package_id);
            }
            Self::SetStatus(c) => {
                needs.add_booking(c.booking_id);
                needs.add_paying(c.package_id);
                needs.related.insert(Related::InTheWayOf(c.booking_id));
                needs.related.insert(Related::Roster(c.booking_id));
                let takes_up =
                    matches!(c.status.from, BookingStatus::Cancelled | BookingStatus::Rejected);
                if takes_up || c.status.to == BookingStatus::Confirmed {
                    needs.related.insert(Related::PeopleOf(c.booking_id));
                    needs.related.insert(Related::CustomerWhile(c.booking_id));
                }
            }
            Self::TakePayment(c) => {
                needs.row::<Payment>(c.payment_id);
                needs.add_booking(c.booking_id);
                needs.rows::<Attendance>(c.attendance_id);
                needs.related.insert(Related::Payments(c.booking_id));
            }
            Self::BookSeries(c) => {
                needs.row::<Series>(c.series_id);
                needs.add_book(c.template.booking_id, &c.template, &c.stays);
                // What is more than one command may bring is refused for that.
                for stay in c.stays.iter().take(OCCURRENCES_MAX) {
                    let id = BookingId::of_series(c.series_id, stay.local_start);
                    needs.row::<Booking>(id);
                    needs.add_overlaps(id, stay, &c.template);
                }
            }
            Self::ChangeSeries(c) => {
                needs.row::<Series>(c.series_id);
                for change in c.changes.iter().take(OCCURRENCES_MAX) {
                    let one = Self::from(change.clone()).needs();
                    needs.rows.extend(one.rows);
                    needs.related.extend(one.related);
                    needs.overlaps.extend(one.overlaps);
                }
            }
            Self::AddProduct(c) => {
                needs.row::<Product>(c.product_id);
                needs.rows::<Service>(c.service_ids.iter().copied());
                needs.rows::<Venue>(c.venue_id);
            }
            Self::EditProduct(c) => {
                needs.row::<Product>(c.product_id);
                let services = c.service_ids.iter().flat_map(|patch| patch.to.iter().copied());
                needs.rows::<Service>(services);
                needs.rows::<Venue>(c.venue_id.iter().filter_map(|patch| patch.to));
            }
            Self::SellPackage(c) => {
                needs.row::<Package>(c.package_id);
                needs.row::<Product>(c.product_id);
                needs.row::<Customer>(c.customer_id);
            }
            Self::CorrectCredits(c) => {
                needs.row::<CreditEntry>(c.entry_id);
                needs.row::<Package>(c.package_id);
                if let Some(booking_id) = c.booking_id {
                    needs.row::<Booking>(booking_id);
                    needs.related.insert(Related::LinesOf(c.package_id));
                    needs.related.insert(Related::Roster(booking_id));
                }
            }
            Self::ExpirePackage(c) => needs.row::<Package>(c.package_id),
            Self::AddEvent(c) => {
                needs.row::<Event>(c.event_id);
                needs.row::<Venue>(c.venue_id);
                needs.add_slug(&c.slug, c.event_id);
            }
            Self::EditEvent(c) => {
                needs.row::<Event>(c.event_id);
                c.slug.iter().for_each(|slug| needs.add_slug(&slug.to, c.event_id));
            }
            Self::SetCapacity(c) => needs.add_booking(c.booking_id),
            Self::AddAttendance(c) => {
                needs.add_booking(c.booking_id);
                let (customer_id, booking_id) = (c.customer_id, c.booking_id);
                needs.related.insert(Related::CustomerDuring { customer_id, booking_id });
                needs.row::<Customer>(c.customer_id);
                needs.row::<Attendance>(AttendanceId::of(c.booking_id, c.customer_id));
                needs.add_paying(c.package_id);
            }
            Self::PromoteAttendance(c) => {
                needs.add_booking(c.booking_id);
                needs.row::<Attendance>(c.attendance_id);
                needs.related.insert(Related::PlaceDuring(c.attendance_id));
                needs.add_paying(c.package_id);
            }
            Self::CancelAttendance(c) => {
                needs.add_booking(c.booking_id);
                needs.row::<Attendance>(c.attendance_id);
                needs.add_paying(c.package_id);
            }
            Self::CheckIn(c) => {
                needs.add_booking(c.booking_id);
                needs.rows::<Attendance>(c.attendances.iter().map(|seen| seen.attendance_id));
            }
            Self::Delete(c) | Self::Restore(c) => {
                needs.rows.insert((c.entity, c.id));
                if c.entity == Entity::Event {
                    needs.related.insert(Related::NamesakesOf(EventId(c.id)));
                }
                if c.entity == Entity::Venue {
                    needs.related.insert(Related::VenuesBesides(VenueId(c.id)));
                }
            }
            Self::RecordDataRequest(c) => {
                needs.row::<DataRequest>(c.request_id);
                needs.row::<Customer>(c.customer_id);
            }
            Self::EraseCustomer(c) => {
                needs.row::<Customer>(c.customer_id);
                needs.related.insert(Related::AllOf(c.customer_id));
                needs.related.insert(Related::OnceOf(c.customer_id));
                needs.rows::<DataRequest>(c.request_id);
                if c.along_with.is_some() || c.quiet_since.is_some() {
                    let (customer_id, since) = (c.customer_id, c.quiet_since);
                    needs.related.insert(Related::Person { customer_id, since });
                }
            }
            Self::Withdraw(c) => {
                needs = c.undo.needs();
                let paid = |id: BookingId| Related::Payments(id);
                match &*c.undo {
                    Self::Cancel(c) => needs.related.extend([paid(c.booking_id)]),
                    Self::CancelAttendance(c) => needs.related.extend([paid(c.booking_id)]),
                    Self::Delete(c) if c.entity == Entity::Customer => {
                        needs.related.insert(Related::AllOf(CustomerId(c.id)));
                    }
                    Self::ChangeSeries(c) => needs.related.extend(
                        c.changes.iter().take(OCCURRENCES_MAX).filter_map(|change| match change {
                            SeriesChange::Cancel(c) => Some(paid(c.booking_id)),
                            _ => None,
                        }),
                    ),
                    _ => {}
                }
            }
        }
        needs
    }

    /// The rows that this command would make.
    #[must_use]
    pub fn made(&self) -> Vec<(Entity, Uuid)> {
        let one = |entity, id: Uuid| vec![(entity, id)];
        match self {
            Self::AddStaff(c) => one(Entity::Staff, c.staff_id.0),
            Self::OpenVenue(c) => one(Entity::Venue, c.venue_id.0),
            Self::AddResource(c) => one(Entity::Resource, c.resource_id.0),
            Self::AddService(c) => one(Entity::Service, c.service_id.0),
            Self::AddExceptions(c) => {
                let id = |id: Uuid| (Entity::AvailabilityException, id);
                c.times.iter().map(|time| id(time.exception_id.0)).collect()
            }
            Self::AddCustomer(c) => one(Entity::Customer, c.customer_id.0),
            Self::Book(c) => one(Entity::Booking, c.booking_id.0),
            Self::ImportBooking(c) => one(Entity::Booking, c.book.booking_id.0),
            Self::ImportRecord(c) => one(c.record.entity(), c.record.id()),
            Self::ImportLedger(c) => {
                c.lines.iter().map(|line| (Entity::CreditEntry, line.id.0)).collect()
            }
            Self::TakePayment(c) => one(Entity::Payment, c.payment_id.0),
            Self::BookSeries(c) => {
                let booking = |stay: &Stay| BookingId::of_series(c.series_id, stay.local_start);
                let bookings = c.stays.iter().map(|stay| (Entity::Booking, booking(stay).0));
                one(Entity::Series, c.series_id.0).into_iter().chain(bookings).collect()
            }
            Self::AddProduct(c) => one(Entity::Product, c.product_id.0),
            Self::SellPackage(c) => one(Entity::Package, c.package_id.0),
            Self::CorrectCredits(c) => one(Entity::CreditEntry, c.entry_id.0),
            Self::AddEvent(c) => one(Entity::Event, c.event_id.0),
            Self::AddAttendance(c) => {
                one(Entity::Attendance, AttendanceId::of(c.booking_id, c.customer_id).0)
            }
            _ => Vec::new(),
        }
    }

    /// The row that this command would change.
    #[must_use]
    pub fn edited(&self) -> Option<(Entity, Uuid)> {
        Some(match self {
            Self::EditStaff(c) => (Entity::Staff, c.staff_id.0),
            Self::SetPin(c) => (Entity::StaffPin, c.staff_id.0),
            Self::EditVenue(c) => (Entity::Venue, c.venue_id.0),
            Self::EditResource(c) => (Entity::Resource, c.resource_id.0),
            Self::EditService(c) => (Entity::Service, c.service_id.0),
            Self::EditCustomer(c) => (Entity::Customer, c.customer_id.0),
            Self::MergeCustomers(c) => (Entity::Customer, c.customer_id.0),
            Self::EditBooking(c) => (Entity::Booking, c.booking_id.0),
            Self::Reschedule(c) => (Entity::Booking, c.booking_id.0),
            Self::Cancel(c) => (Entity::Booking, c.booking_id.0),
            Self::SetStatus(c) => (Entity::Booking, c.booking_id.0),
            Self::SetCapacity(c) => (Entity::Booking, c.booking_id.0),
            Self::ChangeSeries(c) => (Entity::Series, c.series_id.0),
            Self::EditProduct(c) => (Entity::Product, c.product_id.0),
            Self::ExpirePackage(c) => (Entity::Package, c.package_id.0),
            Self::EditEvent(c) => (Entity::Event, c.event_id.0),
            Self::PromoteAttendance(c) => (Entity::Attendance, c.attendance_id.0),
            Self::CancelAttendance(c) => (Entity::Attendance, c.attendance_id.0),
            Self::CheckIn(c) => (Entity::Booking, c.booking_id.0),
            Self::Delete(c) | Self::Restore(c) => (c.entity, c.id),
            Self::RecordDataRequest(c) => (Entity::DataRequest, c.request_id.0),
            Self::EraseCustomer(c) => (Entity::Customer, c.customer_id.0),
            _ => return None,
        })
    }

    /// About how many claims it will write; a transaction's length hangs on them.
    #[must_use]
    pub fn claim_count(&self) -> usize {
        let of = |book: &Book| book.occupies().len();
        match self {
            Self::Book(c) => of(c),
            Self::ImportBooking(c) => of(&c.book),
            Self::BookSeries(c) => of(&c.template) * c.stays.len(),
            Self::Reschedule(c) => c.resource_ids.from.len() + c.occupies().len(),
            Self::ChangeSeries(c) => 2 * c.changes.len(),
            Self::Cancel(_) | Self::SetStatus(_) => 1,
            Self::Withdraw(c) => c.undo.claim_count(),
            _ => 0,
        }
    }
}

impl Book {
    /// All that it occupies.
    #[must_use]
    pub fn occupies(&self) -> &[ResourceId] {
        if self.claimed_ids.is_empty() { &self.resource_ids } else { &self.claimed_ids }
    }
}

impl Reschedule {
    /// All that it will occupy.
    #[must_use]
    pub fn occupies(&self) -> &[ResourceId] {
        if self.claimed_ids.is_empty() { &self.resource_ids.to } else { &self.claimed_ids }
    }
}

impl Needs {
    /// A booking, and what tells whether an instructor may touch it.
    fn add_booking(&mut self, id: BookingId) {
        self.row::<Booking>(id);
        self.related.insert(Related::ResourcesOf(id));
    }

    /// A package that pays, and whose it is by now.
    fn add_paying(&mut self, id: Option<PackageId>) {
        self.rows::<Package>(id);
        self.related.extend(id.map(Related::OwnersOf));
    }

    fn add_record(&mut self, record: &Change) {
        match record {
            Change::Payment(row) => {
                self.row::<Payment>(row.id);
                self.row::<Staff>(row.taken_by);
                self.add_booking(row.booking_id);
                self.rows::<Attendance>(row.attendance_id);
                self.related.insert(Related::Payments(row.booking_id));
            }
            Change::Package(row) => {
                self.row::<Package>(row.id);
                self.row::<Staff>(row.sold_by);
                self.row::<Product>(row.product_id);
                self.row::<Customer>(row.customer_id);
                self.rows::<Venue>(row.venue_id);
            }
            Change::Attendance(row) => {
                self.row::<Attendance>(row.id);
                self.row::<Staff>(row.joined_by);
                self.add_booking(row.booking_id);
                self.row::<Customer>(row.customer_id);
                self.add_paying(row.package_id);
                self.related.insert(Related::Roster(row.booking_id));
            }
            Change::Series(row) => {
                self.row::<Series>(row.id);
                self.row::<Staff>(row.made_by);
                self.row::<Venue>(row.venue_id);
            }
            _ => {}
        }
    }

    fn add_slug(&mut self, slug: &str, except: EventId) {
        // Any other is refused for what it is, and is nothing to ask a database for.
        if field::is_slug(slug) {
            self.related.insert(Related::EventsNamed { slug: slug.into(), except });
        }
    }

    fn add_book(&mut self, id: BookingId, book: &Book, stays: &[Stay]) {
        self.row::<Booking>(id);
        self.rows::<Customer>(book.customer_id);
        self.rows::<Service>(book.service_id);
        self.rows::<Event>(book.event_id);
        self.add_paying(book.package_id);
        self.rows::<Series>(book.series_id);
        self.row::<Venue>(book.venue_id);
        self.rows::<Resource>(book.resource_ids.iter().copied());
        self.rows::<Resource>(book.claimed_ids.iter().copied());
        let Some(period) = hull(stays) else { return };
        self.add_exceptions(book.venue_id, book.occupies(), period);
        if let Some(customer_id) = book.customer_id {
            self.related.insert(Related::CustomerBookings { customer_id, period });
        }
        if let [stay] = stays {
            self.add_overlaps(id, stay, book);
        }
    }

    fn add_exceptions(&mut self, venue_id: VenueId, ids: &[ResourceId], period: Interval) {
        let mut resource_ids = ids.to_vec();
        resource_ids.sort_unstable();
        resource_ids.dedup();
        self.related.insert(Related::Exceptions { venue_id, resource_ids, period });
    }

    fn add_overlaps(&mut self, id: BookingId, stay: &Stay, book: &Book) {
        let (before, after) = (book.buffer_before_minutes, book.buffer_after_minutes);
        self.add_claims(id, stay, (before, after), book.occupies());
    }

    fn add_reschedule(&mut self, c: &Reschedule) {
        self.add_paying(c.package_id);
        self.add_booking(c.booking_id);
        if c.resource_ids.from != c.resource_ids.to {
            self.related.insert(Related::ServiceOf(c.booking_id));
        }
        self.row::<Venue>(c.venue_id);
        self.rows::<Resource>(c.resource_ids.to.iter().copied());
        self.rows::<Resource>(c.claimed_ids.iter().copied());
        let buffers = (c.buffer_before_minutes, c.buffer_after_minutes);
        self.add_claims(c.booking_id, &c.stay.to, buffers, c.occupies());
        if let Some(period) = hull(std::slice::from_ref(&c.stay.to)) {
            self.add_exceptions(c.venue_id, c.occupies(), period);
            let booking_id = c.booking_id;
            self.related.insert(Related::CustomerBookingsOf { booking_id, period });
        }
        self.related.extend(c.people());
    }

    fn add_claims(
        &mut self,
        booking_id: BookingId,
        stay: &Stay,
        (before, after): (u32, u32),
        resource_ids: &[ResourceId],
    ) {
        let Some(period) = occupied(stay, before, after) else { return };
        // What is more than one booking may take is refused for that.
        if resource_ids.len() > field::RESOURCES_MAX {
            return;
        }
        self.overlaps.extend(resource_ids.iter().map(|&resource_id| Overlap {
            resource_id,
            period,
            except: ClaimId::of(booking_id, resource_id),
        }));
    }
}

/// From the first start to the last end.
impl Reschedule {
    /// Where those who have a place in it are at the time that it is put to, where that is another.
    pub(crate) fn people(&self) -> Option<Related> {
        let (is_moved, booking_id) = (self.stay.from != self.stay.to, self.booking_id);
        let period = self.stay.to.interval().filter(|_| is_moved)?;
        Some(Related::PeopleDuring { booking_id, period })
    }
}

fn hull(stays: &[Stay]) -> Option<Interval> {
    let starts_at = stays.iter().map(|stay| stay.starts_at).min()?;
    let ends_at = stays.iter().map(|stay| stay.ends_at).max()?;
    Interval::new(starts_at, ends_at)
}
