//! Whole lists of one venue, deleted rows among them: what an export writes.

use super::rows;
use holdfast_domain::{Change, Entity, VenueId};
use rusqlite::Connection;

/// Every row of an entity that belongs to a venue, or to all of them.
pub(crate) fn of_venue(
    db: &Connection,
    entity: Entity,
    venue_id: VenueId,
) -> rusqlite::Result<Vec<Change>> {
    let rest = match entity {
        Entity::Service => {
            "where t.venue_ids = '[]' or exists (select 1 from json_each(t.venue_ids)
                 where unhex(replace(value, '-', '')) = ?1) order by t.position, t.name, t.id"
        }
        Entity::Product => {
            "where t.venue_id is null or t.venue_id = ?1 order by t.position, t.name, t.id"
        }
        Entity::Package => "where t.venue_id is null or t.venue_id = ?1 order by t.sold_at, t.id",
        Entity::CreditEntry => {
            "join packages p on p.id = t.package_id
             where p.venue_id is null or p.venue_id = ?1 order by t.entered_at, t.id"
        }
        Entity::Payment => "where t.venue_id = ?1 order by t.taken_at, t.id",
        Entity::Event => "where t.venue_id = ?1 order by t.position, t.title, t.id",
        Entity::Attendance => "where t.venue_id = ?1 order by t.booking_id, t.joined_at, t.id",
        Entity::Series => "where t.venue_id = ?1 order by t.made_at, t.id",
        Entity::AvailabilityException => "where t.venue_id = ?1 order by t.starts_at, t.id",
        _ => return Ok(Vec::new()),
    };
    rows::select(db, entity, rest, &[&venue_id.0])
}
