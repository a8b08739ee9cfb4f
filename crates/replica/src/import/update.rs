//! What is here becomes what a file says: a patch for each field that differs. What the mapping
//! leaves out stays as it is here. What is new is added, and then becomes what cannot be said when it
//! is added.

use super::columns::BookingColumns;
use holdfast_domain::command::{
    AboutCustomer, AddCustomer, AddEvent, AddProduct, AddResource, AddService, AddStaff, Book,
    BookingText, Cancel, Edit, EditBooking, EditCustomer, EditEvent, EditProduct, EditResource,
    EditService, EditStaff, ImportBooking, Reschedule, SetCapacity, SetStatus,
};
use holdfast_domain::{
    Booking, BookingStatus, Command, Customer, Event, Patch, Product, Resource, Service, Source,
    Staff, Timestamp,
};

/// The change of a field that differs.
fn patch<T: PartialEq + Clone>(from: &T, to: &T) -> Edit<T> {
    (from != to).then(|| Patch { from: from.clone(), to: to.clone() })
}

/// The change of a field that is told and differs.
fn edit<T: PartialEq + Clone>(is_told: bool, from: &T, to: &T) -> Edit<T> {
    patch(from, to).filter(|_| is_told)
}

/// An edit of the fields of two rows that differ; nothing where none does.
macro_rules! difference {
    ($command:ident { $id:ident } $from:ident, $to:ident: $($field:ident),+) => {{
        let nothing = $command { $id: $from.id, ..$command::default() };
        let mut change = nothing.clone();
        $(change.$field = patch(&$from.$field, &$to.$field);)+
        (change != nothing).then(|| Command::$command(change)).into_iter().collect::<Vec<_>>()
    }};
}

pub(super) fn staff(from: &Staff, to: &Staff) -> Vec<Command> {
    difference!(EditStaff { staff_id } from, to:
        name, role, active, description, photo_url, timezone)
}

pub(super) fn add_staff(told: &Staff) -> Vec<Command> {
    let add = AddStaff {
        staff_id: told.id,
        name: told.name.clone(),
        role: told.role,
        description: told.description.clone(),
        photo_url: told.photo_url.clone(),
        timezone: told.timezone,
    };
    let added = Staff { active: true, ..told.clone() };
    [vec![Command::AddStaff(add)], staff(&added, told)].concat()
}

pub(super) fn service(from: &Service, to: &Service) -> Vec<Command> {
    difference!(EditService { service_id } from, to:
        name, description, duration_minutes, buffer_before_minutes, buffer_after_minutes, price,
        capacity, needed_kinds, venue_ids, needs_approval, free_cancel_minutes, credits, active,
        position, colour)
}

pub(super) fn add_service(told: &Service) -> Vec<Command> {
    let add = AddService {
        service_id: told.id,
        name: told.name.clone(),
        description: told.description.clone(),
        duration_minutes: told.duration_minutes,
        buffer_before_minutes: told.buffer_before_minutes,
        buffer_after_minutes: told.buffer_after_minutes,
        price: told.price,
        capacity: told.capacity,
        needed_kinds: told.needed_kinds.clone(),
        venue_ids: told.venue_ids.clone(),
        needs_approval: told.needs_approval,
        free_cancel_minutes: told.free_cancel_minutes,
        credits: told.credits,
        position: told.position,
        colour: told.colour.clone(),
    };
    let added = Service { active: true, ..told.clone() };
    [vec![Command::AddService(add)], service(&added, told)].concat()
}

pub(super) fn product(from: &Product, to: &Product) -> Vec<Command> {
    difference!(EditProduct { product_id } from, to:
        name, description, category, popular, features, position, status, credits, validity_days,
        price, service_ids, venue_id)
}

pub(super) fn add_product(told: &Product) -> Vec<Command> {
    vec![Command::AddProduct(AddProduct {
        product_id: told.id,
        name: told.name.clone(),
        description: told.description.clone(),
        category: told.category.clone(),
        popular: told.popular,
        features: told.features.clone(),
        position: told.position,
        status: told.status,
        credits: told.credits,
        validity_days: told.validity_days,
        price: told.price,
        service_ids: told.service_ids.clone(),
        venue_id: told.venue_id,
    })]
}

