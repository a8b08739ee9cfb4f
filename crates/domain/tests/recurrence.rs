//! Recurrence rules against what others make of them, against the clocks, and against people who
//! mean harm. The list of cases lies beside the repository; where it does not, this says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike, Weekday};
use holdfast_domain::recurrence::{DAYS_MAX, OCCURRENCES_MAX, RULE_MAX};
use holdfast_domain::{Expansion, Limit, LocalNote, Occurrence, Recurrence, Refusal, Zone};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn expand(rule: &str, start: &str, zone_name: &str, limit: Limit) -> Result<Expansion, Refusal> {
    Recurrence::parse(rule)?.expand(local(start), zone(zone_name), &[], limit)
}

/// The local times of a rule in UTC, as `2026-11-20 10:00`.
fn locals(rule: &str, start: &str, limit: Limit) -> Vec<String> {
    let found = expand(rule, start, "UTC", limit).unwrap().occurrences;
    found.iter().map(|o| o.local.format("%Y-%m-%d %H:%M").to_string()).collect()
}

fn days(rule: &str, start: &str, limit: Limit) -> Vec<String> {
    locals(rule, start, limit).iter().map(|text| text[..10].to_owned()).collect()
}

/// A DATE or a DATE-TIME of the list. A day begins at midnight.
fn listed(text: &str) -> NaiveDateTime {
    let text = if text.len() == 8 { format!("{text}T000000") } else { text.to_owned() };
    NaiveDateTime::parse_from_str(&text, "%Y%m%dT%H%M%S").unwrap()
}

#[test]
fn every_listed_rule_expands_as_two_other_libraries_do() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/recurrence/rrule_cases.jsonl");
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("SKIPPED: the list of rules is not beside this repository");
        return;
    };
    let mut cases = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let rule = Recurrence::parse(case["rrule"].as_str().unwrap()).unwrap();
        let start = listed(case["dtstart"].as_str().unwrap());
        let expected: Vec<NaiveDateTime> = case["instances"]
            .as_array()
            .unwrap()
            .iter()
            .map(|instance| listed(instance.as_str().unwrap()))
            .collect();
        let utc = zone("UTC");
        for limit in [Limit::WHOLE, Limit::first(expected.len())] {
            let found = rule.expand(start, utc, &[], limit).unwrap();
            let found_locals: Vec<_> = found.occurrences.iter().map(|o| o.local).collect();
            assert_eq!(found_locals, expected, "{line}");
            assert!(found.complete, "{line}");
        }
        cases += 1;
    }
    println!("{cases} rules");
    assert_eq!(cases, 54);
}

#[test]
fn the_hour_on_the_wall_stays_when_the_clocks_turn() {
    for (start, before, after) in [
        ("2026-03-19T10:00", "2026-03-26T09:00:00.000Z", "2026-04-02T08:00:00.000Z"),
        ("2026-10-15T10:00", "2026-10-22T08:00:00.000Z", "2026-10-29T09:00:00.000Z"),
    ] {
        let found = expand("FREQ=WEEKLY;COUNT=5", start, "Europe/Berlin", Limit::SERIES).unwrap();
        let at: Vec<_> = found.occurrences.iter().map(|o| o.at.to_string()).collect();
        assert_eq!((&*at[1], &*at[2]), (before, after));
        assert!(found.occurrences.iter().all(|o| o.local.hour() == 10 && o.note.is_none()));
    }
}

#[test]
fn a_time_that_the_clock_skips_moves_forward_and_one_shown_twice_is_the_first() {
    let night = |start: &str| {
        let found = expand("FREQ=DAILY;COUNT=3", start, "Europe/Berlin", Limit::SERIES).unwrap();
        found.occurrences
    };
    let gap = night("2026-03-28T02:30");
    let (asked, became) = (local("2026-03-29T02:30"), local("2026-03-29T03:30"));
    assert_eq!((gap[1].local, &*gap[1].at.to_string()), (became, "2026-03-29T01:30:00.000Z"));
    assert_eq!(gap[1].note, Some(LocalNote::MovedByGap { asked, became }));
    assert_eq!((gap[2].local, gap[2].note), (local("2026-03-30T02:30"), None));

    let fold = night("2026-10-24T02:30");
    assert_eq!(fold[1].at.to_string(), "2026-10-25T00:30:00.000Z");
    let asked = local("2026-10-25T02:30");
    assert_eq!(fold[1].note, Some(LocalNote::FirstOfTwo { asked }));
}

