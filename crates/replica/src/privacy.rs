//! Personal data: taking it out of what this device keeps when it was erased, and finding what has
//! been kept for long enough. Handing it out is in `archive.rs`.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{privacy, related, rows, scrub};
use crate::submit::{Submission, submit, submit_together};
use holdfast_domain::command::{EditBooking, EraseCustomer, Patch, RecordDataRequest};
use holdfast_domain::rows::RETENTION_DAYS;
use holdfast_domain::{
    Booking, Command, Customer, CustomerId, DataRequest, DataRequestId, DataRequestKind, Refusal,
    Right, Timestamp,
};
use rusqlite::Connection;
use std::collections::HashMap;
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
    /// Erases all that is personal about a customer, and writes down that they asked for it; both or
    /// neither.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn erase_customer(
        &mut self,
        customer_id: CustomerId,
        reason: &str,
        at: Timestamp,
    ) -> Result<Submission, Failure> {
        let record = Command::RecordDataRequest(RecordDataRequest {
            request_id: DataRequestId(Uuid::now_v7()),
            customer_id,
            kind: DataRequestKind::Erasure,
            done: true,
            expires_at: None,
        });
        let erase = |customer_id, along_with| {
            let erase = EraseCustomer::new(customer_id, reason.into());
            Command::EraseCustomer(EraseCustomer { along_with, ..erase })
        };
        // Whoever turned out to be them is the same person.
        let same = privacy::merged_into(&self.db, customer_id)?.into_iter();
        let mut commands: Vec<Command> = same.map(|id| erase(id, Some(customer_id))).collect();
        commands.push(erase(customer_id, None));
        let done = self.write(|db| {
            let mut submissions = submit_together(db, &commands, at)?;
            if let Some(n) = submissions.iter().position(is_refused) {
                return Ok(Err(submissions.swap_remove(n)));
            }
            match submissions.pop() {
                Some(done @ Submission::Done(_)) => match submit(db, &record, at)? {
                    refused @ Submission::Refused(_) => Ok::<_, Failure>(Err(refused)),
                    _ => Ok(Ok(done)),
                },
                _ => Ok(Ok(Submission::Unchanged)),
            }
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
        let commands: Vec<Command> = retained
            .customers
            .iter()
            .map(erase)
            .chain(retained.bookings.iter().map(emptied))
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
    let empty =
        |text: &String| (!text.is_empty()).then(|| Patch { from: text.clone(), to: String::new() });
    Command::EditBooking(EditBooking {
        booking_id: booking.id,
        customer_id: booking
            .customer_id
            .filter(|_| booking.package_id.is_none())
            .map(|id| Patch { from: Some(id), to: None }),
        title: empty(&booking.title),
        description: empty(&booking.description),
        customer_note: empty(&booking.customer_note),
        staff_note: empty(&booking.staff_note),
        attendee_count: None,
        meeting_url: empty(&booking.meeting_url),
    })
}

/// Takes erased customers out of what this device keeps of its own work: the words in operations
/// that have their verdict. What still waits goes to headquarters as it is, and is scrubbed when it
/// has been judged; so is all of somebody whose erasure waits itself. A desk alone, which nobody has seen
/// yet, rewrites its words and its chain.
pub(crate) fn scrub(db: &Connection, standalone: bool) -> Result<(), Failure> {
    let erased = privacy::erased_and_not_scrubbed(db, !standalone)?;
    if erased.is_empty() {
        return Ok(());
    }
    let mut about = HashMap::new();
    for &customer in &erased {
        for row in related::all_of(db, customer.0)? {
            about.insert(row.id().to_string(), customer);
        }
    }
    about.extend(erased.iter().map(|&customer| (customer.to_string(), customer)));
    let mentioned = scrub::scrub(db, about, standalone)?;
    for customer in erased.into_iter().filter(|customer| !mentioned.contains(customer)) {
        privacy::note_scrubbed(db, customer)?;
    }
    Ok(())
}

fn is_refused(submission: &Submission) -> bool {
    matches!(submission, Submission::Refused(_))
}
