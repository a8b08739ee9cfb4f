//! The tables `resources` and `resource_venues`: what can be booked, and the venues that use it.

use super::{OrgId, Tx, rows};
use crate::Failure;
use holdfast_domain::{Resource, StaffId, VenueId};

/// The resources that a venue uses and that take bookings, by name.
pub(crate) async fn bookable_at(
    tx: &Tx<'_>,
    org: OrgId,
    venue: VenueId,
) -> Result<Vec<Resource>, Failure> {
    let rest = "and t.active and t.id in (select resource_id from resource_venues
        where org_id = $1 and venue_id = $2) order by t.name, t.id";
    rows::all(tx, org, rest, &[&venue.0]).await
}

/// The venues at which somebody works, as a resource.
pub(crate) async fn venues_of_staff(
    tx: &Tx<'_>,
    org: OrgId,
    staff: StaffId,
) -> Result<Vec<VenueId>, Failure> {
    let select = tx
        .prepare_cached(
            "select distinct v.venue_id from resource_venues v
             join resources r on r.org_id = v.org_id and r.id = v.resource_id
             where v.org_id = $1 and r.staff_id = $2",
        )
        .await?;
    let rows = tx.query(&select, &[&org.0, &staff.0]).await?;
    rows.iter().map(|row| Ok(VenueId(row.try_get("venue_id")?))).collect()
}
