//! Asking about bookings.

use super::{Command, Edit, Patch};
use crate::id::{
    AttendanceId, BookingId, CustomerId, EventId, PackageId, PaymentId, ResourceId, SeriesId,
    ServiceId, StaffId, VenueId,
};
use crate::money::Money;
use crate::recurrence::Recurrence;
use crate::rows::{
    Booking, BookingStatus, Initiator, PaymentMethod, SkippedDate, Source, is_default,
};
use crate::time::{Stay, Timestamp};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// What is written on a booking, apart from when and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BookingText {
    /// Short title.
    pub title: String,
    /// Longer description.
    pub description: String,
    /// What the customer asked for.
    pub customer_note: String,
    /// What the staff want to remember.
    pub staff_note: String,
    /// How many come.
    pub attendee_count: u32,
    /// Where to meet online.
    pub meeting_url: String,
}

impl BookingText {
    /// What is written on `booking`.
    #[must_use]
    pub fn of(booking: &Booking) -> Self {
        Self {
            title: booking.title.clone(),
            description: booking.description.clone(),
            customer_note: booking.customer_note.clone(),
            staff_note: booking.staff_note.clone(),
            attendee_count: booking.attendee_count,
            meeting_url: booking.meeting_url.clone(),
        }
    }
}

impl Default for BookingText {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            customer_note: String::new(),
            staff_note: String::new(),
            attendee_count: 1,
            meeting_url: String::new(),
        }
    }
}

/// See [`Command::Book`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Book {
    /// Id of the new row.
    pub booking_id: BookingId,
    /// At which venue.
    pub venue_id: VenueId,
    /// What it occupies: all or nothing.
    pub resource_ids: Vec<ResourceId>,
    /// When.
    pub stay: Stay,
    /// For whom.
    pub customer_id: Option<CustomerId>,
    /// What is written on it.
    #[serde(flatten)]
    pub text: BookingText,
    /// Price as it was shown.
    pub price: Option<Money>,
    /// What is sold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_id: Option<ServiceId>,
    /// The service's, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_before_minutes: u32,
    /// The service's, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_after_minutes: u32,
    /// All that it occupies, where that is more than `resource_ids`: their parts, too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub claimed_ids: Vec<ResourceId>,
    /// Whether the price was agreed apart from the service's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub price_agreed: bool,
    /// How long before the start cancelling is free, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub free_cancel_minutes: Option<u32>,
    /// The series that it belongs to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub series_id: Option<SeriesId>,
    /// What takes place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub event_id: Option<EventId>,
    /// How many places it has; none for a private booking.
    #[serde(default, skip_serializing_if = "is_default")]
    pub capacity: Option<u32>,
    /// What it costs in credits, or each place of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credits: u32,
    /// The package that pays.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
    /// Where somebody has to approve it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request: Option<Request>,
    /// Why it may lie outside opening hours.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outside_hours_reason: String,
}

impl Book {
    /// A private booking about which nothing else is said.
    #[must_use]
    pub fn new(
        booking_id: BookingId,
        venue_id: VenueId,
        resource_ids: Vec<ResourceId>,
        stay: Stay,
    ) -> Self {
        Self {
            booking_id,
            venue_id,
            resource_ids,
            stay,
            customer_id: None,
            text: BookingText::default(),
            price: None,
            service_id: None,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            claimed_ids: Vec::new(),
            price_agreed: false,
            free_cancel_minutes: None,
            series_id: None,
            event_id: None,
            capacity: None,
            credits: 0,
            package_id: None,
            request: None,
            outside_hours_reason: String::new(),
        }
    }
}

/// A booking that has to be approved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Whether it competes for its slot instead of holding it.
    pub competing: bool,
    /// When it lapses.
    pub approve_by: Option<Timestamp>,
}

/// See [`Command::ImportBooking`]. It may lie in the past and off the grid; it obeys the guards
/// like any other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportBooking {
    /// The booking as it was there.
    #[serde(flatten)]
    pub book: Book,
    /// Its status there.
    pub status: BookingStatus,
    /// Where it comes from; its id is kept.
    pub source: Source,
    /// What became of it there, as far as that is told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub past: Past,
    /// Whether it was chosen, by a person who moved it to where there is room or by files that say how
    /// things are now: where it is here already and otherwise, that is refused. Else what is here stays.
    #[serde(default, skip_serializing_if = "is_default")]
    pub chosen: bool,
}

/// When and by whom a booking was made, confirmed and ended where it comes from. What is not told is
/// of the import.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Past {
    /// When it was entered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub made_at: Option<Timestamp>,
    /// By whom.
    #[serde(default, skip_serializing_if = "is_default")]
    pub made_by: Option<StaffId>,
    /// When it became confirmed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub confirmed_at: Option<Timestamp>,
    /// How it was called off or turned down.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ended: Option<Ended>,
    /// From when on its resources were free again, nobody having come.
    #[serde(default, skip_serializing_if = "is_default")]
    pub released_at: Option<Timestamp>,
    /// Whether it was moved when it was too late to call it off for nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub moved_late: bool,
}

/// How a booking was called off or turned down where it comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// By whom; whoever imports it where that is not told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by: Option<StaffId>,
    /// Why.
    pub reason: String,
    /// On whose behalf it was called off.
    #[serde(default, skip_serializing_if = "is_default")]
    pub initiator: Initiator,
    /// Whether it was too late to be free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: bool,
}

impl Cancel {
    /// Whether the house calls it off: that is never too late, and costs the customer nothing. A class is
    /// always called off by the house.
    #[must_use]
    pub fn is_by_house(&self, booking: &Booking) -> bool {
        self.initiator == Initiator::Admin || booking.capacity.is_some()
    }

