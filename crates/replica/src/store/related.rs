//! Answers to the questions that rules ask for rows they cannot name.

use super::bookings::{self, LONGEST_STAY_MS};
use super::customers::ALL_ONE;
use super::rows::Shown;
use super::{AsJson, claims, customers, outbox, rows, whose};
use holdfast_domain::facts::claims_since;
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, AvailabilityException, Booking, BookingId, Change,
    Claim, ClaimId, CreditEntry, Customer, CustomerId, Entity, Event, ExceptionKind, HistoryEntry,
    Interval, Overlap, Package, Payment, PaymentId, Related, Resource, ResourceId, Row, Series,
    Service, Timestamp, Venue, VenueId,
};
use rusqlite::{Connection, ToSql};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The ids of who bought a package, `?1`, of whoever they turned out to be, and of all who turned out to be
/// that one, too.
const OWNERS: &str = "with recursive
    up (id) as (select customer_id from packages where id = ?1
        union select c.merged_into from customers c join up on c.id = up.id
            where c.merged_into is not null),
    one (id) as (select id from up
        union select c.id from customers c join one on c.merged_into = one.id)
    select id from one";

/// The rows that answer `question`, at the operation's time `now`.
pub(crate) fn answer(
    db: &Connection,
    question: &Related,
    now: Timestamp,
) -> rusqlite::Result<Vec<Change>> {
    match question {
        Related::Exceptions { venue_id, resource_ids, period } => {
            changes(exceptions(db, *venue_id, resource_ids, *period)?)
        }
        Related::CustomerBookings { customer_id, period } => {
            whereabouts(db, *customer_id, Some(*period), None)
        }
        Related::CustomerWhile(id) => match rows::get::<Booking>(db, *id)? {
            Some(Booking { customer_id: Some(customer_id), stay, .. }) => {
                whereabouts(db, customer_id, stay.interval(), Some(*id))
            }
            _ => Ok(Vec::new()),
        },
        Related::CustomerBookingsOf { booking_id, period } => {
            match rows::get::<Booking>(db, *booking_id)?.and_then(|booking| booking.customer_id) {
                Some(customer_id) => whereabouts(db, customer_id, Some(*period), Some(*booking_id)),
                None => Ok(Vec::new()),
            }
        }
        Related::CustomerDuring { customer_id, booking_id } => {
            let during = rows::get::<Booking>(db, *booking_id)?.and_then(|it| it.stay.interval());
            whereabouts(db, *customer_id, during, Some(*booking_id))
        }
        Related::PlaceDuring(id) => match rows::get::<Attendance>(db, *id)? {
            Some(Attendance { customer_id, booking_id, .. }) => {
                let question = Related::CustomerDuring { customer_id, booking_id };
                answer(db, &question, now)
            }
            None => Ok(Vec::new()),
        },
        Related::Payments(id) => changes(rows::all::<Payment>(
            db,
            "where t.booking_id = ?1 order by t.taken_at, t.id",
            &[&id.0],
        )?),
        Related::LinesOf(id) => changes(rows::all::<CreditEntry>(
            db,
            "where t.package_id = ?1 order by t.entered_at, t.id",
            &[&id.0],
        )?),
        Related::AllOf(id) => all_of(db, id.0),
        Related::OnceOf(id) => once_of(db, *id),
        Related::SaidOf(id) => said_of(db, *id),
        Related::Person { customer_id, since } => person(db, *customer_id, *since),
        Related::Roster(id) => {
            let places = "where t.booking_id = ?1 order by t.joined_at, t.id";
            let packages = "where t.id in (select package_id from attendances
                where booking_id = ?1) order by t.id";
            let mut all = changes(rows::all::<Attendance>(db, places, &[&id.0])?)?;
            all.extend(changes(rows::all::<Package>(db, packages, &[&id.0])?)?);
            Ok(all)
        }
        Related::ResourcesOf(id) => {
            let resources = "where t.id in (select unhex(replace(value, '-', '')) from bookings b,
                json_each(b.resource_ids) where b.id = ?1) order by t.id";
            let venue = "where t.id = (select venue_id from bookings where id = ?1)";
            let mut all = changes(rows::all::<Resource>(db, resources, &[&id.0])?)?;
            all.extend(changes(rows::all::<Venue>(db, venue, &[&id.0])?)?);
            Ok(all)
        }
        Related::InTheWayOf(id) => {
            let booking: Option<Booking> = rows::get(db, *id)?;
            let Some(booking) = booking else { return Ok(Vec::new()) };
            let Some(period) = booking.occupied() else { return Ok(Vec::new()) };
            let mut found = Vec::new();
            for &resource_id in booking.claimed_ids() {
                let except = ClaimId::of(*id, resource_id);
                let wanted = Overlap { resource_id, period, except };
                let claims = claims::in_the_way(db, &wanted)?;
                if !claims.is_empty() {
                    found.extend(rows::read(db, Entity::Resource, resource_id.0)?);
                }
                found.extend(claims.into_iter().map(Change::Claim));
            }
            Ok(found)
        }
        Related::OwnersOf(id) => {
            let rest = format!("where t.id in ({OWNERS}) order by t.id");
            changes(rows::all::<Customer>(db, &rest, &[&id.0])?)
        }
        Related::OwnersOfPaying(id) => match rows::get::<Booking>(db, *id)? {
            Some(Booking { package_id: Some(package_id), .. }) => {
                answer(db, &Related::OwnersOf(package_id), now)
            }
            _ => Ok(Vec::new()),
        },
        Related::PeopleOf(id) => {
            let during = rows::get::<Booking>(db, *id)?.and_then(|it| it.stay.interval());
            people_during(db, *id, during)
        }
        Related::PeopleDuring { booking_id, period } => {
            people_during(db, *booking_id, Some(*period))
        }
        Related::PlacesOfOwners { package_id, booking_id } => {
            let rest =
                format!("where t.booking_id = ?2 and t.customer_id in ({OWNERS}) order by t.id");
            changes(rows::all::<Attendance>(db, &rest, &[&package_id.0, &booking_id.0])?)
        }
        Related::ServiceOf(id) => {
            let rest = "where t.id = (select service_id from bookings where id = ?1)";
            changes(rows::all::<Service>(db, rest, &[&id.0])?)
        }
        Related::PartsOf(id) => changes(rows::all::<Resource>(
            db,
            "where t.id in (select part_id from resource_parts where resource_id = ?1) order by t.id",
            &[&id.0],
        )?),
        Related::Wholes(id) => changes(rows::all::<Resource>(
            db,
            "where t.id in (select resource_id from resource_parts where part_id = ?1) order by t.id",
            &[&id.0],
        )?),
        Related::ResourcesOfStaff(id) => {
            let rest = "where t.staff_id = ?1 order by t.id";
            changes(rows::all::<Resource>(db, rest, &[&id.0])?)
        }
        Related::VenuesBesides(id) => {
            let besides = ("", "t.id <> ?1 order by t.id");
            changes(rows::listed::<Venue>(db, Shown::Kept, besides, &[&id.0])?)
        }
        Related::EventsNamed { slug, except } => {
            let rest = "where t.slug = ?1 and t.id <> ?2 order by t.id";
            changes(rows::all::<Event>(db, rest, &[slug, &except.0])?)
        }
        Related::NamesakesOf(id) => {
            let rest = "where t.slug = (select slug from events where id = ?1) and t.id <> ?1
                order by t.id";
            changes(rows::all::<Event>(db, rest, &[&id.0])?)
        }
        Related::FutureBookings(id) => {
            let found = bookings::of_resource(db, *id, now)?;
            let named: BTreeSet<ResourceId> =
                found.iter().flat_map(|booking| booking.resource_ids.clone()).collect();
            let mut all = changes(found)?;
            for id in named {
                all.extend(rows::get::<Resource>(db, id)?.map(Change::Resource));
            }
            Ok(all)
        }
        Related::FutureClaims(ids) => changes(future_claims(db, ids, now)?),
    }
}

