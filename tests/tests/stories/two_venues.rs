//! Two venues: an instructor of both is never in two places at once, and nobody learns more than they may;
//! what both had elsewhere comes over at both.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, second_desk, standing,
};
use holdfast_tests::desk::Cli;
use serde_json::json;

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

    // What it hands out to a customer lacks what North knows of them, and says so.
    let lacks = |desk: &Cli| {
        let archive = desk.ok(&["privacy", "export", "Tracy Smith"]);
        desk.ok(&["sync"]);
        (archive["venues"].clone(), archive["venues_unseen"][0]["name"].clone())
    };
    let (seen, unseen) = lacks(&south);
    assert_eq!((&seen[0]["name"], &unseen), (&json!("South"), &json!("North")));
    let (seen, unseen) = lacks(&north);
    assert_eq!((seen.as_array().map(Vec::len), unseen), (Some(2), json!(null)));

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

#[test]
fn two_venues_of_one_club_come_over_at_two_desks_with_a_package_that_paid_at_both() {
    let init = ["init", "--org", "Club", "--venue", "North", "--timezone", "Europe/London"];
    let venues = |desk: &Cli| {
        desk.ok(&init);
        desk.ok(&["venue", "add", "--name", "South", "--timezone", "Europe/London"]);
    };
    let old = Cli::new();
    venues(&old);
    old.ok(&["customer", "add", "--name", "Tracy Smith"]);
    let product = ["product", "add", "--name", "Ten", "--price", "80", "--status", "active"];
    old.ok(&[&product[..], &["--credits", "10", "--validity-days", "90"]].concat());
    old.ok(&["package", "sell", "--product", "Ten", "--customer", "Tracy Smith"]);
    let taken = ["North", "South"].map(|venue| {
        let court = format!("Court {venue}");
        old.ok(&["resource", "add", "--name", &court, "--kind", "court", "--venue", venue]);
        let book = ["book", "--venue", venue, "--resource", &court, "--minutes", "60"];
        let paid = ["--customer", "Tracy Smith", "--package", "auto", "--credits", "2"];
        let start = on_day(5, "10:00");
        let booked = old.ok(&[&book[..], &paid, &["--start", &start]].concat());
        let out = old.replica().with_file_name(venue);
        old.ok(&["export", out.to_str().unwrap(), "--venue", venue]);
        (booked["booking_id"].as_str().unwrap().to_owned(), out)
    });

    let (database, hq) = headquarters("two_venues_come_over");
    let founder = Cli::new();
    venues(&founder);
    join_empty_org(&founder, &hq, &hq.url());
    let desks = ["North", "South"].map(|venue| (second_desk(&hq, &hq.url(), venue), venue));
    for ((desk, venue), (_, out)) in desks.iter().zip(&taken) {
        let mapping = out.join("mapping.toml");
        let from = [mapping.to_str().unwrap(), out.to_str().unwrap()];
        let report = desk.ok(&["import", "--mapping", from[0], from[1], "--venue", venue]);
        assert_eq!(report["rejected"], json!([]), "{report:#}");
    }
    for (desk, _) in &desks {
        desk.ok(&["sync"]);
        assert_eq!(inbox(desk), Vec::<serde_json::Value>::new());
    }
    founder.ok(&["sync"]);
    assert_eq!(founder.ok(&["package", "list"])["packages"][0]["balance"], 6);
    for (booking, _) in &taken {
        let shown = founder.ok(&["show", booking]);
        assert_eq!(shown["credits"], 2, "{shown:#}");
        assert!(shown["package_id"].is_string(), "{shown:#}");
    }
    desks[0].0.ok(&["sync"]);
    assert_converged(&database, &[&founder, &desks[0].0, &desks[1].0]);
}
