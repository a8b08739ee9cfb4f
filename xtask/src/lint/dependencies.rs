//! Dependencies that no source names. A crate that is there for its features alone is listed,
//! with the reason as a comment, under `[package.metadata.xtask] only-for-features = […]`.
//!
//! It reads text and not code, so it can miss a dead dependency, but it never compiles anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::layering::packages;
use super::sources::files;

pub(super) fn problems() -> Result<Vec<String>> {
    packages()?.iter().map(dead).collect::<Result<Vec<_>>>().map(|all| all.concat())
}

fn dead(package: &Value) -> Result<Vec<String>> {
    let product = text(&sources(package, &["lib", "bin", "proc-macro"])?)?;
    let build = text(&sources(package, &["custom-build"])?)?;
    let tests = text(&sources(package, &["test", "bench", "example"])?)?;
    let excused = &package["metadata"]["xtask"]["only-for-features"];
    let mut dead = Vec::new();
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let name = dependency["name"].as_str().unwrap_or_default();
        let called = dependency["rename"].as_str().unwrap_or(name).replace('-', "_");
        let used = match dependency["kind"].as_str() {
            None => names(&product, &called),
            Some("build") => names(&build, &called),
            Some(_) => names(&tests, &called) || names(&product, &called),
        };
        let excused = excused.as_array().is_some_and(|all| all.iter().any(|e| e == name));
        if !used && !excused {
            dead.push(format!("{} does not use {name}", package["name"].as_str().unwrap_or("?")));
        }
    }
    Ok(dead)
}

/// The files of a package's targets of these kinds.
fn sources(package: &Value, kinds: &[&str]) -> Result<BTreeSet<PathBuf>> {
    let mut sources = BTreeSet::new();
    for target in package["targets"].as_array().into_iter().flatten() {
        let kind = target["kind"][0].as_str().unwrap_or_default();
        let path = Path::new(target["src_path"].as_str().unwrap_or_default());
        if !kinds.contains(&kind) {
            continue;
        }
        match path.parent() {
            Some(directory) if kind != "custom-build" => sources.extend(files(directory, &["rs"])?),
            _ => drop(sources.insert(path.to_owned())),
        }
    }
    Ok(sources)
}

fn text(sources: &BTreeSet<PathBuf>) -> Result<String> {
    let mut all = String::new();
    for source in sources {
        let text = std::fs::read_to_string(source)?;
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            all.push_str(line);
            all.push('\n');
        }
    }
    Ok(all)
}

/// Whether the text has `krate::…`, `use krate;` or `use krate as …`.
fn names(text: &str, krate: &str) -> bool {
    text.match_indices(krate).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + krate.len()..]);
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let imported = before.ends_with("use ") && !after.starts_with(word);
        imported || (after.starts_with("::") && !before.ends_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_crate_is_named_by_path_or_import_only() {
        assert!(names("let id = uuid::Uuid::nil();", "uuid"));
        assert!(names("use anyhow as a;", "anyhow"));
        assert!(names("#[derive(serde::Serialize)]", "serde"));
        assert!(!names("let url = base_url::get();", "url"));
        assert!(!names("use serde_json::json;", "serde"));
    }
}
