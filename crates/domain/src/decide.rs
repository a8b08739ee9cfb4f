//! The one place where rules are written: `decide` turns a command and facts into changes or a
//! refusal. Pure, total and deterministic. Each submodule answers the commands of one entity.
//!
//! It deliberately does not know which store it runs for: the same function answers on a desk
//! offline and at headquarters, and what a device may not see is skipped and reported as
//! [`Unchecked`], never guessed.

mod booking;
mod class;
mod credit;
mod deletion;
mod hours;
mod import;
mod parts;
mod people;
mod place;
mod privacy;
mod record;
mod roster;
mod series;
mod status;
mod taking_back;
mod venue;

use crate::change::{Change, Entity, Row};
use crate::command::{Command, Edit, Withdraw};
use crate::facts::Facts;
use crate::refusal::Refusal;
use crate::rows::{Role, Staff};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What became of a command that no rule spoke against.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Decision {
    /// Rows to write; empty when everything is already as asked.
    pub changes: Vec<Change>,
    /// What could not be checked here, for the screen to say.
    pub unchecked: Vec<Unchecked>,
    /// What the person should know and may go on with all the same.
    pub warnings: Vec<Refusal>,
}

/// A rule that was left to headquarters, because this device may not see what it needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unchecked {
    /// What sort of row is not visible here.
    pub entity: Entity,
    /// Which.
    pub id: Uuid,
}

impl From<Vec<Change>> for Decision {
    fn from(changes: Vec<Change>) -> Self {
        Self { changes, ..Self::default() }
    }
}

/// Decides `command` on `facts`.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no. Rules about single fields come first, then
/// about existence, then about time, and last the overlap.
pub fn decide(command: &Command, facts: &Facts) -> Result<Decision, Refusal> {
    actor_may(command, facts)?;
    by_rules(command, facts)
}

fn by_rules(command: &Command, facts: &Facts) -> Result<Decision, Refusal> {
    match command {
        Command::AddStaff(c) => people::add_staff(c, facts),
        Command::EditStaff(c) => people::edit_staff(c, facts),
        Command::SetPin(c) => people::set_pin(c, facts),
        Command::AddCustomer(c) => people::add_customer(c, facts),
        Command::EditCustomer(c) => people::edit_customer(c, facts),
        Command::MergeCustomers(c) => people::merge(c, facts),
        Command::OpenVenue(c) => venue::open(c, facts),
        Command::EditVenue(c) => venue::edit(c, facts),
        Command::AddResource(c) => venue::add_resource(c, facts),
        Command::EditResource(c) => venue::edit_resource(c, facts),
        Command::AddService(c) => venue::add_service(c, facts),
        Command::EditService(c) => venue::edit_service(c, facts),
        Command::AddExceptions(c) => hours::add(c, facts),
        Command::WithdrawExceptions(c) => hours::withdraw(c, facts),
        Command::Book(c) => booking::book(c, facts),
        Command::ImportBooking(c) => import::import(c, facts),
        Command::ImportRecord(c) => record::import(c, facts),
        Command::ImportLedger(c) => record::import_ledger(c, facts),
        Command::EditBooking(c) => booking::edit(c, facts),
        Command::Reschedule(c) => booking::reschedule(c, facts),
        Command::Cancel(c) => booking::cancel(c, facts),
        Command::SetStatus(c) => status::set(c, facts),
        Command::TakePayment(c) => status::pay(c, facts),
        Command::BookSeries(c) => series::book(c, facts),
        Command::ChangeSeries(c) => series::change(c, facts),
        Command::AddProduct(c) => credit::add_product(c, facts),
        Command::EditProduct(c) => credit::edit_product(c, facts),
        Command::SellPackage(c) => credit::sell(c, facts),
        Command::CorrectCredits(c) => credit::correct(c, facts),
        Command::ExpirePackage(c) => credit::expire(c, facts),
        Command::AddEvent(c) => class::add_event(c, facts),
        Command::EditEvent(c) => class::edit_event(c, facts),
        Command::SetCapacity(c) => class::set_capacity(c, facts),
        Command::AddAttendance(c) => class::add(c, facts),
        Command::PromoteAttendance(c) => class::promote(c, facts),
        Command::CancelAttendance(c) => class::cancel(c, facts),
        Command::CheckIn(c) => class::check_in(c, facts),
        Command::Delete(c) => deletion::delete(c, facts),
        Command::Restore(c) => deletion::restore(c, facts),
        Command::RecordDataRequest(c) => privacy::record(c, facts),
        Command::EraseCustomer(c) => privacy::erase(c, facts),
        Command::Withdraw(c) => withdraw(c, facts),
    }
}

