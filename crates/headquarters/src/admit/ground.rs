//! What is known during one transaction: the rows that its operations name, as they are stored, and
//! as the operations before have changed them. Facts are cut from it for one operation at a time.
//!
//! It holds only while the organisation's lock does.

use crate::Failure;
use crate::store::devices::Device;
use crate::store::{OrgId, Tx, claims, related, rows, staff};
use futures_util::future::try_join_all;
use holdfast_domain::{
    Booking, Change, Claim, ClaimId, Entity, Facts, Interval, Needs, Overlap, Related, Resource,
    ResourceId, Role, Row, Seen, StaffId, TimeRules, Timestamp, VenueId,
};
use std::collections::{BTreeMap, BTreeSet};
use tokio::try_join;
use uuid::Uuid;

#[derive(Debug, Default)]
pub(super) struct Ground {
    rows: BTreeMap<(Entity, Uuid), Change>,
    /// Answers to questions, as long as nothing was written that may change them.
    related: BTreeMap<Related, Vec<Change>>,
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
        let owners_asked = needs.iter().any(|needs| needs.owner_besides.is_some());
        let owners =
            async { if owners_asked { staff::owners(tx, org).await } else { Ok(Vec::new()) } };
        let named = needs.iter().flat_map(|needs| needs.rows.iter().copied()).collect();
        let questions: BTreeSet<&Related> =
            needs.iter().flat_map(|needs| &needs.related).filter(|it| !it.is_timed()).collect();
        let (rows, related, claims, nobody_yet, owners) = try_join!(
            read(tx, org, named),
            try_join_all(questions.iter().map(|it| related::answer(tx, org, it, Timestamp(0)))),
            claims::overlapping(tx, org, &overlaps),
            staff::nobody(tx, org),
            owners,
        )?;
        if owners_asked {
            self.owners = owners.into_iter().collect();
        }
        self.nobody_yet = nobody_yet;
        self.rows.extend(rows);
        for (question, answer) in questions.into_iter().zip(related) {
            self.take_answer(question.clone(), answer);
        }
        claims.into_iter().for_each(|row| self.put_claim(row));
        self.load_resources_of_bookings(tx, org).await
    }

    /// The resources of bookings that are named alone (to be cancelled, or moved away): where their
    /// claims are told hangs on the venues that use them.
    async fn load_resources_of_bookings(&mut self, tx: &Tx<'_>, org: OrgId) -> Result<(), Failure> {
        let bookings = self.rows.values().filter_map(Booking::of);
        let unknown: BTreeSet<(Entity, Uuid)> = bookings
            .flat_map(Booking::claimed_ids)
            .map(|id| (Entity::Resource, id.0))
            .filter(|key| !self.rows.contains_key(key))
            .collect();
        self.rows.extend(read(tx, org, unknown).await?);
        Ok(())
    }

    /// Asks again what may have another answer by now, or depends on the operation's time. What was
    /// written so far is in the database already.
    pub(super) async fn ask(
        &mut self,
        tx: &Tx<'_>,
        org: OrgId,
        needs: &Needs,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for question in &needs.related {
            if question.is_timed() || !self.related.contains_key(question) {
                let answer = related::answer(tx, org, question, now).await?;
                self.take_answer(question.clone(), answer);
            }
        }
        Ok(())
    }

    /// The claims that bookings from before have, and what links them, where a change touches them:
    /// they may lie where nobody asked.
    pub(super) async fn load_claims(
        &mut self,
        tx: &Tx<'_>,
        org: OrgId,
        changes: &[Change],
    ) -> Result<(), Failure> {
        let from_before = |booking: &Booking| self.get::<Booking>(booking.id).is_some();
        if !changes.iter().filter_map(Booking::of).any(from_before) {
            return Ok(());
        }
        let claims = changes.iter().filter_map(Claim::of).map(|claim| claim.id);
        let unknown = claims.filter(|id| !self.claims.contains_key(id)).map(|id| id.0);
        let unknown: Vec<Uuid> = unknown.collect();
        for claim in rows::by_ids(tx, org, Entity::Claim, &unknown).await? {
            if let Change::Claim(claim) = claim {
                self.put_claim(claim);
            }
        }
        let links = changes.iter().filter(|it| it.entity() == Entity::BookingClaim);
        let links = links.map(|it| (it.entity(), it.id()));
        let unknown = links.filter(|key| !self.rows.contains_key(key)).collect();
        self.rows.extend(read(tx, org, unknown).await?);
        Ok(())
    }

    fn take_answer(&mut self, question: Related, answer: Vec<Change>) {
        for row in answer.iter().filter(|row| row.entity() != Entity::Claim) {
            self.rows.entry((row.entity(), row.id())).or_insert_with(|| row.clone());
        }
        self.related.insert(question, answer);
    }

    /// A row as it was before a change of it.
    pub(super) fn before(&self, change: &Change) -> Option<Change> {
        match change {
            Change::Claim(row) => self.claims.get(&row.id).cloned().map(Change::Claim),
            other => self.rows.get(&(other.entity(), other.id())).cloned(),
        }
    }

    /// The facts for one operation of a device.
    pub(super) fn facts(
        &self,
        needs: &Needs,
        (now, actor): (Timestamp, StaffId),
        device: &Device,
        time_rules: TimeRules,
    ) -> Facts {
        let mut facts = self.facts_here(needs, (now, actor), time_rules);
        facts.laptop = device.laptop;
        let one_venue = device.venue_id.filter(|_| !device.laptop);
        facts.desk_venues = one_venue.map(|venue| BTreeSet::from([venue]));
        facts
    }

    /// The facts for what is done at headquarters, which works on every venue.
    pub(super) fn facts_here(
        &self,
        needs: &Needs,
        (now, actor): (Timestamp, StaffId),
        time_rules: TimeRules,
    ) -> Facts {
        let mut facts = Facts::new(now, actor, time_rules);
        let see = |key| self.rows.get(key).cloned().map_or(Seen::Absent, Seen::Here);
        facts.rows = needs.rows.iter().map(|key| (*key, see(key))).collect();
        let answer = |question| self.related.get(question).cloned().unwrap_or_default();
        facts.related = needs.related.iter().map(|it| (it.clone(), answer(it))).collect();
        facts.taken = needs.overlaps.iter().flat_map(|overlap| self.taken(overlap)).collect();
        facts.no_staff_yet = self.nobody_yet;
        facts.another_owner = self.owners.iter().any(|id| needs.owner_besides != Some(*id));
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
        self.related.retain(|question, _| !question.concerns(change));
        match change {
            Change::Claim(row) => return self.put_claim(row.clone()),
            Change::Staff(row) => {
                self.nobody_yet = false;
                if row.active && row.role == Role::Owner {
                    self.owners.insert(row.id);
                } else {
                    self.owners.remove(&row.id);
                }
            }
            _ => {}
        }
        self.rows.insert((change.entity(), change.id()), change.clone());
    }

    fn put_claim(&mut self, claim: Claim) {
        self.claims_of.entry(claim.resource_id).or_default().insert(claim.id);
        self.claims.insert(claim.id, claim);
    }

    /// A row as it is now, where it is known.
    pub(super) fn get<T: Row>(&self, id: T::Id) -> Option<&T> {
        self.rows.get(&(T::ENTITY, id.into())).and_then(T::of)
    }

    /// The venues that use a resource now.
    pub(super) fn venues_of(&self, id: ResourceId) -> Vec<VenueId> {
        self.get::<Resource>(id).map_or_else(Vec::new, |resource| resource.venue_ids.clone())
    }
}

/// Rows by entity and id, all at once.
async fn read(
    tx: &Tx<'_>,
    org: OrgId,
    named: BTreeSet<(Entity, Uuid)>,
) -> Result<BTreeMap<(Entity, Uuid), Change>, Failure> {
    let mut ids: BTreeMap<Entity, Vec<Uuid>> = BTreeMap::new();
    for (entity, id) in named {
        ids.entry(entity).or_default().push(id);
    }
    let reads = ids.iter().map(|(entity, ids)| rows::by_ids(tx, org, *entity, ids));
    let found = try_join_all(reads).await?.into_iter().flatten();
    Ok(found.map(|row| ((row.entity(), row.id()), row)).collect())
}

/// Periods outside the years that any rule allows are not asked about: the rule will refuse them,
/// and Postgres may not know such a year.
fn storable(period: Interval) -> bool {
    Timestamp::RANGE.contains(&period.starts_at()) && Timestamp::RANGE.contains(&period.ends_at())
}
