//! A run over the files of a mapping: one after the other, so that each finds what it refers to, a
//! batch of rows at a time.

use super::columns::{CreditEntryColumns, CustomerColumns};
use super::people::{self, Merge};
use super::row::{Read, Rows};
use super::table::{Record, Table};
use super::{ImportFailure, Mapping, Progress, Rejected, Report, RowNote, Tally};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store;
use crate::submit::{Submission, submit};
use holdfast_domain::command::ImportLedger;
use holdfast_domain::{
    Command, CreditEntry, CustomerId, Entity, LocalNote, Notice, Package, PackageId, Timestamp,
};
use rusqlite::{Transaction, TransactionBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rows per transaction: one wait for the disk for so many rows.
const BATCH: usize = 250;
/// Lines of one ledger per operation.
const LINES: usize = 500;

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

/// One line of a ledger on its way in.
struct Line {
    line: u64,
    source_id: String,
    entry: CreditEntry,
}

fn pending_ledger((customer_id, lines): &(CustomerId, Vec<Line>)) -> Pending {
    let command = |lines: &[Line]| {
        Command::ImportLedger(ImportLedger {
            package_id: lines.first().map(|line| line.entry.package_id).unwrap_or_default(),
            customer_id: *customer_id,
            lines: lines.iter().map(|line| line.entry.clone()).collect(),
        })
    };
    Pending {
        line: lines.first().map_or(1, |line| line.line),
        source_id: String::new(),
        is_new: true,
        commands: lines.chunks(LINES).map(command).collect(),
        notes: Vec::new(),
    }
}

/// A run over some files.
pub(super) struct Run<'a> {
    replica: &'a Replica,
    at: Timestamp,
    dry_run: bool,
    report: &'a mut Report,
    progress: &'a mut dyn FnMut(&Progress),
    /// The customers who are new or changed, by their ids in the source, while they are taken.
    changed_customers: Option<BTreeSet<String>>,
    /// Whether the file was read before: what cannot be read of it is known.
    again: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        replica: &'a Replica,
        at: Timestamp,
        dry_run: bool,
        report: &'a mut Report,
        progress: &'a mut dyn FnMut(&Progress),
    ) -> Self {
        let (changed_customers, again) = (None, false);
        Self { replica, at, dry_run, report, progress, changed_customers, again }
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
            self.changed_customers = columns.merged_into.as_ref().map(|_| BTreeSet::new());
            self.report.customers = self.file(&table, |it| rows.customer(columns, it))?;
            if let Some(changed) = self.changed_customers.take() {
                self.merges(&table, rows, columns, &changed)?;
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
        if let Some(columns) = &mapping.payments {
            let table = open(&columns.file)?;
            self.report.payments = self.file(&table, |it| rows.payment(columns, it))?;
        }
        if let Some(columns) = &mapping.credit_entries {
            let table = open(&columns.file)?;
            self.report.credit_entries = self.ledgers(&table, rows, columns)?;
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
        changed: &BTreeSet<String>,
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
                Some(Submission::Done(_)) if !changed.contains(&source_id) => {
                    self.report.customers.updated += 1;
                    self.report.customers.already -= 1;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The lines of ledgers, package by package: what is new of one comes over whole, so that nothing
    /// is written off in the middle of it. Of one that is here already, what is new comes booking by
    /// booking.
    fn ledgers(
        &mut self,
        table: &Table,
        rows: &Rows<'_>,
        columns: &CreditEntryColumns,
    ) -> Result<Tally, ImportFailure> {
        let mut tally = Tally::default();
        let mut ledgers: BTreeMap<PackageId, Vec<Line>> = BTreeMap::new();
        for record in table.records()? {
            tally.rows += 1;
            let line = record.line;
            let (source_id, told) = match record.fields {
                Ok(fields) => rows.credit_entry(columns, &Record::new(table, fields))?,
                Err(refusal) => (String::new(), Err(refusal)),
            };
            match told {
                Ok(entry) => {
                    let ledger = ledgers.entry(entry.package_id).or_default();
                    ledger.push(Line { line, source_id, entry });
                }
                Err(refusal) => self.reject(table, line, source_id, refusal.notice(), &mut tally),
            }
        }
        let mut pending = Vec::new();
        for (package_id, mut ledger) in ledgers {
            ledger.sort_by_key(|line| line.entry.entered_at);
            let package = store::get::<Package>(&self.replica.db, package_id);
            let Some(package) = package.map_err(Failure::from)? else { continue };
            pending.extend(
                self.together(package_id, ledger)?.into_iter().map(|it| (package.customer_id, it)),
            );
        }
        for batch in pending.chunks(BATCH) {
            self.take_ledgers(table, batch, &mut tally)?;
            (self.progress)(&progress(table, tally.rows, table.bytes));
        }
        Ok(tally)
    }

    /// Which lines of a ledger stand or fall together.
    fn together(&self, id: PackageId, ledger: Vec<Line>) -> Result<Vec<Vec<Line>>, Failure> {
        let bought = "where t.package_id = ?1 and t.kind = 'purchase'";
        if store::rows::all::<CreditEntry>(&self.replica.db, bought, &[&id.0])?.is_empty() {
            return Ok(vec![ledger]);
        }
        let mut groups: Vec<Vec<Line>> = Vec::new();
        for line in ledger {
            let booking_id = line.entry.booking_id;
            let same = |it: &&mut Vec<Line>| {
                booking_id.is_some() && it.iter().any(|of| of.entry.booking_id == booking_id)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(line),
                None => groups.push(vec![line]),
            }
        }
        Ok(groups)
    }

    fn take_ledgers(
        &mut self,
        table: &Table,
        ledgers: &[(CustomerId, Vec<Line>)],
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let is_here =
            |line: &Line| store::exists(&self.replica.db, Entity::CreditEntry, line.entry.id.0);
        let all = || ledgers.iter().flat_map(|(_, lines)| lines);
        let before: Vec<bool> = all().map(is_here).collect::<Result<_, _>>()?;
        let pending: Vec<Pending> = ledgers.iter().map(pending_ledger).collect();
        let mut submissions = Vec::new();
        for (submission, (_, lines)) in self.submit(&pending)?.into_iter().zip(ledgers) {
            submissions.extend(lines.iter().map(|_| submission.clone()));
        }
        for ((line, was_here), submission) in all().zip(before).zip(submissions) {
            if let Submission::Refused(refusal) = submission {
                self.reject(table, line.line, line.source_id.clone(), refusal.notice(), tally);
            } else if was_here {
                tally.already += 1;
            } else if store::exists(&self.replica.db, Entity::CreditEntry, line.entry.id.0)? {
                tally.taken += 1;
            } else {
                tally.already += 1;
                let message = "Left out: what it says is so here already, or what it paid for is \
                               not here or was paid otherwise.";
                let (file, message) = (table.name.clone(), message.into());
                self.report.notes.push(RowNote { file, line: line.line, message });
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
                    if let Some(changed) = &mut self.changed_customers {
                        changed.insert(source_id);
                    }
                }
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
