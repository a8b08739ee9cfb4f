//! The real program on real directories, as scripts meet it: what it prints, and how it ends.
//! Dates are relative to today, so that the stories stay true.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod desk;
mod records;

use chrono::{Datelike, Days, NaiveDate, Utc, Weekday};
use desk::Desk;
use serde_json::{Value, json};

fn in_days(days: i64) -> NaiveDate {
    Utc::now().date_naive() + chrono::Duration::days(days)
}

/// The last Sunday of a month of next year: when Berlin turns its clocks.
fn last_sunday(month: u32) -> NaiveDate {
    let year = Utc::now().year() + 1;
    let last = NaiveDate::from_ymd_opt(year, month, 31).unwrap();
    last.week(Weekday::Sun).first_day().min(last)
}

fn at(day: NaiveDate, time: &str) -> String {
    format!("{day}T{time}")
}

#[test]
fn a_booking_is_made_listed_moved_and_called_off() {
    let desk = Desk::with_a_court();
    let day = in_days(30);
    let args = ["--resource", "court 1", "--minutes", "60", "--customer", "Tracy Smith"];
    let booked = desk.done(&["book", "--start", &at(day, "10:00"), "--title", "Match"], &args);
    assert_eq!(booked["local_end"], at(day, "11:00:00"));
    assert_eq!((&booked["standing"], &booked["notes"]), (&json!("committed"), &json!([])));
    let id = booked["booking_id"].as_str().unwrap();

    let listed = desk.done(&["list", "--from", &day.to_string(), "--to", &day.to_string()], &[]);
    let row = &listed["bookings"][0];
    assert_eq!(row["customer_name"], "Tracy Smith");
    assert_eq!(row["resources"][0]["name"], "Court 1");
    assert_eq!((&row["standing"], &row["at_risk"]), (&json!("committed"), &Value::Null));

    let (from, to) = (at(day, "09:00"), at(day, "12:00"));
    let free = ["free", "--from", &from, "--to", &to, "--minutes", "60"];
    let starts = |free: &Value| -> Vec<String> {
        let rows = free["free"].as_array().unwrap().iter();
        rows.map(|row| row["local_start"].as_str().unwrap()[11..16].to_owned()).collect()
    };
    assert_eq!(starts(&desk.done(&free, &[])), ["09:00", "11:00"]);

    let moved = desk.done(&["reschedule", id, "--start", &at(day, "09:30")], &[]);
    assert_eq!(moved["local_end"], at(day, "10:30:00"), "as long as it was");
    let longer = desk.done(&["reschedule", id, "--minutes", "90"], &[]);
    assert_eq!(longer["local_start"], at(day, "09:30:00"));
    let again = desk.done(&["reschedule", id, "--minutes", "90"], &[]);
    assert_eq!((&again["changed"], &again["operation_id"]), (&json!(false), &Value::Null));
    let shown = desk.done(&["edit", id, "--attendees", "4", "--customer", ""], &[]);
    assert_eq!(shown["changed"], true);

    desk.done(&["cancel", id, "--reason", "rain"], &[]);
    assert_eq!(desk.done(&["list"], &[])["bookings"], json!([]));
    let all = desk.done(&["list", "--all"], &[]);
    assert_eq!(all["bookings"][0]["cancellation"]["reason"], "rain");
    assert_eq!(starts(&desk.done(&free, &[])), ["09:00", "09:30", "10:00", "10:30", "11:00"]);
    assert_eq!(desk.refused(&["cancel", id, "--reason", "rain"])["code"], "status_not_allowed");
    assert_eq!(desk.done(&["doctor"], &[])["ok"], true);
}

