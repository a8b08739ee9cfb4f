//! The command that takes another one back, where there is one. It is an ordinary command: the rules
//! judge it like any other, so nothing is taken back that somebody has built upon.

use crate::change::Entity;
use crate::command::{
    Book, Cancel, CancelAttendance, ChangeSeries, CheckIn, Command, CorrectCredits, Delete,
    EditStaff, Patch, Reschedule, Seen, SeriesChange, SetStatus, TakePayment, WithdrawExceptions,
};
use crate::id::{AttendanceId, BookingId, CreditEntryId, PaymentId};
use crate::rows::{AttendanceStatus, BookingStatus, Initiator};
use crate::time::Stay;
use serde_json::Value;
use uuid::Uuid;

/// How long what one entered oneself can be taken back for nothing, however late it is for a
/// cancellation: a quarter of an hour.
pub const GRACE_MS: i64 = 15 * 60_000;
/// Why something was called off that should not have been entered.
const REASON: &str = "Undone";

/// What takes `command` back; `None` where nothing does. `new_id` is the id of the row that it makes,
/// where it makes one.
#[must_use]
pub fn inverse(command: &Command, new_id: Uuid) -> Option<Command> {
    let delete = |entity, id: Uuid| Some(Command::Delete(Delete { entity, id }));
    match command {
        Command::AddResource(c) => delete(Entity::Resource, c.resource_id.0),
        Command::OpenVenue(c) => delete(Entity::Venue, c.venue_id.0),
        // Nobody is deleted: they have left.
        Command::AddStaff(c) => Some(Command::EditStaff(EditStaff {
            staff_id: c.staff_id,
            active: Some(Patch { from: true, to: false }),
            ..EditStaff::default()
        })),
        Command::AddCustomer(c) => delete(Entity::Customer, c.customer_id.0),
        Command::AddService(c) => delete(Entity::Service, c.service_id.0),
        Command::AddProduct(c) => delete(Entity::Product, c.product_id.0),
        Command::AddEvent(c) => delete(Entity::Event, c.event_id.0),
        Command::Delete(c) => Some(Command::Restore(c.clone())),
        Command::Restore(c) => Some(Command::Delete(c.clone())),
        Command::Book(c) => Some(Command::Cancel(called_off(c.booking_id, c))),
        // Nothing was booked that could be called off.
        Command::BookSeries(c) if c.stays.is_empty() => None,
        Command::BookSeries(c) => {
            let id = |stay: &Stay| BookingId::of_series(c.series_id, stay.local_start);
            let cancel = |stay| SeriesChange::Cancel(called_off(id(stay), &c.template));
            let changes = c.stays.iter().map(cancel).collect();
            Some(Command::ChangeSeries(ChangeSeries { series_id: c.series_id, changes }))
        }
        // Backwards: the last one went where the first one may have been.
        Command::ChangeSeries(c) => {
            let back = |change: &SeriesChange| match inverse(&change.clone().into(), new_id)? {
                Command::SetStatus(c) => Some(SeriesChange::SetStatus(c)),
                Command::Reschedule(c) => Some(SeriesChange::Reschedule(c)),
                Command::EditBooking(c) => Some(SeriesChange::EditBooking(c)),
                _ => None,
            };
            let changes = c.changes.iter().rev().map(back).collect::<Option<_>>()?;
            Some(Command::ChangeSeries(ChangeSeries { series_id: c.series_id, changes }))
        }
        Command::Cancel(c) if c.from_status.is_open() => {
            let status = Patch { from: BookingStatus::Cancelled, to: c.from_status };
            Some(Command::SetStatus(SetStatus {
                booking_id: c.booking_id,
                status,
                reason: String::new(),
                lapsed: false,
                package_id: c.package_id,
            }))
        }
        // Calling off is a command of its own.
        Command::SetStatus(c) if c.status.from == BookingStatus::Cancelled => {
            Some(Command::Cancel(Cancel {
                booking_id: c.booking_id,
                from_status: c.status.to,
                reason: REASON.into(),
                initiator: Initiator::Staff,
                late: false,
                waive_reason: String::new(),
                package_id: c.package_id,
                cancelled_at: None,
            }))
        }
        Command::AddExceptions(c) => {
            let exception_ids = c.times.iter().map(|time| time.exception_id).collect();
            Some(Command::WithdrawExceptions(WithdrawExceptions { exception_ids, restored: false }))
        }
        Command::WithdrawExceptions(c) => {
            let (exception_ids, restored) = (c.exception_ids.clone(), !c.restored);
            Some(Command::WithdrawExceptions(WithdrawExceptions { exception_ids, restored }))
        }
        Command::TakePayment(c) => Some(Command::TakePayment(TakePayment {
            payment_id: PaymentId(new_id),
            refund: !c.refund,
            note: REASON.into(),
            ..c.clone()
        })),
        Command::SellPackage(c) => Some(Command::CorrectCredits(CorrectCredits {
            entry_id: CreditEntryId(new_id),
            package_id: c.package_id,
            credits: -i32::try_from(c.credits).ok()?,
            reason: REASON.into(),
            booking_id: None,
        })),
        Command::CorrectCredits(c) => Some(Command::CorrectCredits(CorrectCredits {
            entry_id: CreditEntryId(new_id),
            credits: -c.credits,
            ..c.clone()
        })),
        Command::AddAttendance(c) => Some(Command::CancelAttendance(CancelAttendance {
            attendance_id: AttendanceId::of(c.booking_id, c.customer_id),
            booking_id: c.booking_id,
            from_status: match c.waitlist {
                true => AttendanceStatus::Waitlisted,
                false => AttendanceStatus::Booked,
            },
            reason: REASON.into(),
            late: false,
            waive_reason: String::new(),
            package_id: c.package_id,
        })),
        Command::CheckIn(c) => check_in(c),
        Command::Reschedule(c) => match swapped(command)? {
            Command::Reschedule(back) => Some(Command::Reschedule(Reschedule {
                outside_hours_reason: c.outside_hours_reason_before.clone(),
                outside_hours_reason_before: c.outside_hours_reason.clone(),
                ..back
            })),
            other => Some(other),
        },
        // What is erased does not come back.
        Command::EditBooking(c) if c.erased => None,
        Command::EditStaff(_)
        | Command::EditVenue(_)
        | Command::EditResource(_)
        | Command::EditService(_)
        | Command::EditCustomer(_)
        | Command::MergeCustomers(_)
        | Command::EditBooking(_)
        | Command::SetStatus(_)
        | Command::EditProduct(_)
        | Command::EditEvent(_)
        | Command::SetCapacity(_) => swapped(command),
        _ => None,
    }
}

