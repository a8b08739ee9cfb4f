//! What people read, where a program reads ids and minor units.

use crate::desk::Desk;
use crate::{Types, typed};
use chrono::{Datelike, NaiveDate, Utc, Weekday};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};

/// What a command prints for people.
fn read(desk: &Desk, line: &str) -> String {
    let words = typed(line);
    let output = desk.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    String::from_utf8(output.stdout).unwrap()
}

fn stopped(desk: &Desk, line: &str, exit: i32) -> serde_json::Value {
    let words = typed(line);
    desk.stopped(&words.iter().map(String::as_str).collect::<Vec<_>>(), exit)
}

#[test]
fn a_booking_says_which_package_paid_and_the_ledger_for_what() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Ten --credits 10 --validity-days 90");
    let package = desk.id("package sell --product Ten --customer Tracy_Smith", "package_id");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(&format!("{book} --package auto --credits 2"), "booking_id");
    let shown = read(&desk, &format!("show {id}"));
    assert!(shown.contains("Ten, 2 credits"), "{shown}");
    let ledger = read(&desk, &format!("package ledger {package}"));
    assert!(ledger.contains("Court 1, "), "{ledger}");
    let history = read(&desk, &format!("history package {package}"));
    let used = "paid with its credits (credits left: 10 → 8; for: Court 1, ";
    assert!(history.contains(used), "{history}");
    let refusal = desk.is_refused(&format!("package correct {package} --credits=-50 --reason x"));
    assert_eq!(
        refusal["message"],
        "The package has 8 credits left. No more than that can be taken away."
    );
}

#[test]
fn what_was_moved_is_told_as_it_was() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(book, "booking_id");
    desk.does(&format!("reschedule {id} --start DAYT14:00"));
    let undone = desk.does("undo")["undone"]["sentence"].as_str().unwrap().to_owned();
    assert!(undone.contains(" 10:00 to 11:00) to Court 1, "), "{undone}");
    assert!(undone.ends_with(" 14:00 to 15:00"), "{undone}");
}

#[test]
fn a_new_currency_says_which_prices_are_in_the_old_one() {
    let desk = Desk::with_a_court();
    desk.does("service add --name Lesson --minutes 60 --kind court --price 30.00");
    let said = desk.does("venue edit Hall --currency usd");
    assert!(said["notes"][0].as_str().unwrap().contains("are: 1 service still priced"), "{said}");
    assert_eq!(desk.does("venue edit Hall --currency eur")["notes"], json!([]));
}

#[test]
fn whoever_would_be_erased_has_their_bookings_ahead_counted() {
    let desk = Desk::with_a_court();
    desk.does("book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith");
    let dry = desk.does("privacy erase Tracy_Smith --reason asked");
    assert_eq!((&dry["dry_run"], &dry["bookings_ahead"]), (&json!(true), &json!(1)));
}

#[test]
fn what_cannot_be_read_is_said_in_words() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --price abc";
    assert_eq!(
        stopped(&desk, book, 2)["message"],
        "“abc” is not an amount; write it like 12.50 or 12.50 EUR."
    );
    let unmerge = stopped(&desk, "customer unmerge Tracy", 2);
    assert_eq!(unmerge["message"], "Tracy Smith was not merged into anybody.");
}

#[test]
fn reports_name_all_services_and_none_and_show_money() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --price 30.00";
    let id = desk.id(&format!("{book} --customer Tracy_Smith"), "booking_id");
    desk.does(&format!("booking pay {id} --amount 12.50"));
    let revenue = read(&desk, "report revenue");
    assert!(revenue.contains("12.50 EUR"), "{revenue}");
    let none = read(&desk, "report no-shows");
    assert!(none.lines().any(|line| line.starts_with("all ")), "{none}");
    assert!(desk.does("report no-shows")["rows"][0]["service"].is_null());
    let shown = read(&desk, "customer show Tracy_Smith");
    assert!(shown.contains("12.50 EUR"), "{shown}");
}

#[test]
fn a_default_is_said_where_something_is_entered_and_not_where_it_is_changed() {
    let desk = Desk::nowhere();
    for edit in [
        "venue edit",
        "resource edit",
        "service edit",
        "customer edit",
        "staff edit",
        "product edit",
        "event edit",
        "edit",
        "series edit",
    ] {
        let help = read(&desk, &format!("{edit} --help"));
        assert!(help.starts_with("Change"), "{edit}: {help}");
        let whose = help.replace("[default: the platform's data directory]", "");
        assert!(!whose.contains("[default"), "{edit}: {help}");
    }
    for (add, default) in [
        ("service add", "How many may come [default: 1]"),
        ("service add", "repeat it for several [default: all]"),
        ("product add", "Whether it is sold [default: active]"),
        ("product add", "repeat it for several [default: everything]"),
        ("event add", "Whether people outside may know of it [default: draft]"),
        ("event add", "small letters, digits and dashes [default: from the title]"),
    ] {
        let help = read(&desk, &format!("{add} --help"));
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(default), "{add}: {help}");
    }
}

