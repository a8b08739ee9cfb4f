//! `holdfast-hq audit` and `holdfast-hq erase-again`

use super::{Context, Output, WhichOrg};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use holdfast_domain::{Command, Timestamp};
use holdfast_headquarters::records::{self, Search, Shown};
use holdfast_headquarters::{Failure, registry};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most characters of a value in a line.
const BRIEF_MAX: usize = 60;

#[derive(Debug, clap::Args)]
pub(super) struct Audit {
    #[command(flatten)]
    which: WhichOrg,
    /// Only of this row, by id
    #[arg(long, value_name = "ID")]
    record: Option<Uuid>,
    /// Only what this staff member did: name or id
    #[arg(long)]
    person: Option<String>,
    /// Only this command, e.g. `cancel`
    #[arg(long, value_parser = action)]
    action: Option<String>,
    /// Only from then on: a day (in UTC), or an instant (RFC 3339)
    #[arg(long, value_name = "DAY|INSTANT", value_parser = first)]
    from: Option<Timestamp>,
    /// Only until then: a day as a whole (in UTC), or before an instant (RFC 3339)
    #[arg(long, value_name = "DAY|INSTANT", value_parser = last)]
    to: Option<Timestamp>,
    /// At most so many lines, newest first
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

pub(super) async fn run(context: &Context, args: Audit) -> Result<Output, Failure> {
    let session = context.session().await?;
    let org = registry::find_org(&session, &args.which.org).await?;
    let actor = match &args.person {
        Some(wanted) => Some(records::person(&session, org.id, wanted).await?),
        None => None,
    };
    let search = Search {
        row_id: args.record,
        actor,
        action: args.action,
        from: args.from,
        until: args.to,
        limit: args.limit,
    };
    let lines = records::audit(&session, org.id, &search).await?;
    let devices = registry::devices(&session, org.id).await?;
    let devices: BTreeMap<Uuid, String> =
        devices.into_iter().map(|device| (device.id.0, device.name)).collect();
    let text: Vec<String> = lines.iter().map(|line| sentence(line, &devices)).collect();
    let text =
        if text.is_empty() { "Nothing of the sort was done.".into() } else { text.join("\n") };
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            let mut json = json!(line);
            json["device_name"] = json!(devices.get(&line.device_id));
            json
        })
        .collect();
    Ok(Output::new(text, json!({ "lines": lines })))
}

/// The name of a command.
fn action(text: &str) -> Result<String, String> {
    let named = serde_json::from_value::<Command>(json!({ "type": text }));
    let problem = named.err().map(|error| error.to_string()).unwrap_or_default();
    if problem.starts_with("unknown variant") {
        return Err(problem.replacen("unknown variant", "there is no command", 1));
    }
    Ok(text.into())
}

/// From when on a text means: the beginning of a day, or an instant.
fn first(text: &str) -> Result<Timestamp, String> {
    moment(text, 0)
}

/// Until when a text means: the end of a day, or an instant.
fn last(text: &str) -> Result<Timestamp, String> {
    moment(text, 1)
}

fn moment(text: &str, days: u64) -> Result<Timestamp, String> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        let day = date.checked_add_days(Days::new(days)).unwrap_or(date);
        return Ok(Timestamp::from_utc(day.and_time(NaiveTime::MIN).and_utc()));
    }
    let instant = text.parse::<DateTime<Utc>>();
    instant.map(Timestamp::from_utc).map_err(|_| {
        "write a day such as 2026-11-20, or an instant such as 2026-11-20T08:00:00Z".into()
    })
}

fn sentence(line: &Shown, devices: &BTreeMap<Uuid, String>) -> String {
    let who = line.actor_name.clone().unwrap_or_else(|| line.actor.to_string());
    let device = devices.get(&line.device_id).cloned();
    let device = device.unwrap_or_else(|| line.device_id.to_string());
    // What headquarters does by itself comes from nowhere else.
    let from = if line.address.is_empty() { "" } else { " from " };
    format!(
        "{}  {who}  {}  {} {}  {}  ({} on {device}{from}{})",
        line.at,
        line.action,
        line.entity,
        line.row_id,
        changes(line.before.as_ref(), line.after.as_ref()),
        line.client,
        line.address
    )
}

/// The fields that changed, briefly; `--json` has them whole.
fn changes(before: Option<&Value>, after: Option<&Value>) -> String {
    let (before, after) = match (before, after) {
        (_, None) => return "(what it was is erased)".into(),
        (None, Some(after)) if after.get("left_out_bytes").is_some() => {
            return "(too large to be kept)".into();
        }
        (None, Some(_)) => return "made".into(),
        (Some(before), Some(after)) => (before, after),
    };
    let fields = |row: &Value| row.as_object().cloned().unwrap_or_default();
    let (before, after) = (fields(before), fields(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    let told = changed.map(|name| {
        let brief = |row: &Map<String, Value>| row.get(name).map_or("none".into(), brief);
        format!("{name}: {} → {}", brief(&before), brief(&after))
    });
    told.collect::<Vec<_>>().join("; ")
}

/// As much of a value as fits on a line beside others.
fn brief(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(_, value)| !value.is_null() && **value != json!(""));
            told.map(|(name, value)| format!("{name} {}", brief(value)))
                .collect::<Vec<_>>()
                .join(", ")
        }
        other => other.to_string(),
    };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() <= BRIEF_MAX {
        return text;
    }
    text.chars().take(BRIEF_MAX).chain(['…']).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_as_a_whole() {
        assert_eq!(first("2026-11-20"), first("2026-11-20T00:00:00Z"));
        assert_eq!(last("2026-11-20"), last("2026-11-21T00:00:00Z"));
        assert!(first("yesterday").is_err());
    }

    #[test]
    fn an_action_is_the_name_of_a_command() {
        assert_eq!(action("cancel"), Ok("cancel".into()));
        assert!(action("nope").unwrap_err().contains("`cancel`"));
    }

    #[test]
    fn what_changed_is_told_field_by_field() {
        let before = json!({ "title": "Lesson", "status": "confirmed", "note": "" });
        let after = json!({ "title": "Lesson", "status": "cancelled", "late": true, "note": "" });
        let told = changes(Some(&before), Some(&after));
        assert_eq!(told, "late: none → true; status: confirmed → cancelled");
        assert_eq!(changes(None, Some(&after)), "made");
        let cancellation = json!({ "reason": "rain", "late": false, "cancelled_by": null });
        assert_eq!(brief(&cancellation), "late false, reason rain");
        assert_eq!(brief(&json!("x".repeat(100))).chars().count(), BRIEF_MAX + 1);
    }
}
