//! How a command tells what it does: every step with a header and its time, and a summary at the
//! end, also when a step failed. Knows the paths of the repository and how to call cargo.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The desk embeds `ui/dist` only with this. Every call that builds the whole workspace passes
/// it: with another set of features cargo would build half of the desk a second time.
pub(crate) const DESK_FEATURES: [&str; 2] = ["--features", "holdfast-desk/custom-protocol"];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

pub(crate) fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// A path as people in the repository would write it.
pub(crate) fn relative(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}

/// The cargo that runs us, in the root of the workspace.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program that runs in the root of the workspace.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs a command with its output on ours, and fails if it fails.
pub(crate) fn exec(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", line(command));
    }
    Ok(())
}

/// Becomes that program, so that Ctrl-C reaches it alone and its exit code is ours.
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        Err(command.exec()).with_context(|| format!("cannot start {}", line(command)))
    }
    #[cfg(not(unix))]
    exec(command)
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    command.get_args().fold(program.into_owned(), |all, arg| all + " " + &arg.to_string_lossy())
}

/// What has been done so far.
#[derive(Debug, Default)]
pub(crate) struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    name: &'static str,
    took: Duration,
    failure: Option<String>,
}

impl Steps {
    /// Does one step and hands on its failure: for what later steps rely on.
    pub(crate) fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        println!("\n=== {name}");
        let started = Instant::now();
        let outcome = work();
        let took = started.elapsed();
        println!("=== {name}: {} after {:.1} s", word(outcome.is_ok()), took.as_secs_f64());
        let failure = outcome.as_ref().err().map(|e| format!("{e:#}"));
        self.0.push(Step { name, took, failure });
        outcome
    }

    /// Does one step and goes on whatever comes of it; [`finish`](Self::finish) tells.
    pub(crate) fn check(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        if let Err(failure) = self.step(name, work) {
            println!("{failure:#}");
        }
    }

    /// The summary, and a failure if any step failed.
    pub(crate) fn finish(self, command: &str) -> Result<()> {
        println!("\n--- {command}");
        for step in &self.0 {
            let mark = word(step.failure.is_none());
            println!("{mark:>6}  {:>7.1} s  {}", step.took.as_secs_f64(), step.name);
        }
        let total: Duration = self.0.iter().map(|s| s.took).sum();
        println!("{:>6}  {:>7.1} s", "total", total.as_secs_f64());
        let failed: Vec<String> = self.0.into_iter().filter_map(Step::failed).collect();
        if !failed.is_empty() {
            bail!("{command}:\n{}", failed.join("\n"));
        }
        Ok(())
    }
}

impl Step {
    fn failed(self) -> Option<String> {
        self.failure.map(|failure| format!("{}: {failure}", self.name))
    }
}

fn word(ok: bool) -> &'static str {
    if ok { "ok" } else { "FAILED" }
}
