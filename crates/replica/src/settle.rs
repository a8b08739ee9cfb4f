//! Dealing with what headquarters refused: doing it elsewhere, or giving it up. What credits had paid
//! for there is not lost with it.

use crate::draft::moved;
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::outbox::{self, Settled};
use crate::store::{self, packages};
use crate::submit::{Submission, submit};
use holdfast_domain::command::{
    Book, BookSeries, CorrectCredits, ImportBooking, OnConflict, TakePayment,
};
use holdfast_domain::schedule::Alternative;
use holdfast_domain::{
    AttendanceStatus, BookingId, BookingStatus, Change, Command, CreditEntryId, CustomerId, Entity,
    OperationId, PaymentId, Refusal, SeriesId, Timestamp, field,
};
use holdfast_protocol::Outcome;
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Why credits come back.
const REASON: &str = "What it paid for elsewhere could not be taken over";

impl Replica {
    /// Books one of the alternatives to a refused operation, and settles that operation. What was paid
    /// for the booking that was refused is paid for the new one. `None` where there is no such operation
    /// in the inbox, or nothing to book.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn book_alternative(
        &mut self,
        operation_id: OperationId,
        alternative: &Alternative,
        at: Timestamp,
    ) -> Result<Option<(BookingId, Submission)>, Failure> {
        let Some(kept) = self.operation(operation_id)? else { return Ok(None) };
        let refused: Command = kept.operation.parse()?;
        let instead = self.elsewhere(refused.clone(), alternative, at)?;
        let Some((booking_id, command)) = instead else { return Ok(None) };
        let done = self.write(|db| {
            let done = instead_of(db, operation_id, &command, at)?;
            if let (Command::Book(book), Ok(Some(Submission::Done(_)))) = (&refused, &done) {
                pay_instead(db, &BTreeMap::from([(book.booking_id, booking_id)]), at)?;
            }
            Ok(done)
        })?;
        Ok(done.unwrap_or_else(|refused| refused).map(|done| (booking_id, done)))
    }

    /// Books a refused series on the dates on which there is room, and settles that operation. What was
    /// paid for a date goes with it. `None` where there is no such series in the inbox.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn book_rest(
        &mut self,
        operation_id: OperationId,
        at: Timestamp,
    ) -> Result<Option<(SeriesId, Submission)>, Failure> {
        let Some(kept) = self.operation(operation_id)? else { return Ok(None) };
        let refused = kept.operation.parse()?;
        let Some(rest) = kept.outcome.as_ref().and_then(|outcome| rest(&refused, outcome)) else {
            return Ok(None);
        };
        let (series_id, date) = (rest.series_id, BookingId::of_series);
        let command = self.with_terms(Command::BookSeries(rest), at)?;
        let done = self.write(|db| {
            let done = instead_of(db, operation_id, &command, at)?;
            if let (Command::BookSeries(c), Ok(Some(Submission::Done(_)))) = (&refused, &done) {
                let starts = c.stays.iter().map(|stay| stay.local_start);
                let instead =
                    starts.map(|start| (date(c.series_id, start), date(series_id, start)));
                pay_instead(db, &instead.collect(), at)?;
            }
            Ok(done)
        })?;
        Ok(done.unwrap_or_else(|refused| refused).map(|done| (series_id, done)))
    }

    /// Gives a command instead of a refused operation, and settles that operation, in one transaction:
    /// a second click finds nothing to do. `None` where there is no such operation in the inbox; one
    /// whose command is refused stays there.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn submit_instead(
        &mut self,
        operation_id: OperationId,
        command: &Command,
        at: Timestamp,
    ) -> Result<Option<Submission>, Failure> {
        let done = self.write(|db| instead_of(db, operation_id, command, at))?;
        Ok(done.unwrap_or_else(|refused| refused))
    }

    /// What does the same as `command` at another place, with its terms, where there is something to
    /// book.
    pub(crate) fn elsewhere(
        &self,
        command: Command,
        alternative: &Alternative,
        at: Timestamp,
    ) -> Result<Option<(BookingId, Command)>, Failure> {
        let Alternative { stay, resource_ids, .. } = alternative.clone();
        let (booking_id, command) = match command {
            // Under a new id: the old one belongs to the refused operation.
            Command::Book(book) => {
                let booking_id = BookingId(Uuid::now_v7());
                (booking_id, Command::Book(Book { booking_id, resource_ids, stay, ..book }))
            }
            // Under its own: the next import finds it, and so do the credits that paid for it.
            Command::ImportBooking(import) => {
                let (id, of) = (import.book.booking_id, import.book.customer_id);
                let spent = of.map(|of| packages::spent_for(&self.db, id, of)).transpose()?;
                let package_id = spent.iter().flatten().map(|(package_id, _)| *package_id).next();
                let book = Book { resource_ids, stay, package_id, ..import.book };
                (id, Command::ImportBooking(ImportBooking { book, chosen: true, ..import }))
            }
            Command::Reschedule(c) => match self.booking(c.booking_id)? {
                Some(listed) => (c.booking_id, moved(&listed.booking, stay, resource_ids)),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some((booking_id, self.with_parts_of(&command, at)?)))
    }

    /// A person has dealt with a refused operation. Answers how many credits that gave back; `None`
    /// where there was nothing to deal with. What a ledger of elsewhere says was spent for a booking or
    /// place that was not taken over comes back, unless it is over: then it was had elsewhere. Of what
    /// had happened all the same ([`InboxItem::has_happened`](crate::query::InboxItem)) it is said in
    /// `reason` what became of it.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn settle(
        &mut self,
        id: OperationId,
        reason: &str,
        now: Timestamp,
    ) -> Result<Result<Option<u32>, Refusal>, Failure> {
        // Nobody does anything at a locked desk.
        let how = dealt_with(&self.db, reason, now)?;
        let Some(kept) = self.operation(id)? else { return Ok(Ok(None)) };
        let command: Command = kept.operation.parse()?;
        let needed = kept.outcome.as_ref().is_some_and(|outcome| has_happened(&command, outcome));
        let check = if needed { field::reason } else { field::reason_if_any };
        if let Err(refusal) = check("reason", reason) {
            return Ok(Err(refusal));
        }
        let spent = match &kept.outcome {
            Some(Outcome::Refused { .. } | Outcome::DependentRefused { .. }) => {
                self.spent_in_vain(&command, now)?
            }
            _ => Vec::new(),
        };
        self.write(|db| {
            if !outbox::settle(db, id, &how)? {
                return Ok(Ok(None));
            }
            let mut given_back = 0;
            for give_back in &spent {
                if let Submission::Refused(refusal) =
                    submit(db, &Command::CorrectCredits(give_back.clone()), now)?
                {
                    return Ok(Err(refusal));
                }
                given_back += give_back.credits.unsigned_abs();
            }
            Ok(Ok(Some(given_back)))
        })
    }

    /// What gives back the credits spent for what `command` would have brought.
    fn spent_in_vain(
        &self,
        command: &Command,
        now: Timestamp,
    ) -> Result<Vec<CorrectCredits>, Failure> {
        let Some((booking_id, customer_id)) = self.lost(command, now)? else {
            return Ok(Vec::new());
        };
        let give_back = |(package_id, credits)| CorrectCredits {
            entry_id: CreditEntryId(Uuid::now_v7()),
            package_id,
            credits,
            reason: REASON.into(),
            booking_id: Some(booking_id),
        };
        let spent = packages::spent_for(&self.db, booking_id, customer_id)?;
        Ok(spent.into_iter().map(give_back).collect())
    }

    /// The booking, and whose, that was yet to come and is not here, or that has no place for them.
    fn lost(
        &self,
        command: &Command,
        now: Timestamp,
    ) -> Result<Option<(BookingId, CustomerId)>, Failure> {
        let is_here = |entity, id: Uuid| store::exists(&self.db, entity, id);
        Ok(match command {
            Command::ImportBooking(c)
                if c.book.stay.starts_at > now
                    && !is_here(Entity::Booking, c.book.booking_id.0)? =>
            {
                c.book.customer_id.map(|customer_id| (c.book.booking_id, customer_id))
            }
            Command::ImportRecord(c) => match &*c.record {
                Change::Attendance(place)
                    if place.status == AttendanceStatus::Booked
                        && !is_here(Entity::Attendance, place.id.0)? =>
                {
                    let class = self.booking(place.booking_id)?;
                    let is_over = class.is_some_and(|it| it.booking.stay.starts_at <= now);
                    (!is_over).then_some((place.booking_id, place.customer_id))
                }
                _ => None,
            },
            _ => None,
        })
    }
}

