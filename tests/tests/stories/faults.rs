//! What goes wrong around sync is said clearly, and the queue stays as it is.

use crate::club::{
    assert_converged, book, examine, headquarters, on_day, small_club, standing, two_desks,
};
use holdfast_tests::desk::{Cli, Output};
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;

#[track_caller]
pub(crate) fn error(output: &Output, exit: i32, code: &str) -> String {
    assert_eq!(output.code, exit, "{}", output.stdout);
    assert_eq!(output.json["error"]["code"], code, "{}", output.stdout);
    output.json["error"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn headquarters_is_down_and_the_desk_goes_on() {
    let (_database, mut hq, a, _b) = two_desks("hq_down");
    let id = book(&a, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    hq.kill();
    let message = error(&a.run(&["sync"]), 5, "headquarters_unreachable");
    assert!(message.contains(&hq.url()), "{message}");
    let status = a.ok(&["status"]);
    assert_eq!(status["waiting"], 1);
    assert!(status["offline_since"].is_string());
    book(&a, "Court 1", &on_day(2, "11:00"), "Tracy Smith");
    hq.restart();
    assert_eq!(a.ok(&["sync"])["accepted"], 2);
    assert_eq!(standing(&a, &id).as_deref(), Some("committed"));
    assert!(a.ok(&["status"])["offline_since"].is_null());
}

#[test]
fn a_desk_that_works_offline_by_choice_does_not_sync_and_says_so() {
    let (_database, _hq, a, _b) = two_desks("by_choice");
    a.ok(&["offline", "on"]);
    book(&a, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    error(&a.run(&["sync"]), 4, "working_offline");
    assert_eq!(a.ok(&["status"])["waiting"], 1);
    a.ok(&["offline", "off"]);
    assert_eq!(a.ok(&["sync"])["accepted"], 1);
}

#[test]
fn postgres_is_down_and_comes_back() {
    let cluster = Cluster::private();
    let database = cluster.database("pg_down");
    let hq = Headquarters::start(&database);
    let a = small_club();
    crate::club::join_empty_org(&a, &hq, &hq.url());
    book(&a, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    cluster.stop();
    let down = a.run(&["sync"]);
    assert_eq!(down.code, 5, "{}", down.stdout);
    assert_eq!(down.json["error"]["code"], "unavailable", "{}", down.stdout);
    assert_eq!(a.ok(&["status"])["waiting"], 1);
    cluster.start();
    assert_eq!(a.ok(&["sync"])["accepted"], 1, "headquarters recovers by itself");
    examine(&database);
}

#[test]
fn a_wrong_address_is_told_from_a_headquarters_that_is_down() {
    let empty = Cli::new();
    error(&empty.run(&["enrol", "--hq", "club.example", "--code", "ABCD-EFGH"]), 2, "bad_url");
    let nobody = format!("http://127.0.0.1:{}", holdfast_tests::parts::free_port());
    let output = empty.run(&["enrol", "--hq", &nobody, "--code", "ABCD-EFGH"]);
    error(&output, 5, "headquarters_unreachable");
    assert_eq!(empty.run(&["status"]).code, 4, "still empty, and says so");
}

#[test]
fn a_code_works_once_and_only_while_it_is_right() {
    let (_database, hq, _a, _b) = two_desks("codes");
    let code = hq.pair("Club", Some("Riverside"));
    let first = Cli::new();
    error(&first.run(&["enrol", "--hq", &hq.url(), "--code", "AAAA-AAAA"]), 4, "code_wrong");
    let typed_badly = format!(" {} ", code.to_lowercase().replace('-', " "));
    first.ok(&["enrol", "--hq", &hq.url(), "--code", &typed_badly]);
    let second = Cli::new();
    let message =
        error(&second.run(&["enrol", "--hq", &hq.url(), "--code", &code]), 4, "code_wrong");
    assert!(message.contains("new one"), "what to do: {message}");
}

#[test]
fn a_standalone_desk_and_a_fresh_one_need_codes_of_their_own() {
    let (_database, hq) = headquarters("other_codes");
    hq.create_org("Club");
    let founding = hq.pair("Club", None);
    let fresh = Cli::new();
    error(&fresh.run(&["enrol", "--hq", &hq.url(), "--code", &founding]), 4, "code_for_other");
    let standalone = small_club();
    let founding = hq.pair("Club", None);
    standalone.ok(&["enrol", "--hq", &hq.url(), "--code", &founding]);
    let again = standalone.run(&["enrol", "--hq", &hq.url(), "--code", &founding]);
    assert_ne!(again.code, 0, "it has a headquarters already");
}

#[test]
fn a_revoked_desk_is_told_so_and_joins_again_with_all_that_waits() {
    let (database, hq, a, b) = two_desks("revoked");
    let before = book(&b, "Court 2", &on_day(2, "10:00"), "Tracy Smith");
    b.ok(&["sync"]);
    let waiting = book(&b, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    let status = b.ok(&["status"]);
    let device_id = status["device_id"].as_str().unwrap();
    hq.admin(&["devices", "--org", "Club", "revoke", device_id]);
    error(&b.run(&["sync"]), 4, "token_unknown");
    assert_eq!(b.ok(&["status"])["waiting"], 1);

    // A new code makes it a new device; what waited goes on.
    let code = hq.pair("Club", Some("Riverside"));
    let joined = b.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    assert_eq!(joined["sync"]["accepted"], 1, "{joined}");
    assert_ne!(b.ok(&["status"])["device_id"], device_id);
    a.ok(&["sync"]);
    for id in [&before, &waiting] {
        assert_eq!(standing(&a, id).as_deref(), Some("committed"));
        assert_eq!(standing(&b, id).as_deref(), Some("committed"));
    }
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_copied_replica_is_found_out_and_joins_again_with_all_that_waits() {
    let (database, hq, a, b) = two_desks("copied");
    book(&b, "Court 2", &on_day(2, "09:00"), "Tracy Smith");
    let directory = std::env::temp_dir().join(format!("holdfast-copy-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&directory).unwrap();
    for file in std::fs::read_dir(b.replica()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), directory.join(file.file_name())).unwrap();
    }
    let copy = Cli::at(&directory);
    let by_b = book(&b, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    let by_copy = book(&copy, "Court 1", &on_day(2, "12:00"), "Tim Rownam");
    b.ok(&["sync"]);
    error(&copy.run(&["sync"]), 4, "chain_forked");
    assert_eq!(copy.ok(&["status"])["waiting"], 2);

    let code = hq.pair("Club", Some("Riverside"));
    let joined = copy.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    assert_eq!(joined["sync"]["refused"], 0, "{joined}");
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    for id in [&by_b, &by_copy] {
        assert_eq!(standing(&a, id).as_deref(), Some("committed"));
        assert_eq!(standing(&copy, id).as_deref(), Some("committed"));
    }
    assert_eq!(database.run("select count(*) from bookings"), "3", "nothing twice");
    assert_converged(&database, &[&a, &b, &copy]);
    std::fs::remove_dir_all(directory).unwrap();
}
