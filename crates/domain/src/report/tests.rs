use super::*;
use crate::rows::{ExceptionKind, OpenSpan, ResourceKind, Tier};
use crate::{ExceptionId, Stay, VenueId};
use chrono::NaiveTime;
use uuid::Uuid;

fn venue() -> Venue {
    let (zone, currency) = (Zone::parse("Europe/Berlin"), Currency::parse("EUR"));
    Venue::new(VenueId(Uuid::nil()), "Club", zone.unwrap(), currency.unwrap(), 15)
}
fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn at(venue: &Venue, local: &str) -> Timestamp {
    venue.timezone.resolve(format!("{local}:00").parse().unwrap()).0
}
fn span(venue: &Venue, from: &str, to: &str) -> Interval {
    Interval::new(at(venue, from), at(venue, to)).unwrap()
}
fn court(n: u128) -> Resource {
    let id = ResourceId(Uuid::from_u128(n));
    Resource::new(id, &format!("Court {n}"), ResourceKind::Court, vec![VenueId(Uuid::nil())])
}
fn hours(weekday: u8, opens: &str, closes: &str) -> OpenSpan {
    let time = |text: &str| text.parse::<NaiveTime>().unwrap();
    let (opens, closes) = (time(&format!("{opens}:00")), time(&format!("{closes}:00")));
    OpenSpan { weekday, opens, closes, valid_from: None, valid_until: None, inactive: false }
}
/// Open, booked, booked within open time, of each day of the first resource.
fn told(
    venue: &Venue,
    resources: &[Resource],
    exceptions: &[AvailabilityException],
    booked: &[(u128, Interval)],
    (from, to): (&str, &str),
) -> Vec<(i64, i64, i64)> {
    let mut by_resource: BTreeMap<ResourceId, Vec<Interval>> = BTreeMap::new();
    for &(n, period) in booked {
        by_resource.entry(ResourceId(Uuid::from_u128(n))).or_default().push(period);
    }
    let days = Days::new(venue.timezone, date(from), date(to)).unwrap();
    utilisation(venue, resources, exceptions, &by_resource, &days)
        .iter()
        .map(|row| (row.open_minutes, row.booked_minutes, row.booked_open_minutes))
        .collect()
}

#[test]
fn without_hours_a_day_is_as_long_as_the_zone_makes_it() {
    let venue = venue();
    // 2026-03-29 has 23 hours, 2026-10-25 has 25; each is booked from 01:00 to 04:00 on the wall.
    let spring = span(&venue, "2026-03-29T01:00", "2026-03-29T04:00");
    let rows = told(&venue, &[court(1)], &[], &[(1, spring)], ("2026-03-28", "2026-03-30"));
    assert_eq!(rows, [(1440, 0, 0), (1380, 120, 120), (1440, 0, 0)]);
    let autumn = span(&venue, "2026-10-25T01:00", "2026-10-25T04:00");
    let rows = told(&venue, &[court(1)], &[], &[(1, autumn)], ("2026-10-25", "2026-10-25"));
    assert_eq!(rows, [(1500, 240, 240)]);
}

#[test]
fn hours_past_midnight_count_on_the_day_on_which_they_pass() {
    let mut venue = venue();
    // Friday and Saturday from 22:00 to 02:00; 2026-11-20 is a Friday.
    venue.hours = vec![hours(5, "22:00", "02:00"), hours(6, "22:00", "02:00")];
    let booked = [(1, span(&venue, "2026-11-20T23:00", "2026-11-21T01:00"))];
    let rows = told(&venue, &[court(1)], &[], &booked, ("2026-11-20", "2026-11-22"));
    assert_eq!(rows, [(120, 60, 60), (240, 60, 60), (120, 0, 0)]);
}

