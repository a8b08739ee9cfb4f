//! Processes that end with us. Each one runs in its own process group beside a small shell that
//! holds a pipe to this process: when the pipe closes, for whatever reason, the group is killed.
//!
//! That covers `Drop`, a panic and SIGKILL with one mechanism, and it ends grandchildren too: an
//! orphaned WebKitWebDriver keeps its port and the pipes of whoever waits for the tests.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::wait::eventually;

const KILL_GROUP: &str = r#"kill -s KILL -- "-$1" 2>/dev/null"#;
const LOG_LINES: usize = 2_000;

/// Runs a shell script once this process is gone or the watchdog is dropped.
#[derive(Debug)]
pub struct Watchdog(Child);

impl Watchdog {
    /// The script sees `args` as `$1`, `$2` and so on.
    pub fn set(script: &str, args: &[&str]) -> Self {
        // `read` returns only when our end of the pipe is closed: nobody ever writes to it.
        let child = Command::new("/bin/sh")
            .arg("-c")
            .arg(format!("read -r _; {script}"))
            .arg("watchdog")
            .args(args)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("/bin/sh starts");
        Self(child)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // An error means that it is gone already, which is what we want.
        let _ = self.0.wait();
    }
}

/// What a process said on both its outputs, the newest lines only.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<VecDeque<String>>>);

impl Log {
    fn lines(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gather(&self, output: impl Read + Send + 'static) {
        let log = self.clone();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                let mut lines = log.lines();
                if lines.len() == LOG_LINES {
                    lines.pop_front();
                }
                lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
                line.clear();
            }
        });
    }
}

/// A running program, with everything that it starts.
#[derive(Debug)]
pub struct Owned {
    name: String,
    child: Child,
    log: Log,
    watchdog: Option<Watchdog>,
}

impl Owned {
    pub fn spawn(name: &str, command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("{name} does not start ({e}); run `cargo xtask test`"));
        let watchdog = Watchdog::set(KILL_GROUP, &[&child.id().to_string()]);
        let log = Log::default();
        log.gather(child.stdout.take().expect("stdout is a pipe"));
        log.gather(child.stderr.take().expect("stderr is a pipe"));
        Self { name: name.to_owned(), child, log, watchdog: Some(watchdog) }
    }

    /// The process id, which is also the id of its group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        self.log.lines().iter().fold(String::new(), |all, line| all + line + "\n")
    }

    /// The rest of the first line that starts with `prefix`.
    pub fn wait_for_line(&mut self, prefix: &str, timeout: Duration) -> String {
        let what = format!("{} says `{prefix}…`", self.name);
        eventually(&what, timeout, || {
            let rest = |l: &String| l.strip_prefix(prefix).map(|r| r.trim().to_owned());
            let found = self.log.lines().iter().find_map(rest);
            // Looked at after the log: a program may say its last word and end.
            let ended = found.is_none() && !self.is_running();
            assert!(!ended, "{} ended early:\n{}", self.name, self.log());
            found
        })
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// SIGKILL to the whole group, and waits for it.
    pub fn kill(&mut self) {
        drop(self.watchdog.take());
        let _ = self.child.wait();
    }

    /// SIGTERM to the program alone: what an orderly shutdown does.
    pub fn terminate(&mut self) -> ExitStatus {
        signal("TERM", self.id());
        self.child.wait().expect("our own child can be waited for")
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- {} said:\n{}---", self.name, self.log());
        }
    }
}

/// Sends a signal by name to one process.
pub fn signal(name: &str, id: u32) {
    let script = r#"kill -s "$1" "$2""#;
    let sent =
        Command::new("/bin/sh").args(["-c", script, "signal", name, &id.to_string()]).status();
    assert!(sent.is_ok_and(|s| s.success()), "process {id} cannot be sent {name}");
}
