//! Customers, and what they book.

use super::ResourceKind;
use holdfast_domain::command::AddCustomer;
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
    /// The venues that use it.
    pub(crate) venue_ids: Vec<String>,
    /// Whether somebody has to approve each booking of it.
    pub(crate) needs_approval: bool,
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
            venue_ids: resource.venue_ids.iter().map(ToString::to_string).collect(),
            needs_approval: resource.needs_approval,
        }
    }
}
