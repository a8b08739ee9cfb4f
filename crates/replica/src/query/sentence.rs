//! Commands as sentences for a person: "Book Tennis Court 1, Fri 20 Nov 13:00 to 14:00, for Tracy
//! Smith".

use crate::Listed;
use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{self, outbox};
use holdfast_domain::command::{Book, Reschedule, SeriesChange, SetStatus};
use holdfast_domain::{
    Attendance, AttendanceId, BookingId, BookingStatus, Command, CustomerId, Entity, Event,
    Package, Product, ResourceId, Service, ServiceId, StaffId, Stay,
};
use holdfast_protocol::Operation;
use uuid::Uuid;

pub(super) fn of(replica: &Replica, command: &Command) -> Result<String, Failure> {
    Ok(match command {
        Command::AddStaff(c) => format!("Add staff member {}", c.name),
        Command::EditStaff(c) => format!("Change staff member {}", staff(replica, c.staff_id)?),
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
        Command::ImportLedger(_) => "Take over the ledger of a package".into(),
        Command::ImportRecord(c) => format!("Take over {}", one(c.record.entity())),
        Command::EditBooking(c) if c.erased => {
            format!("Erase what is said of {}", booking(replica, c.booking_id)?)
        }
        Command::EditBooking(c) => {
            format!("Change what is written on {}", booking(replica, c.booking_id)?)
        }
        Command::Reschedule(c) => format!(
            "Move {} to {}, {}",
            before(replica, c)?,
            names(replica, &c.resource_ids.to)?,
            when(&c.stay.to)
        ),
        Command::Cancel(c) => format!("Cancel {}: {}", booking(replica, c.booking_id)?, c.reason),
        Command::SetStatus(c) => status(c, &booking(replica, c.booking_id)?),
        Command::TakePayment(c) => {
            let verb = if c.refund { "Give back" } else { "Take" };
            format!("{verb} {} for {}", c.amount, booking(replica, c.booking_id)?)
        }
        Command::BookSeries(c) => {
            let what = book(replica, "Book", &c.template)?;
            match c.stays.len() {
                0 => format!("{what}, with all its dates skipped"),
                1 => what,
                2 => format!("{what}, and one more date"),
                dates => format!("{what}, and {} more dates", dates - 1),
            }
        }
        Command::ChangeSeries(c) => series(replica, &c.changes)?,
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
            let done = if c.restored { "Restore" } else { "Take back" };
            match c.exception_ids.len() {
                1 => format!("{done} an exception to opening hours"),
                several => format!("{done} {several} exceptions to opening hours"),
            }
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
        Command::CorrectCredits(c) => {
            let package: Option<Package> = replica.get(c.package_id)?;
            let what = package.map_or_else(|| "a package".into(), |it| it.name);
            format!("Correct the credits of {what} by {:+}: {}", c.credits, c.reason)
        }
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
            let who = on_roster(replica, c.attendance_id)?;
            format!("Give {who} a place in {}", booking(replica, c.booking_id)?)
        }
        Command::CancelAttendance(c) => {
            let (who, what) =
                (on_roster(replica, c.attendance_id)?, booking(replica, c.booking_id)?);
            format!("Give the place of {who} in {what} back: {}", c.reason)
        }
        Command::CheckIn(c) => {
            let who = match c.attendances.as_slice() {
                [one] => on_roster(replica, one.attendance_id)?,
                several => format!("{} people", several.len()),
            };
            format!("Mark {who} in {} as {}", booking(replica, c.booking_id)?, c.to)
        }
        Command::Delete(c) => format!("Delete {}", row(replica, c.entity, c.id)?),
        Command::Restore(c) => format!("Restore {}", row(replica, c.entity, c.id)?),
        Command::RecordDataRequest(c) => {
            let who = customer(replica, Some(c.customer_id))?;
            format!("Write down a request of {who}: {}", c.kind)
        }
        Command::EraseCustomer(_) => "Erase the data of a customer".into(),
        Command::Withdraw(c) => format!("Take back: {}", of(replica, &c.undo)?),
    })
}

