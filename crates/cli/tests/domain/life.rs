//! From a request to a booking that took place, or did not.

use crate::desk::Desk;
use crate::{Types, each};
use chrono::{Timelike, Utc};
use serde_json::json;

const ASK: &str = "book --resource Court_1 --start DAYT10:00 --minutes 60 --request";

#[test]
fn a_request_holds_its_slot_until_it_is_approved_or_turned_down() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --approval-minutes 120");
    let asked = desk.does(&format!("{ASK} --customer Tracy_Smith"));
    assert_eq!(asked["status"], "pending");
    let id = asked["booking_id"].as_str().unwrap();
    assert_eq!(desk.is_refused(ASK)["code"], "slot_taken");
    let request = &desk.does("requests")["requests"][0];
    assert_eq!((&request["id"], &request["lapsed"]), (&json!(id), &json!(false)));
    assert!(request["approve_by"].is_string());
    assert_eq!(desk.does("lapse")["lapsed"], json!([]));
    desk.does(&format!("reject {id} --reason full"));
    assert_eq!(desk.is_refused(&format!("approve {id}"))["code"], "status_not_allowed");
    let next = desk.id(ASK, "booking_id");
    assert_eq!(desk.does(&format!("approve {next}"))["status"], "confirmed");
    assert_eq!(desk.does("requests")["requests"], json!([]));
    let all = desk.does("list --all");
    assert_eq!(each(&all["bookings"], "status").len(), 2);
    let rejected = desk.does("list --status rejected");
    assert_eq!(each(&rejected["bookings"], "id"), [id]);
    let ahead = desk.is_refused(&format!("no-show {next}"));
    assert_eq!(ahead["code"], "not_begun");
    assert!(ahead["message"].as_str().unwrap().contains("10:00"), "{ahead}");
    assert_eq!(desk.is_refused(&format!("complete {next}"))["code"], "not_begun");
    desk.forty_days_pass();
    desk.does(&format!("complete {next}"));
    desk.does(&format!("reopen {next}"));
}

#[test]
fn of_requests_that_compete_only_one_can_be_confirmed() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --requests-compete --approval-minutes 1000");
    let (one, two) = (desk.id(ASK, "booking_id"), desk.id(ASK, "booking_id"));
    let queue = desk.does("requests");
    assert_eq!(each(&queue["requests"], "id"), [&one, &two], "first asked first");
    assert_eq!(queue["requests"][0]["competes_with"], json!([two]));
    assert_eq!(queue["requests"][0]["refusal"], json!(null));
    desk.does(&format!("approve {two}"));
    let left = &desk.does("requests")["requests"][0];
    assert_eq!((&left["id"], &left["refusal"]["code"]), (&json!(one), &json!("slot_taken")));
    assert_eq!(desk.is_refused(&format!("approve {one}"))["code"], "slot_taken");
    desk.does(&format!("reject {one} --reason full"));
    assert_eq!(desk.does("requests")["requests"], json!([]));
}

#[test]
fn a_request_for_a_hall_says_which_of_its_courts_is_taken() {
    let desk = Desk::with_a_court();
    desk.does("resource add --name Hall_2 --kind room --part Court_1");
    desk.does("venue edit Hall --requests-compete");
    let court = desk.id(ASK, "booking_id");
    let hall = desk.id(&ASK.replace("Court_1", "Hall_2"), "booking_id");
    desk.does(&format!("approve {court}"));
    for refusal in [
        &desk.is_refused(&format!("approve {hall}")),
        &desk.does("requests")["requests"][0]["refusal"],
    ] {
        assert_eq!(refusal["code"], "slot_taken");
        assert_eq!(refusal["details"]["resource"], "Court 1", "{refusal}");
    }
}

#[test]
fn an_answer_to_a_request_and_its_calling_off_are_taken_back() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --requests-compete --approval-minutes 1000");
    let (one, two) = (desk.id(ASK, "booking_id"), desk.id(ASK, "booking_id"));
    let status = |id: &str| desk.does(&format!("show {id}"))["status"].clone();
    desk.does(&format!("edit {one} --staff-note first"));
    desk.does(&format!("approve {one}"));
    desk.does("undo");
    assert_eq!((status(&one), status(&two)), (json!("pending"), json!("pending")));
    assert_eq!(desk.does("requests")["requests"][0]["competes_with"], json!([two]), "as before");
    // And on to what was done before.
    desk.does("undo");
    assert_eq!(desk.does(&format!("show {one}"))["staff_note"], "");
    desk.does(&format!("approve {two}"));
    desk.does("undo");
    desk.does(&format!("cancel {one} --reason rain"));
    desk.does("undo");
    assert_eq!(status(&one), "pending");
    // Nobody who takes it up again has answered it.
    desk.does(&format!("cancel {one} --reason rain"));
    assert_eq!(desk.does(&format!("reopen {one}"))["status"], "pending");
    desk.does(&format!("approve {one}"));
    desk.does(&format!("cancel {one} --reason rain"));
    assert_eq!(desk.does(&format!("reopen {one}"))["status"], "confirmed");
}

