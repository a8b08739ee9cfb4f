//! RRULE, as this crate asks the domain about it: in a zone, or on a bare wall whose zone the
//! domain does not know.
//!
//! Only the ends of a rule are rewritten here. What a rule means is `holdfast_domain::recurrence`.

use crate::value::{Written, written};
use chrono::{Datelike, NaiveDateTime};
use holdfast_domain::{Expansion, Limit, Recurrence, Refusal, Zone};
use std::sync::LazyLock;

/// Coordinated universal time; also a wall without any zone, since its clocks never turn.
pub(crate) static UTC: LazyLock<Zone> =
    LazyLock::new(|| Zone::parse("UTC").expect("the time zone database knows UTC"));

/// The first year in which the domain follows rules.
const FIRST_YEAR: i32 = 1900;

/// A rule as the file writes it.
#[derive(Clone, Debug)]
pub(crate) struct RuleText {
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl RuleText {
    /// The value of a part such as `COUNT`.
    pub(crate) fn part(&self, name: &str) -> Option<&str> {
        self.text.split(';').find_map(|part| {
            let (found, value) = part.split_once('=')?;
            found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The rule with an UNTIL in UTC replaced by what `wall` makes of it.
    pub(crate) fn until_on_wall(&self, wall: impl Fn(NaiveDateTime) -> String) -> Self {
        let until = self.part("UNTIL").and_then(written);
        let Some(Written::Time { wall: utc, utc: true }) = until else { return self.clone() };
        let parts = self.text.split(';').map(|part| match part.split_once('=') {
            Some((name, _)) if name.trim().eq_ignore_ascii_case("UNTIL") => {
                format!("UNTIL={}", wall(utc))
            }
            _ => part.to_owned(),
        });
        Self { line: self.line, text: parts.collect::<Vec<_>>().join(";") }
    }

    /// Where to begin so that the domain can follow: a yearly rule that began before `year` goes
    /// on as before in any later year. (Outlook's zones begin in 1601, birthdays in 1604.)
    pub(crate) fn begun_by(&self, start: NaiveDateTime, year: i32) -> NaiveDateTime {
        let plain = self.part("FREQ").is_some_and(|freq| freq.eq_ignore_ascii_case("YEARLY"))
            && matches!(self.part("INTERVAL"), None | Some("1"))
            && self.part("COUNT").is_none();
        if !plain || start.year() >= year {
            return start;
        }
        // A leap day has to wait for its year, eight at most.
        (year..=year + 8).find_map(|year| start.with_year(year)).unwrap_or(start)
    }

    /// As [`Self::begun_by`], for the first year that the domain knows.
    pub(crate) fn followable(&self, start: NaiveDateTime) -> NaiveDateTime {
        self.begun_by(start, FIRST_YEAR)
    }

    pub(crate) fn expand(
        &self,
        start: NaiveDateTime,
        zone: Zone,
        limit: Limit,
    ) -> Result<Expansion, Refusal> {
        Recurrence::parse(&self.text)?.expand(start, zone, &[], limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> RuleText {
        RuleText { line: 1, text: text.into() }
    }

    #[test]
    fn only_an_until_in_utc_is_rewritten() {
        let wall = |utc: NaiveDateTime| utc.format("W%Y").to_string();
        let rewritten = |text| rule(text).until_on_wall(wall).text;
        assert_eq!(rewritten("FREQ=DAILY;until=20260301T100000Z;WKST=SU"), {
            "FREQ=DAILY;UNTIL=W2026;WKST=SU"
        });
        for text in ["FREQ=DAILY;UNTIL=20260301", "FREQ=DAILY;UNTIL=20260301T100000", "nonsense"] {
            assert_eq!(rewritten(text), text);
        }
    }

    #[test]
    fn a_leap_day_long_ago_begins_in_a_leap_year() {
        let start = "1604-02-29T00:00:00".parse().unwrap();
        let moved = rule("FREQ=YEARLY").followable(start);
        assert_eq!(moved, "1904-02-29T00:00:00".parse().unwrap());
        assert_eq!(rule("FREQ=YEARLY;COUNT=3").followable(start), start);
    }
}
