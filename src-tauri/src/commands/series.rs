//! Bookings of a series: the dates on which they are made, and those that are changed together:
//! which ones a person means, and what becomes of each.

use crate::problem;
use crate::view::{Problem, Repeat, SeriesScope};
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use holdfast_domain::command::{
    Book, BookSeries, Cancel, ChangeSeries, EditBooking, OnConflict, Reschedule, SeriesChange,
};
use holdfast_domain::{
    Booking, BookingId, Command, Limit, Patch, Recurrence, SeriesId, Stay, Venue,
};
use holdfast_replica::{Filter, Replica};
use uuid::Uuid;

/// The dates that a rule means, without those that are left out by hand.
pub(super) struct Dates {
    rrule: Recurrence,
    local_start: NaiveDateTime,
    /// When the first of them is.
    pub(super) first: Stay,
    stays: Vec<Stay>,
    /// Days to be left out on which there is none anyway.
    idle: Vec<NaiveDate>,
    on_conflict: OnConflict,
}

impl Dates {
    /// Those of `repeat` from `stay` on, each as long.
    pub(super) fn of(repeat: &Repeat, stay: Stay, venue: &Venue) -> Result<Self, Problem> {
        let rrule = Recurrence::parse(&repeat.rrule)?;
        let except: Vec<NaiveDate> =
            repeat.except.iter().map(|text| day(text)).collect::<Result<_, _>>()?;
        let length = stay.local_end - stay.local_start;
        let all = rrule.expand(stay.local_start, venue.timezone, &[], Limit::SERIES)?.occurrences;
        let is_on = |day: &NaiveDate| all.iter().any(|date| date.local.date() == *day);
        let idle = except.iter().copied().filter(|day| !is_on(day)).collect();
        let kept = all.iter().filter(|date| !except.contains(&date.local.date()));
        let stays: Vec<Stay> = kept
            .map(|date| Stay::resolve(venue.timezone, date.local, date.local + length).0)
            .collect();
        let none = || Problem {
            message: "“Except on” leaves out every date. Keep one of them.".into(),
            ..problem::invalid("except", String::new())
        };
        let first = *stays.first().ok_or_else(none)?;
        let on_conflict = if repeat.skip { OnConflict::Skip } else { OnConflict::Refuse };
        Ok(Self { rrule, local_start: stay.local_start, first, stays, idle, on_conflict })
    }

    /// What the person may have mistyped, if anything, with the days written as the window writes them.
    pub(super) fn hint(&self, today: NaiveDate) -> Option<String> {
        let said = |day: &NaiveDate| {
            let this_year = day.year() == today.year();
            day.format(if this_year { "%a %-d %b" } else { "%a %-d %b %Y" }).to_string()
        };
        let days: Vec<String> = self.idle.iter().map(said).collect();
        let days = days.join(", ");
        (!days.is_empty()).then(|| format!("There is none of it on {days} that could be left out."))
    }

    /// `template` on each of them.
    pub(super) fn booked(self, template: Book) -> Command {
        Command::BookSeries(BookSeries {
            series_id: SeriesId(Uuid::now_v7()),
            rrule: self.rrule,
            local_start: self.local_start,
            template,
            stays: self.stays,
            on_conflict: self.on_conflict,
            skipped: Vec::new(),
            may_be_empty: false,
        })
    }
}

fn day(text: &str) -> Result<NaiveDate, Problem> {
    text.parse().map_err(|_| problem::invalid("except", format!("“{text}” is no date")))
}

/// The first booking that a series would make.
pub(super) fn first_date(command: &Command) -> Option<BookingId> {
    let Command::BookSeries(series) = command else { return None };
    let first = series.stays.first()?;
    Some(BookingId::of_series(series.series_id, first.local_start))
}

/// `command` of one booking, or the same of all of its series that are meant.
pub(super) fn spread(
    replica: &Replica,
    command: Command,
    booking: &Booking,
    scope: SeriesScope,
) -> Result<Command, Problem> {
    let Some(series_id) = booking.series_id.filter(|_| scope != SeriesScope::This) else {
        return Ok(command);
    };
    let filter = Filter { series_id: Some(series_id), ..Filter::default() };
    let venue = super::require_venue(replica, booking.venue_id)?;
    let meant = |other: &Booking| {
        other.status.is_open()
            && (scope == SeriesScope::All || other.stay.starts_at >= booking.stay.starts_at)
    };
    let bookings = replica.list(&filter)?.into_iter().map(|listed| listed.booking);
    let changes = bookings.filter(meant).filter_map(|other| change(&command, &other, &venue));
    Ok(Command::ChangeSeries(ChangeSeries { series_id, changes: changes.collect() }))
}

