//! What happened as a sentence for a person: "moved it (start: Sat 1 May 2027 10:00 → Sat 1 May 2027
//! 11:00)". Names stand for ids, the venue's wall for instants; what only programs need is left out.

use super::Happened;
use super::verb;
use crate::failure::Failure;
use crate::replica::Replica;
use chrono::NaiveDateTime;
use holdfast_domain::{
    Attendance, AttendanceId, Booking, BookingId, Customer, CustomerId, Event, EventId,
    FieldChange, Money, Package, PackageId, Product, ProductId, Resource, ResourceId, Service,
    ServiceId, Staff, StaffId, Timestamp, Venue, VenueId, Zone,
};
use serde_json::Value;

/// Fields that say nothing to a person, or nothing that another field does not say.
const SILENT: [&str; 25] = [
    "id",
    "booking_id",
    "venue_id",
    "claimed_ids",
    "starts_at",
    "ends_at",
    "made_at",
    "made_by",
    "joined_at",
    "joined_by",
    "taken_at",
    "taken_by",
    "sold_at",
    "sold_by",
    "changed_at",
    "confirmed_at",
    "confirmed_by",
    "released_at",
    "erased_at",
    "deletion",
    "line_count",
    "places_taken",
    "source",
    "moved_late",
    "refund",
];

/// Whether a field is one of those.
pub(super) fn is_silent(field: &str) -> bool {
    SILENT.contains(&field)
}

impl Replica {
    /// What somebody did, as the rest of a sentence that begins with their name; times are on the
    /// wall of `zone`.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn deed(&self, happened: &Happened, zone: Zone) -> Result<String, Failure> {
        let mut names = Vec::with_capacity(happened.customer_ids.len());
        for &id in &happened.customer_ids {
            let name = self.customer(id)?.map(|it| it.name).filter(|it| !it.is_empty());
            names.push(name.unwrap_or_else(|| "somebody".into()));
        }
        let (did, said) = verb::of(happened, &names);
        let mut parts = Vec::new();
        let mut changes: Vec<&FieldChange> = happened.changes.iter().collect();
        changes.sort_by_key(|change| change.field == "local_end");
        for change in changes {
            let says_nothing = is_silent(&change.field) || change.before == change.after;
            if says_nothing || said.contains(&change.field.as_str()) {
                continue;
            }
            parts.extend(self.changed(change, zone)?);
        }
        Ok(if parts.is_empty() { did } else { format!("{did} ({})", parts.join("; ")) })
    }

    fn changed(&self, change: &FieldChange, zone: Zone) -> Result<Option<String>, Failure> {
        let field = change.field.as_str();
        // Why something ended is said when it ends, and not when it comes back.
        if matches!(field, "cancellation" | "rejection") {
            let said = ended(&change.after);
            return Ok((!said.is_empty()).then_some(said));
        }
        let before = self.value(field, &change.before, zone)?;
        let after = self.value(field, &change.after, zone)?;
        let label = label(field);
        Ok(Some(match (before.as_str(), after.as_str()) {
            ("", "") => label,
            ("", after) => format!("{label}: {after}"),
            (before, "") => format!("{label}: {before} → none"),
            (before, after) => format!("{label}: {before} → {after}"),
        }))
    }

    /// A field's value for a person; nothing where there is none.
    fn value(&self, field: &str, value: &Value, zone: Zone) -> Result<String, Failure> {
        Ok(match value {
            Value::Null => String::new(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
            Value::Number(number) => number.to_string(),
            Value::Array(values) => {
                let values = values.iter().map(|it| self.value(field, it, zone));
                values.collect::<Result<Vec<_>, _>>()?.join(", ")
            }
            Value::Object(_) => match serde_json::from_value::<Money>(value.clone()) {
                Ok(money) => money.to_string(),
                Err(_) => consent(value),
            },
            Value::String(text) => self.text(field, text, zone)?,
        })
    }

    fn text(&self, field: &str, text: &str, zone: Zone) -> Result<String, Failure> {
        if text.is_empty() {
            return Ok(String::new());
        }
        if let Some(name) = self.name(field, text)? {
            return Ok(name);
        }
        if let (true, Ok(local)) = (field.starts_with("local_"), text.parse::<NaiveDateTime>()) {
            return Ok(wall(local));
        }
        if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
            return Ok(wall(zone.local(Timestamp(at.timestamp_millis()))));
        }
        Ok(match field {
            "status" | "method" | "preferred_contact" => text.replace('_', " "),
            _ => format!("“{text}”"),
        })
    }

    /// The name of the row that an id means, where the field holds one.
    fn name(&self, field: &str, text: &str) -> Result<Option<String>, Failure> {
        let Ok(id) = text.parse::<uuid::Uuid>() else { return Ok(None) };
        let name = match field {
            "customer_id" | "merged_into" => {
                self.get::<Customer>(CustomerId(id))?.map(|it| it.name)
            }
            "attendance_id" => {
                let place = self.get::<Attendance>(AttendanceId(id))?;
                place
                    .map(|place| self.get::<Customer>(place.customer_id))
                    .transpose()?
                    .flatten()
                    .map(|it| it.name)
            }
            "resource_ids" => self.get::<Resource>(ResourceId(id))?.map(|it| it.name),
            "service_id" | "service_ids" => self.get::<Service>(ServiceId(id))?.map(|it| it.name),
            "paid_for" => return Ok(Some(self.which_booking(BookingId(id))?)),
            "event_id" => self.get::<Event>(EventId(id))?.map(|it| it.title),
            "package_id" => self.get::<Package>(PackageId(id))?.map(|it| it.name),
            "product_id" => self.get::<Product>(ProductId(id))?.map(|it| it.name),
            "venue_ids" => self.get::<Venue>(VenueId(id))?.map(|it| it.name),
            "staff_id" => self.get::<Staff>(StaffId(id))?.map(|it| it.name),
            _ => return Ok(None),
        };
        Ok(Some(name.unwrap_or_else(|| "one that is not here".into())))
    }

    /// On what a booking is, and when it begins.
    fn which_booking(&self, id: BookingId) -> Result<String, Failure> {
        let Some(booking) = self.get::<Booking>(id)? else {
            return Ok("a booking that is not here".into());
        };
        let mut said = Vec::new();
        for &id in &booking.resource_ids {
            said.extend(self.get::<Resource>(id)?.map(|it| it.name));
        }
        said.push(wall(booking.stay.local_start));
        Ok(said.join(", "))
    }
}

