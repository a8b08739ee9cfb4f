//! Archives of personal data: kept for their time, and no longer.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::{
    AddAttendance, AddCustomer, Book, BookingText, MergeCustomers, Patch,
};
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{BookingId, Command, CustomerId, ResourceKind, Timestamp};
use holdfast_replica::{HandedOut, Replica, Submission, draft, now};
use serde_json::json;
use std::path::Path;
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3_600_000;

fn club(dir: &Path, at: Timestamp) -> Replica {
    founded(dir, ("Europe/London", "GBP"), 30, at).0
}

fn done(replica: &mut Replica, command: &Command, at: Timestamp) {
    let done = replica.submit(command, at).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
}

fn customer(replica: &mut Replica, name: &str, at: Timestamp) -> CustomerId {
    let customer_id = CustomerId(Uuid::now_v7());
    let add = AddCustomer {
        customer_id,
        name: name.into(),
        email: String::new(),
        phone: String::new(),
        address: String::new(),
        note: String::new(),
        source: None,
        about: Default::default(),
        chosen: false,
    };
    done(replica, &Command::AddCustomer(add), at);
    customer_id
}

fn hand_out(replica: &mut Replica, customer: CustomerId, at: Timestamp) -> HandedOut {
    replica.hand_out(customer, at).unwrap().unwrap()
}

#[test]
fn an_archive_is_kept_for_thirty_days_and_then_removed() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let mut replica = club(dir.path(), at);
    let tracy = customer(&mut replica, "Tracy Smith", at);
    let HandedOut { archive, receipt, .. } = hand_out(&mut replica, tracy, at);
    assert!(receipt.is_some(), "the register has a line");
    assert_eq!(archive.expires_at, Some(at.plus_ms(30 * DAY_MS)));
    assert!(archive.path.starts_with(dir.path()) && archive.path.exists());
    assert_eq!(replica.examine().unwrap().archives, std::slice::from_ref(&archive));

    replica.remove_archives(at.plus_ms(30 * DAY_MS - 1)).unwrap();
    assert!(archive.path.exists(), "its time is not over");
    replica.remove_archives(at.plus_ms(30 * DAY_MS)).unwrap();
    assert!(!archive.path.exists());
    assert_eq!(replica.archives().unwrap(), []);
    assert_eq!(replica.data_requests().unwrap().unwrap().len(), 1, "the register keeps its line");
}

#[test]
fn whoever_opens_a_replica_finds_no_expired_archive_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let long_ago = now().plus_ms(-31 * DAY_MS);
    let mut replica = club(dir.path(), long_ago);
    let tracy = customer(&mut replica, "Tracy Smith", long_ago);
    let old = hand_out(&mut replica, tracy, long_ago).archive;
    let new = hand_out(&mut replica, tracy, now()).archive;
    assert!(old.path.exists() && new.path.exists());
    let stray = old.path.with_file_name(format!("{}.zip", Uuid::now_v7()));
    std::fs::write(&stray, "").unwrap();

    let replica = Replica::open(dir.path()).unwrap();
    assert_eq!(replica.archives().unwrap(), std::slice::from_ref(&new));
    assert!(!old.path.exists() && new.path.exists());
    assert!(!stray.exists(), "what the register does not know is kept for nobody");
}

#[test]
fn an_erased_customers_archives_go_at_once_and_those_of_whom_they_turned_out_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let mut replica = club(dir.path(), at);
    let tracy = customer(&mut replica, "Tracy Smith", at);
    let t_smith = customer(&mut replica, "T. Smith", at);
    let tim = customer(&mut replica, "Tim Rownam", at);
    let merge = Patch { from: None, to: Some(tracy) };
    let merge = MergeCustomers { customer_id: t_smith, merged_into: merge };
    done(&mut replica, &Command::MergeCustomers(merge), at);
    let hers = hand_out(&mut replica, tracy, at).archive;
    let the_same = hand_out(&mut replica, t_smith, at).archive;
    let his = hand_out(&mut replica, tim, at).archive;

    let erased = replica.erase_customer(tracy, "she asked", at).unwrap();
    assert!(matches!(erased, Submission::Done(_)));
    assert!(!hers.path.exists() && !the_same.path.exists());
    assert_eq!(replica.archives().unwrap(), [his]);
}

#[test]
fn an_archive_goes_with_whoever_was_one_with_its_customer_when_it_was_made() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let mut replica = club(dir.path(), at);
    let tracy = customer(&mut replica, "Tracy Smith", at);
    let t_smith = customer(&mut replica, "T. Smith", at);
    let merge = |from, to| {
        let merged_into = Patch { from, to };
        Command::MergeCustomers(MergeCustomers { customer_id: t_smith, merged_into })
    };
    done(&mut replica, &merge(None, Some(tracy)), at);
    let both = hand_out(&mut replica, tracy, at).archive;
    done(&mut replica, &merge(Some(tracy), None), at);
    let hers = hand_out(&mut replica, tracy, at).archive;
    replica.erase_customer(t_smith, "she asked", at).unwrap();
    assert!(!both.path.exists() && hers.path.exists());
}

