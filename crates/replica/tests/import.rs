//! Importing other systems' files: real ones where they are at hand, hostile ones always.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use holdfast_domain::{Timestamp, VenueId};
use holdfast_replica::import::{ImportFailure, Mapping, Options, Report};
use holdfast_replica::{Filter, Founding, Replica};
use std::path::{Path, PathBuf};

const NOW: Timestamp = Timestamp(1_795_168_800_000);

fn founded(dir: &Path, slot_minutes: u32) -> (Replica, VenueId) {
    let mut replica = Replica::open(dir).unwrap();
    let founding = Founding {
        org_name: "Country Club".into(),
        owner_name: "Owner".into(),
        venue_name: "Club".into(),
        timezone: "Europe/London".into(),
        currency: "GBP".into(),
        slot_minutes,
    };
    let venue_id = replica.found(&founding, NOW).unwrap().unwrap();
    (replica, venue_id)
}

fn import(
    replica: &mut Replica,
    venue_id: VenueId,
    mapping: &Path,
    dir: &Path,
    dry_run: bool,
) -> Result<Report, ImportFailure> {
    let mapping = Mapping::read(mapping)?;
    replica.import(&mapping, dir, &Options { venue_id, dry_run }, NOW, &mut |_| {})
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_clubs_files_are_taken_whole_and_a_second_time_add_nothing() {
    let data = repository().join("../shared/data/clubdata");
    if !data.exists() {
        println!("SKIPPED: the club's files are not beside this repository");
        return;
    }
    let mapping = repository().join("docs/examples/clubdata.toml");
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue_id) = founded(dir.path(), 30);

    let dry = import(&mut replica, venue_id, &mapping, &data, true).unwrap();
    assert_eq!((dry.bookings.taken, replica.resources().unwrap().len()), (4044, 0));

    let report = import(&mut replica, venue_id, &mapping, &data, false).unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert_eq!(
        (report.resources.taken, report.customers.taken, report.bookings.taken),
        (9, 31, 4044)
    );
    let all = Filter { with_ended: true, ..Filter::default() };
    assert_eq!(replica.list(&all).unwrap().len(), 4044);
    let last_seq = replica.last_seq().unwrap();

    let again = import(&mut replica, venue_id, &mapping, &data, false).unwrap();
    assert_eq!((again.bookings.taken, again.bookings.already), (0, 4044));
    assert_eq!(replica.last_seq().unwrap(), last_seq, "importing twice does nothing");
    let examination = replica.examine().unwrap();
    assert!(examination.ok, "{examination:?}");
}

const MAPPING: &str = r#"
source = "old"
delimiter = ";"
[resources]
file = "rooms.csv"
id = "id"
name = "name"
kind = "room"
[bookings]
file = "bookings.csv"
id = "id"
resource = "room"
start = { date = "date", time = "time", format = "%d.%m.%Y %H:%M" }
length = { end = { date = "date", time = "until", format = "%d.%m.%Y %H:%M" } }
title = "title"
price = "price"
status = { column = "status", words = { "ok" = "confirmed", "storno" = "cancelled" }, default = "confirmed" }
"#;

#[test]
fn every_bad_row_is_named_by_line_and_the_rest_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path();
    std::fs::write(files.join("map.toml"), MAPPING).unwrap();
    // A byte order mark, CRLF, quotes with separators and line breaks inside.
    std::fs::write(files.join("rooms.csv"), "\u{feff}id;name\r\n1;\"Room; large\"\r\n2;Small\r\n")
        .unwrap();
    let mut rows = Vec::from(
        "id;room;date;time;until;title;price;status\r\n\
         a;1;20.11.2012;10:00;11:00;\"two\r\nlines; quoted\";€ 25,00;ok\r\n\
         b;1;20.11.2012;10:30;11:30;overlaps a;;ok\r\n\
         c;1;20.11.2012;11:00;12:00;back to back;;ok\r\n\
         d;9;20.11.2012;10:00;11:00;no such room;;ok\r\n\
         e;2;31.02.2012;10:00;11:00;no such day;;ok\r\n\
         f;2;20.11.2012;10:00;09:00;ends before;;ok\r\n\
         g;2;20.11.2012;10:00\r\n\
         h;2;20.11.2012;10:00;11:00;price;lots;ok\r\n\
         ;2;20.11.2012;10:00;11:00;no id;;ok\r\n\
         j;1;20.11.2012;10:00;11:00;cancelled, so not in the way;;storno\r\n\
         k;2;20.11.2012;14:07;14:11;off the grid, but it happened;;ok\r\n"
            .as_bytes(),
    );
    rows.extend_from_slice(b"l;2;20.11.2012;16:00;17:00;\xff\xfe;;ok\r\n");
    std::fs::write(files.join("bookings.csv"), rows).unwrap();
    let (mut replica, venue_id) = founded(&files.join("replica"), 30);

    let report = import(&mut replica, venue_id, &files.join("map.toml"), files, false).unwrap();

    let rejected: Vec<(u64, &str, &str)> = report
        .rejected
        .iter()
        .map(|row| (row.line, row.source_id.as_str(), row.refusal.code.as_str()))
        .collect();
    assert_eq!(
        rejected.iter().map(|row| (row.0, row.2)).collect::<Vec<_>>(),
        [
            (4, "slot_taken"),
            (6, "field_invalid"),
            (7, "field_invalid"),
            (8, "end_before_start"),
            (9, "field_invalid"),
            (10, "field_invalid"),
            (11, "field_required"),
            (14, "field_invalid"),
        ],
        "{rejected:?}"
    );
    assert_eq!(report.bookings.taken, 4);
    let all = Filter { with_ended: true, ..Filter::default() };
    let listed = replica.list(&all).unwrap();
    let first = listed.iter().find(|l| l.booking.title.contains("two")).unwrap();
    assert_eq!(first.booking.price.unwrap().minor, 2500);
    assert_eq!(first.booking.price.unwrap().currency.code(), "EUR");
    let resources = replica.resources().unwrap();
    assert!(resources.iter().any(|resource| resource.name == "Room; large"));
}

