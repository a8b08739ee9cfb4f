//! What is kept of what happened, and what is forgotten.

use crate::club::{
    assert_converged, book, join_empty_org, on_day, second_desk, small_club, two_desks,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::{HOUSEKEEPING, Headquarters};
use holdfast_tests::postgres::{Cluster, Database};
use holdfast_tests::wait::eventually;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

#[test]
fn the_audit_tells_who_changed_what_and_desks_read_the_history() {
    let (database, mut hq, a, b) = two_desks("audit");
    let booking = book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    a.ok(&["edit", &booking, "--title", "Lesson"]);
    let here = a.ok(&["history", "booking", &booking]);
    let actions = |history: &serde_json::Value| -> Vec<String> {
        let rows = history["history"].as_array().unwrap().iter();
        rows.map(|row| row["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(actions(&here), ["book", "edit_booking"], "while it waits");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["cancel", &booking, "--reason", "rain"]);
    b.ok(&["sync"]);
    a.ok(&["sync"]);

    // The other desk reads what became of it, field by field.
    let there = a.ok(&["history", "booking", &booking]);
    assert_eq!(actions(&there), ["book", "edit_booking", "cancel"], "{there:#}");
    let title = &there["history"][1]["changes"][0];
    assert_eq!((title["field"].as_str(), title["after"].as_str()), (Some("title"), Some("Lesson")));

    // The audit has every row, asked by record, action, person and time.
    let of = |args: &[&str]| -> Vec<serde_json::Value> {
        let args = [&["audit", "--org", "Club"], args].concat();
        hq.admin(&args)["lines"].as_array().unwrap().clone()
    };
    let record = of(&["--record", &booking]);
    assert_eq!(record.len(), 3, "{record:#?}");
    assert_eq!(record[0]["action"], "cancel");
    assert_eq!(record[0]["before"]["status"], "confirmed");
    assert_eq!(record[0]["after"]["status"], "cancelled");
    let called_off = of(&["--action", "cancel"]);
    assert_eq!(called_off.len(), 2, "the booking and its claim");
    let claim = called_off.iter().find(|line| line["entity"] == "claim").unwrap();
    assert_eq!(claim["before"]["active"], true, "{claim:#}");
    assert_eq!(claim["after"]["active"], false, "{claim:#}");
    let actor = record[0]["actor"].as_str().unwrap();
    assert!(of(&["--person", actor]).len() > 5);
    let name = record[0]["actor_name"].as_str().unwrap();
    assert_eq!(of(&["--person", name]), of(&["--person", actor]));
    assert!(record[0]["device_name"].is_string());
    assert!(of(&["--from", "2020-01-01"]).len() > 5);
    assert!(of(&["--to", "2020-01-01"]).is_empty());
    assert!(of(&["--person", &uuid::Uuid::nil().to_string()]).is_empty());
    assert!(of(&["--to", "2020-01-01T00:00:00Z"]).is_empty());
    // By when it was done, not by when it came.
    database.run("update audit set at = at - interval '9 days' where action = 'edit_booking'");
    let nine_days_ago = (chrono::Utc::now() - chrono::Duration::days(9)).to_rfc3339();
    let done = of(&["--to", &nine_days_ago.replace("+00:00", "Z")]);
    assert_eq!(done.iter().map(|it| &it["action"]).collect::<Vec<_>>(), ["edit_booking"]);
    // Where it was before is known also where it comes back to.
    let moved = book(&a, "Court 1", &on_day(6, "10:00"), "Tracy Smith");
    for court in ["Court 2", "Court 1"] {
        a.ok(&["sync"]);
        a.ok(&["reschedule", &moved, "--resource", court]);
    }
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let lines = of(&["--action", "reschedule"]);
    let linked: Vec<_> = lines.iter().filter(|it| it["entity"] == "booking_claim").collect();
    assert_eq!(linked.len(), 2, "{linked:#?}");
    assert_eq!(linked[0]["before"], linked[0]["after"], "it came back to its first court");
    assert!(linked[1]["before"].is_null(), "{linked:#?}");
    let partitions =
        || database.run("select count(*) from pg_inherits where inhparent = 'audit'::regclass");
    assert_eq!(partitions(), "5", "this month, three more, and one for the rest");
    assert_eq!(database.run("select count(*) from audit_default"), "0");
    // A month later there is one too few, until headquarters looks after them.
    hq.kill();
    let last = database.run(
        "select max(inhrelid::regclass::text) from pg_inherits
         where inhparent = 'audit'::regclass and inhrelid::regclass::text <> 'audit_default'",
    );
    database.run(&format!("drop table {last}"));
    hq.restart();
    eventually("a partition ahead", Duration::from_secs(20), || {
        (partitions() == "5").then_some(())
    });
    assert_converged(&database, &[&a, &b]);
}

/// Words that nobody else has.
pub(crate) const NAME: &str = "Xanthippe Quillfeather";
const WORDS: [&str; 6] =
    ["Xanthippe", "Quillfeather", "xq@owl.example", "0555-98765", "Owlstreet", "allergic-to-geese"];

#[test]
fn an_erased_customer_is_nowhere() {
    let (database, hq, a, b) = two_desks("erased");
    a.ok(&["customer", "add", "--name", NAME, "--email", "xq@owl.example"]);
    a.ok(&["customer", "edit", NAME, "--phone", "0555-98765", "--address", "Owlstreet 1"]);
    let kept = book(&a, "Court 1", &on_day(5, "10:00"), NAME);
    a.ok(&["edit", &kept, "--staff-note", "allergic-to-geese"]);
    let cancelled = book(&a, "Court 2", &on_day(5, "10:00"), NAME);
    a.ok(&["cancel", &cancelled, "--reason", "Quillfeather is ill"]);
    let start = on_day(8, "10:00");
    let weekly = ["series", "book", "--start", &start, "--rrule", "FREQ=WEEKLY;COUNT=2"];
    let hers = ["--customer", NAME, "--title", "Quillfeather weekly", "--resource", "Court 1"];
    a.ok(&[weekly.as_slice(), &hers, &["--minutes", "60"]].concat());
    let class = ["book", "--resource", "Court 2", "--start", &start, "--minutes", "60"];
    let class = a.ok(&[class.as_slice(), &["--capacity", "4", "--price", "10"]].concat());
    let class = class["booking_id"].as_str().unwrap().to_owned();
    a.ok(&["class", "add", &class, NAME]);
    let pay = ["booking", "pay", &class, "--customer", NAME, "--amount", "10"];
    a.ok(&[pay.as_slice(), &["--note", "Xanthippe paid"]].concat());
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    // A refusal on the other desk quotes her, too.
    b.ok(&["customer", "edit", NAME, "--phone", "0555-98765-1"]);
    a.ok(&["customer", "edit", NAME, "--phone", "0555-98765-2"]);
    a.ok(&["sync"]);
    assert_eq!(b.ok(&["sync"])["refused"], 1);
    a.ok(&["sync"]);
    for desk in [&a, &b] {
        assert!(!found(desk).is_empty(), "she is there");
    }
    assert!(!found_at(&database).is_empty());

    // All of it is handed out, and then erased.
    let archive = a.replica().with_file_name("hers.zip");
    a.ok(&["privacy", "export", NAME, "--out", archive.to_str().unwrap()]);
    let bytes = std::fs::read(&archive).unwrap();
    assert!(WORDS.iter().all(|word| contains(&bytes, word)), "the archive has every word");
    std::fs::remove_file(&archive).unwrap();
    let dry = a.ok(&["privacy", "erase", NAME, "--reason", "she asked"]);
    assert_eq!(dry["changed"], false);
    a.ok(&["privacy", "erase", NAME, "--reason", "she asked", "--yes"]);
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);

    assert_eq!(found_at(&database), Vec::<String>::new(), "headquarters");
    assert_eq!(found(&a), Vec::<String>::new(), "the desk that erased her");
    assert_eq!(found(&b), Vec::<String>::new(), "the other desk");
    let shown = b.ok(&["show", &kept]);
    assert_eq!(shown["status"], "confirmed", "her hour is still taken");
    // Who erased her and when stays.
    let customer_id = shown["customer_id"].as_str().unwrap();
    for desk in [&a, &b] {
        let history = desk.ok(&["history", "customer", customer_id])["history"].clone();
        let last = history.as_array().unwrap().last().unwrap();
        assert_eq!((&last["action"], &last["changes"]), (&"erase_customer".into(), &json!([])));
        assert!(last["actor_name"].is_string(), "{last}");
    }
    let inbox = b.ok(&["inbox"]);
    assert_eq!(inbox["items"][0]["refusal"]["code"], "changed_elsewhere", "{inbox:#}");
    let requests = b.ok(&["privacy", "requests"]);
    assert_eq!(requests["requests"].as_array().unwrap().len(), 2, "the register knows of both");
    assert_eq!(hq.admin(&["erase-again", "--org", "Club"])["customers"], 1);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_is_written_about_somebody_erased_by_who_does_not_know_yet_is_erased_too() {
    let database = Cluster::shared().database("erased_late");
    let hq = Headquarters::start_with(&database, &[(HOUSEKEEPING, "1")]);
    let a = small_club();
    join_empty_org(&a, &hq, &hq.url());
    let b = second_desk(&hq, &hq.url(), "Riverside");
    let [first, second, third, fourth, fifth] = ["10:00", "12:00", "14:00", "16:00", "18:00"]
        .map(|hour| book(&a, "Court 1", &on_day(5, hour), "Tracy Smith"));
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    // Also of what is given away, with it, after it and before it.
    b.ok(&["edit", &third, "--customer", "", "--staff-note", "allergic-to-geese"]);
    b.ok(&["edit", &fourth, "--customer", ""]);
    b.ok(&["edit", &fourth, "--staff-note", "Owlstreet"]);
    b.ok(&["edit", &fifth, "--staff-note", "Quillfeather"]);
    b.ok(&["edit", &fifth, "--customer", ""]);
    b.ok(&["cancel", &first, "--reason", "Quillfeather is ill"]);
    b.ok(&["booking", "pay", &second, "--amount", "5", "--note", "Owlstreet pays"]);
    // Nor does who erases know that somebody else turned out to be the same.
    b.ok(&["customer", "add", "--name", "Tracey Quillfeather"]);
    b.ok(&["customer", "merge", "Tracey Quillfeather", "--into", "Tracy Smith"]);
    b.ok(&["sync"]);
    a.ok(&["offline", "on"]);
    a.ok(&["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"]);
    a.ok(&["offline", "off"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let forgotten = || {
        eventually("headquarters forgets", Duration::from_secs(20), || {
            found_at(&database).is_empty().then_some(())
        });
        for desk in [&a, &b, &a] {
            desk.ok(&["sync"]);
        }
        assert_eq!(found(&a), Vec::<String>::new());
        assert_eq!(found(&b), Vec::<String>::new());
    };
    forgotten();
    // Nor does it stay where somebody writes it who knows.
    a.ok(&["edit", &second, "--staff-note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    forgotten();
    let operations = "select count(*) from operations";
    let done = database.run(operations);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(database.run(operations), done, "and then there is nothing left to forget");
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_is_refused_about_somebody_erased_keeps_no_word_either() {
    let (database, _hq, a, b) = two_desks("erased_refused");
    a.ok(&["customer", "add", "--name", NAME]);
    let kept = book(&a, "Court 1", &on_day(5, "10:00"), NAME);
    a.ok(&["edit", &kept, "--title", "Owlstreet"]);
    let class =
        ["book", "--resource", "Court 2", "--start", &on_day(5, "10:00"), "--minutes", "60"];
    let class = a.ok(&[class.as_slice(), &["--capacity", "4"]].concat());
    let class = class["booking_id"].as_str().unwrap().to_owned();
    let sync = |desk: &Cli, refused: u64| assert_eq!(desk.ok(&["sync"])["refused"], refused);
    sync(&a, 0);
    sync(&b, 0);
    // The other desk writes about her, and about a place that she will never have had.
    b.ok(&["edit", &kept, "--title", "allergic-to-geese"]);
    b.ok(&["class", "add", &class, NAME]);
    b.ok(&["class", "cancel", &class, NAME, "--reason", "Quillfeather is ill"]);
    a.ok(&["privacy", "erase", NAME, "--reason", "she asked", "--yes"]);
    sync(&a, 0);
    sync(&b, 3);
    assert_eq!(found_at(&database), Vec::<String>::new());
    for desk in [&a, &b] {
        sync(desk, 0);
        assert_eq!(found(desk), Vec::<String>::new());
    }
    assert_eq!(b.ok(&["inbox"])["items"].as_array().unwrap().len(), 3);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_refused_about_somebody_before_they_were_erased_goes_with_them() {
    let (database, _hq, a, b) = two_desks("refused_erased");
    a.ok(&["customer", "add", "--name", NAME]);
    let class =
        ["book", "--resource", "Court 2", "--start", &on_day(5, "10:00"), "--minutes", "60"];
    let class = a.ok(&[class.as_slice(), &["--capacity", "1"]].concat());
    let class = class["booking_id"].as_str().unwrap().to_owned();
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    a.ok(&["class", "add", &class, "Tracy Smith"]);
    b.ok(&["class", "add", &class, NAME]);
    b.ok(&["class", "cancel", &class, NAME, "--reason", "Quillfeather is ill"]);
    book(&a, "Court 1", &on_day(6, "10:00"), "Tracy Smith");
    let never = book(&b, "Court 1", &on_day(6, "10:00"), NAME);
    b.ok(&["edit", &never, "--customer-note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    assert_eq!(b.ok(&["sync"])["refused"], 4);
    a.ok(&["privacy", "erase", NAME, "--reason", "she asked", "--yes"]);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
        assert_eq!(found(desk), Vec::<String>::new());
    }
    assert_eq!(found_at(&database), Vec::<String>::new());
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_desk_alone_forgets_and_still_brings_its_history_to_headquarters() {
    let (database, hq) = crate::club::headquarters("forgets");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME, "--email", "xq@owl.example"]);
    desk.ok(&["customer", "edit", NAME, "--phone", "0555-98765", "--address", "Owlstreet 1"]);
    let kept = book(&desk, "Court 1", &on_day(5, "10:00"), NAME);
    desk.ok(&["edit", &kept, "--staff-note", "allergic-to-geese"]);
    desk.ok(&["privacy", "erase", NAME, "--reason", "she asked", "--yes"]);
    assert_eq!(found(&desk), Vec::<String>::new());
    desk.ok(&["edit", &kept, "--customer-note", "Xanthippe came after all"]);
    desk.ok(&["booking", "pay", &kept, "--amount", "5", "--note", "Owlstreet pays"]);
    assert!(!found(&desk).is_empty());
    desk.ok(&["status"]);
    assert_eq!(found(&desk), Vec::<String>::new(), "what is written later goes as well");
    join_empty_org(&desk, &hq, &hq.url());
    assert!(crate::club::inbox(&desk).is_empty(), "all of it is accepted");
    assert_eq!(desk.ok(&["show", &kept])["status"], "confirmed");
    assert_eq!(found_at(&database), Vec::<String>::new());
    assert_converged(&database, &[&desk]);
}

#[test]
fn who_was_erased_is_erased_again_when_an_older_backup_is_restored() {
    let (database, mut hq, a, b) = two_desks("restored");
    let cluster = Cluster::shared();
    a.ok(&["customer", "add", "--name", NAME, "--email", "xq@owl.example"]);
    a.ok(&["sync"]);
    hq.kill();
    let backup = cluster.backup(&database);
    hq.restart();
    a.ok(&["customer", "edit", NAME, "--phone", "0555-98765", "--address", "Owlstreet 1"]);
    let kept = book(&a, "Court 1", &on_day(5, "10:00"), NAME);
    a.ok(&["edit", &kept, "--staff-note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    a.ok(&["privacy", "erase", NAME, "--reason", "she asked", "--yes"]);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
        assert_eq!(found(desk), Vec::<String>::new());
    }

    hq.kill();
    cluster.restore(&database, &backup);
    hq.restart();
    assert!(!found_at(&database).is_empty(), "the backup knows her");
    let later = book(&a, "Court 1", &on_day(6, "10:00"), "Tracy Smith");
    for desk in [&a, &b, &a, &b] {
        desk.ok(&["sync"]);
    }
    hq.admin(&["erase-again", "--org", "Club"]);
    assert_eq!(found_at(&database), Vec::<String>::new());
    assert_eq!((found(&a), found(&b)), (Vec::new(), Vec::new()));
    for id in [&kept, &later] {
        assert_eq!(b.ok(&["show", id])["status"], "confirmed");
    }
    assert_converged(&database, &[&a, &b]);
}

/// Her words in the files of a replica, byte by byte.
pub(crate) fn found(desk: &Cli) -> Vec<String> {
    found_in(desk.replica())
}

fn found_in(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let here = WORDS.iter().filter(|word| contains(&bytes, word));
        found.extend(here.map(|word| format!("{word} in {}", path.display())));
    }
    found
}

/// Her words in the tables of headquarters.
pub(crate) fn found_at(database: &Database) -> Vec<String> {
    let tables = database.run(
        "select table_name from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
    );
    let mut found = Vec::new();
    for table in tables.lines() {
        let rows = database.run(&format!("select t::text from {table} t"));
        let bytea = database.run(&format!(
            "select coalesce(string_agg(convert_from(raw, 'utf8'), ' '), '') from quarantine
             where '{table}' = 'quarantine'"
        ));
        let here = WORDS.iter().filter(|word| rows.contains(*word) || bytea.contains(*word));
        found.extend(here.map(|word| format!("{word} in {table}")));
    }
    found
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}
