//! Answers to the questions that rules ask for rows they cannot name.

use super::{OrgId, Tx, claims, rows, time};
use crate::Failure;
use holdfast_domain::facts::claims_since;
use holdfast_domain::{
    Attendance, AvailabilityException, Booking, BookingId, Change, Claim, ClaimId, CreditEntry,
    Customer, CustomerId, Entity, Event, HistoryEntry, Interval, Package, PackageId, Payment,
    Related, Resource, ResourceId, Row, Series, Service, Timestamp, Venue,
};
use uuid::Uuid;

/// The ids of who bought a package, `$2`, of whoever they turned out to be, and of all who turned out to be
/// that one, too.
const OWNERS: &str = "with recursive
    up (id) as (select customer_id from packages where org_id = $1 and id = $2
        union select c.merged_into from customers c join up on c.id = up.id
            where c.org_id = $1 and c.merged_into is not null),
    one (id) as (select id from up
        union select c.id from customers c join one on c.merged_into = one.id where c.org_id = $1)
    select id from one";

/// The rows that answer `question`, at the operation's time `now`.
pub(crate) async fn answer(
    tx: &Tx<'_>,
    org: OrgId,
    question: &Related,
    now: Timestamp,
) -> Result<Vec<Change>, Failure> {
    match question {
        Related::Exceptions { venue_id, resource_ids, period } => {
            let ids: Vec<Uuid> = resource_ids.iter().map(|id| id.0).collect();
            changes(
                rows::all::<AvailabilityException>(
                    tx,
                    org,
                    "and not t.withdrawn and t.ends_at > $2 and t.starts_at < $3
                       and ((t.kind = 'closure' and t.venue_id = $4) or t.resource_id = any ($5)
                         or t.staff_id in (select staff_id from resources
                             where org_id = $1 and id = any ($5)))
                     order by t.starts_at, t.id",
                    &[&time(period.starts_at()), &time(period.ends_at()), &venue_id.0, &ids],
                )
                .await?,
            )
        }
        Related::CustomerBookings { customer_id, period } => {
            whereabouts(tx, org, *customer_id, Some(*period), None).await
        }
        Related::CustomerWhile(id) => match booking(tx, org, *id).await? {
            Some(Booking { customer_id: Some(customer_id), stay, .. }) => {
                whereabouts(tx, org, customer_id, stay.interval(), Some(*id)).await
            }
            _ => Ok(Vec::new()),
        },
        Related::CustomerBookingsOf { booking_id, period } => {
            match booking(tx, org, *booking_id).await?.and_then(|booking| booking.customer_id) {
                Some(customer_id) => {
                    whereabouts(tx, org, customer_id, Some(*period), Some(*booking_id)).await
                }
                None => Ok(Vec::new()),
            }
        }
        Related::CustomerDuring { customer_id, booking_id } => {
            let during = booking(tx, org, *booking_id).await?.and_then(|it| it.stay.interval());
            whereabouts(tx, org, *customer_id, during, Some(*booking_id)).await
        }
        Related::PlaceDuring(id) => {
            let place = rows::all::<Attendance>(tx, org, "and t.id = $2", &[&id.0]).await?.pop();
            let Some(place) = place else { return Ok(Vec::new()) };
            let during = booking(tx, org, place.booking_id).await?;
            let during = during.and_then(|booking| booking.stay.interval());
            whereabouts(tx, org, place.customer_id, during, Some(place.booking_id)).await
        }
        Related::Payments(id) => {
            let rest = "and t.booking_id = $2 order by t.taken_at, t.id";
            changes(rows::all::<Payment>(tx, org, rest, &[&id.0]).await?)
        }
        Related::LinesOf(id) => {
            let rest = "and t.package_id = $2 order by t.entered_at, t.id";
            changes(rows::all::<CreditEntry>(tx, org, rest, &[&id.0]).await?)
        }
        Related::AllOf(id) => all_of(tx, org, id.0).await,
        Related::OnceOf(id) => once_of(tx, org, id.0).await,
        Related::SaidOf(id) => {
            let own = "and t.booking_id = $2 order by t.id";
            let told = "and t.about_id = $2 order by t.id";
            let mut all = changes(rows::all::<Payment>(tx, org, own, &[&id.0]).await?)?;
            all.extend(changes(rows::all::<Attendance>(tx, org, own, &[&id.0]).await?)?);
            all.extend(changes(rows::all::<HistoryEntry>(tx, org, told, &[&id.0]).await?)?);
            // What its series is called, where no other date is called so.
            let called = "and t.title <> ''
                and t.id = (select series_id from bookings where org_id = $1 and id = $2)
                and not exists (select from bookings b where b.org_id = $1 and b.series_id = t.id
                    and b.id <> $2 and b.title = t.title) order by t.id";
            all.extend(changes(rows::all::<Series>(tx, org, called, &[&id.0]).await?)?);
            Ok(all)
        }
        Related::Person { customer_id, since } => person(tx, org, *customer_id, *since).await,
        Related::Roster(id) => {
            let places = "and t.booking_id = $2 order by t.joined_at, t.id";
            let packages = "and t.id in (select package_id from attendances
                where org_id = $1 and booking_id = $2) order by t.id";
            let mut all = changes(rows::all::<Attendance>(tx, org, places, &[&id.0]).await?)?;
            all.extend(changes(rows::all::<Package>(tx, org, packages, &[&id.0]).await?)?);
            Ok(all)
        }
        Related::ResourcesOf(id) => {
            let resources = "and t.id in (select unnest(resource_ids) from bookings
                where org_id = $1 and id = $2) order by t.id";
            let venue = "and t.id = (select venue_id from bookings where org_id = $1 and id = $2)";
            let mut all = changes(rows::all::<Resource>(tx, org, resources, &[&id.0]).await?)?;
            all.extend(changes(rows::all::<Venue>(tx, org, venue, &[&id.0]).await?)?);
            Ok(all)
        }
        Related::InTheWayOf(id) => in_the_way_of(tx, org, *id).await,
        Related::OwnersOf(id) => owners_of(tx, org, *id).await,
        Related::OwnersOfPaying(id) => {
            let paid_by = booking(tx, org, *id).await?.and_then(|booking| booking.package_id);
            let Some(package_id) = paid_by else { return Ok(Vec::new()) };
            owners_of(tx, org, package_id).await
        }
        Related::PeopleOf(id) => {
            let during = booking(tx, org, *id).await?.and_then(|booking| booking.stay.interval());
            people_of(tx, org, *id, during).await
        }
        Related::PeopleDuring { booking_id, period } => {
            people_of(tx, org, *booking_id, Some(*period)).await
        }
        Related::PlacesOfOwners { package_id, booking_id } => {
            let rest =
                format!("and t.booking_id = $3 and t.customer_id in ({OWNERS}) order by t.id");
            changes(rows::all::<Attendance>(tx, org, &rest, &[&package_id.0, &booking_id.0]).await?)
        }
        Related::ServiceOf(id) => {
            let rest = "and t.id = (select service_id from bookings where org_id = $1 and id = $2)";
            changes(rows::all::<Service>(tx, org, rest, &[&id.0]).await?)
        }
        Related::PartsOf(id) => {
            let rest = "and t.id in (select unnest(part_ids) from resources
                where org_id = $1 and id = $2) order by t.id";
            changes(rows::all::<Resource>(tx, org, rest, &[&id.0]).await?)
        }
        Related::Wholes(id) => {
            let rest = "and $2 = any (t.part_ids) order by t.id";
            changes(rows::all::<Resource>(tx, org, rest, &[&id.0]).await?)
        }
        Related::ResourcesOfStaff(id) => {
            let rest = "and t.staff_id = $2 order by t.id";
            changes(rows::all::<Resource>(tx, org, rest, &[&id.0]).await?)
        }
        Related::VenuesBesides(id) => {
            let rest = "and t.id <> $2 and t.deleted_at is null order by t.id";
            changes(rows::all::<Venue>(tx, org, rest, &[&id.0]).await?)
        }
        Related::EventsNamed { slug, except } => {
            let rest = "and t.slug = $2 and t.id <> $3 order by t.id";
            changes(rows::all::<Event>(tx, org, rest, &[slug, &except.0]).await?)
        }
        Related::NamesakesOf(id) => {
            let rest = "and t.slug = (select slug from events where org_id = $1 and id = $2)
                and t.id <> $2 order by t.id";
            changes(rows::all::<Event>(tx, org, rest, &[&id.0]).await?)
        }
        Related::FutureBookings(id) => {
            // Through their claims, which are found by resource.
            let rest = "and t.ends_at > $3 and $2 = any (t.resource_ids) and t.id in (
                    select l.booking_id from claims c
                    join booking_claims l on l.org_id = c.org_id and l.claim_id = c.id
                    where c.org_id = $1 and c.resource_id = $2 and c.starts_at > $4)
                order by t.starts_at, t.id";
            // Where nobody came the claim has ended, and the booking has not.
            let (now, since) = (time(now), time(claims_since(now)));
            let found = rows::all::<Booking>(tx, org, rest, &[&id.0, &now, &since]).await?;
            let named: Vec<Uuid> =
                found.iter().flat_map(|it| &it.resource_ids).map(|id| id.0).collect();
            let mut all = changes(found)?;
            let rest = "and t.id = any ($2) order by t.id";
            all.extend(changes(rows::all::<Resource>(tx, org, rest, &[&named]).await?)?);
            Ok(all)
        }
        Related::FutureClaims(ids) => {
            let forever = Interval::new(claims_since(now), Timestamp::RANGE.end);
            let asked: Vec<(ResourceId, Interval)> =
                ids.iter().filter_map(|id| Some((*id, forever?))).collect();
            changes(claims::overlapping(tx, org, &asked).await?)
        }
    }
}

