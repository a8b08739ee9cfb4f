//! The two commands that use the network.

use crate::args::Enrol;
use crate::desk::{self, Desk};
use crate::output::{Answer, Ending, tame};
use crate::stop::{Exit, Stop};
use holdfast_protocol::EnrolReply;
use holdfast_replica::Replica;
use holdfast_replica::sync::{self, Client, Report, SyncFailure, SyncLock};
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::future::Future;
use std::path::Path;
use std::time::Duration;

pub(super) fn sync(desk: &mut Desk, shows_progress: bool) -> Ending {
    if desk.replica.is_standalone()? {
        return Err(SyncFailure::Standalone.into());
    }
    if desk.replica.works_offline()? {
        return Err(SyncFailure::WorkingOffline.into());
    }
    let _lock = SyncLock::take(&desk.replica)?;
    let report = synced(&mut desk.replica, &Client::new()?, shows_progress)?;
    let state = desk.replica.sync_state()?;
    let mut json = json!(report);
    json["waiting"] = json!(state.counts.waiting);
    json["inbox"] = json!(state.counts.inbox);
    Ok(Answer::new(json, told(&report, state.counts.waiting, state.counts.inbox)))
}

pub(super) fn enrol(dir: &Path, args: &Enrol, shows_progress: bool) -> Ending {
    let mut replica = desk::open_or_make(dir)?;
    let _lock = SyncLock::take(&replica)?;
    let client = Client::new()?;
    let name = args.device_name.as_deref();
    let joining = sync::enrol(&mut replica, &client, &args.hq, &args.code, name);
    let reply = wait_for(joining)??;
    let enrolled = enrolled(&replica, &reply)?;
    let org = tame(&reply.org_name);
    match synced(&mut replica, &client, shows_progress) {
        Ok(report) => {
            let counts = replica.counts()?;
            let text = format!(
                "This desk belongs to {org} now.\n{}",
                told(&report, counts.waiting, counts.inbox)
            );
            Ok(Answer::new(json!({ "enrolled": enrolled, "sync": report }), text))
        }
        Err(stop) => Err(enrolled_but(stop, &org, enrolled)),
    }
}

fn enrolled(replica: &Replica, reply: &EnrolReply) -> Result<Value, Stop> {
    let identity = replica.require_identity()?;
    Ok(json!({
        "org_name": reply.org_name,
        "staff_id": reply.staff_id,
        "venue_id": reply.venue_id,
        "laptop": reply.laptop,
        "device_id": identity.device_id,
        "device_name": identity.device_name,
        "headquarters_url": identity.headquarters_url,
    }))
}

/// The code is used up and this desk enrolled, only the first sync is still to be made.
fn enrolled_but(stop: Stop, org: &str, enrolled: Value) -> Stop {
    let message = format!(
        "This desk belongs to {org} now, but the first sync failed: {} Run `holdfast sync`; do \
         not enrol again.",
        stop.notice.message
    );
    let mut details = match stop.notice.details {
        Value::Object(details) => details,
        _ => serde_json::Map::new(),
    };
    details.insert("enrolled".into(), enrolled);
    Stop::new(stop.exit, &stop.notice.code, &message, Value::Object(details))
}

fn synced(replica: &mut Replica, client: &Client, shows_progress: bool) -> Result<Report, Stop> {
    let spinner = shows_progress.then(ProgressBar::new_spinner);
    if let Some(spinner) = &spinner {
        spinner.enable_steady_tick(Duration::from_millis(100));
        spinner.set_message("syncing with headquarters");
    }
    let heard = |rows| {
        if let Some(spinner) = &spinner {
            spinner.set_message(format!("{rows} rows have arrived"));
        }
    };
    let report = wait_for(sync::sync(replica, client, heard));
    if let Some(spinner) = &spinner {
        spinner.finish_and_clear();
    }
    Ok(report??)
}

fn told(report: &Report, waiting: u64, inbox: u64) -> String {
    let mut text = format!(
        "Synced: {} accepted, {} refused, {} rows arrived.\n",
        report.accepted, report.refused, report.rows
    );
    if waiting > 0 {
        text.push_str(&format!("  {waiting} still wait; run `holdfast sync` again.\n"));
    }
    if inbox > 0 {
        text.push_str(&format!("  {inbox} in the inbox; see `holdfast inbox`.\n"));
    }
    text
}

/// Runs the network on this thread until it is done.
fn wait_for<T>(work: impl Future<Output = T>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = format!("the network cannot be used: {error}");
        Stop::new(Exit::Failure, "network", &message, Value::Null)
    })?;
    Ok(runtime.block_on(work))
}
