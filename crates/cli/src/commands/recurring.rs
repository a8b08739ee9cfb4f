//! Bookings that recur: made together, and moved, changed or called off together.

use super::booking::{at, customer_id, edit_command, excused, until};
use super::bookings::{brief, brief_text};
use super::{changed, wish};
use crate::args::{SeriesAdd, SeriesBook, SeriesCancel, SeriesEdit, SeriesMove, Which};
use crate::desk::Desk;
use crate::output::{Answer, Ending, tame};
use crate::stop::{Exit, Stop};
use crate::when::{self, Until};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use holdfast_domain::command::{BookSeries, ChangeSeries, OnConflict, SeriesChange};
use holdfast_domain::{
    Booking, BookingStatus, Command, Entity, Initiator, Limit, LocalNote, Occurrence, Recurrence,
    Series, SeriesId, Stay, Timestamp, Venue, Zone,
};
use holdfast_replica::{Filter, Listed, draft};
use serde_json::{Value, json};

pub(super) fn book(desk: &mut Desk, args: &SeriesBook) -> Ending {
    let wish = wish::book(desk, &args.book)?;
    let zone = wish.venue.timezone;
    let mut rrule = Recurrence::parse(&args.rrule)?;
    if let Some(count) = args.count.filter(|_| !rrule.ends()) {
        rrule = Recurrence::parse(&format!("{rrule};COUNT={count}"))?;
    }
    let local_start = when::local("start", &args.book.start)?;
    let exdates: Result<Vec<_>, Stop> =
        args.exdate.iter().map(|text| when::local("exdate", text)).collect();
    let dates = rrule.expand(local_start, zone, &exdates?, Limit::SERIES)?;
    let asked = until(args.book.minutes, args.book.end.as_deref())?;
    let length = match asked {
        Some(Until::Local(end)) => Length::OnTheWall(end - local_start),
        _ => Length::Elapsed(wish.book.stay.ends_at.0 - wish.book.stay.starts_at.0),
    };
    let stays: Vec<Stay> = dates.occurrences.iter().map(|date| length.from(zone, date)).collect();
    let Some(first) = stays.first() else {
        return Err(Stop::bad_input("exdate", "every date of this rule is left out"));
    };
    let series_id = SeriesId(draft::new_id());
    let skips = args.on_conflict == "skip";
    let mut template = wish.book;
    template.stay = *first;
    let command = Command::BookSeries(BookSeries {
        series_id,
        rrule,
        local_start,
        template,
        stays,
        on_conflict: if skips { OnConflict::Skip } else { OnConflict::Refuse },
        skipped: Vec::new(),
        may_be_empty: false,
    });
    let warnings = desk.warnings(&command)?;
    let receipt = match desk.submit(&command) {
        Err(stop) if stop.exit == Exit::Refused => return Err(which_dates(desk, command, stop)?),
        submitted => submitted?,
    };
    let mut answer = changed("series_id", &series_id, receipt.as_ref(), "The series is booked.");
    told(desk, series_id, &mut answer)?;
    let notes = dates.occurrences.iter().filter_map(|date| date.note.as_ref());
    let notes: Vec<String> = notes.map(LocalNote::message).collect();
    for note in &notes {
        answer.text.push_str(&format!("  Note: {note}\n"));
    }
    answer.json["notes"] = json!(notes);
    answer.json["chosen"] =
        wish.chosen.iter().map(|it| json!({ "id": it.id, "name": it.name })).collect();
    Ok(answer.warning(&warnings))
}

