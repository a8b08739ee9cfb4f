//! Staff and customers.

use super::{Decision, changed, patch};
use crate::change::{Change, Entity};
use crate::command::{AddCustomer, AddStaff, EditCustomer, EditStaff};
use crate::facts::Facts;
use crate::field;
use crate::refusal::Refusal;
use crate::rows::{Customer, Role, Staff};

pub(super) fn add_staff(c: &AddStaff, facts: &Facts) -> Result<Decision, Refusal> {
    let staff = Staff { id: c.staff_id, name: c.name.clone(), role: c.role, active: true };
    check_staff(&staff)?;
    if facts.existing::<Staff>(c.staff_id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::Staff, id: c.staff_id.0 });
    }
    if facts.no_staff_yet && c.role != Role::Owner {
        return Err(Refusal::FieldInvalid {
            field: "role".into(),
            problem: "the first person of an organisation is its owner".into(),
        });
    }
    Ok(vec![Change::Staff(staff)].into())
}

pub(super) fn edit_staff(c: &EditStaff, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Staff = facts.get(c.staff_id)?;
    let row = (Entity::Staff, c.staff_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.role, &c.role, row, "role")?;
    patch(&mut after.active, &c.active, row, "active")?;
    check_staff(&after)?;
    let owns = |staff: &Staff| staff.active && staff.role == Role::Owner;
    if owns(before) && !owns(&after) && !facts.another_owner {
        return Err(Refusal::LastOwner { staff_id: c.staff_id });
    }
    Ok(changed(before, after, Change::Staff))
}

fn check_staff(staff: &Staff) -> Result<(), Refusal> {
    field::name("name", &staff.name)
}

pub(super) fn add_customer(c: &AddCustomer, facts: &Facts) -> Result<Decision, Refusal> {
    let customer = Customer {
        id: c.customer_id,
        name: c.name.trim().to_owned(),
        email: c.email.trim().to_owned(),
        phone: c.phone.trim().to_owned(),
        address: c.address.clone(),
        note: c.note.clone(),
        source: c.source.clone(),
    };
    check_customer(&customer)?;
    match facts.existing::<Customer>(c.customer_id) {
        None => Ok(vec![Change::Customer(customer)].into()),
        // Two desks imported the same file: the first one's row stands.
        Some(there) if c.source.is_some() && there.source == c.source => Ok(Decision::default()),
        Some(_) => Err(Refusal::AlreadyExists { entity: Entity::Customer, id: c.customer_id.0 }),
    }
}

pub(super) fn edit_customer(c: &EditCustomer, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Customer = facts.get(c.customer_id)?;
    let row = (Entity::Customer, c.customer_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.email, &c.email, row, "email")?;
    patch(&mut after.phone, &c.phone, row, "phone")?;
    patch(&mut after.address, &c.address, row, "address")?;
    patch(&mut after.note, &c.note, row, "note")?;
    check_customer(&after)?;
    Ok(changed(before, after, Change::Customer))
}

fn check_customer(customer: &Customer) -> Result<(), Refusal> {
    field::name("name", &customer.name)?;
    field::text("email", &customer.email, field::NAME_MAX)?;
    // RFC 5321 leaves little that can be checked without sending: one @ with something around it.
    let known = customer.email.is_empty()
        || matches!(customer.email.rsplit_once('@'), Some((a, b)) if !a.is_empty() && !b.is_empty()
            && !customer.email.contains(char::is_whitespace));
    if !known {
        return Err(Refusal::FieldInvalid {
            field: "email".into(),
            problem: "it is not an e-mail address".into(),
        });
    }
    field::text("phone", &customer.phone, field::NAME_MAX)?;
    field::text("address", &customer.address, field::TEXT_MAX)?;
    field::text("note", &customer.note, field::TEXT_MAX)?;
    check_source(&customer.source)
}

/// The bounds of where a row was imported from.
pub(super) fn check_source(source: &Option<crate::rows::Source>) -> Result<(), Refusal> {
    let Some(source) = source else { return Ok(()) };
    field::name("source", &source.name)?;
    field::name("source_id", &source.id)
}
