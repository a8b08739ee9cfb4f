//! Making and changing one booking.

use super::{changed, patch, push_worth, wish};
use crate::args::{Book, Cancel, Edit, Reschedule, Text};
use crate::desk::{Desk, receipt_json};
use crate::lookup::{joined, named};
use crate::output::{Answer, Ending, tame};
use crate::stop::Stop;
use crate::when::{self, Until};
use holdfast_domain::command::{BookingText, EditBooking};
use holdfast_domain::{
    Booking, BookingId, BookingStatus, Command, CustomerId, Refusal, Resource, ResourceId, Stay,
    Venue, Zone, field,
};
use holdfast_replica::draft::{self, Drafted};
use holdfast_replica::{Listed, Receipt};
use serde_json::{Value, json};

pub(super) fn book(desk: &mut Desk, args: &Book) -> Ending {
    let wish = wish::book(desk, args)?;
    let drafted = Drafted {
        booking_id: wish.book.booking_id,
        stay: wish.book.stay,
        command: Command::Book(wish.book),
        notes: Vec::new(),
    };
    let place = Place { notes: &wish.notes, venue: &wish.venue, verb: "Booked" };
    let mut answer = put(desk, &drafted, &place)?;
    answer.json["chosen"] =
        wish.chosen.iter().map(|it| json!({ "id": it.id, "name": it.name })).collect();
    Ok(answer)
}

/// The same at exactly `stay`. Wall times alone cannot say which of two equal ones is meant.
pub(super) fn at(mut drafted: Drafted, stay: Stay) -> Drafted {
    if let Command::Reschedule(reschedule) = &mut drafted.command {
        reschedule.stay.to = stay;
    }
    Drafted { stay, ..drafted }
}

pub(super) fn until(minutes: Option<i64>, end: Option<&str>) -> Result<Option<Until>, Stop> {
    match (minutes, end) {
        (Some(minutes), _) => Ok(Some(Until::minutes(minutes))),
        (None, Some(end)) => Ok(Some(Until::Local(when::local("end", end)?))),
        (None, None) => Ok(None),
    }
}

/// A number of people, however absurd; the domain refuses what is too small or too large, and so
/// does this what is no such number at all.
fn attendees(number: Option<i64>) -> Result<Option<u32>, Stop> {
    let refused = |value| Refusal::FieldOutOfRange {
        field: "attendee_count".into(),
        min: 1,
        max: field::ATTENDEES_MAX.into(),
        value,
    };
    number.map(|n| u32::try_from(n).map_err(|_| refused(n).into())).transpose()
}

pub(super) fn text(text: &Text) -> Result<BookingText, Stop> {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(BookingText {
        title: or_empty(&text.title),
        description: or_empty(&text.description),
        customer_note: or_empty(&text.customer_note),
        staff_note: or_empty(&text.staff_note),
        attendee_count: attendees(text.attendees)?.unwrap_or(1),
        meeting_url: or_empty(&text.meeting_url),
    })
}

pub(super) fn reschedule(desk: &mut Desk, args: &Reschedule) -> Ending {
    let (Listed { booking, .. }, venue) = desk.booking(&args.id)?;
    let resources = desk.resources(&args.resource, Some(venue.id))?;
    let (stay, notes) = moved(args, &booking, &venue)?;
    let resource_ids = ids_or(&resources, &booking);
    let (from, to) = (stay.local_start, stay.local_end);
    let drafted = at(draft::reschedule(&venue, &booking, from, to, resource_ids), stay);
    let drafted = excused(desk, drafted, &booking, &args.outside_hours_reason)?;
    let place = Place { notes: &notes, venue: &venue, verb: "Moved" };
    put(desk, &drafted, &place)
}

