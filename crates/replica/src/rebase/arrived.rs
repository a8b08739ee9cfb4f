//! What arrived: read before the transaction, then placed in its scopes.
//!
//! A row that this program cannot read (a newer one wrote it), or whose parent is not here, is set
//! aside with its raw form and tried again with every later arrival. One such row must never keep
//! the others, or a verdict, from being taken in.

use super::Arrival;
use crate::failure::Failure;
use crate::store::{self, scopes};
use holdfast_domain::table::Table;
use holdfast_domain::{Change, Entity};
use holdfast_protocol::{FeedRow, RowState, Scope, Verdict};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The newest state of each row, whichever scopes it came through, and the verdicts.
#[derive(Default)]
pub(super) struct Arrived {
    pub(super) rows: BTreeMap<(Entity, Uuid), Option<Change>>,
    pub(super) verdicts: Vec<Verdict>,
    /// Every readable row's place, for those that have to be set aside after all.
    feed: Vec<FeedRow>,
    unreadable: Vec<FeedRow>,
}

impl Arrived {
    /// Reads an arrival, and what was set aside before. Writes nothing: this is the slow part, and
    /// nobody waits for it.
    pub(super) fn read(db: &Connection, arrival: &Arrival) -> Result<Self, Failure> {
        let mut arrived = Self { verdicts: arrival.verdicts.clone(), ..Self::default() };
        // What arrives now takes the place of what was set aside.
        let news: BTreeSet<_> = arrival.rows.iter().map(place_of).collect();
        let aside = scopes::aside(db)?.into_iter().filter(|row| !news.contains(&place_of(row)));
        let rows = aside.chain(arrival.rows.iter().cloned());
        for row in rows.filter(|row| arrival.cursors.contains_key(&row.scope)) {
            arrived.take(row);
        }
        Ok(arrived)
    }

    fn take(&mut self, row: FeedRow) {
        if row.entity == "verdict" {
            if let RowState::Row(value) = row.state {
                self.verdicts.extend(serde_json::from_value::<Verdict>(value));
            }
            return;
        }
        let Ok(entity) = row.entity.parse::<Entity>() else {
            self.unreadable.push(row);
            return;
        };
        if let RowState::Row(value) = &row.state {
            match Change::from_row(entity, value.clone()) {
                Ok(change) => _ = self.rows.insert((entity, row.id), Some(change)),
                Err(_) => {
                    self.unreadable.push(row);
                    return;
                }
            }
        }
        self.feed.push(row);
    }

    /// Records which rows are in which scopes now; a row that has left its last is to go.
    pub(super) fn place(
        &mut self,
        db: &Connection,
        cursors: &BTreeMap<Scope, u64>,
    ) -> Result<(), Failure> {
        let before = scopes::cursors(db)?;
        let mut numbers = BTreeMap::new();
        for (scope, &cursor) in cursors {
            numbers.insert(scope, scopes::set_cursor(db, scope, cursor)?);
        }
        for row in std::mem::take(&mut self.feed) {
            let Some(&scope) = numbers.get(&row.scope) else { continue };
            let Ok(entity) = row.entity.parse::<Entity>() else { continue };
            match row.state {
                RowState::Row(_) => scopes::enter(db, scope, entity, row.id)?,
                RowState::Gone(_) => self.leave(db, scope, entity, row.id)?,
            }
            self.feed.push(row);
        }
        for (scope, cursor) in &before {
            if !cursors.contains_key(scope) {
                self.lose(db, scope, &BTreeSet::new())?;
                scopes::drop_scope(db, scope)?;
            } else if *cursor == 0 {
                // A scope fetched from the start: what it no longer mentions has left it.
                let all = self.feed.iter().chain(&self.unreadable);
                let mentioned = all.filter(|row| row.scope == *scope);
                let mentioned = mentioned.map(|row| row.id).collect();
                self.lose(db, scope, &mentioned)?;
            }
        }
        Ok(())
    }

