//! Rows of people: who works here, who books, and who turned out to be somebody else.

use super::columns::{ConsentColumns, CustomerColumns, StaffColumns};
use super::field::{flag, instant, list, optional, own_word, set, set_text, text, word};
use super::row::{Broken, Read, Rows};
use super::table::{Record, invalid};
use super::update;
use crate::failure::Failure;
use crate::store;
use holdfast_domain::command::{Delete, EraseCustomer, MergeCustomers, Patch};
use holdfast_domain::{
    Command, Consent, Contact, Customer, CustomerId, Entity, Refusal, Role, Staff, StaffId, Zone,
};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a row says about who a customer turned out to be.
pub(super) struct Merge {
    pub(super) source_id: String,
    pub(super) command: Result<MergeCustomers, Refusal>,
}

impl Rows<'_> {
    /// A staff member. Whoever has the name of somebody who works here already is that person, and
    /// is left as they are: a file gives nobody other rights.
    pub(super) fn staff(&self, columns: &StaffColumns, row: &Record<'_>) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let staff_id = StaffId(self.id(Entity::Staff, &source.id)?);
            let there = store::get::<Staff>(self.db, staff_id)?;
            let name = text(Some(&columns.name), row)?;
            if there.is_none()
                && let Some(colleague) = self.colleague(&name)?
            {
                self.colleagues.borrow_mut().insert(source.id, colleague);
                return Ok((false, Vec::new(), Vec::new()));
            }
            let mut told =
                there.clone().unwrap_or_else(|| Staff::new(staff_id, &name, Role::FrontDesk));
            set_text(&mut told.name, Some(&columns.name), row)?;
            told.role = word(&columns.role, row)?;
            set(&mut told.active, columns.active.as_ref(), |it| flag(it, row))?;
            set_text(&mut told.description, columns.description.as_ref(), row)?;
            set_text(&mut told.photo_url, columns.photo_url.as_ref(), row)?;
            let zone = |it: &str| optional(it, row, zone);
            set(&mut told.timezone, columns.timezone.as_ref(), zone)?;
            let commands = match &there {
                Some(there) if self.update => update::staff(there, &told),
                Some(_) => Vec::new(),
                None => update::add_staff(&told),
            };
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    /// The one of this name who works here and did not come from this source.
    fn colleague(&self, name: &str) -> Result<Option<StaffId>, Broken> {
        let mut named = store::staff::all(self.db)?;
        named.retain(|it| it.name == name);
        Ok(match named.as_slice() {
            [one] => Some(one.id),
            _ => None,
        })
    }

    pub(super) fn customer(
        &self,
        columns: &CustomerColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let customer_id = CustomerId(self.id(Entity::Customer, &source.id)?);
            let there = store::get::<Customer>(self.db, customer_id)?;
            let mut told = there.clone().unwrap_or_else(|| Customer::new(customer_id, ""));
            tell_customer(&mut told, columns, row)?;
            if there.is_none() && columns.merged_into.is_some() {
                self.to_merge.borrow_mut().insert(customer_id);
            }
            let commands = match &there {
                // Nothing of whoever was erased comes back.
                Some(there) if there.erased_at.is_some() => Vec::new(),
                Some(there) if self.update => update::customer(there, &told),
                _ => update::add_customer(&told, source, there.is_none(), self.update),
            };
            let commands = self.ended(columns, row, there.as_ref(), &told, commands)?;
            Ok((there.is_none(), commands, Vec::new()))
        })
    }

    /// What was erased or deleted there is so here, too: of whoever is new, or where the mapping
    /// updates. Nothing that is here comes back by a file.
    fn ended(
        &self,
        columns: &CustomerColumns,
        row: &Record<'_>,
        there: Option<&Customer>,
        told: &Customer,
        mut commands: Vec<Command>,
    ) -> Result<Vec<Command>, Refusal> {
        if there.is_some_and(|it| it.erased_at.is_some() || !self.update) {
            return Ok(commands);
        }
        let (mut erased, mut deleted) = (false, false);
        set(&mut erased, columns.erased.as_ref(), |it| flag(it, row))?;
        set(&mut deleted, columns.deleted.as_ref(), |it| flag(it, row))?;
        if erased {
            let (customer_id, reason) = (told.id, format!("Erased in {}", self.source));
            commands.push(Command::EraseCustomer(EraseCustomer::new(customer_id, reason)));
        } else if deleted && there.is_none_or(|it| it.deletion.is_none()) {
            let (entity, id) = (Entity::Customer, told.id.0);
            commands.push(Command::Delete(Delete { entity, id }));
        }
        Ok(commands)
    }

    /// Who a row's customer turned out to be, where that is not so here.
    pub(super) fn merge(
        &self,
        columns: &CustomerColumns,
        row: &Record<'_>,
    ) -> Result<Option<Merge>, Failure> {
        let (Some(column), Ok(source_id)) = (&columns.merged_into, row.get(&columns.id)) else {
            return Ok(None);
        };
        let id = CustomerId(self.id(Entity::Customer, source_id)?);
        let Some(there) = store::get::<Customer>(self.db, id)? else { return Ok(None) };
        if !self.update && !self.to_merge.borrow().contains(&id) {
            return Ok(None);
        }
        let command = match self.find_customer(Some(column), row) {
            Ok(merged_into) if merged_into == there.merged_into => return Ok(None),
            Ok(to) => {
                let merged_into = Patch { from: there.merged_into, to };
                Ok(MergeCustomers { customer_id: id, merged_into })
            }
            Err(Broken::Refused(refusal)) => Err(refusal),
            Err(Broken::Failed(failure)) => return Err(failure),
        };
        Ok(Some(Merge { source_id: source_id.to_owned(), command }))
    }
}

