//! Which resources an occurrence is about: the one that the person named, or those that a field of
//! it names. A name that several have is never guessed at.

use super::{Place, PlaceField};
use holdfast_calendar::Occurrence;
use holdfast_domain::{Resource, ResourceId, Venue};

/// The resources of a venue, and how they are chosen.
pub(super) struct Places {
    place: Place,
    resources: Vec<Resource>,
}

impl Places {
    pub(super) fn new(place: Place, venue: &Venue, resources: Vec<Resource>) -> Self {
        let here = resources.into_iter().filter(|it| it.venue_ids.contains(&venue.id));
        Self { place, resources: here.filter(|it| it.deletion.is_none()).collect() }
    }

    /// Whether the file itself says where things take place.
    pub(super) fn are_told(&self) -> bool {
        matches!(self.place, Place::Named(_))
    }

    /// What an occurrence occupies, or why that is not known.
    pub(super) fn of(&self, occurrence: &Occurrence) -> Result<Vec<ResourceId>, String> {
        match self.place {
            Place::On(id) => Ok(vec![id]),
            Place::Named(PlaceField::Categories) => self.of_words(&occurrence.categories),
            Place::Named(PlaceField::Location) => {
                self.of_text("location", occurrence.location.as_deref())
            }
            Place::Named(PlaceField::Summary) => {
                self.of_text("title", occurrence.summary.as_deref())
            }
        }
    }

    /// Each word that is a resource's name; the others say something else.
    fn of_words(&self, words: &[String]) -> Result<Vec<ResourceId>, String> {
        if words.iter().all(|word| word.trim().is_empty()) {
            return Err("It has no category that could name a resource here.".into());
        }
        let mut ids = Vec::new();
        for word in words {
            match self.named(word).as_slice() {
                [] => {}
                [id] => ids.push(*id),
                _ => return Err(several(word)),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            let words = words.join(", ");
            return Err(format!("No category of it is the name of a resource here: “{words}”."));
        }
        Ok(ids)
    }

    /// The text as a whole, else the longest name in it.
    fn of_text(&self, what: &str, text: Option<&str>) -> Result<Vec<ResourceId>, String> {
        let Some(text) = text else { return Err(format!("It has no {what}.")) };
        let whole = self.named(text);
        let found = if whole.is_empty() { self.within(text) } else { whole };
        match found.as_slice() {
            [id] => Ok(vec![*id]),
            [] => Err(format!("Its {what} “{text}” names no resource here.")),
            _ => Err(several(text)),
        }
    }

    fn named(&self, name: &str) -> Vec<ResourceId> {
        let name = name.trim().to_lowercase();
        let same = self.resources.iter().filter(|it| it.name.to_lowercase() == name);
        same.map(|it| it.id).collect()
    }

    /// The resources with the longest name that stands in `text` as words of its own.
    fn within(&self, text: &str) -> Vec<ResourceId> {
        let text = text.to_lowercase();
        let mut best: Vec<(usize, ResourceId)> = self
            .resources
            .iter()
            .map(|it| (it.name.to_lowercase(), it.id))
            .filter(|(name, _)| stands_in(name, &text))
            .map(|(name, id)| (name.chars().count(), id))
            .collect();
        let longest = best.iter().map(|(length, _)| *length).max();
        best.retain(|(length, _)| Some(*length) == longest);
        best.into_iter().map(|(_, id)| id).collect()
    }
}

fn several(text: &str) -> String {
    format!("Several resources here are called “{text}”, or are named in it.")
}

/// Whether `name` stands in `text` and no letter or digit touches it: `Court 1` not in `Court 12`.
fn stands_in(name: &str, text: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            !is_part(text[..at].chars().next_back())
                && !is_part(text[at + name.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_their_own() {
        assert!(stands_in("court 1", "training, court 1 (indoor)"));
        assert!(!stands_in("court 1", "court 12"));
        assert!(!stands_in("hall", "challenge"));
    }
}
