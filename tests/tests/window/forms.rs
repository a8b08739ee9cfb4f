//! What is typed wrong is said where it is, and the keyboard goes on where a person does: in the window.

use crate::hand::{
    add_service, begin, day, fill_booking, jump_to, keyboard_is_at, pick, picture, save_booking,
    take_keyboard_to, yoga_for_two,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";
const ESC: &str = "\u{e00c}";
const CTRL_ENTER: &str = "\u{e009}\u{e007}";

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_price_that_is_folded_away_is_said_and_shown_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    add_service(&window, "Massage", &[("duration_minutes", "90"), ("price", "65")]).await;
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Treatment Room", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-service", "Massage").await;
    window.click("qb-more").await;
    window.type_into("qb-price", "fifty").await;
    window.wait_for("[data-testid='qb-price'][aria-invalid='true']", SOON).await;
    // It says so itself as long as it is in sight, and once.
    window.wait_gone(&test_id("qb-refusal"), SOON).await;
    picture(&window, "quick-booking-bad-price").await;
    window.click("qb-more").await;
    window.wait_text("qb-refusal", "Price", SOON).await;
    picture(&window, "quick-booking-bad-price-folded").await;

    take_keyboard_to(&window, "qb-title").await;
    window.press(CTRL_ENTER).await;
    keyboard_is_at(&window, "qb-price").await;
    window.wait_gone(&test_id("qb-refusal"), SOON).await;
    picture(&window, "quick-booking-bad-price-refused").await;
    window.type_into("qb-price", "50").await;
    window.wait_text("qb-terms", "Costs 50.00 EUR.", SOON).await;
    pick(&window, "qb-repeat", "Every week").await;
    window.wait_text("qb-terms", "Costs 50.00 EUR each.", SOON).await;
    save_booking(&window).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_names_what_is_taken_and_gives_back_only_what_was_paid_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    yoga_for_two(&files);
    jump_to(&window, &day(20)).await;
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("payments", "10.00 EUR a place", SOON).await;
    window.wait_text("roster", "Amara Okafor", SOON).await;
    window.click("take-payment").await;
    pick(&window, "payment-place", "10.00 EUR owed: Amara Okafor").await;
    for (typed, button) in [("fifty", "Take payment"), ("4", "Take payment 4.00 EUR")] {
        window.type_into("payment-amount", typed).await;
        eventually_async(button, SOON, async || {
            let shown = window.texts(&format!("{} .act", test_id("payment-save"))).await;
            (shown[0].trim() == button).then_some(())
        })
        .await;
    }
    window.type_into("payment-amount", "fifty").await;
    window.press(ENTER).await;
    let invalid = "[data-testid='payment-amount'][aria-invalid='true']";
    window.wait_for(invalid, SOON).await;
    picture(&window, "payment-bad-amount").await;
    window.type_into("payment-amount", "10").await;
    window.press(ENTER).await;
    window.wait_text("owed", "10.00 EUR is owed", SOON).await;

    // From one form to the other the keyboard comes along, and only who paid is offered.
    window.click("take-payment").await;
    keyboard_is_at(&window, "payment-place").await;
    window.click("refund").await;
    keyboard_is_at(&window, "payment-place").await;
    let offered = window.texts(&format!("{} option", test_id("payment-place"))).await;
    let offered: Vec<&str> = offered.iter().map(|text| text.trim()).collect();
    assert_eq!(offered, ["10.00 EUR paid: Amara Okafor", "The class as a whole"]);
    // What is too much is said at the amount.
    window.type_into("payment-amount", "25").await;
    window.type_into("payment-note", "Ill").await;
    window.press(ENTER).await;
    window.wait_for(invalid, SOON).await;
    assert!(window.all(&test_id("payment-problem")).await.is_empty());
    picture(&window, "refund-too-much").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_goes_back_to_where_a_booking_was_begun_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    jump_to(&window, &day(20)).await;
    // By its key, from nowhere; and by its button.
    window.script("document.activeElement.blur()", vec![]).await;
    for keys in ["n", ENTER] {
        window.press(keys).await;
        keyboard_is_at(&window, "qb-customer").await;
        window.press(ESC).await;
        keyboard_is_at(&window, "new-booking").await;
    }
    // Who was to be written down is not, and one goes on looking.
    window.press(ENTER).await;
    window.type_into("qb-customer", "Nobody Like That").await;
    window.click("qb-new-customer").await;
    picture(&window, "quick-booking-new-customer").await;
    window.click("qb-someone-else").await;
    keyboard_is_at(&window, "qb-customer").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_seldom_happens_to_a_customer_keeps_the_keyboard_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    window.click("nav-customers").await;
    // Enter opens the only one that is found.
    window.type_into("customers-search", "Amara").await;
    window.press(ENTER).await;
    window.wait_text("customer-card", "Amara Okafor", SOON).await;
    for (leaves, note) in [(ESC, None), (CTRL_ENTER, Some("Left-handed"))] {
        take_keyboard_to(&window, "customer-edit").await;
        window.press(ENTER).await;
        keyboard_is_at(&window, "customer-name").await;
        if let Some(note) = note {
            window.type_into("customer-note", note).await;
        }
        window.press(leaves).await;
        window.wait_gone(&test_id("customer-name"), SOON).await;
        keyboard_is_at(&window, "customer-edit").await;
    }
    for (act, next, says) in [
        ("customer-delete", "customer-restore", "bookings to come stay"),
        ("customer-restore", "customer-delete", "restored"),
    ] {
        take_keyboard_to(&window, act).await;
        window.press(ENTER).await;
        keyboard_is_at(&window, next).await;
        eventually_async(says, SOON, async || {
            let said = window.texts(&test_id("toast")).await;
            said.iter().any(|toast| toast.contains(says)).then_some(())
        })
        .await;
    }

    // Nobody is merged into themselves, nor into nobody.
    window.click("customer-merge").await;
    window.type_into("qb-customer", "Amara").await;
    window.wait_text("customer-card", "Nobody found", SOON).await;
    assert!(window.all(&test_id("qb-customer-option")).await.is_empty());
    picture(&window, "customer-merge-nobody").await;
    window.type_into("qb-customer", "Tom").await;
    window.wait_for(&test_id("qb-customer-option"), SOON).await;
    picture(&window, "customer-merge-list").await;
    take_keyboard_to(&window, "merge-confirm").await;
    window.press(ENTER).await;
    window.wait_text("customer-card", "Choose from the list who it is", SOON).await;
    keyboard_is_at(&window, "merge-confirm").await;
    window.click("customer-erase").await;
    window.type_into("erase-why", "Asked for it").await;
    window.press(ENTER).await;
    window.wait_text("customer-card", "Erased", SOON).await;
    keyboard_is_at(&window, "customer-card").await;

    // Who is not found is entered under what was typed.
    window.type_into("customers-search", "Zoe Zander").await;
    window.wait_text("customers", "Nobody found", SOON).await;
    window.wait_gone(&test_id("customer-card"), SOON).await;
    take_keyboard_to(&window, "customer-new").await;
    window.press(ENTER).await;
    window.find_test_id("new-customer-name").await;
    assert_eq!(window.value("new-customer-name").await, "Zoe Zander");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_wrong_is_said_at_its_field_in_the_houses_own_words_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    let start = format!("{}T10:00", day(20));
    let asked = ["book", "--resource", "Squash Court", "--start", &start, "--minutes", "60"];
    files.ok(&[asked.as_slice(), &["--customer", "Tom Becker", "--request"]].concat());
    window.click("nav-requests").await;
    window.click("request-reject").await;
    keyboard_is_at(&window, "request-reason").await;
    window.press(ENTER).await;
    said_at(&window, "request-reason", "This is needed").await;
    keyboard_is_at(&window, "request-reason").await;
    picture(&window, "request-without-a-reason").await;

    window.click("nav-staff").await;
    window.click("staff-row").await;
    window.type_into("staff-pin", "12").await;
    window.press(ENTER).await;
    said_at(&window, "staff-pin", "4 to 12 digits").await;
    assert!(window.all(&test_id("pin-problem")).await.is_empty(), "it is said once");
    picture(&window, "pin-too-short").await;

    // A report on days that are none shows none.
    window.click("nav-reports").await;
    window.find_test_id("report-table").await;
    window.type_into("report-until", &day(0)).await;
    window.type_into("report-from", &day(3)).await;
    window.press(ENTER).await;
    said_at(&window, "report-until", "before the first day").await;
    window.wait_gone(&test_id("report-table"), SOON).await;
    picture(&window, "report-of-no-days").await;
    window.close().await;
}