/// A refusal with the dates on which there is no room, where others have some.
fn which_dates(desk: &Desk, command: Command, mut stop: Stop) -> Result<Stop, Stop> {
    let Command::BookSeries(series) = command else { return Ok(stop) };
    let skipping = BookSeries { on_conflict: OnConflict::Skip, may_be_empty: true, ..series };
    let skipping = desk.replica.with_terms(Command::BookSeries(skipping), desk.at)?;
    let Command::BookSeries(BookSeries { skipped, .. }) = skipping else { return Ok(stop) };
    if !skipped.is_empty() {
        let dates = skipped.iter().map(|date| date.local_start.format("%a %Y-%m-%d").to_string());
        let dates: Vec<String> = dates.collect();
        stop.notice.message.push_str(&format!(" So it is on {}.", dates.join(", ")));
        if let Value::Object(details) = &mut stop.notice.details {
            details.insert("dates".into(), json!(skipped));
        }
    }
    Ok(stop)
}

/// How long each date of a series lasts.
enum Length {
    /// So much time, however the clock is turned meanwhile.
    Elapsed(i64),
    /// Until the clock shows so much later.
    OnTheWall(TimeDelta),
}

impl Length {
    fn from(&self, zone: Zone, date: &Occurrence) -> Stay {
        match self {
            Self::Elapsed(ms) => when::lasting(zone, date.at, *ms),
            Self::OnTheWall(length) => {
                when::stay(zone, date.local, Until::Local(date.local + *length)).0
            }
        }
    }
}

/// Adds the bookings of a series and the dates that were skipped.
pub(super) fn told(desk: &Desk, id: SeriesId, answer: &mut Answer) -> Result<(), Stop> {
    let names = desk.resource_names()?;
    let bookings: Vec<Value> =
        of_series(desk, id)?.iter().map(|listed| brief(listed, &names)).collect();
    let skipped = desk.replica.get::<Series>(id)?.map(|series| series.skipped).unwrap_or_default();
    for booking in &bookings {
        answer.text.push_str(&format!("  {}\n", brief_text(booking)));
    }
    for date in &skipped {
        let (when, why) = (date.local_start.format("%Y-%m-%d %H:%M"), tame(&date.message));
        answer.text.push_str(&format!("  skipped: {when}  {why}\n"));
    }
    answer.json["bookings"] = json!(bookings);
    answer.json["skipped"] = json!(skipped);
    Ok(())
}

fn of_series(desk: &Desk, id: SeriesId) -> Result<Vec<Listed>, Stop> {
    let filter = Filter { series_id: Some(id), with_ended: true, ..Filter::default() };
    Ok(desk.replica.list(&filter)?)
}

/// The series of an id, or that of a booking; and the booking, where one was named.
fn series(desk: &Desk, text: &str) -> Result<(Series, Option<Booking>), Stop> {
    let id: SeriesId = crate::lookup::id("series", text)?;
    if let Some(series) = desk.replica.get::<Series>(id)? {
        return Ok((series, None));
    }
    let help =
        "`holdfast show` of one of its bookings tells it, and that booking's id means it, too.";
    let not_found = || Stop::not_found("series", Entity::Series, text, help);
    let booking = desk.replica.booking(holdfast_domain::BookingId(id.0))?.map(|it| it.booking);
    let of = booking.as_ref().and_then(|booking| booking.series_id).ok_or_else(not_found)?;
    let series = desk.replica.get::<Series>(of)?.ok_or_else(not_found)?;
    Ok((series, booking))
}

pub(super) fn show(desk: &Desk, text: &str) -> Ending {
    let (series, _) = series(desk, text)?;
    let head = format!("{}  {}\n", series.rrule, tame(&series.title));
    let mut answer = Answer::new(json!({ "series": series }), head);
    told(desk, series.id, &mut answer)?;
    Ok(answer)
}

/// The open bookings that are meant: of a series from now on, of a booking that one and those after
/// it; from a day on, where one is named.
fn meant(desk: &Desk, which: &Which) -> Result<(SeriesId, Venue, Vec<Booking>), Stop> {
    let (series, booking) = series(desk, &which.series)?;
    let venue =
        desk.replica.venue(series.venue_id)?.ok_or_else(|| Stop::vanished(Entity::Venue))?;
    let mut from: Timestamp = booking.map_or(desk.at, |booking| booking.stay.starts_at);
    if let Some(text) = &which.from {
        from = from.max(venue.timezone.day_start(when::date("from", text)?));
    }
    let all = of_series(desk, series.id)?.into_iter().map(|listed| listed.booking);
    let open = all.filter(|it| it.status.is_open() && it.stay.starts_at >= from);
    let bookings: Vec<Booking> = open.collect();
    if bookings.is_empty() {
        let message = "no booking of this series is left from then on";
        return Err(Stop::new(
            Exit::BadInput,
            "not_found",
            message,
            json!({
                "field": "series", "entity": Entity::Booking, "text": which.series,
            }),
        ));
    }
    Ok((series.id, venue, bookings))
}

