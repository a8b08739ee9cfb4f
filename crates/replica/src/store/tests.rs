//! The guards of this store, and what it does with a schema that it does not know.

use super::*;
use holdfast_domain::{
    Change, Claim, ClaimId, Customer, CustomerId, Interval, ResourceId, Timestamp,
};
use uuid::Uuid;

const RESOURCE: Uuid = Uuid::from_u128(1);

fn open_with_resource(dir: &Path) -> Connection {
    let db = open(&dir.join("replica.sqlite")).unwrap();
    db.execute(
        "insert into resources (id, name, kind, location, description, active)
         values (?1, 'Court', 'court', '', '', 1)",
        [RESOURCE],
    )
    .unwrap();
    db
}

fn claim(n: u128, starts_at: i64, ends_at: i64, active: bool) -> Claim {
    Claim {
        id: ClaimId(Uuid::from_u128(n)),
        resource_id: ResourceId(RESOURCE),
        starts_at: Timestamp(starts_at),
        ends_at: Timestamp(ends_at),
        active,
    }
}

#[test]
fn the_database_itself_refuses_overlapping_claims() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    claims::put(&db, &claim(1, 100, 200, true)).unwrap();
    for (starts_at, ends_at) in [(150, 160), (50, 101), (199, 300), (0, 1000), (100, 200)] {
        let error = claims::put(&db, &claim(2, starts_at, ends_at, true)).unwrap_err();
        assert!(error.to_string().contains("claims_no_overlap"), "{error}");
    }
    claims::put(&db, &claim(2, 150, 160, false)).unwrap();
    claims::put(&db, &claim(3, 200, 300, true)).unwrap();
    claims::put(&db, &claim(4, 0, 100, true)).unwrap();
    let woken = claims::put(&db, &claim(2, 150, 160, true)).unwrap_err();
    assert!(woken.to_string().contains("claims_no_overlap"), "an update is guarded, too");
    claims::put(&db, &claim(1, 110, 190, true)).unwrap();
    assert!(claims::put(&db, &claim(1, 110, 110, true)).is_err(), "no claim is empty");
    assert_eq!(claims::overlapping_pairs(&db).unwrap(), 0);
}

#[test]
fn checks_hold_what_the_rules_promise() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    for sql in [
        "insert into venues (id, name, timezone, currency, slot_minutes)
             values (randomblob(16), '', 'Europe/Berlin', 'EUR', 15)",
        "insert into venues (id, name, timezone, currency, slot_minutes)
             values (randomblob(16), 'x', 'Europe/Berlin', 'EUR', 1)",
        "insert into staff (id, name, role, active)
             values (randomblob(16), 'x', 'boss', 1)",
        "insert into resources (id, name, kind, location, description, active)
             values (randomblob(3), 'x', 'court', '', '', 1)",
        "insert into resources (id, name, kind, location, description, active)
             values (randomblob(16), 'x', 'moon', '', '', 1)",
        "insert into resources (id, name, kind, location, description, active, source_name)
             values (randomblob(16), 'x', 'court', '', '', 1, 'a')",
    ] {
        let error = db.execute(sql, []).unwrap_err();
        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::ConstraintViolation),
            "{sql}: {error}"
        );
    }
}

#[test]
fn power_cuts_are_provided_for() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    let pragma = |name: &str| -> String {
        db.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| format!("{value:?}"))
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)", "FULL");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
}

