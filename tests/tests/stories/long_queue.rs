//! A long day offline: one clash in a thousand operations touches nothing but itself.

use crate::club::{assert_converged, book, inbox, on_day, standing, two_desks};
use serde_json::Value;

#[test]
fn a_thousand_operations_wait_and_one_clash_leaves_the_others_alone() {
    let (database, _hq, a, b) = two_desks("thousand");
    // A thousand bookings, half an hour each, on two courts, by import: one operation a row.
    let files = tempfile_dir();
    let mut rows = String::from("id,court,start,minutes\n");
    for n in 0..1000 {
        let (day, slot, court) = (10 + n / 96, n % 96 / 2, n % 2 + 1);
        let hour = format!("{:02}:{:02}", slot / 2, slot % 2 * 30);
        rows.push_str(&format!("{n},Court {court},{},30\n", on_day(day, &hour)));
    }
    std::fs::write(files.join("bookings.csv"), rows).unwrap();
    let mapping = "source = \"long day\"\n[bookings]\nfile = \"bookings.csv\"\nid = \"id\"\n\
                   resource = \"court\"\nstart = \"start\"\nlength = { minutes = \"minutes\" }\n";
    std::fs::write(files.join("map.toml"), mapping).unwrap();
    let map = files.join("map.toml");
    let imported = a.ok(&["import", "--mapping", map.to_str().unwrap(), files.to_str().unwrap()]);
    assert_eq!(imported["bookings"]["taken"], 1000, "{imported}");
    let waiting = ids(&a.ok(&["waiting"]));
    assert_eq!(waiting.len(), 1000);

    // Meanwhile headquarters takes a booking that clashes with the third of them.
    let half_past = on_day(10, "00:30");
    let theirs = b.ok(&["book", "--resource", "Court 1", "--start", &half_past, "--minutes", "30"]);
    let theirs = theirs["booking_id"].as_str().unwrap().to_owned();
    b.ok(&["sync"]);

    let synced = a.ok(&["sync"]);
    assert_eq!((synced["accepted"].as_u64(), synced["refused"].as_u64()), (Some(999), Some(1)));
    let items = inbox(&a);
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["operation_id"], waiting[2]);
    assert_eq!(standing(&a, &theirs).as_deref(), Some("committed"));
    let listed = a.ok(&["list", "--from", &on_day(9, "00:00")]);
    let bookings = listed["bookings"].as_array().unwrap();
    assert_eq!(bookings.len(), 1000, "999 of ours and one of theirs");
    assert!(bookings.iter().all(|booking| booking["standing"] == "committed"));
    // Headquarters has them in the order in which they were made, under the same ids.
    let ledger = database.run(
        "select operation_id from operations
         where seq > 6 and device_id = (select device_id from devices order by enrolled_at limit 1)
         order by seq",
    );
    let ledger: Vec<&str> = ledger.lines().collect();
    assert_eq!(ledger[ledger.len() - 1000..], waiting);
    b.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
    std::fs::remove_dir_all(files).unwrap();
}

#[test]
fn a_move_of_a_refused_booking_in_a_later_push_holds_nothing_up() {
    let (database, _hq, a, b) = two_desks("later_push");
    let hour = on_day(6, "10:00");
    book(&a, "Court 1", &hour, "Tracy Smith");
    a.ok(&["sync"]);
    let clash = book(&b, "Court 1", &hour, "Tim Rownam");
    // More than one push between the booking and its move.
    let files = tempfile_dir();
    let customers: String = (0..450).map(|n| format!("{n},Customer {n}\n")).collect();
    std::fs::write(files.join("c.csv"), format!("id,name\n{customers}")).unwrap();
    let mapping =
        "source = \"many\"\n[customers]\nfile = \"c.csv\"\nid = \"id\"\nname = \"name\"\n";
    std::fs::write(files.join("map.toml"), mapping).unwrap();
    let map = files.join("map.toml");
    b.ok(&["import", "--mapping", map.to_str().unwrap(), files.to_str().unwrap()]);
    b.ok(&["reschedule", &clash, "--resource", "Court 2"]);
    let after = book(&b, "Court 2", &on_day(6, "15:00"), "Tim Rownam");

    let synced = b.ok(&["sync"]);
    assert_eq!((synced["accepted"].as_u64(), synced["refused"].as_u64()), (Some(451), Some(2)));
    let outcomes: Vec<_> =
        inbox(&b).iter().map(|item| item["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(outcomes, ["refused", "dependent_refused"]);
    assert_eq!(standing(&b, &after).as_deref(), Some("committed"));
    a.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
    std::fs::remove_dir_all(files).unwrap();
}

fn ids(waiting: &Value) -> Vec<String> {
    let rows = waiting.as_object().unwrap().values().find_map(Value::as_array).unwrap();
    rows.iter().map(|row| row["operation_id"].as_str().unwrap().to_owned()).collect()
}

fn tempfile_dir() -> std::path::PathBuf {
    let dir = std::env::temp_dir().join(format!("holdfast-long-day-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&dir).unwrap();
    dir
}
