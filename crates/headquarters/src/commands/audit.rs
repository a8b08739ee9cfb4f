//! `holdfast-hq audit` and `holdfast-hq erase-again`

use super::{Context, Output, WhichOrg};
use chrono::{DateTime, Utc};
use holdfast_domain::Timestamp;
use holdfast_headquarters::records::{self, Search, Shown};
use holdfast_headquarters::{Failure, registry};
use serde_json::json;
use uuid::Uuid;

#[derive(Debug, clap::Args)]
pub(super) struct Audit {
    #[command(flatten)]
    which: WhichOrg,
    /// Only of this row, by id
    #[arg(long, value_name = "ID")]
    record: Option<Uuid>,
    /// Only what this staff member did, by id
    #[arg(long, value_name = "ID")]
    person: Option<Uuid>,
    /// Only this command, e.g. `cancel`
    #[arg(long)]
    action: Option<String>,
    /// Only from this instant on (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    from: Option<DateTime<Utc>>,
    /// Only before this instant (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    to: Option<DateTime<Utc>>,
    /// At most so many lines, newest first
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

pub(super) async fn run(context: &Context, args: Audit) -> Result<Output, Failure> {
    let session = context.session().await?;
    let org = registry::find_org(&session, &args.which.org).await?;
    let search = Search {
        row_id: args.record,
        actor: args.person,
        action: args.action,
        from: args.from.map(Timestamp::from_utc),
        until: args.to.map(Timestamp::from_utc),
        limit: args.limit,
    };
    let lines = records::audit(&session, org.id, &search).await?;
    let text: Vec<String> = lines.iter().map(sentence).collect();
    let text =
        if text.is_empty() { "Nothing of the sort was done.".into() } else { text.join("\n") };
    Ok(Output::new(text, json!({ "lines": lines })))
}

fn sentence(line: &Shown) -> String {
    let who = line.actor_name.clone().unwrap_or_else(|| line.actor.to_string());
    format!(
        "{}  {who}  {}  {} {}  ({} on {} from {})",
        line.at, line.action, line.entity, line.row_id, line.client, line.device_id, line.address
    )
}

#[derive(Debug, clap::Args)]
pub(super) struct EraseAgain {
    #[command(flatten)]
    which: WhichOrg,
}

pub(super) async fn erase_again(context: &Context, args: EraseAgain) -> Result<Output, Failure> {
    let mut session = context.session().await?;
    let org = registry::find_org(&session, &args.which.org).await?;
    let customers = records::erase_again(&mut session, org.id).await?;
    let text = format!("The kept data of {customers} erased customers is gone.");
    Ok(Output::new(text, json!({ "customers": customers })))
}
