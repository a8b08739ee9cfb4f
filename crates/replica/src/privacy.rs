//! Personal data: taking it out of what this device keeps when it was erased, and finding what has
//! been kept for long enough. Handing it out is in `archive.rs`.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{history, meta, meta::Key, privacy, related, rows, scrub, whose};
use crate::submit::{Submission, submit_together};
use holdfast_domain::command::{EditBooking, EraseCustomer};
use holdfast_domain::rows::RETENTION_DAYS;
use holdfast_domain::{
    Booking, BookingId, Change, Command, Customer, CustomerId, DataRequest, DataRequestId,
    DeviceId, Entity, HistoryEntry, Refusal, Related, Right, Timestamp,
};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3_600_000;

/// What has been kept for long enough.
#[derive(Clone, PartialEq, Debug)]
pub struct Retained {
    /// For how many days things are kept.
    pub days: u32,
    /// Customers who have not been here since.
    pub customers: Vec<Customer>,
    /// Cancelled bookings that still say something.
    pub bookings: Vec<Booking>,
}

impl Replica {
    /// Erases all that is personal about a customer, and writes down that they asked for it.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn erase_customer(
        &mut self,
        customer_id: CustomerId,
        reason: &str,
        at: Timestamp,
    ) -> Result<Submission, Failure> {
        let erase = |customer_id, along_with, request_id| {
            let erase = EraseCustomer::new(customer_id, reason.into());
            Command::EraseCustomer(EraseCustomer { along_with, request_id, ..erase })
        };
        // Whoever turned out to be them is the same person.
        let same = privacy::merged_into(&self.db, customer_id)?.into_iter();
        let mut commands: Vec<Command> =
            same.map(|id| erase(id, Some(customer_id), None)).collect();
        commands.push(erase(customer_id, None, Some(DataRequestId(Uuid::now_v7()))));
        let done = self.write(|db| {
            let mut submissions = submit_together(db, &commands, at)?;
            Ok(match submissions.iter().position(is_refused) {
                Some(n) => Err(submissions.swap_remove(n)),
                None => Ok(submissions.pop().unwrap_or(Submission::Unchanged)),
            })
        })?;
        self.remove_archives(at)?;
        Ok(done.unwrap_or_else(|refused| refused))
    }

    /// The requests about personal data, newest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn data_requests(&self) -> Result<Result<Vec<DataRequest>, Refusal>, Failure> {
        if let Err(refusal) = self.require_right(Right::Privacy)? {
            return Ok(Err(refusal));
        }
        Ok(Ok(rows::all(&self.db, "order by t.requested_at desc, t.id", &[])?))
    }

    /// For how many days things are kept: as long as any venue wants it.
    fn retention_days(&self) -> Result<u32, Failure> {
        let venues = self.venues()?.into_iter();
        let days = venues.map(|venue| venue.policy.retention_days.unwrap_or(RETENTION_DAYS));
        Ok(days.max().unwrap_or(RETENTION_DAYS))
    }

    /// What has been kept for longer than `days`, or than the venues' policy says: customers without
    /// a booking since, and cancelled bookings that still say something. This is the dry run; nothing
    /// changes.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn retained(
        &self,
        days: Option<u32>,
        at: Timestamp,
    ) -> Result<Result<Retained, Refusal>, Failure> {
        self.require_whole()?;
        if let Err(refusal) = self.require_right(Right::Erasure)? {
            return Ok(Err(refusal));
        }
        let days = days.map_or_else(|| self.retention_days(), Ok)?;
        let before = since(days, at).0;
        Ok(Ok(Retained {
            days,
            customers: privacy::quiet_customers(&self.db, before)?,
            bookings: privacy::cancelled_bookings(&self.db, before)?,
        }))
    }

    /// Erases what has been kept for longer than that; what a rule says no to is left, and said.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn erase_retained(
        &mut self,
        days: Option<u32>,
        at: Timestamp,
    ) -> Result<Result<(Retained, Vec<Refusal>), Refusal>, Failure> {
        let retained = match self.retained(days, at)? {
            Ok(retained) => retained,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let reason = format!("kept for more than {} days", retained.days);
        let quiet_since = Some(since(retained.days, at));
        let erase = |customer: &Customer| {
            let erase = EraseCustomer::new(customer.id, reason.clone());
            Command::EraseCustomer(EraseCustomer { quiet_since, ..erase })
        };
        let whose: HashSet<CustomerId> = retained.customers.iter().map(|it| it.id).collect();
        let goes = |it: &Booking| it.customer_id.is_some_and(|id| whose.contains(&id));
        let commands: Vec<Command> = retained
            .customers
            .iter()
            .map(erase)
            // Those of whoever is erased go with them.
            .chain(retained.bookings.iter().filter(|it| !goes(it)).map(emptied))
            .collect();
        let submissions = self.submit_all(&commands, at)?;
        self.remove_archives(at)?;
        let refusals = submissions.into_iter().filter_map(|submission| match submission {
            Submission::Refused(refusal) => Some(refusal),
            _ => None,
        });
        Ok(Ok((retained, refusals.collect())))
    }
}

fn since(days: u32, at: Timestamp) -> Timestamp {
    at.plus_ms(-i64::from(days) * DAY_MS)
}

/// A cancelled booking without its words, and for nobody.
fn emptied(booking: &Booking) -> Command {
    let booking_id = booking.id;
    Command::EditBooking(EditBooking { booking_id, erased: true, ..EditBooking::default() })
}