#[test]
fn a_newer_schema_is_refused_and_left_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("replica.sqlite");
    let db = open(&path).unwrap();
    db.execute(
        "insert into refinery_schema_history (version, name, applied_on, checksum)
         values (9999, 'from_the_future', '2030-01-01T00:00:00Z', '0')",
        [],
    )
    .unwrap();
    db.close().unwrap();
    let before = std::fs::read(&path).unwrap();
    let failure = open(&path).unwrap_err();
    assert!(matches!(failure, Failure::NewerSchema { found: 9999, .. }), "{failure}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// Enters customers, numbered from 100 on.
fn enter(db: &Connection, people: &[(&str, &str, &str)]) {
    for (n, (name, email, phone)) in people.iter().enumerate() {
        let id = CustomerId(who(n as u128));
        let customer =
            Customer { email: (*email).into(), phone: (*phone).into(), ..Customer::new(id, name) };
        write(db, &Change::Customer(customer)).unwrap();
    }
}

fn found(db: &Connection, text: &str, limit: usize) -> Vec<String> {
    let found = customers::search(db, rows::Shown::Kept, text, limit).unwrap();
    found.into_iter().map(|customer| customer.name).collect()
}

fn who(n: u128) -> Uuid {
    Uuid::from_u128(100 + n)
}

/// Books for the `customer`th under a title, past the rules.
fn book(db: &Connection, customer: u128, title: &str) -> Uuid {
    let id = Uuid::now_v7();
    db.execute_batch("pragma foreign_keys = off").unwrap();
    db.execute(
        "insert into bookings (id, venue_id, resource_ids, starts_at, ends_at, local_start,
             local_end, status, customer_id, made_by, made_at, title, description, customer_note,
             staff_note, attendee_count, meeting_url)
         values (?1, randomblob(16), '[0]', 0, 1, '2026-11-20T10:00:00', '2026-11-20T11:00:00',
             'confirmed', ?2, randomblob(16), 0, ?3, '', '', '', 1, '')",
        (id, who(customer), title),
    )
    .unwrap();
    id
}

#[test]
fn customers_are_found_from_the_first_letter_and_by_any_part() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    let people = [
        ("Tracy Smith", "tracy@club.example", "555-0101"),
        ("Darren Smith", "", "555-0102"),
        ("R. Worthington-Smyth", "", ""),
        ("김민준", "", ""),
        ("Jürgen \"Jo\" Müller", "", ""),
    ];
    enter(&db, &people);
    let found = |text: &str| {
        let mut names = found(&db, text, 10);
        names.sort();
        names
    };
    assert_eq!(found("tr"), ["Tracy Smith"]);
    assert_eq!(found("smi"), ["Darren Smith", "Tracy Smith"]);
    assert_eq!(found("SMITH d"), ["Darren Smith"]);
    assert_eq!(found("orthing"), ["R. Worthington-Smyth"]);
    assert_eq!(found("0102"), ["Darren Smith"]);
    assert_eq!(found("club.ex"), ["Tracy Smith"]);
    assert_eq!(found("김"), ["김민준"]);
    assert_eq!(found("mu"), ["Jürgen \"Jo\" Müller"]);
    assert_eq!(found("muller"), ["Jürgen \"Jo\" Müller"], "typed without the dots");
    assert_eq!(found("\"Jo\""), ["Jürgen \"Jo\" Müller"]);
    assert_eq!(found("").len(), 5);
    for hostile in ["\"", "*", "a* OR b", "NEAR(", "-", "'; drop table customers", "()"] {
        found(hostile);
    }
}

#[test]
fn a_part_of_one_or_two_letters_is_found_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(
        &db,
        &[
            ("Darren Fox", "", "+49 (30) 123-456"),
            ("Tracy", "tracy@club.example", ""),
            ("Barry", "", "030/777.88"),
        ],
    );
    for (text, names) in [
        ("rr", vec!["Barry", "Darren Fox"]),
        ("f", vec!["Darren Fox"]),
        // Who begins with it is first, and the others are not kept back.
        ("a", vec!["Barry", "Darren Fox", "Tracy"]),
        ("b", vec!["Barry", "Tracy"]),
        ("ra", vec!["Tracy"]),
        ("da", vec!["Darren Fox"]),
        ("ar", vec!["Barry", "Darren Fox"]),
        ("x", vec!["Darren Fox", "Tracy"]),
        ("ry", vec!["Barry"]),
        ("@", vec!["Tracy"]),
        ("le", vec!["Tracy"]),
        ("6", vec!["Darren Fox"]),
        ("64", vec![]),
        ("8-8", vec!["Barry"]),
        ("3012", vec!["Darren Fox"]),
        ("30 123 4", vec!["Darren Fox"]),
        ("arren fo", vec!["Darren Fox"]),
        ("arren ox", vec!["Darren Fox"]),
        ("ox rr", vec!["Darren Fox"]),
        ("arren qx", vec![]),
        ("arren f", vec!["Darren Fox"]),
        ("12 arr", vec!["Darren Fox"]),
        ("zz", vec![]),
        ("nobody at all", vec![]),
    ] {
        assert_eq!(found(&db, text, 10), names, "{text}");
    }
}

