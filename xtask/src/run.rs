//! `cargo xtask run`: from a bare machine to the open window.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::step::{Steps, become_program, cargo, exec, relative, target};
use crate::system::{self, Need};
use crate::{headless, ui};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Start with a sample venue instead of asking
    #[arg(long)]
    sample: bool,
    /// The replica's directory; the platform's data directory if not given
    #[arg(long, value_name = "DIR")]
    replica: Option<PathBuf>,
    /// Build with optimisation, as it is shipped
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    build(args)?;
    let profile = if args.release { "release" } else { "debug" };
    let program = target().join(profile).join("holdfast-desk");
    let mut desk = Command::new(program.with_extension(std::env::consts::EXE_EXTENSION));
    if system::has_display() {
        desk.args(args.sample.then_some("--sample"));
        desk.args(args.replica.iter().flat_map(|dir| ["--replica".as_ref(), dir.as_os_str()]));
        return become_program(&mut desk);
    }
    without_display(args, &mut desk)
}

fn build(args: &Args) -> Result<()> {
    let needs: &[Need] =
        if system::has_display() { &[Need::Build] } else { &[Need::Build, Need::Headless] };
    let mut steps = Steps::default();
    steps.step("system packages", || system::ensure(needs))?;
    steps.step("UI: install", ui::install)?;
    steps.step("UI: build", ui::build)?;
    steps.step("the desk: build", || {
        let mut build = cargo();
        build.args(["build", "-p", "holdfast-desk", "--bins", "--features", "custom-protocol"]);
        exec(build.args(args.release.then_some("--release")))
    })?;
    steps.finish("ready")
}

/// Shows the sample on a replica of its own, unless told which replica to show: a picture of the
/// question which venue to open would tell nobody much.
fn without_display(args: &Args, desk: &mut Command) -> Result<()> {
    println!("There is no display here ($DISPLAY and $WAYLAND_DISPLAY are empty): the desk opens");
    println!("on one in memory, leaves a screenshot and ends.");
    let own = target().join("run-replica");
    let sample = args.sample || args.replica.is_none();
    if args.replica.is_none() {
        println!("It shows the sample venue, on the replica in {}.", relative(&own).display());
    }
    desk.arg("--replica").arg(args.replica.as_ref().unwrap_or(&own));
    desk.args(sample.then_some("--sample"));
    let picture = target().join("holdfast.png");
    headless::photograph(desk, &picture)?;
    println!("Screenshot: {}", relative(&picture).display());
    Ok(())
}
