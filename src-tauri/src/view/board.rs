//! The day board.

use super::{BookingStatus, Resource, Standing, wall, wall_at};
use chrono::{NaiveDate, NaiveTime};
use holdfast_domain::report::Utilisation;
use holdfast_domain::schedule::concerns;
use holdfast_domain::{
    Booking, Change, Claim, Entity, ExceptionKind, Interval, Resource as DomainResource,
    ResourceId, ServiceId, Timestamp, Venue, VenueId, Zone,
};
use holdfast_replica::query::{self, Hours, Shown};
use holdfast_replica::{Failure, Listed, Replica};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;

/// One booking as the board draws it.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct BoardBooking {
    pub(crate) id: String,
    pub(crate) resource_ids: Vec<String>,
    pub(crate) local_start: String,
    pub(crate) local_end: String,
    pub(crate) starts_at: String,
    pub(crate) ends_at: String,
    pub(crate) title: String,
    pub(crate) customer_id: Option<String>,
    pub(crate) customer_name: String,
    pub(crate) status: BookingStatus,
    pub(crate) standing: Standing,
    /// For `at_risk`: what speaks against it. Empty otherwise.
    pub(crate) standing_reason: String,
    pub(crate) attendee_count: u32,
    pub(crate) service_name: String,
    /// The service's colour, `#rrggbb`, or empty.
    pub(crate) colour: String,
    /// How many places a class has; null for a private booking.
    pub(crate) capacity: Option<u32>,
    pub(crate) places_taken: u32,
    pub(crate) buffer_before_minutes: u32,
    pub(crate) buffer_after_minutes: u32,
    /// Whether it waits for approval without holding its slot.
    pub(crate) competing: bool,
    pub(crate) series_id: Option<String>,
    pub(crate) venue_id: String,
}

/// One booking as the card of a customer lists it.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct CustomerBooking {
    #[serde(flatten)]
    pub(crate) booking: BoardBooking,
    /// How they are on its roster, in the words of a `Place`; empty where they are not.
    pub(crate) place: String,
    /// On what, and where there are several venues, at which.
    pub(crate) place_name: String,
}

/// What the resources of a booking are called, deleted ones too, and where there are several venues, its
/// venue.
pub(crate) struct PlaceNames {
    resources: BTreeMap<ResourceId, String>,
    venues: BTreeMap<VenueId, String>,
}

impl PlaceNames {
    pub(crate) fn of(replica: &Replica) -> Result<Self, Failure> {
        let resources = replica.resources_shown(Shown::All)?.into_iter();
        let venues = replica.venues_shown(Shown::All)?.into_iter();
        Ok(Self {
            resources: resources.map(|it| (it.id, called(it))).collect(),
            venues: venues.map(|it| (it.id, it.name)).collect(),
        })
    }

    pub(crate) fn say(&self, booking: &Booking) -> String {
        let names = booking.resource_ids.iter().filter_map(|id| self.resources.get(id));
        let on = names.map(String::as_str).collect::<Vec<_>>().join(" + ");
        let said = [on.as_str(), self.venue(booking.venue_id)];
        said.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// What a venue is called where there are several; else empty.
    pub(crate) fn venue(&self, id: VenueId) -> &str {
        let several = self.venues.len() > 1;
        self.venues.get(&id).filter(|_| several).map_or("", String::as_str)
    }
}

/// What stands on a deleted court is to be moved or cancelled: whoever reads where it is has to know.
fn called(resource: DomainResource) -> String {
    match resource.deletion {
        Some(_) => format!("{} (deleted)", resource.name),
        None => resource.name,
    }
}

/// A period in which a resource cannot be booked.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ClosedPeriod {
    pub(crate) resource_id: String,
    pub(crate) local_start: String,
    pub(crate) local_end: String,
    /// `closure`, `time_off`, `maintenance`, `blocked`; `part` where it is taken with what it is part
    /// of, or with a part of it, which the reason names; empty for ordinary hours.
    pub(crate) kind: String,
    pub(crate) reason: String,
}

/// The colours of services.
pub(crate) struct Colours(BTreeMap<ServiceId, String>);

impl Colours {
    pub(crate) fn of(replica: &Replica) -> Result<Self, Failure> {
        let rows = replica.rows(Entity::Service, &[], true)?;
        let colours = rows.into_iter().filter_map(|change| match change {
            Change::Service(service) => Some((service.id, service.colour)),
            _ => None,
        });
        Ok(Self(colours.collect()))
    }

    fn get(&self, id: Option<ServiceId>) -> String {
        id.and_then(|id| self.0.get(&id)).cloned().unwrap_or_default()
    }
}

/// A period of a resource taken by something that this desk may not see.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct BusyPeriod {
    pub(crate) resource_id: String,
    pub(crate) local_start: String,
    pub(crate) local_end: String,
}

