use super::*;
use crate::{Currency, ExceptionId, ExceptionKind, ResourceKind, VenueId, Zone};
use std::convert::Infallible;

fn resource_id(n: u128) -> ResourceId {
    ResourceId(uuid::Uuid::from_u128(n))
}

fn booking_id(n: u128) -> BookingId {
    BookingId(uuid::Uuid::from_u128(n))
}

/// A club with the courts 1, 2 and 3, and the hall 9, which is the courts 1 and 2.
struct Club {
    venue: Venue,
    resources: Vec<Resource>,
    claims: Vec<Claim>,
    exceptions: Vec<AvailabilityException>,
}

impl Club {
    fn new() -> Self {
        let (zone, currency) = (Zone::parse("Europe/Berlin"), Currency::parse("EUR"));
        let id = VenueId(uuid::Uuid::nil());
        let venue = Venue::new(id, "Club", zone.unwrap(), currency.unwrap(), 30);
        let new = |n, name: &str, kind| Resource::new(resource_id(n), name, kind, vec![id]);
        let court = |n| new(n, &format!("Court {n}"), ResourceKind::Court);
        let parts = vec![resource_id(1), resource_id(2)];
        let hall = Resource { part_ids: parts, ..new(9, "Hall", ResourceKind::Room) };
        let resources = vec![court(1), court(2), court(3), hall];
        Self { venue, resources, claims: Vec::new(), exceptions: Vec::new() }
    }

    fn at(&self, text: &str) -> Timestamp {
        self.venue.timezone.resolve(format!("2026-11-20T{text}:00").parse().unwrap()).0
    }

    fn stay(&self, from: &str, until: &str) -> Stay {
        let period = Interval::new(self.at(from), self.at(until)).unwrap();
        Stay::between(self.venue.timezone, period)
    }

    fn takes(&mut self, booking: u128, resource: u128, from: &str, until: &str) {
        let id = ClaimId::of(booking_id(booking), resource_id(resource));
        let (starts_at, ends_at) = (self.at(from), self.at(until));
        let resource_id = resource_id(resource);
        self.claims.push(Claim { id, resource_id, starts_at, ends_at, active: true });
    }

    fn shuts(&mut self, resource: u128, from: &str, until: &str) {
        let id = ExceptionId(uuid::Uuid::nil());
        self.exceptions.push(AvailabilityException {
            id,
            kind: ExceptionKind::Maintenance,
            venue_id: self.venue.id,
            resource_id: Some(resource_id(resource)),
            staff_id: None,
            stay: self.stay(from, until),
            all_day: false,
            reason: String::new(),
            group_id: None,
            withdrawn: false,
        });
    }

    fn wish<'a>(&'a self, wanted: &'a [ResourceId], taken: u128, stay: Stay) -> Wish<'a> {
        Wish {
            booking_id: booking_id(77),
            venue: &self.venue,
            stay,
            resource_ids: wanted,
            taken: resource_id(taken),
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            outside_hours: false,
            now: self.at("00:00"),
            resources: &self.resources,
        }
    }

    /// As `court 3 10:00`.
    fn offered(&self, wish: &Wish<'_>) -> Vec<String> {
        let all = |_: &Alternative| Ok::<_, Infallible>(true);
        let Ok(found) = wish.alternatives(&self.claims, &self.exceptions, all);
        let name = |id: ResourceId| wish.resource(id).unwrap().name.clone();
        let told = |it: &Alternative| {
            format!("{} {}", name(it.resource_ids[0]), it.stay.local_start.format("%H:%M"))
        };
        found.iter().map(told).collect()
    }
}

#[test]
fn alternatives_are_the_same_time_elsewhere_then_the_nearest_times_here() {
    let mut club = Club::new();
    club.takes(1, 1, "10:00", "11:30");
    club.takes(2, 2, "10:30", "11:00");
    let wanted = [resource_id(1)];
    let wish = club.wish(&wanted, 1, club.stay("10:00", "11:00"));
    assert_eq!(club.offered(&wish), ["Court 3 10:00", "Court 1 09:00", "Court 1 11:30"]);
}

