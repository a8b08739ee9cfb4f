//! What became of single occurrences.

use super::*;
use holdfast_calendar::Status;

/// Mondays at ten in Berlin from 2026-03-02 on, four times, and one more event of their UID.
fn changed(lines: &str) -> String {
    file(&format!(
        "BEGIN:VEVENT
        UID:one
        SUMMARY:Tennis
        DTSTART;TZID=Europe/Berlin:20260302T100000
        DTEND;TZID=Europe/Berlin:20260302T110000
        RRULE:FREQ=WEEKLY;COUNT=4
        END:VEVENT
        BEGIN:VEVENT
        UID:one
        {lines}
        END:VEVENT"
    ))
}

const AS_PLANNED: &str = "2026-03-02T09:00Z 2026-03-02T10:00Z";

#[test]
fn an_occurrence_is_moved_to_another_day_by_an_override_in_another_zone() {
    let text = changed(
        "SUMMARY:Tennis indoors
        RECURRENCE-ID;TZID=America/New_York:20260309T050000
        DTSTART;TZID=Asia/Tokyo:20260311T180000
        DURATION:PT2H",
    );
    let found = sound(BERLIN, &text);
    assert_eq!(
        stays(&found),
        [
            AS_PLANNED,
            "2026-03-11T09:00Z 2026-03-11T11:00Z",
            "2026-03-16T09:00Z 2026-03-16T10:00Z",
            "2026-03-23T09:00Z 2026-03-23T10:00Z",
        ]
    );
    assert_eq!(utc(found[1].recurrence_id.unwrap()), "2026-03-09T09:00Z");
    assert_eq!(found[1].summary.as_deref(), Some("Tennis indoors"));
    assert_eq!(found[2].summary.as_deref(), Some("Tennis"));
    assert_eq!(found[1].series, found[0].series);
}

#[test]
fn an_override_may_name_its_day_only() {
    let text =
        changed("RECURRENCE-ID;VALUE=DATE:20260309\nDTSTART:20260309T150000Z\nDURATION:PT1H");
    assert_eq!(starts(&sound(BERLIN, &text))[1], "2026-03-09T15:00Z");
}

#[test]
fn a_cancelled_occurrence_is_there_as_cancelled() {
    for lines in [
        "RECURRENCE-ID:20260309T090000Z\nSTATUS:CANCELLED",
        "RECURRENCE-ID:20260309T090000Z\nDTSTART:20260309T090000Z\nSTATUS:CANCELLED",
    ] {
        let found = sound(BERLIN, &changed(lines));
        assert_eq!(stays(&found)[1], "2026-03-09T09:00Z 2026-03-09T10:00Z");
        let status: Vec<_> = found.iter().map(|found| found.status).collect();
        let (yes, no) = (Status::Confirmed, Status::Cancelled);
        assert_eq!(status, [yes, no, yes, yes]);
    }
}

#[test]
fn a_cancelled_series_is_cancelled_each_time() {
    let text = event("DTSTART:20260302T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nSTATUS:CANCELLED");
    let found = sound(BERLIN, &text);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|found| found.status == Status::Cancelled));
}

#[test]
fn this_and_future_moves_all_later_ones_by_as_much() {
    let text = changed(
        "SUMMARY:Tennis, later
        RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260316T100000
        DTSTART;TZID=Europe/Berlin:20260317T120000
        DTEND;TZID=Europe/Berlin:20260317T133000",
    )
    .replace("COUNT=4", "COUNT=5");
    let found = sound(BERLIN, &text);
    assert_eq!(
        stays(&found),
        [
            AS_PLANNED,
            "2026-03-09T09:00Z 2026-03-09T10:00Z",
            "2026-03-17T11:00Z 2026-03-17T12:30Z",
            "2026-03-24T11:00Z 2026-03-24T12:30Z",
            // Noon on the wall, also when the clocks have turned.
            "2026-03-31T10:00Z 2026-03-31T11:30Z",
        ]
    );
    let titles: Vec<_> = found.iter().filter_map(|found| found.summary.as_deref()).collect();
    assert_eq!(titles[1..3], ["Tennis", "Tennis, later"]);
    assert_eq!(utc(found[4].recurrence_id.unwrap()), "2026-03-30T08:00Z");
    assert!(found[3].notes[0].contains("follow 2026-03-16"), "{:?}", found[3].notes);
}

#[test]
fn a_single_override_stands_against_this_and_future() {
    let text = changed(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T090000Z
        DTSTART:20260309T120000Z
        DURATION:PT1H
        END:VEVENT
        BEGIN:VEVENT
        UID:one
        RECURRENCE-ID:20260316T090000Z
        DTSTART:20260316T060000Z
        DURATION:PT1H",
    );
    let expected =
        ["2026-03-02T09:00Z", "2026-03-09T12:00Z", "2026-03-16T06:00Z", "2026-03-23T12:00Z"];
    assert_eq!(starts(&sound(BERLIN, &text)), expected);
}

