//! The readable history of a booking, a customer or a package: what headquarters told, and what
//! this desk did that headquarters has not told yet (on a desk alone, all of it).

mod sentence;

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{history, outbox};
use holdfast_domain::history::differences;
use holdfast_domain::{
    Attendance, Change, CreditEntry, Customer, CustomerId, Entity, FieldChange, PackageId, Payment,
    StaffId, Timestamp,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One thing that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: StaffId,
    /// Their name.
    pub actor_name: String,
    /// The command's name.
    pub action: String,
    /// What it changed, field by field; nothing for the row itself when it was made.
    pub changes: Vec<FieldChange>,
}

impl Replica {
    /// What happened to a booking, a customer or a package, oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn history(&self, about: Entity, id: Uuid) -> Result<Vec<Happened>, Failure> {
        let names: BTreeMap<StaffId, String> =
            self.all_staff()?.into_iter().map(|staff| (staff.id, staff.name)).collect();
        let name = |id: StaffId| names.get(&id).cloned().unwrap_or_default();
        let mut happened: Vec<Happened> = history::told(&self.db, id)?
            .into_iter()
            .map(|entry| Happened {
                at: entry.at,
                actor: entry.actor,
                actor_name: name(entry.actor),
                action: entry.action,
                changes: entry.changes,
            })
            .collect();
        for (seq, before, after) in self.steps(about, id)? {
            let Some(kept) = outbox::get(&self.db, seq)? else { continue };
            let action = kept.operation.parse().map(|it| it.name().to_owned()).unwrap_or_default();
            // What the row itself says of how it was entered is not told again.
            let changes = match &before {
                None if after.id() == id => Vec::new(),
                before => differences(before.as_ref(), &after),
            };
            if before.is_some() && changes.is_empty() {
                continue;
            }
            let actor = kept.operation.actor;
            happened.push(Happened {
                at: kept.operation.at,
                actor,
                actor_name: name(actor),
                action,
                changes,
            });
        }
        if about == Entity::Customer {
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
        happened.sort_by_key(|it| it.at);
        Ok(happened)
    }

    /// Adds for which booking credits went or came back: the line of the ledger knows it.
    fn say_what_for(&self, id: PackageId, happened: &mut [Happened]) -> Result<(), Failure> {
        let lines = self.listed::<CreditEntry>(&[("package_id", &id.to_string())], true)?;
        for it in happened {
            let Some(credits) = moved(&it.changes) else { continue };
            let fits = |line: &&CreditEntry| {
                line.entered_at == it.at && i64::from(line.credits) == credits
            };
            let Some(booking_id) = lines.iter().find(fits).and_then(|line| line.booking_id) else {
                continue;
            };
            it.changes.push(FieldChange {
                field: "paid_for".into(),
                before: serde_json::Value::Null,
                after: serde_json::json!(booking_id),
            });
        }
        Ok(())
    }

    /// What this desk did to a row, and to what is told under it: payments and places of a booking.
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
        Ok(steps)
    }
}

/// That another customer turned out to be the one of `id`, as it is told of that one.
fn came_of(theirs: &[Happened], other: &Customer, id: Uuid) -> Option<Happened> {
    let into = serde_json::json!(id);
    let is_it = |change: &FieldChange| change.field == "merged_into" && change.after == into;
    let merge = theirs.iter().rev().find(|it| it.changes.iter().any(is_it))?;
    let merged = FieldChange {
        field: "merged".into(),
        before: serde_json::Value::Null,
        after: other.name.clone().into(),
    };
    Some(Happened { changes: vec![merged], ..merge.clone() })
}

/// How many credits a change of a package brought, or took where it is below zero.
fn moved(changes: &[FieldChange]) -> Option<i64> {
    let balance = changes.iter().find(|change| change.field == "balance")?;
    Some(balance.after.as_i64()? - balance.before.as_i64()?)
}

/// A row before and after one operation.
pub(crate) type Step = (u64, Option<Change>, Change);
