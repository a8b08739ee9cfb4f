//! Values (RFC 5545, 3.3): dates, times, durations and offsets, as they are written. Which instant
//! a time means depends on its zone, and is not known here.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::ops::Range;

/// A date, or a date and time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    Date(NaiveDate),
    Time { wall: NaiveDateTime, utc: bool },
}

/// A length of time: days by the calendar, seconds by the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Length {
    pub(crate) days: i64,
    pub(crate) seconds: i64,
}

/// Longest length in days: a century.
const DAYS_MAX: i64 = 36_525;

/// `20260302`, `20260302T100000` or `20260302T090000Z`.
pub(crate) fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return date(text).map(Written::Date);
    };
    let bare = time.strip_suffix(['Z', 'z']).unwrap_or(time);
    let clock = clock(bare)?;
    Some(Written::Time { wall: self::date(date)?.and_time(clock), utc: bare != time })
}

fn date(text: &str) -> Option<NaiveDate> {
    let number = |range: Range<usize>| text.get(range)?.parse::<u32>().ok();
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| {
        NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(4..6)?, number(6..8)?)
    })?
}

/// Hours, minutes and seconds; a leap second is the one before it.
fn clock(text: &str) -> Option<NaiveTime> {
    if !matches!(text.len(), 4 | 6) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: Range<usize>| text.get(range)?.parse::<u32>().ok();
    let seconds = number(4..6).unwrap_or(0);
    let seconds = if seconds == 60 { 59 } else { seconds };
    NaiveTime::from_hms_opt(number(0..2)?, number(2..4)?, seconds)
}

/// `P1W`, `P1DT2H`, `-PT15M`.
pub(crate) fn length(text: &str) -> Option<Length> {
    let text = text.trim().to_ascii_uppercase();
    let (sign, bare) = match text.strip_prefix('-') {
        Some(bare) => (-1, bare),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let mut rest = bare.strip_prefix('P')?;
    let (mut days, mut seconds, mut in_time, mut any) = (0_i64, 0_i64, false, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            if in_time {
                return None;
            }
            (in_time, rest) = (true, after);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        if end > 10 {
            return None;
        }
        let number: i64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        match (in_time, unit) {
            (false, 'W') => days += number * 7,
            (false, 'D') => days += number,
            (true, 'H') => seconds += number * 3600,
            (true, 'M') => seconds += number * 60,
            (true, 'S') => seconds += number,
            _ => return None,
        }
        (any, rest) = (true, &rest[end + 1..]);
    }
    let short = days <= DAYS_MAX && seconds <= DAYS_MAX * 86_400;
    (any && short).then_some(Length { days: sign * days, seconds: sign * seconds })
}

/// An offset from UTC in seconds: `+0100`, `-0330`, `+013015`.
pub(crate) fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let sign = match text.as_bytes().first()? {
        b'-' => -1,
        b'+' => 1,
        _ => return None,
    };
    let clock = clock(&text[1..])?;
    Some(sign * (clock - NaiveTime::MIN).num_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_days_and_seconds() {
        for (text, days, seconds) in [
            ("P1W", 7, 0),
            ("P1DT2H30M", 1, 9000),
            ("PT90M", 0, 5400),
            ("-PT15M", 0, -900),
            ("+P2D", 2, 0),
        ] {
            assert_eq!(length(text), Some(Length { days, seconds }), "{text}");
        }
        for text in ["", "P", "PT", "1H", "P1H", "PT1D", "PT1", "P99999999999D", "PTT1H"] {
            assert_eq!(length(text), None, "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_none() {
        for text in ["20260230", "2026-03-01", "20260301T2500", "20260301T", "+2260301", "٢٠٢٦٠٣٠١"]
        {
            assert_eq!(written(text), None, "{text}");
        }
        assert!(matches!(written("20260301"), Some(Written::Date(_))));
        assert!(matches!(written("20260301T235960Z"), Some(Written::Time { utc: true, .. })));
    }

    #[test]
    fn offsets_have_a_sign() {
        assert_eq!(offset("+0100"), Some(3600));
        assert_eq!(offset("-0330"), Some(-12_600));
        assert_eq!(offset("+013015"), Some(5415));
        assert_eq!(offset("0100"), None);
        assert_eq!(offset("é100"), None);
    }
}
