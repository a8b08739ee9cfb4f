//! A club of two venues in two zones, which a replica founded; what it asks, and what must be true
//! of its rows after every exchange and at the end.

use super::ask::Asker;
use super::dice::Dice;
use super::picture::Picture;
use super::script::Begins;
use super::{CREW, PIN, VERIFIER};
use crate::device::Device;
use holdfast_domain::command::{AddCustomer, OpenVenue, SetPin, Withdraw};
use holdfast_domain::*;
use holdfast_protocol::{Outcome, SyncReply};
use holdfast_replica::sync::{self, Client};
use holdfast_replica::{Founding, Replica, Submission, draft};
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::{Cluster, Database};
use proptest::prelude::TestCaseError;
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3_600_000;

/// The replica that founded it, and a device that pushes to headquarters what the replica is told,
/// too. Both see everything.
pub(super) struct Club {
    _database: Database,
    pub(super) hq: Headquarters,
    _directory: tempfile::TempDir,
    pub(super) replica: Replica,
    pub(super) device: Device,
    pub(super) asker: Asker,
}

impl Club {
    pub(super) async fn found(name: &str, begins: Begins) -> Self {
        let database = Cluster::shared().migrated(name);
        let hq = Headquarters::start(&database);
        let directory = memory();
        // Clocks turn in both zones in the weeks that follow.
        let first = Timestamp::from_utc("2025-03-20T06:00:00Z".parse().unwrap());
        let at = first.plus_ms(i64::from(begins) * DAY_MS);
        let mut replica = founded(directory.path(), at);
        hq.create_org("Club");
        let client = Client::new().unwrap();
        let code = hq.pair("Club", None);
        sync::enrol(&mut replica, &client, &hq.url(), &code, None).await.unwrap();
        sync::sync(&mut replica, &client, |_| {}).await.unwrap();
        let device = Device::enrol(&hq, "Club", "Riverside").await;
        database
            .run(&format!("update devices set venue_id = null where device_id = '{}'", device.id));
        let owner = device.staff_id;
        // Every other id that is picked from comes from dice, or is the same in every club.
        let picture = Picture::with_chance_ids(vec![device.venue_id.0, owner.0]);
        let asker = Asker { dice: Dice(0), picture, at, owner };
        let mut club =
            Self { _database: database, hq, _directory: directory, replica, device, asker };
        club.push(Vec::new()).await.unwrap();
        club
    }

    /// A code for a desk of Riverside, or for the laptop of the instructor.
    pub(super) fn code(&self, laptop: bool) -> String {
        if !laptop {
            return self.hq.pair("Club", Some("Riverside"));
        }
        let staff = CREW[2].to_string();
        let pair = ["pair", "--org", "Club", "--venue", "Riverside", "--staff", &staff, "--laptop"];
        self.hq.admin(&pair)["code"].as_str().unwrap().to_owned()
    }

