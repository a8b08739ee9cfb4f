//! What a person at the desk does, in the words of the story.

use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use std::path::PathBuf;

/// A day that every rule allows, `days` from today.
pub(crate) fn day(days: u64) -> String {
    let today = chrono::Utc::now().date_naive();
    today.checked_add_days(chrono::Days::new(days)).unwrap().to_string()
}

/// Goes to a day.
pub(crate) async fn jump_to(window: &Window, date: &str) {
    window.type_into("date-jump", date).await;
    window.press("\u{e007}").await;
    eventually_async(&format!("the board shows {date}"), SOON, async || {
        let shown = window
            .script(
                "return document.querySelector(\"[data-testid='board']\")?.dataset.date",
                vec![],
            )
            .await;
        (shown == date).then_some(())
    })
    .await;
}

/// Fills the quick booking, and answers without saving it.
pub(crate) async fn fill_booking(
    window: &Window,
    resource: &str,
    from: &str,
    to: &str,
    customer: &str,
) {
    window.click("new-booking").await;
    window.find_test_id("quick-panel").await;
    window.type_into("qb-customer", customer).await;
    window.click("qb-customer-option").await;
    pick(window, "qb-resource", resource).await;
    for (field, text) in [("qb-start", from), ("qb-end", to)] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
}

/// Books an hour, and waits until it is on the board.
pub(crate) async fn book(window: &Window, resource: &str, from: &str, to: &str, customer: &str) {
    fill_booking(window, resource, from, to, customer).await;
    save_booking(window).await;
    block_of(window, customer).await;
}

/// Books what the form says. The button keeps its place while the preview comes in: one click does.
pub(crate) async fn save_booking(window: &Window) {
    window.find_test_id("qb-worth").await;
    window.click("qb-save").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;
}

/// A window on the sample venue, with the board in sight.
pub(crate) async fn begin(files: &Cli) -> Window {
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    window
}

/// Chooses by its label, once it can be chosen.
pub(crate) async fn pick(window: &Window, select: &str, label: &str) {
    eventually_async(&format!("{label} can be chosen in {select}"), SOON, async || {
        window.find_test_id(select).await.select_by_label(label).await.ok()
    })
    .await;
}

/// Enters something that is sold, in the catalogue.
pub(crate) async fn add_service(window: &Window, name: &str, fields: &[(&str, &str)]) {
    window.click("nav-catalogue").await;
    window.click("service-new").await;
    window.type_into("service-name", name).await;
    for (field, text) in fields {
        window.type_into(&format!("service-{field}"), text).await;
    }
    window.click("service-save").await;
    window.wait_text("service-row", name, SOON).await;
}

/// The `data-standing` of the block that says `text`.
pub(crate) async fn block_of(window: &Window, text: &str) -> String {
    eventually_async(&format!("the board shows {text}"), SOON, async || {
        standings(window, text).await.pop()
    })
    .await
}

/// The standings of all blocks that say `text`.
pub(crate) async fn standings(window: &Window, text: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-standing]')]
        .filter(e => e.textContent.includes(arguments[0])).map(e => e.dataset.standing)";
    let found = window.script(script, vec![text.into()]).await;
    serde_json::from_value(found).unwrap_or_default()
}

/// Waits until the sync bar says that nothing waits.
pub(crate) async fn nothing_waits(window: &Window) {
    let bar = "[data-testid='sync-bar'][data-phase='online'][data-waiting='0']";
    window.wait_for(bar, 15 * SOON).await;
}

pub(crate) async fn work_offline(window: &Window, offline: bool) {
    window.click("work-offline").await;
    let css = if offline {
        "[data-testid='sync-bar'][data-phase='offline_by_choice']"
    } else {
        "[data-testid='sync-bar']:not([data-phase='offline_by_choice'])"
    };
    window.wait_for(css, SOON).await;
}

