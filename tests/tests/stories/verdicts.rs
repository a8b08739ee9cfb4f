//! The protocol's promises, one by one, spoken by hand.

use crate::club::{examine, two_desks};
use crate::device::{Device, resource_id};
use holdfast_domain::command::{AddCustomer, AddEvent, Cancel};
use holdfast_domain::{
    BookingStatus, Command, CustomerId, EventId, EventStatus, OperationId, StaffId, VenueId,
};
use holdfast_protocol::{Outcome, PROTOCOL, ProblemCode, RowState, Scope};
use uuid::Uuid;

fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused { refusal, .. }
        | Outcome::DependentRefused { refusal, .. }
        | Outcome::Quarantined { refusal } => &refusal.code,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_operation_twice_gets_the_same_verdict_and_does_nothing_twice() {
    let (database, hq, _a, _b) = two_desks("twice");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let first = device.operation(&Command::Book(device.book(court, 3, 600, 60)));
    let clash = device.operation(&Command::Book(device.book(court, 3, 630, 60)));
    let once = device.push(vec![first.clone(), clash.clone()]).await.unwrap();
    let twice = device.push(vec![first, clash]).await.unwrap();
    assert_eq!(once.verdicts, twice.verdicts);
    assert_eq!(code(&once.verdicts[1].outcome), "slot_taken");
    let Outcome::Refused { alternatives, .. } = &once.verdicts[1].outcome else { panic!() };
    assert_eq!(alternatives.len(), 3, "headquarters says where it fits instead");
    assert_eq!(database.run("select count(*) from bookings"), "1");
    // The verdicts come in the device's own scope, too: a lost reply costs nothing.
    let scope = Scope::Device(device.id);
    let stored = twice.changes.iter().filter(|row| row.scope == scope && row.entity == "verdict");
    assert_eq!(stored.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_used_again_for_something_else_goes_to_quarantine() {
    let (database, hq, _a, _b) = two_desks("reused_id");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let first = device.operation(&Command::Book(device.book(court, 3, 600, 60)));
    device.push(vec![first.clone()]).await.unwrap();
    let mut forged = device.operation(&Command::Book(device.book(court, 3, 720, 60)));
    forged.id = first.id;
    let reply = device.push(vec![forged]).await.unwrap();
    assert!(matches!(reply.verdicts[0].outcome, Outcome::Quarantined { .. }), "{reply:?}");
    assert_eq!(database.run("select count(*) from bookings"), "1");
    assert_eq!(database.run("select count(*) from quarantine"), "1");
}

/// A class that is offered.
fn yoga(venue_id: VenueId) -> AddEvent {
    AddEvent {
        event_id: EventId(Uuid::now_v7()),
        venue_id,
        title: "Yoga".into(),
        description: String::new(),
        category: String::new(),
        image_url: String::new(),
        position: 0,
        status: EventStatus::Draft,
        slug: "yoga".into(),
        capacity: 8,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_understood_is_put_aside_and_the_queue_goes_on() {
    let (database, hq, _a, _b) = two_desks("quarantine");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let mut nul = device.book(court, 3, 700, 60);
    nul.text.title = "nul \0".into();
    let mut slug = yoga(device.venue_id);
    slug.slug = "nul\0".into();
    let operations = vec![
        device.raw_operation(r#"{"type":"levitate","height":3}"#),
        device.operation(&Command::Book(nul)),
        device.operation(&Command::AddEvent(slug)),
        device.raw_operation("[]"),
        device.raw_operation(&format!("{{\"type\":\"book\",\"x\":\"{}\"}}", "y".repeat(70_000))),
        device.operation(&Command::Book(device.book(court, 3, 600, 60))),
    ];
    let reply = device.push(operations).await.unwrap();
    let kinds: Vec<_> = reply.verdicts.iter().map(|v| code(&v.outcome) == "accepted").collect();
    assert_eq!(kinds, [false, false, false, false, false, true], "{:?}", reply.verdicts);
    assert_eq!(code(&reply.verdicts[0].outcome), "unreadable");
    assert_eq!(code(&reply.verdicts[1].outcome), "field_invalid");
    assert_eq!(code(&reply.verdicts[2].outcome), "field_invalid");
    assert_eq!(database.run("select count(*) from quarantine"), "3");
    assert!(database.run("select encode(raw, 'escape') from quarantine").contains("levitate"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_depends_on_a_refused_operation_is_refused_with_it() {
    let (database, hq, _a, _b) = two_desks("dependent");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let add = |name: &str, customer_id| {
        Command::AddCustomer(AddCustomer {
            customer_id,
            name: name.into(),
            email: String::new(),
            phone: String::new(),
            address: String::new(),
            note: String::new(),
            source: None,
            about: Default::default(),
            chosen: false,
        })
    };
    let nameless = CustomerId(Uuid::now_v7());
    let mut for_nobody = device.book(court, 3, 600, 60);
    for_nobody.customer_id = Some(nameless);
    let clash = device.book(court, 3, 630, 60);
    let cancel_clash = Command::Cancel(Cancel {
        booking_id: clash.booking_id,
        from_status: BookingStatus::Confirmed,
        reason: "rain".into(),
        initiator: Default::default(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
        cancelled_at: None,
    });
    let first = device.operation(&add(" ", nameless));
    let operations = vec![
        first.clone(),
        device.operation(&Command::Book(for_nobody)),
        device.operation(&Command::Book(device.book(court, 3, 600, 60))),
        device.operation(&Command::Book(clash)),
        device.operation(&cancel_clash),
        device.operation(&add("Somebody", CustomerId(Uuid::now_v7()))),
    ];
    let reply = device.push(operations).await.unwrap();
    let outcomes: Vec<&Outcome> = reply.verdicts.iter().map(|v| &v.outcome).collect();
    assert_eq!(code(outcomes[0]), "field_required");
    assert!(
        matches!(outcomes[1], Outcome::DependentRefused { depends_on, .. } if *depends_on == first.id),
        "{:?}",
        outcomes[1]
    );
    assert_eq!(code(outcomes[2]), "accepted");
    assert_eq!(code(outcomes[3]), "slot_taken");
    assert!(matches!(outcomes[4], Outcome::DependentRefused { .. }), "{:?}", outcomes[4]);
    assert_eq!(code(outcomes[5]), "accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_forks_and_strangers_are_told_apart() {
    let (database, hq, _a, _b) = two_desks("gaps");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let first = device.operation(&Command::Book(device.book(court, 3, 600, 60)));
    let second = device.operation(&Command::Book(device.book(court, 3, 660, 60)));
    let third = device.operation(&Command::Book(device.book(court, 3, 720, 60)));
    device.push(vec![first.clone()]).await.unwrap();

    let (status, problem) = device.push(vec![third.clone()]).await.unwrap_err();
    assert_eq!((status, problem.code), (409, ProblemCode::SequenceGap));
    assert_eq!(problem.details["expected_seq"], 2);

    let mut cloned = second.clone();
    cloned.id = OperationId(Uuid::now_v7());
    device.push(vec![second]).await.unwrap();
    let (status, problem) = device.push(vec![cloned]).await.unwrap_err();
    assert_eq!((status, problem.code), (409, ProblemCode::ChainForked));
    let mut forged = third.clone();
    forged.prev = holdfast_protocol::Digest::start();
    let (_, problem) = device.push(vec![forged]).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::ChainForked);

    let mut actor = third;
    actor.actor = StaffId(Uuid::now_v7());
    let reply = device.push(vec![actor]).await.unwrap();
    assert_eq!(code(&reply.verdicts[0].outcome), "actor_not_bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_request_is_answered_clearly_and_changes_nothing() {
    let (database, hq, _a, _b) = two_desks("bad_request");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let before = database.run("select count(*) from operations");

    let (status, problem) = device.send_bytes(b"not zstd".to_vec()).await.unwrap_err();
    assert_eq!((status, problem.code), (400, ProblemCode::BadRequest));
    let not_json = holdfast_protocol::body::encode(&"just a string").unwrap();
    let (status, problem) = device.send_bytes(not_json).await.unwrap_err();
    assert_eq!((status, problem.code), (400, ProblemCode::BadRequest));
    let bomb = holdfast_protocol::body::encode(&" ".repeat(80_000_000)).unwrap();
    let (status, problem) = device.send_bytes(bomb).await.unwrap_err();
    assert_eq!((status, problem.code), (413, ProblemCode::BodyTooLarge));
    let (status, problem) = device.send_bytes(vec![0; 6_000_000]).await.unwrap_err();
    assert_eq!((status, problem.code), (413, ProblemCode::BodyTooLarge));

    let mut newer = device.request(vec![]);
    newer.protocol = PROTOCOL + 1;
    let (status, problem) = device.send(&newer).await.unwrap_err();
    assert_eq!((status, problem.code), (426, ProblemCode::UpgradeHq));

    let other = Device::enrol(&hq, "Club", "Riverside").await;
    let own = std::mem::replace(&mut device.token, other.token.clone());
    let (status, problem) = device.push(vec![]).await.unwrap_err();
    assert_eq!((status, problem.code), (403, ProblemCode::TokenOfAnotherDevice));
    device.token = "0".repeat(64);
    let (status, problem) = device.push(vec![]).await.unwrap_err();
    assert_eq!((status, problem.code), (401, ProblemCode::TokenUnknown));
    device.token = own;
    assert_eq!(database.run("select count(*) from operations"), before);
    device.push(vec![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_measured_and_does_not_decide_what_is_past() {
    let (database, hq, _a, _b) = two_desks("clock");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    // The device believes it is three days ago; it books for what it takes to be tomorrow.
    let slow_ms = 3 * 24 * 3_600_000;
    let mut yesterday = device.book(court, 0, 600, 60);
    let day = chrono::Duration::days(1);
    yesterday.stay.local_start -= day;
    yesterday.stay.local_end -= day;
    yesterday.stay.starts_at = yesterday.stay.starts_at.plus_ms(-86_400_000);
    yesterday.stay.ends_at = yesterday.stay.ends_at.plus_ms(-86_400_000);
    let mut operation = device.operation(&Command::Book(yesterday));
    operation.at = operation.at.plus_ms(-slow_ms);
    let mut request = device.request(vec![operation]);
    request.device_time = request.device_time.plus_ms(-slow_ms);
    let reply = device.send(&request).await.unwrap();
    assert!((reply.clock_offset_ms - slow_ms).abs() < 60_000, "{}", reply.clock_offset_ms);
    assert_eq!(code(&reply.verdicts[0].outcome), "before_today");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_catch_up_comes_in_pages_and_the_last_is_a_state() {
    let (database, hq, _a, _b) = two_desks("pages");
    let mut writer = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    for day in 0..20 {
        let mut operations = Vec::new();
        for slot in 0..96 {
            let book = writer.book(court, 30 + day, slot * 15 / 30 * 30, 30);
            operations.push(writer.operation(&Command::Book(book)));
        }
        writer.push(operations).await.unwrap();
    }
    let mut reader = Device::enrol(&hq, "Club", "Riverside").await;
    let mut rows = std::collections::BTreeMap::new();
    let mut pages = 0;
    loop {
        let reply = reader.push(vec![]).await.unwrap();
        pages += 1;
        for row in reply.changes {
            rows.insert((row.scope, row.entity, row.id), row.state);
        }
        reader.cursors.extend(reply.cursors);
        if !reply.more {
            break;
        }
    }
    let bookings = rows
        .iter()
        .filter(|((_, entity, _), state)| entity == "booking" && matches!(state, RowState::Row(_)))
        .count();
    assert_eq!(bookings.to_string(), database.run("select count(*) from bookings"));
    assert!(pages >= 1);
    assert!(reader.push(vec![]).await.unwrap().changes.is_empty(), "nothing is new after that");
    examine(&database);
}
