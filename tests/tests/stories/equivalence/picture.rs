//! What is known of headquarters' rows, kept by what each push answers: commands are made from it
//! without asking anybody. It is up to one push old, so that some of them are stale.

use super::dice::Dice;
use holdfast_domain::{Change, Entity, Row};
use holdfast_protocol::{FeedRow, RowState};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct Picture {
    rows: BTreeMap<Entity, Vec<Change>>,
    places: BTreeMap<(Entity, Uuid), usize>,
    /// Ids that are others in every run.
    by_chance: Vec<Uuid>,
}

impl Picture {
    pub(super) fn with_chance_ids(by_chance: Vec<Uuid>) -> Self {
        Self { by_chance, ..Self::default() }
    }

    /// Another one, of the same club.
    pub(super) fn beside(&self) -> Self {
        Self::with_chance_ids(self.by_chance.clone())
    }

    /// What a row is picked by: its id, or one that is the same in every run.
    pub(super) fn name(&self, id: Uuid) -> u128 {
        let place = self.by_chance.iter().position(|it| *it == id);
        place.map_or(id.as_u128(), |place| place as u128)
    }

    /// Takes in one row of the feed; a verdict is none. A row that left one audience has another.
    pub(super) fn take(&mut self, row: &FeedRow) -> Option<Change> {
        let entity: Entity = row.entity.parse().ok()?;
        let RowState::Row(value) = &row.state else { return None };
        let change = Change::from_row(entity, value.clone()).unwrap();
        let rows = self.rows.entry(entity).or_default();
        match self.places.get(&(entity, row.id)) {
            Some(&place) => rows[place] = change.clone(),
            None => {
                self.places.insert((entity, row.id), rows.len());
                rows.push(change.clone());
            }
        }
        Some(change)
    }

    pub(super) fn all<'a, T: Row + 'a>(&'a self) -> impl DoubleEndedIterator<Item = &'a T> {
        self.rows.get(&T::ENTITY).into_iter().flatten().filter_map(T::of)
    }

    pub(super) fn count(&self, entity: Entity) -> usize {
        self.rows.get(&entity).map_or(0, Vec::len)
    }

    pub(super) fn get<T: Row>(&self, id: T::Id) -> Option<&T> {
        let place = *self.places.get(&(T::ENTITY, id.into()))?;
        self.rows.get(&T::ENTITY).and_then(|rows| T::of(&rows[place]))
    }

    /// Any row of a type.
    pub(super) fn any<T: Row + Clone>(&self, dice: &mut Dice) -> Option<T> {
        self.some(dice, |_| true)
    }

    /// A row of a type that passes; rather a new one. Which one hangs on no other row, so that a
    /// story in which one was never made goes on as it did.
    pub(super) fn some<T: Row + Clone>(
        &self,
        dice: &mut Dice,
        passes: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let rows = self.rows.get(&T::ENTITY).into_iter().flatten().rev();
        let named = rows.filter_map(|row| Some((self.name(row.id()), T::of(row)?)));
        dice.pick_by(named.filter(|(_, row)| passes(row)).take(120)).cloned()
    }

    pub(super) fn entities(&self) -> impl Iterator<Item = (Entity, &Vec<Change>)> {
        self.rows.iter().map(|(entity, rows)| (*entity, rows))
    }
}
