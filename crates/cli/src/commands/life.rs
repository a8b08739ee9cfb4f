//! What becomes of a booking: approved or turned down, took place or not; and the queue of requests.

use super::bookings::row;
use super::{changed, listed, worth};
use crate::desk::{Desk, receipt_json};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::command::{Patch, SetStatus};
use holdfast_domain::{Booking, BookingStatus, Command, Refusal};
use holdfast_replica::Listed;
use serde_json::{Value, json};

/// Changes the status of a booking, of which `done` is said.
pub(super) fn set(desk: &mut Desk, id: &str, to: BookingStatus, said: (&str, &str)) -> Ending {
    let (Listed { booking, .. }, _) = desk.booking(id)?;
    turn(desk, &booking, to, said)
}

/// Confirms a request. The rules let what was called off or took place be confirmed again, too, but
/// whoever answers a request did not mean that: it is [`reopen`]'s.
pub(super) fn approve(desk: &mut Desk, id: &str) -> Ending {
    use BookingStatus::{Confirmed, Pending};
    let (Listed { booking, .. }, _) = desk.booking(id)?;
    match booking.status {
        Pending | Confirmed => turn(desk, &booking, Confirmed, ("", "It is confirmed.")),
        _ => Err(not_allowed(&booking)),
    }
}

/// Takes back what became of a booking. A request that was turned down or called off waits again: taking
/// it up is no answer yet, and one that waits has nothing to take back.
pub(super) fn reopen(desk: &mut Desk, id: &str) -> Ending {
    use BookingStatus::{Cancelled, Confirmed, Pending, Rejected};
    let (Listed { booking, .. }, _) = desk.booking(id)?;
    let was_asked = booking.confirmed_at.is_none() && booking.source.is_none();
    match booking.status {
        Pending => Err(not_allowed(&booking)),
        Cancelled | Rejected if was_asked || booking.status == Rejected => {
            turn(desk, &booking, Pending, ("", "It waits for an answer again."))
        }
        _ => turn(desk, &booking, Confirmed, ("", "It stands again.")).map_err(|mut stop| {
            let is_class = booking.capacity.is_some() && booking.status == Cancelled;
            if is_class && stop.notice.code == "status_not_allowed" {
                stop.notice.message =
                    "A class that was called off does not come back: its people have been told. \
                     Make a new one; `holdfast undo` takes back a mistake of a moment ago."
                        .into();
            }
            stop
        }),
    }
}

/// That the reason with which a request was turned down stays, where another one is given.
fn kept_reason(booking: &Booking, to: BookingStatus, reason: &str) -> Option<String> {
    let before = booking.rejection.as_ref().filter(|_| to == BookingStatus::Rejected)?;
    (before.reason != reason).then(|| {
        format!(
            "It was turned down already (“{}”); that reason stays. To give another one, `holdfast \
             reopen` it first.",
            before.reason
        )
    })
}

fn not_allowed(booking: &Booking) -> Stop {
    let status = booking.status.as_str().into();
    Refusal::StatusNotAllowed { booking_id: booking.id, status }.into()
}

fn turn(
    desk: &mut Desk,
    booking: &Booking,
    to: BookingStatus,
    (reason, done): (&str, &str),
) -> Ending {
    let command = status(booking, to, reason, false);
    let warnings = desk.warnings(&command)?;
    let receipt = desk.submit(&command)?;
    let mut answer = changed("booking_id", &booking.id, receipt.as_ref(), done);
    answer.json["status"] = json!(to);
    let notes: Vec<String> = kept_reason(booking, to, reason).into_iter().collect();
    if let Some(note) = notes.first() {
        answer.text = format!("{}\n  booking_id  {}\n", tame(note), booking.id);
    }
    answer.json["notes"] = json!(notes);
    Ok(answer.warning(&warnings))
}

fn status(booking: &Booking, to: BookingStatus, reason: &str, lapsed: bool) -> Command {
    Command::SetStatus(SetStatus {
        booking_id: booking.id,
        status: Patch { from: booking.status, to },
        reason: reason.into(),
        lapsed,
        package_id: None,
    })
}

pub(super) fn requests(desk: &Desk, venue: Option<&str>) -> Ending {
    let venue = venue.map(|text| desk.venue("venue", text)).transpose()?;
    let names = desk.resource_names()?;
    let clock = desk.zone()?;
    let heading = ["asked", "when", "what", "who", "until", "competes with", "to be said", "id"];
    let mut table = Table::new(&heading);
    let mut rows = Vec::new();
    for request in desk.replica.requests(venue.map(|venue| venue.id), desk.at)? {
        let (listed, booking) = (&request.listed, &request.listed.booking);
        let zone = desk.zone_at(Some(booking.venue_id), clock)?;
        let refusal = request.refusal.as_ref().map(Refusal::notice);
        table.row([
            when::shown(zone, booking.made_at),
            booking.stay.local_start.format("%a %Y-%m-%d %H:%M").to_string(),
            crate::lookup::joined(&booking.resource_ids, &names),
            listed.customer_name.clone(),
            booking.approve_by.map(|at| when::shown(zone, at)).unwrap_or_default(),
            request.competes_with.len().to_string(),
            match (&refusal, request.lapsed) {
                (_, true) => "its time is over".into(),
                (Some(notice), false) => notice.message.clone(),
                (None, false) => String::new(),
            },
            booking.id.to_string(),
        ]);
        let mut json = row(listed, listed.standing(), &names);
        json["competing"] = json!(booking.competing);
        json["approve_by"] = json!(booking.approve_by);
        json["lapsed"] = json!(request.lapsed);
        json["competes_with"] = json!(request.competes_with);
        json["refusal"] = json!(refusal);
        rows.push(json);
    }
    Ok(Answer::new(listed("requests", rows), table.or("Nobody waits for approval.")))
}

/// Turns down what nobody answered in time. One that cannot be is reported, and holds up no other.
pub(super) fn lapse(desk: &mut Desk) -> Ending {
    let (mut lapsed, mut text) = (Vec::new(), String::new());
    for request in desk.replica.requests(None, desk.at)? {
        if !request.lapsed {
            continue;
        }
        let booking = &request.listed.booking;
        let command = status(booking, BookingStatus::Rejected, "", true);
        let (mut json, said): (Value, String) = match desk.submit(&command) {
            Ok(receipt) => {
                let said = receipt.as_ref().map_or("", |it| worth(it.standing));
                (receipt_json(receipt.as_ref()), said.into())
            }
            Err(Stop { notice, .. }) => {
                (json!({ "changed": false, "refusal": notice }), notice.message)
            }
        };
        json["booking_id"] = json!(booking.id);
        text.push_str(&format!("{}  {said}\n", booking.id));
        lapsed.push(json);
    }
    if lapsed.is_empty() {
        text = "No deadline has passed.".into();
    }
    Ok(Answer::new(listed("lapsed", lapsed), text))
}
