//! Customers.

use super::bookings::brief;
use super::{changed, counted, either, listed, patch};
use crate::args::{AboutCustomer, CustomerAdd, CustomerCommand, CustomerEdit, Customers};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use crate::values::readable;
use crate::when;
use holdfast_domain::command::{EditCustomer, MergeCustomers, Patch};
use holdfast_domain::{
    Command, Consent, Contact, Customer, CustomerId, Entity, Interval, Money, Timestamp, Zone,
};
use holdfast_replica::query::{Figures, Found, Shown};
use holdfast_replica::{Filter, draft};
use serde_json::{Value, json};
use std::collections::HashSet;

pub(super) fn run(desk: &mut Desk, command: &CustomerCommand) -> Ending {
    match command {
        CustomerCommand::Add(args) => add(desk, args),
        CustomerCommand::Edit(args) => edit(desk, args),
        CustomerCommand::Show { customer } => show(desk, customer),
        CustomerCommand::Merge { customer, into } => merge(desk, customer, into),
        CustomerCommand::Unmerge { customer } => unmerge(desk, customer),
    }
}

fn add(desk: &mut Desk, args: &CustomerAdd) -> Ending {
    let given = &args.about;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let about = holdfast_domain::command::AboutCustomer {
        preferred_contact: contact(given)?,
        timezone: zone(given)?.flatten(),
        language: text(&given.language),
        tags: given.tag.clone(),
        preferences: text(&given.preferences),
        photo_url: text(&given.photo_url),
        consent: consent(given, desk.at),
    };
    let (customer_id, command) = draft::add_customer(&args.name, |customer| {
        customer.email = text(&given.email);
        customer.phone = text(&given.phone);
        customer.address = text(&given.address);
        customer.note = text(&given.note);
        customer.about = about;
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is entered.", tame(&args.name));
    Ok(changed("customer_id", &customer_id, receipt.as_ref(), &done))
}

fn contact(given: &AboutCustomer) -> Result<Option<Contact>, Stop> {
    let read = |text: &str| text.parse().map_err(|it: String| Stop::bad_input("contact", &it));
    given.contact.as_deref().map(read).transpose()
}

fn zone(given: &AboutCustomer) -> Result<Option<Option<Zone>>, Stop> {
    super::staff::zone(given.timezone.as_deref())
}

fn consent(given: &AboutCustomer, at: Timestamp) -> Option<Consent> {
    let (marketing, sms) = (given.marketing, given.sms);
    given.consent.clone().map(|version| Consent { given_at: at, version, marketing, sms })
}

fn edit(desk: &mut Desk, args: &CustomerEdit) -> Ending {
    let customer = desk.customer("customer", &args.customer)?;
    let given = &args.about;
    let mut tags = given.tag.clone();
    tags.sort_unstable();
    tags.dedup();
    let tags = (args.no_tags || !tags.is_empty()).then_some(tags);
    let consent = match (consent(given, desk.at), args.no_consent) {
        (_, true) => Some(None),
        (Some(consent), false) => Some(Some(consent)),
        (None, false) => None,
    };
    let blocked = args.block.clone().or_else(|| args.unblock.then(String::new));
    let command = Command::EditCustomer(EditCustomer {
        customer_id: customer.id,
        name: patch(&customer.name, args.name.clone()),
        email: patch(&customer.email, given.email.clone()),
        phone: patch(&customer.phone, given.phone.clone()),
        address: patch(&customer.address, given.address.clone()),
        note: patch(&customer.note, given.note.clone()),
        preferred_contact: patch(&customer.preferred_contact, contact(given)?.map(Some)),
        email_verified: patch(
            &customer.email_verified,
            either(args.email_verified, args.email_unverified),
        ),
        timezone: patch(&customer.timezone, zone(given)?),
        language: patch(&customer.language, given.language.clone()),
        tags: patch(&customer.tags, tags),
        preferences: patch(&customer.preferences, given.preferences.clone()),
        photo_url: patch(&customer.photo_url, given.photo_url.clone()),
        blocked_reason: patch(&customer.blocked_reason, blocked),
        consent: patch(&customer.consent, consent),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&customer.name)));
    Ok(changed("customer_id", &customer.id, receipt.as_ref(), &done))
}

fn merge(desk: &mut Desk, who: &str, into: &str) -> Ending {
    let customer = desk.customer_in_full("customer", who)?;
    let into = desk.customer_in_full("into", into)?;
    let done = format!("{} is {} from now on.", tame(&customer.name), tame(&into.name));
    merged(desk, &customer, Some(into.id), &done)
}

fn unmerge(desk: &mut Desk, who: &str) -> Ending {
    let found = desk.replica.find_merged(who)?;
    if found == Found::None {
        let other = desk.customer("customer", who)?;
        let message = format!("{} was not merged into anybody", tame(&other.name));
        return Err(Stop::bad_input("customer", &message));
    }
    let customer = desk.customer_of(found, "customer", who)?;
    let done = format!("{} is somebody of their own again.", tame(&customer.name));
    merged(desk, &customer, None, &done)
}

fn merged(desk: &mut Desk, customer: &Customer, to: Option<CustomerId>, done: &str) -> Ending {
    let merged_into = Patch { from: customer.merged_into, to };
    let command = MergeCustomers { customer_id: customer.id, merged_into };
    let receipt = desk.submit(&Command::MergeCustomers(command))?;
    let mut answer = changed("customer_id", &customer.id, receipt.as_ref(), done);
    answer.json["merged_into"] = json!(to);
    Ok(answer)
}

pub(super) fn list(desk: &Desk, args: &Customers) -> Ending {
    let text = args.search.as_deref().unwrap_or_default();
    let shown = if args.deleted { Shown::All } else { Shown::Kept };
    let limit = args.limit.unwrap_or(usize::MAX);
    // What narrows the list down afterwards is asked of all of them.
    let narrowed = args.tag.is_some() || args.tier.is_some() || args.marketing || args.sms;
    let enough = if narrowed { usize::MAX } else { limit };
    let mut customers = desk.replica.customers_shown(shown, text, enough)?;
    if !text.trim().is_empty() && customers.len() < enough {
        let mut found: HashSet<CustomerId> = customers.iter().map(|it| it.id).collect();
        let tagged = desk.replica.customers_by_tag(shown, text)?;
        customers.extend(tagged.into_iter().filter(|it| found.insert(it.id)));
    }
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    customers.retain(|customer| {
        let consent = customer.consent.as_ref();
        let has = |tag: &String| customer.tags.iter().any(|it| same(it, tag));
        args.tag.as_ref().is_none_or(has)
            && (!args.marketing || consent.is_some_and(|consent| consent.marketing))
            && (!args.sms || consent.is_some_and(|consent| consent.sms))
    });
    if let Some(tier) = &args.tier {
        let venue = desk.venue_or_home(args.venue.as_deref())?;
        if !venue.policy.tiers.iter().any(|it| same(&it.name, tier)) {
            let names: Vec<&str> = venue.policy.tiers.iter().map(|it| it.name.as_str()).collect();
            let has = match names.is_empty() {
                true => "none; `holdfast venue edit --tier` makes some".into(),
                false => names.join(", "),
            };
            let message = format!("“{tier}” is no tier of this venue; it has {has}");
            return Err(Stop::bad_input("tier", &message));
        }
        let tiers = desk.replica.tiers(&venue, desk.at)?;
        customers.retain(|customer| tiers.of(customer.id).is_some_and(|it| same(it, tier)));
    }
    customers.truncate(limit);
    Ok(told(&customers, text.is_empty()))
}

fn told(customers: &[Customer], all: bool) -> Answer {
    let mut table = Table::new(&["name", "e-mail", "phone", "address", "tags", "", "id"]);
    for customer in customers {
        table.row([
            customer.name.clone(),
            customer.email.clone(),
            customer.phone.clone(),
            customer.address.clone(),
            customer.tags.join(", "),
            state(customer).into(),
            customer.id.to_string(),
        ]);
    }
    let nobody = if all {
        "There are no such customers."
    } else {
        "No customer has all of that in name, e-mail, phone, tags or a booking's title."
    };
    let rows = customers.iter().map(|customer| json!(customer)).collect();
    Answer::new(listed("customers", rows), table.or(nobody))
}

fn state(customer: &Customer) -> &'static str {
    match (&customer.deletion, customer.blocked_reason.is_empty()) {
        (Some(_), _) => "deleted",
        (None, false) => "blocked",
        (None, true) => "",
    }
}

