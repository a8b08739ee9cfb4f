//! Open hours, free starts and stays around every change of the clocks from 2020 to 2035, in the
//! zones that change them oddly: by half an hour or two hours, at midnight, around Ramadan, a
//! quarter to the hour.

use super::*;
use crate::schedule::{Ask, Busy, Open, free_stays, possible_stays};
use crate::time::MINUTE_MS;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const ODD: &[&str] = &[
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Havana",
    "Pacific/Chatham",
    "Europe/Berlin",
];
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// One change of the clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) zone: Zone,
    /// The first instant after it.
    pub(super) at: Timestamp,
    /// What the wall gains.
    shift: TimeDelta,
}

impl Turn {
    /// The day that its first instant falls on.
    pub(super) fn date(self) -> NaiveDate {
        self.zone.date(self.at)
    }

    /// What the wall would show at the change, had the clocks not been turned.
    fn before(self) -> NaiveDateTime {
        self.zone.local(self.at) - self.shift
    }

    /// The days around it.
    fn days(self) -> Vec<NaiveDate> {
        (-2..=2).map(|n| self.date() + TimeDelta::days(n)).collect()
    }

    /// From the first of those days to the end of the last.
    fn around(self) -> Interval {
        let days = self.days();
        Interval::new(self.zone.day_start(days[0]), self.zone.day(days[4]).ends_at()).unwrap()
    }

    fn after_ms(self, ms: i64) -> Timestamp {
        self.at.plus_ms(ms)
    }
}

/// Every turn of every odd zone.
pub(super) static TURNS: LazyLock<Vec<Turn>> =
    LazyLock::new(|| ODD.iter().flat_map(|name| turns(Zone::parse(name).unwrap())).collect());

fn turns(zone: Zone) -> Vec<Turn> {
    let offset = |at: Timestamp| zone.local(at) - at.to_utc().naive_utc();
    let first = Zone::parse("UTC").unwrap().day_start("2020-01-01".parse().unwrap());
    let mut turns = Vec::new();
    for n in 0..16 * 365 + 4 {
        let (mut from, mut until) =
            (first.plus_ms(n * 24 * HOUR_MS), first.plus_ms((n + 1) * 24 * HOUR_MS));
        let shift = offset(until) - offset(from);
        if shift.is_zero() {
            continue;
        }
        while until.0 - from.0 > 1 {
            let middle = from.plus_ms((until.0 - from.0) / 2);
            if offset(middle) == offset(from) { from = middle } else { until = middle }
        }
        turns.push(Turn { zone, at: until, shift });
    }
    turns
}

fn venue(turn: Turn, slot_minutes: u32) -> Venue {
    Venue::new(VENUE, "Club", turn.zone, Currency::parse("EUR").unwrap(), slot_minutes)
}

fn court(hours: Vec<OpenSpan>) -> Resource {
    Resource { hours, ..Resource::new(COURT, "Court", ResourceKind::Court, vec![VENUE]) }
}

/// From `opens` to `closes` on the weekday of a date.
fn span(date: NaiveDate, opens: NaiveTime, closes: NaiveTime) -> OpenSpan {
    OpenSpan {
        weekday: date.weekday().number_from_monday() as u8,
        opens,
        closes,
        valid_from: Some(date),
        valid_until: Some(date),
        inactive: false,
    }
}

/// A span that opens at one wall time and closes at a later one, within a day of it.
fn between(opens: NaiveDateTime, closes: NaiveDateTime) -> OpenSpan {
    span(opens.date(), opens.time(), closes.time())
}

