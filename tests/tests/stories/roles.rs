//! What each role may read, and who may say who owns the place.

use crate::club::{book, on_day, small_club};
use crate::people::set_pin;
use holdfast_tests::desk::{Cli, Output};
use serde_json::{Value, json};
use std::path::Path;

/// A club with somebody of every role, each with a PIN, whose owner is signed in.
fn crew() -> (Cli, String) {
    let desk = small_club();
    let owner = desk.ok(&["whoami"])["staff"]["name"].as_str().unwrap().to_owned();
    for (name, role) in [("Mia", "manager"), ("Frank", "front_desk"), ("Ines", "instructor")] {
        desk.ok(&["staff", "add", "--name", name, "--role", role]);
        let coach = ["resource", "add", "--name", name, "--kind", "instructor", "--staff", name];
        desk.ok(&[coach.as_slice(), &["--venue", "Riverside"]].concat());
    }
    set_pin(&desk, &owner, "1234");
    signs_in(&desk, &owner);
    for name in ["Mia", "Frank", "Ines"] {
        set_pin(&desk, name, "1234");
    }
    (desk, owner)
}

#[track_caller]
fn signs_in(desk: &Cli, name: &str) {
    let signed_in = desk.type_in(&["sign-in", name], "1234");
    assert_eq!(signed_in.code, 0, "{}{}", signed_in.stdout, signed_in.stderr);
}

fn code(output: &Output) -> (i32, &str) {
    let code = ["refusal", "error"].iter().find_map(|kind| output.json[*kind]["code"].as_str());
    (output.code, code.unwrap_or("done"))
}

fn report<'a>(name: &'a str, from: &'a str, to: &'a str) -> [&'a str; 6] {
    ["report", name, "--from", from, "--to", to]
}

#[test]
fn reports_and_whole_lists_are_read_by_those_whose_business_they_are() {
    let (desk, _) = crew();
    for (coach, hour) in [("Mia", "10:00"), ("Ines", "12:00")] {
        book(&desk, coach, &on_day(5, hour), "Tracy Smith");
    }
    let day = on_day(5, "")[..10].to_owned();
    let out = desk.replica().with_file_name("out");
    let (out, no) = (out.to_str().unwrap(), (3, "role_not_allowed"));
    let export = ["export", out];
    let asks = |name: &str, line: &[&str], expected: (i32, &str)| {
        signs_in(&desk, name);
        let answer = desk.run(line);
        assert_eq!(code(&answer), expected, "{name} asks {line:?}: {}", answer.stdout);
        answer.json
    };
    for name in ["Frank", "Ines"] {
        asks(name, &export, no);
        assert!(!Path::new(out).exists(), "nothing was written");
        asks(name, &report("revenue", &day, &day), no);
        asks(name, &report("tiers", &day, &day), no);
        asks(name, &["privacy", "retention", "--days", "100"], no);
    }
    for name in ["utilisation", "statuses", "pending", "no-shows", "busiest"] {
        asks("Frank", &report(name, &day, &day), (0, "done"));
        asks("Ines", &report(name, &day, &day), no);
    }
    asks("Frank", &["privacy", "requests"], (0, "done"));
    asks("Ines", &["privacy", "requests"], no);
    // Everybody may read how long they taught themselves.
    let taught = |name: &str| {
        let told = asks(name, &report("instructors", &day, &day), (0, "done"));
        let rows = told["rows"].as_array().unwrap().clone();
        rows.iter().map(|row: &Value| row["instructor"].as_str().unwrap().to_owned()).collect()
    };
    let own: Vec<String> = taught("Ines");
    assert_eq!(own, ["Ines"]);
    let all: Vec<String> = taught("Mia");
    assert_eq!(all, ["Frank", "Ines", "Mia"]);
    for name in ["revenue", "tiers"] {
        asks("Mia", &report(name, &day, &day), (0, "done"));
    }
    asks("Mia", &export, (0, "done"));
    // A locked desk tells nothing.
    desk.ok(&["sign-out"]);
    assert_eq!(code(&desk.run(&report("revenue", &day, &day))), (4, "signed_out"));
}

#[test]
fn a_manager_says_who_works_here_and_not_who_owns_the_place() {
    let (desk, owner) = crew();
    signs_in(&desk, "Mia");
    let no = (3, "role_not_allowed");
    for line in [
        &["staff", "add", "--name", "Otto", "--role", "owner"][..],
        &["staff", "edit", "Mia", "--role", "owner"],
        &["staff", "edit", "Frank", "--role", "owner"],
        &["staff", "edit", &owner, "--role", "manager"],
        &["pin", "remove", &owner],
    ] {
        assert_eq!(code(&desk.run(line)), no, "{line:?}");
    }
    assert_eq!(code(&desk.type_in(&["pin", "set", &owner], "9999")), no);
    desk.ok(&["staff", "edit", "Frank", "--role", "manager"]);
    set_pin(&desk, "Frank", "8888");
    set_pin(&desk, "Mia", "1234");

    // Nor by a file that says so.
    let out = desk.replica().with_file_name("staff");
    let (out, mapping) = (out.to_str().unwrap(), out.join("mapping.toml"));
    desk.ok(&["export", out]);
    let staff = Path::new(out).join("staff.csv");
    let said = std::fs::read_to_string(&staff).unwrap();
    let told = said.replace(",owner,", ",instructor,").replace("Mia,manager,", "Mia,owner,");
    std::fs::write(&staff, told.replace("Ines,instructor,", "Ines,front_desk,")).unwrap();
    let report = desk.ok(&["import", "--mapping", mapping.to_str().unwrap(), out]);
    let rejected = report["rejected"].as_array().unwrap();
    assert_eq!(rejected.len(), 2, "{rejected:?}");
    for row in rejected {
        assert_eq!((&row["file"], &row["refusal"]["code"]), (&json!("staff.csv"), &json!(no.1)));
    }
    let staff = desk.ok(&["staff", "list"]);
    let role = |name: &str| {
        let mut staff = staff["staff"].as_array().unwrap().iter();
        staff.find(|it| it["name"] == name).unwrap()["role"].as_str().unwrap().to_owned()
    };
    assert_eq!([role(&owner), role("Mia"), role("Ines")], ["owner", "manager", "front_desk"]);

    // Who owns the place may share it.
    signs_in(&desk, &owner);
    desk.ok(&["staff", "edit", "Mia", "--role", "owner"]);
    signs_in(&desk, "Mia");
    desk.ok(&["staff", "edit", &owner, "--role", "manager"]);
}
