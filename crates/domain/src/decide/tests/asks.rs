//! What people ask for in these tests, about which nothing else is said.

use super::*;
use crate::command::*;

pub(super) const LESSON: ServiceId = ServiceId(Uuid::from_u128(20));
pub(super) const CARD: ProductId = ProductId(Uuid::from_u128(21));
pub(super) const PACKAGE: PackageId = PackageId(Uuid::from_u128(22));
pub(super) const HALL: ResourceId = ResourceId(Uuid::from_u128(23));
pub(super) const SERIES: SeriesId = SeriesId(Uuid::from_u128(24));
pub(super) const BEN: CustomerId = CustomerId(Uuid::from_u128(25));

/// The id of [`book_id`]'s booking.
pub(super) fn id(n: u128) -> BookingId {
    BookingId(Uuid::from_u128(1000 + n))
}

pub(super) fn add_service() -> AddService {
    AddService {
        service_id: LESSON,
        name: "Lesson".into(),
        description: String::new(),
        duration_minutes: 60,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price: None,
        capacity: 4,
        needed_kinds: Vec::new(),
        venue_ids: Vec::new(),
        needs_approval: false,
        free_cancel_minutes: None,
        credits: 1,
        position: 0,
        colour: String::new(),
    }
}

pub(super) fn add_product(credits: u32) -> AddProduct {
    AddProduct {
        product_id: CARD,
        name: "Card".into(),
        description: String::new(),
        category: String::new(),
        popular: false,
        features: Vec::new(),
        position: 0,
        status: ProductStatus::Active,
        credits,
        validity_days: 30,
        price: None,
        service_ids: Vec::new(),
        venue_id: None,
    }
}

/// Sells [`CARD`] to Anna, from now on.
pub(super) fn sell(package_id: PackageId, credits: u32) -> SellPackage {
    SellPackage {
        package_id,
        product_id: CARD,
        customer_id: ANNA,
        credits,
        price: None,
        valid_from: now(),
        valid_until: at("2026-12-10T10:00"),
    }
}

/// A class of some places, that cost a credit each.
pub(super) fn class(n: u128, capacity: u32, credits: u32) -> Book {
    Book {
        capacity: Some(capacity),
        credits,
        customer_id: None,
        ..book_id(n, "2026-11-20T13:00", "2026-11-20T14:00")
    }
}

pub(super) fn attend(n: u128, customer_id: CustomerId) -> AddAttendance {
    AddAttendance { booking_id: id(n), customer_id, waitlist: false, package_id: None, credits: 0 }
}

pub(super) fn leave(n: u128, customer_id: CustomerId, from: AttendanceStatus) -> CancelAttendance {
    CancelAttendance {
        attendance_id: AttendanceId::of(id(n), customer_id),
        booking_id: id(n),
        from_status: from,
        reason: "ill".into(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
    }
}

pub(super) fn add_customer(customer_id: CustomerId) -> AddCustomer {
    AddCustomer {
        customer_id,
        name: "Ben".into(),
        email: String::new(),
        phone: String::new(),
        address: String::new(),
        note: String::new(),
        source: None,
        about: AboutCustomer::default(),
        chosen: false,
    }
}

/// A hall that consists of both courts.
pub(super) fn add_hall() -> AddResource {
    AddResource { part_ids: vec![COURT, OTHER_COURT], ..resource(HALL) }
}

pub(super) fn resource(id: ResourceId) -> AddResource {
    match add_resource(id) {
        Command::AddResource(add) => add,
        other => panic!("{other:?}"),
    }
}

pub(super) fn edit_court() -> EditResource {
    EditResource { resource_id: COURT, ..EditResource::default() }
}

/// The venue's policy becomes another one.
pub(super) fn set_policy(world: &World, policy: Policy) -> Command {
    let Some(Change::Venue(venue)) = world.rows.get(&(Entity::Venue, VENUE.0)) else {
        panic!("no venue")
    };
    let policy = Some(Patch { from: venue.policy.clone(), to: policy });
    Command::EditVenue(EditVenue { venue_id: VENUE, policy, ..EditVenue::default() })
}

pub(super) fn set_status(world: &World, n: u128, to: BookingStatus) -> SetStatus {
    let booking = world.booking(id(n));
    SetStatus {
        booking_id: id(n),
        status: Patch { from: booking.status, to },
        reason: "full".into(),
        lapsed: false,
        package_id: booking.package_id,
    }
}

pub(super) fn pay(minor: i64, refund: bool) -> TakePayment {
    TakePayment {
        payment_id: PaymentId(Uuid::from_u128(minor.unsigned_abs().into())),
        booking_id: id(1),
        attendance_id: None,
        amount: Money { minor, currency: Currency::parse("EUR").unwrap() },
        method: PaymentMethod::Cash,
        refund,
        note: "rain".into(),
    }
}

/// Every day at the same time, from the template's stay on.
pub(super) fn series(template: Book, days: i64) -> BookSeries {
    let day = |n| chrono::Duration::days(n);
    let (start, end) = (template.stay.local_start, template.stay.local_end);
    let stays = (0..days).map(|n| Stay::resolve(zone(), start + day(n), end + day(n)).0);
    BookSeries {
        series_id: SERIES,
        rrule: Recurrence::parse(&format!("FREQ=DAILY;COUNT={}", days.max(1))).unwrap(),
        local_start: start,
        stays: stays.collect(),
        template,
        on_conflict: OnConflict::Refuse,
        skipped: Vec::new(),
        may_be_empty: false,
    }
}

pub(super) fn close(from: &str, to: &str) -> AddExceptions {
    AddExceptions {
        kind: ExceptionKind::Closure,
        venue_id: VENUE,
        resource_id: None,
        staff_id: None,
        all_day: false,
        reason: String::new(),
        group_id: None,
        times: vec![ExceptionTime {
            exception_id: ExceptionId(Uuid::from_u128(26)),
            stay: Stay::resolve(zone(), wall(from), wall(to)).0,
        }],
    }
}

pub(super) fn delete(entity: Entity, id: Uuid) -> Command {
    Command::Delete(Delete { entity, id })
}

pub(super) fn second_venue() -> Command {
    Command::OpenVenue(OpenVenue {
        venue_id: VenueId(Uuid::from_u128(77)),
        name: "Second".into(),
        timezone: zone(),
        currency: Currency::parse("EUR").unwrap(),
        slot_minutes: 15,
    })
}
