//! Rules that are easier to see in the text than to express in types: SQL has one room in each
//! store, Tauri one door in the UI, and no file carries a path or a host of somebody's machine.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::step::{command, relative, root};

const STORES: [&str; 2] = ["crates/replica/src", "crates/headquarters/src"];
/// They ask the server about itself, and no table of ours.
const ABOUT_THE_SERVER: [&str; 2] =
    ["crates/headquarters/src/db.rs", "crates/headquarters/src/migrations.rs"];
/// The first is generated, the second is the door.
const MAY_IMPORT_TAURI: [&str; 2] = ["ui/src/lib/bindings.ts", "ui/src/lib/desk.ts"];
/// Written apart, so that this file does not accuse itself.
const HOMES: [&str; 3] = [concat!("/", "home/"), concat!("/", "Users/"), concat!("/", "root/")];
const NPM: &str = "https://registry.npmjs.org/";

pub(super) fn problems() -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for store in STORES {
        for file in files(&root().join(store), &["rs"])? {
            let inside = relative(&file).components().any(|part| {
                ["store", "store.rs", "tests", "tests.rs"]
                    .iter()
                    .any(|room| part.as_os_str() == *room)
            });
            let excused = ABOUT_THE_SERVER.iter().any(|name| relative(&file) == Path::new(name));
            if !inside && !excused {
                problems.extend(accuse(&file, is_sql, "SQL belongs in store/<table>")?);
            }
        }
    }
    for file in files(&root().join("ui/src"), &["ts", "svelte", "js"])? {
        if !MAY_IMPORT_TAURI.iter().any(|door| relative(&file) == Path::new(door)) {
            let tauri = |line: &str| line.contains("@tauri-apps");
            problems.extend(accuse(&file, tauri, "only lib/desk.ts may import Tauri")?);
        }
    }
    for file in repository()? {
        problems.extend(accuse(&file, is_machine, "a path of somebody's machine")?);
        if file.ends_with("package-lock.json") {
            problems.extend(accuse(&file, is_foreign, "a package from somewhere else than npm")?);
        }
    }
    Ok(problems)
}

/// All files below a directory with one of these extensions; none if there is no directory.
pub(super) fn files(directory: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !directory.is_dir() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extensions)?);
        } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Everything that is committed or could be.
pub(super) fn repository() -> Result<Vec<PathBuf>> {
    let listed = command("git").args(["ls-files", "-z", "-co", "--exclude-standard"]).output();
    let listed = listed.context("git ls-files")?.stdout;
    let names = listed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| root().join(&*String::from_utf8_lossy(name))).collect())
}

/// The lines of a text file that break a rule. What is not text, or is gone, breaks none.
fn accuse(file: &Path, breaks: impl Fn(&str) -> bool, rule: &str) -> Result<Vec<String>> {
    let Ok(text) = std::fs::read_to_string(file) else { return Ok(Vec::new()) };
    let lines = text.lines().enumerate().filter(|(_, line)| breaks(line));
    let name = relative(file).display();
    Ok(lines.map(|(n, line)| format!("{name}:{}: {rule}: {}", n + 1, line.trim())).collect())
}

fn is_sql(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    if line.starts_with("//") {
        return false;
    }
    let update = line.split_once("update ").is_some_and(|(_, rest)| {
        let mut words = rest.split_whitespace();
        words.next().is_some() && words.next() == Some("set")
    });
    let select = ["\"select ", "r\"select ", "#\"select "].iter().any(|s| line.contains(s))
        || line.starts_with("select ");
    update || select || line.contains("insert into ") || line.contains("delete from ")
}

fn is_machine(line: &str) -> bool {
    let here = root().to_string_lossy();
    let somebody = |home: &str| {
        let mut after = line.match_indices(home).map(|(at, home)| &line[at + home.len()..]);
        after.any(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '.'))
    };
    // A checkout right below the root has too common a name to look for.
    let nested = here.matches(['/', '\\']).count() > 1;
    (nested && line.contains(&*here)) || HOMES.iter().any(|home| somebody(home))
}

fn is_foreign(line: &str) -> bool {
    let resolved = line.trim().strip_prefix("\"resolved\": \"");
    resolved.is_some_and(|url| !url.starts_with(NPM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_told_from_prose() {
        assert!(is_sql(r#"db.execute("INSERT INTO claims (id) VALUES (?)")"#));
        assert!(is_sql(r#"let sql = "select id from claims";"#));
        assert!(is_sql("update claims set active = 0"));
        assert!(!is_sql("// insert into claims would not do"));
        assert!(!is_sql(r#"text("update your settings")"#));
        assert!(!is_sql("fn delete(from: Instant) {}"));
    }

    #[test]
    fn homes_of_people_are_found() {
        assert!(is_machine(concat!("cd /", "home/ann/holdfast")));
        assert!(!is_machine("the path /homework/ann"));
    }

    #[test]
    fn packages_come_from_npm() {
        assert!(!is_foreign(r#""resolved": "https://registry.npmjs.org/vite/-/vite-8.tgz","#));
        assert!(is_foreign(r#""resolved": "https://mirror.example/vite-8.tgz","#));
    }
}
