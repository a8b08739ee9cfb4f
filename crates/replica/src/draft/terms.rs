//! What a person is shown is settled when the command is made, and carried in it: parts, buffers,
//! price, what cancelling costs, which package pays. Replay and headquarters check these; they never
//! choose again.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::packages;
use holdfast_domain::command::{
    Book, BookSeries, Cancel, CancelAttendance, OnConflict, Request, Reschedule, SeriesChange,
    SetStatus,
};
use holdfast_domain::paying::Bill;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Attendance, AttendanceId, Booking, Command, CustomerId, Package, PackageId, Resource,
    ResourceId, Row, Series, Service, Timestamp, Venue,
};

impl Replica {
    /// `command` with the terms that hold at `at`. What it says already about a price that was
    /// agreed, a package or a request stays.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn with_terms(&self, command: Command, at: Timestamp) -> Result<Command, Failure> {
        Ok(match command {
            Command::Book(c) => Command::Book(self.book_terms(c, at)?),
            Command::BookSeries(mut c) => {
                c.template = self.book_terms(c.template, at)?;
                Command::BookSeries(self.without_skipped(c, at)?)
            }
            Command::Reschedule(c) => Command::Reschedule(self.reschedule_terms(c)?),
            Command::Cancel(c) => Command::Cancel(self.cancel_terms(c, at)?),
            Command::CancelAttendance(c) => {
                Command::CancelAttendance(self.attendance_terms(c, at)?)
            }
            Command::SetStatus(c) => Command::SetStatus(self.status_terms(c)?),
            Command::ChangeSeries(mut c) => {
                for change in &mut c.changes {
                    match change {
                        SeriesChange::Cancel(c) => *c = self.cancel_terms(c.clone(), at)?,
                        SeriesChange::Reschedule(c) => *c = self.reschedule_terms(c.clone())?,
                        SeriesChange::SetStatus(c) => *c = self.status_terms(c.clone())?,
                        SeriesChange::EditBooking(_) => {}
                    }
                }
                Command::ChangeSeries(c)
            }
            other => other,
        })
    }

    /// A series without the dates for which there is no room as far as this desk knows: they are
    /// listed in the command, and judged nowhere else, be it all of them.
    fn without_skipped(&self, mut c: BookSeries, at: Timestamp) -> Result<BookSeries, Failure> {
        if c.on_conflict != OnConflict::Skip {
            return Ok(c);
        }
        let decided = self.weigh(&Command::BookSeries(c.clone()), at)?;
        let series = decided.iter().flat_map(|decision| &decision.changes).find_map(Series::of);
        let Some(series) = series else { return Ok(c) };
        c.skipped.clone_from(&series.skipped);
        c.stays
            .retain(|stay| !series.skipped.iter().any(|date| date.local_start == stay.local_start));
        Ok(c)
    }

    fn book_terms(&self, mut c: Book, at: Timestamp) -> Result<Book, Failure> {
        c.claimed_ids = self.with_parts(&c.resource_ids)?;
        let venue: Option<Venue> = self.get(c.venue_id)?;
        let service: Option<Service> = c.service_id.map(|id| self.get(id)).transpose()?.flatten();
        if let Some(service) = &service {
            c.buffer_before_minutes = service.buffer_before_minutes;
            c.buffer_after_minutes = service.buffer_after_minutes;
            if !c.price_agreed {
                c.price = service.price;
            }
            if c.package_id.is_some() || c.capacity.is_some() {
                c.credits = service.credits;
            }
        }
        let own = service.as_ref().and_then(|service| service.free_cancel_minutes);
        let policy = venue.map(|venue| venue.policy).unwrap_or_default();
        c.free_cancel_minutes = own.or(policy.free_cancel_minutes);
        if let Some(request) = &mut c.request {
            let deadline = policy
                .approval_minutes
                .map(|minutes| at.plus_ms(i64::from(minutes) * MINUTE_MS).min(c.stay.starts_at));
            *request = Request { competing: policy.requests_compete, approve_by: deadline };
        }
        Ok(c)
    }

    fn reschedule_terms(&self, mut c: Reschedule) -> Result<Reschedule, Failure> {
        c.claimed_ids = self.with_parts(&c.resource_ids.to)?;
        if let Some(booking) = self.get::<Booking>(c.booking_id)? {
            c.buffer_before_minutes = booking.buffer_before_minutes;
            c.buffer_after_minutes = booking.buffer_after_minutes;
            c.package_id = booking.package_id;
            c.outside_hours_reason_before = booking.outside_hours_reason;
        }
        Ok(c)
    }

    fn status_terms(&self, mut c: SetStatus) -> Result<SetStatus, Failure> {
        c.package_id = self.get::<Booking>(c.booking_id)?.and_then(|it| it.package_id);
        Ok(c)
    }

    fn cancel_terms(&self, mut c: Cancel, at: Timestamp) -> Result<Cancel, Failure> {
        if let Some(booking) = self.get::<Booking>(c.booking_id)? {
            // What is taken over was judged where it happened.
            c.late = if c.cancelled_at.is_some() { c.late } else { c.is_late(&booking, at) };
            c.package_id = booking.package_id;
        }
        Ok(c)
    }

    fn attendance_terms(
        &self,
        mut c: CancelAttendance,
        at: Timestamp,
    ) -> Result<CancelAttendance, Failure> {
        let booking: Option<Booking> = self.get(c.booking_id)?;
        let attendance: Option<Attendance> = self.get(c.attendance_id)?;
        if let (Some(booking), Some(attendance)) = (booking, attendance) {
            let has_place = attendance.status.takes_place();
            c.late = has_place && booking.cancels_late(at);
            c.package_id = attendance.package_id.filter(|_| attendance.credits > 0);
        }
        Ok(c)
    }

    /// `command` with all that it occupies, and otherwise as it is, where it takes over what was
    /// agreed elsewhere; with its terms where it changes what is here.
    pub(crate) fn with_parts_of(
        &self,
        command: &Command,
        at: Timestamp,
    ) -> Result<Command, Failure> {
        match command {
            Command::ImportBooking(c) => {
                let mut c = c.clone();
                c.book.claimed_ids = self.with_parts(&c.book.resource_ids)?;
                Ok(Command::ImportBooking(c))
            }
            other => self.with_terms(other.clone(), at),
        }
    }

    /// All that booking `ids` occupies, where that is more than `ids`.
    fn with_parts(&self, ids: &[ResourceId]) -> Result<Vec<ResourceId>, Failure> {
        let mut all = ids.to_vec();
        for &id in ids {
            let resource: Option<Resource> = self.get(id)?;
            all.extend(resource.into_iter().flat_map(|resource| resource.part_ids));
        }
        all.sort_unstable();
        all.dedup();
        let mut named = ids.to_vec();
        named.sort_unstable();
        named.dedup();
        Ok(if all == named { Vec::new() } else { all })
    }

    /// The package with which `c` can be paid, of those that are valid when it starts and have
    /// enough credits: the one whose time is over first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn package_for(&self, c: &Book) -> Result<Option<PackageId>, Failure> {
        let Some(customer_id) = c.customer_id else { return Ok(None) };
        let service: Option<Service> = c.service_id.map(|id| self.get(id)).transpose()?.flatten();
        let credits = service.map_or(c.credits, |service| service.credits).max(1);
        let (service_id, venue_id, starts_at) = (c.service_id, c.venue_id, c.stay.starts_at);
        self.paying(&Bill { customer_id, service_id, venue_id, credits, starts_at })
    }

    /// The same for a place of a booking; what was kept for it pays for it, where it was given back too late.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn package_for_place(
        &self,
        booking: &Booking,
        customer_id: CustomerId,
    ) -> Result<Option<PackageId>, Failure> {
        let place: Option<Attendance> = self.get(AttendanceId::of(booking.id, customer_id))?;
        match place.filter(|place| place.late && place.credits > 0) {
            Some(kept) => Ok(kept.package_id),
            None => self.paying(&Bill::of_place(booking, customer_id)),
        }
    }

    fn paying(&self, bill: &Bill) -> Result<Option<PackageId>, Failure> {
        Ok(bill.paid_by(&self.packages_with(bill.customer_id, bill.credits)?, None))
    }

    /// The packages of a customer, and of all who turned out to be one with them, that have `credits` left.
    pub(super) fn packages_with(
        &self,
        customer_id: CustomerId,
        credits: u32,
    ) -> Result<Vec<Package>, Failure> {
        Ok(packages::with(&self.db, customer_id, credits)?)
    }
}
