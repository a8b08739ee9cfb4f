//! Personal data: handing it out, erasing it, and what has been kept for long enough.

use super::{changed, counted, listed};
use crate::args::PrivacyCommand;
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::{Customer, Interval, Timestamp, Venue};
use holdfast_replica::{Filter, HandedOut, Retained, Submission};
use serde_json::{Value, json};
use std::path::Path;

pub(super) fn run(desk: &mut Desk, command: &PrivacyCommand) -> Ending {
    match command {
        PrivacyCommand::Export { customer, out } => {
            let customer = desk.customer("customer", customer)?;
            export(desk, &customer, out.as_deref())
        }
        PrivacyCommand::Erase { customer, reason, yes } => {
            let customer = desk.customer_to_erase(customer)?;
            erase(desk, &customer, reason, *yes)
        }
        PrivacyCommand::Requests => requests(desk),
        PrivacyCommand::Retention { days, erase } => retention(desk, *days, *erase),
    }
}

fn export(desk: &mut Desk, customer: &Customer, out: Option<&Path>) -> Ending {
    if let Some(out) = out.filter(|out| out.exists()) {
        return Err(Stop::bad_input("out", &format!("{} is there already", out.display())));
    }
    let handed_out = desk.replica.hand_out(customer.id, desk.at)??;
    let note = handed_out.note();
    let HandedOut { archive, receipt, venues, venues_unseen } = handed_out;
    if let Some(out) = out {
        copy(&archive.path, out)?;
    }
    let what = if note.is_empty() { "All that concerns" } else { "What is known here of" };
    let mut done = format!(
        "{what} {} is in {}, which is removed after 30 days.",
        tame(&customer.name),
        archive.path.display()
    );
    if let Some(out) = out {
        done.push_str(&format!("\nThe copy in {} is yours to delete.", out.display()));
    }
    if !note.is_empty() {
        done.push_str(&format!("\nNote: {}", tame(&note)));
    }
    let mut answer = changed("customer_id", &customer.id, receipt.as_ref(), &done);
    answer.json["archive"] = json!(archive);
    answer.json["copy"] = json!(out);
    answer.json["venues"] = named(&venues);
    answer.json["venues_unseen"] = named(&venues_unseen);
    Ok(answer)
}

fn named(venues: &[Venue]) -> Value {
    venues.iter().map(|venue| json!({ "id": venue.id, "name": venue.name })).collect()
}

/// Written beside and renamed when it is whole: half an archive is never taken for one.
fn copy(archive: &Path, out: &Path) -> Result<(), Stop> {
    let part = out.with_extension("zip.part");
    std::fs::copy(archive, &part)
        .and_then(|_| std::fs::rename(&part, out))
        .map_err(|error| Stop::bad_input("out", &format!("{}: {error}", out.display())))
}

fn erase(desk: &mut Desk, customer: &Customer, reason: &str, yes: bool) -> Ending {
    if !yes {
        let ahead = ahead(desk, customer)?;
        let ahead_text = match ahead {
            0 => String::new(),
            1 => " What is still to come stands, without a name: 1 open booking, request or \
                  place in a class. Cancel it first if it is not to."
                .into(),
            several => format!(
                " What is still to come stands, without a name: {several} open bookings, requests \
                 and places in classes. Cancel them first if they are not to."
            ),
        };
        let text = format!(
            "This would erase {} everywhere and for good: name, contact, notes, and the words on \
             their bookings.\nOccupancy, payments and balances stay.{ahead_text} Add --yes to do it.\n",
            tame(&customer.name)
        );
        let json = json!({ "customer_id": customer.id, "changed": false, "dry_run": true,
                           "bookings_ahead": ahead });
        return Ok(Answer::new(json, text));
    }
    let receipt = match desk.replica.erase_customer(customer.id, reason, desk.at)? {
        Submission::Done(receipt) => Some(receipt),
        Submission::Unchanged => None,
        Submission::Refused(refusal) => return Err(refusal.into()),
    };
    Ok(changed("customer_id", &customer.id, receipt.as_ref(), "The customer is erased."))
}

/// How many open bookings, requests and places they have that are not over.
fn ahead(desk: &Desk, customer: &Customer) -> Result<usize, Stop> {
    let period = Interval::new(desk.at, Timestamp::RANGE.end);
    let filter = Filter { customer_id: Some(customer.id), period, ..Filter::default() };
    let listed = desk.replica.list(&filter)?;
    Ok(listed.iter().filter(|it| it.booking.status.is_open()).count())
}

fn requests(desk: &Desk) -> Ending {
    let requests = desk.replica.data_requests()??;
    let zone = desk.zone()?;
    let shown = |at| when::shown(zone, at);
    let mut table = Table::new(&["asked", "for", "done", "expires", "customer", "customer id"]);
    let mut rows = Vec::with_capacity(requests.len());
    for request in &requests {
        let name = desk.replica.customer(request.customer_id)?.map(|it| it.name);
        let name = name.unwrap_or_default();
        let done = request.done_at.map(shown).unwrap_or_default();
        let expires = request.expires_at.map(shown).unwrap_or_default();
        let (asked, customer) = (shown(request.requested_at), request.customer_id.to_string());
        table.row([asked, request.kind.to_string(), done, expires, name.clone(), customer]);
        let mut row = json!(request);
        row["customer_name"] = json!(name);
        rows.push(row);
    }
    Ok(Answer::new(listed("requests", rows), table.to_string()))
}

fn retention(desk: &mut Desk, days: Option<u32>, erase: bool) -> Ending {
    let (Retained { days, customers, bookings }, refusals) = if erase {
        desk.replica.erase_retained(days, desk.at)??
    } else {
        (desk.replica.retained(days, desk.at)??, Vec::new())
    };
    let verb = if erase { "Erased" } else { "Would erase" };
    let mut text = format!(
        "{verb}: {} without a booking for {days} days, and the words on {}.\n",
        counted(customers.len(), "customer"),
        counted(bookings.len(), "cancelled booking")
    );
    if !erase {
        for customer in &customers {
            text.push_str(&format!("  {}\n", tame(&customer.name)));
        }
        for booking in &bookings {
            let (start, title) = (booking.stay.local_start, tame(&booking.title));
            text.push_str(&format!("  {} {title}\n", start.format("%Y-%m-%d %H:%M")));
        }
    }
    for refusal in &refusals {
        text.push_str(&format!("  Left: {}\n", refusal.message()));
    }
    let ids: Vec<_> = customers.iter().map(|customer| customer.id).collect();
    let booking_ids: Vec<_> = bookings.iter().map(|booking| booking.id).collect();
    let refusals: Vec<_> = refusals.iter().map(holdfast_domain::Refusal::notice).collect();
    let json = json!({ "days": days, "dry_run": !erase, "customer_ids": ids,
                       "booking_ids": booking_ids, "refusals": refusals });
    Ok(Answer::new(json, text))
}
