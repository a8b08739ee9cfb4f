//! Asking about prepaid credits.

use super::Edit;
use crate::id::{BookingId, CreditEntryId, CustomerId, PackageId, ProductId, ServiceId, VenueId};
use crate::money::Money;
use crate::rows::{ProductStatus, is_default};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// See [`Command::AddProduct`](super::Command::AddProduct).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddProduct {
    /// Id of the new row.
    pub product_id: ProductId,
    /// Name.
    pub name: String,
    /// For people.
    pub description: String,
    /// What it is listed under.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: String,
    /// Whether it is shown first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub popular: bool,
    /// What it offers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub features: Vec<String>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: u32,
    /// Whether it is sold.
    pub status: ProductStatus,
    /// How many credits it gives.
    pub credits: u32,
    /// For how many days.
    pub validity_days: u32,
    /// What it costs.
    pub price: Option<Money>,
    /// What its credits pay for; nothing named for everything.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_ids: Vec<ServiceId>,
    /// Where its credits are good.
    #[serde(default, skip_serializing_if = "is_default")]
    pub venue_id: Option<VenueId>,
}

/// See [`Command::EditProduct`](super::Command::EditProduct). What was sold keeps its terms.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EditProduct {
    /// Which.
    pub product_id: ProductId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Edit<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// What it is listed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Edit<String>,
    /// Whether it is shown first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popular: Edit<bool>,
    /// What it offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Edit<Vec<String>>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Edit<u32>,
    /// Whether it is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Edit<ProductStatus>,
    /// How many credits it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Edit<u32>,
    /// For how many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_days: Edit<u32>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Edit<Option<Money>>,
    /// What its credits pay for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_ids: Edit<Vec<ServiceId>>,
    /// Where its credits are good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_id: Edit<Option<VenueId>>,
}

/// See [`Command::SellPackage`](super::Command::SellPackage).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SellPackage {
    /// Id of the new row.
    pub package_id: PackageId,
    /// What is sold.
    pub product_id: ProductId,
    /// To whom.
    pub customer_id: CustomerId,
    /// How many credits, as it was shown.
    pub credits: u32,
    /// For how much, as it was shown.
    pub price: Option<Money>,
    /// First instant at which what is paid may start.
    pub valid_from: Timestamp,
    /// First instant at which it may not any more, as it was shown.
    pub valid_until: Timestamp,
}

/// See [`Command::CorrectCredits`](super::Command::CorrectCredits).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CorrectCredits {
    /// Id of the new line.
    pub entry_id: CreditEntryId,
    /// Of which package.
    pub package_id: PackageId,
    /// How many to add, or below zero to take away.
    pub credits: i32,
    /// Why.
    pub reason: String,
    /// The booking that it is about, where a ledger of elsewhere has lines of one that never came to
    /// be here: what they say was spent is given back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub booking_id: Option<BookingId>,
}

/// See [`Command::ExpirePackage`](super::Command::ExpirePackage).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExpirePackage {
    /// Which.
    pub package_id: PackageId,
}