/// What undoes an operation that did not stand has nothing to do: then all is as wanted.
fn withdraw(c: &Withdraw, facts: &Facts) -> Result<Decision, Refusal> {
    if matches!(*c.undo, Command::Withdraw(_)) {
        return Err(Refusal::FieldInvalid {
            field: "undo".into(),
            problem: "taking back is not taken back".into(),
        });
    }
    let undo = taking_back::of_what_is_there(&c.undo, facts);
    taking_back::check(&undo, facts)?;
    c.seen.iter().try_for_each(|seen| taking_back::check_as_seen(seen, facts))?;
    let facts = Facts { taking_back: true, ..facts.clone() };
    match by_rules(&undo, &facts) {
        Err(Refusal::NotFound { .. }) => Ok(Decision::default()),
        decided => decided,
    }
}

/// Only people who work here give commands; the first owner enters themselves.
fn actor_may(command: &Command, facts: &Facts) -> Result<(), Refusal> {
    match facts.find::<Staff>(facts.actor) {
        Ok(Some(staff)) if staff.active => match command {
            // Everybody may change their own PIN.
            Command::SetPin(c) if c.staff_id == staff.id => Ok(()),
            _ => role_may(facts.role_of(staff), command),
        },
        Ok(None) => Ok(()),
        _ => match command {
            Command::AddStaff(c) if facts.no_staff_yet && c.staff_id == facts.actor => Ok(()),
            _ => Err(Refusal::ActorUnknown { staff_id: facts.actor }),
        },
    }
}

/// The table of rights, applied.
fn role_may(role: Role, command: &Command) -> Result<(), Refusal> {
    match command.rights().into_iter().find(|right| !role.may(*right)) {
        Some(_) => Err(Refusal::RoleNotAllowed { role: role.as_str().into() }),
        None => Ok(()),
    }
}

/// In order, each once: as lists are kept whose order says nothing.
fn sorted<T: Clone + Ord>(list: &[T]) -> Vec<T> {
    let mut sorted = list.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// Applies one field's edit to the row's value, if the row still has the value that the person saw.
/// An edit whose result is already there is fine: two people had the same idea.
fn patch<T: PartialEq + Clone + Serialize>(
    value: &mut T,
    edit: &Edit<T>,
    (entity, id): (Entity, Uuid),
    field: &str,
) -> Result<(), Refusal> {
    let Some(edit) = edit else { return Ok(()) };
    if *value != edit.from && *value != edit.to {
        let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
        return Err(Refusal::ChangedElsewhere {
            entity,
            id,
            field: field.into(),
            current: json(value),
            wanted: json(&edit.to),
        });
    }
    *value = edit.to.clone();
    Ok(())
}

/// Whether a row is here already, so that entering it again changes nothing: two desks may have taken
/// over the same files. Another one of its id is in its way.
fn is_here<T: Row>(
    id: T::Id,
    same: impl FnOnce(&T) -> bool,
    facts: &Facts,
) -> Result<bool, Refusal> {
    match facts.existing::<T>(id) {
        None => Ok(false),
        Some(there) if same(there) => Ok(true),
        Some(_) => Err(Refusal::AlreadyExists { entity: T::ENTITY, id: id.into() }),
    }
}

/// That what is here is in these fields as somebody saw it, or was told of it: else they are shown the
/// first that is not.
fn check_same<T: Serialize>(
    (entity, id): (Entity, Uuid),
    fields: &[&str],
    current: &T,
    wanted: &T,
) -> Result<(), Refusal> {
    let json = |it: &T| serde_json::to_value(it).unwrap_or_default();
    let (current, wanted) = (json(current), json(wanted));
    let Some(field) = fields.iter().find(|field| current[**field] != wanted[**field]) else {
        return Ok(());
    };
    let (current, wanted) = (current[field].clone(), wanted[field].clone());
    Err(Refusal::ChangedElsewhere { entity, id, field: (*field).to_owned(), current, wanted })
}

/// The change that turns `before` into `after`, if there is any.
fn changed<T: PartialEq>(before: &T, after: T, change: impl FnOnce(T) -> Change) -> Decision {
    if *before == after { Decision::default() } else { vec![change(after)].into() }
}

#[cfg(test)]
mod tests;
