//! The lines of packages' ledgers. What is new of one comes over whole, so that nothing is written off
//! in the middle of it; of one that is here already, what is new comes booking by booking.

use super::columns::CreditEntryColumns;
use super::record::ToldLine;
use super::row::Rows;
use super::run::{BATCH, Pending, Run, progress};
use super::table::{Record, Table, invalid};
use super::{ImportFailure, RowNote, Tally};
use crate::failure::Failure;
use crate::store;
use crate::submit::Submission;
use holdfast_domain::command::ImportLedger;
use holdfast_domain::{
    Attendance, AttendanceId, Booking, BookingId, Command, CreditEntry, CreditEntryId, CreditKind,
    CustomerId, Entity, Package, PackageId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Why a line is not taken whose id another line has.
const TWICE: &str = "another line of the file has this id, and says something else";
/// Why a line is not taken whose ledger has one that cannot be read.
const PART: &str =
    "another line of this package cannot be taken, and a new ledger comes over whole";
/// What is said of a line that was left out.
const LEFT_OUT: &str = "Left out: what it says is so here already, or what it paid for is not here or \
                        was paid otherwise.";
/// What is said of a line that was taken though what it paid for was not.
const IN_VAIN: &str = "Taken over, but what it paid for was not, and nobody has it here: where it was \
                       not had there either, give the credits back by a correction.";
/// Lines of one ledger per operation.
const LINES: usize = 400;

/// One line of a ledger on its way in.
#[derive(Clone)]
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
        commands: parts(lines).map(command).collect(),
        notes: Vec::new(),
    }
}

/// A long ledger in parts, none of which ends in the middle of what belongs to one booking.
fn parts(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    let mut n = 0;
    lines.chunk_by(move |a, b| {
        let same = a.entry.booking_id.is_some() && a.entry.booking_id == b.entry.booking_id;
        n = if same || n + 1 < LINES { n + 1 } else { 0 };
        n > 0
    })
}

