//! The repository's own commands: `cargo xtask run | test | lint | demo | bench`.
//!
//! Each command does its own set-up, from system packages to the built window, so that a fresh
//! clone needs nothing but Rust, Node and npm. One file per command; what they share is in
//! [`system`] (packages), [`tools`] (cargo tools), [`ui`] (npm) and [`step`] (how it is told).
//! Nothing here is part of the product, and few crates are used, so that it starts in seconds.

mod bench;
mod demo;
mod headless;
mod lint;
mod run;
mod step;
mod system;
mod test;
mod tools;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about, long_about = None)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the desk and open it; without a display, leave a screenshot instead
    Run(run::Args),
    /// Set up and run every test: UI, Rust, Postgres stories, stories in the real window
    Test(test::Args),
    /// Formatting, clippy, licences, layering and the other rules of the house
    Lint(lint::Args),
    /// A headquarters and two desks of one club, to show a clash being settled
    Demo,
    /// Measure against plain SQLite and plain Postgres
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Test(args) => test::test(&args),
        Command::Lint(args) => lint::lint(&args),
        Command::Demo => demo::demo(),
        Command::Bench(args) => bench::bench(&args),
    };
    // Without a backtrace: what failed is a command, and where in here says nothing.
    outcome.map_or_else(
        |failure| {
            eprintln!("\nError: {failure:#}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
