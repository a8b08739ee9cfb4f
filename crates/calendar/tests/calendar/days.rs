//! Whole days: holidays, closures, and how long things last.

use super::*;

#[test]
fn a_holiday_is_a_whole_day_of_the_venue() {
    let text = event(
        "SUMMARY:Tag der Deutschen Einheit\nDTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261004",
    );
    let found = sound(BERLIN, &text);
    assert_eq!(stays(&found), ["2026-10-02T22:00Z 2026-10-03T22:00Z"]);
    assert_eq!(walls(&found), ["10-03 00:00 to 10-04 00:00"]);
    assert!(found[0].all_day);
    assert_eq!(walls(&sound("America/New_York", &text)), ["10-03 00:00 to 10-04 00:00"]);
}

#[test]
fn school_holidays_of_several_days_last_until_the_end_day_begins() {
    let text = event("DTSTART;VALUE=DATE:20261019\nDTEND;VALUE=DATE:20261101");
    // The clocks go back on 2026-10-25.
    assert_eq!(stays(&sound(BERLIN, &text)), ["2026-10-18T22:00Z 2026-10-31T23:00Z"]);
}

#[test]
fn a_day_is_as_long_as_the_clocks_make_it() {
    let text = event("DTSTART;VALUE=DATE:20260329");
    assert_eq!(stays(&sound(BERLIN, &text)), ["2026-03-28T23:00Z 2026-03-29T22:00Z"]);
}

#[test]
fn a_duration_of_days_and_an_end_on_the_same_day_are_days_too() {
    for (end, last) in [
        ("DURATION:P2D", "10-05"),
        ("DURATION:PT36H", "10-05"),
        ("DTEND;VALUE=DATE:20261003", "10-04"),
    ] {
        let text = event(&format!("DTSTART;VALUE=DATE:20261003\n{end}"));
        assert_eq!(walls(&sound(BERLIN, &text)), [format!("10-03 00:00 to {last} 00:00")], "{end}");
    }
}

#[test]
fn a_time_without_an_end_is_over_at_once() {
    let found = sound(BERLIN, &event("DTSTART:20260302T100000Z"));
    assert_eq!(stays(&found), ["2026-03-02T10:00Z 2026-03-02T10:00Z"]);
    assert_eq!(found[0].notes, ["It ends as it starts."]);
}

#[test]
fn a_day_of_duration_is_a_day_on_the_wall_and_24_hours_are_24_hours() {
    let text = |duration| {
        event(&format!("DTSTART;TZID=Europe/Berlin:20260328T100000\nDURATION:{duration}"))
    };
    assert_eq!(stays(&sound(BERLIN, &text("P1D"))), ["2026-03-28T09:00Z 2026-03-29T08:00Z"]);
    assert_eq!(stays(&sound(BERLIN, &text("PT24H"))), ["2026-03-28T09:00Z 2026-03-29T09:00Z"]);
}

#[test]
fn a_yearly_holiday_recurs_on_its_date_for_as_long_as_it_is_asked() {
    let text = event("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY\nTRANSP:TRANSPARENT");
    let asked = Options {
        from: "2025-06-01".parse().ok(),
        to: "2027-06-01".parse().ok(),
        ..options("Australia/Sydney")
    };
    let agenda = occurrences(&calendar(&text), &asked);
    assert_eq!(agenda.problems, []);
    assert_eq!(starts(&agenda.occurrences), ["2025-12-31T13:00Z", "2026-12-31T13:00Z"]);
    let first = &agenda.occurrences[0];
    assert!(first.transparent);
    assert_eq!(first.recurrence_id, Some(first.stay.starts_at));
    assert!(first.series.as_ref().unwrap().continues);
}

#[test]
fn until_of_a_series_of_days_is_a_day_however_it_is_written() {
    // Midnight in UTC is the day itself; another time is the venue's day then.
    for until in ["20260303", "20260303T000000Z", "20260302T230000Z", "20260303T235959"] {
        let text = event(&format!("DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;UNTIL={until}"));
        assert_eq!(sound(BERLIN, &text).len(), 3, "{until}");
    }
}

#[test]
fn days_can_be_excluded_and_added_however_they_are_written() {
    let text = event(
        "DTSTART;VALUE=DATE:20260301
        RRULE:FREQ=DAILY;COUNT=4
        EXDATE;VALUE=DATE:20260302
        EXDATE:20260302T230000Z
        RDATE;VALUE=DATE:20260310",
    );
    let days =
        ["03-01 00:00 to 03-02 00:00", "03-04 00:00 to 03-05 00:00", "03-10 00:00 to 03-11 00:00"];
    assert_eq!(walls(&sound(BERLIN, &text)), days);
}

#[test]
fn a_birthday_from_a_year_that_nobody_knows_recurs_today() {
    let text = event("DTSTART;VALUE=DATE:16040229\nRRULE:FREQ=YEARLY");
    let asked = Options {
        from: "2024-01-01".parse().ok(),
        to: "2028-12-31".parse().ok(),
        ..options(BERLIN)
    };
    let agenda = occurrences(&calendar(&text), &asked);
    assert_eq!(agenda.problems, []);
    assert_eq!(starts(&agenda.occurrences), ["2024-02-28T23:00Z", "2028-02-28T23:00Z"]);
}

#[test]
fn what_lasts_into_the_period_is_in_and_what_touches_it_is_not() {
    let text = file(
        "BEGIN:VEVENT\nUID:into\nDTSTART;VALUE=DATE:20260301\nDTEND;VALUE=DATE:20260311\nEND:VEVENT
         BEGIN:VEVENT\nUID:before\nDTSTART;VALUE=DATE:20260309\nEND:VEVENT
         BEGIN:VEVENT\nUID:last\nDTSTART:20260311T225900Z\nEND:VEVENT
         BEGIN:VEVENT\nUID:behind\nDTSTART:20260311T230000Z\nEND:VEVENT",
    );
    let asked = Options {
        from: "2026-03-10".parse().ok(),
        to: "2026-03-11".parse().ok(),
        ..options(BERLIN)
    };
    let found = occurrences(&calendar(&text), &asked).occurrences;
    let uids: Vec<_> = found.iter().map(|found| found.uid.as_str()).collect();
    assert_eq!(uids, ["into", "last"]);
}