/// Merges in an order in which each can be done: nobody is merged into somebody who is merged.
pub(super) fn in_order(mut merges: Vec<(u64, Merge)>) -> Vec<(u64, Merge)> {
    let commands = merges.iter().filter_map(|(_, merge)| merge.command.as_ref().ok());
    let into: BTreeMap<CustomerId, CustomerId> =
        commands.filter_map(|it| Some((it.customer_id, it.merged_into.to?))).collect();
    let steps = |merge: &Merge| {
        let first = merge.command.as_ref().ok().map(|it| it.customer_id);
        // Where they go round in a circle, a rule says so.
        std::iter::successors(first, |id| into.get(id).copied()).take(into.len() + 1).count()
    };
    merges.sort_by_key(|(_, merge)| Reverse(steps(merge)));
    merges
}

fn tell_customer(
    told: &mut Customer,
    columns: &CustomerColumns,
    row: &Record<'_>,
) -> Result<(), Refusal> {
    set_text(&mut told.name, Some(&columns.name), row)?;
    set_text(&mut told.email, columns.email.as_ref(), row)?;
    set_text(&mut told.phone, columns.phone.as_ref(), row)?;
    set_text(&mut told.address, columns.address.as_ref(), row)?;
    set_text(&mut told.note, columns.note.as_ref(), row)?;
    let contact = |it: &str| optional(it, row, own_word::<Contact>);
    set(&mut told.preferred_contact, columns.preferred_contact.as_ref(), contact)?;
    set(&mut told.email_verified, columns.email_verified.as_ref(), |it| flag(it, row))?;
    set(&mut told.timezone, columns.timezone.as_ref(), |it| optional(it, row, zone))?;
    set_text(&mut told.language, columns.language.as_ref(), row)?;
    set(&mut told.tags, columns.tags.as_ref(), |it| {
        let mut tags = list(it, row)?;
        tags.sort_unstable();
        tags.dedup();
        Ok(tags)
    })?;
    set_text(&mut told.preferences, columns.preferences.as_ref(), row)?;
    set_text(&mut told.photo_url, columns.photo_url.as_ref(), row)?;
    set_text(&mut told.blocked_reason, columns.blocked_reason.as_ref(), row)?;
    if let Some(columns) = &columns.consent {
        told.consent = consent(columns, row)?;
    }
    Ok(())
}

fn consent(columns: &ConsentColumns, row: &Record<'_>) -> Result<Option<Consent>, Refusal> {
    let Some(given_at) = optional(&columns.given_at, row, instant)? else { return Ok(None) };
    let mut consent = Consent {
        given_at,
        version: text(Some(&columns.version), row)?,
        marketing: false,
        sms: false,
    };
    set(&mut consent.marketing, columns.marketing.as_ref(), |it| flag(it, row))?;
    set(&mut consent.sms, columns.sms.as_ref(), |it| flag(it, row))?;
    Ok(Some(consent))
}

fn zone(column: &str, row: &Record<'_>) -> Result<Zone, Refusal> {
    let name = row.get(column)?;
    Zone::parse(name).map_err(|_| invalid(column, &format!("“{name}” is no time zone")))
}
