//! The very first start: what it offers, by clicking. (Joining is in `two_desks`.)

use crate::hand::{keyboard_is_at, picture};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window};

const ENTER: &str = "\u{e007}";
const ESC: &str = "\u{e00c}";

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_offers_a_sample_venue_in_the_window() {
    let files = Cli::new();
    let window = Window::open(files.replica()).await;
    window.find_test_id("first-start").await;
    picture(&window, "first-start").await;
    window.click("first-sample").await;
    window.find_test_id("board").await;
    eventually_async("the sample is on the board", SOON, async || {
        (window.all("[data-standing='committed']").await.len() > 5).then_some(())
    })
    .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_offers_an_empty_venue_and_names_a_wrong_field_in_the_window() {
    let files = Cli::new();
    let window = Window::open(files.replica()).await;
    // Whoever came in by a key goes back to it, and what is missing is said where it is.
    window.find_test_id("first-start").await;
    window.press("3").await;
    keyboard_is_at(&window, "join-url").await;
    window.press(ENTER).await;
    wrong(&window, "join-url", "This is needed").await;
    window.press(ESC).await;
    keyboard_is_at(&window, "first-join").await;
    window.click("first-empty").await;
    window.click("empty-submit").await;
    wrong(&window, "empty-venue-name", "This is needed").await;
    for (field, text) in [
        ("empty-org-name", "Lakeside Club"),
        ("empty-venue-name", "Lakeside"),
        ("empty-owner-name", "Olga"),
        ("empty-timezone", "Mars/Base"),
    ] {
        window.type_into(field, text).await;
    }
    window.click("empty-submit").await;
    window.wait_for(".field-error", SOON).await;
    assert!(window.texts(".field-error").await[0].contains("Mars/Base"));
    picture(&window, "wrong-zone").await;
    assert_eq!(files.run(&["status"]).code, 4, "nothing was founded");
    window.type_into("empty-timezone", "Europe/Berlin").await;
    window.click("empty-submit").await;
    window.find_test_id("shell").await;
    // One goes on with what can be booked there.
    keyboard_is_at(&window, "first-resource").await;
    assert_eq!(files.ok(&["status"])["venue"]["timezone"], "Europe/Berlin");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_of_a_headquarters_has_the_keyboard_in_the_window() {
    let files = Cli::new();
    let window = Window::open(files.replica()).await;
    window.click("first-join").await;
    window.type_into("join-url", "just around the corner").await;
    window.type_into("join-code", "ABCD-EFGH").await;
    // By the button, which cannot be pressed meanwhile: the keyboard does not stay there.
    window.click("join-submit").await;
    wrong(&window, "join-url", "just around the corner").await;
    picture(&window, "wrong-address").await;
    window.close().await;
}

/// Waits until this field, and this one first, says what is wrong with it.
async fn wrong(window: &Window, field: &str, says: &str) {
    window.wait_for(&format!("[data-testid='{field}'][aria-invalid='true']"), SOON).await;
    keyboard_is_at(window, field).await;
    let said = window.texts(".field-error").await;
    assert!(said[0].contains(says), "{said:?}");
}
