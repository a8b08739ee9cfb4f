//! Taking over calendars and handing out lists. The window reads a chosen file itself; here it is
//! put down for a moment, because what takes it over reads files.

use super::{TheDesk, id, optional_id, require_venue};
use crate::problem;
use crate::view::{AnyJson, Problem};
use holdfast_domain::{ResourceId, VenueId};
use holdfast_replica::Failure;
use holdfast_replica::import::{CalendarOptions, Place, PlaceField};
use std::path::{Path, PathBuf};

/// Takes over a calendar (`.ics`), or says what would come of it: onto one resource, onto those that
/// it names, or (`closures`) its whole days as closed days.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn import_calendar(
    desk: TheDesk<'_>,
    venue_id: String,
    file_name: String,
    text: String,
    target: String,
    dry_run: bool,
) -> Result<AnyJson, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    desk.act(|replica, now| {
        let file = Kept::new(replica.dir(), &file_name, &text)?;
        let report = match place(&target)? {
            None => replica.import_closures(&file.0, venue_id, (None, None), dry_run, now)?,
            Some(place) => {
                let options = CalendarOptions { venue_id, place, from: None, to: None, dry_run };
                replica.import_calendar(&file.0, &options, now)?
            }
        };
        serde_json::to_value(report).map(AnyJson).map_err(|error| Failure::from(error).into())
    })
}

/// Writes every list of a venue as CSV; answers where.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_lists(desk: TheDesk<'_>, venue_id: String) -> Result<String, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    desk.ask(|replica| {
        let venue = require_venue(replica, venue_id)?;
        let today = venue.timezone.date(holdfast_replica::now());
        let dir = super::records::downloads_or(replica.dir()).join(format!("holdfast-{today}"));
        replica.export(&venue, &dir)??;
        Ok(dir.display().to_string())
    })
}

/// `closures`, `categories`, `location`, `summary`, or the id of a resource.
fn place(target: &str) -> Result<Option<Place>, Problem> {
    Ok(match target {
        "closures" => None,
        "categories" => Some(Place::Named(PlaceField::Categories)),
        "location" => Some(Place::Named(PlaceField::Location)),
        "summary" => Some(Place::Named(PlaceField::Summary)),
        other => optional_id::<ResourceId>("target", Some(other))?.map(Place::On),
    })
}

/// A file that is gone when it is dropped. Its name is the one that the person knows: a calendar
/// without a name of its own is called after it.
struct Kept(PathBuf);

impl Kept {
    fn new(dir: &Path, name: &str, text: &str) -> Result<Self, Problem> {
        let dir = dir.join(format!("import-{}", holdfast_replica::draft::new_id()));
        let name = Path::new(name).file_name().unwrap_or("calendar.ics".as_ref());
        let path = dir.join(name);
        let kept = std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(&path, text));
        kept.map_err(|error| problem::broken(&format!("{}: {error}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // What cannot be removed is only litter.
        if let Some(dir) = self.0.parent() {
            _ = std::fs::remove_dir_all(dir);
        }
    }
}
