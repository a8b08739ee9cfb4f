//! What reports are made of: sums and slim rows of a venue's bookings and payments, by index range.
//! One statement each, however many rows there are. What they come to is `domain::report`'s.

use super::bookings::LONGEST_STAY_MS;
use super::rows::Shown;
use super::{AsJson, AsText, both, packages, rows};
use chrono::{NaiveDate, NaiveDateTime};
use holdfast_domain::report::{Days, NoShows, OpenPackage, Revenue, Sum, Taught};
use holdfast_domain::{
    Attendance, Booking, BookingId, BookingStatus, Currency, CustomerId, Interval, Money, Payment,
    PaymentMethod, ResourceId, ServiceId, Timestamp, VenueId,
};
use rusqlite::{Connection, Row, ToSql};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The stays that occupy each resource of a venue during some days, without buffers; a no-show's
/// until it was given up. What is at risk occupies only what it holds.
pub(crate) fn booked(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<BTreeMap<ResourceId, Vec<Interval>>> {
    let mut booked: BTreeMap<ResourceId, Vec<Interval>> = BTreeMap::new();
    let mut statement = db.prepare_cached(
        "select case b.claimed_ids when '[]' then b.resource_ids else b.claimed_ids end,
             b.starts_at,
             case b.status when 'no_show' then min(b.ends_at, coalesce(b.released_at, b.ends_at))
                 else b.ends_at end
         from bookings b
         where b.venue_id = ?1 and b.starts_at > ?2 - ?4 and b.starts_at < ?3 and b.ends_at > ?2
           and (b.status in ('confirmed', 'completed', 'no_show')
             or (b.status = 'pending' and b.competing = 0))
           and (b.id not in (select t.row_id from outbox o join touches t on t.seq = o.seq
                   where o.outcome is null and o.at_risk is not null and t.writes = 1)
             or exists (select 1 from booking_claims l join claims c on c.id = l.claim_id
                   where l.booking_id = b.id and c.active = 1))",
    )?;
    let mut found = statement.query((venue_id.0, from.0, until.0, LONGEST_STAY_MS))?;
    while let Some(row) = found.next()? {
        let period = Interval::new(Timestamp(row.get(1)?), Timestamp(row.get(2)?));
        let Some(period) = period else { continue };
        for id in ids(row.get_ref(0)?.as_str()?) {
            booked.entry(id).or_default().push(period);
        }
    }
    Ok(booked)
}

/// The ids in a JSON array of them. (A parser that knows all of JSON takes longer than the query.)
fn ids(array: &str) -> impl Iterator<Item = ResourceId> {
    array.split('"').skip(1).step_by(2).filter_map(|id| Uuid::parse_str(id).ok()).map(ResourceId)
}

/// How many bookings that begin in a period have which status.
pub(crate) fn statuses(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<BTreeMap<BookingStatus, u64>> {
    db.prepare_cached(
        "select status, count(*) from bookings
         where venue_id = ?1 and starts_at >= ?2 and starts_at < ?3 group by status",
    )?
    .query_map((venue_id.0, from.0, until.0), |row| {
        Ok((row.get::<_, AsText<BookingStatus>>(0)?.0, row.get(1)?))
    })?
    .collect()
}

/// The requests that wait for approval and begin in a period, by start.
pub(crate) fn pending(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<Vec<Booking>> {
    rows::all(
        db,
        "where t.venue_id = ?1 and t.status = 'pending' and t.starts_at >= ?2 and t.starts_at < ?3
         order by t.starts_at, t.id",
        &[&venue_id.0, &from.0, &until.0],
    )
}

/// The names of those who made such requests.
pub(crate) fn pending_customers(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<Vec<(CustomerId, String)>> {
    db.prepare_cached(
        "select id, name from customers where id in (select b.customer_id from bookings b
             where b.venue_id = ?1 and b.status = 'pending'
               and b.starts_at >= ?2 and b.starts_at < ?3)",
    )?
    .query_map((venue_id.0, from.0, until.0), |row| Ok((CustomerId(row.get(0)?), row.get(1)?)))?
    .collect()
}

/// What customers paid a venue in one currency until an instant, refunds taken away.
pub(crate) fn paid(
    db: &Connection,
    venue_id: VenueId,
    currency: Currency,
    until: Timestamp,
) -> rusqlite::Result<BTreeMap<CustomerId, i64>> {
    db.prepare_cached(&format!(
        "select t.id, sum(case p.refund when 1 then -p.amount_minor else p.amount_minor end)
         from payments p join bookings b on b.id = p.booking_id
         left join attendances a on a.id = p.attendance_id
         join customers t on t.id = coalesce(a.customer_id, b.customer_id)
         where p.venue_id = ?1 and p.taken_at < ?2 and p.amount_currency = ?3
           and {} and t.erased_at is null
         group by t.id",
        Shown::Kept.condition()
    ))?
    .query_map((venue_id.0, until.0, currency.code()), |row| {
        Ok((CustomerId(row.get(0)?), row.get(1)?))
    })?
    .collect()
}

/// Which customers turned out to be which.
pub(crate) fn merged(db: &Connection) -> rusqlite::Result<BTreeMap<CustomerId, CustomerId>> {
    db.prepare_cached("select id, merged_into from customers where merged_into is not null")?
        .query_map([], |row| Ok((CustomerId(row.get(0)?), CustomerId(row.get(1)?))))?
        .collect()
}

/// How many customers there are: deleted, erased and merged ones left out.
pub(crate) fn customers(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row(
        &format!(
            "select count(*) from customers t
             where t.merged_into is null and {} and t.erased_at is null",
            Shown::Kept.condition()
        ),
        [],
        |row| row.get(0),
    )
}

/// What was due, missed and called off too late, by service: bookings, and places of classes.
pub(crate) fn no_shows(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
    at: Timestamp,
) -> rusqlite::Result<Vec<NoShows>> {
    db.prepare_cached(
        "with told as (
             select b.service_id, b.service_name, b.status = 'no_show' as missed,
                 b.status = 'cancelled' and b.cancelled_late = 1 as late,
                 b.status = 'completed' or (b.status = 'confirmed' and b.ends_at <= ?4) as came
             from bookings b
             where b.venue_id = ?1 and b.starts_at >= ?2 and b.starts_at < ?3
               and b.capacity is null
             union all
             select b.service_id, b.service_name, a.status = 'absent',
                 a.late,
                 a.status in ('present', 'late')
             from bookings b join attendances a on a.booking_id = b.id
             where b.venue_id = ?1 and b.starts_at >= ?2 and b.starts_at < ?3
               and b.capacity is not null)
         select t.service_id, coalesce(s.name, max(t.service_name)), sum(t.came or t.missed or t.late),
             sum(t.missed), sum(coalesce(t.late, 0))
         from told t left join services s on s.id = t.service_id
         group by t.service_id order by 2, 1",
    )?
    .query_map((venue_id.0, from.0, until.0, at.0), |row| {
        Ok(NoShows {
            service_id: row.get::<_, Option<Uuid>>(0)?.map(ServiceId),
            service: Some(row.get(1)?),
            due: row.get::<_, Option<i64>>(2)?.unwrap_or(0),
            no_shows: row.get(3)?,
            late_cancels: row.get(4)?,
            ..NoShows::default()
        })
    })?
    .collect()
}

/// What was taken and given back, by day, method, service and currency.
pub(crate) fn revenue(
    db: &Connection,
    venue_id: VenueId,
    days: &Days,
) -> rusqlite::Result<Vec<Revenue>> {
    let periods: Vec<(NaiveDate, i64, i64)> =
        days.each().map(|(n, day)| (days.dates()[n], day.starts_at().0, day.ends_at().0)).collect();
    db.prepare_cached(
        "select d.value ->> 0, p.method, coalesce(s.name, b.service_name), p.amount_currency,
             count(*), sum(case p.refund when 0 then p.amount_minor else 0 end),
             sum(case p.refund when 1 then p.amount_minor else 0 end)
         from json_each(?2) d
         join payments p on p.venue_id = ?1 and p.taken_at >= d.value ->> 1
             and p.taken_at < d.value ->> 2
         join bookings b on b.id = p.booking_id
         left join services s on s.id = b.service_id
         group by 1, 2, 3, 4 order by 1, 2, 3, 4",
    )?
    .query_map((venue_id.0, AsJson(periods)), |row| {
        let (taken_minor, refunded_minor): (i64, i64) = (row.get(5)?, row.get(6)?);
        Ok(Revenue {
            date: row.get::<_, AsText<NaiveDate>>(0)?.0,
            method: row.get::<_, AsText<PaymentMethod>>(1)?.0,
            service: row.get(2)?,
            currency: currency(row, 3)?,
            payments: row.get(4)?,
            taken_minor,
            refunded_minor,
            net_minor: taken_minor - refunded_minor,
        })
    })?
    .collect()
}

/// A booking, its places, and what was paid for it.
pub(crate) type Priced = (Booking, Vec<Attendance>, Vec<Payment>);

/// What has a price and begins in a period.
pub(crate) fn priced(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<Vec<Priced>> {
    const WHICH: &str = "venue_id = ?1 and starts_at >= ?2 and starts_at < ?3 and price_minor > 0";
    let values: [&dyn ToSql; 3] = [&venue_id.0, &from.0, &until.0];
    let theirs =
        format!("where t.booking_id in (select id from bookings where {WHICH}) order by t.id");
    let bookings: Vec<Booking> = rows::all(db, &format!("where {WHICH} order by t.id"), &values)?;
    let mut all: BTreeMap<BookingId, Priced> =
        bookings.into_iter().map(|it| (it.id, (it, Vec::new(), Vec::new()))).collect();
    for place in rows::all::<Attendance>(db, &theirs, &values)? {
        all.entry(place.booking_id).and_modify(|(_, places, _)| places.push(place));
    }
    for payment in rows::all::<Payment>(db, &theirs, &values)? {
        all.entry(payment.booking_id).and_modify(|(_, _, payments)| payments.push(payment));
    }
    Ok(all.into_values().collect())
}

/// What packages were sold for in a period, by currency.
pub(crate) fn packages_sold(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<Vec<Sum>> {
    db.prepare_cached(&format!(
        "select price_currency, count(*), sum(price_minor) from packages k
         where (venue_id is null or venue_id = ?1) and sold_at >= ?2 and sold_at < ?3
           and price_currency is not null and {}
         group by price_currency order by price_currency",
        packages::SOLD
    ))?
    .query_map((venue_id.0, from.0, until.0), sum)?
    .collect()
}

fn sum(row: &Row<'_>) -> rusqlite::Result<Sum> {
    Ok(Sum { currency: currency(row, 0)?, count: row.get(1)?, minor: row.get(2)? })
}

/// The packages good at a venue that had credits left, and time to use them, at an instant.
pub(crate) fn open_packages(
    db: &Connection,
    venue_id: VenueId,
    at: Timestamp,
) -> rusqlite::Result<Vec<OpenPackage>> {
    db.prepare_cached(
        "select p.price_minor, p.price_currency,
             sum(case e.kind when 'purchase' then e.credits else 0 end), sum(e.credits)
         from packages p join credit_entries e on e.package_id = p.id and e.entered_at <= ?2
         where (p.venue_id is null or p.venue_id = ?1) and p.sold_at <= ?2 and p.valid_until > ?2
         group by p.id having sum(e.credits) > 0",
    )?
    .query_map((venue_id.0, at.0), |row| {
        let price: Option<(i64, String)> = both(row.get(0)?, row.get(1)?);
        let price = price.and_then(|(minor, code)| {
            Currency::parse(&code).ok().map(|currency| Money { minor, currency })
        });
        Ok(OpenPackage { price, bought: row.get(2)?, left: row.get(3)? })
    })?
    .collect()
}

/// How many bookings begin in which hour of which day, on the wall.
pub(crate) fn starts(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<Vec<(NaiveDateTime, u64)>> {
    db.prepare_cached(
        "select substr(local_start, 1, 13) || ':00:00', count(*) from bookings
         where venue_id = ?1 and starts_at >= ?2 and starts_at < ?3
           and status not in ('cancelled', 'rejected')
         group by 1",
    )?
    .query_map((venue_id.0, from.0, until.0), |row| {
        Ok((row.get::<_, AsText<NaiveDateTime>>(0)?.0, row.get(1)?))
    })?
    .collect()
}

/// How long the instructors of a venue taught there, in bookings that begin in a period: those over
/// by `at`, and those to come.
pub(crate) fn taught(
    db: &Connection,
    venue_id: VenueId,
    (from, until): (Timestamp, Timestamp),
    at: Timestamp,
) -> rusqlite::Result<Vec<Taught>> {
    db.prepare_cached(&format!(
        "with taught as (
             select unhex(replace(r.value, '-', '')) as resource_id, b.ends_at - b.starts_at as ms,
                 b.status = 'completed' or b.ends_at <= ?4 as over
             from bookings b, json_each(b.resource_ids) r
             where b.venue_id = ?1 and b.starts_at >= ?2 and b.starts_at < ?3
               and b.status in ('confirmed', 'completed'))
         select t.id, t.name, count(*) filter (where x.over),
             coalesce(sum(x.ms) filter (where x.over), 0),
             coalesce(sum(x.ms) filter (where not x.over), 0)
         from resources t left join taught x on x.resource_id = t.id
         where t.kind = 'instructor' and (x.resource_id is not null
             or (t.active = 1 and {} and exists (select 1 from resource_venues v
                 where v.resource_id = t.id and v.venue_id = ?1)))
         group by t.id order by t.name, t.id",
        Shown::Kept.condition()
    ))?
    .query_map((venue_id.0, from.0, until.0, at.0), |row| {
        let (over, ahead): (i64, i64) = (row.get(3)?, row.get(4)?);
        let taught_minutes = holdfast_domain::report::minutes(over);
        Ok(Taught {
            resource_id: ResourceId(row.get(0)?),
            instructor: row.get(1)?,
            bookings: row.get(2)?,
            taught_minutes,
            taught_hours: (taught_minutes as f64 / 0.6).round() / 100.0,
            planned_minutes: holdfast_domain::report::minutes(ahead),
        })
    })?
    .collect()
}

fn currency(row: &Row<'_>, column: usize) -> rusqlite::Result<Currency> {
    let code: String = row.get(column)?;
    Currency::parse(&code).map_err(|refusal| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, refusal.message().into())
    })
}
