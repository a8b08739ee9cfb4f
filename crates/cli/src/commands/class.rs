//! Who comes to a booking that has places, who waits for one, and who came.

use super::changed;
use crate::args::{ClassAdd, ClassCancel, ClassCheckIn, ClassCommand, ClassPromote};
use crate::desk::{Desk, receipt_json};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::{Exit, Stop};
use crate::when;
use holdfast_domain::command::{
    AddAttendance, CancelAttendance, CheckIn, Patch, PromoteAttendance, Seen, SetCapacity,
};
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, Booking, Command, Customer, CustomerId, Entity,
    PackageId,
};
use holdfast_replica::draft::Promotion;
use serde_json::{Value, json};

pub(super) fn run(desk: &mut Desk, command: &ClassCommand) -> Ending {
    match command {
        ClassCommand::Roster { booking, all } => roster(desk, booking, *all),
        ClassCommand::Add(args) => add(desk, args),
        ClassCommand::Promote(args) => promote(desk, args),
        ClassCommand::Cancel(args) => cancel(desk, args),
        ClassCommand::CheckIn(args) => check_in(desk, args),
        ClassCommand::Capacity { booking, places } => capacity(desk, booking, *places),
    }
}

fn roster(desk: &Desk, id: &str, all: bool) -> Ending {
    let (listed, venue) = desk.booking(id)?;
    let booking = &listed.booking;
    let mut table = Table::new(&["who", "status", "since", "credits", "owed", "reason"]);
    let (account, _) = desk.replica.account(booking)?;
    let (mut rows, mut waiting) = (Vec::new(), 0);
    for place in desk.replica.roster(booking.id)? {
        if place.status == AttendanceStatus::Cancelled && !all {
            continue;
        }
        let waits = place.status == AttendanceStatus::Waitlisted;
        waiting += u32::from(waits);
        let name = name(desk, place.customer_id)?;
        let money = account.places.iter().find(|it| it.attendance_id == place.id);
        let position = if waits { format!(" ({waiting})") } else { String::new() };
        table.row([
            name.clone(),
            format!("{}{position}", place.status),
            when::shown(venue.timezone, place.joined_at),
            place.credits.to_string(),
            money.map(|it| it.owed.to_string()).unwrap_or_default(),
            place.reason.clone(),
        ]);
        let mut row = json!(place);
        row["customer_name"] = json!(name);
        row["paid"] = json!(money.map(|it| it.paid));
        row["owed"] = json!(money.map(|it| it.owed));
        row["waiting_position"] = json!(waits.then_some(waiting));
        rows.push(row);
    }
    let json = json!({
        "booking_id": booking.id,
        "title": booking.title,
        "capacity": booking.capacity,
        "places_taken": booking.places_taken,
        "attendances": rows,
    });
    let capacity = booking.capacity.unwrap_or_default();
    let text = table.or("Nobody is on the roster.");
    let taken = booking.places_taken;
    Ok(Answer::new(json, format!("{}\n{taken} of {capacity} places are taken.", text.trim_end())))
}

fn name(desk: &Desk, id: CustomerId) -> Result<String, Stop> {
    Ok(desk.replica.customer(id)?.map(|customer| customer.name).unwrap_or_default())
}

fn add(desk: &mut Desk, args: &ClassAdd) -> Ending {
    let booking = desk.booking(&args.booking)?.0.booking;
    let customer = desk.customer("customer", &args.customer)?;
    let package_id = match args.package.as_deref() {
        None => None,
        Some("auto") => paying(desk, &booking, &customer, "leave --package out")?,
        Some(text) => Some(desk.package("package", text, Some(customer.id))?.id),
    };
    let command = Command::AddAttendance(AddAttendance {
        booking_id: booking.id,
        customer_id: customer.id,
        waitlist: args.waitlist,
        package_id,
        credits: if package_id.is_some() { booking.credits } else { 0 },
    });
    let warnings = desk.warnings(&command)?;
    let receipt = desk.submit(&command)?;
    let who = tame(&customer.name);
    let done = if args.waitlist { format!("{who} waits.") } else { format!("{who} has a place.") };
    let id = AttendanceId::of(booking.id, customer.id);
    let mut answer = changed("attendance_id", &id, receipt.as_ref(), &done);
    place_told(desk, id, &mut answer)?;
    Ok(answer.warning(&warnings))
}

