//! What becomes of a booking: outside hours with a reason, it took place, nobody came: in the window.

use crate::hand::{block_of, day, fill_booking, jump_to, picture, save_booking};
use holdfast_tests::desk::Cli;
use holdfast_tests::window::{SOON, Window, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_outside_hours_asks_for_a_reason_and_keeps_it_in_the_window() {
    let files = club();
    files.ok(&["venue", "edit", "Riverside", "--hours", "mon-sun 08:00-20:00"]);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Court 1", "21:00", "22:00", "Tom Becker").await;
    window.wait_text("qb-refusal", "is not open", SOON).await;
    picture(&window, "outside-hours").await;
    window.type_into("qb-outside", "Birthday party").await;
    window.wait_gone(&test_id("qb-refusal"), SOON).await;
    save_booking(&window).await;
    assert_eq!(block_of(&window, "Tom Becker").await, "committed");
    assert_eq!(reason(&files), "Birthday party");

    // Moved out of hours again, it needs one again.
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("detail-panel", "Birthday party", SOON).await;
    window.click("detail-move").await;
    for (field, text) in [("move-start", "06:00"), ("move-end", "07:00")] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    window.click("move-save").await;
    window.wait_text("move-problem", "is not open", SOON).await;
    window.type_into("move-outside", "Early match").await;
    picture(&window, "move-outside-hours").await;
    window.click("move-save").await;
    window.wait_gone(&test_id("move-form"), SOON).await;
    window.wait_text("detail-panel", "Early match", SOON).await;
    assert_eq!(reason(&files), "Early match");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_venue_only_warns_of_does_not_speak_as_what_it_refuses_in_the_window() {
    let files = club();
    files.ok(&["resource", "add", "--name", "Court 2", "--kind", "court"]);
    let start = format!("{}T10:00", day(20));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    files.ok(&[book.as_slice(), &["--customer", "Tom Becker"]].concat());
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    let so = "This customer already has a booking from ";
    let next = "Choose another time or another customer.";

    files.ok(&["venue", "edit", "Riverside", "--customer-overlap", "refuse"]);
    fill_booking(&window, "Court 2", "10:30", "11:30", "Tom Becker").await;
    window.wait_text("qb-refusal", "This cannot be booked", SOON).await;
    let refused = window.text("qb-refusal").await;
    assert!(refused.contains(so) && refused.contains(next), "{refused}");
    assert!(window.all(&test_id("qb-warning")).await.is_empty());
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;

    files.ok(&["venue", "edit", "Riverside", "--customer-overlap", "warn"]);
    fill_booking(&window, "Court 2", "10:30", "11:30", "Tom Becker").await;
    window.wait_text("qb-warning", "It can be booked all the same", SOON).await;
    let warned = window.text("qb-warning").await;
    assert!(warned.contains(so) && !warned.contains("Choose"), "{warned}");
    assert!(window.all(&test_id("qb-refusal")).await.is_empty());
    picture(&window, "warned").await;
    save_booking(&window).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_booking_took_place_is_said_and_taken_back_in_the_window() {
    let files = club();
    let start = format!("{}T10:00", day(2));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    files.ok(&[book.as_slice(), &["--customer", "Tom Becker"]].concat());
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    // At whatever hour this runs, midnight has been.
    fill_booking(&window, "Court 1", "00:00", "01:00", "Tom Becker").await;
    save_booking(&window).await;
    block_of(&window, "Tom Becker").await;
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("detail-status", "Confirmed", SOON).await;

    window.click("detail-complete").await;
    window.wait_text("detail-status", "Completed", SOON).await;
    picture(&window, "completed").await;
    assert!(window.all(&test_id("detail-move")).await.is_empty(), "what is over is not moved");
    assert_eq!(statuses(&files), ["completed", "confirmed"]);

    window.click("detail-reopen").await;
    window.wait_text("detail-status", "Confirmed", SOON).await;
    window.find_test_id("detail-move").await;
    assert_eq!(statuses(&files), ["confirmed", "confirmed"]);

    window.click("detail-no-show").await;
    window.wait_text("detail-status", "No-show", SOON).await;
    picture(&window, "no-show").await;
    assert_eq!(statuses(&files), ["no_show", "confirmed"]);

    // It is held against them; of what has not begun nobody can say so.
    window.click("nav-customers").await;
    window.wait_text("customer-row", "Tom Becker", SOON).await;
    window.click("customer-row").await;
    window.wait_text("customer-figures", "No-shows", SOON).await;
    window.click("nav-day").await;
    jump_to(&window, &day(2)).await;
    window.click_css("[data-standing][data-booking]").await;
    window.find_test_id("detail-move").await;
    for early in ["detail-complete", "detail-no-show"] {
        assert!(window.all(&test_id(early)).await.is_empty(), "{early}");
    }
    window.close().await;
}

fn club() -> Cli {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tom Becker"]);
    files
}

/// Why the only booking may lie outside opening hours.
fn reason(files: &Cli) -> String {
    let listed = files.ok(&["list"]);
    listed["bookings"][0]["outside_hours_reason"].as_str().unwrap_or_default().into()
}

fn statuses(files: &Cli) -> Vec<String> {
    let listed = files.ok(&["list"]);
    let rows = listed["bookings"].as_array().unwrap().iter();
    rows.map(|row| row["status"].as_str().unwrap().into()).collect()
}
