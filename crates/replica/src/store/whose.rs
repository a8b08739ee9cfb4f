//! Whose the rows were that an operation is about, when it was made.

use super::rows;
use holdfast_domain::{Attendance, Booking, Change, CustomerId, Package};
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

/// By operation, and by the id of a row.
pub(crate) type Whose = HashMap<u64, HashMap<String, CustomerId>>;

/// Notes whose a row is that operation `seq` is about, given a change that is not written yet.
pub(crate) fn note(db: &Connection, seq: u64, change: &Change) -> rusqlite::Result<()> {
    let of_booking =
        |id| rows::get::<Booking>(db, id).map(|it| it.map(|it| (it.id.0, it.customer_id)));
    let of_place =
        |id| rows::get::<Attendance>(db, id).map(|it| it.map(|it| (it.id.0, Some(it.customer_id))));
    let noted = match change {
        Change::Booking(row) => of_booking(row.id)?,
        Change::Attendance(row) => of_place(row.id)?,
        Change::Package(row) => {
            rows::get::<Package>(db, row.id)?.map(|it| (it.id.0, Some(it.customer_id)))
        }
        Change::Payment(row) => match row.attendance_id {
            Some(id) => of_place(id)?,
            None => of_booking(row.booking_id)?,
        },
        _ => None,
    };
    let Some((row_id, customer)) = noted else { return Ok(()) };
    // Nobody's is whose it was last.
    db.prepare_cached(
        "insert into whose (row_id, seq, customer_id)
         select ?1, ?2, customer_id from (select coalesce(?3,
             (select customer_id from whose where row_id = ?1 order by seq desc limit 1)
         ) as customer_id) where customer_id is not null
         on conflict do nothing",
    )?
    .execute((row_id, seq, customer.map(|it| it.0)))?;
    Ok(())
}

/// What is noted of operations `first` to `last`.
pub(crate) fn between(db: &Connection, first: u64, last: u64) -> rusqlite::Result<Whose> {
    let mut whose = Whose::new();
    let mut noted = db
        .prepare_cached("select seq, row_id, customer_id from whose where seq between ?1 and ?2")?;
    let mut rows = noted.query((first, last))?;
    while let Some(row) = rows.next()? {
        let id: Uuid = row.get(1)?;
        let of = whose.entry(row.get(0)?).or_default();
        of.insert(id.to_string(), CustomerId(row.get(2)?));
    }
    Ok(whose)
}

/// The same of all operations, of what was theirs whom `about` knows.
pub(crate) fn theirs(
    db: &Connection,
    about: &HashMap<String, CustomerId>,
) -> rusqlite::Result<Whose> {
    let mut whose = Whose::new();
    let mut noted = db.prepare_cached("select seq, row_id, customer_id from whose")?;
    let mut rows = noted.query([])?;
    while let Some(row) = rows.next()? {
        let (id, customer): (Uuid, Uuid) = (row.get(1)?, row.get(2)?);
        if about.contains_key(&customer.to_string()) {
            let of = whose.entry(row.get(0)?).or_default();
            of.insert(id.to_string(), CustomerId(customer));
        }
    }
    Ok(whose)
}

/// What is left of operation `seq` about a row is a customer's.
pub(crate) fn passes(
    db: &Connection,
    seq: u64,
    row_id: Uuid,
    customer: CustomerId,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into whose (row_id, seq, customer_id) values (?1, ?2, ?3)
         on conflict do update set customer_id = excluded.customer_id",
    )?
    .execute((row_id, seq, customer.0))?;
    Ok(())
}
