//! Who works here, and who books.

use super::{Deletion, Source, is_default, words};
use crate::id::{CustomerId, StaffId};
use crate::time::{Timestamp, Zone};
use serde::{Deserialize, Serialize};

words! {
    /// What somebody who works here may do.
    Role {
        /// Owns the organisation.
        Owner = "owner",
        /// Runs venues.
        Manager = "manager",
        /// Works at the desk.
        FrontDesk = "front_desk",
        /// Teaches or treats.
        Instructor = "instructor",
    }
}

/// Somebody who works here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Staff {
    /// Identity.
    pub id: StaffId,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they still work here.
    pub active: bool,
    /// What customers may read about them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Where a picture of them is, or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub photo_url: String,
    /// The clock on their wall; the venue's where there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub timezone: Option<Zone>,
}

/// Somebody who books. Customers need no account, and an e-mail need not be unique: families share.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// Identity.
    pub id: CustomerId,
    /// Full name, as it is said.
    pub name: String,
    /// E-mail, or empty.
    pub email: String,
    /// Phone, as written, or empty.
    pub phone: String,
    /// Postal address, or empty.
    pub address: String,
    /// The staff's own note on this customer.
    pub note: String,
    /// Where it was imported from.
    pub source: Option<Source>,
    /// How they like to be reached.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferred_contact: Option<Contact>,
    /// Whether the e-mail was found to be theirs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub email_verified: bool,
    /// The clock on their wall; the venue's where there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub timezone: Option<Zone>,
    /// Which language they like (BCP 47), or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub language: String,
    /// Words that they are found by, sorted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// What they like.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferences: String,
    /// Where a picture of them is, or empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub photo_url: String,
    /// Why they may not book; empty where they may.
    #[serde(default, skip_serializing_if = "is_default")]
    pub blocked_reason: String,
    /// What they agreed to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub consent: Option<Consent>,
    /// The customer that this one turned out to be.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merged_into: Option<CustomerId>,
    /// When all that is personal was erased.
    #[serde(default, skip_serializing_if = "is_default")]
    pub erased_at: Option<Timestamp>,
    /// Set where it was deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deletion: Option<Deletion>,
}

impl Staff {
    /// Somebody who works here, and about whom nothing else is said.
    #[must_use]
    pub fn new(id: StaffId, name: &str, role: Role) -> Self {
        Self {
            id,
            name: name.into(),
            role,
            active: true,
            description: String::new(),
            photo_url: String::new(),
            timezone: None,
        }
    }
}

impl Customer {
    /// A customer of whom nothing but the name is known.
    #[must_use]
    pub fn new(id: CustomerId, name: &str) -> Self {
        Self {
            id,
            name: name.into(),
            email: String::new(),
            phone: String::new(),
            address: String::new(),
            note: String::new(),
            source: None,
            preferred_contact: None,
            email_verified: false,
            timezone: None,
            language: String::new(),
            tags: Vec::new(),
            preferences: String::new(),
            photo_url: String::new(),
            blocked_reason: String::new(),
            consent: None,
            merged_into: None,
            erased_at: None,
            deletion: None,
        }
    }
}

words! {
    /// A way to reach somebody.
    Contact {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By letter.
        Post = "post",
    }
}

/// What a customer agreed to, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Consent {
    /// When they agreed.
    pub given_at: Timestamp,
    /// To which version of the venue's terms.
    pub version: String,
    /// Whether they want to hear of offers.
    pub marketing: bool,
    /// Whether they want text messages.
    pub sms: bool,
}

/// What proves a staff member's PIN: an argon2id hash in PHC form, never the PIN.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StaffPin {
    /// Whose; also this row's identity.
    pub staff_id: StaffId,
    /// The hash; empty where they have no PIN any more.
    pub verifier: String,
}
