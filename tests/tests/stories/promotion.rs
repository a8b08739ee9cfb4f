//! Who of a waitlist gets a place that became free: the same at headquarters as at a desk alone, and
//! as a desk says beforehand.

use crate::club::{assert_converged, book, join_empty_org, on_day, second_desk, small_club};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::{HOUSEKEEPING, Headquarters};
use holdfast_tests::postgres::{Cluster, Database};
use holdfast_tests::wait::eventually;
use serde_json::Value;
use std::time::Duration;

/// Longer than headquarters takes to look, several times.
const A_WHILE: Duration = Duration::from_secs(4);

fn id(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

/// A headquarters that looks every second at what is due.
fn diligent(name: &str) -> (Database, Headquarters) {
    let database = Cluster::shared().database(name);
    let hq = Headquarters::start_with(&database, &[(HOUSEKEEPING, "1")]);
    (database, hq)
}

/// A club whose yoga costs a credit. Tracy has the only place of the class that it answers; Will
/// waits for it and names no package, and Una, who came after him, names one.
fn yoga_club() -> (Cli, String) {
    let desk = small_club();
    for name in ["Will Poor", "Una Fields"] {
        desk.ok(&["customer", "add", "--name", name]);
    }
    let yoga = ["service", "add", "--name", "Yoga", "--minutes", "60", "--credits", "1"];
    desk.ok(&[yoga.as_slice(), &["--capacity", "1"]].concat());
    desk.ok(&["product", "add", "--name", "One", "--credits", "1", "--validity-days", "90"]);
    let class = class(&desk, "10:00");
    desk.ok(&["class", "add", &class, "Tracy Smith", "--package", &buy(&desk, "Tracy Smith")]);
    desk.ok(&["class", "add", &class, "Will Poor", "--waitlist"]);
    let hers = buy(&desk, "Una Fields");
    desk.ok(&["class", "add", &class, "Una Fields", "--waitlist", "--package", &hers]);
    // She spends what she named elsewhere.
    let other = self::class(&desk, "14:00");
    desk.ok(&["class", "add", &other, "Una Fields", "--package", &hers]);
    (desk, class)
}

/// A class of one place on a day of next week.
fn class(desk: &Cli, hour: &str) -> String {
    let start = on_day(7, hour);
    let book = ["book", "--service", "Yoga", "--resource", "Court 1", "--start", &start];
    id(&desk.ok(&[book.as_slice(), &["--capacity", "1"]].concat()), "booking_id")
}

fn buy(desk: &Cli, customer: &str) -> String {
    let sell = ["package", "sell", "--product", "One", "--customer", customer];
    id(&desk.ok(&sell), "package_id")
}

/// What has become of who waited, Will first.
fn standing(desk: &Cli, class: &str) -> [String; 2] {
    let roster = desk.ok(&["class", "roster", class, "--all"]);
    let places = roster["attendances"].as_array().unwrap();
    ["Will Poor", "Una Fields"].map(|name| {
        let place = places.iter().find(|place| place["customer_name"] == name);
        place.unwrap_or_else(|| panic!("no {name} in {roster}"))["status"].as_str().unwrap().into()
    })
}

/// Waits until headquarters has made this of who waited.
#[track_caller]
fn becomes(desk: &Cli, class: &str, wanted: [&str; 2]) {
    eventually(&format!("they are {wanted:?}"), Duration::from_secs(20), || {
        assert_eq!(desk.ok(&["sync"])["refused"], 0);
        (standing(desk, class) == wanted).then_some(())
    });
}

/// Somebody gives a place back; who is next, as the desk says.
#[track_caller]
fn gives_back(desk: &Cli, class: &str, customer: &str) -> Value {
    let told = desk.ok(&["class", "cancel", class, customer, "--reason", "ill"]);
    told["next"]["customer_name"].clone()
}

fn operations(database: &Database) -> String {
    database.run("select count(*) from operations")
}

#[test]
fn headquarters_promotes_whom_a_desk_alone_would_and_whom_a_desk_says_is_next() {
    let (alone, class) = yoga_club();
    for name in ["Will Poor", "Una Fields"] {
        buy(&alone, name);
    }
    assert_eq!(gives_back(&alone, &class, "Tracy Smith"), "Will Poor");
    assert_eq!(standing(&alone, &class), ["booked", "waitlisted"]);
    assert_eq!(gives_back(&alone, &class, "Will Poor"), "Una Fields");
    assert_eq!(standing(&alone, &class), ["cancelled", "booked"]);

    let (database, hq) = diligent("promotes_alike");
    let (a, class) = yoga_club();
    join_empty_org(&a, &hq, &hq.url());
    let b = second_desk(&hq, &hq.url(), "Riverside");
    let bought = ["Will Poor", "Una Fields"].map(|name| buy(&b, name));
    assert_eq!(gives_back(&b, &class, "Tracy Smith"), "Will Poor");
    becomes(&b, &class, ["booked", "waitlisted"]);
    assert_eq!(gives_back(&b, &class, "Will Poor"), "Una Fields");
    becomes(&b, &class, ["cancelled", "booked"]);
    let roster = b.ok(&["class", "roster", &class]);
    assert_eq!(roster["attendances"][0]["package_id"], bought[1].as_str(), "{roster}");
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_place_waits_for_who_buys_credits_and_nothing_is_written_until_then() {
    let (database, hq) = diligent("waits_for_credits");
    let (a, class) = yoga_club();
    join_empty_org(&a, &hq, &hq.url());
    assert_eq!(gives_back(&a, &class, "Tracy Smith"), Value::Null, "nobody has credits");
    a.ok(&["sync"]);
    let before = operations(&database);
    std::thread::sleep(A_WHILE);
    assert_eq!(operations(&database), before);
    assert_eq!(standing(&a, &class), ["waitlisted", "waitlisted"]);
    buy(&a, "Una Fields");
    becomes(&a, &class, ["waitlisted", "booked"]);
    assert_converged(&database, &[&a]);
}

#[test]
fn who_turned_out_to_be_another_is_promoted_with_what_that_one_bought() {
    let (database, hq) = diligent("promotion_one");
    let (desk, class) = yoga_club();
    desk.ok(&["customer", "add", "--name", "William Poor"]);
    buy(&desk, "William Poor");
    desk.ok(&["customer", "merge", "Will Poor", "--into", "William Poor"]);
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(gives_back(&desk, &class, "Tracy Smith"), "Will Poor");
    becomes(&desk, &class, ["booked", "waitlisted"]);
    assert_converged(&database, &[&desk]);
}

#[test]
fn who_may_not_book_is_passed_over_and_nothing_is_refused() {
    let (database, hq) = diligent("may_not_book");
    let (a, class) = yoga_club();
    join_empty_org(&a, &hq, &hq.url());
    for name in ["Will Poor", "Una Fields"] {
        buy(&a, name);
    }
    a.ok(&["customer", "edit", "Will Poor", "--block", "owes for June"]);
    a.ok(&["class", "cancel", &class, "Tracy Smith", "--reason", "ill"]);
    becomes(&a, &class, ["waitlisted", "booked"]);
    std::thread::sleep(A_WHILE);
    assert_eq!(database.run("select count(*) from operations where commit_no is null"), "0");
    assert_converged(&database, &[&a]);
}

#[test]
fn who_is_elsewhere_is_passed_over_and_has_the_next_place_when_they_are_not() {
    let (database, hq) = diligent("is_elsewhere");
    let (a, class) = yoga_club();
    a.ok(&["venue", "edit", "Riverside", "--customer-overlap", "refuse"]);
    a.ok(&["class", "capacity", &class, "2"]);
    a.ok(&["class", "add", &class, "Tim Rownam"]);
    join_empty_org(&a, &hq, &hq.url());
    for name in ["Will Poor", "Una Fields"] {
        buy(&a, name);
    }
    let court = book(&a, "Court 2", &on_day(7, "10:00"), "Will Poor");
    assert_eq!(gives_back(&a, &class, "Tracy Smith"), "Una Fields");
    becomes(&a, &class, ["waitlisted", "booked"]);
    a.ok(&["class", "cancel", &class, "Tim Rownam", "--reason", "ill"]);
    a.ok(&["sync"]);
    std::thread::sleep(A_WHILE);
    becomes(&a, &class, ["waitlisted", "booked"]);
    a.ok(&["cancel", &court, "--reason", "rain"]);
    becomes(&a, &class, ["booked", "booked"]);
    assert_converged(&database, &[&a]);
}

#[test]
fn who_waits_for_several_has_as_many_as_their_credits_are_good_for() {
    let (database, hq) = diligent("several_places");
    let (a, class) = yoga_club();
    let all = [class, self::class(&a, "16:00"), self::class(&a, "18:00")];
    for class in &all[1..] {
        a.ok(&["class", "add", class, "Will Poor", "--waitlist"]);
        a.ok(&["class", "add", class, "Una Fields", "--waitlist"]);
    }
    join_empty_org(&a, &hq, &hq.url());
    a.ok(&["class", "cancel", &all[0], "Tracy Smith", "--reason", "ill"]);
    for name in ["Will Poor", "Will Poor", "Una Fields"] {
        buy(&a, name);
    }
    becomes(&a, &all[2], ["waitlisted", "booked"]);
    assert_eq!(standing(&a, &all[0]), ["booked", "waitlisted"]);
    assert_eq!(standing(&a, &all[1]), ["booked", "waitlisted"]);
    assert_eq!(database.run("select count(*) from operations where commit_no is null"), "0");
    assert_converged(&database, &[&a]);
}

#[test]
fn classes_whose_waitlists_cannot_pay_keep_no_other_from_its_turn() {
    let (database, hq) = diligent("many_waitlists");
    let (a, class) = yoga_club();
    join_empty_org(&a, &hq, &hq.url());
    a.ok(&["class", "cancel", &class, "Tracy Smith", "--reason", "ill"]);
    a.ok(&["sync"]);
    // Many before it, for all of which Will waits in vain.
    database.run(&format!(
        "insert into bookings select (jsonb_populate_record(b, jsonb_build_object(
             'id', md5('b' || n)::uuid, 'starts_at', b.starts_at - interval '1 day'))).*
         from bookings b, generate_series(1, 250) n where b.id = '{class}';
         insert into attendances select (jsonb_populate_record(a, jsonb_build_object(
             'id', md5('a' || n)::uuid, 'booking_id', md5('b' || n)::uuid))).*
         from attendances a join customers c on c.id = a.customer_id, generate_series(1, 250) n
         where a.booking_id = '{class}' and c.name = 'Will Poor'"
    ));
    buy(&a, "Una Fields");
    becomes(&a, &class, ["waitlisted", "booked"]);
}
