//! The queue of requests, with two that want the same hour; and what was just done taken back: in
//! the window.

use crate::hand::{
    add_service, be_as_large_as, begin, block_of, day, fill_booking, jump_to, keyboard_is_at,
    nothing_waits, pick, picture, save_booking, standings, take_keyboard_to, work_offline,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_for_one_hour_one_is_approved_and_one_turned_down_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    window.click("nav-calendar").await;
    window.click("calendar-tab-week").await;
    window.click("venue-requests_compete").await;
    window.click("venue-save").await;
    window.wait_text("toast", "Saved", SOON).await;
    add_service(&window, "Trial", &[]).await;
    window.click("service-row").await;
    window.click("service-needs_approval").await;
    window.click("service-save").await;
    window.wait_gone(&test_id("service-save"), SOON).await;

    // Both may ask: whoever answers decides.
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    for who in ["Tom Becker", "Ben Fischer"] {
        fill_booking(&window, "Squash Court", "10:00", "11:00", who).await;
        pick(&window, "qb-service", "Trial").await;
        window.click("qb-request").await;
        save_booking(&window).await;
    }
    window.wait_text("requests-badge", "2", SOON).await;
    // Side by side, each has the colour of what is asked for.
    let colours = "return [...document.querySelectorAll(`[data-booking][data-service='true']`)]
        .map(block => getComputedStyle(block).getPropertyValue('--service').trim())";
    let colours = window.script(colours, vec![]).await;
    assert_eq!(colours, serde_json::json!(["#2f6fde", "#2f6fde"]));
    picture(&window, "competing").await;
    window.click("nav-requests").await;
    window.wait_text("request", "1 other request wants this slot", SOON).await;
    window.wait_text("request", "only one of them can be approved", SOON).await;
    // It is safe here, and that is not yet a booking.
    window.click_css(&format!("{} .acts button:last-child", test_id("request"))).await;
    window.wait_text("detail-worth", "not booked until somebody approves it", SOON).await;
    assert!(!window.text("detail-worth").await.contains("stands"));
    picture(&window, "request-open").await;
    window.click("nav-requests").await;
    picture(&window, "requests").await;

    window
        .click_css(&format!("{} {}", of("Tom Becker", &window).await, test_id("request-approve")))
        .await;
    eventually_async("one is left, and cannot be approved any more", SOON, async || {
        let left = window.texts(&test_id("request")).await;
        (left.len() == 1 && left[0].contains("cannot be approved")).then_some(())
    })
    .await;
    // One goes on with what is left.
    keyboard_is_at(&window, "request").await;
    // Only where others ask too, is there a choice between them.
    window.wait_text("request", "Does not hold its slot", SOON).await;
    assert!(!window.text("request").await.contains("only one of them"));
    picture(&window, "request-outrun").await;
    window.click("request-reject").await;
    window.type_into("request-reason", "Another was first").await;
    window.click("request-reject-confirm").await;
    window.find_test_id("requests-empty").await;
    keyboard_is_at(&window, "requests").await;

    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    window.wait_for("[data-booking][data-status='confirmed']", SOON).await;
    block_of(&window, "Tom Becker").await;
    assert!(standings(&window, "Ben Fischer").await.is_empty());
    let listed = files.ok(&["list", "--from", &day(20), "--to", &day(20), "--all"]);
    let of_ben = listed["bookings"].as_array().unwrap().iter().find(|b| b["status"] == "rejected");
    assert_eq!(of_ben.unwrap()["rejection"]["reason"], "Another was first", "{listed}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_just_done_is_taken_back_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    let venue = files.ok(&["venues"])["venues"][0]["name"].as_str().unwrap().to_owned();
    files.ok(&["venue", "edit", &venue, "--free-cancel-hours", "2000"]);
    jump_to(&window, &day(20)).await;
    crate::hand::book(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    window.click_css("[data-standing][data-booking]").await;
    window.click("detail-cancel").await;
    window.type_into("cancel-reason", "Mistaken").await;
    // It is late, for a customer; who calls it off for the house is told that it costs nothing.
    window.wait_for(&format!("{}.warn", test_id("cancel-terms")), SOON).await;
    pick(&window, "cancel-initiator", "The house").await;
    window.wait_text("cancel-terms", "costs the customer nothing", SOON).await;
    window.wait_gone(&test_id("cancel-waive"), SOON).await;
    picture(&window, "cancel").await;
    window.click("cancel-confirm").await;
    gone(&window, "Tom Becker").await;
    let listed = files.ok(&["list", "--from", &day(20), "--to", &day(20), "--all"]);
    assert_eq!(listed["bookings"][0]["cancellation"]["initiator"], "admin", "{listed}");

    // The cancelling is taken back, and then the booking itself.
    window.script("document.activeElement.blur()", vec![]).await;
    window.press("u").await;
    assert_eq!(block_of(&window, "Tom Becker").await, "committed");
    eventually_async("a notice says what was taken back", SOON, async || {
        let notices = window.texts(&test_id("toast")).await;
        notices.iter().any(|text| text.contains("Taken back")).then_some(())
    })
    .await;
    window.press("u").await;
    gone(&window, "Tom Becker").await;

    // Where something was done, it can be taken back by a click.
    crate::hand::book(&window, "Squash Court", "12:00", "13:00", "Ben Fischer").await;
    window.click("toast-undo").await;
    gone(&window, "Ben Fischer").await;
    window.wait_gone(&test_id("toast-undo"), SOON).await;

    // So is an approval: the request waits again.
    let start = format!("{}T14:00", day(20));
    let ask = ["book", "--resource", "Squash Court", "--start", &start, "--minutes", "60"];
    files.ok(&[ask.as_slice(), &["--request", "--customer", "Ben Fischer"]].concat());
    window.click("nav-requests").await;
    window.wait_text("request", "Ben Fischer", SOON).await;
    window.click("request-approve").await;
    window.find_test_id("requests-empty").await;
    window.click("toast-undo").await;
    window.wait_text("request", "Ben Fischer", SOON).await;
    picture(&window, "approval-taken-back").await;
    assert_eq!(files.ok(&["doctor"])["chain_whole"], true);
    window.close().await;
}

/// The card of a request, by whom it is for.
async fn of(who: &str, window: &Window) -> String {
    let script = "return [...document.querySelectorAll(`[data-testid='request']`)]
        .find(card => card.textContent.includes(arguments[0])).dataset.bookingId";
    let id = window.script(script, vec![who.into()]).await;
    format!("[data-booking-id='{}']", id.as_str().unwrap())
}

async fn gone(window: &Window, text: &str) {
    eventually_async(&format!("{text} is off the board"), SOON, async || {
        standings(window, text).await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_answered_in_time_is_let_lapse_in_the_window() {
    // Headquarters would do it by itself, sooner or later.
    let database = Cluster::shared().database("window_lapse");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"];
    files.ok(&init);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tracy Smith"]);
    files.ok(&["venue", "edit", "Riverside", "--approval-minutes", "0"]);
    files.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    let start = format!("{}T10:00", day(20));
    let ask = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60", "--request"];
    let asked = files.ok(&[ask.as_slice(), &["--customer", "Tracy Smith"]].concat());

    let window = Window::open(files.replica()).await;
    window.click("nav-requests").await;
    window.wait_text("request", "Nobody answered in time", SOON).await;
    window.wait_text("request-asked", "Asked: ", SOON).await;
    picture(&window, "request-late").await;
    window.click("request-lapse").await;
    window.find_test_id("requests-empty").await;
    window.wait_text("toast", "Tracy Smith", SOON).await;
    nothing_waits(&window).await;
    let shown = files.ok(&["show", asked["booking_id"].as_str().unwrap()]);
    assert_eq!((&shown["status"], &shown["standing"]), (&"rejected".into(), &"committed".into()));
    assert_eq!(shown["rejection"]["reason"], "Nobody answered in time", "{shown}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_a_request_down_after_somebody_else_did_reads_both_reasons_in_the_window() {
    let database = Cluster::shared().database("window_reasons");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let (other, files) = (Cli::new(), Cli::new());
    other.ok(&["init", "--org", "Club", "--venue", "Hall", "--timezone", "Europe/London"]);
    other.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    let name = "Maximiliane-Elisabeth Freifrau von und zu Hohenstein-Waldburg";
    other.ok(&["customer", "add", "--name", name]);
    let ask = |hour: &str| {
        let start = format!("{}T{hour}", day(20));
        let ask = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let asked = other.ok(&[ask.as_slice(), &["--request", "--customer", name]].concat());
        asked["booking_id"].as_str().unwrap().to_owned()
    };
    let booking = ask("10:00");
    ask("12:00");
    other.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    files.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", Some("Hall"))]);
    let theirs = "The court is being mended from Monday on, and nobody knows for how long";
    other.ok(&["reject", &booking, "--reason", theirs]);

    let window = Window::open(files.replica()).await;
    be_as_large_as(&window, 1024, 768).await;
    window.find_test_id("board").await;
    work_offline(&window, true).await;
    window.click("nav-requests").await;
    window.wait_count(&test_id("request"), 2, SOON).await;
    // By the keyboard alone.
    take_keyboard_to(&window, "request-reject").await;
    window.press(ENTER).await;
    keyboard_is_at(&window, "request-reason").await;
    window.press("Nobody has the keys to it").await;
    picture(&window, "request-turned-down-1024").await;
    window.press(ENTER).await;
    window.wait_count(&test_id("request"), 1, SOON).await;
    // What still asks is approved, and that is taken back.
    window.click("request-approve").await;
    window.find_test_id("requests-empty").await;
    window.click("toast-undo").await;
    window.wait_text("request", name, SOON).await;
    picture(&window, "approval-taken-back-1024").await;

    other.ok(&["sync"]);
    work_offline(&window, false).await;
    nothing_waits(&window).await;
    window.click("nav-inbox").await;
    for said in [theirs, "Nobody has the keys to it", "turned it down already"] {
        window.wait_text("inbox-item", said, SOON).await;
    }
    picture(&window, "inbox-both-reasons-1024").await;
    take_keyboard_to(&window, "settle").await;
    window.press(ENTER).await;
    window.find_test_id("inbox-empty").await;
    assert_eq!(files.ok(&["show", &booking])["rejection"]["reason"], theirs);
    window.close().await;
}
