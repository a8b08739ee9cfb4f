//! Times as they are typed, on the venue's clock. What the clock makes of them (a time that it
//! skips or shows twice) is the domain's business; here is only what was meant.

use crate::stop::Stop;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{Interval, Stay, Timestamp, Zone};
use serde_json::Value;

/// Until when somebody stays.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// Until the clock shows this.
    Local(NaiveDateTime),
    /// For so much time, however the clock is turned meanwhile.
    Elapsed(i64),
}

impl Until {
    pub(crate) fn minutes(minutes: i64) -> Self {
        Self::Elapsed(minutes.saturating_mul(MINUTE_MS))
    }
}

/// A stay, and what has to be said about its times, field by field. Nothing is judged here.
pub(crate) fn stay(zone: Zone, start: NaiveDateTime, until: Until) -> (Stay, Vec<String>) {
    let (starts_at, start_note) = zone.resolve(start);
    let start_note = start_note.map(|note| format!("Start: {}", note.message()));
    let (stay, end_note) = match until {
        Until::Local(end) => {
            let end_note = zone.resolve(end).1.map(|note| format!("End: {}", note.message()));
            (Stay::resolve(zone, start, end).0, end_note)
        }
        Until::Elapsed(ms) => (lasting(zone, starts_at, ms), None),
    };
    (stay, start_note.into_iter().chain(end_note).collect())
}

/// A stay from an instant. Its end is an instant, too: the second of two equal wall times stays the
/// second.
pub(crate) fn lasting(zone: Zone, starts_at: Timestamp, ms: i64) -> Stay {
    let ends_at = starts_at.plus_ms(ms);
    let (local_start, local_end) = (zone.local(starts_at), zone.local(ends_at));
    Stay { starts_at, ends_at, local_start, local_end }
}

/// An instant as a person at the venue reads it.
pub(crate) fn shown(zone: Zone, at: Timestamp) -> String {
    zone.local(at).format("%a %Y-%m-%d %H:%M").to_string()
}

/// From when until when a row of an answer lasts: `Fri 2026-11-20 10:00 to 11:00`.
pub(crate) fn lasts(row: &Value) -> String {
    let local = |key: &str| row[key].as_str().and_then(read_local);
    let (Some(start), Some(end)) = (local("local_start"), local("local_end")) else {
        return String::new();
    };
    let is_same_day = start.date() == end.date();
    let end = end.format(if is_same_day { "%H:%M" } else { "%a %Y-%m-%d %H:%M" });
    format!("{} to {end}", start.format("%a %Y-%m-%d %H:%M"))
}

/// Reads a LOCAL.
pub(crate) fn local(field: &str, text: &str) -> Result<NaiveDateTime, Stop> {
    read_local(text).ok_or_else(|| {
        let help = "write it as YYYY-MM-DDTHH:MM, on the venue's clock";
        Stop::bad_input(field, &format!("--{field} “{text}” is not a time; {help}"))
    })
}

/// Reads a DATE.
pub(crate) fn date(field: &str, text: &str) -> Result<NaiveDate, Stop> {
    read_date(text).ok_or_else(|| {
        Stop::bad_input(field, &format!("--{field} “{text}” is not a date; write YYYY-MM-DD"))
    })
}

/// Reads a period from two texts, each a DATE or a LOCAL. A DATE is meant as a whole: up to its end
/// where it comes last. Without one of them the period is open on that side.
pub(crate) fn period(zone: Zone, from: Option<&str>, to: Option<&str>) -> Result<Interval, Stop> {
    let starts_at = match from {
        Some(text) => moment("from", text, zone)?.0,
        None => Timestamp::RANGE.start,
    };
    let ends_at = match to {
        Some(text) => moment("to", text, zone)?.1,
        None => Timestamp::RANGE.end,
    };
    Interval::new(starts_at, ends_at).ok_or_else(|| {
        Stop::bad_input("to", "the period ends before it starts; choose a later --to")
    })
}

