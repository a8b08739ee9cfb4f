//! Lost replies and killed programs: nothing twice, nothing lost.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, second_desk, small_club,
    standing, two_desks,
};
use holdfast_tests::proxy::{Fault, Proxy};
use holdfast_tests::wait::eventually;
use std::time::Duration;

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
