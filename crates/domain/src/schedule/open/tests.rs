use super::*;
use crate::{Currency, ResourceId, ResourceKind, Stay, VenueId};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use uuid::Uuid;

fn venue(zone: &str) -> Venue {
    let (timezone, currency) = (Zone::parse(zone).unwrap(), Currency::parse("EUR").unwrap());
    Venue::new(VenueId(Uuid::from_u128(1)), "Club", timezone, currency, 15)
}
fn court(hours: Vec<OpenSpan>) -> Resource {
    let id = ResourceId(Uuid::from_u128(2));
    let venues = vec![VenueId(Uuid::from_u128(1))];
    Resource { hours, ..Resource::new(id, "Court", ResourceKind::Court, venues) }
}
fn span(weekday: u8, opens: &str, closes: &str) -> OpenSpan {
    OpenSpan {
        weekday,
        opens: opens.parse().unwrap(),
        closes: closes.parse().unwrap(),
        valid_from: None,
        valid_until: None,
        inactive: false,
    }
}
fn day(date: &str) -> NaiveDate {
    date.parse().unwrap()
}
fn exception(venue: &Venue, kind: ExceptionKind, from: &str, to: &str) -> AvailabilityException {
    let wall = |text: &str| -> NaiveDateTime { text.parse().unwrap() };
    AvailabilityException {
        id: crate::ExceptionId(Uuid::from_u128(9)),
        kind,
        venue_id: venue.id,
        resource_id: (kind != ExceptionKind::Closure).then(|| ResourceId(Uuid::from_u128(2))),
        staff_id: None,
        stay: Stay::resolve(venue.timezone, wall(from), wall(to)).0,
        all_day: false,
        reason: String::new(),
        group_id: None,
        withdrawn: false,
    }
}
/// The hours of one day, as its wall shows them.
fn shown(open: &Open, venue: &Venue) -> Vec<String> {
    let wall = |at| venue.timezone.local(at).format("%d %H:%M").to_string();
    let text = |p: &Interval| format!("{} to {}", wall(p.starts_at()), wall(p.ends_at()));
    open.periods().iter().map(text).collect()
}

#[test]
fn several_spans_a_day_and_past_midnight() {
    let venue = venue("Europe/Berlin");
    // 2026-11-20 is a Friday.
    let court = court(vec![span(5, "08:00:00", "12:00:00"), span(5, "22:00:00", "02:00:00")]);
    let friday = venue.timezone.day(day("2026-11-20"));
    let open = Open::of(&court, &venue, [], friday);
    assert_eq!(shown(&open, &venue), ["20 08:00 to 20 12:00", "20 22:00 to 21 00:00"]);
    let saturday = venue.timezone.day(day("2026-11-21"));
    let open = Open::of(&court, &venue, [], saturday);
    assert_eq!(shown(&open, &venue), ["21 00:00 to 21 02:00"]);
}

#[test]
fn openings_add_and_closures_take_away() {
    let venue = venue("Europe/Berlin");
    let court = court(vec![span(5, "08:00:00", "12:00:00")]);
    let friday = venue.timezone.day(day("2026-11-20"));
    let extra =
        exception(&venue, ExceptionKind::Opening, "2026-11-20T11:00:00", "2026-11-20T14:00:00");
    let shut =
        exception(&venue, ExceptionKind::Closure, "2026-11-20T09:00:00", "2026-11-20T10:00:00");
    let open = Open::of(&court, &venue, [&extra, &shut], friday);
    assert_eq!(shown(&open, &venue), ["20 08:00 to 20 09:00", "20 10:00 to 20 14:00"]);
    let taken_back = AvailabilityException { withdrawn: true, ..shut };
    let open = Open::of(&court, &venue, [&taken_back], friday);
    assert_eq!(shown(&open, &venue), ["20 08:00 to 20 12:00"]);
}

#[test]
fn rules_hold_between_their_dates_and_while_active() {
    let venue = venue("Europe/Berlin");
    let friday = venue.timezone.day(day("2026-11-20"));
    let rule = span(5, "08:00:00", "12:00:00");
    for (rule, holds) in [
        (OpenSpan { valid_from: Some(day("2026-11-20")), ..rule }, true),
        (OpenSpan { valid_from: Some(day("2026-11-21")), ..rule }, false),
        (OpenSpan { valid_until: Some(day("2026-11-20")), ..rule }, true),
        (OpenSpan { valid_until: Some(day("2026-11-19")), ..rule }, false),
        (OpenSpan { inactive: true, ..rule }, false),
    ] {
        let open = Open::of(&court(vec![rule]), &venue, [], friday);
        assert_eq!(!open.periods().is_empty(), holds, "{rule:?}");
    }
}

/// Hours are wall-clock time: they survive every odd transition, and only the day's length changes.
#[test]
fn hours_keep_to_the_wall_across_odd_transitions() {
    for (zone, date, hours) in [
        ("Europe/Berlin", "2026-03-29", 23.0),
        ("Europe/Berlin", "2026-10-25", 25.0),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Antarctica/Troll", "2026-03-29", 22.0),
        ("Africa/Casablanca", "2026-02-15", 25.0),
        ("Africa/Casablanca", "2026-03-22", 23.0),
        ("Africa/Cairo", "2026-04-24", 23.0),
        ("America/Havana", "2026-03-08", 23.0),
        ("Pacific/Chatham", "2026-09-27", 23.0),
    ] {
        let venue = venue(zone);
        let date = day(date);
        let weekday = u8::try_from(date.weekday().number_from_monday()).unwrap();
        let whole = venue.timezone.day(date);
        let always = court(vec![span(weekday, "00:00:00", "00:00:00")]);
        let open = Open::of(&always, &venue, [], whole);
        assert_eq!(open.duration_ms(whole) as f64 / 3_600_000.0, hours, "{zone} {date}");
        let desk = court(vec![span(weekday, "09:00:00", "17:00:00")]);
        let open = Open::of(&desk, &venue, [], whole);
        let [period] = open.periods() else { panic!("{zone}: {open:?}") };
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        assert_eq!(venue.timezone.local(period.starts_at()).time(), nine, "{zone}");
        assert_eq!(period.duration_ms(), 8 * 3_600_000, "{zone}: no transition by day");
    }
}