#[test]
fn a_column_that_is_not_there_is_named_and_nothing_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path();
    std::fs::write(files.join("map.toml"), MAPPING).unwrap();
    std::fs::write(files.join("rooms.csv"), "id;label\n1;Room\n").unwrap();
    let (mut replica, venue_id) = founded(&files.join("replica"), 30);

    let failure =
        import(&mut replica, venue_id, &files.join("map.toml"), files, false).unwrap_err();

    assert!(failure.is_bad_input());
    let message = failure.to_string();
    assert!(message.contains("rooms.csv") && message.contains("“name”"), "{message}");
    assert!(message.contains("id, label"), "it says what is there: {message}");
    assert!(replica.resources().unwrap().is_empty());
}

#[test]
fn a_mapping_that_makes_no_sense_is_refused_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("map.toml");
    std::fs::write(&path, "source = \"x\"\n[bookings]\nfile = 1\n").unwrap();
    let message = Mapping::read(&path).unwrap_err().to_string();
    assert!(message.contains("line 3"), "{message}");
}

#[test]
fn what_is_exported_is_imported_whole_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue_id) = founded(&dir.path().join("a"), 15);
    holdfast_replica::sample::fill(&mut replica, venue_id, NOW).unwrap();
    let all = Filter { with_ended: true, ..Filter::default() };
    let first = replica.list(&all).unwrap()[0].booking.clone();
    replica.submit(&holdfast_replica::draft::cancel(&first, "rain".into()), NOW).unwrap();
    let venue = replica.venue(venue_id).unwrap().unwrap();
    let out = dir.path().join("out");
    let exported = replica.export(&venue, &out).unwrap();
    assert_eq!(exported.bookings, replica.list(&all).unwrap().len() as u64);

    let (mut other, other_venue) = founded(&dir.path().join("b"), 15);
    for taken in [exported.bookings, 0] {
        let report =
            import(&mut other, other_venue, &out.join("mapping.toml"), &out, false).unwrap();
        assert!(report.rejected.is_empty(), "{:?}", report.rejected);
        assert_eq!(report.bookings.taken, taken, "importing twice adds nothing");
    }
    let told = |replica: &Replica| -> Vec<(String, String, String)> {
        let listed = replica.list(&all).unwrap().into_iter();
        let mut told: Vec<_> = listed
            .map(|l| {
                let stay = format!("{:?}", l.booking.stay);
                (stay, l.customer_name, l.booking.status.to_string())
            })
            .collect();
        told.sort();
        told
    };
    assert_eq!(told(&replica), told(&other));
}

#[test]
fn fractions_of_a_second_are_cut_and_absurd_lengths_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path();
    let mapping = "source = \"cal\"\n[resources]\nfile = \"r.csv\"\nid = \"id\"\nname = \"id\"\n\
                   kind = \"room\"\n[bookings]\nfile = \"b.csv\"\nid = \"id\"\nresource = \"r\"\n\
                   start = \"start\"\nlength = { units = \"units\", of_minutes = 30 }\n";
    std::fs::write(files.join("map.toml"), mapping).unwrap();
    std::fs::write(files.join("r.csv"), "id\nr1\n").unwrap();
    let rows = "id,r,start,units\n1,r1,2026-11-27T01:00:00.999Z,1\n\
                2,r1,2026-11-27 03:00:00,-9223372036854775808\n\
                3,r1,2026-11-27 04:00:00.5,2\n";
    std::fs::write(files.join("b.csv"), rows).unwrap();
    let (mut replica, venue_id) = founded(&files.join("replica"), 15);
    let report = import(&mut replica, venue_id, &files.join("map.toml"), files, false).unwrap();
    let lines: Vec<u64> = report.rejected.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4], "{:?}", report.rejected);
    let listed = replica.list(&Filter::default()).unwrap();
    assert_eq!(listed[0].booking.stay.starts_at.to_string(), "2026-11-27T01:00:00.000Z");
}