/// What the place is now.
fn place_told(desk: &Desk, id: AttendanceId, answer: &mut Answer) -> Result<(), Stop> {
    let place: Option<Attendance> = desk.replica.get(id)?;
    answer.json["status"] = json!(place.as_ref().map(|place| place.status));
    answer.json["package_id"] = json!(place.as_ref().and_then(|place| place.package_id));
    answer.json["credits"] = json!(place.map_or(0, |place| place.credits));
    Ok(())
}

/// The package that pays for a place; none, where it costs no credits. `otherwise` is how it is had without.
fn paying(
    desk: &Desk,
    booking: &Booking,
    customer: &Customer,
    otherwise: &str,
) -> Result<Option<PackageId>, Stop> {
    if booking.credits == 0 {
        return Ok(None);
    }
    let found = desk.replica.package_for_place(booking, customer.id)?;
    found.map(Some).ok_or_else(|| {
        let message = format!(
            "{} has no package that pays for this; sell one, or {otherwise}",
            customer.name
        );
        let details = json!({ "field": "package", "entity": "package", "text": "auto" });
        Stop::new(Exit::BadInput, "not_found", &message, details)
    })
}

fn promote(desk: &mut Desk, args: &ClassPromote) -> Ending {
    let booking = desk.booking(&args.booking)?.0.booking;
    let Some(text) = &args.customer else {
        let promotion = desk.replica.promotion(&booking, desk.at)?;
        let skipped = skipped(desk, &promotion)?;
        let Some(next) = promotion.next else {
            let message = nobody(&booking, &skipped);
            let details = json!({ "field": "customer", "skipped": skipped });
            return Err(Stop::new(Exit::BadInput, "nobody_waits", &message, details));
        };
        let mut answer = promoted(desk, next)?;
        answer.text.push_str(&passed_over(&skipped));
        answer.json["skipped"] = json!(skipped);
        return Ok(answer);
    };
    let (customer, waits) = find_place(desk, &booking, text)?;
    let next = waits.as_ref().map(|place| desk.replica.promoting(&booking, place)).transpose()?;
    let next = next.flatten();
    let id = waits.map_or(AttendanceId::of(booking.id, customer.id), |place| place.id);
    let package_id = match (&args.package, args.unpaid) {
        (_, true) => None,
        (Some(text), _) => Some(desk.package("package", text, Some(customer.id))?.id),
        (None, false) => match next {
            Some(next) => next.package_id,
            None => paying(desk, &booking, &customer, "say --unpaid")?,
        },
    };
    let credits = if package_id.is_some() { booking.credits } else { 0 };
    let (attendance_id, booking_id) = (id, booking.id);
    let mut answer =
        promoted(desk, PromoteAttendance { attendance_id, booking_id, package_id, credits })?;
    answer.json["skipped"] = json!([]);
    Ok(answer)
}

fn promoted(desk: &mut Desk, promote: PromoteAttendance) -> Ending {
    let id = promote.attendance_id;
    let command = Command::PromoteAttendance(promote);
    let warnings = desk.warnings(&command)?;
    let receipt = desk.submit(&command)?;
    let place: Option<Attendance> = desk.replica.get(id)?;
    let customer_id = place.map(|place| place.customer_id);
    let who = customer_id.map(|id| name(desk, id)).transpose()?.unwrap_or_default();
    let done = format!("{} has a place now.", tame(&who));
    let mut answer = changed("attendance_id", &id, receipt.as_ref(), &done);
    answer.json["customer_id"] = json!(customer_id);
    answer.json["customer_name"] = json!(who);
    place_told(desk, id, &mut answer)?;
    Ok(answer.warning(&warnings))
}

