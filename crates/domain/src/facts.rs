//! The few rows that a rule needs. [`Needs`] says which (from the command alone), each store fetches
//! them in its own way, and [`Facts`] hands them to [`decide`](crate::decide).

use crate::change::Entity;
use crate::command::Command;
use crate::id::{BookingId, ClaimId, CustomerId, ResourceId, StaffId, VenueId};
use crate::refusal::Refusal;
use crate::rows::{Booking, Claim, Customer, Resource, Staff, Venue};
use crate::time::{Interval, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a store knows of a row. `NotVisible` is neither absent nor zero: the rule that needs it is
/// left to headquarters, and the screen says that it is unchecked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen<T> {
    /// It exists; here it is.
    Here(T),
    /// It does not exist.
    Absent,
    /// This device may not see rows of this sort.
    NotVisible,
}

/// "Which active claims of this resource overlap this period, besides this one?"
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// Of which resource.
    pub resource_id: ResourceId,
    /// During when.
    pub period: Interval,
    /// The claim that the command itself is about to write.
    pub except: ClaimId,
}

/// What a command needs to know, in ids. A store answers with [`Facts`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// Venues by id.
    pub venues: BTreeSet<VenueId>,
    /// Resources by id.
    pub resources: BTreeSet<ResourceId>,
    /// Staff by id; the actor is among them.
    pub staff: BTreeSet<StaffId>,
    /// Customers by id.
    pub customers: BTreeSet<CustomerId>,
    /// Bookings by id.
    pub bookings: BTreeSet<BookingId>,
    /// Claims in the way; answered in [`Facts::taken`].
    pub overlaps: Vec<Overlap>,
    /// Whether [`Facts::no_staff_yet`] is asked for.
    pub any_staff: bool,
    /// Besides whom an owner is looked for, in [`Facts::another_owner`].
    pub owner_besides: Option<StaffId>,
}

impl Needs {
    /// What `command`, given by `actor`, needs.
    #[must_use]
    pub fn of(command: &Command, actor: StaffId) -> Self {
        let mut needs = command.needs();
        needs.staff.insert(actor);
        needs
    }
}

/// Whether the rules about grid and today apply. They do not for history that a standalone desk
/// brings when it joins; the guards always do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeRules {
    /// They apply.
    Apply,
    /// This is history.
    History,
}

/// What is known, at one instant, of what a command is about.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The operation's own time, never the moment of replay.
    pub now: Timestamp,
    /// Who gives the command.
    pub actor: StaffId,
    /// Whether rules about time apply.
    pub time_rules: TimeRules,
    /// Venues asked for.
    pub venues: BTreeMap<VenueId, Seen<Venue>>,
    /// Resources asked for.
    pub resources: BTreeMap<ResourceId, Seen<Resource>>,
    /// Staff asked for.
    pub staff: BTreeMap<StaffId, Seen<Staff>>,
    /// Customers asked for.
    pub customers: BTreeMap<CustomerId, Seen<Customer>>,
    /// Bookings asked for.
    pub bookings: BTreeMap<BookingId, Seen<Booking>>,
    /// Active claims that overlap what was asked for in [`Needs::overlaps`].
    pub taken: Vec<Claim>,
    /// Nobody works here yet: the first owner may enter themselves.
    pub no_staff_yet: bool,
    /// Whether there is an active owner besides the one in [`Needs::owner_besides`].
    pub another_owner: bool,
    /// The venues whose bookings this device may work on; `None` for all.
    pub desk_venues: Option<BTreeSet<VenueId>>,
}

impl Facts {
    /// No facts yet: what a store starts from.
    #[must_use]
    pub fn new(now: Timestamp, actor: StaffId, time_rules: TimeRules) -> Self {
        Self {
            now,
            actor,
            time_rules,
            venues: BTreeMap::new(),
            resources: BTreeMap::new(),
            staff: BTreeMap::new(),
            customers: BTreeMap::new(),
            bookings: BTreeMap::new(),
            taken: Vec::new(),
            no_staff_yet: false,
            another_owner: false,
            desk_venues: None,
        }
    }
}

/// A kind of row that facts hold: how it is found among them.
pub(crate) trait Known: Sized {
    type Id: Copy + Ord;
    const ENTITY: Entity;
    fn among(facts: &Facts) -> &BTreeMap<Self::Id, Seen<Self>>;
    fn uuid(id: Self::Id) -> Uuid;
}

macro_rules! known {
    ($($row:ty, $id:ty, $field:ident, $entity:ident;)+) => {$(
        impl Known for $row {
            type Id = $id;
            const ENTITY: Entity = Entity::$entity;
            fn among(facts: &Facts) -> &BTreeMap<$id, Seen<Self>> {
                &facts.$field
            }
            fn uuid(id: $id) -> Uuid {
                id.0
            }
        }
    )+};
}
known! {
    Venue, VenueId, venues, Venue;
    Resource, ResourceId, resources, Resource;
    Staff, StaffId, staff, Staff;
    Customer, CustomerId, customers, Customer;
    Booking, BookingId, bookings, Booking;
}

impl Facts {
    /// The row, `None` where it may not be seen here, or the refusal that it does not exist.
    pub(crate) fn find<T: Known>(&self, id: T::Id) -> Result<Option<&T>, Refusal> {
        match T::among(self).get(&id) {
            Some(Seen::Here(row)) => Ok(Some(row)),
            Some(Seen::NotVisible) => Ok(None),
            Some(Seen::Absent) | None => {
                Err(Refusal::NotFound { entity: T::ENTITY, id: T::uuid(id) })
            }
        }
    }

    /// The row; a rule that writes it cannot do without.
    pub(crate) fn get<T: Known>(&self, id: T::Id) -> Result<&T, Refusal> {
        self.find(id)?.ok_or(Refusal::NotFound { entity: T::ENTITY, id: T::uuid(id) })
    }

    /// The row that has this id already, if any.
    pub(crate) fn existing<T: Known>(&self, id: T::Id) -> Option<&T> {
        match T::among(self).get(&id) {
            Some(Seen::Here(row)) => Some(row),
            _ => None,
        }
    }
}
