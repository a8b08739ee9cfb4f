//! Taking over a calendar (`.ics`): what recurs becomes a series, what does not a booking, and a
//! later version of the same calendar changes what the first one made.
//!
//! The file says when and what, the person says on which resource. Where there is no room the
//! occurrence is listed with the reason, never forced. Ids come from the calendar's name and its
//! UIDs, so that importing again finds what is there; what the file says wins over what was changed
//! here since. `take.rs` gives the commands (`change.rs` those on what is here already), `places.rs`
//! chooses the resources, `closures.rs` takes public holidays. Rules are the domain's.

mod change;
mod closures;
mod places;
mod take;

use super::ImportFailure;
use crate::failure::Failure;
use crate::replica::Replica;
use chrono::{Days, NaiveDate, NaiveDateTime};
use holdfast_calendar::{self as calendar, Agenda, Calendar, Occurrence, Problem};
use holdfast_domain::{BookingId, ResourceId, SeriesId, Timestamp, Venue, VenueId};
use serde::Serialize;
use std::path::Path;

/// How many days ahead a series without an end is followed where nobody says how far.
const ENDLESS_DAYS: u64 = 731;

/// How to take over a calendar.
#[derive(Clone, Debug)]
pub struct CalendarOptions {
    /// Into which venue.
    pub venue_id: VenueId,
    /// On what its occurrences take place.
    pub place: Place,
    /// First day at the venue.
    pub from: Option<NaiveDate>,
    /// Last day at the venue.
    pub to: Option<NaiveDate>,
    /// Say what would come of it, and change nothing.
    pub dry_run: bool,
}

/// On what the occurrences of a calendar take place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// All on this.
    On(ResourceId),
    /// On the resource that this field of each names.
    Named(PlaceField),
}

/// A field of an occurrence that names a resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaceField {
    /// CATEGORIES: each may name one.
    Categories,
    /// LOCATION.
    Location,
    /// SUMMARY.
    Summary,
}

/// What came of an occurrence, or would.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It would become a booking or a closure.
    WouldBook,
    /// It became one.
    Booked,
    /// What is here would change.
    WouldUpdate,
    /// What is here changed.
    Updated,
    /// It is here as it should be.
    Unchanged,
    /// A rule spoke against it.
    Conflict,
    /// It names no resource that is here.
    NoResource,
    /// It does not take place, or no longer.
    Cancelled,
    /// It lies outside the days asked for.
    OutsidePeriod,
    /// It leaves people free (TRANSP:TRANSPARENT), so that it occupies nothing.
    LeavesFree,
    /// It is no whole day, where only those are taken.
    NotWholeDay,
}

/// One occurrence and what came of it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Taken {
    /// The event's.
    pub uid: String,
    /// Where it is one of a series: when it takes place by the rule.
    pub recurrence_id: Option<Timestamp>,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// The same on the venue's wall.
    pub local_start: NaiveDateTime,
    /// The same on the venue's wall.
    pub local_end: NaiveDateTime,
    /// Its title.
    pub summary: String,
    /// What it occupies, by name.
    pub resource: Option<String>,
    /// What it occupies.
    pub resource_ids: Vec<ResourceId>,
    /// The booking that it is here.
    pub booking_id: Option<BookingId>,
    /// The series that it is of here.
    pub series_id: Option<SeriesId>,
    /// What came of it.
    pub outcome: Fate,
    /// Why, where that is not plain.
    pub message: Option<String>,
    /// The stable code of what speaks against it.
    pub code: Option<String>,
    /// What else has to be said.
    pub notes: Vec<String>,
}

/// What came of a calendar.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CalendarReport {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// What the calendar calls itself.
    pub calendar: Option<String>,
    /// What it is called here: part of the identity of all that came from it.
    pub source: String,
    /// Every occurrence, by start.
    pub occurrences: Vec<Taken>,
    /// What could not be read as it stands.
    pub problems: Vec<Problem>,
}

impl Taken {
    fn new(occurrence: &Occurrence) -> Self {
        Self {
            uid: occurrence.uid.clone(),
            recurrence_id: occurrence.recurrence_id,
            starts_at: occurrence.stay.starts_at,
            ends_at: occurrence.stay.ends_at,
            local_start: occurrence.stay.local_start,
            local_end: occurrence.stay.local_end,
            summary: occurrence.summary.clone().unwrap_or_default(),
            resource: None,
            resource_ids: Vec::new(),
            booking_id: None,
            series_id: None,
            outcome: Fate::Unchanged,
            message: None,
            code: None,
            notes: occurrence.notes.clone(),
        }
    }

    fn becomes(&mut self, outcome: Fate, message: impl Into<Option<String>>) {
        (self.outcome, self.message) = (outcome, message.into());
    }

    fn refused(&mut self, refusal: &holdfast_domain::Refusal) {
        self.becomes(Fate::Conflict, refusal.message());
        self.code = Some(refusal.code().into());
    }
}

