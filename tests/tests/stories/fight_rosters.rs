//! Sixteen clients fight for the last places of a class, and for the last credits of a package that
//! is good at two venues: exactly as many win as there are.

use crate::club::{examine, two_desks};
use crate::device::{Device, now, resource_id};
use holdfast_domain::command::{
    AboutCustomer, AddAttendance, AddCustomer, AddProduct, AddResource, Book, OpenVenue,
    SellPackage,
};
use holdfast_domain::*;
use holdfast_protocol::Outcome;
use std::collections::BTreeMap;
use uuid::Uuid;

const CLIENTS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_clients_fight_for_the_last_places_of_a_class() {
    let (database, hq, _a, _b) = two_desks("places");
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Device::enrol(&hq, "Club", "Riverside").await);
    }
    let court = resource_id(&database, "Court 1");
    let class = class(&clients[0], court, 10);
    let people = customers(CLIENTS * 6);
    let mut setup: Vec<Command> = people.iter().map(|(_, add)| add.clone()).collect();
    setup.push(Command::Book(class.clone()));
    accepted_all(&mut clients[0], setup).await;

    let wanted = clients.into_iter().zip(people.chunks(6)).map(|(client, people)| {
        let attend = |(customer_id, _): &(CustomerId, Command)| {
            Command::AddAttendance(AddAttendance {
                booking_id: class.booking_id,
                customer_id: *customer_id,
                waitlist: false,
                package_id: None,
                credits: 0,
            })
        };
        (client, people.iter().map(attend).collect())
    });
    let met = fight(wanted.collect()).await;
    assert_eq!(met, BTreeMap::from([("done".into(), 10), ("places_taken".into(), 86)]));
    assert_eq!(database.run("select places_taken from bookings where capacity = 10"), "10");
    assert_eq!(database.run("select count(*) from attendances where status = 'booked'"), "10");
    examine(&database);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_venues_fight_for_the_last_credits_of_a_package() {
    let (database, hq, _a, _b) = two_desks("credits");
    let mut first = Device::enrol(&hq, "Club", "Riverside").await;
    let hill = VenueId(Uuid::now_v7());
    let (court, other_court) = (resource_id(&database, "Court 1"), ResourceId(Uuid::now_v7()));
    let (customer_id, add) = customers(1).swap_remove(0);
    let (package_id, selling) = sold(customer_id, 12);
    let setup = [open(hill), add_court(other_court, hill), add].into_iter().chain(selling);
    accepted_all(&mut first, setup.collect()).await;

    let mut wanted = Vec::new();
    for n in 0..CLIENTS {
        let (venue, court) = [("Riverside", court), ("Hill", other_court)][n % 2];
        let client = Device::enrol(&hq, "Club", venue).await;
        let book = |i: usize| {
            let slot = n * 5 + i;
            let (day, minute) = (4 + slot / 20, slot % 20 * 60);
            Command::Book(Book {
                customer_id: Some(customer_id),
                package_id: Some(package_id),
                credits: 1,
                ..client.book(court, day as u64, minute as u32, 60)
            })
        };
        let commands = (0..5).map(book).collect();
        wanted.push((client, commands));
    }
    let met = fight(wanted).await;
    assert_eq!(met, BTreeMap::from([("done".into(), 12), ("credits_insufficient".into(), 68)]));
    assert_eq!(database.run("select balance from packages"), "0");
    assert_eq!(database.run("select sum(credits), count(*) from credit_entries"), "0|13");
    assert_eq!(database.run("select count(*) from bookings where package_id is not null"), "12");
    examine(&database);
}

/// Everybody pushes at once, two operations at a time; answers how often each answer was given.
async fn fight(clients: Vec<(Device, Vec<Command>)>) -> BTreeMap<String, usize> {
    let fighting = clients.into_iter().map(|(mut client, commands)| {
        tokio::spawn(async move {
            let mut answers = Vec::new();
            for commands in commands.chunks(2) {
                let operations = commands.iter().map(|it| client.operation(it)).collect();
                let reply = client.push(operations).await.expect("no request ends in an error");
                client.cursors.extend(reply.cursors);
                answers.extend(reply.verdicts.into_iter().map(|verdict| answer(verdict.outcome)));
            }
            answers
        })
    });
    let mut met = BTreeMap::new();
    for fighter in fighting.collect::<Vec<_>>() {
        for answer in fighter.await.unwrap() {
            *met.entry(answer).or_default() += 1;
        }
    }
    met
}

fn answer(outcome: Outcome) -> String {
    match outcome {
        Outcome::Accepted { .. } => "done".into(),
        Outcome::Refused { refusal, .. } => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn accepted_all(device: &mut Device, commands: Vec<Command>) {
    let operations = commands.iter().map(|command| device.operation(command)).collect();
    let reply = device.push(operations).await.unwrap();
    device.cursors.extend(reply.cursors);
    for verdict in reply.verdicts {
        assert_eq!(answer(verdict.outcome), "done");
    }
}

/// Customers, and the commands that enter them.
pub(crate) fn customers(count: usize) -> Vec<(CustomerId, Command)> {
    let add = |n| {
        let customer_id = CustomerId(Uuid::now_v7());
        let add = AddCustomer {
            customer_id,
            name: format!("Customer {n}"),
            email: String::new(),
            phone: String::new(),
            address: String::new(),
            note: String::new(),
            source: None,
            about: AboutCustomer::default(),
            chosen: false,
        };
        (customer_id, Command::AddCustomer(add))
    };
    (0..count).map(add).collect()
}

/// A class of some places, in three days.
pub(crate) fn class(device: &Device, court: ResourceId, places: u32) -> Book {
    Book { capacity: Some(places), ..device.book(court, 3, 600, 60) }
}

/// A package of some credits, and the commands that sell it.
pub(crate) fn sold(customer_id: CustomerId, credits: u32) -> (PackageId, Vec<Command>) {
    let (package_id, product_id) = (PackageId(Uuid::now_v7()), ProductId(Uuid::now_v7()));
    let at = now();
    let product = AddProduct {
        product_id,
        name: "Card".into(),
        description: String::new(),
        category: String::new(),
        popular: false,
        features: Vec::new(),
        position: 0,
        status: ProductStatus::Active,
        credits,
        validity_days: 30,
        price: None,
        service_ids: Vec::new(),
        venue_id: None,
    };
    let sale = SellPackage {
        package_id,
        product_id,
        customer_id,
        credits,
        price: None,
        valid_from: at,
        valid_until: at.plus_ms(30 * 24 * 3_600_000),
    };
    (package_id, vec![Command::AddProduct(product), Command::SellPackage(sale)])
}

fn open(venue_id: VenueId) -> Command {
    Command::OpenVenue(OpenVenue {
        venue_id,
        name: "Hill".into(),
        timezone: Zone::parse("Europe/London").unwrap(),
        currency: Currency::parse("GBP").unwrap(),
        slot_minutes: 30,
    })
}

fn add_court(resource_id: ResourceId, venue_id: VenueId) -> Command {
    Command::AddResource(AddResource {
        resource_id,
        name: "Hill Court".into(),
        kind: ResourceKind::Court,
        location: String::new(),
        description: String::new(),
        venue_ids: vec![venue_id],
        source: None,
        part_ids: Vec::new(),
        staff_id: None,
        hours: Vec::new(),
        needs_approval: false,
    })
}
