//! The tables `resources` and `resource_venues`: what can be booked, and the venues that use it.

use super::{OrgId, Tx, rows};
use crate::Failure;
use holdfast_domain::{Resource, VenueId};

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
