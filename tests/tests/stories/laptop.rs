//! An instructor's laptop: it carries their own schedule and nobody else's, works offline, and what
//! is changed on it is settled like any other work.

use crate::club::{assert_same, book, join_empty_org, on_day, second_desk, small_club, two_desks};
use crate::device::Device;
use crate::people::set_pin;
use holdfast_domain::Role;
use holdfast_protocol::Outcome;
use holdfast_replica::draft;
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::{HOUSEKEEPING, Headquarters};
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually;
use serde_json::Value;
use std::time::Duration;

/// A code for the laptop of somebody who works at Riverside.
fn code_for(hq: &Headquarters, name: &str) -> String {
    let pair = ["pair", "--org", "Club", "--venue", "Riverside", "--staff", name, "--laptop"];
    hq.admin(&pair)["code"].as_str().unwrap().to_owned()
}

/// That laptop.
fn laptop_of(hq: &Headquarters, name: &str) -> Cli {
    let code = code_for(hq, name);
    let laptop = Cli::new();
    let enrolled = laptop.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    assert_eq!(enrolled["enrolled"]["laptop"], true);
    laptop
}

fn titles(desk: &Cli) -> Vec<String> {
    let bookings = desk.ok(&["list"])["bookings"].clone();
    let title = |booking: &Value| booking["title"].as_str().unwrap().to_owned();
    bookings.as_array().unwrap().iter().map(title).collect()
}

fn customers(desk: &Cli) -> Vec<String> {
    let customers = desk.ok(&["customers"])["customers"].clone();
    let name = |customer: &Value| customer["name"].as_str().unwrap().to_owned();
    customers.as_array().unwrap().iter().map(name).collect()
}

