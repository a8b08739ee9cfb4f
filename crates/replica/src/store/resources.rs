//! Resources, and the venues that use them: `resource_venues` follows by trigger.

use super::rows::{self, Shown};
use holdfast_domain::Resource;
use rusqlite::Connection;

/// By name as people sort: Court 2 before Court 10.
pub(crate) fn shown(db: &Connection, shown: Shown) -> rusqlite::Result<Vec<Resource>> {
    let mut resources: Vec<Resource> = rows::listed(db, shown, ("", "true order by t.id"), &[])?;
    resources.sort_by(|a, b| alphanumeric_sort::compare_str(&a.name, &b.name));
    Ok(resources)
}
