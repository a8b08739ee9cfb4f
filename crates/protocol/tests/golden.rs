//! Golden files: what earlier versions of this program sent must stay readable, and what this one
//! sends must stay what it was. A change that breaks a file is a new protocol version, with files
//! of its own.
//!
//! `HOLDFAST_WRITE_GOLDEN=1` writes the files of the current version.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use holdfast_domain::command::{
    AddCustomer, AddResource, AddStaff, Book, BookingText, Cancel, EditBooking, EditCustomer,
    EditResource, EditStaff, EditVenue, ImportBooking, OpenVenue, Patch, Reschedule,
};
use holdfast_domain::schedule::Alternative;
use holdfast_domain::*;
use holdfast_protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use uuid::Uuid;

fn check<T: Serialize + DeserializeOwned>(name: &str, value: &T) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("golden/v1/{name}.json"));
    let now = serde_json::to_value(value).unwrap();
    if std::env::var_os("HOLDFAST_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{now:#}\n")).unwrap();
    }
    let text =
        std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} has no golden file"));
    let golden: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(now, golden, "{name} is written differently");
    let read: T = serde_json::from_value(golden.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), golden, "{name} is read differently");
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn stay(hour: u32) -> Stay {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let at = |hour: u32| format!("2026-11-20T{hour:02}:00:00").parse().unwrap();
    Stay::resolve(zone, at(hour), at(hour + 1)).0
}

fn book() -> Book {
    Book {
        booking_id: BookingId(id(10)),
        venue_id: VenueId(id(2)),
        resource_ids: vec![ResourceId(id(3)), ResourceId(id(4))],
        stay: stay(10),
        customer_id: Some(CustomerId(id(5))),
        text: BookingText {
            title: "Match".into(),
            description: "Final".into(),
            customer_note: "ball machine".into(),
            staff_note: "left-handed".into(),
            attendee_count: 4,
            meeting_url: "https://meet.example/1".into(),
        },
        price: Some(Money { minor: 2550, currency: Currency::parse("EUR").unwrap() }),
        ..Book::new(BookingId(id(10)), VenueId(id(2)), Vec::new(), stay(10))
    }
}

fn patch<T>(from: T, to: T) -> Option<Patch<T>> {
    Some(Patch { from, to })
}

fn commands() -> Vec<Command> {
    let text = |from: &str, to: &str| patch(from.to_owned(), to.to_owned());
    let source = || Some(Source { name: "clubdata".into(), id: "17".into() });
    let eur = Currency::parse("EUR").unwrap();
    vec![
        Command::AddStaff(AddStaff {
            staff_id: StaffId(id(1)),
            name: "Olga".into(),
            role: Role::Owner,
            description: String::new(),
            photo_url: String::new(),
            timezone: None,
        }),
        Command::EditStaff(EditStaff {
            staff_id: StaffId(id(1)),
            name: text("Olga", "Olga P."),
            role: patch(Role::Owner, Role::Manager),
            active: patch(true, false),
            ..EditStaff::default()
        }),
        Command::OpenVenue(OpenVenue {
            venue_id: VenueId(id(2)),
            name: "Club".into(),
            timezone: Zone::parse("Europe/Berlin").unwrap(),
            currency: eur,
            slot_minutes: 15,
        }),
        Command::EditVenue(EditVenue {
            venue_id: VenueId(id(2)),
            name: text("Club", "Clubhouse"),
            currency: patch(eur, Currency::parse("USD").unwrap()),
            slot_minutes: patch(15, 30),
            ..EditVenue::default()
        }),
        Command::AddResource(AddResource {
            resource_id: ResourceId(id(3)),
            name: "Court 1".into(),
            kind: ResourceKind::Court,
            location: "Outside".into(),
            description: "Clay".into(),
            venue_ids: vec![VenueId(id(2))],
            source: source(),
            part_ids: Vec::new(),
            staff_id: None,
            hours: Vec::new(),
            needs_approval: false,
        }),
        Command::EditResource(EditResource {
            resource_id: ResourceId(id(3)),
            name: text("Court 1", "Court A"),
            kind: patch(ResourceKind::Court, ResourceKind::Other),
            location: text("Outside", "Hall"),
            description: text("Clay", ""),
            active: patch(true, false),
            venue_ids: patch(vec![VenueId(id(2))], vec![VenueId(id(2)), VenueId(id(6))]),
            ..EditResource::default()
        }),
        Command::AddCustomer(AddCustomer {
            customer_id: CustomerId(id(5)),
            name: "Anna".into(),
            email: "anna@example.org".into(),
            phone: "555".into(),
            address: "1 Road".into(),
            note: "friendly".into(),
            source: source(),
            about: Default::default(),
            chosen: false,
        }),
        Command::EditCustomer(EditCustomer {
            customer_id: CustomerId(id(5)),
            name: text("Anna", "Anna B."),
            email: text("anna@example.org", ""),
            phone: text("555", "556"),
            address: text("1 Road", "2 Road"),
            note: text("friendly", ""),
            ..EditCustomer::default()
        }),
        Command::Book(book()),
        Command::ImportBooking(ImportBooking {
            book: book(),
            status: BookingStatus::NoShow,
            source: Source { name: "clubdata".into(), id: "17".into() },
            past: Default::default(),
            chosen: false,
        }),
        Command::EditBooking(EditBooking {
            booking_id: BookingId(id(10)),
            customer_id: patch(Some(CustomerId(id(5))), None),
            title: text("Match", "Final"),
            description: text("Final", ""),
            customer_note: text("a", "b"),
            staff_note: text("c", "d"),
            attendee_count: patch(4, 2),
            meeting_url: text("https://meet.example/1", ""),
            erased: false,
            forgotten: false,
        }),
        Command::Reschedule(Reschedule {
            booking_id: BookingId(id(10)),
            venue_id: VenueId(id(2)),
            stay: Patch { from: stay(10), to: stay(12) },
            resource_ids: Patch {
                from: vec![ResourceId(id(3)), ResourceId(id(4))],
                to: vec![ResourceId(id(3))],
            },
            claimed_ids: Vec::new(),
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            outside_hours_reason: String::new(),
            outside_hours_reason_before: String::new(),
            package_id: None,
        }),
        Command::Cancel(Cancel {
            booking_id: BookingId(id(10)),
            from_status: BookingStatus::Confirmed,
            reason: "rain".into(),
            initiator: Default::default(),
            late: false,
            waive_reason: String::new(),
            package_id: None,
            cancelled_at: None,
        }),
    ]
}

