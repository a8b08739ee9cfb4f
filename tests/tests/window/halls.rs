//! A hall is two courts, and any court will do: in the window.

use crate::hand::{
    be_as_large_as, begin, block_of, book, day, fill_booking, jump_to, keyboard_is_at, pick,
    picture, save_booking, take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_takes_its_courts_and_any_court_is_one_of_the_others_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    window.click("nav-catalogue").await;
    window.click("catalogue-tab-resource").await;
    window.click("resource-new").await;
    window.type_into("resource-name", "Sports Hall").await;
    pick(&window, "resource-kind", "Room").await;
    for court in ["Badminton Court", "Squash Court"] {
        tick(&window, "resource-part_ids", court).await;
    }
    picture(&window, "hall").await;
    window.click("resource-save").await;
    window.wait_gone(&test_id("resource-save"), SOON).await;

    // The hall takes both courts, and a court that is taken takes the hall.
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    book(&window, "Sports Hall", "10:00", "11:00", "Tom Becker").await;
    eventually_async("both courts say with what they are taken", SOON, async || {
        let shown = window.texts(".ec-bg-event").await;
        let said = shown.iter().filter(|text| text.contains("Taken with Sports Hall"));
        (said.count() == 2).then_some(())
    })
    .await;
    picture(&window, "hall-taken").await;
    for (what, from, to) in
        [("Squash Court", "10:30", "11:30"), ("Badminton Court", "10:00", "11:00")]
    {
        fill_booking(&window, what, from, to, "Ben Fischer").await;
        window.wait_text("qb-refusal", "taken", SOON).await;
        window.press("\u{e00c}").await;
        window.wait_gone(&test_id("quick-panel"), SOON).await;
    }
    book(&window, "Squash Court", "12:00", "13:00", "Ben Fischer").await;
    fill_booking(&window, "Sports Hall", "12:00", "13:00", "Amara Okafor").await;
    window.wait_text("qb-refusal", "taken", SOON).await;

    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;

    // So does the time after it that is kept for cleaning up.
    let service = ["service", "add", "--name", "Ball game", "--minutes", "60"];
    files.ok(&[service.as_slice(), &["--buffer-after-minutes", "30"]].concat());
    let start = format!("{}T15:00", day(20));
    let game = ["book", "--resource", "Squash Court", "--start", &start, "--minutes", "60"];
    files.ok(&[game.as_slice(), &["--service", "Ball game"]].concat());
    let heights = "return [...document.querySelectorAll('.ec-bg-event')]
        .filter(one => one.textContent.includes('Taken with Squash Court'))
        .map(one => one.getBoundingClientRect().height)";
    eventually_async("the hall is taken for half as long again", SOON, async || {
        let heights: Vec<f64> =
            serde_json::from_value(window.script(heights, vec![]).await).unwrap();
        let [hour, longer] = heights[..] else { return None };
        ((longer / hour - 1.5).abs() < 0.1).then_some(())
    })
    .await;
    picture(&window, "hall-buffer").await;
    fill_booking(&window, "Sports Hall", "12:00", "13:00", "Amara Okafor").await;

    // Any court: which one it will be is said before the click.
    pick(&window, "qb-resource", "Any free court").await;
    window.wait_text("qb-terms", "Court", SOON).await;
    let says = window.text("qb-terms").await;
    assert!(!says.contains("Squash"), "{says}");
    picture(&window, "any-court").await;
    save_booking(&window).await;
    assert_eq!(block_of(&window, "Amara Okafor").await, "committed");
    window.close().await;
}

