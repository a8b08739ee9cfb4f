//! A desk that worked alone for a while joins, and all that it settled stays as it was.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, small_club,
};
use holdfast_tests::desk::Cli;

fn id(answer: &serde_json::Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

fn bookings(desk: &Cli) -> Vec<(String, String)> {
    let all = desk.ok(&["list", "--all"]);
    let rows = all["bookings"].as_array().unwrap().iter();
    rows.map(|row| (id(row, "local_start"), id(row, "status"))).collect()
}

#[test]
fn what_a_desk_alone_settled_stays_settled_when_it_joins() {
    let (database, hq) = headquarters("joins_whole");
    let desk = small_club();
    desk.ok(&["venue", "edit", "Riverside", "--free-cancel-hours", "480"]);
    // Too late to be free; and somebody else takes the hour.
    let hour = on_day(3, "10:00");
    let late = book(&desk, "Court 1", &hour, "Tracy Smith");
    let cancelled = desk.ok(&["cancel", &late, "--reason", "ill", "--by", "customer"]);
    assert_eq!(cancelled["changed"], true);
    book(&desk, "Court 1", &hour, "Tim Rownam");
    // A date of a series falls on a closure and is skipped, and added on another day.
    let closed = on_day(14, "00:00");
    let (closed, _) = closed.split_once('T').unwrap();
    desk.ok(&["closure", "add", "--from", closed, "--reason", "Holiday"]);
    let start = on_day(7, "18:00");
    let series = desk.ok(&[
        "series",
        "book",
        "--rrule",
        "FREQ=WEEKLY;COUNT=3",
        "--start",
        &start,
        "--minutes",
        "60",
        "--resource",
        "Court 2",
        "--title",
        "League",
        "--on-conflict",
        "skip",
    ]);
    assert_eq!(series["skipped"].as_array().unwrap().len(), 1, "{series}");
    // Of another one a single date is left.
    let rule = ["series", "book", "--rrule", "FREQ=DAILY;COUNT=2", "--on-conflict", "skip"];
    let noon = format!("{closed}T12:00");
    let on = ["--start", &noon, "--minutes", "60", "--resource", "Court 1"];
    let few = desk.ok(&[&rule[..], &on].concat());
    let skipped = |of: &serde_json::Value| of["skipped"].as_array().unwrap().len();
    assert_eq!((few["bookings"].as_array().unwrap().len(), skipped(&few)), (1, 1), "{few}");
    let before = bookings(&desk);

    join_empty_org(&desk, &hq, &hq.url());
    assert!(inbox(&desk).is_empty(), "{:#?}", inbox(&desk));
    assert_eq!(bookings(&desk), before);
    let shown = desk.ok(&["series", "show", &id(&few, "series_id")]);
    assert_eq!(skipped(&shown), 1, "it can still be added later: {shown}");
    assert_converged(&database, &[&desk]);
}
