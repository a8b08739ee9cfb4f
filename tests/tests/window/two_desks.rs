//! Two desks book one court offline, and headquarters settles it: in the window.

use crate::hand::{
    block_of, book, day, fill_booking, jump_to, keyboard_is_at, nothing_waits, pick, picture,
    standings, take_keyboard_to, work_offline,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::{Cluster, Database};
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use holdfast_tests::{parts, skip};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn two_desks_book_one_court_offline_in_the_window() {
    let Some(files) = parts::club() else { skip!("the club's data") };
    let database = Cluster::shared().database("window");
    let hq = Headquarters::start(&database);
    hq.create_org("Country Club");

    // Desk A has the club's files already; its window joins the empty organisation.
    let a_files = Cli::new();
    let init =
        ["init", "--org", "Country Club", "--venue", "Club House", "--timezone", "Europe/London"];
    a_files.ok(&[init.as_slice(), &["--currency", "GBP", "--slot-minutes", "30"]].concat());
    let mapping = parts::workspace().join("docs/examples/clubdata.toml");
    let (mapping, files) = (mapping.to_str().unwrap(), files.to_str().unwrap());
    assert_eq!(a_files.ok(&["import", "--mapping", mapping, files])["bookings"]["taken"], 4044);

    let a = Window::open(a_files.replica()).await;
    a.find_test_id("board").await;
    jump_to(&a, "2012-08-18").await;
    eventually_async("the club's day is on the board", SOON, async || {
        (a.all("[data-standing='committed']").await.len() > 20).then_some(())
    })
    .await;
    picture(&a, "day-board").await;
    a.click("nav-settings").await;
    a.click("settings-join").await;
    join(&a, &hq.url(), &hq.pair("Country Club", None), "Front desk").await;
    nothing_waits(&a).await;

    // Desk B starts empty and joins.
    let b_files = Cli::new();
    let b = Window::open(b_files.replica()).await;
    b.click("first-join").await;
    join(&b, &hq.url(), &hq.pair("Country Club", Some("Club House")), "Bar").await;
    b.find_test_id("board").await;
    jump_to(&b, "2012-08-18").await;
    eventually_async("the club's day has arrived", 3 * SOON, async || {
        (b.all("[data-standing='committed']").await.len() > 20).then_some(())
    })
    .await;
    nothing_waits(&b).await;

    // Both are offline and book the same hour of the same court.
    let date = day(7);
    for window in [&a, &b] {
        work_offline(window, true).await;
        window.click("nav-day").await;
        jump_to(window, &date).await;
    }
    book(&a, "Tennis Court 1", "13:00", "14:00", "Tracy Smith").await;
    book(&a, "Squash Court", "13:00", "14:00", "Nancy Dare").await;
    assert_eq!(block_of(&a, "Tracy Smith").await, "tentative");
    // What waits is listed in a panel that has the keyboard, and gives it back.
    take_keyboard_to(&a, "show-changes").await;
    a.press("\u{e007}").await;
    keyboard_is_at(&a, "waiting-panel-body").await;
    a.press("\u{e00c}").await;
    keyboard_is_at(&a, "show-changes").await;
    fill_booking(&b, "Tennis Court 1", "13:00", "14:00", "Tim Rownam").await;
    b.wait_text("qb-worth", "Waiting for headquarters", SOON).await;
    picture(&b, "quick-booking").await;
    b.click("qb-save").await;
    b.wait_gone(&test_id("quick-panel"), SOON).await;
    assert_eq!(block_of(&b, "Tim Rownam").await, "tentative");
    book(&b, "Massage Room 1", "10:00", "11:00", "Janice Joplette").await;
    picture(&b, "offline").await;

    // A syncs first, then B: exactly one of the two stands.
    work_offline(&a, false).await;
    nothing_waits(&a).await;
    work_offline(&b, false).await;
    nothing_waits(&b).await;
    b.wait_text("inbox-badge", "1", SOON).await;
    assert_eq!(block_of(&b, "Tracy Smith").await, "committed");
    assert_eq!(block_of(&b, "Janice Joplette").await, "committed");
    assert!(standings(&b, "Tim Rownam").await.is_empty());
    b.click("nav-inbox").await;
    let item = b.find_test_id("inbox-item").await;
    assert_eq!(item.attr("data-code").await.unwrap().as_deref(), Some("slot_taken"));
    b.wait_text("inbox-item", "Tracy Smith", SOON).await;
    assert_eq!(b.all(&test_id("alternative")).await.len(), 3);
    picture(&b, "inbox").await;

    // One click books an alternative; both desks see it. What is gone by then is not booked twice.
    let offered = invoke(&b, "inbox", json!({})).await[0].clone();
    b.click("alternative").await;
    b.find_test_id("inbox-empty").await;
    let (operation_id, alternative) = (&offered["operation_id"], &offered["alternatives"][0]);
    let again = json!({ "operationId": operation_id, "alternative": alternative });
    let gone = invoke(&b, "book_alternative", again).await;
    assert_eq!(gone["code"], "alternative_gone", "{gone} of {offered}");
    nothing_waits(&b).await;
    b.click("nav-day").await;
    jump_to(&b, &date).await;
    committed(&b, "Tim Rownam").await;
    a.click("sync-now").await;
    committed(&a, "Tim Rownam").await;
    picture(&a, "settled").await;

    // Nothing but clicks and keys has touched the replicas; now look inside.
    let (here, there) = (a_files.ok(&["doctor"]), b_files.ok(&["doctor"]));
    for scope in
        here["scopes"].as_object().unwrap().iter().filter(|(name, _)| !name.starts_with("device"))
    {
        assert_eq!(scope.1["hash"], there["scopes"][scope.0]["hash"], "{}", scope.0);
    }
    a.close().await;
    b.close().await;

    let dark = Window::open_with(a_files.replica(), &["--theme", "dark"]).await;
    dark.find_test_id("board").await;
    jump_to(&dark, "2012-08-18").await;
    eventually_async("the club's day is on the board", SOON, async || {
        (dark.all("[data-standing='committed']").await.len() > 20).then_some(())
    })
    .await;
    picture(&dark, "day-board-dark").await;
    dark.close().await;
}

pub(crate) async fn join(window: &Window, url: &str, code: &str, name: &str) {
    window.type_into("join-url", url).await;
    window.type_into("join-code", code).await;
    window.type_into("join-desk-name", name).await;
    window.click("join-submit").await;
}

/// What the program behind a window answers: a result, or what is wrong.
async fn invoke(window: &Window, command: &str, with: Value) -> Value {
    let script = "const [command, args, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, args).then(done, done)";
    window.client().execute_async(script, vec![json!(command), with]).await.unwrap()
}

async fn committed(window: &Window, customer: &str) {
    eventually_async(&format!("{customer}'s booking stands"), SOON, async || {
        (standings(window, customer).await == ["committed"]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_killed_after_booking_has_it_in_the_window_again() {
    let files = Cli::new();
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    book(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    window.kill_desk();
    drop(window);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    assert_eq!(block_of(&window, "Tom Becker").await, "committed");
    assert_eq!(files.ok(&["doctor"])["chain_whole"], true);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_titles_for_one_booking_the_refused_one_is_applied_after_all_in_the_window() {
    let database = Cluster::shared().database("window_titles");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let other = Cli::new();
    other.ok(&["init", "--org", "Club", "--venue", "Hall", "--timezone", "Europe/London"]);
    other.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    let start = format!("{}T10:00", day(7));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let made = other.ok(&[book.as_slice(), &["--title", "Training"]].concat());
    let booking = made["booking_id"].as_str().unwrap();
    other.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);

    let files = Cli::new();
    let window = Window::open(files.replica()).await;
    window.click("first-join").await;
    join(&window, &hq.url(), &hq.pair("Club", Some("Hall")), "Bar").await;
    window.find_test_id("board").await;
    jump_to(&window, &day(7)).await;
    block_of(&window, "Training").await;

    // Both write another title; the other desk is first.
    work_offline(&window, true).await;
    window.click_css("[data-standing][data-booking]").await;
    window.click("detail-edit").await;
    window.type_into("edit-title", "Juniors").await;
    window.click("edit-save").await;
    assert_eq!(block_of(&window, "Juniors").await, "tentative");
    other.ok(&["edit", booking, "--title", "Seniors"]);
    other.ok(&["sync"]);
    work_offline(&window, false).await;
    nothing_waits(&window).await;
    committed(&window, "Seniors").await;
    window.click("nav-inbox").await;
    window.wait_text("inbox-item", "Seniors", SOON).await;
    window.wait_text("inbox-item", "Juniors", SOON).await;
    picture(&window, "inbox-changed-elsewhere").await;

    // Having seen both, the person wants theirs.
    window.click("apply-mine").await;
    window.find_test_id("inbox-empty").await;
    window.click("nav-day").await;
    nothing_waits(&window).await;
    committed(&window, "Juniors").await;
    other.ok(&["sync"]);
    assert_eq!(other.ok(&["show", booking])["title"], "Juniors");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_of_a_refused_booking_is_opened_at_its_own_venue_in_the_window() {
    let database = Cluster::shared().database("window_inbox_venue");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Lakeside", "--timezone", "Europe/London"]);
    files.ok(&["venue", "add", "--name", "Harbour Hall", "--timezone", "Europe/London"]);
    let court = ["resource", "add", "--name", "Court 1", "--kind", "court"];
    files.ok(&[court.as_slice(), &["--venue", "Harbour Hall"]].concat());
    files.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    files.ok(&["sync"]);
    let other = Cli::new();
    other.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", Some("Harbour Hall"))]);
    other.ok(&["sync"]);
    let start = format!("{}T10:00", day(7));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let there = ["--venue", "Harbour Hall"];
    other.ok(&[book.as_slice(), &there, &["--title", "Training"]].concat());
    other.ok(&["sync"]);
    files.ok(&[book.as_slice(), &there, &["--title", "Match"]].concat());
    assert_eq!(files.ok(&["sync"])["refused"], 1);

    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    pick(&window, "venue-switch", "Lakeside").await;
    window.click("nav-inbox").await;
    window.wait_text("inbox-venue", "Harbour Hall", SOON).await;
    picture(&window, "inbox-venue").await;
    window.click("open-day").await;
    block_of(&window, "Training").await;
    let at = "const of = document.querySelector(arguments[0]); return of.selectedOptions[0].text";
    let at = window.script(at, vec![json!(test_id("venue-switch"))]).await;
    assert_eq!(at, "Harbour Hall");
    window.close().await;
}

/// A desk whose booking was refused, with the money that was taken for it; and what it needs.
fn refused_with_its_money(name: &str) -> (Database, Headquarters, Cli) {
    let database = Cluster::shared().database(name);
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let other = Cli::new();
    other.ok(&["init", "--org", "Club", "--venue", "Hall", "--timezone", "Europe/London"]);
    other.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    other.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    let files = Cli::new();
    files.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", Some("Hall"))]);
    let start = format!("{}T10:00", day(7));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    other.ok(&[book.as_slice(), &["--title", "Training"]].concat());
    other.ok(&["sync"]);
    let refused = files.ok(&[book.as_slice(), &["--title", "Match", "--price", "20"]].concat());
    let refused = refused["booking_id"].as_str().unwrap();
    files.ok(&["booking", "pay", refused, "--amount", "20"]);
    assert_eq!(files.ok(&["sync"])["refused"], 2);
    (database, hq, files)
}

#[tokio::test(flavor = "multi_thread")]
async fn money_taken_for_a_refused_booking_goes_over_to_what_is_booked_instead_in_the_window() {
    let (_database, _hq, files) = refused_with_its_money("window_moved_money");
    let window = Window::open(files.replica()).await;
    window.click("nav-inbox").await;
    window.wait_text("inbox-paid", "The money goes over to what is booked instead", SOON).await;
    picture(&window, "inbox-paid").await;
    window.click("alternative").await;
    window.wait_text("toast", "What was paid is taken for it", SOON).await;
    window.find_test_id("inbox-empty").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_taken_for_a_refused_booking_is_settled_with_a_word_in_the_window() {
    let (_database, _hq, files) = refused_with_its_money("window_settles");
    let window = Window::open(files.replica()).await;
    window.click("nav-inbox").await;
    take_keyboard_to(&window, "settle").await;
    window.press("\u{e007}").await;
    let paid = "[data-code='not_found']";
    window.wait_for(paid, SOON).await;
    eventually_async("the booking is settled", SOON, async || {
        (window.all(&test_id("inbox-item")).await.len() == 1).then_some(())
    })
    .await;
    // One goes on with what is left.
    keyboard_is_at(&window, "inbox-item").await;
    window.wait_text("inbox-item", "Match (Court 1", SOON).await;
    picture(&window, "inbox-happened").await;
    window.click("settle").await;
    window.find_test_id("settle-reason").await;
    window.press("\u{e007}").await;
    picture(&window, "inbox-settle").await;
    assert_eq!(window.all(&test_id("inbox-item")).await.len(), 1, "not without a word");
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("settle-reason"), SOON).await;
    keyboard_is_at(&window, "settle").await;
    window.press("\u{e007}").await;
    keyboard_is_at(&window, "settle-reason").await;
    window.press("Given back in cash\u{e007}").await;
    window.find_test_id("inbox-empty").await;
    let settled = files.ok(&["inbox", "settled"]);
    assert_eq!(settled["items"][0]["settled_reason"], "Given back in cash", "{settled}");
    window.close().await;
}