#[test]
fn short_words_beside_others_are_found_whatever_stands_between_and_upon_them() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(&db, &[("Nguyễn Lệ Ánh", "", ""), ("J Smith", "", ""), ("Ann O'Brien", "", "")]);
    for (text, name) in [
        ("nguyen le", "Nguyễn Lệ Ánh"),
        ("le anh", "Nguyễn Lệ Ánh"),
        ("uyen nh", "Nguyễn Lệ Ánh"),
        ("Smith, J", "J Smith"),
        ("smith j", "J Smith"),
        ("ann o'", "Ann O'Brien"),
        ("ann b", "Ann O'Brien"),
        ("nn ri", "Ann O'Brien"),
    ] {
        assert_eq!(found(&db, text, 10), [name], "{text}");
    }
    assert!(found(&db, "smith le", 10).is_empty());
    // Somebody is called so in the title of what they booked.
    book(&db, 1, "Smith le Mans");
    assert_eq!(found(&db, "smith le", 10), ["J Smith"]);
}

#[test]
fn customers_are_found_whatever_the_case_of_their_umlauts() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(&db, &[("Mesut Özil", "", ""), ("Jörg Gözen", "", ""), ("Ангел", "", "")]);
    for text in ["özil", "ÖZIL", "ozil", "O\u{308}ZIL", "ÖZI"] {
        assert_eq!(found(&db, text, 10), ["Mesut Özil"], "{text}");
    }
    for text in ["ÖR", "ör", "or", "O\u{308}R"] {
        assert_eq!(found(&db, text, 10), ["Jörg Gözen"], "{text}");
    }
    assert_eq!(found(&db, "ГЕ", 10), ["Ангел"]);
    assert_eq!(customers::by_name(&db, "MESUT ÖZIL").unwrap().len(), 1);
    assert_eq!(customers::by_name(&db, "MESUT ÖZI").unwrap().len(), 0);
}

#[test]
fn a_limit_leaves_the_first_of_all_that_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    let people: Vec<String> = (0..30).map(|n| format!("Ann {:02} Barry", 29 - n)).collect();
    let people: Vec<_> = people.iter().map(|name| (name.as_str(), "a@club.example", "")).collect();
    enter(&db, &people);
    for n in (0..30).chain(0..30) {
        book(&db, n % 3, &format!("Doubles {n}"));
    }
    for (text, count) in [("", 30), ("ann", 30), ("club", 30), ("rr", 30), ("@", 30), ("doub", 3)] {
        let all = found(&db, text, usize::MAX);
        assert_eq!(all.len(), count, "{text}");
        for limit in [0, 1, 2, 20] {
            assert_eq!(found(&db, text, limit), all[..limit.min(count)], "{text} {limit}");
        }
    }
    assert_eq!(found(&db, "rr", 2), ["Ann 00 Barry", "Ann 01 Barry"], "by name");
}

#[test]
fn whoever_was_deleted_takes_no_room_among_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(&db, &vec![("Barry", "", ""); 300]);
    db.execute("update customers set deleted_at = 1, deleted_by = randomblob(16)", []).unwrap();
    db.execute("update customers set deleted_at = null, deleted_by = null where n = 299", [])
        .unwrap();
    assert_eq!(found(&db, "rr", 2), ["Barry"]);
}

#[test]
fn whoever_was_merged_takes_no_room_among_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(&db, &[("Anna", "", ""), ("Annabel", "", ""), ("Anne", "", ""), ("Zoe", "", "")]);
    db.execute("update customers set merged_into = ?1 where name like 'Anna%'", [who(3)]).unwrap();
    assert_eq!(found(&db, "ann", 2), ["Zoe", "Anne"]);
}

