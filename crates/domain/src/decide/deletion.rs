//! Deleting and restoring. A deleted row stays where it is: nothing that hangs on it loses its
//! meaning, nothing new can be hung on it, and it can be restored. docs/DATA.md says what becomes of
//! what hangs on it, for each sort of row.

use super::Decision;
use super::class::check_slug;
use crate::change::{Change, Entity};
use crate::command::Delete;
use crate::facts::{Facts, Related};
use crate::id::VenueId;
use crate::refusal::Refusal;
use crate::rows::{Customer, Deletion, Event, Product, Resource, Service, Venue};

pub(super) fn delete(c: &Delete, facts: &Facts) -> Result<Decision, Refusal> {
    if c.entity == Entity::Venue {
        let others = Related::VenuesBesides(VenueId(c.id));
        if facts.related::<Venue>(&others).next().is_none() {
            let (entity, id, problem) = (c.entity, c.id, "it is the only venue".into());
            return Err(Refusal::NotDeletable { entity, id, problem });
        }
    }
    let deletion = Deletion { deleted_at: facts.now, deleted_by: facts.actor };
    set(c, Some(deletion), facts)
}

pub(super) fn restore(c: &Delete, facts: &Facts) -> Result<Decision, Refusal> {
    let restored = set(c, None, facts)?;
    for change in &restored.changes {
        if let Change::Event(event) = change {
            check_slug(event, facts)?;
        }
    }
    Ok(restored)
}

/// Sets or clears the deletion of a row that can have one. Where it is so already, nothing happens.
fn set(c: &Delete, deletion: Option<Deletion>, facts: &Facts) -> Result<Decision, Refusal> {
    macro_rules! set {
        ($row:ident, $id:ident) => {{
            let before: &$row = facts.get(crate::id::$id(c.id))?;
            if before.deletion.is_some() == deletion.is_some() {
                return Ok(Decision::default());
            }
            Change::$row($row { deletion, ..before.clone() })
        }};
    }
    let change = match c.entity {
        Entity::Venue => set!(Venue, VenueId),
        Entity::Resource => set!(Resource, ResourceId),
        Entity::Customer => set!(Customer, CustomerId),
        Entity::Service => set!(Service, ServiceId),
        Entity::Product => set!(Product, ProductId),
        Entity::Event => set!(Event, EventId),
        entity => {
            let problem = "rows of this sort are history".into();
            return Err(Refusal::NotDeletable { entity, id: c.id, problem });
        }
    };
    Ok(vec![change].into())
}
