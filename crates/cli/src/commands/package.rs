//! Credits that customers have.

use super::{changed, counted, listed};
use crate::args::{PackageCommand, PackageCorrect, PackageSell, Packages};
use crate::desk::{Desk, receipt_json};
use crate::lookup::joined;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::command::{CorrectCredits, ExpirePackage};
use holdfast_domain::{BookingId, Command, CreditEntry, CreditEntryId, Package, Timestamp};
use holdfast_replica::draft;
use serde_json::{Value, json};

pub(super) fn run(desk: &mut Desk, command: &PackageCommand) -> Ending {
    match command {
        PackageCommand::Sell(args) => sell(desk, args),
        PackageCommand::List(args) => list(desk, args),
        PackageCommand::Ledger { package } => ledger(desk, package),
        PackageCommand::Correct(args) => correct(desk, args),
        PackageCommand::Expire => expire(desk),
    }
}

fn sell(desk: &mut Desk, args: &PackageSell) -> Ending {
    let product = desk.product("product", &args.product)?;
    let customer = desk.customer("customer", &args.customer)?;
    let venue = match product.venue_id.map(|id| desk.replica.venue(id)).transpose()?.flatten() {
        Some(venue) => venue,
        None => desk.venue_or_home(None)?,
    };
    let from = match &args.from {
        Some(text) => when::date("from", text)?,
        None => venue.timezone.date(desk.at),
    };
    let (package_id, command) = draft::sell_package(&product, customer.id, &venue, from);
    let receipt = desk.submit(&command)?;
    let (what, who) = (tame(&product.name), tame(&customer.name));
    let done = format!("{what} is sold to {who}.");
    let mut answer = changed("package_id", &package_id, receipt.as_ref(), &done);
    if let Command::SellPackage(sold) = &command {
        answer.json["credits"] = json!(sold.credits);
        answer.json["price"] = json!(sold.price);
        answer.json["valid_from"] = json!(sold.valid_from);
        answer.json["valid_until"] = json!(sold.valid_until);
    }
    Ok(answer)
}

fn list(desk: &Desk, args: &Packages) -> Ending {
    let customer = args.customer.as_deref().map(|text| desk.customer("customer", text));
    let customer_id = customer.transpose()?.map(|customer| customer.id);
    let mut packages = desk.replica.packages(customer_id)?;
    packages.retain(|package| args.all || is_good(package, desk.at));
    let zone = desk.zone()?;
    let mut table = Table::new(&["whose", "what", "credits", "until", "id"]);
    let mut rows = Vec::new();
    for package in &packages {
        let whose = desk.replica.customer(package.customer_id)?.map(|customer| customer.name);
        table.row([
            whose.clone().unwrap_or_default(),
            package.name.clone(),
            package.balance.to_string(),
            when::shown(desk.zone_at(package.venue_id, zone)?, package.valid_until),
            package.id.to_string(),
        ]);
        let mut row = json!(package);
        row["customer_name"] = json!(whose.unwrap_or_default());
        rows.push(row);
    }
    Ok(Answer::new(listed("packages", rows), table.or("Nobody has credits.")))
}

fn is_good(package: &Package, at: Timestamp) -> bool {
    package.balance > 0 && package.valid_until > at
}

fn ledger(desk: &Desk, text: &str) -> Ending {
    let package = desk.package("package", text, None)?;
    let entries: Vec<CreditEntry> =
        desk.replica.listed(&[("package_id", &package.id.to_string())], false)?;
    let staff = desk.staff_names()?;
    let zone = desk.zone_at(package.venue_id, desk.zone()?)?;
    let mut table = Table::new(&["when", "why", "credits", "balance", "by", "for", "reason"]);
    let mut balance = 0;
    let mut rows = Vec::new();
    for entry in &entries {
        balance += i64::from(entry.credits);
        let by = staff.get(&entry.entered_by).cloned().unwrap_or_default();
        table.row([
            when::shown(zone, entry.entered_at),
            entry.kind.to_string(),
            format!("{:+}", entry.credits),
            balance.to_string(),
            by.clone(),
            entry.booking_id.map(|id| paid_for(desk, id)).transpose()?.unwrap_or_default(),
            entry.reason.clone(),
        ]);
        let mut row = json!(entry);
        row["balance"] = json!(balance);
        row["entered_by_name"] = json!(by);
        rows.push(row);
    }
    let mut json = listed("entries", rows);
    json["package"] = json!(package);
    Ok(Answer::new(json, table.to_string()))
}

/// Which booking it was, and when.
fn paid_for(desk: &Desk, id: BookingId) -> Result<String, Stop> {
    let Some(listed) = desk.replica.booking(id)? else { return Ok(id.to_string()) };
    let what = joined(&listed.booking.resource_ids, &desk.resource_names()?);
    Ok(format!("{what}, {}", listed.booking.stay.local_start.format("%a %Y-%m-%d %H:%M")))
}

fn correct(desk: &mut Desk, args: &PackageCorrect) -> Ending {
    let package = desk.package("package", &args.package, None)?;
    let command = Command::CorrectCredits(CorrectCredits {
        entry_id: CreditEntryId(draft::new_id()),
        package_id: package.id,
        credits: args.credits,
        reason: args.reason.clone(),
        booking_id: None,
    });
    let receipt = desk.submit(&command).map_err(|mut stop| {
        if stop.notice.code == "credits_insufficient" {
            stop.notice.message = format!(
                "The package has {} left. No more than that can be taken away.",
                counted(package.balance, "credit")
            );
        }
        stop
    })?;
    let balance = desk.replica.get::<Package>(package.id)?.map(|package| package.balance);
    let done = format!("Left: {}.", counted(balance.unwrap_or_default(), "credit"));
    let mut answer = changed("package_id", &package.id, receipt.as_ref(), &done);
    answer.json["balance"] = json!(balance);
    Ok(answer)
}

/// Writes off what is left where the time is over. One that cannot be is reported, and holds up no
/// other.
fn expire(desk: &mut Desk) -> Ending {
    let mut rows = Vec::new();
    let mut table = Table::new(&["what", "credits", "id"]);
    for package in desk.replica.packages(None)? {
        if package.balance == 0 || package.valid_until > desk.at {
            continue;
        }
        let command = Command::ExpirePackage(ExpirePackage { package_id: package.id });
        let mut row: Value = match desk.submit(&command) {
            Ok(receipt) => receipt_json(receipt.as_ref()),
            Err(Stop { notice, .. }) => json!({ "changed": false, "refusal": notice }),
        };
        row["package_id"] = json!(package.id);
        row["credits"] = json!(package.balance);
        table.row([package.name.clone(), package.balance.to_string(), package.id.to_string()]);
        rows.push(row);
    }
    Ok(Answer::new(listed("expired", rows), table.or("No time is over.")))
}
