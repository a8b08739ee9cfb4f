//! What headquarters did not accept.

use super::any::{told, warnings};
use super::{TheDesk, id, saved};
use crate::problem;
use crate::view::{
    Alternative, InboxItem, Problem, RestBooked, Saved, Skipped, Submitted, over_theirs,
};
use holdfast_domain::{OperationId, Series};
use holdfast_replica::{Filter, now};

/// Everything that a person has to look at, oldest first.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn inbox(desk: TheDesk<'_>) -> Result<Vec<InboxItem>, Problem> {
    desk.ask(|replica| Ok(InboxItem::list(replica, &replica.inbox(now())?)?))
}

/// Books one of the alternatives offered, and settles what was refused.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn book_alternative(
    desk: TheDesk<'_>,
    operation_id: String,
    alternative: Alternative,
) -> Result<Saved, Problem> {
    let operation_id: OperationId = id("operation_id", &operation_id)?;
    desk.act(|replica, now| {
        let items = replica.inbox(now)?;
        let item = items.iter().find(|item| item.operation.id == operation_id);
        let chosen = item.and_then(|item| alternative.among(item)).ok_or_else(gone)?;
        let booked = replica.book_alternative(operation_id, chosen, now)?;
        let (booking_id, submission) = booked.ok_or_else(gone)?;
        saved(replica, booking_id, submission, &[])
    })
}

/// Asks once more for what was refused because somebody else had changed the same meanwhile, now that
/// the person has seen what it is; and settles it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn apply_mine(desk: TheDesk<'_>, operation_id: String) -> Result<Submitted, Problem> {
    let operation_id: OperationId = id("operation_id", &operation_id)?;
    desk.act(|replica, now| {
        let items = replica.inbox(now)?;
        let item = items.iter().find(|item| item.operation.id == operation_id);
        let command = item.and_then(over_theirs).ok_or_else(settled_already)?;
        let command = replica.with_terms(command, now)?;
        let warnings = warnings(replica, &command, now)?;
        let done = replica.submit_instead(operation_id, &command, now)?;
        Ok(Submitted { warnings, ..told(done.ok_or_else(settled_already)?)? })
    })
}

/// Books a refused series on the dates on which there is room, and settles it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn book_rest(desk: TheDesk<'_>, operation_id: String) -> Result<RestBooked, Problem> {
    let operation_id: OperationId = id("operation_id", &operation_id)?;
    desk.act(|replica, now| {
        let (series_id, done) =
            replica.book_rest(operation_id, now)?.ok_or_else(settled_already)?;
        told(done)?;
        let made = replica.list(&Filter { series_id: Some(series_id), ..Filter::default() })?;
        let series: Option<Series> = replica.get(series_id)?;
        Ok(RestBooked {
            booked: crate::view::count(made.len() as u64),
            skipped: Skipped::list(&series.map(|it| it.skipped).unwrap_or_default()),
        })
    })
}

/// A person has dealt with a refused operation; `reason` is what became of it, where it has happened all
/// the same. Answers how many credits that gave back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn settle(
    desk: TheDesk<'_>,
    operation_id: String,
    reason: String,
) -> Result<u32, Problem> {
    let operation_id: OperationId = id("operation_id", &operation_id)?;
    desk.act(|replica, now| Ok(replica.settle(operation_id, &reason, now)??.unwrap_or_default()))
}

fn settled_already() -> Problem {
    problem::refused_as("settled_already", "This is not in the inbox any more.")
}

fn gone() -> Problem {
    problem::refused_as(
        "alternative_gone",
        "This alternative is no longer free. The inbox shows what is free now.",
    )
}
