//! A class and its people agree: what becomes of a class says what may still become of its places.

use crate::desk::Desk;
use crate::{Types, each, typed};
use serde_json::{Value, json};

/// A class of two places that needs a credit, and three customers who have one each.
fn class(day: &str) -> (Desk, String) {
    let desk = Desk::nowhere();
    let init = ["init", "--org", "Club", "--venue", "Hall", "--timezone", "UTC"];
    desk.done(&init, &["--currency", "EUR"]);
    desk.does("resource add --name Studio --kind room");
    desk.does("product add --name Card --credits 1 --validity-days 60");
    for name in ["Ann", "Bob", "Cid"] {
        desk.does(&format!("customer add --name {name}"));
        desk.does(&format!("package sell --product Card --customer {name}"));
    }
    desk.does("event add --title Yoga --capacity 2 --status published");
    let book = "book --event yoga --resource Studio --minutes 60 --credits 1 --price 10.00";
    let id = desk.id(&format!("{book} --start {day}T00:00"), "booking_id");
    desk.does(&format!("class add {id} Ann --package auto"));
    desk.does(&format!("class add {id} Bob"));
    desk.does(&format!("class add {id} Cid --waitlist --package auto"));
    (desk, id)
}

/// At the venue, whose day is the world's: what begins at its midnight has begun.
fn today() -> String {
    chrono::Utc::now().date_naive().to_string()
}

fn statuses(desk: &Desk, id: &str) -> Vec<String> {
    let roster = desk.does(&format!("class roster {id} --all"));
    each(&roster["attendances"], "status").into_iter().map(str::to_owned).collect()
}

fn credits(desk: &Desk, who: &str) -> Value {
    desk.does(&format!("package list --all --customer {who}"))["packages"][0]["balance"].clone()
}

fn refused(desk: &Desk, line: &str) -> Value {
    desk.is_refused(line)["code"].clone()
}

#[test]
fn a_class_that_is_called_off_has_nobody_left_and_takes_nobody_any_more() {
    let (desk, id) = class("DAY");
    assert_eq!(credits(&desk, "Ann"), 0);
    desk.does(&format!("cancel {id} --reason storm"));
    assert_eq!(statuses(&desk, &id), ["cancelled", "cancelled", "cancelled"]);
    assert_eq!(credits(&desk, "Ann"), 1, "what paid for it came back");
    let shown = desk.does(&format!("show {id}"));
    assert_eq!((&shown["owed"]["minor"], &shown["places_taken"]), (&json!(0), &Value::Null));
    // Its people have been told: nobody comes, leaves or is let in, and it does not come back.
    assert_eq!(
        refused(&desk, &format!("class check-in {id} Ann --excused")),
        "attendance_not_allowed"
    );
    assert_eq!(
        refused(&desk, &format!("class cancel {id} Ann --reason ill")),
        "attendance_not_allowed"
    );
    assert_eq!(refused(&desk, &format!("class add {id} Bob")), "status_not_allowed");
    assert_eq!(refused(&desk, &format!("reopen {id}")), "status_not_allowed");
    let promote = typed(&format!("class promote {id}"));
    let nobody = desk.stopped(&promote.iter().map(String::as_str).collect::<Vec<_>>(), 2);
    assert_eq!(nobody["code"], "nobody_waits");
}

#[test]
fn a_class_that_took_place_says_of_nobody_that_they_came_and_lets_that_be_said_later() {
    let (desk, id) = class("DAY");
    assert_eq!(refused(&desk, &format!("complete {id}")), "not_begun");
    let (desk, id) = class(&today());
    desk.does(&format!("class check-in {id} Ann"));
    desk.does(&format!("complete {id}"));
    assert_eq!(statuses(&desk, &id), ["present", "booked", "waitlisted"]);
    // Nobody gets in after it, and nobody's turn comes.
    desk.does("customer add --name Dan");
    assert_eq!(refused(&desk, &format!("class add {id} Dan")), "status_not_allowed");
    assert_eq!(refused(&desk, &format!("class promote {id} Cid --unpaid")), "status_not_allowed");
    // The list of who came is often written up afterwards.
    desk.does(&format!("class check-in {id} Bob --absent"));
    assert_eq!(statuses(&desk, &id), ["present", "absent", "waitlisted"]);
    let report = desk.does(&format!("report no-shows --from {0} --to {0}", today()));
    let row = &report["rows"][0];
    assert_eq!(
        (&row["due"], &row["no_shows"]),
        (&json!(2), &json!(1)),
        "of each place, not the class"
    );
    // It was said too early: it goes on, with everybody who is there.
    desk.does(&format!("reopen {id}"));
    assert_eq!(statuses(&desk, &id), ["present", "absent", "waitlisted"]);
    assert_eq!(refused(&desk, &format!("class add {id} Dan")), "places_taken");
}