/// Ticks one of many boxes by its label.
async fn tick(window: &Window, list: &str, label: &str) {
    let script = "return [...document.querySelectorAll(`[data-testid='${arguments[0]}'] label`)]
        .findIndex(one => one.textContent.trim() === arguments[1]) + 1";
    let place = window.script(script, vec![list.into(), label.into()]).await;
    window.click_css(&format!("{} label:nth-of-type({place}) input", test_id(list))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_parts_of_a_hall_that_clash_are_refused_with_the_bookings_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"]);
    for name in ["Court 1", "Court 2"] {
        files.ok(&["resource", "add", "--name", name, "--kind", "court"]);
    }
    let hall = ["resource", "add", "--name", "A Hall", "--kind", "room", "--part", "Court 1"];
    files.ok(&hall);
    for (on, hour, title) in [("A Hall", "10:00", "League"), ("Court 2", "10:30", "Cup")] {
        let start = format!("{}T{hour}", day(20));
        let book = ["book", "--resource", on, "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &["--title", title]].concat());
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    window.click("nav-catalogue").await;
    window.click("catalogue-tab-resource").await;
    window.click("resource-row").await;
    tick(&window, "resource-part_ids", "Court 2").await;
    window.click("resource-save").await;
    window.wait_text("clashes", "League", SOON).await;
    let said = window.text("clashes").await;
    assert!(said.contains("In its way: ") && said.contains("Cup"), "{said}");
    picture(&window, "parts-clash").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_parts_that_headquarters_refuses_say_in_the_inbox_which_bookings_clash_in_the_window() {
    let database = Cluster::shared().database("window_parts_clash");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let (other, files) = (Cli::new(), Cli::new());
    other.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"]);
    for name in ["Court 1", "Court 2"] {
        other.ok(&["resource", "add", "--name", name, "--kind", "court"]);
    }
    let hall = "The old hall behind the clubhouse, next to the river";
    let add = ["resource", "add", "--name", hall, "--kind", "room", "--part", "Court 1"];
    other.ok(&add);
    let league = "Regional league of the over-sixties, second round, men's doubles";
    let book = |on: &str, hour: &str, title: &str| {
        let start = format!("{}T{hour}", day(20));
        let book = ["book", "--resource", on, "--start", &start, "--minutes", "60"];
        other.ok(&[book.as_slice(), &["--title", title]].concat());
    };
    book(hall, "10:00", league);
    other.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    files.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", Some("Riverside"))]);
    book("Court 2", "10:30", "Cup");
    other.ok(&["sync"]);
    files.ok(&["resource", "edit", hall, "--part", "Court 1", "--part", "Court 2"]);
    files.ok(&["sync"]);
    let window = Window::open(files.replica()).await;
    be_as_large_as(&window, 1024, 768).await;
    window.find_test_id("board").await;
    window.click("nav-inbox").await;
    for said in [league, "In its way: Cup"] {
        window.wait_text("clashes", said, SOON).await;
    }
    picture(&window, "inbox-parts-clash-1024").await;
    take_keyboard_to(&window, "settle").await;
    window.press("\u{e007}").await;
    window.find_test_id("inbox-empty").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_court_says_how_much_of_its_open_time_is_booked_and_what_stands_when_it_is_deleted() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"];
    files.ok(&init);
    for name in ["Court 1", "Court 2"] {
        files.ok(&["resource", "add", "--name", name, "--kind", "court"]);
    }
    files.ok(&["venue", "edit", "Riverside", "--hours", "mon-sun 10:00-20:00"]);
    for (hour, title) in [("10:00", "League"), ("18:00", "Cup")] {
        let start = format!("{}T{hour}", day(20));
        let args = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        files.ok(&[args.as_slice(), &["--title", title]].concat());
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    eventually_async("each head says what the report says", SOON, async || {
        let heads = window.texts("[data-testid^='column-'] small").await;
        (heads == ["Court, 20%", "Court, 0%"]).then_some(())
    })
    .await;
    window.wait_text("day-summary", "2 bookings, 10%", SOON).await;
    // Whoever rests on them is told what the numbers are.
    let titles = "return [...document.querySelectorAll(arguments[0])].map(one => one.title)";
    let heads = window.script(titles, vec!["[data-column]".into()]).await;
    let of_open = "of its open time.";
    let told = [
        format!("Court 1. Court. 2 hours booked on this day, 20% {of_open}"),
        format!("Court 2. Court. 0 minutes booked on this day, 0% {of_open}"),
    ];
    assert_eq!(heads, serde_json::json!(told));
    let day_said = window.script(titles, vec![test_id("day-summary").into()]).await;
    let told = "2 bookings, 10%: 2 hours booked on 2 resources; of their open time, the part that is booked";
    assert_eq!(day_said, serde_json::json!([told]));
    let report = files.ok(&["report", "utilisation", "--from", &day(20), "--to", &day(20)]);
    assert_eq!(report["rows"][0]["utilisation"], 0.2, "{report}");

    window.click("nav-catalogue").await;
    window.click("catalogue-tab-resource").await;
    window.click("resource-row").await;
    window.click("resource-delete").await;
    window.wait_text("resource-stay", "2 bookings to come stay: move or cancel them", SOON).await;
    for title in ["League", "Cup"] {
        window.wait_text("resource-stay", title, SOON).await;
    }
    picture(&window, "court-deleted").await;
    take_keyboard_to(&window, "resource-stay-close").await;
    window.press("\u{e007}").await;
    window.wait_gone(&test_id("resource-stay"), SOON).await;
    keyboard_is_at(&window, "resource-new").await;
    // What nothing hangs on goes without another word.
    window.click("resource-row").await;
    window.click("resource-delete").await;
    window.wait_count(&test_id("resource-row"), 0, SOON).await;
    assert!(window.all(&test_id("resource-stay")).await.is_empty());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_court_that_is_still_booked_says_so_and_is_offered_to_nobody() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"]);
    for name in ["Court 1", "Court 2"] {
        files.ok(&["resource", "add", "--name", name, "--kind", "court"]);
    }
    let start = format!("{}T10:00", day(20));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    files.ok(&[book.as_slice(), &["--title", "League"]].concat());
    files.ok(&["delete", "resource", "Court 1"]);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    window.wait_text("board", "Court, deleted", SOON).await;
    let tooltip = "return document.querySelector('[data-column]').title";
    let tooltip = window.script(tooltip, vec![]).await;
    assert!(tooltip.as_str().unwrap().contains("Court, deleted."), "{tooltip}");

    // What is new goes elsewhere.
    window.click("new-booking").await;
    assert_eq!(choice(&window, "qb-resource").await, "Court 2");
    let offered = window.texts(&format!("{} option", test_id("qb-resource"))).await;
    assert!(!offered.iter().any(|name| name.contains("Court 1")), "{offered:?}");
    // Where the deleted one lies, a time is chosen, and nothing to book it on.
    let (x, y, width, height) = window.rect("[data-booking]").await;
    let free = (x + width / 2.0, y + 2.0 * height);
    window.drag(free, (free.0, free.1 + height)).await;
    eventually_async("nothing is chosen yet", SOON, async || {
        (choice(&window, "qb-resource").await == "Choose a resource").then_some(())
    })
    .await;
    picture(&window, "deleted-column").await;
    window.press("\u{e00c}").await;

    // What lies there says where, and may be moved from there.
    window.click_css("[data-booking]").await;
    window.wait_text("detail-panel", "Court 1 (deleted)", SOON).await;
    window.click("detail-move").await;
    assert_eq!(choice(&window, "move-resource").await, "Court 1 (deleted)");
    picture(&window, "deleted-move").await;
    pick(&window, "move-resource", "Court 2").await;
    window.click("move-save").await;
    window.wait_gone(&test_id("move-form"), SOON).await;
    window.wait_count("[data-column]", 1, SOON).await;
    window.close().await;
}

/// What is chosen.
async fn choice(window: &Window, select: &str) -> String {
    let text = "return document.querySelector(arguments[0]).selectedOptions[0]?.text ?? ''";
    let text = window.script(text, vec![test_id(select).into()]).await;
    text.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_on_a_deleted_court_is_opened_from_where_it_is_listed() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"];
    files.ok(&init);
    let court = "The old clay court behind the clubhouse, next to the river";
    files.ok(&["venue", "add", "--name", "Harbour Hall", "--timezone", "Europe/London"]);
    let shared = ["--venue", "Riverside", "--venue", "Harbour Hall"];
    files.ok(&[["resource", "add", "--name", court, "--kind", "court"].as_slice(), &shared].concat());
    let league = "Regional league of the over-sixties, second round, men's doubles";
    for (days, title, venue) in [(20, league, "Riverside"), (27, "Cup", "Harbour Hall")] {
        let start = format!("{}T10:00", day(days));
        let args = ["book", "--resource", court, "--start", &start, "--minutes", "60"];
        files.ok(&[args.as_slice(), &["--title", title, "--venue", venue]].concat());
    }
    let window = Window::open(files.replica()).await;
    be_as_large_as(&window, 1024, 768).await;
    pick(&window, "venue-switch", "Riverside").await;
    window.click("nav-catalogue").await;
    window.click("catalogue-tab-resource").await;
    window.click("resource-row").await;
    window.click("resource-delete").await;
    window.wait_count(&test_id("resource-stay-row"), 2, SOON).await;
    let cup = format!("li:nth-child(2) {}", test_id("resource-stay-row"));
    window.wait_for(&cup, SOON).await;
    window.script("document.querySelector(arguments[0]).focus()", vec![cup.into()]).await;
    picture(&window, "court-deleted-long").await;
    window.press("\u{e007}").await;
    window.wait_text("detail-panel", "Cup", SOON).await;
    keyboard_is_at(&window, "detail-panel-body").await;
    window.wait_for(&format!("[data-testid='board'][data-date='{}']", day(27)), SOON).await;
    // It is at the other venue: so is whoever opened it.
    let venue = "const of = document.querySelector(arguments[0]);
        return of.tagName === 'SELECT' ? of.selectedOptions[0].text : of.textContent;";
    let at = window.script(venue, vec![test_id("venue-switch").into()]).await;
    assert!(at.as_str().unwrap().contains("Harbour Hall"), "{at}");
    picture(&window, "court-deleted-opened").await;
    window.close().await;
}
