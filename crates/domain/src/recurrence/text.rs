//! Reading the text of a rule (RFC 5545, 3.3.10), strictly: what is not understood is refused and
//! never guessed at. Whether any date meets the rule is not known here; `walk` finds that out.

use super::{RULE_MAX, invalid};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use rrule::Frequency;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Most times of one day, where a rule of days or longer names them: more are no bookings, and a
/// year of every second would not fit into memory.
const TIMES_MAX: usize = 500;

/// A rule, part by part. Lists are sorted, without doubles, and in range.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Rule {
    pub(super) freq: Frequency,
    pub(super) interval: u16,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    pub(super) wkst: Weekday,
    pub(super) by_month: Vec<i16>,
    pub(super) by_week_no: Vec<i16>,
    pub(super) by_year_day: Vec<i16>,
    pub(super) by_month_day: Vec<i16>,
    /// Weekdays; the number of one counts within the month or year, 0 is every one.
    pub(super) by_day: Vec<(i16, Weekday)>,
    pub(super) by_hour: Vec<i16>,
    pub(super) by_minute: Vec<i16>,
    pub(super) by_second: Vec<i16>,
    pub(super) by_set_pos: Vec<i16>,
}

/// The last time that a rule may mean.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Until {
    /// On the wall. A date means all of that day.
    Wall(NaiveDateTime),
    Instant(Timestamp),
}

impl Until {
    /// Whether it lies before a local time that became the instant `at`.
    pub(super) fn is_before(self, local: NaiveDateTime, at: Timestamp) -> bool {
        match self {
            Self::Wall(last) => local > last,
            Self::Instant(last) => at > last,
        }
    }
}

/// The parts that we know. (BYEASTER is none of the RFC's.)
const PARTS: [&str; 14] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
];

/// Reads a rule: its text as it is kept, and its parts.
pub(super) fn read(given: &str) -> Result<(String, Rule), Refusal> {
    let trimmed = given.trim();
    if trimmed.is_empty() {
        return Err(Refusal::FieldRequired { field: "rrule".into() });
    }
    // Never more than a few characters beyond the bound are looked at.
    if trimmed.len() > RULE_MAX {
        let length = trimmed.chars().count();
        return Err(Refusal::FieldTooLong { field: "rrule".into(), max: RULE_MAX, length });
    }
    if !trimmed.chars().all(|c| c.is_ascii_graphic()) {
        return Err(problem("it holds characters that no rule has"));
    }
    let upper = trimmed.to_ascii_uppercase();
    let text = upper.strip_prefix("RRULE:").unwrap_or(&upper);
    let text = text.strip_suffix(';').unwrap_or(text);
    let rule = rule(&parts(text)?)?;
    judge(&rule)?;
    Ok((text.into(), rule))
}

fn problem(text: impl Into<String>) -> Refusal {
    invalid("rrule", text)
}

fn parts(text: &str) -> Result<BTreeMap<&str, &str>, Refusal> {
    let mut parts = BTreeMap::new();
    for part in text.split(';') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| problem("it is not of the form FREQ=WEEKLY;BYDAY=TU;COUNT=10"))?;
        if !PARTS.contains(&name) {
            return Err(problem(format!("{name} is no part of a rule")));
        }
        if value.is_empty() || parts.insert(name, value).is_some() {
            return Err(problem(format!("{name} must stand once, with a value")));
        }
    }
    Ok(parts)
}

fn rule(parts: &BTreeMap<&str, &str>) -> Result<Rule, Refusal> {
    let get = |name: &str| parts.get(name).copied();
    let freq = get("FREQ").ok_or_else(|| problem("FREQ is missing"))?;
    let list = |name: &'static str, range: RangeInclusive<i16>| -> Result<Vec<i16>, Refusal> {
        let Some(value) = get(name) else { return Ok(Vec::new()) };
        let signed = *range.start() < 0;
        let number = |text: &str| {
            // Zero stands for nothing where one may count from the end.
            number(text, signed).filter(|n| range.contains(n) && !(signed && *n == 0))
        };
        let found: Option<Vec<i16>> = value.split(',').map(number).collect();
        found.map(sorted).ok_or_else(|| {
            let (from, to) = (if signed { 1 } else { *range.start() }, range.end());
            let or_back = if signed { ", or as many from the end" } else { "" };
            problem(format!("{name} takes numbers from {from} to {to}{or_back}"))
        })
    };
    Ok(Rule {
        freq: freq.parse().map_err(|_| problem(format!("FREQ={freq} is unknown")))?,
        interval: positive(get("INTERVAL"), "INTERVAL")?.unwrap_or(1),
        count: positive(get("COUNT"), "COUNT")?,
        until: get("UNTIL").map(until).transpose()?,
        wkst: match get("WKST") {
            Some(day) => weekday(day).ok_or_else(|| problem("WKST is no day of the week"))?,
            None => Weekday::Mon,
        },
        by_month: list("BYMONTH", 1..=12)?,
        by_week_no: list("BYWEEKNO", -53..=53)?,
        by_year_day: list("BYYEARDAY", -366..=366)?,
        by_month_day: list("BYMONTHDAY", -31..=31)?,
        by_day: get("BYDAY").map(days).transpose()?.unwrap_or_default(),
        by_hour: list("BYHOUR", 0..=23)?,
        by_minute: list("BYMINUTE", 0..=59)?,
        by_second: list("BYSECOND", 0..=59)?,
        by_set_pos: list("BYSETPOS", -366..=366)?,
    })
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str, signed: bool) -> Option<i16> {
    let bare = if signed { text.strip_prefix(['+', '-']).unwrap_or(text) } else { text };
    digits(bare).then(|| text.parse().ok()).flatten()
}

