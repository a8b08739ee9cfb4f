//! Weekly opening hours as people write them: `mon-fri 08:00-12:00,13:00-22:00; sat 10:00-02:00 from
//! 2027-05-01 until 2027-09-30`. Each part is days, spans of a day, from when until when it holds,
//! and `off` where it is left out for now. Nothing is judged here.

use chrono::{NaiveDate, NaiveTime};
use holdfast_domain::OpenSpan;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads weekly hours; none for an empty text.
///
/// # Errors
/// The part that cannot be understood.
pub fn read(text: &str) -> Result<Vec<OpenSpan>, String> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let mut hours = Vec::new();
    for part in parts {
        hours.extend(read_part(part).ok_or_else(|| part.to_owned())?);
    }
    Ok(hours)
}

/// The text that [`read`] reads as these very hours, in this order.
#[must_use]
pub fn write(hours: &[OpenSpan]) -> String {
    let mut parts = Vec::new();
    let alike = |a: &OpenSpan, b: &OpenSpan| part_of(a) == part_of(b);
    for spans in hours.chunk_by(alike) {
        let day = DAYS.get(usize::from(spans[0].weekday).wrapping_sub(1)).unwrap_or(&"?");
        let times: Vec<String> = spans
            .iter()
            .map(|it| format!("{}-{}", it.opens.format("%H:%M"), it.closes.format("%H:%M")))
            .collect();
        let mut part = format!("{day} {}", times.join(","));
        for (word, date) in [("from", spans[0].valid_from), ("until", spans[0].valid_until)] {
            if let Some(date) = date {
                part.push_str(&format!(" {word} {date}"));
            }
        }
        if spans[0].inactive {
            part.push_str(" off");
        }
        parts.push(part);
    }
    parts.join("; ")
}

/// What spans of one part have in common.
fn part_of(span: &OpenSpan) -> (u8, Option<NaiveDate>, Option<NaiveDate>, bool) {
    (span.weekday, span.valid_from, span.valid_until, span.inactive)
}

fn read_part(part: &str) -> Option<Vec<OpenSpan>> {
    let mut words = part.split_whitespace();
    let days = read_days(&words.next()?.to_lowercase())?;
    let times: Option<Vec<_>> = words.next()?.split(',').map(read_times).collect();
    let (mut valid_from, mut valid_until, mut inactive) = (None, None, false);
    while let Some(word) = words.next() {
        let mut date = || -> Option<NaiveDate> { words.next()?.parse().ok() };
        match word {
            "from" => valid_from = Some(date()?),
            "until" => valid_until = Some(date()?),
            "off" => inactive = true,
            _ => return None,
        }
    }
    let span = |weekday, (opens, closes)| OpenSpan {
        weekday,
        opens,
        closes,
        valid_from,
        valid_until,
        inactive,
    };
    let times = times?;
    let spans = days.iter().flat_map(|&day| times.iter().map(move |&times| span(day, times)));
    Some(spans.collect())
}

/// `mon`, `mon-fri`, `mon,wed,fri`; a range may go over the end of the week.
fn read_days(text: &str) -> Option<Vec<u8>> {
    let day = |text: &str| DAYS.iter().position(|day| *day == text);
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        for n in 0..=(last + 7 - first) % 7 {
            days.push(u8::try_from((first + n) % 7 + 1).ok()?);
        }
    }
    Some(days)
}

/// `08:00-22:00`; 24:00 is the midnight after.
fn read_times(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let time = |text: &str| {
        let text = if text == "24:00" { "00:00" } else { text };
        (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
    };
    let (opens, closes) = text.split_once('-')?;
    Some((time(opens)?, time(closes)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_spans_multiply() {
        let hours =
            read("Sat-Mon 10:00-12:00,13:00-24:00; wed 22:00-02:00 from 2027-05-01").unwrap();
        let days: Vec<u8> = hours.iter().map(|span| span.weekday).collect();
        assert_eq!(days, [6, 6, 7, 7, 1, 1, 3]);
        assert_eq!(hours[1].closes, NaiveTime::MIN);
        assert_eq!(hours[6].valid_from, NaiveDate::from_ymd_opt(2027, 5, 1));
        assert!(read("").unwrap().is_empty());
        for text in
            ["mon", "monday 10:00-12:00", "mon 10-12", "mon 10:00-25:00", "mon 10:00-12:00 x"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let text = "Sat-Mon 10:00-12:00,13:00-24:00; wed 22:00-02:00 from 2027-05-01 until \
                    2027-06-01 off; wed 08:00-09:00";
        let hours = read(text).unwrap();
        assert_eq!(read(&write(&hours)).unwrap(), hours);
        assert_eq!(
            write(&hours),
            "sat 10:00-12:00,13:00-00:00; sun 10:00-12:00,13:00-00:00; \
             mon 10:00-12:00,13:00-00:00; \
             wed 22:00-02:00 from 2027-05-01 until 2027-06-01 off; wed 08:00-09:00"
        );
    }
}
