//! One booking: seen, made, moved, rewritten, called off.

use super::series::{Dates, spread};
use super::{TheDesk, id, ids, local, optional_id, require_booking, require_venue, saved};
use crate::problem;
use crate::view::{
    BookingDetail, BookingDraft, BookingEdit, CancelBooking, FreeTime, Preview, Problem,
    Reschedule, ResourceKind, Sale, Saved,
};
use holdfast_domain::command::{self, Book, Patch, Request};
use holdfast_domain::schedule::Ask;
use holdfast_domain::{
    Booking, BookingId, Command, LocalNote, Money, Refusal, ResourceId, Stay, Timestamp, Venue,
    Zone,
};
use holdfast_replica::draft::{self, Choice, Drafted};
use holdfast_replica::{Replica, now};
use std::collections::{BTreeMap, BTreeSet};

/// Everything about one booking.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn booking(desk: TheDesk<'_>, booking_id: String) -> Result<BookingDetail, Problem> {
    let booking_id: BookingId = id("booking_id", &booking_id)?;
    desk.ask(|replica| {
        let listed = require_booking(replica, booking_id)?;
        Ok(BookingDetail::of(replica, &listed, now())?)
    })
}

/// What a draft would become, said before the click. Saves nothing.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn preview(desk: TheDesk<'_>, draft: BookingDraft) -> Result<Preview, Problem> {
    desk.ask(|replica| {
        let made = make(replica, &draft, now())?;
        let decided = replica.weigh(&made.command, now())?;
        let mut preview = Preview::of(replica, made.zone, &made.book, &made.notes, &decided)?;
        preview.warnings.extend(made.hint);
        Ok(preview)
    })
}

/// Books.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn book(desk: TheDesk<'_>, draft: BookingDraft) -> Result<Saved, Problem> {
    desk.act(|replica, now| {
        let made = make(replica, &draft, now)?;
        let submission = replica.submit(&made.command, now)?;
        saved(replica, made.shown_id, submission, &made.notes)
    })
}

/// When on the day of a draft all its resources are free for as long as the draft is.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn free_times(desk: TheDesk<'_>, draft: BookingDraft) -> Result<Vec<FreeTime>, Problem> {
    desk.ask(|replica| {
        let made = make(replica, &draft, now())?;
        let venue = require_venue(replica, made.book.venue_id)?;
        let wanted: BTreeSet<ResourceId> = made.book.resource_ids.iter().copied().collect();
        let mut resources = Vec::with_capacity(wanted.len());
        for id in &wanted {
            resources.extend(replica.resource(*id)?);
        }
        let stay = made.book.stay;
        let minutes = (stay.local_end - stay.local_start).num_minutes();
        let ask = Ask {
            within: made.zone.day(stay.local_start.date()),
            minutes: u32::try_from(minutes).unwrap_or(0),
            buffer_before_minutes: made.book.buffer_before_minutes,
            buffer_after_minutes: made.book.buffer_after_minutes,
            now: Some(now()),
        };
        let mut free: BTreeMap<Timestamp, (usize, Stay)> = BTreeMap::new();
        for (_, stay) in replica.free(&venue, &resources, &ask)? {
            free.entry(stay.starts_at).or_insert((0, stay)).0 += 1;
        }
        let on_all = free.values().filter(|(count, _)| *count == wanted.len());
        Ok(on_all.map(|(_, stay)| FreeTime::of(stay)).collect())
    })
}

/// Books a date of a series on which there was no room before, at its time by the rule.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn book_skipped(
    desk: TheDesk<'_>,
    booking_id: String,
    local_start: String,
) -> Result<Saved, Problem> {
    let booking_id: BookingId = id("booking_id", &booking_id)?;
    let start = local("start", &local_start)?;
    desk.act(|replica, now| {
        let like = require_booking(replica, booking_id)?.booking;
        let venue = require_venue(replica, like.venue_id)?;
        let series_id = like.series_id.ok_or_else(not_a_booking)?;
        let end = start + (like.stay.local_end - like.stay.local_start);
        let (stay, notes) = Stay::resolve(venue.timezone, start, end);
        let book = replica.book_like(&like, series_id, start, stay)?;
        let booked_id = book.booking_id;
        let submission = replica.submit(&replica.with_terms(Command::Book(book), now)?, now)?;
        saved(replica, booked_id, submission, &notes)
    })
}

