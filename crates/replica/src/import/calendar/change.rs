//! What is here and differs from a later version of its calendar: moved, renamed, or confirmed.

use super::Fate;
use super::take::{Item, Run, text};
use crate::failure::Failure;
use crate::submit::Submission;
use holdfast_calendar::Status;
use holdfast_domain::command::{ChangeSeries, EditBooking, Reschedule, SeriesChange, SetStatus};
use holdfast_domain::recurrence::OCCURRENCES_MAX;
use holdfast_domain::{Booking, BookingStatus, Command, Patch, SeriesId};
use std::collections::BTreeMap;

impl Run<'_> {
    /// What is here takes the times and texts of the file; all of a series together, so that its
    /// dates may trade places.
    pub(super) fn update(&self, items: &mut [Item<'_>]) -> Result<(), Failure> {
        let mut together: BTreeMap<SeriesId, Vec<(usize, Vec<SeriesChange>)>> = BTreeMap::new();
        for (n, item) in items.iter_mut().enumerate().filter(|(_, item)| !item.settled) {
            let Some(booking) = item.there.clone() else { continue };
            let confirmed = item.occurrence.status == Status::Confirmed;
            if confirmed && self.is_to_stand_again(&booking) {
                let submission = self.give(confirm(&booking))?;
                item.answered(&submission, Fate::Updated);
                if item.taken.outcome == Fate::Conflict {
                    continue;
                }
            } else if !booking.status.is_open() && booking.status != BookingStatus::Completed {
                let message = format!("It is {} here.", booking.status.as_str().replace('_', " "));
                item.settle(Fate::Unchanged, message);
                continue;
            }
            let changes = self.changes(&booking, item);
            match booking.series_id {
                _ if changes.is_empty() && item.settled => {}
                _ if changes.is_empty() => item.settle(Fate::Unchanged, None),
                Some(series_id) => together.entry(series_id).or_default().push((n, changes)),
                None => self.change(item, changes)?,
            }
        }
        for (series_id, changes) in together {
            self.update_series(series_id, changes, items)?;
        }
        Ok(())
    }

    /// Whether a booking is tentative or called off because the file said so.
    fn is_to_stand_again(&self, booking: &Booking) -> bool {
        match &booking.cancellation {
            Some(cancellation) => cancellation.reason.ends_with(&format!(" in {}", self.source)),
            None => booking.status == BookingStatus::Pending && booking.source.is_some(),
        }
    }

    fn update_series(
        &self,
        series_id: SeriesId,
        changes: Vec<(usize, Vec<SeriesChange>)>,
        items: &mut [Item<'_>],
    ) -> Result<(), Failure> {
        let all: Vec<SeriesChange> = changes.iter().flat_map(|(_, it)| it.clone()).collect();
        if all.len() <= OCCURRENCES_MAX / 2 {
            let command = Command::ChangeSeries(ChangeSeries { series_id, changes: all });
            let submission = self.give(command)?;
            if !matches!(submission, Submission::Refused(_)) {
                changes.iter().for_each(|(n, _)| items[*n].answered(&submission, Fate::Updated));
                return Ok(());
            }
        }
        // One of them is in the way of something: then each for itself.
        changes.into_iter().try_for_each(|(n, changes)| self.change(&mut items[n], changes))
    }

    /// Gives the changes of one booking; the first that is refused speaks for it.
    fn change(&self, item: &mut Item<'_>, changes: Vec<SeriesChange>) -> Result<(), Failure> {
        for change in changes {
            let submission = match change {
                SeriesChange::Reschedule(c) => self.reschedule(c)?,
                other => self.give(other.into())?,
            };
            item.answered(&submission, Fate::Updated);
            if item.taken.outcome == Fate::Conflict {
                break;
            }
        }
        Ok(())
    }

    /// Hours are the venue's own business; a calendar may know better, if the person may.
    fn reschedule(&self, mut c: Reschedule) -> Result<Submission, Failure> {
        let submission = self.give(Command::Reschedule(c.clone()))?;
        match &submission {
            Submission::Refused(refusal) if refusal.code() == "outside_hours" => {
                c.outside_hours_reason = format!("So it is in {}", self.source);
                let again = self.give(Command::Reschedule(c))?;
                Ok(if matches!(again, Submission::Refused(_)) { submission } else { again })
            }
            _ => Ok(submission),
        }
    }

    /// What of a booking differs from the file.
    fn changes(&self, booking: &Booking, item: &Item<'_>) -> Vec<SeriesChange> {
        let occurrence = item.occurrence;
        let text = text(occurrence);
        let mut changes = Vec::new();
        let patch =
            |from: &String, to: String| (*from != to).then(|| Patch { from: from.clone(), to });
        let title = patch(&booking.title, text.title);
        let description = patch(&booking.description, text.description);
        if title.is_some() || description.is_some() {
            let booking_id = booking.id;
            let edit = EditBooking { booking_id, title, description, ..EditBooking::default() };
            changes.push(SeriesChange::EditBooking(edit));
        }
        let (was, now) = (booking.stay, occurrence.stay);
        let told = item.place.as_ref().ok().filter(|_| self.places.are_told());
        let place = told.unwrap_or(&booking.resource_ids);
        let moved = (was.starts_at, was.ends_at) != (now.starts_at, now.ends_at);
        if moved || *place != booking.resource_ids {
            let stay = if moved { now } else { was };
            changes.push(SeriesChange::Reschedule(Reschedule {
                booking_id: booking.id,
                venue_id: booking.venue_id,
                stay: Patch { from: was, to: stay },
                resource_ids: Patch { from: booking.resource_ids.clone(), to: place.clone() },
                claimed_ids: Vec::new(),
                buffer_before_minutes: 0,
                buffer_after_minutes: 0,
                outside_hours_reason_before: String::new(),
                outside_hours_reason: booking.outside_hours_reason.clone(),
                package_id: None,
            }));
        }
        changes
    }
}

fn confirm(booking: &Booking) -> Command {
    Command::SetStatus(SetStatus {
        booking_id: booking.id,
        status: Patch { from: booking.status, to: BookingStatus::Confirmed },
        reason: String::new(),
        lapsed: false,
        package_id: None,
    })
}
