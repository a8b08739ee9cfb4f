//! `holdfast-hq`: headquarters as a program. Serves desks, and does an administrator's few chores.
//! Each command is a module of [`commands`]; what they do is in the library.

mod commands;

fn main() -> std::process::ExitCode {
    commands::run()
}