#[test]
fn nobody_confirms_what_nobody_answered_in_time() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --approval-minutes 0");
    let late = desk.id(ASK, "booking_id");
    if desk.keeps_house() {
        assert_eq!(desk.does("requests")["requests"], json!([]));
        let lapsed = &desk.does("list --status rejected")["bookings"][0];
        assert_eq!(lapsed["id"], json!(late));
        assert_eq!(desk.is_refused(&format!("approve {late}"))["code"], "status_not_allowed");
        assert_eq!(desk.does("lapse")["lapsed"], json!([]));
        return;
    }
    let left = &desk.does("requests")["requests"][0];
    assert_eq!((&left["id"], &left["lapsed"]), (&json!(late), &json!(true)));
    assert_eq!(desk.is_refused(&format!("approve {late}"))["code"], "field_invalid");
    assert_eq!(desk.does("lapse")["lapsed"][0]["booking_id"], json!(late));
    assert_eq!(desk.does("requests")["requests"], json!([]));
}

#[test]
fn nobody_came_and_what_is_left_of_the_time_is_free() {
    let desk = Desk::nowhere();
    let zone = ["--timezone", "UTC", "--slot-minutes", "5"];
    desk.done(&["init", "--org", "Club", "--venue", "Hall"], &zone);
    desk.does("resource add --name Court_1 --kind court");
    let now = Utc::now();
    let began = now - chrono::Duration::minutes(i64::from(now.minute() % 5));
    let start = began.format("%Y-%m-%dT%H:%M").to_string();
    let book = format!("book --resource Court_1 --start {start} --minutes 40");
    let id = desk.id(&book, "booking_id");
    let late = desk.does(&format!("no-show {id}"));
    assert_eq!(late["status"], "no_show");
    let soon = (began + chrono::Duration::minutes(5)).format("%Y-%m-%dT%H:%M").to_string();
    desk.does(&format!("book --resource Court_1 --start {soon} --minutes 5"));
    let back = desk.is_refused(&format!("reopen {id}"));
    assert_eq!(back["code"], "slot_taken", "somebody else has the rest by now");
}

#[test]
fn cancelling_late_is_told_and_can_be_waived() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --price 20.00";
    let id = desk.id(book, "booking_id");
    let cancelled = desk.does(&format!("cancel {id} --reason rain --by customer"));
    assert_eq!(cancelled["late"], true);
    let shown = desk.does(&format!("show {id}"));
    assert_eq!(shown["cancellation"]["initiator"], "customer");
    assert_eq!(shown["owed"]["minor"], 2000, "too late to be free");
    let history = desk.does(&format!("history booking {id}"))["history"].clone();
    let said = history.as_array().unwrap().last().unwrap()["sentence"].as_str().unwrap();
    assert!(said.ends_with("called it off (“rain”, for the customer, too late)"), "{said}");
    let id = desk.id(book, "booking_id");
    let waived = desk.does(&format!("cancel {id} --reason rain --waive-reason storm"));
    assert_eq!(waived["late"], false);
    assert_eq!(desk.does(&format!("show {id}"))["owed"]["minor"], 0);
}

#[test]
fn putting_a_booking_off_at_the_last_moment_is_no_way_around_what_calling_it_off_costs() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --price 20.00";
    let id = desk.id(book, "booking_id");
    let next_year = (crate::day() + chrono::Duration::days(300)).format("%Y-%m-%dT10:00");
    desk.does(&format!("reschedule {id} --start {next_year}"));
    let cancelled = desk.does(&format!("cancel {id} --reason rain --by customer"));
    assert_eq!(cancelled["late"], true, "it was too late before it was put off");
    assert_eq!(desk.does(&format!("show {id}"))["owed"]["minor"], 2000);
    // What was put off in good time, or by mistake, is free as before.
    desk.does("venue edit Hall --free-cancel-hours 2");
    let id = desk.id(book, "booking_id");
    desk.does(&format!("reschedule {id} --start {next_year}"));
    assert_eq!(desk.does(&format!("cancel {id} --reason rain"))["late"], false);
}

#[test]
fn approving_answers_a_request_and_confirms_nothing_that_ended() {
    let desk = Desk::with_a_court();
    let id = desk.id(ASK, "booking_id");
    desk.does(&format!("cancel {id} --reason rain"));
    let refusal = desk.is_refused(&format!("approve {id}"));
    assert_eq!(refusal["code"], "status_not_allowed");
    assert_eq!(refusal["details"]["status"], "cancelled");
    assert_eq!(desk.does(&format!("show {id}"))["status"], "cancelled");
    assert_eq!(desk.does(&format!("reopen {id}"))["status"], "pending", "nobody has approved it");
    assert_eq!(desk.does(&format!("approve {id}"))["status"], "confirmed");
    assert_eq!(desk.does(&format!("approve {id}"))["changed"], false, "it is confirmed already");
    desk.forty_days_pass();
    for end in ["complete", "no-show"] {
        desk.does(&format!("{end} {id}"));
        assert_eq!(desk.is_refused(&format!("approve {id}"))["code"], "status_not_allowed");
    }
}

#[test]
fn a_request_that_was_turned_down_is_reopened_as_a_request() {
    let desk = Desk::with_a_court();
    let id = desk.id(ASK, "booking_id");
    // It is no second way to approve: what waits has nothing to be taken back.
    assert_eq!(desk.is_refused(&format!("reopen {id}"))["code"], "status_not_allowed");
    desk.does(&format!("reject {id} --reason full"));
    assert_eq!(desk.does("requests")["requests"], json!([]));
    assert_eq!(desk.does(&format!("reopen {id}"))["status"], "pending");
    assert_eq!(each(&desk.does("requests")["requests"], "id"), [&id]);
    assert_eq!(desk.is_refused(ASK)["code"], "slot_taken", "it holds its slot again");
    assert_eq!(desk.does(&format!("approve {id}"))["status"], "confirmed");
}
