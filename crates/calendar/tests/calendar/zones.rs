//! Whose clock a time is on.

use super::*;

/// Outlook's, as it writes it: rules since 1601.
const W_EUROPE: &str = "
    BEGIN:VTIMEZONE
    TZID:W. Europe Standard Time
    BEGIN:STANDARD
    DTSTART:16010101T030000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010101T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE";

/// A place with Europe's days of change, an hour and a half east of Greenwich.
fn own(name: &str) -> String {
    W_EUROPE
        .replace("W. Europe Standard Time", name)
        .replace("+0200", "+0230")
        .replace("+0100", "+0130")
}

fn with(zone: &str, lines: &str) -> String {
    file(&format!("{zone}\nBEGIN:VEVENT\nUID:one\n{lines}\nEND:VEVENT"))
}

#[test]
fn a_time_in_a_named_zone_is_that_zones_wherever_the_venue_is() {
    let text = event(
        "DTSTART;TZID=Europe/Berlin:20260302T100000\nDTEND;TZID=Europe/Berlin:20260302T113000",
    );
    let found = sound("America/New_York", &text);
    assert_eq!(stays(&found), ["2026-03-02T09:00Z 2026-03-02T10:30Z"]);
    assert_eq!(walls(&found), ["03-02 04:00 to 03-02 05:30"]);
    assert_eq!((found[0].recurrence_id, found[0].all_day), (None, false));
    assert_eq!(found[0].series, None);
}

#[test]
fn a_time_in_utc_is_utc_and_a_floating_one_is_the_venues() {
    let text = event("DTSTART:20260302T100000Z\nDURATION:PT1H");
    assert_eq!(starts(&sound("Asia/Tokyo", &text)), ["2026-03-02T10:00Z"]);
    let text = event("DTSTART:20260302T100000\nDURATION:PT1H");
    assert_eq!(starts(&sound("Asia/Tokyo", &text)), ["2026-03-02T01:00Z"]);
    assert_eq!(starts(&sound("Asia/Kathmandu", &text)), ["2026-03-02T04:15Z"]);
}

#[test]
fn an_end_may_be_in_another_zone_than_the_start() {
    let text = event(
        "DTSTART;TZID=Europe/London:20260302T100000\nDTEND;TZID=America/New_York:20260302T130000",
    );
    assert_eq!(stays(&sound(BERLIN, &text)), ["2026-03-02T10:00Z 2026-03-02T18:00Z"]);
}

#[test]
fn outlooks_names_are_known_with_their_rules_and_without() {
    let lines = "DTSTART;TZID=\"W. Europe Standard Time\":20260701T100000\nDURATION:PT1H";
    for text in [with(W_EUROPE, lines), event(lines)] {
        assert_eq!(starts(&sound("Asia/Tokyo", &text)), ["2026-07-01T08:00Z"]);
    }
}

#[test]
fn a_custom_name_may_say_its_place() {
    let zone = own("Custom/Foo")
        .replace("TZID:Custom/Foo", "TZID:Custom/Foo\nX-LIC-LOCATION:Asia/Kathmandu");
    let text = with(&zone, "DTSTART;TZID=Custom/Foo:20260701T100000\nDURATION:PT1H");
    assert_eq!(starts(&sound(BERLIN, &text)), ["2026-07-01T04:15Z"]);
}

#[test]
fn a_custom_name_without_a_place_has_its_own_rules_and_keeps_its_wall_across_them() {
    let lines = "DTSTART;TZID=Custom: Foo:20260323T100000
        DTEND;TZID=Custom: Foo:20260323T110000
        RRULE:FREQ=WEEKLY;UNTIL=20260330T073000Z"
        .replace("TZID=Custom: Foo", "TZID=\"Custom: Foo\"");
    let found = sound(BERLIN, &with(&own("Custom: Foo"), &lines));
    // +01:30 until 2026-03-29, then +02:30. UNTIL is the very last one.
    assert_eq!(
        stays(&found),
        ["2026-03-23T08:30Z 2026-03-23T09:30Z", "2026-03-30T07:30Z 2026-03-30T08:30Z"]
    );
    // The venue's clocks turn on the same day.
    assert_eq!(walls(&found), ["03-23 09:30 to 03-23 10:30", "03-30 09:30 to 03-30 10:30"]);
}

#[test]
fn in_a_custom_zone_too_a_gap_moves_forward_and_of_two_times_the_first_is_meant() {
    let at = |time: &str| {
        let lines = format!("DTSTART;TZID=Foo:{time}\nDURATION:PT1H");
        let found = sound("Asia/Tokyo", &with(&own("Foo"), &lines));
        (starts(&found)[0].clone(), found[0].notes.join(" "))
    };
    // 02:30 is 03:30 at +02:30.
    let (gap, note) = at("20260329T023000");
    assert_eq!(gap, "2026-03-29T01:00Z");
    assert!(note.contains("02:30 does not exist") && note.contains("becomes 03:30"), "{note}");
    assert!(note.ends_with("(Foo)"), "{note}");
    // First at +02:30, then again at +01:30.
    let (twice, note) = at("20261025T023000");
    assert_eq!(twice, "2026-10-25T00:00Z");
    assert!(note.contains("occurs twice"), "{note}");
    assert_eq!(at("20261025T033000").0, "2026-10-25T02:00Z");
    assert_eq!(at("20260329T013000").0, "2026-03-29T00:00Z");
}

#[test]
fn a_custom_zone_may_list_its_changes_as_dates_and_end_a_rule() {
    let zone = "
        BEGIN:VTIMEZONE
        TZID:Foo
        BEGIN:STANDARD
        DTSTART:20251026T030000
        TZOFFSETFROM:-0300
        TZOFFSETTO:-0400
        RDATE:20261025T030000
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:20240331T020000
        TZOFFSETFROM:-0400
        TZOFFSETTO:-0300
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20260329T060000Z
        END:DAYLIGHT
        END:VTIMEZONE";
    let at = |day: &str| {
        let lines = format!("DTSTART;TZID=Foo:{day}T120000\nDURATION:PT1H");
        starts(&sound(BERLIN, &with(zone, &lines)))[0].clone()
    };
    assert_eq!(at("20260328"), "2026-03-28T16:00Z");
    assert_eq!(at("20260330"), "2026-03-30T15:00Z");
    assert_eq!(at("20261026"), "2026-10-26T16:00Z");
    // The rule is over: no summer time in 2027.
    assert_eq!(at("20270701"), "2027-07-01T16:00Z");
    // Before all changes the zone keeps what the first one left.
    assert_eq!(at("20240101"), "2024-01-01T16:00Z");
}

#[test]
fn an_unknown_zone_is_the_venues_and_both_file_and_event_say_so() {
    let text = event("DTSTART;TZID=Middle Earth:20260302T100000\nDURATION:PT1H");
    let found = agenda(BERLIN, &text).occurrences;
    assert_eq!(starts(&found), ["2026-03-02T09:00Z"]);
    assert!(found[0].notes[0].contains("Middle Earth"));
    assert!(complaints(BERLIN, &text).contains("6: The time zone \"Middle Earth\" is unknown"));
}

#[test]
fn every_calendar_of_a_file_has_its_own_zones() {
    let other = own("Foo").replace("+0230", "-0500").replace("+0130", "-0600");
    let lines = "DTSTART;TZID=Foo:20260701T120000\nDURATION:PT1H";
    let text = with(&own("Foo"), lines) + &with(&other, lines).replace("UID:one", "UID:two");
    let found = sound(BERLIN, &text);
    assert_eq!(starts(&found), ["2026-07-01T09:30Z", "2026-07-01T17:00Z"]);
}
