//! A display of its own for each window: Xvfb picks a free number and tells it, so that stories
//! run side by side and on machines without a screen.
//!
//! Trying the numbers that others have, it complains of a "server already running" for each of
//! them. That is how it looks for a free one, and no failure: a start has failed when it ends.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::owned::Owned;
use crate::parts::tool;

/// Width, height and depth: a desk's screen, and what the screenshots of the docs are taken at.
const SCREEN: &str = "1440x900x24";
const START: Duration = Duration::from_secs(20);
/// Between the look at a number and the taking of it, somebody else's server may have it.
const ATTEMPTS: usize = 3;

#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Owned,
}

impl Display {
    pub fn start() -> Self {
        let mut said = String::new();
        for _ in 0..ATTEMPTS {
            let mut server = Self::server();
            match Self::number(&mut server) {
                Some(number) => return Self { name: format!(":{number}"), _server: server },
                None => said = server.log(),
            }
        }
        panic!("Xvfb ended early, {ATTEMPTS} times:\n{said}");
    }

    /// It must not begin anew when its first client leaves: the next one may be about to come.
    fn server() -> Owned {
        let mut command = Command::new(tool("Xvfb"));
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
        Owned::spawn("Xvfb", &mut command)
    }

    /// The number that it took; none if it ended without one.
    fn number(server: &mut Owned) -> Option<u32> {
        crate::wait::eventually("Xvfb tells its display", START, || {
            // Looked at before the log: it may tell its number and be seen running in between.
            let runs = server.is_running();
            let told = server.log().lines().find_map(|line| line.trim().parse::<u32>().ok());
            match (runs, told) {
                (false, _) => Some(None),
                (true, Some(number)) => Some(Some(number)),
                (true, None) => None,
            }
        })
    }

    /// What `DISPLAY` must be.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Points a command at this display and no other.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY")
    }

    /// The whole screen as a PNG, with whatever windows are on it.
    pub fn screenshot(&self, path: &Path) {
        let taken = Command::new(tool("import"))
            .args(["-display", &self.name, "-window", "root"])
            .arg(path)
            .output()
            .expect("import starts");
        assert!(taken.status.success(), "import: {}", String::from_utf8_lossy(&taken.stderr));
    }
}
