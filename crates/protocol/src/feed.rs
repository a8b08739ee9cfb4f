//! The change feed: rows by scope, each scope with its own version counter.

use crate::operation::Digest;
use holdfast_domain::{StaffId, VenueId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// One audience of the feed. As text: `org`, `people`, `desk:VENUE`, `busy:VENUE`, `staff:STAFF`,
/// `device:DEVICE`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// What every device knows: venues, resources, staff.
    Org,
    /// Customers: desks and managers.
    People,
    /// A venue's bookings: its desks.
    Desk(VenueId),
    /// When a venue's resources are taken, without saying by what.
    Busy(VenueId),
    /// What is one person's own: the laptop that they carry.
    Staff(StaffId),
    /// What concerns one device: its verdicts.
    Device(holdfast_domain::DeviceId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Org => f.write_str("org"),
            Self::People => f.write_str("people"),
            Self::Desk(venue) => write!(f, "desk:{venue}"),
            Self::Busy(venue) => write!(f, "busy:{venue}"),
            Self::Staff(staff) => write!(f, "staff:{staff}"),
            Self::Device(device) => write!(f, "device:{device}"),
        }
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("“{text}” is not a scope");
        match text.split_once(':') {
            None if text == "org" => Ok(Self::Org),
            None if text == "people" => Ok(Self::People),
            Some(("desk", id)) => id.parse().map(Self::Desk).map_err(|_| unknown()),
            Some(("busy", id)) => id.parse().map(Self::Busy).map_err(|_| unknown()),
            Some(("staff", id)) => id.parse().map(Self::Staff).map_err(|_| unknown()),
            Some(("device", id)) => id.parse().map(Self::Device).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The newest state of one row in one scope.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FeedRow {
    /// In which scope.
    pub scope: Scope,
    /// The scope's counter when this became the newest state.
    pub version: u64,
    /// What sort of row: one of [`holdfast_domain::Entity`], or `verdict`.
    pub entity: String,
    /// Which row.
    pub id: Uuid,
    /// Its state.
    #[serde(flatten)]
    pub state: RowState,
}

/// What a row is now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// The row, with the columns that the scope may see.
    Row(Value),
    /// It has left the scope, or is no more.
    Gone(bool),
}

/// SHA-256 over the rows of a scope: each as a line of entity, id and canonical JSON (keys sorted,
/// no white space), sorted by entity and id. Equal on both sides when nothing waits.
#[derive(Clone, Debug, Default)]
pub struct ScopeHash(Sha256);

impl ScopeHash {
    /// Adds the next row. Rows must come sorted by entity and id.
    pub fn add(&mut self, entity: &str, id: Uuid, row: &Value) {
        let mut line = format!("{entity} {id} ");
        canonical(row, &mut line);
        line.push('\n');
        self.0.update(line);
    }

    /// The hash of all that was added.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(hex::encode(self.0.finalize()))
    }
}

/// Writes `value` with sorted keys and no white space, whichever order serde_json's map keeps (that
/// hangs on a feature which any crate of a program may turn on).
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort_unstable();
            for (n, key) in keys.into_iter().enumerate() {
                out.push(if n == 0 { '{' } else { ',' });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                canonical(&map[key], out);
            }
            out.push_str(if map.is_empty() { "{}" } else { "}" });
        }
        Value::Array(values) => {
            out.push('[');
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                canonical(value, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_texts() {
        for text in [
            "org",
            "people",
            "desk:01020304-0506-0708-090a-0b0c0d0e0f10",
            "staff:01020304-0506-0708-090a-0b0c0d0e0f10",
        ] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for text in ["", "desk", "desk:x", "people:1", "all"] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_keys() {
        let hash = |json: &str| {
            let mut hash = ScopeHash::default();
            hash.add("venue", Uuid::nil(), &serde_json::from_str(json).unwrap());
            hash.finish()
        };
        assert_eq!(hash(r#"{"a":1,"b":2}"#), hash(r#"{ "b": 2, "a": 1 }"#));
        assert_ne!(hash(r#"{"a":1,"b":2}"#), hash(r#"{"a":1,"b":3}"#));
    }
}
