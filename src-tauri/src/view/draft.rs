//! A booking that somebody wants: what is sold, how it is paid, whether it recurs; and what would
//! become of it.

use super::{Price, Problem, ResourceKind, Standing, wall, wall_at};
use crate::problem;
use holdfast_domain::command::BookingText;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Booking, Change, Decision, LocalNote, Package, Refusal, ResourceId, SkippedDate, Stay, Zone,
};
use holdfast_replica::{Failure, Replica};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What is sold with a booking, and on which terms.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct Sale {
    pub(crate) service_id: Option<String>,
    pub(crate) event_id: Option<String>,
    /// How many places a class has; null for a private booking.
    pub(crate) capacity: Option<u32>,
    /// Whether somebody has to approve it first.
    pub(crate) request: bool,
    /// Whether one of the customer's packages pays, where one can.
    pub(crate) by_package: bool,
    /// A price that was agreed apart from the service's, as it was typed; empty for the service's.
    pub(crate) price: String,
    /// Why it may lie outside opening hours; empty where it does not.
    pub(crate) outside_hours_reason: String,
}

/// How a booking recurs.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct Repeat {
    /// RFC 5545: `FREQ=WEEKLY;COUNT=10`.
    pub(crate) rrule: String,
    /// Days, `YYYY-MM-DD`, on which there is none of it; a COUNT counts them.
    pub(crate) except: Vec<String>,
    /// Whether dates without room are left out; otherwise one of them refuses all.
    pub(crate) skip: bool,
}

/// A booking that somebody wants.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct BookingDraft {
    pub(crate) venue_id: String,
    pub(crate) resource_ids: Vec<String>,
    /// Besides those, any free one of each of these sorts.
    pub(crate) any_of: Vec<ResourceKind>,
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
    pub(crate) sale: Sale,
    pub(crate) repeat: Option<Repeat>,
}

/// A date of a series on which there is no room.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Skipped {
    pub(crate) local_start: String,
    /// Why, as a sentence.
    pub(crate) message: String,
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
    /// What the person should know and may go on with all the same, as sentences.
    pub(crate) warnings: Vec<String>,
    /// What it would take, by name.
    pub(crate) resource_names: Vec<String>,
    pub(crate) price: Option<Price>,
    /// The package that would pay, or empty.
    pub(crate) package_name: String,
    /// How many credits it would cost.
    pub(crate) credits: u32,
    /// How many would be left.
    pub(crate) credits_left: u32,
    /// Until when cancelling would be free, on the venue's wall; null for always.
    pub(crate) free_until: Option<String>,
    /// How many bookings would be made.
    pub(crate) dates: u32,
    pub(crate) skipped: Vec<Skipped>,
}

/// A time at which a resource is free for as long as asked.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct FreeTime {
    pub(crate) local_start: String,
    pub(crate) local_end: String,
}

impl Skipped {
    pub(crate) fn list(dates: &[SkippedDate]) -> Vec<Self> {
        let view = |date: &SkippedDate| Self {
            local_start: wall(date.local_start),
            message: date.message.clone(),
        };
        dates.iter().map(view).collect()
    }
}

impl FreeTime {
    pub(crate) fn of(stay: &Stay) -> Self {
        Self { local_start: wall(stay.local_start), local_end: wall(stay.local_end) }
    }
}

/// What was saved.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Saved {
    /// Empty where everything was as asked already.
    pub(crate) operation_id: String,
    pub(crate) booking_id: String,
    pub(crate) standing: Standing,
    /// What the clocks made of the times asked for, and what else to know, as sentences.
    pub(crate) notes: Vec<String>,
}

impl BookingDraft {
    /// What is to be written on the booking.
    pub(crate) fn text(&self) -> BookingText {
        BookingText {
            title: self.title.clone(),
            description: self.description.clone(),
            customer_note: self.customer_note.clone(),
            staff_note: self.staff_note.clone(),
            attendee_count: self.attendee_count,
            meeting_url: self.meeting_url.clone(),
        }
    }
}

impl Preview {
    /// The preview of a booking in `zone` that was decided so.
    pub(crate) fn of(
        replica: &Replica,
        zone: Zone,
        shown: &holdfast_domain::command::Book,
        notes: &[LocalNote],
        decided: &Result<Decision, Refusal>,
    ) -> Result<Self, Failure> {
        let standalone = replica.is_standalone()?;
        let standing = if standalone { Standing::Committed } else { Standing::Tentative };
        let worth = match decided {
            Ok(_) => super::booking::worth(standing, standalone, ""),
            Err(_) => String::new(),
        };
        let package: Option<Package> = match shown.package_id {
            Some(id) => replica.get(id)?,
            None => None,
        };
        let decision = decided.as_ref().ok();
        let changes = decision.map(|decision| decision.changes.as_slice()).unwrap_or_default();
        Ok(Self {
            starts_at: shown.stay.starts_at.to_string(),
            ends_at: shown.stay.ends_at.to_string(),
            notes: notes.iter().map(LocalNote::message).collect(),
            refusal: decided.as_ref().err().map(problem::refused),
            worth,
            warnings: decision.map(warnings).unwrap_or_default(),
            resource_names: names(replica, &shown.resource_ids)?,
            price: shown.price.map(Into::into),
            package_name: package.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
            credits: shown.credits,
            credits_left: package
                .map(|it| it.balance.saturating_sub(shown.credits))
                .unwrap_or_default(),
            free_until: shown.free_cancel_minutes.map(|minutes| {
                wall_at(zone, shown.stay.starts_at.plus_ms(-i64::from(minutes) * MINUTE_MS))
            }),
            dates: super::count(changes.iter().filter_map(booking).count() as u64),
            skipped: skipped(changes),
        })
    }
}

fn names(replica: &Replica, ids: &[ResourceId]) -> Result<Vec<String>, Failure> {
    let found = ids.iter().map(|&id| replica.resource(id));
    let found: Vec<_> = found.collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().map(|resource| resource.name).collect())
}

/// What the person should know although nothing speaks against it.
pub(crate) fn warnings(decision: &Decision) -> Vec<String> {
    let mut sentences: Vec<String> = decision.warnings.iter().map(Refusal::warning).collect();
    sentences.dedup();
    sentences
}

fn booking(change: &Change) -> Option<&Booking> {
    match change {
        Change::Booking(booking) => Some(booking),
        _ => None,
    }
}

/// The dates of a series that would be left out.
fn skipped(changes: &[Change]) -> Vec<Skipped> {
    let series = changes.iter().find_map(|change| match change {
        Change::Series(series) => Some(series),
        _ => None,
    });
    Skipped::list(series.map(|series| series.skipped.as_slice()).unwrap_or_default())
}
