//! A tiny store in memory, and what people ask of it in these tests.

use super::*;

/// A tiny store: what a real one does with facts and changes, in memory.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) rows: BTreeMap<(Entity, Uuid), Change>,
    pub(super) hidden: Vec<Entity>,
    pub(super) desk_venues: Option<std::collections::BTreeSet<VenueId>>,
    /// What the clock shows, where it is not [`now`].
    pub(super) clock: Option<Timestamp>,
}

pub(super) const ACTOR: StaffId = StaffId(Uuid::from_u128(1));
pub(super) const VENUE: VenueId = VenueId(Uuid::from_u128(2));
pub(super) const COURT: ResourceId = ResourceId(Uuid::from_u128(3));
pub(super) const OTHER_COURT: ResourceId = ResourceId(Uuid::from_u128(4));
pub(super) const ANNA: CustomerId = CustomerId(Uuid::from_u128(5));

pub(super) fn zone() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}
pub(super) fn at(local: &str) -> Timestamp {
    zone().resolve(wall(local)).0
}
pub(super) fn wall(local: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap()
}
/// 10:00 at the venue.
pub(super) fn now() -> Timestamp {
    at("2026-11-20T10:00")
}

impl World {
    /// A venue with two courts, one customer and one owner.
    pub(super) fn new() -> Self {
        let mut world = Self::default();
        let setup = [
            Command::AddStaff(AddStaff {
                staff_id: ACTOR,
                name: "Olga".into(),
                role: Role::Owner,
                description: String::new(),
                photo_url: String::new(),
                timezone: None,
            }),
            Command::OpenVenue(OpenVenue {
                venue_id: VENUE,
                name: "Club".into(),
                timezone: zone(),
                currency: Currency::parse("EUR").unwrap(),
                slot_minutes: 15,
            }),
            add_resource(COURT),
            add_resource(OTHER_COURT),
            Command::AddCustomer(AddCustomer {
                customer_id: ANNA,
                name: "Anna".into(),
                email: "anna@example.org".into(),
                phone: String::new(),
                address: String::new(),
                note: String::new(),
                source: None,
                about: Default::default(),
                chosen: false,
            }),
        ];
        for command in setup {
            world.run(&command).unwrap();
        }
        world
    }

    pub(super) fn facts(&self, command: &Command, time_rules: TimeRules) -> Facts {
        let needs = Needs::of(command, ACTOR);
        let mut facts = Facts::new(self.now(), ACTOR, time_rules);
        facts.rows = needs
            .rows
            .iter()
            .map(|&key| {
                let seen = match self.rows.get(&key) {
                    _ if self.hidden.contains(&key.0) => Seen::NotVisible,
                    Some(row) => Seen::Here(row.clone()),
                    None => Seen::Absent,
                };
                (key, seen)
            })
            .collect();
        facts.desk_venues = self.desk_venues.clone();
        facts.another_owner = self.rows.values().any(|row| {
            matches!(row, Change::Staff(staff) if staff.active && staff.role == Role::Owner
                && needs.owner_besides != Some(staff.id))
        });
        facts.no_staff_yet = !self.rows.keys().any(|(entity, _)| *entity == Entity::Staff);
        facts.related = needs
            .related
            .iter()
            .map(|question| (question.clone(), self.related(question)))
            .collect();
        for wanted in &needs.overlaps {
            facts.taken.extend(self.claims().filter(|claim| {
                claim.active
                    && claim.resource_id == wanted.resource_id
                    && claim.id != wanted.except
                    && claim.interval().is_some_and(|period| period.overlaps(wanted.period))
            }));
        }
        facts
    }

