//! A replica at work: opened, known, and with the time of this command, which is the same
//! throughout.

use crate::stop::{Exit, Stop};
use holdfast_domain::{Command, Notice, Refusal, Timestamp, Unchecked, Venue, VenueId, Zone};
use holdfast_replica::{Identity, Receipt, Replica, Submission, now};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A replica that belongs to an organisation.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) replica: Replica,
    pub(crate) identity: Identity,
    /// When this command was given.
    pub(crate) at: Timestamp,
}

impl Desk {
    /// Opens the replica of an organisation that is there already.
    pub(crate) fn open(dir: &Path) -> Result<Self, Stop> {
        let mut replica = open_existing(dir)?;
        let identity = replica.require_identity()?;
        let at = now();
        // What cannot be done on a disk that is full is done another time; what is there is shown.
        _ = replica.keep_house(at);
        Ok(Self { replica, identity, at })
    }

    /// The venue in which this desk stands.
    pub(crate) fn home(&self) -> Result<Option<Venue>, Stop> {
        match self.identity.venue_id {
            Some(id) => Ok(self.replica.venue(id)?),
            None => Ok(None),
        }
    }

    /// The clock by which people here read what belongs to no venue: this desk's own, or that of the
    /// first venue where it stands in none.
    pub(crate) fn zone(&self) -> Result<Zone, Stop> {
        let home = match self.home()? {
            Some(home) => Some(home),
            None => self.replica.venues()?.into_iter().next(),
        };
        match home {
            Some(venue) => Ok(venue.timezone),
            None => Ok(Zone::parse("UTC")?),
        }
    }

    /// The clock of a venue, where there is one; else `otherwise`.
    pub(crate) fn zone_at(&self, id: Option<VenueId>, otherwise: Zone) -> Result<Zone, Stop> {
        let venue = id.map(|id| self.replica.venue(id)).transpose()?.flatten();
        Ok(venue.map_or(otherwise, |venue| venue.timezone))
    }

    /// Decides and saves, on the terms that hold now. `None` where everything was as asked already.
    pub(crate) fn submit(&mut self, command: &Command) -> Result<Option<Receipt>, Stop> {
        let command = self.replica.with_terms(command.clone(), self.at)?;
        match self.replica.submit(&command, self.at)? {
            Submission::Refused(refusal) => Err(self.named(refusal)?),
            other => saved(other),
        }
    }

    /// A refusal with the names that only this replica knows.
    pub(crate) fn named(&self, refusal: Refusal) -> Result<Stop, Stop> {
        let Refusal::CustomerMerged { customer_id, merged_into } = refusal else {
            let mut stop = Stop::from(refusal);
            stop.more = self.both_values(&stop.notice)?;
            return Ok(stop);
        };
        let (who, into) =
            (self.replica.customer(customer_id)?, self.replica.customer(merged_into)?);
        let mut stop = Stop::from(refusal);
        if let (Some(who), Some(into)) = (who, into) {
            let (who, into) = (who.name, into.name);
            stop.notice.message = format!("{who} is {into} now. Choose {into}.");
            stop.notice.details["name"] = json!(into);
        }
        Ok(stop)
    }

    /// What a person should know about a command that the rules would let through.
    pub(crate) fn warnings(&self, command: &Command) -> Result<Vec<Notice>, Stop> {
        let command = self.replica.with_terms(command.clone(), self.at)?;
        let decision = self.replica.weigh(&command, self.at)?;
        Ok(decision.map_or_else(
            |_| Vec::new(),
            |decision| {
                let warning = |it: &Refusal| Notice { message: it.warning(), ..it.notice() };
                decision.warnings.iter().map(warning).collect()
            },
        ))
    }
}

/// What was saved; a refusal stops the command.
pub(crate) fn saved(submission: Submission) -> Result<Option<Receipt>, Stop> {
    match submission {
        Submission::Done(receipt) => Ok(Some(receipt)),
        Submission::Unchanged => Ok(None),
        Submission::Refused(refusal) => Err(refusal.into()),
    }
}

/// What every change answers: whether there was any, its operation, and what it is worth.
pub(crate) fn receipt_json(receipt: Option<&Receipt>) -> Value {
    json!({
        "changed": receipt.is_some(),
        "operation_id": receipt.map(|receipt| receipt.operation_id),
        "standing": receipt.map(|receipt| receipt.standing),
        "unchecked": receipt.map_or(&[][..], |receipt| &receipt.unchecked),
    })
}

/// What this device could not check, as a sentence.
pub(crate) fn unchecked_text(unchecked: &Unchecked) -> String {
    format!(
        "This {} may not be seen on this device; headquarters will check it.",
        unchecked.entity.noun()
    )
}

/// Opens the replica in `dir`. A wrong directory is left alone: nothing is made in it.
pub(crate) fn open_existing(dir: &Path) -> Result<Replica, Stop> {
    if Replica::exists(dir) {
        return Ok(Replica::open(dir)?);
    }
    Err(Stop::new(
        Exit::Failure,
        "empty_replica",
        &format!(
            "there is no replica in {}: start one with `init`, join a headquarters with `enrol`, \
             or name another directory with --replica",
            dir.display()
        ),
        json!({ "path": dir.to_string_lossy() }),
    ))
}

/// Opens the replica in `dir`, making it where it is not there. It wants a directory of its own,
/// which it closes to other users; one that holds something else is left alone.
pub(crate) fn open_or_make(dir: &Path) -> Result<Replica, Stop> {
    if !Replica::exists(dir) && holds_something_else(dir) {
        return Err(Stop::new(
            Exit::BadInput,
            "directory_in_use",
            &format!(
                "the directory {} holds other files; a replica needs a directory of its own. Name another one \
                 with --replica",
                dir.display()
            ),
            json!({ "field": "replica", "path": dir.to_string_lossy() }),
        ));
    }
    Ok(Replica::open(dir)?)
}

fn holds_something_else(dir: &Path) -> bool {
    let Ok(entries) = dir.read_dir() else { return false };
    entries.flatten().any(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
}

/// The directory to work in: the one asked for, or the platform's place for the user's data.
pub(crate) fn directory(asked: Option<&PathBuf>) -> Result<PathBuf, Stop> {
    if let Some(dir) = asked.filter(|dir| !dir.as_os_str().is_empty()) {
        return Ok(dir.clone());
    }
    directories::ProjectDirs::from("app", "Holdfast", "holdfast")
        .map(|dirs| dirs.data_dir().join("replica"))
        .ok_or_else(|| {
            let message = "this account has no home directory; name a directory with --replica";
            Stop::bad_input("replica", message)
        })
}
