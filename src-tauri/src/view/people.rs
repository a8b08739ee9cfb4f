//! Customers, and what they book.

use super::ResourceKind;
use holdfast_domain::command::AddCustomer;
use holdfast_domain::{Money, Venue};
use holdfast_replica::query::{self, Tiers};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Somebody who books.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    /// The staff's own note.
    pub(crate) note: String,
    /// Words that they are found by.
    pub(crate) tags: Vec<String>,
}

/// Somebody who books, as a list shows them.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct CustomerListed {
    #[serde(flatten)]
    pub(crate) customer: Customer,
    /// What the venue calls somebody who paid so much, or empty.
    pub(crate) tier: String,
    /// Whether they may not book.
    pub(crate) blocked: bool,
}

/// What a list shows of the customers that were looked for.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct CustomersFound {
    customers: Vec<CustomerListed>,
    /// How many there are in all; null where there are more, and nobody counted them.
    count: Option<u32>,
}

/// What customers are picked out by.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "by", content = "name", rename_all = "snake_case")]
pub(crate) enum Segment {
    Tag(String),
    Tier(String),
    /// They want to hear of offers.
    Offers,
    TextMessages,
    /// They can be restored.
    Deleted,
}

/// What the history of a customer comes to.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Figures {
    pub(crate) visits: u32,
    pub(crate) no_shows: u32,
    /// On the venue's wall; null where they never came.
    pub(crate) first_visit: Option<String>,
    pub(crate) last_visit: Option<String>,
    /// What they paid the venue for bookings.
    pub(crate) spend: String,
    /// What they paid it for packages.
    pub(crate) packages: String,
    pub(crate) points: i32,
    pub(crate) tier: String,
}

impl CustomersFound {
    pub(crate) fn of(found: query::CustomersFound, tiers: &Tiers) -> Self {
        let listed = |customer| CustomerListed::of(customer, tiers);
        Self {
            customers: found.customers.into_iter().map(listed).collect(),
            count: found.count.map(|count| super::count(count as u64)),
        }
    }
}

impl From<query::Segment> for Segment {
    fn from(segment: query::Segment) -> Self {
        match segment {
            query::Segment::Tag(name) => Self::Tag(name),
            query::Segment::Tier(name) => Self::Tier(name),
            query::Segment::Offers => Self::Offers,
            query::Segment::TextMessages => Self::TextMessages,
            query::Segment::Deleted => Self::Deleted,
        }
    }
}

impl From<Segment> for query::Segment {
    fn from(segment: Segment) -> Self {
        match segment {
            Segment::Tag(name) => Self::Tag(name),
            Segment::Tier(name) => Self::Tier(name),
            Segment::Offers => Self::Offers,
            Segment::TextMessages => Self::TextMessages,
            Segment::Deleted => Self::Deleted,
        }
    }
}

impl CustomerListed {
    fn of(customer: holdfast_domain::Customer, tiers: &Tiers) -> Self {
        let tier = tiers.of(customer.id).unwrap_or_default().into();
        let blocked = !customer.blocked_reason.is_empty();
        Self { customer: customer.into(), tier, blocked }
    }
}

impl Figures {
    pub(crate) fn of(figures: &query::Figures, venue: &Venue) -> Self {
        let money = |minor| Money { minor, currency: venue.currency }.to_string();
        let wall = |at| super::wall_at(venue.timezone, at);
        Self {
            visits: super::count(figures.visits),
            no_shows: super::count(figures.no_shows),
            first_visit: figures.first_visit.map(wall),
            last_visit: figures.last_visit.map(wall),
            spend: money(figures.spend_minor),
            packages: money(figures.packages_minor),
            points: i32::try_from(figures.points).unwrap_or(i32::MAX),
            tier: figures.tier.clone().unwrap_or_default(),
        }
    }
}

/// What became of somebody's bookings.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct HandedOver {
    /// How many somebody else has now.
    pub(crate) given: u32,
    pub(crate) left: Vec<LeftBooking>,
}

/// A booking that stays where it is, and why.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct LeftBooking {
    #[serde(flatten)]
    pub(crate) booking: super::BoardBooking,
    pub(crate) refusal: super::Problem,
}

/// Somebody to be entered.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct NewCustomer {
    pub(crate) name: String,
    email: String,
    phone: String,
    address: String,
    note: String,
}

/// Anything that can be booked once at a time.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Resource {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: ResourceKind,
    pub(crate) location: String,
    pub(crate) description: String,
    /// Whether it takes new bookings.
    pub(crate) active: bool,
    /// Whether it is deleted, and there only for what was booked before.
    pub(crate) deleted: bool,
    /// The venues that use it.
    pub(crate) venue_ids: Vec<String>,
    /// Whether somebody has to approve each booking of it.
    pub(crate) needs_approval: bool,
    /// Who it is, where it is somebody who works here.
    pub(crate) staff_id: Option<String>,
}

/// A resource to be entered.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct NewResource {
    pub(crate) name: String,
    pub(crate) kind: ResourceKind,
    pub(crate) location: String,
    pub(crate) description: String,
    pub(crate) venue_ids: Vec<String>,
}

impl From<holdfast_domain::Customer> for Customer {
    fn from(customer: holdfast_domain::Customer) -> Self {
        Self {
            id: customer.id.to_string(),
            name: customer.name,
            email: customer.email,
            phone: customer.phone,
            address: customer.address,
            note: customer.note,
            tags: customer.tags,
        }
    }
}

impl NewCustomer {
    /// Fills in all but the name.
    pub(crate) fn fill(self, add: &mut AddCustomer) {
        add.email = self.email;
        add.phone = self.phone;
        add.address = self.address;
        add.note = self.note;
    }
}

impl From<holdfast_domain::Resource> for Resource {
    fn from(resource: holdfast_domain::Resource) -> Self {
        Self {
            id: resource.id.to_string(),
            name: resource.name,
            kind: resource.kind.into(),
            location: resource.location,
            description: resource.description,
            active: resource.active,
            deleted: resource.deletion.is_some(),
            venue_ids: resource.venue_ids.iter().map(ToString::to_string).collect(),
            needs_approval: resource.needs_approval,
            staff_id: resource.staff_id.map(|id| id.to_string()),
        }
    }
}
