//! Somebody leaves: their bookings are given away, and they are offered no more: in the window.

use crate::hand::{
    be_as_large_as, begin, block_of, book, day, jump_to, pick, picture, sign_in, take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn the_bookings_of_who_leaves_are_given_away_and_they_are_not_offered_any_more_in_the_window()
{
    let files = Cli::new();
    let window = begin(&files).await;
    // Two coaches, each somebody who works here; nothing of the sample is in the way.
    window.click("nav-staff").await;
    for who in ["Lena Sommer", "Milan Adler"] {
        window.click("staff-new").await;
        window.type_into("staff-name", who).await;
        pick(&window, "staff-role", "Instructor").await;
        window.click("staff-save").await;
        window.wait_gone(&test_id("staff-save"), SOON).await;
    }
    window.click("nav-catalogue").await;
    window.click("catalogue-tab-resource").await;
    for who in ["Lena Sommer", "Milan Adler"] {
        window.click("resource-new").await;
        window.type_into("resource-name", &format!("Coach {who}")).await;
        pick(&window, "resource-kind", "Instructor").await;
        pick(&window, "resource-staff_id", who).await;
        window.click("resource-save").await;
        window.wait_gone(&test_id("resource-save"), SOON).await;
    }
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    book(&window, "Coach Lena Sommer", "10:00", "11:00", "Tom Becker").await;
    book(&window, "Coach Lena Sommer", "12:00", "13:00", "Ben Fischer").await;
    book(&window, "Coach Milan Adler", "12:30", "13:30", "Amara Okafor").await;

    // She leaves. What fits is given to him; what does not stays, with the reason.
    window.click("nav-staff").await;
    window.click_css(&format!("{}:nth-of-type(1)", test_id("staff-row"))).await;
    window.wait_text("staff", "Lena Sommer", SOON).await;
    window.click("staff-active").await;
    window.click("staff-save").await;
    window.wait_gone(&test_id("staff-save"), SOON).await;
    window.click("staff-row").await;
    window.wait_text("staff-bookings", "Tom Becker", SOON).await;
    pick(&window, "staff-to", "Coach Milan Adler").await;
    window.click("staff-hand-over").await;
    window.wait_text("staff-left", "taken", SOON).await;
    picture(&window, "staff-hand-over").await;
    eventually_async("only what does not fit is left", SOON, async || {
        let left = window.texts(&test_id("staff-booking")).await;
        (left.len() == 1 && left[0].contains("Ben Fischer")).then_some(())
    })
    .await;

    // Her column is there only for what is left; she is offered for nothing new.
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    block_of(&window, "Ben Fischer").await;
    window.click("new-booking").await;
    let offered = window.texts(&format!("{} option", test_id("qb-resource"))).await;
    assert!(offered.iter().any(|name| name.contains("Milan")), "{offered:?}");
    assert!(!offered.iter().any(|name| name.contains("Lena Sommer")), "{offered:?}");
    jump_to(&window, &day(21)).await;
    eventually_async("a day without bookings of hers has no column of hers", SOON, async || {
        let heads = window.texts("[data-testid^='column-']").await;
        (!heads.iter().any(|head| head.contains("Lena Sommer"))).then_some(())
    })
    .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_of_who_leaves_is_given_away_by_itself_and_keeps_its_court_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    for court in ["Court 1", "Court 2"] {
        files.ok(&["resource", "add", "--name", court, "--kind", "court"]);
    }
    for who in ["Lena", "Milan", "Nora"] {
        files.ok(&["staff", "add", "--name", who, "--role", "instructor"]);
        let coach = ["resource", "add", "--name", who, "--kind", "instructor", "--staff", who];
        files.ok(&coach);
    }
    for (hour, court, coach, title) in [
        ("10:00", "Court 1", "Lena", "Serve"),
        ("12:00", "Court 1", "Lena", "Volley"),
        ("12:30", "Court 2", "Milan", "Smash"),
    ] {
        let start = format!("{}T{hour}", day(20));
        let book = ["book", "--start", &start, "--minutes", "60", "--title", title];
        files.ok(&[book.as_slice(), &["--resource", court, "--resource", coach]].concat());
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    window.click("nav-staff").await;
    window.wait_text("staff", "Lena", SOON).await;
    window.click_css(&format!("li:first-child {}", test_id("staff-row"))).await;
    window.wait_text("staff-bookings", "with Court 1", SOON).await;

    // The one that does not fit stays, with the reason; somebody else takes it.
    let volley = &format!("{}:last-child", test_id("staff-booking"));
    window.wait_text("staff-bookings", "Volley", SOON).await;
    window.click_css(&format!("{volley} {}", test_id("staff-hand-one"))).await;
    pick(&window, "staff-one-to", "Milan").await;
    window.click("staff-one-give").await;
    window.wait_text("staff-left", "taken", SOON).await;
    picture(&window, "staff-give-one").await;
    pick(&window, "staff-one-to", "Nora").await;
    window.click("staff-one-give").await;
    eventually_async("only the other one is left", SOON, async || {
        let left = window.texts(&test_id("staff-booking")).await;
        (left.len() == 1 && left[0].contains("Serve")).then_some(())
    })
    .await;
    assert_eq!(taken(&files), ["Serve: Court 1, Lena", "Volley: Court 1, Nora"]);

    // Opened, it is moved the same way: another coach and another court, each by itself.
    window.click_css(&format!("{} .row-button", test_id("staff-booking"))).await;
    window.click("detail-move").await;
    window.find_test_id("move-also").await;
    choose_instead(&window, "Lena", "Milan").await;
    choose_instead(&window, "Court 1", "Court 2").await;
    picture(&window, "move-several").await;
    window.click("move-save").await;
    window.wait_gone(&test_id("move-form"), SOON).await;
    assert_eq!(taken(&files), ["Serve: Court 2, Milan", "Volley: Court 1, Nora"]);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owns_the_place_is_for_owners_to_say_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&[init.as_slice(), &["--owner", "Olga"]].concat());
    files.ok(&["staff", "add", "--name", "Mona", "--role", "manager"]);
    for args in [["pin", "set", "Olga"].as_slice(), &["sign-in", "Olga"], &["pin", "set", "Mona"]] {
        assert_eq!(files.type_in(args, "2468").code, 0, "{args:?}");
    }
    files.ok(&["sign-out"]);
    let window = Window::open(files.replica()).await;
    let save = test_id("staff-save");
    let pin = test_id("staff-pin");

    // A manager reads an owner, with the reason, and is offered nothing that would be refused.
    sign_in(&window, "Mona").await;
    window.click("nav-staff").await;
    window.click_css(&format!("li:has(+ li) {}", test_id("staff-row"))).await;
    window.find_test_id("staff-save").await;
    window.wait_count(&pin, 1, SOON).await;
    window.click_css(&format!("li:last-child {}", test_id("staff-row"))).await;
    window.wait_text("staff-kept", "Only an owner", SOON).await;
    picture(&window, "staff-owner-read").await;
    for refused in [&save, &pin] {
        assert!(window.all(refused).await.is_empty(), "{refused}");
    }
    let enabled = format!("{}:enabled", test_id("staff-name"));
    assert!(window.all(&enabled).await.is_empty(), "the name is only read");
    // Esc closes it all the same, and nobody new is offered to be an owner.
    window.press("\u{e00c}").await;
    window.wait_gone(&test_id("staff-kept"), SOON).await;
    window.click("staff-new").await;
    let roles = window.texts(&format!("{} option", test_id("staff-role"))).await;
    assert_eq!(roles, ["Manager", "Front desk", "Instructor"]);

    sign_in(&window, "Olga").await;
    window.click("nav-staff").await;
    window.click_css(&format!("li:last-child {}", test_id("staff-row"))).await;
    window.find_test_id("staff-save").await;
    window.wait_count(&pin, 1, SOON).await;
    window.close().await;
}

/// In the form that moves a booking, another resource in the place of one that it takes.
async fn choose_instead(window: &Window, was: &str, becomes: &str) {
    let script = "return [...document.querySelectorAll(`[data-testid='move-form'] select`)]
        .find(one => one.selectedOptions[0]?.label === arguments[0])?.dataset.testid";
    let found = window.script(script, vec![was.into()]).await;
    pick(window, found.as_str().unwrap(), becomes).await;
}

/// What each of the two lessons takes.
fn taken(files: &Cli) -> Vec<String> {
    let listed = files.ok(&["list", "--from", &day(20), "--to", &day(20)]);
    let rows = listed["bookings"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["title"] != "Smash").map(|row| {
        let names = row["resources"].as_array().unwrap().iter();
        let mut names: Vec<_> = names.map(|one| one["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        format!("{}: {}", row["title"].as_str().unwrap(), names.join(", "))
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_saves_the_record_sticks_to_the_edge_and_set_pin_stands_below_its_field() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["staff", "add", "--name", "Ines Maria", "--role", "instructor"]);
    let window = Window::open(files.replica()).await;
    be_as_large_as(&window, 1024, 600).await;
    window.click("nav-staff").await;
    window.click("staff-row").await;
    take_keyboard_to(&window, "staff-pin").await;
    picture(&window, "set-pin").await;
    // However far it is scrolled: Save lies over whatever goes by, and nothing else over anything.
    let over = "const side = document.querySelector(`[data-testid='staff'] .side`);
        const box = id => document.querySelector(`[data-testid='${id}']`).getBoundingClientRect();
        const over = [];
        for (let top = 0; top <= side.scrollHeight - side.clientHeight; top += 5) {
            side.scrollTop = top;
            if (box('staff-pin-set').top < box('staff-pin').bottom) over.push(top);
        }
        return [side.scrollHeight - side.clientHeight, over]";
    let (scrolls, over): (f64, Vec<f64>) =
        serde_json::from_value(window.script(over, vec![]).await).unwrap();
    assert!(scrolls > 50.0, "there is something to scroll: {scrolls}");
    assert!(over.is_empty(), "Set PIN lies over its field where it is scrolled by {over:?}");
    let sticks = "return [...document.querySelectorAll(`[data-testid='staff'] .side .acts`)]
        .filter(acts => getComputedStyle(acts).position === 'sticky')
        .map(acts => acts.querySelector('button').dataset.testid)";
    assert_eq!(window.script(sticks, vec![]).await, serde_json::json!(["staff-save"]));
    window.close().await;
}
