//! Where the parts of a story lie: our programs, the tools, the shared data, a free port.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// One of our own programs. `HOLDFAST_BIN_DIR` says where they are; without it, they are looked
/// for beside the running test, where cargo builds them.
pub fn program(name: &str) -> PathBuf {
    let directory = std::env::var_os("HOLDFAST_BIN_DIR").map_or_else(beside_us, PathBuf::from);
    let path = directory.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.is_file(),
        "{} is not built; run `cargo xtask test`, which builds every program first",
        path.display()
    );
    path
}

fn beside_us() -> PathBuf {
    let us = std::env::current_exe().expect("a running program has a path");
    let directory = us.parent().expect("a program lies in a directory");
    let tests = directory.ends_with("deps");
    let up = if tests { directory.parent() } else { None };
    up.unwrap_or(directory).to_owned()
}

/// A tool that `cargo xtask test` installs: beside the build, or wherever PATH finds it.
pub fn tool(name: &str) -> PathBuf {
    let ours = workspace().join("target/tools/bin").join(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(ours)
        .chain(std::env::split_paths(&path).map(|d| d.join(name)))
        .find(|p| p.is_file())
        .unwrap_or_else(|| panic!("{name} is missing; run `cargo xtask test`, which installs it"))
}

/// The real-shaped club's CSV files, if this checkout has them. They are not ours to ship.
pub fn club() -> Option<PathBuf> {
    let shared = std::env::var_os("HOLDFAST_SHARED_DATA")
        .map_or_else(|| workspace().join("../shared/data"), PathBuf::from);
    shared.join("clubdata").canonicalize().ok()
}

/// Says that a story was left out, past the capture of the test runner: a story that did not
/// run must not look like one that passed.
pub fn say_skipped(what: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what} is absent");
}

/// Leaves the story and says plainly what was absent: `skip!("the club's data")`.
#[macro_export]
macro_rules! skip {
    ($($what:tt)+) => {{
        $crate::parts::say_skipped(&format!($($what)+));
        return;
    }};
}

/// A port that was free a moment ago, and that this process was never given before: two windows
/// that start together would else speak to each other's driver. Whoever takes it must be ready to
/// lose the race against others.
pub fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|l| l.local_addr())
            .expect("the loopback interface has free ports")
            .port();
        if GIVEN.lock().unwrap_or_else(PoisonError::into_inner).insert(port) {
            return port;
        }
    }
}
