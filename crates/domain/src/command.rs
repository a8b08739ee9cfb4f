//! What people can ask for. A command is one intent; nothing changes in any other way.
//!
//! A command carries what the person was shown, resolved: local and UTC times, which resource, ids
//! of the rows it makes. A command on an existing row carries the values it relied on ([`Patch`]),
//! so that two desks' edits of different fields merge and edits of the same field are noticed.

use crate::facts::{Needs, Overlap};
use crate::id::{BookingId, ClaimId, CustomerId, ResourceId, StaffId, VenueId};
use crate::money::{Currency, Money};
use crate::rows::{
    Booking, BookingStatus, Customer, Resource, ResourceKind, Role, Source, Staff, Venue,
};
use crate::time::{Stay, Zone};
use serde::{Deserialize, Serialize};

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
    /// Open a place.
    OpenVenue(OpenVenue),
    /// Change a place.
    EditVenue(EditVenue),
    /// Enter something to be booked.
    AddResource(AddResource),
    /// Change it.
    EditResource(EditResource),
    /// Enter somebody who books.
    AddCustomer(AddCustomer),
    /// Change them.
    EditCustomer(EditCustomer),
    /// Book.
    Book(Book),
    /// Take over a booking from another system, as it was there.
    ImportBooking(ImportBooking),
    /// Change what is written on a booking.
    EditBooking(EditBooking),
    /// Change when and where a booking is.
    Reschedule(Reschedule),
    /// Call a booking off.
    Cancel(Cancel),
}

/// See [`Command::AddStaff`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddStaff {
    /// Id of the new row.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// See [`Command::EditStaff`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EditStaff {
    /// Who.
    pub staff_id: StaffId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// What they may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Edit<Role>,
    /// Whether they still work here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Edit<bool>,
}

/// See [`Command::OpenVenue`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenVenue {
    /// Id of the new row.
    pub venue_id: VenueId,
    /// Name.
    pub name: String,
    /// Its wall clock.
    pub timezone: Zone,
    /// What it charges in.
    pub currency: Currency,
    /// 5 to 240, and a divisor of a day.
    pub slot_minutes: u32,
}

/// See [`Command::EditVenue`]. The zone of a venue does not change: its bookings' wall times hang
/// on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EditVenue {
    /// Which.
    pub venue_id: VenueId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// What it charges in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Edit<Currency>,
    /// The grid for new bookings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot_minutes: Edit<u32>,
}

/// See [`Command::AddResource`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddResource {
    /// Id of the new row.
    pub resource_id: ResourceId,
    /// Name.
    pub name: String,
    /// What sort of thing.
    pub kind: ResourceKind,
    /// Where to find it.
    pub location: String,
    /// For people.
    pub description: String,
    /// The venues that use it.
    pub venue_ids: Vec<VenueId>,
    /// Where it was imported from.
    pub source: Option<Source>,
}

/// See [`Command::EditResource`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EditResource {
    /// Which.
    pub resource_id: ResourceId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// What sort of thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Edit<ResourceKind>,
    /// Where to find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Edit<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// Whether it takes new bookings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Edit<bool>,
    /// The venues that use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_ids: Edit<Vec<VenueId>>,
}

/// See [`Command::AddCustomer`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddCustomer {
    /// Id of the new row.
    pub customer_id: CustomerId,
    /// Full name.
    pub name: String,
    /// E-mail, or empty.
    pub email: String,
    /// Phone, or empty.
    pub phone: String,
    /// Postal address, or empty.
    pub address: String,
    /// The staff's own note.
    pub note: String,
    /// Where it was imported from.
    pub source: Option<Source>,
}

/// See [`Command::EditCustomer`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EditCustomer {
    /// Who.
    pub customer_id: CustomerId,
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Edit<String>,
    /// Phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Edit<String>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Edit<String>,
    /// The staff's own note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Edit<String>,
}

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
}

/// See [`Command::EditBooking`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
}

impl Command {
    /// The stable name of the command: its `type` in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AddStaff(_) => "add_staff",
            Self::EditStaff(_) => "edit_staff",
            Self::OpenVenue(_) => "open_venue",
            Self::EditVenue(_) => "edit_venue",
            Self::AddResource(_) => "add_resource",
            Self::EditResource(_) => "edit_resource",
            Self::AddCustomer(_) => "add_customer",
            Self::EditCustomer(_) => "edit_customer",
            Self::Book(_) => "book",
            Self::ImportBooking(_) => "import_booking",
            Self::EditBooking(_) => "edit_booking",
            Self::Reschedule(_) => "reschedule",
            Self::Cancel(_) => "cancel",
        }
    }

    /// What deciding this command needs to know, besides its actor.
    pub(crate) fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        match self {
            Self::AddStaff(c) => {
                needs.row::<Staff>(c.staff_id);
                needs.any_staff = true;
            }
            Self::EditStaff(c) => {
                needs.row::<Staff>(c.staff_id);
                needs.owner_besides = Some(c.staff_id);
            }
            Self::OpenVenue(c) => needs.row::<Venue>(c.venue_id),
            Self::EditVenue(c) => needs.row::<Venue>(c.venue_id),
            Self::AddResource(c) => {
                needs.row::<Resource>(c.resource_id);
                needs.rows::<Venue>(c.venue_ids.iter().copied());
            }
            Self::EditResource(c) => {
                needs.row::<Resource>(c.resource_id);
                needs.rows::<Venue>(c.venue_ids.iter().flat_map(|patch| patch.to.iter().copied()));
            }
            Self::AddCustomer(c) => needs.row::<Customer>(c.customer_id),
            Self::EditCustomer(c) => needs.row::<Customer>(c.customer_id),
            Self::Book(c) => needs.add_book(c),
            Self::ImportBooking(c) => needs.add_book(&c.book),
            Self::EditBooking(c) => {
                needs.row::<Booking>(c.booking_id);
                needs.rows::<Customer>(c.customer_id.iter().filter_map(|patch| patch.to));
            }
            Self::Reschedule(c) => {
                needs.row::<Booking>(c.booking_id);
                needs.add_stay(c.booking_id, c.venue_id, &c.stay.to, &c.resource_ids.to);
            }
            Self::Cancel(c) => needs.row::<Booking>(c.booking_id),
        }
        needs
    }
}

impl Needs {
    fn add_book(&mut self, book: &Book) {
        self.row::<Booking>(book.booking_id);
        self.rows::<Customer>(book.customer_id);
        self.add_stay(book.booking_id, book.venue_id, &book.stay, &book.resource_ids);
    }

    fn add_stay(
        &mut self,
        booking_id: BookingId,
        venue_id: VenueId,
        stay: &Stay,
        resource_ids: &[ResourceId],
    ) {
        self.row::<Venue>(venue_id);
        self.rows::<Resource>(resource_ids.iter().copied());
        let Some(period) = stay.interval() else { return };
        self.overlaps.extend(resource_ids.iter().map(|&resource_id| Overlap {
            resource_id,
            period,
            except: ClaimId::of(booking_id, resource_id),
        }));
    }
}