#[test]
fn every_command_is_written_as_it_was() {
    for command in commands() {
        check(&format!("command_{}", command.name()), &command);
    }
}

fn operation() -> Operation {
    Operation {
        id: OperationId(id(20)),
        seq: 7,
        prev: Digest::start(),
        actor: StaffId(id(1)),
        at: stay(9).starts_at,
        salt: "00112233445566778899aabbccddeeff".into(),
        command: RawValue::from_string(serde_json::to_string(&commands()[8]).unwrap()).unwrap(),
    }
}

#[test]
fn requests_are_written_as_they_were() {
    check(
        "sync_request",
        &SyncRequest {
            protocol: 1,
            device: DeviceId(id(30)),
            incarnation: "abc".into(),
            device_time: stay(9).starts_at,
            cursors: BTreeMap::from([
                (Scope::Org, 3),
                (Scope::People, 4),
                (Scope::Desk(VenueId(id(2))), 5),
                (Scope::Busy(VenueId(id(2))), 6),
                (Scope::Device(DeviceId(id(30))), 7),
            ]),
            operations: vec![operation()],
            told: BTreeMap::new(),
        },
    );
    check(
        "enrol_request",
        &EnrolRequest {
            protocol: 1,
            code: "ABCD-EFGH".into(),
            device: DeviceId(id(30)),
            device_name: "Front desk".into(),
            bringing: Some(Bringing { staff_id: StaffId(id(1)), last_seq: 4086 }),
            resuming: None,
        },
    );
    check(
        "enrol_request_anew",
        &EnrolRequest {
            protocol: 1,
            code: "ABCD-EFGH".into(),
            device: DeviceId(id(31)),
            device_name: "Front desk".into(),
            bringing: None,
            resuming: Some(Resuming {
                device: DeviceId(id(30)),
                token: "e".repeat(64),
                waiting_of: Some(StaffId(id(1))),
                last_seq: 12,
                chain_head: Digest::start(),
            }),
        },
    );
}

#[test]
fn replies_are_written_as_they_were() {
    let refusal =
        Notice { code: "slot_taken".into(), message: "Taken.".into(), details: json!({"a": 1}) };
    let verdict = |n, outcome| Verdict { operation_id: OperationId(id(n)), outcome };
    let booking = Booking {
        status: BookingStatus::Cancelled,
        cancellation: Some(Cancellation {
            cancelled_at: stay(9).ends_at,
            cancelled_by: StaffId(id(1)),
            reason: "rain".into(),
            initiator: Initiator::Staff,
            late: false,
        }),
        title: "Match".into(),
        source: Some(Source { name: "clubdata".into(), id: "17".into() }),
        ..Booking::new(
            BookingId(id(10)),
            VenueId(id(2)),
            vec![ResourceId(id(3))],
            stay(10),
            StaffId(id(1)),
            stay(9).starts_at,
        )
    };
    let row = |entity: &str, state| FeedRow {
        scope: Scope::Desk(VenueId(id(2))),
        version: 9,
        entity: entity.into(),
        id: id(10),
        state,
    };
    check(
        "sync_reply",
        &SyncReply {
            incarnation: "abc".into(),
            verdicts: vec![
                verdict(20, Outcome::Accepted { commit: 12 }),
                verdict(
                    21,
                    Outcome::Refused {
                        refusal: refusal.clone(),
                        alternatives: vec![Alternative {
                            resource_ids: vec![ResourceId(id(4))],
                            stay: stay(11),
                        }],
                    },
                ),
                verdict(
                    22,
                    Outcome::DependentRefused {
                        depends_on: OperationId(id(21)),
                        refusal: refusal.clone(),
                    },
                ),
                verdict(23, Outcome::Quarantined { refusal }),
            ],
            changes: vec![
                row("booking", RowState::Row(serde_json::to_value(&booking).unwrap())),
                row("claim", RowState::Gone(true)),
            ],
            cursors: BTreeMap::from([(Scope::Org, 3)]),
            more: false,
            clock_offset_ms: -120_000,
            retry_after_ms: Some(500),
        },
    );
    check(
        "enrol_reply",
        &EnrolReply {
            token: "f".repeat(64),
            incarnation: "abc".into(),
            org_name: "Club".into(),
            staff_id: StaffId(id(1)),
            venue_id: Some(VenueId(id(2))),
            laptop: false,
        },
    );
    check("problem", &Problem::new(ProblemCode::SequenceGap, "Operations are missing."));
}

#[test]
fn a_digest_is_what_it_was() {
    check("digest", &operation().digest());
}

#[test]
fn a_code_of_a_later_version_is_read_as_unknown() {
    let later = r#"{"code":"teapot","message":"I am one."}"#;
    let problem: Problem = serde_json::from_str(later).unwrap();
    assert_eq!(problem.code, ProblemCode::Unknown);
}
