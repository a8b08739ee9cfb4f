//! What the inbox offers instead of a place that was taken can be had: of a hall, of its parts, and
//! within opening hours.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, second_desk, small_club,
    two_desks,
};
use crate::people::set_pin;
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Database;
use serde_json::{Value, json};

/// A club with a hall of two courts, open from eight to twelve and from one to ten, and two desks.
fn club_with_a_hall(name: &str) -> (Database, Headquarters, Cli, Cli) {
    let (database, hq) = headquarters(name);
    let a = small_club();
    let hall = ["resource", "add", "--name", "Hall", "--kind", "court", "--venue", "Riverside"];
    a.ok(&[hall.as_slice(), &["--part", "Court 1", "--part", "Court 2"]].concat());
    a.ok(&["venue", "edit", "Riverside", "--hours", "mon-sun 08:00-12:00,13:00-22:00"]);
    join_empty_org(&a, &hq, &hq.url());
    let d = second_desk(&hq, &hq.url(), "Riverside");
    (database, hq, a, d)
}

/// As `Hall 12:30`.
fn offered(item: &Value) -> Vec<String> {
    let told = |it: &Value| {
        let start = it["local_start"].as_str().unwrap();
        format!("{} {}", it["resources"][0]["name"].as_str().unwrap(), &start[11..16])
    };
    item["alternatives"].as_array().unwrap().iter().map(told).collect()
}

/// Each alternative to the one item in the inbox is tried on a copy of the desk, and stands.
#[track_caller]
fn assert_each_can_be_booked(desk: &Cli, item: &Value) {
    let operation = item["operation_id"].as_str().unwrap();
    for n in 1..=item["alternatives"].as_array().unwrap().len() {
        let dir = tempfile::tempdir().unwrap();
        let copy = dir.path().join("replica");
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(desk.replica()).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
            }
        }
        let copy = Cli::at(&copy);
        let booked = copy.run(&["inbox", "book", operation, &n.to_string()]);
        assert_eq!(booked.code, 0, "{n} of {item:#}: {}", booked.stdout);
        assert!(inbox(&copy).is_empty());
    }
}

#[test]
fn instead_of_a_hall_a_time_is_offered_at_which_all_of_it_is_free() {
    let (_database, _hq, a, d) = club_with_a_hall("hall_instead");
    book(&a, "Court 1", &on_day(7, "10:00"), "Tracy Smith");
    a.ok(&["sync"]);
    book(&d, "Hall", &on_day(7, "10:30"), "Tim Rownam");
    assert_eq!(d.ok(&["sync"])["refused"], 1);
    let items = inbox(&d);
    assert_eq!(items[0]["held_by"]["who"], "Tracy Smith", "{:#}", items[0]);
    let places = offered(&items[0]);
    assert_eq!(places, ["Hall 11:00", "Hall 09:00", "Hall 08:30"], "{:#}", items[0]);
    assert_each_can_be_booked(&d, &items[0]);
    let operation = items[0]["operation_id"].as_str().unwrap();
    d.ok(&["inbox", "book", operation, "1"]);
    assert_eq!(d.ok(&["sync"])["refused"], 0, "headquarters has nothing against it");
}

#[test]
fn what_was_moved_where_a_part_is_taken_is_offered_other_times_and_not_where_it_is() {
    let (_database, _hq, a, d) = club_with_a_hall("hall_moved");
    let hall = book(&d, "Hall", &on_day(7, "15:00"), "Tim Rownam");
    d.ok(&["sync"]);
    a.ok(&["sync"]);
    book(&a, "Court 2", &on_day(7, "17:00"), "Tracy Smith");
    a.ok(&["sync"]);
    d.ok(&["reschedule", &hall, "--start", &on_day(7, "16:30"), "--minutes", "60"]);
    assert_eq!(d.ok(&["sync"])["refused"], 1);
    let items = inbox(&d);
    assert_eq!(items[0]["held_by"]["who"], "Tracy Smith", "{:#}", items[0]);
    // Its own place from three to four is not in its way, and nowhere to go either.
    let places = offered(&items[0]);
    assert_eq!(places, ["Hall 16:00", "Hall 15:30", "Hall 18:00"], "{:#}", items[0]);
    assert_each_can_be_booked(&d, &items[0]);
}

#[test]
fn nothing_is_offered_while_the_house_is_shut() {
    let (_database, _hq, a, d) = club_with_a_hall("hours_instead");
    for court in ["Court 1", "Court 2"] {
        book(&a, court, &on_day(7, "11:00"), "Tracy Smith");
    }
    a.ok(&["sync"]);
    book(&d, "Court 1", &on_day(7, "11:00"), "Tim Rownam");
    assert_eq!(d.ok(&["sync"])["refused"], 1);
    let items = inbox(&d);
    let places = offered(&items[0]);
    assert_eq!(places, ["Court 1 10:00", "Court 1 09:30", "Court 2 10:00"], "{:#}", items[0]);
    assert_each_can_be_booked(&d, &items[0]);
}

