//! What the history of a customer comes to. Counted when asked, never stored. Whoever turned out to
//! be somebody else counts for the one they are.

use super::customers::SAME;
use super::packages;
use holdfast_domain::{Currency, CustomerId, Timestamp, VenueId};
use rusqlite::Connection;

/// Counts and sums of one customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) visits: u64,
    pub(crate) first_visit: Option<Timestamp>,
    pub(crate) last_visit: Option<Timestamp>,
    pub(crate) no_shows: u64,
    pub(crate) balance: u64,
}

/// What is counted of a customer until `at`: bookings of their own and places on rosters alike.
pub(crate) fn counted(db: &Connection, id: CustomerId, at: Timestamp) -> rusqlite::Result<Counted> {
    let sql = format!(
        "with same_ids (id) as ({SAME}),
         stays (starts_at, came) as (
             select b.starts_at, b.status <> 'no_show' from bookings b
             where b.customer_id in (select id from same_ids)
               and (b.status in ('completed', 'no_show')
                 or (b.status = 'confirmed' and b.ends_at <= ?2))
             union all
             select b.starts_at, a.status <> 'absent' from attendances a
             join bookings b on b.id = a.booking_id
             where a.customer_id in (select id from same_ids)
               and a.status in ('present', 'late', 'absent'))
         select count(*) filter (where came), min(starts_at) filter (where came),
             max(starts_at) filter (where came), count(*) filter (where not came),
             (select coalesce(sum(p.balance), 0) from packages p
              where p.customer_id in (select id from same_ids) and p.valid_until > ?2)
         from stays"
    );
    db.prepare_cached(&sql)?.query_row((id.0, at.0), |row| {
        Ok(Counted {
            visits: row.get(0)?,
            first_visit: row.get::<_, Option<i64>>(1)?.map(Timestamp),
            last_visit: row.get::<_, Option<i64>>(2)?.map(Timestamp),
            no_shows: row.get(3)?,
            balance: row.get(4)?,
        })
    })
}

/// What a customer paid a venue for bookings, refunds taken away, and for packages, in one currency.
pub(crate) fn spent(
    db: &Connection,
    id: CustomerId,
    venue_id: VenueId,
    currency: Currency,
) -> rusqlite::Result<(i64, i64)> {
    let sql = format!(
        "with same_ids (id) as ({SAME})
         select (select coalesce(sum(
                 case p.refund when 1 then -p.amount_minor else p.amount_minor end), 0)
             from (select p.* from bookings b join payments p on p.booking_id = b.id
                   where b.customer_id in (select id from same_ids) and p.attendance_id is null
                   union all
                   select p.* from attendances a join payments p on p.attendance_id = a.id
                   where a.customer_id in (select id from same_ids)) p
             where p.venue_id = ?2 and p.amount_currency = ?3),
             (select coalesce(sum(k.price_minor), 0) from packages k
              where k.customer_id in (select id from same_ids) and k.price_currency = ?3
                and (k.venue_id is null or k.venue_id = ?2) and {})",
        packages::SOLD
    );
    db.prepare_cached(&sql)?
        .query_row((id.0, venue_id.0, currency.code()), |row| Ok((row.get(0)?, row.get(1)?)))
}