    /// One of those who give the commands; answers who.
    pub(super) fn signs_in(&mut self, who: usize) -> &'static str {
        let (name, staff_id) = self.asker.somebody(who);
        self.replica.sign_in(staff_id, PIN, self.asker.at).unwrap().unwrap();
        self.device.staff_id = staff_id;
        name
    }

    /// What takes back what was done, as the person is shown it.
    pub(super) fn take_back(&mut self, id: OperationId, done: &Command) -> Option<Command> {
        let inverse = undo::inverse(done, self.asker.dice.id())?;
        let mut undo = self.replica.with_terms(inverse, self.asker.at).unwrap();
        let fresh = self.asker.dice.one_in(2);
        match &mut undo {
            Command::Cancel(c) => c.late &= !fresh,
            Command::CancelAttendance(c) => c.late &= !fresh,
            _ => {}
        }
        let seen = self.replica.seen_of(&undo).unwrap();
        let seen = seen.into_iter().filter(|_| self.asker.dice.one_in(2)).collect();
        Some(Command::Withdraw(Withdraw { operation_id: id, undo: Box::new(undo), seen }))
    }

    /// The next command, as a person at the replica would give it; sometimes not.
    pub(super) fn ask(&mut self) -> Command {
        let command = self.asker.command();
        if self.asker.dice.one_in(20) {
            return command;
        }
        self.replica.with_terms(command, self.asker.at).unwrap()
    }

    /// Pushes, and looks at every row that comes back: the replica has come to the same by itself.
    pub(super) async fn push(
        &mut self,
        operations: Vec<holdfast_protocol::Operation>,
    ) -> Result<SyncReply, TestCaseError> {
        let reply = pull(&mut self.device, operations).await;
        for row in &reply.changes {
            if let Some(row) = self.asker.picture.take(row) {
                same_row(&self.replica, &row)?;
            }
        }
        Ok(reply)
    }

    /// Every row of headquarters is the replica's, and every row that a command named is on both
    /// sides or on none.
    pub(super) fn same_rows(&self, named: &BTreeSet<(Entity, Uuid)>) -> TestCaseResult {
        let mut there = BTreeSet::new();
        for (entity, rows) in self.asker.picture.entities() {
            for row in rows {
                same_row(&self.replica, row)?;
                there.insert((entity, row.id()));
            }
        }
        for (entity, id) in named {
            let is_here = here(&self.replica, *entity, *id).is_some();
            prop_assert_eq!(is_here, there.contains(&(*entity, *id)), "{} {}", entity, id);
        }
        Ok(())
    }

    /// Each balance is the sum of its ledger.
    pub(super) fn ledgers_add_up(&self) -> TestCaseResult {
        let mut sums: BTreeMap<PackageId, i64> = BTreeMap::new();
        for entry in self.asker.picture.all::<CreditEntry>() {
            *sums.entry(entry.package_id).or_default() += i64::from(entry.credits);
        }
        for package in self.asker.picture.all::<Package>() {
            prop_assert_eq!(
                sums.get(&package.id).copied().unwrap_or_default(),
                i64::from(package.balance),
                "{:?}",
                package
            );
        }
        Ok(())
    }

    /// As many places are taken as the roster says, and no more than there are.
    pub(super) fn places_fit(&self) -> TestCaseResult {
        let mut taken: BTreeMap<BookingId, u32> = BTreeMap::new();
        for place in self.asker.picture.all::<Attendance>().filter(|it| it.status.takes_place()) {
            *taken.entry(place.booking_id).or_default() += 1;
        }
        for booking in self.asker.picture.all::<Booking>() {
            let taken = taken.get(&booking.id).copied().unwrap_or_default();
            prop_assert_eq!(taken, booking.places_taken, "{:?}", booking);
            prop_assert!(taken <= booking.capacity.unwrap_or_default(), "{booking:?}");
        }
        Ok(())
    }
}

/// One round; further pages, too.
pub(super) async fn pull(
    device: &mut Device,
    operations: Vec<holdfast_protocol::Operation>,
) -> SyncReply {
    let asked = operations.len();
    let mut reply = device.push(operations).await.unwrap();
    device.cursors.extend(reply.cursors.clone());
    while reply.more {
        let next = device.push(Vec::new()).await.unwrap();
        device.cursors.extend(next.cursors);
        reply.changes.extend(next.changes);
        reply.more = next.more;
    }
    assert_eq!(reply.verdicts.len(), asked);
    reply
}

/// A row of headquarters is the replica's. What headquarters writes down by itself has stories of
/// its own.
fn same_row(replica: &Replica, there: &Change) -> TestCaseResult {
    let entity = there.entity();
    if entity != Entity::HistoryEntry {
        let here = here(replica, entity, there.id());
        let differs = "headquarters' row is not the replica's";
        prop_assert_eq!(Some(there), here.as_ref(), "{}: {}", entity, differs);
    }
    Ok(())
}

