//! What headquarters does by itself because its time has come: questions over several tables.

use super::{OrgId, time};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::table::{Column, ERASED, Table};
use holdfast_domain::{AttendanceId, BookingId, CustomerId, Entity, PackageId, Timestamp};
use uuid::Uuid;

/// Most things that are done in one go.
const DUE_MAX: i64 = 100;

/// A request that nobody answered in time.
pub(crate) struct Lapsed {
    pub(crate) booking_id: BookingId,
    pub(crate) package_id: Option<PackageId>,
}

/// Somebody who is next on a waitlist while a place is free.
pub(crate) struct Next {
    pub(crate) booking_id: BookingId,
    pub(crate) attendance_id: AttendanceId,
    pub(crate) package_id: Option<PackageId>,
    pub(crate) credits: u32,
}

pub(crate) async fn lapsed(
    db: &impl GenericClient,
    org: OrgId,
    now: Timestamp,
) -> Result<Vec<Lapsed>, Failure> {
    let select = "select id, package_id from bookings
        where org_id = $1 and status = 'pending' and approve_by <= $2
        order by approve_by, id limit $3";
    let rows = db.query(select, &[&org.0, &time(now), &DUE_MAX]).await?;
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
    let rows = db.query(select, &[&org.0, &time(now), &DUE_MAX]).await?;
    rows.iter().map(|row| Ok(PackageId(row.try_get("id")?))).collect()
}

/// Per booking with a free place, whoever has waited longest of those who can pay: where a place costs
/// credits, who named no package, or one that cannot pay, is skipped.
pub(crate) async fn promotable(
    db: &impl GenericClient,
    org: OrgId,
    now: Timestamp,
) -> Result<Vec<Next>, Failure> {
    let select = "select distinct on (b.id) b.id as booking_id, a.id as attendance_id, b.credits,
            case when b.credits > 0 then a.package_id end as package_id
        from bookings b
        join attendances a on a.org_id = b.org_id and a.booking_id = b.id and a.status = 'waitlisted'
        join customers c on c.org_id = a.org_id and c.id = a.customer_id
        left join packages p on p.org_id = a.org_id and p.id = a.package_id
        where b.org_id = $1 and b.status = 'confirmed' and b.starts_at > $2
            and b.places_taken < b.capacity
            and c.deleted_at is null and c.erased_at is null and c.merged_into is null
            and c.blocked_reason = ''
            and (b.credits = 0 or (p.balance >= b.credits and p.customer_id = a.customer_id
                and p.valid_from <= b.starts_at and p.valid_until > b.starts_at
                and (p.venue_id is null or p.venue_id = b.venue_id)
                and (cardinality(p.service_ids) = 0 or b.service_id = any (p.service_ids))))
        order by b.id, a.joined_at, a.id limit $3";
    let rows = db.query(select, &[&org.0, &time(now), &DUE_MAX]).await?;
    rows.iter()
        .map(|row| {
            Ok(Next {
                booking_id: BookingId(row.try_get("booking_id")?),
                attendance_id: AttendanceId(row.try_get("attendance_id")?),
                package_id: row.try_get::<_, Option<Uuid>>("package_id")?.map(PackageId),
                credits: u32::try_from(row.try_get::<_, i32>("credits")?).unwrap_or_default(),
            })
        })
        .collect()
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
    let of_series = format!("{booking} join series t on t.org_id = $1 and t.id = b.series_id");
    // Each of these goes from the few who were erased to their rows, by an index.
    let found = [
        rows(Entity::Booking, "join bookings t on t.org_id = $1 and t.customer_id = c.id"),
        rows(Entity::Attendance, "join attendances t on t.org_id = $1 and t.customer_id = c.id"),
        rows(Entity::Payment, &of_place),
        rows(Entity::Payment, &of_booking),
        rows(Entity::CreditEntry, &of_package),
        rows(Entity::Series, &of_series),
        history("", "c.id"),
        history(booking, "b.id"),
        history(package, "k.id"),
    ];
    let select = format!(
        "with erased as (select id from customers where org_id = $1 and erased_at is not null)
         {} order by id limit $2",
        found.join(" union ")
    );
    let rows = db.query(&select, &[&org.0, &DUE_MAX, &told()]).await?;
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
