//! Bookings that recur: made, moved, called off together: in the window.

use crate::hand::{
    begin, block_of, day, fill_booking, jump_to, keyboard_is_at, pick, picture, save_booking,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::{eventually, eventually_async};
use holdfast_tests::window::{SOON, Window, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_made_around_what_is_taken_and_called_off_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    jump_to(&window, &day(27)).await;
    crate::hand::book(&window, "Squash Court", "10:00", "11:00", "Amara Okafor").await;
    jump_to(&window, &day(20)).await;

    // The second of four weeks is taken: it is left out, and said before the click.
    fill_booking(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-repeat", "Every week").await;
    window.type_into("qb-repeat-times", "4").await;
    window.wait_text("qb-dates", "3 bookings", SOON).await;
    window.wait_text("qb-skipped", "taken", SOON).await;
    picture(&window, "series-before-the-click").await;
    save_booking(&window).await;
    jump_to(&window, &day(34)).await;
    assert_eq!(block_of(&window, "Tom Becker").await, "committed");

    // This and those after it are called off; the first stays.
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("detail-panel", "Every week, 4 times", SOON).await;
    window.wait_text("detail-skipped", "taken", SOON).await;
    window.click("detail-cancel").await;
    pick(&window, "series-scope", "This and those after it").await;
    window.type_into("cancel-reason", "Summer").await;
    picture(&window, "series-cancel").await;
    window.click("cancel-confirm").await;
    for (days, left) in [(34, 0), (41, 0), (20, 1)] {
        jump_to(&window, &day(days)).await;
        eventually_async(&format!("{left} are left on day {days}"), SOON, async || {
            (window.all("[data-standing][data-booking]").await.len() == left).then_some(())
        })
        .await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_for_which_there_is_room_on_no_date_is_not_begun_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    for days in [20, 27] {
        jump_to(&window, &day(days)).await;
        crate::hand::book(&window, "Squash Court", "10:00", "11:00", "Amara Okafor").await;
    }
    let booked = || files.ok(&["list"])["bookings"].as_array().unwrap().len();
    let before = booked();
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-repeat", "Every week").await;
    window.type_into("qb-repeat-times", "2").await;
    let first: chrono::NaiveDate = day(20).parse().unwrap();
    let taken = first.format("is taken from 10:00 to 11:00 on %a %-d %b %Y").to_string();
    window.wait_text("qb-refusal", &taken, SOON).await;
    picture(&window, "series-no-room").await;
    window.click("qb-save").await;
    window.wait_text("quick-panel", &taken, SOON).await;
    // A week more, and there is one on which it can begin.
    window.type_into("qb-repeat-times", "3").await;
    window.wait_text("qb-dates", "1 booking", SOON).await;
    picture(&window, "series-some-room").await;
    assert_eq!(booked(), before);
    save_booking(&window).await;
    jump_to(&window, &day(34)).await;
    assert_eq!(block_of(&window, "Tom Becker").await, "committed");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_was_left_out_is_booked_later_and_the_rest_is_moved_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tom Becker"]);
    let at = |days| format!("{}T10:00", day(days));
    let court = ["--resource", "Court 1", "--minutes", "60"];
    let other = files.ok(&[["book", "--start", &at(27)].as_slice(), &court].concat());
    let rule = ["--rrule", "FREQ=WEEKLY;COUNT=4", "--on-conflict", "skip"];
    let series = ["series", "book", "--start", &at(20), "--customer", "Tom Becker"];
    let series = files.ok(&[series.as_slice(), &court, &rule].concat());
    let series = series["series_id"].as_str().unwrap();

    // While it is taken, trying again says so; when it is free, there is room for it.
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(34)).await;
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("detail-skipped", "taken", SOON).await;
    window.click("book-skipped").await;
    window.wait_text("detail-problem", "taken", SOON).await;
    picture(&window, "skipped-again").await;
    files.ok(&["cancel", other["booking_id"].as_str().unwrap(), "--reason", "Rain"]);
    window.click("book-skipped").await;
    window.wait_gone(&test_id("detail-skipped"), SOON).await;
    assert!(window.all(&test_id("detail-problem")).await.is_empty(), "it is done");
    assert_eq!(starts(&files, series), [at(20), at(27), at(34), at(41)]);

    // From the third on they are two hours later.
    window.click("detail-move").await;
    for (field, text) in [("move-start", "12:00"), ("move-end", "13:00")] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    pick(&window, "series-scope", "This and those after it").await;
    picture(&window, "series-move").await;
    window.click("move-save").await;
    window.wait_gone(&test_id("move-form"), SOON).await;
    window.wait_text("detail-panel", "12:00", SOON).await;
    let later = |days| format!("{}T12:00", day(days));
    assert_eq!(starts(&files, series), [at(20), at(27), later(34), later(41)]);
    jump_to(&window, &day(41)).await;
    window.wait_text("board", "12:00", SOON).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_has_none_of_it_on_days_that_are_left_out_by_hand_in_the_window() {
    const ENTER: &str = "\u{e007}";
    let chips = "[data-testid='qb-except-chip']";
    let files = Cli::new();
    let window = begin(&files).await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Squash Court", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-repeat", "Every week").await;
    window.type_into("qb-repeat-times", "5").await;
    window.wait_text("qb-dates", "5 bookings", SOON).await;

    // By the keyboard alone: Enter adds a day and does not book yet, Backspace takes the last out.
    window.type_into("qb-except", &short(27)).await;
    for days in [34, 41] {
        window.press(ENTER).await;
        window.press(&day(days)).await;
    }
    window.press(ENTER).await;
    window.wait_text("qb-dates", "2 bookings", SOON).await;
    window.wait_count(chips, 3, SOON).await;
    window.press("\u{e003}").await;
    window.wait_text("qb-dates", "3 bookings", SOON).await;

    // A day on which there is none anyway is said, and what is no day is not sent.
    window.press(&day(35)).await;
    window.press("\t").await;
    let chip = format!("{chips}:last-child");
    let written = window.texts(&chip).await[0].trim().to_owned();
    window.wait_text("qb-warning", &format!("none of it on {written} that"), SOON).await;
    let chips_in_sight = "document.querySelector(`[data-testid='qb-conflict']`).scrollIntoView()";
    window.script(chips_in_sight, vec![]).await;
    picture(&window, "series-except").await;
    window.click_css(&chip).await;
    window.wait_gone(&test_id("qb-warning"), SOON).await;
    window.press("whenever").await;
    window.press(ENTER).await;
    eventually_async("it is no date", SOON, async || {
        let says = window.texts(".field:has([data-testid='qb-except']) .field-error").await;
        (says == ["Write a date like 2026-11-20"]).then_some(())
    })
    .await;
    picture(&window, "series-except-misread").await;
    // A day that is left out already is one of them, not two.
    window.type_into("qb-except", &day(27)).await;
    window.press(ENTER).await;
    window.wait_count(chips, 2, SOON).await;
    save_booking(&window).await;
    jump_to(&window, &day(41)).await;
    assert_eq!(block_of(&window, "Tom Becker").await, "committed");

    let listed = files.ok(&["list", "--from", &day(20), "--to", &day(48)]);
    let rows = listed["bookings"].as_array().unwrap().iter();
    let of_series = rows.filter(|row| row["customer_name"] == "Tom Becker");
    let mut booked: Vec<&str> =
        of_series.map(|row| &row["local_start"].as_str().unwrap()[..10]).collect();
    booked.sort_unstable();
    assert_eq!(booked, [day(20), day(41), day(48)]);
    window.close().await;
}

/// A day as people write it in a hurry: the next of that name.
fn short(days: u64) -> String {
    let day = day(days);
    format!("{}.{}.", &day[8..], &day[5..7])
}

/// When the bookings of a series start, on the wall.
fn starts(files: &Cli, series: &str) -> Vec<String> {
    let shown = files.ok(&["series", "show", series]);
    let rows = shown["bookings"].as_array().unwrap().iter();
    let mut starts: Vec<_> =
        rows.map(|row| row["local_start"].as_str().unwrap()[..16].into()).collect();
    starts.sort_unstable();
    starts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_series_is_booked_on_its_other_dates_in_the_window() {
    let database = Cluster::shared().database("window_rest");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let (a, b) = (Cli::new(), Cli::new());
    a.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/London"]);
    a.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    a.ok(&["customer", "add", "--name", "Tracy Smith"]);
    a.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    b.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", Some("Riverside"))]);
    let start = format!("{}T10:00", day(20));
    let series = ["series", "book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    b.ok(&[series.as_slice(), &["--rrule", "FREQ=WEEKLY;COUNT=6", "--title", "League"]].concat());
    for days in [27, 34, 41, 48] {
        let taken = format!("{}T10:30", day(days));
        let book = ["book", "--resource", "Court 1", "--start", &taken, "--minutes", "60"];
        a.ok(&[book.as_slice(), &["--customer", "Tracy Smith"]].concat());
    }
    a.ok(&["sync"]);
    assert_eq!(b.ok(&["sync"])["refused"], 1);

    let window = Window::open(b.replica()).await;
    window.click("nav-inbox").await;
    window.wait_text("held-by", "Tracy Smith", SOON).await;
    let names_those_taken = |said: &str| {
        for (days, named) in [(20, false), (27, true), (34, true), (41, true), (48, false)] {
            let date = chrono::NaiveDate::parse_from_str(&day(days), "%Y-%m-%d").unwrap();
            assert_eq!(
                said.contains(&date.format("%a %-d %b").to_string()),
                named,
                "{days}: {said}"
            );
        }
        assert!(said.contains("and 1 more"), "{said}");
    };
    names_those_taken(&window.text("inbox-skipped").await);
    picture(&window, "inbox-series").await;
    window.click("open-day").await;
    window.wait_for(&format!("[data-testid='date-title'][data-date='{}']", day(27)), SOON).await;
    block_of(&window, "Tracy Smith").await;
    // The room with the button has gone: one goes on in the day, and down at its first booking.
    keyboard_is_at(&window, "board").await;
    window.press("\u{e015}").await;
    window.wait_for("[data-booking]:focus", SOON).await;
    window.click("nav-inbox").await;
    window.click("book-rest").await;
    window.wait_text("toast", "Booked on 2 dates. Left out: ", SOON).await;
    names_those_taken(&window.text("toast").await);
    window.find_test_id("inbox-empty").await;
    window.close().await;
    // It may be at it still.
    eventually("the desk syncs", SOON, || (b.run(&["sync"]).code == 0).then_some(()));
    let listed = b.ok(&["list", "--from", &day(20), "--to", &day(60)])["bookings"].clone();
    let booked = listed.as_array().unwrap().iter().filter(|it| it["title"] == "League");
    let stands: Vec<&str> = booked.map(|it| it["standing"].as_str().unwrap()).collect();
    assert_eq!(stands, ["committed"; 2]);
}
