use super::words::{Finds, Spared, Turn, without_words};
use super::{About, Said};
use crate::draft::add_customer;
use crate::replica::{Founding, Replica, now};
use crate::sample;
use crate::store::{meta, outbox, rows, whose};
use crate::submit::Submission;
use holdfast_domain::command::{ChangeSeries, EditBooking, EditCustomer, Patch, SeriesChange};
use holdfast_domain::{Booking, BookingId, Command, CustomerId, SeriesId, Timestamp};
use holdfast_protocol::{Digest, OPERATION_BYTES_MAX};
use std::collections::HashSet;
use uuid::Uuid;

const YEAR_MS: i64 = 365 * 24 * 3_600_000;

fn desk(dir: &std::path::Path) -> Replica {
    let mut replica = Replica::open(dir).unwrap();
    let founding = Founding::example();
    replica.found(&founding, now()).unwrap().unwrap();
    replica
}

fn add(replica: &mut Replica, name: &str) -> CustomerId {
    let (id, add) = add_customer(name, |_| {});
    assert!(matches!(replica.submit(&add, now()).unwrap(), Submission::Done(_)));
    id
}

fn assert_chained(replica: &Replica) {
    let mut prev = Digest::start();
    for kept in outbox::from_seq(&replica.db, 0, usize::MAX).unwrap() {
        assert_eq!(kept.operation.prev, prev);
        prev = kept.operation.digest();
        assert_eq!(outbox::digest(&replica.db, kept.operation.seq).unwrap(), prev);
    }
}

#[test]
fn what_was_taken_back_names_nobody_either() {
    let dir = tempfile::tempdir().unwrap();
    let mut replica = desk(dir.path());
    let anna = add(&mut replica, "Anna Miller");
    let name = Some(Patch { from: "Anna Miller".into(), to: "Anna Smith".into() });
    let edit = EditCustomer { customer_id: anna, name, ..EditCustomer::default() };
    replica.submit(&Command::EditCustomer(edit), now()).unwrap();
    assert!(replica.undo(now()).unwrap().is_some());
    replica.erase_customer(anna, "she asked", now()).unwrap();
    let kept = outbox::from_seq(&replica.db, 0, usize::MAX).unwrap();
    let named: Vec<&str> = kept.iter().map(|kept| kept.operation.command.get()).collect();
    assert!(named.iter().all(|it| !it.contains("Anna")), "{named:#?}");
    assert!(named.iter().any(|it| it.contains("Riverside")));
    assert_chained(&replica);
}

#[test]
fn only_what_follows_the_first_operation_about_somebody_is_written_anew_and_once_for_all() {
    let dir = tempfile::tempdir().unwrap();
    let mut replica = desk(dir.path());
    for n in 0..700 {
        add(&mut replica, &format!("Customer {n}"));
    }
    let last = add(&mut replica, "Anna");
    let before = replica.db.total_changes();
    replica.erase_customer(last, "she asked", now()).unwrap();
    assert!(replica.db.total_changes() - before < 300);
    assert_chained(&replica);

    let later = Timestamp(now().0 + 3 * YEAR_MS);
    let before = replica.db.total_changes();
    let (retained, _) = replica.erase_retained(None, later).unwrap().unwrap();
    assert_eq!(retained.customers.len(), 700);
    // Each operation once, and what is written of each customer.
    let written = replica.db.total_changes() - before;
    assert!(written < 700 * 50, "{written}");
    assert_chained(&replica);
}

#[test]
fn what_was_overwritten_is_swept_out_of_the_files_when_the_replica_is_opened_next() {
    let dir = tempfile::tempdir().unwrap();
    let mut replica = desk(dir.path());
    let anna = add(&mut replica, "Anna Miller");
    let found = || {
        let files = dir.path().read_dir().unwrap().map(|file| file.unwrap().path());
        let holds = |path: &std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes.windows(11).any(|it| it == b"Anna Miller")
        };
        files.filter(|path| path.is_file()).filter(holds).count()
    };
    replica.erase_customer(anna, "she asked", now()).unwrap();
    assert!(found() > 0, "the log has it while somebody is at work");
    drop(Replica::open(dir.path()).unwrap());
    assert_eq!(found(), 0);
    assert_eq!(meta::get(&replica.db, meta::Key::Unswept).unwrap(), None);
}

