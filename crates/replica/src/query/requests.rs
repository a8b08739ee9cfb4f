//! The approval queue: who asked for what, who competes with whom, and what would speak against
//! saying yes.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::{Filter, Listed};
use holdfast_domain::command::{Patch, SetStatus};
use holdfast_domain::{Booking, BookingId, BookingStatus, Command, Refusal, Timestamp, VenueId};

/// A booking that waits for approval.
#[derive(Clone, Debug)]
pub struct Request {
    /// The booking.
    pub listed: Listed,
    /// The other requests that want the same at the same time: one of them can be confirmed.
    pub competes_with: Vec<BookingId>,
    /// Whether its deadline has passed.
    pub lapsed: bool,
    /// What a yes would be refused for.
    pub refusal: Option<Refusal>,
}

impl Replica {
    /// The requests that wait, of one venue or of all, first asked first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn requests(
        &self,
        venue_id: Option<VenueId>,
        at: Timestamp,
    ) -> Result<Vec<Request>, Failure> {
        let status = Some(BookingStatus::Pending);
        let mut pending = self.list(&Filter { venue_id, status, ..Filter::default() })?;
        pending.sort_by_key(|listed| (listed.booking.made_at, listed.booking.id));
        let mut requests = Vec::with_capacity(pending.len());
        for listed in &pending {
            let booking = &listed.booking;
            let others = pending.iter().map(|other| &other.booking);
            let approve = Command::SetStatus(SetStatus {
                booking_id: booking.id,
                status: Patch { from: booking.status, to: BookingStatus::Confirmed },
                reason: String::new(),
                lapsed: false,
                package_id: None,
            });
            requests.push(Request {
                competes_with: others.filter(|it| compete(booking, it)).map(|it| it.id).collect(),
                lapsed: booking.approve_by.is_some_and(|approve_by| approve_by <= at),
                refusal: self.preview(&self.with_terms(approve, at)?, at)?,
                listed: listed.clone(),
            });
        }
        Ok(requests)
    }
}

/// Whether two bookings want the same at the same time.
fn compete(a: &Booking, b: &Booking) -> bool {
    let shares = a.claimed_ids().iter().any(|id| b.claimed_ids().contains(id));
    let meet = a.occupied().zip(b.occupied()).is_some_and(|(a, b)| a.overlaps(b));
    a.id != b.id && shares && meet
}
