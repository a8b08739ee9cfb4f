//! In the smallest window what one works on stays in sight, and under nothing.

use crate::hand::{
    be_as_large_as, begin, day, in_sight, jump_to, keyboard_is_at, pick, picture, sign_in,
    take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_is_opened_is_not_hidden_by_its_own_panel() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Arena", "--timezone", "Europe/Berlin"]);
    for n in 1..=8 {
        let name = format!("Practice room number {n}");
        files.ok(&["resource", "add", "--name", &name, "--kind", "equipment"]);
    }
    for n in [1, 8] {
        let start = format!("{}T10:00", day(1));
        let name = format!("Practice room number {n}");
        let book = ["book", "--resource", &name, "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &["--title", &format!("Lesson {n}")]].concat());
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    be_as_large_as(&window, 1024, 768).await;
    jump_to(&window, &day(1)).await;
    let names = "return [...document.querySelectorAll('[data-column] b')]
        .filter(one => one.scrollHeight > one.clientHeight + 1).length";
    assert_eq!(window.script(names, vec![]).await, 0, "every name is to be read to its end");
    let scrolled = "return document.querySelector('.ec-main').scrollLeft";
    let first = "[data-booking]";
    window.click_css(first).await;
    window.wait_text("detail-panel", "Lesson 1", SOON).await;
    in_sight(&window, first).await;
    assert_eq!(window.script(scrolled, vec![]).await, 0, "it was in sight already");
    for open in ["click()", "focus()"] {
        window.click("panel-close").await;
        window.wait_gone(&test_id("detail-panel"), SOON).await;
        let last = format!(
            "const all = [...document.querySelectorAll('[data-booking]')];
            all.find(one => one.textContent.includes('Lesson 8')).{open}"
        );
        window.script(&last, vec![]).await;
        if open == "focus()" {
            window.press(ENTER).await;
        }
        window.wait_text("detail-panel", "Lesson 8", SOON).await;
        in_sight(&window, "[data-booking][data-selected='true']").await;
    }
    picture(&window, "beside-its-panel").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_that_is_refused_says_why_in_sight_and_one_taken_away_leaves_the_keyboard() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&[init.as_slice(), &["--owner", "Olga"]].concat());
    files.ok(&["staff", "add", "--name", "Ines", "--role", "instructor"]);
    assert_eq!(files.type_in(&["pin", "set", "Olga"], "2468").code, 0);
    let window = Window::open(files.replica()).await;
    sign_in(&window, "Olga").await;
    be_as_large_as(&window, 1024, 600).await;
    window.click("nav-staff").await;
    window.click("staff-row").await;
    window.wait_for("[data-testid='staff-name']", SOON).await;
    assert_eq!(window.value("staff-name").await, "Ines", "by name she is the first");
    take_keyboard_to(&window, "staff-pin").await;
    window.press("12").await;
    // As far down as it is in sight, and no further.
    let edge = "const side = document.querySelector(`[data-testid='staff'] .side`);
        const field = side.querySelector(`[data-testid='staff-pin']`);
        side.scrollTop += field.getBoundingClientRect().bottom - side.getBoundingClientRect().bottom";
    window.script(edge, vec![]).await;
    window.script("document.activeElement.form.requestSubmit()", vec![]).await;
    in_sight(&window, ".field-error").await;
    keyboard_is_at(&window, "staff-pin").await;
    picture(&window, "pin-refused").await;
    window.type_into("staff-pin", "2468").await;
    window.press(ENTER).await;
    take_keyboard_to(&window, "staff-pin-take").await;
    window.press(ENTER).await;
    window.wait_gone(&test_id("staff-pin-take"), SOON).await;
    keyboard_is_at(&window, "staff-pin").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_form_is_saved_from_wherever_one_is_in_it_and_no_notice_lies_over_it() {
    let files = Cli::new();
    let window = begin(&files).await;
    for (width, height) in [(1024, 768), (1440, 900)] {
        be_as_large_as(&window, width, height).await;
        window.click("nav-calendar").await;
        window.click("calendar-tab-week").await;
        in_sight(&window, &test_id("venue-save")).await;
        picture(&window, &format!("rules-{width}")).await;
        for field in ["venue-name", "venue-requests_compete", "venue-tiers"] {
            take_keyboard_to(&window, field).await;
            in_sight(&window, &test_id(field)).await;
        }
        window.type_into("venue-points_per_unit", &format!("{}", width / 1000 + 1)).await;
        window.click("venue-save").await;
        window.wait_text("toast", "Saved", SOON).await;
        in_sight(&window, &test_id("venue-save")).await;
        said(&window, &format!("rules-saved-{width}")).await;

        window.click("nav-customers").await;
        window.type_into("customers-search", "Tom Becker").await;
        window.wait_count(&test_id("customer-row"), 1, SOON).await;
        window.click("customer-row").await;
        window.click("customer-edit").await;
        in_sight(&window, &test_id("customer-save")).await;
        picture(&window, &format!("customer-edit-{width}")).await;
        for field in ["customer-blocked_reason", "customer-name"] {
            take_keyboard_to(&window, field).await;
            in_sight(&window, &test_id(field)).await;
        }
        window.type_into("customer-phone", &format!("030 {width}")).await;
        window.click("customer-save").await;
        window.wait_text("toast", "Tom Becker saved", SOON).await;
        let (x, _, notice, _) = window.rect(&test_id("toast")).await;
        let (card, ..) = window.rect(&test_id("customer-card")).await;
        assert!(x + notice <= card, "a notice lies over the card");
        said(&window, &format!("customer-saved-{width}")).await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_venues_the_bar_says_which_it_is_and_a_report_breaks_no_word() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Lakeside", "--timezone", "Europe/London"]);
    files.ok(&["venue", "add", "--name", "Harbour Hall", "--timezone", "Europe/London"]);
    let court = "The old clay court behind the clubhouse, next to the river";
    for (name, kind) in [(court, "court"), ("Ines", "instructor")] {
        let add = ["resource", "add", "--name", name, "--kind", kind];
        files.ok(&[add.as_slice(), &["--venue", "Lakeside"]].concat());
    }
    files.ok(&["customer", "add", "--name", "Maximiliana-Alexandra von Worthington-Smyth"]);
    let service = "Introductory private lesson with video analysis";
    files.ok(&["service", "add", "--name", service, "--minutes", "60", "--needs-approval"]);
    let start = format!("{}T10:00", day(2));
    let book = ["book", "--resource", court, "--start", &start, "--minutes", "60", "--service"];
    let whose = [service, "--customer", "Maximiliana-Alexandra von Worthington-Smyth", "--request"];
    let what = ["--title", "Wolfeschlegelsteinhausenbergerdorff, senior"];
    files.ok(&[book.as_slice(), &whose, &what, &["--venue", "Lakeside"]].concat());
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    for (width, height) in [(1024, 768), (1440, 900)] {
        be_as_large_as(&window, width, height).await;
        window.click("nav-day").await;
        jump_to(&window, &day(2)).await;
        // The title takes no more room than it needs, and leaves the rest to what is chosen beside it.
        let needed = "const title = document.querySelector('header h1');
            return Math.max(...[...title.children].map(one => one.getBoundingClientRect().width))
                - title.getBoundingClientRect().width";
        let left: f64 = serde_json::from_value(window.script(needed, vec![]).await).unwrap();
        assert!(width > 1024 || left.abs() < 1.0, "{left}");
        picture(&window, &format!("two-venues-{width}")).await;
        window.click("nav-reports").await;
        pick(&window, "report-subject", "Waiting for approval").await;
        window.wait_text("report-table", "Maximiliana-Alexandra", SOON).await;
        let broken = "const broken = [];
            for (const cell of document.querySelectorAll(`[data-testid='report-table'] td bdi`)) {
                for (const { 0: word, index } of cell.textContent.matchAll(/[^\\s-]+/g)) {
                    const range = document.createRange();
                    range.setStart(cell.firstChild, index);
                    range.setEnd(cell.firstChild, index + word.length);
                    const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
                    if (lines.length > 1) broken.push(word);
                }
            }
            return broken";
        assert_eq!(window.script(broken, vec![]).await, serde_json::json!([]));
        picture(&window, &format!("waiting-{width}")).await;
    }
    window.close().await;
}

/// A picture with its notices.
async fn said(window: &Window, name: &str) {
    if let Some(dir) = std::env::var_os("HOLDFAST_SCREENSHOTS") {
        window.screenshot(&std::path::PathBuf::from(dir).join(format!("{name}.png"))).await;
    }
}
