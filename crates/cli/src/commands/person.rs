//! Who works at this desk: signing in and out, PINs, taking back, and reading what happened.

use super::{changed, listed, push_worth};
use crate::args::{History, PinCommand, SignIn};
use crate::desk::{self, Desk};
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::{Exit, Stop};
use crate::when;
use holdfast_domain::{Booking, BookingId, Entity, PackageId, Zone};
use holdfast_replica::{Session, SignInRefusal, Submission};
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};
use std::str::FromStr;

pub(super) fn pin(desk: &mut Desk, command: &PinCommand) -> Ending {
    let (staff, submission) = match command {
        PinCommand::Set(args) => {
            let staff = desk.staff("staff", &args.staff)?;
            let set = desk.replica.set_pin(staff.id, &read_pin()?, desk.at)?;
            let zone = desk.zone()?;
            (staff, set.map_err(|refusal| refused(&refusal, zone))?)
        }
        PinCommand::Remove(args) => {
            let staff = desk.staff("staff", &args.staff)?;
            let removed = desk.replica.remove_pin(staff.id, desk.at)?;
            (staff, removed)
        }
    };
    let receipt = match submission {
        Submission::Done(receipt) => Some(receipt),
        Submission::Unchanged => None,
        Submission::Refused(refusal) => return Err(refusal.into()),
    };
    let done = format!("The PIN of {} is changed.", tame(&staff.name));
    let mut answer = changed("staff_id", &staff.id, receipt.as_ref(), &done);
    let locked = desk.replica.session()?.locked;
    if locked {
        let name = tame(&staff.name);
        answer.text.push_str(&format!(
            "This desk is locked from now on: sign in with that PIN (`holdfast sign-in \"{name}\"`).\n"
        ));
    }
    answer.json["locked"] = json!(locked);
    Ok(answer)
}

pub(super) fn sign_in(desk: &mut Desk, args: &SignIn) -> Ending {
    let staff = desk.staff("staff", &args.staff)?;
    let zone = desk.zone()?;
    let signed_in = desk.replica.sign_in(staff.id, &read_pin()?, desk.at)?;
    signed_in.map_err(|refusal| refused(&refusal, zone))?;
    who(desk)
}

pub(super) fn sign_out(desk: &mut Desk) -> Ending {
    desk.replica.sign_out()?;
    who(desk)
}

pub(super) fn who(desk: &Desk) -> Ending {
    let Session { staff, locked, signed_in } = desk.replica.session()?;
    let text = match &staff {
        Some(staff) => {
            format!(
                "{} works here, as {}.\n",
                tame(&staff.name),
                staff.role.as_str().replace('_', " ")
            )
        }
        None => "This desk is locked. Sign in with `holdfast sign-in NAME`.\n".into(),
    };
    Ok(Answer::new(json!({ "staff": staff, "locked": locked, "signed_in": signed_in }), text))
}

/// From stdin, one line; a person at a terminal is asked.
fn read_pin() -> Result<String, Stop> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        // Shown while it is typed: there is nothing portable that hides it without a further library.
        eprint!("PIN: ");
        let _ = std::io::stderr().flush();
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(|error| {
        Stop::bad_input("pin", &format!("the PIN cannot be read from stdin: {error}"))
    })?;
    Ok(line.trim().to_owned())
}

fn refused(refusal: &SignInRefusal, zone: Zone) -> Stop {
    let notice = refusal.notice(zone);
    Stop::new(Exit::Refused, &notice.code, &notice.message, notice.details)
}

pub(super) fn undo(desk: &mut Desk) -> Ending {
    let Some(undone) = desk.replica.undo(desk.at)? else {
        let text = String::from("There is nothing of yours that can be taken back.\n");
        return Ok(Answer::new(json!({ "undone": null, "changed": false }), text));
    };
    let receipt = match undone.submission {
        Submission::Done(receipt) => Some(receipt),
        Submission::Unchanged => None,
        Submission::Refused(refusal) => return Err(refusal.into()),
    };
    let mut json = desk::receipt_json(receipt.as_ref());
    json["undone"] = json!({ "operation_id": undone.operation_id, "sentence": undone.sentence });
    let mut text = format!("Taken back: {}.\n", tame(&undone.sentence));
    push_worth(&mut text, receipt.as_ref());
    Ok(Answer::new(json, text))
}

pub(super) fn history(desk: &Desk, args: &History) -> Ending {
    let (about, id) = match args.entity.as_str() {
        "customer" => (Entity::Customer, desk.customer("row", &args.row)?.id.0),
        "package" => (Entity::Package, id::<PackageId>(&args.row)?.0),
        _ => (Entity::Booking, id::<BookingId>(&args.row)?.0),
    };
    let booking: Option<Booking> = desk.replica.get(BookingId(id))?;
    let zone = desk.zone_at(booking.map(|booking| booking.venue_id), desk.zone()?)?;
    let happened = desk.replica.history(about, id)?;
    let mut table = Table::new(&["when", "what"]);
    let mut rows = Vec::with_capacity(happened.len());
    for it in &happened {
        let deed = desk.replica.deed(it, zone)?;
        let sentence = match it.actor_name.as_str() {
            "" => format!("Somebody {deed}"),
            name => format!("{name} {deed}"),
        };
        let at = it.at.map(|at| when::shown(zone, at)).unwrap_or_default();
        table.row([at, sentence.clone()]);
        let mut row = json!({ "at": it.at, "actor": it.actor, "actor_name": it.actor_name,
                              "action": it.action, "sentence": sentence, "changes": it.changes });
        if !it.customer_ids.is_empty() {
            row["customer_ids"] = json!(it.customer_ids);
        }
        rows.push(row);
    }
    Ok(Answer::new(listed("history", rows), table.or("Nothing happened to it since it was made.")))
}

fn id<T: FromStr>(text: &str) -> Result<T, Stop> {
    text.parse().map_err(|_| Stop::bad_input("row", &format!("“{text}” is not an id")))
}