/// Takes erased customers out of what this device keeps of its own work: the words in operations
/// that have their verdict. What still waits goes to headquarters as it is, and is scrubbed when it
/// has been judged; so is all of somebody whose erasure waits itself. A desk alone, which nobody has seen
/// yet, rewrites its words and its chain.
///
/// What headquarters forgot `elsewhere` goes from what was judged here: its rows and what waits are as
/// they should be.
pub(crate) fn scrub(db: &Connection, standalone: bool, elsewhere: &Emptied) -> Result<(), Failure> {
    let erased = privacy::erased_and_not_scrubbed(db, !standalone)?;
    let emptied = privacy::emptied_and_not_scrubbed(db, !standalone)?;
    scrub::forget_values(db, &elsewhere.said)?;
    let nothing_elsewhere = elsewhere.bookings.is_empty() && !elsewhere.history;
    if erased.is_empty() && emptied.is_empty() && nothing_elsewhere {
        return Ok(());
    }
    let mut about = said_of_all(db, &emptied)?;
    for &(customer, is_again) in &erased {
        // What was theirs once is others' business since then.
        let once = match is_again {
            true => Vec::new(),
            false => related::answer(db, &Related::OnceOf(customer), Timestamp(0))?,
        };
        let once = once.into_iter().filter(|row| !matches!(row, Change::HistoryEntry(_)));
        let rows: Vec<Change> = related::all_of(db, customer.0)?.into_iter().chain(once).collect();
        let series: HashSet<Uuid> =
            rows.iter().filter(|row| row.entity() == Entity::Series).map(Change::id).collect();
        // Of a date of somebody else's series, a desk alone brings what was said before it was theirs.
        let is_dates = |row: &Change| match row {
            Change::Booking(it) if standalone => {
                it.series_id.is_some_and(|id| !series.contains(&id.0))
            }
            _ => false,
        };
        let theirs = rows.iter().filter(|row| !is_dates(row));
        about.extend(theirs.map(|row| (row.id().to_string(), customer)));
    }
    about.extend(erased.iter().map(|&(customer, _)| (customer.to_string(), customer)));
    scrub::add_series(db, &mut about)?;
    let of_rows = about.clone();
    let theirs = whose::theirs(db, &of_rows)?;
    if !elsewhere.bookings.is_empty() {
        about.extend(said_of_all(db, &elsewhere.bookings)?);
        scrub::add_series(db, &mut about)?;
    }
    let mentioned = scrub::scrub_operations(db, &about, standalone)?;
    scrub::scrub_effects(db, &of_rows, &theirs, standalone)?;
    scrub::forget_told(db, &history::emptied_here(db)?)?;
    meta::set(db, Key::Unswept, "1")?;
    for (customer, _) in erased.into_iter().filter(|(customer, _)| !mentioned.contains(customer)) {
        privacy::note_scrubbed(db, customer)?;
    }
    for booking in emptied.into_iter().filter(|it| !mentioned.contains(&CustomerId(it.0))) {
        privacy::forget_emptied(db, booking)?;
    }
    Ok(())
}

/// What is said of bookings: whoever they were, as somebody of their own.
fn said_of_all<'a>(
    db: &Connection,
    bookings: impl IntoIterator<Item = &'a BookingId>,
) -> rusqlite::Result<scrub::About> {
    let mut about = HashMap::new();
    for &booking in bookings {
        let nobody = CustomerId(booking.0);
        let rows = related::said_of(db, booking)?;
        // A series is about its other dates, too, until they are erased as well.
        let said = rows.iter().filter(|row| row.entity() != Entity::Series);
        about.extend(said.map(|row| (row.id().to_string(), nobody)));
        about.insert(booking.to_string(), nobody);
    }
    Ok(about)
}

/// What headquarters forgot that this device has still to forget of its own work.
#[derive(Default)]
pub(crate) struct Emptied {
    /// Bookings of which all that was said is gone: they were kept for long enough, or are of who is
    /// erased.
    bookings: BTreeSet<BookingId>,
    /// Whether the history of something done here says nothing any more.
    history: bool,
    /// What history said of bookings that it does not say any more.
    said: HashSet<(Uuid, String)>,
}

/// What headquarters forgot, among rows that have arrived and are not written yet: bookings that do not
/// stand and do not even say why any more, and history that says nothing any more.
pub(crate) fn emptied_elsewhere<'a>(
    db: &Connection,
    arrived: impl IntoIterator<Item = &'a Change>,
) -> rusqlite::Result<Emptied> {
    let own: Option<DeviceId> = meta::parse(db, Key::DeviceId)?;
    let mut emptied = Emptied::default();
    for change in arrived {
        match change {
            Change::HistoryEntry(told)
                if told.about == Entity::Booking && told.changes.is_empty() =>
            {
                let here: Option<HistoryEntry> = rows::get(db, told.id)?;
                let is_news = here.as_ref() != Some(told);
                emptied.history |= is_news && Some(told.device_id) == own;
                let said =
                    here.into_iter().flat_map(|it| it.changes).flat_map(|it| [it.before, it.after]);
                let said = said.filter_map(|it| Some((told.about_id, it.as_str()?.to_owned())));
                emptied.said.extend(said);
            }
            Change::Booking(booking) if scrub::is_erased(booking) => {
                let here = rows::get::<Booking>(db, booking.id)?;
                if here.is_some_and(|it| !scrub::is_erased(&it)) {
                    emptied.bookings.insert(booking.id);
                }
            }
            _ => {}
        }
    }
    Ok(emptied)
}

fn is_refused(submission: &Submission) -> bool {
    matches!(submission, Submission::Refused(_))
}