/// What `command` of one booking means for another of its series.
fn change(command: &Command, other: &Booking, venue: &Venue) -> Option<SeriesChange> {
    Some(match command {
        Command::Cancel(c) => SeriesChange::Cancel(Cancel {
            booking_id: other.id,
            from_status: other.status,
            package_id: other.package_id,
            ..c.clone()
        }),
        Command::Reschedule(c) => SeriesChange::Reschedule(moved_alike(c, other, venue)),
        Command::EditBooking(c) => SeriesChange::EditBooking(edited_alike(c, other)),
        _ => return None,
    })
}

/// Moved by as much on the wall, to the same resources.
fn moved_alike(c: &Reschedule, other: &Booking, venue: &Venue) -> Reschedule {
    let by = c.stay.to.local_start - c.stay.from.local_start;
    let length = c.stay.to.local_end - c.stay.to.local_start;
    let start = other.stay.local_start + by;
    let stay = Stay::resolve(venue.timezone, start, start + length).0;
    Reschedule {
        booking_id: other.id,
        stay: Patch { from: other.stay, to: stay },
        resource_ids: Patch { from: other.resource_ids.clone(), to: c.resource_ids.to.clone() },
        ..c.clone()
    }
}

/// What was written on the one is written on the other, whatever was there.
fn edited_alike(c: &EditBooking, other: &Booking) -> EditBooking {
    fn over<T: Clone>(edit: &Option<Patch<T>>, from: &T) -> Option<Patch<T>> {
        edit.as_ref().map(|edit| Patch { from: from.clone(), to: edit.to.clone() })
    }
    EditBooking {
        booking_id: other.id,
        customer_id: over(&c.customer_id, &other.customer_id),
        title: over(&c.title, &other.title),
        description: over(&c.description, &other.description),
        customer_note: over(&c.customer_note, &other.customer_note),
        staff_note: over(&c.staff_note, &other.staff_note),
        attendee_count: over(&c.attendee_count, &other.attendee_count),
        meeting_url: over(&c.meeting_url, &other.meeting_url),
        erased: false,
        forgotten: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::{Currency, VenueId, Zone};

    /// Ten o'clock on each date of `rrule` from 20 November 2026 on, but for `except`.
    fn dates(rrule: &str, except: &[&str]) -> Result<Dates, Problem> {
        let (zone, currency) = (Zone::parse("Europe/Berlin"), Currency::parse("EUR"));
        let venue =
            Venue::new(VenueId(Uuid::nil()), "Riverside", zone.unwrap(), currency.unwrap(), 30);
        let at = |text| super::super::local("start", text).unwrap();
        let (start, end) = (at("2026-11-20T10:00"), at("2026-11-20T11:00"));
        let except = except.iter().map(|day| (*day).into()).collect();
        let repeat = Repeat { rrule: rrule.into(), except, skip: false };
        Dates::of(&repeat, Stay::resolve(venue.timezone, start, end).0, &venue)
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    fn starts(dates: &Dates) -> Vec<String> {
        dates.stays.iter().map(|stay| stay.local_start.format("%m-%d %H").to_string()).collect()
    }

    #[test]
    fn days_that_are_left_out_count_and_are_not_booked() {
        let rule = "FREQ=WEEKLY;COUNT=4";
        let some = dates(rule, &["2026-12-04"]).unwrap();
        assert_eq!(starts(&some), ["11-20 10", "11-27 10", "12-11 10"]);
        assert_eq!(some.hint(today()), None);
        let first = dates(rule, &["2026-11-20"]).unwrap();
        assert_eq!(first.first.local_start.date().to_string(), "2026-11-27");
        let twice = dates("FREQ=DAILY;COUNT=4;BYHOUR=9,17", &["2026-11-21"]).unwrap();
        assert_eq!(starts(&twice), ["11-20 17", "11-22 09"], "all of the day");
    }

    #[test]
    fn a_day_without_any_of_it_is_said_and_one_must_be_left() {
        let rule = "FREQ=WEEKLY;COUNT=2";
        let idle = dates(rule, &["2026-11-21", "2027-01-03"]).unwrap();
        assert_eq!(starts(&idle), ["11-20 10", "11-27 10"]);
        let hint = "There is none of it on Sat 21 Nov, Sun 3 Jan 2027 that could be left out.";
        assert_eq!(idle.hint(today()).unwrap(), hint);
        for except in [["2026-11-20", "2026-11-27"], ["2026-11-20", "soon"]] {
            let problem = dates(rule, &except).err().unwrap();
            assert_eq!(problem.details["field"], "except", "{except:?}");
        }
    }
}
