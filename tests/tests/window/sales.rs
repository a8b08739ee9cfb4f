//! What is sold, and how it is paid: in the window.

use crate::hand::{
    add_service, begin, block_of, day, fill_booking, jump_to, nothing_waits, pick, picture,
    save_booking,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_booked_and_paid_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    add_service(&window, "Massage", &[("duration_minutes", "90"), ("price", "65")]).await;
    picture(&window, "catalogue").await;

    // What is sold says how long it takes and what it costs.
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Treatment Room", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-service", "Massage").await;
    window.wait_text("qb-terms", "65.00 EUR", SOON).await;
    picture(&window, "quick-booking-of-a-service").await;
    save_booking(&window).await;
    let block = format!("{}[data-service='true']", "[data-standing][data-booking]");
    assert_eq!(block_of(&window, "Massage").await, "committed");

    // It is owed, and paid in two goes.
    window.click_css(&block).await;
    window.wait_text("owed", "65.00 EUR is owed", SOON).await;
    for (amount, owed) in [("20", "45.00 EUR is owed"), ("45", "Paid in full")] {
        window.click("take-payment").await;
        window.type_into("payment-amount", amount).await;
        window.click("payment-save").await;
        window.wait_text("owed", owed, SOON).await;
    }
    picture(&window, "detail-paid").await;
    window.click("history-booking").await;
    window.wait_for(&test_id("history-line"), SOON).await;

    let listed = files.ok(&["list", "--from", &day(20), "--to", &day(20)]);
    assert_eq!(listed["bookings"][0]["service_name"], "Massage", "{listed}");
    assert_eq!(listed["bookings"][0]["price"]["minor"], 6500, "{listed}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_sold_and_used_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    add_service(&window, "Lesson", &[("price", "40"), ("credits", "1")]).await;
    window.click("catalogue-tab-product").await;
    window.click("product-new").await;
    window.type_into("product-name", "Ten lessons").await;
    window.type_into("product-price", "360").await;
    window.click("product-save").await;
    window.wait_for(&test_id("product-row"), SOON).await;

    // It is sold to a customer.
    window.click("nav-customers").await;
    window.type_into("customers-search", "Tom Bec").await;
    window.wait_text("customer-row", "Tom Becker", SOON).await;
    window.click("customer-row").await;
    window.click("package-sell").await;
    window.click("package-sell-confirm").await;
    window.wait_text("package-balance", "10 credits left", SOON).await;

    // It pays for the next lesson without being asked for.
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    fill_booking(&window, "Coach Lena", "10:00", "11:00", "Tom Becker").await;
    pick(&window, "qb-service", "Lesson").await;
    window.wait_text("qb-terms", "Ten lessons pays 1 credit; 9 left.", SOON).await;
    save_booking(&window).await;

    window.click("nav-customers").await;
    window.wait_text("package-balance", "9 credits left", SOON).await;
    window.click_css(&format!("{} summary", test_id("package"))).await;
    window
        .wait_for(&format!("{} + {}", test_id("ledger-line"), test_id("ledger-line")), SOON)
        .await;
    picture(&window, "customer-with-package").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_given_back_with_a_reason_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    let start = format!("{}T10:00", day(20));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let booked = files.ok(&[book.as_slice(), &["--title", "Match", "--price", "24.00"]].concat());
    let id = booked["booking_id"].as_str().unwrap();
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    jump_to(&window, &day(20)).await;
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("owed", "24.00 EUR is owed", SOON).await;
    assert!(window.all(&test_id("refund")).await.is_empty(), "nothing was paid yet");
    files.ok(&["booking", "pay", id, "--amount", "24.00", "--method", "card"]);
    window.wait_text("owed", "Paid in full", SOON).await;

    // What was paid is proposed, and no more than that is given back.
    window.click("refund").await;
    window.type_into("payment-amount", "25").await;
    window.type_into("payment-note", "Rain").await;
    window.click("payment-save").await;
    window.wait_text("payment-form", "At most 24.00 EUR", SOON).await;
    picture(&window, "refund").await;
    window.type_into("payment-amount", "10").await;
    window.click("payment-save").await;
    window.wait_text("owed", "10.00 EUR is owed", SOON).await;
    window.wait_text("payments", "10.00 EUR, given back, Card, Rain", SOON).await;
    picture(&window, "refunded").await;
    let paid = files.ok(&["payments", id]);
    let back = paid["payments"].as_array().unwrap().iter().find(|one| one["refund"] == true);
    let back = back.unwrap_or_else(|| panic!("{paid:#}"));
    assert_eq!((&back["amount"]["minor"], &back["note"]), (&1000.into(), &"Rain".into()));
    window.close().await;
}

