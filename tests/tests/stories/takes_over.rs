//! A desk that worked alone brings its venue into an organisation that has data already: by an
//! export and an import, through headquarters, with all that happened on its days.

use crate::club::{assert_same, inbox, on_day, second_desk, small_club, two_desks};
use holdfast_tests::desk::Cli;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn id(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Sells Tracy Smith a card of ten credits.
fn sell_ten(desk: &Cli) {
    desk.ok(&[
        "product",
        "add",
        "--name",
        "Ten",
        "--credits",
        "10",
        "--validity-days",
        "90",
        "--price",
        "80",
    ]);
    desk.ok(&["package", "sell", "--product", "Ten", "--customer", "Tracy Smith"]);
}

/// A club with a card of ten credits that paid for a lesson and a place, a class for one with
/// somebody who waits, money in two directions, and a series with a date that had no room.
fn with_a_past() -> Cli {
    let desk = small_club();
    sell_ten(&desk);
    let book = |resource: &str, start: &str, more: &[&str]| {
        let args = ["book", "--resource", resource, "--start", start, "--minutes", "60"];
        id(&desk.ok(&[args.as_slice(), more].concat()), "booking_id")
    };
    let by_card = ["--customer", "Tracy Smith", "--package", "auto", "--credits", "2"];
    book("Court 1", &on_day(9, "10:00"), &by_card);
    let off = book("Court 1", &on_day(9, "12:00"), &by_card);
    desk.ok(&["cancel", &off, "--reason", "rain", "--by", "customer"]);
    let class = book("Court 2", &on_day(9, "10:00"), &["--capacity", "1", "--credits", "1"]);
    desk.ok(&["class", "add", &class, "Tracy Smith", "--package", "auto"]);
    desk.ok(&["class", "add", &class, "Tim Rownam", "--waitlist"]);
    let paid =
        book("Court 1", &on_day(10, "10:00"), &["--customer", "Tim Rownam", "--price", "30"]);
    desk.ok(&["booking", "pay", &paid, "--amount", "30"]);
    desk.ok(&["booking", "refund", &paid, "--amount", "4.50", "--note", "Short of balls"]);
    book("Court 2", &on_day(18, "10:00"), &[]);
    let start = on_day(11, "10:00");
    let rule = ["--resource", "Court 2", "--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=3"];
    let weekly = ["series", "book", "--start", &start, "--on-conflict", "skip"];
    desk.ok(&[weekly.as_slice(), &rule].concat());
    desk
}

fn export(desk: &Cli, name: &str) -> PathBuf {
    let out = desk.replica().with_file_name(name);
    desk.ok(&["export", out.to_str().unwrap()]);
    out
}

fn import(desk: &Cli, out: &Path) -> Value {
    let mapping = out.join("mapping.toml");
    desk.ok(&["import", "--mapping", mapping.to_str().unwrap(), out.to_str().unwrap()])
}

/// What was taken and is owed, and what credits are still good for.
fn money(desk: &Cli) -> Value {
    let days = ["--from", &on_day(0, "")[..10], "--to", &on_day(30, "")[..10]];
    let mut report = desk.ok(&[["report", "revenue"].as_slice(), &days].concat());
    report["venue"] = Value::Null;
    report
}

#[test]
fn a_venue_with_a_past_comes_over_through_headquarters() {
    let (database, hq, first, _second) = two_desks("takes_over");
    let late = with_a_past();
    let fresh = second_desk(&hq, &hq.url(), "Riverside");
    let report = import(&fresh, &export(&late, "out"));
    assert_eq!(report["rejected"], json!([]));
    for (what, taken) in [
        ("packages", 1),
        ("bookings", 7),
        ("series", 1),
        ("attendances", 2),
        ("payments", 2),
        ("credit_entries", 5),
    ] {
        assert_eq!(report[what]["taken"], taken, "{what}: {report}");
    }
    assert_eq!(money(&fresh), money(&late));
    assert_eq!(fresh.ok(&["sync"])["refused"], 0);
    first.ok(&["sync"]);
    assert_eq!(money(&first), money(&late), "another desk sees it, too");
    let packages = fresh.ok(&["package", "list"]);
    assert_eq!(packages["packages"][0]["balance"], 7, "{packages}");
    assert_same(&database, &[&first, &fresh]);

    // A later export brings what has happened since, and nothing twice.
    let lesson = late.ok(&["list", "--from", &on_day(9, "")[..10], "--to", &on_day(9, "")[..10]]);
    let lesson = id(&lesson["bookings"][0], "id");
    late.ok(&["cancel", &lesson, "--reason", "rain", "--by", "customer"]);
    let report = import(&fresh, &export(&late, "later"));
    assert_eq!(report["rejected"], json!([]));
    assert_eq!(report["bookings"]["updated"], 1, "{report}");
    assert_eq!(fresh.ok(&["sync"])["refused"], 0);
    assert_eq!(money(&fresh), money(&late));
    assert_eq!(fresh.ok(&["package", "list"])["packages"][0]["balance"], 9);
    let nothing = import(&fresh, &export(&late, "again"));
    for (what, tally) in nothing.as_object().unwrap().iter().filter(|(_, it)| it["rows"].is_u64()) {
        assert_eq!(tally["already"], tally["rows"], "{what}");
    }
    first.ok(&["sync"]);
    assert_same(&database, &[&first, &fresh]);
}

#[test]
fn two_desks_take_over_one_export_before_either_has_synced() {
    let (database, _hq, first, second) = two_desks("taken_over_twice");
    let late = with_a_past();
    late.ok(&["staff", "add", "--name", "Ines", "--role", "instructor"]);
    late.ok(&["service", "add", "--name", "Lesson", "--minutes", "60", "--price", "30"]);
    late.ok(&["event", "add", "--title", "Open day", "--capacity", "9"]);
    let day = &on_day(12, "")[..10];
    late.ok(&["closure", "add", "--from", day, "--to", day, "--reason", "Holiday"]);
    let out = export(&late, "out");
    for desk in [&first, &second] {
        let report = import(desk, &out);
        assert_eq!(report["rejected"], json!([]));
        for what in ["staff", "services", "products", "events", "exceptions"] {
            assert!(report[what]["taken"].as_u64() > Some(0), "{what}: {report}");
        }
    }
    assert_eq!(first.ok(&["sync"])["refused"], 0);
    assert_eq!(second.ok(&["sync"])["refused"], 0, "{:#?}", inbox(&second));
    first.ok(&["sync"]);
    assert_eq!((money(&first), money(&second)), (money(&late), money(&late)));
    assert_same(&database, &[&first, &second]);
}

#[test]
fn who_takes_over_a_later_export_than_another_desk_is_told_what_it_says_otherwise() {
    let (database, _hq, first, second) = two_desks("taken_over_later");
    let late = with_a_past();
    let days = ["--from", &on_day(10, "")[..10], "--to", &on_day(10, "")[..10]];
    let tims = id(&late.ok(&[["list"].as_slice(), &days].concat())["bookings"][0], "id");
    let earlier = export(&late, "earlier");
    late.ok(&["reschedule", &tims, "--start", &on_day(10, "15:00")]);
    late.ok(&["customer", "edit", "Tim Rownam", "--phone", "555-1"]);
    let later = export(&late, "later");
    assert_eq!(import(&first, &earlier)["rejected"], json!([]));
    assert_eq!(import(&second, &later)["rejected"], json!([]));
    assert_eq!(first.ok(&["sync"])["refused"], 0);
    assert_eq!(second.ok(&["sync"])["refused"], 2);
    let told = |item: &Value| {
        assert_eq!(item["refusal"]["code"], "changed_elsewhere", "{item:#}");
        item["refusal"]["details"]["field"].as_str().unwrap().to_owned()
    };
    let items = inbox(&second);
    assert_eq!(items.iter().map(told).collect::<Vec<_>>(), ["phone", "stay"]);

    // Taken over once more, it says so as a change of what is there.
    let report = import(&second, &later);
    assert_eq!((&report["rejected"], &report["bookings"]["updated"]), (&json!([]), &json!(1)));
    assert_eq!(report["customers"]["updated"], 1);
    assert_eq!(second.ok(&["sync"])["refused"], 0);
    first.ok(&["sync"]);
    for desk in [&first, &second] {
        assert_eq!(desk.ok(&["show", &tims])["local_start"], on_day(10, "15:00:00"));
    }
    assert_same(&database, &[&first, &second]);
}

/// Tracy Smith's credits.
fn balance(desk: &Cli) -> i64 {
    desk.ok(&["package", "list"])["packages"][0]["balance"].as_i64().unwrap()
}

#[test]
fn credits_spent_elsewhere_for_what_headquarters_refuses_are_not_lost() {
    let (database, _hq, first, second) = two_desks("refused_import");
    let late = small_club();
    sell_ten(&late);
    late.ok(&["resource", "add", "--name", "Old", "--kind", "court", "--venue", "Riverside"]);
    import(&first, &export(&late, "out"));
    first.ok(&["sync"]);
    second.ok(&["sync"]);

    // What the card paid for there is taken at another desk meanwhile: two lessons, and a class.
    let (nine, noon, class) = (on_day(9, "09:00"), on_day(9, "12:00"), on_day(10, "10:00"));
    let there = |start: &str, more: &[&str]| {
        let args = ["book", "--resource", "Old", "--start", start, "--minutes", "60"];
        id(&late.ok(&[args.as_slice(), more].concat()), "booking_id")
    };
    for start in [&nine, &noon] {
        there(start, &["--customer", "Tracy Smith", "--package", "auto", "--credits", "2"]);
    }
    let roster = there(&class, &["--capacity", "4", "--credits", "1"]);
    late.ok(&["class", "add", &roster, "Tracy Smith", "--package", "auto"]);
    for start in [&nine, &noon, &class] {
        second.ok(&["book", "--resource", "Old", "--start", start, "--minutes", "60"]);
    }
    second.ok(&["sync"]);
    let later = export(&late, "later");
    assert_eq!(import(&first, &later)["rejected"], json!([]));
    assert_eq!(first.ok(&["sync"])["refused"], 4, "three bookings, and the place in one of them");
    assert_eq!(balance(&first), 5, "until somebody says what becomes of them");

    let items = inbox(&first);
    let operation = |is_it: &dyn Fn(&Value) -> bool| {
        let item = items.iter().find(|item| is_it(&item["command"])).unwrap();
        id(item, "operation_id")
    };
    let starts = |start: &str| {
        let start = start.to_owned();
        move |it: &Value| {
            it["stay"]["local_start"].as_str().is_some_and(|at| at.starts_with(&start))
        }
    };
    // Elsewhere it is paid by the same credits, and gives them back as any does.
    let moved = first.ok(&["inbox", "book", &operation(&starts(&nine)), "1"]);
    assert_eq!(balance(&first), 5);
    assert_eq!(first.ok(&["sync"])["refused"], 0);
    let moved = id(&moved, "booking_id");
    first.ok(&["cancel", &moved, "--reason", "ill", "--by", "customer"]);
    assert_eq!(balance(&first), 7);
    // Given up, they come back.
    let settled = first.ok(&["inbox", "settle", &operation(&starts(&noon))]);
    assert_eq!((settled["credits"].clone(), balance(&first)), (json!(2), 9));
    let place = operation(&|it| it["type"] == "import_record");
    let settled = first.ok(&["inbox", "settle", &place]);
    assert_eq!((settled["credits"].clone(), balance(&first)), (json!(1), 10));
    let settled = first.ok(&["inbox", "settle", &operation(&starts(&class))]);
    assert_eq!(settled["credits"], 0, "a class costs nobody anything but its places");
    assert!(inbox(&first).is_empty());
    assert_eq!(first.ok(&["sync"])["refused"], 0);
    second.ok(&["sync"]);
    assert_eq!((balance(&second), money(&second)), (10, money(&first)));
    // The same file once more has no room for them either, and pays nothing twice.
    assert_eq!(import(&first, &later)["rejected"].as_array().unwrap().len(), 4);
    assert_eq!(balance(&first), 10);
    assert_same(&database, &[&first, &second]);
}
