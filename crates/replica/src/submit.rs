//! The one path of a person's work: facts, decide, apply, outbox, in one transaction.

use crate::apply;
use crate::facts;
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{meta, meta::Key, outbox, privacy, whose};
use holdfast_domain::{
    Command, Needs, OperationId, Refusal, StaffId, TimeRules, Timestamp, Unchecked, decide,
};
use holdfast_protocol::{OPERATION_BYTES_MAX, Operation, Salt};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::convert::Infallible;
use uuid::Uuid;

/// What a row on this device is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Only here yet.
    Tentative,
    /// Only here yet, and what arrived since speaks against it.
    AtRisk,
    /// Headquarters accepted it, or there is none.
    Committed,
    /// Headquarters said no.
    Refused,
}

impl Standing {
    /// The word used in JSON and the UI.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tentative => "tentative",
            Self::AtRisk => "at_risk",
            Self::Committed => "committed",
            Self::Refused => "refused",
        }
    }
}

/// The answer to a command.
#[derive(Clone, PartialEq, Debug)]
pub enum Submission {
    /// It is saved.
    Done(Receipt),
    /// Everything was as asked already; nothing was saved.
    Unchanged,
    /// A rule said no; nothing was saved.
    Refused(Refusal),
}

/// What was saved.
#[derive(Clone, PartialEq, Debug)]
pub struct Receipt {
    /// The operation.
    pub operation_id: OperationId,
    /// What it is worth.
    pub standing: Standing,
    /// What was left to headquarters to check.
    pub unchecked: Vec<Unchecked>,
}

impl Replica {
    /// Decides and saves one command, given at `at`.
    ///
    /// # Errors
    /// Where the disk says no; then nothing was saved.
    pub fn submit(&mut self, command: &Command, at: Timestamp) -> Result<Submission, Failure> {
        let done = self.write(|db| Ok(refused_apart(submit(db, command, at)?)))?;
        Ok(done.unwrap_or_else(Submission::Refused))
    }

    /// Decides and saves many commands in one transaction, in order; a refused one does not hold up
    /// the others. For imports: one wait for the disk instead of many.
    ///
    /// # Errors
    /// Where the disk says no; then none was saved.
    pub fn submit_all(
        &mut self,
        commands: &[Command],
        at: Timestamp,
    ) -> Result<Vec<Submission>, Failure> {
        let done: Result<Vec<Submission>, Infallible> =
            self.write(|db| Ok(Ok(submit_together(db, commands, at)?)))?;
        let Ok(submissions) = done;
        Ok(submissions)
    }
}

/// A refusal ends the transaction without a trace; everything else commits it.
fn refused_apart(submission: Submission) -> Result<Submission, Refusal> {
    match submission {
        Submission::Refused(refusal) => Err(refusal),
        done => Ok(done),
    }
}

/// See [`Replica::submit`]; inside a write transaction. A refusal has written nothing.
pub(crate) fn submit(
    db: &Connection,
    command: &Command,
    at: Timestamp,
) -> Result<Submission, Failure> {
    let done = submit_together(db, std::slice::from_ref(command), at)?;
    Ok(done.into_iter().next().unwrap_or(Submission::Unchanged))
}

/// The same for several commands. What is kept of the words of those whom they erase goes once, at the
/// end: that looks at all that was ever done here.
pub(crate) fn submit_together(
    db: &Connection,
    commands: &[Command],
    at: Timestamp,
) -> Result<Vec<Submission>, Failure> {
    let submissions: Vec<Submission> =
        commands.iter().map(|it| submit_unscrubbed(db, it, at)).collect::<Result<_, _>>()?;
    let mut done = commands.iter().zip(&submissions);
    if done.any(|(it, done)| is_erasure(it) && matches!(done, Submission::Done(_))) {
        scrub(db)?;
    }
    Ok(submissions)
}

/// Whether what is kept of somebody's words has to go after a command.
pub(crate) fn is_erasure(command: &Command) -> bool {
    match command {
        Command::EraseCustomer(_) => true,
        Command::EditBooking(c) => c.erased,
        _ => false,
    }
}

/// Takes those who are erased out of what was done here.
pub(crate) fn scrub(db: &Connection) -> Result<(), Failure> {
    crate::privacy::scrub(
        db,
        meta::get(db, Key::HeadquartersUrl)?.is_none(),
        &crate::privacy::Emptied::default(),
    )
}

/// The same as [`submit`], for who scrubs afterwards.
pub(crate) fn submit_unscrubbed(
    db: &Connection,
    command: &Command,
    at: Timestamp,
) -> Result<Submission, Failure> {
    submit_as(db, OperationId(Uuid::now_v7()), crate::sign_in::actor(db)?, command, at)
}

/// The same as operation `id`, given by `actor`.
pub(crate) fn submit_as(
    db: &Connection,
    id: OperationId,
    actor: StaffId,
    command: &Command,
    at: Timestamp,
) -> Result<Submission, Failure> {
    let payload = serde_json::value::to_raw_value(command)?;
    if payload.get().len() > OPERATION_BYTES_MAX {
        return Ok(Submission::Refused(Refusal::FieldTooLong {
            field: command.name().into(),
            max: OPERATION_BYTES_MAX,
            length: payload.get().len(),
        }));
    }
    // Somebody else at this desk may have been faster by a moment.
    if let Command::Withdraw(c) = command
        && outbox::is_taken_back(db, c.operation_id)?
    {
        return Ok(Submission::Unchanged);
    }
    let needs = Needs::of(command, actor);
    let facts = facts::facts(db, &needs, at, actor, TimeRules::Apply)?;
    let decision = match decide(command, &facts) {
        Ok(decision) => decision,
        Err(refusal) => return Ok(Submission::Refused(refusal)),
    };
    if decision.changes.is_empty() {
        return Ok(Submission::Unchanged);
    }
    let operation = next_operation(db, id, actor, at, payload)?;
    outbox::append(db, &operation)?;
    for change in &decision.changes {
        whose::note(db, operation.seq, change)?;
    }
    apply::apply(db, operation.seq, &decision.changes, &needs)?;
    privacy::note_said_again(db, &decision.changes)?;
    if let Command::EditBooking(c) = command
        && c.erased
    {
        privacy::note_emptied(db, c.booking_id)?;
    }
    Ok(Submission::Done(Receipt {
        operation_id: operation.id,
        standing: standing_of_new(db)?,
        unchecked: decision.unchecked,
    }))
}

/// What something saved just now is worth: it stands at once where there is no headquarters.
pub(crate) fn standing_of_new(db: &Connection) -> rusqlite::Result<Standing> {
    let linked = meta::get(db, Key::HeadquartersUrl)?.is_some();
    Ok(if linked { Standing::Tentative } else { Standing::Committed })
}

fn next_operation(
    db: &Connection,
    id: OperationId,
    actor: StaffId,
    at: Timestamp,
    command: Box<RawValue>,
) -> rusqlite::Result<Operation> {
    let (seq, prev) = outbox::head(db)?;
    Ok(Operation { id, seq: seq + 1, prev, actor, at, salt: new_salt(), command })
}

pub(crate) fn new_salt() -> Salt {
    hex::encode(rand::random::<[u8; 16]>())
}
