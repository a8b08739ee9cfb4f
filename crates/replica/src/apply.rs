//! Writing changes, with what is needed to take them back.

use crate::facts;
use crate::store::{self, outbox, outbox::Effect};
use holdfast_domain::{Change, Entity, Needs};
use rusqlite::Connection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Writes what operation `seq` came to, remembering for each row how it was before, which rows the
/// operation read, and what it wants to occupy.
pub(crate) fn apply(
    db: &Connection,
    seq: u64,
    changes: &[Change],
    needs: &Needs,
) -> rusqlite::Result<()> {
    for (ordinal, change) in changes.iter().enumerate() {
        let (entity, row_id) = (change.entity(), change.id());
        let before = store::read(db, entity, row_id)?;
        // Whose a booking was is concerned, too.
        if let (Some(Change::Booking(was)), Change::Booking(is)) = (&before, change)
            && let Some(whose) = was.customer_id.filter(|_| was.customer_id != is.customer_id)
        {
            outbox::touch(db, seq, whose.0, false)?;
        }
        outbox::add_effect(db, seq, ordinal, &Effect { entity, row_id, before })?;
    }
    let written: BTreeSet<Uuid> = changes.iter().map(Change::id).collect();
    for &row_id in &written {
        outbox::touch(db, seq, row_id, true)?;
    }
    for row_id in facts::reads(needs).filter(|id| !written.contains(id)) {
        outbox::touch(db, seq, row_id, false)?;
    }
    for customer_id in facts::asked_where(db, needs)? {
        outbox::touch(db, seq, customer_id.0, false)?;
    }
    for wanted in &needs.overlaps {
        outbox::want(db, seq, wanted)?;
    }
    write_all(db, changes)
}

/// Writes rows that together make a state, whatever order they come in: claims that move are first
/// taken out of each other's way.
pub(crate) fn write_all(db: &Connection, changes: &[Change]) -> rusqlite::Result<()> {
    let claims = changes.iter().filter(|change| change.entity() == Entity::Claim);
    // One claim alone is compared with all others but itself; only several can trade places.
    if claims.clone().count() > 1 {
        for claim in claims {
            store::delete(db, Entity::Claim, claim.id())?;
        }
    }
    changes.iter().try_for_each(|change| store::write(db, change))
}

/// Takes back what operation `seq` wrote. Later operations on the same rows must be undone before.
pub(crate) fn undo(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    let effects = outbox::effects(db, seq)?;
    // Claims that traded places are first taken out of each other's way, here too.
    for claim in effects.iter().filter(|effect| effect.entity == Entity::Claim) {
        store::delete(db, Entity::Claim, claim.row_id)?;
    }
    for effect in effects.into_iter().rev() {
        match effect.before {
            Some(before) => store::write(db, &before)?,
            None => store::delete(db, effect.entity, effect.row_id)?,
        }
    }
    outbox::forget_effects(db, seq)
}

#[cfg(test)]
mod tests;
