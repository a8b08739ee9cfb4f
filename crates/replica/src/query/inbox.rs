//! What headquarters did not accept: kept, with who holds the slot now and where else it fits.

use crate::failure::Failure;
use crate::query::sentence;
use crate::replica::Replica;
use crate::settle::{has_happened, rest};
use crate::store::outbox::Settled;
use crate::store::rows::Shown;
use crate::store::{bookings, claims, outbox, related};
use holdfast_domain::command::BookSeries;
use holdfast_domain::rows::occupied;
use holdfast_domain::schedule::{Alternative, Wanted, Wish};
use holdfast_domain::{
    ClaimId, Command, Interval, Notice, Resource, ResourceId, SkippedDate, Stay, Timestamp,
};
use holdfast_protocol::{Operation, Outcome};

/// For so many of the oldest items alternatives are looked up; the others get theirs when it is
/// their turn. A long inbox must not make the desk wait.
const WITH_ALTERNATIVES: usize = 50;

/// One operation that a person has to look at.
#[derive(Clone, Debug)]
pub struct InboxItem {
    /// The operation.
    pub operation: Operation,
    /// What was asked.
    pub command: Command,
    /// The same as a sentence.
    pub sentence: String,
    /// Headquarters' verdict.
    pub outcome: Outcome,
    /// Why it was not accepted.
    pub refusal: Notice,
    /// Who holds the slot now, as far as this device may see.
    pub held_by: Option<HeldBy>,
    /// Up to three places where the booking would fit now.
    pub alternatives: Vec<Alternative>,
    /// Whether it has happened all the same, so that settling it asks what became of it.
    pub has_happened: bool,
    /// Whether it is a series that [`Replica::book_rest`] books on the dates on which there is room.
    pub has_rest: bool,
    /// The dates of such a series on which there is no room now.
    pub skipped: Vec<SkippedDate>,
}

impl InboxItem {
    /// What it was refused for: a period of a resource.
    fn taken(&self) -> Option<(ResourceId, Interval)> {
        let of = |field: &str| self.refusal.details[field].clone();
        let resource_id = serde_json::from_value(of("resource_id")).ok()?;
        let starts_at = serde_json::from_value(of("starts_at")).ok()?;
        let ends_at = serde_json::from_value(of("ends_at")).ok()?;
        Some((resource_id, Interval::new(starts_at, ends_at)?))
    }
}

/// Most of what was dealt with that is listed.
const SETTLED_MAX: usize = 200;

/// Who holds a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeldBy {
    /// A booking that this device may see.
    Booking {
        /// Its customer, or its title, or nothing to tell it by.
        who: String,
        /// When.
        stay: Stay,
    },
    /// Something at another venue.
    BusyElsewhere,
}

