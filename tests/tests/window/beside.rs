//! What one goes to is in sight, and has the keyboard: with more resources than a room shows at once.

use crate::hand::{
    be_as_large_as, begin, day, in_sight, jump_to, keyboard_is_at, pick, picture, take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";
const ESC: &str = "\u{e00c}";
const CTRL: &str = "\u{e009}";
const DOWN: &str = "\u{e015}";

/// Sixty courts and a sauna, with a booking on the first of them and one on the last.
async fn sixty(files: &Cli) -> Window {
    files.ok(&["init", "--org", "Big", "--venue", "Arena", "--timezone", "Europe/Berlin"]);
    for n in 1..=60 {
        files.ok(&["resource", "add", "--name", &format!("Court {n}"), "--kind", "court"]);
    }
    files.ok(&["resource", "add", "--name", "Sauna", "--kind", "room"]);
    files.ok(&["customer", "add", "--name", "Tracy Smith"]);
    for (name, hour) in [("Court 1", "10:00"), ("Court 60", "21:00")] {
        let start = format!("{}T{hour}", day(1));
        let book = ["book", "--resource", name, "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &["--customer", "Tracy Smith"]].concat());
    }
    let window = Window::open(files.replica()).await;
    // The day that comes in would take the place of what is typed meanwhile.
    window.wait_for("[data-testid^='column-']", SOON).await;
    jump_to(&window, &day(1)).await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_goes_to_on_a_wide_board_is_in_sight_and_has_the_keyboard() {
    let files = Cli::new();
    let window = sixty(&files).await;

    // The date field has the keyboard when it is asked for, and not whenever the day comes back.
    window.script("document.activeElement.blur()", vec![]).await;
    window.press("g").await;
    keyboard_is_at(&window, "date-jump").await;
    window.type_into("date-jump", "someday").await;
    window.press(ENTER).await;
    window.wait_text("date-wrong", "This is not a date", SOON).await;
    picture(&window, "wrong-date").await;
    window.press(ESC).await;
    window.wait_gone(&test_id("date-wrong"), SOON).await;
    window.click("nav-customers").await;
    window.click("nav-day").await;
    window.find_test_id("board").await;
    window.press("n").await;
    window.find_test_id("quick-panel").await;
    window.press(ESC).await;
    window.wait_gone(&test_id("quick-panel"), SOON).await;

    // From a block on the first court to a column far to the right, by what it is called.
    take_keyboard_to_css(&window, "[data-booking]").await;
    show_column(&window, "Sauna").await;
    let sauna = "[data-testid^='column-']:focus";
    in_sight(&window, sauna).await;
    // Also a moment later, when the list that it was chosen from has gone.
    window.wait_gone(&test_id("palette"), SOON).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(window.texts(sauna).await[0].contains("Sauna"));
    in_sight(&window, sauna).await;
    picture(&window, "column-shown").await;

    // A customer's booking, which is far to the right and below.
    window.click("nav-customers").await;
    window.type_into("customers-search", "Tracy").await;
    window.click("customer-row").await;
    window.wait_text("customer-card", "Court 60", SOON).await;
    picture(&window, "customer-bookings").await;
    window.click_css(&format!("{} li:nth-child(2) .row-button", test_id("customer-card"))).await;
    in_sight(&window, "[data-booking][data-selected='true']").await;
    keyboard_is_at(&window, "detail-panel-body").await;
    picture(&window, "booking-from-customer").await;
    window.press("m").await;
    window.find_test_id("move-start").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn down_begins_at_the_first_booking_of_the_day_and_from_a_head_at_that_of_its_column() {
    let files = Cli::new();
    let window = sixty(&files).await;
    let block = |resource: &str| {
        let script = "const head = [...document.querySelectorAll('[data-column]')]
            .find(one => one.querySelector('b').textContent === arguments[0]);
            const on = document.activeElement.dataset;
            return on.booking !== undefined && on.resourceId === head.dataset.column";
        (script, vec![serde_json::Value::from(resource)])
    };
    let has_keyboard = async |resource: &str| {
        let (script, args) = block(resource);
        eventually_async(
            &format!("the booking on {resource} has the keyboard"),
            SOON,
            async || (window.script(script, args.clone()).await == true).then_some(()),
        )
        .await;
        in_sight(&window, "[data-booking]:focus").await;
    };

    // From the head of a column that nothing lies in, there is nowhere to go.
    show_column(&window, "Sauna").await;
    window.press(DOWN).await;
    window.wait_for("[data-column]:focus", SOON).await;
    show_column(&window, "Court 60").await;
    window.press(DOWN).await;
    has_keyboard("Court 60").await;
    picture(&window, "down-from-a-head").await;
    window.press(DOWN).await;
    has_keyboard("Court 60").await;

    // From nowhere the day begins at its first booking, however far from what was in sight.
    window.script("document.activeElement.blur()", vec![]).await;
    window.press(DOWN).await;
    has_keyboard("Court 1").await;
    picture(&window, "down-from-nowhere").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_new_booking_would_lie_is_in_sight_whatever_resource_is_chosen_for_it() {
    let files = Cli::new();
    let window = sixty(&files).await;
    be_as_large_as(&window, 1024, 768).await;
    window.click("new-booking").await;
    let draft = ".ec-event:not([data-booking], .ec-ghost)";
    in_sight(&window, draft).await;
    for resource in ["Sauna", "Court 1", "Court 30"] {
        pick(&window, "qb-resource", resource).await;
        in_sight(&window, draft).await;
        picture(&window, &format!("draft-on-{}", resource.replace(' ', "-"))).await;
        let below =
            "const { left, right } = document.querySelector(arguments[0]).getBoundingClientRect();
            const above = [...document.querySelectorAll('[data-column]')].find(one => {
                const { x, width } = one.getBoundingClientRect();
                return left < x + width / 2 && x + width / 2 < right;
            });
            return above?.querySelector('b').textContent";
        assert_eq!(window.script(below, vec![draft.into()]).await, resource);
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_beside_a_long_list_is_saved_and_says_what_is_wrong_within_the_room() {
    let files = Cli::new();
    let window = sixty(&files).await;
    for (width, height) in [(1024, 768), (1440, 900)] {
        be_as_large_as(&window, width, height).await;
        window.click("nav-catalogue").await;
        window.click("catalogue-tab-resource").await;
        window.click("resource-row").await;
        in_sight(&window, &test_id("resource-save")).await;
        picture(&window, &format!("form-beside-{width}")).await;
        // Whatever has the keyboard is above what saves it.
        for field in ["resource-active", "resource-hours", "resource-name"] {
            take_keyboard_to(&window, field).await;
            in_sight(&window, &test_id(field)).await;
        }

        // What is refused is said in sight, from the form's far end, too.
        window.click("resource-new").await;
        let far = format!("{} .side", test_id("catalogue"));
        let down = "document.querySelector(arguments[0]).scrollTop = 10000";
        window.script(down, vec![far.into()]).await;
        window.click("resource-save").await;
        keyboard_is_at(&window, "resource-name").await;
        in_sight(&window, ".field-error").await;
        picture(&window, &format!("form-beside-wrong-{width}")).await;
        window.press(ESC).await;
        window.wait_gone(&test_id("resource-save"), SOON).await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_stays_with_what_was_done_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    let all = window.text("day-summary").await;
    pick(&window, "kind-filter", "Courts").await;
    keyboard_is_at(&window, "filter-chip").await;
    // What is counted is what is shown.
    let shown = window.all("[data-standing]").await.len();
    window.wait_text("day-summary", &format!("{shown} booking"), SOON).await;
    assert_ne!(window.text("day-summary").await, all);
    picture(&window, "filtered").await;
    window.press(ENTER).await;
    keyboard_is_at(&window, "kind-filter").await;
    window.wait_text("day-summary", &all, SOON).await;

    // A panel has the keyboard as it opens; of what nobody can do here it says nothing.
    take_keyboard_to(&window, "new-booking").await;
    window.press("?").await;
    keyboard_is_at(&window, "keys-panel-body").await;
    let keys = window.texts(&format!("{} kbd", test_id("keys-panel-body"))).await;
    assert!(keys.iter().all(|key| !["S", "O", "L"].contains(&key.as_str())), "{keys:?}");
    picture(&window, "keys-alone").await;
    window.press(ESC).await;
    keyboard_is_at(&window, "new-booking").await;

    window.click("nav-settings").await;
    window.click("settings-join").await;
    keyboard_is_at(&window, "join-url").await;
    picture(&window, "join-in-settings").await;
    window.press(ESC).await;
    keyboard_is_at(&window, "settings-join").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_venues_each_room_says_which_it_is_about_and_a_long_name_breaks() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["venue", "add", "--name", "North Shore", "--timezone", "Europe/Berlin"]);
    let name = "Gymnastics".repeat(16);
    let court = ["resource", "add", "--name", &name, "--kind", "court"];
    files.ok(&[court.as_slice(), &["--venue", "Riverside"]].concat());
    let shut = ["maintenance", "add", "--resource", &name, "--from", &day(3), "--all-day"];
    files.ok(&[shut.as_slice(), &["--reason", "New bulbs"]].concat());
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    be_as_large_as(&window, 1024, 768).await;
    for room in ["requests", "reports", "calendar"] {
        window.click(&format!("nav-{room}")).await;
        window.wait_text(room, "at Riverside.", SOON).await;
        picture(&window, &format!("venue-of-{room}")).await;
    }
    let (x, _, width, _) = window.rect(&format!("{} bdi", test_id("exception-row"))).await;
    let (button, ..) = window.rect(&test_id("exception-withdraw")).await;
    assert!(x + width <= button, "{x} and {width} run over {button}");
    // The form beside it is saved within the room, too.
    window.click("dates-new").await;
    pick(&window, "dates-kind", "Maintenance").await;
    window.click("dates-all-day").await;
    window.find_test_id("dates-hit").await;
    in_sight(&window, &test_id("dates-save")).await;
    picture(&window, "dates-beside").await;
    window.close().await;
}

/// Goes to a column by what it is called.
async fn show_column(window: &Window, resource: &str) {
    window.press(&format!("{CTRL}k")).await;
    window.type_into("palette-input", &format!("show {resource}")).await;
    window.wait_text("palette", &format!("Show {resource}"), SOON).await;
    window.press(ENTER).await;
    window.wait_for("[data-column]:focus", SOON).await;
}

async fn take_keyboard_to_css(window: &Window, css: &str) {
    window.wait_for(css, SOON).await;
    window.script("document.querySelector(arguments[0]).focus()", vec![css.into()]).await;
}
