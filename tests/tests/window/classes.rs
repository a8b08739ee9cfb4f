//! Classes and requests: in the window.

use crate::hand::{
    add_service, begin, block_of, day, fill_booking, jump_to, keyboard_is_at, pick, picture,
    save_booking, take_keyboard_to, yoga_for_two,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

const ENTER: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_filled_and_checked_in_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    // Nobody is checked in long before it begins: it is one of today, which has begun already.
    window.click("new-booking").await;
    pick(&window, "qb-resource", "Studio 1").await;
    for (field, text) in [("qb-start", "01:00"), ("qb-end", "02:00")] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    // What is wrong with half a form stands under its field: the form rests when it is whole.
    window.find_test_id("qb-worth").await;
    window.click("qb-class").await;
    window.type_into("qb-places", "2").await;
    window.type_into("qb-title", "Yoga").await;
    save_booking(&window).await;
    block_of(&window, "Yoga").await;

    // Two have a place, the third waits.
    window.click_css("[data-booking][data-selected='true']").await;
    window.wait_text("roster-taken", "0/2", SOON).await;
    for (who, add, taken) in [
        ("Tom Becker", "roster-add", "1/2"),
        ("Amara Okafor", "roster-add", "2/2, full"),
        ("Ben Fischer", "roster-wait", "2/2, full"),
    ] {
        window.type_into("qb-customer", who).await;
        window.click("qb-customer-option").await;
        window.click(add).await;
        window.wait_text("roster", who, SOON).await;
        window.wait_text("roster-taken", taken, SOON).await;
    }
    window.wait_for(&place("waitlisted"), SOON).await;
    window.wait_text("roster-waiting", "1 waits", SOON).await;
    assert!(window.text("roster").await.contains("1st in line"));
    assert!(block_says(&window, "2/2").await);
    picture(&window, "class-full").await;

    // One gives the place back, and whoever waits has it: this desk has no headquarters to wait for.
    window.click_css(&format!("{} {}", place("booked"), test_id("roster-more"))).await;
    window.click("roster-leave").await;
    window.type_into("roster-why", "Ill").await;
    window.click("roster-leave-confirm").await;
    window.wait_text("toast", "Ben Fischer has it now: tell them.", SOON).await;
    window.wait_gone(&place("waitlisted"), SOON).await;
    eventually_async("both who are left have a place", SOON, async || {
        (window.all(&place("booked")).await.len() == 2).then_some(())
    })
    .await;
    window.wait_text("roster-taken", "2/2", SOON).await;
    // Whoever was there is gone: one goes on with who stands in their place, and stays with whom one checks in.
    keyboard_is_at(&window, "roster-more").await;
    for (button, status) in [("roster-present", "present"), ("roster-reset", "booked")] {
        if button == "roster-reset" {
            window.click("roster-more").await;
        }
        take_keyboard_to(&window, button).await;
        window.press(ENTER).await;
        window.wait_for(&format!("li:first-child{}", place(status)), SOON).await;
        keyboard_is_at(&window, "roster-more").await;
    }

    window.click("roster-all").await;
    eventually_async("both are checked in", SOON, async || {
        (window.all(&place("present")).await.len() == 2).then_some(())
    })
    .await;
    picture(&window, "class-checked-in").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_giving_a_place_back_late_costs_is_said_and_can_be_waived_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    files.ok(&["venue", "edit", "Riverside", "--free-cancel-hours", "2000"]);
    let id = yoga_for_two(&files);
    jump_to(&window, &day(20)).await;
    window.click_css("[data-standing][data-booking]").await;
    for (left, waived) in [(1, true), (0, false)] {
        window.click("roster-more").await;
        window.click("roster-leave").await;
        window.wait_text("roster-terms", "Late: 10.00 EUR stays owed", SOON).await;
        window.type_into("roster-why", "Ill").await;
        if waived {
            window.type_into("roster-waive", "Broken leg").await;
        }
        picture(&window, "place-late").await;
        window.click("roster-leave-confirm").await;
        eventually_async("the place is given back", SOON, async || {
            (window.all(&place("booked")).await.len() == left).then_some(())
        })
        .await;
    }
    let roster = files.ok(&["class", "roster", &id, "--all"]);
    let owed = |n: usize| roster["attendances"][n]["owed"]["minor"].clone();
    assert!(owed(0).is_null() && owed(1) == 1000, "{roster:#}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_given_a_place_by_hand_and_who_said_so_is_excused_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Studio 1", "--kind", "room"]);
    let start = format!("{}T08:00", day(20));
    let book = ["book", "--resource", "Studio 1", "--start", &start, "--minutes", "60"];
    let class = files.ok(&[book.as_slice(), &["--title", "Yoga", "--capacity", "1"]].concat());
    let id = class["booking_id"].as_str().unwrap();
    for (who, waits) in [("Tom Becker", false), ("Amara Okafor", true), ("Ben Fischer", true)] {
        files.ok(&["customer", "add", "--name", who]);
        let add = ["class", "add", id, who, "--waitlist"];
        files.ok(if waits { &add } else { &add[..4] });
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("roster-taken", "1/1, full", SOON).await;
    let promote = format!("{} {}", place("waitlisted"), test_id("roster-promote"));
    window.wait_count(&format!("{promote}:disabled"), 2, SOON).await;

    // There are more places. The first in the line has called: the second has it.
    window.type_into("roster-capacity", "2").await;
    window.click("roster-set-capacity").await;
    window.wait_text("roster-taken", "1/2, 1 free", SOON).await;
    picture(&window, "class-with-room").await;
    let ben = format!("{}:last-child {}", place("waitlisted"), test_id("roster-promote"));
    window.click_css(&ben).await;
    window.wait_text("roster-taken", "2/2, full", SOON).await;
    eventually_async("the one who called still waits", SOON, async || {
        let waits = window.texts(&place("waitlisted")).await;
        (waits.len() == 1 && waits[0].contains("Amara")).then_some(())
    })
    .await;

    // Who is excused keeps the place, and is expected again if that was a mistake.
    let tom = format!("{}:first-child {}", test_id("roster-place"), test_id("roster-more"));
    window.click_css(&tom).await;
    for (act, status) in
        [("roster-excused", "excused"), ("roster-reset", "booked"), ("roster-excused", "excused")]
    {
        window.click(act).await;
        let first = format!("{}:first-child[data-status='{status}']", test_id("roster-place"));
        window.wait_for(&first, SOON).await;
    }
    window.wait_text("roster-taken", "2/2, full", SOON).await;
    picture(&window, "class-excused").await;
    let roster = files.ok(&["class", "roster", id]);
    let status = |who: &str| {
        let all = roster["attendances"].as_array().unwrap();
        all.iter().find(|one| one["customer_name"] == who).unwrap()["status"].clone()
    };
    assert_eq!(status("Tom Becker"), "excused", "{roster:#}");
    assert_eq!(status("Ben Fischer"), "booked", "{roster:#}");
    assert_eq!(status("Amara Okafor"), "waitlisted", "{roster:#}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_waits_for_a_place_does_not_wear_the_sign_of_who_has_one_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Studio 1", "--kind", "room"]);
    for who in ["Tom Becker", "Amara Okafor"] {
        files.ok(&["customer", "add", "--name", who]);
    }
    for (title, hour, waits) in [("Yoga", "08:00", true), ("Pilates", "10:00", false)] {
        let start = format!("{}T{hour}", day(20));
        let book = ["book", "--resource", "Studio 1", "--start", &start, "--minutes", "60"];
        let class = files.ok(&[book.as_slice(), &["--title", title, "--capacity", "1"]].concat());
        let id = class["booking_id"].as_str().unwrap();
        if waits {
            files.ok(&["class", "add", id, "Tom Becker"]);
        }
        let add = ["class", "add", id, "Amara Okafor", "--waitlist"];
        files.ok(if waits { &add } else { &add[..4] });
    }
    let window = Window::open(files.replica()).await;
    window.click("nav-customers").await;
    window.type_into("customers-search", "Amara").await;
    window.wait_text("customer-row", "Amara Okafor", SOON).await;
    window.click("customer-row").await;
    window.wait_text("customer-card", "Pilates, Booked", SOON).await;
    window.wait_text("customer-card", "Yoga, Waits", SOON).await;
    let sign = "return [...document.querySelectorAll(`[data-testid='customer-card'] .row-button`)]
        .find(row => row.textContent.includes(arguments[0])).querySelector('path').getAttribute('d')";
    let waits = window.script(sign, vec!["Yoga".into()]).await;
    let has = window.script(sign, vec!["Pilates".into()]).await;
    assert!(waits.is_string() && waits != has, "{waits} and {has}");
    picture(&window, "customer-waits").await;
    window.close().await;
}

fn place(status: &str) -> String {
    format!("{}[data-status='{status}']", test_id("roster-place"))
}

async fn block_says(window: &Window, text: &str) -> bool {
    window.texts("[data-standing][data-booking]").await.iter().any(|block| block.contains(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_approved_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    add_service(&window, "Trial", &[]).await;
    window.click("service-row").await;
    window.click("service-needs_approval").await;
    window.click("service-save").await;
    window.wait_gone(&test_id("service-save"), SOON).await;

    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-service", "Trial").await;
    window.click("qb-request").await;
    save_booking(&window).await;
    window.wait_for("[data-booking][data-status='pending']", SOON).await;
    window.wait_text("requests-badge", "1", SOON).await;
    picture(&window, "pending").await;

    window.click("nav-requests").await;
    window.wait_text("request", "Tom Becker", SOON).await;
    window.click("request-approve").await;
    window.find_test_id("requests-empty").await;
    window.click("nav-day").await;
    window.wait_for("[data-booking][data-status='confirmed']", SOON).await;
    window.close().await;
}