#[test]
fn two_people_who_choose_different_places_for_one_import_learn_of_each_other() {
    let (_database, hq, a, b) = club_with_a_hall("chosen_twice");
    let c = second_desk(&hq, &hq.url(), "Riverside");
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).unwrap();
    let ten = on_day(7, "10:00");
    write("bookings.csv", &format!("id,court,start,minutes\n1,Court 1,{ten},60\n"));
    write(
        "mapping.toml",
        "source = \"old\"\n[bookings]\nfile = \"bookings.csv\"\nid = \"id\"\n\
         resource = \"court\"\nstart = \"start\"\nlength = { minutes = \"minutes\" }\n",
    );
    let mapping = files.path().join("mapping.toml");
    let import = ["import", "--mapping", mapping.to_str().unwrap(), files.path().to_str().unwrap()];
    b.ok(&import);
    c.ok(&import);
    book(&a, "Court 1", &ten, "Tracy Smith");
    a.ok(&["sync"]);
    for (desk, choice) in [(&b, "1"), (&c, "2")] {
        assert_eq!(desk.ok(&["sync"])["refused"], 1);
        let operation = inbox(desk)[0]["operation_id"].clone();
        desk.ok(&["inbox", "book", operation.as_str().unwrap(), choice]);
    }
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    assert_eq!(c.ok(&["sync"])["refused"], 1);
    let there = inbox(&c);
    assert_eq!(there[0]["refusal"]["code"], "changed_elsewhere", "{there:#?}");
}

#[test]
fn what_was_paid_for_a_booking_that_was_refused_is_paid_for_the_one_instead() {
    let (_database, _hq, a, d) = club_with_a_hall("paid_instead");
    let ten = on_day(7, "10:00");
    book(&a, "Court 1", &ten, "Tracy Smith");
    a.ok(&["sync"]);
    let court = ["book", "--resource", "Court 1", "--start", &ten, "--minutes", "60"];
    let of = d.ok(&[&court[..], &["--customer", "Tim Rownam", "--price", "20"]].concat());
    let of = of["booking_id"].as_str().unwrap();
    d.ok(&["booking", "pay", of, "--amount", "20"]);
    d.ok(&["sync"]);
    let items = inbox(&d);
    assert_eq!(items.len(), 2, "the booking, and the money for it: {items:#?}");
    let instead = d.ok(&["inbox", "book", items[0]["operation_id"].as_str().unwrap(), "1"]);
    assert!(inbox(&d).is_empty(), "{:#?}", inbox(&d));
    assert_eq!(d.ok(&["sync"])["refused"], 0);
    let shown = d.ok(&["show", instead["booking_id"].as_str().unwrap()]);
    assert_eq!((&shown["paid"]["minor"], &shown["owed"]["minor"]), (&2_000.into(), &0.into()));
}

#[test]
fn what_has_happened_all_the_same_is_not_put_aside_without_a_word() {
    let (_database, _hq, a, d) = two_desks("settled_with_a_word");
    let ten = on_day(7, "10:00");
    // Soon: people are checked in on the day.
    let soon = (chrono::Utc::now() + chrono::Duration::hours(2)).format("%Y-%m-%dT%H:30");
    let soon = soon.to_string();
    let class = ["book", "--resource", "Court 2", "--start", &soon, "--minutes", "60"];
    let class = a.ok(&[class.as_slice(), &["--capacity", "1"]].concat());
    let class = class["booking_id"].as_str().unwrap();
    a.ok(&["sync"]);
    d.ok(&["sync"]);
    book(&a, "Court 1", &ten, "Tracy Smith");
    a.ok(&["class", "add", class, "Tracy Smith"]);
    a.ok(&["sync"]);
    let of = book(&d, "Court 1", &ten, "Tim Rownam");
    d.ok(&["booking", "pay", &of, "--amount", "20"]);
    d.ok(&["class", "add", class, "Tim Rownam"]);
    d.ok(&["class", "check-in", class, "Tim Rownam"]);
    assert_eq!(d.ok(&["sync"])["refused"], 4);
    let happened = |item: &Value| item["has_happened"].as_bool().unwrap();
    let items = inbox(&d);
    assert_eq!(items.iter().map(happened).collect::<Vec<_>>(), [false, true, false, true]);
    let settle = |item: &Value, more: &[&str]| {
        d.run(
            &[["inbox", "settle", item["operation_id"].as_str().unwrap()].as_slice(), more]
                .concat(),
        )
    };
    for item in &items {
        let settled = settle(item, &[]);
        if happened(item) {
            assert_eq!(settled.json["refusal"]["code"], "field_required", "{}", settled.stdout);
            assert_eq!(settled.json["refusal"]["details"]["field"], "reason");
        } else {
            assert_eq!(settled.code, 0, "{}", settled.stdout);
        }
    }
    for (item, reason) in [(&items[1], "Given back in cash"), (&items[3], "He watched")] {
        assert_eq!(settle(item, &["--reason", reason]).code, 0);
    }
    assert!(inbox(&d).is_empty());
    let settled = d.ok(&["inbox", "settled"])["items"].as_array().unwrap().clone();
    assert_eq!(settled.len(), 4);
    let paid = settled.iter().find(|it| it["operation_id"] == items[1]["operation_id"]).unwrap();
    assert_eq!(paid["settled_reason"], "Given back in cash");
    assert!(paid["sentence"].as_str().unwrap().contains("for Tim Rownam (Court 1, "), "{paid}");
    assert!(paid["settled_by_name"].is_string(), "{paid}");
}

