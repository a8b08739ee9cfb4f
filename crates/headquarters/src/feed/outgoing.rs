//! What one push transaction will tell: the newest state of every row it touched, by scope.
//!
//! Nothing is sent twice: a row touched by three operations is one line. Counters are taken when
//! everything else is written, in the order of the scopes' names.

use super::laptops::News;
use super::scopes;
use crate::Failure;
use crate::store::{OrgId, Tx, claims, feed, scope_counters};
use holdfast_domain::{
    Change, Claim, DeviceId, Entity, OperationId, Resource, ResourceId, VenueId,
};
use holdfast_protocol::{Scope, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The name under which verdicts travel; no entity of the domain has it.
const VERDICT: &str = "verdict";

/// A row's place in its scope: parents come before children, verdicts last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Sort {
    Row(Entity),
    Verdict,
}

impl Sort {
    fn as_str(self) -> &'static str {
        match self {
            Self::Row(entity) => entity.as_str(),
            Self::Verdict => VERDICT,
        }
    }
}

/// The newest state, as JSON; `None` where the row has left the scope.
type State = Option<Arc<str>>;
/// What is told: by scope, and in it in the order of versions.
pub(super) type Lines = BTreeMap<(String, Sort, Uuid), State>;

/// What will be told.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    lines: Lines,
    news: News,
    /// Claims wait for the end: their audience is the venues that use their resource then.
    claims: BTreeMap<Uuid, Claim>,
    /// Venues of changed resources as they were before this transaction.
    moved: BTreeMap<ResourceId, Vec<VenueId>>,
}

impl Outgoing {
    /// Takes note of a changed row. `venue` is where its booking is, for a row that does not say so
    /// itself.
    pub(crate) fn add(&mut self, change: &Change, venue: Option<VenueId>) -> Result<(), Failure> {
        self.news.add(change);
        if let Change::Claim(row) = change {
            self.claims.insert(row.id.0, row.clone());
            return Ok(());
        }
        let row = change.to_row().map_err(|error| Failure::Bug(error.to_string()))?;
        self.put(scopes::of_row(change, venue)?, change.entity(), change.id(), &row)
    }

    /// Takes note of a resource as it was before its first change in this transaction.
    pub(crate) fn resource_was(&mut self, before: &Resource) {
        self.news.was(before);
        self.moved.entry(before.id).or_insert_with(|| before.venue_ids.clone());
    }

    /// Takes note of a verdict: for the device that asked.
    pub(crate) fn add_verdict(
        &mut self,
        device: DeviceId,
        verdict: &Verdict,
    ) -> Result<(), Failure> {
        let OperationId(id) = verdict.operation_id;
        let state = json(verdict)?;
        self.lines.insert((Scope::Device(device).to_string(), Sort::Verdict, id), Some(state));
        Ok(())
    }

    fn put(
        &mut self,
        scopes: Vec<Scope>,
        entity: Entity,
        id: Uuid,
        row: &impl Serialize,
    ) -> Result<(), Failure> {
        let state = json(row)?;
        for scope in scopes {
            let line = (scope.to_string(), Sort::Row(entity), id);
            self.lines.insert(line, Some(Arc::clone(&state)));
        }
        Ok(())
    }

    /// Writes counters and lines, as the last thing of a transaction. `venues_of` knows the venues
    /// of every resource whose claims or venues changed.
    pub(crate) async fn publish(
        mut self,
        tx: &Tx<'_>,
        org: OrgId,
        venues_of: impl Fn(ResourceId) -> Vec<VenueId>,
    ) -> Result<(), Failure> {
        for claim in std::mem::take(&mut self.claims).into_values() {
            let users = scopes::users_of(&venues_of(claim.resource_id));
            self.put(users, Entity::Claim, claim.id.0, &claim)?;
        }
        for (resource, before) in std::mem::take(&mut self.moved) {
            self.move_claims(tx, org, resource, &before, &venues_of(resource)).await?;
        }
        tell(tx, org, &self.lines).await?;
        self.news.tell(tx, org).await
    }

    /// When other venues use a resource, all its claims enter their scopes, and leave those of the
    /// venues that no longer do.
    async fn move_claims(
        &mut self,
        tx: &Tx<'_>,
        org: OrgId,
        resource: ResourceId,
        before: &[VenueId],
        after: &[VenueId],
    ) -> Result<(), Failure> {
        let (left, joined) = scopes::moved(before, after);
        if left.is_empty() && joined.is_empty() {
            return Ok(());
        }
        for claim in claims::of_resource(tx, org, resource).await? {
            let state = json(&claim)?;
            let told = joined.iter().map(|venue| (venue, Some(Arc::clone(&state))));
            for (venue, state) in told.chain(left.iter().map(|venue| (venue, None))) {
                let scope = Scope::Busy(*venue).to_string();
                self.lines.insert((scope, Sort::Row(Entity::Claim), claim.id.0), state);
            }
        }
        Ok(())
    }
}

/// Writes counters and lines.
pub(super) async fn tell(tx: &Tx<'_>, org: OrgId, lines: &Lines) -> Result<(), Failure> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (scope, _, _) in lines.keys() {
        *counts.entry(scope).or_default() += 1;
    }
    let counters = scope_counters::advance(tx, org, &counts).await?;
    feed::upsert(tx, org, &numbered(lines, &counts, &counters)?).await
}

/// The lines with their versions: those of each scope, in order, up to where its counter now is.
fn numbered<'a>(
    lines: &'a Lines,
    counts: &BTreeMap<&str, u64>,
    counters: &BTreeMap<String, u64>,
) -> Result<Vec<feed::Line<'a>>, Failure> {
    let mut next: BTreeMap<&str, u64> = BTreeMap::new();
    for (scope, count) in counts {
        let last = counters.get(*scope).copied().unwrap_or_default();
        let before = last.checked_sub(*count);
        next.insert(scope, before.ok_or_else(|| Failure::Bug(format!("no counter for {scope}")))?);
    }
    Ok(lines
        .iter()
        .map(|((scope, sort, id), state)| {
            let version = next.entry(scope).or_default();
            *version += 1;
            feed::Line {
                scope,
                entity: sort.as_str(),
                row_id: *id,
                version: *version,
                row: state.as_deref(),
            }
        })
        .collect())
}

fn json(row: &impl Serialize) -> Result<Arc<str>, Failure> {
    serde_json::to_string(row).map(Arc::from).map_err(|error| Failure::Bug(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::{Role, Staff, StaffId};

    #[test]
    fn a_row_is_told_once_and_versions_are_dense() {
        let mut outgoing = Outgoing::default();
        for name in ["Ann", "Ann Lee"] {
            let id = StaffId(Uuid::from_u128(1));
            let staff = Staff::new(id, name, Role::Owner);
            outgoing.add(&Change::Staff(staff), None).unwrap();
        }
        let id = StaffId(Uuid::from_u128(2));
        let staff = Staff::new(id, "Bo", Role::Manager);
        outgoing.add(&Change::Staff(staff), None).unwrap();
        let counts = BTreeMap::from([("org", 2)]);
        let counters = BTreeMap::from([("org".to_owned(), 12)]);
        let lines = numbered(&outgoing.lines, &counts, &counters).unwrap();
        let versions: Vec<u64> = lines.iter().map(|line| line.version).collect();
        assert_eq!(versions, [11, 12]);
        assert!(lines[0].row.unwrap().contains("Ann Lee"));
    }
}
