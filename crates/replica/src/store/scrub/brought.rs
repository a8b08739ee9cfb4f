//! What a desk alone brings, once words were taken out: each edit finds what the operations before it leave.

use super::super::outbox::Kept;
use super::super::rows;
use super::words::{TEXTS, Texts, is_empty_patch, text, texts, without_words};
use super::{About, Said, made, spared};
use holdfast_domain::{Booking, Change, Command, CustomerId};
use holdfast_protocol::Digest;
use rusqlite::Connection;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The operations of a desk that nobody has seen yet, one after the other.
#[derive(Default)]
pub(super) struct Brought {
    /// The end of the chain, from the first operation that was rewritten on.
    rewritten: Option<Digest>,
    /// What is left on bookings of which words were taken out, and since which operation.
    left: HashMap<String, (u64, Texts)>,
    /// By which operation customers were erased.
    erased: HashMap<CustomerId, u64>,
}

impl Brought {
    /// Empties the words in an operation that is about somebody who is forgotten, and chains it anew where
    /// it or one before it has changed.
    pub(super) fn rewrite(
        &mut self,
        db: &Connection,
        kept: &Kept,
        said: &Said<'_>,
    ) -> rusqlite::Result<()> {
        let mut operation = kept.operation.clone();
        let is_named = said.is_named(kept);
        if is_named {
            let mut spared = spared(db, kept, said)?;
            for turn in spared.turns.iter_mut().filter(|turn| turn.others.is_some()) {
                // Of what it found, only what stands by now is somebody else's; the later ones find the rest gone.
                let booking = rows::get::<Booking>(db, turn.booking_id)?.map(Change::Booking);
                let stands = booking.as_ref().map(texts).unwrap_or_default();
                turn.found.retain(|field, text| stands.get(field) == Some(text));
            }
            let command = without_words(&operation.command, said, spared)?;
            operation.command = command.unwrap_or(operation.command);
        }
        if let Some(command) =
            self.find_what_is_left(kept, &operation.command, is_named, &said.whose)?
        {
            operation.command = command;
        }
        let is_changed = operation.command.get() != kept.operation.command.get();
        match self.rewritten.take() {
            Some(prev) => operation.prev = prev,
            None if is_changed => {}
            None => return Ok(()),
        }
        let digest = operation.digest();
        db.prepare_cached("update outbox set command = ?2, prev = ?3, digest = ?4 where seq = ?1")?
            .execute((operation.seq, operation.command.get(), &operation.prev.0, &digest.0))?;
        self.rewritten = Some(digest);
        Ok(())
    }

    /// An operation, `command` by now, as it comes after those before it; `None` where it is about nobody who
    /// is forgotten, and about no booking on which something else is left.
    fn find_what_is_left(
        &mut self,
        kept: &Kept,
        command: &RawValue,
        is_named: bool,
        whose: &About,
    ) -> rusqlite::Result<Option<Box<RawValue>>> {
        let was = kept.operation.command.get();
        if was.contains("\"erase_customer\"")
            && let Ok(Command::EraseCustomer(c)) = kept.operation.parse()
        {
            self.erased.insert(c.customer_id, kept.operation.seq);
        }
        let is_known = !self.left.is_empty() && was.split('"').any(|it| self.left.contains_key(it));
        if !is_known && !is_named {
            return Ok(None);
        }
        let invalid =
            |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
        let mut json: Value = serde_json::from_str(command.get()).map_err(invalid)?;
        let was: Value = serde_json::from_str(was).map_err(invalid)?;
        let written = json.get("template").unwrap_or(&json);
        if written.get("stay").is_some() && is_named {
            let said = |field: &&str| text(written, field).unwrap_or_default().to_owned();
            let texts: Texts = TEXTS.iter().map(|it| ((*it).to_owned(), said(it))).collect();
            let made = made(kept).map(|id| (id.to_string(), (kept.operation.seq, texts.clone())));
            self.left.extend(made);
        }
        self.walk(&was, &mut json, kept.operation.seq, whose);
        serde_json::value::to_raw_value(&json).map(Some).map_err(invalid)
    }

    /// Whatever an operation says of bookings, `was` before words were taken out of it.
    fn walk(&mut self, was: &Value, json: &mut Value, seq: u64, whose: &About) {
        match json {
            Value::Array(list) => {
                for (n, item) in list.iter_mut().enumerate() {
                    self.walk(&was[n], item, seq, whose);
                }
            }
            Value::Object(fields) => {
                let id = fields.get("booking_id").and_then(Value::as_str).map(str::to_owned);
                match (fields.get("type").and_then(Value::as_str), id) {
                    (Some("edit_booking"), Some(id)) => self.edit(was, fields, &id, seq, whose),
                    // As whoever took something back saw it.
                    (None, Some(id)) if fields.contains_key("stay") => {
                        let left = self.left_on(&id, seq, whose).cloned().unwrap_or_default();
                        for (field, text) in left {
                            fields.insert(field, text.into());
                        }
                    }
                    // The reason that it takes away may be of who is forgotten.
                    (Some("reschedule"), Some(id)) if self.left.contains_key(&id) => {
                        fields.remove("outside_hours_reason_before");
                    }
                    _ => {
                        for (field, value) in fields.iter_mut() {
                            self.walk(&was[field], value, seq, whose);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn edit(
        &mut self,
        was: &Value,
        fields: &mut Map<String, Value>,
        id: &str,
        seq: u64,
        whose: &About,
    ) {
        for (field, text) in self.left_on(id, seq, whose).cloned().unwrap_or_default() {
            if let Some(patch) = fields.get_mut(&field) {
                patch["from"] = text.into();
            }
        }
        let is_emptied = TEXTS.iter().any(|field| fields.get(*field) != was.get(field));
        if is_emptied && !self.left.contains_key(id) {
            let texts = TEXTS.iter().map(|it| ((*it).to_owned(), String::new())).collect();
            self.left.insert(id.to_owned(), (seq, texts));
        }
        if let Some((since, left)) = self.left.get_mut(id) {
            *since = seq;
            if fields.get("erased").and_then(Value::as_bool) == Some(true) {
                left.values_mut().for_each(String::clear);
            }
            for field in TEXTS {
                if let Some(to) = fields.get(field).and_then(|patch| text(patch, "to")) {
                    left.insert(field.to_owned(), to.to_owned());
                }
            }
        }
        fields.retain(|_, patch| !is_empty_patch(patch));
    }

    /// What is left on a booking by now: nothing at all where whose it was is erased.
    fn left_on(&mut self, id: &str, seq: u64, whose: &About) -> Option<&Texts> {
        let erased = whose.get(id).and_then(|customer| self.erased.get(customer));
        let (since, left) = self.left.get_mut(id)?;
        if erased.is_some_and(|erased| erased > since) {
            *since = seq;
            left.values_mut().for_each(String::clear);
        }
        Some(left)
    }
}
