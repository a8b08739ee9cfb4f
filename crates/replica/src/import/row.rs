//! One row of a file becomes one command.

use super::mapping::{
    BookingColumns, CustomerColumns, Length, Mapping, Moment, Piece, ResourceColumns, Text, Word,
};
use super::table::{Record, invalid};
use super::update;
use crate::failure::Failure;
use crate::store::{self, customers, resources};
use chrono::{DateTime, NaiveDateTime, Timelike};
use holdfast_domain::command::{AddCustomer, AddResource, Book, BookingText, ImportBooking};
use holdfast_domain::id::imported;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Command, Customer, CustomerId, Entity, LocalNote, Money,
    Refusal, Resource, ResourceId, Source, Stay, Timestamp, Venue, Zone,
};
use rusqlite::Connection;
use uuid::Uuid;

/// Minutes beyond which a length is no length but a mistake; far more than any booking may last.
const MINUTES_MAX: u64 = 1_000_000;

/// What a row came to.
pub(super) enum Read {
    /// Commands, and what has to be said about their times.
    Taken { source_id: String, is_new: bool, commands: Vec<Command>, notes: Vec<LocalNote> },
    /// It cannot be understood.
    Rejected { source_id: String, refusal: Refusal },
}

/// A row that breaks off, because it cannot be understood or because the disk said no.
enum Broken {
    Refused(Refusal),
    Failed(Failure),
}
impl From<Refusal> for Broken {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether the row is not here yet, what it asks for, and what has to be said about it.
type Built = (bool, Vec<Command>, Vec<LocalNote>);

/// What rows are read against.
pub(super) struct Rows<'a> {
    db: &'a Connection,
    source: &'a str,
    update: bool,
    zone: Zone,
    venue: &'a Venue,
}

impl<'a> Rows<'a> {
    pub(super) fn new(db: &'a Connection, mapping: &'a Mapping, venue: &'a Venue) -> Self {
        let zone = mapping.timezone.unwrap_or(venue.timezone);
        Self { db, source: &mapping.source, update: mapping.update, zone, venue }
    }

