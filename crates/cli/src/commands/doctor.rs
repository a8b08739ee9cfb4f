//! Is this replica sound?

use crate::desk;
use crate::output::{Answer, Ending, Table};
use crate::stop::Exit;
use holdfast_replica::doctor::Examination;
use serde_json::json;
use std::path::Path;

/// Works on a replica without an organisation, too: that is when people ask.
pub(super) fn doctor(dir: &Path) -> Ending {
    let examination = desk::open_existing(dir)?.examine()?;
    let exit = if examination.ok { Exit::Done } else { Exit::Failure };
    Ok(Answer { exit, ..Answer::new(json!(examination), told(&examination)) })
}

fn told(examination: &Examination) -> String {
    let verdict = if examination.ok {
        "This replica is sound."
    } else if examination.set_aside > 0 {
        "Headquarters sent rows that this version cannot take in; they are kept. Install the newest \
         version."
    } else {
        "This replica is NOT sound. Keep a copy of its directory and ask for help."
    };
    let chain = if examination.chain_whole { "whole" } else { "BROKEN" };
    let mut facts = Table::new(&[]);
    for (what, value) in [
        ("database", examination.integrity.clone()),
        ("schema version", examination.schema_version.to_string()),
        ("overlapping claims", examination.overlapping_claims.to_string()),
        ("chain of operations", chain.into()),
        ("bookings", examination.bookings.to_string()),
        ("waiting operations", examination.waiting.to_string()),
        ("rows set aside", examination.set_aside.to_string()),
    ] {
        facts.row([format!("  {what}"), value]);
    }
    let now = holdfast_replica::now();
    let mut archives = Table::new(&["  archive of personal data", "until"]);
    for archive in &examination.archives {
        let until = archive.expires_at.map(|at| at.to_string()).unwrap_or_default();
        let over = archive.expires_at.is_none_or(|at| at <= now);
        let until = if over { format!("{until} EXPIRED: delete it") } else { until };
        archives.row([format!("  {}", archive.path.display()), until]);
    }
    let mut scopes = Table::new(&["  scope", "version", "rows", "hash"]);
    for (scope, state) in &examination.scopes {
        scopes.row([
            format!("  {scope}"),
            state.version.to_string(),
            state.rows.to_string(),
            state.hash.to_string(),
        ]);
    }
    format!("{verdict}\n{facts}{}{}", archives.or(""), scopes.or(""))
}