/// Waits until a field is marked, and says this below itself.
async fn said_at(window: &Window, field: &str, says: &str) {
    eventually_async(&format!("{field} says {says}"), SOON, async || {
        let said = "const field = document.querySelector(`[data-testid='${arguments[0]}']`);
            return field?.ariaInvalid === 'true'
                && document.getElementById(field.getAttribute('aria-describedby'))?.textContent";
        let said = window.script(said, vec![field.into()]).await;
        said.as_str().is_some_and(|said| said.contains(says)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_goes_on_in_the_list_that_something_was_deleted_from_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    for service in ["Massage", "Sauna", "Yoga"] {
        files.ok(&["service", "add", "--name", service, "--minutes", "60"]);
    }
    window.click("nav-catalogue").await;
    window.wait_count(&test_id("service-row"), 3, SOON).await;
    let names = window.texts(&format!("{} b", test_id("service-row"))).await;
    window.click("service-row").await;
    take_keyboard_to(&window, "service-delete").await;
    window.press(ENTER).await;
    window.wait_count(&test_id("service-row"), 2, SOON).await;
    keyboard_is_at(&window, "service-row").await;
    let at = "return document.activeElement.querySelector('b').textContent";
    assert_eq!(window.script(at, vec![]).await, names[1], "the next one");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_are_corrected_by_a_number_and_by_nothing_else_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    files.ok(&[
        "product",
        "add",
        "--name",
        "Ten lessons",
        "--credits",
        "10",
        "--validity-days",
        "90",
    ]);
    files.ok(&["package", "sell", "--product", "Ten lessons", "--customer", "Tom Becker"]);
    open_package(&window).await;
    window.type_into("correct-by", "viele").await;
    window.type_into("correct-why", "Counted wrong").await;
    window.press(ENTER).await;
    window.wait_for("[data-testid='correct-by'][aria-invalid='true']", SOON).await;
    keyboard_is_at(&window, "correct-by").await;
    picture(&window, "package-correct-misread").await;
    window.type_into("correct-by", "-2").await;
    window.press(ENTER).await;
    window.wait_text("package-balance", "8 credits left", SOON).await;
    window.close().await;
}

async fn open_package(window: &Window) {
    window.click("nav-customers").await;
    window.type_into("customers-search", "Tom Bec").await;
    window.wait_text("customer-row", "Tom Becker", SOON).await;
    window.click("customer-row").await;
    window.wait_text("package-balance", "10 credits left", SOON).await;
    window.click("package-balance").await;
}
