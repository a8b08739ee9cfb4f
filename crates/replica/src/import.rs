//! Taking over another system's CSV files, by a mapping that a person writes once.
//!
//! One row is one operation, under an id derived from the source's own: importing twice adds
//! nothing. A row that cannot be taken is reported with file, line and reason, and the rest goes on.
//! Rules about grid, time of day and the past do not apply to what already happened; the guards do.
//! Where the mapping says `update`, rows that are here become what the files say (`update.rs`).

mod calendar;
mod mapping;
mod row;
mod table;
mod update;

pub use calendar::{CalendarOptions, CalendarReport, Fate, Place, PlaceField, Taken};
pub use mapping::Mapping;

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store;
use crate::submit::{Submission, submit};
use holdfast_domain::{Command, LocalNote, Notice, Timestamp, VenueId};
use row::{Read, Rows};
use rusqlite::{Transaction, TransactionBehavior};
use serde::Serialize;
use std::path::{Path, PathBuf};
use table::{Record, Table};

/// Rows per transaction: one wait for the disk for so many rows.
const BATCH: usize = 250;

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
    /// Rows of resources.
    pub resources: Tally,
    /// Rows of customers.
    pub customers: Tally,
    /// Rows of bookings.
    pub bookings: Tally,
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

/// One row on its way in.
struct Pending {
    line: u64,
    source_id: String,
    /// Whether it is not here yet.
    is_new: bool,
    /// All of them, or none.
    commands: Vec<Command>,
    notes: Vec<LocalNote>,
}

impl Replica {
    /// Imports the files of `dir` that `mapping` names: resources, then customers, then bookings.
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
        let (replica, db) = (&*self, &self.db);
        // A dry run is the real run, taken back.
        let dry = match options.dry_run {
            true => Some(
                Transaction::new_unchecked(db, TransactionBehavior::Immediate)
                    .map_err(Failure::from)?,
            ),
            false => None,
        };
        let mut report = Report { dry_run: options.dry_run, ..Report::default() };
        let rows = Rows::new(db, mapping, &venue);
        let mut run = Run { replica, at, dry_run: dry.is_some(), report: &mut report, progress };
        if let Some(columns) = &mapping.resources {
            let table = Table::open(dir, mapping, &columns.file)?;
            run.report.resources = run.file(&table, |record| rows.resource(columns, record))?;
        }
        if let Some(columns) = &mapping.customers {
            let table = Table::open(dir, mapping, &columns.file)?;
            run.report.customers = run.file(&table, |record| rows.customer(columns, record))?;
        }
        if let Some(columns) = &mapping.bookings {
            let table = Table::open(dir, mapping, &columns.file)?;
            run.report.bookings = run.file(&table, |record| rows.booking(columns, record))?;
        }
        // Rows that cannot be read are known before their batch is decided.
        report.rejected.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Ok(report)
    }
}

/// A run over some files.
struct Run<'a> {
    replica: &'a Replica,
    at: Timestamp,
    dry_run: bool,
    report: &'a mut Report,
    progress: &'a mut dyn FnMut(&Progress),
}

impl Run<'_> {
    /// Streams one file through `read`, a batch at a time.
    fn file(
        &mut self,
        table: &Table,
        read: impl Fn(&Record<'_>) -> Result<Read, Failure>,
    ) -> Result<Tally, ImportFailure> {
        let mut tally = Tally::default();
        let mut batch = Vec::with_capacity(BATCH);
        for record in table.records()? {
            tally.rows += 1;
            let line = record.line;
            match record.fields {
                Err(problem) => {
                    self.reject(table, line, String::new(), problem.notice(), &mut tally);
                }
                Ok(fields) => match read(&Record::new(table, fields))? {
                    Read::Taken { source_id, is_new, commands, notes } => {
                        batch.push(Pending { line, source_id, is_new, commands, notes });
                    }
                    Read::Rejected { source_id, refusal } => {
                        self.reject(table, line, source_id, refusal.notice(), &mut tally);
                    }
                },
            }
            if batch.len() == BATCH {
                self.take(table, &mut batch, &mut tally)?;
                (self.progress)(&progress(table, tally.rows, record.byte));
            }
        }
        self.take(table, &mut batch, &mut tally)?;
        (self.progress)(&progress(table, tally.rows, table.bytes));
        Ok(tally)
    }

    fn take(
        &mut self,
        table: &Table,
        batch: &mut Vec<Pending>,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let submissions = self.submit(batch)?;
        for (pending, submission) in batch.drain(..).zip(submissions) {
            let Pending { line, source_id, is_new, notes, .. } = pending;
            match submission {
                Submission::Done(_) if is_new => tally.taken += 1,
                Submission::Done(_) => tally.updated += 1,
                Submission::Unchanged => tally.already += 1,
                Submission::Refused(refusal) => {
                    self.reject(table, line, source_id, refusal.notice(), tally);
                    continue;
                }
            }
            self.report.notes.extend(notes.iter().map(|note| RowNote {
                file: table.name.clone(),
                line,
                message: note.message(),
            }));
        }
        Ok(())
    }

    /// Submits a batch: in one transaction of its own, or in that of the dry run.
    fn submit(&self, batch: &[Pending]) -> Result<Vec<Submission>, Failure> {
        let submit_all = || batch.iter().map(|pending| self.submit_row(pending)).collect();
        if self.dry_run {
            return submit_all();
        }
        let tx = Transaction::new_unchecked(&self.replica.db, TransactionBehavior::Immediate)?;
        let submissions = submit_all()?;
        tx.commit()?;
        Ok(submissions)
    }

    /// All that a row asks for, or nothing of it.
    fn submit_row(&self, pending: &Pending) -> Result<Submission, Failure> {
        let db = &self.replica.db;
        if let [command] = pending.commands.as_slice() {
            return submit(db, &self.replica.with_parts_of(command, self.at)?, self.at);
        }
        store::savepoint(db, || {
            let mut whole = Submission::Unchanged;
            for command in &pending.commands {
                let command = self.replica.with_parts_of(command, self.at)?;
                match submit(db, &command, self.at)? {
                    refused @ Submission::Refused(_) => return Ok(Err(refused)),
                    Submission::Unchanged => {}
                    done @ Submission::Done(_) => whole = done,
                }
            }
            Ok(Ok(whole))
        })
    }

    fn reject(
        &mut self,
        table: &Table,
        line: u64,
        source_id: String,
        refusal: Notice,
        tally: &mut Tally,
    ) {
        tally.rejected += 1;
        self.report.rejected.push(Rejected { file: table.name.clone(), line, source_id, refusal });
    }
}

fn progress(table: &Table, rows: u64, bytes: u64) -> Progress {
    Progress { file: table.name.clone(), rows, bytes, bytes_total: table.bytes }
}
