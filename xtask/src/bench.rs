//! `cargo xtask bench`: optimised programs, measured by the `benches` crate, which starts the
//! throwaway Postgres that it needs itself.

use std::ffi::OsString;

use anyhow::Result;

use crate::step::{Steps, become_program, cargo, command, exec, target};
use crate::system::{self, Need};

const PACKAGES: [&str; 3] = ["holdfast-benches", "holdfast-headquarters", "holdfast-cli"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Passed on to the benches
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

pub(crate) fn bench(args: &Args) -> Result<()> {
    let mut steps = Steps::default();
    steps.step("system packages", || system::ensure(&[Need::Build, Need::Stories]))?;
    steps.step("programs: build, optimised", || {
        let packages = PACKAGES.iter().flat_map(|name| ["-p", name]);
        exec(cargo().args(["build", "--release"]).args(packages))
    })?;
    steps.finish("ready")?;
    let programs = target().join("release");
    let mut benches = command(programs.join("holdfast-benches"));
    become_program(benches.args(&args.rest).env("HOLDFAST_BIN_DIR", &programs))
}