fn show(desk: &Desk, text: &str) -> Ending {
    let customer = desk.customer("customer", text)?;
    let venue = desk.home()?;
    let figures = desk.replica.figures(customer.id, venue.as_ref(), desk.at)?;
    let packages = desk.replica.packages(Some(customer.id))?;
    // Also by way of somebody else.
    let mut merged = desk.replica.merged_into(customer.id)?;
    let mut n = 0;
    while let Some(one) = merged.get(n) {
        merged.extend(desk.replica.merged_into(one.id)?);
        n += 1;
    }
    let merged: Vec<Value> =
        merged.iter().map(|it| json!({ "id": it.id, "name": it.name })).collect();
    let names = desk.resource_names()?;
    let period = Interval::new(desk.at, Timestamp::RANGE.end);
    let filter = Filter { customer_id: Some(customer.id), period, ..Filter::default() };
    let mut ahead = desk.replica.list(&filter)?;
    ahead.retain(|listed| listed.booking.status.is_open());
    let ahead: Vec<Value> = ahead.iter().map(|listed| brief(listed, &names)).collect();
    let json = json!({
        "customer": customer,
        "figures": figures,
        "packages": packages,
        "merged": merged,
        "ahead": ahead,
    });
    let mut table = Table::new(&[]);
    let zone = desk.zone()?;
    let known = json["customer"].as_object().into_iter().flatten();
    for (key, value) in known.filter(|(key, _)| !matches!(key.as_str(), "consent" | "deletion")) {
        let said = readable(value, zone);
        if !said.is_empty() {
            table.row([key.replace('_', " "), said]);
        }
    }
    if let Some(consent) = &customer.consent {
        table.row(["consent".into(), agreed(consent, zone)]);
    }
    for (key, said) in come_to(&figures, zone) {
        table.row([key.into(), said]);
    }
    for one in &packages {
        let until = when::shown(zone, one.valid_until);
        table.row([
            "package".into(),
            format!("{}: {}, until {until}", one.name, counted(one.balance, "credit")),
        ]);
    }
    for other in &merged {
        table.row(["also known as".into(), readable(&other["name"], zone)]);
    }
    table.row([format!("{} ahead", Entity::Booking.noun()), ahead.len().to_string()]);
    Ok(Answer::new(json.clone(), table.to_string()))
}

fn agreed(consent: &Consent, zone: Zone) -> String {
    let mut said = format!("to “{}” on {}", consent.version, when::shown(zone, consent.given_at));
    said.push_str(if consent.marketing { ", offers" } else { ", no offers" });
    said.push_str(if consent.sms { ", text messages" } else { ", no text messages" });
    said
}

/// What their history comes to.
fn come_to(figures: &Figures, zone: Zone) -> Vec<(&'static str, String)> {
    let instant = |at: Option<Timestamp>| at.map(|at| when::shown(zone, at));
    let money = |minor| figures.currency.map(|currency| Money { minor, currency }.to_string());
    let all = [
        ("visits", Some(figures.visits.to_string())),
        ("no-shows", Some(figures.no_shows.to_string())),
        ("first visit", instant(figures.first_visit)),
        ("last visit", instant(figures.last_visit)),
        ("paid for bookings", money(figures.spend_minor)),
        ("paid for packages", money(figures.packages_minor)),
        ("points", Some(figures.points.to_string())),
        ("tier", figures.tier.clone()),
        ("credits left", Some(figures.balance.to_string())),
    ];
    all.into_iter().filter_map(|(what, said)| Some((what, said?))).collect()
}
