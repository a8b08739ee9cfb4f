//! The real desk in a real window, driven by pointer and keys: tauri-driver speaks WebDriver to
//! WebKit, which sees the same events as under a person's hand.
//!
//! Elements are named by their `data-testid`; `css` functions are for the rest. What the window
//! shows is asserted on its DOM: screenshots are for people.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::display::Display;
use crate::owned::{Owned, signal};
use crate::parts::{free_port, program, tool};
use crate::wait::{eventually, eventually_async};

/// How long a story waits for what should happen at once; generous, because two cores are shared.
pub const SOON: Duration = Duration::from_secs(60);
const SESSION: Duration = Duration::from_secs(60);
/// A free port can be lost to somebody else before the driver takes it.
const ATTEMPTS: usize = 3;
const TWO_FRAMES: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));";

/// One desk: a window, its driver and its display. Dropping it ends all three.
#[derive(Debug)]
pub struct Window {
    client: Client,
    replica: PathBuf,
    // The driver goes before the display that its window is on.
    driver: Owned,
    display: Display,
}

impl Window {
    /// Opens the desk on a replica directory, on a display of its own.
    pub async fn open(replica: &Path) -> Self {
        Self::open_with(replica, &[]).await
    }

    /// As [`open`](Self::open), with more arguments for the desk, such as `--sample`.
    pub async fn open_with(replica: &Path, args: &[&str]) -> Self {
        let display = Display::start();
        let directory = replica.to_string_lossy();
        let all = [&["--replica", &directory], args].concat();
        for attempt in 1.. {
            let (mut driver, url) = start_driver(&display, replica);
            let opened = connect(&url, &all).await;
            // A driver that lost its port to another one has ended, and somebody else answered.
            let lost = || "the driver lost its port".to_owned();
            match opened.and_then(|client| driver.is_running().then_some(client).ok_or_else(lost)) {
                Ok(client) => {
                    return Self { client, replica: replica.to_owned(), driver, display };
                }
                Err(e) if attempt == ATTEMPTS => {
                    panic!("the desk's window does not open: {e}\n{}", driver.log())
                }
                Err(_) => {}
            }
        }
        unreachable!("the last attempt returns or panics")
    }

    /// For what the helpers below do not cover.
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub fn display(&self) -> &Display {
        &self.display
    }

    pub async fn find_test_id(&self, id: &str) -> Element {
        self.wait_for(&test_id(id), SOON).await
    }

    /// Every element that matches now; none is fine.
    pub async fn all(&self, css: &str) -> Vec<Element> {
        // The driver fails where one goes while it looks.
        eventually_async(&format!("{css} is looked for"), SOON, async || {
            self.client.find_all(Locator::Css(css)).await.ok()
        })
        .await
    }

    /// The first element that matches and is visible.
    pub async fn wait_for(&self, css: &str, timeout: Duration) -> Element {
        eventually_async(&format!("the window shows {css}"), timeout, async || {
            let found = self.client.find(Locator::Css(css)).await.ok()?;
            found.is_displayed().await.ok()?.then_some(found)
        })
        .await
    }

    pub async fn wait_gone(&self, css: &str, timeout: Duration) {
        eventually_async(&format!("{css} is gone from the window"), timeout, async || {
            self.all(css).await.is_empty().then_some(())
        })
        .await;
    }

    /// Waits until so many elements match: what was asked for may be on its way.
    pub async fn wait_count(&self, css: &str, count: usize, timeout: Duration) {
        eventually_async(&format!("the window has {count} of {css}"), timeout, async || {
            (self.all(css).await.len() == count).then_some(())
        })
        .await;
    }

    /// Waits until the element's text contains `part`.
    pub async fn wait_text(&self, id: &str, part: &str, timeout: Duration) {
        eventually_async(&format!("{id} says `{part}`"), timeout, async || {
            let found = self.client.find(Locator::Css(&test_id(id))).await.ok()?;
            found.text().await.ok()?.contains(part).then_some(())
        })
        .await;
    }