pub(super) fn event(from: &Event, to: &Event) -> Vec<Command> {
    difference!(EditEvent { event_id } from, to:
        title, description, category, image_url, position, status, slug, capacity)
}

pub(super) fn add_event(told: &Event) -> Vec<Command> {
    vec![Command::AddEvent(AddEvent {
        event_id: told.id,
        venue_id: told.venue_id,
        title: told.title.clone(),
        description: told.description.clone(),
        category: told.category.clone(),
        image_url: told.image_url.clone(),
        position: told.position,
        status: told.status,
        slug: told.slug.clone(),
        capacity: told.capacity,
    })]
}

pub(super) fn resource(from: &Resource, to: &Resource) -> Vec<Command> {
    difference!(EditResource { resource_id } from, to:
        name, kind, location, description, active, venue_ids, part_ids, staff_id, hours,
        needs_approval)
}

/// Added again where it is here already: the rules know it by its source.
pub(super) fn add_resource(told: &Resource, source: Source, is_new: bool) -> Vec<Command> {
    let add = AddResource {
        resource_id: told.id,
        name: told.name.clone(),
        kind: told.kind,
        location: told.location.clone(),
        description: told.description.clone(),
        venue_ids: told.venue_ids.clone(),
        source: Some(source),
        part_ids: told.part_ids.clone(),
        staff_id: told.staff_id,
        hours: told.hours.clone(),
        needs_approval: told.needs_approval,
    };
    let mut commands = vec![Command::AddResource(add)];
    if is_new {
        commands.extend(resource(&Resource { active: true, ..told.clone() }, told));
    }
    commands
}

pub(super) fn customer(from: &Customer, to: &Customer) -> Vec<Command> {
    // Another address is not a verified one, unless that is told after it.
    let moved = Customer { email_verified: from.email_verified, ..to.clone() };
    let known =
        Customer { email_verified: from.email_verified && from.email == to.email, ..to.clone() };
    let mut commands = difference!(EditCustomer { customer_id } from, moved:
        name, email, phone, address, note, preferred_contact, timezone, language, tags, preferences,
        photo_url, blocked_reason, consent);
    commands.extend(difference!(EditCustomer { customer_id } known, to: email_verified));
    commands
}

/// Added again where they are here already: the rules know them by their source.
pub(super) fn add_customer(
    told: &Customer,
    source: Source,
    is_new: bool,
    chosen: bool,
) -> Vec<Command> {
    let add = AddCustomer {
        customer_id: told.id,
        name: told.name.clone(),
        email: told.email.clone(),
        phone: told.phone.clone(),
        address: told.address.clone(),
        note: told.note.clone(),
        source: Some(source),
        about: AboutCustomer {
            preferred_contact: told.preferred_contact,
            timezone: told.timezone,
            language: told.language.clone(),
            tags: told.tags.clone(),
            preferences: told.preferences.clone(),
            photo_url: told.photo_url.clone(),
            consent: told.consent.clone(),
        },
        chosen,
    };
    let mut commands = vec![Command::AddCustomer(add)];
    if is_new {
        let (email_verified, blocked_reason) = (false, String::new());
        let added = Customer { email_verified, blocked_reason, ..told.clone() };
        commands.extend(customer(&added, told));
    }
    commands
}

/// Its texts, when and where it is, and what became of it.
pub(super) fn booking(
    there: &Booking,
    told: &ImportBooking,
    columns: &BookingColumns,
    now: Timestamp,
) -> Vec<Command> {
    let texts = texts(there, &told.book, columns);
    let nothing = EditBooking { booking_id: there.id, ..EditBooking::default() };
    let mut commands = Vec::new();
    if texts != nothing {
        commands.push(Command::EditBooking(texts));
    }
    let late = told.past.ended.as_ref().map(|ended| ended.late);
    let judged = there.cancellation.as_ref().map(|cancellation| cancellation.late);
    let otherwise = told.status == BookingStatus::Cancelled
        && columns.late.is_some()
        && late.zip(judged).is_some_and(|(late, judged)| late != judged);
    let mut place: Vec<Command> =
        moved(there, &told.book).map(Command::Reschedule).into_iter().collect();
    if let Some(capacity) = edit(columns.capacity.is_some(), &there.capacity, &told.book.capacity) {
        place.push(Command::SetCapacity(SetCapacity { booking_id: there.id, capacity }));
    }
    let ended = match columns.status.is_some() && (told.status != there.status || otherwise) {
        true => became(there, told, now),
        false => Vec::new(),
    };
    // What is off occupies nothing, wherever it was before.
    let is_off = |it| matches!(it, BookingStatus::Cancelled | BookingStatus::Rejected);
    commands.extend(
        match (is_off(there.status), columns.status.is_some() && is_off(told.status)) {
            (_, true) => ended,
            (true, false) => [ended, place].concat(),
            (false, false) => [place, ended].concat(),
        },
    );
    commands
}

