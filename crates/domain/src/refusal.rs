//! A rule said no. A refusal is data, not an error: a stable `code`, a `message` for a person that
//! says what they can do, and `details` for programs. docs/REFUSALS.md lists them all.

mod message;
mod words;

use crate::change::Entity;
use crate::id::{
    AttendanceId, BookingId, CustomerId, PackageId, ResourceId, ServiceId, StaffId, VenueId,
};
use crate::money::Money;
use crate::rows::ResourceKind;
use crate::time::Timestamp;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Every way in which a rule can say no.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "code", content = "details", rename_all = "snake_case")]
pub enum Refusal {
    /// Something else occupies a resource during the stay.
    SlotTaken {
        /// Which resource.
        resource_id: ResourceId,
        /// Its name.
        resource: String,
        /// Start of what is in the way.
        starts_at: Timestamp,
        /// End of what is in the way.
        ends_at: Timestamp,
        /// The same as wall time: `13:00 to 14:00`.
        period: String,
    },
    /// The end lies before the start.
    EndBeforeStart {
        /// The field to mend.
        field: String,
    },
    /// Start and end are the same.
    ZeroLength {
        /// The field to mend.
        field: String,
    },
    /// A time does not lie on the venue's slot grid.
    OffGrid {
        /// The field to mend: `start` or `end`.
        field: String,
        /// The grid.
        slot_minutes: u32,
    },
    /// The stay lasts longer than allowed.
    TooLong {
        /// The field to mend.
        field: String,
        /// The longest stay.
        max_minutes: u32,
    },
    /// A recurrence rule goes on for longer than one command may make bookings for.
    SeriesTooLong {
        /// Most occurrences.
        max_occurrences: usize,
        /// Most days from the start to the last of them.
        max_days: i64,
    },
    /// The start lies before the venue's local today.
    BeforeToday {
        /// The field to mend.
        field: String,
        /// The venue's today.
        today: chrono::NaiveDate,
    },
    /// The wall time and the instant that came with it are too far apart.
    LocalTimeMismatch {
        /// The field to mend: `start` or `end`.
        field: String,
        /// The venue's zone.
        timezone: String,
    },
    /// No such time zone.
    UnknownTimezone {
        /// The field to mend: `timezone`.
        field: String,
        /// What was asked for.
        timezone: String,
    },
    /// A field must not be empty.
    FieldRequired {
        /// The field to mend.
        field: String,
    },
    /// A text is too long.
    FieldTooLong {
        /// The field to mend.
        field: String,
        /// Most characters.
        max: usize,
        /// Characters given.
        length: usize,
    },
    /// A number is out of bounds.
    FieldOutOfRange {
        /// The field to mend.
        field: String,
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Given.
        value: i64,
    },
    /// A field's value makes no sense.
    FieldInvalid {
        /// The field to mend.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A row that the command names does not exist.
    NotFound {
        /// What sort of row.
        entity: Entity,
        /// Which.
        id: Uuid,
    },
    /// A row with this id is there already, and is another one.
    AlreadyExists {
        /// What sort of row.
        entity: Entity,
        /// Which.
        id: Uuid,
    },
    /// The value that the command relied on has meanwhile been changed by somebody else.
    ChangedElsewhere {
        /// What sort of row.
        entity: Entity,
        /// Which.
        id: Uuid,
        /// The field.
        field: String,
        /// What it is now.
        current: Value,
        /// What the command wanted it to be.
        wanted: Value,
    },
    /// The resource takes no new bookings.
    ResourceInactive {
        /// Which.
        resource_id: ResourceId,
        /// Its name.
        resource: String,
    },
    /// The resource is not used by this venue.
    ResourceNotAtVenue {
        /// Which.
        resource_id: ResourceId,
        /// Its name.
        resource: String,
        /// The venue.
        venue_id: VenueId,
    },
    /// What is asked cannot be done to a booking of this status.
    StatusNotAllowed {
        /// Which.
        booking_id: BookingId,
        /// Its status.
        status: String,
    },
    /// The booking belongs to a venue whose desk this device is not.
    NotThisDesksVenue {
        /// Which venue.
        venue_id: VenueId,
    },
    /// The actor's role may not do this.
    RoleNotAllowed {
        /// The actor's role.
        role: String,
    },
    /// An organisation keeps at least one active owner.
    LastOwner {
        /// Who would have been lost as owner.
        staff_id: StaffId,
    },
    /// The service cannot be booked, or not at this venue.
    ServiceUnavailable {
        /// Which.
        service_id: ServiceId,
        /// Its name.
        service: String,
    },
    /// What the person was shown is no longer so: a price, a duration, a consequence.
    TermsChanged {
        /// What.
        field: String,
        /// What it is now.
        current: Value,
        /// What was shown.
        wanted: Value,
    },
    /// The service needs a resource of a kind that was not chosen.
    ResourceKindMissing {
        /// Which kind.
        kind: ResourceKind,
    },
    /// A resource is not open during all of the stay.
    OutsideHours {
        /// Which.
        resource_id: ResourceId,
        /// Its name.
        resource: String,
        /// Why not.
        problem: String,
    },
    /// The booking starts sooner than the venue allows.
    TooSoon {
        /// How long before its start it has to be made.
        min_notice_minutes: u32,
    },
    /// The booking starts later than the venue allows.
    TooFarAhead {
        /// How many days ahead it may be made.
        max_advance_days: u32,
    },
    /// Somebody has to approve this booking, and it was not asked for as a request.
    ApprovalNeeded {
        /// The service or resource that needs it.
        what: String,
    },
    /// The customer may not book.
    CustomerBlocked {
        /// Who.
        customer_id: CustomerId,
        /// Why.
        reason: String,
    },
    /// The customer has another booking at that time.
    CustomerElsewhere {
        /// Who.
        customer_id: CustomerId,
        /// Their name, where they have a place in a class that is to be moved; empty otherwise.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        customer: String,
        /// The other booking.
        booking_id: BookingId,
        /// When it is, as wall time.
        period: String,
    },
    /// The customer turned out to be another one.
    CustomerMerged {
        /// Who.
        customer_id: CustomerId,
        /// Who it is.
        merged_into: CustomerId,
    },
    /// All that was personal about the customer was erased.
    CustomerErased {
        /// Who.
        customer_id: CustomerId,
    },
    /// A row that the command names was deleted.
    Deleted {
        /// What sort of row.
        entity: Entity,
        /// Which.
        id: Uuid,
    },
    /// Rows of this sort are not deleted, or this one is still needed.
    NotDeletable {
        /// What sort of row.
        entity: Entity,
        /// Which.
        id: Uuid,
        /// Why not.
        problem: String,
    },
    /// A part cannot have parts of its own.
    PartsNested {
        /// Which.
        resource_id: ResourceId,
        /// Its name.
        resource: String,
    },
    /// Future bookings of a resource would clash with what occupies its new parts.
    PartsTaken {
        /// Whose parts.
        resource_id: ResourceId,
        /// The bookings that would clash.
        bookings: Vec<BookingId>,
    },
    /// More is to be given back than was paid.
    RefundExceedsPaid {
        /// For what.
        booking_id: BookingId,
        /// What was paid and not yet given back.
        paid: Money,
    },
    /// The package has not enough credits.
    CreditsInsufficient {
        /// Which.
        package_id: PackageId,
        /// What is left.
        balance: u32,
        /// What is needed.
        needed: u32,
    },
    /// The package is not valid at the start of the booking.
    PackageNotValid {
        /// Which.
        package_id: PackageId,
        /// From when on it is.
        valid_from: Timestamp,
        /// Until when it is.
        valid_until: Timestamp,
    },
    /// The package does not pay for this.
    PackageNotFor {
        /// Which.
        package_id: PackageId,
        /// Why not.
        problem: String,
    },
    /// All places are taken.
    PlacesTaken {
        /// Of what.
        booking_id: BookingId,
        /// How many there are.
        capacity: u32,
    },
    /// What became of a booking, or who came to it, is said before that can be known.
    NotBegun {
        /// Of which booking.
        booking_id: BookingId,
        /// From when on it can be said.
        from: Timestamp,
        /// The same on the venue's clock.
        local_from: NaiveDateTime,
    },
    /// What is asked cannot be done to a place of this status.
    AttendanceNotAllowed {
        /// Which.
        attendance_id: AttendanceId,
        /// Its status.
        status: String,
    },
    /// The booking has no places.
    NotARoster {
        /// Which.
        booking_id: BookingId,
    },
    /// An instructor works on bookings of their own only.
    NotOwnBooking {
        /// Who.
        staff_id: StaffId,
    },
    /// Nobody of this id works here.
    ActorUnknown {
        /// Who.
        staff_id: StaffId,
    },
}

impl Refusal {
    /// The stable code, e.g. `slot_taken`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SlotTaken { .. } => "slot_taken",
            Self::EndBeforeStart { .. } => "end_before_start",
            Self::ZeroLength { .. } => "zero_length",
            Self::OffGrid { .. } => "off_grid",
            Self::TooLong { .. } => "too_long",
            Self::SeriesTooLong { .. } => "series_too_long",
            Self::BeforeToday { .. } => "before_today",
            Self::LocalTimeMismatch { .. } => "local_time_mismatch",
            Self::UnknownTimezone { .. } => "unknown_timezone",
            Self::FieldRequired { .. } => "field_required",
            Self::FieldTooLong { .. } => "field_too_long",
            Self::FieldOutOfRange { .. } => "field_out_of_range",
            Self::FieldInvalid { .. } => "field_invalid",
            Self::NotFound { .. } => "not_found",
            Self::AlreadyExists { .. } => "already_exists",
            Self::ChangedElsewhere { .. } => "changed_elsewhere",
            Self::ResourceInactive { .. } => "resource_inactive",
            Self::ResourceNotAtVenue { .. } => "resource_not_at_venue",
            Self::StatusNotAllowed { .. } => "status_not_allowed",
            Self::NotThisDesksVenue { .. } => "not_this_desks_venue",
            Self::RoleNotAllowed { .. } => "role_not_allowed",
            Self::ServiceUnavailable { .. } => "service_unavailable",
            Self::TermsChanged { .. } => "terms_changed",
            Self::ResourceKindMissing { .. } => "resource_kind_missing",
            Self::OutsideHours { .. } => "outside_hours",
            Self::TooSoon { .. } => "too_soon",
            Self::TooFarAhead { .. } => "too_far_ahead",
            Self::ApprovalNeeded { .. } => "approval_needed",
            Self::CustomerBlocked { .. } => "customer_blocked",
            Self::CustomerElsewhere { .. } => "customer_elsewhere",
            Self::CustomerMerged { .. } => "customer_merged",
            Self::CustomerErased { .. } => "customer_erased",
            Self::Deleted { .. } => "deleted",
            Self::NotDeletable { .. } => "not_deletable",
            Self::PartsNested { .. } => "parts_nested",
            Self::PartsTaken { .. } => "parts_taken",
            Self::RefundExceedsPaid { .. } => "refund_exceeds_paid",
            Self::CreditsInsufficient { .. } => "credits_insufficient",
            Self::PackageNotValid { .. } => "package_not_valid",
            Self::PackageNotFor { .. } => "package_not_for",
            Self::PlacesTaken { .. } => "places_taken",
            Self::NotBegun { .. } => "not_begun",
            Self::AttendanceNotAllowed { .. } => "attendance_not_allowed",
            Self::NotARoster { .. } => "not_a_roster",
            Self::NotOwnBooking { .. } => "not_own_booking",
            Self::LastOwner { .. } => "last_owner",
            Self::ActorUnknown { .. } => "actor_unknown",
        }
    }

    /// The refusal as it is shown, stored and sent.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let details = serde_json::to_value(self)
            .ok()
            .and_then(|mut value| value.get_mut("details").map(Value::take))
            .unwrap_or(Value::Null);
        Notice { code: self.code().into(), message: self.message(), details }
    }
}

/// A refusal on its way to a person. Its code may be one that this version does not know yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Stable code.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// What the code is about.
    pub details: Value,
}

impl Notice {
    /// What a refusal says once the data of whom it was about is erased.
    pub const ERASED: &str = "This named somebody whose data is erased, and what it said is gone with that. Look at what is there now; if it is still to be done, enter it again.";

    /// Leaves of it the code alone.
    pub fn forget(&mut self) {
        (self.message, self.details) = (Self::ERASED.into(), Value::Null);
    }
}