fn change(desk: &mut Desk, series_id: SeriesId, changes: Vec<SeriesChange>, done: &str) -> Ending {
    let ids: Vec<_> = changes.iter().map(SeriesChange::booking_id).collect();
    let command = Command::ChangeSeries(ChangeSeries { series_id, changes });
    let warnings = desk.warnings(&command)?;
    let receipt = desk.submit(&command)?;
    let done = match ids.len() {
        1 => format!("1 booking is {done}."),
        several => format!("{several} bookings are {done}."),
    };
    let mut answer = changed("series_id", &series_id, receipt.as_ref(), &done);
    answer.json["booking_ids"] = json!(ids);
    Ok(answer.warning(&warnings))
}

pub(super) fn cancel(desk: &mut Desk, args: &SeriesCancel) -> Ending {
    let (series_id, _, bookings) = meant(desk, &args.which)?;
    let by: Initiator =
        args.by.parse().map_err(|problem: String| Stop::bad_input("by", &problem))?;
    let cancel = |booking: &Booking| match draft::cancel(booking, args.reason.clone()) {
        Command::Cancel(mut cancel) => {
            cancel.initiator = by;
            cancel.waive_reason.clone_from(&args.waive_reason);
            Some(SeriesChange::Cancel(cancel))
        }
        _ => None,
    };
    let changes = bookings.iter().filter_map(cancel).collect();
    change(desk, series_id, changes, "cancelled")
}

pub(super) fn shift(desk: &mut Desk, args: &SeriesMove) -> Ending {
    let (series_id, venue, bookings) = meant(desk, &args.which)?;
    let resources = desk.resources(&args.resource, Some(venue.id))?;
    let read = |text| To::read(text, bookings[0].stay.local_start);
    let start = args.start.as_deref().map(read).transpose()?;
    let mut changes = Vec::new();
    for booking in &bookings {
        let before = booking.stay;
        let length = before.ends_at.0 - before.starts_at.0;
        let until = args.minutes.map_or(Until::Elapsed(length), Until::minutes);
        let stay = match (start, until) {
            (Some(to), until) => when::stay(venue.timezone, to.start(before.local_start), until).0,
            (None, Until::Elapsed(ms)) => when::lasting(venue.timezone, before.starts_at, ms),
            (None, Until::Local(_)) => before,
        };
        let ids = if resources.is_empty() {
            booking.resource_ids.clone()
        } else {
            resources.iter().map(|resource| resource.id).collect()
        };
        let (from, to) = (stay.local_start, stay.local_end);
        let drafted = at(draft::reschedule(&venue, booking, from, to, ids), stay);
        let drafted = excused(desk, drafted, booking, &args.outside_hours_reason)?;
        if let Command::Reschedule(reschedule) = drafted.command {
            changes.push(SeriesChange::Reschedule(reschedule));
        }
    }
    change(desk, series_id, changes, "moved")
}

/// To when the dates of a series are moved.
#[derive(Clone, Copy)]
enum To {
    /// Each to this hour of its day.
    Hour(NaiveTime),
    /// Each by as much on the wall as the first of them.
    By(TimeDelta),
}

impl To {
    fn read(text: &str, first: NaiveDateTime) -> Result<Self, Stop> {
        if let Ok(hour) = NaiveTime::parse_from_str(text, "%H:%M") {
            return Ok(Self::Hour(hour));
        }
        let start = when::local("start", text).map_err(|_| {
            let help = "write HH:MM, or YYYY-MM-DDTHH:MM for the first of them";
            Stop::bad_input("start", &format!("“{text}” is not a time; {help}"))
        })?;
        Ok(Self::By(start - first))
    }

