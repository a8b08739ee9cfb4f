//! A run over the files of a mapping: one after the other, so that each finds what it refers to, a
//! batch of rows at a time.

use super::columns::CustomerColumns;
use super::people::{self, Merge};
use super::row::{Read, Rows};
use super::table::{Record, Table};
use super::{ImportFailure, Mapping, Progress, Rejected, Report, RowNote, Tally, in_one_go};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store;
use crate::submit::{Submission, is_erasure, scrub, submit_unscrubbed};
use holdfast_domain::{Command, LocalNote, Notice, Timestamp};
use std::collections::BTreeSet;
use std::path::Path;

/// Rows per transaction: one wait for the disk for so many rows.
pub(super) const BATCH: usize = 250;

/// One row on its way in.
pub(super) struct Pending {
    pub(super) line: u64,
    pub(super) source_id: String,
    /// Whether it is not here yet.
    pub(super) is_new: bool,
    /// All of them, or none.
    pub(super) commands: Vec<Command>,
    pub(super) notes: Vec<LocalNote>,
}

/// A run over some files.
pub(super) struct Run<'a> {
    pub(super) replica: &'a Replica,
    at: Timestamp,
    pub(super) report: &'a mut Report,
    pub(super) progress: &'a mut dyn FnMut(&Progress),
    /// The customers who were here as the file says, by their ids in the source, while they are taken.
    same_customers: Option<BTreeSet<String>>,
    /// Whether the file was read before: what cannot be read of it is known.
    again: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        replica: &'a Replica,
        at: Timestamp,
        report: &'a mut Report,
        progress: &'a mut dyn FnMut(&Progress),
    ) -> Self {
        let (same_customers, again) = (None, false);
        Self { replica, at, report, progress, same_customers, again }
    }

    /// All files, in an order in which each finds what it refers to.
    pub(super) fn files(
        &mut self,
        mapping: &Mapping,
        dir: &Path,
        rows: &Rows<'_>,
    ) -> Result<(), ImportFailure> {
        let open = |file: &str| Table::open(dir, mapping, file);
        if let Some(columns) = &mapping.staff {
            self.report.staff = self.file(&open(&columns.file)?, |it| rows.staff(columns, it))?;
        }
        if let Some(columns) = &mapping.services {
            let table = open(&columns.file)?;
            self.report.services = self.file(&table, |it| rows.service(columns, it))?;
        }
        if let Some(columns) = &mapping.products {
            let table = open(&columns.file)?;
            self.report.products = self.file(&table, |it| rows.product(columns, it))?;
        }
        if let Some(columns) = &mapping.resources {
            let table = open(&columns.file)?;
            // What has parts comes after them.
            let mut tally = self.file(&table, |it| rows.resource(columns, it, false))?;
            self.again = true;
            tally.add(self.file(&table, |it| rows.resource(columns, it, true))?);
            self.again = false;
            self.report.resources = tally;
        }
        if let Some(columns) = &mapping.customers {
            let table = open(&columns.file)?;
            self.same_customers = columns.merged_into.as_ref().map(|_| BTreeSet::new());
            self.report.customers = self.file(&table, |it| rows.customer(columns, it))?;
            if let Some(same) = self.same_customers.take() {
                self.merges(&table, rows, columns, same)?;
            }
        }
        if let Some(columns) = &mapping.events {
            let table = open(&columns.file)?;
            self.report.events = self.file(&table, |it| rows.event(columns, it))?;
        }
        if let Some(columns) = &mapping.exceptions {
            let table = open(&columns.file)?;
            self.report.exceptions = self.file(&table, |it| rows.exception(columns, it))?;
        }
        if let Some(columns) = &mapping.series {
            let table = open(&columns.file)?;
            self.report.series = self.file(&table, |it| rows.series(columns, it))?;
        }
        if let Some(columns) = &mapping.packages {
            let table = open(&columns.file)?;
            self.report.packages = self.file(&table, |it| rows.package(columns, it))?;
        }
        if let Some(columns) = &mapping.bookings {
            let table = open(&columns.file)?;
            self.report.bookings = self.file(&table, |it| rows.booking(columns, it))?;
        }
        if let Some(columns) = &mapping.attendances {
            let table = open(&columns.file)?;
            self.report.attendances = self.file(&table, |it| rows.attendance(columns, it))?;
        }
        if let Some(columns) = &mapping.credit_entries {
            let table = open(&columns.file)?;
            let bookings = mapping.bookings.as_ref().map(|columns| columns.file.as_str());
            self.report.credit_entries = self.ledgers(&table, rows, columns, bookings)?;
        }
        if let Some(columns) = &mapping.payments {
            let table = open(&columns.file)?;
            self.report.payments = self.file(&table, |it| rows.payment(columns, it))?;
        }
        Ok(())
    }

    /// Customers who turned out to be others, when all of them are here. What a rule says against it
    /// is a note: the customer was taken.
    fn merges(
        &mut self,
        table: &Table,
        rows: &Rows<'_>,
        columns: &CustomerColumns,
        mut same: BTreeSet<String>,
    ) -> Result<(), ImportFailure> {
        let mut merges = Vec::new();
        for record in table.records()? {
            let Ok(fields) = record.fields else { continue };
            if let Some(merge) = rows.merge(columns, &Record::new(table, fields))? {
                merges.push((record.line, merge));
            }
        }
        for (line, merge) in people::in_order(merges) {
            let Merge { source_id, command } = merge;
            let submission = match command {
                Ok(command) => {
                    let commands = vec![Command::MergeCustomers(command)];
                    let (is_new, notes) = (false, Vec::new());
                    let row =
                        Pending { line, source_id: source_id.clone(), is_new, commands, notes };
                    self.submit(std::slice::from_ref(&row))?.pop()
                }
                Err(refusal) => Some(Submission::Refused(refusal)),
            };
            match submission {
                Some(Submission::Refused(refusal)) => self.report.notes.push(RowNote {
                    file: table.name.clone(),
                    line,
                    message: format!("The customer was not merged: {}", refusal.message()),
                }),
                Some(Submission::Done(_)) if same.remove(&source_id) => {
                    self.report.customers.updated += 1;
                    self.report.customers.already -= 1;
                }
                _ => {}
            }
        }
        Ok(())
    }

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
                Err(_) if self.again => tally.rows -= 1,
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
                    Read::Later => tally.rows -= 1,
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
                Submission::Done(_) => {
                    *(if is_new { &mut tally.taken } else { &mut tally.updated }) += 1;
                }
                Submission::Unchanged => {
                    tally.already += 1;
                    if let Some(same) = &mut self.same_customers {
                        same.insert(source_id);
                    }
                }
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

    /// Submits a batch in one transaction.
    pub(super) fn submit(&self, batch: &[Pending]) -> Result<Vec<Submission>, Failure> {
        let submit = |pending| self.submit_row(pending);
        in_one_go(&self.replica.db, || {
            let submissions = batch.iter().map(submit).collect::<Result<_, Failure>>()?;
            if batch.iter().flat_map(|pending| &pending.commands).any(is_erasure) {
                scrub(&self.replica.db)?;
            }
            Ok(submissions)
        })
    }

    /// All that a row asks for, or nothing of it.
    fn submit_row(&self, pending: &Pending) -> Result<Submission, Failure> {
        let db = &self.replica.db;
        if let [command] = pending.commands.as_slice() {
            return submit_unscrubbed(db, &self.replica.with_parts_of(command, self.at)?, self.at);
        }
        store::savepoint(db, || {
            let mut whole = Submission::Unchanged;
            for command in &pending.commands {
                let command = self.replica.with_parts_of(command, self.at)?;
                match submit_unscrubbed(db, &command, self.at)? {
                    refused @ Submission::Refused(_) => return Ok(Err(refused)),
                    Submission::Unchanged => {}
                    done @ Submission::Done(_) => whole = done,
                }
            }
            Ok(Ok(whole))
        })
    }

    pub(super) fn reject(
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

pub(super) fn progress(table: &Table, rows: u64, bytes: u64) -> Progress {
    Progress { file: table.name.clone(), rows, bytes, bytes_total: table.bytes }
}
