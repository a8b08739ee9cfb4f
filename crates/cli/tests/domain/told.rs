//! What happened, as people read it.

use crate::desk::Desk;
use crate::{Types, each};
use serde_json::{Value, json};

/// The sentences of a history, without who did it.
fn told(desk: &Desk, about: &str) -> Vec<String> {
    let history = desk.does(&format!("history {about}"))["history"].clone();
    let rows = history.as_array().unwrap().iter();
    rows.map(|row| {
        let (name, sentence) = (row["actor_name"].as_str(), row["sentence"].as_str().unwrap());
        let name = name.filter(|name| !name.is_empty()).unwrap_or("Somebody");
        sentence.strip_prefix(name).unwrap().trim_start().to_owned()
    })
    .collect()
}

/// A class of two places with Ann and Bob in it, and Cid waiting; its id.
fn class() -> (Desk, String) {
    let desk = Desk::nowhere();
    let init = ["init", "--org", "Club", "--venue", "Hall", "--timezone", "UTC"];
    desk.done(&init, &["--currency", "EUR"]);
    desk.does("resource add --name Studio --kind room");
    for name in ["Ann", "Bob", "Cid"] {
        desk.does(&format!("customer add --name {name}"));
    }
    let today = chrono::Utc::now().date_naive();
    let book = "book --resource Studio --minutes 1440 --capacity 2 --start";
    let id = desk.id(&format!("{book} {today}T00:00"), "booking_id");
    for line in ["Ann", "Bob", "Cid --waitlist"] {
        desk.does(&format!("class add {id} {line}"));
    }
    (desk, id)
}

#[test]
fn what_happens_to_places_is_told_of_whom_it_happens_to() {
    let (desk, id) = class();
    desk.does(&format!("class check-in {id} --all"));
    desk.does(&format!("class check-in {id} Bob --booked"));
    desk.does(&format!("class cancel {id} Bob --reason ill"));
    desk.does(&format!("class check-in {id} Ann --late"));
    let mut sentences = told(&desk, &format!("booking {id}"));
    // Headquarters does not tell what the row says itself; who waits is given the place in its time.
    sentences.retain(|it| it != "booked it" && it != "gave Cid a place");
    let all = sentences.iter().position(|it| it.contains(" and ")).unwrap();
    let one_way = ["marked Ann and Bob as present", "marked Bob and Ann as present"];
    assert!(one_way.contains(&&*sentences.remove(all)), "{sentences:?}");
    assert_eq!(
        sentences,
        [
            "put Ann on the roster",
            "put Bob on the roster",
            "put Cid on the waitlist",
            "marked Bob as booked again",
            "gave the place of Bob back",
            "marked Ann as late",
        ]
    );
    let history = desk.does(&format!("history booking {id}"))["history"].clone();
    let rows: Vec<&Value> = history.as_array().unwrap().iter().collect();
    let fields = rows.iter().flat_map(|row| each(&row["changes"], "field"));
    assert!(fields.clone().count() > 0 && !fields.clone().any(|it| it == "customer_id"));
    let both = rows.iter().find(|row| row["customer_ids"].as_array().map(Vec::len) == Some(2));
    assert_eq!(both.unwrap()["action"], "check_in");
}

#[test]
fn a_class_that_is_called_off_says_who_was_on_it_and_undo_says_what_it_took_back() {
    let (desk, id) = class();
    desk.does("undo");
    desk.does(&format!("class cancel {id} Bob --reason ill"));
    desk.does(&format!("cancel {id} --reason storm"));
    let sentences = told(&desk, &format!("booking {id}"));
    let has = |what: &str| sentences.iter().any(|it| it == what);
    assert!(has("took back that Cid was put on the waitlist"), "{sentences:?}");
    assert!(has("called it off (“storm”)") && has("took Ann off the roster"), "{sentences:?}");
}

#[test]
fn a_booking_that_was_taken_off_somebody_is_told_of_them() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(book, "booking_id");
    desk.does("customer add --name Tim_Rownam");
    let off = "took a booking off their name";
    desk.does(&format!("edit {id} --title Match"));
    assert!(!told(&desk, "customer Tracy_Smith").iter().any(|it| it.contains(off)));
    desk.does(&format!("edit {id} --customer Tim_Rownam"));
    assert_eq!(told(&desk, "customer Tracy_Smith").last().map(String::as_str), Some(off));
    assert!(!told(&desk, "customer Tim_Rownam").iter().any(|it| it.contains(off)));
    desk.does(&format!("edit {id} --customer Tracy_Smith"));
    assert_eq!(told(&desk, "customer Tim_Rownam").last().map(String::as_str), Some(off));
}

#[test]
fn what_was_taken_back_is_told() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(book, "booking_id");
    desk.does(&format!("reschedule {id} --start DAYT12:00"));
    desk.does("undo");
    desk.does(&format!("edit {id} --title Match"));
    desk.does("undo");
    desk.does(&format!("cancel {id} --reason rain"));
    desk.does("undo");
    let mut sentences = told(&desk, &format!("booking {id}"));
    sentences.retain(|it| it.starts_with("took back"));
    assert!(sentences[0].starts_with("took back that it was moved (start: "), "{sentences:?}");
    assert_eq!(sentences[1], "took back what was written on it (title: “Match” → none)");
    assert_eq!(sentences[2..], ["took back that it was called off"]);
    desk.does("delete customer Tracy_Smith");
    desk.does("undo");
    let sentences = told(&desk, "customer Tracy_Smith");
    assert_eq!(sentences, ["entered them", "deleted them", "took back that they were deleted"]);
}

#[test]
fn a_correction_of_credits_is_told_with_its_reason_until_their_owner_is_erased() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Ten --credits 10 --validity-days 40");
    let id = desk.id("package sell --product Ten --customer Tracy_Smith", "package_id");
    desk.does(&format!("package correct {id} --credits -3 --reason Lost_card_of_Tracy"));
    let about = format!("package {id}");
    let said = "corrected the credits (credits left: 10 → 7; reason: “Lost card of Tracy”)";
    assert_eq!(told(&desk, &about).last().unwrap(), said);
    desk.does("privacy erase Tracy_Smith --reason asked --yes");
    let history = json!(told(&desk, &about)).to_string();
    assert!(history.contains("corrected the credits") && !history.contains("Lost"), "{history}");
}
