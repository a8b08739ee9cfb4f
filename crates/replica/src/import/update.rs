//! What is here already becomes what a file says: a patch for each field that differs and that the
//! mapping names. What the mapping leaves out stays as it is here.

use super::mapping::{BookingColumns, CustomerColumns, ResourceColumns};
use holdfast_domain::command::{
    AddCustomer, AddResource, Book, BookingText, Cancel, Edit, EditBooking, EditCustomer,
    EditResource, ImportBooking, Reschedule, SetStatus,
};
use holdfast_domain::{Booking, BookingStatus, Command, Customer, Initiator, Patch, Resource};

/// The change of a field that is told and differs.
fn edit<T: PartialEq + Clone>(is_told: bool, from: &T, to: &T) -> Edit<T> {
    (is_told && from != to).then(|| Patch { from: from.clone(), to: to.clone() })
}

/// A resource that is not here yet, and that may take no bookings.
pub(super) fn add_resource(add: AddResource, active: Option<bool>) -> Vec<Command> {
    let resource_id = add.resource_id;
    let mut commands = vec![Command::AddResource(add)];
    if active == Some(false) {
        let active = Some(Patch { from: true, to: false });
        let close = EditResource { resource_id, active, ..EditResource::default() };
        commands.push(Command::EditResource(close));
    }
    commands
}

pub(super) fn resource(
    there: &Resource,
    told: &AddResource,
    active: Option<bool>,
    columns: &ResourceColumns,
) -> Vec<Command> {
    let change = EditResource {
        resource_id: there.id,
        name: edit(true, &there.name, &told.name),
        kind: edit(true, &there.kind, &told.kind),
        location: edit(columns.location.is_some(), &there.location, &told.location),
        description: edit(columns.description.is_some(), &there.description, &told.description),
        active: active.and_then(|active| edit(true, &there.active, &active)),
        ..EditResource::default()
    };
    let nothing = EditResource { resource_id: there.id, ..EditResource::default() };
    if change == nothing { Vec::new() } else { vec![Command::EditResource(change)] }
}

pub(super) fn customer(
    there: &Customer,
    told: &AddCustomer,
    columns: &CustomerColumns,
) -> Vec<Command> {
    let change = EditCustomer {
        customer_id: there.id,
        name: edit(true, &there.name, &told.name),
        email: edit(columns.email.is_some(), &there.email, &told.email),
        phone: edit(columns.phone.is_some(), &there.phone, &told.phone),
        address: edit(columns.address.is_some(), &there.address, &told.address),
        note: edit(columns.note.is_some(), &there.note, &told.note),
        ..EditCustomer::default()
    };
    let nothing = EditCustomer { customer_id: there.id, ..EditCustomer::default() };
    if change == nothing { Vec::new() } else { vec![Command::EditCustomer(change)] }
}

/// Its texts, then when and where it is, then what became of it.
pub(super) fn booking(
    there: &Booking,
    told: &ImportBooking,
    columns: &BookingColumns,
) -> Vec<Command> {
    let texts = texts(there, &told.book, columns);
    let nothing = EditBooking { booking_id: there.id, ..EditBooking::default() };
    let mut commands = Vec::new();
    if texts != nothing {
        commands.push(Command::EditBooking(texts));
    }
    commands.extend(moved(there, &told.book).map(Command::Reschedule));
    if columns.status.is_some() && told.status != there.status {
        commands.push(became(there, told));
    }
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
        outside_hours_reason: there.outside_hours_reason.clone(),
        package_id: None,
    })
}

fn became(there: &Booking, told: &ImportBooking) -> Command {
    if told.status == BookingStatus::Cancelled {
        return Command::Cancel(Cancel {
            booking_id: there.id,
            from_status: there.status,
            reason: format!("Cancelled in {}", told.source.name),
            initiator: Initiator::default(),
            late: false,
            waive_reason: String::new(),
            package_id: None,
        });
    }
    Command::SetStatus(SetStatus {
        booking_id: there.id,
        status: Patch { from: there.status, to: told.status },
        reason: match told.status {
            BookingStatus::Rejected => format!("Rejected in {}", told.source.name),
            _ => String::new(),
        },
        lapsed: false,
        package_id: None,
    })
}
