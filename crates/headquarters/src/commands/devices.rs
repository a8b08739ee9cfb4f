//! `holdfast-hq devices`

use super::{Context, Output, WhichOrg};
use holdfast_headquarters::registry::{self, Device};
use holdfast_headquarters::{Failure, OrgId, Session};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(super) struct Devices {
    #[command(flatten)]
    which: WhichOrg,
    #[command(subcommand)]
    command: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List them
    List,
    /// Shut one out
    Revoke {
        /// Its id or name
        device: String,
    },
}

pub(super) async fn run(context: &Context, args: Devices) -> Result<Output, Failure> {
    let session = context.session().await?;
    let org = registry::find_org(&session, &args.which.org).await?;
    match args.command {
        None | Some(Action::List) => list(&session, org.id).await,
        Some(Action::Revoke { device }) => {
            let (id, revoked) = registry::revoke(&session, org.id, &device).await?;
            let text = if revoked { "is shut out" } else { "was shut out already" };
            Ok(Output::new(format!("{id} {text}."), json!({ "device": id, "revoked": revoked })))
        }
    }
}

async fn list(session: &Session, org: OrgId) -> Result<Output, Failure> {
    let devices = registry::devices(session, org).await?;
    let lines: Vec<String> = devices.iter().map(line).collect();
    Ok(Output::new(lines.join("\n"), devices.iter().map(object).collect()))
}

fn line(device: &Device) -> String {
    let state = match (device.revoked_at, device.last_seen_at) {
        (Some(at), _) => format!("shut out {at}"),
        (None, Some(at)) if device.is_filling() => {
            format!("brings its history, {} of {}, {at}", device.last_seq, device.history_seq)
        }
        (None, Some(at)) => format!("last seen {at}"),
        (None, None) => "never seen".into(),
    };
    format!("{}  {}  {state}", device.id, device.name)
}

fn object(device: &Device) -> Value {
    json!({
        "device": device.id,
        "name": device.name,
        "staff_id": device.staff_id,
        "venue_id": device.venue_id,
        "laptop": device.laptop,
        "enrolled_at": device.enrolled_at,
        "last_seen_at": device.last_seen_at,
        "revoked_at": device.revoked_at,
        "last_seq": device.last_seq,
        "history_seq": device.history_seq,
        "filling": device.is_filling(),
    })
}
