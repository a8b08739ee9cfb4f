//! The arithmetic of reports: what slim rows of some days at a venue come to. Days are those on the
//! venue's wall, so one of them may have 23 or 25 hours.
//!
//! Pure, like [`decide`](crate::decide()): whoever asks brings the rows, already summed up where
//! there are many. Nothing here is a rule, and nothing is stored. Money of two currencies is never
//! added.

use crate::account::Account;
use crate::id::{CustomerId, ResourceId, ServiceId};
use crate::money::{Currency, Money};
use crate::refusal::Refusal;
use crate::rows::{AvailabilityException, BookingStatus, PaymentMethod, Policy, Resource, Venue};
use crate::schedule::Open;
use crate::time::{Interval, MINUTE_MS, Timestamp, Zone};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most days that one report may be about: two years.
pub const DAYS_MAX: usize = 732;

/// Whole days in a row on a venue's wall.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Days {
    dates: Vec<NaiveDate>,
    /// When each begins, and when the last one ends.
    bounds: Vec<Timestamp>,
}

impl Days {
    /// The days from `from` to `to`, both included.
    ///
    /// # Errors
    /// `field_invalid` of the field `to` where that is before `from`, or more than two years later.
    pub fn new(zone: Zone, from: NaiveDate, to: NaiveDate) -> Result<Self, Refusal> {
        let invalid =
            |problem: &str| Refusal::FieldInvalid { field: "to".into(), problem: problem.into() };
        if to < from {
            return Err(invalid("it is before the first day"));
        }
        let dates: Vec<NaiveDate> =
            from.iter_days().take_while(|day| *day <= to).take(DAYS_MAX + 1).collect();
        if dates.len() > DAYS_MAX {
            return Err(invalid("a report is about two years at most"));
        }
        let after = to.succ_opt().unwrap_or(to);
        let bounds = dates.iter().chain([&after]).map(|day| zone.day_start(*day)).collect();
        Ok(Self { dates, bounds })
    }

    /// The dates, in order.
    #[must_use]
    pub fn dates(&self) -> &[NaiveDate] {
        &self.dates
    }

    /// First instant of the first day, and first instant after the last.
    #[must_use]
    pub fn bounds(&self) -> (Timestamp, Timestamp) {
        let first = self.bounds.first().copied().unwrap_or(Timestamp(0));
        (first, self.bounds.last().copied().unwrap_or(first))
    }

    /// From when until when each day lasts. A day that the zone skipped is left out.
    pub fn each(&self) -> impl Iterator<Item = (usize, Interval)> {
        self.bounds.windows(2).enumerate().filter_map(|(n, day)| match day {
            [starts_at, ends_at] => Some((n, Interval::new(*starts_at, *ends_at)?)),
            _ => None,
        })
    }

    /// What `period` has on each of the days.
    fn shares(&self, period: Interval) -> impl Iterator<Item = (usize, Interval)> {
        let first = self.bounds.partition_point(|at| *at <= period.starts_at()).saturating_sub(1);
        let days = self.bounds[first..].windows(2).enumerate();
        days.take_while(move |(_, day)| day[0] < period.ends_at()).filter_map(move |(n, day)| {
            Some((first + n, Interval::new(day[0], day[1])?.shared(period)?))
        })
    }
}

/// How much of its time a resource was booked on one day.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Utilisation {
    /// Which day.
    pub date: NaiveDate,
    /// Which resource.
    pub resource_id: ResourceId,
    /// Its name.
    pub resource: String,
    /// How long it was open, closures taken away.
    pub open_minutes: i64,
    /// How long it was booked, buffers left out.
    pub booked_minutes: i64,
    /// How much of that lies within its open time.
    pub booked_open_minutes: i64,
    /// The latter over open minutes; none where it was closed all day.
    pub utilisation: Option<f64>,
}

/// Utilisation of `resources` by resource and day. `booked` are the stays that occupied each,
/// without buffers; `exceptions` are those of the venue during the days. Time is counted on the day
/// on which it passes: what lasts past midnight, on both.
#[must_use]
pub fn utilisation(
    venue: &Venue,
    resources: &[Resource],
    exceptions: &[AvailabilityException],
    booked: &BTreeMap<ResourceId, Vec<Interval>>,
    days: &Days,
) -> Vec<Utilisation> {
    let (starts_at, ends_at) = days.bounds();
    let Some(within) = Interval::new(starts_at, ends_at) else { return Vec::new() };
    let mut rows = Vec::with_capacity(resources.len() * days.dates.len());
    for resource in resources {
        let open = Open::of(resource, venue, exceptions, within);
        let open = open.with_parts_of(resource, exceptions);
        let mut ms = vec![[0_i64; 3]; days.dates.len()];
        let mut hours: Vec<Vec<Interval>> = vec![Vec::new(); days.dates.len()];
        for period in open.periods() {
            for (n, share) in days.shares(*period) {
                ms[n][0] += share.duration_ms();
                hours[n].push(share);
            }
        }
        for period in booked.get(&resource.id).into_iter().flatten() {
            for (n, share) in days.shares(*period) {
                ms[n][1] += share.duration_ms();
                let inside = hours[n].iter().filter_map(|open| open.shared(share));
                ms[n][2] += inside.map(Interval::duration_ms).sum::<i64>();
            }
        }
        rows.extend(days.dates.iter().zip(ms).map(|(&date, [open, booked, inside])| Utilisation {
            date,
            resource_id: resource.id,
            resource: resource.name.clone(),
            open_minutes: minutes(open),
            booked_minutes: minutes(booked),
            booked_open_minutes: minutes(inside),
            utilisation: rate(inside, open),
        }));
    }
    rows
}