impl Run<'_> {
    /// The lines of ledgers, package by package: what is new of one comes over whole, so that nothing
    /// is written off in the middle of it. Of one that is here already, what is new comes booking by
    /// booking.
    pub(super) fn ledgers(
        &mut self,
        table: &Table,
        rows: &Rows<'_>,
        columns: &CreditEntryColumns,
        bookings: Option<&str>,
    ) -> Result<Tally, ImportFailure> {
        let lost = self.lost(rows, bookings)?;
        let mut tally = Tally::default();
        let mut ledgers: BTreeMap<PackageId, Vec<Line>> = BTreeMap::new();
        let mut seen: BTreeMap<CreditEntryId, CreditEntry> = BTreeMap::new();
        let mut broken: BTreeSet<PackageId> = BTreeSet::new();
        for record in table.records()? {
            tally.rows += 1;
            let line = record.line;
            let unread = |refusal| {
                let (package_id, source_id) = (None, String::new());
                ToldLine { package_id, source_id, entry: Err(refusal) }
            };
            let ToldLine { package_id, source_id, entry } = match record.fields {
                Ok(fields) => rows.credit_entry(columns, &Record::new(table, fields))?,
                Err(refusal) => unread(refusal),
            };
            let told = entry.and_then(|entry| match seen.insert(entry.id, entry.clone()) {
                Some(other) if other != entry => Err(invalid(&columns.id, TWICE)),
                _ => Ok(entry),
            });
            match told {
                Ok(entry) => {
                    let ledger = ledgers.entry(entry.package_id).or_default();
                    ledger.push(Line { line, source_id, entry });
                }
                Err(refusal) => {
                    broken.extend(package_id);
                    self.reject(table, line, source_id, refusal.notice(), &mut tally);
                }
            }
        }
        for id in broken {
            // What is new comes over whole, or not at all.
            if self.is_known(id)? {
                continue;
            }
            for line in ledgers.remove(&id).into_iter().flatten() {
                let notice = invalid(&columns.package, PART).notice();
                self.reject(table, line.line, line.source_id, notice, &mut tally);
            }
        }
        let mut pending = Vec::new();
        for (package_id, mut ledger) in ledgers {
            ledger.sort_by_key(|line| line.entry.entered_at);
            let package = store::get::<Package>(&self.replica.db, package_id);
            let Some(package) = package.map_err(Failure::from)? else { continue };
            for group in self.together(package_id, ledger)? {
                // What is known is told again only where it is to pay for something.
                if self.says_nothing(package.customer_id, &group)? {
                    tally.already += group.len() as u64;
                } else {
                    pending.push((package.customer_id, group));
                }
            }
        }
        for batch in pending.chunks(BATCH) {
            self.take_ledgers(table, batch, &lost, &mut tally)?;
            (self.progress)(&progress(table, tally.rows, table.bytes));
        }
        Ok(tally)
    }

    /// Which lines of a ledger stand or fall together.
    fn together(&self, id: PackageId, ledger: Vec<Line>) -> Result<Vec<Vec<Line>>, Failure> {
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
        // In the order of their first lines: what was bought comes before what was spent.
        Ok(if self.is_known(id)? { groups } else { vec![groups.concat()] })
    }

    /// Whether every line is known here, and so is what each paid for: it is paid, or not here.
    fn says_nothing(&self, customer_id: CustomerId, lines: &[Line]) -> Result<bool, Failure> {
        let db = &self.replica.db;
        for Line { entry, .. } in lines {
            if !store::exists(db, Entity::CreditEntry, entry.id.0)? {
                return Ok(false);
            }
            let Some(booking_id) = entry.booking_id else { continue };
            let booking: Option<Booking> = store::get(db, booking_id)?;
            let paid_by = match booking.filter(|it| it.capacity.is_none()) {
                Some(booking) => Some(booking.package_id),
                None => {
                    let place = AttendanceId::of(booking_id, customer_id);
                    store::get::<Attendance>(db, place)?.map(|place| place.package_id)
                }
            };
            if paid_by == Some(None) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the ledger of a package has begun here.
    fn is_known(&self, id: PackageId) -> Result<bool, Failure> {
        let bought = "where t.package_id = ?1 and t.kind = 'purchase'";
        Ok(!store::rows::all::<CreditEntry>(&self.replica.db, bought, &[&id.0])?.is_empty())
    }

    fn take_ledgers(
        &mut self,
        table: &Table,
        ledgers: &[(CustomerId, Vec<Line>)],
        lost: &BTreeSet<BookingId>,
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
                let is_use = line.entry.kind == CreditKind::Use;
                if is_use && line.entry.booking_id.is_some_and(|id| lost.contains(&id)) {
                    self.note(table, line.line, IN_VAIN);
                }
            } else {
                tally.already += 1;
                self.note(table, line.line, LEFT_OUT);
            }
        }
        Ok(())
    }

    fn note(&mut self, table: &Table, line: u64, message: &str) {
        let (file, message) = (table.name.clone(), message.into());
        self.report.notes.push(RowNote { file, line, message });
    }

    /// The bookings of this import's file that were not taken.
    fn lost(
        &self,
        rows: &Rows<'_>,
        bookings: Option<&str>,
    ) -> Result<BTreeSet<BookingId>, Failure> {
        let mut lost = BTreeSet::new();
        for it in self.report.rejected.iter().filter(|it| Some(it.file.as_str()) == bookings) {
            let id = rows.id(Entity::Booking, &it.source_id)?;
            if !store::exists(&self.replica.db, Entity::Booking, id)? {
                lost.insert(BookingId(id));
            }
        }
        Ok(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::{BookingId, CreditKind, StaffId, Timestamp};
    use uuid::Uuid;

    #[test]
    fn a_long_ledger_is_parted_between_bookings_only() {
        let entry = |n: u128| CreditEntry {
            id: CreditEntryId(Uuid::from_u128(n)),
            package_id: PackageId::default(),
            kind: CreditKind::Use,
            credits: -1,
            entered_at: Timestamp(0),
            entered_by: StaffId::default(),
            // Three lines each, but for every hundredth, which is for no booking.
            booking_id: (!n.is_multiple_of(100)).then(|| BookingId(Uuid::from_u128(n / 3))),
            reason: String::new(),
        };
        let line = |n| Line { line: 1, source_id: String::new(), entry: entry(n) };
        let lines: Vec<Line> = (0..3_000).map(line).collect();
        let parts: Vec<&[Line]> = parts(&lines).collect();
        assert_eq!(parts.concat().len(), lines.len());
        assert!(parts.len() > 5 && parts.iter().all(|part| part.len() <= LINES + 3));
        for pair in parts.windows(2) {
            let (last, first) = (&pair[0][pair[0].len() - 1], &pair[1][0]);
            let same = last.entry.booking_id == first.entry.booking_id;
            assert!(!same || first.entry.booking_id.is_none());
        }
    }
}