fn clock(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

fn open(turn: Turn, hours: Vec<OpenSpan>) -> Vec<Interval> {
    Open::of(&court(hours), &venue(turn, 15), [], turn.around()).periods().to_vec()
}

fn period(from: Timestamp, until: Timestamp) -> Vec<Interval> {
    vec![Interval::new(from, until).unwrap()]
}

#[test]
fn the_turns_are_all_there_and_of_all_sorts() {
    let mut sorts: BTreeMap<&str, BTreeMap<i64, usize>> = BTreeMap::new();
    for turn in TURNS.iter() {
        let sort = sorts.entry(turn.zone.name()).or_default();
        *sort.entry(turn.shift.num_minutes()).or_default() += 1;
    }
    let sort = |name: &str| sorts[name].iter().map(|(by, n)| (*by, *n)).collect::<Vec<_>>();
    assert_eq!(sort("Australia/Lord_Howe"), [(-30, 16), (30, 16)]);
    assert_eq!(sort("Antarctica/Troll"), [(-120, 16), (120, 16)]);
    assert_eq!(sort("America/Havana"), [(-60, 16), (60, 16)]);
    assert_eq!(sort("Pacific/Chatham"), [(-60, 16), (60, 16)]);
    // Egypt took summer time up again in 2023; Morocco leaves it for Ramadan, sometimes twice a year.
    assert_eq!(sort("Africa/Cairo"), [(-60, 13), (60, 13)]);
    assert!(sorts["Africa/Casablanca"].values().all(|n| (16..=18).contains(n)), "{sorts:?}");
}

#[test]
fn what_is_always_open_stays_open_across_every_turn() {
    for turn in TURNS.iter().copied() {
        let midnight = clock(0);
        let hours = turn.days().iter().map(|day| span(*day, midnight, midnight)).collect();
        assert_eq!(open(turn, hours), [turn.around()], "{turn:?}");
        // And of one day, it is that day: no more, no less.
        for day in turn.days() {
            let of_day = open(turn, vec![span(day, midnight, midnight)]);
            assert_eq!(of_day, [turn.zone.day(day)], "{turn:?}");
        }
    }
}

#[test]
fn hours_by_day_keep_to_the_wall_on_the_days_around_every_turn() {
    for turn in TURNS.iter().copied() {
        for day in turn.days() {
            let [open] = open(turn, vec![span(day, clock(9), clock(17))])[..] else { panic!() };
            let shown = [open.starts_at(), open.ends_at()].map(|at| turn.zone.local(at));
            assert_eq!(shown, [day.and_time(clock(9)), day.and_time(clock(17))], "{turn:?}");
            assert_eq!(open.duration_ms(), 8 * HOUR_MS, "{turn:?}");
        }
    }
}

#[test]
fn a_night_lasts_as_long_as_it_lasts_whatever_the_wall_says() {
    for turn in TURNS.iter().copied() {
        let (before, after) = (turn.before(), turn.zone.local(turn.at));
        let three = TimeDelta::hours(3);
        let night = open(turn, vec![between(before - three, after + three)]);
        assert_eq!(night, period(turn.after_ms(-3 * HOUR_MS), turn.after_ms(3 * HOUR_MS)));
    }
}

/// A time that the wall skips moves forward by the gap; of one that it shows twice, the first counts.
#[test]
fn hours_that_begin_or_end_within_a_turn_do_so_where_a_booking_would() {
    for turn in TURNS.iter().copied() {
        let (before, after) = (turn.before(), turn.zone.local(turn.at));
        let odd = before.min(after) + turn.shift.abs() / 2;
        let half_ms = turn.shift.num_milliseconds() / 2;
        let three = TimeDelta::hours(3);
        let from_odd = open(turn, vec![between(odd, before.max(after) + three)]);
        // Forward it begins half a gap after the turn, back it begins half a shift before it.
        let begins = turn.after_ms(half_ms);
        let ends = turn.zone.resolve(before.max(after) + three).0;
        assert_eq!(from_odd, period(begins, ends), "{turn:?}");
        let until_odd = open(turn, vec![between(before - three, odd)]);
        assert_eq!(until_odd, period(turn.after_ms(-3 * HOUR_MS), begins), "{turn:?}");
    }
}

#[test]
fn a_closed_day_is_closed_from_its_first_instant_to_its_last_and_no_longer() {
    for turn in TURNS.iter().copied() {
        let venue = venue(turn, 15);
        let day = turn.zone.day(turn.date());
        let closure = AvailabilityException {
            id: ExceptionId(Uuid::from_u128(9)),
            kind: ExceptionKind::Closure,
            venue_id: VENUE,
            resource_id: None,
            staff_id: None,
            stay: Stay::between(turn.zone, day),
            all_day: true,
            reason: String::new(),
            group_id: None,
            withdrawn: false,
        };
        let left = Open::of(&court(vec![]), &venue, [&closure], turn.around());
        let whole = turn.around();
        let rest = [(whole.starts_at(), day.starts_at()), (day.ends_at(), whole.ends_at())];
        let rest = rest.map(|(from, until)| Interval::new(from, until).unwrap());
        assert_eq!(left.periods(), rest, "{turn:?}");
    }
}

/// What a day offers of a court that is always open, of which `taken` is booked.
fn offered(venue: &Venue, ask: &Ask, taken: &Busy) -> Vec<Stay> {
    let open = Open::of(&court(vec![]), venue, [], ask.within);
    free_stays(&possible_stays(venue, ask), ask, &open, taken).collect()
}

fn ask(within: Interval, minutes: u32) -> Ask {
    Ask { within, minutes, buffer_before_minutes: 0, buffer_after_minutes: 0, now: None }
}

/// Counted off by the minute, without the arithmetic of hours: every instant at which the wall shows
/// a time of the grid for the first time, if it shows one at the end, too.
fn counted_off(venue: &Venue, within: Interval, minutes: u32) -> Vec<Stay> {
    let zone = venue.timezone;
    let on_grid = |wall: NaiveDateTime| time::on_grid(wall, venue.slot_minutes);
    let mut shown = BTreeSet::new();
    // A time that the day begins with may have been shown on the evening before.
    let first = within.starts_at().plus_ms(-4 * HOUR_MS);
    let all = (0..).map(|n| first.plus_ms(n * MINUTE_MS)).take_while(|at| *at < within.ends_at());
    let mut stays = Vec::new();
    for starts_at in all {
        let is_new = shown.insert(zone.local(starts_at));
        let ends_at = starts_at.plus_ms(i64::from(minutes) * MINUTE_MS);
        let stay = Stay::between(zone, Interval::new(starts_at, ends_at).unwrap());
        let fits = starts_at >= within.starts_at() && ends_at <= within.ends_at();
        if is_new && fits && on_grid(stay.local_start) && on_grid(stay.local_end) {
            stays.push(stay);
        }
    }
    stays
}

#[test]
fn every_time_that_a_wall_shows_is_offered_once_around_every_turn() {
    let sorts = [(15, 45), (30, 30), (30, 60), (60, 60), (60, 240)];
    // Asked for across the turn, up to it, from it on, and up to where the wall reads less again.
    let hours = [(-6.0, 6.0), (-6.0, 0.0), (0.0, 6.0), (-6.0, 0.25)];
    for (turn, (from, until)) in TURNS.iter().flat_map(|turn| hours.map(|it| (*turn, it))) {
        let at = |hours: f64| turn.after_ms((hours * HOUR_MS as f64) as i64);
        let within = Interval::new(at(from), at(until)).unwrap();
        for (slot_minutes, minutes) in sorts {
            let venue = venue(turn, slot_minutes);
            let offered = offered(&venue, &ask(within, minutes), &Busy::default());
            let by_hand = counted_off(&venue, within, minutes);
            assert_eq!(offered, by_hand, "{turn:?}, {minutes} of {slot_minutes}");
            for stay in offered {
                assert_eq!(turn.zone.resolve(stay.local_start).0, stay.starts_at, "{turn:?}");
            }
        }
    }
}

#[test]
fn what_is_booked_across_a_turn_is_not_offered_and_what_touches_it_is() {
    for turn in TURNS.iter().copied() {
        let venue = venue(turn, 30);
        let within = Interval::new(turn.after_ms(-6 * HOUR_MS), turn.after_ms(6 * HOUR_MS));
        let ask =
            Ask { buffer_before_minutes: 15, buffer_after_minutes: 45, ..ask(within.unwrap(), 60) };
        let match_ = Interval::new(turn.after_ms(-HOUR_MS), turn.after_ms(HOUR_MS)).unwrap();
        let taken = Busy::new(vec![match_]);
        let offered = offered(&venue, &ask, &taken);
        let apart = |stay: &Stay| {
            stay.ends_at.plus_ms(45 * MINUTE_MS) <= match_.starts_at()
                || stay.starts_at.plus_ms(-15 * MINUTE_MS) >= match_.ends_at()
        };
        let mut by_hand = counted_off(&venue, within.unwrap(), 60);
        by_hand.retain(apart);
        assert_eq!(offered, by_hand, "{turn:?}");
        let later = offered.iter().any(|stay| stay.starts_at > turn.at);
        let earlier = offered.iter().any(|stay| stay.starts_at < turn.at);
        assert!(earlier && later, "{turn:?}");
    }
}
