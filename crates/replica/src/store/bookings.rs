//! Bookings, and the questions that a desk asks of them.

use super::{AsJson, AsText, both};
use chrono::NaiveDateTime;
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Cancellation, Currency, CustomerId, Interval, Money, Notice,
    Source, StaffId, Stay, Timestamp, VenueId,
};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use uuid::Uuid;

const COLUMNS: &str = "b.id, b.venue_id, b.resource_ids, b.starts_at, b.ends_at, b.local_start,
    b.local_end, b.status, b.customer_id, b.made_by, b.made_at, b.confirmed_at, b.cancelled_at,
    b.cancelled_by, b.cancel_reason, b.title, b.description, b.customer_note, b.staff_note,
    b.attendee_count, b.meeting_url, b.price_minor, b.price_currency, b.source_name, b.source_id";
/// How many columns [`COLUMNS`] names.
const COLUMN_COUNT: usize = 25;

/// The longest that a booking can last in instants: a day on the wall, and what the clocks may add.
pub(crate) const LONGEST_STAY_MS: i64 = 27 * 3_600_000;

fn from_row(row: &Row<'_>) -> rusqlite::Result<Booking> {
    let cancelled: (Option<i64>, Option<Uuid>, Option<String>) =
        (row.get(12)?, row.get(13)?, row.get(14)?);
    let cancellation = match cancelled {
        (Some(at), Some(by), Some(reason)) => {
            Some(Cancellation { cancelled_at: Timestamp(at), cancelled_by: StaffId(by), reason })
        }
        _ => None,
    };
    let price = both(row.get(21)?, row.get::<_, Option<String>>(22)?).and_then(|(minor, code)| {
        Currency::parse(&code).ok().map(|currency| Money { minor, currency })
    });
    Ok(Booking {
        id: BookingId(row.get(0)?),
        venue_id: VenueId(row.get(1)?),
        resource_ids: row.get::<_, AsJson<_>>(2)?.0,
        stay: Stay {
            starts_at: Timestamp(row.get(3)?),
            ends_at: Timestamp(row.get(4)?),
            local_start: local(row, 5)?,
            local_end: local(row, 6)?,
        },
        status: row.get::<_, AsText<BookingStatus>>(7)?.0,
        customer_id: row.get::<_, Option<Uuid>>(8)?.map(CustomerId),
        made_by: StaffId(row.get(9)?),
        made_at: Timestamp(row.get(10)?),
        confirmed_at: row.get::<_, Option<i64>>(11)?.map(Timestamp),
        cancellation,
        title: row.get(15)?,
        description: row.get(16)?,
        customer_note: row.get(17)?,
        staff_note: row.get(18)?,
        attendee_count: row.get(19)?,
        meeting_url: row.get(20)?,
        price,
        source: both(row.get(23)?, row.get(24)?).map(|(name, id)| Source { name, id }),
    })
}

/// Local times are stored as `2026-11-20T10:00:00`.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

fn local(row: &Row<'_>, column: usize) -> rusqlite::Result<NaiveDateTime> {
    Ok(row.get::<_, AsText<NaiveDateTime>>(column)?.0)
}

