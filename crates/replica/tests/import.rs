//! Importing other systems' files: real ones where they are at hand, hostile ones always.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::{Timestamp, VenueId};
use holdfast_replica::import::{ImportFailure, Mapping, Options, Report};
use holdfast_replica::{Filter, Replica};
use std::path::{Path, PathBuf};

const NOW: Timestamp = Timestamp(1_795_168_800_000);

fn club(dir: &Path, slot_minutes: u32) -> (Replica, VenueId) {
    let (replica, venue) = founded(dir, ("Europe/London", "GBP"), slot_minutes, NOW);
    (replica, venue.id)
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
    let (mut replica, venue_id) = club(dir.path(), 30);

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
    let (mut replica, venue_id) = club(&files.join("replica"), 30);

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
fn what_was_called_off_too_late_elsewhere_is_owed() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path();
    let mapping = format!("{MAPPING}ended_at = \"ended\"\nlate = \"late\"\n");
    std::fs::write(files.join("map.toml"), mapping).unwrap();
    std::fs::write(files.join("rooms.csv"), "id;name\n1;Large\n").unwrap();
    let rows = "id;room;date;time;until;title;price;status;ended;late\n\
        a;1;20.11.2012;10:00;11:00;in time;25;storno;2012-11-18T10:00:00Z;false\n\
        b;1;20.11.2012;10:00;11:00;too late;25;storno;2012-11-20T09:00:00Z;true\n\
        c;1;20.11.2012;10:00;11:00;not said;25;storno;2012-11-20T09:00:00Z;\n\
        d;1;20.11.2012;10:00;11:00;neither;25;storno;2012-11-20T09:00:00Z;maybe\n";
    std::fs::write(files.join("bookings.csv"), rows).unwrap();
    let (mut replica, venue_id) = club(&files.join("replica"), 30);
    let report = import(&mut replica, venue_id, &files.join("map.toml"), files, false).unwrap();
    let message = &report.rejected[0].refusal.message;
    assert!(message.contains("“maybe” in column late"), "{message}");
    assert_eq!(report.rejected.len(), 1, "{:?}", report.rejected);
    let all = Filter { with_ended: true, ..Filter::default() };
    for listed in replica.list(&all).unwrap() {
        let (account, _) = replica.account(&listed.booking).unwrap();
        let owed = if listed.booking.title == "too late" { 2500 } else { 0 };
        assert_eq!(account.owed.unwrap().minor, owed, "{}", listed.booking.title);
    }
}

#[test]
fn why_something_was_called_off_is_told_also_where_nobody_knows_when() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path();
    let mapping = format!("{MAPPING}ended_reason = \"why\"\n");
    std::fs::write(files.join("map.toml"), mapping).unwrap();
    std::fs::write(files.join("rooms.csv"), "id;name\n1;Large\n").unwrap();
    let rows = "id;room;date;time;until;title;price;status;why\n\
        a;1;20.11.2012;10:00;11:00;told;25;storno;Flooded\n\
        b;1;20.11.2012;10:00;11:00;not told;25;storno;\n";
    std::fs::write(files.join("bookings.csv"), rows).unwrap();
    let (mut replica, venue_id) = club(&files.join("replica"), 30);
    for again in [false, true] {
        let report = import(&mut replica, venue_id, &files.join("map.toml"), files, false).unwrap();
        assert_eq!(report.rejected.len(), 0, "{:?}", report.rejected);
        assert_eq!(report.bookings.already, if again { 2 } else { 0 });
    }
    let all = Filter { with_ended: true, ..Filter::default() };
    for listed in replica.list(&all).unwrap() {
        let reason = listed.booking.cancellation.unwrap().reason;
        let is_told = listed.booking.title == "told";
        assert_eq!(reason == "Flooded", is_told, "{reason}");
        assert!(is_told || reason.starts_with("Cancelled in "), "{reason}");
    }
}

#[test]
fn a_column_that_is_not_there_is_named_and_nothing_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path();
    std::fs::write(files.join("map.toml"), MAPPING).unwrap();
    std::fs::write(files.join("rooms.csv"), "id;label\n1;Room\n").unwrap();
    let (mut replica, venue_id) = club(&files.join("replica"), 30);

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
    let (mut replica, venue_id) = club(&dir.path().join("a"), 15);
    holdfast_replica::sample::fill(&mut replica, venue_id, NOW).unwrap();
    let all = Filter { with_ended: true, ..Filter::default() };
    let first = replica.list(&all).unwrap()[0].booking.clone();
    replica.submit(&holdfast_replica::draft::cancel(&first, "rain".into()), NOW).unwrap();
    let venue = replica.venue(venue_id).unwrap().unwrap();
    let out = dir.path().join("out");
    let exported = replica.export(&venue, &out).unwrap().unwrap();
    assert_eq!(exported.bookings, replica.list(&all).unwrap().len() as u64);

    let (mut other, other_venue) = club(&dir.path().join("b"), 15);
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
    let (mut replica, venue_id) = club(&files.join("replica"), 15);
    let report = import(&mut replica, venue_id, &files.join("map.toml"), files, false).unwrap();
    let lines: Vec<u64> = report.rejected.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4], "{:?}", report.rejected);
    let listed = replica.list(&Filter::default()).unwrap();
    assert_eq!(listed[0].booking.stay.starts_at.to_string(), "2026-11-27T01:00:00.000Z");
}

