//! What is deleted is left out of every list, and comes back.

use crate::desk::Desk;
use crate::{Types, each};
use serde_json::json;

#[test]
fn what_is_deleted_is_in_no_list_and_in_no_choice_and_can_be_restored() {
    let desk = Desk::with_a_court();
    desk.does("venue add --name Annex --timezone Europe/Berlin");
    desk.does("service add --name Lesson --minutes 60 --kind court");
    desk.does("product add --name Ten --credits 10 --validity-days 40");
    desk.does("event add --title Yoga --capacity 5");
    for (entity, name, list, key) in [
        ("venue", "Annex", "venues", "venues"),
        ("resource", "Court_1", "resources", "resources"),
        ("customer", "Tracy_Smith", "customers", "customers"),
        ("service", "Lesson", "service list", "services"),
        ("product", "Ten", "product list", "products"),
        ("event", "Yoga", "event list", "events"),
    ] {
        let count = |line: &str| desk.does(line)[key].as_array().unwrap().len();
        let (before, deleted) = (count(list), format!("{list} --deleted"));
        let gone = desk.does(&format!("delete {entity} {name}"));
        assert_eq!(gone["entity"], json!(entity));
        assert_eq!((count(list), count(&deleted)), (before - 1, before), "{entity}");
        let shown = desk.does(&deleted);
        let marks = shown[key].as_array().unwrap().iter().filter(|row| row["deletion"].is_object());
        assert_eq!(marks.count(), 1, "{entity}");
        let again = crate::typed(&format!("delete {entity} {name}"));
        let again: Vec<&str> = again.iter().map(String::as_str).collect();
        assert_eq!(desk.stopped(&again, 2)["code"], "not_found", "{entity}");
        desk.does(&format!("restore {entity} {name}"));
        assert_eq!(count(list), before, "{entity}");
    }
    let unknown = ["restore", "service", "Lesson"];
    assert_eq!(desk.stopped(&unknown, 2)["code"], "not_found");
}

#[test]
fn bookings_of_what_is_deleted_stand_and_are_listed() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(book, "booking_id");
    let court = desk.does("resources")["resources"][0]["id"].as_str().unwrap().to_owned();
    let gone = desk.does("delete resource Court_1");
    assert_eq!(each(&gone["bookings_hit"], "booking_id"), [&id]);
    let row = &desk.does("list")["bookings"][0];
    assert_eq!(row["resources"][0]["name"], "Court 1", "history goes on naming it");
    let next = format!("book --resource {court} --start DAYT12:00 --minutes 60");
    let words = crate::typed(&next);
    assert_eq!(
        desk.stopped(&words.iter().map(String::as_str).collect::<Vec<_>>(), 2)["code"],
        "not_found"
    );
    assert_eq!(desk.does("free --from DAY --to DAY --minutes 60")["free"], json!([]));
    desk.does("delete customer Tracy_Smith");
    assert_eq!(desk.does("list")["bookings"][0]["customer_name"], "Tracy Smith");
    desk.does(&format!("restore resource {court}"));
    desk.does(&next);
}

#[test]
fn an_event_is_deleted_and_restored_by_its_name_in_addresses() {
    let desk = Desk::with_a_court();
    desk.does("event add --title Yoga_für_alle --capacity 5");
    assert_eq!(desk.does("event list")["events"][0]["slug"], "yoga-fuer-alle");
    desk.does("delete event yoga-fuer-alle");
    assert_eq!(desk.does("event list")["events"], json!([]));
    desk.does("restore event yoga-fuer-alle");
    let undone = desk.does("undo")["undone"]["sentence"].clone();
    assert_eq!(undone, "Restore event Yoga für alle");
}

#[test]
fn a_second_event_of_a_title_has_a_name_in_addresses_of_its_own() {
    let desk = Desk::with_a_court();
    for slug in ["yoga", "yoga-2", "yoga-3"] {
        assert_eq!(desk.does("event add --title Yoga --capacity 5")["slug"], slug);
    }
    desk.does("delete event yoga-2");
    assert_eq!(desk.does("event add --title Yoga! --capacity 5")["slug"], "yoga-2");
    let named = desk.is_refused("event add --title Pilates --capacity 5 --slug yoga");
    assert_eq!(named["details"]["field"], "slug", "what was typed is not changed");
    desk.does("venue add --name Park --timezone Europe/Berlin --currency EUR");
    assert_eq!(desk.does("event add --title Yoga --capacity 5 --venue Park")["slug"], "yoga");
}

#[test]
fn who_was_deleted_is_erased_by_their_id() {
    let desk = Desk::with_a_court();
    let id = desk.does("customers")["customers"][0]["id"].as_str().unwrap().to_owned();
    desk.does("delete customer Tracy_Smith");
    let erase = "privacy erase Tracy_Smith --reason asked --yes";
    let words = crate::typed(erase);
    let stop = desk.stopped(&words.iter().map(String::as_str).collect::<Vec<_>>(), 2);
    let message = stop["message"].as_str().unwrap();
    assert!(message.ends_with(&format!("give their id: {id}.")), "{message}");
    desk.does(&format!("privacy erase {id} --reason asked --yes"));
    assert_eq!(each(&desk.does("customers --deleted")["customers"], "name"), ["Erased customer"]);
}
