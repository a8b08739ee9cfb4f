//! What was done, in words: "called it off", "marked Eva as present". Who did it stands before, what it
//! changed besides behind (`sentence.rs`).

use super::Happened;
use holdfast_domain::{Entity, FieldChange};
use serde_json::Value;

/// What was done, and the fields that this says already. `names` are those whose places it changed.
pub(super) fn of(happened: &Happened, names: &[String]) -> (String, &'static [&'static str]) {
    if !names.is_empty() {
        let said: &[&str] = match happened.action.as_str() {
            "import_record" => &[],
            _ => &["status"],
        };
        return (of_places(happened, names), said);
    }
    let (did, said) = match happened.action.as_str() {
        "withdraw" => taken_back(happened),
        "add_customer" => return entered(happened),
        _ => done(happened),
    };
    if did.is_empty() {
        return (happened.action.replace('_', " "), &[]);
    }
    (did.into(), said)
}

type Said = (&'static str, &'static [&'static str]);

fn change<'a>(happened: &'a Happened, field: &str) -> Option<&'a FieldChange> {
    happened.changes.iter().find(|change| change.field == field)
}

fn after<'a>(happened: &'a Happened, field: &str) -> &'a Value {
    change(happened, field).map_or(&Value::Null, |change| &change.after)
}

/// A word before and after.
fn words<'a>(happened: &'a Happened, field: &str) -> (Option<&'a str>, Option<&'a str>) {
    let change = change(happened, field);
    (change.and_then(|it| it.before.as_str()), change.and_then(|it| it.after.as_str()))
}

fn done(happened: &Happened) -> Said {
    let after = |field: &str| after(happened, field);
    let has = |field: &str| change(happened, field).is_some();
    let is_person = happened.about == Entity::Customer;
    let credits = change(happened, "balance").map(|it| it.after.as_i64() < it.before.as_i64());
    match (happened.action.as_str(), credits) {
        _ if is_person && has("booking_id") => ("took a booking off their name", &[]),
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
        ("set_status", _) => (status(words(happened, "status")), &["status"]),
        ("take_payment", _) if *after("refund") == Value::Bool(true) => ("gave money back", &[]),
        ("take_payment", _) => ("took a payment", &[]),
        ("edit_resource", _) => ("changed what its hall consists of", &[]),
        ("add_attendance", _) => ("put somebody on the roster", &[]),
        ("promote_attendance", _) => ("gave a place to somebody who waited", &[]),
        ("cancel_attendance", _) => ("gave a place back", &[]),
        ("check_in", _) => ("said who came", &[]),
        ("set_capacity", _) => ("changed the number of places", &[]),
        ("edit_customer", _) => ("changed what is known of them", &[]),
        ("merge_customers", _) if has("merged") => ("found another customer to be this one", &[]),
        ("merge_customers", _) if after("merged_into").is_null() => ("separated them again", &[]),
        ("merge_customers", _) => ("found them to be another", &[]),
        ("delete", _) if is_person => ("deleted them", &[]),
        ("delete", _) => ("deleted it", &[]),
        ("restore", _) if is_person => ("restored them", &[]),
        ("restore", _) => ("restored it", &[]),
        ("erase_customer", _) => ("erased what is personal", &[]),
        _ => ("", &[]),
    }
}

/// What became of a booking.
fn status(from_to: (Option<&str>, Option<&str>)) -> &'static str {
    match from_to {
        (Some("cancelled" | "rejected"), _) => "brought it back",
        (_, Some("rejected")) => "turned it down",
        (_, Some("completed")) => "said that it took place",
        (_, Some("no_show")) => "said that nobody came",
        (Some("completed" | "no_show"), _) => "opened it again",
        (_, Some("confirmed")) => "confirmed it",
        _ => "changed how it stands",
    }
}