    fn leave(
        &mut self,
        db: &Connection,
        scope: i64,
        entity: Entity,
        id: Uuid,
    ) -> Result<(), Failure> {
        if scopes::leave(db, scope, entity, id)? {
            self.rows.entry((entity, id)).or_insert(None);
        }
        Ok(())
    }

    /// Every row of `scope` but those in `kept` has left it.
    fn lose(
        &mut self,
        db: &Connection,
        scope: &Scope,
        kept: &BTreeSet<Uuid>,
    ) -> Result<(), Failure> {
        let Some(number) = scopes::number(db, scope)? else { return Ok(()) };
        for (entity, id) in scopes::members(db, scope)? {
            if !kept.contains(&id) {
                self.leave(db, number, entity, id)?;
            }
        }
        Ok(())
    }

    /// Writes what arrived and differs from what is here: children go before parents, and come after
    /// them. What cannot be written is set aside.
    pub(super) fn write(&self, db: &Connection) -> Result<(), Failure> {
        let mut changed = Vec::new();
        let mut gone = Vec::new();
        let mut orphans = BTreeSet::new();
        for ((entity, id), row) in &self.rows {
            let here = store::read(db, *entity, *id)?;
            match (here, row) {
                (Some(here), Some(row)) if here == *row => {}
                (None, None) => {}
                (_, Some(row)) if self.lacks_parent(db, row, &orphans)? => {
                    orphans.insert((*entity, *id));
                }
                (_, Some(row)) => changed.push(row.clone()),
                (Some(_), None) => gone.push((*entity, *id)),
            }
        }
        for (entity, id) in gone.into_iter().rev() {
            // A child may stay that a newer program wrote in a way that this one cannot read.
            if !store::has_children(db, entity, id)? {
                store::delete(db, entity, id)?;
            }
        }
        crate::apply::write_all(db, &changed)?;
        self.set_aside(db, &orphans)
    }

    fn lacks_parent(
        &self,
        db: &Connection,
        row: &Change,
        orphans: &BTreeSet<(Entity, Uuid)>,
    ) -> Result<bool, Failure> {
        for parent in parents(row) {
            let is_there = match self.rows.get(&parent) {
                Some(Some(_)) => !orphans.contains(&parent),
                Some(None) => false,
                None => store::exists(db, parent.0, parent.1)?,
            };
            if !is_there {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn set_aside(
        &self,
        db: &Connection,
        orphans: &BTreeSet<(Entity, Uuid)>,
    ) -> Result<(), Failure> {
        scopes::clear_aside(db)?;
        for row in &self.unreadable {
            scopes::set_aside(db, row)?;
        }
        for row in &self.feed {
            let Ok(entity) = row.entity.parse::<Entity>() else { continue };
            if orphans.contains(&(entity, row.id)) {
                scopes::set_aside(db, row)?;
            }
        }
        Ok(())
    }
}

fn place_of(row: &FeedRow) -> (&Scope, &str, Uuid) {
    (&row.scope, &row.entity, row.id)
}

/// The rows that must be there for `row` to be.
pub(super) fn parents(row: &Change) -> Vec<(Entity, Uuid)> {
    row.to_row().map(|json| Table::of(row.entity()).parents(&json)).unwrap_or_default()
}

/// Those of `rows` whose parents are here, or among them.
pub(super) fn with_parents(db: &Connection, rows: Vec<Change>) -> Result<Vec<Change>, Failure> {
    let mut kept: Vec<Change> = Vec::new();
    for row in rows {
        let mut whole = true;
        for (entity, id) in parents(&row) {
            let beside = kept.iter().any(|other| (other.entity(), other.id()) == (entity, id));
            whole = whole && (beside || store::exists(db, entity, id)?);
        }
        if whole {
            kept.push(row);
        }
    }
    Ok(kept)
}
