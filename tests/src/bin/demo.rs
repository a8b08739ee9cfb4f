//! `cargo xtask demo`: one headquarters and two desks of one club, to watch a clash being settled
//! by hand. Everything is thrown away at the end, which is Ctrl-C or closing both windows.
//!
//! Made of the same parts as the stories. It shows; it asserts nothing.

#[cfg(unix)]
fn main() -> anyhow::Result<()> {
    demo::demo()
}

#[cfg(not(unix))]
fn main() {
    eprintln!("The demo needs a throwaway Postgres, which only Unix systems can start here.");
}

#[cfg(unix)]
mod demo {
    use std::path::Path;
    use std::process::Command;
    use std::time::Duration;

    use anyhow::{Context as _, Result};
    use holdfast_tests::desk::Cli;
    use holdfast_tests::display::Display;
    use holdfast_tests::hq::Headquarters;
    use holdfast_tests::owned::Owned;
    use holdfast_tests::parts::{program, workspace};
    use holdfast_tests::postgres::Cluster;
    use serde_json::Value;

    const ORG: &str = "Harbour Club";
    const VENUE: &str = "Harbour Courts";
    const ZONE: &str = "Europe/London";
    const LOOK: Duration = Duration::from_millis(500);
    /// The window shows its content within a second; the rest is for slow machines.
    const DRAWN: Duration = Duration::from_secs(8);

    const WHAT_TO_DO: &str = "
  1. In both windows, switch on \"work offline\" in the bar.
  2. In desk A, click a free hour of any court and book it.
  3. In desk B, book the same hour of the same court. Both say: tentative.
  4. Switch \"work offline\" off in one desk, then in the other.
  5. The first booking stands. The other lies in its desk's inbox, with the reason and with
     free alternatives: one click books one of them.

Ctrl-C ends everything; so does closing both windows.
";

    pub(super) fn demo() -> Result<()> {
        println!("A throwaway Postgres and a headquarters start …");
        let cluster = Cluster::private();
        let hq = Headquarters::start(&cluster.database("demo"));
        println!("Two desks are set up and enrolled …");
        let (a, b) = enrolled(&hq)?;
        println!("Headquarters: {}", hq.url());
        println!("Replicas: {} and {}", a.replica().display(), b.replica().display());
        // As everywhere on X11 and Wayland, these say whether there is a screen.
        let screen = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if cfg!(target_os = "macos") || screen("DISPLAY") || screen("WAYLAND_DISPLAY") {
            by_hand([a.replica(), b.replica()])
        } else {
            pictures([("a", a.replica()), ("b", b.replica())])
        }
    }

    /// Desk A was there first, alone, and founds the organisation; desk B joins it.
    fn enrolled(hq: &Headquarters) -> Result<(Cli, Cli)> {
        let (a, b) = (Cli::new(), Cli::new());
        let url = hq.url();
        let init = ["init", "--org", ORG, "--venue", VENUE, "--timezone", ZONE, "--sample"];
        let made = a.ok(&init);
        let org = hq.create_org(ORG);
        a.ok(&["enrol", "--hq", &url, "--code", &hq.pair(&org, None)]);
        a.ok(&["sync"]);
        let venue = made.get("venue_id").and_then(Value::as_str).unwrap_or(VENUE);
        b.ok(&["enrol", "--hq", &url, "--code", &hq.pair(&org, Some(venue))]);
        b.ok(&["sync"]);
        Ok((a, b))
    }

    fn by_hand(replicas: [&Path; 2]) -> Result<()> {
        let mut desks = replicas.map(|replica| Owned::spawn("a desk", &mut desk(replica)));
        println!("{WHAT_TO_DO}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let interrupted = tokio::signal::ctrl_c();
            tokio::pin!(interrupted);
            loop {
                tokio::select! {
                    asked = &mut interrupted => return asked.context("Ctrl-C"),
                    () = tokio::time::sleep(LOOK) => {}
                }
                if !desks.iter_mut().any(Owned::is_running) {
                    return Ok(());
                }
            }
        })?;
        println!("\nEnding the desks, headquarters and Postgres …");
        Ok(())
    }

    fn pictures(desks: [(&str, &Path); 2]) -> Result<()> {
        println!("\nThe demo is meant for a screen, and there is none here ($DISPLAY and");
        println!(
            "$WAYLAND_DISPLAY are empty). Both desks open in memory, leave a picture and end."
        );
        let shown = desks.map(|(name, replica)| {
            let display = Display::start();
            let window = Owned::spawn("a desk", display.show(&mut desk(replica)));
            (name, window, display)
        });
        std::thread::sleep(DRAWN);
        for (name, mut window, display) in shown {
            anyhow::ensure!(window.is_running(), "desk {name} ended early:\n{}", window.log());
            let picture = Path::new("target").join(format!("holdfast-demo-{name}.png"));
            display.screenshot(&workspace().join(&picture));
            println!("Desk {}: {}", name.to_uppercase(), picture.display());
        }
        println!("On a machine with a screen:\n{WHAT_TO_DO}");
        Ok(())
    }

    fn desk(replica: &Path) -> Command {
        let mut command = Command::new(program("holdfast-desk"));
        command.arg("--replica").arg(replica);
        command
    }
}
