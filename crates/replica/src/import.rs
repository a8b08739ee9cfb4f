//! Taking over another system's CSV files, by a mapping that a person writes once.
//!
//! One row is one operation, under an id derived from the source's own: importing twice adds
//! nothing. A row that cannot be taken is reported with file, line and reason, and the rest goes on.
//! Rules about grid, time of day and the past do not apply to what already happened; the guards do.
//! Where the mapping says `update`, rows that are here become what the files say (`update.rs`).

mod calendar;
mod catalogue;
mod columns;
mod exception;
pub(crate) mod field;
mod ledger;
mod mapping;
mod people;
mod record;
mod row;
mod run;
mod table;
mod update;

pub use calendar::{CalendarOptions, CalendarReport, Fate, Place, PlaceField, Taken};
pub use mapping::Mapping;
pub(crate) use row::OWN_SOURCE;

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::meta::{self, Key};
use crate::store::outbox;
use holdfast_domain::{Notice, Timestamp, VenueId};
use row::Rows;
use run::Run;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Into which venue.
    pub venue_id: VenueId,
    /// Say what would come of it, and change nothing.
    pub dry_run: bool,
}

/// How far an import has come.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The file being read.
    pub file: String,
    /// Rows read of it.
    pub rows: u64,
    /// Bytes read of it.
    pub bytes: u64,
    /// Its size in bytes.
    pub bytes_total: u64,
}

/// What came of an import.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Rows of staff.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub staff: Tally,
    /// Rows of services.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub services: Tally,
    /// Rows of products.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub products: Tally,
    /// Rows of resources.
    pub resources: Tally,
    /// Rows of customers.
    pub customers: Tally,
    /// Rows of events.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub events: Tally,
    /// Rows of exceptions to opening hours.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub exceptions: Tally,
    /// Rows of series.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub series: Tally,
    /// Rows of packages.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub packages: Tally,
    /// Rows of bookings.
    pub bookings: Tally,
    /// Rows of places on rosters.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub attendances: Tally,
    /// Rows of payments.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub payments: Tally,
    /// Rows of packages' ledgers.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub credit_entries: Tally,
    /// Every row that could not be taken.
    pub rejected: Vec<Rejected>,
    /// What has to be said about rows that were taken.
    pub notes: Vec<RowNote>,
}

/// What came of one file's rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Tally {
    /// Rows read.
    pub rows: u64,
    /// Rows that became something new.
    pub taken: u64,
    /// Rows that were here and became what the file says.
    #[serde(skip_serializing_if = "is_none")]
    pub updated: u64,
    /// Rows that were here already.
    pub already: u64,
    /// Rows that could not be taken.
    pub rejected: u64,
}

impl Tally {
    /// Whether there were no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.taken += other.taken;
        self.updated += other.updated;
        self.already += other.already;
        self.rejected += other.rejected;
    }
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// A row that could not be taken.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Rejected {
    /// In which file.
    pub file: String,
    /// On which line; the header is line 1.
    pub line: u64,
    /// The row's id in its source, as far as it could be read.
    pub source_id: String,
    /// Why.
    pub refusal: Notice,
}

/// Something about a row that was taken, such as a time that does not exist on that day.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RowNote {
    /// In which file.
    pub file: String,
    /// On which line.
    pub line: u64,
    /// What.
    pub message: String,
}

/// Why an import could not begin or go on. Rows taken before stay taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    /// The mapping says something that makes no sense, or names a column that a file does not have.
    #[error("{path}: {problem}")]
    Mapping {
        /// The mapping, or the file whose columns do not fit.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A calendar makes no sense.
    #[error("{path}: {problem}")]
    Calendar {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// This device broke.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl ImportFailure {
    /// Whether the person can mend it in what they gave.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        !matches!(self, Self::Failure(_))
    }

    /// A stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mapping { .. } => "bad_mapping",
            Self::File { .. } => "file_unreadable",
            Self::Calendar { .. } => "bad_calendar",
            Self::Failure(_) => "failure",
        }
    }
}

impl Replica {
    /// Imports the files of `dir` that `mapping` names, so that each finds what it refers to.
    ///
    /// # Errors
    /// See [`ImportFailure`]. Rows that do not fit are no error; they are in the report.
    pub fn import(
        &mut self,
        mapping: &Mapping,
        dir: &Path,
        options: &Options,
        at: Timestamp,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Report, ImportFailure> {
        let venue = self.venue(options.venue_id)?.ok_or_else(|| ImportFailure::Mapping {
            path: mapping.path().to_owned(),
            problem: "the venue to import into is not known here".into(),
        })?;
        // A dry run is the real run, on a copy.
        let copy = options.dry_run.then(|| self.copy()).transpose()?;
        let replica = copy.as_ref().unwrap_or(self);
        let mut report = Report { dry_run: options.dry_run, ..Report::default() };
        let rows = Rows::new(&replica.db, mapping, &venue, at);
        let mut run = Run::new(replica, at, &mut report, progress);
        run.files(mapping, dir, &rows)?;
        // Rows that cannot be read are known before their batch is decided.
        report.rejected.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Ok(report)
    }
}

/// Enters what an import brings in one transaction. It is no one thing that somebody did last: taking
/// back stops there.
fn in_one_go<T>(db: &Connection, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    let (before, _) = outbox::head(db)?;
    let done = work()?;
    let (last, _) = outbox::head(db)?;
    if let Some(kept) = outbox::get(db, last)?.filter(|_| last > before) {
        meta::set(db, Key::ImportedOperationId, &kept.operation.id.to_string())?;
    }
    tx.commit()?;
    Ok(done)
}
