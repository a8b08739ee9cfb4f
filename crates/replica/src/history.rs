//! The readable history of a booking, a customer or a package: what headquarters told, and what
//! this desk did that headquarters has not told yet (on a desk alone, all of it).

mod people;
mod sentence;
#[cfg(test)]
mod tests;
mod verb;

use crate::failure::Failure;
use crate::housekeeping::came_of_itself;
use crate::replica::Replica;
use crate::store::{history, outbox};
use holdfast_domain::history::{Deed, WHOSE, differences, entry, passing};
use holdfast_domain::{
    Attendance, Booking, BookingId, Change, CreditEntry, CreditKind, Customer, CustomerId,
    DeviceId, Entity, FieldChange, HistoryEntry, Package, PackageId, Payment, Row, StaffId,
    Timestamp,
};
use holdfast_protocol::Operation;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who did what nobody did.
const HEADQUARTERS: &str = "Headquarters";
const A_DESK_ALONE: &str = "Holdfast";

/// One thing that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Happened {
    /// To what sort of row, and what hangs on it.
    pub about: Entity,
    /// When; `None` where nobody knows: a customer was imported, and not from here.
    pub at: Option<Timestamp>,
    /// Who did it; for whom, where it came of itself. `None` where nobody knows.
    pub actor: Option<StaffId>,
    /// Their name; empty where nobody knows.
    pub actor_name: String,
    /// The command's name.
    pub action: String,
    /// Whose places in a class it changed, each in the same way.
    pub customer_ids: Vec<CustomerId>,
    /// What it changed, field by field; nothing for the row itself when it was made.
    pub changes: Vec<FieldChange>,
}

