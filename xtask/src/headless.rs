//! A window without a display: an Xvfb of our own, the program in it, and a picture of both once
//! there is something to see. Ends both by their ids, also when something fails.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const SCREEN: &str = "1440x900x24";
const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(400);
/// After the first content: fonts and the last layout settle.
const SETTLE: Duration = Duration::from_secs(2);
/// An empty display has one colour and an empty page two; smooth letters make hundreds.
const COLOURS_OF_CONTENT: u32 = 64;

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Shows a program on a display in memory and writes a screenshot of it.
pub(crate) fn photograph(program: &mut Command, picture: &Path) -> Result<()> {
    let (_server, display) = start_display()?;
    program.env("DISPLAY", &display).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
    let mut program = Ended(program.spawn().context("the desk does not start")?);
    let deadline = Instant::now() + PATIENCE;
    loop {
        std::thread::sleep(PAUSE);
        if let Some(status) = program.0.try_wait()? {
            bail!("the desk ended early: {status}");
        }
        if take(&display, picture)? >= COLOURS_OF_CONTENT {
            std::thread::sleep(SETTLE);
            take(&display, picture)?;
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("the window is still empty after {PATIENCE:?}; see {}", picture.display());
        }
    }
}

fn start_display() -> Result<(Ended, String)> {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("Xvfb does not start")?;
    let output = server.stdout.take().context("Xvfb's output")?;
    let server = Ended(server);
    let mut number = String::new();
    BufReader::new(output).read_line(&mut number)?;
    let number: u32 = number.trim().parse().context("Xvfb tells no display")?;
    Ok((server, format!(":{number}")))
}

/// Takes the picture and returns how many colours it has.
fn take(display: &str, picture: &Path) -> Result<u32> {
    let mut import = Command::new("import");
    import.args(["-display", display, "-window", "root"]).arg(picture);
    let taken = import.status().context("import, of imagemagick")?;
    if !taken.success() {
        bail!("import cannot take the picture: {taken}");
    }
    let colours = Command::new("identify").args(["-format", "%k"]).arg(picture).output();
    let colours = colours.context("identify, of imagemagick")?;
    String::from_utf8_lossy(&colours.stdout).trim().parse().context("identify counts no colours")
}
