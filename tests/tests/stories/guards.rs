//! The guards of headquarters' schema, tried by hand: what no rule lets through, no statement
//! gets through either.

use crate::club::two_desks;
use crate::device::{Device, resource_id};
use crate::fight_rosters::{class, sold};
use holdfast_domain::Command;
use tokio_postgres::NoTls;

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_what_overlaps_is_overspent_or_overfull() {
    let (database, hq, _a, _b) = two_desks("guards");
    let mut device = Device::enrol(&hq, "Club", "Riverside").await;
    let court = resource_id(&database, "Court 1");
    let (one, two) = (device.book(court, 3, 600, 60), device.book(court, 3, 660, 60));
    let customer = crate::fight_rosters::customers(1);
    let mut commands = vec![customer[0].1.clone(), Command::Book(one), Command::Book(two)];
    commands.extend(sold(customer[0].0, 2).1);
    commands.push(Command::Book(class(&device, resource_id(&database, "Court 2"), 3)));
    let operations = commands.iter().map(|command| device.operation(command)).collect();
    let reply = device.push(operations).await.unwrap();
    for verdict in &reply.verdicts {
        assert!(
            matches!(verdict.outcome, holdfast_protocol::Outcome::Accepted { .. }),
            "{verdict:?}"
        );
    }

    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    for (sql, constraint) in [
        (
            "update claims set ends_at = ends_at + interval '1 minute' where active",
            "claims_no_overlap",
        ),
        (
            "insert into claims (org_id, id, resource_id, starts_at, ends_at, active)
                 select org_id, gen_random_uuid(), resource_id, starts_at, ends_at, true
                 from claims limit 1",
            "claims_no_overlap",
        ),
        ("update packages set balance = balance - 3", "packages_balance"),
        ("update packages set balance = 10001", "packages_balance"),
        ("update bookings set places_taken = 4 where capacity = 3", "bookings_places_taken"),
        ("update bookings set places_taken = 1 where capacity is null", "bookings_places_taken"),
        ("update bookings set places_taken = -1", "bookings_places_taken"),
        ("update credit_entries set credits = 0", "credit_entries_credits"),
        ("update credit_entries set package_id = gen_random_uuid()", "credit_entries_package_fkey"),
        ("delete from packages", "credit_entries_package_fkey"),
    ] {
        let error = client.execute(sql, &[]).await.unwrap_err();
        let spoke = error.as_db_error().and_then(|error| error.constraint());
        assert_eq!(spoke, Some(constraint), "{sql}: {error:?}");
    }
    client.execute("update packages set balance = 0", &[]).await.unwrap();
}
