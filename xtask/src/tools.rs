//! Tools that come from crates.io, kept in `target/tools` so that nobody's own are touched.

use std::path::PathBuf;

use anyhow::Result;

use crate::step::{cargo, exec, root};

#[derive(Debug)]
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    why: &'static str,
}

/// Newer ones are taken on purpose, never by accident: a lint must not fail by itself overnight.
pub(crate) const DRIVER: Tool = Tool {
    name: "tauri-driver",
    version: "2.1.0",
    why: "speaks WebDriver to the desk's window; 2 goes with Tauri 2",
};
pub(crate) const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
    why: "checks licences and sources of every crate; deny.toml is written for 0.20",
};

fn directory() -> PathBuf {
    root().join("target/tools")
}

impl Tool {
    pub(crate) fn program(&self) -> PathBuf {
        directory().join("bin").join(self.name).with_extension(std::env::consts::EXE_EXTENSION)
    }

    /// Installs this very version unless it is there.
    pub(crate) fn ensure(&self) -> Result<()> {
        let listed = std::fs::read_to_string(directory().join(".crates.toml")).unwrap_or_default();
        if self.program().is_file()
            && listed.contains(&format!("\"{} {} ", self.name, self.version))
        {
            println!("{} {} is there", self.name, self.version);
            return Ok(());
        }
        println!("installing {} {}: it {}", self.name, self.version, self.why);
        let version = format!("={}", self.version);
        let mut install = cargo();
        // Built without optimisation: it runs for seconds, and compiling takes minutes.
        install.args(["install", "--locked", "--debug", "--force", "--root"]).arg(directory());
        install.args(["--version", &version, self.name]).env("CARGO_PROFILE_DEV_DEBUG", "0");
        exec(&mut install)
    }
}
