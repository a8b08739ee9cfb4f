//! Dates on which something is closed or kept free, entered in the window.

use crate::hand::{
    begin, book, day, fill_booking, jump_to, keyboard_is_at, pick, picture, sign_in,
    take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";

#[tokio::test(flavor = "multi_thread")]
async fn a_court_is_kept_free_every_week_and_each_booking_in_it_is_named_first() {
    let files = Cli::new();
    let window = begin(&files).await;
    // Nothing lies on the first date; on the second and the third something does.
    for (days, customer) in [(27, "Amara Okafor"), (34, "Tom Becker")] {
        let start = format!("{}T18:00", day(days));
        let book = ["book", "--resource", "Tennis Court 2", "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &["--customer", customer]].concat());
    }
    window.click("nav-calendar").await;
    window.click("dates-new").await;
    pick(&window, "dates-kind", "Kept free").await;
    pick(&window, "dates-resource", "Tennis Court 2").await;
    window.click("dates-all-day").await;
    for (field, text) in [
        ("dates-from", &*day(20)),
        ("dates-until", &*day(20)),
        ("dates-start", "18:00"),
        ("dates-end", "19:00"),
    ] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    window.wait_text("dates-hit", "No bookings lie in it", SOON).await;
    window.type_into("dates-weeks", "3").await;
    window.wait_text("dates-hit", "2 bookings lie in it", SOON).await;
    window.wait_text("dates-hit", "Amara Okafor", SOON).await;
    window.wait_text("dates-hit", "Tom Becker", SOON).await;
    picture(&window, "kept-free").await;
    window.click("dates-save").await;
    window.wait_gone(&test_id("dates-form"), SOON).await;
    window.wait_count(&test_id("exception-row"), 3, SOON).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_that_end_before_they_begin_are_refused_where_they_were_typed_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    window.click("nav-calendar").await;
    // The arrows walk through what the room shows, and the keyboard stays with them.
    take_keyboard_to(&window, "calendar-tab-dates").await;
    window.press(RIGHT).await;
    window.find_test_id("venue-name").await;
    keyboard_is_at(&window, "calendar-tab-week").await;
    window.press(LEFT).await;
    keyboard_is_at(&window, "calendar-tab-dates").await;

    window.click("dates-new").await;
    for (field, text) in [("dates-from", &*day(25)), ("dates-until", &*day(23))] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    window.click("dates-save").await;
    wrong(&window, "dates-until").await;
    picture(&window, "dates-that-end-first").await;
    // Of one day it is the time.
    window.type_into("dates-until", &day(25)).await;
    window.click("dates-all-day").await;
    window.type_into("dates-end", "08:00").await;
    window.press("\t").await;
    window.click("dates-save").await;
    wrong(&window, "dates-end").await;
    assert!(window.all(&test_id("dates-problem")).await.is_empty(), "it is said once");
    let none = files.ok(&["exception", "list"]);
    assert!(none["exceptions"].as_array().unwrap().is_empty(), "{none:#}");

    window.type_into("dates-end", "12:00").await;
    window.press("\t").await;
    window.click("dates-save").await;
    window.wait_gone(&test_id("dates-form"), SOON).await;
    window.wait_count(&test_id("exception-row"), 1, SOON).await;
    window.close().await;
}

/// Waits until this field, and no other, is the one that is wrong.
async fn wrong(window: &Window, field: &str) {
    eventually_async(&format!("{field} is wrong"), SOON, async || {
        let marked = "return [...document.querySelectorAll(`[aria-invalid='true']`)]
            .map(one => one.dataset.testid).join()";
        (window.script(marked, vec![]).await == field).then_some(())
    })
    .await;
    window.wait_text("dates-form", "The end does not lie after the start", SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_day_that_is_taken_back_can_be_booked_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tom Becker"]);
    for (days, why) in [(20, "Works party"), (21, "Works outing")] {
        files.ok(&["closure", "add", "--from", &day(days), "--reason", why]);
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    // Where nothing can be booked, nobody is told how to book.
    window.wait_text("board-empty", "Closed all day. No bookings.", SOON).await;
    picture(&window, "closed-all-day").await;
    fill_booking(&window, "Court 1", "10:00", "11:00", "Tom Becker").await;
    window.wait_text("qb-refusal", "is not open", SOON).await;
    assert!(
        window.all(&test_id("qb-free")).await.is_empty(),
        "no other time of that day is offered"
    );
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;

    window.click("nav-calendar").await;
    window.wait_text("exception-row", "Works party", SOON).await;
    picture(&window, "closed-days").await;
    let first = format!("{}:first-child", test_id("exception-row"));
    window.click_css(&format!("{first} {}", test_id("exception-withdraw"))).await;
    eventually_async("the other one is left", SOON, async || {
        let left = window.texts(&test_id("exception-row")).await;
        (left.len() == 1 && left[0].contains("Works outing")).then_some(())
    })
    .await;
    let left = files.ok(&["exception", "list"]);
    assert_eq!(left["exceptions"].as_array().unwrap().len(), 1, "{left:#}");

    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    window.wait_text("board-empty", "No bookings on this day. Press N", SOON).await;
    book(&window, "Court 1", "10:00", "11:00", "Tom Becker").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_lays_down_the_rules_of_a_venue_and_the_others_read_them_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&[init.as_slice(), &["--owner", "Olga"]].concat());
    files.ok(&["staff", "add", "--name", "Fay", "--role", "front_desk"]);
    for args in [["pin", "set", "Olga"].as_slice(), &["sign-in", "Olga"], &["pin", "set", "Fay"]] {
        assert_eq!(files.type_in(args, "2468").code, 0, "{args:?}");
    }
    files.ok(&["sign-out"]);
    let window = Window::open(files.replica()).await;
    sign_in(&window, "Olga").await;
    window.click("nav-calendar").await;
    window.click("calendar-tab-week").await;
    for (field, text) in [
        ("hours", "Mo-Fr 08:00-22:00\u{e007}Sa 09:00-18:00"),
        ("free_cancel_minutes", "1440"),
        ("retention_days", "3"),
        ("tiers", "silver 100\u{e007}gold 500"),
    ] {
        window.type_into(&format!("venue-{field}"), text).await;
    }
    window.click("venue-save").await;
    window.wait_text("calendar", "30", SOON).await;
    picture(&window, "venue-rules").await;
    window.type_into("venue-retention_days", "365").await;
    window.click("venue-save").await;
    eventually_async("the rules are kept", SOON, async || {
        let venues = files.ok(&["venues"]);
        (venues["venues"][0]["policy"]["retention_days"] == 365).then_some(())
    })
    .await;

    sign_in(&window, "Fay").await;
    window.click("nav-calendar").await;
    window.click("calendar-tab-week").await;
    for fact in ["365", "gold 500", "08:00"] {
        window.wait_text("calendar", fact, SOON).await;
    }
    assert!(window.all(&test_id("venue-save")).await.is_empty(), "they are only read");
    picture(&window, "venue-rules-read").await;
    window.close().await;
}