/// Milliseconds as minutes, to the nearest.
#[must_use]
pub fn minutes(ms: i64) -> i64 {
    (ms + MINUTE_MS / 2).div_euclid(MINUTE_MS)
}

/// `part` of `whole`, to four digits; none where there is no whole.
#[must_use]
pub fn rate(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

/// How many bookings have one status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StatusCount {
    /// Which status.
    pub status: BookingStatus,
    /// How many bookings have it.
    pub bookings: u64,
}

/// Every status, also those that no booking has.
#[must_use]
pub fn statuses(counted: &BTreeMap<BookingStatus, u64>) -> Vec<StatusCount> {
    let count = |status| counted.get(&status).copied().unwrap_or(0);
    let all = BookingStatus::ALL.iter();
    all.map(|&status| StatusCount { status, bookings: count(status) }).collect()
}

/// How many customers are of one tier.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TierCount {
    /// Its name; none for those below the lowest.
    pub tier: Option<String>,
    /// From how many points on.
    pub points: u32,
    /// How many customers are of it.
    pub customers: u64,
}

/// The loyalty points of somebody who paid so much, refunds taken away.
#[must_use]
pub fn points(policy: &Policy, paid: Money) -> i64 {
    let unit = 10_i64.checked_pow(paid.currency.digits()).unwrap_or(i64::MAX);
    (paid.minor.max(0) / unit).saturating_mul(policy.points_per_unit.into())
}

/// Customers by loyalty tier, lowest first. `paid` is what each paid in the venue's currency, where
/// anything; `merged` says which customers are others, whose payments are theirs; `customers` is
/// how many there are, merged ones left out.
#[must_use]
pub fn tiers(
    venue: &Venue,
    paid: &BTreeMap<CustomerId, i64>,
    merged: &BTreeMap<CustomerId, CustomerId>,
    customers: u64,
) -> Vec<TierCount> {
    let mut sums: BTreeMap<CustomerId, i64> = BTreeMap::new();
    for (&id, minor) in paid {
        *sums.entry(one_and_the_same(id, merged)).or_default() += minor;
    }
    let tiers = &venue.policy.tiers;
    let mut counts = vec![0_u64; tiers.len() + 1];
    for &minor in sums.values() {
        let points = points(&venue.policy, Money { minor, currency: venue.currency });
        counts[tiers.partition_point(|tier| i64::from(tier.points) <= points)] += 1;
    }
    // Who never paid has no points: of the highest tier that wants none.
    let unpaid = customers.saturating_sub(sums.len() as u64);
    counts[tiers.partition_point(|tier| tier.points == 0)] += unpaid;
    let none = TierCount { tier: None, points: 0, customers: counts[0] };
    let named = tiers.iter().zip(&counts[1..]).map(|(tier, &customers)| TierCount {
        tier: Some(tier.name.clone()),
        points: tier.points,
        customers,
    });
    std::iter::once(none).chain(named).collect()
}

/// The customer that `id` turned out to be.
fn one_and_the_same(id: CustomerId, merged: &BTreeMap<CustomerId, CustomerId>) -> CustomerId {
    // As many steps as there are merges: not even a circle goes on for ever.
    let mut found = id;
    for _ in 0..merged.len() {
        match merged.get(&found) {
            Some(&other) => found = other,
            None => break,
        }
    }
    found
}

/// How reliable customers were, for one service.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct NoShows {
    /// Which service; none for bookings without one, and for all together.
    pub service_id: Option<ServiceId>,
    /// Its name; none for all together, empty for bookings without one.
    pub service: Option<String>,
    /// Bookings that took place, were missed, or were called off too late.
    pub due: i64,
    /// Those that nobody came to.
    pub no_shows: i64,
    /// Those called off too late.
    pub late_cancels: i64,
    /// `no_shows` over `due`.
    pub no_show_rate: Option<f64>,
    /// `late_cancels` over `due`.
    pub late_cancel_rate: Option<f64>,
}

