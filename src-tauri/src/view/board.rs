//! The day board.

use super::{BookingStatus, Resource, Standing, wall, wall_at};
use chrono::{NaiveDate, NaiveTime};
use holdfast_domain::{Claim, Interval, ResourceId, Timestamp, Zone};
use holdfast_replica::{Listed, query};
use serde::Serialize;
use specta::Type;

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
    /// Minutes of this day that bookings of this venue occupy.
    pub(crate) booked_minutes: u32,
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
}

impl Board {
    pub(crate) fn of(board: &query::Board, date: NaiveDate, now: Timestamp) -> Self {
        let zone = board.venue.timezone;
        let day = zone.day(date);
        let column = |resource: &holdfast_domain::Resource| BoardResource {
            booked_minutes: booked_minutes(&board.bookings, resource.id, day),
            resource: resource.clone().into(),
        };
        let bookings = board.bookings.iter().map(BoardBooking::of);
        Self {
            venue_id: board.venue.id.to_string(),
            date: date.to_string(),
            today: zone.date(now).to_string(),
            local_now: wall_at(zone, now),
            zone_abbreviation: abbreviation(zone, date),
            resources: board.resources.iter().map(column).collect(),
            bookings: bookings.collect(),
            busy: board.busy.iter().filter_map(|claim| BusyPeriod::of(claim, zone, day)).collect(),
        }
    }
}

impl BoardBooking {
    pub(crate) fn of(listed: &Listed) -> Self {
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

/// The part of `period` that lies in `day`.
fn within(period: Interval, day: Interval) -> Option<Interval> {
    let starts_at = period.starts_at().max(day.starts_at());
    Interval::new(starts_at, period.ends_at().min(day.ends_at()))
}

/// What bookings occupy of a resource on a day. One at risk occupies nothing.
fn booked_minutes(bookings: &[Listed], id: ResourceId, day: Interval) -> u32 {
    let occupied = bookings
        .iter()
        .filter(|listed| listed.at_risk.is_none() && listed.booking.occupies_stay())
        .filter(|listed| listed.booking.claimed_ids().contains(&id))
        .filter_map(|listed| within(listed.booking.stay.interval()?, day));
    let ms: i64 = occupied.map(Interval::duration_ms).sum();
    u32::try_from(ms / holdfast_domain::time::MINUTE_MS).unwrap_or(0)
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
        let after = Interval::new(day.ends_at(), day.ends_at().plus_ms(1)).unwrap();
        assert_eq!(within(after, day), None);
    }
}