/// A series that was refused, on those of its dates on which there is room.
pub(crate) fn rest(command: &Command, outcome: &Outcome) -> Option<BookSeries> {
    match (command, outcome) {
        // One that is there already is not booked beside itself.
        (Command::BookSeries(c), Outcome::Refused { refusal, .. })
            if refusal.code != "already_exists" =>
        {
            // Under a new id: the old one belongs to the refused operation.
            let (series_id, on_conflict) = (SeriesId(Uuid::now_v7()), OnConflict::Skip);
            Some(BookSeries { series_id, on_conflict, ..c.clone() })
        }
        _ => None,
    }
}

/// Whether what was not accepted has happened at the desk all the same: money changed hands, or somebody
/// came to what was refused. It is not put aside without a word.
pub(crate) fn has_happened(command: &Command, outcome: &Outcome) -> bool {
    use AttendanceStatus::{Late, Present};
    let came = match command {
        Command::TakePayment(_) => return !matches!(outcome, Outcome::Accepted { .. }),
        Command::CheckIn(c) => matches!(c.to, Present | Late),
        Command::SetStatus(c) => c.status.to == BookingStatus::Completed,
        _ => false,
    };
    came && matches!(outcome, Outcome::DependentRefused { .. })
}

/// That whoever works here has dealt with something.
fn dealt_with(db: &Connection, reason: &str, at: Timestamp) -> Result<Settled, Failure> {
    let by = Some(crate::sign_in::actor(db)?);
    Ok(Settled { at, by, reason: reason.trim().to_owned() })
}