impl Replica {
    /// Everything in the inbox, oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn inbox(&self, now: Timestamp) -> Result<Vec<InboxItem>, Failure> {
        outbox::inbox(&self.db)?
            .into_iter()
            .filter_map(|kept| kept.outcome.map(|outcome| (kept.operation, outcome)))
            .enumerate()
            .map(|(n, (operation, outcome))| {
                let mut item = self.inbox_item(operation, outcome)?;
                if n < WITH_ALTERNATIVES {
                    self.look_around(&mut item, now)?;
                }
                Ok(item)
            })
            .collect()
    }

    fn inbox_item(&self, operation: Operation, outcome: Outcome) -> Result<InboxItem, Failure> {
        let command = operation.parse()?;
        let refusal = outcome.refusal().cloned().unwrap_or_else(|| Notice {
            code: "accepted".into(),
            message: String::new(),
            details: serde_json::Value::Null,
        });
        let sentence = sentence::of(self, &command)?;
        let has_happened = has_happened(&command, &outcome);
        let has_rest = rest(&command, &outcome).is_some();
        let (held_by, alternatives) = (None, Vec::new());
        Ok(InboxItem {
            operation,
            command,
            sentence,
            outcome,
            refusal,
            held_by,
            alternatives,
            has_happened,
            has_rest,
            skipped: Vec::new(),
        })
    }

    /// What was dealt with last, newest first, and how.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn settled(&self) -> Result<Vec<(InboxItem, Settled)>, Failure> {
        let mut all = Vec::new();
        for (kept, how) in outbox::settled(&self.db, SETTLED_MAX)? {
            let Some(outcome) = kept.outcome else { continue };
            all.push((self.inbox_item(kept.operation, outcome)?, how));
        }
        Ok(all)
    }

    /// Who holds the slot now, and where else the booking fits, or which dates of a series do not.
    fn look_around(&self, item: &mut InboxItem, now: Timestamp) -> Result<(), Failure> {
        if let Some(rest) = rest(&item.command, &item.outcome) {
            let rest = BookSeries { may_be_empty: true, ..rest };
            match self.with_terms(Command::BookSeries(rest), now) {
                Ok(Command::BookSeries(rest)) => item.skipped = rest.skipped,
                // At a locked desk nobody could do anything about it.
                Ok(_) | Err(Failure::SignedOut) => {}
                Err(failure) => return Err(failure),
            }
        }
        if item.refusal.code != "slot_taken" {
            return Ok(());
        }
        let Some(wanted) = Wanted::of(&item.command) else {
            if let Some((resource_id, period)) = item.taken() {
                item.held_by = self.holder_of(resource_id, period, None)?;
            }
            return Ok(());
        };
        let taken = serde_json::from_value(item.refusal.details["resource_id"].clone()).ok();
        let held_by = self.holder(&wanted, taken)?;
        let alternatives = self.alternatives_for(&item.command, &wanted, taken, now)?;
        (item.held_by, item.alternatives) = (held_by, alternatives);
        Ok(())
    }

    /// What an operation asks for, as a sentence.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn sentence(&self, operation: &Operation) -> Result<String, Failure> {
        sentence::of(self, &operation.parse()?)
    }

    /// Who holds what was taken, or else anything that the booking would occupy.
    fn holder(
        &self,
        wanted: &Wanted<'_>,
        taken: Option<ResourceId>,
    ) -> Result<Option<HeldBy>, Failure> {
        let (before, after) = (wanted.buffer_before_minutes, wanted.buffer_after_minutes);
        let Some(period) = occupied(&wanted.stay, before, after) else { return Ok(None) };
        let all = taken.iter().chain(wanted.resource_ids).chain(wanted.claimed_ids);
        for &id in all {
            let own = ClaimId::of(wanted.booking_id, id);
            if let Some(holder) = self.holder_of(id, period, Some(own))? {
                return Ok(Some(holder));
            }
        }
        Ok(None)
    }

    /// Who holds a resource during `period`, but for `own`.
    fn holder_of(
        &self,
        id: ResourceId,
        period: Interval,
        own: Option<ClaimId>,
    ) -> Result<Option<HeldBy>, Failure> {
        let mut claims = claims::during(&self.db, id, period)?.into_iter();
        let Some(claim) = claims.find(|claim| Some(claim.id) != own) else { return Ok(None) };
        let booking = match claims::booking_of(&self.db, claim.id)? {
            Some(id) => bookings::get(&self.db, id.0)?,
            None => None,
        };
        let Some(booking) = booking else { return Ok(Some(HeldBy::BusyElsewhere)) };
        let customer = match booking.customer_id {
            Some(id) => self.customer(id)?.map(|customer| customer.name),
            None => None,
        };
        let who = customer.unwrap_or_else(|| booking.title.clone());
        Ok(Some(HeldBy::Booking { who, stay: booking.stay }))
    }

    /// Where the booking fits now, looked up afresh: what headquarters offered at the time of its
    /// verdict may be taken by now. Each place is tried out by the rules by which it will be booked.
    fn alternatives_for(
        &self,
        command: &Command,
        wanted: &Wanted<'_>,
        taken: Option<ResourceId>,
        now: Timestamp,
    ) -> Result<Vec<Alternative>, Failure> {
        let Some(venue) = self.venue(wanted.venue_id)? else { return Ok(Vec::new()) };
        let taken = taken.or_else(|| wanted.resource_ids.first().copied());
        let Some(taken) = taken else { return Ok(Vec::new()) };
        let resources: Vec<Resource> = self.resources_shown(Shown::All)?;
        let wish = Wish {
            booking_id: wanted.booking_id,
            venue: &venue,
            stay: wanted.stay,
            resource_ids: wanted.resource_ids,
            taken,
            buffer_before_minutes: wanted.buffer_before_minutes,
            buffer_after_minutes: wanted.buffer_after_minutes,
            outside_hours: wanted.outside_hours,
            now,
            resources: &resources,
        };
        let Some(period) = wish.period() else { return Ok(Vec::new()) };
        let considered = wish.considered();
        let claims = claims::during_all(&self.db, &considered, period)?;
        let exceptions = related::exceptions(&self.db, venue.id, &considered, period)?;
        wish.alternatives(&claims, &exceptions, |place| self.would_book(command, place, now))
    }

    /// Whether `command` could be done at another place. At a locked desk nobody could do anything;
    /// what is free is shown there all the same.
    fn would_book(
        &self,
        command: &Command,
        place: &Alternative,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let Some((_, command)) = self.elsewhere(command.clone(), place, now)? else {
            return Ok(false);
        };
        match self.weigh(&command, now) {
            Ok(decided) => Ok(decided.is_ok_and(|decision| !decision.changes.is_empty())),
            Err(Failure::SignedOut) => Ok(true),
            Err(failure) => Err(failure),
        }
    }
}
