//! Venues.

use super::AsText;
use holdfast_domain::{Currency, Refusal, Venue, VenueId, Zone};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

const COLUMNS: &str = "id, name, timezone, currency, slot_minutes";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Venue> {
    let invalid = |column, refusal: Refusal| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            refusal.message().into(),
        )
    };
    Ok(Venue {
        id: VenueId(row.get(0)?),
        name: row.get(1)?,
        timezone: Zone::parse(&row.get::<_, String>(2)?).map_err(|r| invalid(2, r))?,
        currency: Currency::parse(&row.get::<_, String>(3)?).map_err(|r| invalid(3, r))?,
        slot_minutes: row.get(4)?,
    })
}

pub(crate) fn get(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Venue>> {
    db.prepare_cached(&format!("select {COLUMNS} from venues where id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// All, by name.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Venue>> {
    db.prepare_cached(&format!("select {COLUMNS} from venues order by name, id"))?
        .query_map([], from_row)?
        .collect()
}

pub(crate) fn put(db: &Connection, venue: &Venue) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into venues (id, name, timezone, currency, slot_minutes)
         values (?1, ?2, ?3, ?4, ?5)
         on conflict (id) do update set name = excluded.name, timezone = excluded.timezone,
             currency = excluded.currency, slot_minutes = excluded.slot_minutes",
    )?
    .execute((
        venue.id.0,
        &venue.name,
        venue.timezone.name(),
        AsText(venue.currency),
        venue.slot_minutes,
    ))?;
    Ok(())
}
