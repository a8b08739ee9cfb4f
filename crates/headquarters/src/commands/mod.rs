//! The command line: arguments in, text or one JSON document out, and an exit code that scripts can
//! act on: 0 done, 2 bad input, 4 failure, 5 database unreachable.

mod audit;
mod devices;
mod doctor;
mod migrate;
mod org;
mod pair;
mod serve;

use clap::{Args, Parser, Subcommand};
use holdfast_headquarters::{Database, Failure, Session};
use serde_json::{Value, json};
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// Headquarters of Holdfast: settles what desks did offline.
#[derive(Debug, Parser)]
#[command(name = "holdfast-hq", version)]
struct Cli {
    /// Postgres, e.g. postgres://user@host/holdfast
    #[arg(long, global = true, env = "HOLDFAST_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the database's schema up to this program
    Migrate,
    /// Serve desks
    Serve(serve::Serve),
    /// Organisations
    #[command(subcommand)]
    Org(org::Org),
    /// Make a pairing code for a desk
    Pair(pair::Pair),
    /// Devices of an organisation
    Devices(devices::Devices),
    /// What was changed, by whom, when and on which device
    Audit(audit::Audit),
    /// Erase again what a restored backup brought back of erased customers
    EraseAgain(audit::EraseAgain),
    /// Check that headquarters is well
    Doctor(doctor::Doctor),
}

/// Which organisation a command is about.
#[derive(Debug, Args)]
struct WhichOrg {
    /// Organisation: name or id
    #[arg(long)]
    org: String,
}

/// What a command prints, and whether what it looked at is well.
struct Output {
    text: String,
    json: Value,
    well: bool,
}

impl Output {
    fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, well: true }
    }
}

/// Where a command finds its database.
struct Context {
    url: String,
    json: bool,
}

impl Context {
    fn database(&self) -> Result<Database, Failure> {
        Database::new(&self.url)
    }

    async fn session(&self) -> Result<Session, Failure> {
        self.database()?.session().await
    }
}

pub(crate) fn run() -> ExitCode {
    let wants_json = std::env::args().any(|arg| arg == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if wants_json && error.use_stderr() => {
            return report(true, Err(Failure::Input(error.render().to_string().trim().to_owned())));
        }
        // Help and version are no errors; clap knows where each is printed and how it exits.
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(cli.json, Err(error.into())),
    };
    report(cli.json, runtime.block_on(dispatch(cli)))
}

async fn dispatch(cli: Cli) -> Result<Output, Failure> {
    let url = cli.database_url.ok_or_else(|| {
        Failure::Input("Which database? Give --database-url or set HOLDFAST_DATABASE_URL.".into())
    })?;
    let context = Context { url, json: cli.json };
    match cli.command {
        Command::Migrate => migrate::run(&context).await,
        Command::Serve(args) => serve::run(&context, args).await,
        Command::Org(args) => org::run(&context, args).await,
        Command::Pair(args) => pair::run(&context, args).await,
        Command::Devices(args) => devices::run(&context, args).await,
        Command::Audit(args) => audit::run(&context, args).await,
        Command::EraseAgain(args) => audit::erase_again(&context, args).await,
        Command::Doctor(args) => doctor::run(&context, args).await,
    }
}

fn report(wants_json: bool, result: Result<Output, Failure>) -> ExitCode {
    match result {
        Ok(Output { text, json, well }) => {
            let shown = if wants_json { json.to_string() } else { text };
            if !shown.is_empty() && !print(&shown) {
                return ExitCode::from(4);
            }
            ExitCode::from(if well { 0 } else { 4 })
        }
        Err(failure) => {
            let message = failure.to_string();
            if wants_json {
                let error = json!({ "code": failure.code(), "message": message });
                print(&json!({ "error": error }).to_string());
            } else {
                eprint_line(&message);
            }
            ExitCode::from(exit_code(&failure))
        }
    }
}

/// Prints to stdout, and answers whether that went well. A reader that has gone away (`head`) has
/// seen what it wanted.
fn print(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => true,
        Err(error) => {
            eprint_line(&format!("The result could not be written: {error}."));
            false
        }
    }
}

/// Prints to stderr; where even that is closed there is nobody to tell.
fn eprint_line(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}

fn exit_code(failure: &Failure) -> u8 {
    match failure {
        Failure::Input(_) | Failure::Config(_) => 2,
        Failure::Unreachable(_) => 5,
        Failure::Database(_)
        | Failure::Schema(_)
        | Failure::Migration(_)
        | Failure::Corrupt { .. }
        | Failure::Io(_)
        | Failure::Bug(_) => 4,
    }
}