    /// Whether it is too late at `at` to be free.
    #[must_use]
    pub fn is_late(&self, booking: &Booking, at: Timestamp) -> bool {
        !self.is_by_house(booking) && booking.cancels_late(at)
    }
}

/// See [`Command::EditBooking`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EditBooking {
    /// Which.
    pub booking_id: BookingId,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Edit<Option<CustomerId>>,
    /// Short title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Edit<String>,
    /// Longer description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// What the customer asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_note: Edit<String>,
    /// What the staff want to remember.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_note: Edit<String>,
    /// How many come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendee_count: Edit<u32>,
    /// Where to meet online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting_url: Edit<String>,
    /// Whether all that is said of it is erased instead, also what is kept beside it: of one that does not
    /// stand any more, and was kept for long enough.
    #[serde(default, skip_serializing_if = "is_default")]
    pub erased: bool,
    /// Whether what its texts found is forgotten, because it was somebody's who was erased since: as it is
    /// given to somebody else, they are written whatever is there, but for what was written later and came
    /// first. Only where a desk brings again what headquarters has lost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub forgotten: bool,
}

/// See [`Command::Reschedule`]. It carries the whole of where the booking was and will be, because
/// only the whole can be checked for overlap.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reschedule {
    /// Which.
    pub booking_id: BookingId,
    /// At which venue it is.
    pub venue_id: VenueId,
    /// When.
    pub stay: Patch<Stay>,
    /// On what.
    pub resource_ids: Patch<Vec<ResourceId>>,
    /// All that it will occupy, where that is more than `resource_ids`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub claimed_ids: Vec<ResourceId>,
    /// The booking's, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_before_minutes: u32,
    /// The booking's, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub buffer_after_minutes: u32,
    /// Why it may lie outside opening hours.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outside_hours_reason: String,
    /// Why it might before, as it was shown: with that it goes back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outside_hours_reason_before: String,
    /// The package that paid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
}

/// See [`Command::Cancel`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cancel {
    /// Which.
    pub booking_id: BookingId,
    /// The status that the person saw.
    pub from_status: BookingStatus,
    /// Why.
    pub reason: String,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "is_default")]
    pub initiator: Initiator,
    /// Whether it is too late to be free, as it was shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: bool,
    /// Why that is not held against the customer; needs the right to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub waive_reason: String,
    /// The package that paid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
    /// When it was called off, where that is taken over from elsewhere: then `late` is as it was
    /// judged there, also of what has been called off here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cancelled_at: Option<Timestamp>,
}

/// See [`Command::SetStatus`](super::Command::SetStatus).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SetStatus {
    /// Which.
    pub booking_id: BookingId,
    /// The status that the person saw, and what it becomes: anything but cancelled.
    pub status: Patch<BookingStatus>,
    /// Why, where a request is turned down.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
    /// Whether it is turned down because nobody answered in time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lapsed: bool,
    /// The package that paid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub package_id: Option<PackageId>,
}

/// See [`Command::TakePayment`](super::Command::TakePayment).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TakePayment {
    /// Id of the new row.
    pub payment_id: PaymentId,
    /// For what.
    pub booking_id: BookingId,
    /// For whose place, where it has places; none for all of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attendance_id: Option<AttendanceId>,
    /// How much: above zero.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// Whether it is given back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refund: bool,
    /// Why, or what else is to be said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: String,
}

/// See [`Command::BookSeries`](super::Command::BookSeries).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BookSeries {
    /// Id of the new row.
    pub series_id: SeriesId,
    /// When it recurs.
    pub rrule: Recurrence,
    /// From when on.
    pub local_start: NaiveDateTime,
    /// What each date is like; its stay is the first one's, and its id is not used.
    pub template: Book,
    /// Every date: the booking's id is derived from it. None where all of them were left out.
    pub stays: Vec<Stay>,
    /// What becomes of dates on which there is no room.
    pub on_conflict: OnConflict,
    /// The dates that were found to be so when the command was made, and are left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skipped: Vec<SkippedDate>,
    /// Whether there is to be such a series though there is room on none of its dates: a calendar's are booked
    /// one by one then. A person's is refused, since nobody could add to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub may_be_empty: bool,
}

/// What becomes of dates of a series on which there is no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Then nothing is booked.
    Refuse,
    /// They are left out, and listed with the reason.
    Skip,
}

/// See [`Command::ChangeSeries`](super::Command::ChangeSeries).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChangeSeries {
    /// Which.
    pub series_id: SeriesId,
    /// What becomes of each of its bookings that the person meant: all of it, or nothing.
    pub changes: Vec<SeriesChange>,
}

/// What becomes of one booking of a series.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SeriesChange {
    /// It is called off.
    Cancel(Cancel),
    /// It takes place elsewhere or at another time.
    Reschedule(Reschedule),
    /// Something else is written on it.
    EditBooking(EditBooking),
    /// It is taken up again, having been called off.
    SetStatus(SetStatus),
}

impl SeriesChange {
    /// Which booking.
    #[must_use]
    pub fn booking_id(&self) -> BookingId {
        match self {
            Self::Cancel(c) => c.booking_id,
            Self::Reschedule(c) => c.booking_id,
            Self::EditBooking(c) => c.booking_id,
            Self::SetStatus(c) => c.booking_id,
        }
    }
}

impl From<SeriesChange> for Command {
    fn from(change: SeriesChange) -> Self {
        match change {
            SeriesChange::Cancel(c) => Self::Cancel(c),
            SeriesChange::Reschedule(c) => Self::Reschedule(c),
            SeriesChange::EditBooking(c) => Self::EditBooking(c),
            SeriesChange::SetStatus(c) => Self::SetStatus(c),
        }
    }
}