#[test]
fn an_older_database_learns_whose_its_bookings_were() {
    let dir = tempfile::tempdir().unwrap();
    let mut replica = Replica::open(dir.path()).unwrap();
    let venue_id = replica.found(&Founding::example(), now()).unwrap().unwrap();
    sample::fill(&mut replica, venue_id, now()).unwrap();
    let booked = "where t.customer_id is not null order by t.id limit 2";
    let bookings: Vec<Booking> = rows::all(&replica.db, booked, &[]).unwrap();
    let (anna, tim) = (add(&mut replica, "Anna"), add(&mut replica, "Tim"));
    let mut edit = |booking: &Booking, to: Option<CustomerId>, note: &str| {
        let was: Booking = rows::get(&replica.db, booking.id).unwrap().unwrap();
        let (from, booking_id) = (was.customer_id, booking.id);
        let customer_id = (from != to).then_some(Patch { from, to });
        let staff_note = Some(Patch { from: was.staff_note, to: note.into() });
        let edit = EditBooking { booking_id, customer_id, staff_note, ..EditBooking::default() };
        let done = replica.submit(&Command::EditBooking(edit), now()).unwrap();
        assert!(matches!(done, Submission::Done(_)), "{done:?}");
    };
    let [given, kept] = &bookings[..] else { panic!("the sample has bookings") };
    edit(kept, kept.customer_id, "keys");
    for (to, note) in [
        (given.customer_id, "theirs"),
        (Some(anna), "given"),
        (Some(anna), "hers"),
        (None, "hers still"),
        (None, "nobody's is hers"),
        (Some(tim), "given again"),
        (Some(tim), "his"),
    ] {
        edit(given, to, note);
    }
    let noted = |replica: &Replica| {
        let mut noted: Vec<_> = whose::between(&replica.db, 0, u64::MAX >> 1)
            .unwrap()
            .into_iter()
            .flat_map(|(seq, of)| of.into_iter().map(move |(id, whose)| (seq, id, whose)))
            .filter(|(_, id, _)| bookings.iter().any(|it| it.id.to_string() == *id))
            .collect();
        noted.sort();
        noted
    };
    let before = noted(&replica);
    assert_eq!(before.len(), 8);
    let was: Vec<CustomerId> = before.iter().map(|it| it.2).collect();
    assert_eq!((was[2], was[4], was[5], was[7]), (given.customer_id.unwrap(), anna, anna, tim));
    replica
        .db
        .execute_batch("drop table whose; delete from refinery_schema_history where version > 11")
        .unwrap();
    drop(replica);
    assert_eq!(noted(&Replica::open(dir.path()).unwrap()), before);
}

#[test]
fn a_gift_of_many_dates_is_never_more_than_headquarters_takes() {
    let [anna, tim] = [1, 2].map(|n| CustomerId(Uuid::from_u128(n)));
    let written = |dates: u128, note: &str| {
        let ids = || (1..=dates).map(|n| BookingId(Uuid::from_u128(100 + n)));
        let edit = |booking_id| {
            let customer_id = Some(Patch { from: Some(anna), to: Some(tim) });
            let title = Some(Patch { from: "Anna's".into(), to: "Cup".into() });
            EditBooking { booking_id, customer_id, title, ..EditBooking::default() }
        };
        let changes = ids().map(|id| SeriesChange::EditBooking(edit(id))).collect();
        let gift = Command::ChangeSeries(ChangeSeries { series_id: SeriesId::default(), changes });
        let gift = serde_json::value::to_raw_value(&gift).unwrap();
        let turn = |booking_id| Turn {
            booking_id,
            others: Some(tim),
            found: [("staff_note".to_owned(), note.to_owned())].into(),
            finds: Finds::Anything,
        };
        let spared = Spared { turns: ids().map(turn).collect(), ..Spared::default() };
        let said = Said { about: &About::new(), erased: &HashSet::new(), whose: About::new() };
        without_words(&gift, &said, spared).unwrap().unwrap().get().to_owned()
    };
    let note = "x".repeat(4_000);
    let (few, many) = (written(10, &note), written(500, &note));
    assert_eq!((few.matches(&note).count(), few.matches("forgotten").count()), (10, 10));
    assert!(many.len() <= OPERATION_BYTES_MAX, "{}", many.len());
    assert_eq!((many.matches(&note).count(), many.matches("\"Cup\"").count()), (0, 500));
    assert!(!many.contains("Anna's"));
}