/// `a place`, `an event`: the sort of a row whose name is not known.
fn one(entity: Entity) -> String {
    let noun = entity.noun();
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// A row by what it is and what it is called.
fn row(replica: &Replica, entity: Entity, id: Uuid) -> Result<String, Failure> {
    let row = store::read(&replica.db, entity, id)?;
    Ok(match row.as_ref().map(super::name_of) {
        None | Some("") => one(entity),
        Some(name) => format!("{} {name}", entity.noun()),
    })
}

/// What becomes of a booking that is `what`.
fn status(c: &SetStatus, what: &str) -> String {
    use BookingStatus::{Cancelled, Completed, Confirmed, NoShow, Rejected};
    match (c.status.from, c.status.to) {
        (_, Rejected) => format!("Turn {what} down"),
        (_, Completed) => format!("Mark {what} as having taken place"),
        (_, NoShow) => format!("Mark {what} as a no-show"),
        (Cancelled | Rejected, _) => format!("Bring {what} back"),
        (Completed | NoShow, _) => format!("Open {what} again"),
        (_, Confirmed) => format!("Confirm {what}"),
        (_, to) => format!("Make {what} {}", to.as_str().replace('_', " ")),
    }
}

/// What is done to bookings of a series at once, and which is the first.
fn series(replica: &Replica, changes: &[SeriesChange]) -> Result<String, Failure> {
    let Some(first) = changes.first() else { return Ok("Change a series".into()) };
    let how_many = match changes.len() {
        1 => "1 booking of a series".into(),
        several => format!("{several} bookings of a series, the first"),
    };
    let what = booking(replica, first.booking_id())?;
    Ok(match first {
        SeriesChange::Cancel(c) => format!("Cancel {how_many}: {what}: {}", c.reason),
        SeriesChange::Reschedule(c) => {
            let to = names(replica, &c.resource_ids.to)?;
            format!("Move {how_many}: {} to {to}, {}", before(replica, c)?, when(&c.stay.to))
        }
        SeriesChange::EditBooking(_) => format!("Change what is written on {how_many}: {what}"),
        SeriesChange::SetStatus(_) => format!("Bring back {how_many}: {what}"),
    })
}

/// The customer of a place on a roster.
fn on_roster(replica: &Replica, id: AttendanceId) -> Result<String, Failure> {
    let place: Option<Attendance> = replica.get(id)?;
    let who = customer(replica, place.map(|place| place.customer_id))?;
    Ok(if who.is_empty() { "somebody".into() } else { who })
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

pub(super) fn booking(replica: &Replica, id: BookingId) -> Result<String, Failure> {
    let Some(listed) = replica.booking(id)? else { return refused(replica, id) };
    let (on, stay) = (listed.booking.resource_ids.clone(), listed.booking.stay);
    described(replica, &listed, &on, &stay)
}

/// A booking that is not here, as it was asked for.
fn refused(replica: &Replica, id: BookingId) -> Result<String, Failure> {
    let asked = outbox::refused_booking(&replica.db, id)?;
    Ok(match asked.as_ref().map(Operation::parse).transpose()? {
        Some(Command::Book(c)) => as_asked(replica, &c)?,
        Some(Command::ImportBooking(c)) => as_asked(replica, &c.book)?,
        _ => "a booking".into(),
    })
}

fn as_asked(replica: &Replica, c: &Book) -> Result<String, Failure> {
    let who = customer(replica, c.customer_id)?;
    named(replica, [&who, &c.text.title], &c.resource_ids, &c.stay)
}

/// A booking as it was before it was moved: since then it is elsewhere.
fn before(replica: &Replica, c: &Reschedule) -> Result<String, Failure> {
    let Some(listed) = replica.booking(c.booking_id)? else { return Ok("a booking".into()) };
    described(replica, &listed, &c.resource_ids.from, &c.stay.from)
}

fn described(
    replica: &Replica,
    listed: &Listed,
    on: &[ResourceId],
    stay: &Stay,
) -> Result<String, Failure> {
    named(replica, [&listed.customer_name, &listed.booking.title], on, stay)
}

/// A booking by the first of `names_of` that there is, with where and when it is.
fn named(
    replica: &Replica,
    names_of: [&String; 2],
    on: &[ResourceId],
    stay: &Stay,
) -> Result<String, Failure> {
    let who = names_of.into_iter().find(|name| !name.is_empty());
    let (place, when) = (names(replica, on)?, when(stay));
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
