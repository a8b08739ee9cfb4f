//! What is sold, any free court, and what was paid.

use crate::desk::Desk;
use crate::{Types, at, each};
use serde_json::json;

#[test]
fn a_service_says_how_long_and_for_how_much_and_what_else_is_taken() {
    let desk = Desk::with_a_court();
    let lesson = "service add --name Lesson --minutes 60 --price 30.00 --kind court \
                  --buffer-after-minutes 30 --free-cancel-hours 24 --credits 2";
    desk.does(lesson);
    let row = &desk.does("service list")["services"][0];
    assert_eq!((&row["duration_minutes"], &row["price"]["minor"]), (&json!(60), &json!(3000)));
    assert_eq!((&row["free_cancel_minutes"], &row["credits"]), (&json!(1440), &json!(2)));

    let booked = desk.does("book --service lesson --start DAYT10:00 --customer Tracy_Smith");
    assert_eq!(booked["local_end"], at("11:00:00"), "the service's length");
    assert_eq!(booked["chosen"][0]["name"], "Court 1", "what the service needs");
    assert_eq!(booked["price"], json!({ "minor": 3000, "currency": "EUR" }));
    let next = desk.is_refused("book --resource Court_1 --start DAYT11:00 --minutes 60");
    assert_eq!(next["code"], "slot_taken", "the buffer is taken, too");
    let agreed = "book --service lesson --start DAYT12:00 --price 25.00";
    assert_eq!(desk.does(agreed)["price"]["minor"], 2500);

    let free = desk.does("free --service lesson --from DAYT09:00 --to DAYT15:00");
    let starts = each(&free["free"], "local_start");
    assert_eq!(starts, [at("13:30:00"), at("14:00:00")], "buffers and length fit");

    desk.does("book --resource Court_1 --start DAYT18:00 --minutes 60");
    let lessons = desk.does("list --service lesson");
    assert_eq!(each(&lessons["bookings"], "service_name"), ["Lesson", "Lesson"]);
    desk.does("service edit lesson --price 35.00 --inactive");
    let off = desk.is_refused("book --service lesson --start DAYT20:00");
    assert_eq!(off["code"], "service_unavailable");
}

#[test]
fn any_free_court_is_the_one_that_leaves_long_times_whole() {
    let desk = Desk::with_a_court();
    for name in ["Court_2", "Court_10"] {
        desk.does(&format!("resource add --name {name} --kind court"));
    }
    let book = "book --kind court --start DAYT10:00 --minutes 60";
    let chosen = |line: &str| desk.does(line)["chosen"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!(chosen(book), "Court 1", "all alike: by name");
    desk.does("book --resource Court_10 --start DAYT12:00 --minutes 60");
    assert_eq!(chosen(book), "Court 10", "until 12:00 there is less to be cut");
    assert_eq!(chosen(book), "Court 2");
    assert_eq!(desk.is_refused(book)["code"], "slot_taken");
    let two = desk.does("book --kind court --kind court --start DAYT14:00 --minutes 60");
    assert_eq!(two["resources"].as_array().unwrap().len(), 2);
    let more = "book --kind court --kind court --start DAYT14:30 --minutes 60";
    assert_eq!(desk.is_refused(more)["code"], "slot_taken", "one of three is free: not enough");
    let four = crate::typed(&format!("{more} --kind court --kind court"));
    let four: Vec<&str> = four.iter().map(String::as_str).collect();
    assert_eq!(desk.stopped(&four, 2)["code"], "not_found", "it has but three");
    let none = ["book", "--kind", "room", "--start", &at("10:00"), "--minutes", "60"];
    assert_eq!(desk.stopped(&none, 2)["details"]["field"], "kind");
}

#[test]
fn what_is_owed_is_paid_and_given_back() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --price 20.00";
    let id = desk.id(book, "booking_id");
    let paid = desk.does(&format!("booking pay {id} --amount 15.00 --method card"));
    assert_eq!((&paid["paid"]["minor"], &paid["owed"]["minor"]), (&json!(1500), &json!(500)));
    let refund = format!("booking refund {id} --amount 16.00 --note rain");
    assert_eq!(desk.is_refused(&refund)["code"], "refund_exceeds_paid");
    desk.does(&format!("booking refund {id} --amount 5.00 --note rain"));
    let listed = desk.does(&format!("payments {id}"));
    assert_eq!(each(&listed["payments"], "method"), ["card", "card"], "as it was paid");
    assert_eq!(listed["owed"]["minor"], 1000);
    let shown = desk.does(&format!("show {id}"));
    assert_eq!((&shown["paid"]["minor"], &shown["owed"]["minor"]), (&json!(1000), &json!(1000)));
    let wrong = ["booking", "pay", &id, "--amount", "much"];
    assert_eq!(desk.refused(&wrong)["details"]["field"], "amount");
}

#[test]
fn what_is_given_back_goes_the_way_it_came_unless_another_is_named() {
    let desk = Desk::with_a_court();
    desk.does("customer add --name Ann");
    let class = "book --resource Court_1 --start DAYT10:00 --minutes 60 --capacity 3 --price 9.00";
    let id = desk.id(class, "booking_id");
    for (name, method) in [("Tracy_Smith", "card"), ("Ann", "transfer")] {
        desk.does(&format!("class add {id} {name}"));
        let pay = format!("booking pay {id} --amount 9.00 --customer {name} --method {method}");
        assert_eq!(desk.does(&pay)["method"], method);
    }
    let back = format!("booking refund {id} --amount 1.00 --note rain --customer");
    assert_eq!(desk.does(&format!("{back} Tracy_Smith"))["method"], "card");
    assert_eq!(desk.does(&format!("{back} Ann"))["method"], "transfer");
    assert_eq!(desk.does(&format!("{back} Ann --method cash"))["method"], "cash");
    let court = "book --resource Court_1 --start DAYT12:00 --minutes 60 --price 9.00";
    let court = desk.id(court, "booking_id");
    assert_eq!(desk.does(&format!("booking pay {court} --amount 9.00"))["method"], "cash");
}
