//! Claims and their links to bookings. The triggers of this table are the last guard against
//! double booking.

use super::AsJson;
use holdfast_domain::{
    BookingClaim, BookingId, Claim, ClaimId, Interval, Overlap, ResourceId, Timestamp, VenueId,
};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

const COLUMNS: &str = "id, resource_id, starts_at, ends_at, active";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Claim> {
    Ok(Claim {
        id: ClaimId(row.get(0)?),
        resource_id: ResourceId(row.get(1)?),
        starts_at: Timestamp(row.get(2)?),
        ends_at: Timestamp(row.get(3)?),
        active: row.get(4)?,
    })
}

pub(crate) fn get(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Claim>> {
    db.prepare_cached(&format!("select {COLUMNS} from claims where id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

pub(crate) fn put(db: &Connection, claim: &Claim) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into claims (id, resource_id, starts_at, ends_at, active)
         values (?1, ?2, ?3, ?4, ?5)
         on conflict (id) do update set resource_id = excluded.resource_id,
             starts_at = excluded.starts_at, ends_at = excluded.ends_at, active = excluded.active",
    )?
    .execute((
        claim.id.0,
        claim.resource_id.0,
        claim.starts_at.0,
        claim.ends_at.0,
        claim.active,
    ))?;
    Ok(())
}

/// The active claims in the way of `wanted`, besides the one excepted, by start. All of them: a
/// command that moves several bookings may itself be about to take some of them away.
pub(crate) fn in_the_way(db: &Connection, wanted: &Overlap) -> rusqlite::Result<Vec<Claim>> {
    let mut found = during(db, wanted.resource_id, wanted.period)?;
    found.retain(|claim| claim.id != wanted.except);
    Ok(found)
}

/// Active claims of a resource that meet `period`, by start.
pub(crate) fn during(
    db: &Connection,
    resource_id: ResourceId,
    period: Interval,
) -> rusqlite::Result<Vec<Claim>> {
    // Disjoint claims end in the order in which they start, so the first one that matters is the
    // last that starts at or before the period does.
    db.prepare_cached(&format!(
        "select {COLUMNS} from claims
         where resource_id = ?1 and active = 1 and starts_at < ?3 and ends_at > ?2
           and starts_at >= coalesce((select max(starts_at) from claims
               where resource_id = ?1 and active = 1 and starts_at <= ?2), ?2)
         order by starts_at"
    ))?
    .query_map((resource_id.0, period.starts_at().0, period.ends_at().0), from_row)?
    .collect()
}

/// Active claims of several resources that meet `period`, by resource and start. The cross join keeps
/// the order: claims are looked up per resource, never walked.
pub(crate) fn during_all(
    db: &Connection,
    resource_ids: &[ResourceId],
    period: Interval,
) -> rusqlite::Result<Vec<Claim>> {
    db.prepare_cached(
        "select c.id, c.resource_id, c.starts_at, c.ends_at, c.active
         from json_each(?1) wanted
         cross join claims c on c.resource_id = unhex(replace(wanted.value, '-', '')) and c.active = 1
             and c.starts_at < ?3 and c.ends_at > ?2
             and c.starts_at >= coalesce((select max(starts_at) from claims
                 where resource_id = unhex(replace(wanted.value, '-', '')) and active = 1
                   and starts_at <= ?2), ?2)
         order by c.resource_id, c.starts_at",
    )?
    .query_map((AsJson(resource_ids), period.starts_at().0, period.ends_at().0), from_row)?
    .collect()
}

/// Pairs of active claims of one resource that overlap. There are none, ever; `doctor` looks.
pub(crate) fn overlapping_pairs(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row(
        "select count(*) from
             (select ends_at, lead(starts_at) over (partition by resource_id order by starts_at)
                  as next_starts_at from claims where active = 1)
         where next_starts_at < ends_at",
        [],
        |row| row.get(0),
    )
}

pub(crate) fn get_link(db: &Connection, claim_id: Uuid) -> rusqlite::Result<Option<BookingClaim>> {
    db.prepare_cached("select claim_id, booking_id from booking_claims where claim_id = ?1")?
        .query_row([claim_id], |row| {
            Ok(BookingClaim { claim_id: ClaimId(row.get(0)?), booking_id: BookingId(row.get(1)?) })
        })
        .optional()
}

pub(crate) fn put_link(db: &Connection, link: &BookingClaim) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into booking_claims (claim_id, booking_id) values (?1, ?2)
         on conflict (claim_id) do update set booking_id = excluded.booking_id",
    )?
    .execute([link.claim_id.0, link.booking_id.0])?;
    Ok(())
}

/// The booking behind a claim, where this device may see it.
pub(crate) fn booking_of(
    db: &Connection,
    claim_id: ClaimId,
) -> rusqlite::Result<Option<BookingId>> {
    Ok(get_link(db, claim_id.0)?.map(|link| link.booking_id))
}

/// Whether the booking behind a claim is one of a venue's, as far as this device may see.
pub(crate) fn is_of_venue(
    db: &Connection,
    claim_id: ClaimId,
    venue_id: VenueId,
) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "select exists (select 1 from booking_claims bc join bookings b on b.id = bc.booking_id
             where bc.claim_id = ?1 and b.venue_id = ?2)",
    )?
    .query_row((claim_id.0, venue_id.0), |row| row.get(0))
}
