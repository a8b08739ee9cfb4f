//! The few rows that a rule needs. [`Needs`] says which (from the command alone), each store fetches
//! them in its own way, and [`Facts`] hands them to [`decide`](crate::decide).

use crate::change::{Change, Entity, Row};
use crate::command::Command;
use crate::id::{
    AttendanceId, BookingId, ClaimId, CustomerId, EventId, PackageId, ResourceId, StaffId, VenueId,
};
use crate::refusal::Refusal;
use crate::rows::{Booking, Claim, Customer, Role, Staff};
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

/// A question for rows that a command cannot name, because it does not know them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Related {
    /// The exceptions to opening hours that concern a stay: of its resources, of who they are, and
    /// of its venue; not withdrawn ones.
    Exceptions {
        /// Of which venue.
        venue_id: VenueId,
        /// Of which resources, sorted.
        resource_ids: Vec<ResourceId>,
        /// Meeting which period.
        period: Interval,
    },
    /// The open bookings of a customer that meet a period, theirs and those of classes in which they
    /// have a place; and all who turned out to be one with them, with what is theirs.
    CustomerBookings {
        /// Of whom.
        customer_id: CustomerId,
        /// Meeting which period.
        period: Interval,
    },
    /// The same for the customer of a booking, itself left out.
    CustomerBookingsOf {
        /// Of whose customer.
        booking_id: BookingId,
        /// Meeting which period.
        period: Interval,
    },
    /// The same while that booking lasts.
    CustomerWhile(BookingId),
    /// The same of a customer while a booking lasts, itself left out; and the places that they have on
    /// its roster.
    CustomerDuring {
        /// Whose.
        customer_id: CustomerId,
        /// While which lasts.
        booking_id: BookingId,
    },
    /// The same of the customer whose place it is, during what it is a place of.
    PlaceDuring(AttendanceId),
    /// The payments of a booking.
    Payments(BookingId),
    /// The customer who bought a package, whoever they turned out to be, and all who turned out to be that
    /// one, too.
    OwnersOf(PackageId),
    /// The same of the package that paid for a booking.
    OwnersOfPaying(BookingId),
    /// The places that those have, or had, on the roster of a booking.
    PlacesOfOwners {
        /// Of whose owners.
        package_id: PackageId,
        /// On whose roster.
        booking_id: BookingId,
    },
    /// The lines of a package's ledger.
    LinesOf(PackageId),
    /// All that concerns a customer: bookings and the series that they are of, payments for them,
    /// places, credit lines, history.
    AllOf(CustomerId),
    /// What is said of a booking: payments for it, places, history.
    SaidOf(BookingId),
    /// The history of bookings that were a customer's and are not any more; where they are nobody's now,
    /// they themselves, their series and payments, too.
    OnceOf(CustomerId),
    /// A customer and all who turned out to be one with them; with a time, also their bookings, and those
    /// in which they have or had a place, that end then or later, and their packages that were good then.
    Person {
        /// Who.
        customer_id: CustomerId,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// Whoever has, or had, a place on the roster of a booking, and whom they turned out to be; the open
    /// bookings that they have while it lasts, itself left out, and their places on the rosters of those.
    PeopleOf(BookingId),
    /// The same during another period, and their places on the roster itself.
    PeopleDuring {
        /// On whose roster.
        booking_id: BookingId,
        /// Meeting which period.
        period: Interval,
    },
    /// The roster of a booking, and the packages that paid for its places.
    Roster(BookingId),
    /// The service that a booking is of.
    ServiceOf(BookingId),
    /// The resources that a booking names, and its venue.
    ResourcesOf(BookingId),
    /// The active claims of others on what a booking wants to occupy, where it wants it, and the resources
    /// that they are on.
    InTheWayOf(BookingId),
    /// The resources that are parts of this one.
    PartsOf(ResourceId),
    /// The resources that have this one as a part.
    Wholes(ResourceId),
    /// The bookings that name a resource and end after the operation's time, called off or not (they
    /// may be taken up again), and the resources that they name.
    FutureBookings(ResourceId),
    /// The resources that somebody is.
    ResourcesOfStaff(StaffId),
    /// The venues besides one that are not deleted.
    VenuesBesides(VenueId),
    /// The events that have a name in addresses, besides one.
    EventsNamed {
        /// Which name.
        slug: String,
        /// The event that is to have it.
        except: EventId,
    },
    /// The other events with the name in addresses that an event has.
    NamesakesOf(EventId),
    /// The active claims on resources that end after [`claims_since`] the operation's time.
    FutureClaims(Vec<ResourceId>),
}

