//! Series: when they take place, in their own zone.

use super::*;

/// Mondays at ten in Berlin, from 2026-03-02 on.
fn mondays(lines: &str) -> String {
    event(&format!(
        "DTSTART;TZID=Europe/Berlin:20260302T100000
        DTEND;TZID=Europe/Berlin:20260302T110000
        {lines}"
    ))
}

#[test]
fn a_series_keeps_its_wall_time_in_its_own_zone_not_in_the_venues() {
    let text = event(
        "DTSTART;TZID=America/New_York:20260302T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=5",
    );
    // New York's clocks turn on 2026-03-08, Berlin's on 2026-03-29.
    let found = sound(BERLIN, &text);
    assert_eq!(
        starts(&found),
        [
            "2026-03-02T23:00Z",
            "2026-03-09T22:00Z",
            "2026-03-16T22:00Z",
            "2026-03-23T22:00Z",
            "2026-03-30T22:00Z"
        ]
    );
    assert_eq!(walls(&found)[0], "03-03 00:00 to 03-03 01:00");
    assert_eq!(walls(&found)[1], "03-09 23:00 to 03-10 00:00");
    assert_eq!(walls(&found)[4], "03-31 00:00 to 03-31 01:00");
    let series = found[0].series.as_ref().unwrap();
    assert_eq!((series.event, series.rule.as_deref()), (0, Some("FREQ=WEEKLY;COUNT=5")));
    assert!(!series.continues);
    assert!(found.iter().all(|found| found.recurrence_id == Some(found.stay.starts_at)));
}

#[test]
fn a_series_in_utc_does_not_follow_any_clock() {
    let text = event("DTSTART:20260323T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2");
    let found = sound(BERLIN, &text);
    assert_eq!(walls(&found), ["03-23 11:00 to 03-23 12:00", "03-30 12:00 to 03-30 13:00"]);
}

#[test]
fn until_is_the_last_instant_or_the_last_day() {
    for (until, count) in [
        ("20260316T090000Z", 3),
        ("20260316T085959Z", 2),
        ("20260316", 3),
        ("20260315", 2),
        ("20260316T100000", 3),
    ] {
        let text = mondays(&format!("RRULE:FREQ=WEEKLY;UNTIL={until}"));
        assert_eq!(sound("Asia/Tokyo", &text).len(), count, "{until}");
    }
}

#[test]
fn exdates_take_away_in_whatever_zone_and_form_and_count_counts_them() {
    for exdate in [
        "EXDATE;TZID=Europe/Berlin:20260309T100000,20260323T100000",
        "EXDATE:20260309T090000Z\nEXDATE:20260323T090000Z",
        "EXDATE;TZID=America/New_York:20260309T050000,20260323T050000",
        "EXDATE;VALUE=DATE:20260309,20260323",
    ] {
        let text = mondays(&format!("RRULE:FREQ=WEEKLY;COUNT=4\n{exdate}"));
        let found = sound("Asia/Tokyo", &text);
        assert_eq!(starts(&found), ["2026-03-02T09:00Z", "2026-03-16T09:00Z"], "{exdate}");
    }
}

#[test]
fn an_exdate_in_the_zone_of_another_summer_time_is_that_instant() {
    // On 2026-03-23 New York is four hours behind UTC, Berlin still one ahead.
    let text = mondays("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=America/New_York:20260323T040000");
    assert_eq!(sound(BERLIN, &text).len(), 4);
    let text = mondays("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=America/New_York:20260323T050000");
    assert_eq!(sound(BERLIN, &text).len(), 3);
}

#[test]
fn rdates_add_times_and_periods_with_an_end_of_their_own() {
    let text = mondays(
        "RDATE;TZID=Europe/Berlin:20260304T150000
        RDATE;VALUE=PERIOD:20260305T100000Z/PT3H,20260306T100000Z/20260306T120000Z",
    );
    assert_eq!(
        stays(&sound(BERLIN, &text)),
        [
            "2026-03-02T09:00Z 2026-03-02T10:00Z",
            "2026-03-04T14:00Z 2026-03-04T15:00Z",
            "2026-03-05T10:00Z 2026-03-05T13:00Z",
            "2026-03-06T10:00Z 2026-03-06T12:00Z",
        ]
    );
    let text = mondays("RRULE:FREQ=WEEKLY;COUNT=1\nRDATE;VALUE=DATE:20260401");
    assert_eq!(starts(&sound(BERLIN, &text)), ["2026-03-02T09:00Z", "2026-04-01T08:00Z"]);
}

