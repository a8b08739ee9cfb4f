//! The lists that are imported again, as `mapping.toml` reads them: a header, and a row of fields for
//! each. What was deleted is told as what takes no bookings, is not sold, or is not shown.

use crate::hours;
use crate::import::field::listed;
use crate::store::bookings::Listed;
use holdfast_domain::{
    Attendance, AvailabilityException, BookingStatus, CreditEntry, Customer, CustomerId,
    DataRequest, Event, EventStatus, Package, Payment, Product, ProductStatus, Resource, Series,
    Service, Staff, Venue,
};
use std::fmt::Display;

/// A list's columns, and the fields of a row in the same order.
pub(super) trait List {
    const HEADER: &'static [&'static str];
    fn fields(&self, venue: &Venue) -> Vec<String>;
}

/// What there may be none of: then the field is empty.
fn or_none<T: Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn ids<T: Display>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(";")
}

impl List for Staff {
    const HEADER: &'static [&'static str] =
        &["id", "name", "role", "active", "description", "photo_url", "timezone"];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.role.to_string(),
            self.active.to_string(),
            self.description.clone(),
            self.photo_url.clone(),
            self.timezone.map(|zone| zone.name().to_owned()).unwrap_or_default(),
        ]
    }
}

impl List for Service {
    const HEADER: &'static [&'static str] = &[
        "id",
        "name",
        "description",
        "duration_minutes",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "price",
        "capacity",
        "needed_kinds",
        "everywhere",
        "needs_approval",
        "free_cancel_minutes",
        "credits",
        "active",
        "position",
        "colour",
    ];

    fn fields(&self, venue: &Venue) -> Vec<String> {
        let everywhere = self.venue_ids.is_empty();
        let sold_here = everywhere || self.venue_ids.contains(&venue.id);
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.description.clone(),
            self.duration_minutes.to_string(),
            self.buffer_before_minutes.to_string(),
            self.buffer_after_minutes.to_string(),
            or_none(self.price),
            self.capacity.to_string(),
            ids(&self.needed_kinds),
            everywhere.to_string(),
            self.needs_approval.to_string(),
            or_none(self.free_cancel_minutes),
            self.credits.to_string(),
            (self.active && self.deletion.is_none() && sold_here).to_string(),
            self.position.to_string(),
            self.colour.clone(),
        ]
    }
}

impl List for Product {
    const HEADER: &'static [&'static str] = &[
        "id",
        "name",
        "description",
        "category",
        "popular",
        "features",
        "position",
        "status",
        "credits",
        "validity_days",
        "price",
        "services",
        "everywhere",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        let status = match self.deletion {
            Some(_) => ProductStatus::Archived,
            None => self.status,
        };
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.description.clone(),
            self.category.clone(),
            self.popular.to_string(),
            listed(&self.features),
            self.position.to_string(),
            status.to_string(),
            self.credits.to_string(),
            self.validity_days.to_string(),
            or_none(self.price),
            ids(&self.service_ids),
            self.venue_id.is_none().to_string(),
        ]
    }
}

impl List for Resource {
    const HEADER: &'static [&'static str] = &[
        "id",
        "name",
        "kind",
        "location",
        "description",
        "active",
        "parts",
        "staff",
        "hours",
        "needs_approval",
    ];

    fn fields(&self, venue: &Venue) -> Vec<String> {
        let used_here = self.venue_ids.contains(&venue.id);
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.kind.to_string(),
            self.location.clone(),
            self.description.clone(),
            (self.active && self.deletion.is_none() && used_here).to_string(),
            ids(&self.part_ids),
            or_none(self.staff_id),
            hours::write(&self.hours),
            self.needs_approval.to_string(),
        ]
    }
}

