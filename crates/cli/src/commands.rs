//! One function per command: it asks the replica, or submits one operation to it, and says the
//! outcome for programs and for people. No function here prints.

mod booking;
mod bookings;
mod class;
mod customer;
mod deletion;
mod doctor;
mod event;
mod exception;
mod export;
mod headquarters;
mod ics;
mod import;
mod inbox;
mod init;
mod life;
mod package;
mod person;
mod privacy;
mod product;
mod recurring;
mod report;
mod resource;
mod series;
mod service;
mod staff;
mod status;
mod till;
mod venue;
mod wish;

use crate::args::{
    Cli, Command, InboxCommand, ResourceCommand, SeriesCommand, StaffCommand, VenueCommand,
};
use crate::desk::{self, Desk};
use crate::output::{Answer, Ending};
use holdfast_domain::{BookingStatus, ExceptionKind};
use holdfast_replica::{Receipt, Standing};
use serde_json::Value;
use std::io::IsTerminal;

/// Runs the command that was typed.
pub(crate) fn run(cli: &Cli) -> Ending {
    let dir = desk::directory(cli.replica.as_ref())?;
    let shows_progress = !cli.json && std::io::stderr().is_terminal();
    // Opened by the commands that work on an organisation that is there already.
    let desk = || Desk::open(&dir);
    match &cli.command {
        Command::Init(args) => init::init(&dir, args),
        Command::Enrol(args) => headquarters::enrol(&dir, args, shows_progress),
        Command::Doctor => doctor::doctor(&dir),
        Command::Venue(VenueCommand::Add(args)) => venue::add(&mut desk()?, args),
        Command::Venue(VenueCommand::Edit(args)) => venue::edit(&mut desk()?, args),
        Command::Venue(VenueCommand::List(args)) | Command::Venues(args) => {
            venue::list(&desk()?, args)
        }
        Command::Resource(ResourceCommand::Add(args)) => resource::add(&mut desk()?, args),
        Command::Resource(ResourceCommand::Edit(args)) => resource::edit(&mut desk()?, args),
        Command::Resources(args) => resource::list(&desk()?, args),
        Command::Closure(command) => exception::closure(&mut desk()?, command),
        Command::TimeOff(command) => exception::time_off(&mut desk()?, command),
        Command::Maintenance(command) => {
            exception::on_resource(&mut desk()?, ExceptionKind::Maintenance, command)
        }
        Command::Block(command) => {
            exception::on_resource(&mut desk()?, ExceptionKind::Blocked, command)
        }
        Command::Opening(command) => {
            exception::on_resource(&mut desk()?, ExceptionKind::Opening, command)
        }
        Command::Exception(command) => exception::run(&mut desk()?, command),
        Command::Service(command) => service::run(&mut desk()?, command),
        Command::Staff(StaffCommand::Add(args)) => staff::add(&mut desk()?, args),
        Command::Staff(StaffCommand::Edit(args)) => staff::edit(&mut desk()?, args),
        Command::Staff(StaffCommand::List) => staff::list(&desk()?),
        Command::Staff(StaffCommand::Bookings { staff, from, to }) => {
            staff::bookings(&mut desk()?, staff, from.as_deref(), to.as_deref())
        }
        Command::Customer(command) => customer::run(&mut desk()?, command),
        Command::Customers(args) => customer::list(&desk()?, args),
        Command::Import(args) => import::import(&mut desk()?, args, shows_progress),
        Command::Export { dir, venue } => export::export(&desk()?, dir, venue.as_deref()),
        Command::Book(args) => booking::book(&mut desk()?, args),
        Command::Edit(args) => booking::edit(&mut desk()?, args),
        Command::Reschedule(args) => booking::reschedule(&mut desk()?, args),
        Command::Cancel(args) => booking::cancel(&mut desk()?, args),
        Command::Product(command) => product::run(&mut desk()?, command),
        Command::Package(command) => package::run(&mut desk()?, command),
        Command::Event(command) => event::run(&mut desk()?, command),
        Command::Class(command) => class::run(&mut desk()?, command),
        Command::Approve { booking } => life::approve(&mut desk()?, booking),
        Command::Reject { booking, reason } => {
            let said = (reason.as_str(), "It is turned down.");
            life::set(&mut desk()?, booking, BookingStatus::Rejected, said)
        }
        Command::Complete { booking } => {
            life::set(&mut desk()?, booking, BookingStatus::Completed, ("", "It took place."))
        }
        Command::NoShow { booking } => {
            let said = ("", "Nobody came; what is left of its time is free.");
            life::set(&mut desk()?, booking, BookingStatus::NoShow, said)
        }
        Command::Reopen { booking } => life::reopen(&mut desk()?, booking),
        Command::Requests { venue } => life::requests(&desk()?, venue.as_deref()),
        Command::Lapse => life::lapse(&mut desk()?),
        Command::Booking(command) => till::run(&mut desk()?, command),
        Command::Payments { booking } => till::payments(&desk()?, booking),
        Command::List(args) => bookings::list(&desk()?, args),
        Command::Show { id } => bookings::show(&desk()?, id),
        Command::Free(args) => bookings::free(&desk()?, args),
        Command::Series(SeriesCommand::Preview(args)) => series::preview(args),
        Command::Series(SeriesCommand::Book(args)) => recurring::book(&mut desk()?, args),
        Command::Series(SeriesCommand::Show { series }) => recurring::show(&desk()?, series),
        Command::Series(SeriesCommand::Cancel(args)) => recurring::cancel(&mut desk()?, args),
        Command::Series(SeriesCommand::Move(args)) => recurring::shift(&mut desk()?, args),
        Command::Series(SeriesCommand::Edit(args)) => recurring::edit(&mut desk()?, args),
        Command::Series(SeriesCommand::Add(args)) => recurring::add(&mut desk()?, args),
        Command::Report(args) => report::report(&desk()?, args),
        Command::Delete(args) => deletion::delete(&mut desk()?, args),
        Command::Restore(args) => deletion::restore(&mut desk()?, args),
        Command::Sync => headquarters::sync(&mut desk()?, shows_progress),
        Command::Offline { choice } => status::work_offline(&desk()?, choice == "on"),
        Command::Status => status::status(&desk()?),
        Command::Inbox { command: None } => inbox::list(&desk()?),
        Command::Inbox { command: Some(InboxCommand::Book { operation_id, number }) } => {
            inbox::book(&mut desk()?, operation_id, *number)
        }
        Command::Inbox { command: Some(InboxCommand::Rest { operation_id }) } => {
            inbox::book_rest(&mut desk()?, operation_id)
        }
        Command::Inbox { command: Some(InboxCommand::Settle { operation_id, reason }) } => {
            inbox::settle(&mut desk()?, operation_id, reason)
        }
        Command::Inbox { command: Some(InboxCommand::Settled) } => inbox::settled(&desk()?),
        Command::Waiting => status::waiting(&desk()?),
        Command::Pin(command) => person::pin(&mut desk()?, command),
        Command::SignIn(args) => person::sign_in(&mut desk()?, args),
        Command::SignOut => person::sign_out(&mut desk()?),
        Command::Whoami => person::who(&desk()?),
        Command::Undo => person::undo(&mut desk()?),
        Command::History(args) => person::history(&desk()?, args),
        Command::Privacy(command) => privacy::run(&mut desk()?, command),
    }
}

