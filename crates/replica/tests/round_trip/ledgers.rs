//! Files that somebody broke: a ledger comes over whole or not at all, and says what it paid for in
//! vain.

use super::both_sides::{card, take};
use super::club::{Club, club};
use super::{LATER, export, olgas};
use holdfast_domain::Booking;
use holdfast_replica::{Filter, Replica};
use std::path::Path;

const LEDGER: &str = "credit_entries.csv";

/// Changes the lines of a file, the header apart.
fn change(dir: &Path, file: &str, change: impl FnOnce(&mut Vec<String>)) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut rows = lines.split_off(1);
    change(&mut rows);
    lines.append(&mut rows);
    std::fs::write(&path, lines.join("\n")).unwrap();
}

fn a_use(rows: &[String]) -> usize {
    rows.iter().position(|row| row.contains(",use,-2,")).unwrap()
}

fn lessons(replica: &Replica) -> Vec<Booking> {
    replica.list(&Filter::default()).unwrap().into_iter().map(|it| it.booking).collect()
}

#[test]
fn a_new_ledger_comes_over_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let club = club(&dir.path().join("a"));
    let (mut other, venue_id) = olgas(&dir.path().join("b"));
    let unreadable = |rows: &mut Vec<String>| {
        let n = a_use(rows);
        rows[n] = rows[n].replace(",use,-2,", ",use,two,");
    };
    let contradicts = |rows: &mut Vec<String>| {
        let row = rows[a_use(rows)].replace(",use,-2,", ",use,-1,");
        rows.push(row);
    };
    let lines = club.replica.listed::<holdfast_domain::CreditEntry>(&[], true).unwrap().len();
    for (n, (broken, rejected)) in
        [(&unreadable as &dyn Fn(&mut Vec<String>), lines), (&contradicts, lines + 1)]
            .into_iter()
            .enumerate()
    {
        let out = dir.path().join(format!("broken {n}"));
        export(&club.replica, &out);
        change(&out, LEDGER, broken);
        let report = take(&mut other, venue_id, &out);
        assert_eq!(report.rejected.len(), rejected, "{:?}", report.rejected);
        assert!(report.rejected.iter().all(|it| it.file == LEDGER));
        let of_others =
            report.rejected.iter().filter(|it| it.refusal.message.contains("comes over whole"));
        assert_eq!(of_others.count(), lines - if rejected == lines { 1 } else { 0 });
        assert_eq!((card(&other).balance, card(&other).line_count), (0, 0));
        assert!(lessons(&other).iter().all(|it| it.package_id.is_none()));
    }
    // Mended it comes over, though it has a line twice.
    let out = dir.path().join("mended");
    export(&club.replica, &out);
    change(&out, LEDGER, |rows| rows.push(rows[a_use(rows)].clone()));
    let report = take(&mut other, venue_id, &out);
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert_eq!(card(&other).balance, card(&club.replica).balance);
    assert_eq!(card(&other).line_count as usize, lines);
}

#[test]
fn what_credits_paid_for_in_vain_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let club = club(&dir.path().join("a"));
    let (mut other, venue_id) = olgas(&dir.path().join("b"));
    let out = dir.path().join("out");
    export(&club.replica, &out);
    let mut paid = lessons(&club.replica).into_iter();
    let paid = paid.find(|it| it.package_id.is_some() && it.cancellation.is_none());
    let paid = paid.unwrap().id.to_string();
    change(&out, "bookings.csv", |rows| {
        let row = rows.iter_mut().find(|row| row.starts_with(&paid)).unwrap();
        *row = row.replace("2026-", "soon-");
    });
    let mut line = 0;
    change(&out, LEDGER, |rows| {
        line = rows.iter().position(|row| row.contains(&paid)).unwrap() as u64 + 2;
    });
    let report = take(&mut other, venue_id, &out);
    assert_eq!(report.rejected[0].source_id, paid, "{:?}", report.rejected);
    let told =
        |it: &&holdfast_replica::import::RowNote| it.message.contains("give the credits back");
    let told: Vec<_> = report.notes.iter().filter(told).collect();
    assert_eq!(
        told.iter().map(|it| (it.file.as_str(), it.line)).collect::<Vec<_>>(),
        [(LEDGER, line)]
    );
    assert_eq!(card(&other).balance, card(&club.replica).balance, "it was spent all the same");
}

#[test]
fn an_export_without_update_adds_what_is_new_and_leaves_what_is_here() {
    let dir = tempfile::tempdir().unwrap();
    let mut club = club(&dir.path().join("a"));
    let (mut other, venue_id) = olgas(&dir.path().join("b"));
    let without_update = |club: &Club, name: &str| {
        let out = dir.path().join(name);
        export(&club.replica, &out);
        let mapping = std::fs::read_to_string(out.join("mapping.toml")).unwrap();
        assert!(mapping.contains("update = true\n"));
        std::fs::write(out.join("mapping.toml"), mapping.replace("update = true\n", "")).unwrap();
        out
    };
    let out = without_update(&club, "out");
    assert!(take(&mut other, venue_id, &out).rejected.is_empty());
    let theirs = lessons(&club.replica);
    let ids = |of: &[Booking]| of.iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(&lessons(&other)), ids(&theirs), "rows of our own exports keep their ids");

    let open = theirs.iter().find(|it| it.status.is_open() && it.capacity.is_none()).unwrap();
    club.at(LATER, super::both_sides::cancelled(open));
    let out = without_update(&club, "later");
    let report = take(&mut other, venue_id, &out);
    assert_eq!((report.bookings.taken, report.bookings.updated), (0, 0), "{report:?}");
    let here = lessons(&other).into_iter().find(|it| it.id == open.id).unwrap();
    assert_eq!(here.status, open.status, "only `update` changes what is here");
}
