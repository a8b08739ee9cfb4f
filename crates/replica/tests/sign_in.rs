//! Who works at a desk, and after whom: signing out never makes somebody more than they were, and
//! never locks the house out of its own desk.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::SetPin;
use holdfast_domain::{Command, Role, StaffId, StaffPin, Timestamp, Zone};
use holdfast_replica::draft::add_staff;
use holdfast_replica::{Replica, Submission};

const NOW: Timestamp = Timestamp(1_795_168_800_000);

/// A desk of Olga, who owns the place and has no PIN, and Frank at the front desk and Mia, a manager.
struct Desk {
    replica: Replica,
    olga: StaffId,
    mia: StaffId,
    frank: StaffId,
    _dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (mut replica, _) = founded(dir.path(), ("Europe/Berlin", "EUR"), 30, NOW);
        let olga = replica.session().unwrap().staff.unwrap().id;
        let mut adds = |name, role| {
            let (id, add) = add_staff(name, role);
            assert!(matches!(replica.submit(&add, NOW).unwrap(), Submission::Done(_)));
            id
        };
        let (mia, frank) = (adds("Mia", Role::Manager), adds("Frank", Role::FrontDesk));
        Self { replica, olga, mia, frank, _dir: dir }
    }

    fn sets(&mut self, who: StaffId) -> String {
        let zone = Zone::parse("UTC").unwrap();
        match self.replica.set_pin(who, "1234", NOW).unwrap() {
            Ok(Submission::Done(_)) => "done".into(),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => refusal.notice(zone).code,
        }
    }

    fn signs_in(&mut self, who: StaffId) -> String {
        let zone = Zone::parse("UTC").unwrap();
        match self.replica.sign_in(who, "1234", NOW).unwrap() {
            Ok(staff) => staff.name,
            Err(refusal) => refusal.notice(zone).code,
        }
    }

    /// A PIN that was set, or taken away, at another desk: the row comes as it is.
    fn is_told(&mut self, who: StaffId, verifier: &str) {
        let command = Command::SetPin(SetPin { staff_id: who, verifier: verifier.into() });
        self.replica.submit(&command, NOW).unwrap();
    }

    fn at_work(&self) -> Option<StaffId> {
        self.replica.session().unwrap().staff.map(|staff| staff.id)
    }
}

/// The hash of 1234, as another desk made it.
fn hash() -> String {
    let mut other = Desk::new();
    let olga = other.olga;
    assert_eq!(other.sets(olga), "done");
    other.replica.get::<StaffPin>(olga).unwrap().unwrap().verifier
}

#[test]
fn who_has_no_pin_sets_their_own_first() {
    let mut desk = Desk::new();
    let (olga, frank) = (desk.olga, desk.frank);
    assert_eq!(desk.sets(frank), "own_pin_first");
    assert_eq!(desk.at_work(), Some(olga));
    assert_eq!(desk.sets(olga), "done");
    assert_eq!(desk.signs_in(olga), "Olga");
    assert_eq!(desk.sets(frank), "done");
    assert_eq!(desk.signs_in(frank), "Frank");
    desk.replica.sign_out().unwrap();
    assert_eq!(desk.at_work(), None, "nobody works here as Olga");
    assert_eq!(desk.signs_in(olga), "Olga");
}

#[test]
fn nobody_signs_in_beside_somebody_without_a_pin() {
    let mut desk = Desk::new();
    let (olga, frank) = (desk.olga, desk.frank);
    desk.is_told(frank, &hash());
    assert_eq!(desk.at_work(), Some(olga), "a PIN set elsewhere locks nobody out");
    assert_eq!(desk.signs_in(frank), "own_pin_first");
    assert_eq!(desk.sets(olga), "done");
    assert_eq!(desk.signs_in(frank), "Frank");
    desk.replica.sign_out().unwrap();
    assert_eq!(desk.at_work(), None);
}

#[test]
fn a_desk_stays_locked_when_its_own_person_lost_their_pin_while_somebody_can_help_them() {
    let mut desk = Desk::new();
    let (olga, mia, frank) = (desk.olga, desk.mia, desk.frank);
    for who in [olga, mia, frank] {
        assert_eq!(desk.sets(who), "done");
        assert_eq!(desk.signs_in(olga), "Olga");
    }
    let (another, add) = add_staff("Otto", Role::Owner);
    desk.replica.submit(&add, NOW).unwrap();
    assert_eq!(desk.sets(another), "done");
    desk.is_told(olga, "");
    assert_eq!(desk.signs_in(frank), "Frank");
    desk.replica.sign_out().unwrap();
    assert_eq!(desk.at_work(), None, "Otto can give her another");
    assert_eq!(desk.signs_in(olga), "pin_missing");
    assert_eq!(desk.signs_in(another), "Otto");
    assert_eq!(desk.sets(olga), "done");
    assert_eq!(desk.signs_in(olga), "Olga");

    // Where nobody could, the desk is hers: a manager gives an owner no PIN.
    desk.is_told(another, "");
    desk.is_told(olga, "");
    assert_eq!(desk.signs_in(mia), "Mia");
    desk.replica.sign_out().unwrap();
    assert_eq!(desk.at_work(), Some(olga));
    assert_eq!(desk.signs_in(frank), "own_pin_first");
}
