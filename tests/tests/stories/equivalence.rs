//! The same answers on both sides: a replica and headquarters are given the same random commands
//! about everything there is, give the same verdicts, and come to the same rows. A desk that sees
//! only its own venue may be more lenient, never stricter.
//!
//! `HOLDFAST_SEED` runs another story, `HOLDFAST_COMMANDS` a longer one.

mod ask;
mod bookings;
mod classes;
mod dice;
mod people;
mod picture;
mod places;
mod series;

use crate::club::headquarters;
use crate::device::Device;
use ask::Asker;
use dice::Dice;
use holdfast_domain::command::{OpenVenue, SetPin, Withdraw};
use holdfast_domain::*;
use holdfast_protocol::{Outcome, SyncReply};
use holdfast_replica::sync::{self, Client};
use holdfast_replica::{Founding, Replica, Submission, draft};
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Database;
use picture::Picture;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const PER_PUSH: usize = 50;
/// A manager, somebody at the front desk, an instructor.
const CREW: [StaffId; 3] =
    [StaffId(Uuid::from_u128(101)), StaffId(Uuid::from_u128(102)), StaffId(Uuid::from_u128(103))];
/// Everybody's PIN, and its hash at the least cost: nobody is kept out here.
const PIN: &str = "1234";
const VERIFIER: &str = "$argon2id$v=19$m=8,t=1,p=1$/PD9rKhynxjKRPT2BcUbPg$\
    7UsMrpbpysK++I0q3y7hyRISRsTZFLvLheH0dUgHELg";

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_and_headquarters_give_the_same_verdicts_and_rows() {
    let commands = setting("HOLDFAST_COMMANDS", 10_000);
    let mut club = Club::found("equivalence").await;
    let mut met = Met::default();
    // What was done lately, by its operation at headquarters: to be taken back.
    let mut done: Vec<(OperationId, Command)> = Vec::new();
    for _ in 0..commands / PER_PUSH {
        let mut expected = Vec::new();
        let mut operations = Vec::new();
        club.somebody_signs_in();
        for _ in 0..PER_PUSH {
            club.asker.wait();
            let taken_back = club.asker.dice.pick(&done).filter(|_| club.asker.dice.one_in(30));
            let command = taken_back.and_then(|(id, command)| club.take_back(id, &command));
            let (command, at) = (command.unwrap_or_else(|| club.ask()), club.asker.at);
            let answer = answer(club.replica.submit(&command, at).unwrap());
            operations.push(club.device.operation_at(&command, at));
            expected.push((answer, command));
        }
        let reply = club.push(operations).await;
        for (verdict, (expected, command)) in reply.verdicts.iter().zip(expected) {
            let there = outcome(&verdict.outcome);
            assert_eq!(there, expected, "{verdict:?} for {command:#?}");
            if there == "done" {
                done.push((verdict.operation_id, command.clone()));
            }
            met.count(&command, there);
        }
        done.drain(..done.len().saturating_sub(PER_PUSH));
    }
    met.assert_enough(commands);
    club.assert_same_rows(&met.named);
    club.assert_ledgers();
    club.assert_places();
    assert_eq!(club.replica.examine().unwrap().overlapping_claims, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_sees_one_venue_is_never_stricter_than_headquarters() {
    let met = never_stricter("leniency", false).await;
    assert!(met.len() > 20, "they met enough: {met:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instructors_laptop_is_never_stricter_than_headquarters() {
    let met = never_stricter("laptop_leniency", true).await;
    assert!(met.len() > 8, "they met enough: {met:?}");
}

/// What a device that sees a part refuses, headquarters refuses, too; answers what they met.
async fn never_stricter(name: &str, laptop: bool) -> BTreeMap<String, usize> {
    let rounds = setting("HOLDFAST_ROUNDS", 30);
    let mut club = Club::found(name).await;
    let client = Client::new().unwrap();
    let directory = memory();
    let mut desk = Replica::open(directory.path()).unwrap();
    let code = club.code(laptop);
    sync::enrol(&mut desk, &client, &club.hq.url(), &code, None).await.unwrap();
    let mut beside = Device::enrol_with(&club.hq, club.code(laptop)).await;
    let mut picture = Picture::default();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..rounds {
        // The world goes on, at both venues.
        let mut operations = Vec::new();
        for _ in 0..PER_PUSH {
            club.asker.wait();
            let command = club.ask();
            // Only so that terms stay about right; what is refused is not looked at here.
            let _ = club.replica.submit(&command, club.asker.at).unwrap();
            operations.push(club.device.operation_at(&command, club.asker.at));
        }
        club.push(operations).await;
        sync::sync(&mut desk, &client, |_| {}).await.unwrap();
        let reply = pull(&mut beside, Vec::new()).await;
        for row in &reply.changes {
            picture.take(row);
        }
        let actor = if laptop { CREW[2] } else { club.asker.somebody() };
        desk.sign_in(actor, PIN, club.asker.at).unwrap().unwrap();
        beside.staff_id = actor;
        // What the desk refuses now, headquarters refuses, too: nothing of it changes anything.
        std::mem::swap(&mut club.asker.picture, &mut picture);
        let mut refused = Vec::new();
        while refused.len() < 25 {
            let (command, at) = (club.asker.command(), club.asker.at);
            let command = desk.with_terms(command, at).unwrap();
            // What may not be seen cannot be worked on: nobody is shown it, to begin with.
            let unseen = |it: &Refusal| laptop && matches!(it, Refusal::NotFound { .. });
            if let Some(refusal) = desk.preview(&command, at).unwrap().filter(|it| !unseen(it)) {
                refused.push((beside.operation_at(&command, at), refusal, command));
            }
        }
        std::mem::swap(&mut club.asker.picture, &mut picture);
        let operations = refused.iter().map(|(operation, ..)| operation.clone()).collect();
        let reply = pull(&mut beside, operations).await;
        for (verdict, (_, refusal, command)) in reply.verdicts.iter().zip(&refused) {
            let there = outcome(&verdict.outcome);
            assert_ne!(there, "done", "the desk said {refusal:?} to {command:#?}");
            *met.entry(refusal.code().into()).or_default() += 1;
        }
    }
    println!("{met:#?}");
    let theirs = |row: &Customer| row.email.is_empty() && row.address.is_empty();
    assert!(
        !laptop || picture.all::<Customer>().all(theirs),
        "a laptop is told a name and a phone"
    );
    assert!(!laptop || picture.count(Entity::Package) == 0, "and nothing of what was paid");
    met
}

/// A club of two venues in two zones: the replica that founded it, and a device that pushes to
/// headquarters what the replica is told, too. Both see everything.
struct Club {
    _database: Database,
    hq: Headquarters,
    _directory: tempfile::TempDir,
    replica: Replica,
    device: Device,
    asker: Asker,
}

impl Club {
    async fn found(name: &str) -> Self {
        let seed = setting("HOLDFAST_SEED", 7);
        println!("HOLDFAST_SEED={seed}");
        let (database, hq) = headquarters(name);
        let directory = memory();
        // Clocks turn in both zones in the weeks that follow.
        let at = Timestamp::from_utc("2025-03-20T06:00:00Z".parse().unwrap());
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
        let asker = Asker { dice: Dice(seed as u64), picture: Picture::default(), at, owner };
        let mut club =
            Self { _database: database, hq, _directory: directory, replica, device, asker };
        club.push(Vec::new()).await;
        club
    }

    /// A code for a desk of Riverside, or for the laptop of the instructor.
    fn code(&self, laptop: bool) -> String {
        if !laptop {
            return self.hq.pair("Club", Some("Riverside"));
        }
        let staff = CREW[2].to_string();
        let pair = ["pair", "--org", "Club", "--venue", "Riverside", "--staff", &staff, "--laptop"];
        self.hq.admin(&pair)["code"].as_str().unwrap().to_owned()
    }

    fn somebody_signs_in(&mut self) {
        let staff_id = self.asker.somebody();
        self.replica.sign_in(staff_id, PIN, self.asker.at).unwrap().unwrap();
        self.device.staff_id = staff_id;
    }

    /// What takes back what was done, as the person is shown it.
    fn take_back(&mut self, operation_id: OperationId, done: &Command) -> Option<Command> {
        let inverse = undo::inverse(done, self.asker.dice.id())?;
        let mut undo = self.replica.with_terms(inverse, self.asker.at).unwrap();
        let fresh = self.asker.dice.one_in(2);
        match &mut undo {
            Command::Cancel(c) => c.late &= !fresh,
            Command::CancelAttendance(c) => c.late &= !fresh,
            _ => {}
        }
        Some(Command::Withdraw(Withdraw { operation_id, undo: Box::new(undo) }))
    }

    /// The next command, as a person at the replica would give it; sometimes not.
    fn ask(&mut self) -> Command {
        let command = self.asker.command();
        if self.asker.dice.one_in(20) {
            return command;
        }
        self.replica.with_terms(command, self.asker.at).unwrap()
    }

    /// Pushes, and looks at every row that comes back: the replica has come to the same by itself.
    async fn push(&mut self, operations: Vec<holdfast_protocol::Operation>) -> SyncReply {
        let reply = pull(&mut self.device, operations).await;
        for row in &reply.changes {
            self.asker.picture.take(row);
        }
        reply
    }

    /// Every row of headquarters is the replica's, and every row that a command named is on both
    /// sides or on none.
    fn assert_same_rows(&self, named: &BTreeSet<(Entity, Uuid)>) {
        let mut there = BTreeSet::new();
        // What headquarters writes down by itself has stories of its own.
        let compared = |it: &Entity| *it != Entity::HistoryEntry;
        for (entity, rows) in self.asker.picture.entities().filter(|(it, _)| compared(it)) {
            println!("{entity}: {}", rows.len());
            for row in rows {
                assert_eq!(here(&self.replica, entity, row.id()).as_ref(), Some(row));
                there.insert((entity, row.id()));
            }
        }
        for entity in Entity::ALL.iter().filter(|it| compared(it)) {
            assert!(self.asker.picture.count(*entity) > 0, "no {entity}");
        }
        for (entity, id) in named {
            let is_here = here(&self.replica, *entity, *id).is_some();
            assert_eq!(is_here, there.contains(&(*entity, *id)), "{entity} {id}");
        }
    }

    /// Each balance is the sum of its ledger.
    fn assert_ledgers(&self) {
        let mut sums: BTreeMap<PackageId, i64> = BTreeMap::new();
        for entry in self.asker.picture.all::<CreditEntry>() {
            *sums.entry(entry.package_id).or_default() += i64::from(entry.credits);
        }
        for package in self.asker.picture.all::<Package>() {
            assert_eq!(sums[&package.id], i64::from(package.balance), "{package:?}");
        }
    }

    /// As many places are taken as the roster says, and no more than there are.
    fn assert_places(&self) {
        let mut taken: BTreeMap<BookingId, u32> = BTreeMap::new();
        for place in self.asker.picture.all::<Attendance>().filter(|it| it.status.takes_place()) {
            *taken.entry(place.booking_id).or_default() += 1;
        }
        for booking in self.asker.picture.all::<Booking>() {
            let taken = taken.get(&booking.id).copied().unwrap_or_default();
            assert_eq!(taken, booking.places_taken, "{booking:?}");
            assert!(taken <= booking.capacity.unwrap_or_default(), "{booking:?}");
        }
    }
}

/// What they met: how often each command had which answer.
#[derive(Default)]
struct Met {
    codes: BTreeMap<String, usize>,
    done: BTreeMap<&'static str, usize>,
    named: BTreeSet<(Entity, Uuid)>,
}

impl Met {
    fn count(&mut self, command: &Command, answer: String) {
        if answer == "done" {
            *self.done.entry(command.name()).or_default() += 1;
            self.named.extend(command.made());
        }
        *self.codes.entry(answer).or_default() += 1;
    }

    fn assert_enough(&self, commands: usize) {
        println!("{:#?}\n{:#?}", self.codes, self.done);
        assert!(self.codes["done"] > commands / 5, "they did enough");
        assert!(self.codes.len() > 30, "they met enough: {} answers", self.codes.len());
        assert!(self.done.len() >= 35, "they did all sorts: {}", self.done.len());
        assert!(self.done["withdraw"] > commands / 500, "they took back");
        assert!(self.codes["role_not_allowed"] > commands / 100, "not everybody may do everything");
    }
}

/// One round; further pages, too.
async fn pull(device: &mut Device, operations: Vec<holdfast_protocol::Operation>) -> SyncReply {
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
fn memory() -> tempfile::TempDir {
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
            c.staff_id = Some(CREW[2]).filter(|_| kind == ResourceKind::Instructor && n == 5);
        }
        setup.push(add);
        setup.push(draft::add_customer(&format!("Customer {n}"), |_| {}).1);
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

fn answer(submission: Submission) -> String {
    match submission {
        Submission::Done(_) | Submission::Unchanged => "done".into(),
        Submission::Refused(refusal) => refusal.code().into(),
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { .. } => "done".to_owned(),
        Outcome::Refused { refusal, .. }
        | Outcome::DependentRefused { refusal, .. }
        | Outcome::Quarantined { refusal } => refusal.code.clone(),
    }
}

fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}
