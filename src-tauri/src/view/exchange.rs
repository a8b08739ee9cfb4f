//! What is taken over from elsewhere.

use super::count;
use holdfast_replica::import::Progress;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// A file that the person chose, as the window has read it.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct GivenFile {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A calendar to be taken over.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct CalendarImport {
    pub(crate) venue_id: String,
    /// The file's name.
    pub(crate) name: String,
    /// What is in it, in whatever letters: Rust reads them.
    pub(crate) bytes: Vec<u8>,
    /// `closures`, `categories`, `location`, `summary`, or the id of a resource.
    pub(crate) target: String,
    /// First and last day, `YYYY-MM-DD`; empty for all.
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) dry_run: bool,
}

/// How far an import of files has come.
#[derive(Clone, Debug, Serialize, Type, Event)]
pub(crate) struct ImportProgressed {
    /// The file being read.
    pub(crate) file: String,
    /// Rows read of it.
    pub(crate) rows: u32,
    /// How much of it, in percent.
    pub(crate) percent: u32,
}

impl ImportProgressed {
    pub(crate) fn of(progress: &Progress) -> Self {
        Self {
            file: progress.file.clone(),
            rows: count(progress.rows),
            percent: count(progress.bytes * 100 / progress.bytes_total.max(1)),
        }
    }
}