async fn booking(tx: &Tx<'_>, org: OrgId, id: BookingId) -> Result<Option<Booking>, Failure> {
    Ok(rows::all::<Booking>(tx, org, "and t.id = $2", &[&id.0]).await?.pop())
}

/// Where a customer is during `period`, besides in `except`: of them and of all who turned out to be
/// one with them, who they are, their bookings, and their places on the roster of `except`.
async fn whereabouts(
    tx: &Tx<'_>,
    org: OrgId,
    customer_id: CustomerId,
    period: Option<Interval>,
    except: Option<BookingId>,
) -> Result<Vec<Change>, Failure> {
    // Hardly anybody is several, and each booking asks: their own are asked for meanwhile.
    let mut ids = vec![customer_id.0];
    let (several, mut bookings) =
        tokio::try_join!(is_several(tx, org, customer_id), open_of(tx, org, &ids, period))?;
    if several {
        ids = all_one(tx, org, customer_id).await?;
        bookings = open_of(tx, org, &ids, period).await?;
    }
    bookings.retain(|booking| Some(booking.id) != except);
    let mut all = changes(bookings)?;
    if several || except.is_some() {
        let who = "and t.id = any ($2) order by t.id";
        all.extend(changes(rows::all::<Customer>(tx, org, who, &[&ids]).await?)?);
    }
    if let Some(except) = except {
        let places = "and t.booking_id = $2 and t.customer_id = any ($3) order by t.id";
        all.extend(changes(rows::all::<Attendance>(tx, org, places, &[&except.0, &ids]).await?)?);
    }
    Ok(all)
}