    /// What a store answers to a question for rows that are not named.
    pub(super) fn related(&self, question: &Related) -> Vec<Change> {
        let meets =
            |stay: &Stay, period: Interval| stay.interval().is_some_and(|it| it.overlaps(period));
        let booking = |id: BookingId| self.rows.get(&(Entity::Booking, id.0)).and_then(Booking::of);
        let answers = |row: &&Change| match (question, row) {
            (Related::Exceptions { period, .. }, Change::AvailabilityException(it)) => {
                !it.withdrawn && meets(&it.stay, *period)
            }
            (Related::Payments(id), Change::Payment(it)) => it.booking_id == *id,
            (Related::SaidOf(id), Change::Payment(it)) => it.booking_id == *id,
            (Related::LinesOf(id), Change::CreditEntry(it)) => it.package_id == *id,
            (Related::Person { customer_id, since }, row) => {
                let is_one = |id: CustomerId| self.turned_out(id) == self.turned_out(*customer_id);
                match (row, since) {
                    (Change::Customer(it), _) => is_one(it.id),
                    (Change::Booking(it), Some(since)) => {
                        it.stay.ends_at >= *since && it.customer_id.is_some_and(is_one)
                    }
                    _ => false,
                }
            }
            (Related::AllOf(id), Change::Booking(it)) => it.customer_id == Some(*id),
            (Related::AllOf(id), Change::Attendance(it)) => it.customer_id == *id,
            (Related::AllOf(id), Change::Package(it)) => it.customer_id == *id,
            (Related::Roster(id), Change::Attendance(it)) => it.booking_id == *id,
            (Related::Roster(id), Change::Package(it)) => self.rows.values().any(|row| {
                matches!(row, Change::Attendance(place)
                    if place.booking_id == *id && place.package_id == Some(it.id))
            }),
            (Related::ResourcesOf(id), Change::Resource(it)) => {
                booking(*id).is_some_and(|b| b.resource_ids.contains(&it.id))
            }
            (Related::ResourcesOf(id), Change::Venue(it)) => {
                booking(*id).is_some_and(|b| b.venue_id == it.id)
            }
            (Related::InTheWayOf(id), Change::Claim(it)) => booking(*id).is_some_and(|b| {
                it.active
                    && b.claimed_ids().contains(&it.resource_id)
                    && it.id != ClaimId::of(*id, it.resource_id)
                    && b.occupied().zip(it.interval()).is_some_and(|(a, b)| a.overlaps(b))
            }),
            (Related::InTheWayOf(id), Change::Resource(it)) => {
                booking(*id).is_some_and(|b| b.claimed_ids().contains(&it.id))
            }
            (Related::OwnersOf(id), Change::Customer(it)) => {
                let package = self.row::<Package>(*id);
                package.is_some_and(|package| {
                    self.turned_out(package.customer_id) == self.turned_out(it.id)
                })
            }
            (Related::PeopleOf(id), row) => self.concerns_people_of(*id, row),
            (Related::OwnersOfPaying(id), Change::Customer(it)) => {
                let paid_by = booking(*id).and_then(|booking| booking.package_id);
                paid_by.and_then(|id| self.row::<Package>(id)).is_some_and(|package| {
                    self.turned_out(package.customer_id) == self.turned_out(it.id)
                })
            }
            (Related::PlacesOfOwners { package_id, booking_id }, Change::Attendance(it)) => {
                let package = self.row::<Package>(*package_id);
                let owns = |package: &Package| {
                    self.turned_out(package.customer_id) == self.turned_out(it.customer_id)
                };
                it.booking_id == *booking_id && package.is_some_and(owns)
            }
            (Related::ServiceOf(id), Change::Service(it)) => {
                booking(*id).is_some_and(|b| b.service_id == Some(it.id))
            }
            (Related::PartsOf(id), Change::Resource(it)) => {
                let whole = self.rows.get(&(Entity::Resource, id.0)).and_then(Resource::of);
                whole.is_some_and(|whole| whole.part_ids.contains(&it.id))
            }
            (Related::Wholes(id), Change::Resource(it)) => it.part_ids.contains(id),
            (Related::ResourcesOfStaff(id), Change::Resource(it)) => it.staff_id == Some(*id),
            (Related::VenuesBesides(id), Change::Venue(it)) => {
                it.id != *id && it.deletion.is_none()
            }
            (Related::EventsNamed { slug, except }, Change::Event(it)) => {
                it.slug == *slug && it.id != *except
            }
            (Related::NamesakesOf(id), Change::Event(it)) => {
                let own = self.rows.get(&(Entity::Event, id.0)).and_then(Event::of);
                it.id != *id && own.is_some_and(|own| own.slug == it.slug)
            }
            (Related::FutureBookings(id), Change::Booking(it)) => {
                it.resource_ids.contains(id) && it.stay.ends_at > self.now()
            }
            (Related::FutureBookings(_), Change::Resource(_)) => true,
            (Related::FutureClaims(ids), Change::Claim(it)) => {
                it.active && ids.contains(&it.resource_id) && it.ends_at > claims_since(self.now())
            }
            _ => false,
        };
        self.rows.values().filter(answers).cloned().chain(self.whereabouts(question)).collect()
    }

