//! Resources, and the venues that use them: `resource_venues` follows by trigger.

use super::rows;
use holdfast_domain::Resource;
use rusqlite::Connection;

/// All, by name as people sort: Court 2 before Court 10.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Resource>> {
    let mut resources: Vec<Resource> = rows::all(db, "order by t.id", &[])?;
    resources.sort_by(|a, b| alphanumeric_sort::compare_str(&a.name, &b.name));
    Ok(resources)
}
