//! Following a rule on a wall without a zone, date by date and without its end.
//!
//! The crate `rrule` finds the days, and for rules of days or longer their times too. Where it
//! would answer wrongly without a word we ask it differently: weekdays with and without numbers
//! together, BYSETPOS in the first week, and rules of hours or less, which it loses when BY parts
//! and INTERVAL meet. COUNT and UNTIL are counted outside, where the zone is known.
//!
//! Left as they are: BYWEEKNO=52 and 53 may mistake the first days of January after a year of 52
//! weeks, and MONTHLY knows no `-5MO` and no BYSETPOS beyond 31; the latter two are refused.

use super::invalid;
use super::text::Rule;
use crate::refusal::Refusal;
use chrono::{
    DateTime, Datelike, Days, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike,
    Weekday,
};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz, Unvalidated};

/// Most periods of hours, minutes or seconds that are looked at for one rule.
const PERIODS_MAX: u32 = 1_000_000;

/// What comes next.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Step {
    /// A local time that the rule means, later than the one before.
    Met(NaiveDateTime),
    /// Nothing more before the year 10000.
    NoMore,
    /// There may be more, but the search became too long.
    Lost,
}

/// Every local time from `start` on that the rule means, and at last why there is no other.
pub(super) fn walk(
    rule: &Rule,
    start: NaiveDateTime,
) -> Result<Box<dyn Iterator<Item = Step>>, Refusal> {
    if rule.freq >= Frequency::Hourly {
        return Ok(Box::new(Clockwork::new(rule, start)?));
    }
    let mut asked = days_of(rule, rule.freq)?
        .interval(rule.interval)
        .by_hour(bytes(&rule.by_hour))
        .by_minute(bytes(&rule.by_minute))
        .by_second(bytes(&rule.by_second))
        .by_set_pos(rule.by_set_pos.iter().map(|&n| i32::from(n)).collect());
    let mut from = start;
    if rule.freq == Frequency::Weekly && !rule.by_set_pos.is_empty() {
        // The positions of the first week, too, are counted from its beginning.
        if rule.by_day.is_empty() {
            asked = asked.by_weekday(vec![NWeekday::Every(start.weekday())]);
        }
        from = start - Days::new(u64::from(start.weekday().days_since(rule.wkst)));
    }
    let met = dates(asked, from)?.filter(move |local| *local >= start).map(Step::Met);
    Ok(Box::new(met.chain(std::iter::once(Step::NoMore))))
}

/// What a rule says about days, with `freq`.
fn days_of(rule: &Rule, freq: Frequency) -> Result<RRule<Unvalidated>, Refusal> {
    let months: Result<Vec<Month>, _> =
        bytes(&rule.by_month).into_iter().map(Month::try_from).collect();
    let months = months.map_err(|_| invalid("rrule", "BYMONTH is no month"))?;
    Ok(RRule::new(freq)
        .week_start(rule.wkst)
        .by_month(&months)
        .by_week_no(rule.by_week_no.iter().filter_map(|&n| i8::try_from(n).ok()).collect())
        .by_year_day(rule.by_year_day.clone())
        .by_month_day(rule.by_month_day.iter().filter_map(|&n| i8::try_from(n).ok()).collect())
        .by_weekday(weekdays(&rule.by_day, if freq == Frequency::Yearly { 53 } else { 5 })))
}

/// The crate joins numbered and plain weekdays by "and"; the RFC means "or". So beside numbered
/// ones a plain one becomes all of its numbers, up to `most`.
fn weekdays(by_day: &[(i16, Weekday)], most: i16) -> Vec<NWeekday> {
    let numbered = by_day.iter().any(|(nth, _)| *nth != 0);
    let one = |&(nth, day): &(i16, Weekday)| match nth {
        0 if numbered => (1..=most).map(|nth| NWeekday::Nth(nth, day)).collect(),
        0 => vec![NWeekday::Every(day)],
        _ => vec![NWeekday::Nth(nth, day)],
    };
    by_day.iter().flat_map(one).collect()
}

fn bytes(list: &[i16]) -> Vec<u8> {
    list.iter().filter_map(|&n| u8::try_from(n).ok()).collect()
}

/// The crate's own walk, as if the wall were in UTC. It ends by itself: after 100,000 periods
/// without a date, or in the year 10000.
fn dates(
    asked: RRule<Unvalidated>,
    from: NaiveDateTime,
) -> Result<impl Iterator<Item = NaiveDateTime> + 'static, Refusal> {
    let from = from.and_utc().with_timezone(&Tz::UTC);
    let problem = |error: rrule::RRuleError| {
        let text = error.to_string();
        invalid("rrule", text.trim_end_matches('.'))
    };
    let rule = asked.validate(from).map_err(problem)?;
    let set = RRuleSet::new(from).rrule(rule).limit();
    Ok(set.into_iter().map(|at: DateTime<Tz>| at.naive_utc()))
}

/// Rules of hours, minutes or seconds: the days that the rule allows, and on each the periods that
/// are whole intervals away from the start's.
struct Clockwork {
    days: Box<dyn Iterator<Item = NaiveDateTime>>,
    rule: Rule,
    start: NaiveDateTime,
    /// Start of the start's own period.
    base: NaiveDateTime,
    /// Seconds from period to period.
    stride: i64,
    day: Option<NaiveDate>,
    /// The next period to look at.
    next: NaiveDateTime,
    /// Times found and not yet told, last first.
    found: Vec<NaiveDateTime>,
    looked_at: u32,
    is_over: bool,
}