/// Moves a booking in time, to other resources, or both.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reschedule(desk: TheDesk<'_>, reschedule: Reschedule) -> Result<Saved, Problem> {
    let booking_id: BookingId = id("booking_id", &reschedule.booking_id)?;
    desk.act(|replica, now| {
        let stored = require_booking(replica, booking_id)?.booking;
        let venue = require_venue(replica, stored.venue_id)?;
        let drafted = moved(&venue, stored.clone(), &reschedule)?;
        let command = spread(replica, drafted.command, &stored, reschedule.scope)?;
        let submission = replica.submit(&replica.with_terms(command, now)?, now)?;
        saved(replica, booking_id, submission, &drafted.notes)
    })
}

/// Changes what is written on a booking.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn edit_booking(desk: TheDesk<'_>, edit: BookingEdit) -> Result<Saved, Problem> {
    let scope = edit.scope;
    let edit = edited(edit)?;
    let booking_id = edit.booking_id;
    desk.act(|replica, now| {
        let stored = require_booking(replica, booking_id)?.booking;
        let command = spread(replica, Command::EditBooking(edit), &stored, scope)?;
        let submission = replica.submit(&command, now)?;
        saved(replica, booking_id, submission, &[])
    })
}

/// Calls a booking off.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn cancel_booking(desk: TheDesk<'_>, cancel: CancelBooking) -> Result<Saved, Problem> {
    let booking_id: BookingId = id("booking_id", &cancel.booking_id)?;
    desk.act(|replica, now| {
        let stored = require_booking(replica, booking_id)?.booking;
        let command = spread(replica, cancelled(&stored, &cancel)?, &stored, cancel.scope)?;
        let submission = replica.submit(&replica.with_terms(command, now)?, now)?;
        saved(replica, booking_id, submission, &[])
    })
}

/// A draft as a command, with what the person is shown of it.
struct Made {
    command: Command,
    /// The booking, or the first date of a series.
    book: Book,
    /// The booking to show when it is saved.
    shown_id: BookingId,
    notes: Vec<LocalNote>,
    /// What else the person may want to put right, as sentences.
    hint: Option<String>,
    zone: Zone,
}

fn make(replica: &Replica, draft: &BookingDraft, now: Timestamp) -> Result<Made, Problem> {
    let wanted = drafted(draft)?;
    let venue = require_venue(replica, wanted.venue_id)?;
    let Drafted { command, booking_id, notes, .. } = wanted.book(&venue);
    let Command::Book(mut plain) = command else { return Err(not_a_booking()) };
    let repeat = draft.repeat.as_ref();
    let dates = repeat.map(|repeat| Dates::of(repeat, plain.stay, &venue)).transpose()?;
    if let Some(dates) = &dates {
        plain.stay = dates.first;
    }
    let today = venue.timezone.local(now).date();
    let hint = dates.as_ref().and_then(|dates| dates.hint(today));
    let mut book = sold(plain, &draft.sale, &venue)?;
    book.resource_ids.extend(chosen(replica, &book, &draft.any_of, now)?);
    if draft.sale.by_package && book.capacity.is_none() {
        book.package_id = replica.package_for(&book)?;
    }
    let Command::Book(book) = replica.with_terms(Command::Book(book), now)? else {
        return Err(not_a_booking());
    };
    let (command, shown_id) = match dates {
        Some(dates) => {
            let command = replica.with_terms(dates.booked(book.clone()), now)?;
            let first = super::series::first_date(&command).unwrap_or(booking_id);
            (command, first)
        }
        None => (Command::Book(book.clone()), booking_id),
    };
    Ok(Made { command, book, shown_id, notes, hint, zone: venue.timezone })
}