impl Related {
    /// Whether the answer may be another one when `change` is written.
    #[must_use]
    pub fn concerns(&self, change: &Change) -> bool {
        match self {
            Self::Exceptions { .. } => {
                matches!(change, Change::AvailabilityException(_) | Change::Resource(_))
            }
            Self::Payments(id) => matches!(change, Change::Payment(row) if row.booking_id == *id),
            Self::LinesOf(id) => {
                matches!(change, Change::CreditEntry(row) if row.package_id == *id)
            }
            Self::Roster(id) => match change {
                Change::Attendance(row) => row.booking_id == *id,
                other => matches!(other, Change::Package(_)),
            },
            Self::AllOf(_) | Self::OnceOf(_) | Self::SaidOf(_) => true,
            Self::OwnersOf(id) => match change {
                Change::Package(row) => row.id == *id,
                other => matches!(other, Change::Customer(_)),
            },
            Self::OwnersOfPaying(_) => {
                matches!(change, Change::Package(_) | Change::Customer(_) | Change::Booking(_))
            }
            Self::PlacesOfOwners { package_id, .. } => match change {
                Change::Package(row) => row.id == *package_id,
                other => matches!(other, Change::Customer(_) | Change::Attendance(_)),
            },
            Self::ServiceOf(_) => matches!(change, Change::Service(_) | Change::Booking(_)),
            Self::PeopleOf(_) | Self::PeopleDuring { .. } => {
                matches!(change, Change::Customer(_) | Change::Attendance(_) | Change::Booking(_))
            }
            Self::Person { .. } => matches!(
                change,
                Change::Customer(_)
                    | Change::Booking(_)
                    | Change::Attendance(_)
                    | Change::Package(_)
            ),
            Self::PartsOf(_) | Self::Wholes(_) | Self::ResourcesOfStaff(_) => {
                matches!(change, Change::Resource(_))
            }
            Self::VenuesBesides(_) => matches!(change, Change::Venue(_)),
            Self::EventsNamed { .. } | Self::NamesakesOf(_) => matches!(change, Change::Event(_)),
            Self::ResourcesOf(_) => {
                matches!(change, Change::Resource(_) | Change::Booking(_) | Change::Venue(_))
            }
            // A booking may have been another customer's until now.
            Self::CustomerBookings { .. }
            | Self::CustomerBookingsOf { .. }
            | Self::CustomerWhile(_)
            | Self::CustomerDuring { .. }
            | Self::PlaceDuring(_) => {
                matches!(change, Change::Booking(_) | Change::Attendance(_) | Change::Customer(_))
            }
            Self::FutureBookings(_) => matches!(change, Change::Booking(_) | Change::Resource(_)),
            Self::InTheWayOf(_) => {
                matches!(change, Change::Claim(_) | Change::Booking(_) | Change::Resource(_))
            }
            Self::FutureClaims(_) => matches!(change, Change::Claim(_) | Change::Booking(_)),
        }
    }

    /// Whether it asks where a customer is.
    pub(crate) fn is_about_whereabouts(&self) -> bool {
        matches!(
            self,
            Self::CustomerBookings { .. }
                | Self::CustomerBookingsOf { .. }
                | Self::CustomerWhile(_)
                | Self::CustomerDuring { .. }
                | Self::PlaceDuring(_)
        )
    }