/// Who is one with a customer; and what of theirs ends at `since` or later.
async fn person(
    tx: &Tx<'_>,
    org: OrgId,
    customer_id: CustomerId,
    since: Option<Timestamp>,
) -> Result<Vec<Change>, Failure> {
    let ids = all_one(tx, org, customer_id).await?;
    let who = "and t.id = any ($2) order by t.id";
    let mut all = changes(rows::all::<Customer>(tx, org, who, &[&ids]).await?)?;
    let Some(since) = since.map(time) else { return Ok(all) };
    let stays = "and t.ends_at >= $3 and t.id in (
             select id from bookings where org_id = $1 and customer_id = any ($2)
             union select booking_id from attendances
                 where org_id = $1 and customer_id = any ($2))
         order by t.id";
    let good = "and t.valid_until >= $3 and t.customer_id = any ($2) order by t.id";
    all.extend(changes(rows::all::<Booking>(tx, org, stays, &[&ids, &since]).await?)?);
    all.extend(changes(rows::all::<Package>(tx, org, good, &[&ids, &since]).await?)?);
    Ok(all)
}

/// Who the people of a roster are, and where they are during a period, itself among it.
async fn people_of(
    tx: &Tx<'_>,
    org: OrgId,
    id: BookingId,
    during: Option<Interval>,
) -> Result<Vec<Change>, Failure> {
    let rest = "and t.id in (with recursive up (id) as (
            select customer_id from attendances where org_id = $1 and booking_id = $2
            union select c.merged_into from customers c join up on c.id = up.id
                where c.org_id = $1 and c.merged_into is not null),
        one (id) as (select id from up
            union select c.id from customers c join one on c.merged_into = one.id where c.org_id = $1)
        select id from one) order by t.id";
    let people = rows::all::<Customer>(tx, org, rest, &[&id.0]).await?;
    let ids: Vec<Uuid> = people.iter().map(|customer| customer.id.0).collect();
    let mut bookings = open_of(tx, org, &ids, during).await?;
    bookings.retain(|booking| booking.id != id);
    let there = bookings.iter().map(|booking| booking.id.0).chain([id.0]).collect::<Vec<Uuid>>();
    let places = "and t.booking_id = any ($2) and t.customer_id = any ($3)
        and t.status in ('booked', 'present', 'late') order by t.id";
    let places = rows::all::<Attendance>(tx, org, places, &[&there, &ids]).await?;
    let mut all = changes(people)?;
    all.extend(changes(bookings)?);
    all.extend(changes(places)?);
    Ok(all)
}

