//! What is told about this desk, its line and its files, each by the code that docs/REFUSALS.md lists,
//! through the real programs.

use crate::club::{book, headquarters, join_empty_org, on_day, small_club, two_desks};
use crate::device::Device;
use crate::faults::error;
use holdfast_protocol::ProblemCode;
use holdfast_tests::desk::Cli;
use holdfast_tests::proxy::{Fault, Proxy};
use holdfast_tests::wait::eventually;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// A founded club whose desk talks to headquarters through a line that can be bad.
fn on_a_line(
    name: &str,
) -> (holdfast_tests::postgres::Database, holdfast_tests::hq::Headquarters, Proxy, Cli) {
    let (database, hq) = headquarters(name);
    let line = Proxy::start(&hq.url());
    let desk = small_club();
    join_empty_org(&desk, &hq, &line.url());
    (database, hq, line, desk)
}

fn answer(status: &str, body: &str) -> Fault {
    let length = body.len();
    Fault::Answer(
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes(),
    )
}

#[test]
fn who_syncs_while_another_program_does_is_told_so() {
    let (_database, _hq, line, desk) = on_a_line("already_syncing");
    let id = book(&desk, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    let before = line.requests().len();
    line.next("/v1/sync", Fault::Delay(Duration::from_secs(5)));
    let mut first = desk.spawn(&["sync"]);
    eventually("the first is under way", Duration::from_secs(10), || {
        (line.requests().len() > before).then_some(())
    });
    error(&desk.run(&["sync"]), 4, "already_syncing");
    first.kill();
    desk.ok(&["sync"]);
    assert_eq!(crate::club::standing(&desk, &id).as_deref(), Some("committed"));
}

#[test]
fn what_answers_and_is_no_headquarters_is_told_from_one_that_says_something_new() {
    let (database, _hq, line, desk) = on_a_line("no_headquarters");
    book(&desk, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    line.next("/v1/sync", answer("200 OK", "<h1>Welcome to our wireless</h1>"));
    let message = error(&desk.run(&["sync"]), 4, "not_headquarters");
    assert!(message.contains(&line.url()), "{message}");
    let news = r#"{"code":"levitated","message":"The roof is open."}"#;
    line.next("/v1/sync", answer("409 Conflict", news));
    assert!(error(&desk.run(&["sync"]), 4, "unknown").contains("The roof is open."));
    // What breaks at headquarters is its own, and goes on waiting here.
    database.run("alter table operations rename to misplaced");
    error(&desk.run(&["sync"]), 4, "failure");
    database.run("alter table misplaced rename to operations");
    assert_eq!(desk.ok(&["sync"])["accepted"], 1);
}

#[test]
fn one_history_at_a_time_and_one_for_good_founds_an_organisation() {
    let (_database, hq) = headquarters("two_histories");
    let line = Proxy::start(&hq.url());
    hq.create_org("Club");
    let codes = [hq.pair("Club", None), hq.pair("Club", None)];
    let (first, second) = (small_club(), small_club());
    line.next("/v1/sync", Fault::LoseRequest);
    first.run(&["enrol", "--hq", &line.url(), "--code", &codes[0]]);
    let enrol = ["enrol", "--hq", &hq.url(), "--code", &codes[1]];
    error(&second.run(&enrol), 4, "org_being_filled");
    first.ok(&["sync"]);
    error(&second.run(&enrol), 4, "org_not_empty");
    assert_eq!(second.ok(&["status"])["standalone"], true, "it goes on as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_of_two_versions_ago_is_asked_to_be_renewed() {
    let (_database, hq, _a, _b) = two_desks("upgrade");
    let device = Device::enrol(&hq, "Club", "Riverside").await;
    let mut request = device.request(vec![]);
    request.protocol = holdfast_protocol::PROTOCOL - 2;
    let (status, problem) = device.send(&request).await.unwrap_err();
    assert_eq!((status, problem.code), (426, ProblemCode::UpgradeDevice));
}

#[test]
fn a_replica_wants_a_directory_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("letters.txt"), "Dear Tracy").unwrap();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"];
    error(&Cli::at(directory.path()).run(&init), 2, "directory_in_use");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing was made in it");
    let inside = directory.path().join("letters.txt").join("replica");
    error(&Cli::at(&inside).run(&init), 4, "file");
}

#[test]
fn an_import_says_whether_its_mapping_or_its_files_cannot_be_read() {
    let desk = small_club();
    let directory = tempfile::tempdir().unwrap();
    let mapping = directory.path().join("mapping.toml");
    let names = [mapping.to_str().unwrap(), directory.path().to_str().unwrap()];
    let import = ["import", "--mapping", names[0], names[1]];
    fs::write(&mapping, "source = \"club\"\n[tennis]\nfile = \"a.csv\"\n").unwrap();
    error(&desk.run(&import), 2, "bad_mapping");
    let right =
        "source = \"club\"\n[customers]\nfile = \"members.csv\"\nid = \"id\"\nname = \"name\"\n";
    fs::write(&mapping, right).unwrap();
    error(&desk.run(&import), 2, "file_unreadable");
    fs::write(directory.path().join("members.csv"), "id,name\n1,Anna Mackenzie\n").unwrap();
    desk.ok(&import);
}

fn damaged(desk: &Cli, damage: &str) {
    let file = desk.replica().join("replica.sqlite");
    rusqlite::Connection::open(file).unwrap().execute_batch(damage).unwrap();
}

/// Damage of several sorts, each by its name; the replica is touched by nothing else.
#[test]
fn a_damaged_replica_says_what_is_damaged() {
    let (_database, _hq, _line, linked) = on_a_line("damaged");
    let alone = [(); 3].map(|()| small_club());
    for desk in alone.iter().chain([&linked]) {
        book(desk, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    }
    let list = ["list", "--from", &on_day(2, "00:00")[..10], "--to", &on_day(3, "00:00")[..10]];
    let booking = alone[2].ok(&list)["bookings"][0]["id"].as_str().unwrap().to_owned();
    for (desk, damage, asked, code) in [
        (&alone[0], "update venues set timezone = 'Atlantis'", list.as_slice(), "database"),
        (&alone[1], "delete from refinery_schema_history where version > 1", &list, "migration"),
        (
            &alone[2],
            "pragma foreign_keys = off; delete from venues",
            &["show", &booking],
            "vanished",
        ),
        (
            &linked,
            "update outbox set command = '{}' where outcome is null",
            &["waiting"],
            "corrupt",
        ),
    ] {
        damaged(desk, damage);
        error(&desk.run(asked), 4, code);
    }
}

/// Where a machine has no files left to open, each is told by what it was for, and nothing is harmed.
#[test]
fn a_machine_without_files_left_is_told_so() {
    let (_database, _hq, _line, desk) = on_a_line("files_left");
    book(&desk, "Court 1", &on_day(2, "10:00"), "Tracy Smith");
    let sync = desk.command(&["sync"]);
    let mut codes = BTreeSet::new();
    for files in 4..24 {
        let limited = Command::new("sh")
            .args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh"])
            .arg(sync.get_program())
            .args(sync.get_args())
            .output()
            .unwrap();
        // With fewer, even the loader gives up; with some, the library of the network does.
        let answer: Value = serde_json::from_slice(&limited.stdout).unwrap_or_default();
        codes.extend(answer["error"]["code"].as_str().map(str::to_owned));
    }
    for code in ["database", "file", "network"] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
    desk.ok(&["sync"]);
    assert_eq!(desk.ok(&["status"])["waiting"], 0);
    assert_eq!(desk.ok(&["doctor"])["ok"], true);
}
