//! Which audiences a row has. Pure; ARCHITECTURE.md has the table.

use crate::Failure;
use holdfast_domain::{Change, DeviceId, StaffId, Venue, VenueId};
use holdfast_protocol::Scope;
use std::collections::BTreeSet;

/// The audiences of a row that is not a claim. `venue` is that of its booking, for a link.
pub(super) fn of_row(change: &Change, venue: Option<VenueId>) -> Result<Vec<Scope>, Failure> {
    let desk = |venue: Option<VenueId>| {
        let bug = || Failure::Bug(format!("{} is of no known venue", change.id()));
        Ok(vec![Scope::Desk(venue.ok_or_else(bug)?)])
    };
    match change {
        Change::Venue(_)
        | Change::Resource(_)
        | Change::Staff(_)
        | Change::Service(_)
        | Change::Product(_) => Ok(vec![Scope::Org]),
        // A shared instructor's time off concerns every venue that they work at.
        Change::Customer(_)
        | Change::Package(_)
        | Change::CreditEntry(_)
        | Change::AvailabilityException(_)
        | Change::DataRequest(_)
        | Change::StaffPin(_) => Ok(vec![Scope::People]),
        Change::HistoryEntry(row) => match row.venue_id {
            Some(venue_id) => desk(Some(venue_id)),
            None => Ok(vec![Scope::People]),
        },
        Change::Booking(row) => desk(Some(row.venue_id)),
        Change::Payment(row) => desk(Some(row.venue_id)),
        Change::Event(row) => desk(Some(row.venue_id)),
        Change::Attendance(row) => desk(Some(row.venue_id)),
        Change::Series(row) => desk(Some(row.venue_id)),
        Change::BookingClaim(_) => desk(venue),
        Change::Claim(_) => Err(Failure::Bug("a claim's audience is its resource's".into())),
    }
}

/// A claim concerns every venue that uses its resource: an instructor busy here is busy there.
pub(super) fn users_of(venue_ids: &[VenueId]) -> Vec<Scope> {
    venue_ids.iter().copied().map(Scope::Busy).collect()
}

/// The venues that a resource leaves and joins.
pub(super) fn moved(
    before: &[VenueId],
    after: &[VenueId],
) -> (BTreeSet<VenueId>, BTreeSet<VenueId>) {
    let (before, after) =
        (before.iter().copied().collect::<BTreeSet<_>>(), after.iter().copied().collect());
    (&before - &after, &after - &before)
}

/// The scopes of somebody's laptop: what is theirs, and when the venues they work at are busy.
pub(super) fn of_laptop(
    device: DeviceId,
    staff: StaffId,
    venues: &BTreeSet<VenueId>,
) -> Vec<Scope> {
    let busy = venues.iter().copied().map(Scope::Busy);
    [Scope::Org, Scope::Staff(staff)]
        .into_iter()
        .chain(busy)
        .chain([Scope::Device(device)])
        .collect()
}

/// The scopes of the laptop of somebody who no longer works here.
pub(super) fn of_nobody(device: DeviceId) -> Vec<Scope> {
    vec![Scope::Org, Scope::Device(device)]
}

/// The scopes of a device: one venue's desk, or every venue's.
pub(super) fn of_device(device: DeviceId, desk: Option<VenueId>, venues: &[Venue]) -> Vec<Scope> {
    let mut scopes = vec![Scope::Org, Scope::People];
    let mine = venues.iter().map(|venue| venue.id).filter(|id| desk.is_none_or(|desk| desk == *id));
    for venue in mine {
        scopes.extend([Scope::Desk(venue), Scope::Busy(venue)]);
    }
    scopes.push(Scope::Device(device));
    scopes
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::{Currency, Zone};
    use uuid::Uuid;

    fn venue(n: u128) -> Venue {
        let (zone, currency) = (Zone::parse("Europe/Berlin"), Currency::parse("EUR"));
        let id = VenueId(Uuid::from_u128(n));
        Venue::new(id, &format!("Venue {n}"), zone.unwrap(), currency.unwrap(), 15)
    }

    #[test]
    fn a_desk_hears_of_its_own_venue_and_the_first_desk_of_all() {
        let (device, venues) = (DeviceId(Uuid::from_u128(9)), [venue(1), venue(2)]);
        let desk = of_device(device, Some(venues[1].id), &venues);
        assert!(desk.contains(&Scope::Busy(venues[1].id)));
        assert!(
            !desk
                .iter()
                .any(|s| matches!(s, Scope::Desk(v) | Scope::Busy(v) if *v == venues[0].id))
        );
        assert_eq!(of_device(device, None, &venues).len(), 3 + 2 * 2);
        assert_eq!(desk.last(), Some(&Scope::Device(device)));
    }

    #[test]
    fn a_resource_leaves_and_joins_only_what_changed() {
        let [a, b, c] = [1, 2, 3].map(|n| VenueId(Uuid::from_u128(n)));
        assert_eq!(moved(&[a, b], &[b, c]), ([a].into(), [c].into()));
        assert_eq!(users_of(&[a, b]), [Scope::Busy(a), Scope::Busy(b)]);
    }
}
