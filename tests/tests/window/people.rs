//! Customers who are one, and their data: merged, handed out, erased, kept no longer: in the window.

use crate::hand::{begin, day, keyboard_is_at, pick, picture};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use std::path::PathBuf;

const OLD: &str = r#"
source = "old"
[resources]
file = "courts.csv"
id = "id"
name = "name"
kind = "court"
[customers]
file = "people.csv"
id = "id"
name = "name"
[bookings]
file = "bookings.csv"
id = "id"
resource = "court"
customer = "who"
start = { column = "start", format = "%Y-%m-%d %H:%M" }
length = { minutes = "minutes" }
"#;

const MEMBERS: &str = r#"
source = "members"
[customers]
file = "people.csv"
id = "id"
name = "name"
"#;

/// As long as people write such names.
const LONG: &str = "Ten private lessons with an instructor of your choice, early mornings included";

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_beyond_the_first_two_hundred_customers_picks_out_whoever_has_it() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    let lists = tempfile::tempdir().unwrap();
    let rows: String = (1..=230).map(|n| format!("{n},Member {n:03}\n")).collect();
    std::fs::write(lists.path().join("people.csv"), format!("id,name\n{rows}")).unwrap();
    let mapping = lists.path().join("members.toml");
    std::fs::write(&mapping, MEMBERS).unwrap();
    let dir = lists.path().to_str().unwrap();
    files.ok(&["import", "--mapping", mapping.to_str().unwrap(), dir]);
    for name in ["Member 220", "Member 225"] {
        files.ok(&["customer", "edit", name, "--tag", "gold"]);
    }

    // A list that ends early says so.
    let window = Window::open(files.replica()).await;
    window.click("nav-customers").await;
    window.wait_text("customers-said", "The first 200 of 230", SOON).await;
    picture(&window, "customers-cut").await;
    pick(&window, "customers-segment", "Tag: gold").await;
    window.wait_text("customers-said", "2 customers", SOON).await;
    let listed = window.texts(&test_id("customer-row")).await;
    assert!(listed[0].contains("Member 220") && listed[1].contains("Member 225"), "{listed:?}");
    picture(&window, "customers-segment").await;
    // What is typed looks among them.
    window.type_into("customers-search", "225").await;
    window.wait_text("customers-said", "1 customer", SOON).await;
    window.wait_text("customer-row", "Member 225", SOON).await;
    pick(&window, "customers-segment", "Everybody").await;
    window.type_into("customers-search", "member").await;
    window.wait_text("customers-said", "The first 200 found", SOON).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_who_are_one_are_merged_and_separated_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    for name in ["Tracy Smith", "T. Smyth"] {
        files.ok(&["customer", "add", "--name", name]);
    }
    let start = format!("{}T10:00", day(5));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    files.ok(&[book.as_slice(), &["--customer", "T. Smyth"]].concat());
    let product = ["product", "add", "--name", LONG, "--credits", "10", "--validity-days", "90"];
    files.ok(&product);
    for name in ["Tracy Smith", "T. Smyth"] {
        files.ok(&["package", "sell", "--product", LONG, "--customer", name]);
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;

    open_customer(&window, "T. Smyth").await;
    window.click("customer-merge").await;
    window.type_into("qb-customer", "Tracy").await;
    window.wait_text("qb-customer-option", "Tracy Smith", SOON).await;
    window.click("qb-customer-option").await;
    picture(&window, "customer-merge").await;
    window.click("merge-confirm").await;
    window.wait_text("customer-card", "Merged into", SOON).await;
    window.wait_text("merged-into", "Tracy Smith", SOON).await;
    picture(&window, "customer-merged-into").await;
    window.click("merged-into").await;
    window.wait_text("merged-customer", "T. Smyth", SOON).await;
    keyboard_is_at(&window, "customer-card").await;

    // What the one booked and bought is shown with the other, and who bought it.
    open_customer(&window, "Tracy Smith").await;
    window.wait_text("customer-card", "10:00", SOON).await;
    window.wait_text("packages", "bought as T. Smyth", SOON).await;
    window.wait_count(&test_id("package"), 2, SOON).await;
    picture(&window, "customer-merged").await;

    // It is taken back: each has what was theirs.
    window.wait_text("merged-customer", "T. Smyth", SOON).await;
    window.click("merged-separate").await;
    window.wait_gone(&test_id("merged-customer"), SOON).await;
    window.wait_text("customer-card", "No bookings yet", SOON).await;
    window.wait_count(&test_id("package"), 1, SOON).await;
    open_customer(&window, "T. Smyth").await;
    window.wait_text("customer-card", "10:00", SOON).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_handed_their_data_and_erased_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    open_customer(&window, "Tom Becker").await;
    window.click("customer-export").await;
    window.wait_text("customer-written", "Written to ", SOON).await;
    picture(&window, "customer-written").await;
    let written = window.text("customer-written").await;
    let path = written.split(".zip").next().unwrap().rsplit("Written to ").next().unwrap();
    let path = PathBuf::from(format!("{path}.zip"));
    let zip = std::fs::read(&path).unwrap();
    assert!(zip.starts_with(b"PK"), "{}", path.display());
    // It was put where the person at this machine looks for it, or where this desk keeps it.
    let is_kept = path.starts_with(files.replica());
    let whose = if is_kept { "This desk deletes it" } else { "yours to hand over and delete" };
    assert!(written.contains(whose), "{written}");

    window.click("customer-erase").await;
    window.type_into("erase-why", "Asked by letter").await;
    picture(&window, "customer-erase").await;
    window.click("erase-confirm").await;
    window.wait_text("customer-card", "Erased", SOON).await;
    window.wait_gone(&test_id("customer-written"), SOON).await;
    assert!(window.all(&test_id("customer-merge")).await.is_empty(), "nobody is merged any more");
    match is_kept {
        true => assert!(!path.exists(), "what this desk keeps goes with the customer"),
        false => std::fs::remove_file(path).unwrap(),
    }
    assert!(window.all(&test_id("customer-erase")).await.is_empty(), "once is enough");
    window.type_into("customers-search", "Tom Bec").await;
    window.wait_gone(&test_id("customer-row"), SOON).await;
    // Nobody is found, and nobody is shown beside that.
    window.wait_gone(&test_id("customer-card"), SOON).await;

    // Both are in the register.
    window.click("nav-settings").await;
    for (kind, deleted) in [("Export", true), ("Erasure", false)] {
        let row = eventually_async(&format!("the register has the {kind}"), SOON, async || {
            let rows = window.texts(&test_id("data-request")).await;
            rows.into_iter().find(|row| row.contains(kind))
        })
        .await;
        // What was handed out was deleted with them, and expires no more.
        assert_eq!(row.contains("Deleted"), deleted, "{row}");
        assert!(!row.contains("Expires"), "{row}");
    }
    to_the(&window, "privacy").await;
    picture(&window, "register").await;
    let found = files.ok(&["customers", "--search", "Becker"]);
    assert_eq!(found["customers"], serde_json::json!([]), "{found}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_somebody_is_erased_it_says_how_much_of_theirs_is_still_to_come() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    files.ok(&["customer", "add", "--name", "Tracy Smith"]);
    let mut booked = Vec::new();
    for days in [5, 6, 7] {
        let start = format!("{}T10:00", day(days));
        let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
        let made = files.ok(&[book.as_slice(), &["--customer", "Tracy Smith"]].concat());
        booked.push(made["booking_id"].as_str().unwrap().to_owned());
    }
    let cancel = |id: &str| files.ok(&["cancel", id, "--reason", "Rain"]);
    cancel(&booked[0]);
    let window = Window::open(files.replica()).await;
    open_customer(&window, "Tracy Smith").await;
    window.click("customer-erase").await;
    // What is called off is not to come. Of what is, it says what to do.
    for stays in [
        "2 bookings to come stay: move or cancel them.",
        "1 booking to come stays: move or cancel it.",
    ] {
        window.wait_text("customer-card", stays, SOON).await;
        picture(&window, &format!("erase-{}-to-come", &stays[..1])).await;
        cancel(&booked.pop().unwrap());
    }
    let means = "This cannot be taken back.";
    eventually_async("nothing is to come any more", SOON, async || {
        let card = window.text("customer-card").await;
        (card.contains(means) && !card.contains("to come")).then_some(())
    })
    .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_agrees_and_is_deleted_and_restored_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    for name in ["Tom Becker", "Amara Okafor"] {
        files.ok(&["customer", "add", "--name", name]);
    }
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;

    // What they agreed to is noted, and one of two things taken back.
    open_customer(&window, "Tom Becker").await;
    window.wait_text("customer-card", "None given", SOON).await;
    window.click("consent-edit").await;
    window.type_into("consent-version", "2026-05").await;
    for wish in ["consent-marketing", "consent-sms"] {
        window.click(wish).await;
    }
    picture(&window, "consent").await;
    window.click("consent-save").await;
    window.wait_text("consent", "Terms 2026-05", SOON).await;
    for wish in ["Wants to hear of offers", "Wants text messages"] {
        window.wait_text("consent", wish, SOON).await;
    }
    window.click("consent-edit").await;
    window.click("consent-sms").await;
    window.click("consent-save").await;
    window.wait_gone(&test_id("consent-save"), SOON).await;
    eventually_async("of text messages nothing is said any more", SOON, async || {
        (!window.text("consent").await.contains("text messages")).then_some(())
    })
    .await;
    let names = |wish: &str| {
        let found = files.ok(&["customers", wish]);
        let names = found["customers"].as_array().unwrap().iter();
        names.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("--marketing"), ["Tom Becker"]);
    assert_eq!(names("--sms"), [""; 0]);

    // Taken back on another desk while the form stands open here, it is not given again by saving it.
    window.click("consent-edit").await;
    files.ok(&["customer", "edit", "Tom Becker", "--no-consent"]);
    window.wait_text("customer-card", "None given", SOON).await;
    window.type_into("consent-version", "2026-06").await;
    window.click("consent-save").await;
    window.wait_text("consent-problem", "Somebody else has changed", SOON).await;
    assert_eq!(names("--marketing"), [""; 0]);
    window.click("consent-save").await;
    window.wait_text("consent", "Terms 2026-06", SOON).await;
    assert_eq!(names("--marketing"), [""; 0], "only what was typed here is said anew");

    // Deleted, nobody finds them, but who has them open can have them back.
    window.click("customer-delete").await;
    window.wait_text("customer-card", "Deleted", SOON).await;
    window.wait_gone(&test_id("customer-row"), SOON).await;
    for useless in ["customer-book", "package-sell"] {
        assert!(window.all(&test_id(useless)).await.is_empty(), "{useless}");
    }
    picture(&window, "customer-deleted").await;
    assert_eq!(names("--limit=9"), ["Amara Okafor"]);
    // Whoever else wants them back finds them among the deleted ones.
    window.click("nav-day").await;
    window.click("nav-customers").await;
    pick(&window, "customers-segment", "Deleted").await;
    window.type_into("customers-search", "Beck").await;
    window.wait_text("customer-row", "Tom Becker", SOON).await;
    window.click("customer-row").await;
    picture(&window, "customers-deleted").await;
    window.click("customer-restore").await;
    // There is nobody else among them: everybody is listed again.
    window.wait_gone(&test_id("customers-segment"), SOON).await;
    window.wait_text("customer-row", "Tom Becker", SOON).await;
    window.find_test_id("customer-delete").await;
    assert!(!window.text("customer-card").await.contains("Deleted"));
    assert_eq!(names("--limit=9").len(), 2);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_for_long_enough_is_shown_and_then_erased_in_the_window() {
    let files = Cli::new();
    files.ok(&["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"]);
    let old = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("old.toml", OLD),
        ("courts.csv", "id,name\n1,Court 1\n"),
        ("people.csv", "id,name\n1,Long Gone\n2,Still Here\n"),
        (
            "bookings.csv",
            "id,court,who,start,minutes\n1,1,1,2015-05-01 10:00,60\n2,1,2,2015-05-01 11:00,60\n",
        ),
    ] {
        std::fs::write(old.path().join(name), text).unwrap();
    }
    let mapping = old.path().join("old.toml");
    let (mapping, dir) = (mapping.to_str().unwrap(), old.path().to_str().unwrap());
    files.ok(&["import", "--mapping", mapping, dir]);
    let start = format!("{}T10:00", day(5));
    let book = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    files.ok(&[book.as_slice(), &["--customer", "Still Here"]].concat());

    let window = Window::open(files.replica()).await;
    window.click("nav-settings").await;
    window.wait_text("retained", "1 customer and 0 cancelled bookings", SOON).await;
    to_the(&window, "privacy").await;
    picture(&window, "retention").await;
    // What is no number of days is said, and nothing is offered to be erased by it.
    for (typed, error) in [("abc", 1), ("0", 1), ("90", 0)] {
        window.type_into("retention-days", typed).await;
        let says = ".field:has([data-testid='retention-days']) .field-error";
        assert_eq!(window.all(says).await.len(), error, "{typed}");
        assert!(error == 0 || window.all(&test_id("retention-erase")).await.is_empty(), "{typed}");
    }
    window.wait_text("retained", "kept for more than 90 days", SOON).await;
    let shown = files.ok(&["customers", "--search", "Long"]);
    assert_eq!(shown["customers"].as_array().unwrap().len(), 1, "shown is not erased: {shown}");
    window.click("retention-erase").await;
    // Before anything goes, it says how much.
    window.wait_text("retention-means", "1 customer and", SOON).await;
    picture(&window, "retention-confirm").await;
    // A second Enter does not erase: the keyboard is at what it says, and Esc goes back.
    keyboard_is_at(&window, "retention-means").await;
    window.press("\u{e00c}").await;
    keyboard_is_at(&window, "retention-erase").await;
    window.press("\u{e007}").await;
    keyboard_is_at(&window, "retention-means").await;
    let asked = files.ok(&["customers", "--search", "Long"]);
    assert_eq!(asked["customers"].as_array().unwrap().len(), 1, "asked is not erased: {asked}");
    window.click("retention-confirm").await;
    window.wait_text("retained", "0 customers", SOON).await;
    let left = files.ok(&["customers"]);
    let names: Vec<_> = left["customers"].as_array().unwrap().iter().map(|c| &c["name"]).collect();
    assert!(names.contains(&&"Still Here".into()) && !names.contains(&&"Long Gone".into()));
    window.close().await;
}

/// Finds a customer by name, and opens them.
async fn open_customer(window: &Window, name: &str) {
    window.click("nav-customers").await;
    window.type_into("customers-search", name).await;
    window.wait_text("customer-row", name, SOON).await;
    window.click("customer-row").await;
    window.wait_text("customer-card", name, SOON).await;
}

async fn to_the(window: &Window, id: &str) {
    let script = "document.querySelector(`[data-testid='${arguments[0]}']`).scrollIntoView()";
    window.script(script, vec![id.into()]).await;
}