/// Exports the only venue into a new directory, with `change` applied to each file.
fn exported(replica: &Replica, dir: &Path, change: impl Fn(&str, String) -> String) -> PathBuf {
    let venue = replica.venues().unwrap().remove(0);
    replica.export(&venue, dir).unwrap().unwrap();
    for file in ["resources.csv", "customers.csv", "bookings.csv"] {
        let path = dir.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, change(file, text)).unwrap();
    }
    dir.join("mapping.toml")
}

/// A desk with a court that takes no bookings any more, a customer, and two bookings.
fn desk(dir: &Path) -> (Replica, VenueId) {
    let (replica, venue_id) = club(&dir.join("replica"), 30);
    let files = dir.join("first");
    std::fs::create_dir(&files).unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.join(name), text).unwrap();
    write("rooms.csv", "id,name,open\n1,Court 1,yes\n2,Court 2,no\n");
    write("people.csv", "id,name,phone\n1,Tracy Smith,555\n");
    write(
        "bookings.csv",
        "id,room,who,start,minutes,state\n1,1,1,2027-05-03 10:00,60,confirmed\n\
         2,1,1,2027-05-03 11:00,60,confirmed\n",
    );
    write(
        "map.toml",
        r#"
source = "first"
[resources]
file = "rooms.csv"
id = "id"
name = "name"
kind = "court"
active = "open"
[customers]
file = "people.csv"
id = "id"
name = "name"
phone = "phone"
[bookings]
file = "bookings.csv"
id = "id"
resource = "room"
customer = "who"
start = "start"
length = { minutes = "minutes" }
status = { column = "state" }
"#,
    );
    let mut replica = replica;
    let report = import(&mut replica, venue_id, &files.join("map.toml"), &files, false).unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    (replica, venue_id)
}

/// The phone is another one, Court 1 is closed, the first booking has moved up and has a title, and
/// the second is called off.
fn changed(file: &str, text: &str) -> String {
    match file {
        "resources.csv" => text.replace(",true", ",false"),
        "customers.csv" => text.replace("555", "556"),
        _ => {
            let (first, second) = text.split_at(
                text.rfind("\n")
                    .map_or(0, |end| text[..end].rfind('\n').map_or(0, |line| line + 1)),
            );
            first
                .replace("T09:00:00.000Z", "T08:30:00.000Z")
                .replace("T10:00:00.000Z", "T09:30:00.000Z")
                .replace(",confirmed,,", ",confirmed,Match,")
                + &second.replace(",confirmed,", ",cancelled,")
        }
    }
}

fn counts(report: &Report) -> [(u64, u64, u64); 3] {
    [report.resources, report.customers, report.bookings]
        .map(|tally| (tally.taken, tally.updated, tally.already))
}

/// Resources and whether they take bookings, a phone, and start, status and title of bookings.
type Told = (Vec<(String, bool)>, String, Vec<(String, String, String)>);

fn told(replica: &Replica) -> Told {
    let resources = replica.resources().unwrap().into_iter().map(|it| (it.name, it.active));
    let phone = replica.customers("Tracy", 1).unwrap().remove(0).phone;
    let all = Filter { with_ended: true, ..Filter::default() };
    let bookings = replica.list(&all).unwrap().into_iter().map(|it| {
        let start = it.booking.stay.local_start.format("%H:%M").to_string();
        (start, it.booking.status.to_string(), it.booking.title)
    });
    (resources.collect(), phone, bookings.collect())
}

#[test]
fn an_export_changed_and_imported_where_it_came_from_updates_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue_id) = desk(dir.path());
    let (_, add) = holdfast_replica::draft::add_customer("Anna", |_| {});
    replica.submit(&add, NOW).unwrap();
    let seq = replica.last_seq().unwrap();
    let out = dir.path().join("out");
    let mapping = exported(&replica, &out, |_, text| text);
    let same = import(&mut replica, venue_id, &mapping, &out, false).unwrap();
    assert_eq!(counts(&same), [(0, 0, 2), (0, 0, 2), (0, 0, 2)], "{:?}", same.rejected);
    assert_eq!(replica.last_seq().unwrap(), seq, "nothing to do is nothing done");
    assert!(replica.undo(NOW).unwrap().is_some_and(|it| it.sentence.contains("Anna")));

    let out = dir.path().join("changed");
    let mapping = exported(&replica, &out, |file, text| changed(file, &text));
    let dry = import(&mut replica, venue_id, &mapping, &out, true).unwrap();
    let report = import(&mut replica, venue_id, &mapping, &out, false).unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert_eq!(counts(&report), [(0, 1, 1), (0, 1, 0), (0, 2, 0)]);
    assert_eq!(counts(&dry), counts(&report));
    let (resources, phone, bookings) = told(&replica);
    assert_eq!(resources, [("Court 1".to_owned(), false), ("Court 2".to_owned(), false)]);
    assert_eq!(phone, "556");
    let bookings: Vec<_> =
        bookings.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(bookings, [("09:30", "confirmed", "Match"), ("11:00", "cancelled", "")]);

    // A row of a file is not what somebody did last; what they do then is.
    assert!(replica.undo(NOW).unwrap().is_none());
    let (_, add) = holdfast_replica::draft::add_customer("Ben", |_| {});
    replica.submit(&add, NOW).unwrap();
    assert!(replica.undo(NOW).unwrap().is_some_and(|it| it.sentence.contains("Ben")));
    assert!(replica.undo(NOW).unwrap().is_none());
}