    fn start(self, before: NaiveDateTime) -> NaiveDateTime {
        match self {
            Self::Hour(hour) => before.date().and_time(hour),
            Self::By(by) => before.checked_add_signed(by).unwrap_or(before),
        }
    }
}

pub(super) fn edit(desk: &mut Desk, args: &SeriesEdit) -> Ending {
    let (series_id, _, bookings) = meant(desk, &args.which)?;
    let customer_id = customer_id(desk, args.customer.as_deref())?;
    let edits = bookings.iter().map(|booking| edit_command(booking, customer_id, &args.text));
    let edits: Vec<_> = edits.collect::<Result<_, Stop>>()?;
    let changes = edits.into_iter().map(SeriesChange::EditBooking).collect();
    change(desk, series_id, changes, "changed")
}

pub(super) fn add(desk: &mut Desk, args: &SeriesAdd) -> Ending {
    let (series, _) = series(desk, &args.series)?;
    let venue =
        desk.replica.venue(series.venue_id)?.ok_or_else(|| Stop::vanished(Entity::Venue))?;
    let text = args.date.trim();
    let is_meant = |date: NaiveDateTime| {
        let local = date.format("%Y-%m-%dT%H:%M:%S").to_string();
        local.starts_with(text) && text.len() >= 10
    };
    let mut dates: Vec<Booking> =
        of_series(desk, series.id)?.into_iter().map(|listed| listed.booking).collect();
    let skipped = series.skipped.iter().find(|date| is_meant(date.local_start));
    let skipped =
        skipped.ok_or_else(|| match dates.iter().find(|it| is_meant(it.stay.local_start)) {
            Some(there) => is_there(there, text),
            None => no_skipped_date(text),
        })?;
    let like = dates.pop();
    let like = like.ok_or_else(|| {
        Stop::bad_input("series", "none of its dates was booked; book a new series")
    })?;
    let start = match &args.start {
        Some(text) => when::local("start", text)?,
        None => skipped.local_start,
    };
    let length = Until::Elapsed(like.stay.ends_at.0 - like.stay.starts_at.0);
    let (stay, notes) = when::stay(venue.timezone, start, length);
    let mut book = desk.replica.book_like(&like, series.id, skipped.local_start, stay)?;
    let resources = desk.resources(&args.resource, Some(venue.id))?;
    if !resources.is_empty() {
        book.resource_ids = resources.iter().map(|resource| resource.id).collect();
    }
    let at = (book.booking_id, stay);
    let receipt = desk.submit(&Command::Book(book)).map_err(|stop| stop.noting(&notes))?;
    let place = super::booking::Place { notes: &notes, venue: &venue, verb: "Booked" };
    let mut answer = super::booking::placed(desk, at, receipt.as_ref(), &place)?;
    answer.json["series_id"] = json!(series.id);
    Ok(answer)
}

fn no_skipped_date(text: &str) -> Stop {
    let message =
        format!("“{text}” is no date that was skipped; `holdfast series show` lists them");
    let details = json!({ "field": "date", "entity": Entity::Series, "text": text });
    Stop::new(Exit::BadInput, "not_found", &message, details)
}

/// A date that is booked already, or was and has been called off since.
fn is_there(booking: &Booking, text: &str) -> Stop {
    let id = booking.id;
    let message = match booking.status {
        BookingStatus::Cancelled | BookingStatus::Rejected => {
            format!("{text} was booked and called off: `holdfast reopen {id}` takes it up again")
        }
        _ => format!("{text} is booked already: `holdfast show {id}` shows it"),
    };
    let details = json!({ "field": "date", "entity": Entity::Booking, "id": id, "text": text });
    Stop::new(Exit::BadInput, "already_exists", &message, details)
}