    /// Whether the answer depends on the operation's time.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        matches!(self, Self::FutureBookings(_) | Self::FutureClaims(_))
    }
}

/// Whoever a customer turned out to be, of those who are known.
pub(crate) fn who_is<'a>(
    id: CustomerId,
    known: &(impl Iterator<Item = &'a Customer> + Clone),
) -> Option<&'a Customer> {
    all_who_is(id, known).last()
}

/// The same step by step, themselves first.
pub(crate) fn all_who_is<'a>(
    id: CustomerId,
    known: &(impl Iterator<Item = &'a Customer> + Clone),
) -> impl Iterator<Item = &'a Customer> {
    let find = |id: CustomerId| known.clone().find(|it| it.id == id);
    let merged_into = move |it: &&Customer| find(it.merged_into?);
    std::iter::successors(find(id), merged_into).take(MERGES_MAX)
}

/// How many times over a customer may have turned out to be another.
const MERGES_MAX: usize = 100;

/// From when on claims may meet those of a booking that has not ended at `now`: it has begun no
/// longer ago than the longest stay, its buffer, and what the clocks can add to it.
#[must_use]
pub fn claims_since(now: Timestamp) -> Timestamp {
    now.plus_ms(-36 * 3_600_000)
}

/// What a command needs to know, in ids. A store answers with [`Facts`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// Rows by id; the actor is among them.
    pub rows: BTreeSet<(Entity, Uuid)>,
    /// Claims in the way; answered in [`Facts::taken`].
    pub overlaps: Vec<Overlap>,
    /// Rows that are not known by id; answered in [`Facts::related`].
    pub related: BTreeSet<Related>,
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
        needs.row::<Staff>(actor);
        needs
    }

    /// A row is needed.
    pub(crate) fn row<T: Row>(&mut self, id: T::Id) {
        self.rows.insert((T::ENTITY, id.into()));
    }

    /// Rows are needed.
    pub(crate) fn rows<T: Row>(&mut self, ids: impl IntoIterator<Item = T::Id>) {
        ids.into_iter().for_each(|id| self.row::<T>(id));
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
    /// Whether the command takes back what the actor did.
    pub taking_back: bool,
    /// The rows asked for in [`Needs::rows`].
    pub rows: BTreeMap<(Entity, Uuid), Seen<Change>>,
    /// The answers to [`Needs::related`].
    pub related: BTreeMap<Related, Vec<Change>>,
    /// The bookings that this step has changed; `None` for one that is about to be.
    pub(crate) moved: BTreeMap<BookingId, Option<Booking>>,
    /// Active claims that overlap what was asked for in [`Needs::overlaps`].
    pub taken: Vec<Claim>,
    /// Nobody works here yet: the first owner may enter themselves.
    pub no_staff_yet: bool,
    /// Whether there is an active owner besides the one in [`Needs::owner_besides`].
    pub another_owner: bool,
    /// The venues whose bookings this device may work on; `None` for all.
    pub desk_venues: Option<BTreeSet<VenueId>>,
    /// Whether this is done on the actor's laptop, which knows what is theirs alone.
    pub laptop: bool,
}

impl Facts {
    /// No facts yet: what a store starts from.
    #[must_use]
    pub fn new(now: Timestamp, actor: StaffId, time_rules: TimeRules) -> Self {
        Self {
            now,
            actor,
            time_rules,
            taking_back: false,
            rows: BTreeMap::new(),
            related: BTreeMap::new(),
            moved: BTreeMap::new(),
            taken: Vec::new(),
            no_staff_yet: false,
            another_owner: false,
            desk_venues: None,
            laptop: false,
        }
    }
}

impl Facts {
    /// As what somebody gives commands here: on a laptop nobody does what takes knowing everything.
    pub(crate) fn role_of(&self, staff: &Staff) -> Role {
        if self.laptop { Role::Instructor } else { staff.role }
    }

