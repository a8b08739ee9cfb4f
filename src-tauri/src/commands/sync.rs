//! How this desk stands with its headquarters.

use super::TheDesk;
use crate::background::Order;
use crate::view::{Problem, SyncStatus, WaitingChange};
use holdfast_replica::sync::SyncFailure;

/// Most waiting changes that the window lists.
const WAITING_SHOWN: usize = 500;

/// What the sync bar shows.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sync_status(desk: TheDesk<'_>) -> Result<SyncStatus, Problem> {
    desk.status()
}

/// Asks for a round at once; how it went is told by the event.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sync_now(desk: TheDesk<'_>) -> Result<(), Problem> {
    desk.ask(|replica| match (replica.is_standalone()?, replica.works_offline()?) {
        (true, _) => Err(SyncFailure::Standalone.into()),
        (_, true) => Err(SyncFailure::WorkingOffline.into()),
        _ => Ok(()),
    })?;
    desk.order(Order::Now);
    Ok(())
}

/// Works offline from now on, or no longer.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn set_work_offline(desk: TheDesk<'_>, offline: bool) -> Result<SyncStatus, Problem> {
    desk.act(|replica, now| Ok(replica.set_work_offline(offline, now)?))?;
    desk.order(if offline { Order::Offline } else { Order::Now });
    desk.status()
}

/// The changes that wait for a verdict, in order.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn waiting(desk: TheDesk<'_>) -> Result<Vec<WaitingChange>, Problem> {
    desk.ask(|replica| {
        let kept = replica.waiting(WAITING_SHOWN)?;
        Ok(WaitingChange::list(replica, &kept)?)
    })
}
