//! A command without a person's words.

use super::Said;
use holdfast_domain::table::{ERASED, NOBODY};
use holdfast_domain::{BookingId, Change, CustomerId};
use holdfast_protocol::OPERATION_BYTES_MAX;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The fields of commands whose words are about a person.
const WORDS: [&str; 14] = [
    "email",
    "phone",
    "address",
    "title",
    "description",
    "customer_note",
    "staff_note",
    "meeting_url",
    "outside_hours_reason_before",
    "preferences",
    "photo_url",
    "blocked_reason",
    "language",
    "tags",
];

/// Those that say something by being there: a refund has a note, and what is waived a reason.
const MEANT: [&str; 4] = ["reason", "note", "waive_reason", "outside_hours_reason"];

/// What is said on a booking.
pub(super) const TEXTS: [&str; 5] =
    ["title", "description", "customer_note", "staff_note", "meeting_url"];

/// The same, by field.
pub(super) type Texts = HashMap<String, String>;

pub(super) fn texts(booking: &Change) -> Texts {
    let row = booking.to_row().unwrap_or_default();
    TEXTS.iter().map(|it| (it.to_string(), text(&row, it).unwrap_or_default().into())).collect()
}

/// What stays of an operation that is about somebody who is forgotten, because it is another's.
#[derive(Default)]
pub(super) struct Spared {
    pub(super) turns: Vec<Turn>,
    /// The reasons and ids that stand on bookings which are another's by now.
    pub(super) standing: Vec<String>,
    /// What the series is called that it makes: that is gone where no date of another is called so.
    pub(super) title: String,
}

impl Spared {
    fn turn_of(&self, booking_id: &str) -> Option<&Turn> {
        self.turns.iter().find(|turn| turn.booking_id.to_string() == booking_id)
    }

    /// What says something goes on doing so.
    fn mean(&self, text: &mut String) {
        if !text.is_empty() && !self.standing.contains(text) {
            *text = ERASED.into();
        }
    }
}

/// A booking that becomes somebody's who is forgotten, or is theirs no longer.
#[derive(Default)]
pub(super) struct Turn {
    pub(super) booking_id: BookingId,
    /// Whose it becomes, where that is not somebody who is forgotten.
    pub(super) others: Option<CustomerId>,
    /// What stood on it, as far as that is known here.
    pub(super) found: Texts,
    pub(super) finds: Finds,
}

/// What an operation goes on finding on a booking.
#[derive(Default, PartialEq)]
pub(super) enum Finds {
    /// What those before it leave there.
    #[default]
    WhatIsLeft,
    /// Whatever it is: headquarters has seen it, and one that is restored may have the old words back.
    Anything,
    /// Nothing that could be there: it was refused, and is not to stand when it is sent again.
    Nothing,
}

/// A command without its words. Of several dates of a series, those that are others' keep theirs; `None`
/// where all are.
pub(super) fn without_words(
    command: &RawValue,
    said: &Said<'_>,
    mut spared: Spared,
) -> rusqlite::Result<Option<Box<RawValue>>> {
    let emptied = emptied(command, said, &spared)?;
    if emptied.as_ref().is_none_or(|it| it.get().len() <= OPERATION_BYTES_MAX) {
        return Ok(emptied);
    }
    // Headquarters would take none of it: what stands on the bookings is not said along with the rest.
    spared.turns.iter_mut().for_each(|turn| turn.found.clear());
    self::emptied(command, said, &spared)
}

fn emptied(
    command: &RawValue,
    said: &Said<'_>,
    spared: &Spared,
) -> rusqlite::Result<Option<Box<RawValue>>> {
    let invalid = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    let mut json: Value = serde_json::from_str(command.get()).map_err(invalid)?;
    let is_series = |json: &Value| text(json, "type") == Some("change_series");
    let dates = match &mut json {
        it if is_series(it) => vec![&mut it["changes"]],
        Value::Object(fields) if fields.get("undo").is_some_and(is_series) => fields
            .iter_mut()
            .filter_map(|(field, value)| match field.as_str() {
                "undo" => Some(&mut value["changes"]),
                "seen" => Some(value),
                _ => None,
            })
            .collect(),
        all => {
            empty(all, false, spared);
            if let Some(title) = all.pointer_mut("/template/title") {
                *title = spared.title.clone().into();
            }
            Vec::new()
        }
    };
    let mut concerns = dates.is_empty();
    for one in dates.into_iter().filter_map(Value::as_array_mut).flatten() {
        let is_about = text(one, "booking_id")
            .is_some_and(|id| said.whom(id).is_some() || spared.turn_of(id).is_some());
        if is_about {
            empty(one, false, spared);
            concerns = true;
        }
    }
    if !concerns {
        return Ok(None);
    }
    serde_json::value::to_raw_value(&json).map(Some).map_err(invalid)
}

