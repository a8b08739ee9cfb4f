//! The day board.

use super::{TheDesk, id, require_venue};
use crate::problem;
use crate::view::{Board, Colours, Problem};
use chrono::NaiveDate;
use holdfast_domain::report::Days;
use holdfast_domain::{Entity, Venue, VenueId};
use holdfast_replica::now;

/// One day of one venue. An empty date is the venue's today, which the window cannot know before it
/// has asked.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn board(desk: TheDesk<'_>, venue_id: String, date: String) -> Result<Board, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    desk.ask(|replica| {
        let venue = require_venue(replica, venue_id)?;
        let day = day(&venue, &date)?;
        let board = replica.board(venue_id, day)?;
        let board = board.ok_or_else(|| problem::not_found(Entity::Venue, venue_id.0))?;
        let hours = replica.hours(&board.venue, &board.resources, board.venue.timezone.day(day))?;
        let used =
            replica.utilisation(&board.venue, &Days::new(board.venue.timezone, day, day)?)?;
        Ok(Board::of(&board, day, now(), &hours, &used, &Colours::of(replica)?))
    })
}

fn day(venue: &Venue, date: &str) -> Result<NaiveDate, Problem> {
    if date.is_empty() {
        return Ok(venue.timezone.date(now()));
    }
    date.parse().map_err(|_| problem::invalid("date", format!("“{date}” is no date")))
}