/// Why, on whose behalf and how late something was called off; why a request was turned down.
fn ended(how: &Value) -> String {
    let text = |field: &str| how.get(field).and_then(Value::as_str).unwrap_or_default();
    let mut said = Vec::new();
    said.extend(Some(text("reason")).filter(|it| !it.is_empty()).map(|it| format!("“{it}”")));
    said.extend(match text("initiator") {
        "customer" => Some("for the customer".to_owned()),
        "admin" => Some("for the house".to_owned()),
        _ => None,
    });
    said.extend((how.get("late") == Some(&Value::Bool(true))).then(|| "too late".to_owned()));
    said.join(", ")
}

fn label(field: &str) -> String {
    match field {
        "local_start" => "start".into(),
        "local_end" => "end".into(),
        "resource_ids" => "on".into(),
        "attendance_id" => "for".into(),
        "attendee_count" => "people".into(),
        "customer_note" => "the customer's wish".into(),
        "staff_note" => "note".into(),
        "meeting_url" => "address of the meeting".into(),
        "approve_by" => "to be answered by".into(),
        "blocked_reason" => "blocked".into(),
        "balance" => "credits left".into(),
        "package_id" => "paid by".into(),
        "merged" => "who".into(),
        "paid_for" => "for".into(),
        other => {
            let other = other.strip_suffix("_id").unwrap_or(other);
            other.replace('_', " ")
        }
    }
}

fn consent(value: &Value) -> String {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let yes = |field: &str| value.get(field) == Some(&Value::Bool(true));
    let mut parts = vec![format!("“{}”", text("version"))];
    parts.extend(yes("marketing").then(|| "offers".into()));
    parts.extend(yes("sms").then(|| "text messages".into()));
    parts.join(", ")
}

fn wall(local: NaiveDateTime) -> String {
    local.format("%a %-d %b %Y %H:%M").to_string()
}