    fn seen<T: Row>(&self, id: T::Id) -> Option<Seen<&T>> {
        Some(match self.rows.get(&(T::ENTITY, id.into()))? {
            Seen::Here(row) => T::of(row).map_or(Seen::Absent, Seen::Here),
            Seen::Absent => Seen::Absent,
            Seen::NotVisible => Seen::NotVisible,
        })
    }

    /// The row, `None` where it may not be seen here, or the refusal that it does not exist.
    pub(crate) fn find<T: Row>(&self, id: T::Id) -> Result<Option<&T>, Refusal> {
        match self.seen::<T>(id) {
            Some(Seen::Here(row)) => Ok(Some(row)),
            Some(Seen::NotVisible) => Ok(None),
            Some(Seen::Absent) | None => {
                Err(Refusal::NotFound { entity: T::ENTITY, id: id.into() })
            }
        }
    }

    /// The row; a rule that writes it cannot do without.
    pub(crate) fn get<T: Row>(&self, id: T::Id) -> Result<&T, Refusal> {
        self.find(id)?.ok_or(Refusal::NotFound { entity: T::ENTITY, id: id.into() })
    }

    /// The row that has this id already, if any.
    pub(crate) fn existing<T: Row>(&self, id: T::Id) -> Option<&T> {
        match self.seen::<T>(id) {
            Some(Seen::Here(row)) => Some(row),
            _ => None,
        }
    }

    /// The rows that answer a question.
    pub(crate) fn related<'a, T: Row + 'a>(
        &'a self,
        question: &Related,
    ) -> impl Iterator<Item = &'a T> + Clone + use<'a, T> {
        self.related.get(question).into_iter().flatten().filter_map(T::of)
    }

    /// Takes note of a change, for what is decided after it in the same step.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Claim(claim) => {
                self.taken.retain(|taken| taken.id != claim.id);
                if claim.active {
                    self.taken.push(claim.clone());
                }
            }
            other => {
                if let Change::Booking(booking) = other {
                    self.moved.insert(booking.id, Some(booking.clone()));
                }
                self.rows.insert((other.entity(), other.id()), Seen::Here(other.clone()));
            }
        }
    }

    /// A booking is about to move: where its customer was because of it says nothing any more.
    pub(crate) fn forget_whereabouts(&mut self, id: BookingId) {
        self.moved.insert(id, None);
    }

    /// A booking that was about to move is where it was.
    pub(crate) fn is_where_it_was(&mut self, id: BookingId) {
        self.moved.retain(|moved, now| *moved != id || now.is_some());
    }

    /// The bookings in which the customers are who were asked for, as this step has left them.
    pub(crate) fn whereabouts(&self) -> impl Iterator<Item = &Booking> {
        let asked = self.related.iter().filter(|(question, _)| question.is_about_whereabouts());
        let known = asked.flat_map(|(_, rows)| rows).filter_map(Booking::of);
        let still = known.filter(|booking| !self.moved.contains_key(&booking.id));
        still.chain(self.moved.values().flatten())
    }

    /// A booking as this step has left it; `None` for one that is about to be changed.
    pub(crate) fn as_left<'a>(&'a self, booking: &'a Booking) -> Option<&'a Booking> {
        self.moved.get(&booking.id).map_or(Some(booking), Option::as_ref)
    }

    /// Whether two customers turned out to be one, as far as was asked.
    pub(crate) fn are_one(&self, a: CustomerId, b: CustomerId) -> bool {
        a == b || self.turned_out(a) == self.turned_out(b)
    }

    /// Who a customer turned out to be, as far as was asked.
    fn turned_out(&self, id: CustomerId) -> Option<CustomerId> {
        let asked = self.related.iter().filter(|(question, _)| question.is_about_whereabouts());
        let known = asked.flat_map(|(_, rows)| rows).filter_map(Customer::of);
        who_is(id, &known).map(|it| it.id)
    }

    /// Whether the command named this row.
    pub(crate) fn asked<T: Row>(&self, id: T::Id) -> bool {
        self.rows.contains_key(&(T::ENTITY, id.into()))
    }
}
