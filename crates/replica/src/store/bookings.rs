//! Bookings, and the questions that a desk asks of them.

pub(super) mod list;

pub(crate) use list::list;
pub use list::{Filter, Listed};

use super::{AsJson, AsText, both};
use chrono::{NaiveDate, NaiveDateTime};
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Cancellation, Currency, CustomerId, EventId, Initiator,
    Interval, Money, PackageId, Rejection, ResourceId, SeriesId, ServiceId, Source, StaffId, Stay,
    Timestamp, VenueId,
};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use uuid::Uuid;

const COLUMNS: &str = "b.id, b.venue_id, b.resource_ids, b.starts_at, b.ends_at, b.local_start,
    b.local_end, b.status, b.customer_id, b.made_by, b.made_at, b.confirmed_at, b.cancelled_at,
    b.cancelled_by, b.cancel_reason, b.title, b.description, b.customer_note, b.staff_note,
    b.attendee_count, b.meeting_url, b.price_minor, b.price_currency, b.source_name, b.source_id,
    b.cancel_initiator, b.cancelled_late, b.service_id, b.service_name, b.buffer_before_minutes,
    b.buffer_after_minutes, b.claimed_ids, b.series_id, b.event_id, b.capacity, b.places_taken,
    b.competing, b.approve_by, b.confirmed_by, b.rejected_at, b.rejected_by, b.reject_reason,
    b.released_at, b.package_id, b.credits, b.free_cancel_minutes, b.outside_hours_reason,
    b.moved_late";
/// How many columns [`COLUMNS`] names.
const COLUMN_COUNT: usize = 48;

/// The longest that a booking can occupy something: a day on the wall, what the clocks may add, and
/// the buffers around it.
pub(crate) const LONGEST_STAY_MS: i64 = (27 + 8) * 3_600_000;

fn from_row(row: &Row<'_>) -> rusqlite::Result<Booking> {
    let cancelled: (Option<i64>, Option<Uuid>, Option<String>) =
        (row.get(12)?, row.get(13)?, row.get(14)?);
    let cancellation = match cancelled {
        (Some(at), Some(by), Some(reason)) => {
            let initiator = row.get::<_, Option<AsText<Initiator>>>(25)?;
            Some(Cancellation {
                cancelled_at: Timestamp(at),
                cancelled_by: StaffId(by),
                reason,
                initiator: initiator.map(|text| text.0).unwrap_or_default(),
                late: row.get::<_, Option<bool>>(26)?.unwrap_or_default(),
            })
        }
        _ => None,
    };
    let price = both(row.get(21)?, row.get::<_, Option<String>>(22)?).and_then(|(minor, code)| {
        Currency::parse(&code).ok().map(|currency| Money { minor, currency })
    });
    Ok(Booking {
        id: BookingId(row.get(0)?),
        venue_id: VenueId(row.get(1)?),
        resource_ids: resource_ids(row, 2)?,
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
        service_id: row.get::<_, Option<Uuid>>(27)?.map(ServiceId),
        service_name: row.get(28)?,
        buffer_before_minutes: row.get(29)?,
        buffer_after_minutes: row.get(30)?,
        claimed_ids: resource_ids(row, 31)?,
        series_id: row.get::<_, Option<Uuid>>(32)?.map(SeriesId),
        event_id: row.get::<_, Option<Uuid>>(33)?.map(EventId),
        capacity: row.get(34)?,
        places_taken: row.get(35)?,
        competing: row.get(36)?,
        approve_by: row.get::<_, Option<i64>>(37)?.map(Timestamp),
        confirmed_by: row.get::<_, Option<Uuid>>(38)?.map(StaffId),
        rejection: rejection(row)?,
        released_at: row.get::<_, Option<i64>>(42)?.map(Timestamp),
        package_id: row.get::<_, Option<Uuid>>(43)?.map(PackageId),
        credits: row.get(44)?,
        free_cancel_minutes: row.get(45)?,
        outside_hours_reason: row.get(46)?,
        moved_late: row.get(47)?,
    })
}

fn rejection(row: &Row<'_>) -> rusqlite::Result<Option<Rejection>> {
    let Some(at) = row.get::<_, Option<i64>>(39)? else { return Ok(None) };
    Ok(Some(Rejection {
        rejected_at: Timestamp(at),
        rejected_by: StaffId(row.get(40)?),
        reason: row.get(41)?,
    }))
}

/// Local times are stored as `2026-11-20T10:00:00`.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

fn local(row: &Row<'_>, column: usize) -> rusqlite::Result<NaiveDateTime> {
    match plain_local(row.get_ref(column)?.as_str()?) {
        Some(local) => Ok(local),
        None => Ok(row.get::<_, AsText<NaiveDateTime>>(column)?.0),
    }
}

/// A local time of the form that is stored, digit by digit: a day view reads two for each booking,
/// and the general reader takes twenty times as long.
fn plain_local(text: &str) -> Option<NaiveDateTime> {
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().try_fold(0_u32, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
        })
    };
    let date =
        NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)?;
    date.and_hms_opt(number(11..13)?, number(14..16)?, number(17..19)?)
}