#[test]
fn a_refused_series_is_booked_on_the_dates_on_which_there_is_room() {
    let (database, _hq, a, b) = two_desks("series_rest");
    let start = on_day(7, "10:00");
    let series = ["series", "book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let of = ["--rrule", "FREQ=WEEKLY;COUNT=3", "--title", "League", "--price", "20"];
    let asked = b.ok(&[series.as_slice(), &of, &["--customer", "Tim Rownam"]].concat());
    let dates = [0, 1, 2].map(|n| asked["bookings"][n]["booking_id"].as_str().unwrap());
    for date in &dates[..2] {
        b.ok(&["booking", "pay", date, "--amount", "20", "--method", "cash"]);
    }
    // Meanwhile somebody has the second date.
    book(&a, "Court 1", &on_day(14, "10:30"), "Tracy Smith");
    a.ok(&["sync"]);
    assert_eq!(b.ok(&["sync"])["refused"], 3);
    let items = inbox(&b);
    let item = &items[0];
    assert_eq!((&item["has_rest"], &item["held_by"]["who"]), (&true.into(), &"Tracy Smith".into()));
    let told = item["refusal"]["message"].as_str().unwrap();
    let day: chrono::NaiveDate = on_day(14, "10:00")[..10].parse().unwrap();
    assert!(told.contains(&day.format("on %a %-d %b %Y").to_string()), "{told}");
    // Of those that are taken, headquarters names one; the desk knows them all.
    let taken = item["skipped"].as_array().unwrap().iter().map(|it| it["local_start"].clone());
    assert_eq!(taken.collect::<Vec<_>>(), [format!("{day}T10:00:00")]);
    assert!(items[1..].iter().all(|it| it["has_rest"] == false), "{items:#?}");
    // A locked desk goes on listing it, though nobody could book there.
    let owner = b.ok(&["whoami"])["staff"]["name"].as_str().unwrap().to_owned();
    set_pin(&b, &owner, "1234");
    assert_eq!((inbox(&b).len(), &inbox(&b)[0]["skipped"]), (items.len(), &json!([])));
    assert_eq!(b.type_in(&["sign-in", &owner], "1234").code, 0);

    let operation = item["operation_id"].as_str().unwrap();
    let rest = b.ok(&["inbox", "rest", operation]);
    let booked = rest["bookings"].as_array().unwrap();
    assert_eq!(booked.len(), 2, "{rest:#}");
    assert_eq!(rest["skipped"][0]["code"], "slot_taken");
    // What was paid for the first date is paid for it still; for the second there is nothing to pay for.
    let first = booked[0]["booking_id"].as_str().unwrap();
    assert_eq!(b.ok(&["show", first])["owed"]["minor"], 0);
    assert_eq!(inbox(&b).len(), 1);
    let gone = b.run(&["inbox", "rest", operation]);
    assert_eq!((gone.code, &gone.json["error"]["code"]), (2, &"not_found".into()));
    let paid = inbox(&b)[0]["operation_id"].as_str().unwrap().to_owned();
    assert_eq!(b.run(&["inbox", "rest", &paid]).code, 2, "a payment is no series");
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    assert_eq!(inbox(&b).len(), 1);
    assert_eq!(a.ok(&["show", first])["title"], "League");
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_series_whose_dates_are_all_taken_by_then_is_in_the_inbox_and_booked_from_there_once_there_is_room()
 {
    let (database, _hq, a, b) = two_desks("series_all_taken");
    let [first, second] = [7, 14].map(|days| on_day(days, "10:00"));
    let series = ["series", "book", "--resource", "Court 1", "--start", &first, "--minutes", "60"];
    let of = ["--rrule", "FREQ=WEEKLY;COUNT=2", "--on-conflict", "skip", "--title", "League"];
    let asked = b.ok(&[series.as_slice(), &of].concat());
    assert_eq!(asked["skipped"], json!([]));
    let taken = [&first, &second].map(|start| book(&a, "Court 1", start, "Tracy Smith"));
    a.ok(&["sync"]);
    assert_eq!(b.ok(&["sync"])["refused"], 1);
    let items = inbox(&b);
    assert_eq!(
        (&items[0]["refusal"]["code"], &items[0]["has_rest"]),
        (&"slot_taken".into(), &true.into())
    );
    assert_eq!(items[0]["skipped"].as_array().unwrap().len(), 2, "{items:#?}");
    assert_eq!(items[0]["held_by"]["who"], "Tracy Smith");
    let left = database.run("select count(*) from series");
    assert_eq!(left, "0", "nobody could add to one of which nothing is booked");
    let rest = ["inbox", "rest", items[0]["operation_id"].as_str().unwrap()];
    let none = b.run(&rest);
    assert_eq!((none.code, &none.json["refusal"]["code"]), (3, &"slot_taken".into()), "{none:?}");
    assert_eq!(inbox(&b).len(), 1);
    // One becomes free.
    a.ok(&["cancel", &taken[1], "--reason", "rain"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let booked = b.ok(&rest);
    assert_eq!(booked["bookings"][0]["local_start"], format!("{second}:00"));
    assert_eq!(booked["skipped"][0]["local_start"], format!("{first}:00"));
    // And later the other one, which is added.
    a.ok(&["cancel", &taken[0], "--reason", "rain"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["series", "add", booked["series_id"].as_str().unwrap(), &first[..10]]);
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn of_two_who_turn_one_request_down_neither_loses_why() {
    let (database, _hq, a, d) = two_desks("turned_down_twice");
    let ask = |hour: &str| {
        let start = on_day(7, hour);
        let ask = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let asked = a.ok(&[ask.as_slice(), &["--request"]].concat());
        asked["booking_id"].as_str().unwrap().to_owned()
    };
    let (alike, otherwise) = (ask("10:00"), ask("12:00"));
    a.ok(&["sync"]);
    d.ok(&["sync"]);
    for (desk, reason) in [(&a, "The court is being mended"), (&d, "Nobody has the keys")] {
        desk.ok(&["reject", &alike, "--reason", "full"]);
        desk.ok(&["reject", &otherwise, "--reason", reason]);
    }
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    assert_eq!(d.ok(&["sync"])["refused"], 1, "both said the same of one");
    let items = inbox(&d);
    let refusal = &items[0]["refusal"];
    assert_eq!((&refusal["code"], items.len()), (&"changed_elsewhere".into(), 1));
    let of = |field: &str| refusal["details"][field].as_str().unwrap();
    let both = (of("field"), of("current"), of("wanted"));
    assert_eq!(both, ("reason", "The court is being mended", "Nobody has the keys"));
    for desk in [&a, &d] {
        let shown = desk.ok(&["show", &otherwise]);
        assert_eq!(shown["rejection"]["reason"], "The court is being mended");
    }
    assert_converged(&database, &[&a, &d]);
}

#[test]
fn of_two_requests_for_one_hour_the_later_approval_is_told_who_has_it_and_when() {
    let (database, _hq, a, d) = two_desks("approved_twice");
    a.ok(&["venue", "edit", "Riverside", "--requests-compete"]);
    let start = on_day(7, "10:00");
    let ask = |customer: &str| {
        let ask = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let asked = a.ok(&[ask.as_slice(), &["--request", "--customer", customer]].concat());
        asked["booking_id"].as_str().unwrap().to_owned()
    };
    let (one, other) = (ask("Tracy Smith"), ask("Tim Rownam"));
    a.ok(&["sync"]);
    d.ok(&["sync"]);
    a.ok(&["approve", &one]);
    d.ok(&["approve", &other]);
    a.ok(&["sync"]);
    assert_eq!(d.ok(&["sync"])["refused"], 1);
    let said = d.says(&["inbox"]);
    assert!(said.contains("Tracy Smith has it: ") && !said.contains("has it: ."), "{said}");
    // Whoever approved it by mistake takes that back, and the other may be approved.
    d.ok(&["undo"]);
    a.ok(&["undo"]);
    a.ok(&["sync"]);
    d.ok(&["sync"]);
    d.ok(&["approve", &other]);
    assert_eq!(d.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    let status = |id: &str| a.ok(&["show", id])["status"].clone();
    assert_eq!((status(&one), status(&other)), (json!("pending"), json!("confirmed")));
    assert_converged(&database, &[&a, &d]);
}
