//! Bookings that recur.

use crate::desk::Desk;
use crate::{Types, day, each};
use serde_json::json;

const BOOK: &str = "series book --resource Court_1 --start DAYT18:00 --minutes 60 --title League \
                    --rrule FREQ=WEEKLY;COUNT=4";

fn week(n: i64) -> String {
    (day() + chrono::Duration::days(7 * n)).to_string()
}

#[test]
fn a_series_is_booked_whole_or_not_at_all() {
    let desk = Desk::with_a_court();
    let (second, third) = (week(1), week(2));
    desk.does(&format!("book --resource Court_1 --start {second}T18:30 --minutes 60"));
    let refused = desk.is_refused(BOOK);
    assert_eq!(refused["code"], "slot_taken");
    let dates = &refused["details"]["dates"];
    assert_eq!(each(dates, "local_start"), [format!("{second}T18:00:00")], "{refused:#}");
    assert!(refused["message"].as_str().unwrap().contains(&second), "{refused:#}");
    assert_eq!(desk.does("list")["bookings"].as_array().unwrap().len(), 1);
    let booked = desk.does(&format!("{BOOK} --on-conflict skip --exdate {third}T18:00"));
    let starts = each(&booked["bookings"], "local_start");
    assert_eq!(starts, [format!("{}T18:00:00", day()), format!("{}T18:00:00", week(3))]);
    assert_eq!(each(&booked["skipped"], "code"), ["slot_taken"]);
    assert_eq!(booked["skipped"][0]["local_start"], format!("{second}T18:00:00"));
}

#[test]
fn a_skipped_date_can_be_added_later() {
    let desk = Desk::with_a_court();
    let second = week(1);
    let other = desk
        .id(&format!("book --resource Court_1 --start {second}T18:30 --minutes 60"), "booking_id");
    let series = desk.id(&format!("{BOOK} --on-conflict skip"), "series_id");
    let add = format!("series add {series} {second}");
    assert_eq!(desk.is_refused(&add)["code"], "slot_taken");
    desk.does(&format!("cancel {other} --reason rain"));
    let added = desk.does(&add);
    assert_eq!(added["local_start"], format!("{second}T18:00:00"));
    let shown = desk.does(&format!("series show {}", added["booking_id"].as_str().unwrap()));
    assert_eq!(shown["skipped"], json!([]));
    assert_eq!(each(&shown["bookings"], "title"), ["League"; 4]);
    let again = ["series", "add", &series, &second];
    let there = desk.stopped(&again, 2);
    assert_eq!(
        (&there["details"]["field"], &there["code"]),
        (&json!("date"), &json!("already_exists"))
    );
    // What is taken back of it is taken up again.
    desk.does("undo");
    let called_off = desk.stopped(&again, 2);
    let id = added["booking_id"].as_str().unwrap();
    let advice = format!("`holdfast reopen {id}`");
    assert!(called_off["message"].as_str().unwrap().contains(&advice), "{called_off:#}");
    assert_eq!(desk.does(&format!("reopen {id}"))["status"], "confirmed");
}

