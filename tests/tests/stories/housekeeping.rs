//! What headquarters does by itself.

use crate::club::{assert_converged, join_empty_org, on_day, second_desk, small_club};
use crate::device::{Device, now};
use holdfast_domain::command::Request;
use holdfast_domain::{Command, ResourceId};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::{HOUSEKEEPING, Headquarters};
use holdfast_tests::postgres::{Cluster, Database};
use holdfast_tests::wait::eventually;
use serde_json::Value;
use std::time::Duration;

/// A headquarters that looks every second at what is due, and the club's first desk.
fn diligent(name: &str) -> (Database, Headquarters, Cli) {
    let database = Cluster::shared().database(name);
    let hq = Headquarters::start_with(&database, &[(HOUSEKEEPING, "1")]);
    let desk = small_club();
    (database, hq, desk)
}

fn id(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

/// Who has which status on a roster.
fn roster(desk: &Cli, booking: &str) -> Vec<(String, String)> {
    let rows = desk.ok(&["class", "roster", booking])["attendances"].as_array().unwrap().clone();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.iter().map(|row| (text(row, "customer_name"), text(row, "status"))).collect()
}

fn has(roster: &[(String, String)], name: &str, status: &str) -> bool {
    roster.iter().any(|(who, what)| who == name && what == status)
}

#[test]
fn a_place_that_becomes_free_goes_to_whoever_waits_longest_and_can_pay() {
    let (database, hq, a) = diligent("waitlist");
    for name in ["Una Fields", "Will Poor"] {
        a.ok(&["customer", "add", "--name", name]);
    }
    a.ok(&[
        "service",
        "add",
        "--name",
        "Yoga",
        "--minutes",
        "60",
        "--capacity",
        "1",
        "--credits",
        "1",
    ]);
    a.ok(&["product", "add", "--name", "One", "--credits", "1", "--validity-days", "90"]);
    let mut packages = Vec::new();
    for name in ["Tracy Smith", "Will Poor", "Una Fields"] {
        let sold = a.ok(&["package", "sell", "--product", "One", "--customer", name]);
        packages.push(id(&sold, "package_id"));
    }
    let class = |hour: &str| {
        let start = on_day(7, hour);
        let book = ["book", "--service", "Yoga", "--resource", "Court 1", "--start", &start];
        id(&a.ok(&[book.as_slice(), &["--capacity", "1"]].concat()), "booking_id")
    };
    let booking = class("10:00");
    let other = class("14:00");
    a.ok(&["class", "add", &booking, "Tracy Smith", "--package", &packages[0]]);
    a.ok(&["class", "add", &booking, "Will Poor", "--waitlist", "--package", &packages[1]]);
    a.ok(&["class", "add", &booking, "Una Fields", "--waitlist", "--package", &packages[2]]);
    // Will spends his credit elsewhere: when his turn comes, he lacks it.
    a.ok(&["class", "add", &other, "Will Poor", "--package", &packages[1]]);
    join_empty_org(&a, &hq, &hq.url());
    let b = second_desk(&hq, &hq.url(), "Riverside");

    b.ok(&["class", "cancel", &booking, "Tracy Smith", "--reason", "ill"]);
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    let after = eventually("Una has the place", Duration::from_secs(20), || {
        b.ok(&["sync"]);
        let now = roster(&b, &booking);
        has(&now, "Una Fields", "booked").then_some(now)
    });
    assert!(has(&after, "Will Poor", "waitlisted"), "{after:?}");
    let packages_now = b.ok(&["package", "list", "--customer", "Una Fields", "--all"]);
    assert_eq!(packages_now["packages"][0]["balance"], 0, "{packages_now}");
    let audit = hq.admin(&["audit", "--org", "Club", "--action", "promote_attendance"]);
    assert!(audit["lines"][0]["client"].as_str().unwrap().starts_with("holdfast-hq/"));
    let devices = hq.admin(&["devices", "--org", "Club"]).to_string();
    assert!(devices.contains("Headquarters"), "{devices}");
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_answers_lapses_and_its_slot_is_free() {
    let (database, hq, a) = diligent("lapses");
    join_empty_org(&a, &hq, &hq.url());
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let courts = a.ok(&["resources"]);
    let court: ResourceId = id(&courts["resources"][0], "id").parse().unwrap();
    let mut book = device.book(court, 5, 600, 60);
    book.request = Some(Request { competing: false, approve_by: Some(now().plus_ms(1_500)) });
    let booking_id = book.booking_id.to_string();
    let operation = device.operation(&Command::Book(book));
    device.push(vec![operation]).await.unwrap();
    a.ok(&["sync"]);
    assert_eq!(a.ok(&["show", &booking_id])["status"], "pending");
    let shown = eventually("the request lapses", Duration::from_secs(20), || {
        a.ok(&["sync"]);
        let shown = a.ok(&["show", &booking_id]);
        (shown["status"] == "rejected").then_some(shown)
    });
    assert_eq!(shown["rejection"]["reason"], "Nobody answered in time", "{shown}");
    crate::club::book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    assert_converged(&database, &[&a]);
}
