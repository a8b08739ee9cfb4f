//! What rows are read against, how they find each other, and bookings. The rows of what can be
//! booked and of what is sold are in `catalogue.rs`, those of people in `people.rs`.

use super::columns::BookingColumns;
use super::field::{amount, count, flag, instant, number, optional, set, text, word};
use super::mapping::{Length, Mapping, Moment};
use super::table::{Record, invalid};
use super::update;
use crate::failure::Failure;
use crate::store::{self, customers};
use chrono::{DateTime, NaiveDateTime, Timelike};
use holdfast_domain::command::{Book, BookingText, Ended, ImportBooking, Past, Request};
use holdfast_domain::id::imported;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Command, CustomerId, Entity, Event, EventId, Initiator,
    LocalNote, Refusal, Resource, ResourceId, Row, Series, SeriesId, Service, ServiceId, Source,
    StaffId, Stay, Timestamp, Venue, Zone,
};
use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Minutes beyond which a length is no length but a mistake; far more than any booking may last.
const MINUTES_MAX: u64 = 1_000_000;

/// What the names of the sources of our own exports begin with.
pub(crate) const OWN_SOURCE: &str = Source::OWN;

/// What a row came to.
pub(super) enum Read {
    /// Commands, and what has to be said about their times.
    Taken { source_id: String, is_new: bool, commands: Vec<Command>, notes: Vec<LocalNote> },
    /// It cannot be understood.
    Rejected { source_id: String, refusal: Refusal },
    /// It has its turn in another pass over the file.
    Later,
}

