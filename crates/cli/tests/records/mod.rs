//! What is kept of people and of what happened, as scripts and people meet it.

use crate::desk::Desk;
use crate::{at, in_days};
use serde_json::Value;
use std::path::Path;

#[test]
fn an_archive_is_kept_by_the_replica_and_its_copy_by_whoever_asked() {
    let desk = Desk::with_a_court();
    let answer = desk.done(&["privacy", "export", "Tracy Smith"], &[]);
    assert_eq!((&answer["changed"], &answer["copy"]), (&true.into(), &Value::Null));
    let kept = answer["archive"]["path"].as_str().unwrap();
    assert!(Path::new(kept).is_file());
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("hers.zip");
    let copy = copy.to_str().unwrap();
    let answer = desk.done(&["privacy", "export", "Tracy Smith", "--out", copy], &[]);
    let second = answer["archive"]["path"].as_str().unwrap();
    assert_eq!(std::fs::read(copy).unwrap(), std::fs::read(second).unwrap());
    let again = desk.stopped(&["privacy", "export", "Tracy Smith", "--out", copy], 2);
    assert_eq!(again["details"]["field"], "out", "what is there is left alone");
    let doctor = desk.done(&["doctor"], &[]);
    assert_eq!(doctor["archives"].as_array().unwrap().len(), 2);

    desk.done(&["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"], &[]);
    assert!(!Path::new(kept).exists() && !Path::new(second).exists());
    assert!(Path::new(copy).exists(), "a copy is the person's own to delete");
    assert_eq!(desk.done(&["doctor"], &[])["archives"], serde_json::json!([]));
}

fn text(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn id(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap().to_owned()
}

#[test]
fn what_happened_is_told_in_sentences_on_the_venues_clock() {
    let desk = Desk::with_a_court();
    let day = in_days(20);
    let start = at(day, "10:00");
    let args = ["--resource", "Court 1", "--minutes", "60", "--customer", "Tracy Smith"];
    let booking = id(&desk.done(&["book", "--start", &start], &args), "booking_id");
    desk.done(&["edit", &booking, "--title", "Lesson", "--attendees", "3"], &[]);
    desk.done(&["reschedule", &booking, "--start", &at(day, "11:30")], &[]);
    desk.done(&["edit", &booking, "--customer", ""], &[]);
    desk.done(&["booking", "pay", &booking, "--amount", "5"], &[]);
    desk.done(&["cancel", &booking, "--reason", "rain"], &[]);
    let history = desk.done(&["history", "booking", &booking], &[]);
    let sentences: Vec<String> = history["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["sentence"].as_str().unwrap().to_owned())
        .collect();
    let who = history["history"][0]["actor_name"].as_str().unwrap();
    let wall = |time: &str| format!("{} {time}", day.format("%a %-d %b %Y"));
    assert_eq!(
        sentences,
        [
            format!("{who} booked it"),
            format!("{who} changed what is written on it (people: 1 → 3; title: “Lesson”)"),
            format!(
                "{who} moved it (start: {} → {}; end: {} → {})",
                wall("10:00"),
                wall("11:30"),
                wall("11:00"),
                wall("12:30")
            ),
            format!("{who} changed what is written on it (customer: Tracy Smith → none)"),
            format!("{who} took a payment (amount: 5.00 EUR; method: cash)"),
            format!("{who} called it off (“rain”)"),
        ]
    );
    let shown = text(&desk, &["history", "booking", &booking]);
    assert!(shown.contains("called it off (“rain”)") && !shown.contains("local_start"), "{shown}");
    assert!(!shown.contains('Z'), "no time is in UTC: {shown}");
}

#[test]
fn lists_for_people_are_on_the_venues_clock_and_say_what_became_of_each() {
    let desk = Desk::with_a_court();
    desk.done(
        &["product", "add", "--name", "Ten", "--credits", "10", "--validity-days", "30"],
        &[],
    );
    desk.done(&["package", "sell", "--product", "Ten", "--customer", "Tracy Smith"], &[]);
    let packages = text(&desk, &["package", "list"]);
    assert!(packages.contains(" 00:00  ") && !packages.contains("Z  "), "{packages}");
    let start = at(in_days(20), "18:00");
    let class = ["--resource", "Court 1", "--minutes", "60", "--capacity", "5"];
    let class = id(&desk.done(&["book", "--start", &start], &class), "booking_id");
    desk.done(&["class", "add", &class, "Tracy Smith"], &[]);
    let told = text(&desk, &["history", "booking", &class]);
    assert!(told.contains("put Tracy Smith on the roster\n"), "{told}");
    let roster = text(&desk, &["class", "roster", &class]);
    assert!(roster.contains("Tracy Smith") && !roster.contains("Z  "), "{roster}");

    let start = at(in_days(21), "10:00");
    let rule = ["--resource", "Court 1", "--minutes", "60", "--rrule", "FREQ=DAILY;COUNT=2"];
    let series = desk.done(&["series", "book", "--start", &start], &rule);
    let first = series["bookings"][0]["booking_id"].as_str().unwrap();
    desk.done(&["cancel", first, "--reason", "rain"], &[]);
    let shown = text(&desk, &["series", "show", &id(&series, "series_id")]);
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains("Court 1")).collect();
    assert!(lines[0].contains("cancelled") && lines[1].contains("confirmed"), "{shown}");
}

#[test]
fn who_leaves_gives_away_all_that_fits_and_the_rest_is_listed() {
    let desk = Desk::with_a_court();
    for name in ["Lena", "Max"] {
        desk.done(&["staff", "add", "--name", name, "--role", "instructor"], &[]);
        let add = ["resource", "add", "--name", &format!("Coach {name}"), "--kind", "instructor"];
        desk.done(&add, &["--staff", name]);
    }
    let start = |time: &str| at(in_days(20), time);
    let book = |who: &str, time: &str| {
        let args = ["--resource", who, "--resource", "Court 1", "--minutes", "60"];
        let args = if who == "Coach Max" { &args[..2] } else { &args[..] };
        let minutes = ["--minutes", "60"];
        let args = if args.len() == 2 { [args, &minutes].concat() } else { args.to_vec() };
        id(&desk.done(&["book", "--start", &start(time)], &args), "booking_id")
    };
    let (first, second) = (book("Coach Lena", "10:00"), book("Coach Lena", "12:00"));
    book("Coach Max", "12:30");
    let all = desk.done(&["staff", "bookings", "Lena"], &[]);
    assert_eq!(all["bookings"].as_array().unwrap().len(), 2);
    assert!(all["moved"].is_null());

    let given = desk.done(&["staff", "bookings", "Lena", "--to", "Max"], &[]);
    assert_eq!(given["moved"][0]["booking_id"], *first);
    assert!(given["moved"][0]["operation_id"].is_string());
    assert_eq!(given["moved"].as_array().unwrap().len(), 1);
    assert_eq!(given["bookings"][0]["booking_id"], *second);
    assert_eq!(given["bookings"][0]["refusal"]["code"], "slot_taken");
    let shown = desk.done(&["show", &first], &[]);
    let names: Vec<&str> = shown["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert!(names.contains(&"Coach Max") && names.contains(&"Court 1") && names.len() == 2);
    let left = desk.done(&["staff", "bookings", "Lena"], &[]);
    assert_eq!(left["bookings"].as_array().unwrap().len(), 1);
    let same = desk.stopped(&["staff", "bookings", "Lena", "--to", "Lena"], 2);
    assert_eq!(same["details"]["field"], "to");
}