#[test]
fn all_of_a_series_or_one_and_those_after_it_are_moved_changed_and_called_off() {
    let desk = Desk::with_a_court();
    desk.does("resource add --name Court_2 --kind court");
    let booked = desk.does(BOOK);
    let series = booked["series_id"].as_str().unwrap();
    let third = booked["bookings"][2]["booking_id"].as_str().unwrap();
    let moved = desk.does(&format!("series move {series} --start 18:30 --minutes 90"));
    assert_eq!(moved["booking_ids"].as_array().unwrap().len(), 4);
    desk.does(&format!("series move {third} --resource Court_2"));
    desk.does(&format!("series edit {series} --from {} --title Finals", week(3)));
    let show = || desk.does(&format!("series show {series}"));
    let shown = show();
    assert_eq!(shown["bookings"][0]["local_end"], format!("{}T20:00:00", day()));
    assert_eq!(each(&shown["bookings"], "title"), ["League", "League", "League", "Finals"]);
    let courts: Vec<&str> = shown["bookings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["resources"][0]["name"].as_str().unwrap())
        .collect();
    assert_eq!(courts, ["Court 1", "Court 1", "Court 2", "Court 2"]);
    let off = desk.does(&format!("series cancel {third} --reason holidays"));
    assert_eq!(off["booking_ids"].as_array().unwrap().len(), 2);
    assert_eq!(
        each(&show()["bookings"], "status"),
        ["confirmed", "confirmed", "cancelled", "cancelled"]
    );
    desk.does(&format!("series cancel {series} --reason over"));
    assert_eq!(desk.does("list")["bookings"], json!([]));
    let none = ["series", "cancel", series, "--reason", "over"];
    assert_eq!(desk.stopped(&none, 2)["code"], "not_found");
    let endless =
        "series book --resource Court_1 --start DAYT08:00 --minutes 60 --rrule FREQ=DAILY";
    assert_eq!(desk.is_refused(endless)["code"], "series_too_long");
    assert_eq!(desk.does(&format!("{endless} --count 5"))["bookings"].as_array().unwrap().len(), 5);
}

#[test]
fn a_series_is_moved_to_other_days_each_date_by_as_much() {
    let desk = Desk::with_a_court();
    let booked = desk.does(BOOK);
    let series = booked["series_id"].as_str().unwrap();
    let third = booked["bookings"][2]["booking_id"].as_str().unwrap();
    let starts = || {
        let shown = desk.does(&format!("series show {series}"));
        each(&shown["bookings"], "local_start").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let at = |days: i64, time: &str| format!("{}T{time}", day() + chrono::Duration::days(days));
    // By a week: each comes to where the one after it was.
    desk.does(&format!("series move {series} --start {}", at(7, "18:00")));
    assert_eq!(starts(), [7, 14, 21, 28].map(|days| at(days, "18:00:00")));
    // Those from the third on, a day earlier and an hour later, and shorter.
    let start = at(20, "19:00");
    let moved = desk.does(&format!("series move {third} --start {start} --minutes 30"));
    assert_eq!(moved["booking_ids"].as_array().unwrap().len(), 2);
    let whole = [at(7, "18:00:00"), at(14, "18:00:00"), at(20, "19:00:00"), at(27, "19:00:00")];
    assert_eq!(starts(), whole);
    // An hour alone is the same hour for all.
    desk.does(&format!("series move {series} --start 17:00"));
    assert_eq!(starts(), [7, 14, 20, 27].map(|days| at(days, "17:00:00")));
    let neither = ["series", "move", series, "--start", "soon"];
    assert_eq!(desk.stopped(&neither, 2)["details"]["field"], "start");
}

#[test]
fn a_series_that_cannot_be_moved_says_on_which_day() {
    let desk = Desk::with_a_court();
    let series = desk.id(BOOK, "series_id");
    let third = day() + chrono::Duration::days(14);
    desk.does(&format!("book --resource Court_1 --start {third}T12:00 --minutes 60"));
    let refused = desk.is_refused(&format!("series move {series} --start 12:00"));
    assert_eq!(refused["code"], "slot_taken");
    let on = format!("on {}", third.format("%a %-d %b %Y"));
    for said in [&refused["details"]["period"], &refused["message"]] {
        assert!(said.as_str().unwrap().contains(&on), "{refused:#}");
    }
}

#[test]
fn a_series_that_was_booked_by_mistake_is_taken_back_whole_and_never_too_late() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    desk.does(BOOK);
    assert_eq!(desk.does("list")["bookings"].as_array().unwrap().len(), 4);
    assert!(desk.does("undo")["undone"]["operation_id"].is_string());
    assert_eq!(desk.does("list")["bookings"], json!([]));
    let all = desk.does("list --all");
    let late = |it: &serde_json::Value| it["cancellation"]["late"] == true;
    assert!(!all["bookings"].as_array().unwrap().iter().any(late), "{all:#}");
    desk.does(BOOK);
}

#[test]
fn a_change_to_several_dates_is_taken_back_on_all_of_them() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Ten --credits 10 --validity-days 90");
    desk.does("package sell --product Ten --customer Tracy_Smith");
    let paid = format!("{BOOK} --customer Tracy_Smith --package auto --credits 2");
    let series = desk.id(&paid, "series_id");
    let first = |key: &str| {
        let shown = desk.does(&format!("series show {series}"));
        each(&shown["bookings"], key)[0].to_owned()
    };
    let balance = || desk.does("package list")["packages"][0]["balance"].clone();
    assert_eq!(balance(), 2);
    desk.does(&format!("series move {series} --start 18:30"));
    desk.does(&format!("series edit {series} --title Cup"));
    desk.does(&format!("series cancel {series} --reason over"));
    assert_eq!((desk.does("list")["bookings"].clone(), balance()), (json!([]), json!(10)));

    let undo = || assert!(desk.does("undo")["undone"]["operation_id"].is_string());
    undo();
    let standing = desk.does("list --to 2999-01-01")["bookings"].as_array().unwrap().len();
    assert_eq!((standing, balance()), (4, json!(2)), "paid again, each of them");
    assert_eq!(first("title"), "Cup");
    undo();
    assert_eq!(first("title"), "League");
    assert_eq!(first("local_start"), format!("{}T18:30:00", day()));
    undo();
    assert_eq!(first("local_start"), format!("{}T18:00:00", day()));
}

#[test]
fn a_series_for_which_there_is_no_room_at_all_is_refused() {
    let desk = Desk::with_a_court();
    let taken = desk.does("book --resource Court_1 --start DAYT10:00 --minutes 60");
    let series = "series book --resource Court_1 --start DAYT10:00 --minutes 60 \
                  --rrule FREQ=DAILY;COUNT=1 --on-conflict skip";
    let refusal = desk.is_refused(series);
    assert_eq!(refusal["code"], "slot_taken", "{refusal:#}");
    desk.does("undo");
    let id = taken["booking_id"].as_str().unwrap();
    assert_eq!(desk.does(&format!("show {id}"))["status"], "cancelled");
    desk.does(series);
}

#[test]
fn a_series_is_called_off_on_behalf_of_whoever_asked() {
    let desk = Desk::with_a_court();
    for (by, kept) in [("customer", "customer"), ("admin", "admin")] {
        let booked = desk.does(BOOK);
        let series = booked["series_id"].as_str().unwrap();
        desk.does(&format!("series cancel {series} --reason ill --by {by}"));
        for id in each(&booked["bookings"], "booking_id") {
            assert_eq!(desk.does(&format!("show {id}"))["cancellation"]["initiator"], kept);
        }
    }
}