#[test]
fn the_start_is_the_first_even_where_the_rule_does_not_name_it() {
    let text = mondays("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3");
    let found = sound(BERLIN, &text);
    assert_eq!(starts(&found), ["2026-03-02T09:00Z", "2026-03-03T09:00Z", "2026-03-10T09:00Z"]);
    assert!(found[0].notes[0].contains("does not name its first time"));
    assert!(found[1].notes.is_empty());
}

#[test]
fn a_time_that_the_clocks_skip_moves_forward_and_its_exdate_with_it() {
    let text = event(
        "DTSTART;TZID=Europe/Berlin:20260328T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3",
    );
    let found = sound(BERLIN, &text);
    assert_eq!(starts(&found), ["2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z"]);
    assert!(found[1].notes[0].contains("becomes 03:30"));
    let without = text.replace("RRULE", "EXDATE;TZID=Europe/Berlin:20260329T023000\r\nRRULE");
    assert_eq!(sound(BERLIN, &without).len(), 2);
}

#[test]
fn an_end_means_the_same_length_every_time_a_duration_of_days_the_same_wall() {
    let series = |end: &str| {
        let text =
            format!("DTSTART;TZID=Europe/Berlin:20260327T220000\n{end}\nRRULE:FREQ=DAILY;COUNT=2");
        walls(&sound(BERLIN, &event(&text)))[1].clone()
    };
    // Eight hours in the night in which the clocks go forward.
    assert_eq!(series("DTEND;TZID=Europe/Berlin:20260328T060000"), "03-28 22:00 to 03-29 07:00");
    assert_eq!(series("DURATION:PT8H"), "03-28 22:00 to 03-29 07:00");
    assert_eq!(series("DURATION:P1D"), "03-28 22:00 to 03-29 22:00");
}

#[test]
fn several_rules_and_an_exrule_are_all_followed() {
    let text = mondays(
        "RRULE:FREQ=WEEKLY;COUNT=3
        RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3
        EXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2",
    );
    assert_eq!(starts(&sound(BERLIN, &text)), ["2026-03-04T09:00Z", "2026-03-09T09:00Z"]);
}

#[test]
fn an_endless_series_is_cut_by_the_period_without_a_complaint() {
    let asked = Options {
        from: "2026-03-20".parse().ok(),
        to: "2026-04-06".parse().ok(),
        ..options(BERLIN)
    };
    let agenda = occurrences(&calendar(&mondays("RRULE:FREQ=WEEKLY")), &asked);
    assert_eq!(agenda.problems, []);
    let starts = starts(&agenda.occurrences);
    assert_eq!(starts, ["2026-03-23T09:00Z", "2026-03-30T08:00Z", "2026-04-06T08:00Z"]);
    assert!(agenda.occurrences[0].series.as_ref().unwrap().continues);
}

#[test]
fn an_endless_series_without_a_period_is_cut_by_the_limit_and_that_is_said() {
    let calendar = calendar(&mondays("RRULE:FREQ=WEEKLY"));
    let agenda = occurrences(&calendar, &Options { limit: 10, ..options(BERLIN) });
    assert_eq!(agenda.occurrences.len(), 10);
    assert!(agenda.problems[0].message.contains("the first 10 occurrences are taken"));
    assert!(agenda.occurrences[0].series.as_ref().unwrap().continues);
    // What lies before the period does not count.
    let late = Options { limit: 10, from: "2030-01-01".parse().ok(), ..options(BERLIN) };
    let agenda = occurrences(&calendar, &late);
    assert_eq!(agenda.occurrences.len(), 10);
    assert_eq!(starts(&agenda.occurrences)[0], "2030-01-07T09:00Z");
}

#[test]
fn a_rule_that_is_not_understood_leaves_the_first_time_and_says_so() {
    let text = mondays("RRULE:FREQ=WEEKLY;BYEASTER=1");
    let agenda = agenda(BERLIN, &text);
    assert_eq!(starts(&agenda.occurrences), ["2026-03-02T09:00Z"]);
    assert!(agenda.problems[0].message.contains("BYEASTER"));
    assert_eq!((agenda.problems[0].line, agenda.problems[0].uid.as_deref()), (8, Some("one")));
}