#[test]
fn what_does_not_fit_is_said_in_what_was_typed() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(&format!("{book} --price 30.00"), "booking_id");
    let refused = |line: &str| desk.is_refused(line)["message"].as_str().unwrap().to_owned();
    let nothing = refused(&format!("booking pay {id} --amount 0"));
    assert_eq!(nothing, "Amount must be more than nothing. Choose a larger one.");
    let below = refused("service add --name Lesson --minutes 60 --price=-5");
    assert_eq!(below, "Price must not be below zero. Choose a larger one.");
    let hours = refused("venue edit Hall --free-cancel-hours 1000000");
    assert!(hours.ends_with("Choose between 0 and 2160 hours."), "{hours}");
    let paid = read(&desk, &format!("booking pay {id} --amount 30"));
    assert!(paid.contains("nothing is owed any more"), "{paid}");
}

#[test]
fn a_second_place_of_one_customer_is_told_as_that() {
    let desk = Desk::with_a_court();
    desk.does("customer add --name Ann");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --capacity 3 --price 9";
    let id = desk.id(book, "booking_id");
    desk.does(&format!("class add {id} Ann"));
    let again = desk.is_refused(&format!("class add {id} Ann"));
    assert_eq!(again["message"], "The customer is on the roster already. Look at the roster.");
    let off = desk.is_refused(&format!("booking pay {id} --amount 9 --customer Tracy_Smith"));
    assert!(off["message"].as_str().unwrap().starts_with("There is no such place"), "{off}");
}

/// What a command that stops prints for people.
fn complaint(desk: &Desk, line: &str) -> String {
    let words = typed(line);
    let output = desk.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(!output.status.success(), "{line}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_stops_says_what_was_typed_and_the_next_step() {
    let desk = Desk::with_a_court();
    let said = |line: &str| complaint(&desk, line);
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60";
    for (line, words) in [
        (
            "book --kind court --kind court --start DAYT10:00 --minutes 60",
            "has not as many of kind court",
        ),
        (&format!("{book} --package auto"), "say whose, with --customer"),
        (&format!("{book} --package auto --customer Tracy"), "holdfast package sell"),
        ("customers --tier gold", "is no tier of this venue; it has none"),
        ("venue edit Hall --min-notice-minutes=-1", "write a whole number from 0 up"),
        ("book --resource Court_1 --start foo --minutes 60", "--start “foo” is not a time"),
        ("import", "--ics FILE"),
        ("series show 0199e2a4-6f1d-7c0a-93a4-5b4e8a3f4a20", "of one of its bookings tells it"),
        ("closure add --from DAYT10:00 --to DAYT10:00", "does not lie after the start"),
    ] {
        let told = said(line);
        assert!(told.contains(words), "{line}: {told}");
        assert!(!told.contains("4294967295") && !told.contains("it has:"), "{told}");
    }
}

#[test]
fn what_was_deleted_is_told_and_restored_by_a_part_of_its_name() {
    let desk = Desk::with_a_court();
    desk.does("delete resource Court_1");
    let told = complaint(&desk, "book --resource Court_1 --start DAYT10:00 --minutes 60");
    assert!(told.contains("`holdfast restore resource \"Court 1\"` brings it back"), "{told}");
    desk.does("restore resource cour");
    desk.does("customer add --name Tracy_Smithson");
    desk.does("delete customer Tracy_Smith");
    desk.does("delete customer Tracy_Smithson");
    assert_eq!(stopped(&desk, "restore customer Tracy", 2)["code"], "ambiguous");
    desk.does("restore customer Tracy_Smith");
    desk.does("restore customer tracy");
}

#[test]
fn a_request_turned_down_again_keeps_its_reason_and_says_so() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --request";
    let id = desk.id(book, "booking_id");
    desk.does(&format!("reject {id} --reason full"));
    let again = desk.does(&format!("reject {id} --reason rain"));
    assert_eq!((&again["changed"], &again["status"]), (&json!(false), &json!("rejected")));
    let note = again["notes"][0].as_str().unwrap();
    assert!(note.contains("already (“full”); that reason stays"), "{note}");
    let shown = read(&desk, &format!("show {id}"));
    assert!(shown.contains("by Owner") && shown.contains("full"), "{shown}");
    assert_eq!(desk.does(&format!("reject {id} --reason full"))["notes"], json!([]));
}