/// The open bookings of some customers that meet a period, and the classes in which they have a place.
async fn open_of(
    tx: &Tx<'_>,
    org: OrgId,
    ids: &[Uuid],
    period: Option<Interval>,
) -> Result<Vec<Booking>, Failure> {
    let Some(period) = period else { return Ok(Vec::new()) };
    let open = "and t.id in (select id from bookings
                where org_id = $1 and customer_id = any ($2) and ends_at > $3 and starts_at < $4
                  and starts_at > $3 - interval '35 hours'
            union select booking_id from attendances
                where org_id = $1 and customer_id = any ($2)
                  and status in ('booked', 'present', 'late'))
        and t.ends_at > $3 and t.starts_at < $4
        and t.status in ('pending', 'confirmed') order by t.starts_at, t.id";
    let (from, until) = (time(period.starts_at()), time(period.ends_at()));
    rows::all(tx, org, open, &[&ids, &from, &until]).await
}

/// Whether a customer turned out to be another, or another to be them.
async fn is_several(tx: &Tx<'_>, org: OrgId, id: CustomerId) -> Result<bool, Failure> {
    let exists = "select exists (select 1 from customers
                where org_id = $1 and id = $2 and merged_into is not null)
            or exists (select 1 from customers where org_id = $1 and merged_into = $2)";
    let statement = tx.prepare_cached(exists).await?;
    Ok(tx.query_one(&statement, &[&org.0, &id.0]).await?.try_get(0)?)
}

async fn owners_of(tx: &Tx<'_>, org: OrgId, id: PackageId) -> Result<Vec<Change>, Failure> {
    let rest = format!("and t.id in ({OWNERS}) order by t.id");
    changes(rows::all::<Customer>(tx, org, &rest, &[&id.0]).await?)
}

/// A customer, whoever they turned out to be, and all who turned out to be that one, too.
pub(super) async fn all_one(tx: &Tx<'_>, org: OrgId, id: CustomerId) -> Result<Vec<Uuid>, Failure> {
    let one = "with recursive
            up (id) as (select $2::uuid union select c.merged_into from customers c
                join up on c.id = up.id where c.org_id = $1 and c.merged_into is not null),
            one (id) as (select id from up union select c.id from customers c
                join one on c.merged_into = one.id where c.org_id = $1)
        select id from one";
    let statement = tx.prepare_cached(one).await?;
    let found = tx.query(&statement, &[&org.0, &id.0]).await?;
    found.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

async fn all_of(tx: &Tx<'_>, org: OrgId, customer_id: Uuid) -> Result<Vec<Change>, Failure> {
    let own = "and t.customer_id = $2 order by t.id";
    let theirs = "(select id from bookings where org_id = $1 and customer_id = $2)";
    let paid = format!(
        "and (t.attendance_id in
                 (select id from attendances where org_id = $1 and customer_id = $2)
             or (t.attendance_id is null and t.booking_id in {theirs})) order by t.id"
    );
    let lines = "and t.package_id in
        (select id from packages where org_id = $1 and customer_id = $2) order by t.id";
    // One is theirs that was made for them or given to them whole, and as which no date of anybody else is
    // called. Who is erased is nobody else, and what was added since does not say for whom it was made.
    let recurring = format!(
        "and t.id in (select series_id from bookings
             where org_id = $1 and (customer_id = $2 or id in {ONCE}))
         and not exists (select from bookings b where b.org_id = $1 and b.series_id = t.id
             and b.customer_id is distinct from $2
             and not exists (select from customers c where c.org_id = $1 and c.id = b.customer_id
                 and c.erased_at is not null)
             and ((b.title = t.title and b.title <> ''
                     and (b.customer_id is not null or b.id not in {ONCE}))
                 or (b.made_at = t.made_at and b.id not in {ONCE}))) order by t.id"
    );
    let told = format!(
        "and (t.about_id = $2 or t.about_id in {theirs} or t.about_id in
             (select id from packages where org_id = $1 and customer_id = $2)) order by t.id"
    );
    let mut all = changes(rows::all::<Booking>(tx, org, own, &[&customer_id]).await?)?;
    all.extend(changes(rows::all::<Attendance>(tx, org, own, &[&customer_id]).await?)?);
    all.extend(changes(rows::all::<Payment>(tx, org, &paid, &[&customer_id]).await?)?);
    all.extend(changes(rows::all::<Package>(tx, org, own, &[&customer_id]).await?)?);
    all.extend(changes(rows::all::<CreditEntry>(tx, org, lines, &[&customer_id]).await?)?);
    all.extend(changes(rows::all::<HistoryEntry>(tx, org, &told, &[&customer_id]).await?)?);
    all.extend(changes(rows::all::<Series>(tx, org, &recurring, &[&customer_id]).await?)?);
    Ok(all)
}

