//! What is known during one transaction: the rows that its operations name, as they are stored, and
//! as the operations before have changed them. Facts are cut from it for one operation at a time.
//!
//! It holds only while the organisation's lock does.

use crate::Failure;
use crate::store::devices::Device;
use crate::store::{OrgId, Tx, bookings, claims, customers, resources, staff, venues};
use holdfast_domain::{
    Booking, BookingId, Change, Claim, ClaimId, Customer, CustomerId, Facts, Interval, Needs,
    Overlap, Resource, ResourceId, Role, Seen, Staff, StaffId, TimeRules, Timestamp, Venue,
    VenueId,
};
use std::collections::{BTreeMap, BTreeSet};
use tokio::try_join;
use uuid::Uuid;

#[derive(Debug, Default)]
pub(super) struct Ground {
    venues: BTreeMap<VenueId, Venue>,
    resources: BTreeMap<ResourceId, Resource>,
    staff: BTreeMap<StaffId, Staff>,
    customers: BTreeMap<CustomerId, Customer>,
    bookings: BTreeMap<BookingId, Booking>,
    claims: BTreeMap<ClaimId, Claim>,
    claims_of: BTreeMap<ResourceId, BTreeSet<ClaimId>>,
    nobody_yet: bool,
    /// Every active owner, where an operation asks for another one.
    owners: BTreeSet<StaffId>,
}

impl Ground {
    /// Loads all that is needed, in one trip.
    pub(super) async fn load(tx: &Tx<'_>, org: OrgId, needs: &[Needs]) -> Result<Self, Failure> {
        let mut ground = Self::default();
        ground.reload(tx, org, needs).await?;
        Ok(ground)
    }

    /// Looks at what is needed again.
    pub(super) async fn reload(
        &mut self,
        tx: &Tx<'_>,
        org: OrgId,
        needs: &[Needs],
    ) -> Result<(), Failure> {
        let overlaps: Vec<(ResourceId, Interval)> = needs
            .iter()
            .flat_map(|needs| &needs.overlaps)
            .filter(|overlap| storable(overlap.period))
            .map(|overlap| (overlap.resource_id, overlap.period))
            .collect();
        let venue_ids = ids(needs, |needs| &needs.venues, |id| id.0);
        let resource_ids = ids(needs, |needs| &needs.resources, |id| id.0);
        let staff_ids = ids(needs, |needs| &needs.staff, |id| id.0);
        let customer_ids = ids(needs, |needs| &needs.customers, |id| id.0);
        let booking_ids = ids(needs, |needs| &needs.bookings, |id| id.0);
        let owners_asked = needs.iter().any(|needs| needs.owner_besides.is_some());
        let owners =
            async { if owners_asked { staff::owners(tx, org).await } else { Ok(Vec::new()) } };
        let (venues, resources, staff, customers, bookings, claims, nobody_yet, owners) = try_join!(
            venues::by_ids(tx, org, &venue_ids),
            resources::by_ids(tx, org, &resource_ids),
            staff::by_ids(tx, org, &staff_ids),
            customers::by_ids(tx, org, &customer_ids),
            bookings::by_ids(tx, org, &booking_ids),
            claims::overlapping(tx, org, &overlaps),
            staff::nobody(tx, org),
            owners,
        )?;
        if owners_asked {
            self.owners = owners.into_iter().collect();
        }
        self.nobody_yet = nobody_yet;
        self.venues.extend(venues.into_iter().map(|row| (row.id, row)));
        self.resources.extend(resources.into_iter().map(|row| (row.id, row)));
        self.staff.extend(staff.into_iter().map(|row| (row.id, row)));
        self.customers.extend(customers.into_iter().map(|row| (row.id, row)));
        self.bookings.extend(bookings.into_iter().map(|row| (row.id, row)));
        claims.into_iter().for_each(|row| self.put_claim(row));
        self.load_resources_of_bookings(tx, org).await
    }

