//! One booking: seen, drafted, changed.

use super::{BoardBooking, Customer, Problem, Standing, wall_at};
use crate::problem;
use holdfast_domain::command::{BookingText, Patch};
use holdfast_domain::{LocalNote, Refusal, StaffId};
use holdfast_replica::draft::Drafted;
use holdfast_replica::{Failure, Listed, Replica};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A booking that somebody wants.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct BookingDraft {
    pub(crate) venue_id: String,
    pub(crate) resource_ids: Vec<String>,
    /// `YYYY-MM-DDTHH:MM`, venue-local.
    pub(crate) local_start: String,
    pub(crate) local_end: String,
    pub(crate) customer_id: Option<String>,
    title: String,
    description: String,
    customer_note: String,
    staff_note: String,
    attendee_count: u32,
    meeting_url: String,
}

/// What a draft would become, said before the click.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Preview {
    pub(crate) starts_at: String,
    pub(crate) ends_at: String,
    /// What the clocks make of the times asked for, as sentences.
    pub(crate) notes: Vec<String>,
    /// What the rules here would say, or null.
    pub(crate) refusal: Option<Problem>,
    /// What the booking would be worth, as a sentence; empty where it would be refused.
    pub(crate) worth: String,
}

/// What was saved.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Saved {
    /// Empty where everything was as asked already.
    pub(crate) operation_id: String,
    pub(crate) booking_id: String,
    pub(crate) standing: Standing,
    /// What the clocks made of the times asked for, as sentences.
    pub(crate) notes: Vec<String>,
}

/// A change that waits for headquarters.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct WaitingSentence {
    pub(crate) local_at: String,
    pub(crate) sentence: String,
}

/// Everything about one booking.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct BookingDetail {
    #[serde(flatten)]
    pub(crate) booking: BoardBooking,
    pub(crate) venue_id: String,
    pub(crate) description: String,
    pub(crate) customer_note: String,
    pub(crate) staff_note: String,
    pub(crate) meeting_url: String,
    pub(crate) customer: Option<Customer>,
    pub(crate) made_by_name: String,
    pub(crate) created_at: String,
    pub(crate) confirmed_at: Option<String>,
    pub(crate) cancelled_at: Option<String>,
    pub(crate) cancelled_by_name: String,
    pub(crate) cancel_reason: String,
    /// Where it was imported from and its id there (`clubdata 17`), or empty.
    pub(crate) source: String,
    /// What it is worth, as a sentence.
    pub(crate) worth: String,
    /// Changes of this booking that still wait, in order.
    pub(crate) waiting: Vec<WaitingSentence>,
}

/// A text that a person changed: what it was when they looked, and what it becomes.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct TextEdit {
    from: String,
    to: String,
}

/// The same of a number.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct NumberEdit {
    from: u32,
    to: u32,
}

/// The same of a customer's id.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct CustomerEdit {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// What changes of what is written on a booking; null where nothing does.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct BookingEdit {
    pub(crate) booking_id: String,
    pub(crate) title: Option<TextEdit>,
    pub(crate) description: Option<TextEdit>,
    pub(crate) customer_note: Option<TextEdit>,
    pub(crate) staff_note: Option<TextEdit>,
    pub(crate) meeting_url: Option<TextEdit>,
    pub(crate) attendee_count: Option<NumberEdit>,
    pub(crate) customer_id: Option<CustomerEdit>,
}

/// Where a booking was when the person looked, and where it is to be.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct Reschedule {
    pub(crate) booking_id: String,
    pub(crate) from_local_start: String,
    pub(crate) from_local_end: String,
    pub(crate) from_resource_ids: Vec<String>,
    pub(crate) to_local_start: String,
    pub(crate) to_local_end: String,
    pub(crate) to_resource_ids: Vec<String>,
}

/// A booking to be called off.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct CancelBooking {
    pub(crate) booking_id: String,
    pub(crate) reason: String,
}

impl BookingDraft {
    /// What is to be written on the booking.
    pub(crate) fn into_text(self) -> BookingText {
        BookingText {
            title: self.title,
            description: self.description,
            customer_note: self.customer_note,
            staff_note: self.staff_note,
            attendee_count: self.attendee_count,
            meeting_url: self.meeting_url,
        }
    }
}

