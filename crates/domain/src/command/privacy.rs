//! Asking for what concerns a person's data, and taking back what one did.

use super::{BookingText, Command};
use crate::account;
use crate::id::{AttendanceId, BookingId, CustomerId, DataRequestId, OperationId, ResourceId};
use crate::rows::{Attendance, AttendanceStatus, Booking, DataRequestKind, Payment, is_default};
use crate::time::{Stay, Timestamp};
use serde::{Deserialize, Serialize};

/// See [`Command::RecordDataRequest`]. The same id again says what became of the request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecordDataRequest {
    /// Id of the row.
    pub request_id: DataRequestId,
    /// Who asked.
    pub customer_id: CustomerId,
    /// What for.
    pub kind: DataRequestKind,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub done: bool,
    /// When what was handed out expires.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expires_at: Option<Timestamp>,
}

/// See [`Command::EraseCustomer`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EraseCustomer {
    /// Who.
    pub customer_id: CustomerId,
    /// Why: a request of theirs, or retention.
    pub reason: String,
    /// Whom they were seen to be, where they are erased along with that one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub along_with: Option<CustomerId>,
    /// Since when nothing of theirs was seen, where they are erased for that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub quiet_since: Option<Timestamp>,
    /// Id of the line in the register of requests that says so, where they asked for it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request_id: Option<DataRequestId>,
    /// Whether it stood before: a headquarters that was set back to before it does it whatever there is
    /// of them by now, also where nothing of them has come again yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub again: bool,
}

impl EraseCustomer {
    /// Of somebody for themselves, whatever there is of them.
    #[must_use]
    pub fn new(customer_id: CustomerId, reason: String) -> Self {
        let (along_with, quiet_since, request_id) = (None, None, None);
        Self { customer_id, reason, along_with, quiet_since, request_id, again: false }
    }
}

/// See [`Command::Withdraw`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Withdraw {
    /// The earlier operation of this device that is not to stand.
    pub operation_id: OperationId,
    /// What undoes it, should it stand.
    pub undo: Box<Command>,
    /// The bookings that it calls off, as the person saw them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seen: Vec<SeenBooking>,
}

/// A booking as whoever calls it off again saw it: what somebody else may have gone on from since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SeenBooking {
    /// Which.
    pub booking_id: BookingId,
    /// When it was.
    pub stay: Stay,
    /// Where.
    pub resource_ids: Vec<ResourceId>,
    /// For whom.
    #[serde(default, skip_serializing_if = "is_default")]
    pub customer_id: Option<CustomerId>,
    /// What was written on it.
    #[serde(flatten)]
    pub text: BookingText,
    /// How many places it had.
    #[serde(default, skip_serializing_if = "is_default")]
    pub capacity: Option<u32>,
    /// Who had a place, or waited for one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attendance_ids: Vec<AttendanceId>,
    /// What was paid for it and its places, less what was given back; `None` where that is not seen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub paid_minor: Option<i64>,
}

impl SeenBooking {
    /// `booking` with its roster and the payments for it.
    #[must_use]
    pub fn of<'a>(
        booking: &Booking,
        roster: impl IntoIterator<Item = &'a Attendance>,
        payments: impl IntoIterator<Item = &'a Payment>,
    ) -> Self {
        let there = |it: &&Attendance| it.status != AttendanceStatus::Cancelled;
        let mut attendance_ids: Vec<_> = roster.into_iter().filter(there).map(|it| it.id).collect();
        attendance_ids.sort_unstable();
        Self {
            booking_id: booking.id,
            stay: booking.stay,
            resource_ids: booking.resource_ids.clone(),
            customer_id: booking.customer_id,
            text: BookingText::of(booking),
            capacity: booking.capacity,
            attendance_ids,
            paid_minor: Some(account::paid_minor(payments)),
        }
    }
}
