//! Halls and their parts, on both sides.

use crate::club::{assert_same, two_desks};
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