#[test]
fn every_rule_about_times_names_its_field() {
    let desk = Desk::with_a_court();
    let (day, past) = (in_days(30), in_days(-2));
    for (start, minutes, code, field) in [
        (at(day, "10:00"), "-30", "end_before_start", "end"),
        (at(day, "10:00"), "0", "zero_length", "end"),
        (at(day, "10:10"), "60", "off_grid", "start"),
        (at(day, "10:00"), "45", "off_grid", "end"),
        (at(day, "10:00"), "1470", "too_long", "end"),
        (at(past, "10:00"), "60", "before_today", "start"),
    ] {
        let refusal = desk.refused(&[
            "book",
            "--resource",
            "Court 1",
            "--start",
            &start,
            "--minutes",
            minutes,
        ]);
        assert_eq!((&refusal["code"], &refusal["details"]["field"]), (&json!(code), &json!(field)));
        assert!(refusal["message"].as_str().unwrap().ends_with('.'));
    }
    let unknown = desk.refused(&["venue", "add", "--name", "X", "--timezone", "Europe/Berln"]);
    assert_eq!(unknown["code"], "unknown_timezone");
    assert_eq!(unknown["details"]["field"], "timezone");
    assert_eq!(desk.done(&["list", "--all"], &[])["bookings"], json!([]));
}

#[test]
fn the_turning_of_the_clocks_is_said() {
    let desk = Desk::with_a_court();
    let book = |start: String, length: &[&str]| {
        desk.done(&["book", "--resource", "Court 1", "--start", &start], length)
    };
    let gap = last_sunday(3);
    let moved = book(at(gap, "02:30"), &["--minutes", "60"]);
    assert_eq!(moved["local_start"], at(gap, "03:30:00"));
    assert_eq!(moved["local_end"], at(gap, "04:30:00"));
    let note = moved["notes"][0].as_str().unwrap();
    assert!(note.starts_with("Start: 02:30 does not exist"), "{note}");

    let overlap = last_sunday(10);
    let ends_twice = book(at(overlap, "01:00"), &["--end", &at(overlap, "02:30")]);
    let note = ends_twice["notes"][0].as_str().unwrap();
    assert!(note.starts_with("End: 02:30 occurs twice"), "{note}");
    let second = book(at(overlap, "02:30"), &["--minutes", "60"]);
    assert_eq!(
        second["local_end"],
        at(overlap, "02:30:00"),
        "an hour later, the clock shows it again"
    );
    assert_eq!(second["starts_at"], at(overlap, "00:30:00.000Z"));
    assert_eq!(second["ends_at"], at(overlap, "01:30:00.000Z"));
    let note = second["notes"][0].as_str().unwrap();
    assert!(note.starts_with("Start: 02:30 occurs twice"), "{note}");
}

#[test]
fn bad_input_ends_with_2_and_names_its_field() {
    let desk = Desk::with_a_court();
    let cases: [(&[&str], &str, &str); 11] = [
        (
            &["book", "--resource", "Court 1", "--start", "tomorrow", "--minutes", "60"],
            "bad_input",
            "start",
        ),
        (
            &["book", "--resource", "Court 9", "--start", "2030-05-01T10:00", "--minutes", "60"],
            "not_found",
            "resource",
        ),
        (
            &["book", "--resource", "Court 1", "--start", "2030-02-30T10:00", "--minutes", "60"],
            "bad_input",
            "start",
        ),
        (
            &["book", "--resource", "Court 1", "--start", "2030-05-01T10:00", "--minutes", "x"],
            "bad_input",
            "minutes",
        ),
        (&["book", "--resource", "Court 1", "--start", "2030-05-01T10:00"], "bad_input", "minutes"),
        (&["list", "--from", "2030-05-02", "--to", "2030-05-01"], "bad_input", "to"),
        (&["list", "--customer", "nobody"], "not_found", "customer"),
        (&["list", "--venue", "nowhere"], "not_found", "venue"),
        (&["show", "17"], "bad_input", "id"),
        (&["inbox", "settle", "0199e2a4-6f1d-7c0a-93a4-5b4e8a3f4a20"], "not_found", "operation_id"),
        (&["enrol", "--hq", "hq.example", "--code", "x"], "bad_url", "hq"),
    ];
    for (args, code, field) in cases {
        let error = desk.stopped(args, 2);
        assert_eq!(
            (&error["code"], &error["details"]["field"]),
            (&json!(code), &json!(field)),
            "{args:?}"
        );
    }
}

