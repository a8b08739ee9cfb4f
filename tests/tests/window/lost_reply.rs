//! The reply to a committed push is lost, and the desk is killed while it waits for it.

use crate::hand::{block_of, book, day, jump_to, nothing_waits, work_offline};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::proxy::{Fault, Proxy};
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_and_a_killed_desk_lose_and_double_nothing_in_the_window() {
    let database = Cluster::shared().database("window_lost");
    let hq = Headquarters::start(&database);
    let line = Proxy::start(&hq.url());
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"];
    files.ok(&init);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tracy Smith"]);
    hq.create_org("Club");
    let code = hq.pair("Club", None);
    files.ok(&["enrol", "--hq", &line.url(), "--code", &code]);

    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    work_offline(&window, true).await;
    jump_to(&window, &day(7)).await;
    book(&window, "Court 1", "13:00", "14:00", "Tracy Smith").await;
    assert_eq!(block_of(&window, "Tracy Smith").await, "tentative");

    // Headquarters commits; its reply never arrives; the desk is killed while it waits.
    line.next("/v1/sync", Fault::LoseReply);
    line.set(Fault::Delay(Duration::from_secs(600)));
    work_offline(&window, false).await;
    eventually_async("headquarters has committed the push", SOON, async || {
        (database.run("select count(*) from bookings") == "1").then_some(())
    })
    .await;
    window.kill_desk();
    drop(window);

    line.set(Fault::Pass);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(7)).await;
    nothing_waits(&window).await;
    assert_eq!(block_of(&window, "Tracy Smith").await, "committed");
    assert_eq!(window.all("[data-standing][data-resource-id]").await.len(), 1);
    assert_eq!(database.run("select count(*) from bookings"), "1", "nothing twice");
    assert_eq!(files.ok(&["inbox"])["items"], serde_json::json!([]));
    window.close().await;
}
