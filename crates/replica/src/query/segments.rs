//! Customers by what they have in common, of all of them and not only of those that a list has room
//! for; and how many they are, so that a list that ends early can say so.

use super::{Shown, Tiers};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::customers;
use crate::store::segments::{self, Wish};
use holdfast_domain::{Customer, CustomerId, Venue};
use std::collections::{BTreeMap, HashSet};

/// What customers are picked out by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Segment {
    /// They have this tag, case aside.
    Tag(String),
    /// The venue calls them this.
    Tier(String),
    /// They want to hear of offers.
    Offers,
    /// They want text messages.
    TextMessages,
    /// They are deleted, and can be restored.
    Deleted,
}

/// Customers found, as many as were asked for.
#[derive(Clone, Debug)]
pub struct CustomersFound {
    /// Best first.
    pub customers: Vec<Customer>,
    /// How many there are in all; nobody counts whom a text finds beyond those.
    pub count: Option<usize>,
}

impl Replica {
    /// All that the customers of a venue can be picked out by: the tags that somebody has, the
    /// venue's tiers, what anybody agreed to, and that they are deleted.
    ///
    /// # Errors
    /// Where the database cannot be read; so for every query.
    pub fn segments(&self, venue: &Venue) -> Result<Vec<Segment>, Failure> {
        let mut tags: BTreeMap<String, String> = BTreeMap::new();
        for tag in segments::tags(&self.db)? {
            tags.entry(tag.to_lowercase()).or_insert(tag);
        }
        let mut all: Vec<Segment> = tags.into_values().map(Segment::Tag).collect();
        all.extend(venue.policy.tiers.iter().map(|tier| Segment::Tier(tier.name.clone())));
        for (wish, segment) in
            [(Wish::Offers, Segment::Offers), (Wish::TextMessages, Segment::TextMessages)]
        {
            if segments::somebody_agreed(&self.db, wish)? {
                all.push(segment);
            }
        }
        if !self.customers_shown(Shown::Deleted, "", 1)?.is_empty() {
            all.push(Segment::Deleted);
        }
        Ok(all)
    }

    /// Customers with every word of `text` somewhere in name, e-mail or phone, or with `text` in a tag
    /// or in the title of a booking of theirs: of a segment, if one is given.
    pub fn find_customers(
        &self,
        text: &str,
        segment: Option<&Segment>,
        tiers: &Tiers,
        limit: usize,
    ) -> Result<CustomersFound, Failure> {
        let text = text.trim();
        let mut found = match segment {
            // One more than asked for tells whether there are more.
            None => self.customers_or_tagged(text, limit.saturating_add(1))?,
            Some(Segment::Deleted) => self.customers_shown(Shown::Deleted, text, usize::MAX)?,
            Some(segment) if text.is_empty() => self.customers_in(segment, tiers)?,
            Some(segment) => {
                let all = self.customers_in(segment, tiers)?;
                let all: HashSet<CustomerId> = all.iter().map(|customer| customer.id).collect();
                let mut found = self.customers_or_tagged(text, usize::MAX)?;
                found.retain(|customer| all.contains(&customer.id));
                found
            }
        };
        let count = match segment {
            None if found.len() > limit && text.is_empty() => Some(segments::count(&self.db)?),
            None if found.len() > limit => None,
            _ => Some(found.len()),
        };
        found.truncate(limit);
        Ok(CustomersFound { customers: found, count })
    }

    /// Those of a segment, by name.
    fn customers_in(&self, segment: &Segment, tiers: &Tiers) -> Result<Vec<Customer>, Failure> {
        Ok(match segment {
            Segment::Tag(tag) => {
                let mut written = segments::tags(&self.db)?;
                written.retain(|it| it.to_lowercase() == tag.to_lowercase());
                segments::tagged(&self.db, &written)?
            }
            Segment::Tier(tier) => {
                let mut all = self.customers("", usize::MAX)?;
                all.retain(|customer| tiers.of(customer.id) == Some(tier));
                all
            }
            Segment::Offers => segments::agreed(&self.db, Wish::Offers)?,
            Segment::TextMessages => segments::agreed(&self.db, Wish::TextMessages)?,
            Segment::Deleted => self.customers_shown(Shown::Deleted, "", usize::MAX)?,
        })
    }

    fn customers_or_tagged(&self, text: &str, limit: usize) -> Result<Vec<Customer>, Failure> {
        let mut found = self.customers(text, limit)?;
        if !text.is_empty() && found.len() < limit {
            let mut seen: HashSet<CustomerId> = found.iter().map(|it| it.id).collect();
            let tagged = customers::by_tag(&self.db, Shown::Kept, text)?;
            found.extend(tagged.into_iter().filter(|it| seen.insert(it.id)));
        }
        Ok(found)
    }
}
