//! What is told of what nobody at this desk did.

use super::*;
use crate::replica::Founding;
use crate::store::rows;
use crate::{Submission, draft, now};
use holdfast_domain::{BookingId, HistoryEntryId, OperationId, Source, Zone};

fn desk() -> (tempfile::TempDir, Replica, StaffId) {
    let dir = tempfile::tempdir().unwrap();
    let mut replica = Replica::open(dir.path()).unwrap();
    replica.found(&Founding::example(), now()).unwrap().unwrap();
    let owner = replica.all_staff().unwrap().remove(0).id;
    (dir, replica, owner)
}

fn source() -> Source {
    Source { name: "clubdata".into(), id: "1".into() }
}

#[test]
fn what_headquarters_did_by_itself_is_told_of_headquarters() {
    let (_dir, replica, actor) = desk();
    let booking = BookingId(Uuid::now_v7());
    let status = serde_json::json!({ "field": "status", "before": "pending", "after": "rejected" });
    for device_id in [DeviceId::HEADQUARTERS, DeviceId(Uuid::now_v7())] {
        let entry = HistoryEntry {
            id: HistoryEntryId::of(OperationId(Uuid::now_v7()), booking.0),
            about: Entity::Booking,
            about_id: booking.0,
            venue_id: None,
            at: now(),
            actor,
            device_id,
            action: "set_status".into(),
            changes: vec![serde_json::from_value(status.clone()).unwrap()],
        };
        rows::write(&replica.db, &Change::HistoryEntry(entry)).unwrap();
    }
    let told = replica.history(Entity::Booking, booking.0).unwrap();
    let owner = replica.staff(actor).unwrap().unwrap().name;
    let mut names: Vec<&str> = told.iter().map(|it| it.actor_name.as_str()).collect();
    names.retain(|name| *name != owner);
    assert_eq!((names, told.len()), (vec![HEADQUARTERS], 2));
}

#[test]
fn of_who_was_imported_elsewhere_it_is_known_from_where_and_not_by_whom_or_when() {
    let (_dir, replica, _) = desk();
    let id = CustomerId(Uuid::now_v7());
    let customer = Customer { source: Some(source()), ..Customer::new(id, "Darren") };
    rows::write(&replica.db, &Change::Customer(customer.clone())).unwrap();
    let told = replica.history(Entity::Customer, id.0).unwrap();
    let [imported] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((imported.at, imported.actor, &*imported.actor_name), (None, None, ""));
    assert_eq!(sentence(&replica, imported), "imported them from clubdata");
    // Who entered somebody by hand is nobody's guess.
    let customer = Customer { source: None, ..customer };
    rows::write(&replica.db, &Change::Customer(customer)).unwrap();
    assert_eq!(replica.history(Entity::Customer, id.0).unwrap(), []);
}

#[test]
fn who_imported_somebody_here_is_known() {
    let (_dir, mut replica, owner) = desk();
    let (id, add) = draft::add_customer("Darren", |customer| customer.source = Some(source()));
    let at = now();
    assert!(matches!(replica.submit(&add, at).unwrap(), Submission::Done(_)));
    let told = replica.history(Entity::Customer, id.0).unwrap();
    let [imported] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((imported.at, imported.actor), (Some(at), Some(owner)));
    assert_eq!(sentence(&replica, imported), "imported them from clubdata");
}

fn sentence(replica: &Replica, happened: &Happened) -> String {
    replica.deed(happened, Zone::parse("UTC").unwrap()).unwrap()
}
