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
}

impl Picture {
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

    /// A row of a type that passes; rather a new one.
    pub(super) fn some<T: Row + Clone>(
        &self,
        dice: &mut Dice,
        passes: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let newest: Vec<&T> = self.all::<T>().rev().filter(|row| passes(row)).take(120).collect();
        dice.pick(&newest).cloned()
    }

    pub(super) fn entities(&self) -> impl Iterator<Item = (Entity, &Vec<Change>)> {
        self.rows.iter().map(|(entity, rows)| (*entity, rows))
    }
}
