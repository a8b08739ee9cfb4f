//! One instructor at two venues: never in two places at once, and nobody learns more than they may.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, second_desk, standing,
};
use holdfast_tests::desk::Cli;

#[test]
fn two_venues_that_share_an_instructor_cannot_both_have_him() {
    let (database, hq) = headquarters("two_venues");
    let north = Cli::new();
    north.ok(&["init", "--org", "Club", "--venue", "North", "--timezone", "Europe/London"]);
    north.ok(&["venue", "add", "--name", "South", "--timezone", "Europe/London"]);
    let both = ["--venue", "North", "--venue", "South"];
    let coach = ["resource", "add", "--name", "Coach Ivo", "--kind", "instructor"];
    north.ok(&[coach.as_slice(), &both].concat());
    for name in ["Tracy Smith", "Tim Rownam"] {
        north.ok(&["customer", "add", "--name", name]);
    }
    join_empty_org(&north, &hq, &hq.url());
    // The desk that founded the organisation sees all of it; a desk of North alone does not.
    let only_north = second_desk(&hq, &hq.url(), "North");
    let south = second_desk(&hq, &hq.url(), "South");

    let hour = on_day(5, "10:00");
    let at_north = book(&only_north, "Coach Ivo", &hour, "Tracy Smith");
    let at_south = book(&south, "Coach Ivo", &hour, "Tim Rownam");
    only_north.ok(&["sync"]);
    south.ok(&["sync"]);

    assert_eq!(standing(&only_north, &at_north).as_deref(), Some("committed"));
    assert_eq!(standing(&south, &at_south), None);
    assert_eq!(standing(&south, &at_north), None, "South does not see North's booking");
    let items = inbox(&south);
    assert_eq!(items[0]["refusal"]["code"], "slot_taken");
    assert_eq!(items[0]["held_by"]["kind"], "busy_elsewhere");
    let text = items[0].to_string();
    assert!(!text.contains("Tracy") && !text.contains(&at_north), "{text}");

    // South knows that he is busy, and when he is not.
    let again = ["book", "--resource", "Coach Ivo", "--start", &hour, "--minutes", "60"];
    let refused = south.run(&again);
    assert_eq!((refused.code, refused.json["refusal"]["code"].as_str()), (3, Some("slot_taken")));
    let operation = items[0]["operation_id"].as_str().unwrap();
    south.ok(&["inbox", "book", operation, "1"]);
    assert_eq!(south.ok(&["sync"])["refused"], 0);
    only_north.ok(&["sync"]);
    north.ok(&["sync"]);

    // Each desk works for its own venue: what it could not see afterwards, it does not book.
    let at_north = ["--venue", "North", "--start", &on_day(5, "16:00"), "--minutes", "60"];
    let refused = south.run(&[["book", "--resource", "Coach Ivo"].as_slice(), &at_north].concat());
    assert_eq!(refused.json["refusal"]["code"], "not_this_desks_venue", "{}", refused.stdout);
    assert_converged(&database, &[&north, &only_north, &south]);
}
