//! What this replica is, where sync stands, and what waits.

use super::listed;
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table};
use crate::when;
use holdfast_domain::{Timestamp, Zone};
use holdfast_replica::query::SyncState;
use serde_json::{Value, json};

pub(super) fn status(desk: &Desk) -> Ending {
    let (identity, state) = (&desk.identity, desk.replica.sync_state()?);
    let staff = desk.replica.staff(identity.staff_id)?;
    let staff_name = staff.map(|staff| staff.name);
    let home = desk.home()?;
    let mut json = json!({
        "org_name": identity.org_name,
        "device_id": identity.device_id,
        "device_name": identity.device_name,
        "staff": { "id": identity.staff_id, "name": staff_name },
        "venue": home,
        "headquarters_url": identity.headquarters_url,
        "laptop": identity.laptop,
        "standalone": identity.headquarters_url.is_none(),
        "replica": desk.replica.dir().to_string_lossy(),
    });
    if let (Value::Object(all), Value::Object(sync)) = (&mut json, json!(state)) {
        all.extend(sync);
    }
    let mut table = Table::new(&[]);
    let mut line = |what: &str, value: String| table.row([what.into(), value]);
    line("organisation", identity.org_name.clone());
    line("venue", home.map_or_else(|| "none yet".into(), |venue| venue.name));
    let session = desk.replica.session()?;
    let works = match session.staff {
        Some(staff) => staff.name,
        None if session.locked => "nobody: the desk is locked".into(),
        None => staff_name.unwrap_or_else(|| "not known here yet".into()),
    };
    line("you", works);
    line("device", identity.device_name.clone());
    line("replica", desk.replica.dir().display().to_string());
    match &identity.headquarters_url {
        None => line("headquarters", "none: this desk works alone, and what it says stands".into()),
        Some(url) => {
            line("headquarters", url.clone());
            for (what, value) in sync_lines(&state, desk.zone()?) {
                line(what, value);
            }
        }
    }
    Ok(Answer::new(json, table.to_string()))
}

fn sync_lines(state: &SyncState, zone: Zone) -> [(&'static str, String); 7] {
    [
        ("waiting", waits(state.counts.waiting, state.oldest_waiting_at, zone)),
        ("at risk", state.counts.at_risk.to_string()),
        ("inbox", state.counts.inbox.to_string()),
        ("last sync", moment(state.last_sync_at, zone, "never")),
        ("offline since", moment(state.offline_since, zone, "not offline")),
        ("works offline", if state.works_offline { "by choice" } else { "no" }.into()),
        ("clock", clock(state.clock_offset_ms)),
    ]
}

/// The offset is headquarters' clock less this one's.
fn clock(offset_ms: i64) -> String {
    match offset_ms {
        0 => "as headquarters'".into(),
        1.. => format!("{offset_ms} ms behind headquarters'"),
        _ => format!("{} ms ahead of headquarters'", offset_ms.unsigned_abs()),
    }
}

fn waits(count: u64, oldest_at: Option<Timestamp>, zone: Zone) -> String {
    match oldest_at {
        Some(at) => format!("{count}, the first since {}", when::shown(zone, at)),
        None => count.to_string(),
    }
}

fn moment(at: Option<Timestamp>, zone: Zone, otherwise: &str) -> String {
    at.map_or_else(|| otherwise.into(), |at| when::shown(zone, at))
}

pub(super) fn work_offline(desk: &Desk, offline: bool) -> Ending {
    desk.replica.set_work_offline(offline, desk.at)?;
    let text = match (offline, desk.identity.headquarters_url.is_some()) {
        (true, _) => {
            "This desk works offline until you say `holdfast offline off`. Everything is saved here."
        }
        (false, true) => "This desk syncs again.",
        (false, false) => "This desk does not work offline by choice: it has no headquarters.",
    };
    Ok(Answer::new(json!({ "works_offline": offline }), text))
}

pub(super) fn waiting(desk: &Desk) -> Ending {
    let mut table = Table::new(&["no.", "since", "what", "operation"]);
    let mut rows = Vec::new();
    let zone = desk.zone()?;
    for kept in desk.replica.waiting(usize::MAX)? {
        let operation = &kept.operation;
        let sentence = desk.replica.sentence(operation)?;
        let risk = kept.at_risk.as_ref().map(|notice| format!(" (at risk: {})", notice.message));
        table.row([
            operation.seq.to_string(),
            when::shown(zone, operation.at),
            format!("{sentence}{}", risk.unwrap_or_default()),
            operation.id.to_string(),
        ]);
        rows.push(json!({
            "operation_id": operation.id,
            "seq": operation.seq,
            "at": operation.at,
            "sentence": sentence,
            "at_risk": kept.at_risk,
            "command": operation.command,
        }));
    }
    Ok(Answer::new(listed("waiting", rows), table.or("Nothing waits for headquarters.")))
}