#[test]
fn this_and_future_that_makes_days_of_times_changes_one_and_says_so() {
    let text =
        changed("RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T090000Z\nDTSTART;VALUE=DATE:20260309");
    let agenda = agenda(BERLIN, &text);
    let days: Vec<_> = agenda.occurrences.iter().map(|found| found.all_day).collect();
    assert_eq!(days, [false, true, false, false]);
    assert!(agenda.problems[0].message.contains("only the one that it names"));
}

#[test]
fn this_and_future_can_cancel_the_rest() {
    let text = changed("RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T090000Z\nSTATUS:CANCELLED");
    let found = agenda(BERLIN, &text).occurrences;
    let cancelled: Vec<_> = found.iter().map(|f| f.status == Status::Cancelled).collect();
    assert_eq!(cancelled, [false, false, true, true]);
    assert_eq!(stays(&found)[3], "2026-03-23T09:00Z 2026-03-23T10:00Z");
}

#[test]
fn an_override_without_its_series_stands_alone_and_that_is_said() {
    let text = event("RECURRENCE-ID:20260309T090000Z\nDTSTART:20260310T090000Z\nDURATION:PT1H");
    let agenda = agenda(BERLIN, &text);
    assert_eq!(starts(&agenda.occurrences), ["2026-03-10T09:00Z"]);
    let found = &agenda.occurrences[0];
    assert_eq!(utc(found.recurrence_id.unwrap()), "2026-03-09T09:00Z");
    assert_eq!(found.series, None);
    assert!(found.notes[0].contains("not in this file"));
    assert_eq!(agenda.problems.len(), 1);
}

#[test]
fn an_override_of_no_occurrence_is_shown_and_said() {
    let text = changed("RECURRENCE-ID:20260310T090000Z\nDTSTART:20260310T120000Z\nDURATION:PT1H");
    let agenda = agenda(BERLIN, &text);
    assert_eq!(agenda.occurrences.len(), 5);
    assert!(agenda.occurrences[2].notes[0].contains("does not have"));
    assert_eq!(agenda.problems[0].line, 11);
}

#[test]
fn an_occurrence_moved_into_the_period_or_out_of_it_is_followed_there() {
    let asked = |from: &str, to: &str| Options {
        from: from.parse().ok(),
        to: to.parse().ok(),
        ..options(BERLIN)
    };
    let text = changed("RECURRENCE-ID:20260323T090000Z\nDTSTART:20260304T090000Z\nDURATION:PT1H");
    let calendar = calendar(&text);
    let early = occurrences(&calendar, &asked("2026-03-03", "2026-03-08"));
    assert_eq!(starts(&early.occurrences), ["2026-03-04T09:00Z"]);
    assert!(early.occurrences[0].notes.is_empty());
    assert_eq!(early.problems, []);
    let late = occurrences(&calendar, &asked("2026-03-20", "2026-03-31"));
    assert_eq!(late.occurrences, []);
}

#[test]
fn of_one_uid_the_highest_sequence_holds() {
    let text = file(
        "BEGIN:VEVENT\nUID:one\nSEQUENCE:2\nSUMMARY:New\nDTSTART:20260302T100000Z\nEND:VEVENT
         BEGIN:VEVENT\nUID:one\nSEQUENCE:1\nSUMMARY:Old\nDTSTART:20260301T100000Z\nEND:VEVENT",
    );
    let calendar = calendar(&text);
    assert_eq!(calendar.events.len(), 1);
    assert_eq!(calendar.events[0].summary.as_deref(), Some("New"));
    assert_eq!(calendar.problems[0].line, 10);
    assert!(calendar.problems[0].message.contains("line 4; that one holds"));
    // So it is among overrides, and in whatever zone they say what they replace.
    let text = changed(
        "SEQUENCE:3
        RECURRENCE-ID:20260309T090000Z
        DTSTART:20260309T120000Z
        END:VEVENT
        BEGIN:VEVENT
        UID:one
        SEQUENCE:1
        RECURRENCE-ID;TZID=Europe/Berlin:20260309T100000
        DTSTART:20260309T150000Z",
    );
    assert_eq!(starts(&agenda(BERLIN, &text).occurrences)[1], "2026-03-09T12:00Z");
}

#[test]
fn whole_days_can_be_moved_however_they_are_named() {
    for id in ["RECURRENCE-ID;VALUE=DATE:20260302", "RECURRENCE-ID:20260301T230000Z"] {
        let text = file(&format!(
            "BEGIN:VEVENT\nUID:one\nDTSTART;VALUE=DATE:20260301
             RRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT
             BEGIN:VEVENT\nUID:one\n{id}\nDTSTART;VALUE=DATE:20260310\nEND:VEVENT"
        ));
        let days: Vec<_> = walls(&sound(BERLIN, &text)).iter().map(|w| w[..5].to_owned()).collect();
        assert_eq!(days, ["03-01", "03-03", "03-10"], "{id}");
    }
}