impl List for Customer {
    const HEADER: &'static [&'static str] = &[
        "id",
        "name",
        "email",
        "phone",
        "address",
        "note",
        "preferred_contact",
        "email_verified",
        "timezone",
        "language",
        "tags",
        "preferences",
        "photo_url",
        "blocked_reason",
        "consent_given_at",
        "consent_version",
        "consent_marketing",
        "consent_sms",
        "merged_into",
        "deleted",
        "erased",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        let consent = self.consent.as_ref();
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.email.clone(),
            self.phone.clone(),
            self.address.clone(),
            self.note.clone(),
            or_none(self.preferred_contact),
            self.email_verified.to_string(),
            self.timezone.map(|zone| zone.name().to_owned()).unwrap_or_default(),
            self.language.clone(),
            listed(&self.tags),
            self.preferences.clone(),
            self.photo_url.clone(),
            self.blocked_reason.clone(),
            or_none(consent.map(|it| it.given_at)),
            consent.map(|it| it.version.clone()).unwrap_or_default(),
            consent.is_some_and(|it| it.marketing).to_string(),
            consent.is_some_and(|it| it.sms).to_string(),
            or_none(self.merged_into),
            self.deletion.is_some().to_string(),
            self.erased_at.is_some().to_string(),
        ]
    }
}

impl List for Event {
    const HEADER: &'static [&'static str] = &[
        "id",
        "title",
        "slug",
        "capacity",
        "description",
        "category",
        "image_url",
        "position",
        "status",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        let status = match self.deletion {
            Some(_) => EventStatus::Draft,
            None => self.status,
        };
        vec![
            self.id.to_string(),
            self.title.clone(),
            self.slug.clone(),
            self.capacity.to_string(),
            self.description.clone(),
            self.category.clone(),
            self.image_url.clone(),
            self.position.to_string(),
            status.to_string(),
        ]
    }
}

impl List for AvailabilityException {
    const HEADER: &'static [&'static str] = &[
        "id",
        "kind",
        "starts_at",
        "ends_at",
        "local_start",
        "local_end",
        "resource",
        "staff",
        "all_day",
        "reason",
        "group",
        "withdrawn",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.kind.to_string(),
            self.stay.starts_at.to_string(),
            self.stay.ends_at.to_string(),
            self.stay.local_start.to_string(),
            self.stay.local_end.to_string(),
            or_none(self.resource_id),
            or_none(self.staff_id),
            self.all_day.to_string(),
            self.reason.clone(),
            or_none(self.group_id),
            self.withdrawn.to_string(),
        ]
    }
}

impl List for Venue {
    const HEADER: &'static [&'static str] =
        &["id", "name", "timezone", "currency", "slot_minutes", "hours", "policy"];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.timezone.name().to_owned(),
            self.currency.to_string(),
            self.slot_minutes.to_string(),
            hours::write(&self.hours),
            serde_json::to_string(&self.policy).unwrap_or_default(),
        ]
    }
}

impl List for DataRequest {
    const HEADER: &'static [&'static str] =
        &["id", "customer", "kind", "requested_at", "requested_by", "done_at", "expires_at"];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.customer_id.to_string(),
            self.kind.to_string(),
            self.requested_at.to_string(),
            self.requested_by.to_string(),
            or_none(self.done_at),
            or_none(self.expires_at),
        ]
    }
}

impl List for Listed {
    const HEADER: &'static [&'static str] = &[
        "id",
        "resources",
        "customer",
        "starts_at",
        "ends_at",
        "local_start",
        "local_end",
        "status",
        "title",
        "description",
        "customer_note",
        "staff_note",
        "attendee_count",
        "meeting_url",
        "price",
        "service",
        "event",
        "capacity",
        "credits",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "free_cancel_minutes",
        "competing",
        "approve_by",
        "outside_hours_reason",
        "series",
        "package",
        "made_at",
        "made_by",
        "confirmed_at",
        "ended_at",
        "ended_by",
        "ended_reason",
        "initiator",
        "late",
        "moved_late",
        "released_at",
        "service_name",
        "customer_name",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        let booking = &self.booking;
        let waits = booking.status == BookingStatus::Pending;
        let costs_credits = booking.capacity.is_some() || booking.package_id.is_some();
        let called_off = booking.cancellation.as_ref();
        let ended = match (called_off, &booking.rejection) {
            (Some(it), _) => Some((it.cancelled_at, it.cancelled_by, it.reason.as_str())),
            (None, Some(it)) => Some((it.rejected_at, it.rejected_by, it.reason.as_str())),
            (None, None) => None,
        };
        vec![
            booking.id.to_string(),
            ids(&booking.resource_ids),
            or_none(booking.customer_id),
            booking.stay.starts_at.to_string(),
            booking.stay.ends_at.to_string(),
            booking.stay.local_start.to_string(),
            booking.stay.local_end.to_string(),
            booking.status.to_string(),
            booking.title.clone(),
            booking.description.clone(),
            booking.customer_note.clone(),
            booking.staff_note.clone(),
            booking.attendee_count.to_string(),
            booking.meeting_url.clone(),
            or_none(booking.price),
            or_none(booking.service_id),
            or_none(booking.event_id),
            or_none(booking.capacity),
            or_none(costs_credits.then_some(booking.credits)),
            booking.buffer_before_minutes.to_string(),
            booking.buffer_after_minutes.to_string(),
            or_none(booking.free_cancel_minutes),
            (waits && booking.competing).to_string(),
            or_none(booking.approve_by.filter(|_| waits)),
            booking.outside_hours_reason.clone(),
            or_none(booking.series_id),
            or_none(booking.package_id),
            booking.made_at.to_string(),
            booking.made_by.to_string(),
            or_none(booking.confirmed_at),
            or_none(ended.map(|(at, ..)| at)),
            or_none(ended.map(|(_, by, _)| by)),
            ended.map(|(.., reason)| reason.to_owned()).unwrap_or_default(),
            called_off.map(|it| it.initiator).unwrap_or_default().to_string(),
            called_off.is_some_and(|it| it.late).to_string(),
            booking.moved_late.to_string(),
            or_none(booking.released_at),
            booking.service_name.clone(),
            self.customer_name.clone(),
        ]
    }
}