/// A move with the reason given for lying outside opening hours; else with the booking's own, where
/// it lies outside them still. One that is moved inside them needs none, nor the right to give it.
pub(super) fn excused(
    desk: &Desk,
    mut drafted: Drafted,
    booking: &Booking,
    given: &str,
) -> Result<Drafted, Stop> {
    let own = &booking.outside_hours_reason;
    let keeps = given.is_empty() && !own.is_empty() && needs_reason(desk, &drafted.command)?;
    if let Command::Reschedule(reschedule) = &mut drafted.command {
        reschedule.outside_hours_reason = if keeps { own.clone() } else { given.into() };
    }
    Ok(drafted)
}

/// Whether the rules refuse a command for what a reason would excuse.
fn needs_reason(desk: &Desk, command: &Command) -> Result<bool, Stop> {
    use Refusal::{OutsideHours, TooFarAhead, TooSoon};
    let command = desk.replica.with_terms(command.clone(), desk.at)?;
    let refusal = desk.replica.preview(&command, desk.at)?;
    Ok(matches!(refusal, Some(OutsideHours { .. } | TooFarAhead { .. } | TooSoon { .. })))
}

/// When the booking will be. What is not given stays: the start as an instant, the length as
/// elapsed time.
fn moved(args: &Reschedule, booking: &Booking, venue: &Venue) -> Result<(Stay, Vec<String>), Stop> {
    let before = booking.stay;
    let length = Until::Elapsed(before.ends_at.0 - before.starts_at.0);
    let until = until(args.minutes, args.end.as_deref())?;
    let zone = venue.timezone;
    match (&args.start, until) {
        (None, None) if args.resource.is_empty() => {
            let message = "say what is to change: --start, --minutes, --end or --resource";
            Err(Stop::bad_input("start", message))
        }
        (None, None) => Ok((before, Vec::new())),
        (None, Some(Until::Elapsed(ms))) => {
            Ok((when::lasting(zone, before.starts_at, ms), Vec::new()))
        }
        (None, Some(until)) => Ok(when::stay(zone, before.local_start, until)),
        (Some(start), until) => {
            Ok(when::stay(zone, when::local("start", start)?, until.unwrap_or(length)))
        }
    }
}

fn ids_or(resources: &[Resource], booking: &Booking) -> Vec<ResourceId> {
    if resources.is_empty() {
        return booking.resource_ids.clone();
    }
    let mut ids: Vec<ResourceId> = resources.iter().map(|resource| resource.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Where a booking was put, for the answer.
pub(super) struct Place<'a> {
    /// What the clock made of its times.
    pub(super) notes: &'a [String],
    pub(super) venue: &'a Venue,
    pub(super) verb: &'a str,
}

/// Submits a booking at its place, and says where and when that is.
fn put(desk: &mut Desk, drafted: &Drafted, place: &Place<'_>) -> Ending {
    let warnings = desk.warnings(&drafted.command)?;
    let receipt = desk.submit(&drafted.command).map_err(|stop| stop.noting(place.notes))?;
    let answer = placed(desk, (drafted.booking_id, drafted.stay), receipt.as_ref(), place)?;
    Ok(answer.warning(&warnings))
}

/// What is answered about a booking that has just been put somewhere.
pub(super) fn placed(
    desk: &Desk,
    (booking_id, stay): (BookingId, Stay),
    receipt: Option<&Receipt>,
    place: &Place<'_>,
) -> Ending {
    let mut json = receipt_json(receipt);
    if let (Value::Object(all), Value::Object(times)) = (&mut json, json!(stay)) {
        all.extend(times);
    }
    json["booking_id"] = json!(booking_id);
    json["notes"] = json!(place.notes);
    let mut text = String::new();
    for note in place.notes {
        text.push_str(&format!("Note: {note}\n"));
    }
    let names = desk.resource_names()?;
    let booking = desk.replica.booking(booking_id)?.map(|listed| listed.booking);
    let verb = match (receipt, &booking) {
        (None, _) => "Already so",
        (Some(_), Some(booking)) if booking.status == BookingStatus::Pending => "Asked for",
        (Some(_), _) => place.verb,
    };
    let ids = booking.as_ref().map_or(&[][..], |booking| &booking.resource_ids);
    json["resources"] = named(ids, &names);
    json["status"] = json!(booking.as_ref().map(|booking| booking.status));
    json["price"] = json!(booking.as_ref().and_then(|booking| booking.price));
    json["package_id"] = json!(booking.as_ref().and_then(|booking| booking.package_id));
    let (names, zone) = (tame(&joined(ids, &names)), place.venue.timezone);
    text.push_str(&format!("{verb}: {names}, {} ({}).\n", during(&stay, zone), zone.name()));
    text.push_str(&format!("  booking_id  {booking_id}\n"));
    push_worth(&mut text, receipt);
    Ok(Answer::new(json, text))
}

/// `Fri 2026-11-20 10:00 to 11:00`; where the clock is turned meanwhile, with what it calls itself:
/// `02:30 CEST to 02:30 CET`.
pub(super) fn during(stay: &Stay, zone: Zone) -> String {
    let is_turned = (stay.local_end - stay.local_start).num_milliseconds()
        != stay.ends_at.0.saturating_sub(stay.starts_at.0);
    let clock = |at| if is_turned { format!(" {}", zone.abbreviation(at)) } else { String::new() };
    let end = if stay.local_end.date() == stay.local_start.date() {
        stay.local_end.format("%H:%M")
    } else {
        stay.local_end.format("%a %Y-%m-%d %H:%M")
    };
    let start = stay.local_start.format("%a %Y-%m-%d %H:%M");
    format!("{start}{} to {end}{}", clock(stay.starts_at), clock(stay.ends_at))
}

/// Whom a booking will be for, where that is said; an empty text is nobody named.
pub(super) fn customer_id(
    desk: &Desk,
    text: Option<&str>,
) -> Result<Option<Option<CustomerId>>, Stop> {
    Ok(match text {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(desk.customer("customer", text)?.id)),
    })
}

