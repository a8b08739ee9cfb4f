//! Files that are broken, or meant to do harm.

use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;

#[test]
fn a_file_that_breaks_off_gives_what_it_has_and_says_so() {
    let text = event("SUMMARY:Choir\nDTSTART:20260302T100000Z\nDURATION:PT1H");
    let (cut, _) = text.split_once("END:VEVENT").unwrap();
    let found = agenda(BERLIN, cut).occurrences;
    assert_eq!(found[0].summary.as_deref(), Some("Choir"));
    assert!(found[0].notes[0].contains("breaks off"));
    assert!(complaints(BERLIN, cut).contains("The file ends within VEVENT"));
}

#[test]
fn an_event_that_does_not_end_before_the_next_does_not_swallow_it() {
    let text = file(
        "BEGIN:VEVENT\nUID:a\nDTSTART:20260302T100000Z
         BEGIN:VALARM\nDTSTART:19990101T000000Z
         BEGIN:VEVENT\nUID:b\nDTSTART:20260303T100000Z\nEND:VEVENT\nEND:VEVENT\nEND:NOTHING",
    );
    let found = agenda(BERLIN, &text).occurrences;
    assert_eq!(starts(&found), ["2026-03-02T10:00Z", "2026-03-03T10:00Z"]);
    let complaints = complaints(BERLIN, &text);
    assert!(complaints.contains("9: VEVENT begins again before it ended"), "{complaints}");
    assert!(complaints.contains("END:\"NOTHING\" without its BEGIN"), "{complaints}");
}

#[test]
fn nesting_without_end_is_left_out_and_what_follows_is_read() {
    let deep = "BEGIN:X\n".repeat(100_000) + &"END:X\n".repeat(100_000);
    let text = file(&format!("{deep}BEGIN:VEVENT\nUID:a\nDTSTART:20260302T100000Z\nEND:VEVENT"));
    assert_eq!(agenda(BERLIN, &text).occurrences.len(), 1);
    let unended = file(&"BEGIN:X\n".repeat(100_000));
    assert!(agenda(BERLIN, &unended).occurrences.is_empty());
}

#[test]
fn ten_megabytes_in_one_line_are_read_and_cut() {
    let long = "x".repeat(10_000_000);
    let text = event(&format!("DTSTART:20260302T100000Z\nSUMMARY:{long}"));
    let agenda = agenda(BERLIN, &text);
    assert_eq!(agenda.occurrences[0].summary.as_ref().unwrap().len(), 10_000);
    assert!(complaints(BERLIN, &text).contains("cut after 10000 characters"));
    let folded =
        event(&format!("DTSTART:20260302T100000Z\nX-A:{}", "\u{0}\r\n x".repeat(1_000_000)));
    assert_eq!(calendar(&folded).events.len(), 1);
    assert!(calendar(&event(&long)).events.is_empty());
}

#[test]
fn a_rule_of_every_second_for_ever_ends_at_the_limit() {
    let text = event("DTSTART:20260302T100000Z\nRRULE:FREQ=SECONDLY");
    let agenda = agenda(BERLIN, &text);
    assert_eq!(agenda.occurrences.len(), 500);
    assert!(agenda.problems[0].message.contains("the first 500"));
}

#[test]
fn a_rule_of_every_second_that_never_gets_to_the_period_says_so() {
    let text = event("DTSTART:20200302T100000Z\nRRULE:FREQ=SECONDLY");
    let asked = Options { from: "2026-03-01".parse().ok(), ..options(BERLIN) };
    let agenda = occurrences(&calendar(&text), &asked);
    assert!(agenda.occurrences.is_empty());
    assert!(agenda.problems[0].message.contains("recurs too often"), "{:?}", agenda.problems);
}

#[test]
fn many_endless_rules_are_too_many_in_the_end() {
    let mut body = String::new();
    for n in 0..3000 {
        let rule = "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30";
        let rule = if n % 100 == 0 { rule } else { "FREQ=SECONDLY" };
        writeln!(body, "BEGIN:VEVENT\nUID:{n}\nDTSTART:20000101T000000\nRRULE:{rule}\nEND:VEVENT")
            .unwrap();
    }
    let asked = Options { from: "2026-03-01".parse().ok(), ..options(BERLIN) };
    let agenda = occurrences(&calendar(&file(&body)), &asked);
    assert!(agenda.problems.iter().any(|problem| problem.message.contains("rules are too many")));
}

#[test]
fn a_large_text_times_many_occurrences_is_cut_before_memory_is_full() {
    let mut body = String::new();
    let description = "x".repeat(10_000);
    for n in 0..100 {
        writeln!(body, "BEGIN:VEVENT\nUID:{n}\nDESCRIPTION:{description}").unwrap();
        body.push_str("DTSTART:20260302T100000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\n");
    }
    let agenda = agenda(BERLIN, &file(&body));
    assert!(agenda.occurrences.len() < 20_000);
    let cut: Vec<_> =
        agenda.problems.iter().filter(|p| p.message.contains("more than can")).collect();
    assert_eq!(cut.len(), 1);
}

