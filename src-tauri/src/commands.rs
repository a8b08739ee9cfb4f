//! What the window can ask: one small function per command, grouped as the window is.
//!
//! A command turns the window's words into the domain's, asks the replica once, and turns the
//! answer into a view. It runs off the window's thread and never waits for a network (joining a
//! headquarters excepted, which is about nothing else). It judges nothing.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands arguments over by value")]

mod any;
mod board;
mod bookings;
mod classes;
mod exchange;
mod handover;
mod inbox;
mod money;
mod people;
mod records;
mod reports;
mod series;
mod session;
mod sign_in;
mod sync;

pub(crate) use exchange::remove_left_behind;

use crate::desk::Desk;
use crate::problem;
use crate::view::{Problem, Saved, Standing};
use chrono::NaiveDateTime;
use holdfast_domain::{BookingId, Entity, LocalNote, Venue, VenueId};
use holdfast_replica::{Listed, Replica, Submission};
use std::str::FromStr;
use std::sync::Arc;
use tauri::State;
use tauri_specta::{Commands, collect_commands};

/// The desk, as commands get it.
type TheDesk<'a> = State<'a, Arc<Desk>>;

/// Every command. src-tauri/permissions/desk.toml lets the window call them.
pub(crate) fn all() -> Commands<tauri::Wry> {
    collect_commands![
        session::session,
        session::timezones,
        session::start_sample,
        session::start_empty,
        session::join_headquarters,
        board::board,
        people::search_customers,
        people::add_customer,
        people::add_resource,
        bookings::booking,
        bookings::preview,
        bookings::book,
        bookings::free_times,
        bookings::book_skipped,
        bookings::reschedule,
        bookings::edit_booking,
        bookings::cancel_booking,
        money::read_money,
        any::submit,
        any::weigh,
        any::rows,
        any::resolve_stay,
        any::bookings_hit,
        any::bookings_ahead,
        any::requests,
        any::customer_bookings,
        classes::roster,
        classes::add_place,
        classes::promote,
        classes::give_place_back,
        classes::sell_package,
        records::history,
        reports::report_subjects,
        reports::report,
        reports::export_report,
        records::undo,
        records::data_requests,
        records::retained,
        records::erase_retained,
        exchange::import_calendar,
        exchange::import_files,
        exchange::export_lists,
        handover::bookings_of_staff,
        handover::hand_over,
        people::find_customers,
        people::customer_segments,
        people::customer_figures,
        people::customer_packages,
        records::export_customer,
        records::erase_customer,
        sign_in::sign_in,
        sign_in::sign_out,
        sign_in::set_pin,
        sync::sync_status,
        sync::sync_now,
        sync::set_work_offline,
        sync::waiting,
        inbox::inbox,
        inbox::book_alternative,
        inbox::apply_mine,
        inbox::book_rest,
        inbox::settle,
    ]
}

/// An id as the window sends it.
fn id<T: FromStr>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| problem::invalid(field, format!("“{text}” is not an id")))
}

fn ids<T: FromStr>(field: &str, texts: &[String]) -> Result<Vec<T>, Problem> {
    texts.iter().map(|text| id(field, text)).collect()
}

fn optional_id<T: FromStr>(field: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    text.map(|text| id(field, text)).transpose()
}

/// A wall time as the window sends it: `2026-11-20T13:00`, with seconds or without.
fn local(field: &str, text: &str) -> Result<NaiveDateTime, Problem> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or_else(|| {
            problem::invalid(field, format!("“{text}” is not a time such as 2026-11-20T13:00"))
        })
}

fn require_venue(replica: &Replica, id: VenueId) -> Result<Venue, Problem> {
    replica.venue(id)?.ok_or_else(|| problem::not_found(Entity::Venue, id.0))
}

fn require_booking(replica: &Replica, id: BookingId) -> Result<Listed, Problem> {
    replica.booking(id)?.ok_or_else(|| problem::not_found(Entity::Booking, id.0))
}

/// What became of a booking, as the window says it.
fn saved(
    replica: &Replica,
    booking_id: BookingId,
    submission: Submission,
    notes: &[LocalNote],
) -> Result<Saved, Problem> {
    let (operation_id, standing) = match submission {
        Submission::Refused(refusal) => return Err(refusal.into()),
        Submission::Done(receipt) => (receipt.operation_id.to_string(), receipt.standing),
        Submission::Unchanged => (String::new(), require_booking(replica, booking_id)?.standing()),
    };
    Ok(Saved {
        operation_id,
        booking_id: booking_id.to_string(),
        standing: Standing::from(standing),
        notes: notes.iter().map(LocalNote::message).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::ResourceId;

    #[test]
    fn a_bad_time_or_id_names_its_field() {
        assert_eq!(local("start", "2026-11-20T13:00"), local("start", "2026-11-20T13:00:00"));
        for text in ["", "13:00", "2026-11-20", "2026-02-30T10:00", "2026-11-20T24:00"] {
            let problem = local("start", text).unwrap_err();
            assert_eq!(
                (problem.code.as_str(), &problem.details["field"]),
                ("field_invalid", &"start".into())
            );
        }
        assert_eq!(
            id::<ResourceId>("resource_ids", "x").unwrap_err().details["field"],
            "resource_ids"
        );
        assert!(optional_id::<ResourceId>("customer_id", None).unwrap().is_none());
    }
}