fn positive<T>(value: Option<&str>, name: &str) -> Result<Option<T>, Refusal>
where
    T: std::str::FromStr + Default + PartialOrd,
{
    let Some(text) = value else { return Ok(None) };
    let number = digits(text).then(|| text.parse().ok()).flatten();
    let number = number.filter(|number| *number > T::default());
    number
        .map(Some)
        .ok_or_else(|| problem(format!("{name} is not a whole number from 1 on, or too large")))
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

fn days(value: &str) -> Result<Vec<(i16, Weekday)>, Refusal> {
    let day = |text: &str| {
        let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let nth = if nth.is_empty() { 0 } else { number(nth, true).filter(|n| *n != 0)? };
        (-53..=53).contains(&nth).then_some((nth, weekday(day)?))
    };
    let found: Option<Vec<_>> = value.split(',').map(day).collect();
    let mut found = found.ok_or_else(|| problem("BYDAY takes days such as MO, 1MO or -1SU"))?;
    found.sort_unstable_by_key(|(nth, day)| (*nth, day.num_days_from_monday()));
    found.dedup();
    Ok(found)
}

fn until(value: &str) -> Result<Until, Refusal> {
    let wrong = || problem("UNTIL takes 20261231, 20261231T100000 or 20261231T090000Z");
    let (date, time) = match value.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (value, None),
    };
    let date = (date.len() == 8 && digits(date))
        .then(|| NaiveDate::parse_from_str(date, "%Y%m%d").ok())
        .flatten()
        .ok_or_else(wrong)?;
    let Some(time) = time else {
        return date.and_hms_opt(23, 59, 59).map(Until::Wall).ok_or_else(wrong);
    };
    let bare = time.strip_suffix('Z').unwrap_or(time);
    let at = (bare.len() == 6 && digits(bare))
        .then(|| NaiveTime::parse_from_str(bare, "%H%M%S").ok())
        .flatten()
        .map(|clock| date.and_time(clock))
        .ok_or_else(wrong)?;
    Ok(if bare == time {
        Until::Wall(at)
    } else {
        Until::Instant(Timestamp::from_utc(at.and_utc()))
    })
}

/// What the RFC forbids to stand together.
fn judge(rule: &Rule) -> Result<(), Refusal> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    let numbered = rule.by_day.iter().any(|(nth, _)| *nth != 0);
    let by_others = [
        &rule.by_month,
        &rule.by_week_no,
        &rule.by_year_day,
        &rule.by_month_day,
        &rule.by_hour,
        &rule.by_minute,
        &rule.by_second,
    ];
    let times = [&rule.by_hour, &rule.by_minute, &rule.by_second];
    let times: usize = times.iter().map(|list| list.len().max(1)).product();
    let wrong = if rule.count.is_some() && rule.until.is_some() {
        "it ends by COUNT or by UNTIL, not by both"
    } else if numbered && !matches!(rule.freq, Monthly | Yearly) {
        "BYDAY with a number, such as 1MO, is for MONTHLY and YEARLY"
    } else if numbered && !rule.by_week_no.is_empty() {
        "BYDAY with a number does not go with BYWEEKNO"
    } else if !rule.by_week_no.is_empty() && rule.freq != Yearly {
        "BYWEEKNO is for YEARLY"
    } else if !rule.by_month_day.is_empty() && rule.freq == Weekly {
        "BYMONTHDAY does not go with WEEKLY"
    } else if !rule.by_year_day.is_empty() && matches!(rule.freq, Monthly | Weekly | Daily) {
        "BYYEARDAY does not go with MONTHLY, WEEKLY or DAILY"
    } else if !rule.by_set_pos.is_empty()
        && rule.by_day.is_empty()
        && by_others.iter().all(|list| list.is_empty())
    {
        "BYSETPOS needs another BY part to choose from"
    } else if rule.freq <= Daily && times > TIMES_MAX {
        "it names more than 500 times a day"
    } else {
        return Ok(());
    };
    Err(problem(wrong))
}
