//! What happened as a sentence for a person: "moved it (start: Sat 1 May 2027 10:00 → Sat 1 May 2027
//! 11:00)". Names stand for ids, the venue's wall for instants; what only programs need is left out.

use super::Happened;
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

impl Replica {
    /// What somebody did, as the rest of a sentence that begins with their name; times are on the
    /// wall of `zone`.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn deed(&self, happened: &Happened, zone: Zone) -> Result<String, Failure> {
        let (did, said) = verb(happened);
        let mut parts = Vec::new();
        let mut changes: Vec<&FieldChange> = happened.changes.iter().collect();
        changes.sort_by_key(|change| change.field == "local_end");
        for change in changes {
            if SILENT.contains(&change.field.as_str()) || said.contains(&change.field.as_str()) {
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
            let reason = change.after.get("reason").and_then(Value::as_str).unwrap_or_default();
            return Ok((!reason.is_empty()).then(|| format!("“{reason}”")));
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

/// What was done, and the fields that it says already.
fn verb(happened: &Happened) -> (String, &'static [&'static str]) {
    let change = |field: &str| happened.changes.iter().find(|change| change.field == field);
    let after = |field: &str| change(field).map(|it| &it.after).unwrap_or(&Value::Null);
    let credits = change("balance").map(|it| it.after.as_i64() < it.before.as_i64());
    let told: (&str, &'static [&'static str]) = match (happened.action.as_str(), credits) {
        ("sell_package", _) => ("sold it", &[]),
        ("correct_credits", _) => ("corrected the credits", &[]),
        ("expire_package", _) => ("wrote off what was left", &[]),
        (_, Some(true)) => ("paid with its credits", &[]),
        (_, Some(false)) => ("gave it credits back", &[]),
        ("book", _) => ("booked it", &[]),
        ("import_booking" | "import_record" | "import_ledger", _) => {
            ("entered it from elsewhere", &[])
        }
        ("book_series", _) => ("booked it with others of a series", &[]),
        ("change_series", _) => ("changed it with others of its series", &[]),
        ("edit_booking", _) => ("changed what is written on it", &[]),
        ("reschedule", _) => ("moved it", &[]),
        ("cancel", _) => ("called it off", &["status"]),
        ("set_status", _) => (status(change("status")), &["status"]),
        ("take_payment", _) if *after("refund") == Value::Bool(true) => ("gave money back", &[]),
        ("take_payment", _) => ("took a payment", &[]),
        ("edit_resource", _) => ("changed what its hall consists of", &[]),
        ("add_attendance", _) => ("put somebody on the roster", &[]),
        ("promote_attendance", _) => ("gave a place to somebody who waited", &[]),
        ("cancel_attendance", _) => ("gave a place back", &[]),
        ("check_in", _) => ("said who came", &[]),
        ("set_capacity", _) => ("changed the number of places", &[]),
        ("add_customer", _) => ("entered them", &[]),
        ("edit_customer", _) => ("changed what is known of them", &[]),
        ("merge_customers", _) if change("merged").is_some() => {
            ("found another customer to be this one", &[])
        }
        ("merge_customers", _) if after("merged_into").is_null() => ("separated them again", &[]),
        ("merge_customers", _) => ("found them to be another", &[]),
        ("delete", _) => ("deleted it", &[]),
        ("restore", _) => ("restored it", &[]),
        ("erase_customer", _) => ("erased what is personal", &[]),
        ("withdraw", _) => ("took back what was done before", &[]),
        (other, _) => return (other.replace('_', " "), &[]),
    };
    (told.0.into(), told.1)
}

/// What became of a booking.
fn status(change: Option<&FieldChange>) -> &'static str {
    let word = |value: fn(&FieldChange) -> &Value| change.and_then(|it| value(it).as_str());
    match (word(|it| &it.before), word(|it| &it.after)) {
        (Some("cancelled" | "rejected"), _) => "brought it back",
        (_, Some("rejected")) => "turned it down",
        (_, Some("completed")) => "said that it took place",
        (_, Some("no_show")) => "said that nobody came",
        (Some("completed" | "no_show"), _) => "opened it again",
        (_, Some("confirmed")) => "confirmed it",
        _ => "changed how it stands",
    }
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
