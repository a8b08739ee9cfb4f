//! Starting an organisation on this computer alone.

use crate::args::Init;
use crate::desk;
use crate::output::{Answer, Ending, tame};
use holdfast_replica::{Founding, now, sample};
use serde_json::json;
use std::path::Path;

pub(super) fn init(dir: &Path, args: &Init) -> Ending {
    let mut replica = desk::open_or_make(dir)?;
    let founding = Founding {
        org_name: args.org.clone(),
        owner_name: args.owner.clone(),
        venue_name: args.venue.clone(),
        timezone: args.timezone.clone(),
        currency: args.currency.clone(),
        slot_minutes: args.slot_minutes,
    };
    let at = now();
    let venue_id = replica.found(&founding, at)??;
    if args.sample {
        sample::fill(&mut replica, venue_id, at)?;
    }
    let identity = replica.require_identity()?;
    let json = json!({
        "org_name": identity.org_name,
        "venue_id": venue_id,
        "staff_id": identity.staff_id,
        "device_id": identity.device_id,
        "device_name": identity.device_name,
        "replica": dir.to_string_lossy(),
        "sample": args.sample,
    });
    let next = if args.sample {
        "Its venue holds a sample: try `holdfast resources` and `holdfast list`."
    } else {
        "Next: `holdfast resource add --name … --kind …`, or `holdfast import`."
    };
    let (org, venue) = (tame(&identity.org_name), tame(&args.venue));
    Ok(Answer::new(
        json,
        format!(
            "{org} is started, with the venue {venue}.\n  venue_id  {venue_id}\n  \
             replica   {}\n{next}\n",
            dir.display()
        ),
    ))
}
