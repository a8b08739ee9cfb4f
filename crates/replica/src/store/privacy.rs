//! Who is to be forgotten: questions about how long rows have been kept, and what of this device's
//! own work was scrubbed.

use super::customers::{ALL_ONE, SAME};
use super::{bookings, report, rows};
use holdfast_domain::table::ERASED;
use holdfast_domain::{Booking, BookingId, Change, Customer, CustomerId};
use rusqlite::Connection;
use rusqlite::types::Null;
use std::collections::HashSet;
use uuid::Uuid;

/// Whether a customer, `t`, was ever here, or was entered before the time of the ids from `?3` on.
const KNOWN: &str = "(substr(hex(t.id), 13, 1) = '7' and t.id < ?3
    or exists (select 1 from bookings b where b.customer_id = t.id
        union all select 1 from attendances a where a.customer_id = t.id))";

/// Whether a customer, `t`, has no booking, place or package that ends after `?2`.
const AWAY: &str = "(not exists (select 1 from bookings b
        where b.customer_id = t.id and b.ends_at >= ?2)
    and not exists (select 1 from attendances a join bookings b on b.id = a.booking_id
        where a.customer_id = t.id and b.ends_at >= ?2)
    and not exists (select 1 from packages p
        where p.customer_id = t.id and p.valid_until >= ?2))";

/// Customers, deleted ones too, who are not erased and have no booking, place or package that ends
/// after `before`. Who never had one counts from when they were entered here, which their id tells
/// (RFC 9562, version 7); of who was imported nobody knows when, so that they stay until they have had
/// one. Whoever turned out to be one person is listed with all of them, or not at all.
pub(crate) fn quiet_customers(db: &Connection, before: i64) -> rusqlite::Result<Vec<Customer>> {
    let entered = Uuid::from_u128(u128::try_from(before).unwrap_or_default() << 80);
    let merged: HashSet<CustomerId> =
        report::merged(db)?.into_iter().flat_map(<[_; 2]>::from).collect();
    let quiet: Vec<Customer> = rows::all(
        db,
        &format!(
            "where t.erased_at is null and {AWAY} and ({KNOWN} or t.merged_into is not null
               or exists (select 1 from customers c where c.merged_into = t.id))
             order by t.name collate nocase, t.id"
        ),
        &[&Null, &before, &entered],
    )?;
    // One of them who was imported and never here says nothing for or against.
    let mut all_one = db.prepare_cached(&format!(
        "select min({AWAY} and ({KNOWN} or substr(hex(t.id), 13, 1) <> '7')) and max({KNOWN})
         from customers t where t.id in ({ALL_ONE})"
    ))?;
    let mut kept = Vec::with_capacity(quiet.len());
    for customer in quiet {
        let alone = !merged.contains(&customer.id);
        if alone || all_one.query_row((customer.id.0, before, entered), |row| row.get(0))? {
            kept.push(customer);
        }
    }
    Ok(kept)
}

/// Cancelled bookings from before `before` that still say something.
pub(crate) fn cancelled_bookings(db: &Connection, before: i64) -> rusqlite::Result<Vec<Booking>> {
    let ids: Vec<Uuid> = db
        .prepare_cached(
            "select id from bookings b where status = 'cancelled' and ends_at < ?1
               and (length(title) + length(description) + length(customer_note)
                   + length(staff_note) + length(meeting_url) + length(outside_hours_reason) > 0
                 or source_id is not null or cancel_reason not in ('', ?2)
                 or (package_id is null and exists (select 1 from customers
                     where id = b.customer_id and erased_at is null))) order by starts_at, id",
        )?
        .query_map((before, ERASED), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(bookings::get(db, BookingId(id).0)?);
    }
    Ok(found)
}

/// Everybody who turned out to be a customer, in however many steps.
pub(crate) fn merged_into(
    db: &Connection,
    customer: CustomerId,
) -> rusqlite::Result<Vec<CustomerId>> {
    db.prepare_cached(&format!("select id from ({SAME}) where id <> ?1"))?
        .query_map([customer.0], |row| Ok(CustomerId(row.get(0)?)))?
        .collect()
}