/// Whether `undo` is what takes `done` back: only then does it go further than the same command by
/// itself would.
#[must_use]
pub fn takes_back(undo: &Command, done: &Command) -> bool {
    match (done, undo) {
        (Command::CancelAttendance(done), Command::AddAttendance(undo)) => {
            done.attendance_id == AttendanceId::of(undo.booking_id, undo.customer_id)
        }
        _ => inverse(done, Uuid::nil()).is_some_and(|back| is_same(&back, undo)),
    }
}

/// Whether two commands do the same, whatever their terms are by now.
fn is_same(back: &Command, undo: &Command) -> bool {
    match (back, undo) {
        (Command::Reschedule(back), Command::Reschedule(undo)) => {
            (back.booking_id, &back.stay, &back.resource_ids)
                == (undo.booking_id, &undo.stay, &undo.resource_ids)
        }
        (Command::CorrectCredits(back), Command::CorrectCredits(undo)) => {
            (back.package_id, back.credits) == (undo.package_id, undo.credits)
        }
        (Command::ChangeSeries(back), Command::ChangeSeries(undo)) => {
            let mut both = back.changes.iter().zip(&undo.changes);
            back.series_id == undo.series_id
                && back.changes.len() == undo.changes.len()
                && both.all(|(back, undo)| is_same(&back.clone().into(), &undo.clone().into()))
        }
        _ => back.name() == undo.name() && back.edited() == undo.edited(),
    }
}

/// What calls off a booking that was made as `book` asked.
fn called_off(booking_id: BookingId, book: &Book) -> Cancel {
    Cancel {
        booking_id,
        from_status: match book.request {
            Some(_) => BookingStatus::Pending,
            None => BookingStatus::Confirmed,
        },
        reason: REASON.into(),
        initiator: Initiator::Staff,
        late: false,
        waive_reason: String::new(),
        package_id: book.package_id,
        cancelled_at: None,
    }
}

/// Back to what they were, where they were all the same.
fn check_in(c: &CheckIn) -> Option<Command> {
    let to = c.attendances.first()?.from_status;
    let seen = |it: &Seen| Seen { attendance_id: it.attendance_id, from_status: c.to };
    let same = c.attendances.iter().all(|it| it.from_status == to);
    same.then(|| {
        Command::CheckIn(CheckIn {
            booking_id: c.booking_id,
            attendances: c.attendances.iter().map(seen).collect(),
            to,
            reason: String::new(),
        })
    })
}

/// An edit the other way round: every patch is `{from, to}` in JSON.
fn swapped(command: &Command) -> Option<Command> {
    let mut json = serde_json::to_value(command).ok()?;
    for field in json.as_object_mut()?.values_mut() {
        if let Value::Object(patch) = field
            && patch.len() == 2
            && let (Some(from), Some(to)) = (patch.remove("from"), patch.remove("to"))
        {
            patch.insert("from".into(), to);
            patch.insert("to".into(), from);
        }
    }
    serde_json::from_value(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{AddCustomer, EditCustomer};
    use crate::id::CustomerId;

    #[test]
    fn an_edit_is_taken_back_by_its_patches_the_other_way_round() {
        let customer_id = CustomerId(Uuid::from_u128(7));
        let edit = |from: &str, to: &str| {
            Command::EditCustomer(EditCustomer {
                customer_id,
                phone: Some(Patch { from: from.into(), to: to.into() }),
                ..EditCustomer::default()
            })
        };
        assert_eq!(inverse(&edit("1", "2"), Uuid::nil()), Some(edit("2", "1")));
    }

    #[test]
    fn what_was_entered_is_deleted_and_what_is_gone_for_good_is_not_taken_back() {
        let customer_id = CustomerId(Uuid::from_u128(7));
        let add = Command::AddCustomer(AddCustomer {
            customer_id,
            name: "Ann".into(),
            email: String::new(),
            phone: String::new(),
            address: String::new(),
            note: String::new(),
            source: None,
            about: crate::command::AboutCustomer::default(),
            chosen: false,
        });
        let delete = Delete { entity: Entity::Customer, id: customer_id.0 };
        assert_eq!(inverse(&add, Uuid::nil()), Some(Command::Delete(delete)));
        let erase = crate::command::EraseCustomer::new(customer_id, "asked".into());
        assert_eq!(inverse(&Command::EraseCustomer(erase), Uuid::nil()), None);
    }
}
