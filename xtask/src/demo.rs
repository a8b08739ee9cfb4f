//! `cargo xtask demo`: builds everything, then becomes `holdfast-demo`, which lives in `tests/`
//! because it is made of the same parts as the stories.

use anyhow::Result;

use crate::step::{DESK_FEATURES, Steps, become_program, cargo, command, exec, target};
use crate::system::{self, Need};
use crate::ui;

pub(crate) fn demo() -> Result<()> {
    let mut needs = vec![Need::Build, Need::Stories];
    needs.extend((!system::has_display()).then_some(Need::Headless));
    let mut steps = Steps::default();
    steps.step("system packages", || system::ensure(&needs))?;
    steps.step("UI: install", ui::install)?;
    steps.step("UI: build", ui::build)?;
    steps.step("programs: build", || {
        exec(cargo().args(["build", "--workspace", "--bins"]).args(DESK_FEATURES))
    })?;
    steps.finish("ready")?;
    let programs = target().join("debug");
    let mut demo = command(programs.join("holdfast-demo"));
    become_program(demo.env("HOLDFAST_BIN_DIR", &programs))
}