pub(crate) fn get(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Booking>> {
    db.prepare_cached(&format!("select {COLUMNS} from bookings b where b.id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

pub(crate) fn put(db: &Connection, booking: &Booking) -> rusqlite::Result<()> {
    let cancellation = booking.cancellation.as_ref();
    let price = booking.price.as_ref();
    let source = booking.source.as_ref();
    let values: [&dyn ToSql; COLUMN_COUNT] = [
        &booking.id.0,
        &booking.venue_id.0,
        &AsJson(&booking.resource_ids),
        &booking.stay.starts_at.0,
        &booking.stay.ends_at.0,
        &AsText(booking.stay.local_start.format(LOCAL)),
        &AsText(booking.stay.local_end.format(LOCAL)),
        &booking.status.as_str(),
        &booking.customer_id.map(|id| id.0),
        &booking.made_by.0,
        &booking.made_at.0,
        &booking.confirmed_at.map(|at| at.0),
        &cancellation.map(|c| c.cancelled_at.0),
        &cancellation.map(|c| c.cancelled_by.0),
        &cancellation.map(|c| &c.reason),
        &booking.title,
        &booking.description,
        &booking.customer_note,
        &booking.staff_note,
        &booking.attendee_count,
        &booking.meeting_url,
        &price.map(|price| price.minor),
        &price.map(|price| price.currency.code()),
        &source.map(|source| &source.name),
        &source.map(|source| &source.id),
    ];
    db.prepare_cached(
        "insert into bookings (id, venue_id, resource_ids, starts_at, ends_at, local_start,
             local_end, status, customer_id, made_by, made_at, confirmed_at, cancelled_at,
             cancelled_by, cancel_reason, title, description, customer_note, staff_note,
             attendee_count, meeting_url, price_minor, price_currency, source_name, source_id)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
             ?19, ?20, ?21, ?22, ?23, ?24, ?25)
         on conflict (id) do update set venue_id = excluded.venue_id,
             resource_ids = excluded.resource_ids, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, local_start = excluded.local_start,
             local_end = excluded.local_end, status = excluded.status,
             customer_id = excluded.customer_id, made_by = excluded.made_by,
             made_at = excluded.made_at, confirmed_at = excluded.confirmed_at,
             cancelled_at = excluded.cancelled_at, cancelled_by = excluded.cancelled_by,
             cancel_reason = excluded.cancel_reason, title = excluded.title,
             description = excluded.description, customer_note = excluded.customer_note,
             staff_note = excluded.staff_note, attendee_count = excluded.attendee_count,
             meeting_url = excluded.meeting_url, price_minor = excluded.price_minor,
             price_currency = excluded.price_currency, source_name = excluded.source_name,
             source_id = excluded.source_id",
    )?
    .execute(values.as_slice())?;
    Ok(())
}

/// A booking as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The row.
    pub booking: Booking,
    /// The customer's name, empty where there is none or it may not be seen.
    pub customer_name: String,
    /// Whether an operation on it still waits for headquarters.
    pub waiting: bool,
    /// What speaks against an operation that waits.
    pub at_risk: Option<Notice>,
}

/// Which bookings to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this one.
    pub id: Option<BookingId>,
    /// Only of this venue.
    pub venue_id: Option<VenueId>,
    /// Only those that meet this period.
    pub period: Option<Interval>,
    /// Only of this customer.
    pub customer_id: Option<CustomerId>,
    /// Whether cancelled and rejected ones are shown, too.
    pub with_ended: bool,
}

/// The bookings that pass `filter`, by start.
pub(crate) fn list(db: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Listed>> {
    let mut sql = format!(
        "select {COLUMNS}, coalesce(c.name, ''),
             exists (select 1 from touches t where t.row_id = b.id and t.writes = 1),
             (select o.at_risk from touches t join outbox o on o.seq = t.seq
              where t.row_id = b.id and t.writes = 1 and o.at_risk is not null
              order by t.seq desc limit 1)
         from bookings b left join customers c on c.id = b.customer_id where true"
    );
    let mut values: Vec<(&str, Box<dyn ToSql>)> = Vec::new();
    if let Some(id) = filter.id {
        sql.push_str(" and b.id = :id");
        values.push((":id", Box::new(id.0)));
    }
    if let Some(venue_id) = filter.venue_id {
        sql.push_str(" and b.venue_id = :venue_id");
        values.push((":venue_id", Box::new(venue_id.0)));
    }
    if let Some(period) = filter.period {
        sql.push_str(
            " and b.starts_at > :earliest and b.starts_at < :ends and b.ends_at > :starts",
        );
        values.push((":earliest", Box::new(period.starts_at().0 - LONGEST_STAY_MS)));
        values.push((":starts", Box::new(period.starts_at().0)));
        values.push((":ends", Box::new(period.ends_at().0)));
    }
    if let Some(customer_id) = filter.customer_id {
        sql.push_str(" and b.customer_id = :customer_id");
        values.push((":customer_id", Box::new(customer_id.0)));
    }
    if !filter.with_ended {
        sql.push_str(" and b.status not in ('cancelled', 'rejected')");
    }
    sql.push_str(" order by b.starts_at, b.id");
    let values: Vec<(&str, &dyn ToSql)> =
        values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    db.prepare_cached(&sql)?
        .query_map(values.as_slice(), |row| {
            Ok(Listed {
                booking: from_row(row)?,
                customer_name: row.get(COLUMN_COUNT)?,
                waiting: row.get(COLUMN_COUNT + 1)?,
                at_risk: row.get::<_, Option<AsJson<Notice>>>(COLUMN_COUNT + 2)?.map(|n| n.0),
            })
        })?
        .collect()
}

pub(crate) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("select count(*) from bookings", [], |row| row.get(0))
}
