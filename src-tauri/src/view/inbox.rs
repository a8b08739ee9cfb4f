//! What headquarters did not accept.

use super::{PlaceNames, Problem, Skipped, home_zone, wall, wall_at};
use crate::problem;
use chrono::NaiveDate;
use holdfast_domain::{
    Booking, BookingId, Command, Notice, OperationId, Resource, ResourceId, Series, SeriesId,
    Timestamp, VenueId, Zone, schedule,
};
use holdfast_protocol::Outcome;
use holdfast_replica::query::{self, HeldBy};
use holdfast_replica::{Failure, Replica, now};
use serde::{Deserialize, Serialize};
use serde_json::json;
use specta::Type;

/// Somewhere else to put a booking that did not fit.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub(crate) struct Alternative {
    /// What stands in for the resource that was taken, or is the same at another time.
    pub(crate) resource_id: String,
    pub(crate) resource_name: String,
    pub(crate) local_start: String,
    pub(crate) local_end: String,
}

/// What came of booking a refused series on the dates on which there is room.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct RestBooked {
    /// How many bookings that made.
    pub(crate) booked: u32,
    /// The dates on which there is none.
    pub(crate) skipped: Vec<Skipped>,
}

/// Headquarters' verdict on it.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InboxOutcome {
    /// A rule said no.
    Refused,
    /// It needs something that another refused change would have made.
    DependentRefused,
    /// Put aside for a person to judge.
    Quarantined,
}

/// One change that a person has to look at.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct InboxItem {
    pub(crate) operation_id: String,
    pub(crate) seq: u32,
    pub(crate) local_at: String,
    /// What was asked, as a sentence.
    pub(crate) sentence: String,
    pub(crate) outcome: InboxOutcome,
    pub(crate) problem: Problem,
    /// Who holds the slot now, as far as this desk may see; empty when nobody does.
    pub(crate) held_by: String,
    /// At most three; empty when there is nothing to book again.
    pub(crate) alternatives: Vec<Alternative>,
    /// Whether it has happened all the same: money that was taken, somebody who came. Settling it asks
    /// what became of it.
    pub(crate) has_happened: bool,
    /// The item of the booking that this money was taken for, where that can be booked instead: the
    /// money goes over to it. Empty for anything else.
    pub(crate) paid_for: String,
    /// Whether it can be asked once more, over what somebody else has written meanwhile.
    pub(crate) can_apply: bool,
    /// Whether it is a series that can be booked on the dates on which there is room.
    pub(crate) has_rest: bool,
    /// The dates of such a series on which there is no room now.
    pub(crate) skipped: Vec<Skipped>,
    /// The date to open on the board, or empty.
    pub(crate) date: String,
    /// The venue to open it at, or empty.
    pub(crate) venue_id: String,
    /// What that is called where there are several, or empty.
    pub(crate) venue_name: String,
}

impl InboxItem {
    pub(crate) fn list(
        replica: &Replica,
        items: &[query::InboxItem],
    ) -> Result<Vec<Self>, Failure> {
        let zone = home_zone(replica)?;
        let resources = replica.resources()?;
        let names = PlaceNames::of(replica)?;
        let view = |item: &query::InboxItem| {
            let mut refusal = item.refusal.clone();
            add_clashes(replica, &item.command, &mut refusal, now())?;
            let venue_id = venue_id(replica, &item.command)?;
            Ok(Self {
                operation_id: item.operation.id.to_string(),
                seq: super::count(item.operation.seq),
                local_at: wall_at(zone, item.operation.at),
                sentence: item.sentence.clone(),
                outcome: outcome(&item.outcome),
                problem: problem::noticed(refusal),
                held_by: item.held_by.as_ref().map(held_by).unwrap_or_default(),
                alternatives: Alternative::list(item, &resources),
                has_happened: item.has_happened,
                paid_for: paid_for(item, items).map(|id| id.to_string()).unwrap_or_default(),
                can_apply: over_theirs(item).is_some(),
                has_rest: item.has_rest,
                skipped: Skipped::list(&item.skipped),
                date: date(replica, item, zone)?.map(|d| d.to_string()).unwrap_or_default(),
                venue_id: venue_id.map(|id| id.to_string()).unwrap_or_default(),
                venue_name: venue_id.map(|id| names.venue(id).to_owned()).unwrap_or_default(),
            })
        };
        items.iter().map(view).collect()
    }
}

