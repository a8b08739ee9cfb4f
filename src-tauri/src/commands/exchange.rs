//! Taking over calendars and other systems' files, and handing out lists. The window reads chosen
//! files itself; here they are put down for a moment, because what takes them over reads files.

use super::records::{downloads_or, unwritten};
use super::{TheDesk, id, optional_id, require_venue};
use crate::problem;
use crate::view::{AnyJson, CalendarImport, GivenFile, ImportProgressed, Problem};
use chrono::{NaiveDate, NaiveDateTime};
use holdfast_domain::{ResourceId, VenueId};
use holdfast_replica::Failure;
use holdfast_replica::import::{
    CalendarOptions, ImportFailure, Mapping, Options, Place, PlaceField,
};
use std::path::{Path, PathBuf};

/// Takes over a calendar (`.ics`), or says what would come of it: onto one resource, onto those that
/// it names, or (`closures`) its whole days as closed days.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn import_calendar(
    desk: TheDesk<'_>,
    wanted: CalendarImport,
) -> Result<AnyJson, Problem> {
    let venue_id: VenueId = id("venue_id", &wanted.venue_id)?;
    let (from, to) = (date("from", &wanted.from)?, date("to", &wanted.to)?);
    let (place, dry_run) = (place(&wanted.target)?, wanted.dry_run);
    let given = Given::new(desk.dir(), [(&*wanted.name, &*wanted.bytes)])?;
    let file = given.0.join(&given.1[0]);
    desk.beside(|replica, now| {
        let report = match place {
            None => replica.import_closures(&file, venue_id, (from, to), dry_run, now),
            Some(place) => {
                let options = CalendarOptions { venue_id, place, from, to, dry_run };
                replica.import_calendar(&file, &options, now)
            }
        };
        written(&report.map_err(as_given)?)
    })
}

/// Takes over the CSV files of another system by their mapping (`.toml`), which is among them; or
/// says what would come of it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn import_files(
    desk: TheDesk<'_>,
    venue_id: String,
    files: Vec<GivenFile>,
    dry_run: bool,
) -> Result<AnyJson, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    let files = files.iter().map(|file| (&*file.name, file.text.as_bytes()));
    let given = Given::new(desk.dir(), files)?;
    let mapping = Mapping::read(&given.0.join(given.mapping()?)).map_err(as_given)?;
    desk.beside(|replica, now| {
        let options = Options { venue_id, dry_run };
        let mut tell = |progress: &_| desk.tell(&ImportProgressed::of(progress));
        let report = replica.import(&mapping, &given.0, &options, now, &mut tell);
        written(&report.map_err(as_given)?)
    })
}

/// Writes every list of a venue as CSV, into a directory of its own; answers where.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_lists(desk: TheDesk<'_>, venue_id: String) -> Result<String, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    desk.beside(|replica, now| {
        let venue = require_venue(replica, venue_id)?;
        let name = called(&venue.name, venue.timezone.local(now));
        let dir = unused(&downloads_or(replica.dir()), &name);
        replica.export(&venue, &dir)??;
        Ok(dir.display().to_string())
    })
}

/// What a directory with the lists of a venue is called: another one for every venue and every try,
/// since no file is written over.
fn called(venue: &str, now: NaiveDateTime) -> String {
    let words = venue.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(VENUE_LETTERS_MAX).collect();
    format!("holdfast-{name}-{}", now.format("%Y-%m-%d-%H%M%S"))
}

fn unused(dir: &Path, name: &str) -> PathBuf {
    let mut path = dir.join(name);
    for n in 2.. {
        if !path.exists() {
            break;
        }
        path = dir.join(format!("{name}-{n}"));
    }
    path
}

/// Every file system takes names of that length, in any script.
const VENUE_LETTERS_MAX: usize = 40;

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

/// A day as the window sends it; empty for none.
fn date(field: &str, text: &str) -> Result<Option<NaiveDate>, Problem> {
    let read = |_| problem::invalid(field, format!("“{text}” is not a date such as 2026-11-20"));
    (!text.is_empty()).then(|| text.parse().map_err(read)).transpose()
}

fn written<T: serde::Serialize>(report: &T) -> Result<AnyJson, Problem> {
    serde_json::to_value(report).map(AnyJson).map_err(|error| Failure::from(error).into())
}

/// Files are named as the person knows them, not by where they lie for a moment.
fn as_given(failure: ImportFailure) -> Problem {
    let name = |path: PathBuf| path.file_name().map_or_else(PathBuf::new, Into::into);
    let failure = match failure {
        ImportFailure::Mapping { path, problem } => {
            ImportFailure::Mapping { path: name(path), problem }
        }
        ImportFailure::File { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
            let problem = "it is not among the chosen files".into();
            ImportFailure::Mapping { path: name(path), problem }
        }
        ImportFailure::File { path, source } => ImportFailure::File { path: name(path), source },
        ImportFailure::Calendar { path, problem } => {
            ImportFailure::Calendar { path: name(path), problem }
        }
        broken @ ImportFailure::Failure(_) => broken,
    };
    failure.into()
}

/// A directory with the given files by their names, which is gone when it is dropped. The names are
/// those that the person knows: a calendar without a name of its own is called after its file.
struct Given(PathBuf, Vec<String>);

impl Given {
    fn new<'a>(
        dir: &Path,
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Problem> {
        let dir = dir.join(format!("{PUT_DOWN}{}", holdfast_replica::draft::new_id()));
        let mut given = Self(dir, Vec::new());
        std::fs::create_dir_all(&given.0).map_err(|error| unwritten(&given.0, error))?;
        for (name, bytes) in files {
            let name = Path::new(name).file_name().unwrap_or("file".as_ref());
            let path = given.0.join(name);
            std::fs::write(&path, bytes).map_err(|error| unwritten(&path, error))?;
            given.1.push(name.to_string_lossy().into_owned());
        }
        Ok(given)
    }

    /// Which of them is the mapping.
    fn mapping(&self) -> Result<&str, Problem> {
        let mut mappings = self.1.iter().filter(|name| name.ends_with(".toml"));
        match (mappings.next(), mappings.next()) {
            (Some(mapping), None) => Ok(mapping),
            (None, _) => {
                Err(problem::invalid("files", "the mapping (.toml) is not among them".into()))
            }
            (Some(_), Some(_)) => {
                Err(problem::invalid("files", "there is more than one mapping (.toml)".into()))
            }
        }
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        // What cannot be removed goes at the next start.
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the names of such directories begin with.
const PUT_DOWN: &str = "import-";

/// Removes what a window that was ended in the middle of an import left behind: there may be personal
/// data in it. Only called where no other window is open on the replica.
pub(crate) fn remove_left_behind(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PUT_DOWN) && entry.path().is_dir() {
            _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_export_has_a_directory_of_its_own_with_a_name_that_every_system_takes() {
        let at = |second| {
            NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_opt(9, 5, second).unwrap()
        };
        assert_eq!(called("Haus/Süd: 2.", at(7)), "holdfast-Haus-Süd-2-2026-11-20-090507");
        assert_ne!(called("Hall", at(7)), called("Hall", at(8)));
        let dir = tempfile::tempdir().unwrap();
        for expected in ["a", "a-2", "a-3"] {
            let path = unused(dir.path(), "a");
            assert_eq!(path, dir.path().join(expected));
            std::fs::create_dir(path).unwrap();
        }
        assert_eq!(called(&"é".repeat(200), at(7)).chars().count(), 9 + 40 + 18);
    }
}
