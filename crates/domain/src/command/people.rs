//! Asking about people.

use super::{Edit, Patch};
use crate::id::{CustomerId, StaffId};
use crate::rows::{Consent, Contact, Role, Source, is_default};
use crate::time::Zone;
use serde::{Deserialize, Serialize};

/// See [`Command::AddStaff`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddStaff {
    /// Id of the new row.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What customers may read about them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Where a picture of them is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub photo_url: String,
    /// The clock on their wall.
    #[serde(default, skip_serializing_if = "is_default")]
    pub timezone: Option<Zone>,
}

/// See [`Command::EditStaff`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
    /// What customers may read about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Edit<String>,
    /// Where a picture of them is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_url: Edit<String>,
    /// The clock on their wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Edit<Option<Zone>>,
}

/// See [`Command::SetPin`](super::Command::SetPin). The PIN itself never leaves the desk that it was typed at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SetPin {
    /// Whose.
    pub staff_id: StaffId,
    /// Its argon2id hash in PHC form; empty to have none any more.
    pub verifier: String,
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
    /// What else is known of them.
    #[serde(flatten)]
    pub about: AboutCustomer,
    /// Whether it was chosen, by files that say how things are now: where they are here already and
    /// otherwise, that is refused. Else whoever is here stays as they are.
    #[serde(default, skip_serializing_if = "is_default")]
    pub chosen: bool,
}

/// What may be known of a customer besides how to reach them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AboutCustomer {
    /// How they like to be reached.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferred_contact: Option<Contact>,
    /// The clock on their wall.
    #[serde(default, skip_serializing_if = "is_default")]
    pub timezone: Option<Zone>,
    /// Which language they like (BCP 47).
    #[serde(default, skip_serializing_if = "is_default")]
    pub language: String,
    /// Words that they are found by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// What they like.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferences: String,
    /// Where a picture of them is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub photo_url: String,
    /// What they agreed to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub consent: Option<Consent>,
}

/// See [`Command::EditCustomer`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
    /// How they like to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_contact: Edit<Option<Contact>>,
    /// Whether the e-mail was found to be theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Edit<bool>,
    /// The clock on their wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Edit<Option<Zone>>,
    /// Which language they like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Edit<String>,
    /// Words that they are found by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Edit<Vec<String>>,
    /// What they like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Edit<String>,
    /// Where a picture of them is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_url: Edit<String>,
    /// Why they may not book; empty where they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_reason: Edit<String>,
    /// What they agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Edit<Option<Consent>>,
}

/// See [`Command::MergeCustomers`](super::Command::MergeCustomers).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MergeCustomers {
    /// The one that turned out to be another.
    pub customer_id: CustomerId,
    /// Who it is; `None` takes a merge back.
    pub merged_into: Patch<Option<CustomerId>>,
}
