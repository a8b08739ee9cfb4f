//! What a window asks besides the board: plain lists, what a command would come to, when something
//! is shut, and which bookings that hits. Judges nothing itself.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{lists, related};
use crate::{Filter, Listed};
use holdfast_domain::schedule::Open;
use holdfast_domain::{
    AvailabilityException, Change, Command, Customer, CustomerId, Decision, Entity, Facts,
    Interval, Needs, Package, PackageId, Refusal, Resource, ResourceId, TimeRules, Timestamp,
    Venue, decide,
};

/// When the resources of a venue can be booked during some period, and what differs from the week.
#[derive(Clone, Debug)]
pub struct Hours {
    /// When each is open.
    pub open: Vec<(ResourceId, Open)>,
    /// The dated exceptions that concern any of them.
    pub exceptions: Vec<AvailabilityException>,
}

impl Replica {
    /// What a command would come to, without saving anything: the whole decision.
    ///
    /// # Errors
    /// Where the database cannot be read; so for every query.
    pub fn weigh(
        &self,
        command: &Command,
        at: Timestamp,
    ) -> Result<Result<Decision, Refusal>, Failure> {
        let actor = crate::sign_in::actor(&self.db)?;
        let needs = Needs::of(command, actor);
        let facts: Facts = crate::facts::facts(&self.db, &needs, at, actor, TimeRules::Apply)?;
        Ok(decide(command, &facts))
    }

    /// The rows of an entity whose `columns` hold what is asked, in the order that people expect;
    /// deleted ones only where `deleted`. All of them: what is summed up from a part is wrong.
    pub fn rows(
        &self,
        entity: Entity,
        columns: &[(&str, &str)],
        deleted: bool,
    ) -> Result<Vec<Change>, Failure> {
        Ok(lists::all(&self.db, entity, columns, deleted)?)
    }

    /// When `resources` of `venue` are open during `period`.
    pub fn hours(
        &self,
        venue: &Venue,
        resources: &[Resource],
        period: Interval,
    ) -> Result<Hours, Failure> {
        let ids: Vec<ResourceId> = resources.iter().map(|resource| resource.id).collect();
        let exceptions = related::exceptions(&self.db, venue.id, &ids, period)?;
        let open =
            |resource: &Resource| (resource.id, Open::of(resource, venue, &exceptions, period));
        Ok(Hours { open: resources.iter().map(open).collect(), exceptions })
    }

    /// Some customers, in no order: for their names in a list.
    pub fn named_customers(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, Failure> {
        Ok(lists::by_ids(&self.db, &ids.iter().map(|id| id.0).collect::<Vec<_>>())?)
    }

    /// Some packages, in no order.
    pub fn named_packages(&self, ids: &[PackageId]) -> Result<Vec<Package>, Failure> {
        Ok(lists::by_ids(&self.db, &ids.iter().map(|id| id.0).collect::<Vec<_>>())?)
    }

    /// The open bookings that an exception hits, by start.
    pub fn hit_by(&self, exception: &AvailabilityException) -> Result<Vec<Listed>, Failure> {
        // One that ends before it begins hits nothing.
        let Some(period) = exception.stay.interval() else { return Ok(Vec::new()) };
        let shut = related::shut_by(&self.db, exception)?;
        let filter = Filter { period: Some(period), ..Filter::default() };
        let mut listed = self.list(&filter)?;
        listed.retain(|listed| {
            listed.booking.status.is_open()
                && listed
                    .booking
                    .claimed_ids()
                    .iter()
                    .any(|id| shut.iter().any(|claim| claim.resource_id == *id))
        });
        Ok(listed)
    }
}
