//! Credits that customers have.

use super::customers::SAME;
use super::rows;
use holdfast_domain::{CustomerId, Package};
use rusqlite::Connection;

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