/// The bookings that were a customer's and are not any more, as their history tells.
const ONCE: &str = "(select (told ->> 'before')::uuid
    from history_entries h, jsonb_array_elements(h.changes) told
    where h.org_id = $1 and h.about_id = $2 and told ->> 'field' = 'booking_id')";

/// Whose a booking was when an entry of its history came to be: nobody's is whose it was last.
fn whose(entry: &str) -> String {
    format!(
        "(select of ->> 'after' from history_entries h, jsonb_array_elements(h.changes) of
          where h.org_id = $1 and h.about_id = {entry}.about_id and of ->> 'field' = 'whose'
              and (h.at, h.id) <= ({entry}.at, {entry}.id)
          order by h.at desc, h.id desc limit 1)"
    )
}

async fn once_of(tx: &Tx<'_>, org: OrgId, customer_id: Uuid) -> Result<Vec<Change>, Failure> {
    let once = ONCE;
    let nobodys = format!(
        "(select id from bookings where org_id = $1 and customer_id is null and id in {once})"
    );
    // What was said of one while it was somebody else's is about that one.
    let said_whose = whose("t");
    let others = format!(
        "not exists (select from jsonb_array_elements(t.changes) told
             where told ->> 'field' in ('whose', 'customer_id')
                 and $2::uuid::text in (told ->> 'before', told ->> 'after'))
         and coalesce($2::uuid::text <> {said_whose}, false)"
    );
    let history = format!(
        "and t.about_id in {once} and (t.about_id in {nobodys} or not ({others})) order by t.id"
    );
    let bookings = format!("and t.id in {nobodys} order by t.id");
    let paid_whose = whose("told");
    let paid = format!(
        "and (t.booking_id in {nobodys} or t.booking_id in {once} and exists (
             select from history_entries told
             where told.org_id = $1 and told.about_id = t.booking_id
                 and told.changes @> jsonb_build_array(
                     jsonb_build_object('field', 'id', 'after', t.id))
                 and {paid_whose} = $2::uuid::text)) order by t.id"
    );
    let mut all = changes(rows::all::<HistoryEntry>(tx, org, &history, &[&customer_id]).await?)?;
    all.extend(changes(rows::all::<Booking>(tx, org, &bookings, &[&customer_id]).await?)?);
    all.extend(changes(rows::all::<Payment>(tx, org, &paid, &[&customer_id]).await?)?);
    Ok(all)
}

async fn in_the_way_of(tx: &Tx<'_>, org: OrgId, id: BookingId) -> Result<Vec<Change>, Failure> {
    let Some(booking) = booking(tx, org, id).await? else { return Ok(Vec::new()) };
    let Some(period) = booking.occupied() else { return Ok(Vec::new()) };
    let asked: Vec<(ResourceId, Interval)> =
        booking.claimed_ids().iter().map(|resource| (*resource, period)).collect();
    let own = |claim: &Claim| claim.id == ClaimId::of(id, claim.resource_id);
    let mut found = claims::overlapping(tx, org, &asked).await?;
    found.retain(|claim| !own(claim));
    let resources: Vec<Uuid> = found.iter().map(|claim| claim.resource_id.0).collect();
    let mut all = rows::by_ids(tx, org, Entity::Resource, &resources).await?;
    all.extend(changes(found)?);
    Ok(all)
}

fn changes<T: Row>(rows: Vec<T>) -> Result<Vec<Change>, Failure> {
    Ok(rows.into_iter().map(Row::into_change).collect())
}
