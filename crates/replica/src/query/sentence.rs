//! Commands as sentences for a person: "Book Tennis Court 1, Fri 20 Nov 13:00 to 14:00, for Tracy
//! Smith".

use crate::failure::Failure;
use crate::replica::Replica;
use holdfast_domain::command::Book;
use holdfast_domain::{BookingId, Command, CustomerId, ResourceId, Stay};

pub(super) fn of(replica: &Replica, command: &Command) -> Result<String, Failure> {
    Ok(match command {
        Command::AddStaff(c) => format!("Add staff member {}", c.name),
        Command::EditStaff(c) => format!("Change staff member {}", c.staff_id),
        Command::OpenVenue(c) => format!("Open venue {}", c.name),
        Command::EditVenue(c) => {
            let name = replica.venue(c.venue_id)?.map(|venue| venue.name);
            format!("Change venue {}", name.unwrap_or_default())
        }
        Command::AddResource(c) => format!("Add {}", c.name),
        Command::EditResource(c) => format!("Change {}", names(replica, &[c.resource_id])?),
        Command::AddCustomer(c) => format!("Add customer {}", c.name),
        Command::EditCustomer(c) => {
            format!("Change customer {}", customer(replica, Some(c.customer_id))?)
        }
        Command::Book(c) => book(replica, "Book", c)?,
        Command::ImportBooking(c) => book(replica, "Import", &c.book)?,
        Command::EditBooking(c) => {
            format!("Change what is written on {}", booking(replica, c.booking_id)?)
        }
        Command::Reschedule(c) => format!(
            "Move {} to {}, {}",
            booking(replica, c.booking_id)?,
            names(replica, &c.resource_ids.to)?,
            when(&c.stay.to)
        ),
        Command::Cancel(c) => format!("Cancel {}: {}", booking(replica, c.booking_id)?, c.reason),
    })
}

fn book(replica: &Replica, verb: &str, book: &Book) -> Result<String, Failure> {
    let mut sentence =
        format!("{verb} {}, {}", names(replica, &book.resource_ids)?, when(&book.stay));
    let who = customer(replica, book.customer_id)?;
    if !who.is_empty() {
        sentence.push_str(&format!(", for {who}"));
    }
    if !book.text.title.is_empty() {
        sentence.push_str(&format!(", “{}”", book.text.title));
    }
    Ok(sentence)
}

fn booking(replica: &Replica, id: BookingId) -> Result<String, Failure> {
    let Some(listed) = replica.booking(id)? else { return Ok("a booking".into()) };
    let who = [&listed.customer_name, &listed.booking.title].into_iter().find(|s| !s.is_empty());
    let place = names(replica, &listed.booking.resource_ids)?;
    let when = when(&listed.booking.stay);
    Ok(match who {
        Some(who) => format!("{who} ({place}, {when})"),
        None => format!("the booking of {place}, {when}"),
    })
}

fn names(replica: &Replica, ids: &[ResourceId]) -> Result<String, Failure> {
    let mut names = Vec::with_capacity(ids.len());
    for &id in ids {
        names.extend(replica.resource(id)?.map(|resource| resource.name));
    }
    Ok(if names.is_empty() { "something".into() } else { names.join(" and ") })
}

fn customer(replica: &Replica, id: Option<CustomerId>) -> Result<String, Failure> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(replica.customer(id)?.map(|customer| customer.name).unwrap_or_default())
}

fn when(stay: &Stay) -> String {
    let end = if stay.local_end.date() == stay.local_start.date() {
        stay.local_end.format("%H:%M")
    } else {
        stay.local_end.format("%a %-d %b %H:%M")
    };
    format!("{} to {end}", stay.local_start.format("%a %-d %b %H:%M"))
}
