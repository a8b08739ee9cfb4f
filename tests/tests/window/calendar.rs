//! Dates on which something is closed or kept free, entered in the window.

use crate::hand::{begin, day, pick, picture};
use holdfast_tests::desk::Cli;
use holdfast_tests::window::{SOON, test_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_court_is_kept_free_every_week_and_each_booking_in_it_is_named_first() {
    let files = Cli::new();
    let window = begin(&files).await;
    // Nothing lies on the first date; on the second and the third something does.
    for (days, customer) in [(27, "Amara Okafor"), (34, "Tom Becker")] {
        let start = format!("{}T18:00", day(days));
        let book = ["book", "--resource", "Tennis Court 2", "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &["--customer", customer]].concat());
    }
    window.click("nav-calendar").await;
    window.click("dates-new").await;
    pick(&window, "dates-kind", "Kept free").await;
    pick(&window, "dates-resource", "Tennis Court 2").await;
    window.click("dates-all-day").await;
    for (field, text) in [
        ("dates-from", &*day(20)),
        ("dates-until", &*day(20)),
        ("dates-start", "18:00"),
        ("dates-end", "19:00"),
    ] {
        window.type_into(field, text).await;
        window.press("\t").await;
    }
    window.wait_text("dates-hit", "No bookings lie in it", SOON).await;
    window.type_into("dates-weeks", "3").await;
    window.wait_text("dates-hit", "2 bookings lie in it", SOON).await;
    window.wait_text("dates-hit", "Amara Okafor", SOON).await;
    window.wait_text("dates-hit", "Tom Becker", SOON).await;
    picture(&window, "kept-free").await;
    window.click("dates-save").await;
    window.wait_gone(&test_id("dates-form"), SOON).await;
    assert_eq!(window.texts(&test_id("exception-row")).await.len(), 3);
    window.close().await;
}