#[test]
fn more_dates_than_anybody_types_are_cut_and_that_is_said() {
    let dates = "20260302T100000Z,".repeat(100_000);
    let text = event(&format!("DTSTART:20260301T100000Z\nRDATE:{dates}\nEXDATE:{dates}"));
    assert_eq!(starts(&agenda(BERLIN, &text).occurrences), ["2026-03-01T10:00Z"]);
    let complaints = complaints(BERLIN, &text);
    assert!(complaints.contains("more than 10000 RDATE"), "{complaints}");
}

#[test]
fn a_time_beyond_the_years_of_bookings_is_left_out_and_said() {
    for start in ["99991231T235959Z", "00010101T000000", "18991231T000000Z"] {
        let text = event(&format!("DTSTART:{start}\nDURATION:P1D"));
        assert!(agenda(BERLIN, &text).occurrences.is_empty());
        assert!(complaints(BERLIN, &text).contains("outside the years 1900 to 2199"), "{start}");
    }
    let text = event("DTSTART:20260302T100000Z\nDTEND:99991231T235959Z");
    assert!(agenda(BERLIN, &text).occurrences.is_empty());
    let text = event("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=YEARLY;UNTIL=99991231");
    assert_eq!(agenda(BERLIN, &text).occurrences.len(), 174, "2026 to 2199");
}

#[test]
fn an_end_before_the_start_is_said_and_not_believed() {
    for (lines, wall) in [
        ("DTSTART:20260302T100000Z\nDTEND:20260302T090000Z", "03-02 11:00 to 03-02 11:00"),
        ("DTSTART:20260302T100000Z\nDURATION:-PT1H", "03-02 11:00 to 03-02 11:00"),
        ("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260301", "03-02 00:00 to 03-03 00:00"),
    ] {
        let agenda = agenda(BERLIN, &event(lines));
        assert_eq!(walls(&agenda.occurrences), [wall]);
        assert_eq!(agenda.problems.len(), 1, "{lines}");
        assert!(!agenda.occurrences[0].notes.is_empty());
    }
}

#[test]
fn a_zone_without_sense_is_unknown_not_fatal() {
    for part in [
        "DTSTART:20260101T000000",
        "DTSTART:00010101T000000\nTZOFFSETFROM:+2359\nTZOFFSETTO:-2359\nRRULE:FREQ=SECONDLY",
        "DTSTART:99990101T000000\nTZOFFSETFROM:+9900\nTZOFFSETTO:-0000",
    ] {
        let text = file(&format!(
            "BEGIN:VTIMEZONE\nTZID:Foo\nBEGIN:STANDARD\n{part}\nEND:STANDARD\nEND:VTIMEZONE
             BEGIN:VEVENT\nUID:a\nDTSTART;TZID=Foo:20260302T100000\nEND:VEVENT"
        ));
        assert_eq!(agenda(BERLIN, &text).occurrences.len(), 1, "{part}");
    }
}

#[test]
fn a_thousand_problems_are_enough() {
    let calendar = calendar(&file(&"garbage\n".repeat(5000)));
    assert_eq!(calendar.problems.len(), 1001);
    assert!(calendar.problems[1000].message.starts_with("4000 more problems"));
}

const SEED: &str = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Foo\r\nBEGIN:STANDARD\r\n\
    DTSTART:16010101T030000\r\nTZOFFSETFROM:+0230\r\nTZOFFSETTO:+0130\r\n\
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n\
    UID:a\r\nDTSTART;TZID=Foo:20260302T100000\r\nDURATION:P1DT2H\r\n\
    RRULE:FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20270101T000000Z\r\nEXDATE;TZID=Foo:20260309T100000\r\n\
    RDATE;VALUE=PERIOD:20260401T100000Z/PT1H\r\nSUMMARY:a\\, b\r\n c\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260316T083000Z\r\n\
    DTSTART;VALUE=DATE:20260317\r\nDTEND;VALUE=DATE:20260319\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// What an edit may put in.
const ADDED: &str = "[0-9A-Z:;,=+\\-\r\n \"/T\\\\é]{0,6}";

fn survives(text: &str) {
    let Ok(calendar) = read(text) else { return };
    for zone in ["Europe/Berlin", "Pacific/Apia"] {
        let _ = occurrences(&calendar, &Options { limit: 50, ..options(zone) });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_at_all_makes_it_fall_over(text in any::<String>()) {
        survives(&text);
        survives(&event(&text));
    }

    #[test]
    fn no_bytes_at_all_make_it_fall_over(bytes in any::<Vec<u8>>()) {
        survives(&holdfast_calendar::decode(&bytes));
    }

    #[test]
    fn no_change_to_a_calendar_makes_it_fall_over(
        edits in prop::collection::vec((0..SEED.len(), 0..20_usize, ADDED), 1..8)
    ) {
        let mut text = SEED.to_owned();
        for (at, removed, added) in edits {
            let bound = |at: usize| text.floor_char_boundary(at.min(text.len()));
            let (from, to) = (bound(at), bound(at + removed));
            text.replace_range(from..to, &added);
        }
        survives(&text);
    }

    #[test]
    fn no_numbers_in_a_calendar_make_it_fall_over(
        edits in prop::collection::vec((0..SEED.len(), 0..10_u8), 1..12)
    ) {
        let mut text = SEED.as_bytes().to_vec();
        for (at, digit) in edits {
            if text[at].is_ascii_digit() {
                text[at] = b'0' + digit;
            }
        }
        survives(std::str::from_utf8(&text).unwrap());
    }
}
