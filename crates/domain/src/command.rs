//! What people can ask for. A command is one intent; nothing changes in any other way.
//!
//! A command carries what the person was shown, resolved: local and UTC times, which resource, ids
//! of the rows it makes. A command on an existing row carries the values it relied on ([`Patch`]),
//! so that two desks' edits of different fields merge and edits of the same field are noticed.

mod booking;
mod class;
mod needs;
mod package;
mod people;
mod privacy;
mod venue;

pub use booking::{
    Book, BookSeries, BookingText, Cancel, ChangeSeries, EditBooking, Ended, ImportBooking,
    OnConflict, Past, Request, Reschedule, SeriesChange, SetStatus, TakePayment,
};
pub(crate) use class::with_waiver;
pub use class::{
    AddAttendance, AddEvent, CancelAttendance, CheckIn, EditEvent, PromoteAttendance, Seen,
    SetCapacity,
};
pub use package::{AddProduct, CorrectCredits, EditProduct, ExpirePackage, SellPackage};
pub use people::{
    AboutCustomer, AddCustomer, AddStaff, EditCustomer, EditStaff, MergeCustomers, SetPin,
};
pub use privacy::{EraseCustomer, RecordDataRequest, SeenBooking, Withdraw};
pub use venue::{
    AddExceptions, AddResource, AddService, EditResource, EditService, EditVenue, ExceptionTime,
    OpenVenue, WithdrawExceptions,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::change::{Change, Entity};
use crate::id::{CustomerId, PackageId};
use crate::rows::{AttendanceStatus, CreditEntry, is_default};

/// A field that changes: what the person saw, and what it becomes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Patch<T> {
    /// What it was when they looked.
    pub from: T,
    /// What it becomes.
    pub to: T,
}

/// A field that may change; `null` or left out where it does not.
pub type Edit<T> = Option<Patch<T>>;

/// One intent of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Enter somebody who works here. The first one enters themselves, as owner.
    AddStaff(AddStaff),
    /// Change somebody who works here.
    EditStaff(EditStaff),
    /// Give somebody a PIN to sign in with, or take it away.
    SetPin(SetPin),
    /// Open a place.
    OpenVenue(OpenVenue),
    /// Change a place.
    EditVenue(EditVenue),
    /// Enter something to be booked.
    AddResource(AddResource),
    /// Change it.
    EditResource(EditResource),
    /// Enter something that is sold.
    AddService(AddService),
    /// Change it.
    EditService(EditService),
    /// Open, close or block something on certain dates.
    AddExceptions(AddExceptions),
    /// Take that back.
    WithdrawExceptions(WithdrawExceptions),
    /// Enter somebody who books.
    AddCustomer(AddCustomer),
    /// Change them.
    EditCustomer(EditCustomer),
    /// Two customers are one.
    MergeCustomers(MergeCustomers),
    /// Book.
    Book(Book),
    /// Take over a booking from another system, as it was there.
    ImportBooking(ImportBooking),
    /// Take over from another system what happened there, on its day: a payment, a package, a place on
    /// a roster, a series.
    ImportRecord(ImportRecord),
    /// Take over lines of a package's ledger, and with them what they paid for.
    ImportLedger(ImportLedger),
    /// Change what is written on a booking.
    EditBooking(EditBooking),
    /// Change when and where a booking is.
    Reschedule(Reschedule),
    /// Call a booking off.
    Cancel(Cancel),
    /// Approve or reject a request; say that a booking took place, or that nobody came.
    SetStatus(SetStatus),
    /// Take money for a booking, or give it back.
    TakePayment(TakePayment),
    /// Book on recurring dates.
    BookSeries(BookSeries),
    /// Move, change or call off bookings of a series together.
    ChangeSeries(ChangeSeries),
    /// Enter credits that can be bought.
    AddProduct(AddProduct),
    /// Change them.
    EditProduct(EditProduct),
    /// Sell credits to a customer.
    SellPackage(SellPackage),
    /// Put a balance right.
    CorrectCredits(CorrectCredits),
    /// Write off credits whose time is over.
    ExpirePackage(ExpirePackage),
    /// Enter something offered to many.
    AddEvent(AddEvent),
    /// Change it.
    EditEvent(EditEvent),
    /// Change how many places a booking has.
    SetCapacity(SetCapacity),
    /// Put a customer on a roster, or on its waitlist.
    AddAttendance(AddAttendance),
    /// Give a place to somebody who waits for one.
    PromoteAttendance(PromoteAttendance),
    /// Give a place back.
    CancelAttendance(CancelAttendance),
    /// Say who came.
    CheckIn(CheckIn),
    /// Delete a row; it can be restored.
    Delete(Delete),
    /// Restore a deleted row.
    Restore(Restore),
    /// Write down a request about personal data, or that it is done.
    RecordDataRequest(RecordDataRequest),
    /// Erase all that is personal about a customer, everywhere.
    EraseCustomer(EraseCustomer),
    /// Take back an earlier operation, whatever becomes of it.
    Withdraw(Withdraw),
}