#[test]
fn two_times_that_a_gap_lays_on_one_another_are_one() {
    let rule = "FREQ=MINUTELY;INTERVAL=30;COUNT=6";
    let found = expand(rule, "2026-03-29T01:30", "Europe/Berlin", Limit::SERIES).unwrap();
    let shown: Vec<_> = found
        .occurrences
        .iter()
        .map(|o| (o.local.format("%H:%M").to_string(), o.note.is_some()))
        .collect();
    let plain = |text: &str| (text.to_owned(), false);
    assert_eq!(shown, [plain("01:30"), plain("03:00"), plain("03:30"), plain("04:00")]);
}

#[test]
fn until_is_on_the_wall_or_an_instant_and_a_date_is_a_whole_day() {
    let last = |until: &str| {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        let found = expand(&rule, "2026-06-01T10:00", "America/New_York", Limit::SERIES).unwrap();
        found.occurrences.last().unwrap().local.day()
    };
    assert_eq!(last("20260605T100000"), 5);
    assert_eq!(last("20260605T095959"), 4);
    // 10:00 in New York is 14:00 in UTC.
    assert_eq!(last("20260605T140000Z"), 5);
    assert_eq!(last("20260605T135959Z"), 4);
    assert_eq!(last("20260605"), 5);
}

#[test]
fn exceptions_are_left_out_and_count_counts_them() {
    let rule = Recurrence::parse("FREQ=WEEKLY;COUNT=3").unwrap();
    let except = |exdates: &[&str]| {
        let exdates: Vec<_> = exdates.iter().map(|text| local(text)).collect();
        let berlin = zone("Europe/Berlin");
        let found =
            rule.expand(local("2026-03-22T02:30"), berlin, &exdates, Limit::SERIES).unwrap();
        assert!(found.complete);
        found.occurrences.iter().map(|o| o.local.day()).collect::<Vec<_>>()
    };
    assert_eq!(except(&[]), [22, 29, 5]);
    // The one in the gap goes by the time that the rule says, and by the one that the wall shows.
    assert_eq!(except(&["2026-03-29T02:30"]), [22, 5]);
    assert_eq!(except(&["2026-03-29T03:30"]), [22, 5]);
    assert_eq!(except(&["2026-03-22T10:00"]), [22, 29, 5], "another time is no exception");
    let all = ["2026-03-22T02:30", "2026-03-29T02:30", "2026-04-05T02:30"];
    assert!(except(&all).is_empty());
}

#[test]
fn a_series_ends_within_two_years_and_500_dates() {
    let start = "2026-01-01T10:00";
    let too_long = Refusal::SeriesTooLong { max_occurrences: OCCURRENCES_MAX, max_days: DAYS_MAX };
    for rule in [
        "FREQ=WEEKLY",
        "FREQ=DAILY;COUNT=501",
        "FREQ=DAILY;UNTIL=20270601",
        "FREQ=MONTHLY;COUNT=26",
        "FREQ=YEARLY;COUNT=4",
        "FREQ=SECONDLY",
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=DAILY;COUNT=4294967295",
    ] {
        assert_eq!(expand(rule, start, "UTC", Limit::SERIES).unwrap_err(), too_long, "{rule}");
    }
    for (rule, dates) in [
        ("FREQ=DAILY;COUNT=500", 500),
        ("FREQ=WEEKLY;UNTIL=20280101", 105),
        ("FREQ=MONTHLY;COUNT=25", 25),
        ("FREQ=YEARLY;COUNT=3", 3),
    ] {
        let found = expand(rule, start, "Asia/Seoul", Limit::SERIES).unwrap();
        assert_eq!((found.occurrences.len(), found.complete), (dates, true), "{rule}");
    }
    let years = expand("FREQ=YEARLY;COUNT=10", start, "UTC", Limit::WHOLE).unwrap();
    assert_eq!(years.occurrences.len(), 10);
    let cut = expand("FREQ=WEEKLY", start, "UTC", Limit::first(3)).unwrap();
    assert_eq!((cut.occurrences.len(), cut.complete), (3, false));
    let cut = expand("FREQ=SECONDLY", start, "UTC", Limit::first(usize::MAX)).unwrap();
    assert_eq!((cut.occurrences.len(), cut.complete), (OCCURRENCES_MAX, false));
    let whole = expand("FREQ=WEEKLY;COUNT=3", start, "UTC", Limit::first(3)).unwrap();
    assert!(whole.complete, "cut where it ends anyway");
}