/// A row that breaks off, because it cannot be understood or because the disk said no.
pub(super) enum Broken {
    Refused(Refusal),
    Failed(Failure),
}
impl From<Refusal> for Broken {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether the row is not here yet, what it asks for, and what has to be said about it.
pub(super) type Built = (bool, Vec<Command>, Vec<LocalNote>);

/// What rows are read against.
pub(super) struct Rows<'a> {
    pub(super) db: &'a Connection,
    pub(super) source: &'a str,
    pub(super) update: bool,
    pub(super) zone: Zone,
    pub(super) venue: &'a Venue,
    pub(super) now: Timestamp,
    /// Those who work here already, by their id in the source.
    pub(super) colleagues: RefCell<BTreeMap<String, StaffId>>,
    /// Customers who are new and turned out to be others.
    pub(super) to_merge: RefCell<BTreeSet<CustomerId>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        db: &'a Connection,
        mapping: &'a Mapping,
        venue: &'a Venue,
        now: Timestamp,
    ) -> Self {
        Self {
            db,
            source: &mapping.source,
            update: mapping.update,
            zone: mapping.timezone.unwrap_or(venue.timezone),
            venue,
            now,
            colleagues: RefCell::default(),
            to_merge: RefCell::default(),
        }
    }

    pub(super) fn booking(
        &self,
        columns: &BookingColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let (stay, notes) = self.stay(&columns.start, &columns.length, row)?;
            let booking_id = BookingId(self.id(Entity::Booking, &source.id)?);
            let status = match &columns.status {
                Some(status) => word(status, row)?,
                None => BookingStatus::Confirmed,
            };
            let mut book = Book {
                resource_ids: self.find_resources(&columns.resource, row)?,
                customer_id: self.find_customer(columns.customer.as_deref(), row)?,
                text: booking_text(columns, row)?,
                service_id: self.find_service(columns.service.as_deref(), row)?,
                event_id: self.find_event(columns.event.as_deref(), row)?,
                outside_hours_reason: text(columns.outside_hours_reason.as_ref(), row)?,
                ..Book::new(booking_id, self.venue.id, Vec::new(), stay)
            };
            self.terms(&mut book, status, columns, row)?;
            if let Some(column) = columns.series.as_ref().filter(|it| row.get(it) != Ok("")) {
                book.series_id = Some(SeriesId(self.here::<Series>(column, row)?));
            }
            let mut past = self.past(status, columns, row)?;
            if self.is_erased(book.customer_id)? {
                // What was erased since does not come back.
                let attendee_count = book.text.attendee_count;
                book.text = BookingText { attendee_count, ..BookingText::default() };
                past.ended.iter_mut().for_each(|ended| ended.reason.clear());
            }
            let import = ImportBooking { book, status, source, past, chosen: self.update };
            let there = store::get::<Booking>(self.db, booking_id)?;
            let commands = match &there {
                Some(there) if self.is_erased(there.customer_id)? => Vec::new(),
                Some(there) if self.update => update::booking(there, &import, columns, self.now),
                _ => vec![Command::ImportBooking(import)],
            };
            Ok((there.is_none(), commands, notes))
        })
    }

    /// What became of it, and by whom.
    fn past(
        &self,
        status: BookingStatus,
        columns: &BookingColumns,
        row: &Record<'_>,
    ) -> Result<Past, Broken> {
        let told = |column: &str| optional(column, row, instant);
        let mut past = Past::default();
        set(&mut past.made_at, columns.made_at.as_ref(), told)?;
        if let Some(column) = &columns.made_by {
            past.made_by = self.find_staff(column, row)?;
        }
        set(&mut past.confirmed_at, columns.confirmed_at.as_ref(), told)?;
        set(&mut past.released_at, columns.released_at.as_ref(), told)?;
        set(&mut past.moved_late, columns.moved_late.as_ref(), |it| flag(it, row))?;
        let mut ended_at = None;
        set(&mut ended_at, columns.ended_at.as_ref(), told)?;
        if matches!(status, BookingStatus::Cancelled | BookingStatus::Rejected) {
            let at = ended_at.unwrap_or(self.now);
            let mut ended = Ended {
                at,
                by: None,
                reason: text(columns.ended_reason.as_ref(), row)?,
                initiator: Initiator::default(),
                late: false,
            };
            if let Some(column) = &columns.ended_by {
                ended.by = self.find_staff(column, row)?;
            }
            if let Some(initiator) = &columns.initiator {
                ended.initiator = word(initiator, row)?;
            }
            set(&mut ended.late, columns.late.as_ref(), |it| flag(it, row))?;
            // Only what stood was called off too late.
            if ended.late && columns.confirmed_at.is_none() {
                past.confirmed_at = past.made_at.or(Some(at));
            }
            past.ended = Some(ended);
        }
        Ok(past)
    }

    /// What it was sold for, and with what around it.
    fn terms(
        &self,
        book: &mut Book,
        status: BookingStatus,
        columns: &BookingColumns,
        row: &Record<'_>,
    ) -> Result<(), Refusal> {
        let whole = |column: &str| optional(column, row, count);
        let or_none = |column: &str| Ok(whole(column)?.unwrap_or_default());
        set(&mut book.price, columns.price.as_ref(), |it| amount(it, row, self.venue.currency))?;
        set(&mut book.capacity, columns.capacity.as_ref(), whole)?;
        set(&mut book.credits, columns.credits.as_ref(), or_none)?;
        let (before, after) = (&columns.buffer_before_minutes, &columns.buffer_after_minutes);
        set(&mut book.buffer_before_minutes, before.as_ref(), or_none)?;
        set(&mut book.buffer_after_minutes, after.as_ref(), or_none)?;
        set(&mut book.free_cancel_minutes, columns.free_cancel_minutes.as_ref(), whole)?;
        let mut request = Request { competing: false, approve_by: None };
        set(&mut request.competing, columns.competing.as_ref(), |it| flag(it, row))?;
        let by = |column: &str| optional(column, row, instant);
        set(&mut request.approve_by, columns.approve_by.as_ref(), by)?;
        book.request = Some(request).filter(|_| status == BookingStatus::Pending);
        Ok(())
    }

    /// Reads the row's own id, then the rest by `build`.
    pub(super) fn read(
        &self,
        id_column: &str,
        row: &Record<'_>,
        build: impl FnOnce(Source) -> Result<Built, Broken>,
    ) -> Result<Read, Failure> {
        let source_id = match row.get(id_column) {
            Ok("") => {
                let refusal = Refusal::FieldRequired { field: id_column.into() };
                return Ok(Read::Rejected { source_id: String::new(), refusal });
            }
            Ok(id) => id.to_owned(),
            Err(refusal) => return Ok(Read::Rejected { source_id: String::new(), refusal }),
        };
        let source = Source { name: self.source.into(), id: source_id.clone() };
        match build(source) {
            Ok((is_new, commands, notes)) => Ok(Read::Taken { source_id, is_new, commands, notes }),
            Err(Broken::Refused(refusal)) => Ok(Read::Rejected { source_id, refusal }),
            Err(Broken::Failed(failure)) => Err(failure),
        }
    }

    /// The id that a row of the source has here. Files that this program wrote name rows by their
    /// own ids, which are theirs everywhere; an earlier import may have made another one.
    pub(super) fn id(&self, entity: Entity, source_id: &str) -> Result<Uuid, rusqlite::Error> {
        let elsewhere = imported(self.source, entity.as_str(), source_id);
        match source_id.parse::<Uuid>() {
            Ok(own) if self.update || self.source.starts_with(OWN_SOURCE) => {
                let is_here = |id| store::exists(self.db, entity, id);
                Ok(if !is_here(own)? && is_here(elsewhere)? { elsewhere } else { own })
            }
            _ => Ok(elsewhere),
        }
    }

    /// The rows that a field means, with `;` between where it means several.
    pub(super) fn find_resources(
        &self,
        column: &str,
        row: &Record<'_>,
    ) -> Result<Vec<ResourceId>, Broken> {
        let value = row.get(column)?;
        let find = |value: &str| {
            self.find::<Resource>(column, value, |it| (it.id.0, &it.name)).map(ResourceId)
        };
        // A name may hold the mark that parts several.
        match find(value) {
            Err(Broken::Refused(_)) if value.contains(';') => {
                let values = value.split(';').map(str::trim).filter(|value| !value.is_empty());
                values.map(find).collect()
            }
            found => found.map(|id| vec![id]),
        }
    }

    /// The row that a field means: by its id in the source, else by its name here.
    pub(super) fn find<T: Row + Clone>(
        &self,
        column: &str,
        value: &str,
        named: impl Fn(&T) -> (Uuid, &str),
    ) -> Result<Uuid, Broken> {
        let id = self.id(T::ENTITY, value)?;
        if store::exists(self.db, T::ENTITY, id)? {
            return Ok(id);
        }
        let rows = store::rows::all::<T>(self.db, "", &[])?;
        let ids = rows.iter().map(named).filter(|(_, name)| *name == value).map(|(id, _)| id);
        let what = T::ENTITY.noun();
        match ids.collect::<Vec<_>>().as_slice() {
            [id] => Ok(*id),
            [] => Err(invalid(column, &format!("there is no {what} “{value}”")).into()),
            _ => Err(invalid(column, &format!("there are several of “{value}”")).into()),
        }
    }

    fn find_service(
        &self,
        column: Option<&str>,
        row: &Record<'_>,
    ) -> Result<Option<ServiceId>, Broken> {
        match column.map(|column| (column, row.get(column))) {
            None | Some((_, Ok(""))) => Ok(None),
            Some((column, value)) => {
                let id = self.find::<Service>(column, value?, |it| (it.id.0, &it.name))?;
                Ok(Some(ServiceId(id)))
            }
        }
    }

    fn find_event(
        &self,
        column: Option<&str>,
        row: &Record<'_>,
    ) -> Result<Option<EventId>, Broken> {
        match column.map(|column| (column, row.get(column))) {
            None | Some((_, Ok(""))) => Ok(None),
            Some((column, value)) => {
                let id = self.find::<Event>(column, value?, |it| (it.id.0, &it.title))?;
                Ok(Some(EventId(id)))
            }
        }
    }

    /// The customer that a field means: by their id in the source, else by their name here.
    pub(super) fn find_customer(
        &self,
        column: Option<&str>,
        row: &Record<'_>,
    ) -> Result<Option<CustomerId>, Broken> {
        let Some(column) = column else { return Ok(None) };
        let value = row.get(column)?;
        if value.is_empty() {
            return Ok(None);
        }
        let id = CustomerId(self.id(Entity::Customer, value)?);
        if store::exists(self.db, Entity::Customer, id.0)? {
            return Ok(Some(id));
        }
        match customers::by_name(self.db, value)?.as_slice() {
            [customer] => Ok(Some(customer.id)),
            [] => Err(invalid(column, &format!("there is no customer “{value}”")).into()),
            _ => Err(invalid(column, &format!("there are several customers “{value}”")).into()),
        }
    }

    fn stay(
        &self,
        start: &Moment,
        length: &Length,
        row: &Record<'_>,
    ) -> Result<(Stay, Vec<LocalNote>), Refusal> {
        let (starts_at, start_note) = self.moment(start, row)?;
        let minutes = |minutes: i64| {
            if minutes.unsigned_abs() > MINUTES_MAX {
                return Err(invalid("length", "it is longer than any booking can be"));
            }
            Ok((starts_at.plus_ms(minutes * MINUTE_MS), None))
        };
        let (ends_at, end_note) = match length {
            Length::End { end } => self.moment(end, row)?,
            Length::Minutes { minutes: column } => minutes(number(column, row)?)?,
            Length::Units { units, of_minutes } => {
                minutes(number(units, row)?.saturating_mul(*of_minutes))?
            }
            Length::Always { always_minutes } => minutes(*always_minutes)?,
        };
        let zone = self.venue.timezone;
        let stay = Stay {
            starts_at,
            ends_at,
            local_start: zone.local(starts_at),
            local_end: zone.local(ends_at),
        };
        Ok((stay, start_note.into_iter().chain(end_note).collect()))
    }

    /// The instant of a date and time: with an offset as it says, without one on the source's wall.
    pub(super) fn moment(
        &self,
        moment: &Moment,
        row: &Record<'_>,
    ) -> Result<(Timestamp, Option<LocalNote>), Refusal> {
        let (column, value, format) = match moment {
            Moment::Plain(column) => (column, row.get(column)?.to_owned(), None),
            Moment::Column { column, format } => {
                (column, row.get(column)?.to_owned(), format.as_ref())
            }
            Moment::Columns { date, time, format } => {
                (date, format!("{} {}", row.get(date)?, row.get(time)?), format.as_ref())
            }
        };
        if let Ok(at) = DateTime::parse_from_rfc3339(&value) {
            return Ok((Timestamp(at.timestamp() * 1000), None));
        }
        const ISO: [&str; 4] =
            ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
        let parse = |format: &str| NaiveDateTime::parse_from_str(&value, format).ok();
        let local = match format {
            Some(format) => parse(format),
            None => ISO.into_iter().find_map(parse),
        };
        let local = local.ok_or_else(|| {
            let wanted = format.map_or("ISO 8601, such as 2026-11-20 13:30", String::as_str);
            invalid(column, &format!("“{value}” is not a date and time of the form {wanted}"))
        })?;
        // Wall times are kept to the second; a calendar's 10:59:59.999 is 10:59:59.
        Ok(self.zone.resolve(local.with_nanosecond(0).unwrap_or(local)))
    }
}

fn booking_text(columns: &BookingColumns, row: &Record<'_>) -> Result<BookingText, Refusal> {
    let attendee_count = match &columns.attendee_count {
        None => 1,
        Some(column) => {
            let count = number(column, row)?;
            u32::try_from(count).map_err(|_| invalid(column, "it is not a number of people"))?
        }
    };
    Ok(BookingText {
        title: text(columns.title.as_ref(), row)?,
        description: text(columns.description.as_ref(), row)?,
        customer_note: text(columns.customer_note.as_ref(), row)?,
        staff_note: text(columns.staff_note.as_ref(), row)?,
        attendee_count,
        meeting_url: text(columns.meeting_url.as_ref(), row)?,
    })
}
