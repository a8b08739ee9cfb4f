//! Calendars taken over, public holidays, reports, and exports that come back.

use crate::desk::Desk;
use crate::each;
use chrono::{Datelike, Days, NaiveDate, Utc, Weekday};
use serde_json::{Value, json};
use std::path::Path;

/// A Tuesday in three weeks or so.
fn tuesday() -> NaiveDate {
    let day = Utc::now().date_naive() + Days::new(21);
    day.week(Weekday::Tue).first_day()
}

/// A training on three Tuesdays at 18:00, and a whole day off on the first Wednesday.
fn calendar(file: &Path, length: &str) -> String {
    let day = tuesday().format("%Y%m%d").to_string();
    let holiday = (tuesday() + Days::new(1)).format("%Y%m%d").to_string();
    let text = format!(
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Club\r\nBEGIN:VEVENT\r\nUID:t\r\n\
         DTSTART;TZID=Europe/Berlin:{day}T180000\r\nDURATION:{length}\r\n\
         RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Training\r\nLOCATION:Court 1, inside\r\n\
         END:VEVENT\r\nBEGIN:VEVENT\r\nUID:h\r\nDTSTART;VALUE=DATE:{holiday}\r\n\
         SUMMARY:Holiday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    std::fs::write(file, text).unwrap();
    file.to_string_lossy().into_owned()
}

#[test]
fn a_calendar_becomes_a_series_and_a_later_version_changes_it() {
    let desk = Desk::with_a_court();
    let files = tempfile::tempdir().unwrap();
    let file = calendar(&files.path().join("club.ics"), "PT1H");
    let import = ["import", "--ics", &file, "--resource-from", "location"];
    let dry = desk.done(&import, &["--dry-run"]);
    assert_eq!(dry["counts"], json!({ "would_book": 3, "no_resource": 1 }));
    assert_eq!(desk.done(&["list"], &[])["bookings"], json!([]), "a dry run does nothing");
    let taken = desk.done(&import, &[]);
    assert_eq!(taken["counts"], json!({ "booked": 3, "no_resource": 1 }));
    assert_eq!(dry["occurrences"][0]["booking_id"], taken["occurrences"][0]["booking_id"]);
    assert_eq!(desk.done(&import, &[])["counts"], json!({ "unchanged": 3, "no_resource": 1 }));
    // Where somebody says on what, that is said of what is not here yet: what is stays where it is.
    desk.done(&["resource", "add", "--name", "Court 2", "--kind", "court"], &[]);
    let on = ["import", "--ics", &file, "--resource", "Court 2", "--dry-run"];
    let on = desk.done(&on, &[])["occurrences"].clone();
    let on: Vec<_> =
        on.as_array().unwrap().iter().map(|it| (&it["outcome"], &it["resource"])).collect();
    let unchanged = on.iter().filter(|it| *it.0 == "unchanged");
    assert_eq!(unchanged.map(|it| it.1).collect::<Vec<_>>(), ["Court 1"; 3], "{on:?}");
    assert_eq!(on.iter().filter(|it| *it.1 == "Court 2").count(), 1, "{on:?}");

    calendar(&files.path().join("club.ics"), "PT90M");
    assert_eq!(desk.done(&import, &[])["counts"], json!({ "updated": 3, "no_resource": 1 }));
    let bookings = desk.done(&["list"], &[])["bookings"].clone();
    let ends: Vec<&str> = bookings
        .as_array()
        .unwrap()
        .iter()
        .map(|booking| &booking["local_end"].as_str().unwrap()[11..16])
        .collect();
    assert_eq!(ends, ["19:30", "19:30", "19:30"]);
    let wrong = files.path().join("wrong.ics");
    std::fs::write(&wrong, "no calendar").unwrap();
    let wrong = ["import", "--resource", "Court 1", "--ics", wrong.to_str().unwrap()];
    assert_eq!(desk.stopped(&wrong, 2)["code"], "bad_calendar");
    assert_eq!(desk.stopped(&["import", "--ics", &file], 2)["details"]["field"], "resource");
    let back = [&import[..], &["--from", "2027-05-02", "--to", "2027-05-01"]].concat();
    assert_eq!(desk.stopped(&back, 2)["details"]["field"], "to");
    let none = [&import[..3], &["--resource-from", "categories", "--dry-run"]].concat();
    let none = desk.done(&none, &[])["occurrences"].clone();
    let said = each(&none, "message");
    assert!(said.contains(&"It has no category that could name a resource here."), "{none:#}");
}

#[test]
fn a_report_counts_what_was_booked_and_leaves_holidays_out() {
    let desk = Desk::with_a_court();
    let files = tempfile::tempdir().unwrap();
    let file = calendar(&files.path().join("club.ics"), "PT1H");
    desk.done(&["import", "--ics", &file, "--resource-from", "location"], &[]);
    let closures = ["closures", "import", "--ics", &file];
    let on_the_day = format!("{}T10:00", tuesday() + Days::new(1));
    let book = ["book", "--resource", "Court 1", "--minutes", "60", "--start", &on_the_day];
    let hit = desk.done(&book, &[])["booking_id"].clone();
    let tried = desk.done(&closures, &["--dry-run"]);
    assert_eq!(tried["bookings_hit"][0]["booking_id"], hit, "{tried:#}");
    let closed = desk.done(&closures, &[]);
    assert_eq!(closed["counts"], json!({ "booked": 1, "not_whole_day": 3 }));
    assert_eq!(closed["bookings_hit"].as_array().unwrap().len(), 1);
    desk.done(&["cancel", hit.as_str().unwrap(), "--reason", "holiday"], &[]);
    assert_eq!(desk.done(&closures, &[])["counts"], json!({ "unchanged": 1, "not_whole_day": 3 }));

    let (from, to) = (tuesday().to_string(), (tuesday() + Days::new(1)).to_string());
    let csv = files.path().join("use.csv");
    let days = ["--from", &from, "--to", &to];
    let report = desk.done(&["report", "utilisation", "--csv", csv.to_str().unwrap()], &days);
    let told: Vec<(&Value, &Value)> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["booked_minutes"], &row["open_minutes"]))
        .collect();
    assert_eq!(told, [(&json!(60), &json!(1440)), (&json!(0), &json!(0))]);
    let csv = std::fs::read_to_string(csv).unwrap();
    assert!(csv.starts_with("date,resource_id,resource,open_minutes,"), "{csv}");
    assert_eq!(csv.lines().count(), 3);
    let busiest = desk.done(&["report", "busiest"], &days);
    assert_eq!(busiest["rows"], json!([{ "weekday": 2, "hour": 18, "bookings": 1 }]));
    for name in ["statuses", "pending", "tiers", "no-shows", "revenue", "instructors"] {
        let report = desk.done(&["report", name], &days);
        assert!(report["rows"].is_array(), "{report}");
    }
    assert_eq!(
        desk.refused(&["report", "tiers", "--from", &to, "--to", &from])["code"],
        "field_invalid"
    );
    assert_eq!(tuesday().weekday(), Weekday::Tue);
}