/// What a change of one row answers: its id under `key`, what came of it, and a sentence.
fn changed(key: &str, id: &impl ToString, receipt: Option<&Receipt>, done: &str) -> Answer {
    let mut json = desk::receipt_json(receipt);
    json[key] = Value::from(id.to_string());
    let mut text = match receipt {
        Some(_) => format!("{done}\n"),
        None => "Everything is like that already; nothing was changed.\n".into(),
    };
    text.push_str(&format!("  {key}  {}\n", id.to_string()));
    push_worth(&mut text, receipt);
    Answer::new(json, text)
}

/// Adds what a saved change is worth, and what could not be checked.
fn push_worth(text: &mut String, receipt: Option<&Receipt>) {
    let Some(receipt) = receipt else { return };
    if receipt.standing != Standing::Committed {
        text.push_str(&format!("  {}\n", worth(receipt.standing)));
    }
    for unchecked in &receipt.unchecked {
        text.push_str(&format!("  {}\n", desk::unchecked_text(unchecked)));
    }
}

/// A standing, as a sentence.
fn worth(standing: Standing) -> &'static str {
    match standing {
        Standing::Tentative => {
            "Tentative: saved on this desk, and waiting for headquarters (`holdfast sync`)."
        }
        Standing::AtRisk => {
            "At risk: saved on this desk, but what headquarters sent since speaks against it."
        }
        Standing::Committed => "Committed.",
        Standing::Refused => "Refused by headquarters; see `holdfast inbox`.",
    }
}

/// The patch of a field that was given, where it is another value.
fn patch<T: Clone + PartialEq>(from: &T, to: Option<T>) -> holdfast_domain::command::Edit<T> {
    to.filter(|to| to != from).map(|to| holdfast_domain::Patch { from: from.clone(), to })
}

/// What two options that exclude each other say together: yes, no, or nothing.
fn either(yes: bool, no: bool) -> Option<bool> {
    (yes || no).then_some(yes)
}

/// `1 credit`, `2 credits`.
fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    match count.try_into().unwrap_or_default() {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// A list for programs.
fn listed(key: &str, rows: Vec<Value>) -> Value {
    Value::from_iter([(key, Value::Array(rows))])
}