/// Where a customer is during `period`, besides in `except`: of them and of all who turned out to be
/// one with them, who they are, their bookings, and their places on the roster of `except`.
fn whereabouts(
    db: &Connection,
    customer_id: CustomerId,
    period: Option<Interval>,
    except: Option<BookingId>,
) -> rusqlite::Result<Vec<Change>> {
    let mut all = Vec::new();
    let ids = customers::all_one(db, customer_id)?;
    let several = ids.len() > 1;
    for id in ids {
        if several || except.is_some() {
            all.extend(rows::get::<Customer>(db, id)?.map(Change::Customer));
        }
        if let Some(period) = period {
            let mut bookings = bookings::open_of_customer(db, id.0, period)?;
            bookings.retain(|booking| Some(booking.id) != except);
            all.extend(changes(bookings)?);
        }
        if let Some(except) = except {
            let place = rows::get(db, AttendanceId::of(except, id))?;
            all.extend(place.map(Change::Attendance));
        }
    }
    Ok(all)
}

/// Who is one with a customer; and what of theirs ends at `since` or later.
fn person(
    db: &Connection,
    customer_id: CustomerId,
    since: Option<Timestamp>,
) -> rusqlite::Result<Vec<Change>> {
    let who = format!("where t.id in ({ALL_ONE}) order by t.id");
    let mut all = changes(rows::all::<Customer>(db, &who, &[&customer_id.0])?)?;
    let Some(since) = since else { return Ok(all) };
    let stays = format!(
        "where t.ends_at >= ?2 and t.id in (
             select id from bookings where customer_id in ({ALL_ONE})
             union select booking_id from attendances where customer_id in ({ALL_ONE}))
         order by t.id"
    );
    let good = format!("where t.valid_until >= ?2 and t.customer_id in ({ALL_ONE}) order by t.id");
    let asked: [&dyn ToSql; 2] = [&customer_id.0, &since.0];
    all.extend(changes(rows::all::<Booking>(db, &stays, &asked)?)?);
    all.extend(changes(rows::all::<Package>(db, &good, &asked)?)?);
    Ok(all)
}

