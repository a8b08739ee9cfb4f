//! "Any free court": which one is settled when the command is made, and carried in it. Of those that
//! the rules let through it is the one whose free time around the booking is shortest, so that long
//! free times stay whole.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{claims, related};
use holdfast_domain::command::Book;
use holdfast_domain::schedule::Open;
use holdfast_domain::{
    Claim, Command, Interval, Refusal, Resource, ResourceId, ResourceKind, Timestamp, Venue, rows,
};

/// Most ways of putting resources of several kinds together that are tried.
const TRIES_MAX: u32 = 500;

/// What became of looking for resources of some kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// These, one of each kind, in the order of the kinds.
    Of(Vec<Resource>),
    /// The venue has no such resource that takes bookings.
    NoneOf(ResourceKind),
    /// There are some, and this speaks against the one that would have been best.
    Refused(Refusal),
}

impl Replica {
    /// One resource of each of `kinds` for `book`, besides those that it names.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn choose(
        &self,
        book: &Book,
        kinds: &[ResourceKind],
        at: Timestamp,
    ) -> Result<Choice, Failure> {
        let Some(venue) = self.venue(book.venue_id)? else { return Ok(Choice::Of(Vec::new())) };
        // Where there is nothing to choose, what is asked for is not refused here: of a series, another date may do.
        if kinds.is_empty() {
            return Ok(Choice::Of(Vec::new()));
        }
        let mut wanted = Vec::new();
        for &kind in kinds {
            let mut of_kind = self.resources()?;
            of_kind.retain(|resource| {
                resource.kind == kind
                    && resource.active
                    && resource.venue_ids.contains(&venue.id)
                    && !book.resource_ids.contains(&resource.id)
            });
            if of_kind.is_empty() {
                return Ok(Choice::NoneOf(kind));
            }
            let asked = kinds.iter().filter(|it| **it == kind).count();
            wanted.push(self.best_first(book, &venue, of_kind, asked)?);
        }
        let mut search = Search { wanted: &wanted, at, tries_left: TRIES_MAX, refusal: None };
        let mut chosen = Vec::new();
        if self.pick(book, &mut search, &mut chosen)? {
            return Ok(Choice::Of(chosen));
        }
        Ok(search.refusal.map_or(Choice::Of(Vec::new()), Choice::Refused))
    }

    /// Those that are free, by how little free time is around the booking, then by name. Where fewer
    /// are than are `asked` for, the first others by name, too: the rule that refuses them says what
    /// is in the way.
    fn best_first(
        &self,
        book: &Book,
        venue: &Venue,
        by_name: Vec<Resource>,
        asked: usize,
    ) -> Result<Vec<Resource>, Failure> {
        let (mut fitting, mut others) = (Vec::new(), Vec::new());
        for resource in by_name {
            match self.gap_ms(book, venue, &resource)? {
                Some(gap_ms) => fitting.push((gap_ms, resource)),
                None => others.push(resource),
            }
        }
        fitting.sort_by_key(|(gap_ms, _)| *gap_ms);
        let missing = asked.saturating_sub(fitting.len());
        let fitting = fitting.into_iter().map(|(_, resource)| resource);
        Ok(fitting.chain(others.into_iter().take(missing)).collect())
    }

    /// How long `resource` is free around `book` on that day; `None` where it is taken meanwhile.
    fn gap_ms(
        &self,
        book: &Book,
        venue: &Venue,
        resource: &Resource,
    ) -> Result<Option<i64>, Failure> {
        let (before, after) = (book.buffer_before_minutes, book.buffer_after_minutes);
        let occupied = rows::occupied(&book.stay, before, after);
        let Some((stay, period)) = book.stay.interval().zip(occupied) else { return Ok(Some(0)) };
        let day = venue.timezone.day(book.stay.local_start.date());
        let from = day.starts_at().min(period.starts_at());
        let until = day.ends_at().max(period.ends_at());
        let within = Interval::new(from, until).unwrap_or(period);
        let ids: Vec<ResourceId> = resource.part_ids.iter().copied().chain([resource.id]).collect();
        let taken = claims::during_all(&self.db, &ids, within)?;
        let mut taken = taken.iter().filter_map(Claim::interval);
        if taken.clone().any(|it| it.overlaps(period)) {
            return Ok(None);
        }
        let exceptions = related::exceptions(&self.db, venue.id, &ids, within)?;
        let open = Open::of(resource, venue, &exceptions, within);
        let open = open.periods().iter().find(|it| it.overlaps(stay)).copied().unwrap_or(within);
        let (from, until) =
            taken.by_ref().fold((open.starts_at(), open.ends_at()), |(from, until), it| {
                match it.ends_at() <= period.starts_at() {
                    true => (from.max(it.ends_at()), until),
                    false => (from, until.min(it.starts_at())),
                }
            });
        Ok(Some(until.0 - from.0))
    }

    /// Tries one resource of each kind after the other, until the rules let the booking through.
    fn pick(
        &self,
        book: &Book,
        search: &mut Search<'_>,
        chosen: &mut Vec<Resource>,
    ) -> Result<bool, Failure> {
        let Some(candidates) = search.wanted.get(chosen.len()) else {
            let resource_ids =
                book.resource_ids.iter().copied().chain(chosen.iter().map(|it| it.id)).collect();
            let book = Command::Book(Book { resource_ids, ..book.clone() });
            let refusal = self.preview(&self.with_terms(book, search.at)?, search.at)?;
            search.tries_left = search.tries_left.saturating_sub(1);
            let fits = refusal.is_none();
            search.refusal = search.refusal.take().or(refusal);
            return Ok(fits);
        };
        for candidate in candidates {
            if search.tries_left == 0 || chosen.iter().any(|it| it.id == candidate.id) {
                continue;
            }
            chosen.push(candidate.clone());
            if self.pick(book, search, chosen)? {
                return Ok(true);
            }
            chosen.pop();
        }
        Ok(false)
    }
}

/// What is tried, and what was said first.
struct Search<'a> {
    wanted: &'a [Vec<Resource>],
    at: Timestamp,
    tries_left: u32,
    refusal: Option<Refusal>,
}