    pub async fn click(&self, id: &str) {
        self.click_css(&test_id(id)).await;
    }

    pub async fn click_css(&self, css: &str) {
        let enabled = format!(":is({css}):not(:disabled)");
        eventually_async(&format!("{css} can be clicked"), SOON, async || {
            // What is being drawn may move away under the pointer.
            if self.client.execute_async(STANDS, vec![json!(enabled)]).await.ok()? != true {
                return None;
            }
            // A list may be drawn again between finding and clicking: find it anew.
            let found = self.client.find(Locator::Css(&enabled)).await.ok()?;
            if found.click().await.is_ok() {
                return Some(());
            }
            // The driver takes for visible what a list has scrolled under the bar below it.
            let middle = "document.querySelector(arguments[0])?.scrollIntoView({block: 'center'})";
            self.client.execute(middle, vec![json!(css)]).await.ok()?;
            None
        })
        .await;
    }

    /// Replaces what is in a field.
    pub async fn type_into(&self, id: &str, text: &str) {
        let field = self.find_test_id(id).await;
        field.clear().await.unwrap_or_else(|e| self.fail(id, &e.to_string()));
        field.send_keys(text).await.unwrap_or_else(|e| self.fail(id, &e.to_string()));
    }

    /// Keys to whatever has the focus, as a person presses them.
    pub async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await;
        let focused = focused.unwrap_or_else(|e| self.fail("the focus", &e.to_string()));
        focused.send_keys(keys).await.unwrap_or_else(|e| self.fail(keys, &e.to_string()));
    }

    /// What stands in a field.
    pub async fn value(&self, id: &str) -> String {
        let script = "return document.querySelector(arguments[0]).value";
        let value = self.script(script, vec![json!(test_id(id))]).await;
        value.as_str().unwrap_or_default().into()
    }

    pub async fn text(&self, id: &str) -> String {
        let found = self.find_test_id(id).await;
        found.text().await.unwrap_or_else(|e| self.fail(id, &e.to_string()))
    }

    /// `textContent` of every match: WebDriver's own text is empty for what is scrolled away.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)";
        let texts = self.script(script, vec![json!(css)]).await;
        serde_json::from_value(texts).unwrap_or_default()
    }

    pub async fn script(&self, script: &str, args: Vec<Value>) -> Value {
        let answer = self.client.execute(script, args).await;
        answer.unwrap_or_else(|e| self.fail(script, &e.to_string()))
    }

    /// Left, top, width and height in the viewport's pixels.
    pub async fn rect(&self, css: &str) -> (f64, f64, f64, f64) {
        self.wait_for(css, SOON).await;
        let script = "const r = document.querySelector(arguments[0]).getBoundingClientRect(); \
                      return [r.x, r.y, r.width, r.height]";
        let rect = self.script(script, vec![json!(css)]).await;
        serde_json::from_value(rect).unwrap_or_else(|e| self.fail(css, &e.to_string()))
    }

    pub async fn centre_of(&self, css: &str) -> (f64, f64) {
        let (x, y, width, height) = self.rect(css).await;
        (x + width / 2.0, y + height / 2.0)
    }

    /// Presses at one point, moves in steps as a hand does, and lets go at the other.
    pub async fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        const STEPS: u32 = 12;
        let step = Some(Duration::from_millis(15));
        let at = |(x, y): (f64, f64), duration| PointerAction::MoveTo { duration, x, y };
        let rest = || PointerAction::Pause { duration: Duration::from_millis(60) };
        let mut hand = MouseActions::new("hand".to_owned())
            .then(at(from, None))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(rest());
        for n in 1..=STEPS {
            let part = f64::from(n) / f64::from(STEPS);
            let along = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            hand = hand.then(at(along, step));
        }
        let hand = hand.then(rest()).then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        let dragged = self.client.perform_actions(hand).await;
        dragged.unwrap_or_else(|e| self.fail("the drag", &e.to_string()));
    }

    /// A PNG of the page, after what was asked for has been drawn.
    pub async fn screenshot(&self, path: &Path) {
        let drawn = self.client.execute_async(TWO_FRAMES, Vec::new()).await;
        drawn.unwrap_or_else(|e| self.fail("two frames", &e.to_string()));
        let png = self.client.screenshot().await;
        let png = png.unwrap_or_else(|e| self.fail("the screenshot", &e.to_string()));
        std::fs::write(path, png).expect("the screenshot's directory exists");
    }

    /// The desk's own process, apart from its driver and its web processes.
    pub fn desk_id(&self) -> u32 {
        eventually("the desk's process is found", SOON, || self.find_desk())
    }

    /// SIGKILL to the desk itself. The window is of no use after this, but to be dropped.
    pub fn kill_desk(&self) {
        let id = self.desk_id();
        signal("KILL", id);
        eventually("the desk is gone", SOON, || self.find_desk().is_none().then_some(()));
    }

    /// Ends the session in good order, so that the desk may save what it saves at its end.
    pub async fn close(self) {
        // The window may be gone already; dropping ends what is left.
        let _ = tokio::time::timeout(SOON, self.client.clone().close()).await;
    }

    fn find_desk(&self) -> Option<u32> {
        let desk = program("holdfast-desk").canonicalize().ok()?;
        let replica = self.replica.to_string_lossy();
        std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let same = std::fs::read_link(entry.path().join("exe")).ok()? == desk;
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let ours = line.split(|b| *b == 0).any(|word| word == replica.as_bytes());
            (same && ours).then_some(id)
        })
    }

    fn fail(&self, what: &str, why: &str) -> ! {
        panic!("{what}: {why}\n{}", self.driver.log())
    }
}

