//! New parts of a hall that are refused for bookings to come: which they are, and what is in their way.

use super::sentence;
use crate::failure::Failure;
use crate::query::{Filter, Listed};
use crate::replica::Replica;
use holdfast_domain::{Booking, BookingId, Command, Interval, Notice, ResourceId, Timestamp};

/// A booking to come that clashes with others on the new parts of its resource.
#[derive(Clone, Debug)]
pub struct Clash {
    /// It.
    pub booking: Listed,
    /// The others.
    pub in_the_way: Vec<Listed>,
    /// All of it, for a person.
    pub sentence: String,
}

impl Replica {
    /// What new parts are refused for, as far as this device knows it; nothing of any other refusal.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn clashes(
        &self,
        command: &Command,
        refusal: &Notice,
        now: Timestamp,
    ) -> Result<Vec<Clash>, Failure> {
        let Command::EditResource(edit) = command else { return Ok(Vec::new()) };
        let (Some(parts), Some(ids)) = (&edit.part_ids, refusal.details["bookings"].as_array())
        else {
            return Ok(Vec::new());
        };
        let on_parts = self.open_from(&parts.to, now)?;
        let mut clashes = Vec::new();
        for id in ids.iter().filter_map(|id| id.as_str()?.parse::<BookingId>().ok()) {
            let Some(booking) = self.booking(id)? else { continue };
            let meets = |it: &&Listed| is_in_the_way(&it.booking, &booking.booking);
            let in_the_way: Vec<Listed> = on_parts.iter().filter(meets).cloned().collect();
            let others = in_the_way.iter().map(|it| sentence::booking(self, it.booking.id));
            let others = others.collect::<Result<Vec<_>, _>>()?.join("; ");
            let sentence = match others.as_str() {
                "" => sentence::booking(self, id)?,
                others => format!("{}. In its way: {others}", sentence::booking(self, id)?),
            };
            clashes.push(Clash { booking, in_the_way, sentence });
        }
        Ok(clashes)
    }

    /// The open bookings that occupy any of some resources and end after `from`, by start.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn open_from(&self, ids: &[ResourceId], from: Timestamp) -> Result<Vec<Listed>, Failure> {
        let period = Interval::new(from, Timestamp::RANGE.end);
        let mut listed = self.list(&Filter { period, ..Filter::default() })?;
        listed.retain(|listed| {
            listed.booking.status.is_open()
                && listed.booking.claimed_ids().iter().any(|id| ids.contains(id))
        });
        Ok(listed)
    }
}

fn is_in_the_way(other: &Booking, booking: &Booking) -> bool {
    let meet = other.occupied().zip(booking.occupied()).is_some_and(|(a, b)| a.overlaps(b));
    other.id != booking.id && other.occupies_stay() && meet
}
