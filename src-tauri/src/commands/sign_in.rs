//! Who works at this desk right now.

use super::any::told;
use super::{TheDesk, id};
use crate::problem;
use crate::view::{Problem, Session, Submitted, home_zone};
use holdfast_domain::StaffId;

/// Signs somebody in, who gives the commands from now on.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sign_in(
    desk: TheDesk<'_>,
    staff_id: String,
    pin: String,
) -> Result<Session, Problem> {
    let staff_id: StaffId = id("staff_id", &staff_id)?;
    desk.act(|replica, now| {
        let signed_in = replica.sign_in(staff_id, &pin, now)?;
        let zone = home_zone(replica)?;
        signed_in.map_err(|refusal| problem::noticed(refusal.notice(zone)))?;
        Ok(Session::of(replica)?)
    })
}

/// Locks the desk: nobody is signed in any more.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sign_out(desk: TheDesk<'_>) -> Result<Session, Problem> {
    desk.act(|replica, _| {
        replica.sign_out()?;
        Ok(Session::of(replica)?)
    })
}

/// Gives somebody a PIN; an empty one takes it away.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn set_pin(
    desk: TheDesk<'_>,
    staff_id: String,
    pin: String,
) -> Result<Submitted, Problem> {
    let staff_id: StaffId = id("staff_id", &staff_id)?;
    desk.act(|replica, now| {
        if pin.is_empty() {
            return told(replica.remove_pin(staff_id, now)?);
        }
        let set = replica.set_pin(staff_id, &pin, now)?;
        let zone = home_zone(replica)?;
        told(set.map_err(|refusal| problem::noticed(refusal.notice(zone)))?)
    })
}
