//! An instructor's laptop, in the window.

use crate::hand::{block_of, book, day, jump_to, nothing_waits, picture, work_offline};
use crate::two_desks::join;
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn an_instructor_works_on_their_own_schedule_in_the_window() {
    let database = Cluster::shared().database("window_laptop");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let desk = Cli::new();
    desk.ok(&["init", "--org", "Club", "--venue", "Hall", "--timezone", "Europe/London"]);
    desk.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    desk.ok(&["staff", "add", "--name", "Ines", "--role", "instructor"]);
    let ines = ["resource", "add", "--name", "Ines", "--kind", "instructor", "--staff", "Ines"];
    desk.ok(&ines);
    for name in ["Tracy Smith", "Tim Rownam"] {
        desk.ok(&["customer", "add", "--name", name]);
    }
    let date = day(7);
    for (hour, who, resources) in [
        ("10:00", "Tracy Smith", ["Court 1", "Ines"].as_slice()),
        ("12:00", "Tim Rownam", ["Court 1"].as_slice()),
    ] {
        let start = format!("{date}T{hour}");
        let mut args = vec!["book", "--start", &start, "--minutes", "60", "--customer", who];
        args.extend(["--price", "20.00"]);
        args.extend(resources.iter().flat_map(|name| ["--resource", name]));
        desk.ok(&args);
    }
    desk.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);

    let files = Cli::new();
    let window = Window::open(files.replica()).await;
    window.click("first-join").await;
    let pair = ["pair", "--org", "Club", "--venue", "Hall", "--staff", "Ines", "--laptop"];
    let code = hq.admin(&pair)["code"].as_str().unwrap().to_owned();
    join(&window, &hq.url(), &code, "Ines's laptop").await;
    window.find_test_id("board").await;
    jump_to(&window, &date).await;
    assert_eq!(block_of(&window, "Tracy Smith").await, "committed");
    assert!(!window.text("board").await.contains("Tim Rownam"), "that one is not hers");
    window.wait_text("board", "Busy", SOON).await;
    assert!(window.all(&test_id("nav-reports")).await.is_empty(), "sums over a part are wrong");
    picture(&window, "laptop").await;
    window.click_css("[data-booking]").await;
    window.wait_text("detail-panel", "Tracy Smith", SOON).await;
    for untold in ["payments", "history-booking"] {
        assert!(window.all(&test_id(untold)).await.is_empty(), "{untold}: it was told nothing");
    }
    picture(&window, "laptop-detail").await;
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("detail-panel"), SOON).await;

    window.click("nav-customers").await;
    window.click("customer-row").await;
    window.wait_text("customer-card", "Tracy Smith", SOON).await;
    window.wait_text("customer-card", "10:00 to 11:00", SOON).await;
    for untold in ["packages", "customer-figures", "consent", "history-customer"] {
        assert!(window.all(&test_id(untold)).await.is_empty(), "{untold}: it was told nothing");
    }
    picture(&window, "laptop-customer").await;
    window.click("nav-day").await;
    jump_to(&window, &date).await;

    work_offline(&window, true).await;
    book(&window, "Ines", "14:00", "15:00", "Tracy Smith").await;
    work_offline(&window, false).await;
    nothing_waits(&window).await;
    desk.ok(&["sync"]);
    eventually_async("the desk has her new lesson", SOON, async || {
        desk.ok(&["sync"]);
        let list = desk.ok(&["list", "--resource", "Ines"]);
        (list["bookings"].as_array().unwrap().len() == 2).then_some(())
    })
    .await;
    window.close().await;
}