/// Why nobody is promoted.
fn nobody(booking: &Booking, skipped: &[Value]) -> String {
    match booking.capacity {
        _ if skipped.is_empty() => "nobody waits for a place".into(),
        Some(places) if booking.places_taken >= places => {
            let who = match skipped.len() {
                1 => "1 customer waits".into(),
                several => format!("{several} customers wait"),
            };
            match places {
                1 => format!("the only place is taken, and {who} for it"),
                _ => format!("all {places} places are taken, and {who} for one"),
            }
        }
        _ => {
            let why = passed_over(skipped);
            let why: Vec<&str> = why.split_whitespace().collect();
            format!("nobody of those who wait can have the place. {}", why.join(" "))
        }
    }
}

/// Who was passed over, and why, in lines of their own.
fn passed_over(skipped: &[Value]) -> String {
    let line = |it: &Value| {
        let why = it["refusal"]["message"].as_str();
        let who = tame(it["customer_name"].as_str().unwrap_or_default());
        format!("  Passed over: {who}. {}\n", why.unwrap_or("They lack the credits for it."))
    };
    skipped.iter().map(line).collect()
}

/// Who waits longer and cannot be promoted, and why.
fn skipped(desk: &Desk, promotion: &Promotion) -> Result<Vec<Value>, Stop> {
    let told = |(place, refusal): &(Attendance, Option<holdfast_domain::Refusal>)| {
        let notice = refusal.as_ref().map(holdfast_domain::Refusal::notice);
        Ok(json!({
            "attendance_id": place.id,
            "customer_id": place.customer_id,
            "customer_name": name(desk, place.customer_id)?,
            "reason": if notice.is_some() { "refused" } else { "no_credits" },
            "refusal": notice,
        }))
    };
    promotion.skipped.iter().map(told).collect()
}

fn cancel(desk: &mut Desk, args: &ClassCancel) -> Ending {
    let booking = desk.booking(&args.booking)?.0.booking;
    let place = place(desk, &booking, &args.customer)?;
    let command = Command::CancelAttendance(CancelAttendance {
        attendance_id: place.id,
        booking_id: booking.id,
        from_status: place.status,
        reason: args.reason.clone(),
        late: false,
        waive_reason: args.waive_reason.clone(),
        package_id: None,
    });
    let receipt = desk.submit(&command).map_err(|mut stop| {
        if stop.notice.code == "attendance_not_allowed" && place.status.takes_place() {
            stop.notice.message.push_str(" (`holdfast class check-in BOOKING NAME --booked`)");
        }
        stop
    })?;
    let done = format!("{} gave the place back.", tame(&name(desk, place.customer_id)?));
    let mut answer = changed("attendance_id", &place.id, receipt.as_ref(), &done);
    let has_freed = receipt.is_some() && place.status.takes_place();
    answer.json["next"] = Value::Null;
    answer.json["promoted"] = Value::Null;
    answer.json["skipped"] = json!([]);
    if has_freed {
        // The place is given back, whatever becomes of this.
        if let Err(Stop { notice, .. }) = follow_up(desk, &booking, &mut answer) {
            answer.text.push_str(&format!("  Nobody was promoted: {}\n", notice.message));
            answer.json["promotion_failed"] = json!(notice);
        }
    }
    Ok(answer)
}

/// Who is next gets the place at once on a desk that is alone; else headquarters sees to it, and the
/// answer says who it will be.
fn follow_up(desk: &mut Desk, booking: &Booking, answer: &mut Answer) -> Result<(), Stop> {
    let promotion = desk.replica.promotion(booking, desk.at)?;
    let skipped = skipped(desk, &promotion)?;
    answer.text.push_str(&passed_over(&skipped));
    answer.json["skipped"] = json!(skipped);
    let Some(next) = promotion.next else { return Ok(()) };
    let waits: Option<Attendance> = desk.replica.get(next.attendance_id)?;
    let customer_id = waits.map(|place| place.customer_id);
    let who = customer_id.map(|id| name(desk, id)).transpose()?.unwrap_or_default();
    answer.json["next"] = json!({
        "attendance_id": next.attendance_id,
        "customer_id": customer_id,
        "customer_name": who,
    });
    if !desk.replica.is_standalone()? {
        let who = tame(&who);
        answer.text.push_str(&format!(
            "  {who} waits for it. Headquarters gives the place on when this desk has synced.\n"
        ));
        return Ok(());
    }
    let one = promoted(desk, next)?;
    answer.text.push_str(&format!("  {} has the place now.\n", tame(&who)));
    answer.json["promoted"] = one.json;
    Ok(())
}

