//! Erasing at a desk that has not heard of the latest: nobody goes who is not meant any more.

use crate::club::{assert_converged, book, inbox, on_day, second_desk, two_desks};
use crate::erased_kept::{erase, nothing};
use crate::records::{NAME, found, found_at};
use holdfast_protocol::OPERATIONS_PER_ROUND;
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Database;
use holdfast_tests::proxy::{Fault, Proxy};
use serde_json::Value;

fn customer(desk: &Cli, name: &str) -> Value {
    let found = desk.ok(&["customers", "--search", name]);
    found["customers"][0].clone()
}

/// That the one erasure was refused, and that it is dealt with.
#[track_caller]
fn assert_refused(desk: &Cli) {
    let items = inbox(desk);
    let codes: Vec<&Value> = items.iter().map(|item| &item["refusal"]["code"]).collect();
    assert_eq!(codes, ["changed_elsewhere"], "{items:#?}");
    desk.ok(&["inbox", "settle", items[0]["operation_id"].as_str().unwrap()]);
}

#[test]
fn who_turned_out_to_be_another_after_all_is_not_erased_with_them() {
    let (database, _hq, a, b) = two_desks("erased_unmerged");
    a.ok(&["customer", "edit", "Tim Rownam", "--phone", "555-1"]);
    a.ok(&["customer", "merge", "Tim Rownam", "--into", "Tracy Smith"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"]);
    a.ok(&["customer", "unmerge", "Tim Rownam"]);
    book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    assert_refused(&b);
    a.ok(&["sync"]);
    for desk in [&a, &b] {
        assert_eq!(customer(desk, "Tim Rownam")["phone"], "555-1");
    }
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn who_has_come_back_meanwhile_is_not_erased_for_having_been_away() {
    let (database, _hq, a, b) = two_desks("erased_back");
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).unwrap();
    write("people.csv", "id,name,phone\n1,Anna Old,555-1\n2,Nancy Old,555-2\n");
    write("courts.csv", "id,name\n1,Court 9\n");
    let rows = "1,1,1,2020-01-01 10:00,2020-01-01 11:00\n2,2,1,2020-01-02 10:00,2020-01-02 11:00\n";
    write("bookings.csv", &format!("id,who,court,start,end\n{rows}"));
    write(
        "mapping.toml",
        "source = \"old\"\n\
         [resources]\nfile = \"courts.csv\"\nid = \"id\"\nname = \"name\"\nkind = \"court\"\n\
         [customers]\nfile = \"people.csv\"\nid = \"id\"\nname = \"name\"\nphone = \"phone\"\n\
         [bookings]\nfile = \"bookings.csv\"\nid = \"id\"\ncustomer = \"who\"\n\
         resource = \"court\"\nstart = \"start\"\nlength = { end = \"end\" }\n",
    );
    let mapping = files.path().join("mapping.toml");
    a.ok(&["import", "--mapping", mapping.to_str().unwrap(), files.path().to_str().unwrap()]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    book(&a, "Court 1", &on_day(5, "10:00"), "Anna Old");
    a.ok(&["sync"]);
    let would = b.says(&["privacy", "retention", "--days", "365"]);
    assert!(would.contains("Anna Old") && would.contains("Nancy Old"), "{would}");
    let erased = b.ok(&["privacy", "retention", "--days", "365", "--erase"]);
    assert_eq!(erased["customer_ids"].as_array().unwrap().len(), 2, "{erased}");
    b.ok(&["sync"]);
    assert_refused(&b);
    a.ok(&["sync"]);
    for desk in [&a, &b] {
        assert_eq!(customer(desk, "Anna Old")["phone"], "555-1");
        assert_eq!(customer(desk, "Nancy Old"), Value::Null, "she has stayed away");
    }
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn whoever_finds_too_late_that_somebody_is_who_was_erased_is_told() {
    let (database, _hq, a, b) = two_desks("erased_merged");
    a.ok(&["customer", "edit", "Tim Rownam", "--phone", "555-1"]);
    book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    a.ok(&["customer", "merge", "Tim Rownam", "--into", "Tracy Smith"]);
    b.ok(&["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"]);
    for desk in [&b, &a, &b] {
        desk.ok(&["sync"]);
    }
    let items = inbox(&a);
    let [told] = &items[..] else { panic!("{items:#?}") };
    assert_eq!(told["refusal"]["code"], "customer_erased");
    assert_eq!(told["sentence"], "Merge Tim Rownam into Erased customer");
    for desk in [&a, &b] {
        let tim = customer(desk, "Tim Rownam");
        assert_eq!(tim["phone"], "555-1", "he is there to be erased, too: {tim}");
        assert_eq!(tim["merged_into"], Value::Null);
    }
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_is_said_of_who_was_erased_meanwhile_does_not_stand_on_the_booking_of_another() {
    let (database, _hq, a, b) = two_desks("erased_lent");
    a.ok(&["customer", "add", "--name", NAME]);
    let one = book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    let start = on_day(7, "10:00");
    let series = ["series", "book", "--resource", "Court 2", "--start", &start, "--minutes", "60"];
    let of = ["--rrule", "FREQ=WEEKLY;COUNT=3", "--title", "League", "--customer", "Tim Rownam"];
    let league = a.ok(&[series.as_slice(), &of].concat());
    let league = league["series_id"].as_str().unwrap();
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&a, NAME);
    a.ok(&["sync"]);
    // The other desk does not know yet.
    b.ok(&["edit", &one, "--customer", NAME]);
    b.ok(&["edit", &one, "--title", "Owlstreet", "--staff-note", "allergic-to-geese"]);
    b.ok(&["booking", "pay", &one, "--amount", "3", "--note", "Quillfeather pays"]);
    b.ok(&["series", "edit", league, "--customer", NAME]);
    b.ok(&["series", "edit", league, "--staff-note", "allergic-to-geese"]);
    assert_eq!(b.ok(&["sync"])["refused"], 5);
    let items = inbox(&b);
    let outcomes: Vec<&str> = items.iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    let relied = "dependent_refused";
    assert_eq!(outcomes, ["refused", relied, relied, "refused", relied]);
    // Now it does.
    b.ok(&["edit", &one, "--title", "Cup"]);
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    let shown = a.ok(&["show", &one]);
    let fields = ["customer_name", "title", "staff_note"].map(|it| shown[it].as_str().unwrap());
    assert_eq!(fields, ["Tim Rownam", "Cup", ""]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_written_before_a_desk_was_told_stands_on_no_booking_of_another_in_a_later_round_either()
{
    let (database, _hq, a, b) = two_desks("erased_rounds");
    a.ok(&["customer", "add", "--name", NAME]);
    let one = book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    a.ok(&["edit", &one, "--staff-note", "bibs"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&a, NAME);
    a.ok(&["sync"]);
    b.ok(&["edit", &one, "--customer", NAME]);
    // More than a round takes lies between.
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).unwrap();
    let people: String = (1..=OPERATIONS_PER_ROUND).map(|n| format!("{n},Guest {n}\n")).collect();
    write("people.csv", &format!("id,name\n{people}"));
    write(
        "mapping.toml",
        "source = \"old\"\n[customers]\nfile = \"people.csv\"\nid = \"id\"\nname = \"name\"\n",
    );
    let mapping = files.path().join("mapping.toml");
    b.ok(&["import", "--mapping", mapping.to_str().unwrap(), files.path().to_str().unwrap()]);
    b.ok(&["edit", &one, "--title", "Owlstreet", "--staff-note", "allergic-to-geese"]);
    assert_eq!(b.ok(&["sync"])["refused"], 2);
    let outcomes: Vec<Value> = inbox(&b).iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(outcomes, ["refused", "dependent_refused"]);
    // Nothing of what stood there is gone.
    assert_eq!(b.ok(&["show", &one])["staff_note"], "bibs");
    assert_converged(&database, &[&b]);
    // What is written since is the other's.
    b.ok(&["edit", &one, "--title", "Cup"]);
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    a.ok(&["sync"]);
    assert_eq!(a.ok(&["show", &one])["title"], "Cup");
    assert_converged(&database, &[&a, &b]);
}

/// A booking that a desk gives to whom another one has erased: headquarters refuses it, and the reply is lost.
fn lent_unheard(name: &str) -> (Database, Headquarters, Proxy, [Cli; 2], String) {
    let (database, hq, a, _) = two_desks(name);
    let line = Proxy::start(&hq.url());
    let b = second_desk(&hq, &line.url(), "Riverside");
    a.ok(&["customer", "add", "--name", NAME]);
    let one = book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&a, NAME);
    a.ok(&["sync"]);
    b.ok(&["edit", &one, "--customer", NAME]);
    line.next("/v1/sync", Fault::LoseReply);
    assert_ne!(b.run(&["sync"]).code, 0);
    (database, hq, line, [a, b], one)
}

/// What a desk that did not know has written on such a booking is refused, and what it writes since stands.
fn assert_told(database: &Database, [a, b]: &[Cli; 2], one: &str) {
    let items = inbox(b);
    let of = |field: &str| items.iter().map(|it| it[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("outcome"), ["refused", "dependent_refused"]);
    assert!(of("refusal").iter().all(|it| it["code"] == "customer_erased"), "{items:#?}");
    b.ok(&["edit", one, "--title", "Cup"]);
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    let shown = a.ok(&["show", one]);
    assert_eq!((&shown["title"], &shown["staff_note"]), (&"Cup".into(), &"".into()));
    assert_eq!((found_at(database), found(a), found(b)), (nothing(), nothing(), nothing()));
    assert_converged(database, &[a, b]);
}

#[test]
fn what_was_written_while_the_reply_was_lost_is_refused_though_headquarters_had_answered() {
    let (database, _hq, _line, desks, one) = lent_unheard("erased_unanswered");
    let b = &desks[1];
    b.ok(&["edit", &one, "--title", "Owlstreet", "--staff-note", "allergic-to-geese"]);
    assert_eq!(b.ok(&["sync"])["refused"], 2);
    assert_told(&database, &desks, &one);
}

#[test]
fn what_was_written_before_a_desk_was_told_is_refused_of_the_device_that_it_became_too() {
    let (database, hq, line, desks, one) = lent_unheard("erased_anew");
    let b = &desks[1];
    let device_id = b.ok(&["status"])["device_id"].as_str().unwrap().to_owned();
    hq.admin(&["devices", "--org", "Club", "revoke", &device_id]);
    b.ok(&["edit", &one, "--title", "Owlstreet", "--staff-note", "allergic-to-geese"]);
    let code = hq.pair("Club", Some("Riverside"));
    b.ok(&["enrol", "--hq", &line.url(), "--code", &code]);
    b.ok(&["sync"]);
    assert_told(&database, &desks, &one);
}

#[test]
fn a_desk_that_has_lost_what_it_was_told_is_told_again_and_goes_on() {
    let (database, _hq, _line, [a, b], one) = lent_unheard("erased_forgot_it");
    assert_eq!(b.ok(&["sync"])["refused"], 1);
    let file = b.replica().join("replica.sqlite");
    let forget = "delete from meta where key = 'told'";
    rusqlite::Connection::open(file).unwrap().execute_batch(forget).unwrap();
    b.ok(&["edit", &one, "--title", "League"]);
    assert_eq!(b.ok(&["sync"])["refused"], 1, "for all that headquarters knows, it was not told");
    assert_told(&database, &[a, b], &one);
}
