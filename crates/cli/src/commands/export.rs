//! Writing CSV files for another desk to import.

use crate::desk::Desk;
use crate::output::{Answer, Ending};
use serde_json::json;
use std::path::Path;

pub(super) fn export(desk: &Desk, dir: &Path, venue: Option<&str>) -> Ending {
    let venue = desk.venue_or_home(venue)?;
    let exported = desk.replica.export(&venue, dir)??;
    let mut json = json!(exported);
    let counts = json.as_object().into_iter().flatten();
    let lists: Vec<String> = counts
        .filter(|(_, count)| count.as_u64() != Some(0))
        .map(|(name, count)| format!("{count} {}", name.replace('_', " ")))
        .collect();
    let text = format!(
        "Written to {}: {}.\n  On the other desk: holdfast import --mapping {} {}\n",
        dir.display(),
        lists.join(", "),
        dir.join("mapping.toml").display(),
        dir.display(),
    );
    json["directory"] = json!(dir.to_string_lossy());
    Ok(Answer::new(json, text))
}