/// Whoever has, or had, a place on a roster, and all who are one with them.
pub(crate) fn people_of(db: &Connection, id: BookingId) -> rusqlite::Result<Vec<Customer>> {
    let rest = "where t.id in (with recursive up (id) as (
            select customer_id from attendances where booking_id = ?1
            union select c.merged_into from customers c join up on c.id = up.id
                where c.merged_into is not null),
        one (id) as (select id from up
            union select c.id from customers c join one on c.merged_into = one.id)
        select id from one) order by t.id";
    rows::all(db, rest, &[&id.0])
}

/// Who the people of a roster are, and where they are during a period, itself among it.
fn people_during(
    db: &Connection,
    id: BookingId,
    during: Option<Interval>,
) -> rusqlite::Result<Vec<Change>> {
    let people = people_of(db, id)?;
    let mut all = changes(people.clone())?;
    let Some(during) = during else { return Ok(all) };
    for customer in people {
        let place = |id| -> rusqlite::Result<_> {
            let place = rows::get(db, AttendanceId::of(id, customer.id))?;
            Ok(place.filter(|it: &Attendance| is_there(it.status)).map(Change::Attendance))
        };
        all.extend(place(id)?);
        for booking in bookings::open_of_customer(db, customer.id.0, during)? {
            if booking.id != id {
                all.extend(place(booking.id)?);
                all.push(Change::Booking(booking));
            }
        }
    }
    Ok(all)
}

/// Whether somebody with such a place is, or was, or will be there.
fn is_there(status: AttendanceStatus) -> bool {
    use AttendanceStatus::{Booked, Late, Present};
    matches!(status, Booked | Present | Late)
}

/// The exceptions to opening hours that concern some resources of a venue during `period`.
pub(crate) fn exceptions(
    db: &Connection,
    venue_id: VenueId,
    resource_ids: &[ResourceId],
    period: Interval,
) -> rusqlite::Result<Vec<AvailabilityException>> {
    rows::all(
        db,
        "where t.withdrawn = 0 and t.ends_at > ?1 and t.starts_at < ?2
           and ((t.kind = 'closure' and t.venue_id = ?3)
             or exists (select 1 from json_each(?4) wanted
                 where t.resource_id = unhex(replace(wanted.value, '-', '')))
             or (t.staff_id is not null and exists (select 1 from json_each(?4) wanted
                 join resources r on r.id = unhex(replace(wanted.value, '-', ''))
                 where r.staff_id = t.staff_id)))
         order by t.starts_at, t.id",
        &[&period.starts_at().0, &period.ends_at().0, &venue_id.0, &AsJson(resource_ids)],
    )
}