/// Any free resource of each of some sorts.
fn chosen(
    replica: &Replica,
    book: &Book,
    kinds: &[ResourceKind],
    now: Timestamp,
) -> Result<Vec<ResourceId>, Problem> {
    let kinds: Vec<_> = kinds.iter().map(|kind| (*kind).into()).collect();
    match replica.choose(book, &kinds, now)? {
        Choice::Of(resources) => Ok(resources.into_iter().map(|resource| resource.id).collect()),
        Choice::NoneOf(kind) => Err(Refusal::ResourceKindMissing { kind }.into()),
        Choice::Refused(refusal) => Err(refusal.into()),
    }
}

/// What is sold, on the booking.
fn sold(book: Book, sale: &Sale, venue: &Venue) -> Result<Book, Problem> {
    let agreed = sale.price.trim();
    Ok(Book {
        service_id: optional_id("service_id", sale.service_id.as_deref())?,
        event_id: optional_id("event_id", sale.event_id.as_deref())?,
        capacity: sale.capacity,
        request: sale.request.then_some(Request { competing: false, approve_by: None }),
        outside_hours_reason: sale.outside_hours_reason.trim().into(),
        price: if agreed.is_empty() { None } else { Some(Money::parse(agreed, venue.currency)?) },
        price_agreed: !agreed.is_empty(),
        ..book
    })
}

fn cancelled(stored: &Booking, cancel: &CancelBooking) -> Result<Command, Problem> {
    let mut command = draft::cancel(stored, cancel.reason.clone());
    if let Command::Cancel(command) = &mut command {
        command.waive_reason = cancel.waive_reason.trim().into();
        let wrong = |error| problem::invalid("initiator", error);
        command.initiator = cancel.initiator.parse().map_err(wrong)?;
    }
    Ok(command)
}

/// Never: a draft of a booking is a booking.
fn not_a_booking() -> Problem {
    problem::invalid("draft", "it is no booking".into())
}

fn drafted(draft: &BookingDraft) -> Result<draft::BookingDraft, Problem> {
    Ok(draft::BookingDraft {
        venue_id: id("venue_id", &draft.venue_id)?,
        resource_ids: ids("resource_ids", &draft.resource_ids)?,
        local_start: local("start", &draft.local_start)?,
        local_end: local("end", &draft.local_end)?,
        customer_id: optional_id("customer_id", draft.customer_id.as_deref())?,
        text: draft.text(),
    })
}

/// The booking as the person saw it, moved to where they want it. What they saw goes along, so that
/// the rules notice when somebody else has moved it meanwhile.
fn moved(venue: &Venue, stored: Booking, asked: &Reschedule) -> Result<Drafted, Problem> {
    let from = (local("start", &asked.from_local_start)?, local("end", &asked.from_local_end)?);
    let to = (local("start", &asked.to_local_start)?, local("end", &asked.to_local_end)?);
    let mut seen_ids: Vec<ResourceId> = ids("resource_ids", &asked.from_resource_ids)?;
    seen_ids.sort_unstable();
    let stay = match from == (stored.stay.local_start, stored.stay.local_end) {
        true => stored.stay,
        false => Stay::resolve(venue.timezone, from.0, from.1).0,
    };
    let seen = Booking { stay, resource_ids: seen_ids, ..stored };
    let to_ids = ids("resource_ids", &asked.to_resource_ids)?;
    let mut drafted = draft::reschedule(venue, &seen, to.0, to.1, to_ids);
    if let Command::Reschedule(command) = &mut drafted.command {
        command.outside_hours_reason = asked.outside_hours_reason.trim().into();
    }
    if from == to
        && let Command::Reschedule(command) = &mut drafted.command
    {
        // Only the resources change: the wall may show this time twice, the instants stay.
        command.stay.to = command.stay.from;
        drafted.notes.clear();
    }
    Ok(drafted)
}