impl Clockwork {
    fn new(rule: &Rule, start: NaiveDateTime) -> Result<Self, Refusal> {
        // In a year without times every BY part about days is a filter, as it has to be here.
        let mut days = days_of(rule, Frequency::Yearly)?;
        if rule.by_day.is_empty() {
            days = days.by_weekday(
                (0_u8..7).filter_map(|n| Weekday::try_from(n).ok()).map(NWeekday::Every).collect(),
            );
        }
        let days = dates(days, start.date().and_time(NaiveTime::MIN))?;
        let (hour, minute) = (start.hour(), start.minute());
        let (base, unit) = match rule.freq {
            Frequency::Hourly => (start.date().and_hms_opt(hour, 0, 0), 3600),
            Frequency::Minutely => (start.date().and_hms_opt(hour, minute, 0), 60),
            _ => (Some(start), 1),
        };
        let base = base.unwrap_or(start);
        let mut rule = rule.clone();
        let or_starts = |list: &mut Vec<i16>, starts: u32, applies: bool| {
            if list.is_empty() && applies {
                list.extend(i16::try_from(starts));
            }
        };
        or_starts(&mut rule.by_minute, minute, rule.freq == Frequency::Hourly);
        or_starts(&mut rule.by_second, start.second(), rule.freq != Frequency::Secondly);
        Ok(Self {
            days: Box::new(days),
            stride: i64::from(rule.interval) * unit,
            rule,
            start,
            base,
            day: None,
            next: base,
            found: Vec::new(),
            looked_at: 0,
            is_over: false,
        })
    }

    /// The first period at `moment` or after it.
    fn aligned(&self, moment: NaiveDateTime) -> NaiveDateTime {
        let behind = (moment - self.base).num_seconds().max(0);
        let periods = (behind + self.stride - 1) / self.stride;
        self.base + TimeDelta::seconds(periods * self.stride)
    }

    /// From where on to look again, where a period begins at an hour, minute or second that the
    /// rule does not name.
    fn barred_until(&self, period: NaiveDateTime) -> Option<NaiveDateTime> {
        let bars = |list: &[i16], n: u32| {
            !list.is_empty() && !list.iter().any(|&l| i64::from(l) == i64::from(n))
        };
        let (minute, second) = (i64::from(period.minute()), i64::from(period.second()));
        let freq = self.rule.freq;
        let seconds = if bars(&self.rule.by_hour, period.hour()) {
            3600 - minute * 60 - second
        } else if freq >= Frequency::Minutely && bars(&self.rule.by_minute, period.minute()) {
            60 - second
        } else if freq == Frequency::Secondly && bars(&self.rule.by_second, period.second()) {
            1
        } else {
            return None;
        };
        Some(period + TimeDelta::seconds(seconds))
    }

    /// The times of one period, in order.
    fn times(&self, period: NaiveDateTime) -> Vec<NaiveDateTime> {
        let at = |minutes: i64, seconds: i64| period + TimeDelta::seconds(minutes * 60 + seconds);
        let by_second = || self.rule.by_second.iter().map(|&second| i64::from(second));
        let times: Vec<_> = match self.rule.freq {
            Frequency::Hourly => self
                .rule
                .by_minute
                .iter()
                .flat_map(|&minute| by_second().map(move |second| at(i64::from(minute), second)))
                .collect(),
            Frequency::Minutely => by_second().map(|second| at(0, second)).collect(),
            _ => vec![period],
        };
        if self.rule.by_set_pos.is_empty() {
            return times;
        }
        let count = i16::try_from(times.len()).unwrap_or(i16::MAX);
        let chosen = |&(place, _): &(i16, &NaiveDateTime)| {
            let from_end = place - count;
            self.rule.by_set_pos.iter().any(|&pos| pos == place + 1 || pos == from_end)
        };
        (0..).zip(&times).filter(chosen).map(|(_, &time)| time).collect()
    }

    /// Looks at the next period, or at the next day.
    fn look(&mut self) -> Option<Step> {
        let Some(day) = self.day.filter(|day| *day == self.next.date()) else {
            let Some(day) = self.days.find(|day| day.date() >= self.next.date()) else {
                return Some(Step::NoMore);
            };
            self.day = Some(day.date());
            self.next = self.aligned(day.max(self.next));
            return None;
        };
        debug_assert_eq!(day, self.next.date());
        match self.barred_until(self.next) {
            Some(later) => self.next = self.aligned(later),
            None => {
                self.found = self.times(self.next);
                self.found.retain(|time| *time >= self.start);
                self.found.reverse();
                self.next += TimeDelta::seconds(self.stride);
            }
        }
        None
    }
}

impl Iterator for Clockwork {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            if let Some(time) = self.found.pop() {
                return Some(Step::Met(time));
            }
            if self.is_over {
                return None;
            }
            self.looked_at += 1;
            let end = if self.looked_at > PERIODS_MAX { Some(Step::Lost) } else { self.look() };
            if end.is_some() {
                self.is_over = true;
                return end;
            }
        }
    }
}
