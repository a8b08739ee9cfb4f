//! `cargo xtask test`: all set-up and all tests, stopping at the first step that fails.
//!
//! Every program is built first, because the stories run the real ones. Window stories bring
//! their own display, and Postgres stories their own server, so plain `cargo test` works too
//! once this has run.

use anyhow::Result;

use crate::step::{DESK_FEATURES, Steps, cargo, exec, target};
use crate::system::{self, Need};
use crate::{tools, ui};

/// Window stories carry this in their names.
const IN_THE_WINDOW: &str = "in_the_window";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave out the stories in the real window, which take the longest
    #[arg(long)]
    fast: bool,
}

pub(crate) fn test(args: &Args) -> Result<()> {
    let mut steps = Steps::default();
    // The failure is in the summary.
    let _ = all(&mut steps, args);
    steps.finish("cargo xtask test")
}

fn all(steps: &mut Steps, args: &Args) -> Result<()> {
    steps.step("system packages", || {
        system::ensure(&[Need::Build, Need::Headless, Need::Stories])
    })?;
    steps.step("tools", || tools::DRIVER.ensure())?;
    steps.step("UI: install", ui::install)?;
    steps.step("UI: unit tests", ui::test)?;
    steps.step("UI: build", ui::build)?;
    steps.step("Rust: build programs and tests", || {
        // Together, so that both share one set of features and nothing is compiled twice.
        let kinds = ["build", "--workspace", "--lib", "--bins", "--tests"];
        exec(cargo().args(kinds).args(DESK_FEATURES))
    })?;
    steps.step("Rust: tests and stories", || {
        let mut tests = cargo();
        tests.args(["test", "--workspace"]).args(DESK_FEATURES);
        tests.env("HOLDFAST_BIN_DIR", target().join("debug"));
        if args.fast {
            println!("--fast: leaving out every test named …{IN_THE_WINDOW}…");
            tests.args(["--", "--skip", IN_THE_WINDOW]);
        }
        exec(&mut tests)
    })
}
