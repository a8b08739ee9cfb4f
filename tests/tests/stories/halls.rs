//! Halls and their parts, on both sides.

use crate::club::{assert_converged, assert_same, book, inbox, on_day, two_desks};
use chrono::{Duration, Utc};
use holdfast_domain::{Timestamp, Zone};

#[test]
fn a_hall_to_which_nobody_came_has_its_new_part_on_both_sides() {
    let (database, _hq, a, b) = two_desks("no_show_hall");
    let hall = ["resource", "add", "--name", "Hall", "--kind", "court", "--part", "Court 1"];
    a.ok(&[hall.as_slice(), &["--venue", "Riverside"]].concat());
    // Begun within the hour, and nobody came: its claim is over, and it is not.
    let hour = |after: i64| {
        let hour = Timestamp::from_utc(Utc::now() + Duration::hours(after));
        Zone::parse("Europe/London").unwrap().local(hour).format("%Y-%m-%dT%H:00").to_string()
    };
    let (start, later) = (hour(0), hour(3));
    let underway = ["book", "--resource", "Hall", "--start", &start, "--minutes", "300"];
    let missed = a.ok(&underway)["booking_id"].as_str().unwrap().to_owned();
    a.ok(&["no-show", &missed]);
    a.ok(&["sync"]);
    a.ok(&["resource", "edit", "Hall", "--part", "Court 1", "--part", "Court 2"]);
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    b.ok(&["sync"]);
    assert_same(&database, &[&a, &b]);
    // It stands again, on all that the hall is now.
    b.ok(&["reopen", &missed]);
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    assert_same(&database, &[&a, &b]);
    let taken = ["book", "--resource", "Court 2", "--start", &later, "--minutes", "30"];
    assert_eq!(a.run(&taken).code, 3);
}

#[test]
fn new_parts_that_headquarters_refuses_say_in_the_inbox_which_bookings_clash() {
    let (database, _hq, a, b) = two_desks("parts_clash");
    let hall = ["resource", "add", "--name", "Hall", "--kind", "court", "--part", "Court 1"];
    a.ok(&[hall.as_slice(), &["--venue", "Riverside"]].concat());
    let on_hall = book(&a, "Hall", &on_day(5, "10:00"), "Tracy Smith");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let on_court = book(&b, "Court 2", &on_day(5, "10:30"), "Tim Rownam");
    b.ok(&["sync"]);
    // This desk does not know yet.
    a.ok(&["resource", "edit", "Hall", "--part", "Court 1", "--part", "Court 2"]);
    assert_eq!(a.ok(&["sync"])["refused"], 1);
    let clashes = inbox(&a)[0]["refusal"]["details"]["clashes"].clone();
    let of = (&clashes[0]["booking_id"], &clashes[0]["in_the_way"][0]["booking_id"]);
    assert_eq!(of, (&on_hall.into(), &on_court.into()), "{clashes:#}");
    let listed = a.says(&["inbox"]);
    let line = listed.lines().find(|line| line.contains("in its way: ")).unwrap_or_default();
    assert!(line.contains("Court 2") && line.contains("Tim Rownam"), "{listed}");
    assert_converged(&database, &[&a, &b]);
}