fn lesson(desk: &Cli, resources: &[&str], hour: &str, customer: &str, title: &str) -> String {
    let start = on_day(5, hour);
    let mut args = vec!["book", "--start", &start, "--minutes", "60", "--title", title];
    args.extend(["--customer", customer]);
    args.extend(resources.iter().flat_map(|name| ["--resource", name]));
    desk.ok(&args)["booking_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_laptop_carries_its_instructors_own_schedule_and_nothing_else() {
    let (database, hq, a, b) = two_desks("laptop");
    a.ok(&[
        "customer",
        "edit",
        "Tracy Smith",
        "--email",
        "tracy@secret.example",
        "--phone",
        "0123",
    ]);
    for name in ["Ines", "Bo"] {
        a.ok(&["staff", "add", "--name", name, "--role", "instructor"]);
        let add = ["resource", "add", "--name", name, "--kind", "instructor", "--staff", name];
        a.ok(&[add.as_slice(), &["--venue", "Riverside"]].concat());
    }
    let hers = lesson(&a, &["Court 1", "Ines"], "10:00", "Tracy Smith", "Serve");
    lesson(&a, &["Court 2", "Bo"], "12:00", "Tim Rownam", "Volley");
    a.ok(&["sync"]);

    let laptop = laptop_of(&hq, "Ines");
    assert_eq!(titles(&laptop), ["Serve"]);
    assert_eq!(customers(&laptop), ["Tracy Smith"]);
    let shown = laptop.ok(&["customer", "show", "Tracy Smith"]);
    assert_eq!(
        (&shown["customer"]["phone"], &shown["customer"]["email"]),
        (&"0123".into(), &"".into()),
        "{shown:#}"
    );
    let file = std::fs::read(laptop.replica().join("replica.sqlite")).unwrap();
    for secret in ["secret.example", "Rownam", "Volley"] {
        assert!(!file.windows(secret.len()).any(|it| it == secret.as_bytes()), "{secret}");
    }
    assert_same(&database, &[&a, &laptop]);

    // Without a line: what is busy is known, though not why; and what is another's is not hers.
    laptop.ok(&["offline", "on"]);
    let onto_bo = laptop.run(&[
        "reschedule",
        &hers,
        "--resource",
        "Court 2",
        "--resource",
        "Ines",
        "--start",
        &on_day(5, "12:30"),
    ]);
    assert_eq!(onto_bo.json["refusal"]["code"], "slot_taken", "{}", onto_bo.stdout);
    let not_hers = laptop.run(&[
        "book",
        "--resource",
        "Bo",
        "--start",
        &on_day(5, "15:00"),
        "--minutes",
        "60",
    ]);
    assert_eq!(not_hers.json["refusal"]["code"], "not_own_booking", "{}", not_hers.stdout);
    laptop.ok(&["reschedule", &hers, "--start", &on_day(5, "14:00")]);
    laptop.ok(&[
        "time-off",
        "add",
        "--staff",
        "Ines",
        "--from",
        &on_day(6, "08:00"),
        "--to",
        &on_day(6, "12:00"),
        "--reason",
        "dentist",
    ]);
    let own = laptop.ok(&[
        "book",
        "--resource",
        "Ines",
        "--resource",
        "Court 1",
        "--title",
        "Warm up",
        "--start",
        &on_day(5, "13:00"),
        "--minutes",
        "60",
        "--customer",
        "Tracy Smith",
    ]);
    assert_eq!(own["standing"], "tentative");
    // Meanwhile the desk gives the court away that her new booking is on.
    book(&a, "Court 1", &on_day(5, "13:00"), "Tim Rownam");
    a.ok(&["sync"]);
    laptop.ok(&["offline", "off"]);
    let synced = laptop.ok(&["sync"]);
    assert_eq!((&synced["accepted"], &synced["refused"]), (&2.into(), &1.into()), "{synced}");
    assert_eq!(laptop.ok(&["inbox"])["items"][0]["refusal"]["code"], "slot_taken");
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
        assert_eq!(desk.ok(&["show", &hers])["local_start"], format!("{}:00", on_day(5, "14:00")));
    }
    let away =
        a.run(&["book", "--resource", "Ines", "--start", &on_day(6, "09:00"), "--minutes", "60"]);
    assert_eq!(away.json["refusal"]["code"], "outside_hours", "{}", away.stdout);
    laptop.ok(&["sync"]);
    assert_same(&database, &[&a, &b, &laptop]);

    // What is no longer hers leaves, with its customer; what becomes hers comes.
    a.ok(&["reschedule", &hers, "--resource", "Court 1"]);
    lesson(&a, &["Court 2", "Ines"], "17:00", "Tim Rownam", "Lob");
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_eq!(
        (titles(&laptop), customers(&laptop)),
        (vec!["Lob".into()], vec!["Tim Rownam".into()])
    );
    // Bo leaves, and Ines takes over all that was his.
    a.ok(&["resource", "edit", "Bo", "--staff", "Ines"]);
    a.ok(&["customer", "edit", "Tim Rownam", "--phone", "0999"]);
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_eq!(titles(&laptop), ["Volley", "Lob"]);
    assert_eq!(laptop.ok(&["customer", "show", "Tim Rownam"])["customer"]["phone"], "0999");
    b.ok(&["sync"]);
    assert_same(&database, &[&a, &b, &laptop]);

    // What recurs is hers as a whole, and she moves what is left of it.
    let start = on_day(5, "19:00");
    let league =
        ["series", "book", "--rrule", "FREQ=DAILY;COUNT=3", "--start", &start, "--minutes"];
    let on = ["60", "--resource", "Court 1", "--resource", "Ines", "--title", "League"];
    let booked = a.ok(&[league.as_slice(), &on].concat());
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_same(&database, &[&a, &laptop]);
    let second = booked["bookings"][1]["booking_id"].as_str().unwrap();
    laptop.ok(&["series", "cancel", second, "--reason", "cup"]);
    assert_eq!(laptop.ok(&["sync"])["accepted"], 1);
    assert_eq!(titles(&laptop), ["Volley", "Lob", "League"]);
    a.ok(&["sync"]);
    let series = booked["series_id"].as_str().unwrap();
    a.ok(&["series", "cancel", series, "--reason", "cup"]);
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);

    // Who leaves carries nothing away; who comes back finds it again, as it is by then.
    a.ok(&["staff", "edit", "Ines", "--inactive"]);
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_eq!((titles(&laptop), customers(&laptop)), (vec![], vec![]));
    a.ok(&["customer", "edit", "Tim Rownam", "--phone", "0777"]);
    a.ok(&["sync"]);
    a.ok(&["staff", "edit", "Ines", "--active"]);
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_eq!(titles(&laptop), ["Volley", "Lob"]);
    assert_eq!(laptop.ok(&["customer", "show", "Tim Rownam"])["customer"]["phone"], "0777");
    b.ok(&["sync"]);
    assert_same(&database, &[&a, &b, &laptop]);

    // Somebody turns out to be somebody else: she may know whom.
    a.ok(&["customer", "add", "--name", "Anna Winter"]);
    a.ok(&["customer", "merge", "Tim Rownam", "--into", "Anna Winter"]);
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_eq!(customers(&laptop), ["Anna Winter"]);
    assert_same(&database, &[&a, &laptop]);
    a.ok(&["customer", "unmerge", "Tim Rownam"]);
    a.ok(&["sync"]);
    laptop.ok(&["sync"]);
    assert_eq!(customers(&laptop), ["Tim Rownam"]);

    // A second one of hers comes to the same; what is erased is gone from both.
    let second = laptop_of(&hq, "Ines");
    assert_eq!(titles(&second), ["Volley", "Lob"]);
    a.ok(&["privacy", "erase", "Tim Rownam", "--reason", "asked", "--yes"]);
    for desk in [&a, &b, &laptop, &second] {
        desk.ok(&["sync"]);
    }
    assert_eq!(titles(&laptop), ["", ""], "what somebody wrote about him is gone");
    for desk in [&laptop, &second] {
        let file = std::fs::read(desk.replica().join("replica.sqlite")).unwrap();
        assert!(!file.windows(6).any(|it| it == b"Rownam"));
    }
    assert_same(&database, &[&a, &b, &laptop, &second]);
}

