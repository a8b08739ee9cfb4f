//! What our path costs, as a ratio to the least that could be done, both measured in this run: the
//! machine's own speed cancels out.
//!
//! `cargo xtask bench` runs this, optimised.

mod catch_up;
mod growth;
mod headquarters;
mod rows;
mod submit;

use anyhow::Result;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    println!(
        "Each figure is the middle one of several rounds; the rounds of both sides take turns.\n"
    );
    // `cargo xtask bench growth` runs one of them.
    let only: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|it| it == name);
    if wanted("submit") {
        submit::run()?;
    }
    if wanted("growth") {
        growth::run()?;
    }
    if wanted("headquarters") {
        headquarters::run().await?;
    }
    if wanted("catch_up") {
        catch_up::run().await?;
    }
    Ok(())
}

/// The middle one.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn verdict(label: &str, ratio: f64, aim: f64, at_most: bool) {
    let met = if at_most { ratio <= aim } else { ratio >= aim };
    let bound = if at_most { "at most" } else { "at least" };
    let met = if met { "met" } else { "NOT MET" };
    println!("  {label}: {ratio:.2}x (aim: {bound} {aim}x) {met}\n");
}
