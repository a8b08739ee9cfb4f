//! From the occurrences of a calendar to commands: first what no longer takes place is called off,
//! then what is here moves, then what is new is booked. In this order nothing is in the way that
//! the file itself has put elsewhere.

use super::places::Places;
use super::{CalendarOptions, Fate, Taken};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::bookings::Filter;
use crate::submit::{Submission, submit};
use holdfast_calendar::{Agenda, Occurrence, Status};
use holdfast_domain::command::{Book, BookSeries, BookingText, Cancel, ImportBooking, OnConflict};
use holdfast_domain::id::imported;
use holdfast_domain::recurrence::{DAYS_MAX, OCCURRENCES_MAX};
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Command, Initiator, Recurrence, Resource, ResourceId,
    Series, SeriesId, Source, Stay, Timestamp, Venue, field,
};
use std::collections::{BTreeMap, BTreeSet};

/// Most claims that a series makes at once: what headquarters takes of one operation.
const CLAIMS_MAX: usize = 900;

pub(super) fn take(
    replica: &Replica,
    venue: &Venue,
    source: &str,
    agenda: &Agenda,
    options: &CalendarOptions,
    at: Timestamp,
) -> Result<Vec<Taken>, Failure> {
    let places = Places::new(options.place, venue, replica.resources()?);
    let run = Run { replica, venue, source, at, places };
    let mut items = run.items(agenda)?;
    run.call_off(&mut items)?;
    let missing = run.call_off_missing(&items, options)?;
    run.update(&mut items)?;
    run.book_series(&mut items)?;
    run.book_singly(&mut items)?;
    let names: BTreeMap<ResourceId, String> =
        replica.resources()?.into_iter().map(|it| (it.id, it.name)).collect();
    let are_told = run.places.are_told();
    let told = |item: Item<'_>| item.told(are_told, &names);
    let mut taken: Vec<Taken> = items.into_iter().map(told).collect();
    for one in &mut taken {
        let there: Option<Booking> =
            one.booking_id.map(|id| replica.get(id)).transpose()?.flatten();
        one.series_id = there.and_then(|booking| booking.series_id);
    }
    taken.extend(missing);
    Ok(taken)
}

/// An occurrence on its way in.
pub(super) struct Item<'a> {
    pub(super) occurrence: &'a Occurrence,
    pub(super) id: BookingId,
    pub(super) series: Option<(SeriesId, Recurrence)>,
    pub(super) there: Option<Booking>,
    pub(super) place: Result<Vec<ResourceId>, String>,
    pub(super) taken: Taken,
    pub(super) settled: bool,
}

impl Item<'_> {
    pub(super) fn settle(&mut self, outcome: Fate, message: impl Into<Option<String>>) {
        self.taken.becomes(outcome, message);
        self.settled = true;
    }

    /// What a command came to; `done` where it did something.
    pub(super) fn answered(&mut self, submission: &Submission, done: Fate) {
        self.settled = true;
        match submission {
            Submission::Done(_) => self.taken.becomes(done, None),
            Submission::Unchanged => self.taken.becomes(Fate::Unchanged, None),
            Submission::Refused(refusal) => self.taken.refused(refusal),
        }
    }

    /// What becomes of it, and on what: where the file does not say on what, what is here stays there.
    fn told(mut self, are_told: bool, names: &BTreeMap<ResourceId, String>) -> Taken {
        let ids = match (self.place, self.there) {
            (_, Some(booking)) if !are_told => booking.resource_ids,
            (Ok(ids), _) => ids,
            (Err(_), there) => there.map(|booking| booking.resource_ids).unwrap_or_default(),
        };
        let called: Vec<&str> =
            ids.iter().filter_map(|id| names.get(id).map(String::as_str)).collect();
        self.taken.resource = (!called.is_empty()).then(|| called.join(", "));
        self.taken.resource_ids = ids;
        let is_here = !matches!(
            self.taken.outcome,
            Fate::Conflict | Fate::NoResource | Fate::LeavesFree | Fate::Cancelled
        );
        self.taken.booking_id = is_here.then_some(self.id);
        self.taken
    }
}

