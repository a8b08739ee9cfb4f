//! Prepaid credits: what is sold, what a customer has, and the ledger of how it came and went.

use super::{Deletion, is_default, words};
use crate::id::{
    BookingId, CreditEntryId, CustomerId, PackageId, ProductId, ServiceId, StaffId, VenueId,
};
use crate::money::Money;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// Whether a product is sold.
    ProductStatus {
        /// Not yet.
        Draft = "draft",
        /// It is.
        Active = "active",
        /// No longer.
        Archived = "archived",
    }
}

/// A number of credits that can be bought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// What people call it.
    pub name: String,
    /// For people.
    pub description: String,
    /// What it is listed under, or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: String,
    /// Whether it is shown first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub popular: bool,
    /// What it offers, one line each.
    #[serde(default, skip_serializing_if = "is_default")]
    pub features: Vec<String>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: u32,
    /// Whether it is sold.
    pub status: ProductStatus,
    /// How many credits it gives.
    pub credits: u32,
    /// For how many days, the day of sale not counted.
    pub validity_days: u32,
    /// What it costs.
    pub price: Option<Money>,
    /// What its credits pay for, sorted; nothing named for everything.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_ids: Vec<ServiceId>,
    /// Where its credits are good; everywhere where none is named.
    #[serde(default, skip_serializing_if = "is_default")]
    pub venue_id: Option<VenueId>,
    /// Set where it was deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deletion: Option<Deletion>,
}

/// Credits that a customer has bought. Its terms are those of the product at the time of sale.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Package {
    /// Identity.
    pub id: PackageId,
    /// Whose.
    pub customer_id: CustomerId,
    /// What was bought.
    pub product_id: ProductId,
    /// Its name when it was bought.
    pub name: String,
    /// What it cost.
    pub price: Option<Money>,
    /// What its credits pay for, sorted; nothing named for everything.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_ids: Vec<ServiceId>,
    /// Where its credits are good; everywhere where none is named.
    #[serde(default, skip_serializing_if = "is_default")]
    pub venue_id: Option<VenueId>,
    /// First instant at which what is paid may start.
    pub valid_from: Timestamp,
    /// First instant at which it may not any more.
    pub valid_until: Timestamp,
    /// What is left: the sum of its ledger, never below zero.
    pub balance: u32,
    /// How many lines its ledger has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub line_count: u32,
    /// When it was sold.
    pub sold_at: Timestamp,
    /// By whom.
    pub sold_by: StaffId,
}

impl Package {
    /// Why it does not pay for what a customer wants, whenever that is; `None` where it does.
    #[must_use]
    pub fn cannot_pay(
        &self,
        customer_id: Option<CustomerId>,
        service_id: Option<ServiceId>,
        venue_id: VenueId,
    ) -> Option<&'static str> {
        let covers = |id: ServiceId| self.service_ids.contains(&id);
        if customer_id != Some(self.customer_id) {
            Some("it is another customer's")
        } else if !self.service_ids.is_empty() && !service_id.is_some_and(covers) {
            Some("it is for other services")
        } else if self.venue_id.is_some_and(|its| its != venue_id) {
            Some("it is for another venue")
        } else {
            None
        }
    }

    /// Whether what it pays for may start at `at`.
    #[must_use]
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        (self.valid_from..self.valid_until).contains(&at)
    }
}

words! {
    /// Why credits came or went.
    #[derive(Default)]
    CreditKind {
        /// They were bought.
        Purchase = "purchase",
        /// They paid for a booking or a place.
        #[default]
        Use = "use",
        /// What they paid for was called off in time.
        Refund = "refund",
        /// Their time was over.
        Expiry = "expiry",
        /// Somebody put something right, with a reason.
        Correction = "correction",
    }
}

/// One line of a package's ledger. Lines are only ever added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreditEntry {
    /// Identity.
    pub id: CreditEntryId,
    /// Of which package.
    pub package_id: PackageId,
    /// Why.
    pub kind: CreditKind,
    /// How many: above zero they came, below zero they went.
    pub credits: i32,
    /// When.
    pub entered_at: Timestamp,
    /// By whom.
    pub entered_by: StaffId,
    /// For which booking.
    #[serde(default, skip_serializing_if = "is_default")]
    pub booking_id: Option<BookingId>,
    /// In the person's words.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: String,
}