fn here(replica: &Replica, entity: Entity, id: Uuid) -> Option<Change> {
    macro_rules! read {
        ($($row:ident, $id:ident;)+) => {
            match entity {
                $(Entity::$row => replica.get::<$row>($id(id)).unwrap().map(Change::$row),)+
                _ => None,
            }
        };
    }
    read! {
        Venue, VenueId; Resource, ResourceId; Staff, StaffId; Customer, CustomerId;
        Booking, BookingId; Claim, ClaimId; BookingClaim, ClaimId; Service, ServiceId;
        Payment, PaymentId; AvailabilityException, ExceptionId; Product, ProductId;
        Package, PackageId; CreditEntry, CreditEntryId; Event, EventId;
        Attendance, AttendanceId; Series, SeriesId; StaffPin, StaffId;
        DataRequest, DataRequestId;
    }
}

/// A directory that waits for no disk, where there is one: nothing here is about power cuts.
pub(super) fn memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn founded(directory: &std::path::Path, at: Timestamp) -> Replica {
    let mut replica = Replica::open(directory).unwrap();
    let founding = Founding {
        org_name: "Club".into(),
        owner_name: "Olga".into(),
        venue_name: "Riverside".into(),
        timezone: "Europe/London".into(),
        currency: "GBP".into(),
        slot_minutes: 30,
    };
    let riverside = replica.found(&founding, at).unwrap().unwrap();
    let island = VenueId(Uuid::from_u128(1));
    let (owner, mut setup) = (replica.session().unwrap().staff.unwrap().id, Vec::new());
    for (staff_id, role) in CREW.into_iter().zip([Role::Manager, Role::FrontDesk, Role::Instructor])
    {
        let mut add = draft::add_staff(role.as_str(), role).1;
        if let Command::AddStaff(c) = &mut add {
            c.staff_id = staff_id;
        }
        setup.push(add);
    }
    setup.push(Command::OpenVenue(OpenVenue {
        venue_id: island,
        name: "Island".into(),
        timezone: Zone::parse("Australia/Lord_Howe").unwrap(),
        currency: Currency::parse("AUD").unwrap(),
        slot_minutes: 15,
    }));
    for n in 1..=6 {
        let venues = [vec![riverside], vec![island], vec![riverside, island]][n % 3].clone();
        let kind = [ResourceKind::Court, ResourceKind::Instructor][n / 5];
        let mut add = draft::add_resource(&format!("Court {n}"), kind, "", "", venues).1;
        if let Command::AddResource(c) = &mut add {
            c.resource_id = ResourceId(Uuid::from_u128(10 + n as u128));
            c.staff_id = Some(CREW[2]).filter(|_| kind == ResourceKind::Instructor && n == 5);
        }
        setup.push(add);
        let name = format!("Customer {n}");
        let same =
            |c: &mut AddCustomer| c.customer_id = CustomerId(Uuid::from_u128(20 + n as u128));
        setup.push(draft::add_customer(&name, same).1);
    }
    let verifier = String::from(VERIFIER);
    let pin = |staff_id| Command::SetPin(SetPin { staff_id, verifier: verifier.clone() });
    setup.extend(CREW.into_iter().chain([owner]).map(pin));
    for command in setup {
        assert_eq!(answer(replica.submit(&command, at).unwrap()), "done");
    }
    replica.sign_in(owner, PIN, at).unwrap().unwrap();
    replica
}

pub(super) fn answer(submission: Submission) -> String {
    match submission {
        Submission::Done(_) | Submission::Unchanged => "done".into(),
        Submission::Refused(refusal) => refusal.code().into(),
    }
}

pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { .. } => "done".to_owned(),
        Outcome::Refused { refusal, .. }
        | Outcome::DependentRefused { refusal, .. }
        | Outcome::Quarantined { refusal } => refusal.code.clone(),
    }
}
