//! An export of our own that somebody changed in a spreadsheet.

use crate::desk::Desk;
use crate::{Types, at, day};
use std::path::Path;

/// What an import of the files in `dir` says of `part`, after `from` became `to` in its file.
fn retyped(desk: &Desk, dir: &Path, part: &str, (from, to): (&str, &str)) -> serde_json::Value {
    let file = dir.join(format!("{part}.csv"));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&file, text.replace(from, to)).unwrap();
    let mapping = dir.join("mapping.toml");
    let mapping = mapping.to_str().unwrap();
    desk.done(&["import", "--mapping", mapping, dir.to_str().unwrap()], &[])[part].clone()
}

#[test]
fn wall_times_of_an_export_are_there_to_be_read_and_its_instants_move_what_they_tell() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --slot-minutes 15");
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60";
    let id = desk.id(book, "booking_id");
    desk.does("closure add --from DAYT20:00 --to DAYT21:00");
    let files = tempfile::tempdir().unwrap();
    let dir = files.path();
    desk.done(&["export", dir.to_str().unwrap()], &[]);
    let wall = |hour: u32| format!("{} {hour}:00:00", day());
    for (part, hour) in [("bookings", 10), ("exceptions", 20)] {
        let read = retyped(&desk, dir, part, (&wall(hour), &wall(hour - 1)));
        assert_eq!(read["already"], 1, "{part}: {read}");
    }
    assert_eq!(desk.does(&format!("show {id}"))["local_start"], at("10:00:00"));
    let later = retyped(&desk, dir, "bookings", (":00:00.000Z", ":15:00.000Z"));
    assert_eq!(later["updated"], 1, "{later}");
    assert_eq!(desk.does(&format!("show {id}"))["local_start"], at("10:15:00"));
}
