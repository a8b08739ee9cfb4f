//! Taking back what one did last, again and again: newest first, each only once.

use crate::failure::Failure;
use crate::housekeeping::{came_of_itself, is_housekeeping};
use crate::replica::Replica;
use crate::store::meta::{self, Key};
use crate::store::outbox;
use crate::submit::Submission;
use holdfast_domain::command::{
    AddAttendance, Book, BookSeries, BookingText, Cancel, CancelAttendance, SeenBooking,
    SeriesChange, SetStatus, TakePayment, Withdraw,
};
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Attendance, AttendanceStatus, Booking, BookingId, BookingStatus, Command, OperationId, Payment,
    StaffId, Stay, Timestamp, undo,
};
use holdfast_protocol::Outcome;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How far back one looks for something to take back.
const LOOKED_AT_MAX: usize = 200;

/// What was taken back.
#[derive(Clone, PartialEq, Debug)]
pub struct Undone {
    /// What it was.
    pub operation_id: OperationId,
    /// The same as a sentence.
    pub sentence: String,
    /// What came of it.
    pub submission: Submission,
}

impl Replica {
    /// Takes back the last thing that the person at this desk did and that stands or waits. `None`
    /// where there is nothing that can be taken back.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn undo(&mut self, at: Timestamp) -> Result<Option<Undone>, Failure> {
        let actor = crate::sign_in::actor(&self.db)?;
        let mut withdrawn: BTreeSet<OperationId> = BTreeSet::new();
        let imported: Option<OperationId> = meta::parse(&self.db, Key::ImportedOperationId)?;
        for kept in outbox::newest(&self.db, LOOKED_AT_MAX)? {
            let operation = &kept.operation;
            // A row of a file is not what somebody did last.
            if Some(operation.id) == imported {
                return Ok(None);
            }
            let refused = !matches!(kept.outcome, None | Some(Outcome::Accepted { .. }));
            let Ok(command) = operation.parse() else { continue };
            if let Command::Withdraw(withdraw) = &command {
                // What was not taken back after all is tried again.
                if !refused {
                    withdrawn.insert(withdraw.operation_id);
                }
                continue;
            }
            if came_of_itself(operation)
                || refused
                || operation.actor != actor
                || withdrawn.contains(&operation.id)
            {
                continue;
            }
            // What was forgotten says nothing that could be taken back.
            if operation.salt.is_empty() {
                return Ok(None);
            }
            // Nothing was booked that could be called off.
            if matches!(&command, Command::BookSeries(c) if c.stays.is_empty()) {
                continue;
            }
            let sentence = self.sentence(operation)?;
            let inverse = match &command {
                // What would have come of itself would come again.
                it if is_housekeeping(it) => None,
                // Whose the desk is from its first day on.
                Command::AddStaff(c) if c.staff_id == actor => None,
                Command::CancelAttendance(c) => self.had_again(c, operation.at)?,
                Command::TakePayment(c) if self.is_given_back(c, actor, operation.at)? => None,
                Command::Book(c) if self.is_built_upon(c.booking_id, c, &c.stay)? => None,
                Command::BookSeries(c) if self.is_any_built_upon(c)? => None,
                Command::AddAttendance(c) if self.is_place_paid(c)? => None,
                Command::SetStatus(c) if self.is_paid_since(c, operation.at)? => None,
                other => undo::inverse(other, Uuid::now_v7()),
            };
            let Some(inverse) = inverse else { return Ok(None) };
            let undo = Box::new(self.in_time(self.with_terms(inverse, at)?, at)?);
            let operation_id = operation.id;
            let seen = self.seen_of(&undo)?;
            let withdraw = Command::Withdraw(Withdraw { operation_id, undo, seen });
            let submission = self.submit(&withdraw, at)?;
            return Ok(Some(Undone { operation_id, sentence, submission }));
        }
        Ok(None)
    }

    /// The bookings that `undo` calls off, as they are here.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn seen_of(&self, undo: &Command) -> Result<Vec<SeenBooking>, Failure> {
        let ids: Vec<BookingId> = match undo {
            Command::Cancel(c) => vec![c.booking_id],
            Command::ChangeSeries(c) => {
                let off = |change: &&SeriesChange| matches!(change, SeriesChange::Cancel(_));
                c.changes.iter().filter(off).map(SeriesChange::booking_id).collect()
            }
            _ => Vec::new(),
        };
        let (laptop, mut seen) = (self.is_laptop()?, Vec::new());
        for id in ids {
            let Some(booking) = self.get::<Booking>(id)? else { continue };
            let payments = self.paid_for(id)?;
            let one = SeenBooking::of(&booking, &self.roster(id)?, &payments);
            // A laptop is told of no money.
            let paid_minor = one.paid_minor.filter(|_| !laptop);
            seen.push(SeenBooking { paid_minor, ..one });
        }
        Ok(seen)
    }

    fn paid_for(&self, id: BookingId) -> Result<Vec<Payment>, Failure> {
        self.listed::<Payment>(&[("booking_id", &*id.to_string())], true)
    }

    /// Whether somebody has gone on from a booking: moved it, written on it, given it to another
    /// customer, taken money for it, put somebody on its roster.
    fn is_built_upon(&self, id: BookingId, c: &Book, stay: &Stay) -> Result<bool, Failure> {
        let Some(booking) = self.get::<Booking>(id)? else { return Ok(false) };
        let (account, _) = self.account(&booking)?;
        let resource_ids: BTreeSet<_> = c.resource_ids.iter().collect();
        let on_roster = |it: &Attendance| it.status != AttendanceStatus::Cancelled;
        Ok(booking.stay != *stay
            || booking.resource_ids.iter().collect::<BTreeSet<_>>() != resource_ids
            || booking.customer_id != c.customer_id
            || BookingText::of(&booking) != c.text
            || booking.capacity != c.capacity
            || account.paid.is_some_and(|paid| paid.minor != 0)
            || self.roster(id)?.iter().any(on_roster))
    }

    fn is_any_built_upon(&self, c: &BookSeries) -> Result<bool, Failure> {
        for stay in &c.stays {
            let id = BookingId::of_series(c.series_id, stay.local_start);
            if self.is_built_upon(id, &c.template, stay)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_place_paid(&self, c: &AddAttendance) -> Result<bool, Failure> {
        let Some(booking) = self.get::<Booking>(c.booking_id)? else { return Ok(false) };
        let (account, _) = self.account(&booking)?;
        let theirs = account.places.iter().find(|place| place.customer_id == c.customer_id);
        Ok(theirs.is_some_and(|place| place.paid.minor != 0))
    }

    /// Whether somebody else has given money back since, for the same booking or place.
    fn is_given_back(&self, c: &TakePayment, by: StaffId, at: Timestamp) -> Result<bool, Failure> {
        let since = |it: &Payment| {
            it.refund
                && it.attendance_id == c.attendance_id
                && it.taken_by != by
                && it.taken_at >= at
        };
        Ok(!c.refund && self.paid_for(c.booking_id)?.iter().any(since))
    }

    /// Whether money was taken, or given back, for a booking since it was taken up again.
    fn is_paid_since(&self, c: &SetStatus, at: Timestamp) -> Result<bool, Failure> {
        if c.status.from != BookingStatus::Cancelled {
            return Ok(false);
        }
        let payments = self.paid_for(c.booking_id)?.into_iter();
        let signed = |it: Payment| if it.refund { -it.amount.minor } else { it.amount.minor };
        Ok(payments.filter(|it| it.taken_at >= at).map(signed).sum::<i64>() != 0)
    }

    /// A place that was given back, as it was; `None` where somebody has given it back anew since.
    fn had_again(&self, c: &CancelAttendance, at: Timestamp) -> Result<Option<Command>, Failure> {
        let place: Option<Attendance> = self.get(c.attendance_id)?;
        // Headquarters goes by its own clock where a device's is wrong.
        let at_once = |it: &Attendance| {
            it.changed_at.is_some_and(|changed| (changed.0 - at.0).abs() < 2 * MINUTE_MS)
        };
        let reason = c.told_reason();
        let same = |it: &Attendance| it.reason == reason && at_once(it);
        Ok(place.filter(same).map(|place| {
            Command::AddAttendance(AddAttendance {
                booking_id: place.booking_id,
                customer_id: place.customer_id,
                waitlist: !c.from_status.takes_place(),
                package_id: place.package_id,
                credits: place.credits,
            })
        }))
    }

    /// What one entered oneself a moment ago is never taken back too late.
    fn in_time(&self, command: Command, at: Timestamp) -> Result<Command, Failure> {
        let fresh = |made_at: Timestamp| at < made_at.plus_ms(undo::GRACE_MS);
        let cancel = |c: &mut Cancel| -> Result<(), Failure> {
            let booking: Option<Booking> = self.get(c.booking_id)?;
            c.late = c.late && !booking.is_some_and(|it| fresh(it.made_at));
            Ok(())
        };
        Ok(match command {
            Command::Cancel(mut c) => {
                cancel(&mut c)?;
                Command::Cancel(c)
            }
            Command::ChangeSeries(mut c) => {
                for change in &mut c.changes {
                    if let SeriesChange::Cancel(c) = change {
                        cancel(c)?;
                    }
                }
                Command::ChangeSeries(c)
            }
            Command::CancelAttendance(mut c) => {
                let place: Option<Attendance> = self.get(c.attendance_id)?;
                c.late = c.late && !place.is_some_and(|it| fresh(it.joined_at));
                Command::CancelAttendance(c)
            }
            other => other,
        })
    }
}
