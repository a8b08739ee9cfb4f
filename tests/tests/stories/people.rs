//! Who works at a desk, and what they take back.

use crate::club::{assert_converged, book, on_day, standing, two_desks};
use holdfast_tests::desk::Cli;

/// A PIN for somebody.
#[track_caller]
pub(crate) fn set_pin(desk: &Cli, name: &str, pin: &str) {
    let set = desk.type_in(&["pin", "set", name], pin);
    assert_eq!(set.code, 0, "{}{}", set.stdout, set.stderr);
}

fn owner(desk: &Cli) -> String {
    let staff = desk.ok(&["whoami"]);
    staff["staff"]["name"].as_str().unwrap().to_owned()
}

#[test]
fn a_colleague_signs_in_offline_and_headquarters_knows_who_did_it() {
    let (database, hq, a, b) = two_desks("sign_in");
    let owner = owner(&a);
    a.ok(&["staff", "add", "--name", "Frank", "--role", "front_desk"]);
    // Who has no PIN gives others none: signing out would be back to who has none.
    let early = a.type_in(&["pin", "set", "Frank"], "4711");
    assert_eq!((early.code, early.json["refusal"]["code"].as_str()), (3, Some("own_pin_first")));
    set_pin(&a, &owner, "1234");
    assert_eq!(a.ok(&["whoami"])["locked"], true);
    assert_eq!(a.type_in(&["sign-in", &owner], "1234").code, 0);
    set_pin(&a, "Frank", "4711");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let locked = b.run(&["customer", "add", "--name", "Nobody"]);
    assert_eq!(locked.json["error"]["code"], "signed_out", "{}", locked.stdout);

    // At the other desk, without a line: a wrong PIN is refused, the right one lets him in.
    let wrong = b.type_in(&["sign-in", "Frank"], "4712");
    assert_eq!((wrong.code, wrong.json["refusal"]["code"].as_str()), (3, Some("pin_wrong")));
    let right = b.type_in(&["sign-in", "Frank"], "4711");
    assert_eq!(right.json["staff"]["name"], "Frank", "{}", right.stdout);
    let booking = book(&b, "Court 1", &on_day(5, "10:00"), "Tracy Smith");

    // He may not open venues, here or there.
    let refused = b.run(&["venue", "add", "--name", "Hill", "--timezone", "Europe/London"]);
    assert_eq!(refused.json["refusal"]["code"], "role_not_allowed", "{}", refused.stdout);

    // Headquarters takes it as his.
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    assert_eq!(standing(&a, &booking).as_deref(), Some("committed"));
    let audit = hq.admin(&["audit", "--org", "Club", "--record", &booking]);
    assert_eq!(audit["lines"][0]["actor_name"], "Frank", "{audit:#}");
    assert_eq!(audit["lines"][0]["action"], "book");
    assert!(audit["lines"][0]["client"].as_str().unwrap().starts_with("holdfast/"));
    assert_eq!(audit["lines"][0]["address"], "127.0.0.1");

    // Who signs out leaves the desk locked, also to its own person.
    assert_eq!(b.ok(&["sign-out"])["locked"], true);
    assert_eq!(b.type_in(&["sign-in", &owner], "1234").code, 0);
    b.ok(&["customer", "add", "--name", "Somebody"]);
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn guessing_a_pin_has_to_wait_over_restarts() {
    let desk = crate::club::small_club();
    desk.ok(&["staff", "add", "--name", "Frank", "--role", "front_desk"]);
    let owner = owner(&desk);
    set_pin(&desk, &owner, "1234");
    assert_eq!(desk.type_in(&["sign-in", &owner], "1234").code, 0);
    set_pin(&desk, "Frank", "4711");
    for tries_left in (0..5).rev() {
        let wrong = desk.type_in(&["sign-in", "Frank"], "0000").json;
        assert_eq!(wrong["refusal"]["details"]["tries_left"], tries_left, "{wrong}");
    }
    // Every run is a new process; the right PIN has to wait like any other.
    let right = desk.type_in(&["sign-in", "Frank"], "4711").json;
    assert_eq!(right["refusal"]["code"], "pin_throttled", "{right}");
    for pin in ["123", "12a4", "1234567890123"] {
        let invalid = desk.type_in(&["pin", "set", "Frank"], pin).json;
        assert_eq!(invalid["refusal"]["code"], "pin_invalid", "{invalid}");
    }
}

#[test]
fn what_one_did_last_is_taken_back_while_it_waits_and_after() {
    let (database, _hq, a, b) = two_desks("undo");
    // It waits: both go to headquarters, and nothing is left of it.
    let waiting = book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    let undone = a.ok(&["undo"]);
    assert!(undone["undone"]["sentence"].as_str().unwrap().starts_with("Book Court 1"), "{undone}");
    assert_eq!(a.ok(&["show", &waiting])["status"], "cancelled");
    // It stands: it is taken back all the same.
    let stands = book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    a.ok(&["sync"]);
    a.ok(&["customer", "edit", "Tim Rownam", "--phone", "555-1"]);
    a.ok(&["undo"]);
    let tim = a.ok(&["customers", "--search", "Tim"]);
    assert_eq!(tim["customers"][0]["phone"], "", "the edit went first: {tim}");
    a.ok(&["undo"]);
    assert_eq!(a.ok(&["show", &stands])["status"], "cancelled");
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    b.ok(&["sync"]);
    assert_eq!(b.ok(&["show", &stands])["status"], "cancelled");
    book(&b, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    assert_eq!(b.ok(&["sync"])["refused"], 0, "the hour is free again");
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}
