//! Money for bookings.

use super::{changed, class, listed};
use crate::args::{BookingCommand, Pay};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table};
use crate::stop::Stop;
use holdfast_domain::command::TakePayment;
use holdfast_domain::{AttendanceId, Booking, Command, Money, PaymentId, PaymentMethod, Refusal};
use holdfast_replica::{Listed, draft};
use serde_json::json;

pub(super) fn run(desk: &mut Desk, command: &BookingCommand) -> Ending {
    match command {
        BookingCommand::Pay(args) => pay(desk, args, false),
        BookingCommand::Refund(args) => pay(desk, args, true),
    }
}

fn pay(desk: &mut Desk, args: &Pay, refund: bool) -> Ending {
    let (Listed { booking, .. }, venue) = desk.booking(&args.booking)?;
    let currency = booking.price.map_or(venue.currency, |price| price.currency);
    let amount = Money::parse(&args.amount, currency).map_err(|refusal| match refusal {
        Refusal::FieldInvalid { problem, .. } => {
            Refusal::FieldInvalid { field: "amount".into(), problem }
        }
        other => other,
    })?;
    let theirs = args.customer.as_deref().map(|text| class::find_place(desk, &booking, text));
    let attendance_id = theirs.transpose()?.map(|(customer, place)| {
        place.map_or(AttendanceId::of(booking.id, customer.id), |place| place.id)
    });
    let method: PaymentMethod = match &args.method {
        Some(text) => {
            text.parse().map_err(|problem: String| Stop::bad_input("method", &problem))?
        }
        None if refund => as_paid(desk, &booking, attendance_id)?,
        None => PaymentMethod::Cash,
    };
    let payment_id = PaymentId(draft::new_id());
    let receipt = desk.submit(&Command::TakePayment(TakePayment {
        payment_id,
        booking_id: booking.id,
        attendance_id,
        amount,
        method,
        refund,
        note: args.note.clone(),
    }))?;
    let (account, _) = desk.replica.account(&booking)?;
    let place = account.places.iter().find(|place| Some(place.attendance_id) == attendance_id);
    let owed = place.map_or(account.owed, |place| Some(place.owed));
    let verb = if refund { "given back" } else { "taken" };
    let mut answer = changed(
        "payment_id",
        &payment_id,
        receipt.as_ref(),
        &format!("{amount} {verb} ({method}); {}.", still(owed)),
    );
    answer.json["booking_id"] = json!(booking.id);
    answer.json["method"] = json!(method);
    answer.json["paid"] = json!(account.paid);
    answer.json["owed"] = json!(account.owed);
    Ok(answer)
}

/// How was last paid for a place, or for all of a booking: so it is given back.
fn as_paid(
    desk: &Desk,
    booking: &Booking,
    of: Option<AttendanceId>,
) -> Result<PaymentMethod, Stop> {
    let (_, payments) = desk.replica.account(booking)?;
    let taken = payments.iter().filter(|it| !it.refund && (of.is_none() || it.attendance_id == of));
    Ok(taken.max_by_key(|it| it.taken_at).map_or(PaymentMethod::Cash, |it| it.method))
}

/// What is still to be paid, or to be given back.
fn still(owed: Option<Money>) -> String {
    match owed {
        Some(owed) if owed.minor < 0 => {
            let over = Money { minor: -owed.minor, ..owed };
            format!("{over} is to be given back")
        }
        Some(owed) if owed.minor == 0 => "nothing is owed any more".into(),
        owed => format!("{} is still owed", told(owed)),
    }
}

/// An amount for people; nothing, where there is no price.
pub(super) fn told(money: Option<Money>) -> String {
    money.map_or_else(|| "nothing".into(), |money| money.to_string())
}

pub(super) fn payments(desk: &Desk, id: &str) -> Ending {
    let (Listed { booking, .. }, venue) = desk.booking(id)?;
    let (account, payments) = desk.replica.account(&booking)?;
    let roster = desk.replica.roster(booking.id)?;
    let whose = |id: AttendanceId| roster.iter().find(|place| place.id == id);
    let mut table = Table::new(&["when", "amount", "how", "whose", "note", "id"]);
    for payment in &payments {
        let place = payment.attendance_id.and_then(whose);
        let customer = place.map(|place| desk.replica.customer(place.customer_id)).transpose()?;
        let sign = if payment.refund { "-" } else { "" };
        table.row([
            venue.timezone.local(payment.taken_at).format("%a %Y-%m-%d %H:%M").to_string(),
            format!("{sign}{}", payment.amount),
            payment.method.to_string(),
            customer.flatten().map(|customer| customer.name).unwrap_or_default(),
            payment.note.clone(),
            payment.id.to_string(),
        ]);
    }
    let rows = payments.iter().map(|payment| json!(payment)).collect();
    let mut json = listed("payments", rows);
    json["price"] = json!(booking.price);
    json["paid"] = json!(account.paid);
    json["owed"] = json!(account.owed);
    json["places"] = json!(account.places);
    let text = table.or("Nothing was paid.");
    let (paid, owed) = (told(account.paid), told(account.owed));
    Ok(Answer::new(json, format!("{}\nPaid {paid}, owed {owed}.", text.trim_end())))
}
