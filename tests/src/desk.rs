//! A desk without a window: the real `holdfast` on a replica directory of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::owned::Owned;
use crate::parts::program;

/// What one run of `holdfast --json` came to.
#[derive(Debug)]
pub struct Output {
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// The one document on stdout; null if there was none.
    pub json: Value,
    pub stdout: String,
    pub stderr: String,
}

#[derive(Debug)]
pub struct Cli {
    replica: PathBuf,
    _temporary: Option<TempDir>,
}

impl Cli {
    /// A desk whose replica is thrown away with it.
    #[expect(clippy::new_without_default, reason = "a desk makes a directory; that is no default")]
    pub fn new() -> Self {
        let temporary = tempfile::Builder::new().prefix("holdfast-desk-").tempdir();
        let temporary = temporary.expect("the temporary directory can be written to");
        Self { replica: temporary.path().join("replica"), _temporary: Some(temporary) }
    }

    /// A desk on a replica that is somebody else's to keep.
    pub fn at(replica: &Path) -> Self {
        Self { replica: replica.to_owned(), _temporary: None }
    }

    /// The replica's directory, for `--replica` and for looking inside.
    pub fn replica(&self) -> &Path {
        &self.replica
    }

    /// Runs a command with `--json`, whatever comes of it.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Output {
        told(&self.command(args).output().expect("holdfast starts"))
    }

    /// Runs a command that must succeed, and returns its answer.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert_eq!(output.code, 0, "holdfast {args:?}: {}{}", output.stdout, output.stderr);
        output.json
    }

    /// What a command says to a person.
    pub fn says(&self, args: &[&str]) -> String {
        let mut command = Command::new(program("holdfast"));
        told(
            &command
                .arg("--replica")
                .arg(&self.replica)
                .args(args)
                .output()
                .expect("holdfast starts"),
        )
        .stdout
    }

    /// Runs a command that reads a line from stdin, whatever comes of it.
    #[track_caller]
    pub fn type_in(&self, args: &[&str], line: &str) -> Output {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("holdfast starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        writeln!(stdin, "{line}").expect("holdfast reads");
        drop(stdin);
        told(&child.wait_with_output().expect("holdfast ends"))
    }

    /// Starts a command without waiting, to be killed in the middle of it.
    pub fn spawn(&self, args: &[&str]) -> Owned {
        Owned::spawn("holdfast", &mut self.command(args))
    }

    /// What runs a command with `--json`.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program("holdfast"));
        command.arg("--replica").arg(&self.replica).args(args).arg("--json");
        command
    }
}

fn told(output: &std::process::Output) -> Output {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    Output {
        code: output.status.code().unwrap_or(-1),
        json: serde_json::from_str(&stdout).unwrap_or_default(),
        stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
