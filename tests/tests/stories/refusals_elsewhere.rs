//! Refusals that are no rule's, met where they are given: by headquarters, of what no well-behaved
//! desk sends; and by the desk, of who signs in. Each by the code that docs/REFUSALS.md lists.

use crate::club::{small_club, two_desks};
use crate::device::{Device, resource_id};
use holdfast_domain::command::AddCustomer;
use holdfast_domain::{Command, CustomerId, Notice};
use holdfast_protocol::{OPERATION_BYTES_MAX, Operation, Outcome};
use holdfast_tests::postgres::Database;
use uuid::Uuid;

fn customer(name: &str) -> Command {
    Command::AddCustomer(AddCustomer {
        customer_id: CustomerId(Uuid::now_v7()),
        name: name.into(),
        email: String::new(),
        phone: String::new(),
        address: String::new(),
        note: String::new(),
        source: None,
        about: Default::default(),
        chosen: false,
    })
}

/// What headquarters says to one operation, and whether it put it aside.
async fn notice(device: &Device, operation: Operation) -> (Notice, bool) {
    let reply = device.push(vec![operation]).await.unwrap();
    match reply.verdicts[0].outcome.clone() {
        Outcome::Refused { refusal, .. } => (refusal, false),
        Outcome::Quarantined { refusal } => (refusal, true),
        outcome => panic!("{outcome:?}"),
    }
}

fn put_aside(database: &Database) -> String {
    database.run("select reason from quarantine")
}

/// The device's next operation is taken: nothing holds up those behind it.
async fn goes_on(device: &mut Device) {
    let operation = device.operation(&customer("Somebody"));
    let reply = device.push(vec![operation]).await.unwrap();
    assert!(matches!(reply.verdicts[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_larger_than_any_entry_is_put_aside_and_the_queue_goes_on() {
    let (database, hq, _a, _b) = two_desks("too_large");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let envelope = serde_json::to_string(&customer("")).unwrap().len();
    let largest = customer(&"y".repeat(OPERATION_BYTES_MAX - envelope));
    let operation = device.operation(&largest);
    let (longer, aside) = notice(&device, operation).await;
    assert_eq!((longer.code.as_str(), aside), ("field_too_long", false), "it is read, and judged");
    let operation = device.operation(&customer(&"y".repeat(OPERATION_BYTES_MAX - envelope + 1)));
    let (notice, aside) = notice(&device, operation).await;
    assert_eq!((notice.code.as_str(), aside), ("operation_too_large", true));
    assert_eq!(notice.details["bytes"], OPERATION_BYTES_MAX + 1);
    assert_eq!(notice.details["max"], OPERATION_BYTES_MAX);
    assert_eq!(put_aside(&database), "operation_too_large");
    goes_on(&mut device).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_meant_something_else_before_is_put_aside_by_that_name() {
    let (database, hq, _a, _b) = two_desks("id_reused");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let first = device.operation(&Command::Book(device.book(court, 3, 600, 60)));
    device.push(vec![first.clone()]).await.unwrap();
    let mut other = device.operation(&Command::Book(device.book(court, 3, 720, 60)));
    other.id = first.id;
    device.prev = other.digest();
    let (notice, aside) = notice(&device, other).await;
    assert_eq!((notice.code.as_str(), aside), ("id_reused", true));
    assert_eq!(put_aside(&database), "id_reused");
    assert_eq!(database.run("select count(*) from bookings"), "1");
    goes_on(&mut device).await;
}

/// Rules and constraints agree, or it is a bug: here the constraint is one that no rule knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_constraint_that_no_rule_knows_is_named_and_nothing_is_written() {
    let (database, hq, _a, _b) = two_desks("guard_refused");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    database.run("alter table customers add constraint no_nemo check (name <> 'Nemo')");
    let operation = device.operation(&customer("Nemo"));
    let (notice, aside) = notice(&device, operation).await;
    assert_eq!((notice.code.as_str(), aside), ("guard_refused", false));
    assert_eq!(notice.details["constraint"], "no_nemo");
    assert_eq!(database.run("select count(*) from customers where name = 'Nemo'"), "0");
    goes_on(&mut device).await;
}

#[test]
fn who_does_not_work_here_any_more_does_not_sign_in() {
    let desk = small_club();
    let owner = desk.ok(&["whoami"])["staff"]["name"].as_str().unwrap().to_owned();
    desk.ok(&["staff", "add", "--name", "Frank", "--role", "front_desk"]);
    crate::people::set_pin(&desk, &owner, "1234");
    assert_eq!(desk.type_in(&["sign-in", &owner], "1234").code, 0);
    crate::people::set_pin(&desk, "Frank", "4711");
    desk.ok(&["staff", "edit", "Frank", "--inactive"]);
    let refused = desk.type_in(&["sign-in", "Frank"], "4711");
    assert_eq!(refused.json["refusal"]["code"], "staff_inactive", "{}", refused.stdout);
    assert_eq!(refused.code, 3);
    assert_eq!(desk.ok(&["whoami"])["staff"]["name"], owner.as_str());
}
