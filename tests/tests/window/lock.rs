//! A desk that nobody touches locks itself, and nothing behind the lock is of use: in the window.

use crate::hand::{keyboard_is_at, picture, sign_in};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use serde_json::json;

const ENTER: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_nobody_touches_locks_itself_in_the_window() {
    let files = Cli::new();
    let window = with_a_lock(&files).await;

    // Four minutes are no five, and whoever comes then begins them anew.
    minutes_pass(&window, 4).await;
    window.press("r").await;
    window.find_test_id("requests").await;
    minutes_pass(&window, 4).await;
    assert!(window.all(&test_id("lock-screen")).await.is_empty(), "a key put it off");

    // Nobody comes any more.
    minutes_pass(&window, 2).await;
    window.find_test_id("lock-screen").await;
    assert_eq!(
        files.ok(&["whoami"])["locked"],
        true,
        "the desk itself is locked, and no picture of it"
    );

    // The keyboard and the pointer have nothing but the lock.
    window.press("d").await;
    window.press("\u{e009}k").await;
    assert!(window.all(&test_id("palette")).await.is_empty());
    window.find_test_id("requests").await;
    let covered = "return [...document.querySelectorAll('nav button')].every(button => {
        const {x, y, width, height} = button.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2)
            .closest(`[data-testid='lock-screen']`) !== null; })";
    assert_eq!(window.script(covered, vec![]).await, true);
    // Nor has who knows how the window speaks to the desk.
    let add = json!({"type": "add_staff", "staff_id": "00000000-0000-0000-0000-000000000007",
        "name": "Eve", "role": "owner", "description": "", "photo_url": "", "timezone": null});
    let asked = give(&window, add).await;
    assert_eq!(asked["code"], "signed_out", "{asked}");

    window.type_into("lock-pin", "1357").await;
    window.press(ENTER).await;
    window.find_test_id("lock-problem").await;
    window.type_into("lock-pin", "2468").await;
    window.press(ENTER).await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
    // One goes on where one was; out of what somebody else opened to sign in, too.
    keyboard_is_at(&window, "requests").await;
    window.press("\u{e009}k").await;
    window.type_into("palette-input", "Sign in").await;
    window.press(ENTER).await;
    keyboard_is_at(&window, "lock-pin").await;
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
    keyboard_is_at(&window, "nav-requests").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_wakes_a_desk_up_after_hours_only_locks_it_in_the_window() {
    let files = Cli::new();
    let window = with_a_lock(&files).await;
    // No timer ran in a computer that slept: the first that happens is somebody's key.
    let sleep = "const passed = Date.now() + 8 * 3600e3; Date.now = () => passed;
        const key = new KeyboardEvent('keydown', {key: 'n', bubbles: true, cancelable: true});
        document.body.dispatchEvent(key);
        return key.defaultPrevented";
    assert_eq!(window.script(sleep, vec![]).await, true, "the key is kept from the board");
    window.find_test_id("lock-screen").await;
    window.type_into("lock-pin", "2468").await;
    window.press(ENTER).await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
    assert!(window.all(&test_id("quick-panel")).await.is_empty(), "nothing was begun");
    window.script("document.activeElement.blur()", vec![]).await;
    window.press("n").await;
    window.find_test_id("quick-panel").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_somebody_else_began_says_so_to_whoever_signs_in() {
    let files = Cli::new();
    let window = with_a_lock(&files).await;
    files.ok(&["staff", "add", "--name", "Ines", "--role", "manager"]);
    assert_eq!(files.type_in(&["pin", "set", "Ines"], "2468").code, 0);
    window.press("n").await;
    window.type_into("qb-title", "Half a thought").await;
    assert!(window.all(&test_id("qb-begun")).await.is_empty(), "it is theirs");
    sign_in(&window, "Ines").await;
    window.wait_text("qb-begun", "Begun by Olga", SOON).await;
    assert_eq!(window.value("qb-title").await, "Half a thought");
    // She is told what comes of it now, and not that nobody was signed in a moment ago.
    window.wait_text("qb-worth", "Stands at once", SOON).await;
    window.wait_gone(&test_id("qb-refusal"), SOON).await;
    picture(&window, "begun-by").await;
    // Whoever began it finds it as it was.
    sign_in(&window, "Olga").await;
    window.wait_gone(&test_id("qb-begun"), SOON).await;
    sign_in(&window, "Ines").await;
    window.find_test_id("qb-begun").await;
    // What she begins herself is hers.
    window.script("document.activeElement.blur()", vec![]).await;
    window.press("n").await;
    window.wait_gone(&test_id("qb-begun"), SOON).await;
    window.close().await;
}

/// A desk that locks after five minutes, at which its owner just signed in.
async fn with_a_lock(files: &Cli) -> Window {
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&[init.as_slice(), &["--owner", "Olga"]].concat());
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["venue", "edit", "Riverside", "--auto-lock-minutes", "5"]);
    assert_eq!(files.type_in(&["pin", "set", "Olga"], "2468").code, 0);
    files.ok(&["sign-out"]);
    let window = Window::open(files.replica()).await;
    window.type_into("lock-pin", "2468").await;
    window.press(ENTER).await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
    window.find_test_id("board").await;
    window.script("document.activeElement.blur()", vec![]).await;
    window
}

/// The clock of the window goes on, and the desk has looked at it.
async fn minutes_pass(window: &Window, minutes: u32) {
    let pass = "const now = Date.now; Date.now = () => now() + arguments[0] * 60_000;
        window.dispatchEvent(new Event('focus'))";
    let pass = pass.replace("arguments[0]", &minutes.to_string());
    window.script(&pass, vec![]).await;
}

/// What the desk answers to a command that comes past everything on the screen.
async fn give(window: &Window, command: serde_json::Value) -> serde_json::Value {
    let mut answer = serde_json::Value::Null;
    let ask = "const [command, done] = arguments;
        window.__TAURI_INTERNALS__.invoke('submit', {command}).then(done, done)";
    eventually_async("the desk answers", SOON, async || {
        answer = window.client().execute_async(ask, vec![command.clone()]).await.ok()?;
        Some(())
    })
    .await;
    answer
}
