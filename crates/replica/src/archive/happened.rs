//! What happened to a customer, as their archive has it: to themselves, to their bookings and packages,
//! and to their own places in classes. What happened to anybody else's is left out, and so is what
//! happened to a booking before it became theirs.

use crate::failure::Failure;
use crate::replica::Replica;
use holdfast_domain::history::WHOSE;
use holdfast_domain::{
    Attendance, Booking, CustomerId, Entity, FieldChange, HistoryEntry, Package,
};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

impl Replica {
    /// Entries about those who are one person, oldest first; and the rows that were entered for their
    /// bookings before these were theirs.
    pub(super) fn happened_to(
        &self,
        same: &HashSet<CustomerId>,
    ) -> Result<(Vec<HistoryEntry>, HashSet<String>), Failure> {
        let (mut entries, mut before) = (Vec::new(), HashSet::new());
        let (mut places, mut classes) = (HashSet::new(), BTreeSet::new());
        for id in same {
            let of = id.to_string();
            for place in self.listed::<Attendance>(&[("customer_id", &of)], true)? {
                places.insert(place.id.to_string());
                classes.insert(place.booking_id);
            }
        }
        let theirs = Theirs { same: same.iter().map(ToString::to_string).collect(), places };
        for id in same {
            let of = id.to_string();
            entries.extend(self.history_entries(Entity::Customer, id.0)?);
            for package in self.listed::<Package>(&[("customer_id", &of)], true)? {
                entries.extend(self.history_entries(Entity::Package, package.id.0)?);
            }
            for booking in self.listed::<Booking>(&[("customer_id", &of)], true)? {
                classes.remove(&booking.id);
                let told = self.history_entries(Entity::Booking, booking.id.0)?;
                entries.extend(theirs.of_booking(told, &mut before));
            }
        }
        for class in classes {
            let told = self.history_entries(Entity::Booking, class.0)?;
            entries.extend(told.into_iter().filter(|entry| theirs.is_of_their_place(entry)));
        }
        entries.sort_by_key(|entry| (entry.at, entry.id));
        Ok((entries, before))
    }
}

/// Whose archive it is, and their places, as entries name them.
struct Theirs {
    same: HashSet<String>,
    places: HashSet<String>,
}

impl Theirs {
    /// Of what happened to a booking that is theirs, what is about them; what was entered for it `before`
    /// it was is noted. A class is nobody's.
    fn of_booking(
        &self,
        told: Vec<HistoryEntry>,
        before: &mut HashSet<String>,
    ) -> Vec<HistoryEntry> {
        let mut kept: Vec<HistoryEntry> = Vec::with_capacity(told.len());
        for mut entry in told {
            entry.changes.retain(|change| change.field != WHOSE);
            let whose = entry.changes.iter_mut().find(|change| change.field == "customer_id");
            if let Some(change) = whose {
                let becomes_theirs = !self.is_theirs(&change.before);
                self.leave_others_out(change);
                if becomes_theirs {
                    let changes = kept.drain(..).flat_map(|entry| entry.changes);
                    let ids = changes.filter(|change| change.field == "id");
                    before.extend(ids.filter_map(|id| id.after.as_str().map(str::to_owned)));
                    // What was said of it until then is somebody else's.
                    entry.changes.iter_mut().for_each(|change| change.before = Value::Null);
                }
            }
            kept.push(entry);
        }
        kept
    }

    /// Whether what changed is a place of theirs, or what was paid for it.
    fn is_of_their_place(&self, entry: &HistoryEntry) -> bool {
        entry.changes.iter().any(|change| match change.field.as_str() {
            "customer_id" => self.is_theirs(&change.after),
            "attendance_id" => change.after.as_str().is_some_and(|id| self.places.contains(id)),
            _ => false,
        })
    }

    fn is_theirs(&self, id: &Value) -> bool {
        id.as_str().is_some_and(|id| self.same.contains(id))
    }

    /// Whom a booking was for besides is nobody's business.
    fn leave_others_out(&self, change: &mut FieldChange) {
        for id in [&mut change.before, &mut change.after] {
            if !self.is_theirs(id) {
                *id = Value::Null;
            }
        }
    }
}