/// All that concerns a customer, besides their own row.
pub(crate) fn all_of(db: &Connection, customer_id: Uuid) -> rusqlite::Result<Vec<Change>> {
    let own = "where t.customer_id = ?1 order by t.id";
    let theirs = "(select id from bookings where customer_id = ?1)";
    let packages = "(select id from packages where customer_id = ?1)";
    let paid = format!(
        "where t.attendance_id in (select id from attendances where customer_id = ?1)
             or (t.attendance_id is null and t.booking_id in {theirs}) order by t.id"
    );
    let lines = format!("where t.package_id in {packages} order by t.id");
    let told = format!(
        "where t.about_id = ?1 or t.about_id in {theirs} or t.about_id in {packages} order by t.id"
    );
    let id: [&dyn ToSql; 1] = [&customer_id];
    let mut all = changes(rows::all::<Booking>(db, own, &id)?)?;
    all.extend(changes(rows::all::<Attendance>(db, own, &id)?)?);
    all.extend(changes(rows::all::<Payment>(db, &paid, &id)?)?);
    all.extend(changes(rows::all::<Package>(db, own, &id)?)?);
    all.extend(changes(rows::all::<CreditEntry>(db, &lines, &id)?)?);
    all.extend(changes(rows::all::<HistoryEntry>(db, &told, &id)?)?);
    all.extend(changes(series_of(db, CustomerId(customer_id))?)?);
    Ok(all)
}

/// The series that are about a customer: made for them or given to them whole, and no date of anybody else
/// is called so. Who is erased is nobody else, and what was added since does not say for whom it was made.
fn series_of(db: &Connection, customer: CustomerId) -> rusqlite::Result<Vec<Series>> {
    let once_ids = "(select unhex(replace(value, '-', '')) from json_each(?2))";
    let dates =
        format!("(select series_id from bookings where customer_id = ?1 or id in {once_ids})");
    let recurring = format!(
        "where t.id in {dates} and not exists (select 1 from bookings b
             where b.series_id = t.id and b.customer_id is not ?1
                 and not exists (select 1 from customers c
                     where c.id = b.customer_id and c.erased_at is not null)
                 and ((b.title = t.title and b.title <> ''
                         and (b.customer_id is not null or b.id not in {once_ids}))
                     or (b.made_at = t.made_at and b.id not in {once_ids})))
         order by t.id"
    );
    rows::all(db, &recurring, &[&customer.0, &AsJson(once(db, customer)?)])
}

/// What is said of a booking.
pub(crate) fn said_of(db: &Connection, id: BookingId) -> rusqlite::Result<Vec<Change>> {
    let own = "where t.booking_id = ?1 order by t.id";
    let id: [&dyn ToSql; 1] = [&id.0];
    let mut all = changes(rows::all::<Payment>(db, own, &id)?)?;
    all.extend(changes(rows::all::<Attendance>(db, own, &id)?)?);
    let told = "where t.about_id = ?1 order by t.id";
    all.extend(changes(rows::all::<HistoryEntry>(db, told, &id)?)?);
    // What its series is called, where no other date is called so.
    let called = "where t.id = (select series_id from bookings where id = ?1) and t.title <> ''
        and not exists (select 1 from bookings b
            where b.series_id = t.id and b.id <> ?1 and b.title = t.title) order by t.id";
    all.extend(changes(rows::all::<Series>(db, called, &id)?)?);
    Ok(all)
}

/// The bookings that were a customer's and are not any more.
fn once(db: &Connection, customer: CustomerId) -> rusqlite::Result<BTreeSet<BookingId>> {
    let mut once: BTreeSet<BookingId> = told_once(db, customer)?;
    for (_, booking_id) in outbox::of_bookings_of(db, customer)? {
        let booking = rows::get::<Booking>(db, booking_id)?;
        if booking.is_none_or(|it| it.customer_id != Some(customer)) {
            once.insert(booking_id);
        }
    }
    Ok(once)
}

/// Those of which headquarters has told.
fn told_once(db: &Connection, customer: CustomerId) -> rusqlite::Result<BTreeSet<BookingId>> {
    db.prepare_cached(
        "select unhex(replace(told.value ->> 'before', '-', ''))
         from history_entries h, json_each(h.changes) told
         where h.about_id = ?1 and told.value ->> 'field' = 'booking_id'",
    )?
    .query_map([customer.0], |row| row.get(0).map(BookingId))?
    .collect()
}