/// Locks the desk if somebody works at it, and signs in with the PIN that all of a story have.
pub(crate) async fn sign_in(window: &Window, who: &str) {
    let unlocked = "return document.querySelector(\"[data-testid='shell']:not([inert])\") !== null";
    if window.script(unlocked, vec![]).await == true {
        window.script("document.activeElement.blur()", vec![]).await;
        window.press("l").await;
    }
    pick(window, "lock-who", who).await;
    window.type_into("lock-pin", "2468").await;
    window.press("\u{e007}").await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
}

/// Waits until the keyboard is at what has this test id.
pub(crate) async fn keyboard_is_at(window: &Window, id: &str) {
    eventually_async(&format!("the keyboard is at {id}"), SOON, async || {
        let at = "return document.activeElement?.dataset.testid ?? ''";
        (window.script(at, vec![]).await == id).then_some(())
    })
    .await;
}

/// Puts the keyboard at what has this test id, as Tab would.
pub(crate) async fn take_keyboard_to(window: &Window, id: &str) {
    window.find_test_id(id).await;
    let focus = "document.querySelector(`[data-testid='${arguments[0]}']`).focus()";
    window.script(focus, vec![id.into()]).await;
}

/// Waits until it is what one would touch at its upper left and its lower right: within the window,
/// and under nothing.
pub(crate) async fn in_sight(window: &Window, css: &str) {
    let touched = "const found = document.querySelector(arguments[0]);
        if (!found) return false;
        const { x, y, width, height } = found.getBoundingClientRect();
        const there = part => document.elementFromPoint(x + part * width, y + part * height);
        return found.contains(there(1 / 4)) && found.contains(there(3 / 4))";
    eventually_async(&format!("{css} is in sight"), SOON, async || {
        (window.script(touched, vec![css.into()]).await == true).then_some(())
    })
    .await;
}

/// Gives the window this size, and waits until it has it: what is clicked before lies elsewhere.
pub(crate) async fn be_as_large_as(window: &Window, width: u32, height: u32) {
    window.client().set_window_size(width, height).await.unwrap();
    let is_so = format!("return innerWidth === {width}");
    eventually_async(&format!("the window is {width} wide"), SOON, async || {
        (window.script(&is_so, vec![]).await == true).then_some(())
    })
    .await;
}

/// Leaves a picture in light and one in `dark/`, if somebody asked for them.
pub(crate) async fn picture(window: &Window, name: &str) {
    if let Some(dir) = std::env::var_os("HOLDFAST_SCREENSHOTS") {
        let dir = PathBuf::from(dir);
        std::fs::create_dir_all(dir.join("dark")).unwrap();
        // What was said a moment ago is not what the picture is about.
        let close = "document.querySelectorAll(`[data-testid='toast'] [aria-label='Close']`)
            .forEach(button => button.click())";
        window.script(close, vec![]).await;
        // Nor are the colours on their way from one theme to the other.
        let wears = "const was = document.documentElement.dataset.theme;
            document.documentElement.dataset.theme = arguments[0];
            document.getAnimations().filter(one => one instanceof CSSTransition)
                .forEach(one => one.finish());
            return was";
        let file = format!("{name}.png");
        let was = window.script(wears, vec!["dark".into()]).await;
        window.screenshot(&dir.join("dark").join(&file)).await;
        window.script(wears, vec![was]).await;
        window.screenshot(&dir.join(&file)).await;
    }
}

/// Sells two people a place of a class at 10.00 each, in twenty days from eight on; answers the class's id.
pub(crate) fn yoga_for_two(files: &Cli) -> String {
    let start = format!("{}T08:00", day(20));
    let book = ["book", "--resource", "Studio 1", "--start", &start, "--minutes", "60"];
    let class = ["--title", "Yoga", "--capacity", "5", "--price", "10.00"];
    let class = files.ok(&[book.as_slice(), &class].concat());
    let id = class["booking_id"].as_str().unwrap().to_owned();
    for who in ["Tom Becker", "Amara Okafor"] {
        files.ok(&["class", "add", &id, who]);
    }
    id
}
