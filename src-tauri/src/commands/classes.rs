//! Rosters and packages: what needs more than the command itself, such as which package pays.

use super::any::{given, read};
use super::{TheDesk, id, require_booking, require_venue};
use crate::problem;
use crate::view::{AnyJson, Place, Problem, Submitted};
use holdfast_domain::command::{AddAttendance, PromoteAttendance};
use holdfast_domain::{
    Attendance, AttendanceId, Booking, BookingId, Command, CustomerId, Entity, PackageId, Product,
    ProductId, VenueId,
};
use holdfast_replica::{Replica, draft, now};

/// Who has a place, and who waits for one.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn roster(desk: TheDesk<'_>, booking_id: String) -> Result<Vec<Place>, Problem> {
    let booking_id: BookingId = id("booking_id", &booking_id)?;
    desk.ask(|replica| {
        let listed = require_booking(replica, booking_id)?;
        Ok(Place::roster(replica, &listed.booking, now())?)
    })
}

/// Puts a customer on a roster, or on its waitlist. A package of theirs pays where one can.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn add_place(
    desk: TheDesk<'_>,
    booking_id: String,
    customer_id: String,
    waitlist: bool,
) -> Result<Submitted, Problem> {
    let booking_id: BookingId = id("booking_id", &booking_id)?;
    let customer_id: CustomerId = id("customer_id", &customer_id)?;
    desk.act(|replica, now| {
        let booking = require_booking(replica, booking_id)?.booking;
        let package_id = pays(replica, &booking, customer_id)?;
        let credits = if package_id.is_some() && !waitlist { booking.credits } else { 0 };
        let add = AddAttendance { booking_id, customer_id, waitlist, package_id, credits };
        given(replica, Command::AddAttendance(add), now)
    })
}

/// Gives a place back (what is sent is the command). On a desk that works alone, whoever waits
/// longest has it then; otherwise headquarters sees to that.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn give_place_back(desk: TheDesk<'_>, command: AnyJson) -> Result<Submitted, Problem> {
    let command = read(command)?;
    desk.act(|replica, now| {
        let booking_id = match &command {
            Command::CancelAttendance(cancel) => cancel.booking_id,
            _ => return Err(problem::invalid("command", "it gives no place back".into())),
        };
        let mut given_back = given(replica, command, now)?;
        let booking = require_booking(replica, booking_id)?.booking;
        if let (true, Some(next)) =
            (replica.is_standalone()?, replica.promotion(&booking, now)?.next)
        {
            let who = match replica.get::<Attendance>(next.attendance_id)? {
                Some(place) => replica.customer(place.customer_id)?,
                None => None,
            };
            // The place is given back, whatever becomes of this.
            given_back.warnings.extend(
                match given(replica, Command::PromoteAttendance(next), now) {
                    Ok(_) => who.map(|who| format!("{} has it now: tell them.", who.name)),
                    Err(problem) => Some(problem.message),
                },
            );
        }
        Ok(given_back)
    })
}

/// Gives a place to somebody who waits for one. A package of theirs pays where one can.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn promote(desk: TheDesk<'_>, attendance_id: String) -> Result<Submitted, Problem> {
    let attendance_id: AttendanceId = id("attendance_id", &attendance_id)?;
    desk.act(|replica, now| {
        let place: Option<Attendance> = replica.get(attendance_id)?;
        let place = place.ok_or_else(|| problem::not_found(Entity::Attendance, attendance_id.0))?;
        let booking = require_booking(replica, place.booking_id)?.booking;
        let (booking_id, package_id, credits) = (place.booking_id, None, 0);
        let unpaid = PromoteAttendance { attendance_id, booking_id, package_id, credits };
        let promote = replica.promoting(&booking, &place)?.unwrap_or(unpaid);
        given(replica, Command::PromoteAttendance(promote), now)
    })
}

/// Sells credits to a customer, good from today until the end of their last day.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sell_package(
    desk: TheDesk<'_>,
    venue_id: String,
    product_id: String,
    customer_id: String,
) -> Result<Submitted, Problem> {
    let venue_id: VenueId = id("venue_id", &venue_id)?;
    let product_id: ProductId = id("product_id", &product_id)?;
    let customer_id: CustomerId = id("customer_id", &customer_id)?;
    desk.act(|replica, now| {
        let venue = require_venue(replica, venue_id)?;
        let product: Option<Product> = replica.get(product_id)?;
        let product = product.ok_or_else(|| problem::not_found(Entity::Product, product_id.0))?;
        let today = venue.timezone.date(now);
        let (_, sell) = draft::sell_package(&product, customer_id, &venue, today);
        given(replica, sell, now)
    })
}

/// The package that would pay for a place of a class; none where it costs no credits.
fn pays(
    replica: &Replica,
    booking: &Booking,
    customer_id: CustomerId,
) -> Result<Option<PackageId>, Problem> {
    if booking.credits == 0 {
        return Ok(None);
    }
    Ok(replica.package_for_place(booking, customer_id)?)
}