impl From<TextEdit> for Patch<String> {
    fn from(edit: TextEdit) -> Self {
        Self { from: edit.from, to: edit.to }
    }
}

impl From<NumberEdit> for Patch<u32> {
    fn from(edit: NumberEdit) -> Self {
        Self { from: edit.from, to: edit.to }
    }
}

impl Preview {
    pub(crate) fn of(drafted: &Drafted, refusal: Option<&Refusal>, standalone: bool) -> Self {
        let standing = if standalone { Standing::Committed } else { Standing::Tentative };
        Self {
            starts_at: drafted.stay.starts_at.to_string(),
            ends_at: drafted.stay.ends_at.to_string(),
            notes: drafted.notes.iter().map(LocalNote::message).collect(),
            worth: match refusal {
                Some(_) => String::new(),
                None => worth(standing, standalone, ""),
            },
            refusal: refusal.map(problem::refused),
        }
    }
}

impl BookingDetail {
    pub(crate) fn of(replica: &Replica, listed: &Listed) -> Result<Self, Failure> {
        let row = &listed.booking;
        let booking = BoardBooking::of(listed);
        let worth = worth(booking.standing, replica.is_standalone()?, &booking.standing_reason);
        let customer = match row.customer_id {
            Some(id) => replica.customer(id)?.map(Into::into),
            None => None,
        };
        let cancellation = row.cancellation.as_ref();
        let cancelled_by = match cancellation {
            Some(cancellation) => staff_name(replica, cancellation.cancelled_by)?,
            None => String::new(),
        };
        Ok(Self {
            booking,
            venue_id: row.venue_id.to_string(),
            description: row.description.clone(),
            customer_note: row.customer_note.clone(),
            staff_note: row.staff_note.clone(),
            meeting_url: row.meeting_url.clone(),
            customer,
            made_by_name: staff_name(replica, row.made_by)?,
            created_at: row.made_at.to_string(),
            confirmed_at: row.confirmed_at.map(|at| at.to_string()),
            cancelled_at: cancellation.map(|c| c.cancelled_at.to_string()),
            cancelled_by_name: cancelled_by,
            cancel_reason: cancellation.map(|c| c.reason.clone()).unwrap_or_default(),
            source: row.source.as_ref().map(|s| format!("{} {}", s.name, s.id)).unwrap_or_default(),
            worth,
            waiting: waiting(replica, listed)?,
        })
    }
}

fn waiting(replica: &Replica, listed: &Listed) -> Result<Vec<WaitingSentence>, Failure> {
    let Some(venue) = replica.venue(listed.booking.venue_id)? else { return Ok(Vec::new()) };
    let kept = replica.waiting_on(listed.booking.id)?;
    kept.iter()
        .map(|kept| {
            Ok(WaitingSentence {
                local_at: wall_at(venue.timezone, kept.operation.at),
                sentence: replica.sentence(&kept.operation)?,
            })
        })
        .collect()
}

fn staff_name(replica: &Replica, id: StaffId) -> Result<String, Failure> {
    Ok(replica.staff(id)?.map(|staff| staff.name).unwrap_or_default())
}

/// What a booking is worth at this moment, and never more, as a sentence.
fn worth(standing: Standing, standalone: bool, reason: &str) -> String {
    match standing {
        Standing::Committed if standalone => {
            "Stands at once: this desk has no headquarters.".into()
        }
        Standing::Committed => "Headquarters has accepted it.".into(),
        Standing::Tentative => {
            "Waiting for headquarters: nothing known here speaks against it.".into()
        }
        Standing::AtRisk => {
            let reason = reason.trim_end_matches('.');
            format!("At risk: {reason}. Headquarters decides at the next sync.")
        }
        Standing::Refused => "Headquarters did not accept it.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_no_more_than_the_standing() {
        for (standing, standalone, beginning) in [
            (Standing::Committed, false, "Headquarters has accepted"),
            (Standing::Committed, true, "Stands at once"),
            (Standing::Tentative, false, "Waiting for headquarters"),
            (Standing::AtRisk, false, "At risk: Court 1 is taken. Headquarters decides"),
            (Standing::Refused, false, "Headquarters did not"),
        ] {
            assert!(worth(standing, standalone, "Court 1 is taken.").starts_with(beginning));
        }
    }
}