#[test]
fn hostile_rules_are_refused() {
    let long = "FREQ=DAILY;BYHOUR=".to_owned() + &"1,".repeat(5_000_000);
    let every_second = {
        let list = |to: u32| (0..to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        format!(
            "FREQ=YEARLY;BYMONTH=1,2,3;BYHOUR={};BYMINUTE={};BYSECOND={}",
            list(24),
            list(60),
            list(60)
        )
    };
    let cases: [(&str, &str); 49] = [
        ("", "field_required"),
        (" ", "field_required"),
        (&long, "field_too_long"),
        (&every_second, "field_invalid"),
        ("RRULE:", "field_invalid"),
        (";", "field_invalid"),
        ("=", "field_invalid"),
        ("weekly", "field_invalid"),
        ("FREQ=", "field_invalid"),
        ("FREQ=FORTNIGHTLY", "field_invalid"),
        ("COUNT=3", "field_invalid"),
        ("FREQ=DAILY;;COUNT=3", "field_invalid"),
        ("FREQ=DAILY;FREQ=WEEKLY", "field_invalid"),
        ("FREQ=DAILY;INTERVAL=0", "field_invalid"),
        ("FREQ=DAILY;INTERVAL=-1", "field_invalid"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "field_invalid"),
        ("FREQ=DAILY;COUNT=0", "field_invalid"),
        ("FREQ=DAILY;COUNT=-1", "field_invalid"),
        ("FREQ=DAILY;COUNT=1e3", "field_invalid"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "field_invalid"),
        ("FREQ=DAILY;UNTIL=20270230", "field_invalid"),
        ("FREQ=DAILY;UNTIL=2027-01-01", "field_invalid"),
        ("FREQ=DAILY;UNTIL=20270101T", "field_invalid"),
        ("FREQ=DAILY;UNTIL=20250101", "field_invalid"),
        ("FREQ=DAILY;BYEASTER=1", "field_invalid"),
        ("FREQ=DAILY;X-NAME=1", "field_invalid"),
        ("FREQ=DAILY;BYHOUR=24", "field_invalid"),
        ("FREQ=DAILY;BYHOUR=1,,2", "field_invalid"),
        ("FREQ=DAILY;BYMONTH=13", "field_invalid"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "field_invalid"),
        ("FREQ=MONTHLY;BYMONTHDAY=--1", "field_invalid"),
        ("FREQ=MONTHLY;BYDAY=0MO", "field_invalid"),
        ("FREQ=MONTHLY;BYDAY=XXMO", "field_invalid"),
        ("FREQ=MONTHLY;BYDAY=99999MO", "field_invalid"),
        ("FREQ=WEEKLY;BYDAY=é", "field_invalid"),
        ("FREQ=WEEKLY;BYDAY=M", "field_invalid"),
        ("FREQ=WEEKLY;BYDAY=1MO", "field_invalid"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "field_invalid"),
        ("FREQ=DAILY;BYYEARDAY=1", "field_invalid"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "field_invalid"),
        ("FREQ=MONTHLY;BYSETPOS=1", "field_invalid"),
        ("FREQ=DAILY\nRRULE:FREQ=DAILY", "field_invalid"),
        ("FREQ=DAILY\0", "field_invalid"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "field_invalid"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "field_invalid"),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "field_invalid"),
        ("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", "field_invalid"),
        ("FREQ=MINUTELY;INTERVAL=60;BYMINUTE=7;BYSECOND=0,1,2", "field_invalid"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=7;INTERVAL=12", "field_invalid"),
    ];
    for (rule, code) in cases {
        for limit in [Limit::SERIES, Limit::WHOLE, Limit::first(10)] {
            let shown = &rule[..rule.len().min(80)];
            let result = expand(rule, "2026-01-01T10:00", "Europe/Berlin", limit);
            let Err(refusal) = result else { panic!("{shown} expands: {result:?}") };
            assert_eq!(refusal.code(), code, "{shown}");
            assert_eq!(refusal.notice().details["field"], "rrule", "{shown}");
            assert!(refusal.message().ends_with('.'), "{}", refusal.message());
        }
    }
    assert!(every_second.len() < RULE_MAX, "refused for what it says, not for its length");
}

#[test]
fn starts_beyond_the_years_of_bookings_are_refused() {
    let rule = Recurrence::parse("FREQ=DAILY;COUNT=2").unwrap();
    for start in [NaiveDateTime::MIN, NaiveDateTime::MAX, local("1899-12-31T10:00")] {
        let refusal = rule.expand(start, zone("UTC"), &[], Limit::WHOLE).unwrap_err();
        assert_eq!(refusal.notice().details["field"], "start");
    }
}

/// Where the crate beneath goes wrong without a word, we do not.
#[test]
fn numbered_and_plain_weekdays_together_mean_either() {
    let rule = "FREQ=MONTHLY;BYDAY=FR,1MO;COUNT=6";
    let expected =
        ["2026-11-02", "2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27", "2026-12-04"];
    assert_eq!(days(rule, "2026-11-01T10:00", Limit::SERIES), expected);
}

#[test]
fn positions_in_the_first_week_are_counted_from_its_beginning() {
    // Wednesday is the second of this week's, so the first is the Monday after.
    let rule = "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;COUNT=2";
    assert_eq!(days(rule, "2026-11-18T10:00", Limit::SERIES), ["2026-11-23", "2026-11-30"]);
    // Even where the rule leaves the day of the week to the start.
    let rule = "FREQ=WEEKLY;BYHOUR=9,17;BYSETPOS=-1;COUNT=2";
    let expected = ["2026-11-18 17:00", "2026-11-25 17:00"];
    assert_eq!(locals(rule, "2026-11-18T09:00", Limit::SERIES), expected);
}

#[test]
fn rules_of_hours_and_minutes_keep_their_step_through_the_hours_left_out() {
    let rule = "FREQ=MINUTELY;INTERVAL=90;BYHOUR=12,13;COUNT=3";
    let expected = ["2026-11-20 12:00", "2026-11-20 13:30", "2026-11-21 12:00"];
    assert_eq!(locals(rule, "2026-11-20T09:00", Limit::SERIES), expected);
    let rule = "FREQ=MINUTELY;INTERVAL=15;BYHOUR=8;BYDAY=MO;COUNT=5";
    let expected = [
        "2026-11-23 08:00",
        "2026-11-23 08:15",
        "2026-11-23 08:30",
        "2026-11-23 08:45",
        "2026-11-30 08:00",
    ];
    assert_eq!(locals(rule, "2026-11-20T09:00", Limit::SERIES), expected);
}

#[test]
fn a_rule_is_kept_as_its_text() {
    let rule = Recurrence::parse(" rrule:freq=weekly;byday=tu,th; ").unwrap();
    assert_eq!(rule.as_str(), "FREQ=WEEKLY;BYDAY=TU,TH");
    assert!(!rule.ends());
    let json = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), rule);
    assert!(serde_json::from_str::<Recurrence>("\"FREQ=NEVER\"").is_err());
}

