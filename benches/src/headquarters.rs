//! Bookings accepted per second through `/v1/sync` against plain SQL that inserts the very rows
//! that came of it: under the same constraint, ledger and feed included, on one connection, a
//! hundred savepoints a transaction. The plain side is run twice: statement by statement, as most
//! programs do, and pipelined, as ours does.

use crate::rows::Club;
use crate::{median, verdict};
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use holdfast_replica::sync::{self, Client, SyncLock};
use holdfast_replica::{Replica, Submission, now};
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::{Cluster, Database};
use std::time::{Duration, Instant};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Statement};

const ROUNDS: usize = 5;
const BOOKINGS: usize = 1_000;
const PER_TRANSACTION: usize = 100;

/// The tables that a booking comes to, in the order of writing.
const TABLES: [&str; 5] = ["bookings", "claims", "booking_claims", "operations", "feed"];

pub(crate) async fn run() -> Result<()> {
    let cluster = Cluster::durable();
    let database = cluster.database("bench");
    let hq = Headquarters::start(&database);
    let dir = tempfile::tempdir()?;
    let (mut replica, club) = Club::found(dir.path())?;
    hq.create_org("Bench");
    let code = hq.pair("Bench", None);
    let client = Client::new()?;
    let _lock = SyncLock::take(&replica)?;
    sync::enrol(&mut replica, &client, &hq.url(), &code, None).await?;
    sync::sync(&mut replica, &client, |_| {}).await?;

    let (mut ours, mut plain, mut pipelined) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let pushed = push_round(&mut replica, &club, &client, round).await?;
        ours.push(pushed);
        let rows = Rows::take_back(&database).await?;
        plain.push(rows.insert_all(&database, false).await?);
        rows.delete_again(&database).await?;
        pipelined.push(rows.insert_all(&database, true).await?);
    }
    let per_second = |time: Duration| BOOKINGS as f64 / time.as_secs_f64();
    let (ours, plain, pipelined) = (median(ours), median(plain), median(pipelined));
    println!("Bookings accepted per second through /v1/sync, against plain SQL inserting the same");
    println!("rows, ledger and feed included, on one connection, {PER_TRANSACTION} savepoints a");
    println!("transaction, fsync on, {ROUNDS} rounds of {BOOKINGS}:");
    println!(
        "  through /v1/sync {:.0}/s, plain SQL {:.0}/s, plain SQL pipelined {:.0}/s",
        per_second(ours),
        per_second(plain),
        per_second(pipelined)
    );
    verdict("against plain SQL", per_second(ours) / per_second(plain), 0.5, false);
    verdict("against plain SQL pipelined", per_second(ours) / per_second(pipelined), 0.5, false);
    Ok(())
}

/// Books offline, then times the sync that pushes it: the whole round, this device's part included.
async fn push_round(
    replica: &mut Replica,
    club: &Club,
    client: &Client,
    round: usize,
) -> Result<Duration> {
    let at = now();
    let commands: Vec<_> = (0..BOOKINGS).map(|n| club.booking(round * BOOKINGS + n, at)).collect();
    let done = replica.submit_all(&commands, at)?;
    ensure!(done.iter().all(|s| matches!(s, Submission::Done(_))), "all are booked");
    let started = Instant::now();
    let report = sync::sync(replica, client, |_| {}).await?;
    let time = started.elapsed();
    ensure!(report.accepted == BOOKINGS as u64, "{report:?}");
    Ok(time)
}

/// The rows of the last round, by table and booking.
struct Rows {
    columns: Vec<Vec<(String, String)>>,
    bookings: Vec<Vec<Vec<Vec<Option<String>>>>>,
}

impl Rows {
    /// Reads the rows of the newest bookings, then deletes them, so that they can be inserted
    /// again.
    async fn take_back(database: &Database) -> Result<Self> {
        let client = connect(database).await?;
        client
            .batch_execute(
                "create temporary table stage_bookings as
                     select b.* from bookings b join operations o
                         on o.payload::json->>'booking_id' = b.id::text
                     where o.payload is not null order by o.commit_no desc limit 1000;
                 create temporary table stage_booking_claims as
                     select bc.* from booking_claims bc join stage_bookings b on b.id = bc.booking_id;
                 create temporary table stage_feed as
                     select f.*, coalesce(b.id, bc.booking_id, v.id) as booking from feed f
                     left join stage_bookings b on f.row_id = b.id
                     left join stage_booking_claims bc on f.row_id = bc.claim_id
                     left join (select o.operation_id, b.id from operations o join stage_bookings b
                         on o.payload::json->>'booking_id' = b.id::text) v
                         on f.row_id = v.operation_id
                     where coalesce(b.id, bc.booking_id, v.id) is not null;
                 create index on stage_feed (booking);
                 create index on stage_booking_claims (booking_id);
                 create temporary table stage_operations as select o.*, b.id as booking
                     from operations o join stage_bookings b
                     on o.payload::json->>'booking_id' = b.id::text;
                 create temporary table stage_claims as select c.*, bc.booking_id as booking
                     from claims c join stage_booking_claims bc on bc.claim_id = c.id;",
            )
            .await?;
        let mut columns = Vec::new();
        for table in TABLES {
            columns.push(columns_of(&client, table).await?);
        }
        let mut bookings = Vec::new();
        for row in client.query("select id::text from stage_bookings", &[]).await? {
            let id: String = row.get(0);
            let mut tables = Vec::new();
            for (table, columns) in TABLES.iter().zip(&columns) {
                tables.push(rows_of(&client, table, columns, &id).await?);
            }
            bookings.push(tables);
        }
        ensure!(bookings.len() == BOOKINGS, "{} bookings", bookings.len());
        let rows = Self { columns, bookings };
        rows.delete_again(database).await?;
        Ok(rows)
    }

