//! What headquarters did not accept: kept, with who holds the slot now and where else it fits.

use crate::failure::Failure;
use crate::query::sentence;
use crate::rebase::refusal_of;
use crate::replica::Replica;
use crate::store::{bookings, claims, outbox};
use holdfast_domain::command::Book;
use holdfast_domain::schedule::{ALTERNATIVES_MAX, Alternative, Wish, alternatives};
use holdfast_domain::{
    Command, Interval, Notice, OperationId, ResourceId, Stay, Timestamp, Venue, VenueId,
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
}

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

/// Where and when a refused booking wanted to be.
struct Wanted<'a> {
    venue_id: VenueId,
    resource_ids: &'a [ResourceId],
    stay: Stay,
}

fn wanted(command: &Command) -> Option<Wanted<'_>> {
    fn of(book: &Book) -> Wanted<'_> {
        Wanted { venue_id: book.venue_id, resource_ids: &book.resource_ids, stay: book.stay }
    }
    match command {
        Command::Book(book) => Some(of(book)),
        Command::ImportBooking(import) => Some(of(&import.book)),
        Command::Reschedule(c) => {
            Some(Wanted { venue_id: c.venue_id, resource_ids: &c.resource_ids.to, stay: c.stay.to })
        }
        _ => None,
    }
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
        let refusal = refusal_of(&outcome).cloned().unwrap_or_else(|| Notice {
            code: "accepted".into(),
            message: String::new(),
            details: serde_json::Value::Null,
        });
        let sentence = sentence::of(self, &command)?;
        let (held_by, alternatives) = (None, Vec::new());
        Ok(InboxItem { operation, command, sentence, outcome, refusal, held_by, alternatives })
    }

    /// Who holds the slot now, and where else the booking fits.
    fn look_around(&self, item: &mut InboxItem, now: Timestamp) -> Result<(), Failure> {
        if let Some(wanted) = wanted(&item.command)
            && item.refusal.code == "slot_taken"
        {
            let held_by = self.holder(&wanted)?;
            let alternatives = self.alternatives_for(&wanted, &item.refusal, now)?;
            (item.held_by, item.alternatives) = (held_by, alternatives);
        }
        Ok(())
    }

    /// A person has dealt with a refused operation. Answers whether there was one to deal with.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn settle(&self, id: OperationId, now: Timestamp) -> Result<bool, Failure> {
        Ok(outbox::settle(&self.db, id, now)?)
    }

    /// What an operation asks for, as a sentence.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn sentence(&self, operation: &Operation) -> Result<String, Failure> {
        sentence::of(self, &operation.parse()?)
    }

    fn holder(&self, wanted: &Wanted<'_>) -> Result<Option<HeldBy>, Failure> {
        let Some(period) = wanted.stay.interval() else { return Ok(None) };
        for &id in wanted.resource_ids {
            let Some(claim) = claims::during(&self.db, id, period)?.into_iter().next() else {
                continue;
            };
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
            return Ok(Some(HeldBy::Booking { who, stay: booking.stay }));
        }
        Ok(None)
    }

    /// Where the booking fits now, looked up afresh: what headquarters offered at the time of its
    /// verdict may be taken by now.
    fn alternatives_for(
        &self,
        wanted: &Wanted<'_>,
        refusal: &Notice,
        now: Timestamp,
    ) -> Result<Vec<Alternative>, Failure> {
        let Some(venue) = self.venue(wanted.venue_id)? else { return Ok(Vec::new()) };
        let taken = serde_json::from_value(refusal.details["resource_id"].clone())
            .ok()
            .or_else(|| wanted.resource_ids.first().copied());
        let Some(taken) = taken else { return Ok(Vec::new()) };
        let substitutes = self.substitutes(&venue, taken, wanted.resource_ids)?;
        let day = venue.timezone.day(wanted.stay.local_start.date());
        let day =
            Interval::new(day.starts_at(), day.ends_at().max(wanted.stay.ends_at)).unwrap_or(day);
        let named: Vec<ResourceId> =
            wanted.resource_ids.iter().chain(&substitutes).copied().collect();
        let busy = self.busy(&named, day)?;
        let found = alternatives(&Wish {
            venue: &venue,
            stay: wanted.stay,
            resource_ids: wanted.resource_ids,
            taken,
            substitutes: &substitutes,
            busy: &busy,
            not_before: now,
        });
        Ok(found.into_iter().take(ALTERNATIVES_MAX).collect())
    }

    /// Other active resources of the same kind at the venue, by name.
    fn substitutes(
        &self,
        venue: &Venue,
        taken: ResourceId,
        wanted: &[ResourceId],
    ) -> Result<Vec<ResourceId>, Failure> {
        let all = self.resources()?;
        let kind = all.iter().find(|resource| resource.id == taken).map(|resource| resource.kind);
        Ok(all
            .into_iter()
            .filter(|resource| {
                resource.active
                    && Some(resource.kind) == kind
                    && resource.venue_ids.contains(&venue.id)
                    && !wanted.contains(&resource.id)
            })
            .map(|resource| resource.id)
            .collect())
    }
}
