//! The bookings of somebody who leaves: seen together, and given to somebody else at once. Each is
//! given by itself: what does not fit stays where it is, with the reason.

use super::{TheDesk, id};
use crate::problem;
use crate::view::{BoardBooking, Colours, HandedOver, LeftBooking, Problem};
use holdfast_domain::{Booking, Interval, Refusal, ResourceId, StaffId, Timestamp};
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

/// Gives them to another resource, as far as they fit.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn hand_over(
    desk: TheDesk<'_>,
    staff_id: String,
    to_resource_id: String,
) -> Result<HandedOver, Problem> {
    let staff_id: StaffId = id("staff_id", &staff_id)?;
    let to: ResourceId = id("to_resource_id", &to_resource_id)?;
    desk.act(|replica, now| {
        let colours = Colours::of(replica)?;
        let from = resources_of(replica, staff_id)?;
        let (mut given, mut left) = (0, Vec::new());
        for listed in to_come(replica, &from, now)? {
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
