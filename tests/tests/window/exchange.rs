//! A calendar of another program is looked at and then taken over; the lists are written out: in
//! the window.

use crate::hand::{
    begin, block_of, book, day, jump_to, keyboard_is_at, pick, picture, take_keyboard_to,
};
use holdfast_tests::desk::Cli;
use holdfast_tests::wait::eventually_async;
use holdfast_tests::window::{SOON, Window, test_id};
use holdfast_tests::{parts, skip};
use std::path::{Path, PathBuf};

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_is_tried_and_then_taken_over_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    jump_to(&window, &day(27)).await;
    book(&window, "Squash Court", "10:00", "11:00", "Amara Okafor").await;
    let calendars = tempfile::tempdir().unwrap();
    let path = calendars.path().join("ladies.ics");
    std::fs::write(&path, calendar()).unwrap();

    // First only looked at: what has room, and what has none, with the reason.
    window.click("nav-settings").await;
    choose_file(&window, &path).await;
    pick(&window, "import-target", "Bookings on Squash Court").await;
    window.click("import-try").await;
    window.wait_text("import-report", "3 would be imported", SOON).await;
    window.wait_text("import-report", "1 without room", SOON).await;
    // Every occurrence is listed: when, what, on what, and what would come of it.
    let listed = window.texts(&test_id("import-occurrence")).await;
    assert_eq!(listed.len(), 4, "{listed:?}");
    assert!(listed.iter().all(|one| one.contains("10:00 to 11:00") && one.contains("Ladies")));
    assert!(listed.iter().all(|one| one.contains("Squash Court")), "{listed:?}");
    let script = "document.querySelector(`[data-testid='exchange']`).scrollIntoView()";
    window.script(script, vec![]).await;
    picture(&window, "import-tried").await;
    assert_eq!(titled(&files, "Ladies"), 0, "a try takes nothing");

    // Only some days of it are asked for.
    window.type_into("import-from", "soon").await;
    window.click("import-try").await;
    window.wait_text("exchange", "“soon” is not a date", SOON).await;
    window.type_into("import-from", &day(30)).await;
    window.click("import-try").await;
    window.wait_text("import-report", "2 would be imported", SOON).await;
    window.wait_text("import-report", "2 outside the period", SOON).await;
    window.type_into("import-from", &day(20)).await;
    window.click("import-try").await;
    window.wait_text("import-report", "3 would be imported", SOON).await;

    window.click("import-take").await;
    window.wait_text("import-report", "3 imported", SOON).await;
    assert_eq!(titled(&files, "Ladies"), 3);
    // Trying it again finds all of it here.
    window.click("import-try").await;
    window.wait_text("import-report", "3 here already", SOON).await;

    // One in older letters is read as it was meant.
    let older = calendar().replace("Ladies", "M\u{fc}tter");
    let letters: Vec<u8> = older.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    let path = calendars.path().join("older.ics");
    std::fs::write(&path, letters).unwrap();
    let empty = "document.querySelector(`[data-testid='import-file']`).value = ''";
    window.script(empty, vec![]).await;
    choose_file(&window, &path).await;
    window.click("import-try").await;
    window.wait_text("import-occurrences", "M\u{fc}tter", SOON).await;
    window.click("nav-day").await;
    jump_to(&window, &day(20)).await;
    assert_eq!(block_of(&window, "Ladies").await, "committed");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_days_of_a_calendar_name_the_bookings_that_they_hit_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    for (days, customer) in [(27, "Amara Okafor"), (28, "Tom Becker")] {
        let start = format!("{}T10:00", day(days));
        let book = ["book", "--resource", "Squash Court", "--start", &start, "--minutes", "60"];
        files.ok(&[book.as_slice(), &["--customer", customer]].concat());
    }
    let calendars = tempfile::tempdir().unwrap();
    let path = calendars.path().join("holidays.ics");
    std::fs::write(&path, holiday(&day(27))).unwrap();

    window.click("nav-settings").await;
    choose_file(&window, &path).await;
    window.click("import-try").await;
    window.wait_text("import-hit", "1 booking lies in it", SOON).await;
    window.wait_text("import-hit", "Amara Okafor", SOON).await;
    assert!(!window.text("import-hit").await.contains("Tom Becker"));
    let script = "document.querySelector(`[data-testid='exchange']`).scrollIntoView()";
    window.script(script, vec![]).await;
    picture(&window, "import-closed-days").await;
    // Imported, it still says whom to call.
    window.click("import-take").await;
    window.wait_text("import-report", "1 imported", SOON).await;
    window.wait_text("import-hit", "Amara Okafor", SOON).await;
    // As bookings it closes nothing.
    pick(&window, "import-target", "Bookings on Squash Court").await;
    window.click("import-try").await;
    window.find_test_id("import-report").await;
    assert!(window.all(&test_id("import-hit")).await.is_empty());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_written_out_in_the_window() {
    let files = Cli::new();
    let window = begin(&files).await;
    window.click("nav-settings").await;
    // Twice on one day is two exports.
    let mut dirs: Vec<PathBuf> = Vec::new();
    for _ in 0..2 {
        window.click("export-lists").await;
        let dir = eventually_async("it says where", SOON, async || {
            let notes = window.texts(&test_id("export-written")).await;
            let said = notes.iter().filter_map(|text| text.split_once("Written to "));
            said.map(|it| PathBuf::from(it.1.trim().trim_end_matches('.')))
                .find(|dir| !dirs.contains(dir))
        })
        .await;
        dirs.push(dir);
    }
    for dir in dirs {
        assert!(dir.display().to_string().contains("holdfast-Riverside-"), "{}", dir.display());
        let customers = std::fs::read_to_string(dir.join("customers.csv")).unwrap();
        assert!(customers.contains("Tom Becker"));
        // It was put where the person at this machine looks for it.
        std::fs::remove_dir_all(dir).unwrap();
    }

    // And so is a report, with more than the screen shows of it.
    window.click("nav-reports").await;
    window.click("report-save").await;
    window.wait_text("report-written", "holdfast-utilisation", SOON).await;
    picture(&window, "report-written").await;
    let said = window.text("report-written").await;
    let dir = said.split_once("Written to ").unwrap().1;
    let dir = PathBuf::from(dir.trim().trim_end_matches('.'));
    let file = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap();
    let rows = std::fs::read_to_string(file.path()).unwrap();
    assert!(rows.contains("resource_id") && rows.contains("Squash Court"), "{rows}");
    std::fs::remove_dir_all(dir).unwrap();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_desks_lists_are_tried_and_then_taken_over_in_the_window() {
    let (there, here) = (Cli::new(), Cli::new());
    begin(&there).await.close().await;
    let lists = tempfile::tempdir().unwrap();
    there.ok(&["export", lists.path().to_str().unwrap()]);
    // One row is broken.
    let customers = lists.path().join("customers.csv");
    let written = std::fs::read_to_string(&customers).unwrap();
    let customer_count = written.lines().count() - 1;
    std::fs::write(&customers, format!("{written}cut off\r\n")).unwrap();

    here.ok(&["init", "--org", "Other", "--venue", "Hill", "--timezone", "Europe/Berlin"]);
    let window = Window::open(here.replica()).await;
    window.click("nav-settings").await;
    choose_files(&window, lists.path(), |name| name.ends_with(".csv")).await;
    window.click("files-try").await;
    window.wait_text("files-problem", "the mapping (.toml) is not among them", SOON).await;
    choose_files(&window, lists.path(), |name| name == "mapping.toml").await;
    window.click("files-try").await;
    window.wait_text("files-problem", "is not among the chosen files", SOON).await;

    // Tried: each part is counted, what cannot be taken is named by file and line, nothing is saved.
    choose_files(&window, lists.path(), |_| true).await;
    window.click("files-try").await;
    window.wait_text("files-report", "nothing has been imported", 3 * SOON).await;
    let counts = counts_of(&window, "customers").await;
    let (all, new) = (customer_count + 1, customer_count);
    assert_eq!(counts, [all, new, 0, 0, 1].map(|n| n.to_string()));
    window.wait_text("files-rejected", &format!("customers.csv:{}", all + 1), SOON).await;
    window.wait_text("files-rejected", "the row ends before this column", SOON).await;
    let script = "document.querySelector(`[data-testid='import-files']`).scrollIntoView()";
    window.script(script, vec![]).await;
    picture(&window, "files-tried").await;
    assert_eq!(here.ok(&["customers"])["customers"], serde_json::json!([]), "a try takes nothing");

    take_keyboard_to(&window, "files-take").await;
    window.press("\u{e007}").await;
    window.wait_text("files-report", "Imported.", 3 * SOON).await;
    keyboard_is_at(&window, "files-take").await;
    picture(&window, "files-taken").await;
    let known = here.ok(&["customers"]);
    assert_eq!(known["customers"].as_array().unwrap().len(), customer_count);
    // Trying it again finds all of it here.
    window.click("files-try").await;
    window.wait_text("files-report", "nothing has been imported", 3 * SOON).await;
    assert_eq!(counts_of(&window, "bookings").await[1], "0");
    // What was put down for a moment is gone.
    let left = std::fs::read_dir(here.replica()).unwrap().flatten();
    assert!(!left.map(|it| it.file_name()).any(|it| it.to_string_lossy().starts_with("import-")));
    window.click("nav-day").await;
    window.wait_text("board", "Squash Court", SOON).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_goes_on_while_a_clubs_files_come_in() {
    let Some(club) = parts::club() else { skip!("the club's data") };
    let files = Cli::new();
    let init = ["init", "--org", "Country Club", "--venue", "Club House", "--timezone"];
    files.ok(&[init.as_slice(), &["Europe/London", "--slot-minutes", "30"]].concat());
    let all = tempfile::tempdir().unwrap();
    for file in ["facilities.csv", "members.csv", "bookings.csv"] {
        std::fs::copy(club.join(file), all.path().join(file)).unwrap();
    }
    let mapping = parts::workspace().join("docs/examples/clubdata.toml");
    std::fs::copy(mapping, all.path().join("clubdata.toml")).unwrap();

    let window = Window::open(files.replica()).await;
    window.click("nav-settings").await;
    choose_files(&window, all.path(), |_| true).await;
    window.click("files-try").await;
    window.wait_text("files-report", "nothing has been imported", 6 * SOON).await;
    assert_eq!(counts_of(&window, "bookings").await, ["4044", "4044", "0", "0", "0"]);
    window.click("files-take").await;
    picture(&window, "files-coming").await;
    // Meanwhile other rooms answer, and it goes on without being watched.
    window.click("nav-customers").await;
    window.wait_text("customers", "Smith", SOON).await;
    window.click("nav-settings").await;
    window.wait_text("files-report", "Imported.", 6 * SOON).await;
    assert_eq!(counts_of(&window, "bookings").await, ["4044", "4044", "0", "0", "0"]);
    window.close().await;
}

/// Rows, new, updated, here already, not taken.
async fn counts_of(window: &Window, part: &str) -> Vec<String> {
    window.texts(&format!("[data-part='{part}'] .number")).await
}

/// Four Wednesdays, or whatever weekday it is, of which one is taken.
fn calendar() -> String {
    let first = day(20).replace('-', "");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Club//EN\r\nBEGIN:VEVENT\r\nUID:ladies@club\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:{first}T100000\r\nDTEND:{first}T110000\r\n\
         RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Ladies\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// One whole day.
fn holiday(date: &str) -> String {
    let first = date.replace('-', "");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//State//EN\r\nBEGIN:VEVENT\r\nUID:unity@state\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{first}\r\nSUMMARY:Unity Day\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn titled(files: &Cli, title: &str) -> usize {
    let listed = files.ok(&["list", "--from", &day(19), "--to", &day(60)]);
    let bookings = listed["bookings"].as_array().unwrap();
    bookings.iter().filter(|booking| booking["title"] == title).count()
}

async fn choose_file(window: &Window, path: &Path) {
    let field = window.find_test_id("import-file").await;
    field.send_keys(path.to_str().unwrap()).await.unwrap();
}

/// Chooses files of a directory, in place of those chosen before.
async fn choose_files(window: &Window, dir: &Path, wanted: impl Fn(&str) -> bool) {
    let files = std::fs::read_dir(dir).unwrap().flatten();
    let paths: Vec<String> = files
        .filter(|file| wanted(&file.file_name().to_string_lossy()))
        .map(|file| file.path().display().to_string())
        .collect();
    // The driver adds to what was chosen; a person's choice stands in its place.
    let field = window.find_test_id("files-choose").await;
    let empty = "document.querySelector(`[data-testid='files-choose']`).value = ''";
    window.script(empty, vec![]).await;
    field.send_keys(&paths.join("\n")).await.unwrap();
}
