//! What this replica knows of what a command is about.

use crate::store::meta::{self, Key};
use crate::store::{self, claims, related, staff};
use holdfast_domain::{
    Attendance, Booking, CustomerId, Entity, Facts, Needs, Related, Seen, StaffId, TimeRules,
    Timestamp, VenueId,
};
use rusqlite::Connection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Fetches the few rows that `needs` names. A desk sees every sort of row, so what is not here does
/// not exist as far as this desk knows. A laptop sees of most sorts what is its person's own: what is
/// not here may well exist.
pub(crate) fn facts(
    db: &Connection,
    needs: &Needs,
    now: Timestamp,
    actor: StaffId,
    time_rules: TimeRules,
) -> rusqlite::Result<Facts> {
    let mut facts = Facts::new(now, actor, time_rules);
    let laptop = meta::get(db, Key::Laptop)?.is_some();
    for &(entity, id) in &needs.rows {
        let unseen = if laptop && !is_everybodys(entity) { Seen::NotVisible } else { Seen::Absent };
        let seen = store::read(db, entity, id)?.map_or(unseen, Seen::Here);
        facts.rows.insert((entity, id), seen);
    }
    for question in &needs.related {
        facts.related.insert(question.clone(), related::answer(db, question, now)?);
    }
    for wanted in &needs.overlaps {
        facts.taken.extend(claims::in_the_way(db, wanted)?);
    }
    facts.laptop = laptop;
    facts.no_staff_yet = needs.any_staff && staff::none_yet(db)?;
    facts.another_owner = match needs.owner_besides {
        Some(besides) => staff::has_owner_besides(db, besides.0)?,
        None => false,
    };
    facts.desk_venues =
        meta::parse::<VenueId>(db, Key::DeskVenueId)?.map(|venue_id| [venue_id].into());
    Ok(facts)
}

/// What every device is told all of.
fn is_everybodys(entity: Entity) -> bool {
    matches!(
        entity,
        Entity::Venue | Entity::Resource | Entity::Staff | Entity::Service | Entity::Product
    )
}

/// The customers who are asked where else they are, and all who turned out to be one with them: what
/// else is theirs matters.
pub(crate) fn asked_where(
    db: &Connection,
    needs: &Needs,
) -> rusqlite::Result<BTreeSet<CustomerId>> {
    let mut customers = BTreeSet::new();
    for question in &needs.related {
        let asked = match question {
            Related::CustomerBookings { customer_id, .. }
            | Related::CustomerDuring { customer_id, .. } => Some(*customer_id),
            Related::CustomerBookingsOf { booking_id: id, .. } | Related::CustomerWhile(id) => {
                store::get::<Booking>(db, *id)?.and_then(|booking| booking.customer_id)
            }
            Related::PlaceDuring(id) => {
                store::get::<Attendance>(db, *id)?.map(|place| place.customer_id)
            }
            _ => None,
        };
        if let Some(customer_id) = asked {
            customers.extend(store::customers::all_one(db, customer_id)?);
        }
        if let Related::PeopleDuring { booking_id, .. } = question {
            customers.extend(related::people_of(db, *booking_id)?.iter().map(|it| it.id));
        }
    }
    Ok(customers)
}

/// Every row that `needs` reads, by id.
pub(crate) fn reads(needs: &Needs) -> impl Iterator<Item = Uuid> {
    needs.rows.iter().map(|(_, id)| *id)
}