/// A column of the board.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct BoardResource {
    #[serde(flatten)]
    pub(crate) resource: Resource,
    /// Minutes of this day that bookings of this venue take.
    pub(crate) booked_minutes: u32,
    /// How many minutes it is open, and how many of these are booked: what the report calls its
    /// utilisation.
    pub(crate) open_minutes: u32,
    pub(crate) booked_open_minutes: u32,
}

/// One day of one venue.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Board {
    pub(crate) venue_id: String,
    pub(crate) date: String,
    /// The venue's today.
    pub(crate) today: String,
    /// What the venue's wall shows now, to draw the now line.
    pub(crate) local_now: String,
    /// What the zone calls itself on that date: `CET`, `GMT+3`.
    pub(crate) zone_abbreviation: String,
    pub(crate) resources: Vec<BoardResource>,
    pub(crate) bookings: Vec<BoardBooking>,
    pub(crate) busy: Vec<BusyPeriod>,
    pub(crate) closed: Vec<ClosedPeriod>,
}

impl Board {
    pub(crate) fn of(
        board: &query::Board,
        date: NaiveDate,
        now: Timestamp,
        hours: &Hours,
        used: &[Utilisation],
        colours: &Colours,
    ) -> Self {
        let zone = board.venue.timezone;
        let day = zone.day(date);
        let column = |resource: &DomainResource| {
            let used = used.iter().find(|it| it.resource_id == resource.id);
            let minutes = |of: fn(&Utilisation) -> i64| {
                used.and_then(|it| u32::try_from(of(it)).ok()).unwrap_or_default()
            };
            BoardResource {
                booked_minutes: minutes(|it| it.booked_minutes),
                open_minutes: minutes(|it| it.open_minutes),
                booked_open_minutes: minutes(|it| it.booked_open_minutes),
                resource: resource.clone().into(),
            }
        };
        let bookings = board.bookings.iter().map(|listed| BoardBooking::of(listed, colours));
        Self {
            venue_id: board.venue.id.to_string(),
            date: date.to_string(),
            today: zone.date(now).to_string(),
            local_now: wall_at(zone, now),
            zone_abbreviation: abbreviation(zone, date),
            resources: board.resources.iter().map(column).collect(),
            bookings: bookings.collect(),
            busy: board.busy.iter().filter_map(|claim| BusyPeriod::of(claim, zone, day)).collect(),
            closed: board
                .resources
                .iter()
                .flat_map(|resource| ClosedPeriod::of(resource, &board.venue, hours, day))
                .chain(board.bookings.iter().flat_map(|it| ClosedPeriod::with(it, board, day)))
                .collect(),
        }
    }
}

impl BoardBooking {
    pub(crate) fn of(listed: &Listed, colours: &Colours) -> Self {
        let booking = &listed.booking;
        let standing = Standing::from(listed.standing());
        let reason = listed.at_risk.as_ref().filter(|_| standing == Standing::AtRisk);
        Self {
            id: booking.id.to_string(),
            resource_ids: booking.resource_ids.iter().map(ToString::to_string).collect(),
            local_start: wall(booking.stay.local_start),
            local_end: wall(booking.stay.local_end),
            starts_at: booking.stay.starts_at.to_string(),
            ends_at: booking.stay.ends_at.to_string(),
            title: booking.title.clone(),
            customer_id: booking.customer_id.map(|id| id.to_string()),
            customer_name: listed.customer_name.clone(),
            status: booking.status.into(),
            standing,
            standing_reason: reason.map(|notice| notice.message.clone()).unwrap_or_default(),
            attendee_count: booking.attendee_count,
            service_name: booking.service_name.clone(),
            colour: colours.get(booking.service_id),
            capacity: booking.capacity,
            places_taken: booking.places_taken,
            buffer_before_minutes: booking.buffer_before_minutes,
            buffer_after_minutes: booking.buffer_after_minutes,
            competing: booking.competing,
            series_id: booking.series_id.map(|id| id.to_string()),
            venue_id: booking.venue_id.to_string(),
        }
    }
}

impl BusyPeriod {
    fn of(claim: &Claim, zone: Zone, day: Interval) -> Option<Self> {
        let period = within(claim.interval()?, day)?;
        Some(Self {
            resource_id: claim.resource_id.to_string(),
            local_start: wall_at(zone, period.starts_at()),
            local_end: wall_at(zone, period.ends_at()),
        })
    }
}

