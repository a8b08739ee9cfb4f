//! Sixteen clients fight for three hundred slots.

use crate::club::{examine, two_desks};
use crate::device::{Device, resource_id};
use holdfast_domain::Command;
use holdfast_protocol::Outcome;

const CLIENTS: usize = 16;
const BOOKINGS: usize = 2_000;
const SLOTS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_clients_fight_for_three_hundred_slots() {
    let (database, hq, _a, _b) = two_desks("fight");
    let courts = [resource_id(&database, "Court 1"), resource_id(&database, "Court 2")];
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Device::enrol(&hq, "Club", "Riverside").await);
    }
    let fighting = clients.into_iter().enumerate().map(|(n, mut client)| {
        tokio::spawn(async move {
            let (mut accepted, mut refused) = (0, 0);
            let mut pushed = Vec::new();
            // Each goes over the slots in its own order, a few operations a push.
            let mine = (0..BOOKINGS).filter(|i| i % CLIENTS == n);
            let stride = 7 + 2 * n;
            for (round, chunk) in mine.collect::<Vec<_>>().chunks(5).enumerate() {
                let mut operations = Vec::new();
                for i in chunk {
                    let slot = (i / CLIENTS * stride + n * 13 + round) % SLOTS;
                    let (day, minute) = (20 + slot / 48 % 4, slot % 24 * 60);
                    let book = client.book(courts[slot / 24 % 2], day as u64, minute as u32, 60);
                    operations.push(client.operation(&Command::Book(book)));
                }
                pushed.extend(operations.iter().map(|operation| operation.id));
                let reply = client.push(operations).await.expect("no request ends in an error");
                assert_eq!(reply.verdicts.len(), chunk.len());
                client.cursors.extend(reply.cursors);
                for verdict in reply.verdicts {
                    match verdict.outcome {
                        Outcome::Accepted { .. } => accepted += 1,
                        Outcome::Refused { refusal, .. } => {
                            assert_eq!(refusal.code, "slot_taken");
                            refused += 1;
                        }
                        other => panic!("{other:?}"),
                    }
                }
            }
            (accepted, refused, pushed.len())
        })
    });
    let mut totals = (0, 0, 0);
    for fighter in fighting.collect::<Vec<_>>() {
        let (accepted, refused, pushed) = fighter.await.unwrap();
        totals = (totals.0 + accepted, totals.1 + refused, totals.2 + pushed);
    }
    println!("{} accepted, {} refused of {}", totals.0, totals.1, totals.2);
    assert_eq!(totals.0 + totals.1, BOOKINGS, "every operation has a verdict");
    assert_eq!(totals.2, BOOKINGS);
    assert!(totals.0 > 100 && totals.1 > 500, "it was a fight: {totals:?}");
    let one_verdict_each = database.run(
        "select count(*) = count(distinct operation_id) and bool_and(outcome is not null)
         from operations",
    );
    assert_eq!(one_verdict_each, "t");
    assert_eq!(database.run("select count(*) from bookings"), totals.0.to_string());
    assert_eq!(database.run("select count(*) from claims where active"), totals.0.to_string());
    // Looked at pair by pair, not trusting the constraint.
    let overlapping = database.run(
        "select count(*) from claims a join claims b
         on a.org_id = b.org_id and a.resource_id = b.resource_id and a.id < b.id
         where a.active and b.active and a.starts_at < b.ends_at and b.starts_at < a.ends_at",
    );
    assert_eq!(overlapping, "0");
    examine(&database);
}