impl Replica {
    /// What happened to a booking, a customer or a package, oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn history(&self, about: Entity, id: Uuid) -> Result<Vec<Happened>, Failure> {
        let mut happened = self.told(about, id)?;
        happened.extend(self.done_here(about, id)?);
        happened.extend(self.made(about, id, &happened)?);
        if about == Entity::Customer {
            happened.extend(self.imported(CustomerId(id), &happened)?);
            for other in self.merged_into(CustomerId(id))? {
                // What happened to them before they were known to be one.
                let theirs = self.history(Entity::Customer, other.id.0)?;
                let merges = |it: &Happened| it.changes.iter().any(|it| it.field == "merged_into");
                happened.extend(came_of(&theirs, &other, id));
                happened.extend(theirs.into_iter().filter(|it| !merges(it)));
            }
        }
        if about == Entity::Package {
            self.say_what_for(PackageId(id), &mut happened)?;
        }
        happened.sort_by_key(|it| (it.at, !it.customer_ids.is_empty()));
        Ok(people::together(happened))
    }

    /// What headquarters told.
    fn told(&self, about: Entity, id: Uuid) -> Result<Vec<Happened>, Failure> {
        let names = self.names()?;
        let happened = history::told(&self.db, id)?.into_iter().map(|mut entry| Happened {
            about,
            at: Some(entry.at),
            actor: Some(entry.actor),
            actor_name: match entry.device_id {
                DeviceId::HEADQUARTERS => HEADQUARTERS.into(),
                _ => names.get(&entry.actor).cloned().unwrap_or_default(),
            },
            action: entry.action,
            customer_ids: people::taken_from(&mut entry.changes),
            changes: {
                entry.changes.retain(|change| change.field != WHOSE);
                entry.changes
            },
        });
        Ok(happened.collect())
    }

    /// What this desk did.
    fn done_here(&self, about: Entity, id: Uuid) -> Result<Vec<Happened>, Failure> {
        let names = self.names()?;
        let mut happened = Vec::new();
        for (seq, before, after) in self.steps(about, id)? {
            let Some(kept) = outbox::get(&self.db, seq)? else { continue };
            let operation = &kept.operation;
            let mut changes = match &before {
                None if after.id() == id => entered(&after),
                Some(_) if is_given_away(about, &after) => vec![given_away(&after)],
                before => differences(before.as_ref(), &after),
            };
            // What was said is forgotten where the row is the same: that somebody did it is not.
            if changes.is_empty() && before.as_ref().is_some_and(|before| *before != after) {
                continue;
            }
            happened.push(Happened {
                about,
                at: Some(operation.at),
                actor: Some(operation.actor),
                actor_name: match came_of_itself(operation) {
                    true => A_DESK_ALONE.into(),
                    false => names.get(&operation.actor).cloned().unwrap_or_default(),
                },
                action: action(operation),
                customer_ids: people::taken_from(&mut changes),
                changes,
            });
        }
        Ok(happened)
    }

    /// What headquarters told, and what it would tell of what this desk did.
    pub(crate) fn history_entries(
        &self,
        about: Entity,
        id: Uuid,
    ) -> Result<Vec<HistoryEntry>, Failure> {
        let mut entries = history::told(&self.db, id)?;
        let own = self.identity()?.map(|identity| identity.device_id);
        for (seq, before, after) in self.steps(about, id)? {
            let Some(kept) = outbox::get(&self.db, seq)? else { continue };
            let operation = &kept.operation;
            let deed = Deed {
                operation_id: operation.id,
                at: operation.at,
                actor: operation.actor,
                device_id: own.unwrap_or(DeviceId::HEADQUARTERS),
                action: &action(operation),
            };
            entries.extend(match is_given_away(about, &after) {
                true => passing(&deed, before.as_ref(), &after),
                false => {
                    let was = before.as_ref().and_then(Booking::of);
                    entry(&deed, before.as_ref(), &after, was.and_then(|it| it.customer_id))
                }
            });
        }
        entries.sort_by_key(|entry| entry.at);
        Ok(entries)
    }

    fn names(&self) -> Result<BTreeMap<StaffId, String>, Failure> {
        Ok(self.all_staff()?.into_iter().map(|staff| (staff.id, staff.name)).collect())
    }

    /// That a booking or a package was entered, by whom and when, where the row alone says it.
    fn made(
        &self,
        about: Entity,
        id: Uuid,
        known: &[Happened],
    ) -> Result<Option<Happened>, Failure> {
        let booking = |it: Booking| {
            let action = match (it.source, it.series_id) {
                (Some(_), _) => "import_booking",
                (None, Some(_)) => "book_series",
                (None, None) => "book",
            };
            (it.made_at, it.made_by, action)
        };
        let package = |it: Package| (it.sold_at, it.sold_by, "sell_package");
        let (made, by): (_, &[&str]) = match about {
            Entity::Booking => {
                let by = &["book", "book_series", "import_booking"];
                (self.get(BookingId(id))?.map(booking), by)
            }
            // Booking something with it is not selling it.
            Entity::Package => {
                (self.get(PackageId(id))?.map(package), &["sell_package", "import_record"])
            }
            _ => (None, &[]),
        };
        let is_known = |it: &Happened| by.contains(&&*it.action) && it.customer_ids.is_empty();
        let Some((at, actor, action)) = made.filter(|_| !known.iter().any(is_known)) else {
            return Ok(None);
        };
        Ok(Some(Happened {
            about,
            at: Some(at),
            actor: Some(actor),
            actor_name: self.names()?.remove(&actor).unwrap_or_default(),
            action: action.into(),
            customer_ids: Vec::new(),
            changes: Vec::new(),
        }))
    }

    /// That a customer was imported, where nothing of what happened says how they were entered.
    fn imported(&self, id: CustomerId, known: &[Happened]) -> Result<Option<Happened>, Failure> {
        if known.iter().any(|it| it.action == "add_customer") {
            return Ok(None);
        }
        let Some(customer) = self.customer(id)?.filter(|it| it.source.is_some()) else {
            return Ok(None);
        };
        Ok(Some(Happened {
            about: Entity::Customer,
            at: None,
            actor: None,
            actor_name: String::new(),
            action: "add_customer".into(),
            customer_ids: Vec::new(),
            changes: entered(&Change::Customer(customer)),
        }))
    }

    /// Adds for which booking credits went or came back, and why they were corrected: the line of the
    /// ledger knows it.
    fn say_what_for(&self, id: PackageId, happened: &mut [Happened]) -> Result<(), Failure> {
        let lines = self.listed::<CreditEntry>(&[("package_id", &id.to_string())], true)?;
        let package = self.get::<Package>(id)?;
        let owner = package.map(|it| self.customer(it.customer_id)).transpose()?.flatten();
        let is_erased = owner.is_some_and(|it| it.erased_at.is_some());
        for it in happened {
            let Some(credits) = moved(&it.changes) else { continue };
            let fits = |line: &&CreditEntry| {
                Some(line.entered_at) == it.at && i64::from(line.credits) == credits
            };
            let Some(line) = lines.iter().find(fits) else { continue };
            if let Some(booking_id) = line.booking_id {
                it.changes.push(said("paid_for", serde_json::json!(booking_id)));
            }
            if line.kind == CreditKind::Correction && !line.reason.is_empty() && !is_erased {
                it.changes.push(said("reason", line.reason.clone().into()));
            }
        }
        Ok(())
    }

    /// What this desk did to a row, and to what is told under it: payments and places of a booking, and
    /// of a customer that a booking became somebody else's.
    fn steps(&self, about: Entity, id: Uuid) -> Result<Vec<Step>, Failure> {
        let mut steps = outbox::steps_of(&self.db, about, id)?;
        if about == Entity::Booking {
            let of_booking = [("booking_id", &*id.to_string())];
            for payment in self.listed::<Payment>(&of_booking, true)? {
                steps.extend(outbox::steps_of(&self.db, Entity::Payment, payment.id.0)?);
            }
            for place in self.listed::<Attendance>(&of_booking, true)? {
                steps.extend(outbox::steps_of(&self.db, Entity::Attendance, place.id.0)?);
            }
            steps.sort_by_key(|(seq, ..)| *seq);
        }
        if about == Entity::Customer {
            for (seq, booking_id) in outbox::of_bookings_of(&self.db, CustomerId(id))? {
                let of_booking = outbox::steps_of(&self.db, Entity::Booking, booking_id.0)?;
                let whose = |row: &Change| Booking::of(row).and_then(|it| it.customer_id);
                let gone = |step: &Step| step.0 == seq && whose(&step.2) != Some(CustomerId(id));
                steps.extend(of_booking.into_iter().filter(gone));
            }
            steps.sort_by_key(|(seq, ..)| *seq);
        }
        Ok(steps)
    }
}