    /// The resources of bookings that are named alone (to be cancelled, or moved away): where their
    /// claims are told hangs on the venues that use them.
    async fn load_resources_of_bookings(&mut self, tx: &Tx<'_>, org: OrgId) -> Result<(), Failure> {
        let unknown: BTreeSet<Uuid> = self
            .bookings
            .values()
            .flat_map(|booking| &booking.resource_ids)
            .filter(|id| !self.resources.contains_key(id))
            .map(|id| id.0)
            .collect();
        let unknown: Vec<Uuid> = unknown.into_iter().collect();
        let rows = resources::by_ids(tx, org, &unknown).await?;
        self.resources.extend(rows.into_iter().map(|row| (row.id, row)));
        Ok(())
    }

    /// The facts for one operation, given by the device's own person.
    pub(super) fn facts(
        &self,
        needs: &Needs,
        now: Timestamp,
        device: &Device,
        time_rules: TimeRules,
    ) -> Facts {
        let mut facts = Facts::new(now, device.staff_id, time_rules);
        facts.venues = seen(&needs.venues, &self.venues);
        facts.resources = seen(&needs.resources, &self.resources);
        facts.staff = seen(&needs.staff, &self.staff);
        facts.customers = seen(&needs.customers, &self.customers);
        facts.bookings = seen(&needs.bookings, &self.bookings);
        facts.taken = needs.overlaps.iter().flat_map(|overlap| self.taken(overlap)).collect();
        facts.no_staff_yet = self.nobody_yet;
        facts.another_owner = self.owners.iter().any(|id| needs.owner_besides != Some(*id));
        facts.desk_venues = device.venue_id.map(|venue| BTreeSet::from([venue]));
        facts
    }

    fn taken(&self, overlap: &Overlap) -> Vec<Claim> {
        let claims = self.claims_of.get(&overlap.resource_id).into_iter().flatten();
        claims
            .filter_map(|id| self.claims.get(id))
            .filter(|claim| claim.active && claim.id != overlap.except)
            .filter(|claim| claim.interval().is_some_and(|it| it.overlaps(overlap.period)))
            .cloned()
            .collect()
    }

    /// Takes note of a change that was written.
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Venue(row) => _ = self.venues.insert(row.id, row.clone()),
            Change::Resource(row) => _ = self.resources.insert(row.id, row.clone()),
            Change::Staff(row) => {
                self.nobody_yet = false;
                if row.active && row.role == Role::Owner {
                    self.owners.insert(row.id);
                } else {
                    self.owners.remove(&row.id);
                }
                self.staff.insert(row.id, row.clone());
            }
            Change::Customer(row) => _ = self.customers.insert(row.id, row.clone()),
            Change::Booking(row) => _ = self.bookings.insert(row.id, row.clone()),
            Change::Claim(row) => self.put_claim(row.clone()),
            Change::BookingClaim(_) => {}
        }
    }

    fn put_claim(&mut self, claim: Claim) {
        self.claims_of.entry(claim.resource_id).or_default().insert(claim.id);
        self.claims.insert(claim.id, claim);
    }

    pub(super) fn venue(&self, id: VenueId) -> Option<&Venue> {
        self.venues.get(&id)
    }

    pub(super) fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(&id)
    }

    pub(super) fn booking(&self, id: BookingId) -> Option<&Booking> {
        self.bookings.get(&id)
    }

    /// The venues that use a resource now.
    pub(super) fn venues_of(&self, id: ResourceId) -> Vec<VenueId> {
        self.resources.get(&id).map_or_else(Vec::new, |resource| resource.venue_ids.clone())
    }
}

/// Periods outside the years that any rule allows are not asked about: the rule will refuse them,
/// and Postgres may not know such a year.
fn storable(period: Interval) -> bool {
    Timestamp::RANGE.contains(&period.starts_at()) && Timestamp::RANGE.contains(&period.ends_at())
}

fn ids<T: Copy + Ord>(
    needs: &[Needs],
    of: fn(&Needs) -> &BTreeSet<T>,
    uuid: fn(T) -> Uuid,
) -> Vec<Uuid> {
    let all: BTreeSet<T> = needs.iter().flat_map(of).copied().collect();
    all.into_iter().map(uuid).collect()
}

fn seen<I: Copy + Ord, T: Clone>(
    ids: &BTreeSet<I>,
    known: &BTreeMap<I, T>,
) -> BTreeMap<I, Seen<T>> {
    let see = |id| known.get(id).cloned().map_or(Seen::Absent, Seen::Here);
    ids.iter().map(|id| (*id, see(id))).collect()
}