/// Whether what a selector finds is where it was two frames ago.
const STANDS: &str = "const [css, answer] = arguments;
    const found = document.querySelector(css);
    const place = () => Object.values(found.getBoundingClientRect().toJSON()).join();
    if (!found) return answer(false);
    const was = place();
    requestAnimationFrame(() => requestAnimationFrame(() => answer(place() === was)));";

/// The selector of a `data-testid`.
pub fn test_id(id: &str) -> String {
    format!("[data-testid='{id}']")
}

fn start_driver(display: &Display, replica: &Path) -> (Owned, String) {
    let (port, native) = (free_port(), free_port());
    let mut command = Command::new(tool("tauri-driver"));
    command.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
    command.arg("--native-driver").arg(tool("WebKitWebDriver"));
    // Set by some for the sake of other drivers; here it makes the page stay white.
    command.env_remove("WEBKIT_DISABLE_DMABUF_RENDERER");
    // What the page remembers is this desk's own, not that of whoever runs the tests.
    command.env("XDG_DATA_HOME", replica.with_file_name("webview"));
    let driver = Owned::spawn("tauri-driver", display.show(&mut command).process_group(0));
    // The driver forwards to a second one, which starts a moment later.
    for (port, what) in [(port, "tauri-driver listens"), (native, "WebKitWebDriver listens")] {
        eventually(what, SOON, || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
    }
    (driver, format!("http://127.0.0.1:{port}"))
}

async fn connect(url: &str, args: &[&str]) -> Result<Client, String> {
    let desk = program("holdfast-desk").canonicalize().map_err(|e| e.to_string())?;
    let capabilities = json!({
        "browserName": "wry",
        "tauri:options": { "application": desk, "args": args },
    });
    let Value::Object(capabilities) = capabilities else { unreachable!("it is written as one") };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let session = tokio::time::timeout(SESSION, builder.capabilities(capabilities).connect(url));
    let session = session.await.map_err(|_| format!("no session within {SESSION:?}"))?;
    session.map_err(|e| e.to_string())
}
