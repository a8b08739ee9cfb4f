//! The real headquarters: `holdfast-hq` on a loopback port, against a database of its own.
//!
//! Killing it is SIGKILL and not a request: what it had not committed must be gone, and what it
//! had committed must be there after [`Headquarters::restart`], on the same address.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::owned::Owned;
use crate::parts::program;
use crate::postgres::Database;

/// How often headquarters does by itself what is due.
pub const HOUSEKEEPING: &str = "HOLDFAST_HOUSEKEEPING_SECONDS";
const READY: &str = "listening on http://";
const START: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Headquarters {
    environment: Vec<(String, String)>,
    address: String,
    process: Option<Owned>,
    /// Kept as long as it is served, and no longer.
    database: Database,
}

impl Headquarters {
    /// Migrates the database and serves it on a free port.
    pub fn start(database: &Database) -> Self {
        Self::start_with(database, &[])
    }

    /// As [`start`](Self::start), with environment variables for the server.
    pub fn start_with(database: &Database, environment: &[(&str, &str)]) -> Self {
        let own = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        let mut hq = Self {
            environment: environment.iter().map(own).collect(),
            address: "127.0.0.1:0".to_owned(),
            process: None,
            database: database.clone(),
        };
        hq.admin_text(&["migrate"]);
        hq.restart();
        hq
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves again, on the port that the desks know, ending a server that still runs.
    pub fn restart(&mut self) {
        self.kill();
        let mut command = self.command(&["serve", "--listen", &self.address]);
        // What it does by itself would come between a story and its desks, unless the story is
        // about that.
        if !self.environment.iter().any(|(name, _)| name == HOUSEKEEPING) {
            command.env(HOUSEKEEPING, "86400");
        }
        let mut process = Owned::spawn("holdfast-hq", &mut command);
        self.address = process.wait_for_line(READY, START);
        self.process = Some(process);
    }

    /// SIGKILL, in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// SIGTERM, and waits until it has let go.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.terminate();
        }
    }

    pub fn log(&self) -> String {
        self.process.as_ref().map(Owned::log).unwrap_or_default()
    }

    /// Runs an administrator's command with `--json` and returns what it printed.
    #[track_caller]
    pub fn admin(&self, args: &[&str]) -> Value {
        let text = self.admin_text(&[args, &["--json"]].concat());
        serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{args:?} printed no JSON ({e}): {text}"))
    }

    /// An empty organisation; returns its id.
    #[track_caller]
    pub fn create_org(&self, name: &str) -> String {
        field(&self.admin(&["org", "create", name]), "org_id")
    }

    /// A pairing code for a desk of one venue, or of the standalone desk that founds the org.
    #[track_caller]
    pub fn pair(&self, org: &str, venue: Option<&str>) -> String {
        let mut args = vec!["pair", "--org", org];
        args.extend(venue.into_iter().flat_map(|venue| ["--venue", venue]));
        field(&self.admin(&args), "code")
    }

    #[track_caller]
    fn admin_text(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("holdfast-hq starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "holdfast-hq {args:?} failed: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What runs a command of it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program("holdfast-hq"));
        command.args(["--database-url", &self.database.url]).args(args);
        command.envs(self.environment.iter().map(|(k, v)| (k, v)));
        command
    }
}

#[track_caller]
fn field(answer: &Value, name: &str) -> String {
    let text = answer.get(name).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no `{name}` in {answer}")).to_owned()
}