#[test]
fn people_read_days_and_names_where_programs_read_numbers() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60";
    desk.does(book);
    let day = crate::day();
    let busiest = read(&desk, &format!("report busiest --from {day} --to {day}"));
    let (weekday, date) = (day.format("%a").to_string(), day.format("%a %Y-%m-%d").to_string());
    assert!(busiest.contains(&format!("\n{weekday} ")), "{busiest}");
    let hit = read(&desk, &format!("closure add --from {day}"));
    assert!(hit.contains(&format!("{date} 10:00 to 11:00")), "{hit}");
    desk.does("resource add --name Hall_3 --kind room --part Court_1 --hours mon-fri_08:00-20:00");
    let resources = read(&desk, "resources");
    assert!(resources.contains("Court 1  mon-fri 08:00-20:00"), "{resources}");
}

#[test]
fn bookings_that_clash_with_new_parts_are_lines_for_people_and_details_for_programs() {
    let desk = Desk::with_a_court();
    desk.does("resource add --name Hall_3 --kind room");
    for what in ["Court_1", "Hall_3"] {
        desk.does(&format!("book --resource {what} --start DAYT10:00 --minutes 60"));
    }
    let edit = "resource edit Hall_3 --part Court_1";
    let refusal = desk.is_refused(edit);
    assert_eq!(refusal["details"]["clashes"].as_array().unwrap().len(), 1);
    assert!(!refusal["message"].as_str().unwrap().contains('\n'), "{refusal}");
    let told = complaint(&desk, edit);
    assert!(told.contains("Move or cancel them first.\n  "), "{told}");
    assert!(told.contains("in its way: ") && told.contains("Court 1"), "{told}");
    assert!(told.contains("10:00 to 11:00"), "{told}");
}

#[test]
fn a_request_tells_its_deadline_and_that_it_competes() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --approval-minutes 600 --requests-compete");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --request";
    let id = desk.id(book, "booking_id");
    let shown = read(&desk, &format!("show {id}"));
    for line in ["answer until  ", "competes      yes"] {
        assert!(shown.contains(line), "{shown}");
    }
    desk.does(&format!("approve {id}"));
    let shown = read(&desk, &format!("show {id}"));
    assert!(shown.contains("confirmed  ") && !shown.contains("answer until"), "{shown}");
}

#[test]
fn what_the_clock_makes_of_a_date_is_said_to_people_too() {
    let desk = Desk::with_a_court();
    let march = NaiveDate::from_ymd_opt(Utc::now().year() + 1, 3, 31).unwrap();
    let turned = march.week(Weekday::Sun).first_day();
    let line = format!(
        "series book --resource Court_1 --start {turned}T02:30 --minutes 60 --rrule FREQ=WEEKLY;COUNT=2"
    );
    let text = read(&desk, &line);
    assert!(text.contains("Note: 02:30 does not exist on"), "{text}");
    assert!(text.contains(&format!("Sun {turned} 03:30 to 04:30")), "{text}");
}

#[test]
fn who_leaves_has_bookings_and_a_next_step() {
    let desk = Desk::with_a_court();
    desk.does("staff add --name Olga_Neu --role instructor");
    desk.does("resource add --name Coach --kind instructor --staff Olga_Neu");
    desk.does("book --resource Coach --start DAYT10:00 --minutes 60 --customer Tracy_Smith");
    let left = read(&desk, "staff edit Olga_Neu --inactive");
    assert!(left.contains("10:00 to 11:00") && left.contains("Tracy Smith"), "{left}");
    assert!(left.contains("`holdfast staff bookings \"Olga Neu\" --to NAME`"), "{left}");
}

#[test]
fn a_pin_of_ones_own_says_that_it_is_needed_from_now_on() {
    let desk = Desk::with_a_court();
    let mut pin = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    pin.args(["pin", "set", "Owner"]).env("HOLDFAST_REPLICA", desk.dir());
    pin.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut pin = pin.spawn().unwrap();
    pin.stdin.take().unwrap().write_all(b"4711\n").unwrap();
    let told = String::from_utf8(pin.wait_with_output().unwrap().stdout).unwrap();
    assert!(told.contains("locked from now on: sign in with that PIN"), "{told}");
    assert_eq!(desk.does("whoami")["locked"], json!(true));
}

#[test]
fn requests_are_told_with_names_days_and_what_they_hold() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --requests-compete");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --request";
    desk.does(book);
    let (day, date) = (crate::day(), crate::day().format("%a %Y-%m-%d").to_string());
    let report = read(&desk, &format!("report pending --from {day} --to {day}"));
    assert!(report.contains(&format!("{date} 10:00  {date} 11:00")), "{report}");
    assert!(report.contains("HOLDS ITS TIME") && report.contains("not yet"), "{report}");
    assert!(!report.contains("T10:00:00") && !report.contains("COMPETING"), "{report}");
    desk.does("privacy export Tracy_Smith");
    assert!(read(&desk, "privacy requests").contains("Tracy Smith"));
    assert_eq!(desk.does("privacy requests")["requests"][0]["customer_name"], "Tracy Smith");
}
