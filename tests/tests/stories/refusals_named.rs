//! docs/REFUSALS.md promises codes; whatever it lists, some test has to name, as what it expects. A
//! code that no test meets is a promise that nobody keeps.

use holdfast_tests::parts::workspace;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The codes in the first columns of the tables of codes.
fn listed() -> BTreeSet<String> {
    let text = fs::read_to_string(workspace().join("docs/REFUSALS.md")).unwrap();
    let mut codes = BTreeSet::new();
    let mut is_of_codes = false;
    for line in text.lines() {
        let cell = line.strip_prefix("| ").and_then(|row| row.split(" | ").next());
        match cell.map(str::trim) {
            None => is_of_codes = is_of_codes && line.starts_with('|'),
            Some("code" | "outcome") => is_of_codes = true,
            Some(cell) if is_of_codes => {
                codes.extend(cell.split('`').skip(1).step_by(2).map(str::to_owned));
            }
            Some(_) => {}
        }
    }
    codes
}

/// All Rust and TypeScript below a directory.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["node_modules", "target", "build", "dist"].contains(&name.as_str()) {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") || name.ends_with(".ts") {
            found.push(path);
        }
    }
}

/// The text of all tests: whole files of them, and those at the end of a file.
fn tests() -> String {
    let mut paths = Vec::new();
    for directory in ["crates", "src-tauri/src", "tests/tests", "ui/src"] {
        sources(&workspace().join(directory), &mut paths);
    }
    let mut text = String::new();
    for path in paths {
        let source = fs::read_to_string(&path).unwrap();
        let place = path.strip_prefix(workspace()).unwrap().to_string_lossy().replace('\\', "/");
        let is_this = place.ends_with("stories/refusals_named.rs");
        let is_whole = place.contains("/tests/")
            || place.ends_with("/tests.rs")
            || place.ends_with(".test.ts");
        let tests = match source.find("#[cfg(test)]") {
            _ if is_this => "",
            _ if is_whole => &source,
            Some(from) => &source[from..],
            None => "",
        };
        text.push_str(tests);
        text.push('\n');
    }
    text
}

/// Whether a test expects `code`: says it in quotes, and not as what it looks up or the name of a
/// database; or says the problem by its own name.
fn is_named(code: &str, tests: &str) -> bool {
    let quoted = format!("\"{code}\"");
    let says = |at: usize| {
        let before = tests[..at].trim_end();
        let name = before.strip_suffix('(').map(|it| {
            it.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
        });
        let makes = ["two_desks", "headquarters", "on_a_line", "database", "args", "arg"];
        !before.ends_with('[') && !name.is_some_and(|name| makes.contains(&name))
    };
    let words = code.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    let problem = format!("ProblemCode::{}", words.collect::<String>());
    let of_problem = |(at, _): (usize, &str)| {
        !tests[at + problem.len()..].starts_with(|c: char| c.is_alphanumeric())
    };
    tests.match_indices(&quoted).any(|(at, _)| says(at))
        || tests.match_indices(&problem).any(of_problem)
        || outcome(code).is_some_and(|outcome| tests.contains(outcome))
}

/// What a verdict is called in the protocol.
fn outcome(code: &str) -> Option<&'static str> {
    match code {
        "refused" => Some("Outcome::Refused"),
        "dependent_refused" => Some("Outcome::DependentRefused"),
        "quarantined" => Some("Outcome::Quarantined"),
        _ => None,
    }
}

#[test]
fn every_code_that_is_listed_is_named_by_a_test() {
    let (codes, tests) = (listed(), tests());
    assert!(codes.len() > 100, "the list was read: {codes:?}");
    let unnamed: Vec<&String> = codes.iter().filter(|code| !is_named(code, &tests)).collect();
    assert!(unnamed.is_empty(), "no test names {unnamed:?}");
}

#[test]
fn what_is_no_expectation_names_nothing() {
    assert!(is_named("slot_taken", r#"assert_eq!(code, "slot_taken");"#));
    assert!(is_named("bad_request", "assert_eq!(problem.code, ProblemCode::BadRequest);"));
    assert!(!is_named("file", r#"let name = row["file"].as_str();"#));
    assert!(!is_named("bad_request", r#"let desks = two_desks("bad_request");"#));
    assert!(!is_named("unknown", "ProblemCode::UnknownDevice, \"unknown_zone\""));
}
