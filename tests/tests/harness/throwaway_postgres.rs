use std::time::Duration;

use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually_async;
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Option<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.ok()?;
    // It ends with an error when a test stops the server, which that test expects.
    tokio::spawn(async { connection.await.ok() });
    Some(client)
}

#[tokio::test]
async fn a_database_is_reachable_through_its_url() {
    let database = Cluster::shared().database("reachable");
    let client = connect(&database.url).await.unwrap();
    let name: String =
        client.query_one("select current_database()::text", &[]).await.unwrap().get(0);
    assert_eq!(name, database.name);
    assert_eq!(database.run("select 1, 'two'"), "1|two");
}

#[tokio::test]
async fn every_test_has_a_database_to_itself() {
    let cluster = Cluster::shared();
    let (one, two) = (cluster.database("Same Name"), cluster.database("Same Name"));
    assert_ne!(one.url, two.url);
    one.run("create table t (n int)");
    two.run("create table t (n int)");
}

#[tokio::test]
async fn a_crashed_server_recovers_what_was_committed() {
    let cluster = Cluster::durable();
    let database = cluster.database("crash");
    assert_eq!(database.run("show fsync"), "on");
    database.run("create table t as select 7 as n");
    cluster.crash();
    assert!(connect(&database.url).await.is_none());
    cluster.start();
    let deadline = Duration::from_secs(10);
    let client =
        eventually_async("it is back", deadline, async || connect(&database.url).await).await;
    let n: i32 = client.query_one("select n from t", &[]).await.unwrap().get(0);
    assert_eq!(n, 7);
}
