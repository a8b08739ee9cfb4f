//! Who of a waitlist gets the next place: who waits longest. Whoever lacks the credits that a place
//! costs, or whom a rule refuses, is skipped and told about.

use crate::failure::Failure;
use crate::replica::Replica;
use holdfast_domain::command::PromoteAttendance;
use holdfast_domain::{
    Attendance, AttendanceStatus, Booking, BookingId, Command, Refusal, Timestamp, paying,
};

/// Who is next on a waitlist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Promotion {
    /// What gives them the place; `None` where nobody waits who could have it.
    pub next: Option<PromoteAttendance>,
    /// Who waits longer and is passed over: for want of credits, or for what a rule says.
    pub skipped: Vec<(Attendance, Option<Refusal>)>,
}

impl Replica {
    /// The roster of a booking, in the order in which people came to it.
    ///
    /// # Errors
    /// Where the database cannot be read; so for the others.
    pub fn roster(&self, booking_id: BookingId) -> Result<Vec<Attendance>, Failure> {
        self.listed(&[("booking_id", &booking_id.to_string())], false)
    }

    /// Who would get a place of `booking` next. A refusal that is not about the person, such as that
    /// there is no place, is about everybody: then nobody is next.
    pub fn promotion(&self, booking: &Booking, at: Timestamp) -> Result<Promotion, Failure> {
        let mut promotion = Promotion::default();
        for place in self.roster(booking.id)? {
            if place.status != AttendanceStatus::Waitlisted {
                continue;
            }
            let Some(next) = self.promoting(booking, &place)? else {
                promotion.skipped.push((place, None));
                continue;
            };
            match self.preview(&Command::PromoteAttendance(next.clone()), at)? {
                None => {
                    promotion.next = Some(next);
                    break;
                }
                Some(refusal) => promotion.skipped.push((place, Some(refusal))),
            }
        }
        Ok(promotion)
    }

    /// What gives somebody who waits the place: paid with the package named when they began to wait,
    /// if it still can; else with whichever can. `None` where they lack the credits that it costs.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn promoting(
        &self,
        booking: &Booking,
        place: &Attendance,
    ) -> Result<Option<PromoteAttendance>, Failure> {
        let packages = match booking.credits {
            0 => Vec::new(),
            credits => self.packages_with(place.customer_id, credits)?,
        };
        Ok(paying::promotion(booking, place, &packages))
    }
}