/// From when and until when a text means: a whole day for a DATE, one instant for a LOCAL.
fn moment(field: &str, text: &str, zone: Zone) -> Result<(Timestamp, Timestamp), Stop> {
    if let Some(date) = read_date(text) {
        let day = zone.day(date);
        return Ok((day.starts_at(), day.ends_at()));
    }
    let at = read_local(text).map(|local| zone.resolve(local).0).ok_or_else(|| {
        let help = "write YYYY-MM-DD, or YYYY-MM-DDTHH:MM on the venue's clock";
        Stop::bad_input(field, &format!("--{field} “{text}” is not a date or time; {help}"))
    })?;
    Ok((at, at))
}

/// Reads from when until when on the wall, and whether in whole days: a DATE is all of that day.
pub(crate) fn span(
    from: &str,
    to: Option<&str>,
    all_day: bool,
) -> Result<(NaiveDateTime, NaiveDateTime, bool), Stop> {
    let whole_days = all_day || read_date(from).is_some();
    let day_after = |date: NaiveDate| date.succ_opt().unwrap_or(date).and_time(NaiveTime::MIN);
    let read = |field: &str, text: &str| {
        let date = read_date(text).map(|date| date.and_time(NaiveTime::MIN));
        date.map_or_else(|| local(field, text), Ok)
    };
    let starts = read("from", from)?;
    let (starts, ends) = match to {
        None if whole_days => (starts.date().and_time(NaiveTime::MIN), day_after(starts.date())),
        None => return Err(Stop::bad_input("to", "say until when, with --to")),
        Some(text) => {
            let (ends, is_date) = (read("to", text)?, read_date(text).is_some());
            match (all_day, is_date) {
                (true, _) => (starts.date().and_time(NaiveTime::MIN), day_after(ends.date())),
                (false, true) => (starts, day_after(ends.date())),
                (false, false) => (starts, ends),
            }
        }
    };
    Ok((starts, ends, whole_days))
}

fn read_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// With seconds, too: that is how JSON answers print local times, and they may be typed back.
fn read_local(text: &str) -> Option<NaiveDateTime> {
    let form = match text.len() {
        16 => "%Y-%m-%dT%H:%M",
        19 => "%Y-%m-%dT%H:%M:%S",
        _ => return None,
    };
    text.starts_with(|c: char| c.is_ascii_digit())
        .then(|| NaiveDateTime::parse_from_str(text, form).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_in_minutes_is_elapsed_time_whatever_the_clock_does() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let at = |text| local("start", text).unwrap();
        let (stay_over, notes) = stay(berlin, at("2026-10-25T01:30"), Until::minutes(120));
        assert_eq!(stay_over.local_end, at("2026-10-25T02:30"), "the second 02:30");
        assert_eq!(stay_over.ends_at.0 - stay_over.starts_at.0, 120 * MINUTE_MS);
        assert!(notes.is_empty());
        let (skipping, notes) = stay(berlin, at("2027-03-28T02:30"), Until::minutes(60));
        assert_eq!(skipping.local_start, at("2027-03-28T03:30"));
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn only_the_two_forms_are_read() {
        for text in
            ["", "tomorrow", "2026-11-20 10:00", "2026-11-20T25:00", "2026-02-30T10:00", "2026-1-5"]
        {
            assert!(local("start", text).is_err(), "{text}");
        }
        let utc = Zone::parse("UTC").unwrap();
        let day = period(utc, Some("2026-11-20"), Some("2026-11-20")).unwrap();
        assert_eq!(day.duration_ms(), 24 * 60 * MINUTE_MS);
        assert!(period(utc, Some("2026-11-20T10:00"), Some("2026-11-20T10:00")).is_err());
        assert!(period(utc, None, Some("2026-02-30")).is_err());
    }

    #[test]
    fn absurd_lengths_do_not_overflow() {
        let utc = Zone::parse("UTC").unwrap();
        let start = local("start", "2026-11-20T10:00").unwrap();
        for minutes in [i64::MAX, i64::MIN] {
            let _ = stay(utc, start, Until::minutes(minutes));
        }
    }
}
