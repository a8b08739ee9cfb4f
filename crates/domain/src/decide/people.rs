//! Staff and customers.

use super::{Decision, changed, check_same, is_here, patch, sorted};
use crate::change::{Change, Entity};
use crate::command::{AddCustomer, AddStaff, EditCustomer, EditStaff, MergeCustomers, SetPin};
use crate::facts::{Facts, Related};
use crate::field;
use crate::refusal::Refusal;
use crate::rows::{Customer, Resource, Role, Source, Staff, StaffPin};

pub(super) fn add_staff(c: &AddStaff, facts: &Facts) -> Result<Decision, Refusal> {
    let staff = Staff {
        description: c.description.clone(),
        photo_url: c.photo_url.clone(),
        timezone: c.timezone,
        ..Staff::new(c.staff_id, &c.name, c.role)
    };
    check_staff(&staff)?;
    check_owners_say(&[&staff], facts)?;
    let same = |it: &Staff| *it == Staff { active: it.active, ..staff.clone() };
    if is_here(c.staff_id, same, facts)? {
        return Ok(Decision::default());
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
    patch(&mut after.description, &c.description, row, "description")?;
    patch(&mut after.photo_url, &c.photo_url, row, "photo_url")?;
    patch(&mut after.timezone, &c.timezone, row, "timezone")?;
    check_staff(&after)?;
    check_owners_say(&[before, &after], facts)?;
    let owns = |staff: &Staff| staff.active && staff.role == Role::Owner;
    if owns(before) && !owns(&after) && !facts.another_owner {
        return Err(Refusal::LastOwner { staff_id: c.staff_id });
    }
    let active = after.active;
    let mut decision = changed(before, after, Change::Staff);
    // Who leaves takes no new bookings, and who comes back does.
    let theirs = facts.related::<Resource>(&Related::ResourcesOfStaff(c.staff_id));
    for resource in theirs.filter(|it| it.active == before.active && it.active != active) {
        decision.changes.push(Change::Resource(Resource { active, ..resource.clone() }));
    }
    Ok(decision)
}

/// Who owns the place is for owners to say: a manager makes nobody an owner, and changes nothing
/// about one.
fn check_owners_say(about: &[&Staff], facts: &Facts) -> Result<(), Refusal> {
    let Some(actor) = facts.existing::<Staff>(facts.actor) else { return Ok(()) };
    let role = facts.role_of(actor);
    if role != Role::Owner && about.iter().any(|staff| staff.role == Role::Owner) {
        return Err(Refusal::RoleNotAllowed { role: role.as_str().into() });
    }
    Ok(())
}

fn check_staff(staff: &Staff) -> Result<(), Refusal> {
    field::name("name", &staff.name)?;
    field::text("description", &staff.description, field::TEXT_MAX)?;
    field::meeting_url("photo_url", &staff.photo_url)
}

pub(super) fn set_pin(c: &SetPin, facts: &Facts) -> Result<Decision, Refusal> {
    let staff = facts.find::<Staff>(c.staff_id)?;
    // With an owner's PIN one works as the owner. One's own is one's own.
    if c.staff_id != facts.actor {
        check_owners_say(staff.as_slice(), facts)?;
    }
    // The hash was made where the PIN was typed; all that can be seen of it here is its form.
    if !c.verifier.is_empty() && !c.verifier.starts_with("$argon2id$") {
        return Err(Refusal::FieldInvalid {
            field: "verifier".into(),
            problem: "it is not an argon2id hash".into(),
        });
    }
    field::text("verifier", &c.verifier, field::NAME_MAX)?;
    let pin = StaffPin { staff_id: c.staff_id, verifier: c.verifier.clone() };
    if facts.existing::<StaffPin>(c.staff_id) == Some(&pin) {
        return Ok(Decision::default());
    }
    Ok(vec![Change::StaffPin(pin)].into())
}

/// What files tell of a customer who is added.
const TOLD: [&str; 12] = [
    "name",
    "email",
    "phone",
    "address",
    "note",
    "preferred_contact",
    "timezone",
    "language",
    "tags",
    "preferences",
    "photo_url",
    "consent",
];

pub(super) fn add_customer(c: &AddCustomer, facts: &Facts) -> Result<Decision, Refusal> {
    let about = c.about.clone();
    let customer = Customer {
        email: c.email.trim().to_owned(),
        phone: c.phone.trim().to_owned(),
        address: c.address.clone(),
        note: c.note.clone(),
        source: c.source.clone(),
        preferred_contact: about.preferred_contact,
        timezone: about.timezone,
        language: about.language,
        tags: sorted(&about.tags),
        preferences: about.preferences,
        photo_url: about.photo_url,
        consent: about.consent,
        ..Customer::new(c.customer_id, c.name.trim())
    };
    check_customer(&customer)?;
    let there: Option<&Customer> = facts.existing(c.customer_id);
    if there.is_some_and(|it| it.erased_at.is_some()) {
        return Err(Refusal::CustomerErased { customer_id: c.customer_id });
    }
    let same = |there: &Customer| Source::is_same(there.source.as_ref(), c.source.as_ref());
    if is_here(c.customer_id, same, facts)? {
        if let Some(there) = there.filter(|_| c.chosen) {
            check_same((Entity::Customer, there.id.0), &TOLD, there, &customer)?;
        }
        return Ok(Decision::default());
    }
    Ok(vec![Change::Customer(customer)].into())
}

pub(super) fn edit_customer(c: &EditCustomer, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Customer = facts.get(c.customer_id)?;
    if before.erased_at.is_some() {
        return Err(Refusal::CustomerErased { customer_id: c.customer_id });
    }
    let row = (Entity::Customer, c.customer_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.email, &c.email, row, "email")?;
    patch(&mut after.phone, &c.phone, row, "phone")?;
    patch(&mut after.address, &c.address, row, "address")?;
    patch(&mut after.note, &c.note, row, "note")?;
    patch(&mut after.preferred_contact, &c.preferred_contact, row, "preferred_contact")?;
    patch(&mut after.email_verified, &c.email_verified, row, "email_verified")?;
    patch(&mut after.timezone, &c.timezone, row, "timezone")?;
    patch(&mut after.language, &c.language, row, "language")?;
    patch(&mut after.tags, &c.tags, row, "tags")?;
    patch(&mut after.preferences, &c.preferences, row, "preferences")?;
    patch(&mut after.photo_url, &c.photo_url, row, "photo_url")?;
    patch(&mut after.blocked_reason, &c.blocked_reason, row, "blocked_reason")?;
    patch(&mut after.consent, &c.consent, row, "consent")?;
    after.tags = sorted(&after.tags);
    if after.email != before.email && after.email_verified == before.email_verified {
        after.email_verified = false;
    }
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
    field::text("language", &customer.language, 35)?;
    field::text("preferences", &customer.preferences, field::TEXT_MAX)?;
    field::reason_if_any("blocked_reason", &customer.blocked_reason)?;
    field::meeting_url("photo_url", &customer.photo_url)?;
    field::range("tags", field::count(&customer.tags), 0, field::LIST_MAX)?;
    for tag in &customer.tags {
        field::name("tags", tag)?;
    }
    if let Some(consent) = &customer.consent {
        field::name("consent", &consent.version)?;
    }
    check_source(&customer.source)
}

/// Two customers turned out to be one: what the one did is shown with the other from now on, and
/// nothing of it is rewritten, so that it can be taken back.
pub(super) fn merge(c: &MergeCustomers, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Customer = facts.get(c.customer_id)?;
    let mut after = before.clone();
    let row = (Entity::Customer, c.customer_id.0);
    patch(&mut after.merged_into, &Some(c.merged_into.clone()), row, "merged_into")?;
    if let Some(id) = after.merged_into {
        let into: &Customer = facts.get(id)?;
        if id == c.customer_id {
            return Err(Refusal::FieldInvalid {
                field: "merged_into".into(),
                problem: "a customer cannot be merged into themselves".into(),
            });
        }
        if let Some(merged_into) = into.merged_into {
            return Err(Refusal::CustomerMerged { customer_id: id, merged_into });
        }
        if into.deletion.is_some() {
            return Err(Refusal::Deleted { entity: Entity::Customer, id: id.0 });
        }
        if !before.blocked_reason.is_empty() && into.blocked_reason.is_empty() {
            return Err(Refusal::CustomerBlocked {
                customer_id: before.id,
                reason: before.blocked_reason.clone(),
            });
        }
        // Who was erased is nobody any more, and nobody is known by what they did.
        if let Some(erased) = [before, into].into_iter().find(|it| it.erased_at.is_some()) {
            return Err(Refusal::CustomerErased { customer_id: erased.id });
        }
    }
    Ok(changed(before, after, Change::Customer))
}

/// The bounds of where a row was imported from.
pub(super) fn check_source(source: &Option<Source>) -> Result<(), Refusal> {
    let Some(source) = source else { return Ok(()) };
    field::name("source", &source.name)?;
    field::name("source_id", &source.id)
}
