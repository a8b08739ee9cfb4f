//! Customers: what their history comes to, who is of which tier, and who turned out to be whom.

use super::{Found, Shown, find};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{customers, figures, report as sums};
use holdfast_domain::{Currency, Customer, CustomerId, Money, Policy, Timestamp, Venue, report};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the history of a customer comes to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figures {
    /// How often they came, to bookings of their own and to classes.
    pub visits: u64,
    /// How often they did not, and said nothing.
    pub no_shows: u64,
    /// When they came first.
    pub first_visit: Option<Timestamp>,
    /// When they came last.
    pub last_visit: Option<Timestamp>,
    /// What they paid the venue for bookings, refunds taken away.
    pub spend_minor: i64,
    /// What they paid it for packages.
    pub packages_minor: i64,
    /// In which currency: the venue's.
    pub currency: Option<Currency>,
    /// Their loyalty points, by the venue's rule.
    pub points: i64,
    /// What the venue calls somebody with so many.
    pub tier: Option<String>,
    /// How many credits they have left that are still good.
    pub balance: u64,
}

/// Who is of which tier of a venue.
#[derive(Clone, Debug)]
pub struct Tiers {
    policy: Policy,
    currency: Currency,
    paid: BTreeMap<CustomerId, i64>,
}

impl Tiers {
    /// The tier of a customer.
    #[must_use]
    pub fn of(&self, id: CustomerId) -> Option<&str> {
        let minor = self.paid.get(&id).copied().unwrap_or_default();
        let points = report::points(&self.policy, Money { minor, currency: self.currency });
        tier(&self.policy, points)
    }
}

/// The highest tier that asks for no more than `points`.
fn tier(policy: &Policy, points: i64) -> Option<&str> {
    let reached = policy.tiers.iter().take_while(|tier| i64::from(tier.points) <= points);
    reached.last().map(|tier| tier.name.as_str())
}

impl Replica {
    /// What the history of a customer comes to until `at`. Money and points are those of `venue`.
    ///
    /// # Errors
    /// Where the database cannot be read; so for every query.
    pub fn figures(
        &self,
        id: CustomerId,
        venue: Option<&Venue>,
        at: Timestamp,
    ) -> Result<Figures, Failure> {
        let counted = figures::counted(&self.db, id, at)?;
        let mut all = Figures {
            visits: counted.visits,
            no_shows: counted.no_shows,
            first_visit: counted.first_visit,
            last_visit: counted.last_visit,
            spend_minor: 0,
            packages_minor: 0,
            currency: venue.map(|venue| venue.currency),
            points: 0,
            tier: None,
            balance: counted.balance,
        };
        if let Some(venue) = venue {
            let currency = venue.currency;
            let (minor, packages_minor) = figures::spent(&self.db, id, venue.id, currency)?;
            (all.spend_minor, all.packages_minor) = (minor, packages_minor);
            all.points = report::points(&venue.policy, Money { minor, currency });
            all.tier = tier(&venue.policy, all.points).map(str::to_owned);
        }
        Ok(all)
    }

    /// Who is of which tier of `venue`, by what they paid until `at`.
    pub fn tiers(&self, venue: &Venue, at: Timestamp) -> Result<Tiers, Failure> {
        let mut paid: BTreeMap<CustomerId, i64> = BTreeMap::new();
        if venue.policy.tiers.is_empty() {
            // Nobody is of any, whatever they paid: a list asks this with every letter.
            return Ok(Tiers { policy: venue.policy.clone(), currency: venue.currency, paid });
        }
        let merged = sums::merged(&self.db)?;
        let until = at.plus_ms(1);
        for (id, minor) in sums::paid(&self.db, venue.id, venue.currency, until)? {
            // As many steps as there are merges: not even a circle goes on for ever.
            let steps = 0..merged.len();
            let who = steps.fold(id, |id, _| merged.get(&id).copied().unwrap_or(id));
            *paid.entry(who).or_default() += minor;
        }
        Ok(Tiers { policy: venue.policy.clone(), currency: venue.currency, paid })
    }

