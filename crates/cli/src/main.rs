//! `holdfast`: a replica without a window, for support staff, scripts and our own tests.
//!
//! Every command goes the same way: [`args`] reads what was typed, [`lookup`] and [`when`] turn
//! names and local times into what the replica knows, one module of [`commands`] asks or submits,
//! and [`output`] prints the answer and picks the exit code. docs/CLI.md fixes every JSON shape.
//!
//! There is no rule here and no SQL: `holdfast-domain` decides, `holdfast-replica` stores.

mod args;
mod commands;
mod desk;
mod hours;
mod lookup;
mod output;
mod stop;
mod values;
mod when;

use std::process::ExitCode;

fn main() -> ExitCode {
    match args::read() {
        Ok(cli) => output::finish(commands::run(&cli), cli.json),
        Err(unread) => output::unread(&unread),
    }
}
