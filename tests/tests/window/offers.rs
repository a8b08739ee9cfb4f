//! What is sold is told apart by its colour and its place in lists, and no picture of anybody is
//! fetched from anywhere: in the window.

use crate::hand::{block_of, day, fill_booking, jump_to, pick, picture, save_booking};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use serde_json::{Value, json};
use std::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn services_stand_in_their_order_and_bookings_wear_their_colours_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&init);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tom Becker"]);
    // By name they would come the other way round.
    for (name, place, colour) in
        [("A lesson", "3", "#c0392b"), ("B match", "2", "#1e8449"), ("C party", "1", "")]
    {
        let service = ["service", "add", "--name", name, "--minutes", "60", "--position", place];
        files.ok(&[service.as_slice(), &["--colour", colour]].concat());
    }
    for (name, place) in [("A card", "2"), ("B card", "1"), ("C card", "3")] {
        let card = ["product", "add", "--name", name, "--credits", "5", "--validity-days", "9"];
        let first: &[&str] = if name == "C card" { &["--popular"] } else { &[] };
        files.ok(&[card.as_slice(), &["--position", place], first].concat());
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;

    window.click("nav-catalogue").await;
    window.find_test_id("service-row").await;
    let names = window.texts(&format!("{} b", test_id("service-row"))).await;
    assert_eq!(names, ["C party", "B match", "A lesson"]);
    let swatches = format!("{} .swatch", test_id("service-row"));
    let green_red = json!(["rgb(30, 132, 73)", "rgb(192, 57, 43)"]);
    assert_eq!(colours(&window, &swatches, "backgroundColor", "").await, green_red);

    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Court 1", "10:00", "11:00", "Tom Becker").await;
    let offered = window.texts(&format!("{} option", test_id("qb-service"))).await;
    assert_eq!(offered[1..], ["C party", "B match", "A lesson"]);
    pick(&window, "qb-service", "A lesson").await;
    save_booking(&window).await;
    block_of(&window, "A lesson").await;
    fill_booking(&window, "Court 1", "12:00", "13:00", "Tom Becker").await;
    pick(&window, "qb-service", "C party").await;
    save_booking(&window).await;
    block_of(&window, "C party").await;
    let hues = json!(["#c0392b", ""]);
    eventually_async("each block has the colour of what was sold", SOON, async || {
        let script = "return [...document.querySelectorAll('[data-booking]')]
            .sort((a, b) => a.offsetTop - b.offsetTop)
            .map(block => block.style.getPropertyValue('--service').trim())";
        (window.script(script, vec![]).await == hues).then_some(())
    })
    .await;
    let painted = colours(&window, "[data-booking]", "backgroundImage", "::before").await;
    picture(&window, "service-colours").await;
    let red = |it: &Value| it.as_str().unwrap().contains("rgb(192, 57, 43)");
    assert_eq!(painted.as_array().unwrap().iter().filter(|it| red(it)).count(), 1, "{painted}");

    // Cards are offered in their order, too, after the one that is to be shown first.
    window.click("nav-customers").await;
    window.click("customer-row").await;
    window.click("package-sell").await;
    let option = format!("{} option", test_id("package-product"));
    window.wait_count(&option, 3, SOON).await;
    let cards = window.texts(&option).await;
    let firsts: Vec<_> = cards.iter().map(|card| &card.trim()[..6]).collect();
    assert_eq!(firsts, ["C card", "B card", "A card"]);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_picture_of_anybody_is_fetched_from_anywhere_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&init);
    let camera = TcpListener::bind("127.0.0.1:0").unwrap();
    camera.set_nonblocking(true).unwrap();
    let photo = format!("http://{}/ann.png", camera.local_addr().unwrap());
    files.ok(&["customer", "add", "--name", "Ann", "--photo-url", &photo]);
    files.ok(&["staff", "add", "--name", "Ben", "--role", "instructor", "--photo-url", &photo]);
    let class = ["event", "add", "--title", "Yoga", "--capacity", "3"];
    files.ok(&[class.as_slice(), &["--image-url", &photo]].concat());
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;

    // Everywhere that such an address is, it is text.
    window.click("nav-customers").await;
    window.click("customer-row").await;
    window.wait_text("customer-card", "Ann", SOON).await;
    window.click("nav-staff").await;
    window.click_css(&format!("{}:nth-of-type(1)", test_id("staff-row"))).await;
    eventually_async("the form has the address", SOON, async || {
        let value = "return document.querySelector(`[data-testid='staff-photo_url']`)?.value";
        (window.script(value, vec![]).await == *photo).then_some(())
    })
    .await;
    // One that is no address is not kept.
    window.type_into("staff-photo_url", "javascript:alert(1)").await;
    window.click("staff-save").await;
    window.wait_text("staff", "it is not an address that begins with http", SOON).await;
    window.click("nav-catalogue").await;
    window.click("catalogue-tab-event").await;
    window.click("event-row").await;
    window.find_test_id("event-image_url").await;
    let pictures = "return [...document.images].filter(it => it.src !== '').length
        + document.querySelectorAll(`a[href^='javascript'], iframe, object, embed`).length";
    assert_eq!(window.script(pictures, vec![]).await, 0);
    assert!(camera.accept().is_err(), "nobody asked for it");

    // And if ever one slipped in, the window would not fetch it, nor run it.
    let slip = "const [url, done] = arguments;
        document.addEventListener('securitypolicyviolation',
            event => done([event.effectiveDirective, event.blockedURI]));
        document.body.append(Object.assign(new Image(), {src: url}))";
    let answer = window.client().execute_async(slip, vec![json!(photo)]).await.unwrap();
    assert_eq!(answer, json!(["img-src", photo]));
    assert!(camera.accept().is_err(), "nobody asked for it");
    window.close().await;
}

/// What is painted of every match, or of the `part` of it that is only there to be painted.
async fn colours(window: &Window, css: &str, property: &str, part: &str) -> Value {
    let script = "return [...document.querySelectorAll(arguments[0])]
        .map(it => getComputedStyle(it, arguments[2])[arguments[1]])";
    window.script(script, vec![json!(css), json!(property), json!(part)]).await
}