/// Figures have one meaning, whoever reads them; and what has none stays where it was typed.
#[tokio::test(flavor = "multi_thread")]
async fn an_amount_means_in_the_window_what_it_means_at_the_command_line() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Budapest"];
    files.ok(&[init.as_slice(), &["--currency", "HUF"]].concat());
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    for text in ["25", "1,234", "25.505", "1.234,50", "$ 25", "25.5"] {
        window.click("nav-catalogue").await;
        window.click("service-new").await;
        window.type_into("service-name", &format!("window {text}")).await;
        window.type_into("service-price", text).await;
        window.click("service-save").await;
        window.wait_gone(&test_id("service-save"), SOON).await;
        let add = ["service", "add", "--name", &format!("typed {text}"), "--minutes", "60"];
        files.ok(&[add.as_slice(), &["--price", text]].concat());
        let price = |by: &str| price_of(&files, &format!("{by} {text}"));
        assert_eq!(price("window"), price("typed"), "{text}");
    }
    assert_eq!(price_of(&files, "window 25"), json!({ "minor": 2500, "currency": "HUF" }));
    window.wait_text("catalogue", "1234.50 HUF", SOON).await;

    // What is no amount is refused at its field, and is still there to be put right.
    window.click("service-new").await;
    window.type_into("service-name", "Lesson").await;
    for text in ["1.2.3", "500,5 JPY"] {
        window.type_into("service-price", text).await;
        window.click("service-save").await;
        says_at(&window, "service-price", "not an amount").await;
        assert_eq!(window.value("service-price").await, text);
    }
    picture(&window, "price-refused").await;
    window.type_into("service-price", "40").await;
    window.click("service-save").await;
    window.wait_gone(&test_id("service-save"), SOON).await;
    window.click_css(&format!("{}:first-child button", "[data-testid='catalogue'] .rows li")).await;
    window.type_into("service-price", "1 200,5").await;
    window.click("service-save").await;
    window.wait_text("catalogue", "1200.50 HUF", SOON).await;

    // So is what was taken.
    let start = format!("{}T10:00", day(20));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let booked = files.ok(&[book.as_slice(), &["--price", "1.234,50"]].concat());
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    window.click_css("[data-standing][data-booking]").await;
    window.wait_text("owed", "1234.50 HUF is owed", SOON).await;
    window.click("take-payment").await;
    assert_eq!(window.value("payment-amount").await, "1234.50 HUF", "what is owed is proposed");
    for (text, says) in [("all", "not"), ("$ 5", "paid in HUF")] {
        window.type_into("payment-amount", text).await;
        window.click("payment-save").await;
        says_at(&window, "payment-amount", says).await;
        assert_eq!(window.value("payment-amount").await, text);
    }
    picture(&window, "payment-refused").await;
    window.type_into("payment-amount", "1,300").await;
    window.click("payment-save").await;
    window.wait_text("owed", "65.50 HUF too much was paid", SOON).await;
    let paid = files.ok(&["payments", booked["booking_id"].as_str().unwrap()]);
    assert_eq!(paid["payments"][0]["amount"]["minor"], 130_000, "{paid:#}");
    window.close().await;
}

/// The price of a service, as the command line shows it.
fn price_of(files: &Cli, name: &str) -> Value {
    let listed = files.ok(&["service", "list"]);
    let named = listed["services"].as_array().unwrap().iter().find(|it| it["name"] == name);
    named.unwrap_or_else(|| panic!("{name}: {listed:#}"))["price"].clone()
}

