//! Weekly opening hours as they are typed, and as they are shown.

use crate::stop::Stop;
use holdfast_domain::OpenSpan;

/// Reads weekly hours; none for an empty text.
pub(crate) fn read(text: &str) -> Result<Vec<OpenSpan>, Stop> {
    holdfast_replica::hours::read(text).map_err(|part| {
        let help = "write it like mon-fri 08:00-12:00,13:00-22:00; sat 10:00-18:00 from \
                    2027-05-01 until 2027-09-30";
        Stop::bad_input("hours", &format!("“{part}” are no opening hours; {help}"))
    })
}

/// Weekly hours for people, days that are alike together: `mon-fri 08:00-20:00; sat 10:00-18:00`.
pub(crate) fn shown(hours: &[OpenSpan]) -> String {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let written = holdfast_replica::hours::write(hours);
    let mut parts: Vec<(&str, &str, &str)> = Vec::new();
    for part in written.split("; ") {
        let (day, times) = part.split_once(' ').unwrap_or((part, ""));
        let after = |last: &str| {
            let n = DAYS.iter().position(|it| *it == last);
            n.and_then(|n| DAYS.get(n + 1)).is_some_and(|next| *next == day)
        };
        match parts.last_mut() {
            Some((_, last, same)) if *same == times && after(last) => *last = day,
            _ => parts.push((day, day, times)),
        }
    }
    let said = parts.iter().map(|(first, last, times)| match first == last {
        true => format!("{first} {times}"),
        false => format!("{first}-{last} {times}"),
    });
    said.collect::<Vec<_>>().join("; ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_alike_are_shown_together() {
        for text in ["mon-fri 08:00-20:00; sat 10:00-18:00", "tue 08:00-12:00,13:00-20:00", ""] {
            assert_eq!(shown(&read(text).unwrap()), text);
        }
        let parts = "mon 08:00-20:00; wed-thu 08:00-20:00";
        assert_eq!(shown(&read(parts).unwrap()), parts);
    }
}