/// Settles a refused operation and gives `command` for it; `None` where there is no such operation in
/// the inbox. Where that is refused as well, neither is to be kept.
fn instead_of(
    db: &Connection,
    operation_id: OperationId,
    command: &Command,
    at: Timestamp,
) -> Result<Result<Option<Submission>, Option<Submission>>, Failure> {
    if !outbox::settle(db, operation_id, &dealt_with(db, "", at)?)? {
        return Ok(Ok(None));
    }
    Ok(match submit(db, command, at)? {
        refused @ Submission::Refused(_) => Err(Some(refused)),
        saved => Ok(Some(saved)),
    })
}

/// The payments that were refused with bookings, each for the one that was booked instead. What is
/// refused for that one, too, stays in the inbox.
fn pay_instead(
    db: &Connection,
    instead: &BTreeMap<BookingId, BookingId>,
    at: Timestamp,
) -> Result<(), Failure> {
    for kept in outbox::inbox(db)? {
        let Ok(Command::TakePayment(payment)) = kept.operation.parse() else { continue };
        if let (Some(&booking_id), None) = (instead.get(&payment.booking_id), payment.attendance_id)
        {
            let payment_id = PaymentId(Uuid::now_v7());
            let payment = TakePayment { payment_id, booking_id, ..payment };
            let payment = Command::TakePayment(payment);
            let paid = || instead_of(db, kept.operation.id, &payment, at);
            store::savepoint(db, paid)?;
        }
    }
    Ok(())
}
