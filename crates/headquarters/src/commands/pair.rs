//! `holdfast-hq pair`

use super::{Context, Output, WhichOrg};
use holdfast_headquarters::{Failure, registry};
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(super) struct Pair {
    #[command(flatten)]
    which: WhichOrg,
    /// Venue whose desk joins: name or id. Without it, a standalone desk fills an empty organisation
    #[arg(long)]
    venue: Option<String>,
    /// Who works on that desk: name or id. Without it, the only owner
    #[arg(long)]
    staff: Option<String>,
    /// For the laptop of that person: it is told their own schedule and nobody else's
    #[arg(long)]
    laptop: bool,
}

pub(super) async fn run(context: &Context, args: Pair) -> Result<Output, Failure> {
    let session = context.session().await?;
    let org = registry::find_org(&session, &args.which.org).await?;
    let (venue, staff) = (args.venue.as_deref(), args.staff.as_deref());
    let pairing = registry::pair(&session, &org, venue, staff, args.laptop).await?;
    let (venue, staff) = pairing.binding.as_ref().map_or((None, None), |(venue, staff)| {
        let named = |id, name: &str| json!({ "id": id, "name": name });
        (Some(named(venue.id.0, &venue.name)), Some(named(staff.id.0, &staff.name)))
    });
    let joins = match &pairing.binding {
        Some((_, staff)) if pairing.laptop => format!("the laptop of {}", staff.name),
        Some((venue, staff)) => format!("a new desk of {}, for {}", venue.name, staff.name),
        None => "a desk that brings its own bookings".into(),
    };
    let text = format!(
        "{}\nFor {joins}, to join {}. Good for one device, until {}.",
        pairing.code, org.name, pairing.expires_at
    );
    let json = json!({
        "code": pairing.code,
        "org": { "id": org.id.0, "name": org.name },
        "venue": venue,
        "staff": staff,
        "laptop": pairing.laptop,
        "expires_at": pairing.expires_at,
    });
    Ok(Output::new(text, json))
}
