//! Commands as sentences for a person: "Book Tennis Court 1, Fri 20 Nov 13:00 to 14:00, for Tracy
//! Smith".

use crate::failure::Failure;
use crate::replica::Replica;
use holdfast_domain::command::Book;
use holdfast_domain::{
    BookingId, Command, CustomerId, Event, Product, ResourceId, Service, ServiceId, StaffId, Stay,
};

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
        Command::ImportRecord(c) => format!("Take over a {}", c.record.entity().noun()),
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
        Command::SetStatus(c) => {
            let to = c.status.to.as_str().replace('_', " ");
            format!("Make {} {to}", booking(replica, c.booking_id)?)
        }
        Command::TakePayment(c) => {
            let verb = if c.refund { "Give back" } else { "Take" };
            format!("{verb} {} for {}", c.amount, booking(replica, c.booking_id)?)
        }
        Command::BookSeries(c) => {
            let what = book(replica, "Book", &c.template)?;
            format!("{what}, and {} more dates", c.stays.len().saturating_sub(1))
        }
        Command::ChangeSeries(c) => format!("Change {} bookings of a series", c.changes.len()),
        Command::SetPin(c) if c.verifier.is_empty() => {
            format!("Take the PIN of {} away", staff(replica, c.staff_id)?)
        }
        Command::SetPin(c) => format!("Set the PIN of {}", staff(replica, c.staff_id)?),
        Command::MergeCustomers(c) => {
            let who = customer(replica, Some(c.customer_id))?;
            match c.merged_into.to {
                Some(into) => format!("Merge {who} into {}", customer(replica, Some(into))?),
                None => format!("Separate {who} again"),
            }
        }
        Command::AddService(c) => format!("Add service {}", c.name),
        Command::EditService(c) => format!("Change service {}", service(replica, c.service_id)?),
        Command::AddExceptions(c) => {
            let kind = c.kind.as_str().replace('_', " ");
            match c.times.as_slice() {
                [time] => format!("Add {kind}, {}", when(&time.stay)),
                times => format!("Add {kind} on {} dates", times.len()),
            }
        }
        Command::WithdrawExceptions(c) => {
            format!("Take back {} exceptions to opening hours", c.exception_ids.len())
        }
        Command::AddProduct(c) => format!("Add product {}", c.name),
        Command::EditProduct(c) => {
            let product: Option<Product> = replica.get(c.product_id)?;
            format!("Change product {}", product.map(|it| it.name).unwrap_or_default())
        }
        Command::SellPackage(c) => {
            let product: Option<Product> = replica.get(c.product_id)?;
            let what = product.map(|it| it.name).unwrap_or_default();
            format!("Sell {what} to {}", customer(replica, Some(c.customer_id))?)
        }
        Command::CorrectCredits(c) => format!("Correct a balance by {}: {}", c.credits, c.reason),
        Command::ExpirePackage(_) => "Write off credits whose time is over".into(),
        Command::AddEvent(c) => format!("Add event {}", c.title),
        Command::EditEvent(c) => {
            let event: Option<Event> = replica.get(c.event_id)?;
            format!("Change event {}", event.map(|it| it.title).unwrap_or_default())
        }
        Command::SetCapacity(c) => {
            format!("Change the places of {}", booking(replica, c.booking_id)?)
        }
        Command::AddAttendance(c) => {
            let who = customer(replica, Some(c.customer_id))?;
            let place = if c.waitlist { "on the waitlist of" } else { "into" };
            format!("Put {who} {place} {}", booking(replica, c.booking_id)?)
        }
        Command::PromoteAttendance(c) => {
            format!("Give a place in {}", booking(replica, c.booking_id)?)
        }
        Command::CancelAttendance(c) => {
            format!("Give a place in {} back: {}", booking(replica, c.booking_id)?, c.reason)
        }
        Command::CheckIn(c) => {
            format!("Check {} in to {}", c.attendances.len(), booking(replica, c.booking_id)?)
        }
        Command::Delete(c) => format!("Delete a {}", c.entity.noun()),
        Command::Restore(c) => format!("Restore a {}", c.entity.noun()),
        Command::RecordDataRequest(c) => {
            let who = customer(replica, Some(c.customer_id))?;
            format!("Write down a request of {who}: {}", c.kind)
        }
        Command::EraseCustomer(_) => "Erase the data of a customer".into(),
        Command::Withdraw(c) => format!("Take back: {}", of(replica, &c.undo)?),
    })
}

fn staff(replica: &Replica, id: StaffId) -> Result<String, Failure> {
    Ok(replica.staff(id)?.map(|staff| staff.name).unwrap_or_default())
}

fn service(replica: &Replica, id: ServiceId) -> Result<String, Failure> {
    let service: Option<Service> = replica.get(id)?;
    Ok(service.map(|service| service.name).unwrap_or_default())
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
