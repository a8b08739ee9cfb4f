//! `cargo xtask lint`: everything that can be said about the code without running it. All checks
//! run even when one fails, cheap ones first, and the summary lists what is wrong.

use anyhow::{Result, bail};

use crate::step::{DESK_FEATURES, Steps, cargo, exec};
use crate::system::{self, Need};
use crate::{tools, ui};

mod dependencies;
mod layering;
mod migrations;
mod modules;
mod sources;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Record new migrations in migrations/CHECKSUMS; landed ones are never recorded anew
    #[arg(long)]
    accept_migrations: bool,
}

pub(crate) fn lint(args: &Args) -> Result<()> {
    if args.accept_migrations {
        return migrations::accept();
    }
    let mut steps = Steps::default();
    steps.check("layering", || none_of(&layering::problems()?));
    steps.check("dead dependencies", || none_of(&dependencies::problems()?));
    steps.check("unread files", || none_of(&modules::problems()?));
    steps.check("SQL, Tauri imports, paths of machines", || none_of(&sources::problems()?));
    steps.check("migrations", || none_of(&migrations::problems()?));
    steps.check("formatting", || exec(cargo().args(["fmt", "--all", "--check"])));
    steps.check("system packages", || system::ensure(&[Need::Build]));
    steps.check("UI: install", ui::install);
    steps.check("UI: lint", ui::lint);
    // The desk embeds it, so that clippy cannot look at the desk without it.
    steps.check("UI: build", ui::build);
    steps.check("clippy", || {
        let clippy = ["clippy", "--workspace", "--all-targets"];
        exec(cargo().args(clippy).args(DESK_FEATURES).args(["--", "-D", "warnings"]))
    });
    steps.check("tools", || tools::DENY.ensure());
    steps.check("licences, bans and sources of crates", || {
        let mut deny = crate::step::command(tools::DENY.program());
        exec(deny.args(["--workspace", "check", "bans", "licenses", "sources"]))
    });
    steps.finish("cargo xtask lint")
}

fn none_of(problems: &[String]) -> Result<()> {
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}