impl ClosedPeriod {
    /// What a booking takes besides what was booked: the courts of a hall, and the hall of a court.
    fn with(listed: &Listed, board: &query::Board, day: Interval) -> Vec<Self> {
        let booking = &listed.booking;
        let zone = board.venue.timezone;
        let holds = listed.at_risk.is_none() && booking.occupies_stay();
        // Buffers too: nobody else can have them.
        let period = booking.occupied().and_then(|period| within(period, day));
        let Some(period) = period.filter(|_| holds) else { return Vec::new() };
        let booked = |one: &&DomainResource| booking.resource_ids.contains(&one.id);
        let names: Vec<&str> =
            board.resources.iter().filter(booked).map(|one| one.name.as_str()).collect();
        let claimed = |id: &ResourceId| booking.claimed_ids().contains(id);
        let beside = board
            .resources
            .iter()
            .filter(|one| !booked(one) && (claimed(&one.id) || one.part_ids.iter().any(claimed)));
        let taken = |one: &DomainResource| Self {
            resource_id: one.id.to_string(),
            local_start: wall_at(zone, period.starts_at()),
            local_end: wall_at(zone, period.ends_at()),
            kind: "part".into(),
            reason: names.join(" + "),
        };
        beside.map(taken).collect()
    }

    /// When a resource cannot be booked on a day: exceptions with their reasons, and what else lies
    /// outside its hours.
    fn of(resource: &DomainResource, venue: &Venue, hours: &Hours, day: Interval) -> Vec<Self> {
        let zone = venue.timezone;
        let closed = |period: Interval, kind: &str, reason: &str| Self {
            resource_id: resource.id.to_string(),
            local_start: wall_at(zone, period.starts_at()),
            local_end: wall_at(zone, period.ends_at()),
            kind: kind.into(),
            reason: reason.into(),
        };
        let shut = hours.exceptions.iter().filter(|exception| {
            exception.kind != ExceptionKind::Opening && concerns(exception, resource, venue)
        });
        let mut known: Vec<Interval> = Vec::new();
        let mut periods = Vec::new();
        for exception in shut {
            let Some(period) = exception.stay.interval().and_then(|it| it.shared(day)) else {
                continue;
            };
            periods.push(closed(period, exception.kind.as_str(), &exception.reason));
            known.push(period);
        }
        let open = hours.open.iter().find(|(id, _)| *id == resource.id);
        known.extend(open.map(|(_, open)| open.periods()).unwrap_or_default());
        periods.extend(gaps(day, known).into_iter().map(|period| closed(period, "", "")));
        periods
    }
}

/// What `periods` leave of `day`.
fn gaps(day: Interval, mut periods: Vec<Interval>) -> Vec<Interval> {
    periods.sort_unstable();
    let mut gaps = Vec::new();
    let mut from = day.starts_at();
    for period in periods {
        gaps.extend(Interval::new(from, period.starts_at()));
        from = from.max(period.ends_at());
    }
    gaps.extend(Interval::new(from, day.ends_at()));
    gaps
}

/// The part of `period` that lies in `day`.
fn within(period: Interval, day: Interval) -> Option<Interval> {
    let starts_at = period.starts_at().max(day.starts_at());
    Interval::new(starts_at, period.ends_at().min(day.ends_at()))
}

/// At noon, when no zone changes its clocks. Zones that only have an offset for a name (`+0530`)
/// are said as people say them: `GMT+5:30`.
fn abbreviation(zone: Zone, date: NaiveDate) -> String {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let name = zone.abbreviation(zone.resolve(date.and_time(noon)).0);
    if !name.starts_with(['+', '-']) {
        return name;
    }
    let (hours, minutes) = name[1..].split_at(2.min(name.len() - 1));
    let hours = hours.trim_start_matches('0');
    let hours = if hours.is_empty() { "0" } else { hours };
    let minutes = minutes.trim_start_matches(':');
    let minutes = if minutes.is_empty() { String::new() } else { format!(":{minutes}") };
    format!("GMT{}{hours}{minutes}", &name[..1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_called_as_people_call_them() {
        for (zone, name) in [
            ("Europe/Berlin", "CET"),
            ("America/Sao_Paulo", "GMT-3"),
            ("Asia/Kathmandu", "GMT+5:45"),
            ("UTC", "UTC"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            assert_eq!(abbreviation(zone, "2026-11-20".parse().unwrap()), name);
        }
    }

    #[test]
    fn a_period_is_cut_at_both_ends_of_the_day() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let day = zone.day("2026-11-20".parse().unwrap());
        let around = Interval::new(day.starts_at().plus_ms(-1), day.ends_at().plus_ms(1)).unwrap();
        assert_eq!(within(around, day), Some(day));
        let noon = Interval::new(day.starts_at().plus_ms(43_200_000), day.ends_at()).unwrap();
        assert_eq!(gaps(day, vec![noon]).len(), 1);
        assert_eq!(gaps(day, vec![day, noon]), []);
        let after = Interval::new(day.ends_at(), day.ends_at().plus_ms(1)).unwrap();
        assert_eq!(within(after, day), None);
    }
}