#[test]
fn a_later_export_updates_what_an_earlier_one_brought_to_another_desk() {
    let dir = tempfile::tempdir().unwrap();
    let (first, _) = desk(dir.path());
    let (mut second, venue_id) = club(&dir.path().join("second"), 30);
    let out = dir.path().join("out");
    let mapping = exported(&first, &out, |_, text| text);
    let report = import(&mut second, venue_id, &mapping, &out, false).unwrap();
    assert_eq!(counts(&report), [(2, 0, 0), (1, 0, 0), (2, 0, 0)], "{:?}", report.rejected);
    assert_eq!(told(&second), told(&first), "who takes no bookings takes none there, either");

    let out = dir.path().join("later");
    let mapping = exported(&first, &out, |file, text| changed(file, &text));
    let report = import(&mut second, venue_id, &mapping, &out, false).unwrap();
    assert_eq!(counts(&report), [(0, 1, 1), (0, 1, 0), (0, 2, 0)], "{:?}", report.rejected);
    assert_eq!(told(&second).2[0].2, "Match");
}

#[test]
fn a_change_that_a_rule_forbids_changes_nothing_of_its_row() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue_id) = desk(dir.path());
    let out = dir.path().join("out");
    // The first booking has a title now, and would lie on the second.
    let mapping = exported(&replica, &out, |file, text| match file {
        "bookings.csv" => text.replacen("T10:00:00.000Z", "T10:30:00.000Z", 1).replacen(
            ",confirmed,,",
            ",confirmed,Match,",
            1,
        ),
        _ => text,
    });
    let report = import(&mut replica, venue_id, &mapping, &out, false).unwrap();
    assert_eq!(report.rejected[0].refusal.code, "slot_taken");
    assert!(told(&replica).2.iter().all(|(_, _, title)| title.is_empty()));
}

#[test]
fn the_desk_goes_on_while_an_import_is_tried_out() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(&dir.path().join("a"));
    let out = dir.path().join("out");
    let mapping = exported(&desk, &out, |_, text| text);
    let (mut replica, venue_id) = club(&dir.path().join("b"), 30);
    let mut beside = replica.reopen().unwrap();
    let mapping = Mapping::read(&mapping).unwrap();
    let mut entered = 0;
    let options = Options { venue_id, dry_run: true };
    let report = replica.import(&mapping, &out, &options, NOW, &mut |_| {
        let (_, add) = holdfast_replica::draft::add_customer("Anna", |_| {});
        let done = beside.submit(&add, NOW).unwrap();
        assert!(matches!(done, holdfast_replica::Submission::Done(_)), "{done:?}");
        entered += 1;
    });
    assert!(report.unwrap().customers.taken > 0);
    assert!(entered > 3, "it was asked after each file");
    let customers = replica.listed::<holdfast_domain::Customer>(&[], true).unwrap();
    assert_eq!(customers.len(), entered, "and of what was tried nothing is left");
}

#[test]
fn every_list_is_exported() {
    let dir = tempfile::tempdir().unwrap();
    let (replica, _) = desk(dir.path());
    let out = dir.path().join("out");
    exported(&replica, &out, |_, text| text);
    for (file, header) in [
        ("services.csv", "id,name,description,duration_minutes,"),
        ("products.csv", "id,name,"),
        ("packages.csv", "id,customer,product,"),
        ("credit_entries.csv", "id,package,kind,credits,"),
        ("payments.csv", "id,booking,customer,amount,method,"),
        ("events.csv", "id,title,slug,"),
        ("attendances.csv", "id,booking,customer,"),
        ("series.csv", "id,rrule,"),
        ("exceptions.csv", "id,kind,starts_at,"),
        ("venues.csv", "id,name,timezone,currency,slot_minutes,hours,policy\n"),
        ("data_requests.csv", "id,customer,kind,"),
    ] {
        let text = std::fs::read_to_string(out.join(file)).unwrap();
        assert!(text.starts_with(header), "{file}: {text}");
    }
}