/// The place of a customer on a roster.
fn place(desk: &Desk, booking: &Booking, text: &str) -> Result<Attendance, Stop> {
    let (customer, place) = find_place(desk, booking, text)?;
    place.ok_or_else(|| {
        let help = "`holdfast class roster` lists who is.";
        Stop::not_found("customer", Entity::Attendance, &customer.name, help)
    })
}

/// A customer as they are called on a roster, else as who they turned out to be; and their place.
pub(super) fn find_place(
    desk: &Desk,
    booking: &Booking,
    text: &str,
) -> Result<(Customer, Option<Attendance>), Stop> {
    let mut roster = desk.replica.roster(booking.id)?;
    // Who gave theirs back gives way to a namesake who did not.
    roster.sort_by_key(|place| place.status == AttendanceStatus::Cancelled);
    let mut named = Vec::new();
    for place in &roster {
        // Who was erased has no name; that is no way of meaning them.
        let is_named = !text.trim().is_empty()
            && name(desk, place.customer_id)?.to_lowercase() == text.trim().to_lowercase();
        if is_named || place.customer_id.to_string() == text {
            named.push(place);
        }
    }
    let there = named.iter().filter(|place| place.status != AttendanceStatus::Cancelled).count();
    let one = named.first().filter(|_| there == 1 || named.len() == 1);
    if let Some(place) = one.copied()
        && let Some(customer) = desk.replica.customer(place.customer_id)?
    {
        return Ok((customer, Some(place.clone())));
    }
    let customer = desk.customer("customer", text)?;
    for place in roster {
        if turned_out(desk, place.customer_id)? == customer.id {
            return Ok((customer, Some(place)));
        }
    }
    Ok((customer, None))
}

/// Whoever a customer turned out to be.
fn turned_out(desk: &Desk, mut id: CustomerId) -> Result<CustomerId, Stop> {
    while let Some(into) = desk.replica.customer(id)?.and_then(|customer| customer.merged_into) {
        id = into;
    }
    Ok(id)
}

fn check_in(desk: &mut Desk, args: &ClassCheckIn) -> Ending {
    let booking = desk.booking(&args.booking)?.0.booking;
    let to = match (args.late, args.absent, args.excused, args.booked) {
        (true, ..) => AttendanceStatus::Late,
        (_, true, ..) => AttendanceStatus::Absent,
        (_, _, true, _) => AttendanceStatus::Excused,
        (.., true) => AttendanceStatus::Booked,
        _ => AttendanceStatus::Present,
    };
    let mut places: Vec<Attendance> = Vec::new();
    for text in &args.customer {
        places.push(place(desk, &booking, text)?);
    }
    if args.all {
        places = desk.replica.roster(booking.id)?;
        places.retain(|place| place.status == AttendanceStatus::Booked);
    }
    let seen = |place: &Attendance| Seen { attendance_id: place.id, from_status: place.status };
    let attendances: Vec<Seen> = places.iter().map(seen).collect();
    let ids: Vec<AttendanceId> = places.iter().map(|place| place.id).collect();
    let receipt = if attendances.is_empty() {
        None
    } else {
        let (booking_id, reason) = (booking.id, args.reason.clone());
        desk.submit(&Command::CheckIn(CheckIn { booking_id, attendances, to, reason }))?
    };
    let mut json = receipt_json(receipt.as_ref());
    json["booking_id"] = json!(booking.id);
    json["attendance_ids"] = json!(ids);
    json["status"] = json!(to);
    Ok(Answer::new(json, format!("{} of the roster: {to}.", ids.len())))
}

fn capacity(desk: &mut Desk, id: &str, places: u32) -> Ending {
    let booking = desk.booking(id)?.0.booking;
    let capacity = Patch { from: booking.capacity, to: Some(places) };
    let receipt =
        desk.submit(&Command::SetCapacity(SetCapacity { booking_id: booking.id, capacity }))?;
    let done = format!("There are {places} places.");
    let mut answer = changed("booking_id", &booking.id, receipt.as_ref(), &done);
    answer.json["capacity"] = json!(places);
    Ok(answer)
}