/// All services together, then each: `counted` has their counts, rates are filled in.
#[must_use]
pub fn no_shows(counted: Vec<NoShows>) -> Vec<NoShows> {
    let sum = |count: fn(&NoShows) -> i64| counted.iter().map(count).sum();
    let all = NoShows {
        due: sum(|row| row.due),
        no_shows: sum(|row| row.no_shows),
        late_cancels: sum(|row| row.late_cancels),
        ..NoShows::default()
    };
    let rated = |row: NoShows| NoShows {
        no_show_rate: rate(row.no_shows, row.due),
        late_cancel_rate: rate(row.late_cancels, row.due),
        ..row
    };
    std::iter::once(all).chain(counted).map(rated).collect()
}

/// What was taken on one day, in one way, for one service.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Revenue {
    /// Which day.
    pub date: NaiveDate,
    /// How it was paid.
    pub method: PaymentMethod,
    /// For which service; empty for bookings without one.
    pub service: String,
    /// In which currency.
    pub currency: Currency,
    /// How many payments and refunds.
    pub payments: u64,
    /// What was taken, in minor units.
    pub taken_minor: i64,
    /// What was given back.
    pub refunded_minor: i64,
    /// The one less the other.
    pub net_minor: i64,
}

/// An amount in one currency, and how many rows it comes from.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Sum {
    /// In which currency.
    pub currency: Currency,
    /// How many rows: bookings, packages.
    pub count: u64,
    /// How much, in minor units.
    pub minor: i64,
}

/// What is still owed, by currency; what is to be given back elsewhere is not set against it.
#[must_use]
pub fn owed(accounts: &[Account]) -> Vec<Sum> {
    let mut sums: BTreeMap<&'static str, Sum> = BTreeMap::new();
    for owed in accounts.iter().filter_map(|account| account.owed).filter(|owed| owed.minor > 0) {
        let currency = owed.currency;
        let sum = sums.entry(currency.code()).or_insert(Sum { currency, count: 0, minor: 0 });
        sum.count += 1;
        sum.minor += owed.minor;
    }
    sums.into_values().collect()
}

/// A package with credits left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenPackage {
    /// What it cost.
    pub price: Option<Money>,
    /// How many credits it came with.
    pub bought: i64,
    /// How many are left.
    pub left: i64,
}

/// What unused credits are worth, in one currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Liability {
    /// In which currency; none for packages that had no price.
    pub currency: Option<Currency>,
    /// How many packages.
    pub packages: u64,
    /// How many credits are left on them.
    pub credits: i64,
    /// What these cost, in minor units.
    pub minor: i64,
}

/// What unused credits are worth: each at its package's price per credit, to the nearest minor
/// unit per package.
#[must_use]
pub fn liability(packages: &[OpenPackage]) -> Vec<Liability> {
    let mut sums: BTreeMap<Option<&'static str>, Liability> = BTreeMap::new();
    for package in packages {
        let currency = package.price.map(|price| price.currency);
        let empty = Liability { currency, packages: 0, credits: 0, minor: 0 };
        let sum = sums.entry(currency.map(Currency::code)).or_insert(empty);
        sum.packages += 1;
        sum.credits += package.left;
        if let Some(price) = package.price.filter(|_| package.bought > 0) {
            // Credits put right by hand may be more than were bought: the price is all there is.
            let left = package.left.min(package.bought);
            sum.minor += (2 * price.minor * left + package.bought).div_euclid(2 * package.bought);
        }
    }
    sums.into_values().collect()
}

/// How many bookings begin within one hour of the week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Busiest {
    /// 1 for Monday to 7 for Sunday.
    pub weekday: u32,
    /// The hour on the wall, 0 to 23.
    pub hour: u32,
    /// How many bookings begin in it.
    pub bookings: u64,
}

/// Bookings by weekday and hour on the wall; hours without any are left out.
#[must_use]
pub fn busiest(starts: impl IntoIterator<Item = (NaiveDateTime, u64)>) -> Vec<Busiest> {
    let mut counts: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for (local, bookings) in starts {
        let hour = (local.weekday().number_from_monday(), local.hour());
        *counts.entry(hour).or_default() += bookings;
    }
    let rows = counts.into_iter();
    rows.map(|((weekday, hour), bookings)| Busiest { weekday, hour, bookings }).collect()
}

/// How long an instructor taught.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Taught {
    /// The instructor, as what is booked.
    pub resource_id: ResourceId,
    /// Their name.
    pub instructor: String,
    /// How many bookings took place.
    pub bookings: u64,
    /// How long they were.
    pub taught_minutes: i64,
    /// The same in hours.
    pub taught_hours: f64,
    /// How long what lies ahead of these days is.
    pub planned_minutes: i64,
}

#[cfg(test)]
mod tests;
