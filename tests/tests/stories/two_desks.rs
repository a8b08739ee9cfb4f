//! The story that everything else stands on.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, second_desk, standing,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::{parts, skip};

#[test]
fn two_desks_book_one_court_offline() {
    let Some(files) = parts::club() else { skip!("the club's data") };
    let (database, hq) = headquarters("two_desks");

    // Desk A works alone and takes over the club's files, all of them.
    let a = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Country Club", "--timezone", "Europe/London"];
    a.ok(&[init.as_slice(), &["--currency", "GBP", "--slot-minutes", "30"]].concat());
    let mapping = parts::workspace().join("docs/examples/clubdata.toml");
    let report = a.ok(&["import", "--mapping", mapping.to_str().unwrap(), files.to_str().unwrap()]);
    assert_eq!(report["bookings"]["taken"], 4044, "{report}");
    assert_eq!(report["rejected"], serde_json::json!([]));

    // It joins an empty organisation and pushes its whole history; desk B enrols and bootstraps.
    join_empty_org(&a, &hq, &hq.url());
    assert!(inbox(&a).is_empty(), "all of the history is accepted");
    let b = second_desk(&hq, &hq.url(), "Country Club");
    assert_converged(&database, &[&a, &b]);
    let day = ["list", "--from", "2012-07-03", "--to", "2012-07-03"];
    assert_eq!(a.ok(&day)["bookings"].as_array().unwrap().len(), 6);
    assert_eq!(b.ok(&day)["bookings"].as_array().unwrap().len(), 6);

    // Both are offline (they do not sync) and book the same hour, and other things.
    let hour = on_day(7, "13:00");
    let by_a = book(&a, "Tennis Court 1", &hour, "Tracy Smith");
    let by_b = book(&b, "Tennis Court 1", &hour, "Tim Rownam");
    let other_a = book(&a, "Squash Court", &hour, "Tim Rownam");
    let other_b = book(&b, "Massage Room 1", &hour, "Nancy Dare");
    for (desk, booking) in [(&a, &by_a), (&a, &other_a), (&b, &by_b), (&b, &other_b)] {
        assert_eq!(standing(desk, booking).as_deref(), Some("tentative"));
    }

    // Both sync. Exactly one stands; the other sits in its desk's inbox, with alternatives.
    assert_eq!(a.ok(&["sync"])["refused"], 0);
    assert_eq!(b.ok(&["sync"])["refused"], 1);
    a.ok(&["sync"]);
    assert_eq!(standing(&a, &by_a).as_deref(), Some("committed"));
    assert_eq!(standing(&b, &by_a).as_deref(), Some("committed"), "B sees who has the court");
    assert_eq!(standing(&b, &by_b), None);
    assert_eq!(standing(&a, &other_b).as_deref(), Some("committed"));
    assert_eq!(standing(&b, &other_a).as_deref(), Some("committed"));
    assert!(inbox(&a).is_empty());
    let items = inbox(&b);
    assert_eq!(items.len(), 1);
    let item = &items[0];
    assert_eq!(item["refusal"]["code"], "slot_taken");
    assert_eq!(item["held_by"]["who"], "Tracy Smith");
    assert_eq!(item["alternatives"].as_array().unwrap().len(), 3);
    assert_eq!(item["alternatives"][0]["resources"][0]["name"], "Badminton Court");

    // An alternative is booked instead, and stands.
    let operation = item["operation_id"].as_str().unwrap();
    let booked = b.ok(&["inbox", "book", operation, "1"]);
    let instead = booked["booking_id"].as_str().unwrap();
    assert!(inbox(&b).is_empty(), "booked elsewhere, so settled");
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    assert_eq!(standing(&b, instead).as_deref(), Some("committed"));
    assert_eq!(standing(&a, instead).as_deref(), Some("committed"));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_desk_that_joins_an_organisation_with_data_is_shown_the_way_out() {
    let (_database, hq, _a, _b) = crate::club::two_desks("joins_late");
    let late = crate::club::small_club();
    let before = late.ok(&["status"]);
    let code = hq.pair("Club", Some("Riverside"));
    let refused = late.run(&["enrol", "--hq", &hq.url(), "--code", &code]);
    assert_ne!(refused.code, 0);
    let message = refused.json["error"]["message"].as_str().unwrap().to_lowercase();
    assert!(message.contains("export") && message.contains("import"), "{message}");
    assert_eq!(late.ok(&["status"]), before, "nothing has changed here");

    // The way out: export, join with an empty replica, import.
    book(&late, "Court 1", &on_day(9, "10:00"), "Tracy Smith");
    let out = late.replica().with_file_name("out");
    late.ok(&["export", out.to_str().unwrap()]);
    let fresh = second_desk(&hq, &hq.url(), "Riverside");
    let mapping = out.join("mapping.toml");
    let (mapping, out) = (mapping.to_str().unwrap(), out.to_str().unwrap());
    let report = fresh.ok(&["import", "--mapping", mapping, out]);
    assert_eq!(report["bookings"]["taken"], 1, "{report}");
    assert_eq!(fresh.ok(&["sync"])["refused"], 0);
}

#[test]
fn whose_change_met_another_one_reads_both_values() {
    let (database, _hq, a, b) = crate::club::two_desks("two_desks_both_values");
    let id = book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    a.ok(&["edit", &id, "--customer", "Tim Rownam"]);
    b.ok(&["edit", &id, "--customer", ""]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    assert_eq!(inbox(&b)[0]["refusal"]["code"], "changed_elsewhere");
    let command = b.command(&["inbox"]);
    let words = command.get_args().filter(|word| *word != "--json");
    let printed = std::process::Command::new(command.get_program()).args(words).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("now     Tim Rownam\n    wanted  nothing\n"), "{printed}");
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_calendar_that_two_desks_import_before_they_know_of_each_other_is_here_once() {
    let (database, _hq, a, b) = crate::club::two_desks("two_desks_calendar");
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("club.ics");
    let import = |desk: &Cli, count: u32| {
        let day = &on_day(9, "00:00")[..10].replace('-', "");
        let event = |uid: &str, hour: &str| {
            format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{day}T{hour}0000\r\nDURATION:PT1H\r\n")
        };
        let text = format!(
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Club\r\n{}RRULE:FREQ=WEEKLY;COUNT={count}\r\n\
             SUMMARY:Training\r\nEND:VEVENT\r\n{}SUMMARY:Match\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            event("weekly", "18"),
            event("once", "20"),
        );
        std::fs::write(&file, text).unwrap();
        desk.ok(&["import", "--ics", file.to_str().unwrap(), "--resource", "Court 1"])
    };
    for desk in [&a, &b] {
        assert_eq!(import(desk, 3)["counts"]["booked"], 4);
    }
    // It goes on at the first desk before the second one is heard.
    let listed = a.ok(&["list", "--from", &on_day(9, "00:00")]);
    let trainings = listed["bookings"].as_array().unwrap().iter();
    let ids: Vec<&str> = trainings
        .filter(|it| it["title"] == "Training")
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 3, "{listed}");
    a.ok(&["edit", ids[0], "--staff-note", "keys"]);
    a.ok(&["cancel", ids[1], "--reason", "holiday"]);
    for desk in [&a, &b, &a] {
        assert_eq!(desk.ok(&["sync"])["refused"], 0);
    }
    assert_eq!(b.ok(&["show", ids[0]])["staff_note"], "keys");
    assert_eq!(b.ok(&["show", ids[1]])["status"], "cancelled");
    assert_converged(&database, &[&a, &b]);

    // What another version of it says besides is in the inbox, and not booked beside the first.
    for (desk, count) in [(&a, 2), (&b, 4)] {
        let event = format!("UID:gym\r\nDTSTART:{}T080000", on_day(9, "")[..10].replace('-', ""));
        let gym = format!(
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Gym\r\nBEGIN:VEVENT\r\n{event}\r\nDURATION:PT1H\r\n\
             RRULE:FREQ=WEEKLY;COUNT={count}\r\nSUMMARY:Gym\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        std::fs::write(&file, gym).unwrap();
        desk.ok(&["import", "--ics", file.to_str().unwrap(), "--resource", "Court 2"]);
        desk.ok(&["sync"]);
    }
    let item = inbox(&b)[0].clone();
    assert_eq!(
        (&item["refusal"]["code"], &item["has_rest"]),
        (&"already_exists".into(), &false.into())
    );
    let again = b.ok(&["import", "--ics", file.to_str().unwrap(), "--resource", "Court 2"]);
    assert_eq!(again["counts"], serde_json::json!({ "booked": 2, "unchanged": 2 }), "{again}");
    assert_eq!(b.ok(&["sync"])["refused"], 0);
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}