fn edited(edit: BookingEdit) -> Result<command::EditBooking, Problem> {
    let customer = |text: Option<String>| optional_id("customer_id", text.as_deref());
    let customer_id = match edit.customer_id {
        Some(change) => Some(Patch { from: customer(change.from)?, to: customer(change.to)? }),
        None => None,
    };
    Ok(command::EditBooking {
        booking_id: id("booking_id", &edit.booking_id)?,
        customer_id,
        title: edit.title.map(Into::into),
        description: edit.description.map(Into::into),
        customer_note: edit.customer_note.map(Into::into),
        staff_note: edit.staff_note.map(Into::into),
        attendee_count: edit.attendee_count.map(Into::into),
        meeting_url: edit.meeting_url.map(Into::into),
        erased: false,
        forgotten: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::SeriesScope;
    use holdfast_domain::{Currency, StaffId, VenueId};
    use uuid::Uuid;

    fn venue() -> Venue {
        let (zone, currency) = (Zone::parse("Europe/Berlin"), Currency::parse("EUR"));
        Venue::new(VenueId(Uuid::nil()), "Riverside", zone.unwrap(), currency.unwrap(), 30)
    }

    fn booking(venue: &Venue, start: &str, end: &str) -> Booking {
        let time = |text| local("start", text).unwrap();
        let stay = Stay::resolve(venue.timezone, time(start), time(end)).0;
        let (id, court) = (BookingId(Uuid::from_u128(7)), ResourceId(Uuid::from_u128(1)));
        Booking::new(id, venue.id, vec![court], stay, StaffId(Uuid::nil()), Timestamp(0))
    }

    fn asked(from: [&str; 2], to: [&str; 2]) -> Reschedule {
        let resource = vec![Uuid::from_u128(1).to_string()];
        Reschedule {
            booking_id: Uuid::from_u128(7).to_string(),
            from_local_start: from[0].into(),
            from_local_end: from[1].into(),
            from_resource_ids: resource.clone(),
            to_local_start: to[0].into(),
            to_local_end: to[1].into(),
            to_resource_ids: resource,
            outside_hours_reason: String::new(),
            scope: SeriesScope::This,
        }
    }

    #[test]
    fn a_move_carries_what_the_person_saw_and_not_what_is_stored() {
        let venue = venue();
        let stored = booking(&venue, "2026-11-20T10:00", "2026-11-20T11:00");
        let saw = ["2026-11-20T09:00", "2026-11-20T10:00"];
        let wants = ["2026-11-20T15:00", "2026-11-20T16:00"];
        let drafted = moved(&venue, stored.clone(), &asked(saw, wants)).unwrap();
        let Command::Reschedule(command) = drafted.command else { panic!("not a move") };
        assert_ne!(command.stay.from, stored.stay);
        assert_eq!(command.stay.from.local_start, local("start", saw[0]).unwrap());
        assert_eq!(command.stay.to.local_start, local("start", wants[0]).unwrap());
    }

    #[test]
    fn changing_only_the_resource_leaves_the_second_of_two_equal_hours_alone() {
        let venue = venue();
        let mut stored = booking(&venue, "2026-10-25T02:00", "2026-10-25T02:30");
        stored.stay.starts_at = stored.stay.starts_at.plus_ms(3_600_000);
        stored.stay.ends_at = stored.stay.ends_at.plus_ms(3_600_000);
        let same = ["2026-10-25T02:00:00", "2026-10-25T02:30:00"];
        let drafted = moved(&venue, stored.clone(), &asked(same, same)).unwrap();
        let Command::Reschedule(command) = drafted.command else { panic!("not a move") };
        assert_eq!((command.stay.from, command.stay.to), (stored.stay, stored.stay));
    }
}