/// Whether somebody who is a customer, or turned out to be, was erased.
pub(crate) fn is_erased(db: &Connection, customer: CustomerId) -> rusqlite::Result<bool> {
    db.prepare_cached(&format!(
        "select exists (select 1 from customers where erased_at is not null and id in ({SAME}))"
    ))?
    .query_row([customer.0], |row| row.get(0))
}

/// Erased customers whose traces in this device's own work have not all been taken out, and whether they
/// had been before. One whose erasure `waits` to be judged may come back as they were.
pub(crate) fn erased_and_not_scrubbed(
    db: &Connection,
    waits: bool,
) -> rusqlite::Result<Vec<(CustomerId, bool)>> {
    db.prepare_cached(
        "select id, meta.value is not null from customers
         left join meta on key = 'scrubbed_' || hex(customers.id)
         where erased_at is not null and value is not '1'
           and not (?1 and exists (select 1 from effects
               where row_id = customers.id and before not like '%\"erased_at\":\"%'))",
    )?
    .query_map([waits], |row| Ok((CustomerId(row.get(0)?), row.get(1)?)))?
    .collect()
}

pub(crate) fn note_scrubbed(db: &Connection, customer: CustomerId) -> rusqlite::Result<()> {
    db.execute(
        "insert into meta (key, value) values ('scrubbed_' || hex(?1), '1')
         on conflict do update set value = '1'",
        [customer.0],
    )?;
    Ok(())
}

/// Notes of whom something is said again in `changes` who had been scrubbed.
pub(crate) fn note_said_again(db: &Connection, changes: &[Change]) -> rusqlite::Result<()> {
    let anybody: bool = db
        .prepare_cached("select exists (select 1 from meta where key glob 'scrubbed_*')")?
        .query_row([], |row| row.get(0))?;
    if !anybody {
        return Ok(());
    }
    let mut note = db.prepare_cached(
        "update meta set value = '0' where key = 'scrubbed_' || hex(coalesce(
             (select customer_id from bookings where id = ?1),
             (select customer_id from attendances where id = ?1),
             (select customer_id from packages where id = ?1),
             (select customer_id from bookings where series_id = ?1 and customer_id is not null),
             ?1))",
    )?;
    for change in changes {
        let about = match change {
            Change::Payment(row) => row.attendance_id.map_or(row.booking_id.0, |id| id.0),
            Change::CreditEntry(row) => row.package_id.0,
            Change::HistoryEntry(row) => row.about_id,
            other => other.id(),
        };
        note.execute([about])?;
    }
    Ok(())
}

/// Erased customers of whom something was said again since they were scrubbed.
pub(crate) fn said_again(db: &Connection) -> rusqlite::Result<Vec<CustomerId>> {
    db.prepare_cached(
        "select unhex(substr(key, length('scrubbed_') + 1)) from meta
         where key glob 'scrubbed_*' and value = '0'",
    )?
    .query_map([], |row| Ok(CustomerId(row.get(0)?)))?
    .collect()
}

/// Notes that a booking is to say nothing any more, nor anything that was said of it here.
pub(crate) fn note_emptied(db: &Connection, booking: BookingId) -> rusqlite::Result<()> {
    db.execute(
        "insert into meta (key, value) values ('emptied_' || hex(?1), '') on conflict do nothing",
        [booking.0],
    )?;
    Ok(())
}

/// Bookings that say nothing any more, of which this device's own work still does. One whose erasure
/// `waits` to be judged may come back as it was.
pub(crate) fn emptied_and_not_scrubbed(
    db: &Connection,
    waits: bool,
) -> rusqlite::Result<Vec<BookingId>> {
    db.prepare_cached(
        "select b.id from meta
         join bookings b on b.id = unhex(substr(meta.key, length('emptied_') + 1))
         where meta.key glob 'emptied_*'
           and b.title || b.description || b.customer_note || b.staff_note = ''
           and not (?1 and exists (select 1 from effects where row_id = b.id))",
    )?
    .query_map([waits], |row| Ok(BookingId(row.get(0)?)))?
    .collect()
}

pub(crate) fn forget_emptied(db: &Connection, booking: BookingId) -> rusqlite::Result<()> {
    db.execute("delete from meta where key = 'emptied_' || hex(?1)", [booking.0])?;
    Ok(())
}
