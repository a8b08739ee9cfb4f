//! Writing CSV files for another desk to import.

use crate::desk::Desk;
use crate::output::{Answer, Ending};
use serde_json::json;
use std::path::Path;

pub(super) fn export(desk: &Desk, dir: &Path, venue: Option<&str>) -> Ending {
    let venue = desk.venue_or_home(venue)?;
    let exported = desk.replica.export(&venue, dir)?;
    let mut json = json!(exported);
    json["directory"] = json!(dir.to_string_lossy());
    let text = format!(
        "Written to {}: {} resources, {} customers, {} bookings.\n  On the other desk: holdfast \
         import --mapping {} {}\n",
        dir.display(),
        exported.resources,
        exported.customers,
        exported.bookings,
        dir.join("mapping.toml").display(),
        dir.display(),
    );
    Ok(Answer::new(json, text))
}
