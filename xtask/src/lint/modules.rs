//! Rust files that no `mod` line names: no compiler reads them, so they only look like code.
//!
//! It follows the lines as they are written, whatever `cfg` stands before them, and knows `#[path]`.
//! A module within braces cannot have files here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::Result;

use super::layering::packages;
use super::sources::repository;
use crate::step::relative;

pub(super) fn problems() -> Result<Vec<String>> {
    let mut roots = BTreeSet::new();
    for package in packages()? {
        let targets = package["targets"].as_array().into_iter().flatten();
        roots.extend(targets.filter_map(|target| target["src_path"].as_str()).map(PathBuf::from));
    }
    let mut files = BTreeMap::new();
    for path in repository()? {
        // One that is gone and not committed yet is no file any more.
        if path.extension().is_some_and(|extension| extension == "rs") && path.is_file() {
            let text = std::fs::read_to_string(&path)?;
            files.insert(path, text);
        }
    }
    let unread = unread(&roots, &files);
    Ok(unread.iter().map(|it| format!("{}: no `mod` names it", relative(it).display())).collect())
}

/// The files that are not read from any of the roots.
fn unread<'a>(roots: &BTreeSet<PathBuf>, files: &'a BTreeMap<PathBuf, String>) -> Vec<&'a PathBuf> {
    let mut read = BTreeSet::new();
    // Beside a root, and beside what `#[path]` names, are its modules; those of others are below.
    let mut open: Vec<(PathBuf, bool)> = roots.iter().map(|root| (root.clone(), true)).collect();
    while let Some((path, beside)) = open.pop() {
        let Some(text) = files.get(&path) else { continue };
        if read.insert(path.clone()) {
            open.extend(modules(text).flat_map(|module| places(&path, beside, &module)));
        }
    }
    files.keys().filter(|path| !read.contains(*path)).collect()
}

/// A module that is a file of its own.
struct Module<'a> {
    name: &'a str,
    path: Option<&'a str>,
}

fn modules(text: &str) -> impl Iterator<Item = Module<'_>> {
    let mut path = None;
    text.lines().map(str::trim).filter_map(move |line| {
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            path = rest.strip_suffix("\"]");
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            let path = path.take();
            let declared = line.strip_suffix(';').map(without_visibility);
            let name = declared.and_then(|rest| rest.strip_prefix("mod "))?;
            return Some(Module { name, path });
        }
        None
    })
}

fn without_visibility(line: &str) -> &str {
    let Some(rest) = line.strip_prefix("pub") else { return line };
    let rest = match rest.strip_prefix('(') {
        Some(within) => within.split_once(')').map_or(rest, |(_, rest)| rest),
        None => rest,
    };
    rest.trim_start()
}

/// Where a module of `of` may be, and whether its own modules are beside it.
fn places(of: &Path, beside: bool, module: &Module<'_>) -> Vec<(PathBuf, bool)> {
    let directory = of.parent().unwrap_or(Path::new(""));
    if let Some(path) = module.path {
        return vec![(plain(&directory.join(path)), true)];
    }
    let directory = if beside { directory.to_owned() } else { of.with_extension("") };
    let file = directory.join(format!("{}.rs", module.name));
    vec![(file, false), (directory.join(module.name).join("mod.rs"), true)]
}

/// The same path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orphans(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|&(path, text)| (path.into(), text.into())).collect();
        let roots = ["src/lib.rs", "tests/all/main.rs"].map(PathBuf::from).into();
        unread(&roots, &files).iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn a_file_that_nobody_names_is_found() {
        let files = [
            ("src/lib.rs", "mod store;\n// mod old;\n"),
            ("src/store.rs", "pub(crate) mod rows;\n"),
            ("src/store/rows.rs", ""),
            ("src/store/bookings.rs", "mod deep;\n"),
            ("src/store/bookings/deep.rs", ""),
            ("src/old.rs", ""),
        ];
        let found = orphans(&files);
        assert_eq!(found, ["src/old.rs", "src/store/bookings/deep.rs", "src/store/bookings.rs"]);
    }

    #[test]
    fn modules_are_found_wherever_they_may_be() {
        let files = [
            ("src/lib.rs", "pub mod a;\n#[cfg(test)]\nmod tests;\n"),
            ("src/a/mod.rs", "mod b;\n"),
            ("src/a/b.rs", ""),
            ("src/tests.rs", "mod deep;\n"),
            ("src/tests/deep.rs", ""),
            ("tests/all/main.rs", "#[path = \"../shared/mod.rs\"]\n#[expect(x)]\nmod shared;\n"),
            ("tests/shared/mod.rs", "mod part;\n"),
            ("tests/shared/part.rs", ""),
        ];
        assert_eq!(orphans(&files), Vec::<String>::new());
    }
}
