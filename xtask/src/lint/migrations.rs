//! A migration that has landed is never edited: somewhere a desk has run it already. Each one is
//! recorded with its SHA-256 in `migrations/CHECKSUMS`, in the format of `sha256sum`; landed is
//! what the last commit records.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use sha2::{Digest as _, Sha256};

use super::sources::files;
use crate::step::{command, root};

/// Name to digest, both as they stand in the file.
type Checksums = BTreeMap<String, String>;

const FILE: &str = "migrations/CHECKSUMS";
const ACCEPT: &str = "cargo xtask lint --accept-migrations";

pub(super) fn problems() -> Result<Vec<String>> {
    let recorded = parse(&std::fs::read_to_string(root().join(FILE)).unwrap_or_default());
    let mut problems = edited(&landed(), &present()?);
    for (name, digest) in present()? {
        if recorded.get(&name) != Some(&digest) && !landed().contains_key(&name) {
            problems.push(format!("{name} is new or changed before it landed: {ACCEPT}"));
        }
    }
    Ok(problems)
}

/// Records all migrations as they are, if the landed ones are as they were.
pub(super) fn accept() -> Result<()> {
    let present = present()?;
    let edited = edited(&landed(), &present);
    if !edited.is_empty() {
        bail!("{}", edited.join("\n"));
    }
    let mut text = String::new();
    for (name, digest) in &present {
        writeln!(text, "{digest}  {name}")?;
    }
    std::fs::write(root().join(FILE), text)?;
    println!("{FILE} records {} migrations", present.len());
    Ok(())
}

fn edited(landed: &Checksums, present: &Checksums) -> Vec<String> {
    let changed = landed.iter().filter(|(name, digest)| present.get(*name) != Some(digest));
    let say =
        |(name, _)| format!("{name} has landed and may not be edited or removed: add another");
    changed.map(say).collect()
}

fn present() -> Result<Checksums> {
    let directory = root().join("migrations");
    let mut present = Checksums::new();
    for file in files(&directory, &["sql"])? {
        let name =
            file.strip_prefix(&directory).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let digest = Sha256::digest(std::fs::read(&file)?);
        present.insert(name, digest.iter().fold(String::new(), |all, b| all + &format!("{b:02x}")));
    }
    Ok(present)
}

/// What the last commit records; nothing before the first.
fn landed() -> Checksums {
    let committed = command("git").args(["show", &format!("HEAD:{FILE}")]).output();
    let committed = committed.ok().filter(|output| output.status.success());
    committed.map(|output| parse(&String::from_utf8_lossy(&output.stdout))).unwrap_or_default()
}

fn parse(text: &str) -> Checksums {
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(digest, name)| (name.to_owned(), digest.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_is_fine_edited_and_removed_are_not() {
        let landed = parse("aa  replica/V1__a.sql\nbb  replica/V2__b.sql\ncc  replica/V3__c.sql\n");
        let present =
            parse("aa  replica/V1__a.sql\nxx  replica/V2__b.sql\ndd  replica/V4__d.sql\n");
        let edited = edited(&landed, &present);
        assert_eq!(edited.len(), 2);
        assert!(edited[0].starts_with("replica/V2__b.sql") && edited[1].starts_with("replica/V3"));
    }
}