#[test]
fn with_json_there_is_one_document_whatever_happens() {
    let desk = Desk::with_a_court();
    for args in [
        &["nonsense"][..],
        &["list", "--nonsense"],
        &["venue"],
        &["book"],
        &["resource", "add", "--name", "X", "--kind", "castle"],
    ] {
        assert_eq!(desk.stopped(args, 2)["code"], "bad_input", "{args:?}");
    }
    assert!(desk.done(&["--help"], &[])["help"].is_string());
    assert!(desk.done(&["--version"], &[])["version"].is_string());
    let nowhere = Desk::nowhere();
    assert_eq!(nowhere.stopped(&["list"], 4)["code"], "empty_replica");
    assert!(!nowhere.dir().exists(), "looking makes nothing");
    let init = ["init", "--org", "Other", "--venue", "Hall", "--timezone", "UTC"];
    assert_eq!(desk.stopped(&init, 4)["code"], "not_empty");
}

#[test]
fn without_json_trouble_goes_to_stderr() {
    let desk = Desk::with_a_court();
    let output = desk.run(&["book", "--resource", "Court 9", "--start", "x", "--minutes", "60"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("Court 9"));
    let output = desk.run(&["resources"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("Court 1"));
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn an_ambiguous_name_lists_its_candidates() {
    let desk = Desk::with_a_court();
    desk.done(&["venue", "add", "--name", "Lake", "--timezone", "America/New_York"], &[]);
    desk.done(&["resource", "add", "--name", "COURT 1", "--kind", "court", "--venue", "Lake"], &[]);
    desk.done(&["customer", "add", "--name", "Tracy Smith", "--phone", "123"], &[]);
    let start = at(in_days(30), "10:00");
    let book = ["book", "--start", &start, "--minutes", "60", "--resource", "Court 1"];
    let error = desk.stopped(&book, 2);
    assert_eq!(
        (&error["code"], &error["details"]["field"]),
        (&json!("ambiguous"), &json!("resource"))
    );
    let candidates = error["details"]["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2);

    let by_id = candidates[1]["id"].as_str().unwrap();
    desk.done(&["book", "--start", &start, "--minutes", "60"], &["--resource", by_id]);
    desk.done(&book, &["--venue", "Lake"]);
    let error = desk.stopped(&["list", "--customer", "tracy smith"], 2);
    assert_eq!(error["details"]["candidates"].as_array().unwrap().len(), 2);
}

#[test]
fn a_resource_of_another_venue_is_booked_there() {
    let desk = Desk::with_a_court();
    desk.done(&["venue", "add", "--name", "Lake", "--timezone", "America/New_York"], &[]);
    desk.done(&["resource", "add", "--name", "Pier", "--kind", "other", "--venue", "Lake"], &[]);
    let shared = ["--venue", "Hall", "--venue", "Lake"];
    desk.done(&["resource", "add", "--name", "Lena", "--kind", "instructor"], &shared);
    let start = at(in_days(30), "10:00");
    let book = |resource| {
        let args = ["book", "--resource", resource, "--start", &start, "--minutes", "60"];
        let id = desk.done(&args, &[])["booking_id"].as_str().unwrap().to_owned();
        desk.done(&["show", &id], &[])["venue"]["name"].clone()
    };
    assert_eq!((book("Pier"), book("Lena")), (json!("Lake"), json!("Hall")));
    let both = ["book", "--resource", "Pier", "--resource", "Court 1", "--start", &start];
    let refusal = desk.refused(&[&both[..], &["--minutes", "60"]].concat());
    assert_eq!(refusal["code"], "resource_not_at_venue");
}

#[test]
fn hostile_names_stay_what_they_are_and_on_their_line() {
    let desk = Desk::with_a_court();
    for name in ["Robert'); DROP TABLE customers;--", "\"*", "한글 이름", "\u{202e}live"] {
        desk.done(&["customer", "add", "--name", name], &[]);
        let found = desk.done(&["list", "--customer", name], &[]);
        assert_eq!(found["bookings"], json!([]));
    }
    let refusal = desk.refused(&["customer", "add", "--name", "a\u{1b}[31m"]);
    assert_eq!(refusal["details"]["field"], "name");
    let output = desk.run(&["customers"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 6, "a heading and five customers");
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn a_replica_of_a_newer_program_is_left_untouched() {
    let desk = Desk::with_a_court();
    desk.database()
        .execute_batch(
            "insert into refinery_schema_history (version, name, applied_on, checksum)
             values (9999, 'later', '2030-01-01T00:00:00Z', '1');
             pragma wal_checkpoint(truncate);",
        )
        .unwrap();
    let before = std::fs::read(desk.dir().join("replica.sqlite")).unwrap();
    for args in [&["list"][..], &["doctor"], &["customer", "add", "--name", "X"]] {
        let error = desk.stopped(args, 4);
        assert_eq!(
            (&error["code"], &error["details"]["found"]),
            (&json!("newer_schema"), &json!(9999))
        );
    }
    assert_eq!(std::fs::read(desk.dir().join("replica.sqlite")).unwrap(), before);
}

#[test]
fn an_unreachable_headquarters_ends_with_5_and_the_queue_stays() {
    let desk = Desk::with_a_court();
    assert_eq!(desk.stopped(&["sync"], 4)["code"], "standalone");
    let hq = desk::nobody_listens();
    let enrol = ["enrol", "--hq", &hq, "--code", "ABCD-1234"];
    assert_eq!(desk.stopped(&enrol, 5)["code"], "headquarters_unreachable");
    assert_eq!(desk.done(&["status"], &[])["standalone"], true);

    desk.pretend_enrolled(&hq);
    let waiting = desk.done(&["waiting"], &[])["waiting"].as_array().unwrap().len();
    let booked = {
        let (start, day) = (at(in_days(30), "10:00"), ["--minutes", "60"]);
        desk.done(&["book", "--resource", "Court 1", "--start", &start], &day)
    };
    assert_eq!(booked["standing"], "tentative");
    let error = desk.stopped(&["sync"], 5);
    assert_eq!(error["code"], "headquarters_unreachable");
    let queue = desk.done(&["waiting"], &[]);
    assert_eq!(queue["waiting"].as_array().unwrap().len(), waiting + 1);
    let status = desk.done(&["status"], &[]);
    assert_eq!(status["waiting"], waiting + 1);
    assert!(status["offline_since"].is_string() && status["oldest_waiting_at"].is_string());
    assert_eq!(desk.done(&["list"], &[])["bookings"][0]["standing"], "tentative");
}

#[test]
fn files_are_imported_once_and_what_does_not_fit_is_listed_by_line() {
    let desk = Desk::with_a_court();
    let (files, mapping) = desk::club_files();
    let import = ["import", "--mapping", mapping.to_str().unwrap(), files.path().to_str().unwrap()];
    let trial = desk.done(&import, &["--dry-run"]);
    assert_eq!((&trial["dry_run"], &trial["bookings"]["taken"]), (&json!(true), &json!(2)));
    assert_eq!(desk.done(&["list"], &[])["bookings"], json!([]));
    let report = desk.done(&import, &[]);
    assert_eq!(report["bookings"], json!({ "rows": 4, "taken": 2, "already": 0, "rejected": 2 }));
    let lines: Vec<_> = report["rejected"].as_array().unwrap().iter().map(|r| &r["line"]).collect();
    assert_eq!(lines, [3, 5]);
    let again = desk.done(&import, &[]);
    assert_eq!(
        (&again["bookings"]["taken"], &again["bookings"]["already"]),
        (&json!(0), &json!(2))
    );
    let missing = ["import", "--mapping", "nowhere.toml", files.path().to_str().unwrap()];
    desk.stopped(&missing, 2);
}

#[test]
fn a_sample_is_there_at_once() {
    let desk = Desk::nowhere();
    let init = ["init", "--org", "Club", "--venue", "Hall", "--timezone", "Asia/Seoul"];
    assert_eq!(desk.done(&init, &["--sample"])["sample"], true);
    let from = (Utc::now().date_naive() - Days::new(1)).to_string();
    let listed = desk.done(&["list", "--from", &from], &[]);
    assert!(!listed["bookings"].as_array().unwrap().is_empty());
}

#[test]
fn a_rule_is_previewed_without_a_replica() {
    let desk = Desk::nowhere();
    let preview = |rule: &str, start: &str, more: &[&str]| {
        let args = ["series", "preview", "--timezone", "Europe/Berlin", "--rrule", rule];
        desk.done(&args, &[&["--start", start], more].concat())
    };
    let week = preview("FREQ=WEEKLY;COUNT=2", "2026-03-26T10:00", &[]);
    assert_eq!(
        week,
        json!({ "occurrences": [
            { "local": "2026-03-26T10:00:00", "at": "2026-03-26T09:00:00.000Z", "note": null },
            { "local": "2026-04-02T10:00:00", "at": "2026-04-02T08:00:00.000Z", "note": null },
        ], "complete": true })
    );
    let night = preview("FREQ=DAILY", "2026-03-28T02:30", &["--count", "2"]);
    assert_eq!(night["complete"], false);
    assert_eq!(night["occurrences"][1]["local"], "2026-03-29T03:30:00");
    let note = night["occurrences"][1]["note"].as_str().unwrap();
    assert!(note.starts_with("02:30 does not exist"), "{note}");
    let left = ["--exdate", "2026-03-26T10:00", "--exdate", "2026-04-02T10:00:00"];
    let none = preview("FREQ=WEEKLY;COUNT=2", "2026-03-26T10:00", &left);
    assert_eq!(none, json!({ "occurrences": [], "complete": true }));
    assert!(!desk.dir().exists(), "looking makes nothing");

    let night = ["--rrule", "FREQ=DAILY", "--start", "2026-03-28T02:30", "--count", "2"];
    let berlin = ["series", "preview", "--timezone", "Europe/Berlin"];
    let text = desk.run(&[&berlin[..], &night].concat());
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("Sun 2026-03-29 03:30:00 CEST"), "{text}");
    assert!(text.contains("The rule goes on after these."), "{text}");
}

#[test]
fn a_preview_says_what_is_wrong_with_a_rule_and_with_what_was_typed() {
    let desk = Desk::nowhere();
    let base = ["series", "preview", "--timezone", "UTC", "--start", "2026-11-20T10:00", "--rrule"];
    for (rule, count, code, field) in [
        ("FREQ=DAILY", None, "series_too_long", Value::Null),
        ("FREQ=DAILY;COUNT=501", None, "series_too_long", Value::Null),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", Some("3"), "field_invalid", json!("rrule")),
        ("FREQ=DAILY;INTERVAL=0", None, "field_invalid", json!("rrule")),
        ("FREQ=DAILY", Some("0"), "field_out_of_range", json!("count")),
        ("FREQ=DAILY", Some("501"), "field_out_of_range", json!("count")),
    ] {
        let count = count.map_or(vec![], |count| vec!["--count", count]);
        let refusal = desk.refused(&[&base[..], &[rule], &count].concat());
        assert_eq!((&refusal["code"], &refusal["details"]["field"]), (&json!(code), &field));
    }
    let zone = ["series", "preview", "--timezone", "Europe/Berln", "--start", "2026-11-20T10:00"];
    let refusal = desk.refused(&[&zone[..], &["--rrule", "FREQ=DAILY"]].concat());
    assert_eq!(refusal["code"], "unknown_timezone");
    let typed = |more: &[&str]| desk.stopped(&[&base[..], &["FREQ=DAILY"], more].concat(), 2);
    assert_eq!(typed(&["--exdate", "yesterday"])["details"]["field"], "exdate");
    assert_eq!(typed(&["--count", "many"])["details"]["field"], "count");
    assert_eq!(desk.stopped(&["series", "preview"], 2)["code"], "bad_input");
    assert_eq!(desk.stopped(&["series"], 2)["code"], "bad_input");
}