#[test]
fn a_hall_is_free_where_all_its_parts_are() {
    let mut club = Club::new();
    club.takes(1, 1, "10:00", "11:00");
    club.takes(2, 2, "11:30", "12:30");
    let wanted = [resource_id(9)];
    let wish = club.wish(&wanted, 1, club.stay("10:30", "11:30"));
    assert_eq!(club.offered(&wish), ["Hall 09:00", "Hall 12:30", "Hall 08:30"]);
    club.resources[3].kind = ResourceKind::Court;
    let wish = club.wish(&wanted, 1, club.stay("10:30", "11:30"));
    let offered = club.offered(&wish);
    assert_eq!(offered, ["Court 3 10:30", "Hall 09:00", "Hall 12:30"], "no part stands in for it");
    let wanted = [resource_id(1)];
    let wish = club.wish(&wanted, 1, club.stay("10:30", "11:30"));
    assert!(!club.offered(&wish).contains(&"Hall 10:30".into()), "a court of it is taken");
}

#[test]
fn nothing_is_offered_while_it_is_shut() {
    let mut club = Club::new();
    let open = |from: &str, until: &str| crate::OpenSpan {
        weekday: 5,
        opens: from.parse().unwrap(),
        closes: until.parse().unwrap(),
        valid_from: None,
        valid_until: None,
        inactive: false,
    };
    club.venue.hours = vec![open("08:00:00", "12:00:00"), open("13:00:00", "22:00:00")];
    club.takes(1, 1, "11:00", "12:00");
    club.shuts(2, "11:00", "12:00");
    club.resources.remove(2);
    let wanted = [resource_id(1)];
    let mut wish = club.wish(&wanted, 1, club.stay("11:00", "12:00"));
    assert_eq!(club.offered(&wish), ["Court 1 10:00", "Court 1 09:30", "Court 2 10:00"]);
    wish.outside_hours = true;
    assert_eq!(club.offered(&wish), ["Court 2 11:00", "Court 1 12:00", "Court 1 10:00"]);
    // The hall needs no hours of its court's, but the court is under repair.
    let wanted = [resource_id(9)];
    let wish = club.wish(&wanted, 1, club.stay("11:00", "12:00"));
    assert_eq!(club.offered(&wish), ["Hall 10:00", "Hall 09:30", "Hall 13:00"]);
}

#[test]
fn buffers_and_lead_times_count_and_its_own_place_does_not() {
    let mut club = Club::new();
    club.resources.truncate(1);
    club.takes(1, 1, "10:00", "11:00");
    club.takes(77, 1, "12:00", "13:00");
    let wanted = [resource_id(1)];
    let mut wish = club.wish(&wanted, 1, club.stay("10:00", "11:00"));
    (wish.buffer_before_minutes, wish.buffer_after_minutes) = (30, 30);
    assert_eq!(club.offered(&wish), ["Court 1 11:30", "Court 1 08:30", "Court 1 12:00"]);
    let mut venue = club.venue.clone();
    venue.policy.min_notice_minutes = 120;
    (wish.venue, wish.now) = (&venue, club.at("09:45"));
    assert_eq!(club.offered(&wish), ["Court 1 12:00", "Court 1 12:30", "Court 1 13:00"]);
}

#[test]
fn who_asks_has_the_last_word_and_is_not_asked_for_ever() {
    let mut club = Club::new();
    club.takes(1, 1, "10:00", "11:00");
    let wanted = [resource_id(1)];
    let wish = club.wish(&wanted, 1, club.stay("10:00", "11:00"));
    let mut asked = 0;
    let Ok(found) = wish.alternatives(&club.claims, &[], |place| {
        asked += 1;
        Ok::<_, Infallible>(place.stay.local_start.format("%H:%M").to_string() == "08:30")
    });
    assert_eq!(found.len(), 1);
    assert!(asked <= 5 * CLOSER_LOOKS, "{asked}");
}
