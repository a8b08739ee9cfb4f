//! Whole days of a calendar become closures of a venue: one for each day, so that a later version
//! of the calendar adds what is new and takes back what is gone from an event.

use super::{Fate, Taken};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::submit::{Submission, submit};
use chrono::NaiveDate;
use holdfast_calendar::{Agenda, Occurrence, Status};
use holdfast_domain::command::{AddExceptions, ExceptionTime, WithdrawExceptions};
use holdfast_domain::id::imported;
use holdfast_domain::{
    AvailabilityException, Command, ExceptionId, ExceptionKind, Stay, Timestamp, Venue,
};

/// Most days of one event: what is longer is no holiday.
const DAYS_MAX: usize = 400;

pub(super) fn take(
    replica: &Replica,
    venue: &Venue,
    source: &str,
    agenda: &Agenda,
    at: Timestamp,
) -> Result<Vec<Taken>, Failure> {
    let mut taken = Vec::with_capacity(agenda.occurrences.len());
    for occurrence in &agenda.occurrences {
        let mut one = Taken::new(occurrence);
        if occurrence.all_day {
            days(replica, venue, source, occurrence, at, &mut one)?;
        } else {
            one.becomes(Fate::NotWholeDay, "Only whole days become closures.".to_owned());
        }
        taken.push(one);
    }
    Ok(taken)
}

/// Closes, or opens again, each day of one occurrence.
fn days(
    replica: &Replica,
    venue: &Venue,
    source: &str,
    occurrence: &Occurrence,
    at: Timestamp,
    taken: &mut Taken,
) -> Result<(), Failure> {
    let (mut times, mut gone, mut withdrawn) = (Vec::new(), Vec::new(), false);
    for date in dates(occurrence) {
        let day = venue.timezone.day(date);
        let name = format!("{} {} {}", venue.id, occurrence.uid, date);
        let exception_id = ExceptionId(imported(source, "closure", &name));
        match replica.get::<AvailabilityException>(exception_id)? {
            None => {
                let stay = Stay::between(venue.timezone, day);
                times.push(ExceptionTime { exception_id, stay });
            }
            Some(there) => {
                withdrawn |= there.withdrawn;
                gone.extend((!there.withdrawn).then_some(exception_id));
            }
        }
    }
    let (command, outcome) = if occurrence.status == Status::Cancelled {
        taken.becomes(Fate::Cancelled, None);
        let is_any = !gone.is_empty();
        let command = WithdrawExceptions { exception_ids: gone };
        (is_any.then_some(Command::WithdrawExceptions(command)), Fate::Cancelled)
    } else if times.is_empty() {
        let message = withdrawn.then(|| "It was taken back here.".to_owned());
        taken.becomes(Fate::Unchanged, message);
        (None, Fate::Unchanged)
    } else {
        let command = Command::AddExceptions(AddExceptions {
            kind: ExceptionKind::Closure,
            venue_id: venue.id,
            resource_id: None,
            staff_id: None,
            all_day: true,
            reason: occurrence.summary.clone().unwrap_or_default().chars().take(255).collect(),
            group_id: None,
            times,
        });
        (Some(command), Fate::Booked)
    };
    let Some(command) = command else { return Ok(()) };
    match submit(&replica.db, &command, at)? {
        Submission::Done(_) | Submission::Unchanged => taken.becomes(outcome, None),
        Submission::Refused(refusal) => taken.refused(&refusal),
    }
    Ok(())
}

/// The days on the wall that an occurrence lasts.
fn dates(occurrence: &Occurrence) -> impl Iterator<Item = NaiveDate> + use<> {
    let (first, after) = (occurrence.stay.local_start.date(), occurrence.stay.local_end.date());
    first.iter_days().take_while(move |day| *day < after || *day == first).take(DAYS_MAX)
}