/// Any text of rule parts, sensible or not.
fn any_rule() -> impl Strategy<Value = String> {
    let freq = prop::sample::select(vec![
        "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY",
    ]);
    let numbers = |from: i32, to: i32| {
        prop::collection::vec((from..=to).prop_filter("zero", |n| *n != 0), 0..3)
            .prop_map(|list| list.iter().map(i32::to_string).collect::<Vec<_>>().join(","))
    };
    let day = prop::sample::select(vec!["MO", "TU", "SA", "1FR", "-1SU"]);
    let days = prop::collection::vec(day, 0..3).prop_map(|list| list.join(","));
    let parts = (
        numbers(1, 12),
        numbers(-31, 31),
        numbers(-60, 60),
        numbers(-10, 53),
        days,
        numbers(1, 23),
        numbers(1, 59),
        numbers(-3, 3),
    );
    (freq, 1_u16..40, 0_u32..30, parts).prop_map(|(freq, interval, count, parts)| {
        let mut rule = format!("FREQ={freq};INTERVAL={interval}");
        if count > 0 {
            rule.push_str(&format!(";COUNT={count}"));
        }
        let (month, month_day, year_day, week, day, hour, minute, position) = parts;
        for (name, value) in [
            ("BYMONTH", month),
            ("BYMONTHDAY", month_day),
            ("BYYEARDAY", year_day),
            ("BYWEEKNO", week),
            ("BYDAY", day),
            ("BYHOUR", hour),
            ("BYMINUTE", minute),
            ("BYSETPOS", position),
        ] {
            if !value.is_empty() {
                rule.push_str(&format!(";{name}={value}"));
            }
        }
        rule
    })
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec![
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Antarctica/Troll",
        "America/Havana",
        "Africa/Casablanca",
        "Asia/Seoul",
    ])
    .prop_map(zone)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the rule: in order, on or after the start, within the limit, no exception among
    /// them, and the same again.
    #[test]
    fn occurrences_keep_their_laws(
        rule in any_rule(),
        zone in any_zone(),
        minute in 0_i64..1_500_000,
        leave_out in prop::collection::vec(0_usize..20, 0..4),
        limit in prop_oneof![
            Just(Limit::SERIES),
            Just(Limit::WHOLE),
            (1_usize..40).prop_map(Limit::first),
        ],
    ) {
        let start = local("2024-01-01T00:00") + TimeDelta::minutes(minute);
        let Ok(rule) = Recurrence::parse(&rule) else { return Ok(()) };
        let Ok(all) = rule.expand(start, zone, &[], limit) else { return Ok(()) };
        let exdates: Vec<_> =
            leave_out.iter().filter_map(|&n| all.occurrences.get(n)).map(|o| o.local).collect();
        let Ok(found) = rule.expand(start, zone, &exdates, limit) else { return Ok(()) };
        prop_assert!(found.occurrences.len() <= limit.occurrences);
        prop_assert!(found.complete || limit.cut);
        prop_assert!(found.occurrences.windows(2).all(|pair| pair[0].at < pair[1].at));
        for Occurrence { local, at, note } in &found.occurrences {
            prop_assert!(*local >= start);
            prop_assert!(!exdates.contains(local));
            prop_assert_eq!(zone.local(*at), *local);
            prop_assert!(limit.days.is_none_or(|days| *local <= start + TimeDelta::days(days + 1)));
            prop_assert_eq!(note.is_some(), zone.resolve(*local).1.is_some()
                || matches!(note, Some(LocalNote::MovedByGap { .. })));
        }
        if all.complete && found.complete {
            let left: BTreeSet<_> = all.occurrences.iter().map(|o| o.at).collect();
            prop_assert!(found.occurrences.iter().all(|o| left.contains(&o.at)));
        }
        prop_assert_eq!(&found, &rule.expand(start, zone, &exdates, limit).unwrap());
    }

    /// The plainest rule, computed without any library: every n-th week on some days.
    #[test]
    fn weeks_are_what_counting_days_gives(
        minute in 0_i64..1_500_000, interval in 1_i64..5, mask in 1_u8..128, count in 1_usize..40
    ) {
        let start = local("2024-01-01T00:00") + TimeDelta::minutes(minute);
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let on = |day: Weekday| mask & (1 << day.num_days_from_monday()) != 0;
        let list: Vec<_> = (0..7).filter(|n| mask & (1 << n) != 0).map(|n| names[n]).collect();
        let text = format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY={};COUNT={count}", list.join(","));
        let monday = start - TimeDelta::days(i64::from(start.weekday().num_days_from_monday()));
        let expected: Vec<_> = (0..)
            .map(|day| (day, monday + TimeDelta::days(day)))
            .filter(|(day, at)| (day / 7) % interval == 0 && on(at.weekday()) && *at >= start)
            .map(|(_, at)| at)
            .take(count)
            .collect();
        let found = Recurrence::parse(&text).unwrap()
            .expand(start, zone("UTC"), &[], Limit::WHOLE).unwrap();
        let found: Vec<_> = found.occurrences.iter().map(|o| o.local).collect();
        prop_assert_eq!(found, expected);
    }

    /// No text, however strange, is too much.
    #[test]
    fn any_text_is_read_or_refused(text in "(RRULE:)?(FREQ|BYDAY|COUNT|UNTIL|é|[A-Z=;,0-9+-]){0,12}") {
        if let Ok(rule) = Recurrence::parse(&text) {
            let _ = rule.expand(local("2026-01-01T10:00"), zone("UTC"), &[], Limit::first(3));
        }
    }
}
