//! The window's npm project: installed when its lock file says so, built when its sources are
//! newer than what was built, because the desk is compiled again whenever `ui/dist` changes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use crate::step::{exec, root};

const NOT_SOURCES: [&str; 4] = ["node_modules", "dist", "tests", ".svelte-kit"];

pub(crate) fn install() -> Result<()> {
    let lock = modified(&directory().join("package-lock.json")).context("ui/package-lock.json")?;
    // npm writes this file last: a broken install leaves none.
    let installed = modified(&directory().join("node_modules/.package-lock.json"));
    if installed.is_ok_and(|installed| installed >= lock) {
        println!("node_modules is up to date");
        return Ok(());
    }
    npm(&["ci"]).context("npm is needed, with Node 20 or newer: https://nodejs.org")
}

pub(crate) fn build() -> Result<()> {
    let built = modified(&directory().join("dist/index.html"));
    let sources = newest(&directory())?;
    if built.is_ok_and(|built| built >= sources) {
        println!("ui/dist is up to date");
        return Ok(());
    }
    npm(&["run", "build"])
}

pub(crate) fn test() -> Result<()> {
    npm(&["test"])
}

pub(crate) fn lint() -> Result<()> {
    npm(&["run", "lint"])
}

pub(crate) fn directory() -> PathBuf {
    root().join("ui")
}

fn npm(args: &[&str]) -> Result<()> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    exec(Command::new(npm).args(args).current_dir(directory()))
}

fn modified(path: &Path) -> Result<SystemTime> {
    Ok(path.metadata()?.modified()?)
}

/// When anything in the directory was changed last; a removed file changes its directory.
fn newest(directory: &Path) -> Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        newest = newest.max(entry.metadata()?.modified()?);
        if entry.file_type()?.is_dir() {
            newest = newest.max(self::newest(&entry.path())?);
        }
    }
    Ok(newest)
}
