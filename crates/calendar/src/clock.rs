//! Whose clock a written time is on (RFC 5545, 3.2.19 and 3.6.5): an IANA zone where the name leads
//! to one, else the rules that the file itself gives.
//!
//! A zone of the database is better than a file's rules, which are often one year's and repeated
//! for ever. So the order is: what the file says the zone's place is (X-LIC-LOCATION), the name,
//! the name with a prefix taken off, Windows' names, and then the rules.

use crate::component::Component;
use crate::observances::Observances;
use crate::problem::{Problems, quoted};
use crate::windows;
use chrono::NaiveDateTime;
use holdfast_domain::{LocalNote, Timestamp, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A clock on some wall.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    /// One of the time zone database, UTC among them.
    Zone(Zone),
    /// One that only the file knows.
    Own(Arc<Observances>),
}

impl Clock {
    /// The instant of a time on this wall, and what has to be said about it.
    pub(crate) fn resolve(&self, wall: NaiveDateTime) -> (Timestamp, Option<LocalNote>) {
        match self {
            Self::Zone(zone) => zone.resolve(wall),
            Self::Own(own) => own.resolve(wall),
        }
    }

    /// What this wall shows at an instant.
    pub(crate) fn local(&self, at: Timestamp) -> NaiveDateTime {
        match self {
            Self::Zone(zone) => zone.local(at),
            Self::Own(own) => own.local(at),
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Zone(zone) => zone.name(),
            Self::Own(own) => own.name(),
        }
    }
}

/// The clocks of one calendar object, by the name that the file gives them.
#[derive(Debug)]
pub(crate) struct Clocks {
    defined: BTreeMap<String, Clock>,
    /// Names that were looked up, and what was found.
    known: BTreeMap<String, Option<Clock>>,
}

impl Clocks {
    pub(crate) fn of(calendar: &Component, problems: &mut Problems) -> Self {
        let mut defined = BTreeMap::new();
        for timezone in calendar.children("VTIMEZONE") {
            let Some(name) = timezone.get("TZID").map(|tzid| tzid.value.trim().to_owned()) else {
                problems.add(timezone.line, None, "A VTIMEZONE without TZID is left out.");
                continue;
            };
            let place = timezone.get("X-LIC-LOCATION").and_then(|place| named(&place.value));
            let zone = place.or_else(|| named(&name)).map(Clock::Zone);
            let own = || Observances::read(&name, timezone, problems).map(Arc::new).map(Clock::Own);
            if let Some(clock) = zone.or_else(own) {
                defined.entry(name).or_insert(clock);
            }
        }
        Self { defined, known: BTreeMap::new() }
    }

    /// The clock of a TZID; none, and a problem the first time, where nothing tells what it means.
    pub(crate) fn get(
        &mut self,
        tzid: &str,
        line: usize,
        problems: &mut Problems,
    ) -> Option<Clock> {
        let tzid = tzid.trim();
        if let Some(clock) = self.defined.get(tzid) {
            return Some(clock.clone());
        }
        if !self.known.contains_key(tzid) {
            let found = named(tzid).map(Clock::Zone);
            if found.is_none() {
                let message = format!(
                    "The time zone {} is unknown and the file gives no rules for it; its times are \
                     taken as the venue's.",
                    quoted(tzid)
                );
                problems.add(line, None, message);
            }
            self.known.insert(tzid.to_owned(), found);
        }
        self.known.get(tzid).cloned().flatten()
    }
}

/// The zone that a name leads to: `Europe/Berlin`, `/vendor.example/2016/Europe/Berlin`,
/// `W. Europe Standard Time`.
fn named(name: &str) -> Option<Zone> {
    let name = name.trim();
    if name.len() > 200 {
        return None;
    }
    let exact = |name: &str| {
        Zone::parse(name).ok().or_else(|| {
            let all = Zone::names();
            let same = all.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
            Zone::parse(same).ok()
        })
    };
    let windows = || windows::iana(name).and_then(|name| Zone::parse(name).ok());
    let prefixed = || {
        let rest = name.strip_prefix('/')?;
        let tails = rest.match_indices('/').map(|(at, _)| &rest[at + 1..]);
        tails.filter(|tail| tail.contains('/')).find_map(|tail| Zone::parse(tail).ok())
    };
    exact(name).or_else(windows).or_else(prefixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_under_the_names_that_programs_give_it() {
        for (name, zone) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
            ("/mozilla.org/20050126_1/America/Indiana/Knox", "America/Indiana/Knox"),
            ("Romance Standard Time", "Europe/Paris"),
        ] {
            assert_eq!(named(name).map(Zone::name), Some(zone), "{name}");
        }
        assert_eq!(named("Custom/Foo"), None);
    }
}