/// Waits until a field says what is wrong with it.
async fn says_at(window: &Window, field: &str, says: &str) {
    let error = format!(".field:has({}) .field-error", test_id(field));
    eventually_async(&format!("{field} says {says}"), SOON, async || {
        window.texts(&error).await.iter().any(|text| text.contains(says)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_are_put_right_and_written_off_in_the_window() {
    let database = Cluster::shared().database("window_credits");
    let hq = Headquarters::start(&database);
    hq.create_org("Club");
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["customer", "add", "--name", "Tom Becker"]);
    let product = ["product", "add", "--name", "Ten lessons", "--credits", "10"];
    files.ok(&[product.as_slice(), &["--validity-days", "9"]].concat());
    let sell = ["package", "sell", "--product", "Ten lessons", "--customer", "Tom Becker"];
    files.ok(&sell);
    // A desk alone writes off what is over by itself: this one has a headquarters, which does.
    files.ok(&["enrol", "--hq", &hq.url(), "--code", &hq.pair("Club", None)]);
    files.ok(&[sell.as_slice(), &["--from", "2020-01-01"]].concat());

    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    window.click("nav-customers").await;
    window.wait_text("customer-row", "Tom Becker", SOON).await;
    window.click("customer-row").await;
    window.find_test_id("package").await;
    let of = |which: &str, id: &str| format!("{}:{which} {}", test_id("package"), test_id(id));
    let (new, old) = ("first-of-type", "last-of-type");
    window.click_css(&format!("{}:{new} summary", test_id("package"))).await;
    // More than there is cannot be taken away.
    let write = async |id: &str, text: &str| {
        let field = window.wait_for(&of(new, id), SOON).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    };
    write("correct-by", "-12").await;
    write("correct-why", "Counted twice").await;
    window.click_css(&of(new, "correct-save")).await;
    window.wait_text("correct-problem", "10", SOON).await;
    picture(&window, "credits-correct").await;
    write("correct-by", "-3").await;
    window.click_css(&of(new, "correct-save")).await;
    eventually_async("seven are left", SOON, async || {
        let says = window.texts(&of(new, "package-balance")).await;
        (says == ["7 credits left"]).then_some(())
    })
    .await;
    eventually_async("the ledger says why", SOON, async || {
        let lines = window.texts(&of(new, "ledger-line")).await;
        lines.iter().any(|line| line.contains("Counted twice")).then_some(())
    })
    .await;
    assert!(window.all(&of(new, "package-expire")).await.is_empty(), "its time is not over");

    window.click_css(&format!("{}:{old} summary", test_id("package"))).await;
    window.wait_for(&of(old, "package-expire"), SOON).await;
    picture(&window, "credits-over").await;
    window.click_css(&of(old, "package-expire")).await;
    window.wait_gone(&of(old, "package-expire"), SOON).await;
    eventually_async("nothing of it is left", SOON, async || {
        let says = window.texts(&of(old, "package-balance")).await;
        (says == ["0 credits left"]).then_some(())
    })
    .await;
    picture(&window, "credits-written-off").await;
    nothing_waits(&window).await;
    let left = database.run("select string_agg(balance::text, ' ' order by balance) from packages");
    assert_eq!(left, "0 7", "headquarters says the same");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_pays_for_their_own_place_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    add_service(&window, "Yoga", &[("price", "15"), ("capacity", "8")]).await;
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    window.click("new-booking").await;
    pick(&window, "qb-resource", "Studio 1").await;
    pick(&window, "qb-service", "Yoga").await;
    window.click("qb-class").await;
    save_booking(&window).await;
    block_of(&window, "Yoga").await;
    window.click_css("[data-booking][data-selected='true']").await;
    for who in ["Tom Becker", "Amara Okafor"] {
        window.type_into("qb-customer", who).await;
        window.click("qb-customer-option").await;
        window.click("roster-add").await;
        window.wait_text("roster", who, SOON).await;
    }
    window.wait_text("roster-taken", "2/8", SOON).await;
    window.wait_text("owed", "30.00 EUR is owed", SOON).await;
    window.click("take-payment").await;
    pick(&window, "payment-place", "15.00 EUR owed: Amara Okafor").await;
    picture(&window, "payment-of-a-place").await;
    window.click("payment-save").await;
    window.wait_text("owed", "15.00 EUR is owed", SOON).await;
    window.wait_text("roster", "15.00 EUR", SOON).await;
    let lines = "document.querySelector(`[data-testid='owed']`).scrollIntoView({block: 'center'})";
    window.script(lines, vec![]).await;
    picture(&window, "place-paid").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_venue_is_opened_and_deleted_and_restored_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    window.click("nav-catalogue").await;
    window.click("catalogue-tab-venue").await;
    window.click("venue-new").await;
    window.type_into("venue-name", "Hilltop").await;
    window.type_into("venue-timezone", "Asia/Tokyo").await;
    window.type_into("venue-currency", "JPY").await;
    window.click("venue-save").await;
    window.wait_text("venue-row", "Hilltop", SOON).await;
    picture(&window, "venues").await;

    // It can be worked for at once; deleted, it cannot, until it is restored.
    window.click("nav-day").await;
    pick(&window, "venue-switch", "Hilltop").await;
    pick(&window, "venue-switch", "Riverside").await;
    for (box_is_ticked, act) in [(false, "venue-delete"), (true, "venue-restore")] {
        window.click("nav-catalogue").await;
        window.click("catalogue-tab-venue").await;
        if box_is_ticked {
            window.click_css(".check input").await;
        }
        window.wait_text("venue-row", "Hilltop", SOON).await;
        window.click("venue-row").await;
        window.click(act).await;
        window.wait_gone(&test_id("venue-save"), SOON).await;
        window.click("nav-day").await;
        match box_is_ticked {
            false => window.wait_gone(&test_id("venue-switch"), SOON).await,
            true => drop(window.find_test_id("venue-switch").await),
        }
    }
    window.close().await;
}

/// Rooms that nobody has told anything yet, and a report, open without a complaint.
#[tokio::test(flavor = "multi_thread")]
async fn every_room_opens_and_a_closed_day_is_on_the_board() {
    let files = Cli::new();
    let window: Window = begin(&files).await;
    for room in ["requests", "customers", "catalogue", "calendar", "reports", "staff", "inbox"] {
        window.click(&format!("nav-{room}")).await;
        window.find_test_id(room).await;
        picture(&window, &format!("room-{room}")).await;
        assert!(window.all(&test_id("failed")).await.is_empty(), "{room}");
        assert!(window.all(&test_id("problem")).await.is_empty(), "{room}");
    }
    window.click("nav-reports").await;
    pick(&window, "report-subject", "Bookings by status").await;
    window.wait_for(&format!("{} td", test_id("report-table")), SOON).await;

    // A day on which the venue is closed: what it hits is said before it is saved.
    window.click("nav-day").await;
    jump_to(&window, &day(3)).await;
    window.click("nav-calendar").await;
    window.click("dates-new").await;
    window.type_into("dates-reason", "Works party").await;
    window.wait_text("dates-hit", "They stay", SOON).await;
    window.click("dates-save").await;
    window.wait_text("exception-row", "Works party", SOON).await;
    window.click("nav-day").await;
    window.wait_text("board", "Works party", SOON).await;
    picture(&window, "closed-day").await;

    // Somebody gets a PIN, and the desk asks for it.
    window.click("nav-staff").await;
    window.click("staff-row").await;
    window.type_into("staff-pin", "2468").await;
    window.click("staff-pin-set").await;
    window.type_into("lock-pin", "1357").await;
    window.click("lock-sign-in").await;
    window.wait_text("lock-problem", "not the PIN", SOON).await;
    picture(&window, "locked").await;
    window.type_into("lock-pin", "2468").await;
    window.click("lock-sign-in").await;
    window.wait_gone(&test_id("lock-screen"), SOON).await;
    window.close().await;
}