    async fn delete_again(&self, database: &Database) -> Result<()> {
        let client = connect(database).await?;
        let ids: Vec<&str> =
            self.bookings.iter().filter_map(|tables| tables[0][0][1].as_deref()).collect();
        client
            .batch_execute(&format!(
                "create temporary table gone as select unnest('{{{}}}'::uuid[]) as id;
                 create temporary table gone_claims as select claim_id from booking_claims
                     where booking_id in (select id from gone);
                 create temporary table gone_operations as select operation_id from operations
                     where payload::json->>'booking_id' in (select id::text from gone);
                 delete from feed where row_id in (select id from gone union all
                     select claim_id from gone_claims union all
                     select operation_id from gone_operations);
                 delete from booking_claims where booking_id in (select id from gone);
                 delete from claims where id in (select claim_id from gone_claims);
                 delete from operations where operation_id in
                     (select operation_id from gone_operations);
                 delete from bookings where id in (select id from gone);",
                ids.join(",")
            ))
            .await?;
        client.batch_execute("vacuum bookings, claims, booking_claims, operations, feed").await?;
        Ok(())
    }

    /// Inserts them again: a savepoint per booking.
    async fn insert_all(&self, database: &Database, pipelined: bool) -> Result<Duration> {
        let client = connect(database).await?;
        let mut statements = Vec::new();
        for (table, columns) in TABLES.iter().zip(&self.columns) {
            statements.push(client.prepare(&insert_sql(table, columns)).await?);
        }
        let started = Instant::now();
        for chunk in self.bookings.chunks(PER_TRANSACTION) {
            client.batch_execute("begin").await?;
            for booking in chunk {
                insert_booking(&client, &statements, booking, pipelined).await?;
            }
            client.batch_execute("commit").await?;
        }
        Ok(started.elapsed())
    }
}

async fn insert_booking(
    client: &tokio_postgres::Client,
    statements: &[Statement],
    tables: &[Vec<Vec<Option<String>>>],
    pipelined: bool,
) -> Result<()> {
    let mut inserts = Vec::new();
    for (statement, rows) in statements.iter().zip(tables) {
        for row in rows {
            inserts.push((
                statement,
                row.iter().map(|v| v as &(dyn ToSql + Sync)).collect::<Vec<_>>(),
            ));
        }
    }
    if pipelined {
        let insert = inserts.iter().map(|(statement, row)| client.execute(*statement, row));
        let (opened, inserted, closed) = tokio::join!(
            client.batch_execute("savepoint s"),
            try_join_all(insert),
            client.batch_execute("release s")
        );
        opened?;
        inserted?;
        closed?;
        return Ok(());
    }
    client.batch_execute("savepoint s").await?;
    for (statement, row) in &inserts {
        client.execute(*statement, row).await?;
    }
    Ok(client.batch_execute("release s").await?)
}

fn insert_sql(table: &str, columns: &[(String, String)]) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let values: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(n, (_, kind))| format!("${}::text::{kind}", n + 1))
        .collect();
    format!("insert into {table} ({}) values ({})", names.join(", "), values.join(", "))
}

/// The columns that are written: name and type; generated ones are not.
async fn columns_of(client: &tokio_postgres::Client, table: &str) -> Result<Vec<(String, String)>> {
    let rows = client
        .query(
            "select attname::text, format_type(atttypid, atttypmod) from pg_attribute
             where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
               and attgenerated = '' order by attnum",
            &[&table],
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn rows_of(
    client: &tokio_postgres::Client,
    table: &str,
    columns: &[(String, String)],
    booking: &str,
) -> Result<Vec<Vec<Option<String>>>> {
    let names: Vec<_> = columns.iter().map(|(name, _)| format!("\"{name}\"::text")).collect();
    let key = match table {
        "bookings" => "id",
        "booking_claims" => "booking_id",
        _ => "booking",
    };
    let sql =
        format!("select {} from stage_{table} where {key} = $1::text::uuid", names.join(", "));
    let rows = client.query(&sql, &[&booking]).await?;
    Ok(rows.iter().map(|row| (0..columns.len()).map(|n| row.get(n)).collect()).collect())
}

async fn connect(database: &Database) -> Result<tokio_postgres::Client> {
    let (client, connection) =
        tokio_postgres::connect(&database.url, NoTls).await.context("the bench's Postgres")?;
    tokio::spawn(connection);
    Ok(client)
}
