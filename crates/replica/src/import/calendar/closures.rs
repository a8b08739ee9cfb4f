//! Whole days of a calendar become closures of a venue: one for each day, so that a later version
//! of the calendar adds what is new and takes back what is gone from an event. An event that is gone
//! as a whole is left alone: the file may be a part.

use super::{Fate, Period, Taken};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::exceptions;
use crate::submit::{Submission, submit};
use chrono::NaiveDate;
use holdfast_calendar::{Agenda, Occurrence, Status};
use holdfast_domain::command::{AddExceptions, ExceptionTime, WithdrawExceptions};
use holdfast_domain::id::imported;
use holdfast_domain::{
    AvailabilityException, Command, ExceptionId, ExceptionKind, Interval, Stay, Timestamp, Venue,
};
use std::collections::{BTreeMap, BTreeSet};

/// Most days of one event: what is longer is no holiday.
const DAYS_MAX: usize = 400;

pub(super) fn take(
    replica: &Replica,
    venue: &Venue,
    source: &str,
    agenda: &Agenda,
    period: Period,
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
    taken.extend(take_back(replica, venue, source, agenda, period, at)?);
    Ok(taken)
}

/// Takes back the days that an event of the file no longer has, though the file reaches that far.
fn take_back(
    replica: &Replica,
    venue: &Venue,
    source: &str,
    agenda: &Agenda,
    period: Period,
    at: Timestamp,
) -> Result<Vec<Taken>, Failure> {
    let mut reach: BTreeMap<&str, (&Occurrence, Timestamp)> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for occurrence in &agenda.occurrences {
        let goes_on = occurrence.series.as_ref().is_some_and(|series| series.continues);
        let until = if goes_on { occurrence.stay.starts_at } else { Timestamp::RANGE.end };
        let known = reach.entry(&occurrence.uid).or_insert((occurrence, until));
        known.1 = until.max(known.1);
        let days = dates(occurrence).filter(|_| occurrence.all_day);
        told.extend(days.map(|day| closure(venue, source, &occurrence.uid, day)));
    }
    let from = period.from.map_or(Timestamp::RANGE.start, |day| venue.timezone.day_start(day));
    let to = period.to.map_or(Timestamp::RANGE.end, |day| venue.timezone.day(day).ends_at());
    let Some(all) = Interval::new(from, to) else { return Ok(Vec::new()) };
    let mut taken = Vec::new();
    for there in exceptions::during(&replica.db, all, false)? {
        let day = there.stay.local_start.date();
        let is_of = |uid: &str| closure(venue, source, uid, day) == there.id;
        let (starts_at, ours) = (there.stay.starts_at, there.kind == ExceptionKind::Closure);
        if !ours || told.contains(&there.id) || starts_at < from {
            continue;
        }
        let gone = reach.iter().find(|(uid, (_, until))| starts_at <= *until && is_of(uid));
        if let Some((_, (occurrence, _))) = gone {
            taken.push(withdraw(replica, source, occurrence, &there, at)?);
        }
    }
    Ok(taken)
}

/// Takes back one day that is gone from the event of `occurrence`.
fn withdraw(
    replica: &Replica,
    source: &str,
    occurrence: &Occurrence,
    there: &AvailabilityException,
    at: Timestamp,
) -> Result<Taken, Failure> {
    let mut taken = Taken::new(occurrence);
    (taken.starts_at, taken.ends_at) = (there.stay.starts_at, there.stay.ends_at);
    (taken.local_start, taken.local_end) = (there.stay.local_start, there.stay.local_end);
    (taken.recurrence_id, taken.notes) = (None, Vec::new());
    let command = WithdrawExceptions { exception_ids: vec![there.id], restored: false };
    match submit(&replica.db, &Command::WithdrawExceptions(command), at)? {
        Submission::Refused(refusal) => taken.refused(&refusal),
        _ => taken.becomes(Fate::Cancelled, format!("No longer in {source}.")),
    }
    Ok(taken)
}

/// The closure that a day of an event becomes.
fn closure(venue: &Venue, source: &str, uid: &str, day: NaiveDate) -> ExceptionId {
    ExceptionId(imported(source, "closure", &format!("{} {uid} {day}", venue.id)))
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
        let exception_id = closure(venue, source, &occurrence.uid, date);
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
        let command = WithdrawExceptions { exception_ids: gone, restored: false };
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