/// Says in a refusal of new parts which bookings clash, and with what.
pub(crate) fn add_clashes(
    replica: &Replica,
    command: &Command,
    refusal: &mut Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let clashes = replica.clashes(command, refusal, now)?;
    if !clashes.is_empty() {
        let said: Vec<String> = clashes.into_iter().map(|clash| clash.sentence).collect();
        refusal.details["clashes"] = json!(said);
    }
    Ok(())
}

impl Alternative {
    fn list(item: &query::InboxItem, resources: &[Resource]) -> Vec<Self> {
        let view = |alternative: &schedule::Alternative| {
            let id = told_by(item, alternative)?;
            let resource = resources.iter().find(|resource| resource.id == id);
            Some(Self {
                resource_id: id.to_string(),
                resource_name: resource.map(|r| r.name.clone()).unwrap_or_default(),
                local_start: wall(alternative.stay.local_start),
                local_end: wall(alternative.stay.local_end),
            })
        };
        item.alternatives.iter().filter_map(view).collect()
    }

    /// Which of the alternatives of `item` this is; `None` where it is no longer among them.
    pub(crate) fn among<'a>(
        &self,
        item: &'a query::InboxItem,
    ) -> Option<&'a schedule::Alternative> {
        item.alternatives.iter().find(|alternative| {
            told_by(item, alternative).is_some_and(|id| id.to_string() == self.resource_id)
                && wall(alternative.stay.local_start) == self.local_start
                && wall(alternative.stay.local_end) == self.local_end
        })
    }
}

/// The resource that an alternative is told by: the one that was not asked for before, or where all
/// were, the one that was taken then.
fn told_by(item: &query::InboxItem, alternative: &schedule::Alternative) -> Option<ResourceId> {
    let asked = asked_resources(&item.command);
    let ids = &alternative.resource_ids;
    let taken = item.refusal.details["resource_id"].as_str().and_then(|id| id.parse().ok());
    let taken = taken.filter(|id| ids.contains(id));
    ids.iter().copied().find(|id| !asked.contains(id)).or(taken).or_else(|| ids.first().copied())
}

fn asked_resources(command: &Command) -> &[ResourceId] {
    match command {
        Command::Book(book) => &book.resource_ids,
        Command::ImportBooking(import) => &import.book.resource_ids,
        Command::Reschedule(reschedule) => &reschedule.resource_ids.to,
        _ => &[],
    }
}

/// Which of `items` is the booking that the money of `item` goes over with.
fn paid_for(item: &query::InboxItem, items: &[query::InboxItem]) -> Option<OperationId> {
    let Command::TakePayment(payment) = &item.command else { return None };
    let of = items.iter().find(|other| {
        matches!(&other.command, Command::Book(book) if book.booking_id == payment.booking_id)
    })?;
    let goes_over = payment.attendance_id.is_none() && !of.alternatives.is_empty();
    goes_over.then_some(of.operation.id)
}

fn outcome(outcome: &Outcome) -> InboxOutcome {
    match outcome {
        Outcome::DependentRefused { .. } => InboxOutcome::DependentRefused,
        Outcome::Quarantined { .. } => InboxOutcome::Quarantined,
        // Accepted ones are not in the inbox.
        Outcome::Refused { .. } | Outcome::Accepted { .. } => InboxOutcome::Refused,
    }
}

/// `Tracy Smith, 13:00 to 14:00`.
fn held_by(holder: &HeldBy) -> String {
    match holder {
        HeldBy::BusyElsewhere => "busy at another venue".into(),
        HeldBy::Booking { who, stay } => {
            let who = if who.is_empty() { "another booking" } else { who };
            let (start, end) = (stay.local_start.format("%H:%M"), stay.local_end.format("%H:%M"));
            format!("{who}, {start} to {end}")
        }
    }
}

/// The same once more, over the value that somebody else has written and the person has now seen;
/// `None` where it is not that which speaks against it, or where it changed no single value.
pub(crate) fn over_theirs(item: &query::InboxItem) -> Option<Command> {
    if item.refusal.code != "changed_elsewhere" {
        return None;
    }
    let (details, mut command) = (&item.refusal.details, serde_json::to_value(&item.command).ok()?);
    let patch = command.get_mut(details["field"].as_str()?)?;
    *patch.get_mut("from")? = details["current"].clone();
    // What was brought again knows nothing of what else is there by now.
    command.as_object_mut()?.remove("forgotten");
    serde_json::from_value(command).ok()
}