fn texts(there: &Booking, told: &Book, columns: &BookingColumns) -> EditBooking {
    let BookingText { title, description, customer_note, staff_note, attendee_count, meeting_url } =
        &told.text;
    EditBooking {
        booking_id: there.id,
        customer_id: edit(columns.customer.is_some(), &there.customer_id, &told.customer_id),
        title: edit(columns.title.is_some(), &there.title, title),
        description: edit(columns.description.is_some(), &there.description, description),
        customer_note: edit(columns.customer_note.is_some(), &there.customer_note, customer_note),
        staff_note: edit(columns.staff_note.is_some(), &there.staff_note, staff_note),
        attendee_count: edit(
            columns.attendee_count.is_some(),
            &there.attendee_count,
            attendee_count,
        ),
        meeting_url: edit(columns.meeting_url.is_some(), &there.meeting_url, meeting_url),
        erased: false,
        forgotten: false,
    }
}

fn moved(there: &Booking, told: &Book) -> Option<Reschedule> {
    let mut resource_ids = told.resource_ids.clone();
    resource_ids.sort_unstable();
    resource_ids.dedup();
    let same_time =
        (there.stay.starts_at, there.stay.ends_at) == (told.stay.starts_at, told.stay.ends_at);
    if same_time && resource_ids == there.resource_ids {
        return None;
    }
    Some(Reschedule {
        booking_id: there.id,
        venue_id: there.venue_id,
        stay: Patch { from: there.stay, to: if same_time { there.stay } else { told.stay } },
        resource_ids: Patch { from: there.resource_ids.clone(), to: resource_ids },
        claimed_ids: Vec::new(),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        outside_hours_reason_before: String::new(),
        outside_hours_reason: there.outside_hours_reason.clone(),
        package_id: None,
    })
}

/// What became of it was judged where it happened: when it was called off, and whether that was late.
/// Credits come and go as they always do; the ledger's own lines then find it done.
fn became(there: &Booking, told: &ImportBooking, now: Timestamp) -> Vec<Command> {
    let ended = told.past.ended.as_ref();
    let reason = |verb: &str| match ended.map(|ended| ended.reason.as_str()) {
        Some(reason) if !reason.is_empty() => reason.to_owned(),
        _ => format!("{verb} in {}", told.source.name),
    };
    if told.status == BookingStatus::Cancelled {
        return vec![Command::Cancel(Cancel {
            booking_id: there.id,
            from_status: there.status,
            reason: reason("Cancelled"),
            initiator: ended.map(|ended| ended.initiator).unwrap_or_default(),
            late: ended.is_some_and(|ended| ended.late),
            waive_reason: String::new(),
            package_id: there.package_id,
            cancelled_at: Some(ended.map_or(now, |ended| ended.at)),
        })];
    }
    let set = |from, to| {
        Command::SetStatus(SetStatus {
            booking_id: there.id,
            status: Patch { from, to },
            reason: match to {
                BookingStatus::Rejected => reason("Rejected"),
                _ => String::new(),
            },
            lapsed: false,
            package_id: there.package_id,
        })
    };
    match (there.status, told.status) {
        // It lapsed here, and was answered there.
        (BookingStatus::Rejected, BookingStatus::Confirmed) => vec![
            set(BookingStatus::Rejected, BookingStatus::Pending),
            set(BookingStatus::Pending, BookingStatus::Confirmed),
        ],
        (from, to) => vec![set(from, to)],
    }
}
