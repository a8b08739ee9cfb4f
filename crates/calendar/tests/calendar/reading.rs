//! What programs write, and what is taken of it.

use super::*;
use holdfast_calendar::{ReadError, Status, decode};

const FULL: &str = r"
    METHOD:PUBLISH
    X-WR-CALNAME:Hall\, upstairs
    BEGIN:VTODO
    UID:todo
    DTSTART:20260302T100000Z
    END:VTODO
    BEGIN:VJOURNAL
    DTSTART:20260302T100000Z
    END:VJOURNAL
    BEGIN:VEVENT
    UID:one@example
    DTSTAMP:20260101T000000Z
    DTSTART:20260302T100000Z
    DTEND:20260302T110000Z
    SUMMARY;LANGUAGE=en:Choir\; winter
    DESCRIPTION:First line\nsecond\, with a comma \\ backslash
    LOCATION:Room 1
    CATEGORIES:Music,Choir\, mixed
    CATEGORIES:Weekly
    STATUS:TENTATIVE
    BEGIN:VALARM
    ACTION:DISPLAY
    DESCRIPTION:Reminder
    TRIGGER:-PT15M
    END:VALARM
    END:VEVENT";

#[test]
fn an_event_is_taken_with_its_texts_and_all_else_is_left() {
    let text = file(FULL);
    let calendar = calendar(&text);
    assert_eq!(calendar.name.as_deref(), Some("Hall, upstairs"));
    assert_eq!(calendar.events.len(), 1);
    let found = sound(BERLIN, &text);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(one.uid, "one@example");
    assert_eq!(one.summary.as_deref(), Some("Choir; winter"));
    assert_eq!(one.description.as_deref(), Some("First line\nsecond, with a comma \\ backslash"));
    assert_eq!(one.location.as_deref(), Some("Room 1"));
    assert_eq!(one.categories, ["Music", "Choir, mixed", "Weekly"]);
    assert_eq!(one.status, Status::Tentative);
    assert_eq!(one.line, 13);
}

#[test]
fn line_ends_folds_and_a_byte_order_mark_change_nothing() {
    let crlf = file(FULL);
    let expected = sound(BERLIN, &crlf);
    let lf = crlf.replace("\r\n", "\n");
    let folded: String = crlf
        .split_inclusive("\r\n")
        .map(|line| match line.split_at_checked(9) {
            Some((start, rest)) if rest.len() > 2 => format!("{start}\r\n {rest}"),
            _ => line.to_owned(),
        })
        .collect();
    for other in [lf.clone(), crlf.replace("\r\n", "\r"), format!("\u{feff}{crlf}")] {
        assert_eq!(sound(BERLIN, &other), expected);
    }
    let mut found = sound(BERLIN, &folded);
    found[0].line = expected[0].line;
    assert_eq!(found, expected);
    assert_eq!(sound(BERLIN, &decode(lf.as_bytes())), expected);
}

#[test]
fn names_are_read_in_any_case() {
    let text = file(FULL).replace("BEGIN:VEVENT", "begin:vevent").replace("DTSTART:", "dtstart:");
    assert_eq!(sound(BERLIN, &text).len(), 1);
}

#[test]
fn an_event_without_a_uid_gets_one_from_when_and_what_it_is() {
    let text =
        |lines: &str| file(&format!("BEGIN:VEVENT\nDTSTART:20260302T100000Z\n{lines}\nEND:VEVENT"));
    let uid = |lines: &str| calendar(&text(lines)).events[0].uid.clone();
    let first = uid("SUMMARY:Choir\nDTSTAMP:20260101T000000Z\nDESCRIPTION:a");
    assert_eq!(first, uid("DTSTAMP:20260201T000000Z\nDESCRIPTION:b\nSUMMARY:Choir"));
    assert_ne!(first, uid("SUMMARY:Band"));
    assert_eq!(first.len(), 36);
}

#[test]
fn what_is_no_calendar_is_refused_and_an_empty_one_is_empty() {
    assert_eq!(read("").unwrap_err(), ReadError::NoCalendar);
    assert_eq!(read("name,start,end\nA,1,2").unwrap_err(), ReadError::NoCalendar);
    assert_eq!(read("BEGIN:VCARD\nEND:VCARD").unwrap_err(), ReadError::NoCalendar);
    assert!(calendar("BEGIN:VCALENDAR\nEND:VCALENDAR").events.is_empty());
}

#[test]
fn a_bad_line_spoils_itself_only_and_is_named() {
    let text = file(FULL).replace("LOCATION:Room 1", "LOCATION Room 1");
    assert_eq!(agenda(BERLIN, &text).occurrences.len(), 1);
    assert!(complaints(BERLIN, &text).starts_with("20: This line is not of the form"));
}

#[test]
fn an_event_without_a_start_is_left_out_and_named() {
    let text = event("SUMMARY:When?") + &event("DTSTART:2026-03-02 10:00").replace(":one", ":two");
    let complaints = complaints(BERLIN, &text);
    assert!(agenda(BERLIN, &text).occurrences.is_empty());
    assert!(complaints.contains("4: It does not say when it starts"), "{complaints}");
    assert!(complaints.contains("14: Its DTSTART \"2026-03-02 10:00\" is no date"), "{complaints}");
}

#[test]
fn an_occurrence_is_told_in_json_with_its_instants_and_walls() {
    let found = sound(BERLIN, &file(FULL));
    let json = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(json["starts_at"], "2026-03-02T10:00:00.000Z");
    assert_eq!(json["local_start"], "2026-03-02T11:00:00");
    assert_eq!(json["status"], "tentative");
}
