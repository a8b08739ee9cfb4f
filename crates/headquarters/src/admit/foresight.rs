//! What the rules would say to something that headquarters is about to do by itself. Only an operation
//! changes anything; this asks beforehand, so that none is made that is refused.

use super::ground::Ground;
use super::operation::decide_safely;
use crate::Failure;
use crate::store::{OrgId, Tx};
use holdfast_domain::{Command, Needs, StaffId, TimeRules, Timestamp};

/// Whether `command` would stand, given by `actor` at headquarters now. One over which a rule breaks
/// down would not.
pub(crate) async fn stands(
    tx: &Tx<'_>,
    org: OrgId,
    command: &Command,
    (now, actor): (Timestamp, StaffId),
) -> Result<bool, Failure> {
    let needs = Needs::of(command, actor);
    let mut ground = Ground::load(tx, org, std::slice::from_ref(&needs)).await?;
    ground.ask(tx, org, &needs, now).await?;
    let facts = ground.facts_here(&needs, (now, actor), TimeRules::Apply);
    Ok(matches!(decide_safely(command, &facts), Ok(Ok(_))))
}
