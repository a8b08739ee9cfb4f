//! Every room is reached and worked in without a pointer: in the window.

use crate::hand::begin;
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\t";

/// Each room, and what the keyboard is on when it was gone to.
const ROOMS: [(&str, &str); 8] = [
    ("requests", "requests"),
    ("customers", "customers-search"),
    ("catalogue", "catalogue"),
    ("calendar", "calendar"),
    ("reports", "reports"),
    ("staff", "staff"),
    ("inbox", "inbox"),
    ("settings", "settings"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_room_is_reached_by_keyboard_alone_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;

    // By name, from anywhere: also from within a field.
    for (room, focus) in ROOMS {
        by_name(&window, room).await;
        window.find_test_id(room).await;
        focused(&window, focus).await;
    }
    by_name(&window, "day").await;
    window.find_test_id("board").await;

    // By their letters, where nobody writes.
    for (key, room) in [("r", "requests"), ("i", "inbox"), ("d", "board"), ("c", "customers")] {
        window.press(key).await;
        window.find_test_id(room).await;
    }
    // The search of the customers has the keyboard: a letter is what is searched for.
    window.press("d").await;
    assert!(window.all(&test_id("board")).await.is_empty());

    // From the room's heading, one Tab is in what can be done there.
    by_name(&window, "catalogue").await;
    focused(&window, "catalogue").await;
    window.press(TAB).await;
    let inside = "return document.activeElement.closest(`[data-testid='catalogue']`) !== null
                  && document.activeElement.matches(':focus-visible')";
    assert_eq!(window.script(inside, vec![]).await, true, "the keyboard is in the room, and seen");
    window.press(ENTER).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_closed_gives_the_keyboard_back_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    by_name(&window, "catalogue").await;
    window.script("document.querySelector(`[data-testid='service-new']`).focus()", vec![]).await;
    window.press(ENTER).await;
    focused(&window, "service-name").await;
    window.press(ESCAPE).await;
    window.wait_gone(&test_id("service-save"), SOON).await;
    focused(&window, "service-new").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_lock_the_keyboard_reaches_nothing_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&[init.as_slice(), &["--owner", "Olga"]].concat());
    assert_eq!(files.type_in(&["pin", "set", "Olga"], "2468").code, 0);
    files.ok(&["sign-out"]);
    let window = Window::open(files.replica()).await;
    window.find_test_id("lock-screen").await;
    let where_it_is = "const on = document.activeElement;
        return on === document.body || on.closest(`[data-testid='lock-screen']`) !== null";
    for _ in 0..8 {
        window.press(TAB).await;
        assert_eq!(window.script(where_it_is, vec![]).await, true);
    }
    window.press("\u{e009}k").await;
    assert!(window.all(&test_id("palette")).await.is_empty());
    window.type_into("lock-pin", "2468").await;
    window.press(ENTER).await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
    by_name(&window, "staff").await;
    window.find_test_id("staff").await;
    window.close().await;
}

/// Opens the palette, types the name of a room and goes there.
async fn by_name(window: &Window, room: &str) {
    window.press("\u{e009}k").await;
    window.find_test_id("palette-input").await;
    window.press(room).await;
    eventually_async(&format!("the palette offers {room}"), SOON, async || {
        let first =
            "return document.querySelector(`[data-testid='palette-entry']`)?.dataset.command";
        (window.script(first, vec![]).await == room).then_some(())
    })
    .await;
    window.press(ENTER).await;
    window.wait_gone(&test_id("palette"), SOON).await;
}

async fn focused(window: &Window, id: &str) {
    let mut on = serde_json::Value::Null;
    let what = format!("the keyboard is on {id}");
    let script = "return document.activeElement?.closest('[data-testid]')?.dataset.testid ?? ''";
    eventually_async(&what, SOON, async || {
        on = window.script(script, vec![]).await;
        (on == id).then_some(())
    })
    .await;
}