    /// Whether a row says who the people of a roster are, or where they are meanwhile.
    fn concerns_people_of(&self, id: BookingId, row: &Change) -> bool {
        let places = || self.rows.values().filter_map(Attendance::of);
        let is_one = |who: CustomerId| {
            places().any(|place| {
                let same = self.turned_out(place.customer_id) == self.turned_out(who);
                place.booking_id == id && same
            })
        };
        let is_there = |place: &Attendance| {
            use AttendanceStatus::{Booked, Late, Present};
            matches!(place.status, Booked | Present | Late) && is_one(place.customer_id)
        };
        let during = self.row::<Booking>(id).and_then(|it| it.stay.interval());
        let meets = |it: &Booking| {
            it.id != id
                && it.status.is_open()
                && during.zip(it.stay.interval()).is_some_and(|(a, b)| a.overlaps(b))
        };
        match row {
            Change::Customer(it) => is_one(it.id),
            Change::Booking(it) => {
                let has_place =
                    || places().any(|place| place.booking_id == it.id && is_there(place));
                meets(it) && (it.customer_id.is_some_and(is_one) || has_place())
            }
            Change::Attendance(it) => {
                is_there(it) && self.row::<Booking>(it.booking_id).is_some_and(meets)
            }
            _ => false,
        }
    }

    /// Where a customer is, and whoever turned out to be one with them.
    fn whereabouts(&self, question: &Related) -> Vec<Change> {
        let booking = |id: BookingId| self.row::<Booking>(id);
        let during = |id: BookingId| booking(id).and_then(|it| it.stay.interval());
        let (customer_id, period, except) = match question {
            Related::CustomerBookings { customer_id, period } => {
                (Some(*customer_id), Some(*period), None)
            }
            Related::CustomerBookingsOf { booking_id: id, period } => {
                (booking(*id).and_then(|it| it.customer_id), Some(*period), Some(*id))
            }
            Related::CustomerWhile(id) => {
                (booking(*id).and_then(|it| it.customer_id), during(*id), Some(*id))
            }
            Related::CustomerDuring { customer_id, booking_id: id } => {
                (Some(*customer_id), during(*id), Some(*id))
            }
            Related::PlaceDuring(id) => match self.row::<Attendance>(*id) {
                Some(it) => (Some(it.customer_id), during(it.booking_id), Some(it.booking_id)),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let Some(customer_id) = customer_id else { return Vec::new() };
        let is_one = |id: CustomerId| self.turned_out(id) == self.turned_out(customer_id);
        let there = |it: &Booking| {
            it.customer_id.is_some_and(is_one)
                || self.rows.values().filter_map(Attendance::of).any(|place| {
                    place.booking_id == it.id
                        && matches!(
                            place.status,
                            AttendanceStatus::Booked
                                | AttendanceStatus::Present
                                | AttendanceStatus::Late
                        )
                        && is_one(place.customer_id)
                })
        };
        let answers = |row: &&Change| match row {
            Change::Customer(it) => is_one(it.id),
            Change::Attendance(it) => Some(it.booking_id) == except && is_one(it.customer_id),
            Change::Booking(it) => {
                let meets = period.zip(it.stay.interval()).is_some_and(|(a, b)| a.overlaps(b));
                Some(it.id) != except && it.status.is_open() && meets && there(it)
            }
            _ => false,
        };
        self.rows.values().filter(answers).cloned().collect()
    }

    pub(super) fn row<T: Row>(&self, id: T::Id) -> Option<&T> {
        self.rows.get(&(T::ENTITY, id.into())).and_then(T::of)
    }

    fn turned_out(&self, id: CustomerId) -> CustomerId {
        let next = |id: &CustomerId| self.row::<Customer>(*id)?.merged_into;
        std::iter::successors(Some(id), next).last().unwrap()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.unwrap_or_else(now)
    }

    pub(super) fn claims(&self) -> impl Iterator<Item = Claim> + '_ {
        self.rows.values().filter_map(|row| match row {
            Change::Claim(claim) => Some(claim.clone()),
            _ => None,
        })
    }

    pub(super) fn booking(&self, id: BookingId) -> &Booking {
        match self.rows.get(&(Entity::Booking, id.0)) {
            Some(Change::Booking(booking)) => booking,
            other => panic!("no booking: {other:?}"),
        }
    }

    pub(super) fn run(&mut self, command: &Command) -> Result<Decision, Refusal> {
        let decision = decide(command, &self.facts(command, TimeRules::Apply))?;
        for change in &decision.changes {
            self.guard(change);
            self.rows.insert((change.entity(), change.id()), change.clone());
        }
        Ok(decision)
    }

    /// What the constraint of a real store says to each claim, in the order in which they come.
    pub(super) fn guard(&self, change: &Change) {
        let Change::Claim(new) = change else { return };
        let in_the_way = self.claims().find(|there| {
            there.active
                && new.active
                && there.id != new.id
                && there.resource_id == new.resource_id
                && there.interval().unwrap().overlaps(new.interval().unwrap())
        });
        assert_eq!(in_the_way, None, "in the way of {new:?}");
    }

    pub(super) fn code(&mut self, command: &Command) -> &'static str {
        self.run(command).map_or_else(|refusal| refusal.code(), |_| "done")
    }
}

