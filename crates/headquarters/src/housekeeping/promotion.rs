//! Who gets a place that became free: of those who wait, whoever has waited longest of those who can
//! pay for it and whom no rule refuses. A desk alone promotes the same, and one that is not says so
//! beforehand: how to pay is chosen in [`paying`], and the rules are asked before anything is done.
//!
//! Nothing is written where nobody can have a place, and nothing is looked at again until something
//! came: time alone makes nobody's turn.

use super::UpTo;
use crate::admit::foresight;
use crate::store::due::{self, DUE_MAX, Waitlist};
use crate::store::{OrgId, Tx, orgs, session, staff};
use crate::{Database, Failure};
use holdfast_domain::{BookingId, Command, CustomerId, Package, StaffId, Timestamp, paying};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Promotions that are due, at most [`DUE_MAX`]. Every waitlist with a free place is looked at until
/// they are found, page by page: those of which nobody can pay keep no other from its turn.
pub(super) async fn due(
    db: &Database,
    org: OrgId,
    now: Timestamp,
    settled: &mut UpTo,
) -> Result<Vec<Command>, Failure> {
    let mut session = db.session().await?;
    let commit = orgs::last_commit(&session.client, org).await?;
    if settled.get(&org) == Some(&commit) {
        return Ok(Vec::new());
    }
    let tx = session::begin(&mut session.client).await?;
    session::enter_push(&tx, org).await?;
    let Some(owner) = staff::owners(&tx, org).await?.into_iter().min() else {
        return Ok(Vec::new());
    };
    let (packages, found) = (BTreeMap::new(), Vec::new());
    let mut round = Round { tx: &tx, org, owner, now, packages, found };
    let mut after = (now, BookingId(Uuid::max()));
    loop {
        let page = due::waitlists(&tx, org, after).await?;
        let Some(last) = page.last() else { break };
        after = (last.booking.stay.starts_at, last.booking.id);
        round.look_at(&page).await?;
        if round.found.len() >= DUE_MAX {
            break;
        }
    }
    let found = round.found;
    if found.is_empty() {
        settled.insert(org, commit);
    }
    Ok(found)
}

/// What is known while waitlists are looked at.
struct Round<'a> {
    tx: &'a Tx<'a>,
    org: OrgId,
    owner: StaffId,
    now: Timestamp,
    /// What those who wait have left, less what is about to be spent.
    packages: BTreeMap<CustomerId, Vec<Package>>,
    found: Vec<Command>,
}

impl Round<'_> {
    async fn look_at(&mut self, page: &[Waitlist]) -> Result<(), Failure> {
        self.load_packages(page).await?;
        for waitlist in page {
            if self.found.len() < DUE_MAX {
                self.promote_next(waitlist).await?;
            }
        }
        Ok(())
    }

    async fn load_packages(&mut self, page: &[Waitlist]) -> Result<(), Failure> {
        let paid = page.iter().filter(|waitlist| waitlist.booking.credits > 0);
        let payers = paid.flat_map(|waitlist| &waitlist.places).map(|place| place.customer_id);
        let unknown: BTreeSet<CustomerId> =
            payers.filter(|customer| !self.packages.contains_key(customer)).collect();
        for customer in unknown {
            let packages = due::packages_of(self.tx, self.org, customer).await?;
            self.packages.insert(customer, packages);
        }
        Ok(())
    }

    async fn promote_next(&mut self, waitlist: &Waitlist) -> Result<(), Failure> {
        for place in &waitlist.places {
            let own = self.packages.get(&place.customer_id).into_iter().flatten();
            let Some(next) = paying::promotion(&waitlist.booking, place, own) else { continue };
            let (pays, credits) = (next.package_id, next.credits);
            let command = Command::PromoteAttendance(next);
            if foresight::stands(self.tx, self.org, &command, (self.now, self.owner)).await? {
                self.found.push(command);
                // Who turned out to be one has the same.
                let all = self.packages.values_mut().flatten();
                for package in all.filter(|package| pays == Some(package.id)) {
                    package.balance = package.balance.saturating_sub(credits);
                }
                return Ok(());
            }
        }
        Ok(())
    }
}
