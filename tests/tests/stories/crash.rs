//! Lost replies and killed programs: nothing twice, nothing lost.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, second_desk, small_club,
    standing, two_desks,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::proxy::{Fault, Proxy};
use holdfast_tests::wait::eventually;
use std::process::Stdio;
use std::time::Duration;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_reply_is_lost_and_the_desk_is_killed_and_nothing_is_lost_or_doubled() {
    let (database, hq) = headquarters("lost_reply");
    let line = Proxy::start(&hq.url());
    let a = small_club();
    join_empty_org(&a, &hq, &line.url());
    let b = second_desk(&hq, &hq.url(), "Riverside");
    let booked: Vec<String> = (9..15)
        .map(|hour| book(&a, "Court 1", &on_day(4, &format!("{hour:02}:00")), "Tracy Smith"))
        .collect();

    // Headquarters commits the push; its reply never arrives; the desk is killed while it waits.
    line.next("/v1/sync", Fault::LoseReply);
    line.set(Fault::Delay(Duration::from_secs(600)));
    let before = database.run("select count(*) from operations where outcome is not null");
    let mut syncing = a.spawn(&["sync"]);
    eventually("headquarters has committed the push", SOON, || {
        let now = database.run("select count(*) from operations where outcome is not null");
        (now != before).then_some(())
    });
    syncing.kill();
    for id in &booked {
        assert_eq!(standing(&a, id).as_deref(), Some("tentative"), "the desk does not know yet");
    }

    line.set(Fault::Pass);
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    b.ok(&["sync"]);
    for id in &booked {
        assert_eq!(standing(&a, id).as_deref(), Some("committed"));
        assert_eq!(standing(&b, id).as_deref(), Some("committed"));
    }
    let day = ["list", "--from", &on_day(4, "00:00"), "--to", &on_day(4, "23:30")];
    assert_eq!(b.ok(&day)["bookings"].as_array().unwrap().len(), booked.len());
    assert!(inbox(&a).is_empty());
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn every_sort_of_bad_line_is_survived() {
    let (database, hq) = headquarters("bad_line");
    let line = Proxy::start(&hq.url());
    let a = small_club();
    join_empty_org(&a, &hq, &line.url());
    let faults = [
        Fault::LoseRequest,
        Fault::CutRequest,
        Fault::LoseReply,
        Fault::CutReply(40),
        Fault::Duplicate,
        Fault::Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin".to_vec()),
        Fault::Answer(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".to_vec()),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        let id = book(&a, "Court 2", &on_day(4, &format!("{:02}:00", 8 + n)), "Tracy Smith");
        line.next("/v1/sync", fault.clone());
        let first = a.run(&["sync"]);
        assert!([0, 4, 5].contains(&first.code), "{fault:?}: {}", first.stdout);
        let second = a.ok(&["sync"]);
        assert_eq!(second["refused"], 0, "{fault:?}");
        assert_eq!(standing(&a, &id).as_deref(), Some("committed"), "{fault:?}");
    }
    assert_eq!(database.run("select count(*) from bookings"), "7");
    assert_converged(&database, &[&a]);
}

#[test]
fn headquarters_is_killed_in_the_middle_of_a_batch_and_every_operation_gets_one_verdict() {
    let (database, mut hq, a, _b) = two_desks("hq_killed");
    let mut booked = Vec::new();
    for day in 1..6 {
        for hour in 6..20 {
            booked.push(book(&a, "Court 1", &on_day(day, &format!("{hour:02}:00")), "Tracy Smith"));
        }
    }
    for pause_ms in [5, 15, 30, 60] {
        let mut syncing = a.spawn(&["sync"]);
        std::thread::sleep(Duration::from_millis(pause_ms));
        hq.kill();
        syncing.kill();
        hq.restart();
    }
    a.ok(&["sync"]);
    for id in &booked {
        assert_eq!(standing(&a, id).as_deref(), Some("committed"));
    }
    assert_eq!(database.run("select count(*) from bookings"), booked.len().to_string());
    assert_converged(&database, &[&a]);
}

#[test]
fn a_desk_killed_while_it_books_has_booked_or_has_not() {
    let desk = small_club();
    for n in 0..12_u64 {
        let start = on_day(2, &format!("{:02}:00", 6 + n));
        let mut booking =
            desk.spawn(&["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"]);
        std::thread::sleep(Duration::from_millis(n));
        booking.kill();
        let examined = desk.ok(&["doctor"]);
        assert_eq!(examined["chain_whole"], true, "operation and effects are one transaction");
        let listed = desk.ok(&["list", "--from", &on_day(2, "00:00")]);
        let here = listed["bookings"].as_array().unwrap().len() as u64;
        assert_eq!(examined["bookings"].as_u64(), Some(here));
        let again =
            desk.run(&["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"]);
        assert!([0, 3].contains(&again.code), "{}", again.stdout);
        let listed = desk.ok(&["list", "--from", &start]);
        assert_eq!(listed["bookings"].as_array().unwrap().len(), 1, "once, whatever happened");
    }
}

/// Exports a club with a lesson that a card paid for, and so many days more of the same.
fn many_lessons(days: u64) -> Cli {
    let club = small_club();
    let card = ["product", "add", "--name", "Card", "--credits", "1000", "--validity-days", "900"];
    club.ok(&[card.as_slice(), &["--price", "80"]].concat());
    club.ok(&["package", "sell", "--product", "Card", "--customer", "Tracy Smith"]);
    let (first, paid) = (on_day(1, "09:00"), ["--package", "auto", "--credits", "1"]);
    let book = ["book", "--resource", "Court 1", "--start", &first, "--minutes", "60"];
    club.ok(&[book.as_slice(), &["--customer", "Tracy Smith"], &paid].concat());
    let out = club.replica().with_file_name("out");
    club.ok(&["export", out.to_str().unwrap()]);
    let path = |file: &str| out.join(file);
    let mut lessons = std::fs::read_to_string(path("bookings.csv")).unwrap();
    let mut ledger = std::fs::read_to_string(path("credit_entries.csv")).unwrap();
    let last = |text: &str| text.lines().last().unwrap().to_owned();
    let (lesson, line) = (last(&lessons), last(&ledger));
    let id = |row: &str| row.split(',').next().unwrap().to_owned();
    for day in 2..=days {
        let another = Uuid::now_v7().to_string();
        let day = &on_day(day, "")[..10];
        let moved = lesson.replace(&id(&lesson), &another).replace(&first[..10], day);
        lessons.push_str(&format!("{moved}\n"));
        let spent = line.replace(&id(&line), &Uuid::now_v7().to_string());
        ledger.push_str(&format!("{}\n", spent.replace(&id(&lesson), &another)));
    }
    std::fs::write(path("bookings.csv"), lessons).unwrap();
    std::fs::write(path("credit_entries.csv"), ledger).unwrap();
    club
}

#[test]
fn a_long_ledger_is_whole_wherever_headquarters_and_the_desk_were_killed() {
    let (database, mut hq, a, b) = two_desks("ledger_killed");
    let club = many_lessons(450);
    let out = club.replica().with_file_name("out");
    let mapping = out.join("mapping.toml");
    let (out, mapping) = (out.to_str().unwrap(), mapping.to_str().unwrap());
    let report = a.ok(&["import", "--mapping", mapping, out]);
    assert_eq!(report["rejected"], serde_json::json!([]));
    assert_eq!(report["credit_entries"]["taken"], 451);
    let ledger = || {
        database.run(
            "select balance || '=' || (select coalesce(sum(credits), 0) from credit_entries)
                || ', ' || line_count || '=' || (select count(*) from credit_entries) from packages",
        )
    };
    for pause_ms in (0..12).map(|n| 20 + 40 * n) {
        let mut syncing = a.spawn(&["sync"]);
        std::thread::sleep(Duration::from_millis(pause_ms));
        hq.kill();
        syncing.kill();
        let kept = ledger();
        let sums: Vec<&str> = kept.split([',', '=']).map(str::trim).collect();
        assert!(sums.chunks_exact(2).all(|it| it[0] == it[1]), "{kept}");
        hq.restart();
    }
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    assert_eq!(ledger(), "550=550, 451=451");
    b.ok(&["sync"]);
    for desk in [&a, &b] {
        let card = &desk.ok(&["package", "list"])["packages"][0];
        assert_eq!(card["balance"], 550);
        let id = card["id"].as_str().unwrap();
        let lines = desk.ok(&["package", "ledger", id]);
        assert_eq!(lines["entries"].as_array().unwrap().len(), 451);
    }
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_reader_that_goes_away_has_seen_what_it_wanted() {
    let (_database, hq, a, _b) = two_desks("closed_pipe");
    for mut command in [hq.command(&["devices", "--org", "Club"]), a.command(&["status"])] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{command:?}: {said}");
    }
}