/// A list of ids; mostly none or one.
fn resource_ids(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<ResourceId>> {
    let text = row.get_ref(column)?.as_str()?;
    if text == "[]" {
        return Ok(Vec::new());
    }
    let one = text.strip_prefix("[\"").and_then(|rest| rest.strip_suffix("\"]"));
    match one.and_then(|id| Uuid::try_parse(id).ok()) {
        Some(id) => Ok(vec![ResourceId(id)]),
        None => Ok(row.get::<_, AsJson<_>>(column)?.0),
    }
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
    let rejection = booking.rejection.as_ref();
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
        &cancellation
            .map(|c| c.initiator)
            .filter(|it| *it != Initiator::Staff)
            .map(Initiator::as_str),
        &cancellation.map(|c| c.late).filter(|late| *late),
        &booking.service_id.map(|id| id.0),
        &booking.service_name,
        &booking.buffer_before_minutes,
        &booking.buffer_after_minutes,
        &AsJson(&booking.claimed_ids),
        &booking.series_id.map(|id| id.0),
        &booking.event_id.map(|id| id.0),
        &booking.capacity,
        &booking.places_taken,
        &booking.competing,
        &booking.approve_by.map(|at| at.0),
        &booking.confirmed_by.map(|id| id.0),
        &rejection.map(|r| r.rejected_at.0),
        &rejection.map(|r| r.rejected_by.0),
        &rejection.map(|r| &r.reason),
        &booking.released_at.map(|at| at.0),
        &booking.package_id.map(|id| id.0),
        &booking.credits,
        &booking.free_cancel_minutes,
        &booking.outside_hours_reason,
        &booking.moved_late,
    ];
    db.prepare_cached(
        "insert into bookings (
             id, venue_id, resource_ids, starts_at, ends_at, local_start, local_end, status,
             customer_id, made_by, made_at, confirmed_at, cancelled_at, cancelled_by,
             cancel_reason, title, description, customer_note, staff_note, attendee_count,
             meeting_url, price_minor, price_currency, source_name, source_id, cancel_initiator,
             cancelled_late, service_id, service_name, buffer_before_minutes,
             buffer_after_minutes, claimed_ids, series_id, event_id, capacity, places_taken,
             competing, approve_by, confirmed_by, rejected_at, rejected_by, reject_reason,
             released_at, package_id, credits, free_cancel_minutes, outside_hours_reason,
             moved_late)
         values (
             ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
             ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36,
             ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48)
         on conflict (id) do update set
             venue_id = excluded.venue_id, resource_ids = excluded.resource_ids,
             starts_at = excluded.starts_at, ends_at = excluded.ends_at,
             local_start = excluded.local_start, local_end = excluded.local_end,
             status = excluded.status, customer_id = excluded.customer_id,
             made_by = excluded.made_by, made_at = excluded.made_at,
             confirmed_at = excluded.confirmed_at, cancelled_at = excluded.cancelled_at,
             cancelled_by = excluded.cancelled_by, cancel_reason = excluded.cancel_reason,
             title = excluded.title, description = excluded.description,
             customer_note = excluded.customer_note, staff_note = excluded.staff_note,
             attendee_count = excluded.attendee_count, meeting_url = excluded.meeting_url,
             price_minor = excluded.price_minor, price_currency = excluded.price_currency,
             source_name = excluded.source_name, source_id = excluded.source_id,
             cancel_initiator = excluded.cancel_initiator,
             cancelled_late = excluded.cancelled_late, service_id = excluded.service_id,
             service_name = excluded.service_name,
             buffer_before_minutes = excluded.buffer_before_minutes,
             buffer_after_minutes = excluded.buffer_after_minutes,
             claimed_ids = excluded.claimed_ids, series_id = excluded.series_id,
             event_id = excluded.event_id, capacity = excluded.capacity,
             places_taken = excluded.places_taken, competing = excluded.competing,
             approve_by = excluded.approve_by, confirmed_by = excluded.confirmed_by,
             rejected_at = excluded.rejected_at, rejected_by = excluded.rejected_by,
             reject_reason = excluded.reject_reason, released_at = excluded.released_at,
             package_id = excluded.package_id, credits = excluded.credits,
             free_cancel_minutes = excluded.free_cancel_minutes,
             outside_hours_reason = excluded.outside_hours_reason,
             moved_late = excluded.moved_late",
    )?
    .execute(values.as_slice())?;
    Ok(())
}

/// The open bookings of a customer that meet a period, and the classes in which they have a place.
pub(crate) fn open_of_customer(
    db: &Connection,
    customer_id: Uuid,
    period: Interval,
) -> rusqlite::Result<Vec<Booking>> {
    db.prepare_cached(&format!(
        "select {COLUMNS} from bookings b
         where b.id in (select id from bookings where customer_id = ?1
                 and starts_at > ?2 - ?4 and starts_at < ?3
               union select booking_id from attendances
                 where customer_id = ?1 and status in ('booked', 'present', 'late'))
           and b.starts_at < ?3 and b.ends_at > ?2
           and b.status in ('pending', 'confirmed') order by b.starts_at, b.id"
    ))?
    .query_map((customer_id, period.starts_at().0, period.ends_at().0, LONGEST_STAY_MS), from_row)?
    .collect()
}

/// The bookings that name a resource and end after `now`, called off or not: they may be taken up
/// again. Found by what they claim.
pub(crate) fn of_resource(
    db: &Connection,
    resource_id: ResourceId,
    now: Timestamp,
) -> rusqlite::Result<Vec<Booking>> {
    db.prepare_cached(&format!(
        "select {COLUMNS} from claims c
         join booking_claims bc on bc.claim_id = c.id
         join bookings b on b.id = bc.booking_id
         where c.resource_id = ?1 and c.starts_at > ?2 - ?4 and b.ends_at > ?2
           and exists (select 1 from json_each(b.resource_ids) where value = ?3)
         order by b.starts_at, b.id"
    ))?
    .query_map((resource_id.0, now.0, resource_id.to_string(), LONGEST_STAY_MS), from_row)?
    .collect()
}

pub(crate) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("select count(*) from bookings", [], |row| row.get(0))
}