#[test]
fn a_code_for_a_laptop_makes_no_desk() {
    let (_database, hq, a, _) = two_desks("laptop_code");
    a.ok(&["staff", "add", "--name", "Ines", "--role", "instructor"]);
    a.ok(&["sync"]);
    let desk = second_desk(&hq, &hq.url(), "Riverside");
    let wrong = desk.run(&["enrol", "--hq", &hq.url(), "--code", &code_for(&hq, "Ines")]);
    assert_eq!(wrong.json["error"]["code"], "code_for_other", "{}", wrong.stdout);
    assert!(wrong.stdout.contains("this is a desk"), "{}", wrong.stdout);
}

#[tokio::test]
async fn a_stolen_laptop_speaks_for_nobody_else() {
    let (_database, hq, a, _) = two_desks("laptop_stolen");
    a.ok(&["staff", "add", "--name", "Ines", "--role", "instructor"]);
    let owner = a.ok(&["whoami"])["staff"].clone();
    set_pin(&a, owner["name"].as_str().unwrap(), "2468");
    a.ok(&["sync"]);
    let mut laptop = Device::enrol_with(&hq, code_for(&hq, "Ines")).await;
    laptop.staff_id = owner["id"].as_str().unwrap().parse().unwrap();
    let operation = laptop.operation(&draft::add_staff("Mallory", Role::Owner).1);
    let reply = laptop.push(vec![operation]).await.unwrap();
    let Outcome::Refused { refusal, .. } = &reply.verdicts[0].outcome else {
        panic!("{:?}", reply.verdicts)
    };
    assert_eq!(refusal.code, "actor_not_bound", "the owner has a PIN, and this is no desk");
}

#[test]
fn a_laptop_does_nothing_that_takes_knowing_everything() {
    let (_database, hq, a, _) = two_desks("laptop_rights");
    a.ok(&["staff", "add", "--name", "Mia", "--role", "manager"]);
    a.ok(&["resource", "add", "--name", "Mia", "--kind", "instructor", "--staff", "Mia"]);
    let hers = lesson(&a, &["Mia"], "10:00", "Tracy Smith", "Serve");
    a.ok(&["sync"]);
    let laptop = laptop_of(&hq, "Mia");
    assert_eq!(titles(&laptop), ["Serve"]);
    let refused = [
        ["customer", "add", "--name", "Sue"].as_slice(),
        &["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"],
        &[
            "maintenance",
            "add",
            "--resource",
            "Court 1",
            "--from",
            &on_day(5, "10:00"),
            "--to",
            &on_day(5, "11:00"),
        ],
    ];
    for words in refused {
        let answer = laptop.run(words);
        assert_eq!(answer.json["refusal"]["code"], "role_not_allowed", "{}", answer.stdout);
    }
    let out = laptop.replica().with_file_name("out");
    let partly = [
        ["report", "revenue"].as_slice(),
        &["export", out.to_str().unwrap()],
        &["privacy", "export", "Tracy Smith"],
        &["privacy", "retention"],
    ];
    for words in partly {
        let answer = laptop.run(words);
        assert_eq!(answer.json["error"]["code"], "laptop", "{words:?}: {}", answer.stdout);
    }
    laptop.ok(&["reschedule", &hers, "--start", &on_day(5, "12:00")]);
    assert_eq!(laptop.ok(&["show", &hers])["owed"], Value::Null, "of money it says nothing");
    assert_eq!(laptop.ok(&["sync"])["accepted"], 1);
}

#[test]
fn what_is_erased_leaves_laptops_that_are_shut_out_too_and_what_is_past_leaves_all() {
    let database = Cluster::shared().database("laptop_past");
    let mut hq = Headquarters::start_with(&database, &[(HOUSEKEEPING, "1")]);
    let a = small_club();
    join_empty_org(&a, &hq, &hq.url());
    a.ok(&["staff", "add", "--name", "Ines", "--role", "instructor"]);
    a.ok(&["resource", "add", "--name", "Ines", "--kind", "instructor", "--staff", "Ines"]);
    lesson(&a, &["Ines"], "10:00", "Tim Rownam", "Serve with Tim");
    lesson(&a, &["Ines"], "12:00", "Tracy Smith", "Volley");
    a.ok(&["sync"]);
    let laptop = laptop_of(&hq, "Ines");
    let id = laptop.ok(&["status"])["device_id"].as_str().unwrap().to_owned();
    hq.admin(&["devices", "--org", "Club", "revoke", &id]);
    a.ok(&["privacy", "erase", "Tim Rownam", "--reason", "asked", "--yes"]);
    a.ok(&["sync"]);
    let told = "select count(*) from feed where row::text like '%Tim%'";
    assert_eq!(database.run(told), "0");

    // Tracy's lesson is long over: it leaves, and she with it.
    let past = "update bookings set starts_at = starts_at - interval '90 days',
        ends_at = ends_at - interval '90 days'";
    database.run(past);
    let theirs = "select count(*) from feed where scope like 'staff:%' and row is not null
        and entity in ('booking', 'customer')";
    assert_ne!(database.run(theirs), "0");
    // Headquarters looks after laptops when it starts, and once a day.
    hq.restart();
    eventually("what is past has left", Duration::from_secs(20), || {
        (database.run(theirs) == "0").then_some(())
    });
}