#[test]
fn nobody_gets_an_archive_that_is_not_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let mut replica = club(dir.path(), at);
    let nobody = replica.hand_out(CustomerId(Uuid::now_v7()), at).unwrap();
    assert!(nobody.is_err());
    assert_eq!(dir.path().join("exports").read_dir().unwrap().count(), 0);
}

/// A file of an archive.
fn read(archive: &HandedOut, name: &str) -> String {
    let file = std::fs::File::open(&archive.archive.path).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    std::io::read_to_string(zip.by_name(&format!("{name}.json")).unwrap()).unwrap()
}

fn names(archive: &HandedOut) -> Vec<String> {
    let file = std::fs::File::open(&archive.archive.path).unwrap();
    let zip = zip::ZipArchive::new(file).unwrap();
    zip.file_names().map(|name| name.unwrap().into_owned()).collect()
}

/// A class of three places, or what somebody booked for themselves.
fn yoga(replica: &mut Replica, of: Option<CustomerId>, hour: u32, at: Timestamp) -> BookingId {
    let venue = replica.venues().unwrap().remove(0);
    let (hall, add) = draft::add_resource("Hall", ResourceKind::Room, "", "", vec![venue.id]);
    done(replica, &add, at);
    let day = venue.timezone.date(at) + chrono::Duration::days(3);
    let stay = stay_at(&venue, day.and_hms_opt(hour, 0, 0).unwrap(), 60).unwrap();
    let booking_id = BookingId(Uuid::now_v7());
    let text = BookingText { title: "Yoga".into(), ..BookingText::default() };
    let capacity = of.is_none().then_some(3);
    let book = Book::new(booking_id, venue.id, vec![hall], stay);
    done(replica, &Command::Book(Book { capacity, text, customer_id: of, ..book }), at);
    booking_id
}

fn put(replica: &mut Replica, booking_id: BookingId, customer_id: CustomerId, at: Timestamp) {
    let (waitlist, package_id, credits) = (false, None, 0);
    let add = AddAttendance { booking_id, customer_id, waitlist, package_id, credits };
    done(replica, &Command::AddAttendance(add), at);
}

/// Another title of a booking, or another customer.
fn edited(replica: &mut Replica, id: BookingId, field: &str, to: &str, at: Timestamp) {
    let booking = json!(replica.booking(id).unwrap().unwrap().booking);
    let patch = json!({ "from": booking[field], "to": to });
    let edit = json!({ "type": "edit_booking", "booking_id": id, field: patch });
    done(replica, &serde_json::from_value(edit).unwrap(), at);
}

#[test]
fn who_came_to_a_class_is_told_which_class_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let mut replica = club(dir.path(), at);
    let tracy = customer(&mut replica, "Tracy Smith", at);
    let class = yoga(&mut replica, None, 10, at);
    put(&mut replica, class, tracy, at);
    let places = read(&hand_out(&mut replica, tracy, at), "attendance");
    assert!(places.contains("Yoga") && places.contains("T10:00:00"), "{places}");
}

#[test]
fn what_happened_to_a_customer_is_in_their_archive_and_nothing_of_anybody_else() {
    let dir = tempfile::tempdir().unwrap();
    let at = now();
    let mut replica = club(dir.path(), at);
    let [tracy, tim] = ["Tracy Smith", "Tim Rownam"].map(|it| customer(&mut replica, it, at));
    let class = yoga(&mut replica, None, 10, at);
    put(&mut replica, class, tracy, at);
    put(&mut replica, class, tim, at);
    let tims = yoga(&mut replica, Some(tim), 14, at);
    edited(&mut replica, tims, "title", "Yoga for Tim", at);
    let paid = json!({
        "type": "take_payment", "payment_id": Uuid::now_v7(), "booking_id": tims,
        "amount": { "minor": 500, "currency": "GBP" }, "method": "cash", "note": "Tim's voucher",
    });
    done(&mut replica, &serde_json::from_value(paid).unwrap(), at);
    // With its words, at once.
    let given = json!({
        "type": "edit_booking", "booking_id": tims, "customer_id": { "from": tim, "to": tracy },
        "title": { "from": "Yoga for Tim", "to": "Yoga" },
    });
    done(&mut replica, &serde_json::from_value(given).unwrap(), at);

    let hers = hand_out(&mut replica, tracy, at);
    assert_eq!((hers.note(), hers.venues.len()), (String::new(), 1), "it sees all there is");
    let told = read(&hers, "history_entry");
    let actions = |told: &str, action: &str| told.matches(action).count();
    assert_eq!(actions(&told, "\"add_customer\""), 1, "{told}");
    assert_eq!(actions(&told, "\"add_attendance\""), 1, "her own place: {told}");
    assert_eq!(actions(&told, "\"edit_booking\""), 1, "none from before it was hers: {told}");
    assert!(!told.contains(&tim.to_string()) && !told.contains("Tim"), "{told}");
    assert_eq!(names(&hers).iter().find(|name| *name == "payment.json"), None, "his voucher");

    let his = read(&hand_out(&mut replica, tim, at), "history_entry");
    assert_eq!(actions(&his, "\"add_attendance\""), 1, "{his}");
    assert!(!his.contains(&tracy.to_string()), "{his}");
}
