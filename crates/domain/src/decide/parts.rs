//! Resources that consist of others: when the parts of a hall change, its future bookings claim the
//! new ones and give the old ones back, all in the same step; or nothing happens.

use super::place::{changes_of, check_overlap};
use crate::change::Change;
use crate::facts::{Facts, Related};
use crate::field;
use crate::id::{BookingId, ResourceId};
use crate::refusal::Refusal;
use crate::rows::{Booking, Claim, Resource};
use std::collections::BTreeSet;

/// The bookings of `after` from now on, with the claims that its parts ask for.
pub(super) fn reclaim(
    before: &Resource,
    after: &Resource,
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    let asked = Related::FutureBookings(after.id);
    let bookings: Vec<Booking> = facts.related(&asked).cloned().collect();
    let named: Vec<Resource> = facts.related(&asked).cloned().collect();
    let mut facts = facts.clone();
    let on_parts: Vec<Claim> = facts
        .related
        .iter()
        .filter(|(question, _)| matches!(question, Related::FutureClaims(_)))
        .flat_map(|(_, rows)| rows)
        .filter_map(|row| match row {
            Change::Claim(claim) => Some(claim.clone()),
            _ => None,
        })
        .collect();
    facts.taken.extend(on_parts);
    let mut clashes: Vec<BookingId> = Vec::new();
    let mut changes = Vec::new();
    for booking in &bookings {
        let moved =
            Booking { claimed_ids: claimed(booking, before, after, &named), ..booking.clone() };
        let most = field::RESOURCES_MAX as i64;
        field::range("part_ids", field::count(moved.claimed_ids()), 1, most)?;
        let claims = moved.claims(facts.now);
        if check_overlap(&claims, None, &facts).is_err() {
            clashes.push(booking.id);
            continue;
        }
        let ones = changes_of(Some(booking), moved, claims, facts.now);
        ones.iter().for_each(|change| facts.apply(change));
        changes.extend(ones);
    }
    if clashes.is_empty() {
        return Ok(changes);
    }
    Err(Refusal::PartsTaken { resource_id: after.id, bookings: clashes })
}

/// All that a booking occupies, now that a resource of its has other parts.
/// What another of its resources has as a part, too, it keeps.
fn claimed(
    booking: &Booking,
    before: &Resource,
    after: &Resource,
    resources: &[Resource],
) -> Vec<ResourceId> {
    let named: BTreeSet<ResourceId> = booking.resource_ids.iter().copied().collect();
    let others = resources.iter().filter(|it| it.id != after.id && named.contains(&it.id));
    let kept = booking.claimed_ids().iter().filter(|id| !before.part_ids.contains(id));
    let all: BTreeSet<ResourceId> = kept
        .chain(others.flat_map(|it| &it.part_ids))
        .chain(&after.part_ids)
        .chain(&named)
        .copied()
        .collect();
    if all == named { Vec::new() } else { all.into_iter().collect() }
}