pub(super) fn add_resource(resource_id: ResourceId) -> Command {
    Command::AddResource(AddResource {
        resource_id,
        name: format!("Court {}", resource_id.0.as_u128()),
        kind: ResourceKind::Court,
        location: String::new(),
        description: String::new(),
        venue_ids: vec![VENUE],
        source: None,
        part_ids: Vec::new(),
        staff_id: None,
        hours: Vec::new(),
        needs_approval: false,
    })
}

pub(super) fn book_id(n: u128, from: &str, to: &str) -> Book {
    Book {
        booking_id: BookingId(Uuid::from_u128(1000 + n)),
        venue_id: VENUE,
        resource_ids: vec![COURT],
        stay: Stay::resolve(zone(), wall(from), wall(to)).0,
        customer_id: Some(ANNA),
        text: BookingText::default(),
        price: None,
        ..Book::new(
            BookingId(Uuid::from_u128(1000 + n)),
            VENUE,
            Vec::new(),
            Stay::resolve(zone(), wall(from), wall(to)).0,
        )
    }
}
pub(super) fn book(n: u128, from: &str, to: &str) -> Command {
    Command::Book(book_id(n, from, to))
}
pub(super) fn with(change: impl FnOnce(&mut Book)) -> Command {
    let mut book = book_id(1, "2026-11-20T13:00", "2026-11-20T14:00");
    change(&mut book);
    Command::Book(book)
}
pub(super) fn reschedule(
    world: &World,
    id: BookingId,
    from: &str,
    to: &str,
    on: ResourceId,
) -> Reschedule {
    let booking = world.booking(id);
    Reschedule {
        booking_id: id,
        venue_id: VENUE,
        stay: Patch { from: booking.stay, to: Stay::resolve(zone(), wall(from), wall(to)).0 },
        resource_ids: Patch { from: booking.resource_ids.clone(), to: vec![on] },
        claimed_ids: Vec::new(),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        outside_hours_reason_before: String::new(),
        outside_hours_reason: String::new(),
        package_id: None,
    }
}
pub(super) fn cancel(id: BookingId, reason: &str) -> Command {
    Command::Cancel(Cancel {
        booking_id: id,
        from_status: BookingStatus::Confirmed,
        reason: reason.into(),
        initiator: Default::default(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
        cancelled_at: None,
    })
}
pub(super) fn import(book: Book) -> ImportBooking {
    ImportBooking {
        source: Source { name: "old".into(), id: book.booking_id.to_string() },
        status: BookingStatus::Confirmed,
        book,
        past: Default::default(),
        chosen: false,
    }
}
pub(super) fn edit_staff(staff_id: StaffId, active: bool) -> Command {
    Command::EditStaff(EditStaff {
        staff_id,
        name: None,
        role: None,
        active: Some(Patch { from: !active, to: active }),
        ..EditStaff::default()
    })
}
