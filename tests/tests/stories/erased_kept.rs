//! What is erased is gone from what is kept beside the rows, too, and nothing else goes with it: money,
//! credits, what a booking costs, and what somebody is told.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, small_club, two_desks,
};
use crate::records::{NAME, found, found_at};
use holdfast_tests::desk::Cli;
use serde_json::Value;

pub(crate) fn nothing() -> Vec<String> {
    Vec::new()
}

pub(crate) fn erase(desk: &Cli, name: &str) {
    desk.ok(&["privacy", "erase", name, "--reason", "allergic-to-geese", "--yes"]);
}

fn owed(desk: &Cli, booking: &str) -> Value {
    desk.ok(&["show", booking])["owed"]["minor"].clone()
}

#[test]
fn a_desk_alone_that_forgot_somebody_brings_the_same_money_to_headquarters() {
    let (database, hq) = headquarters("forgot_money");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    desk.ok(&["venue", "edit", "Riverside", "--free-cancel-hours", "48"]);
    let hour = |hour: &str| {
        let start = on_day(1, hour);
        let args = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let booked = desk.ok(&[args.as_slice(), &["--customer", NAME, "--price", "30"]].concat());
        let booking = booked["booking_id"].as_str().unwrap().to_owned();
        desk.ok(&["booking", "pay", &booking, "--amount", "30"]);
        booking
    };
    let (refunded, waived) = (hour("10:00"), hour("12:00"));
    desk.ok(&["booking", "refund", &refunded, "--amount", "5", "--note", "Xanthippe was cold"]);
    let waive = ["--reason", "Quillfeather is ill", "--waive-reason", "Owlstreet was flooded"];
    desk.ok(&[["cancel", waived.as_str()].as_slice(), &waive].concat());
    let before = [&refunded, &waived].map(|it| owed(&desk, it));
    assert_eq!(before, [Value::from(500), Value::from(-3_000)]);
    erase(&desk, NAME);
    join_empty_org(&desk, &hq, &hq.url());
    assert!(inbox(&desk).is_empty(), "{:#?}", inbox(&desk));
    assert_eq!([&refunded, &waived].map(|it| owed(&desk, it)), before);
    assert_eq!((found(&desk), found_at(&database)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}

#[test]
fn what_changed_nothing_is_kept_no_longer_than_what_did() {
    let (database, _hq, a, b) = two_desks("forgot_nothing");
    a.ok(&["customer", "add", "--name", NAME]);
    book(&a, "Court 1", &on_day(5, "10:00"), NAME);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["customer", "edit", NAME, "--phone", "0555-98765"]);
    b.ok(&["undo"]);
    erase(&a, NAME);
    erase(&b, NAME);
    for desk in [&a, &b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_said_of_a_booking_while_it_was_theirs_goes_with_them() {
    let (database, _hq, a, b) = two_desks("forgot_passed_on");
    a.ok(&["customer", "add", "--name", NAME]);
    let other = |title: &str| {
        let start = on_day(6, if title.is_empty() { "12:00" } else { "10:00" });
        let args = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let booked =
            a.ok(&[args.as_slice(), &["--customer", NAME, "--title", "Owlstreet"]].concat());
        let booking = booked["booking_id"].as_str().unwrap().to_owned();
        a.ok(&["edit", &booking, "--staff-note", "allergic-to-geese"]);
        a.ok(&["sync"]);
        booking
    };
    let (passed_on, nobodys) = (other("Cup"), other(""));
    a.ok(&["edit", &passed_on, "--title", "Cup", "--staff-note", "bring balls"]);
    a.ok(&["edit", &passed_on, "--customer", "Tim Rownam"]);
    a.ok(&["edit", &nobodys, "--customer", ""]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    for desk in [&b, &a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    let shown = b.ok(&["show", &passed_on]);
    assert_eq!((&shown["title"], &shown["staff_note"]), (&"Cup".into(), &"bring balls".into()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn words_typed_here_on_what_another_desk_gave_away_go_from_here_too_and_later_ones_stay() {
    let (database, _hq, a, b) = two_desks("forgot_given_away");
    a.ok(&["customer", "add", "--name", NAME]);
    let typed = |hour: &str| {
        let start = on_day(6, hour);
        let args = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let booking = a.ok(&args)["booking_id"].as_str().unwrap().to_owned();
        a.ok(&["edit", &booking, "--customer", NAME]);
        a.ok(&["edit", &booking, "--staff-note", "allergic-to-geese"]);
        booking
    };
    let (to_somebody, to_nobody, late) = (typed("10:00"), typed("12:00"), typed("14:00"));
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["edit", &to_somebody, "--customer", "Tim Rownam", "--staff-note", "bring balls"]);
    b.ok(&["edit", &to_nobody, "--customer", "", "--staff-note", ""]);
    a.ok(&["edit", &late, "--customer", ""]);
    a.ok(&["edit", &late, "--staff-note", "Owlstreet"]);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    // What waits here is said of whoever has it now.
    a.ok(&["edit", &to_somebody, "--title", "Cup"]);
    erase(&b, NAME);
    b.ok(&["sync"]);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    let shown = b.ok(&["show", &to_somebody]);
    assert_eq!((&shown["title"], &shown["staff_note"]), (&"Cup".into(), &"bring balls".into()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_relied_on_a_booking_becoming_theirs_goes_with_them() {
    let (database, _hq, a, b) = two_desks("forgot_reassigned");
    a.ok(&["customer", "add", "--name", NAME]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    a.ok(&["sync"]);
    // It is refused, and so is all that was said of it.
    let start = on_day(5, "10:00");
    let args = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let booking = b.ok(&args)["booking_id"].as_str().unwrap().to_owned();
    b.ok(&["edit", &booking, "--customer", NAME]);
    b.ok(&["edit", &booking, "--staff-note", "allergic-to-geese"]);
    b.ok(&["booking", "pay", &booking, "--amount", "5", "--note", "Owlstreet pays"]);
    b.ok(&["cancel", &booking, "--reason", "Quillfeather is ill"]);
    erase(&a, NAME);
    a.ok(&["sync"]);
    assert_eq!(b.ok(&["sync"])["refused"], 5);
    b.ok(&["sync"]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_eq!(inbox(&b).len(), 5);
    assert_converged(&database, &[&a, &b]);
}

/// Takes over two called-off bookings of 2020, of somebody who has not been here since and of one who has.
fn import_old(desk: &Cli) {
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).unwrap();
    write("people.csv", "id,name\nxq@owl.example,Quiet Old\n2,Emil\n");
    write("courts.csv", "id,name\n1,Court 9\n");
    write(
        "bookings.csv",
        "id,who,court,start,end,status,title,note,why\n\
         0555-98765,xq@owl.example,1,2020-01-01 10:00,2020-01-01 11:00,cancelled,Owlstreet,allergic-to-geese,Xanthippe ill\n\
         2,2,1,2020-01-02 10:00,2020-01-02 11:00,cancelled,Owlstreet,allergic-to-geese,Xanthippe ill\n\
         3,2,1,2026-01-02 10:00,2026-01-02 11:00,confirmed,Cup,,\n",
    );
    write(
        "mapping.toml",
        "source = \"old\"\n\
         [resources]\nfile = \"courts.csv\"\nid = \"id\"\nname = \"name\"\nkind = \"court\"\n\
         [customers]\nfile = \"people.csv\"\nid = \"id\"\nname = \"name\"\n\
         [bookings]\nfile = \"bookings.csv\"\nid = \"id\"\ncustomer = \"who\"\n\
         resource = \"court\"\nstart = \"start\"\nlength = { end = \"end\" }\n\
         status = { column = \"status\", words = { cancelled = \"cancelled\", confirmed = \"confirmed\" } }\n\
         title = \"title\"\nstaff_note = \"note\"\nended_reason = \"why\"\n",
    );
    let mapping = files.path().join("mapping.toml");
    let taken = desk.ok(&[
        "import",
        "--mapping",
        mapping.to_str().unwrap(),
        files.path().to_str().unwrap(),
    ]);
    assert_eq!(taken["bookings"]["taken"], 3, "{taken}");
}

#[test]
fn what_was_kept_for_long_enough_is_nowhere_whose_ever_it_was() {
    let (database, _hq, a, b) = two_desks("forgot_retained");
    import_old(&a);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let erased = b.ok(&["privacy", "retention", "--days", "1000", "--erase"]);
    assert_eq!(erased["refusals"], serde_json::json!([]), "{erased}");
    for desk in [&b, &a, &b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_kept_for_long_enough_is_not_on_a_desk_alone_either() {
    let desk = small_club();
    import_old(&desk);
    let day = ["list", "--from", "2020-01-02", "--to", "2020-01-02", "--all"];
    let old = desk.ok(&day)["bookings"][0]["id"].as_str().unwrap().to_owned();
    desk.ok(&["edit", &old, "--description", "Quillfeather"]);
    assert!(!found(&desk).is_empty());
    desk.ok(&["privacy", "retention", "--days", "1000", "--erase"]);
    desk.ok(&["status"]);
    assert_eq!(found(&desk), nothing());
    assert_eq!(desk.ok(&["doctor"])["ok"], true);
}

#[test]
fn an_erasure_that_is_refused_is_not_in_the_register_and_says_why() {
    let (database, hq, a, b) = two_desks("refused_erasure");
    a.ok(&["customer", "merge", "Tim Rownam", "--into", "Tracy Smith"]);
    a.ok(&["staff", "add", "--name", "Mia", "--role", "manager"]);
    book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    a.ok(&["customer", "unmerge", "Tim Rownam"]);
    a.ok(&["sync"]);
    erase(&b, "Tracy Smith");
    assert_eq!(b.ok(&["sync"])["refused"], 1);
    let items = inbox(&b);
    assert_eq!(items[0]["refusal"]["code"], "changed_elsewhere", "{items:#?}");
    assert_eq!(items[0]["refusal"]["details"]["field"], "merged_into", "it is told why");

    // Who may not any more erases nobody, and nothing says so.
    let mias = Cli::new();
    let pair = ["pair", "--org", "Club", "--venue", "Riverside", "--staff", "Mia"];
    let code = hq.admin(&pair)["code"].as_str().unwrap().to_owned();
    mias.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    a.ok(&["staff", "edit", "Mia", "--role", "front_desk"]);
    a.ok(&["sync"]);
    erase(&mias, "Tim Rownam");
    assert_eq!(mias.ok(&["sync"])["refused"], 1);
    assert_eq!(inbox(&mias)[0]["refusal"]["code"], "role_not_allowed");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let requests = a.ok(&["privacy", "requests"])["requests"].as_array().unwrap().clone();
    assert_eq!(requests.len(), 1, "hers alone: {requests:#?}");
    assert_converged(&database, &[&a, &b]);
}