/// What was taken back, as far as what changed tells it.
fn taken_back(happened: &Happened) -> Said {
    let after = |field: &str| after(happened, field);
    let has = |field: &str| change(happened, field).is_some();
    if has("amount") {
        return match after("refund") {
            Value::Bool(true) => ("took a payment back", &[]),
            _ => ("took back that money was given back", &[]),
        };
    }
    if has("status") {
        return (status_back(words(happened, "status")), &["status", "cancellation", "rejection"]);
    }
    if has("merged_into") {
        return match after("merged_into") {
            Value::Null => ("took back that they were found to be another", &[]),
            _ => ("took back that they were separated", &[]),
        };
    }
    match happened.about {
        _ if happened.changes.is_empty() => ("took back what was done before", &[]),
        Entity::Package if has("paid_for") => match after("balance").as_i64() {
            left if left < change(happened, "balance").and_then(|it| it.before.as_i64()) => {
                ("paid with its credits again", &[])
            }
            _ => ("took back that it paid", &[]),
        },
        Entity::Package => ("took back what changed its credits", &[]),
        Entity::Customer if !after("deletion").is_null() => ("deleted them again", &[]),
        Entity::Customer if has("booking_id") => ("took a booking off their name", &[]),
        Entity::Customer if has("deletion") => ("took back that they were deleted", &[]),
        Entity::Customer => ("took back what was changed of them", &[]),
        _ if has("local_start") || has("resource_ids") => ("took back that it was moved", &[]),
        _ if has("capacity") => ("took back a change of the number of places", &[]),
        _ => ("took back what was written on it", &[]),
    }
}

fn status_back(from_to: (Option<&str>, Option<&str>)) -> &'static str {
    match from_to {
        (_, Some("cancelled")) => "took the booking back",
        (Some("cancelled"), _) => "took back that it was called off",
        (Some("rejected"), _) => "took back that it was turned down",
        (Some("completed"), _) => "took back that it took place",
        (Some("no_show"), _) => "took back that nobody came",
        (Some("confirmed"), Some("pending")) => "took back that it was confirmed",
        _ => "took back that it was opened again",
    }
}

/// How a customer came to be known here.
fn entered(happened: &Happened) -> (String, &'static [&'static str]) {
    match after(happened, "source").as_str() {
        Some(name) => (format!("imported them from {name}"), &["source"]),
        None => ("entered them".into(), &[]),
    }
}

/// What became of places in a class, each of which was, and is, the same.
fn of_places(happened: &Happened, names: &[String]) -> String {
    let who = listed(names);
    let (one, place) = match names.len() {
        1 => ("was", "place"),
        _ => ("were", "places"),
    };
    let action = happened.action.as_str();
    match (action, words(happened, "status")) {
        ("withdraw", (Some("booked"), Some("cancelled"))) => {
            format!("took back that {who} {one} put on the roster")
        }
        ("withdraw", (Some("waitlisted"), Some("cancelled"))) => {
            format!("took back that {who} {one} put on the waitlist")
        }
        ("withdraw", (Some("booked"), Some("waitlisted"))) => {
            format!("took back that {who} got a place")
        }
        ("withdraw", (Some("cancelled"), _)) => {
            format!("took back that {who} {one} taken off the roster")
        }
        ("withdraw", (Some(status), _)) => {
            format!("took back that {who} {one} marked as {status}")
        }
        ("import_record", (None, Some(_))) => {
            format!("entered the {place} of {who} from elsewhere")
        }
        (_, (None, Some("waitlisted"))) => format!("put {who} on the waitlist"),
        (_, (None, Some(_))) => format!("put {who} on the roster"),
        (_, (Some("waitlisted"), Some("booked"))) => format!("gave {who} a place"),
        (_, (Some("cancelled"), Some("waitlisted"))) => format!("put {who} back on the waitlist"),
        (_, (Some("cancelled"), Some(_))) => format!("put {who} back on the roster"),
        (_, (Some("waitlisted"), Some("cancelled"))) => format!("took {who} off the waitlist"),
        ("cancel_attendance", (_, Some("cancelled"))) => format!("gave the {place} of {who} back"),
        (_, (_, Some("cancelled"))) => format!("took {who} off the roster"),
        (_, (Some(_), Some("booked"))) => format!("marked {who} as booked again"),
        (_, (_, Some(status))) => format!("marked {who} as {status}"),
        _ => format!("changed the {place} of {who}"),
    }
}

/// "Ann", "Ann and Bob", "Ann, Bob and Cid".
fn listed(names: &[String]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.concat(),
    }
}