/// What was said of bookings that were a customer's and are not any more.
fn once_of(db: &Connection, customer: CustomerId) -> rusqlite::Result<Vec<Change>> {
    let told = told_once(db, customer)?;
    let once = once(db, customer)?;
    // Of what headquarters has not told yet, or never does where there is none.
    let mut paid_here = Vec::new();
    for &booking_id in once.difference(&told) {
        paid_here.extend(paid_while(db, booking_id, customer)?);
    }
    if once.is_empty() {
        return Ok(Vec::new());
    }
    let once_ids = "(select unhex(replace(value, '-', '')) from json_each(?1))";
    let nobodys =
        format!("(select id from bookings where customer_id is null and id in {once_ids})");
    // What was said of one while it was somebody else's is about that one.
    let whose = whose_of("t");
    let others = format!(
        "not exists (select 1 from json_each(t.changes) told
             where told.value ->> 'field' in ('whose', 'customer_id')
                 and ?2 in (told.value ->> 'before', told.value ->> 'after'))
         and coalesce(?2 <> {whose}, false)"
    );
    let history = format!(
        "where t.about_id in {once_ids} and (t.about_id in {nobodys} or not ({others}))
         order by t.id"
    );
    let own = format!("where t.id in {nobodys} order by t.id");
    let whose = whose_of("told");
    let paid = format!(
        "where t.booking_id in {nobodys}
           or t.id in (select unhex(replace(value, '-', '')) from json_each(?3))
           or (t.booking_id in {once_ids} and exists (
             select 1 from history_entries told, json_each(told.changes) id
             where told.about_id = t.booking_id and id.value ->> 'field' = 'id'
                 and unhex(replace(id.value ->> 'after', '-', '')) = t.id and {whose} = ?2))
         order by t.id"
    );
    let (once, whose) = (AsJson(once), customer.to_string());
    let mut all = changes(rows::all::<HistoryEntry>(db, &history, &[&once, &whose])?)?;
    all.extend(changes(rows::all::<Booking>(db, &own, &[&once])?)?);
    let asked: [&dyn ToSql; 3] = [&once, &whose, &AsJson(paid_here)];
    all.extend(changes(rows::all::<Payment>(db, &paid, &asked)?)?);
    Ok(all)
}

/// The payments that were entered here for a booking while it was a customer's; nobody's is whose it was
/// last.
fn paid_while(
    db: &Connection,
    id: BookingId,
    customer: CustomerId,
) -> rusqlite::Result<Vec<PaymentId>> {
    let mut paid = Vec::new();
    for payment in rows::all::<Payment>(db, "where t.booking_id = ?1 order by t.id", &[&id.0])? {
        let steps = outbox::steps_of(db, Entity::Payment, payment.id.0)?;
        let Some(&(entered, ..)) = steps.first() else { continue };
        if whose::between(db, entered, entered)?
            .remove(&entered)
            .is_some_and(|whose| whose.get(&id.to_string()) == Some(&customer))
        {
            paid.push(payment.id);
        }
    }
    Ok(paid)
}

/// Whose a booking was when an entry of its history came to be: nobody's is whose it was last.
fn whose_of(entry: &str) -> String {
    format!(
        "(select of.value ->> 'after' from history_entries h, json_each(h.changes) of
          where h.about_id = {entry}.about_id and of.value ->> 'field' = 'whose'
              and (h.at, h.id) <= ({entry}.at, {entry}.id)
          order by h.at desc, h.id desc limit 1)"
    )
}

/// What an exception would occupy if it were a booking: the period, on each resource that it is
/// about.
pub(crate) fn shut_by(
    db: &Connection,
    exception: &AvailabilityException,
) -> rusqlite::Result<Vec<Claim>> {
    let resources: Vec<Resource> = rows::all(
        db,
        "where t.id = ?1 or t.staff_id = ?2
             or (?3 and t.id in (select resource_id from resource_venues where venue_id = ?4))",
        &[
            &exception.resource_id.map(|id| id.0),
            &exception.staff_id.map(|id| id.0),
            &(exception.kind == ExceptionKind::Closure),
            &exception.venue_id.0,
        ],
    )?;
    let claim = |resource: Resource| Claim {
        id: ClaimId::default(),
        resource_id: resource.id,
        starts_at: exception.stay.starts_at,
        ends_at: exception.stay.ends_at,
        active: true,
    };
    Ok(resources.into_iter().map(claim).collect())
}

fn future_claims(
    db: &Connection,
    ids: &[ResourceId],
    now: Timestamp,
) -> rusqlite::Result<Vec<Claim>> {
    let forever = Timestamp::RANGE.end.plus_ms(LONGEST_STAY_MS);
    match Interval::new(claims_since(now), forever) {
        Some(period) => claims::during_all(db, ids, period),
        None => Ok(Vec::new()),
    }
}

fn changes<T: Row>(rows: Vec<T>) -> rusqlite::Result<Vec<Change>> {
    Ok(rows.into_iter().map(Row::into_change).collect())
}
