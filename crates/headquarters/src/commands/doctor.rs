//! `holdfast-hq doctor`

use super::{Context, Output};
use holdfast_headquarters::doctor::{OrgReport, Report, examine};
use holdfast_headquarters::{Failure, registry};

#[derive(Debug, clap::Args)]
pub(super) struct Doctor {
    /// Organisation: name or id; all without it
    #[arg(long)]
    org: Option<String>,
}

pub(super) async fn run(context: &Context, args: Doctor) -> Result<Output, Failure> {
    let mut session = context.session().await?;
    let only = match args.org {
        Some(org) => Some(registry::find_org(&session, &org).await?.id),
        None => None,
    };
    let report = examine(&mut session, only).await?;
    let json = serde_json::to_value(&report).map_err(|error| Failure::Bug(error.to_string()))?;
    Ok(Output { text: text(&report), json, well: report.ok && report.durable })
}

fn text(report: &Report) -> String {
    let check = |check: &holdfast_headquarters::doctor::Check| {
        format!("{} {}: {}", if check.ok { "ok  " } else { "FAIL" }, check.name, check.found)
    };
    let lines: Vec<String> =
        report.checks.iter().map(check).chain(report.orgs.iter().flat_map(org)).collect();
    lines.join("\n")
}

fn org(org: &OrgReport) -> Vec<String> {
    let head = format!(
        "\n{}: {} devices, {} operations, {} without verdict, {} overlapping claims",
        org.name,
        org.devices,
        org.operations,
        org.operations_without_verdict,
        org.overlapping_claims
    );
    let scopes = org.scopes.iter().map(|scope| {
        format!("  {}  version {}  {} rows  {}", scope.scope, scope.version, scope.rows, scope.hash)
    });
    std::iter::once(head).chain(scopes).collect()
}
