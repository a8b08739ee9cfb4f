//! What a headquarters that was restored is sent again.

use super::super::outbox::{self, COLUMNS, Kept, from_row};
use super::super::{AsJson, customers, whose};
use super::words::{Finds, without_words};
use super::{About, Said, spared, turns};
use crate::submit::new_salt;
use holdfast_domain::Command;
use holdfast_domain::command::EraseCustomer;
use holdfast_protocol::Outcome;
use rusqlite::{Connection, ToSql};

/// Chains operations anew from `seq` on, where a headquarters has lost them and they do not say any more
/// what they said: nobody else has seen that part of the chain.
pub(crate) fn chain_anew(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    find_anything(db, seq)?;
    erase_again(db, seq)?;
    let mut kept =
        db.prepare_cached(&format!("select {COLUMNS} from outbox where seq >= ?1 order by seq"))?;
    let lost: Vec<Kept> = kept.query_map([seq], from_row)?.collect::<Result<_, _>>()?;
    if lost.iter().all(|kept| !kept.operation.salt.is_empty()) {
        return Ok(());
    }
    let mut prev = None;
    for kept in lost {
        let mut operation = kept.operation;
        if operation.salt.is_empty() {
            operation.salt = new_salt();
        }
        operation.prev = prev.unwrap_or(operation.prev);
        prev = Some(operation.digest());
        db.prepare_cached("update outbox set salt = ?2, prev = ?3, digest = ?4 where seq = ?1")?
            .execute((operation.seq, &operation.salt, &operation.prev.0, operation.digest().0))?;
    }
    Ok(())
}

/// Who was erased is erased again, whoever else has come before: they may be parted from whom they turned out
/// to be, or not there at all.
fn erase_again(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    for kept in outbox::from_seq(db, seq, usize::MAX)? {
        let stood = matches!(kept.outcome, Some(Outcome::Accepted { .. }));
        let Ok(Command::EraseCustomer(erase)) = kept.operation.parse() else { continue };
        if stood && !erase.again {
            let again = Command::EraseCustomer(EraseCustomer { again: true, ..erase });
            rewrite(db, kept.operation.seq, &AsJson(again))?;
        }
    }
    Ok(())
}

/// What gives away a booking of who was erased by then found nothing on it. Headquarters may have their
/// words back, and does not know of the erasure yet.
fn find_anything(db: &Connection, seq: u64) -> rusqlite::Result<()> {
    let erased = customers::erased(db)?;
    let about: About = erased.iter().map(|&it| (it.to_string(), it)).collect();
    let kept = outbox::from_seq(db, seq, usize::MAX)?;
    let mut noted = match kept.last() {
        Some(last) => whose::between(db, seq, last.operation.seq)?,
        None => return Ok(()),
    };
    for kept in kept {
        let whose = noted.remove(&kept.operation.seq).unwrap_or_default();
        let said = Said { about: &about, erased: &erased, whose };
        if turns(&kept, &said).iter().all(|turn| turn.others.is_none()) {
            continue;
        }
        let mut spared = spared(db, &kept, &said)?;
        for turn in spared.turns.iter_mut().filter(|_| kept.outcome.is_none()) {
            turn.finds = Finds::Anything;
        }
        if let Some(command) = without_words(&kept.operation.command, &said, spared)? {
            rewrite(db, kept.operation.seq, &command.get())?;
        }
    }
    Ok(())
}

/// Has an operation say something else; it gets its place in the chain anew.
fn rewrite(db: &Connection, seq: u64, command: &dyn ToSql) -> rusqlite::Result<()> {
    db.prepare_cached("update outbox set command = ?2, salt = '' where seq = ?1")?
        .execute((seq, command))?;
    Ok(())
}
