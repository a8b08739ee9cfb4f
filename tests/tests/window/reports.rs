//! What the Reports room shows depends on who works here: in the window.

use crate::hand::{day, pick, picture, sign_in};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use serde_json::{Value, json};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn an_instructor_reads_how_long_they_taught_themselves_and_no_more_in_the_window() {
    let files = Cli::new();
    let venue = two_instructors(&files);
    let window = Window::open(files.replica()).await;

    // Who owns the place reads everything, and of everybody.
    sign_in(&window, "Olga").await;
    window.click("nav-reports").await;
    window.wait_text("report-table", "Court 1", SOON).await;
    assert!(subjects(&window).await.len() > 5, "all of them");
    show(&window, "instructors").await;
    window.wait_text("report-table", "Milan", SOON).await;
    show(&window, "revenue").await;
    window.wait_text("reports", "80.00 EUR", SOON).await;
    picture(&window, "reports-revenue").await;

    // She goes, and an instructor comes: nothing is left of what was on the screen.
    sign_in(&window, "Ines").await;
    window.wait_text("report-table", "Ines", SOON).await;
    assert_eq!(subjects(&window).await, ["Instructors' hours"]);
    let shown = window.text("reports").await;
    for untold in ["Milan", "EUR", "Court 1", "Owed"] {
        assert!(!shown.contains(untold), "{untold}: {shown}");
    }
    picture(&window, "reports-instructor").await;
    // Nor is it told to whoever knows how the window asks.
    for subject in ["revenue", "utilisation"] {
        let asked = ask(&window, &venue, subject).await;
        assert_eq!(asked["code"], "role_not_allowed", "{subject}: {asked}");
    }
    let told = ask(&window, &venue, "instructors").await.to_string();
    assert!(told.contains("Ines") && !told.contains("Milan"), "{told}");

    // Whoever owns the place finds it as she left it.
    sign_in(&window, "Olga").await;
    window.wait_text("report-table", "Court 1", SOON).await;
    assert!(subjects(&window).await.len() > 5);
    assert!(window.all(&test_id("report-problem")).await.is_empty());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_report_was_written_to_is_said_of_that_report_only_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&init);
    files.ok(&["venue", "add", "--name", "North Shore", "--timezone", "Europe/Berlin"]);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court", "--venue", "Riverside"]);
    let window = Window::open(files.replica()).await;
    window.find_test_id("board").await;
    pick(&window, "venue-switch", "Riverside").await;
    window.click("nav-reports").await;
    window.wait_text("report-table", "Court 1", SOON).await;

    write_out(&window).await;
    picture(&window, "report-written-to").await;
    show(&window, "statuses").await;
    window.wait_gone(&test_id("report-written"), SOON).await;
    for field in ["report-from", "report-until"] {
        write_out(&window).await;
        window.type_into(field, &day(2)).await;
        window.press("\t").await;
        window.wait_gone(&test_id("report-written"), SOON).await;
    }
    write_out(&window).await;
    window.click("nav-day").await;
    pick(&window, "venue-switch", "North Shore").await;
    window.click("nav-reports").await;
    window.wait_text("reports", "at North Shore.", SOON).await;
    assert!(window.all(&test_id("report-written")).await.is_empty());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_day_that_cannot_be_read_nothing_is_reported_in_the_window() {
    let files = Cli::new();
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    files.ok(&init);
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    let window = Window::open(files.replica()).await;
    window.click("nav-reports").await;
    for field in ["report-from", "report-until"] {
        window.wait_text("report-table", "Court 1", SOON).await;
        let was = window.value(field).await;
        window.type_into(field, "31.31.").await;
        window.press("\t").await;
        window.wait_gone(&test_id("report-table"), SOON).await;
        window.wait_for(&format!("{}:disabled", test_id("report-save")), SOON).await;
        picture(&window, "report-unread").await;
        window.type_into(field, &was).await;
        window.press("\t").await;
    }
    window.wait_text("report-table", "Court 1", SOON).await;
    window.close().await;
}

/// Writes out the report on the screen, and removes it: it was put where the person at this machine
/// looks for it.
async fn write_out(window: &Window) {
    window.click("report-save").await;
    window.wait_text("report-written", "Written to ", SOON).await;
    let said = window.text("report-written").await;
    let dir = said.split_once("Written to ").unwrap().1;
    std::fs::remove_dir_all(Path::new(dir.trim().trim_end_matches('.'))).unwrap();
}

/// A venue with lessons of two instructors this week; answers its id.
fn two_instructors(files: &Cli) -> String {
    let init = ["init", "--org", "Club", "--venue", "Riverside", "--timezone", "Europe/Berlin"];
    let made = files.ok(&[init.as_slice(), &["--owner", "Olga"]].concat());
    files.ok(&["resource", "add", "--name", "Court 1", "--kind", "court"]);
    for (name, hour) in [("Ines", "10:00"), ("Milan", "12:00")] {
        files.ok(&["staff", "add", "--name", name, "--role", "instructor"]);
        let coach = ["resource", "add", "--name", name, "--kind", "instructor", "--staff", name];
        files.ok(&coach);
        let start = format!("{}T{hour}", day(2));
        let lesson = ["book", "--resource", "Court 1", "--resource", name, "--start", &start];
        files.ok(&[lesson.as_slice(), &["--minutes", "60", "--price", "40.00"]].concat());
    }
    for args in [["pin", "set", "Olga"].as_slice(), &["sign-in", "Olga"], &["pin", "set", "Ines"]] {
        assert_eq!(files.type_in(args, "2468").code, 0, "{args:?}");
    }
    files.ok(&["sign-out"]);
    made["venue_id"].as_str().unwrap().to_owned()
}

/// Chooses a report.
async fn show(window: &Window, subject: &str) {
    window.find_test_id("report-subject").await.select_by_value(subject).await.unwrap();
}

/// The reports that are offered.
async fn subjects(window: &Window) -> Vec<String> {
    let options = format!("{} option", test_id("report-subject"));
    window.texts(&options).await.iter().map(|text| text.trim().to_owned()).collect()
}

/// What the desk answers to a question that comes past everything on the screen.
async fn ask(window: &Window, venue: &str, subject: &str) -> Value {
    let wanted = json!({ "venueId": venue, "subject": subject, "from": day(0), "to": day(6) });
    let ask = "const [wanted, done] = arguments;
        window.__TAURI_INTERNALS__.invoke('report', wanted).then(done, done)";
    eventually_async("the desk answers", SOON, async || {
        window.client().execute_async(ask, vec![wanted.clone()]).await.ok()
    })
    .await
}
