//! Credits that customers have.

use super::customers::{ALL_ONE, SAME};
use super::rows;
use holdfast_domain::{BookingId, CustomerId, Package, PackageId};
use rusqlite::Connection;

/// That a package `k` was sold: one whose credits were all taken away again was not. So it is when a sale
/// is undone.
pub(crate) const SOLD: &str =
    "coalesce((select sum(e.credits) from credit_entries e where e.package_id = k.id
         and e.kind in ('purchase', 'correction') and e.booking_id is null), 1) > 0";

/// All, or those of a customer and of whoever turned out to be them, by when their time is over.
pub(crate) fn of(db: &Connection, id: Option<CustomerId>) -> rusqlite::Result<Vec<Package>> {
    let order = "order by t.valid_until, t.id";
    match id {
        None => rows::all(db, order, &[]),
        Some(id) => {
            let rest = format!("where t.customer_id in ({SAME}) {order}");
            rows::all(db, &rest, &[&id.0])
        }
    }
}

/// Those of a customer, and of all who turned out to be one with them, with so many credits left.
pub(crate) fn with(
    db: &Connection,
    id: CustomerId,
    credits: u32,
) -> rusqlite::Result<Vec<Package>> {
    let rest = format!("where t.customer_id in ({ALL_ONE}) and t.balance >= ?2 order by t.id");
    rows::all(db, &rest, &[&id.0, &credits])
}

/// What the ledgers of a customer's packages say was spent for a booking and not given back.
pub(crate) fn spent_for(
    db: &Connection,
    booking_id: BookingId,
    customer_id: CustomerId,
) -> rusqlite::Result<Vec<(PackageId, i32)>> {
    db.prepare_cached(&format!(
        "select p.id, -sum(e.credits) from packages p join credit_entries e on e.package_id = p.id
         where p.customer_id in ({SAME}) and e.booking_id = ?2
         group by p.id having sum(e.credits) < 0 order by p.id"
    ))?
    .query_map((customer_id.0, booking_id.0), |row| Ok((PackageId(row.get(0)?), row.get(1)?)))?
    .collect()
}