pub(super) struct Run<'a> {
    pub(super) replica: &'a Replica,
    pub(super) venue: &'a Venue,
    pub(super) source: &'a str,
    pub(super) at: Timestamp,
    pub(super) places: Places,
}

impl Run<'_> {
    /// Every occurrence with its identity and what it is here already.
    fn items<'a>(&self, agenda: &'a Agenda) -> Result<Vec<Item<'a>>, Failure> {
        // The clock shows an hour twice when it is turned back: the second is no date of a series.
        let mut dates = BTreeSet::new();
        let mut items = Vec::with_capacity(agenda.occurrences.len());
        for occurrence in &agenda.occurrences {
            let series = self.series_of(occurrence);
            let date = occurrence.recurrence_id.map(|at| self.venue.timezone.local(at));
            let of_series = match (&series, date) {
                (Some((series_id, _)), Some(date)) if dates.insert((*series_id, date)) => {
                    Some(BookingId::of_series(*series_id, date))
                }
                _ => None,
            };
            let id = of_series.unwrap_or_else(|| {
                BookingId(imported(self.source, "booking", &source_id(occurrence)))
            });
            items.push(Item {
                occurrence,
                id,
                series: series.filter(|_| of_series.is_some()),
                there: self.replica.get(id)?,
                place: self.places.of(occurrence),
                taken: Taken::new(occurrence),
                settled: false,
            });
        }
        Ok(items)
    }

    /// The series that an occurrence is of, where its rule is one that a series can have.
    fn series_of(&self, occurrence: &Occurrence) -> Option<(SeriesId, Recurrence)> {
        let rule = occurrence.series.as_ref()?.rule.as_deref()?;
        let rule = Recurrence::parse(rule).ok()?;
        Some((SeriesId(imported(self.source, "series", &occurrence.uid)), rule))
    }

    pub(super) fn give(&self, command: Command) -> Result<Submission, Failure> {
        let command = self.replica.with_terms(command, self.at)?;
        submit(&self.replica.db, &command, self.at)
    }

    /// What the file calls off is called off here, and what leaves people free occupies nothing.
    fn call_off(&self, items: &mut [Item<'_>]) -> Result<(), Failure> {
        for item in items {
            let cancelled = item.occurrence.status == Status::Cancelled;
            let free = item.occurrence.transparent;
            let open = item.there.as_ref().filter(|booking| booking.status.is_open());
            match open {
                Some(booking) if cancelled => {
                    let reason = format!("Cancelled in {}", self.source);
                    let submission = self.give(cancel(booking, reason))?;
                    item.answered(&submission, Fate::Cancelled);
                }
                _ if cancelled => item.settle(Fate::Cancelled, None),
                Some(booking) if free => {
                    let reason = format!("Leaves people free in {}", self.source);
                    let submission = self.give(cancel(booking, reason.clone()))?;
                    item.answered(&submission, Fate::Cancelled);
                    if item.taken.outcome == Fate::Cancelled {
                        item.taken.message = Some(format!("{reason}."));
                    }
                }
                None if free => {
                    let message = "It leaves people free (TRANSP), so it occupies nothing.";
                    item.settle(Fate::LeavesFree, message.to_owned());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A date that a series of the file no longer has, though the file reaches that far, was called
    /// off there.
    fn call_off_missing(
        &self,
        items: &[Item<'_>],
        options: &CalendarOptions,
    ) -> Result<Vec<Taken>, Failure> {
        let mut reach: BTreeMap<SeriesId, (&Item<'_>, Timestamp)> = BTreeMap::new();
        for item in items {
            let Some((series_id, _)) = &item.series else { continue };
            let goes_on = item.occurrence.series.as_ref().is_some_and(|series| series.continues);
            let until = if goes_on { item.occurrence.stay.starts_at } else { Timestamp::RANGE.end };
            let known = reach.entry(*series_id).or_insert((item, until));
            known.1 = until.max(known.1);
        }
        let ids: BTreeSet<BookingId> = items.iter().map(|item| item.id).collect();
        let zone = self.venue.timezone;
        let from = options.from.map_or(Timestamp::RANGE.start, |day| zone.day_start(day));
        let to = options.to.map_or(Timestamp::RANGE.end, |day| zone.day(day).ends_at());
        let mut missing = Vec::new();
        for (series_id, (item, until)) in reach {
            let filter = Filter { series_id: Some(series_id), ..Filter::default() };
            for listed in self.replica.list(&filter)? {
                let booking = listed.booking;
                let starts_at = booking.stay.starts_at;
                let known = starts_at >= from && starts_at < to && starts_at <= until;
                // What somebody added here by hand has an id of another making.
                let is_ours = booking.id.0.get_version_num() == 5;
                if known && is_ours && booking.status.is_open() && !ids.contains(&booking.id) {
                    missing.push(self.call_off_one(&booking, item)?);
                }
            }
        }
        Ok(missing)
    }

    /// Calls off a date that is gone from the series of `item`.
    fn call_off_one(&self, booking: &Booking, item: &Item<'_>) -> Result<Taken, Failure> {
        let reason = format!("No longer in {}", self.source);
        let mut taken = Taken::new(item.occurrence);
        (taken.starts_at, taken.ends_at) = (booking.stay.starts_at, booking.stay.ends_at);
        (taken.local_start, taken.local_end) = (booking.stay.local_start, booking.stay.local_end);
        (taken.recurrence_id, taken.notes) = (None, Vec::new());
        taken.resource_ids.clone_from(&booking.resource_ids);
        match self.give(cancel(booking, reason.clone()))? {
            Submission::Refused(refusal) => taken.refused(&refusal),
            _ => taken.becomes(Fate::Cancelled, format!("{reason}.")),
        }
        Ok(taken)
    }

    /// The regular dates of each new series, together. Those that a rule about time speaks against
    /// are left for [`Run::book_singly`]: what a calendar holds has been agreed already.
    fn book_series(&self, items: &mut [Item<'_>]) -> Result<(), Failure> {
        let mut groups: BTreeMap<SeriesId, Vec<usize>> = BTreeMap::new();
        for (n, item) in items.iter().enumerate().filter(|(_, item)| !item.settled) {
            if let (Some((series_id, _)), true) = (&item.series, self.is_regular(item)) {
                groups.entry(*series_id).or_default().push(n);
            }
        }
        for (series_id, mut numbers) in groups {
            if self.replica.get::<Series>(series_id)?.is_some() {
                continue;
            }
            let Some(command) = self.series(series_id, &mut numbers, items)? else { continue };
            if let Submission::Refused(_) = self.give(command)? {
                continue;
            }
            let series: Option<Series> = self.replica.get(series_id)?;
            let skipped = series.map(|series| series.skipped).unwrap_or_default();
            for n in numbers {
                let item = &mut items[n];
                let date = item.occurrence.stay.local_start;
                match skipped.iter().find(|skipped| skipped.local_start == date) {
                    None => item.settle(Fate::Booked, None),
                    Some(why) if why.code == "slot_taken" => {
                        item.settle(Fate::Conflict, why.message.clone());
                        item.taken.code = Some(why.code.clone());
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Whether an occurrence is as the rule of its series says, and simply takes place.
    fn is_regular(&self, item: &Item<'_>) -> bool {
        let occurrence = item.occurrence;
        item.there.is_none()
            && item.place.is_ok()
            && occurrence.status == Status::Confirmed
            && occurrence.recurrence_id == Some(occurrence.stay.starts_at)
            && occurrence.stay.local_start == self.venue.timezone.local(occurrence.stay.starts_at)
    }

    /// The command that books those of `numbers` that are like the first, which are left in it.
    fn series(
        &self,
        series_id: SeriesId,
        numbers: &mut Vec<usize>,
        items: &[Item<'_>],
    ) -> Result<Option<Command>, Failure> {
        let Some(first) = numbers.first().map(|&n| &items[n]) else { return Ok(None) };
        let (Some((_, rrule)), Ok(place)) = (&first.series, &first.place) else { return Ok(None) };
        let mut claims = place.len();
        for id in place {
            claims += self.replica.get::<Resource>(*id)?.map_or(0, |it| it.part_ids.len());
        }
        let first_start = first.occurrence.stay.local_start;
        let mut last = None;
        numbers.retain(|&n| {
            let (item, stay) = (&items[n], items[n].occurrence.stay);
            let alike = item.place.as_ref() == Ok(place)
                && text(item.occurrence) == text(first.occurrence)
                && (stay.local_start - first_start).num_days() <= DAYS_MAX
                && last.is_none_or(|last| last < stay.local_start);
            if alike {
                last = Some(stay.local_start);
            }
            alike
        });
        numbers.truncate((CLAIMS_MAX / claims.max(1)).min(OCCURRENCES_MAX));
        let stays: Vec<Stay> = numbers.iter().map(|&n| items[n].occurrence.stay).collect();
        Ok(Some(Command::BookSeries(BookSeries {
            series_id,
            rrule: rrule.clone(),
            local_start: first_start,
            template: self.book(first.id, first.occurrence, place),
            stays,
            on_conflict: OnConflict::Skip,
            skipped: Vec::new(),
            may_be_empty: true,
        })))
    }

    fn book(&self, id: BookingId, occurrence: &Occurrence, place: &[ResourceId]) -> Book {
        let book = Book::new(id, self.venue.id, place.to_vec(), occurrence.stay);
        Book { text: text(occurrence), ..book }
    }

    /// Everything else that is new, each for itself and as it was in the calendar.
    fn book_singly(&self, items: &mut [Item<'_>]) -> Result<(), Failure> {
        for item in items.iter_mut().filter(|item| !item.settled) {
            let place = match &item.place {
                Ok(place) => place.clone(),
                Err(why) => {
                    let why = why.clone();
                    item.settle(Fate::NoResource, why);
                    continue;
                }
            };
            let mut book = self.book(item.id, item.occurrence, &place);
            if let Some((series_id, _)) = &item.series {
                let there: Option<Series> = self.replica.get(*series_id)?;
                book.series_id = there.map(|series| series.id);
            }
            // Its parts, and the terms for cancelling it.
            let Command::Book(book) = self.replica.with_terms(Command::Book(book), self.at)? else {
                continue;
            };
            let status = match item.occurrence.status {
                Status::Tentative => BookingStatus::Pending,
                _ => BookingStatus::Confirmed,
            };
            let source = Source { name: self.source.into(), id: source_id(item.occurrence) };
            let command = Command::ImportBooking(ImportBooking {
                book,
                status,
                source,
                past: Default::default(),
                chosen: false,
            });
            let submission = submit(&self.replica.db, &command, self.at)?;
            item.answered(&submission, Fate::Booked);
        }
        Ok(())
    }
}

/// An occurrence's identity in its file. One too long to be kept is known by its hash.
fn source_id(occurrence: &Occurrence) -> String {
    let id = match occurrence.recurrence_id {
        Some(at) => format!("{}#{at}", occurrence.uid),
        None => occurrence.uid.clone(),
    };
    if id.chars().count() <= field::NAME_MAX { id } else { imported("ics", "uid", &id).to_string() }
}

/// What is written on a booking: as much of it as a booking can hold.
pub(super) fn text(occurrence: &Occurrence) -> BookingText {
    let cut = |text: &Option<String>, max: usize| -> String {
        text.as_deref().unwrap_or_default().chars().take(max).collect()
    };
    BookingText {
        title: cut(&occurrence.summary, field::NAME_MAX),
        description: cut(&occurrence.description, field::TEXT_MAX),
        ..BookingText::default()
    }
}

fn cancel(booking: &Booking, reason: String) -> Command {
    Command::Cancel(Cancel {
        booking_id: booking.id,
        from_status: booking.status,
        reason,
        initiator: Initiator::default(),
        late: false,
        waive_reason: String::new(),
        package_id: None,
        cancelled_at: None,
    })
}