    pub(super) fn resource(
        &self,
        columns: &ResourceColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let resource_id = self.resource_id(&source.id)?;
            let add = AddResource {
                resource_id,
                name: text(Some(&columns.name), row)?,
                kind: word(&columns.kind, row)?,
                location: text(columns.location.as_ref(), row)?,
                description: text(columns.description.as_ref(), row)?,
                venue_ids: vec![self.venue.id],
                source: Some(source),
                part_ids: Vec::new(),
                staff_id: None,
                hours: Vec::new(),
                needs_approval: false,
            };
            let active = columns.active.as_ref().map(|column| flag(column, row)).transpose()?;
            let there = store::get::<Resource>(self.db, resource_id)?;
            let commands = match &there {
                Some(there) if self.update => update::resource(there, &add, active, columns),
                Some(_) => vec![Command::AddResource(add)],
                None => update::add_resource(add, active),
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    pub(super) fn customer(
        &self,
        columns: &CustomerColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let customer_id = self.customer_id(&source.id)?;
            let add = AddCustomer {
                customer_id,
                name: text(Some(&columns.name), row)?,
                email: text(columns.email.as_ref(), row)?,
                phone: text(columns.phone.as_ref(), row)?,
                address: text(columns.address.as_ref(), row)?,
                note: text(columns.note.as_ref(), row)?,
                source: Some(source),
                about: Default::default(),
            };
            let there = store::get::<Customer>(self.db, customer_id)?;
            let commands = match &there {
                Some(there) if self.update => update::customer(there, &add, columns),
                _ => vec![Command::AddCustomer(add)],
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    pub(super) fn booking(
        &self,
        columns: &BookingColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let (stay, notes) = self.stay(&columns.start, &columns.length, row)?;
            let booking_id = BookingId(self.id(Entity::Booking, &source.id)?);
            let book = Book {
                resource_ids: self.find_resources(&columns.resource, row)?,
                customer_id: self.find_customer(columns.customer.as_deref(), row)?,
                text: booking_text(columns, row)?,
                price: self.price(columns.price.as_deref(), row)?,
                ..Book::new(booking_id, self.venue.id, Vec::new(), stay)
            };
            let status = match &columns.status {
                Some(status) => word(status, row)?,
                None => BookingStatus::Confirmed,
            };
            let import = ImportBooking { book, status, source };
            let there = store::get::<Booking>(self.db, booking_id)?;
            let commands = match &there {
                Some(there) if self.update => update::booking(there, &import, columns),
                _ => vec![Command::ImportBooking(import)],
            };
            Ok((there.is_none(), commands, notes))
        })
    }

    /// Reads the row's own id, then the rest by `build`.
    fn read(
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
    /// own ids: where such a row is here, it is meant.
    fn id(&self, entity: Entity, source_id: &str) -> Result<Uuid, rusqlite::Error> {
        if let (true, Ok(own)) = (self.update, source_id.parse::<Uuid>())
            && store::exists(self.db, entity, own)?
        {
            return Ok(own);
        }
        Ok(imported(self.source, entity.as_str(), source_id))
    }

    fn resource_id(&self, source_id: &str) -> Result<ResourceId, rusqlite::Error> {
        Ok(ResourceId(self.id(Entity::Resource, source_id)?))
    }

    fn customer_id(&self, source_id: &str) -> Result<CustomerId, rusqlite::Error> {
        Ok(CustomerId(self.id(Entity::Customer, source_id)?))
    }

    fn find_resources(&self, column: &str, row: &Record<'_>) -> Result<Vec<ResourceId>, Broken> {
        let value = row.get(column)?;
        // A name may hold the mark that parts several.
        match self.find_resource(column, value) {
            Err(Broken::Refused(_)) if value.contains(';') => {
                let values = value.split(';').map(str::trim).filter(|value| !value.is_empty());
                values.map(|value| self.find_resource(column, value)).collect()
            }
            found => found.map(|id| vec![id]),
        }
    }

    /// The resource that a field means: by its id in the source, else by its name here.
    fn find_resource(&self, column: &str, value: &str) -> Result<ResourceId, Broken> {
        let id = self.resource_id(value)?;
        if store::exists(self.db, Entity::Resource, id.0)? {
            return Ok(id);
        }
        let named = resources::all(self.db)?.into_iter().filter(|resource| resource.name == value);
        match named.map(|resource| resource.id).collect::<Vec<_>>().as_slice() {
            [id] => Ok(*id),
            [] => Err(invalid(column, &format!("there is no resource “{value}”")).into()),
            _ => Err(invalid(column, &format!("there are several resources “{value}”")).into()),
        }
    }

    /// The customer that a field means: by their id in the source, else by their name here.
    fn find_customer(
        &self,
        column: Option<&str>,
        row: &Record<'_>,
    ) -> Result<Option<CustomerId>, Broken> {
        let Some(column) = column else { return Ok(None) };
        let value = row.get(column)?;
        if value.is_empty() {
            return Ok(None);
        }
        let id = self.customer_id(value)?;
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
    fn moment(
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

    fn price(&self, column: Option<&str>, row: &Record<'_>) -> Result<Option<Money>, Refusal> {
        let Some(value) = column.map(|column| row.get(column)).transpose()? else {
            return Ok(None);
        };
        if value.is_empty() {
            return Ok(None);
        }
        Money::parse(value, self.venue.currency).map(Some)
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

fn text(text: Option<&Text>, row: &Record<'_>) -> Result<String, Refusal> {
    let mut value = String::new();
    for piece in text.map(Text::pieces).unwrap_or_default() {
        match piece {
            Piece::Literal(literal) => value.push_str(literal),
            Piece::Column(column) => value.push_str(row.get(column)?),
        }
    }
    Ok(value.trim().to_owned())
}

/// What a column's word stands for: as the mapping says, else as we spell it ourselves.
fn word<T: Copy + std::str::FromStr<Err = String>>(
    word: &Word<T>,
    row: &Record<'_>,
) -> Result<T, Refusal> {
    match word {
        Word::Always(value) => Ok(*value),
        Word::Column { column, words, default } => {
            let said = row.get(column)?;
            let known = words.get(said).copied().or_else(|| said.parse().ok()).or(*default);
            known.ok_or_else(|| invalid(column, &format!("the mapping has no word for “{said}”")))
        }
    }
}

fn flag(column: &str, row: &Record<'_>) -> Result<bool, Refusal> {
    match row.get(column)?.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        other => Err(invalid(column, &format!("“{other}” is neither true nor false"))),
    }
}

fn number(column: &str, row: &Record<'_>) -> Result<i64, Refusal> {
    let value = row.get(column)?;
    value.parse().map_err(|_| invalid(column, &format!("“{value}” is not a whole number")))
}
