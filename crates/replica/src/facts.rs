//! What this replica knows of what a command is about.

use crate::store::meta::{self, Key};
use crate::store::{bookings, claims, customers, resources, staff, venues};
use holdfast_domain::{Facts, Needs, Seen, StaffId, TimeRules, Timestamp, VenueId};
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fetches the few rows that `needs` names. A desk sees every sort of row, so what is not here does
/// not exist as far as this desk knows.
pub(crate) fn facts(
    db: &Connection,
    needs: &Needs,
    now: Timestamp,
    actor: StaffId,
    time_rules: TimeRules,
) -> rusqlite::Result<Facts> {
    let mut facts = Facts::new(now, actor, time_rules);
    facts.venues = fetch(&needs.venues, |id| venues::get(db, id.0))?;
    facts.resources = fetch(&needs.resources, |id| resources::get(db, id.0))?;
    facts.staff = fetch(&needs.staff, |id| staff::get(db, id.0))?;
    facts.customers = fetch(&needs.customers, |id| customers::get(db, id.0))?;
    facts.bookings = fetch(&needs.bookings, |id| bookings::get(db, id.0))?;
    for wanted in &needs.overlaps {
        facts.taken.extend(claims::in_the_way(db, wanted)?);
    }
    facts.no_staff_yet = needs.any_staff && staff::none_yet(db)?;
    facts.another_owner = match needs.owner_besides {
        Some(besides) => staff::has_owner_besides(db, besides.0)?,
        None => false,
    };
    facts.desk_venues =
        meta::parse::<VenueId>(db, Key::DeskVenueId)?.map(|venue_id| [venue_id].into());
    Ok(facts)
}

fn fetch<'a, K: Ord + Copy + 'a, T>(
    ids: impl IntoIterator<Item = &'a K>,
    get: impl Fn(K) -> rusqlite::Result<Option<T>>,
) -> rusqlite::Result<BTreeMap<K, Seen<T>>> {
    ids.into_iter().map(|&id| Ok((id, get(id)?.map_or(Seen::Absent, Seen::Here)))).collect()
}

/// Every row that `needs` reads, by id.
pub(crate) fn reads(needs: &Needs) -> impl Iterator<Item = Uuid> {
    let venues = needs.venues.iter().map(|id| id.0);
    let resources = needs.resources.iter().map(|id| id.0);
    let staff = needs.staff.iter().map(|id| id.0);
    let customers = needs.customers.iter().map(|id| id.0);
    let bookings = needs.bookings.iter().map(|id| id.0);
    venues.chain(resources).chain(staff).chain(customers).chain(bookings)
}