pub(super) fn edit(desk: &mut Desk, args: &Edit) -> Ending {
    let (Listed { booking, .. }, _) = desk.booking(&args.id)?;
    let customer_id = customer_id(desk, args.customer.as_deref())?;
    let command = edit_command(&booking, customer_id, &args.text)?;
    let command = Command::EditBooking(command);
    let warnings = desk.warnings(&command)?;
    let receipt = desk.submit(&command)?;
    let answer = changed("booking_id", &booking.id, receipt.as_ref(), "The booking is changed.");
    Ok(answer.warning(&warnings))
}

pub(super) fn edit_command(
    booking: &Booking,
    customer_id: Option<Option<CustomerId>>,
    text: &Text,
) -> Result<EditBooking, Stop> {
    Ok(EditBooking {
        booking_id: booking.id,
        customer_id: patch(&booking.customer_id, customer_id),
        title: patch(&booking.title, text.title.clone()),
        description: patch(&booking.description, text.description.clone()),
        customer_note: patch(&booking.customer_note, text.customer_note.clone()),
        staff_note: patch(&booking.staff_note, text.staff_note.clone()),
        attendee_count: patch(&booking.attendee_count, attendees(text.attendees)?),
        meeting_url: patch(&booking.meeting_url, text.meeting_url.clone()),
        erased: false,
        forgotten: false,
    })
}

pub(super) fn cancel(desk: &mut Desk, args: &Cancel) -> Ending {
    let (Listed { booking, .. }, _) = desk.booking(&args.id)?;
    let mut command = draft::cancel(&booking, args.reason.clone());
    if let Command::Cancel(cancel) = &mut command {
        cancel.initiator =
            args.by.parse().map_err(|problem: String| Stop::bad_input("by", &problem))?;
        cancel.waive_reason.clone_from(&args.waive_reason);
    }
    let receipt = desk.submit(&command)?;
    let after: Option<Booking> = desk.replica.get(booking.id)?;
    let late = after.and_then(|it| it.cancellation).is_some_and(|it| it.late);
    let done = if late {
        "The booking is cancelled, too late to be free."
    } else {
        "The booking is cancelled."
    };
    let mut answer = changed("booking_id", &booking.id, receipt.as_ref(), done);
    answer.json["late"] = json!(late);
    Ok(answer)
}
