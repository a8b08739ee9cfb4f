//! A display of its own for each window: Xvfb picks a free number and tells it, so that stories
//! run side by side and on machines without a screen.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::owned::Owned;
use crate::parts::tool;

/// Width, height and depth: a desk's screen, and what the screenshots of the docs are taken at.
const SCREEN: &str = "1440x900x24";
const START: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Owned,
}

impl Display {
    pub fn start() -> Self {
        let mut command = Command::new(tool("Xvfb"));
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
        let mut server = Owned::spawn("Xvfb", &mut command);
        let number = crate::wait::eventually("Xvfb tells its display", START, || {
            assert!(server.is_running(), "Xvfb ended early:\n{}", server.log());
            server.log().lines().find_map(|line| line.trim().parse::<u32>().ok())
        });
        Self { name: format!(":{number}"), _server: server }
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