#[test]
fn a_class_to_which_nobody_came_keeps_its_roster_and_what_was_paid() {
    let (desk, id) = class("DAY");
    assert_eq!(refused(&desk, &format!("no-show {id}")), "not_begun");
    let (desk, id) = class(&today());
    desk.does(&format!("class check-in {id} Ann Bob --absent"));
    desk.does(&format!("no-show {id}"));
    assert_eq!(statuses(&desk, &id), ["absent", "absent", "waitlisted"]);
    assert_eq!(credits(&desk, "Ann"), 0, "a place that was kept for somebody is paid for");
    assert_eq!(desk.does(&format!("show {id}"))["owed"]["minor"], 1000, "and Bob owes his");
    assert_eq!(refused(&desk, &format!("class add {id} Ann")), "status_not_allowed");
    let report = || {
        let rows = desk.does(&format!("report no-shows --from {0} --to {0}", today()));
        ["due", "no_shows"].map(|it| rows["rows"][0][it].clone())
    };
    assert_eq!(report(), [2, 2]);
    // Somebody came after all: the class took place.
    desk.does(&format!("complete {id}"));
    desk.does(&format!("class check-in {id} Bob --late"));
    assert_eq!(statuses(&desk, &id), ["absent", "late", "waitlisted"]);
    assert_eq!(report(), [2, 1]);
    // Who is excused was not due.
    desk.does(&format!("class check-in {id} Bob --excused --reason rang"));
    assert_eq!(report(), [1, 1]);
}

#[test]
fn nobody_came_is_not_said_of_a_class_that_somebody_is_at() {
    let (desk, id) = class(&today());
    desk.does(&format!("class check-in {id} Ann"));
    assert_eq!(refused(&desk, &format!("no-show {id}")), "field_invalid");
}

#[test]
fn nobody_is_checked_in_at_a_class_to_which_nobody_came() {
    let (desk, id) = class(&today());
    desk.does(&format!("no-show {id}"));
    assert_eq!(statuses(&desk, &id), ["absent", "absent", "waitlisted"]);
    assert_eq!(refused(&desk, &format!("class check-in {id} Ann")), "status_not_allowed");
}

#[test]
fn a_class_that_is_called_off_while_people_come_in_has_nobody_left() {
    let (desk, id) = class(&today());
    desk.does(&format!("class check-in {id} Ann"));
    desk.does(&format!("cancel {id} --reason storm"));
    assert_eq!(statuses(&desk, &id), ["cancelled", "cancelled", "cancelled"]);
    assert_eq!(credits(&desk, "Ann"), 1, "what paid for it came back");
    let report = desk.does(&format!("report no-shows --from {0} --to {0}", today()));
    assert_eq!(report["rows"][0]["due"], 0, "nobody was due at it");
}

#[test]
fn dates_of_a_series_that_are_taken_up_again_are_each_paid_again() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Card --credits 10 --validity-days 90");
    desk.does("package sell --product Card --customer Tracy_Smith");
    let book = "series book --resource Court_1 --start DAYT10:00 --minutes 60 --capacity 2 \
                --credits 1 --rrule FREQ=DAILY;COUNT=4";
    let booked = desk.does(book);
    let series = booked["series_id"].as_str().unwrap();
    for id in each(&booked["bookings"], "booking_id") {
        desk.does(&format!("class add {id} Tracy_Smith --package auto"));
    }
    assert_eq!(credits(&desk, "Tracy_Smith"), 6);
    for _ in 0..2 {
        desk.does(&format!("series cancel {series} --reason storm"));
        assert_eq!(credits(&desk, "Tracy_Smith"), 10);
        desk.does("undo");
        assert_eq!(credits(&desk, "Tracy_Smith"), 6);
    }
    let entries = desk.does("package list --all --customer Tracy_Smith");
    let package = entries["packages"][0]["id"].as_str().unwrap().to_owned();
    let ledger = desk.does(&format!("package ledger {package}"));
    assert_eq!(each(&ledger["entries"], "kind").len(), 1 + 4 + 2 * 8);
}

