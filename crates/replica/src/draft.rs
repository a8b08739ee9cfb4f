//! From what a person asks for to a command: local times become instants, with notes on what the
//! clocks make of them; ids are made; what the person saw of an existing booking is carried along.
//! Nothing is judged here.

mod again;
mod choice;
mod promotion;
mod terms;

pub use choice::Choice;
pub use promotion::Promotion;

use crate::failure::Failure;
use crate::replica::Replica;
use chrono::{Days, NaiveDate, NaiveDateTime};
use holdfast_domain::command::{
    AddCustomer, AddResource, AddStaff, Book, BookingText, Cancel, OpenVenue, Patch, Reschedule,
    SellPackage,
};
use holdfast_domain::{
    Booking, BookingId, Command, Currency, CustomerId, LocalNote, PackageId, Product, Refusal,
    ResourceId, ResourceKind, Role, StaffId, Stay, Timestamp, Venue, VenueId, Zone,
};
use uuid::Uuid;

/// The id of a row that a command makes.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A booking that somebody wants, in the venue's wall time.
#[derive(Clone, Debug)]
pub struct BookingDraft {
    /// At which venue.
    pub venue_id: VenueId,
    /// What it would occupy.
    pub resource_ids: Vec<ResourceId>,
    /// From when.
    pub local_start: NaiveDateTime,
    /// Until when.
    pub local_end: NaiveDateTime,
    /// For whom.
    pub customer_id: Option<CustomerId>,
    /// What is written on it.
    pub text: BookingText,
}

/// A command ready to be submitted, and what has to be said about its times.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The command.
    pub command: Command,
    /// The booking that it makes or changes.
    pub booking_id: BookingId,
    /// When, resolved.
    pub stay: Stay,
    /// What the clocks made of the times asked for.
    pub notes: Vec<LocalNote>,
}

impl BookingDraft {
    /// The command that makes this booking.
    #[must_use]
    pub fn book(&self, venue: &Venue) -> Drafted {
        let (stay, notes) = Stay::resolve(venue.timezone, self.local_start, self.local_end);
        let booking_id = BookingId(Uuid::now_v7());
        let command = Command::Book(Book {
            booking_id,
            venue_id: venue.id,
            resource_ids: self.resource_ids.clone(),
            stay,
            customer_id: self.customer_id,
            text: self.text.clone(),
            price: None,
            ..Book::new(booking_id, venue.id, Vec::new(), stay)
        });
        Drafted { command, booking_id, stay, notes }
    }
}

/// Moves `booking` to new local times and resources.
#[must_use]
pub fn reschedule(
    venue: &Venue,
    booking: &Booking,
    local_start: NaiveDateTime,
    local_end: NaiveDateTime,
    resource_ids: Vec<ResourceId>,
) -> Drafted {
    let (stay, notes) = Stay::resolve(venue.timezone, local_start, local_end);
    Drafted { command: moved(booking, stay, resource_ids), booking_id: booking.id, stay, notes }
}

pub(crate) fn moved(booking: &Booking, stay: Stay, mut resource_ids: Vec<ResourceId>) -> Command {
    resource_ids.sort_unstable();
    Command::Reschedule(Reschedule {
        booking_id: booking.id,
        venue_id: booking.venue_id,
        stay: Patch { from: booking.stay, to: stay },
        resource_ids: Patch { from: booking.resource_ids.clone(), to: resource_ids },
        claimed_ids: Vec::new(),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        outside_hours_reason_before: String::new(),
        outside_hours_reason: String::new(),
        package_id: None,
    })
}

/// Gives `booking` to `to` in place of `from`, at the same time to the second.
#[must_use]
pub fn hand_over(booking: &Booking, from: &[ResourceId], to: ResourceId) -> Command {
    let mut resource_ids = booking.resource_ids.clone();
    resource_ids.retain(|id| !from.contains(id) && *id != to);
    resource_ids.push(to);
    let mut command = moved(booking, booking.stay, resource_ids);
    if let Command::Reschedule(c) = &mut command {
        c.outside_hours_reason.clone_from(&booking.outside_hours_reason);
    }
    command
}

/// Calls `booking` off.
#[must_use]
pub fn cancel(booking: &Booking, reason: String) -> Command {
    Command::Cancel(Cancel {
        booking_id: booking.id,
        from_status: booking.status,
        reason,
        initiator: Default::default(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
        cancelled_at: None,
    })
}

/// Opens another venue.
///
/// # Errors
/// Where zone or currency are unknown.
pub fn open_venue(
    name: &str,
    timezone: &str,
    currency: &str,
    slot_minutes: u32,
) -> Result<(VenueId, Command), Refusal> {
    let venue_id = VenueId(Uuid::now_v7());
    let command = Command::OpenVenue(OpenVenue {
        venue_id,
        name: name.trim().into(),
        timezone: Zone::parse(timezone)?,
        currency: Currency::parse(currency)?,
        slot_minutes,
    });
    Ok((venue_id, command))
}

/// Enters somebody who works here.
#[must_use]
pub fn add_staff(name: &str, role: Role) -> (StaffId, Command) {
    let staff_id = StaffId(Uuid::now_v7());
    (
        staff_id,
        Command::AddStaff(AddStaff {
            staff_id,
            name: name.trim().into(),
            role,
            description: String::new(),
            photo_url: String::new(),
            timezone: None,
        }),
    )
}

/// Adds something to be booked.
#[must_use]
pub fn add_resource(
    name: &str,
    kind: ResourceKind,
    location: &str,
    description: &str,
    venue_ids: Vec<VenueId>,
) -> (ResourceId, Command) {
    let resource_id = ResourceId(Uuid::now_v7());
    let command = Command::AddResource(AddResource {
        resource_id,
        name: name.trim().into(),
        kind,
        location: location.into(),
        description: description.into(),
        venue_ids,
        source: None,
        part_ids: Vec::new(),
        staff_id: None,
        hours: Vec::new(),
        needs_approval: false,
    });
    (resource_id, command)
}

/// Adds somebody who books. `fill` sets the rest.
#[must_use]
pub fn add_customer(name: &str, fill: impl FnOnce(&mut AddCustomer)) -> (CustomerId, Command) {
    let customer_id = CustomerId(Uuid::now_v7());
    let mut add = AddCustomer {
        customer_id,
        name: name.trim().into(),
        email: String::new(),
        phone: String::new(),
        address: String::new(),
        note: String::new(),
        source: None,
        about: Default::default(),
        chosen: false,
    };
    fill(&mut add);
    (customer_id, Command::AddCustomer(add))
}

/// Sells credits, valid from a day on `venue`'s wall for as many days more as the product says.
#[must_use]
pub fn sell_package(
    product: &Product,
    customer_id: CustomerId,
    venue: &Venue,
    from: NaiveDate,
) -> (PackageId, Command) {
    let package_id = PackageId(Uuid::now_v7());
    let days = Days::new(u64::from(product.validity_days) + 1);
    let command = Command::SellPackage(SellPackage {
        package_id,
        product_id: product.id,
        customer_id,
        credits: product.credits,
        price: product.price,
        valid_from: venue.timezone.day_start(from),
        valid_until: venue.timezone.day_start(from.checked_add_days(days).unwrap_or(from)),
    });
    (package_id, command)
}

impl Replica {
    /// What the rules here would say to a command, without saving anything.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn preview(&self, command: &Command, at: Timestamp) -> Result<Option<Refusal>, Failure> {
        Ok(self.weigh(command, at)?.err())
    }
}