/// The venue that a refused command is about.
fn venue_id(replica: &Replica, command: &Command) -> Result<Option<VenueId>, Failure> {
    let of_booking = |id: BookingId| {
        let booking: Option<Booking> = replica.get(id)?;
        Ok::<_, Failure>(booking.map(|booking| booking.venue_id))
    };
    let of_series = |id: SeriesId| {
        let series: Option<Series> = replica.get(id)?;
        Ok::<_, Failure>(series.map(|series| series.venue_id))
    };
    match command {
        Command::Book(c) => Ok(Some(c.venue_id)),
        Command::BookSeries(c) => Ok(Some(c.template.venue_id)),
        Command::ChangeSeries(c) => of_series(c.series_id),
        Command::ImportBooking(c) => Ok(Some(c.book.venue_id)),
        Command::Reschedule(c) => Ok(Some(c.venue_id)),
        Command::EditBooking(c) => of_booking(c.booking_id),
        Command::Cancel(c) => of_booking(c.booking_id),
        _ => Ok(None),
    }
}

/// The day that a refused command is about; of a series, the one that is taken.
fn date(
    replica: &Replica,
    item: &query::InboxItem,
    zone: Zone,
) -> Result<Option<NaiveDate>, Failure> {
    let of_booking = |id: BookingId| {
        let listed = replica.booking(id)?;
        Ok::<_, Failure>(listed.map(|listed| listed.booking.stay.local_start.date()))
    };
    match &item.command {
        Command::Book(c) => Ok(Some(c.stay.local_start.date())),
        Command::BookSeries(_) | Command::ChangeSeries(_) => {
            let at = serde_json::from_value(item.refusal.details["starts_at"].clone()).ok();
            Ok(at.map(|at| zone.date(at)))
        }
        Command::ImportBooking(c) => Ok(Some(c.book.stay.local_start.date())),
        Command::Reschedule(c) => Ok(Some(c.stay.to.local_start.date())),
        Command::EditBooking(c) => of_booking(c.booking_id),
        Command::Cancel(c) => of_booking(c.booking_id),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::command::{EditBooking, Patch};
    use holdfast_domain::{CustomerId, Notice, OperationId, StaffId, Timestamp};
    use holdfast_protocol::{Digest, Operation, Outcome};
    use serde_json::json;

    #[test]
    fn what_is_asked_over_somebody_elses_value_looks_at_every_other_value_again() {
        let [anna, tim, tracy] = [1, 2, 3].map(|n| CustomerId(uuid::Uuid::from_u128(n)));
        let gift = Command::EditBooking(EditBooking {
            customer_id: Some(Patch { from: Some(anna), to: Some(tim) }),
            title: Some(Patch { from: String::new(), to: "Cup".into() }),
            forgotten: true,
            ..EditBooking::default()
        });
        let refused = |code: &str, details| {
            let refusal = Notice { code: code.into(), message: String::new(), details };
            query::InboxItem {
                operation: Operation {
                    id: OperationId::default(),
                    seq: 1,
                    prev: Digest::start(),
                    actor: StaffId::default(),
                    at: Timestamp(0),
                    salt: String::new(),
                    command: serde_json::value::to_raw_value(&gift).unwrap(),
                },
                command: gift.clone(),
                sentence: String::new(),
                outcome: Outcome::Refused { refusal: refusal.clone(), alternatives: Vec::new() },
                refusal,
                held_by: None,
                alternatives: Vec::new(),
                has_happened: false,
                has_rest: false,
                skipped: Vec::new(),
            }
        };
        let of_tracy = json!({ "field": "customer_id", "current": tracy });
        let once_more = over_theirs(&refused("changed_elsewhere", of_tracy.clone()));
        let Some(Command::EditBooking(edit)) = once_more else { panic!("{once_more:?}") };
        assert_eq!(edit.customer_id, Some(Patch { from: Some(tracy), to: Some(tim) }));
        assert_eq!(edit.title, Some(Patch { from: String::new(), to: "Cup".into() }));
        assert!(!edit.forgotten, "it would write the title over whatever is there by now");
        let not_a_value = json!({ "field": "staff_note", "current": "keys" });
        assert_eq!(over_theirs(&refused("changed_elsewhere", not_a_value)), None);
        assert_eq!(over_theirs(&refused("slot_taken", of_tracy)), None);
    }
}
