//! Which desk this is, and how it begins.

use super::TheDesk;
use crate::background::Order;
use crate::desk;
use crate::view::{EmptyVenue, JoinHeadquarters, Problem, Session};
use holdfast_replica::Founding;
use holdfast_replica::sync::SyncFailure;
use tokio::sync::oneshot;

/// Who works here, on which desk, at which venues.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn session(desk: TheDesk<'_>) -> Result<Session, Problem> {
    desk.ask(|replica| Ok(Session::of(replica)?))
}

/// Every time zone that a venue can be in.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn timezones() -> Vec<String> {
    holdfast_domain::Zone::names().into_iter().map(str::to_owned).collect()
}

/// Begins with a sample venue, filled around today.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn start_sample(desk: TheDesk<'_>) -> Result<Session, Problem> {
    desk.act(|replica, now| {
        desk::start_sample(replica, now)?;
        Ok(Session::of(replica)?)
    })
}

/// Begins with one empty venue.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn start_empty(desk: TheDesk<'_>, venue: EmptyVenue) -> Result<Session, Problem> {
    let founding = Founding::from(venue);
    desk.act(|replica, now| {
        replica.found(&founding, now)??;
        Ok(Session::of(replica)?)
    })
}

/// Joins a headquarters: from the first start, or later as a standalone desk with its history.
#[tauri::command]
#[specta::specta]
pub(crate) async fn join_headquarters(
    desk: TheDesk<'_>,
    join: JoinHeadquarters,
) -> Result<Session, Problem> {
    let (answer, answered) = oneshot::channel();
    desk.order(Order::Join(join, answer));
    // Only a background that has ended answers nothing; the program is about to, then.
    answered.await.unwrap_or(Err(SyncFailure::AlreadySyncing.into()))?;
    desk.ask(|replica| Ok(Session::of(replica)?))
}