/// Whether a step of what is told of a customer is that a booking became somebody else's.
fn is_given_away(about: Entity, after: &Change) -> bool {
    about == Entity::Customer && after.entity() == Entity::Booking
}

fn given_away(booking: &Change) -> FieldChange {
    let before = booking.id().to_string().into();
    FieldChange { field: "booking_id".into(), before, after: Value::Null }
}

/// That another customer turned out to be the one of `id`, as it is told of that one.
fn came_of(theirs: &[Happened], other: &Customer, id: Uuid) -> Option<Happened> {
    let into = serde_json::json!(id);
    let is_it = |change: &FieldChange| change.field == "merged_into" && change.after == into;
    let merge = theirs.iter().rev().find(|it| it.changes.iter().any(is_it))?;
    let merged = said("merged", other.name.clone().into());
    Some(Happened { changes: vec![merged], ..merge.clone() })
}

/// What the row itself says of how it was entered is not told again, but for where it comes from.
fn entered(row: &Change) -> Vec<FieldChange> {
    let source = match row {
        Change::Customer(customer) => customer.source.as_ref(),
        _ => None,
    };
    source.map(|source| said("source", source.name.clone().into())).into_iter().collect()
}

/// Something that is told beside what changed.
fn said(field: &str, after: Value) -> FieldChange {
    FieldChange { field: field.into(), before: Value::Null, after }
}

/// The name of an operation's command; empty where that was forgotten.
fn action(operation: &Operation) -> String {
    operation.parse().map(|command| command.name().to_owned()).unwrap_or_default()
}

/// How many credits a change of a package brought, or took where it is below zero.
fn moved(changes: &[FieldChange]) -> Option<i64> {
    let balance = changes.iter().find(|change| change.field == "balance")?;
    Some(balance.after.as_i64()? - balance.before.as_i64()?)
}

/// A row before and after one operation.
pub(crate) type Step = (u64, Option<Change>, Change);