/// Whether this says nothing any more: what it finds may be another's word, of a series or from before.
pub(super) fn is_empty_patch(value: &Value) -> bool {
    let nothing = [json!(""), json!([]), json!(ERASED), json!(NOBODY)];
    value.as_object().is_some_and(|patch| patch.len() == 2)
        && nothing.contains(&value["from"])
        && value["from"] == value["to"]
}

/// Whether what a command calls a name is a person's.
fn is_of_person(command: &str) -> bool {
    let of_person = ["add_customer", "edit_customer", "book", "import_booking", "edit_booking"];
    of_person.contains(&command)
}

/// Empties what is about a person, wherever in a command it is: a text, or the two of a patch.
pub(super) fn empty(json: &mut Value, of_person: bool, spared: &Spared) {
    if let Value::Array(list) = json {
        list.iter_mut().for_each(|item| empty(item, of_person, spared));
    }
    let Value::Object(fields) = json else { return };
    let text = |field: &str| fields.get(field).and_then(Value::as_str);
    if let (Some("edit_booking"), Some(id)) = (text("type"), text("booking_id"))
        && let Some(turn) = spared.turn_of(id)
    {
        return empty_turn(fields, turn);
    }
    // A command may hold others: what takes one back, the dates of a series.
    let of_person = text("type").map_or(of_person, is_of_person);
    // Only who gives money back must say why.
    let may_be_silent =
        text("type") == Some("take_payment") && fields.get("refund") != Some(&Value::Bool(true));
    for (field, value) in fields.iter_mut() {
        let name = field == "name" && of_person;
        match value {
            Value::String(text) if name => *text = NOBODY.into(),
            Value::String(text) if WORDS.contains(&field.as_str()) => text.clear(),
            Value::String(text) if field == "note" && may_be_silent => text.clear(),
            Value::String(text) if MEANT.contains(&field.as_str()) => spared.mean(text),
            Value::Object(source) if field == "source" => {
                if let Some(Value::String(id)) = source.get_mut("id") {
                    spared.mean(id);
                }
            }
            Value::Array(list) if field == "tags" => list.clear(),
            Value::Object(patch) if patch.len() == 2 && patch.contains_key("to") => {
                for side in patch.values_mut() {
                    match side {
                        Value::String(text) if name => *text = NOBODY.into(),
                        Value::String(text) if WORDS.contains(&field.as_str()) => {
                            text.clear();
                        }
                        Value::String(text) if MEANT.contains(&field.as_str()) => spared.mean(text),
                        Value::Array(list) if field == "tags" => list.clear(),
                        _ => {}
                    }
                }
            }
            other => empty(other, of_person, spared),
        }
    }
    fields.retain(|_, value| !is_empty_patch(value));
}

pub(super) fn text<'a>(json: &'a Value, field: &str) -> Option<&'a str> {
    json.get(field).and_then(Value::as_str)
}

/// The words that an operation puts on a booking for somebody else stay, and those that it finds there;
/// so do those that stand on it as it turns, where that is known: who is not forgotten has said nothing
/// else since.
fn empty_turn(fields: &mut Map<String, Value>, turn: &Turn) {
    let is_others = turn.others.is_some();
    let (kept, emptied) = if is_others { ("to", "from") } else { ("from", "to") };
    let unsaid = if is_others && turn.finds == Finds::Nothing { ERASED } else { "" };
    for field in TEXTS {
        let stands = turn.found.get(field).map(String::as_str);
        let stands = stands.filter(|_| turn.finds != Finds::Nothing);
        let said = fields.get(field).and_then(|patch| text(patch, kept)).or(stands);
        let patch = said.map(|said| json!({ kept: said, emptied: unsaid }));
        fields.remove(field);
        fields.extend(patch.map(|patch| (field.to_owned(), patch)));
    }
    if is_others && turn.finds == Finds::Anything {
        fields.insert("forgotten".into(), true.into());
    }
}
