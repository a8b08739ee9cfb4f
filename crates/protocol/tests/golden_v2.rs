//! Golden files of version 2: every command and every sort of row with all that may be in it, as
//! this version sends it. What a file says must be read and sent again as it is; a change that
//! breaks one is a new version, with files of its own. Version 1 is a part of this one: its files
//! (`golden.rs`) hold fields left out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use holdfast_domain::{Change, Command, Entity};
use holdfast_protocol::SyncRequest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Reads a file and checks that it is sent again as it is.
fn read<T: Serialize + DeserializeOwned>(name: &str) -> T {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("golden/v2/{name}.json"));
    let text =
        std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} has no golden file"));
    let golden: Value = serde_json::from_str(&text).unwrap();
    let read: T = serde_json::from_value(golden.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(serde_json::to_value(&read).unwrap(), golden, "{name} is sent differently");
    read
}

/// The names of all commands, as serde knows them.
fn command_names() -> Vec<String> {
    let unknown =
        serde_json::from_value::<Command>(json!({ "type": "?" })).unwrap_err().to_string();
    let (_, names) = unknown.split_once("expected one of ").unwrap();
    names
        .split('`')
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .map(str::to_owned)
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn every_command_is_sent_as_it_was() {
    let names = command_names();
    assert!(names.len() > 35, "{names:?}");
    for name in names {
        let command: Command = read(&format!("command_{name}"));
        assert_eq!(command.name(), name);
    }
}

#[test]
fn what_came_later_is_sent_as_it_was() {
    for name in [
        "import_record_place",
        "import_booking_past",
        "import_booking_chosen",
        "add_customer_chosen",
        "cancel_elsewhere",
        "correct_credits_booking",
        "withdraw_seen",
        "erase_customer_seen",
        "erase_customer_asked",
        "erase_customer_again",
        "book_series_may_be_empty",
        "reschedule_reason_before",
        "edit_booking_erased",
        "edit_booking_forgotten",
        "withdraw_exceptions_restored",
    ] {
        let _: Command = read(&format!("later_{name}"));
    }
}

#[test]
fn a_request_says_of_what_its_device_was_told() {
    let request: SyncRequest = read("later_sync_request_told");
    assert_eq!(request.told.values().collect::<Vec<_>>(), [&9]);
}

#[test]
fn every_sort_of_row_is_sent_as_it_was() {
    for entity in Entity::ALL {
        let change: Change = read(&format!("row_{entity}"));
        assert_eq!(change.entity(), *entity);
    }
}
