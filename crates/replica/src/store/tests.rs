//! The guards of this store, and what it does with a schema that it does not know.

use super::*;
use holdfast_domain::{Claim, ClaimId, ResourceId, Timestamp};
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
    for (n, (name, email, phone)) in people.iter().enumerate() {
        let id = holdfast_domain::CustomerId(Uuid::from_u128(100 + n as u128));
        let customer = holdfast_domain::Customer {
            email: (*email).into(),
            phone: (*phone).into(),
            ..holdfast_domain::Customer::new(id, name)
        };
        write(&db, &holdfast_domain::Change::Customer(customer)).unwrap();
    }
    let found = |text: &str| -> Vec<String> {
        let mut names: Vec<String> = customers::search(&db, rows::Shown::Kept, text, 10)
            .unwrap()
            .into_iter()
            .map(|customer| customer.name)
            .collect();
        names.sort();
        names
    };
    assert_eq!(found("t"), ["Tracy Smith"]);
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
