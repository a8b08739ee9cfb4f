//! When something starts and how long it lasts, as written; and what that is at a venue.
//!
//! A time is on a clock of its own, or floats and means the venue's; a day is a day of the venue,
//! whole, however long it is there (RFC 5545, 3.3.4, 3.3.5 and 3.6.1).

use crate::clock::Clock;
use crate::value::Length;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use holdfast_domain::{Interval, LocalNote, Stay, Timestamp, Zone};

/// A date or a time as written.
#[derive(Clone, Debug)]
pub(crate) enum Moment {
    Day(NaiveDate),
    Time {
        wall: NaiveDateTime,
        /// None floats: it is whatever clock hangs where it is read.
        clock: Option<Clock>,
    },
}

/// A moment at a venue.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) clock: Clock,
    pub(crate) all_day: bool,
    /// On its own clock.
    pub(crate) wall: NaiveDateTime,
    pub(crate) at: Timestamp,
    pub(crate) note: Option<LocalNote>,
}

impl Moment {
    pub(crate) fn bind(&self, venue: Zone) -> Bound {
        match self {
            Self::Day(date) => Bound::day(*date, venue),
            Self::Time { wall, clock } => {
                Bound::time(*wall, clock.clone().unwrap_or(Clock::Zone(venue)))
            }
        }
    }

    /// The same for the same moment written in the same way.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Day(date) => date.to_string(),
            Self::Time { wall, clock } => {
                format!("{wall} {}", clock.as_ref().map_or("", Clock::name))
            }
        }
    }
}

impl Bound {
    pub(crate) fn day(date: NaiveDate, venue: Zone) -> Self {
        let wall = date.and_time(NaiveTime::MIN);
        let at = venue.resolve(wall).0;
        Self { clock: Clock::Zone(venue), all_day: true, wall, at, note: None }
    }

    pub(crate) fn time(wall: NaiveDateTime, clock: Clock) -> Self {
        let (at, note) = clock.resolve(wall);
        Self { clock, all_day: false, wall, at, note }
    }

    /// The same sort of moment at another time on the same wall.
    pub(crate) fn at_wall(&self, wall: NaiveDateTime, venue: Zone) -> Self {
        if self.all_day {
            Self::day(wall.date(), venue)
        } else {
            Self::time(wall, self.clock.clone())
        }
    }
}

/// How the end of something is written.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// Not at all: a day is over after itself, a time at once.
    Unwritten,
    At(Moment),
    Lasting(Length),
}

/// How long something lasts, for every time that it happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Span {
    /// Whole days, at least one.
    Days(i64),
    /// By the clock: what an end says about all occurrences (RFC 5545, 3.8.5.3).
    Exact(i64),
    /// Days by the calendar, and then by the clock: what a duration says about them.
    Nominal(Length),
}

impl Span {
    /// How long it lasts from `start` on, and what is wrong with its end.
    pub(crate) fn of(start: &Bound, end: &End, venue: Zone) -> (Self, Option<&'static str>) {
        match (start.all_day, end) {
            (true, End::Unwritten) => (Self::Days(1), None),
            (true, End::Lasting(length)) => {
                // A part of a day is a day.
                let days = length.days + (length.seconds + 86_399).div_euclid(86_400);
                Self::days(days)
            }
            (true, End::At(Moment::Day(date))) => {
                Self::days((*date - start.wall.date()).num_days())
            }
            (true, End::At(time)) => {
                let last = venue.local(time.bind(venue).at.plus_ms(-1)).date();
                let (span, wrong) = Self::days((last - start.wall.date()).num_days() + 1);
                (
                    span,
                    wrong.or(Some("It starts on a day and ends at a time; whole days are taken.")),
                )
            }
            (false, End::Unwritten) => (Self::Exact(0), None),
            (false, End::Lasting(length)) if length.days < 0 || length.seconds < 0 => {
                (Self::Exact(0), Some("Its duration is negative; it is taken to end as it starts."))
            }
            (false, End::Lasting(length)) => (Self::Nominal(*length), None),
            (false, End::At(end)) => match end.bind(venue).at.0 - start.at.0 {
                ms if ms < 0 => (Self::Exact(0), Some(BACKWARDS)),
                ms => (Self::Exact(ms), None),
            },
        }
    }

    fn days(days: i64) -> (Self, Option<&'static str>) {
        match days {
            ..0 => (Self::Days(1), Some(BACKWARDS_DAY)),
            // Some programs write the last day where the RFC has the one after it.
            0 => (Self::Days(1), None),
            _ => (Self::Days(days), None),
        }
    }

    /// The stay that lasts so long from `start` on; none where it leaves the years of bookings.
    pub(crate) fn stay(self, start: &Bound, venue: Zone) -> Option<Stay> {
        let stay = match self {
            Self::Days(days) => {
                let end = start.wall.checked_add_signed(TimeDelta::try_days(days)?)?;
                Stay::resolve(venue, start.wall, end).0
            }
            Self::Exact(ms) => between(venue, start.at, start.at.plus_ms(ms)),
            Self::Nominal(length) => {
                let day = match length.days {
                    0 => start.at,
                    days => {
                        let wall = start.wall.checked_add_signed(TimeDelta::try_days(days)?)?;
                        start.clock.resolve(wall).0
                    }
                };
                between(venue, start.at, day.plus_ms(length.seconds * 1000))
            }
        };
        let years = Timestamp::RANGE;
        (years.contains(&stay.starts_at) && stay.ends_at <= years.end).then_some(stay)
    }
}

const BACKWARDS: &str = "It ends before it starts; it is taken to end as it starts.";
const BACKWARDS_DAY: &str = "It ends before it starts; one day is taken.";

fn between(venue: Zone, starts_at: Timestamp, ends_at: Timestamp) -> Stay {
    match Interval::new(starts_at, ends_at) {
        Some(interval) => Stay::between(venue, interval),
        None => {
            let local = venue.local(starts_at);
            Stay { starts_at, ends_at: starts_at, local_start: local, local_end: local }
        }
    }
}