impl Replica {
    /// Takes over the calendar in `path`.
    ///
    /// # Errors
    /// See [`ImportFailure`]. Occurrences that do not fit are no error; they are in the report.
    pub fn import_calendar(
        &mut self,
        path: &Path,
        options: &CalendarOptions,
        at: Timestamp,
    ) -> Result<CalendarReport, ImportFailure> {
        let (calendar, venue) = (read(path)?, self.venue_of(path, options.venue_id)?);
        let days = Period { from: options.from, to: options.to };
        let agenda = days.agenda(&calendar, &venue, at);
        let source = source(&calendar, path);
        let mut occurrences = self.in_one_go(options.dry_run, |replica| {
            take::take(replica, &venue, &source, &agenda, options, at)
        })?;
        if options.dry_run {
            occurrences.extend(days.left_out(&calendar, &venue, &agenda));
        }
        Ok(report(calendar, agenda, source, occurrences, options.dry_run))
    }

    /// Takes over the whole days of the calendar in `path`, such as public holidays, as closures of
    /// a venue.
    ///
    /// # Errors
    /// See [`ImportFailure`].
    pub fn import_closures(
        &mut self,
        path: &Path,
        venue_id: VenueId,
        (from, to): (Option<NaiveDate>, Option<NaiveDate>),
        dry_run: bool,
        at: Timestamp,
    ) -> Result<CalendarReport, ImportFailure> {
        let (calendar, venue) = (read(path)?, self.venue_of(path, venue_id)?);
        let period = Period { from, to };
        let agenda = period.agenda(&calendar, &venue, at);
        let source = source(&calendar, path);
        let occurrences = self.in_one_go(dry_run, |replica| {
            closures::take(replica, &venue, &source, &agenda, period, at)
        })?;
        Ok(report(calendar, agenda, source, occurrences, dry_run))
    }

    fn venue_of(&self, path: &Path, venue_id: VenueId) -> Result<Venue, ImportFailure> {
        self.venue(venue_id)?.ok_or_else(|| ImportFailure::Mapping {
            path: path.to_owned(),
            problem: "the venue to import into is not known here".into(),
        })
    }

    /// Everything in one transaction: a dry run is the real run, on a copy.
    fn in_one_go<T>(
        &self,
        dry_run: bool,
        work: impl FnOnce(&Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let copy = dry_run.then(|| self.copy()).transpose()?;
        let replica = copy.as_ref().unwrap_or(self);
        super::in_one_go(&replica.db, || work(replica))
    }
}

fn read(path: &Path) -> Result<Calendar, ImportFailure> {
    let bytes = std::fs::read(path)
        .map_err(|source| ImportFailure::File { path: path.to_owned(), source })?;
    let text = calendar::decode(&bytes);
    calendar::read(&text).map_err(|error| ImportFailure::Calendar {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}

/// What a calendar is called here: `ics:` and its own name, else the file's.
fn source(calendar: &Calendar, path: &Path) -> String {
    let stem = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = calendar.name.clone().or_else(stem).unwrap_or_default();
    format!("ics:{}", name.chars().take(200).collect::<String>())
}

fn report(
    calendar: Calendar,
    agenda: Agenda,
    source: String,
    mut occurrences: Vec<Taken>,
    dry_run: bool,
) -> CalendarReport {
    if dry_run {
        for taken in &mut occurrences {
            taken.outcome = match taken.outcome {
                Fate::Booked => Fate::WouldBook,
                Fate::Updated => Fate::WouldUpdate,
                other => other,
            };
        }
    }
    occurrences.sort_by(|a, b| (a.starts_at, &a.uid).cmp(&(b.starts_at, &b.uid)));
    let problems = calendar.problems.into_iter().chain(agenda.problems).collect();
    CalendarReport { dry_run, calendar: calendar.name, source, occurrences, problems }
}

/// The days asked for.
#[derive(Clone, Copy)]
struct Period {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Period {
    /// What takes place within it. A series without an end goes no further than two years ahead,
    /// unless somebody says how far.
    fn agenda(self, calendar: &Calendar, venue: &Venue, at: Timestamp) -> Agenda {
        let zone = venue.timezone;
        let options =
            calendar::Options { from: self.from, to: self.to, ..calendar::Options::new(zone) };
        let mut agenda = calendar::occurrences(calendar, &options);
        if self.to.is_none() {
            let horizon = zone.day_start(zone.date(at) + Days::new(ENDLESS_DAYS));
            agenda.occurrences.retain(|it| {
                !it.series.as_ref().is_some_and(|series| series.continues)
                    || it.stay.starts_at < horizon
            });
        }
        agenda
    }

    /// What takes place outside of it.
    fn left_out(self, calendar: &Calendar, venue: &Venue, taken: &Agenda) -> Vec<Taken> {
        let all = calendar::occurrences(calendar, &calendar::Options::new(venue.timezone));
        let key = |it: &Occurrence| (it.uid.clone(), it.recurrence_id, it.stay.starts_at);
        let inside: std::collections::BTreeSet<_> = taken.occurrences.iter().map(key).collect();
        let outside = all.occurrences.iter().filter(|it| !inside.contains(&key(it)));
        outside
            .map(|occurrence| {
                let mut taken = Taken::new(occurrence);
                taken.becomes(Fate::OutsidePeriod, None);
                taken
            })
            .collect()
    }
}