#[test]
fn a_place_that_was_given_back_late_by_mistake_costs_no_second_credit() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    desk.does("product add --name Card --credits 1 --validity-days 90");
    desk.does("package sell --product Card --customer Tracy_Smith");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --capacity 2 --credits 1";
    let id = desk.id(book, "booking_id");
    desk.does(&format!("class add {id} Tracy_Smith --package auto"));
    desk.does(&format!("class cancel {id} Tracy_Smith --reason mistake"));
    assert_eq!(credits(&desk, "Tracy_Smith"), 0, "too late to have it back");
    desk.does("undo");
    assert_eq!(
        (statuses(&desk, &id), credits(&desk, "Tracy_Smith")),
        (vec!["booked".into()], json!(0))
    );
}

#[test]
fn a_class_that_became_smaller_meanwhile_does_not_come_back_whole() {
    let (desk, id) = class("DAY");
    desk.does(&format!("cancel {id} --reason mistake"));
    desk.does(&format!("class capacity {id} 1"));
    desk.does("undo");
    desk.does("undo");
    assert_eq!(statuses(&desk, &id), ["booked", "booked", "waitlisted"]);
    assert_eq!(desk.does(&format!("show {id}"))["capacity"], 2);
}

#[test]
fn what_was_taken_up_again_is_called_off_by_undo_and_undo_goes_on() {
    let desk = Desk::with_a_court();
    let id = desk.id("book --resource Court_1 --start DAYT10:00 --minutes 60", "booking_id");
    desk.does(&format!("cancel {id} --reason rain"));
    desk.does(&format!("reopen {id}"));
    let status = || desk.does(&format!("show {id}"))["status"].as_str().unwrap().to_owned();
    let mut seen = Vec::new();
    for _ in 0..3 {
        desk.does("undo");
        seen.push(status());
    }
    assert_eq!(seen, ["cancelled", "confirmed", "cancelled"]);
}

#[test]
fn whoever_turned_out_to_be_one_is_in_one_place_at_a_time_and_has_one_place() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --customer-overlap refuse");
    for room in ["Studio", "Gym"] {
        desk.does(&format!("resource add --name {room} --kind room"));
    }
    for name in ["Ann", "Cara", "Dan", "Old_Name"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("event add --title Yoga --capacity 1 --status published");
    let class = |time: &str| {
        let book = format!("book --event yoga --resource Studio --start DAYT{time} --minutes 60");
        desk.id(&book, "booking_id")
    };
    let court = |time: &str, who: &str| {
        format!("book --resource Court_1 --start DAYT{time} --minutes 60 --customer {who}")
    };
    let [ten, twelve, two] = ["10:00", "12:00", "14:00"].map(class);
    desk.does(&format!("class capacity {twelve} 2"));
    desk.does(&court("10:00", "Old_Name"));
    desk.does(&format!("class add {twelve} Old_Name"));
    desk.does("customer merge Old_Name --into Cara");
    let gym = "book --resource Gym --start DAYT10:30 --minutes 60 --customer Cara";
    assert_eq!(desk.is_refused(gym)["code"], "customer_elsewhere");
    assert_eq!(desk.is_refused(&court("12:00", "Cara"))["code"], "customer_elsewhere", "at Yoga");
    assert_eq!(desk.is_refused(&format!("class add {ten} Cara"))["code"], "customer_elsewhere");
    for wait in ["", " --waitlist"] {
        let twice = desk.is_refused(&format!("class add {twelve} Cara{wait}"));
        assert_eq!(twice["code"], "already_exists");
    }

    // Who waits may be somewhere else by the time it is their turn.
    desk.does(&format!("class add {two} Ann"));
    desk.does(&format!("class add {two} Cara --waitlist"));
    desk.does(&format!("class add {two} Dan --waitlist"));
    desk.does(&court("14:00", "Cara"));
    let back = desk.does(&format!("class cancel {two} Ann --reason ill"));
    let back = desk.gives_on(&two, &back);
    assert_eq!(back["promoted"]["customer_name"], "Dan");
    assert_eq!(back["skipped"][0]["customer_name"], "Cara");
    assert_eq!(back["skipped"][0]["refusal"]["code"], "customer_elsewhere");

    // Nor is a booking taken up again while its customer is elsewhere.
    let early = desk.id(&court("08:00", "Dan"), "booking_id");
    desk.does(&format!("cancel {early} --reason rain"));
    let gym =
        desk.id("book --resource Gym --start DAYT08:00 --minutes 60 --customer Dan", "booking_id");
    assert_eq!(desk.is_refused(&format!("reopen {early}"))["code"], "customer_elsewhere");
    desk.does(&format!("cancel {gym} --reason rain"));
    assert_eq!(desk.does(&format!("reopen {early}"))["status"], "confirmed");

    // Where the venue only minds, it is said.
    desk.does("venue edit Hall --customer-overlap warn");
    let added = desk.does(&format!("class add {ten} Cara"));
    assert_eq!(added["warnings"][0]["code"], "customer_elsewhere");
}