#[test]
fn customers_are_found_by_any_part_of_a_title_until_it_is_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(&db, &[("Bob", "", ""), ("Ann", "", "")]);
    let id = book(&db, 0, "Jazz für Ältere");
    book(&db, 1, "");
    for text in ["jaz", "JAZZ FÜR", "zz", "älter", "re", "ÄL", "j"] {
        assert_eq!(found(&db, text, 10), ["Bob"], "{text}");
    }
    db.execute("update bookings set title = 'Padel' where id = ?1", [id]).unwrap();
    assert_eq!((found(&db, "zz", 10).len(), found(&db, "jazz", 10).len()), (0, 0));
    assert_eq!(found(&db, "el", 10), ["Bob"]);
    db.execute("update bookings set customer_id = null where id = ?1", [id]).unwrap();
    assert_eq!(found(&db, "padel", 10).len(), 0);
}

#[test]
fn what_was_changed_or_deleted_is_found_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    enter(&db, &[("Darren", "", "12-34"), ("Tracy", "", "")]);
    enter(&db, &[("Dora", "", "56-78"), ("Tracy", "", "")]);
    for text in ["darren", "rr", "1234", "234"] {
        assert_eq!(found(&db, text, 10).len(), 0, "{text}");
    }
    assert_eq!(found(&db, "5678", 10), ["Dora"]);
    db.execute("delete from customers where id = ?1", [who(0)]).unwrap();
    assert_eq!((found(&db, "or", 10).len(), found(&db, "5678", 10).len()), (0, 0));
    // It compares the index with what customers_searched says.
    let check =
        "insert into customers_trigram (customers_trigram, rank) values ('integrity-check', 1)";
    db.execute(check, []).unwrap();
}

#[test]
fn all_that_is_in_the_way_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    for (n, starts_at, ends_at) in [(1, 0, 100), (2, 100, 150), (3, 160, 200), (4, 200, 300)] {
        claims::put(&db, &claim(n, starts_at, ends_at, true)).unwrap();
    }
    let found = |starts_at, ends_at, except: u128| -> Vec<u128> {
        let period = Interval::new(Timestamp(starts_at), Timestamp(ends_at)).unwrap();
        let except = ClaimId(Uuid::from_u128(except));
        let wanted = holdfast_domain::Overlap { resource_id: ResourceId(RESOURCE), period, except };
        let found = claims::in_the_way(&db, &wanted).unwrap();
        found.into_iter().map(|claim| claim.id.0.as_u128()).collect()
    };
    assert_eq!(found(50, 170, 9), [1, 2, 3]);
    assert_eq!(found(50, 170, 1), [2, 3]);
    assert_eq!(found(150, 160, 9), [0_u128; 0]);
    assert_eq!(found(199, 201, 3), [4]);
}

/// Every guard of this store that a rule relies on, tried by hand.
#[test]
fn the_database_itself_refuses_what_is_overspent_or_overfull() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_with_resource(dir.path());
    db.execute_batch(
        "pragma foreign_keys = off;
         insert into packages (id, customer_id, product_id, name, service_ids, valid_from,
                 valid_until, balance, sold_at, sold_by)
             values (x'00000000000000000000000000000001', randomblob(16), randomblob(16), 'Card',
                 '[]', 0, 1, 2, 0, randomblob(16));
         insert into bookings (id, venue_id, resource_ids, starts_at, ends_at, local_start,
                 local_end, status, made_by, made_at, title, description, customer_note,
                 staff_note, attendee_count, meeting_url, capacity, places_taken)
             values (x'00000000000000000000000000000002', randomblob(16), '[0]', 0, 1,
                 '2026-11-20T10:00:00', '2026-11-20T11:00:00', 'confirmed', randomblob(16), 0,
                 '', '', '', '', 1, '', 3, 3);",
    )
    .unwrap();
    for sql in [
        "update packages set balance = balance - 3",
        "update packages set balance = 10001",
        "update bookings set places_taken = places_taken + 1",
        "update bookings set places_taken = -1",
        "update bookings set capacity = 2",
        "update bookings set capacity = null",
        "insert into credit_entries (id, package_id, kind, credits, entered_at, entered_by, reason)
             values (randomblob(16), x'00000000000000000000000000000001', 'use', 0, 0,
                 randomblob(16), '')",
    ] {
        let error = db.execute(sql, []).unwrap_err();
        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::ConstraintViolation),
            "{sql}: {error}"
        );
    }
    db.execute("update packages set balance = 0", []).unwrap();
    db.execute("update bookings set capacity = 4, places_taken = 4", []).unwrap();
}
