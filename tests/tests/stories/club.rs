//! What the stories share: a club with its files, and desks that talk to one headquarters.

use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::parts;
use holdfast_tests::postgres::{Cluster, Database};
use serde_json::Value;
use std::collections::BTreeMap;

/// A day that every rule allows, `days` from today; `hour` as `13:00`.
pub(crate) fn on_day(days: u64, hour: &str) -> String {
    let today = chrono::Utc::now().date_naive();
    let day = today.checked_add_days(chrono::Days::new(days)).unwrap();
    format!("{day}T{hour}")
}

/// A headquarters on a database of its own.
pub(crate) fn headquarters(name: &str) -> (Database, Headquarters) {
    let database = Cluster::shared().database(name);
    let hq = Headquarters::start(&database);
    (database, hq)
}

/// A standalone desk of a club with two courts and two customers.
pub(crate) fn small_club() -> Cli {
    let desk = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"];
    desk.ok(&[init.as_slice(), &["--currency", "GBP", "--slot-minutes", "30"]].concat());
    for name in ["Court 1", "Court 2"] {
        desk.ok(&["resource", "add", "--name", name, "--kind", "court", "--venue", "Riverside"]);
    }
    for name in ["Tracy Smith", "Tim Rownam"] {
        desk.ok(&["customer", "add", "--name", name]);
    }
    desk
}

/// The desk brings its history to a new, empty organisation.
pub(crate) fn join_empty_org(desk: &Cli, hq: &Headquarters, url: &str) {
    hq.create_org("Club");
    let code = hq.pair("Club", None);
    desk.ok(&["enrol", "--hq", url, "--code", &code]);
    assert_eq!(desk.ok(&["status"])["waiting"], 0);
}

/// A new desk of `venue`.
pub(crate) fn second_desk(hq: &Headquarters, url: &str, venue: &str) -> Cli {
    let desk = Cli::new();
    let code = hq.pair("Club", Some(venue));
    desk.ok(&["enrol", "--hq", url, "--code", &code]);
    desk
}

/// A small club at headquarters, with a desk that founded it and a second one.
pub(crate) fn two_desks(name: &str) -> (Database, Headquarters, Cli, Cli) {
    let (database, hq) = headquarters(name);
    let a = small_club();
    join_empty_org(&a, &hq, &hq.url());
    let b = second_desk(&hq, &hq.url(), "Riverside");
    (database, hq, a, b)
}

/// Books an hour, and answers the booking's id.
#[track_caller]
pub(crate) fn book(desk: &Cli, resource: &str, start: &str, customer: &str) -> String {
    let args = ["book", "--resource", resource, "--start", start, "--minutes", "60"];
    let booked = desk.ok(&[args.as_slice(), &["--customer", customer]].concat());
    booked["booking_id"].as_str().unwrap().to_owned()
}

/// What one booking is worth on a desk; `None` where it is not on its board.
pub(crate) fn standing(desk: &Cli, booking_id: &str) -> Option<String> {
    let shown = desk.run(&["show", booking_id]);
    (shown.code == 0).then(|| {
        let booking = shown.json.get("booking").unwrap_or(&shown.json);
        booking["standing"].as_str().unwrap_or_else(|| panic!("{}", shown.stdout)).to_owned()
    })
}

pub(crate) fn inbox(desk: &Cli) -> Vec<Value> {
    desk.ok(&["inbox"])["items"].as_array().unwrap().clone()
}

/// Each scope's hash, as a desk has it; scopes without rows are left out.
fn hashes_here(desk: &Cli) -> BTreeMap<String, String> {
    let examined = desk.ok(&["doctor"]);
    let scopes = examined["scopes"].as_object().unwrap();
    let with_rows = scopes.iter().filter(|(_, scope)| scope["rows"] != 0);
    with_rows.map(|(name, scope)| (name.clone(), scope["hash"].as_str().unwrap().into())).collect()
}

/// Each scope's hash, as headquarters has it.
fn hashes_there(database: &Database) -> BTreeMap<String, String> {
    let examined = examine(database);
    let scopes = examined["orgs"][0]["scopes"].as_array().unwrap();
    scopes
        .iter()
        .map(|scope| {
            (scope["scope"].as_str().unwrap().into(), scope["hash"].as_str().unwrap().into())
        })
        .collect()
}

/// What headquarters' doctor finds. (It also finds that the test's Postgres is not durable, and
/// its exit code says so.)
pub(crate) fn examine(database: &Database) -> Value {
    let output = std::process::Command::new(parts::program("holdfast-hq"))
        .args(["--database-url", &database.url, "doctor", "--json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["ok"], true, "{report:#}");
    report
}

/// Every scope that a desk has, it has as headquarters does, and it has some of each sort.
#[track_caller]
pub(crate) fn assert_converged(database: &Database, desks: &[&Cli]) {
    for desk in desks {
        let here = hashes_here(desk);
        for scope in ["org", "people", "desk:", "busy:"] {
            assert!(here.keys().any(|name| name.starts_with(scope)), "{scope} in {here:?}");
        }
    }
    assert_same(database, desks);
}

/// Every scope of which a desk has rows, it has as headquarters does.
#[track_caller]
pub(crate) fn assert_same(database: &Database, desks: &[&Cli]) {
    let there = hashes_there(database);
    for desk in desks {
        let here = hashes_here(desk);
        assert!(here.contains_key("org"), "{here:?}");
        for (scope, hash) in &here {
            assert_eq!(there.get(scope), Some(hash), "{scope} on {:?}", desk.replica());
        }
    }
}
