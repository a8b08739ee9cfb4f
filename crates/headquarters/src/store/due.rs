//! What headquarters does by itself because its time has come: questions over several tables.

use super::related;
use super::{OrgId, Tx, rows, time};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::table::{Column, ERASED, Table};
use holdfast_domain::{
    Attendance, Booking, BookingId, CustomerId, Entity, Package, PackageId, Timestamp,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Most things of a sort that are done in one go.
pub(crate) const DUE_MAX: usize = 100;
/// The same, as the database counts.
const LIMIT: i64 = DUE_MAX as i64;

/// A request that nobody answered in time.
pub(crate) struct Lapsed {
    pub(crate) booking_id: BookingId,
    pub(crate) package_id: Option<PackageId>,
}

/// A booking with a free place, and who waits for it, whoever has waited longest first.
pub(crate) struct Waitlist {
    pub(crate) booking: Booking,
    pub(crate) places: Vec<Attendance>,
}

pub(crate) async fn lapsed(
    db: &impl GenericClient,
    org: OrgId,
    now: Timestamp,
) -> Result<Vec<Lapsed>, Failure> {
    let select = "select id, package_id from bookings
        where org_id = $1 and status = 'pending' and approve_by <= $2
        order by approve_by, id limit $3";
    let rows = db.query(select, &[&org.0, &time(now), &LIMIT]).await?;
    rows.iter()
        .map(|row| {
            Ok(Lapsed {
                booking_id: BookingId(row.try_get("id")?),
                package_id: row.try_get::<_, Option<Uuid>>("package_id")?.map(PackageId),
            })
        })
        .collect()
}

pub(crate) async fn expired(
    db: &impl GenericClient,
    org: OrgId,
    now: Timestamp,
) -> Result<Vec<PackageId>, Failure> {
    let select = "select id from packages where org_id = $1 and balance > 0 and valid_until <= $2
        order by valid_until, id limit $3";
    let rows = db.query(select, &[&org.0, &time(now), &LIMIT]).await?;
    rows.iter().map(|row| Ok(PackageId(row.try_get("id")?))).collect()
}

/// A page of the waitlists of bookings that have a free place, by when these start: those after
/// `starts_at`, and after `id` of those that start then. Who can pay is no question for here.
pub(crate) async fn waitlists(
    tx: &Tx<'_>,
    org: OrgId,
    (starts_at, id): (Timestamp, BookingId),
) -> Result<Vec<Waitlist>, Failure> {
    let free = "and t.id in (select booking_id from attendances
            where org_id = $1 and status = 'waitlisted')
        and t.status = 'confirmed' and t.places_taken < t.capacity
        and (t.starts_at, t.id) > ($2, $3) order by t.starts_at, t.id limit $4";
    let bookings: Vec<Booking> =
        rows::all(tx, org, free, &[&time(starts_at), &id.0, &LIMIT]).await?;
    let ids: Vec<Uuid> = bookings.iter().map(|booking| booking.id.0).collect();
    let waiting = "and t.booking_id = any ($2) and t.status = 'waitlisted'
        order by t.joined_at, t.id";
    let mut places: HashMap<BookingId, Vec<Attendance>> = HashMap::new();
    for place in rows::all::<Attendance>(tx, org, waiting, &[&ids]).await? {
        places.entry(place.booking_id).or_default().push(place);
    }
    let of = |booking: Booking| {
        let places = places.remove(&booking.id).unwrap_or_default();
        Waitlist { booking, places }
    };
    Ok(bookings.into_iter().map(of).collect())
}

/// The packages of a customer, and of whoever turned out to be them, of which something is left.
pub(crate) async fn packages_of(
    tx: &Tx<'_>,
    org: OrgId,
    customer: CustomerId,
) -> Result<Vec<Package>, Failure> {
    let theirs = related::all_one(tx, org, customer).await?;
    let rest = "and t.balance > 0 and t.customer_id = any ($2) order by t.id";
    rows::all(tx, org, rest, &[&theirs]).await
}

/// Customers who were erased, and about whom somebody wrote who did not know of it yet: the words that
/// [`decide`](holdfast_domain::decide()) takes out of what concerns them.
pub(crate) async fn erased_with_words(
    db: &impl GenericClient,
    org: OrgId,
) -> Result<Vec<CustomerId>, Failure> {
    let booking = "join bookings b on b.org_id = $1 and b.customer_id = c.id";
    let place = "join attendances a on a.org_id = $1 and a.customer_id = c.id";
    let package = "join packages k on k.org_id = $1 and k.customer_id = c.id";
    let rows = |entity: Entity, join: &str| {
        format!("select c.id from erased c {join} where {}", said(entity))
    };
    let history = |join: &str, about: &str| {
        format!(
            "select c.id from erased c {join}
             join history_entries h on h.org_id = $1 and h.about_id = {about}
             join lateral jsonb_array_elements(h.changes) told on told ->> 'field' = any ($3)"
        )
    };
    let of_place = format!("{place} join payments t on t.org_id = $1 and t.attendance_id = a.id");
    let of_booking = format!(
        "{booking} join payments t on t.org_id = $1 and t.booking_id = b.id
             and t.attendance_id is null"
    );
    let of_package =
        format!("{package} join credit_entries t on t.org_id = $1 and t.package_id = k.id");
    let of_series = format!(
        "{booking} join series t on t.org_id = $1 and t.id = b.series_id and not exists (
             select from bookings other where other.org_id = $1 and other.series_id = t.id
                 and other.customer_id <> c.id and other.title = t.title)"
    );
    // Each of these goes from the few who were erased to their rows, by an index.
    let found = [
        // Who erased them did not know that somebody had turned out to be them.
        "select m.id from erased c join customers m on m.org_id = $1 and m.merged_into = c.id
             where m.erased_at is null"
            .to_owned(),
        rows(Entity::Booking, "join bookings t on t.org_id = $1 and t.customer_id = c.id"),
        rows(Entity::Attendance, "join attendances t on t.org_id = $1 and t.customer_id = c.id"),
        rows(Entity::Payment, &of_place),
        rows(Entity::Payment, &of_booking),
        rows(Entity::CreditEntry, &of_package),
        rows(Entity::Series, &of_series),
        history("", "c.id"),
        // A booking was given away: what was said of it before is theirs.
        "select c.id from erased c
             join history_entries h on h.org_id = $1 and h.about_id = c.id
             join lateral jsonb_array_elements(h.changes) told on told ->> 'field' = 'booking_id'"
            .to_owned(),
        history(booking, "b.id"),
        history(package, "k.id"),
    ];
    let select = format!(
        "with erased as (select id from customers where org_id = $1 and erased_at is not null)
         {} order by id limit $2",
        found.join(" union ")
    );
    let rows = db.query(&select, &[&org.0, &LIMIT, &told()]).await?;
    rows.iter().map(|row| Ok(CustomerId(row.try_get("id")?))).collect()
}

/// Whether any column of a row `t` still holds words.
fn said(entity: Entity) -> String {
    let words = Table::of(entity).words();
    let said = |column: &Column| format!("coalesce(t.{}, '') not in ('', '{ERASED}')", column.name);
    let said: Vec<String> = words.map(said).collect();
    if said.is_empty() { "false".into() } else { format!("({})", said.join(" or ")) }
}

/// The fields whose changes the readable history tells word for word.
fn told() -> Vec<&'static str> {
    let all = Entity::ALL.iter().flat_map(|entity| Table::of(*entity).words());
    let mut fields: Vec<&str> = all.map(|column| column.within.unwrap_or(column.field)).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}
