//! A day at the desk by keyboard and by pointer.

use crate::hand::{
    block_of, book, day, fill_booking, jump_to, keyboard_is_at, picture, standings,
    take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";
const ESC: &str = "\u{e00c}";
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_made_moved_and_cancelled_in_the_window() {
    let files = Cli::new();
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    let date = day(20);
    jump_to(&window, &date).await;
    window.find_test_id("board").await;
    picture(&window, "empty-day").await;

    book(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;

    // What does not fit is refused before the click, with the reason.
    fill_booking(&window, "Squash Court", "10:30", "11:30", "Amara Okafor").await;
    window.wait_text("qb-refusal", "taken", SOON).await;
    picture(&window, "refused-before-the-click").await;
    // Whatever is said above it, the button is where the hand went for it.
    let said = window.rect(&test_id("qb-save")).await;
    window.type_into("qb-start", "15:30").await;
    window.press("\t").await;
    // The end came along, so that it stays an hour.
    let end = window.find_test_id("qb-end").await.prop("value").await.unwrap();
    assert_eq!(end.as_deref(), Some("16:30"));
    window.wait_gone(&test_id("qb-refusal"), SOON).await;
    assert_eq!(window.rect(&test_id("qb-save")).await, said);
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;

    // It is dragged an hour later.
    let block = "[data-standing][data-resource-id]";
    let (x, y, _, height) = window.rect(block).await;
    let from = (x + 30.0, y + 8.0);
    window.drag(from, (from.0, from.1 + height)).await;
    let id = booking_id(&window).await;
    eventually_async("the booking has moved", SOON, async || {
        let shown = files.ok(&["show", &id]);
        let booking = shown.get("booking").unwrap_or(&shown).clone();
        (booking["local_start"] == format!("{date}T11:00:00")).then_some(())
    })
    .await;
    // The grid takes no click before it has let go.
    window.wait_text("toast", " moved to ", SOON).await;

    // It is opened, and cancelled with a reason.
    window.click_css(block).await;
    window.find_test_id("detail-panel").await;
    picture(&window, "detail").await;
    window.click("detail-cancel").await;
    window.type_into("cancel-reason", "Rain").await;
    window.click("cancel-confirm").await;
    eventually_async("the booking is off the board", SOON, async || {
        standings(&window, "Tom Becker").await.is_empty().then_some(())
    })
    .await;
    let listed = files.ok(&["list", "--from", &date, "--to", &date, "--all"]);
    assert_eq!(listed["bookings"][0]["status"], "cancelled");
    assert_eq!(listed["bookings"][0]["cancellation"]["reason"], "Rain");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_range_is_dragged_and_the_booking_stretched_and_edited_in_the_window() {
    let files = Cli::new();
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    let date = day(20);
    jump_to(&window, &date).await;
    book(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    let block = "[data-standing][data-resource-id]";
    let (x, y, width, hour) = window.rect(block).await;

    // A drag over free time beside it opens the quick booking with that place and time.
    let centre = x + width / 2.0;
    window.drag((centre, y + 2.0 * hour + 6.0), (centre, y + 3.5 * hour - 6.0)).await;
    window.find_test_id("quick-panel").await;
    let typed = "return ['qb-start', 'qb-end'].map(
        id => document.querySelector(`[data-testid='${id}']`).value)";
    let range = window.script(typed, vec![]).await;
    assert_eq!(range[0], "12:00", "{range}");
    assert_eq!(range[1], "13:30", "{range}");
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;

    // Its lower edge is dragged half an hour down.
    let (x, y, width, hour) = window.rect(block).await;
    let edge = (x + width / 2.0, y + hour - 2.0);
    window.drag(edge, (edge.0, edge.1 + hour / 2.0)).await;
    let id = booking_id(&window).await;
    eventually_async("the booking is longer", SOON, async || {
        let shown = files.ok(&["show", &id]);
        let booking = shown.get("booking").unwrap_or(&shown).clone();
        (booking["local_end"] == format!("{date}T11:30:00")).then_some(())
    })
    .await;

    // It is opened, and a title is written on it.
    window.click_css(block).await;
    window.click("detail-edit").await;
    window.type_into("edit-title", "Final").await;
    window.click("edit-save").await;
    window.wait_gone(&test_id("edit-form"), SOON).await;
    eventually_async("the title is kept", SOON, async || {
        let shown = files.ok(&["show", &id]);
        let booking = shown.get("booking").unwrap_or(&shown).clone();
        (booking["title"] == "Final").then_some(())
    })
    .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_made_by_keyboard_alone_in_the_window() {
    let files = Cli::new();
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    window.script("document.activeElement.blur()", vec![]).await;
    window.press("n").await;
    window.find_test_id("quick-panel").await;
    window.type_into("qb-customer", "lucia").await;
    window.find_test_id("qb-customer-option").await;
    window.press("\u{e007}").await;
    window.type_into("qb-start", "930").await;
    window.type_into("qb-end", "1030").await;
    window.press("\t").await;
    window.find_test_id("qb-worth").await;
    window.press("\u{e009}\u{e007}").await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;
    assert_eq!(block_of(&window, "Lucía").await, "committed");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_goes_into_a_booking_and_back_to_its_block_in_the_window() {
    let files = Cli::new();
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    let date = day(20);
    jump_to(&window, &date).await;
    book(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    let block = format!("booking-{}", booking_id(&window).await);
    take_keyboard_to(&window, &block).await;
    window.press(ENTER).await;
    keyboard_is_at(&window, "detail-panel-body").await;
    picture(&window, "detail-by-keyboard").await;
    // Out of each form to the button that opens it.
    for (key, field, button) in [
        ("e", "edit-title", "detail-edit"),
        ("m", "move-start", "detail-move"),
        ("\u{e017}", "cancel-reason", "detail-cancel"),
    ] {
        window.press(key).await;
        window.find_test_id(field).await;
        let inside = "return document.activeElement.closest('form') !== null";
        assert_eq!(window.script(inside, vec![]).await, true, "{field}");
        if field == "edit-title" {
            take_keyboard_to(&window, field).await;
        }
        window.press(ESC).await;
        keyboard_is_at(&window, button).await;
    }
    window.press(ESC).await;
    keyboard_is_at(&window, &block).await;

    // Nothing was looked for after all.
    window.press("\u{e009}k").await;
    keyboard_is_at(&window, "palette-input").await;
    window.type_into("palette-input", "Nothing is called so").await;
    window.wait_text("palette", "Nothing found", SOON).await;
    picture(&window, "palette-nothing").await;
    window.press(ESC).await;
    keyboard_is_at(&window, &block).await;

    // In the month the arrows walk, and the board stays where it is until a day is picked.
    take_keyboard_to(&window, "date-pick").await;
    window.press(ENTER).await;
    keyboard_is_at(&window, &format!("month-{date}")).await;
    window.press(RIGHT).await;
    keyboard_is_at(&window, &format!("month-{}", day(21))).await;
    picture(&window, "month-by-keyboard").await;
    window.press(ESC).await;
    window.wait_gone(&test_id("month"), SOON).await;
    keyboard_is_at(&window, "date-pick").await;
    let shown = "return document.querySelector(`[data-testid='board']`).dataset.date";
    assert_eq!(window.script(shown, vec![]).await, date, "nothing was picked");
    window.press(ENTER).await;
    keyboard_is_at(&window, &format!("month-{date}")).await;
    window.press(DOWN).await;
    keyboard_is_at(&window, &format!("month-{}", day(27))).await;
    window.press(ENTER).await;
    window.wait_for(&format!("[data-testid='board'][data-date='{}']", day(27)), SOON).await;
    keyboard_is_at(&window, "date-pick").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_resources_stay_usable_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Big", "--venue", "Arena", "--timezone", "Europe/Berlin"]);
    for n in 1..=60 {
        let name = format!("Court {n} with rather a long name");
        files.ok(&["resource", "add", "--name", &name, "--kind", "court", "--venue", "Arena"]);
    }
    files.ok(&["customer", "add", "--name", "R. Worthington-Smyth"]);
    let start = format!("{}T10:00", day(1));
    for n in [1, 30, 60] {
        let name = format!("Court {n} with rather a long name");
        let to_whom = ["--customer", "R. Worthington-Smyth"];
        let book = ["book", "--resource", &name, "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &to_whom].concat());
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(1)).await;
    block_of(&window, "Worthington").await;
    window.wait_count("[data-testid^='column-']", 60, SOON).await;
    let (_, _, width, _) = window.rect("[data-standing]").await;
    assert!(width > 80.0, "columns keep a width to read in: {width}");
    picture(&window, "sixty-resources").await;
    // What is far to the right is drawn when it comes into sight.
    let last = "const heads = document.querySelectorAll(`[data-testid^='column-']`);
                heads[heads.length - 1].scrollIntoView({inline: 'end'})";
    window.script(last, vec![]).await;
    let far = "return [...document.querySelectorAll('[data-standing]')]
               .some(e => { const r = e.getBoundingClientRect();
                            return r.left > innerWidth / 2 && r.left < innerWidth - 80 })";
    eventually_async("the last court's booking is in sight", SOON, async || {
        (window.script(far, vec![]).await == true).then_some(())
    })
    .await;
    window.close().await;
}

async fn booking_id(window: &Window) -> String {
    let script =
        "return document.querySelector('[data-standing][data-resource-id]').dataset.testid";
    let id = window.script(script, vec![]).await;
    id.as_str().unwrap().strip_prefix("booking-").unwrap().to_owned()
}
