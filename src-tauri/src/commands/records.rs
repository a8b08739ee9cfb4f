//! What happened; taking back; and a customer's own data.

use super::any::told;
use super::people::with_name;
use super::{TheDesk, id};
use crate::problem;
use crate::view::{AnyJson, CustomerExport, HistoryLine, Problem, Retained, Submitted};
use holdfast_domain::{CustomerId, DataRequest, Entity};
use holdfast_replica::now;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What happened to a booking, a customer or a package, oldest first.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn history(
    desk: TheDesk<'_>,
    entity: String,
    row_id: String,
) -> Result<Vec<HistoryLine>, Problem> {
    let about: Entity = entity.parse().map_err(|error| problem::invalid("entity", error))?;
    let row_id = id("id", &row_id)?;
    desk.ask(|replica| {
        let zone = crate::view::home_zone(replica)?;
        let happened = replica.history(about, row_id)?;
        let lines = happened.iter().map(|one| HistoryLine::of(replica, one, zone));
        Ok(lines.collect::<Result<_, _>>()?)
    })
}

/// Takes back the last thing that the person at this desk did; answers what it was, or nothing where
/// there is nothing to take back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn undo(desk: TheDesk<'_>) -> Result<String, Problem> {
    desk.act(|replica, now| {
        let Some(undone) = replica.undo(now)? else { return Ok(String::new()) };
        told(undone.submission)?;
        Ok(undone.sentence)
    })
}

/// Writes all that concerns a customer into an archive, and writes down that they got it; answers
/// where it is. Nobody but the person removes a copy: without a folder of theirs there is none.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_customer(
    desk: TheDesk<'_>,
    customer_id: String,
) -> Result<CustomerExport, Problem> {
    let customer_id: CustomerId = id("customer_id", &customer_id)?;
    desk.act(|replica, now| {
        let handed_out = replica.hand_out(customer_id, now)??;
        let (kept, note) = (&handed_out.archive.path, handed_out.note());
        let Some(dir) = downloads() else {
            return Ok(CustomerExport { path: kept.display().to_string(), is_copy: false, note });
        };
        let path = dir.join(format!("customer-{customer_id}.zip"));
        std::fs::copy(kept, &path).map_err(|error| unwritten(&path, error))?;
        Ok(CustomerExport { path: path.display().to_string(), is_copy: true, note })
    })
}

/// Erases all that is personal about a customer, for good, and writes down that they asked for it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn erase_customer(
    desk: TheDesk<'_>,
    customer_id: String,
    reason: String,
) -> Result<Submitted, Problem> {
    let customer_id: CustomerId = id("customer_id", &customer_id)?;
    desk.act(|replica, now| told(replica.erase_customer(customer_id, &reason, now)?))
}

/// The requests about personal data, newest first: rows, each with the name of whom it is about as
/// `customer_name`.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn data_requests(desk: TheDesk<'_>) -> Result<Vec<AnyJson>, Problem> {
    desk.ask(|replica| {
        let requests = replica.data_requests()??;
        let row = |request: &DataRequest| {
            with_name(request, "customer_name", replica.customer(request.customer_id)?)
        };
        requests.iter().map(row).collect()
    })
}

/// What has been kept for longer than so many days, as rows: customers and cancelled bookings.
/// Changes nothing.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn retained(desk: TheDesk<'_>, days: Option<u32>) -> Result<Retained, Problem> {
    desk.ask(|replica| Ok(Retained::of(&replica.retained(days, now())??)))
}

/// Erases it, for good, if it is no more than what the person was shown (`listed`); answers what a rule
/// spoke against.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn erase_retained(
    desk: TheDesk<'_>,
    days: Option<u32>,
    listed: BTreeSet<String>,
) -> Result<Vec<Problem>, Problem> {
    desk.act(|replica, now| {
        let found = Retained::of(&replica.retained(days, now)??);
        if found.ids.iter().any(|id| !listed.contains(id)) {
            return Err(problem::refused_as(
                "retained_changed",
                "More has been kept for long enough than was listed. Nothing was erased; look at \
                 the list again.",
            ));
        }
        let (_, refusals) = replica.erase_retained(days, now)??;
        Ok(refusals.iter().map(problem::refused).collect())
    })
}

/// Where people look for what they asked for.
pub(super) fn downloads() -> Option<PathBuf> {
    let dirs = directories::UserDirs::new()?;
    dirs.download_dir().filter(|dir| dir.is_dir()).map(Into::into)
}

/// Where lists and reports are put: there, or beside the replica.
pub(super) fn downloads_or(otherwise: &std::path::Path) -> PathBuf {
    downloads().unwrap_or_else(|| otherwise.to_owned())
}

pub(super) fn unwritten(path: &std::path::Path, error: std::io::Error) -> Problem {
    problem::broken(&format!("{} cannot be written: {error}", path.display()))
}