    /// Customers with `text` in a tag, by name.
    pub fn customers_by_tag(&self, shown: Shown, text: &str) -> Result<Vec<Customer>, Failure> {
        Ok(customers::by_tag(&self.db, shown, text.trim())?)
    }

    /// Those who turned out to be a customer.
    pub fn merged_into(&self, id: CustomerId) -> Result<Vec<Customer>, Failure> {
        self.listed(&[("merged_into", &id.to_string())], true)
    }

    /// Somebody who turned out to be somebody else: by id or whole name, case aside; else by the
    /// whole name of whom they turned out to be; else by a part of either.
    pub fn find_merged(&self, text: &str) -> Result<Found<Customer>, Failure> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Found::None);
        }
        let merged = customers::merged(&self.db)?;
        let found = find(merged.clone(), text, |row| (row.id.0, &row.name));
        if found != Found::None {
            return Ok(found);
        }
        let meant = match self.find_customer(text)? {
            Found::One(customer) => vec![customer],
            Found::Many(customers) => customers,
            Found::None => Vec::new(),
        };
        let (id, part) = (text.parse::<CustomerId>().ok(), text.to_lowercase());
        let is_whole = |row: &Customer| id == Some(row.id) || row.name.to_lowercase() == part;
        // Who is named in full is meant, and nobody of a longer name.
        let named = meant.iter().any(is_whole);
        let mut found = merged;
        found.retain(|row| !named && row.name.to_lowercase().contains(&part));
        if found.is_empty() && (named || meant.len() == 1) {
            for customer in meant {
                found.extend(self.merged_into(customer.id)?);
            }
        }
        Ok(Found::of(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{self, BookingDraft};
    use crate::replica::{Founding, now};
    use crate::submit::Submission;
    use holdfast_domain::command::{BookingText, TakePayment};
    use holdfast_domain::schedule::stay_at;
    use holdfast_domain::{Command, PaymentId, PaymentMethod, ResourceKind, Tier};
    use uuid::Uuid;

    #[test]
    fn what_everybody_paid_is_summed_up_only_where_there_are_tiers() {
        let dir = tempfile::tempdir().unwrap();
        let mut replica = Replica::open(dir.path()).unwrap();
        let founding = Founding::example();
        let at = now();
        let venue_id = replica.found(&founding, at).unwrap().unwrap();
        let mut venue = replica.venue(venue_id).unwrap().unwrap();
        let mut give = |command: &Command| {
            let done = replica.submit(command, at).unwrap();
            assert!(matches!(done, Submission::Done(_)), "{done:?}");
        };
        let (court, add) =
            draft::add_resource("Court", ResourceKind::Court, "", "", vec![venue_id]);
        give(&add);
        let (ann, add) = draft::add_customer("Ann", |_| {});
        give(&add);
        let day = venue.timezone.date(at) + chrono::Duration::days(3);
        let stay = stay_at(&venue, day.and_hms_opt(12, 0, 0).unwrap(), 60).unwrap();
        let drafted = BookingDraft {
            venue_id,
            resource_ids: vec![court],
            local_start: stay.local_start,
            local_end: stay.local_end,
            customer_id: Some(ann),
            text: BookingText::default(),
        }
        .book(&venue);
        give(&drafted.command);
        give(&Command::TakePayment(TakePayment {
            payment_id: PaymentId(Uuid::now_v7()),
            booking_id: drafted.booking_id,
            attendance_id: None,
            amount: Money { minor: 2_000, currency: venue.currency },
            method: PaymentMethod::Cash,
            refund: false,
            note: String::new(),
        }));
        assert_eq!(replica.tiers(&venue, at).unwrap().paid, BTreeMap::new());
        venue.policy.tiers.push(Tier { name: "Guest".into(), points: 0 });
        assert_eq!(replica.tiers(&venue, at).unwrap().paid, BTreeMap::from([(ann, 2_000)]));
    }
}