impl List for Series {
    const HEADER: &'static [&'static str] =
        &["id", "rrule", "local_start", "title", "made_at", "made_by", "skipped"];

    fn fields(&self, _: &Venue) -> Vec<String> {
        let skipped = serde_json::to_string(&self.skipped).unwrap_or_default();
        vec![
            self.id.to_string(),
            self.rrule.to_string(),
            self.local_start.to_string(),
            self.title.clone(),
            self.made_at.to_string(),
            self.made_by.to_string(),
            if self.skipped.is_empty() { String::new() } else { skipped },
        ]
    }
}

impl List for Package {
    const HEADER: &'static [&'static str] = &[
        "id",
        "customer",
        "product",
        "name",
        "price",
        "services",
        "everywhere",
        "valid_from",
        "valid_until",
        "sold_at",
        "sold_by",
        "balance",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.customer_id.to_string(),
            self.product_id.to_string(),
            self.name.clone(),
            or_none(self.price),
            ids(&self.service_ids),
            self.venue_id.is_none().to_string(),
            self.valid_from.to_string(),
            self.valid_until.to_string(),
            self.sold_at.to_string(),
            self.sold_by.to_string(),
            self.balance.to_string(),
        ]
    }
}

impl List for CreditEntry {
    const HEADER: &'static [&'static str] =
        &["id", "package", "kind", "credits", "entered_at", "entered_by", "booking", "reason"];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.package_id.to_string(),
            self.kind.to_string(),
            self.credits.to_string(),
            self.entered_at.to_string(),
            self.entered_by.to_string(),
            or_none(self.booking_id),
            self.reason.clone(),
        ]
    }
}

impl List for Attendance {
    const HEADER: &'static [&'static str] = &[
        "id",
        "booking",
        "customer",
        "status",
        "joined_at",
        "joined_by",
        "package",
        "credits",
        "late",
        "changed_at",
        "reason",
        "status_before",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.booking_id.to_string(),
            self.customer_id.to_string(),
            self.status.to_string(),
            self.joined_at.to_string(),
            self.joined_by.to_string(),
            or_none(self.package_id),
            self.credits.to_string(),
            self.late.to_string(),
            or_none(self.changed_at),
            self.reason.clone(),
            or_none(self.status_before),
        ]
    }
}

/// A payment, and for whose place it was.
pub(super) struct Paid {
    pub(super) payment: Payment,
    pub(super) customer_id: Option<CustomerId>,
}

impl List for Paid {
    const HEADER: &'static [&'static str] = &[
        "id", "booking", "customer", "amount", "method", "refund", "taken_at", "taken_by", "note",
    ];

    fn fields(&self, _: &Venue) -> Vec<String> {
        let payment = &self.payment;
        vec![
            payment.id.to_string(),
            payment.booking_id.to_string(),
            or_none(self.customer_id),
            payment.amount.to_string(),
            payment.method.to_string(),
            payment.refund.to_string(),
            payment.taken_at.to_string(),
            payment.taken_by.to_string(),
            payment.note.clone(),
        ]
    }
}
