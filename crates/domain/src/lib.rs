//! The words and the rules of Holdfast, and nothing else.
//!
//! Everything that changes data runs through one pure function, [`decide`]: a [`Command`] and the
//! [`Facts`] it needs go in, [`Change`]s or a [`Refusal`] come out. There is no I/O here, no clock
//! and no randomness: the same command and facts give the same answer on every machine, so a desk
//! offline and headquarters reach the same verdict from the same knowledge.
//!
//! This crate deliberately does not know how facts are found or changes are stored (the two stores
//! do), nor how operations travel (`holdfast-protocol`).
//!
//! Start at [`command`] for what people can ask, then [`decide`] for what is answered.

pub mod account;
pub mod change;
pub mod command;
mod decide;
pub mod facts;
pub mod field;
pub mod history;
pub mod id;
pub mod money;
pub mod paying;
pub mod recurrence;
pub mod refusal;
pub mod report;
pub mod role;
pub mod rows;
pub mod schedule;
pub mod table;
pub mod time;
pub mod undo;

pub use change::{Change, Entity, Row};
pub use command::{Command, Patch};
pub use decide::{Decision, Unchecked, decide};
pub use facts::{Facts, Needs, Overlap, Related, Seen, TimeRules};
pub use id::{
    AttendanceId, BookingId, ClaimId, CreditEntryId, CustomerId, DataRequestId, DeviceId, EventId,
    ExceptionId, HistoryEntryId, OperationId, PackageId, PaymentId, ProductId, ResourceId,
    SeriesId, ServiceId, StaffId, VenueId,
};
pub use money::{Currency, Money};
pub use recurrence::{Expansion, Limit, Occurrence, Recurrence};
pub use refusal::{Notice, Refusal};
pub use role::Right;
pub use rows::{
    Attendance, AttendanceStatus, AvailabilityException, Booking, BookingClaim, BookingStatus,
    Cancellation, Claim, Consent, Contact, CreditEntry, CreditKind, Customer, CustomerOverlap,
    DataRequest, DataRequestKind, Deletion, Event, EventStatus, ExceptionKind, FieldChange,
    HistoryEntry, Initiator, OpenSpan, Package, Payment, PaymentMethod, Policy, Product,
    ProductStatus, Rejection, Resource, ResourceKind, Role, Series, Service, SkippedDate, Source,
    Staff, StaffPin, Tier, Venue,
};
pub use time::{Interval, LocalNote, Stay, Timestamp, Zone};