/// See [`Command::ImportRecord`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportRecord {
    /// The row, with the dates and people that it had there. A package has no credits, and a place is
    /// not paid by any, until the lines of the ledger are taken over.
    pub record: Box<Change>,
    /// The status that a place has here, where it is on the roster already.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from_status: Option<AttendanceStatus>,
}

/// See [`Command::ImportLedger`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportLedger {
    /// Of which package.
    pub package_id: PackageId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The lines, as they were written one after the other.
    pub lines: Vec<CreditEntry>,
}

/// See [`Command::Delete`] and [`Command::Restore`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delete {
    /// What sort of row: one that people can delete.
    pub entity: Entity,
    /// Which.
    pub id: Uuid,
}

/// See [`Command::Restore`].
pub type Restore = Delete;

impl Command {
    /// The stable name of the command: its `type` in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AddStaff(_) => "add_staff",
            Self::EditStaff(_) => "edit_staff",
            Self::SetPin(_) => "set_pin",
            Self::OpenVenue(_) => "open_venue",
            Self::EditVenue(_) => "edit_venue",
            Self::AddResource(_) => "add_resource",
            Self::EditResource(_) => "edit_resource",
            Self::AddService(_) => "add_service",
            Self::EditService(_) => "edit_service",
            Self::AddExceptions(_) => "add_exceptions",
            Self::WithdrawExceptions(_) => "withdraw_exceptions",
            Self::AddCustomer(_) => "add_customer",
            Self::EditCustomer(_) => "edit_customer",
            Self::MergeCustomers(_) => "merge_customers",
            Self::Book(_) => "book",
            Self::ImportBooking(_) => "import_booking",
            Self::ImportRecord(_) => "import_record",
            Self::ImportLedger(_) => "import_ledger",
            Self::EditBooking(_) => "edit_booking",
            Self::Reschedule(_) => "reschedule",
            Self::Cancel(_) => "cancel",
            Self::SetStatus(_) => "set_status",
            Self::TakePayment(_) => "take_payment",
            Self::BookSeries(_) => "book_series",
            Self::ChangeSeries(_) => "change_series",
            Self::AddProduct(_) => "add_product",
            Self::EditProduct(_) => "edit_product",
            Self::SellPackage(_) => "sell_package",
            Self::CorrectCredits(_) => "correct_credits",
            Self::ExpirePackage(_) => "expire_package",
            Self::AddEvent(_) => "add_event",
            Self::EditEvent(_) => "edit_event",
            Self::SetCapacity(_) => "set_capacity",
            Self::AddAttendance(_) => "add_attendance",
            Self::PromoteAttendance(_) => "promote_attendance",
            Self::CancelAttendance(_) => "cancel_attendance",
            Self::CheckIn(_) => "check_in",
            Self::Delete(_) => "delete",
            Self::Restore(_) => "restore",
            Self::RecordDataRequest(_) => "record_data_request",
            Self::EraseCustomer(_) => "erase_customer",
            Self::Withdraw(_) => "withdraw",
        }
    }
}