#[test]
fn a_closure_takes_open_time_away_and_an_unused_resource_is_listed() {
    let mut venue = venue();
    venue.hours = vec![hours(5, "08:00", "20:00")];
    let closed = AvailabilityException {
        id: ExceptionId(Uuid::nil()),
        kind: ExceptionKind::Closure,
        venue_id: venue.id,
        resource_id: None,
        staff_id: None,
        stay: Stay::between(venue.timezone, span(&venue, "2026-11-20T12:00", "2026-11-20T14:00")),
        all_day: false,
        reason: String::new(),
        group_id: None,
        withdrawn: false,
    };
    // One hour before it, one within, half an hour after closing time.
    let booked = [
        (1, span(&venue, "2026-11-20T11:00", "2026-11-20T13:00")),
        (1, span(&venue, "2026-11-20T19:30", "2026-11-20T20:30")),
    ];
    let day = ("2026-11-20", "2026-11-20");
    let rows = told(&venue, &[court(1), court(2)], &[closed], &booked, day);
    assert_eq!(rows, [(600, 180, 90), (600, 0, 0)]);
    let rows = told(&venue, &[court(1)], &[], &booked, ("2026-11-21", "2026-11-21"));
    assert_eq!(rows, [(0, 0, 0)], "a Saturday, on which it is closed");
    assert_eq!((rate(90, 600), rate(0, 0)), (Some(0.15), None));
}

#[test]
fn days_have_an_order_and_an_end() {
    let zone = venue().timezone;
    assert!(Days::new(zone, date("2026-11-20"), date("2026-11-19")).is_err());
    assert!(Days::new(zone, date("2026-11-20"), date("2029-11-19")).is_err());
    // Apia skipped 2011-12-30.
    let apia = Zone::parse("Pacific/Apia").unwrap();
    let days = Days::new(apia, date("2011-12-29"), date("2011-12-31")).unwrap();
    assert_eq!(days.each().count(), 2);
}

#[test]
fn points_follow_what_was_paid_by_all_that_a_customer_is() {
    let mut venue = venue();
    venue.policy.points_per_unit = 2;
    venue.policy.tiers = vec![
        Tier { name: "silver".into(), points: 100 },
        Tier { name: "gold".into(), points: 200 },
    ];
    let id = |n: u128| CustomerId(Uuid::from_u128(n));
    // 49.99 is 98 points; 60 and 45 of one customer under two names are 210; a refund weighs.
    let paid = BTreeMap::from([(id(1), 4999), (id(2), 6000), (id(3), 4500), (id(4), -500)]);
    let merged = BTreeMap::from([(id(3), id(2))]);
    let counts: Vec<_> = tiers(&venue, &paid, &merged, 10)
        .into_iter()
        .map(|row| (row.tier.unwrap_or_default(), row.customers))
        .collect();
    assert_eq!(counts, [(String::new(), 9), ("silver".into(), 0), ("gold".into(), 1)]);
}

#[test]
fn unused_credits_are_worth_what_they_cost() {
    let eur = Currency::parse("EUR").unwrap();
    let package = |minor, bought, left| OpenPackage {
        price: Some(Money { minor, currency: eur }),
        bought,
        left,
    };
    let free = OpenPackage { price: None, bought: 5, left: 2 };
    let rows = liability(&[package(10000, 10, 4), package(10000, 3, 1), free]);
    let told: Vec<_> = rows.iter().map(|row| (row.packages, row.credits, row.minor)).collect();
    assert_eq!(told, [(1, 2, 0), (2, 5, 4000 + 3333)]);
}

#[test]
fn rates_are_of_what_was_due() {
    let service = |due, no_shows, late_cancels| NoShows {
        service: Some("Lesson".into()),
        due,
        no_shows,
        late_cancels,
        ..NoShows::default()
    };
    let rows = no_shows(vec![service(8, 2, 1), service(0, 0, 0)]);
    assert_eq!((rows[0].due, rows[0].no_show_rate), (8, Some(0.25)));
    assert_eq!((rows[1].late_cancel_rate, rows[2].no_show_rate), (Some(0.125), None));
}

#[test]
fn a_hall_is_not_open_while_a_part_of_it_is_shut() {
    let venue = venue();
    let hall = Resource { part_ids: vec![court(2).id], ..court(1) };
    let shut = AvailabilityException {
        id: ExceptionId(Uuid::nil()),
        kind: ExceptionKind::Maintenance,
        venue_id: venue.id,
        resource_id: Some(court(2).id),
        staff_id: None,
        stay: Stay::between(venue.timezone, span(&venue, "2026-11-20T12:00", "2026-11-20T14:00")),
        all_day: false,
        reason: String::new(),
        group_id: None,
        withdrawn: false,
    };
    let day = ("2026-11-20", "2026-11-20");
    let rows = told(&venue, &[hall, court(2), court(3)], &[shut], &[], day);
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1320, 1320, 1440]);
}
