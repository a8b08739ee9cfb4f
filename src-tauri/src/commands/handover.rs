//! The bookings of somebody who leaves: seen together, and given to somebody else, all at once or
//! one of them. Each is given by itself, and keeps what else it takes: what does not fit stays where
//! it is, with the reason.

use super::{TheDesk, id, optional_id};
use crate::problem;
use crate::view::{BoardBooking, Colours, HandedOver, LeftBooking, Problem};
use holdfast_domain::{
    Booking, BookingId, Entity, Interval, Refusal, ResourceId, StaffId, Timestamp,
};
use holdfast_replica::query::Shown;
use holdfast_replica::{Filter, Listed, Replica, Submission, draft, now};

/// The open bookings to come of the resources that are somebody, by start.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn bookings_of_staff(
    desk: TheDesk<'_>,
    staff_id: String,
) -> Result<Vec<BoardBooking>, Problem> {
    let staff_id: StaffId = id("staff_id", &staff_id)?;
    desk.ask(|replica| {
        let colours = Colours::of(replica)?;
        let theirs = to_come(replica, &resources_of(replica, staff_id)?, now())?;
        Ok(theirs.iter().map(|listed| BoardBooking::of(listed, &colours)).collect())
    })
}

/// Gives them to another resource, as far as they fit; or, where a booking is named, only this one.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn hand_over(
    desk: TheDesk<'_>,
    staff_id: String,
    to_resource_id: String,
    booking_id: Option<String>,
) -> Result<HandedOver, Problem> {
    let staff_id: StaffId = id("staff_id", &staff_id)?;
    let to: ResourceId = id("to_resource_id", &to_resource_id)?;
    let only: Option<BookingId> = optional_id("booking_id", booking_id.as_deref())?;
    desk.beside(|replica, now| {
        let colours = Colours::of(replica)?;
        let from = resources_of(replica, staff_id)?;
        let mut meant = to_come(replica, &from, now)?;
        if let Some(only) = only {
            meant.retain(|listed| listed.booking.id == only);
            if meant.is_empty() {
                return Err(problem::not_found(Entity::Booking, only.0));
            }
        }
        let (mut given, mut left) = (0, Vec::new());
        for listed in meant {
            match give(replica, &listed.booking, &from, to, now)? {
                None => given += 1,
                Some(refusal) => left.push(LeftBooking {
                    booking: BoardBooking::of(&listed, &colours),
                    refusal: problem::refused(&refusal),
                }),
            }
        }
        Ok(HandedOver { given, left })
    })
}

/// Deleted or not: their bookings are there.
fn resources_of(replica: &Replica, staff_id: StaffId) -> Result<Vec<ResourceId>, Problem> {
    let all = replica.resources_shown(Shown::All)?;
    Ok(all.iter().filter(|one| one.staff_id == Some(staff_id)).map(|one| one.id).collect())
}

fn to_come(replica: &Replica, of: &[ResourceId], from: Timestamp) -> Result<Vec<Listed>, Problem> {
    let period = Interval::new(from, Timestamp::RANGE.end);
    let mut listed = replica.list(&Filter { period, ..Filter::default() })?;
    listed.retain(|listed| {
        let booking = &listed.booking;
        booking.status.is_open() && booking.claimed_ids().iter().any(|id| of.contains(id))
    });
    Ok(listed)
}

/// One of them; what a rule says against it.
fn give(
    replica: &mut Replica,
    booking: &Booking,
    from: &[ResourceId],
    to: ResourceId,
    now: Timestamp,
) -> Result<Option<Refusal>, Problem> {
    let command = draft::hand_over(booking, from, to);
    let command = replica.with_terms(command, now)?;
    Ok(match replica.submit(&command, now)? {
        Submission::Refused(refusal) => Some(refusal),
        Submission::Done(_) | Submission::Unchanged => None,
    })
}
