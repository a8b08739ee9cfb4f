//! What is seldom asked for is within reach, too: an event on several resources by one's own rule, a
//! report on chosen days, and who is of a tier or wants to hear of offers.

use crate::hand::{begin, block_of, day, jump_to, pick, picture, save_booking};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_booked_on_two_resources_by_ones_own_rule_and_reported_in_the_window() {
    let files = Cli::new();
    begin(&files).await.close().await;
    let event =
        ["event", "add", "--title", "Open day", "--capacity", "12", "--status", "published"];
    files.ok(&event);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    window.click("new-booking").await;
    pick(&window, "qb-resource", "Studio 1").await;
    window.click("qb-more").await;
    pick(&window, "qb-also", "Squash Court").await;
    window.wait_text("qb-also-chip", "Squash Court", SOON).await;
    for (field, text) in [("qb-start", "10:00"), ("qb-end", "11:00")] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    window.click("qb-class").await;
    pick(&window, "qb-event", "Open day").await;
    assert_eq!(window.value("qb-places").await, "12", "as many as the event has");
    pick(&window, "qb-repeat", "By a rule").await;
    window.type_into("qb-rule", "FREQ=DAILY;INTERVAL=2;COUNT=3").await;
    window.wait_text("qb-dates", "3 bookings", SOON).await;
    picture(&window, "event-by-rule").await;
    save_booking(&window).await;
    block_of(&window, "Open day").await;
    let listed = files.ok(&["list", "--from", &day(20), "--to", &day(24)]);
    let booked = listed["bookings"].as_array().unwrap();
    let days: Vec<&str> =
        booked.iter().map(|it| &it["local_start"].as_str().unwrap()[..10]).collect();
    assert_eq!(days, [day(20), day(22), day(24)]);
    for booking in booked {
        assert_eq!(booking["resource_ids"].as_array().unwrap().len(), 2, "{booking}");
        assert!(booking["event_id"].is_string(), "{booking}");
    }

    // A report on the days that are asked for, and no others.
    window.click("nav-reports").await;
    pick(&window, "report-subject", "Bookings by status").await;
    for (from, until, bookings) in [(20, 22, 2), (22, 24, 2), (21, 21, 0)] {
        window.type_into("report-from", &day(from)).await;
        window.press("\t").await;
        window.type_into("report-until", &day(until)).await;
        window.press("\t").await;
        eventually_async("the report is on these days", SOON, async || {
            let counts = format!("{} tbody td:last-child", test_id("report-table"));
            let counts = window.texts(&counts).await;
            let sum: u32 = counts.iter().map(|count| count.parse::<u32>().unwrap()).sum();
            (!counts.is_empty() && sum == bookings).then_some(())
        })
        .await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_of_a_tier_and_who_wants_offers_is_picked_out_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["venue", "edit", "Riverside", "--points-per-unit", "1", "--tier", "gold=10"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    for name in ["Ann", "Bob", "Cid"] {
        files.ok(&["customer", "add", "--name", name]);
    }
    files.ok(&["customer", "edit", "Bob", "--consent", "2", "--marketing"]);
    files.ok(&["customer", "edit", "Cid", "--consent", "2", "--sms"]);
    let start = format!("{}T10:00", day(2));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let booked = files.ok(&[book.as_slice(), &["--customer", "Ann", "--price", "20"]].concat());
    files.ok(&["booking", "pay", booked["booking_id"].as_str().unwrap(), "--amount", "20"]);
    let window = Window::open(files.replica()).await;
    window.click("nav-customers").await;
    window.wait_text("customers-said", "3 customers", SOON).await;
    for (segment, who) in
        [("Tier: gold", "Ann"), ("Wants: Offers", "Bob"), ("Wants: Text messages", "Cid")]
    {
        pick(&window, "customers-segment", segment).await;
        eventually_async(segment, SOON, async || {
            let listed = window.texts(&test_id("customer-row")).await;
            (listed.len() == 1 && listed[0].contains(who)).then_some(())
        })
        .await;
    }
    picture(&window, "customers-segments").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_at_another_venue_or_on_what_is_deleted_says_where_it_is_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Lakeside", "--timezone", "Europe/London"]);
    files.ok(&["venue", "add", "--name", "Harbour Hall", "--timezone", "Europe/London"]);
    files.ok(&["customer", "add", "--name", "Tracy Smith"]);
    for (name, venue, hour) in
        [("Old Court", "Lakeside", "10:00"), ("Harbour Court", "Harbour Hall", "18:00")]
    {
        files.ok(&["resource", "add", "--name", name, "--kind", "court", "--venue", venue]);
        let start = format!("{}T{hour}", day(20));
        let args = ["book", "--resource", name, "--start", &start, "--minutes", "60"];
        files.ok(&[args.as_slice(), &["--customer", "Tracy Smith"]].concat());
    }
    files.ok(&["delete", "resource", "Old Court"]);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    pick(&window, "venue-switch", "Lakeside").await;
    window.click("nav-customers").await;
    window.click("customer-row").await;
    window.wait_text("customer-card", "Old Court (deleted), Lakeside", SOON).await;
    window.wait_text("customer-card", "Harbour Court, Harbour Hall", SOON).await;
    picture(&window, "customer-elsewhere").await;
    let there = "[...document.querySelectorAll(`[data-testid='customer-card'] .row-button`)]
        .find(row => row.textContent.includes('Harbour Court')).click()";
    window.script(there, vec![]).await;
    window.wait_text("detail-panel", "Harbour Court, Harbour Hall", SOON).await;
    assert_eq!(block_of(&window, "Tracy Smith").await, "committed");
    picture(&window, "booking-elsewhere").await;
    window.close().await;
}
