//! An export of our own that somebody changed in a spreadsheet.

use crate::desk::Desk;
use crate::{Types, at, day};
use std::path::Path;

/// What an import of the files in `dir` says of `part`, after `from` became `to` in its file.
fn retyped(desk: &Desk, dir: &Path, part: &str, (from, to): (&str, &str)) -> serde_json::Value {
    let file = dir.join(format!("{part}.csv"));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&file, text.replace(from, to)).unwrap();
    let mapping = dir.join("mapping.toml");
    let mapping = mapping.to_str().unwrap();
    desk.done(&["import", "--mapping", mapping, dir.to_str().unwrap()], &[])[part].clone()
}

#[test]
fn wall_times_of_an_export_are_there_to_be_read_and_its_instants_move_what_they_tell() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --slot-minutes 15");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60";
    let id = desk.id(book, "booking_id");
    desk.does("closure add --from DAYT20:00 --to DAYT21:00");
    let files = tempfile::tempdir().unwrap();
    let dir = files.path();
    desk.done(&["export", dir.to_str().unwrap()], &[]);
    let wall = |hour: u32| format!("{} {hour}:00:00", day());
    for (part, hour) in [("bookings", 10), ("exceptions", 20)] {
        let read = retyped(&desk, dir, part, (&wall(hour), &wall(hour - 1)));
        assert_eq!(read["already"], 1, "{part}: {read}");
    }
    assert_eq!(desk.does(&format!("show {id}"))["local_start"], at("10:00:00"));
    let later = retyped(&desk, dir, "bookings", (":00:00.000Z", ":15:00.000Z"));
    assert_eq!(later["updated"], 1, "{later}");
    assert_eq!(desk.does(&format!("show {id}"))["local_start"], at("10:15:00"));
}

/// A desk of a club that has nothing yet.
fn empty() -> Desk {
    let desk = Desk::nowhere();
    let init = ["init", "--org", "Club", "--venue", "Hall", "--timezone", "UTC"];
    desk.done(&init, &["--slot-minutes", "15"]);
    desk
}

/// What comes over from one desk to another.
fn comes_over(from: &Desk, to: &Desk) -> serde_json::Value {
    let files = tempfile::tempdir().unwrap();
    let dir = files.path().join("out");
    from.done(&["export", dir.to_str().unwrap()], &[]);
    let mapping = dir.join("mapping.toml");
    to.done(&["import", "--mapping", mapping.to_str().unwrap(), dir.to_str().unwrap()], &[])
}

fn balance(desk: &Desk, who: &str) -> serde_json::Value {
    desk.does(&format!("package list --all --customer {who}"))["packages"][0]["balance"].clone()
}

#[test]
fn what_a_merged_customers_package_paid_for_comes_over_paid() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 1");
    desk.does("product add --name Ten --credits 10 --validity-days 90");
    for name in ["Ann", "Bob"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("package sell --product Ten --customer Ann");
    desk.does("customer merge Ann --into Bob");
    let book = "book --resource Court_1 --minutes 60 --start";
    desk.does(&format!("{book} DAYT10:00 --customer Bob --package auto --credits 8"));
    let class =
        desk.id(&format!("{book} DAYT12:00 --capacity 2 --credits 1 --title Yoga"), "booking_id");
    desk.does(&format!("class add {class} Bob --package auto"));
    assert_eq!(balance(&desk, "Bob"), 1);

    let other = empty();
    comes_over(&desk, &other);
    assert_eq!(balance(&other, "Bob"), 1);
    let bookings = other.does("list");
    let class = bookings["bookings"][1]["id"].as_str().unwrap();
    other.does(&format!("class cancel {class} Bob --reason ill"));
    assert_eq!(balance(&other, "Bob"), 2, "the place was paid with it");
}

#[test]
fn credits_that_came_back_elsewhere_do_not_come_back_for_what_stands_here() {
    let desk = empty();
    desk.does("resource add --name Court_1 --kind court");
    desk.does("customer add --name Tracy_Smith");
    desk.does("product add --name Ten --credits 10 --validity-days 90");
    desk.does("package sell --product Ten --customer Tracy_Smith");
    // What begins at the world's midnight has begun.
    let start = format!("{}T00:00", chrono::Utc::now().date_naive());
    let book = "book --resource Court_1 --minutes 60 --customer Tracy_Smith --package auto";
    let id = desk.id(&format!("{book} --credits 2 --start {start}"), "booking_id");
    let other = empty();
    comes_over(&desk, &other);
    let there = other.does("list")["bookings"][0]["id"].as_str().unwrap().to_owned();
    other.does(&format!("complete {there}"));
    desk.does(&format!("cancel {id} --reason rain"));
    assert_eq!(balance(&desk, "Tracy_Smith"), 10);
    comes_over(&desk, &other);
    assert_eq!(other.does(&format!("show {there}"))["status"], "completed");
    assert_eq!(balance(&other, "Tracy_Smith"), 8, "it is used here");
}
