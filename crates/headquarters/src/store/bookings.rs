//! The table `bookings`.

use super::{OrgId, Tx, by_key, corrupt, source, source_parts, stamp, stamp_opt, time};
use crate::Failure;
use holdfast_domain::{
    Booking, BookingId, Cancellation, Currency, CustomerId, Money, ResourceId, StaffId, Stay,
    VenueId,
};
use tokio_postgres::{Error, Row, Statement};
use uuid::Uuid;

const SELECT: &str =
    "select id, venue_id, resource_ids, starts_at, ends_at, local_start, local_end,
    status, customer_id, made_by, made_at, confirmed_at, cancelled_at, cancelled_by, cancel_reason,
    title, description, customer_note, staff_note, attendee_count, meeting_url, price_minor,
    price_currency, source_name, source_id from bookings";

pub(super) const UPSERT: &str = "insert into bookings (org_id, id, venue_id, resource_ids,
        starts_at, ends_at, local_start, local_end, status, customer_id, made_by, made_at,
        confirmed_at, cancelled_at, cancelled_by, cancel_reason, title, description, customer_note,
        staff_note, attendee_count, meeting_url, price_minor, price_currency, source_name, source_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26)
    on conflict (org_id, id) do update set venue_id = excluded.venue_id,
        resource_ids = excluded.resource_ids, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, local_start = excluded.local_start,
        local_end = excluded.local_end, status = excluded.status,
        customer_id = excluded.customer_id, made_by = excluded.made_by, made_at = excluded.made_at,
        confirmed_at = excluded.confirmed_at, cancelled_at = excluded.cancelled_at,
        cancelled_by = excluded.cancelled_by, cancel_reason = excluded.cancel_reason,
        title = excluded.title, description = excluded.description,
        customer_note = excluded.customer_note, staff_note = excluded.staff_note,
        attendee_count = excluded.attendee_count, meeting_url = excluded.meeting_url,
        price_minor = excluded.price_minor, price_currency = excluded.price_currency,
        source_name = excluded.source_name, source_id = excluded.source_id";

fn read(row: &Row) -> Result<Booking, Failure> {
    let corrupt = corrupt("bookings");
    let resource_ids: Vec<Uuid> = row.try_get("resource_ids")?;
    let attendee_count: i32 = row.try_get("attendee_count")?;
    Ok(Booking {
        id: BookingId(row.try_get("id")?),
        venue_id: VenueId(row.try_get("venue_id")?),
        resource_ids: resource_ids.into_iter().map(ResourceId).collect(),
        stay: Stay {
            starts_at: stamp(row, "starts_at")?,
            ends_at: stamp(row, "ends_at")?,
            local_start: row.try_get("local_start")?,
            local_end: row.try_get("local_end")?,
        },
        status: row.try_get::<_, &str>("status")?.parse().map_err(&corrupt)?,
        customer_id: row.try_get::<_, Option<Uuid>>("customer_id")?.map(CustomerId),
        made_by: StaffId(row.try_get("made_by")?),
        made_at: stamp(row, "made_at")?,
        confirmed_at: stamp_opt(row, "confirmed_at")?,
        cancellation: cancellation(row)?,
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        customer_note: row.try_get("customer_note")?,
        staff_note: row.try_get("staff_note")?,
        attendee_count: u32::try_from(attendee_count)
            .map_err(|error| corrupt(error.to_string()))?,
        meeting_url: row.try_get("meeting_url")?,
        price: price(row)?,
        source: source(row)?,
    })
}

fn cancellation(row: &Row) -> Result<Option<Cancellation>, Failure> {
    let Some(cancelled_at) = stamp_opt(row, "cancelled_at")? else { return Ok(None) };
    Ok(Some(Cancellation {
        cancelled_at,
        cancelled_by: StaffId(row.try_get("cancelled_by")?),
        reason: row.try_get("cancel_reason")?,
    }))
}

fn price(row: &Row) -> Result<Option<Money>, Failure> {
    let Some(minor) = row.try_get("price_minor")? else { return Ok(None) };
    let currency = Currency::parse(row.try_get("price_currency")?)
        .map_err(|no| corrupt("bookings")(no.message()))?;
    Ok(Some(Money { minor, currency }))
}

pub(crate) async fn by_ids(tx: &Tx<'_>, org: OrgId, ids: &[Uuid]) -> Result<Vec<Booking>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx.prepare_cached(&by_key(SELECT)).await?;
    tx.query(&select, &[&org.0, &ids]).await?.iter().map(read).collect()
}

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &Booking,
) -> Result<(), Error> {
    let resource_ids: Vec<Uuid> = row.resource_ids.iter().map(|id| id.0).collect();
    let cancellation = row.cancellation.as_ref();
    let (source_name, source_id) = source_parts(&row.source);
    tx.execute(
        upsert,
        &[
            &org.0,
            &row.id.0,
            &row.venue_id.0,
            &resource_ids,
            &time(row.stay.starts_at),
            &time(row.stay.ends_at),
            &row.stay.local_start,
            &row.stay.local_end,
            &row.status.as_str(),
            &row.customer_id.map(|id| id.0),
            &row.made_by.0,
            &time(row.made_at),
            &row.confirmed_at.map(time),
            &cancellation.map(|it| time(it.cancelled_at)),
            &cancellation.map(|it| it.cancelled_by.0),
            &cancellation.map(|it| it.reason.as_str()),
            &row.title,
            &row.description,
            &row.customer_note,
            &row.staff_note,
            &i32::try_from(row.attendee_count).unwrap_or(i32::MAX),
            &row.meeting_url,
            &row.price.map(|it| it.minor),
            &row.price.map(|it| it.currency.code()),
            &source_name,
            &source_id,
        ],
    )
    .await?;
    Ok(())
}
