//! Classes: rosters, waitlists, promotion, who came.

use crate::desk::Desk;
use crate::{Types, day, each};
use serde_json::{Value, json};

/// A desk with a yoga class of two places, and four customers; the id of the class.
fn class(credits: u32) -> (Desk, String) {
    let desk = Desk::with_a_court();
    for name in ["Ann", "Bob", "Cid", "Dan"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("event add --title Yoga_for_all! --capacity 2 --status published --category sport");
    let book = format!(
        "book --event yoga-for-all --resource Court_1 --start DAYT10:00 --minutes 60 --credits {credits}"
    );
    let id = desk.id(&book, "booking_id");
    (desk, id)
}

fn statuses(desk: &Desk, id: &str) -> Vec<(String, String)> {
    let roster = desk.does(&format!("class roster {id}"));
    let places = &roster["attendances"];
    let pair = |(name, status): (&str, &str)| (name.to_owned(), status.to_owned());
    each(places, "customer_name").into_iter().zip(each(places, "status")).map(pair).collect()
}

fn is(name: &str, status: &str) -> (String, String) {
    (name.into(), status.into())
}

#[test]
fn a_place_given_back_goes_to_who_waits_longest() {
    let (desk, id) = class(0);
    assert_eq!(desk.does("event list")["events"][0]["slug"], "yoga-for-all");
    assert_eq!(desk.does(&format!("show {id}"))["title"], "Yoga for all!");
    desk.does(&format!("class add {id} Ann"));
    desk.does(&format!("class add {id} Bob"));
    assert_eq!(desk.is_refused(&format!("class add {id} Cid"))["code"], "places_taken");
    desk.does(&format!("class add {id} Cid --waitlist"));
    desk.does(&format!("class add {id} Dan --waitlist"));
    let none_free = desk.stopped(&["class", "promote", &id], 2);
    assert_eq!(none_free["details"]["skipped"][0]["refusal"]["code"], "places_taken");
    let full = none_free["message"].as_str().unwrap();
    assert!(full.starts_with("All 2 places are taken, and 2 customers wait"), "{full}");
    let back = desk.does(&format!("class cancel {id} Ann --reason ill"));
    let back = desk.gives_on(&id, &back);
    assert_eq!(back["promoted"]["customer_name"], "Cid");
    let now = [is("Bob", "booked"), is("Cid", "booked"), is("Dan", "waitlisted")];
    assert_eq!(statuses(&desk, &id), now);
    desk.does(&format!("class capacity {id} 3"));
    assert_eq!(desk.does(&format!("class promote {id}"))["customer_name"], "Dan");
    let small = desk.is_refused(&format!("class capacity {id} 2"));
    assert_eq!(small["code"], "field_out_of_range");
    assert_eq!(
        desk.is_refused(&format!("class cancel {id} Ann --reason ill"))["code"],
        "attendance_not_allowed"
    );
}

#[test]
fn who_lacks_credits_is_skipped_and_told_about() {
    let (desk, id) = class(1);
    desk.does("product add --name Card --credits 1 --validity-days 60");
    desk.does("package sell --product Card --customer Ann");
    desk.does("package sell --product Card --customer Cid");
    assert_eq!(desk.does(&format!("class add {id} Ann --package auto"))["credits"], 1);
    desk.does(&format!("class capacity {id} 1"));
    desk.does(&format!("class add {id} Bob --waitlist"));
    desk.does(&format!("class add {id} Cid --waitlist"));
    let back = desk.does(&format!("class cancel {id} Ann --reason ill"));
    let back = desk.gives_on(&id, &back);
    assert_eq!(back["promoted"]["customer_name"], "Cid");
    assert_eq!(
        (&back["skipped"][0]["customer_name"], &back["skipped"][0]["reason"]),
        (&json!("Bob"), &json!("no_credits"))
    );
    let left = |who: &str| {
        desk.does(&format!("package list --all --customer {who}"))["packages"][0]["balance"].clone()
    };
    assert_eq!((left("Ann"), left("Cid")), (json!(1), json!(0)), "given back, and used");
    desk.does(&format!("class capacity {id} 2"));
    let poor = ["class", "promote", &id, "Bob"];
    let stopped = desk.stopped(&poor, 2);
    assert_eq!(stopped["details"]["field"], "package");
    assert!(stopped["message"].as_str().unwrap().contains("--unpaid"), "{stopped}");
    assert_eq!(desk.does(&format!("class promote {id} Bob --unpaid"))["status"], "booked");
}

#[test]
fn what_was_given_back_or_called_off_by_mistake_is_had_again_as_it_was() {
    let (desk, id) = class(1);
    desk.does("product add --name Card --credits 3 --validity-days 60");
    desk.does("package sell --product Card --customer Ann");
    desk.does(&format!("class add {id} Ann --package auto"));
    desk.does(&format!("class add {id} Bob"));
    desk.does(&format!("class add {id} Cid --waitlist"));
    desk.does(&format!("class add {id} Dan --waitlist"));
    let before = statuses(&desk, &id);
    let left = || desk.does("package list --all --customer Ann")["packages"][0]["balance"].clone();
    let undo = || assert!(desk.does("undo")["undone"]["operation_id"].is_string());

    // Who waits first is still the first.
    desk.does(&format!("class cancel {id} Cid --reason mistake"));
    undo();
    assert_eq!(statuses(&desk, &id), before);

    desk.does(&format!("class check-in {id} Bob --excused --reason rang"));
    let before = statuses(&desk, &id);
    desk.does(&format!("cancel {id} --reason mistake"));
    assert_eq!(left(), 3);
    let off = desk.does(&format!("class roster {id} --all"));
    assert_eq!(each(&off["attendances"], "status"), ["cancelled"; 4]);
    undo();
    assert_eq!((statuses(&desk, &id), left()), (before, json!(2)));
    assert_eq!(desk.does(&format!("show {id}"))["status"], "confirmed");
    assert_eq!(desk.does(&format!("class roster {id}"))["places_taken"], 2);

    // By hand, later, nobody brings a roster back that was told that it is off.
    desk.does(&format!("cancel {id} --reason rain"));
    let off = desk.is_refused(&format!("reopen {id}"));
    assert_eq!(off["code"], "status_not_allowed");
    assert!(off["message"].as_str().unwrap().contains("does not come back"), "{off}");
}

#[test]
fn an_offline_desk_says_who_is_next_and_leaves_it_to_headquarters() {
    let (desk, id) = class(0);
    for (name, wait) in [("Ann", ""), ("Bob", ""), ("Cid", " --waitlist")] {
        desk.does(&format!("class add {id} {name}{wait}"));
    }
    desk.is_cut_off();
    let back = desk.does(&format!("class cancel {id} Bob --reason ill"));
    assert_eq!((&back["next"]["customer_name"], &back["promoted"]), (&json!("Cid"), &Value::Null));
    assert_eq!(statuses(&desk, &id), [is("Ann", "booked"), is("Cid", "waitlisted")]);
}

#[test]
fn who_came_is_said_one_by_one_and_all_together() {
    let (desk, id) = class(0);
    desk.does(&format!("class capacity {id} 4"));
    for name in ["Ann", "Bob", "Cid", "Dan"] {
        desk.does(&format!("class add {id} {name}"));
    }
    let early = desk.is_refused(&format!("class check-in {id} Ann"));
    assert_eq!(early["code"], "not_begun");
    desk.forty_days_pass();
    desk.does(&format!("class check-in {id} Ann --late"));
    desk.does(&format!("class check-in {id} Bob --excused --reason ill"));
    let rest = desk.does(&format!("class check-in {id} --all"));
    assert_eq!(rest["attendance_ids"].as_array().unwrap().len(), 2);
    let came =
        [is("Ann", "late"), is("Bob", "excused"), is("Cid", "present"), is("Dan", "present")];
    assert_eq!(statuses(&desk, &id), came);
    desk.does(&format!("class check-in {id} Dan --absent"));
    assert_eq!(desk.does(&format!("class check-in {id} --all"))["changed"], false);
}

#[test]
fn each_place_of_a_class_is_paid_for_by_itself() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 2000");
    for name in ["Ann", "Bob", "Cid"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("event add --title Yoga --capacity 3 --status published");
    let book = "book --event yoga --resource Court_1 --start DAYT10:00 --minutes 60 --price 10.00";
    let id = desk.id(book, "booking_id");
    for name in ["Ann", "Bob", "Cid"] {
        desk.does(&format!("class add {id} {name}"));
    }
    let owed = |line: &str| desk.does(line)["owed"]["minor"].clone();
    assert_eq!(owed(&format!("show {id}")), 3000, "the price is each one's");
    let paid = format!("booking pay {id} --amount 10.00 --customer Ann");
    assert_eq!(owed(&paid), 2000);
    let nobody =
        desk.is_refused(&format!("booking refund {id} --amount 5.00 --customer Bob --note x"));
    assert_eq!(nobody["code"], "refund_exceeds_paid", "that was Ann's");
    desk.does("customer add --name Eve");
    let stranger = desk.is_refused(&format!("booking pay {id} --amount 1.00 --customer Eve"));
    assert_eq!(stranger["code"], "not_found");
    // Bob leaves late, and owes it still; what Cid is spared is not owed.
    desk.does(&format!("class cancel {id} Bob --reason ill"));
    desk.does(&format!("class cancel {id} Cid --reason ill --waive-reason doctor"));
    let told = desk.does(&format!("payments {id}"));
    assert_eq!(told["owed"]["minor"], 1000);
    let report = format!("report revenue --from {0} --to {0}", day());
    assert_eq!(desk.does(&report)["owed"][0]["minor"], 1000, "reports say the same");
    let roster = desk.does(&format!("class roster {id} --all"));
    let owes: Vec<_> = roster["attendances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["owed"]["minor"].clone())
        .collect();
    assert_eq!(owes, [json!(0), json!(1000), json!(null)]);
    let spent = desk.does("customer show Ann");
    assert_eq!(spent["figures"]["spend_minor"], 1000);
}

#[test]
fn nobody_waits_their_way_out_of_a_late_place_and_nobody_pays_for_what_the_house_puts_off() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --free-cancel-hours 1000");
    for name in ["Ann", "Bob"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("event add --title Yoga --capacity 3 --status published");
    let book = "book --event yoga --resource Court_1 --start DAYT10:00 --minutes 60 --price 10.00";
    let id = desk.id(book, "booking_id");
    for name in ["Ann", "Bob"] {
        desk.does(&format!("class add {id} {name}"));
    }
    let owed = || desk.does(&format!("show {id}"))["owed"]["minor"].clone();
    desk.does(&format!("class cancel {id} Bob --reason ill"));
    assert_eq!(owed(), 2000, "it was too late to be free");
    desk.does(&format!("class add {id} Bob --waitlist"));
    desk.does(&format!("class cancel {id} Bob --reason ill"));
    assert_eq!(owed(), 2000);
    // The house puts it off: who does not come then owes nothing for it.
    let later = (day() + chrono::Duration::days(200)).format("%Y-%m-%dT10:00");
    desk.does(&format!("reschedule {id} --start {later}"));
    desk.does(&format!("class cancel {id} Ann --reason away"));
    assert_eq!(owed(), 1000);
    desk.does(&format!("cancel {id} --reason storm"));
    assert_eq!(owed(), 0, "what does not take place is nobody's to pay");
}

#[test]
fn the_history_of_a_class_names_people_and_says_each_thing_once() {
    let (desk, id) = class(0);
    desk.does(&format!("class add {id} Ann"));
    desk.does(&format!("booking pay {id} --amount 5.00 --customer Ann"));
    let told = desk.does(&format!("history booking {id}"));
    let sentences = each(&told["history"], "sentence");
    let about = |what: &str| sentences.iter().filter(|it| it.contains(what)).count();
    assert_eq!(about("put Ann on the roster"), 1, "{sentences:#?}");
    assert!(
        sentences.iter().any(|it| it.contains("payment") && it.contains("for: Ann")),
        "{sentences:#?}"
    );
}

#[test]
fn an_excused_place_is_called_off_once_it_is_set_back() {
    let (desk, id) = class(0);
    desk.does(&format!("class add {id} Ann"));
    desk.does(&format!("class check-in {id} Ann --excused"));
    let refusal = desk.is_refused(&format!("class cancel {id} Ann --reason ill"));
    assert_eq!(refusal["code"], "attendance_not_allowed");
    let message = refusal["message"].as_str().unwrap();
    assert!(message.contains("check-in BOOKING NAME --booked"), "{message}");
    desk.does(&format!("class check-in {id} Ann --booked"));
    desk.does(&format!("class cancel {id} Ann --reason ill"));
}

#[test]
fn the_classes_of_a_customer_are_found_from_the_customer() {
    let (desk, id) = class(0);
    for line in ["Ann", "Bob", "Cid --waitlist"] {
        desk.does(&format!("class add {id} {line}"));
    }
    desk.does("customer add --name Annie");
    let theirs = |who: &str| {
        let listed = desk.does(&format!("list --customer {who}"))["bookings"].clone();
        let rows = listed.as_array().unwrap().iter();
        rows.map(|row| (row["id"].clone(), row["place"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(theirs("Ann"), [(json!(id), json!("booked"))]);
    assert_eq!(theirs("Cid"), [(json!(id), json!("waitlisted"))]);
    assert_eq!(theirs("Dan"), []);
    desk.does("customer merge Ann --into Annie");
    assert_eq!(theirs("Annie"), [(json!(id), json!("booked"))], "whoever turned out to be them");
    let ahead = |who: &str| desk.does(&format!("customer show {who}"))["ahead"].clone();
    assert_eq!(each(&ahead("Cid"), "place"), ["waitlisted"]);
    let erase = desk.does("privacy erase Annie --reason asked");
    assert_eq!(erase["bookings_ahead"], 1, "each counts once");
    let hit = desk.does("delete customer Annie")["bookings_hit"].clone();
    assert_eq!(each(&hit, "place"), ["booked"]);
    desk.does(&format!("class cancel {id} Bob --reason ill"));
    assert_eq!((theirs("Bob"), ahead("Bob")), (Vec::new(), json!([])));
}

#[test]
fn an_event_has_a_name_in_addresses_whatever_letters_its_title_has() {
    let desk = Desk::with_a_court();
    for (title, slug) in
        [("Йога", "event"), ("日本語", "event-2"), ("Yoga für alle!", "yoga-fuer-alle")]
    {
        desk.done(&["event", "add", "--title", title, "--capacity", "2"], &[]);
        let events = desk.does("event list")["events"].clone();
        let event = events.as_array().unwrap().iter().find(|it| it["title"] == title);
        assert_eq!(event.unwrap()["slug"], slug);
    }
}

#[test]
fn what_took_place_does_not_lie_ahead_though_its_time_is_not_over() {
    let desk = Desk::nowhere();
    let init = ["init", "--org", "Club", "--venue", "Hall", "--timezone", "UTC"];
    desk.done(&init, &["--currency", "EUR"]);
    desk.does("resource add --name Court_1 --kind court");
    desk.does("customer add --name Ann");
    let today = chrono::Utc::now().date_naive();
    let book = "book --resource Court_1 --minutes 1440 --customer Ann";
    let id = desk.id(&format!("{book} --start {today}T00:00"), "booking_id");
    let ahead = || desk.does("customer show Ann")["ahead"].as_array().unwrap().len();
    assert_eq!(ahead(), 1);
    desk.does(&format!("complete {id}"));
    assert_eq!(ahead(), 0);
}