#[test]
fn a_class_is_not_moved_to_where_somebody_of_its_roster_is_elsewhere() {
    let desk = Desk::with_a_court();
    desk.does("resource add --name Studio --kind room");
    for name in ["Ann", "Bob", "Cid", "Old_Name"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("event add --title Yoga --capacity 2 --status published");
    let class = |time: &str| {
        let book = format!("book --event yoga --resource Studio --start DAYT{time} --minutes 60");
        desk.id(&book, "booking_id")
    };
    let (id, other) = (class("10:00"), class("16:00"));
    let court = |time: &str, who: &str| {
        let book = format!("book --resource Court_1 --start DAYT{time} --minutes 60");
        desk.id(&format!("{book} --customer {who}"), "booking_id")
    };
    desk.does(&format!("class add {id} Ann"));
    desk.does(&format!("class add {id} Bob"));
    desk.does(&format!("class add {id} Cid --waitlist"));
    desk.does(&format!("class add {other} Bob"));
    court("12:00", "Old_Name");
    court("14:00", "Cid");
    desk.does("customer merge Old_Name --into Ann");
    let to = |time: &str| format!("reschedule {id} --start DAYT{time}");

    // Where nobody minds, nothing is said; where the venue does, they are named.
    assert_eq!(desk.does(&to("12:30"))["warnings"], json!([]));
    desk.does("venue edit Hall --customer-overlap warn");
    let warned = desk.does(&to("12:00"));
    assert_eq!(each(&warned["warnings"], "code"), ["customer_elsewhere"]);
    let says = "Ann, who has a place here, already has a booking from 12:00 to 13:00.";
    assert!(warned["warnings"][0]["message"].as_str().unwrap().starts_with(says), "{warned}");
    desk.does("venue edit Hall --customer-overlap refuse");
    desk.does(&to("08:00"));
    assert_eq!(desk.is_refused(&to("11:30"))["code"], "customer_elsewhere");
    assert_eq!(desk.is_refused(&to("15:30"))["code"], "slot_taken", "by the other class itself");
    // Nobody is elsewhere who only waits, nor in the class itself, nor where it ends as they begin.
    assert_eq!(desk.does(&to("14:00"))["warnings"], json!([]));
    assert_eq!(desk.does(&to("14:30"))["warnings"], json!([]));
    // Dates of a series are moved, and booked, with the same words.
    desk.does("venue edit Hall --customer-overlap warn");
    desk.does("resource add --name Gym --kind room");
    let series = "series book --resource Gym --start DAYT18:00 --minutes 60 \
                  --rrule FREQ=WEEKLY;COUNT=2 --customer";
    let beside = desk.does(&format!("{series} Cid"));
    assert_eq!(beside["warnings"], json!([]));
    let to_cid = format!("series move {} --start 14:00", beside["series_id"].as_str().unwrap());
    assert_eq!(each(&desk.does(&to_cid)["warnings"], "code"), ["customer_elsewhere"]);
    desk.does("venue edit Hall --customer-overlap refuse");
    // Without them, it is moved.
    desk.does(&format!("class cancel {id} Ann --reason ill"));
    assert_eq!(desk.does(&to("12:00"))["warnings"], json!([]));
}

#[test]
fn who_waits_and_turns_out_to_be_another_keeps_their_turn() {
    let (desk, id) = class("DAY");
    desk.does(&format!("class capacity {id} 2"));
    desk.does("customer add --name Dan");
    desk.does("customer merge Cid --into Dan");
    // Found on the roster as they are called there, and as who they are.
    for who in ["Cid", "Dan"] {
        let full = desk.is_refused(&format!("class promote {id} {who} --unpaid"));
        assert_eq!(full["code"], "places_taken");
    }
    let back = desk.does(&format!("class cancel {id} Bob --reason ill"));
    let back = desk.gives_on(&id, &back);
    assert_eq!(back["promoted"]["status"], "booked", "{back}");
    assert_eq!(statuses(&desk, &id), ["booked", "cancelled", "booked"]);
    desk.does(&format!("class cancel {id} Dan --reason ill"));
    assert_eq!(statuses(&desk, &id), ["booked", "cancelled", "cancelled"]);
}

#[test]
fn who_waits_pays_with_what_they_have_as_whom_they_turned_out_to_be() {
    let (desk, id) = class("DAY");
    desk.does(&format!("class capacity {id} 2"));
    for who in ["Dan", "Eve"] {
        desk.does(&format!("customer add --name {who}"));
    }
    desk.does("package sell --product Card --customer Dan");
    desk.does(&format!("class cancel {id} Cid --reason ill"));
    // Without a credit of their own.
    desk.does(&format!("class add {id} Eve --waitlist"));
    desk.does("customer merge Eve --into Dan");
    let back = desk.does(&format!("class cancel {id} Bob --reason ill"));
    let back = desk.gives_on(&id, &back);
    assert_eq!(back["promoted"]["status"], "booked", "{back}");
    assert_eq!((&back["skipped"], credits(&desk, "Dan")), (&json!([]), json!(0)));
    desk.does(&format!("class cancel {id} Dan --reason ill"));
    assert_eq!(credits(&desk, "Dan"), 1);
}

#[test]
fn what_the_house_calls_off_costs_nobody_a_credit_not_even_who_had_left_too_late() {
    let (desk, _) = class("DAY");
    desk.does("venue edit Hall --free-cancel-hours 2000");
    desk.does("customer add --name Eve");
    desk.does("package sell --product Card --customer Eve");
    let book = "book --event yoga --resource Studio --minutes 60 --credits 1 --start DAYT10:00";
    let id = desk.id(book, "booking_id");
    desk.does(&format!("class add {id} Eve --package auto"));
    desk.does(&format!("class cancel {id} Eve --reason ill"));
    assert_eq!(credits(&desk, "Eve"), 0, "it was too late to be free");
    desk.does(&format!("cancel {id} --reason storm"));
    assert_eq!(credits(&desk, "Eve"), 1);
    // It was a mistake: then it is as late as it was.
    desk.does("undo");
    assert_eq!(credits(&desk, "Eve"), 0);
    desk.does(&format!("cancel {id} --reason storm"));
    assert_eq!(credits(&desk, "Eve"), 1);
}

#[test]
fn what_had_ended_or_was_asked_for_stands_only_for_who_may_book() {
    let (desk, _) = class("DAY");
    let book = "book --resource Studio --minutes 60 --customer Bob --start";
    let off = desk.id(&format!("{book} DAYT10:00"), "booking_id");
    desk.does(&format!("cancel {off} --reason rain"));
    let asked = desk.id(&format!("{book} DAYT12:00 --request"), "booking_id");
    desk.does("customer edit Bob --block owes");
    assert_eq!(refused(&desk, &format!("reopen {off}")), "customer_blocked");
    assert_eq!(refused(&desk, &format!("approve {asked}")), "customer_blocked");
    desk.does("customer edit Bob --unblock");
    desk.does("resource edit Studio --inactive");
    assert_eq!(refused(&desk, &format!("reopen {off}")), "resource_inactive");
    desk.does("resource edit Studio --active");
    assert_eq!(desk.does(&format!("reopen {off}"))["status"], "confirmed");
    assert_eq!(desk.does(&format!("approve {asked}"))["status"], "confirmed");
}
