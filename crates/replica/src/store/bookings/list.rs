//! Lists of bookings by what they have in common.

use super::{AsJson, COLUMN_COUNT, COLUMNS, LONGEST_STAY_MS, from_row};
use crate::store::AsText;
use holdfast_domain::{
    AttendanceStatus, Booking, BookingId, BookingStatus, CustomerId, Interval, Notice, SeriesId,
    VenueId,
};
use rusqlite::{Connection, ToSql};

/// A booking as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The row.
    pub booking: Booking,
    /// The customer's name, empty where there is none or it may not be seen.
    pub customer_name: String,
    /// Whether an operation on it still waits for headquarters.
    pub waiting: bool,
    /// What speaks against an operation that waits.
    pub at_risk: Option<Notice>,
    /// How the customer who was asked for is on its roster, where they are.
    pub place: Option<AttendanceStatus>,
}

/// Which bookings to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this one.
    pub id: Option<BookingId>,
    /// Only of this venue.
    pub venue_id: Option<VenueId>,
    /// Only those that meet this period.
    pub period: Option<Interval>,
    /// Only of this customer, or with a place of theirs that was not given back.
    pub customer_id: Option<CustomerId>,
    /// Only in this status.
    pub status: Option<BookingStatus>,
    /// Only of this series.
    pub series_id: Option<SeriesId>,
    /// Whether cancelled and rejected ones are shown, too.
    pub with_ended: bool,
}

/// Whether an operation on a booking waits, and what speaks against one that does.
const WAITING: &str = "exists (select 1 from touches t where t.row_id = b.id and t.writes = 1),
    (select o.at_risk from touches t join outbox o on o.seq = t.seq
     where t.row_id = b.id and t.writes = 1 and o.at_risk is not null
     order by t.seq desc limit 1)";

/// The customer who was asked for, and whoever turned out to be them.
const SAME: &str = "with recursive same (id) as (
    select :customer_id
    union select c.id from customers c join same on c.merged_into = same.id)";

/// How they are on the roster of a booking: a place counts more than waiting for one.
const PLACE: &str = "select a.status from attendances a
    where a.booking_id = b.id and a.customer_id in (select id from same)
      and a.status <> 'cancelled' order by a.status = 'waitlisted', a.joined_at limit 1";

type Values = Vec<(&'static str, Box<dyn ToSql>)>;

/// The bookings that pass `filter`, by start. On a desk alone, nothing waits.
pub(crate) fn list(
    db: &Connection,
    filter: &Filter,
    standalone: bool,
) -> rusqlite::Result<Vec<Listed>> {
    let (sql, values) = question(filter, standalone);
    let values: Vec<(&str, &dyn ToSql)> =
        values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    db.prepare_cached(&sql)?
        .query_map(values.as_slice(), |row| {
            Ok(Listed {
                booking: from_row(row)?,
                customer_name: row.get(COLUMN_COUNT)?,
                waiting: row.get(COLUMN_COUNT + 1)?,
                at_risk: row.get::<_, Option<AsJson<Notice>>>(COLUMN_COUNT + 2)?.map(|n| n.0),
                place: row.get::<_, Option<AsText<_>>>(COLUMN_COUNT + 3)?.map(|it| it.0),
            })
        })?
        .collect()
}

/// What is asked for `filter`, and the values in it.
pub(in crate::store) fn question(filter: &Filter, standalone: bool) -> (String, Values) {
    let waiting = if standalone { "0, null" } else { WAITING };
    let place = match filter.customer_id {
        Some(_) => format!("({SAME} {PLACE})"),
        None => "null".into(),
    };
    let mut sql = format!(
        "select {COLUMNS}, coalesce(c.name, ''), {waiting}, {place}
         from bookings b left join customers c on c.id = b.customer_id where true"
    );
    let mut values: Values = Vec::new();
    if let Some(id) = filter.id {
        sql.push_str(" and b.id = :id");
        values.push((":id", Box::new(id.0)));
    }
    if let Some(venue_id) = filter.venue_id {
        sql.push_str(" and b.venue_id = :venue_id");
        values.push((":venue_id", Box::new(venue_id.0)));
    }
    if let Some(period) = filter.period {
        sql.push_str(
            " and b.starts_at > :earliest and b.starts_at < :ends and b.ends_at > :starts",
        );
        values.push((":earliest", Box::new(period.starts_at().0 - LONGEST_STAY_MS)));
        values.push((":starts", Box::new(period.starts_at().0)));
        values.push((":ends", Box::new(period.ends_at().0)));
        let only = (filter.id, filter.venue_id, filter.customer_id, filter.series_id);
        if only == (None, None, None, None) {
            // Bookings are in order of time by venue only.
            sql.push_str(" and b.venue_id in (select id from venues)");
        }
    }
    if let Some(customer_id) = filter.customer_id {
        sql.push_str(&format!(
            " and b.id in ({SAME}
                 select id from bookings where customer_id in (select id from same)
                 union select booking_id from attendances
                     where customer_id in (select id from same) and status <> 'cancelled')"
        ));
        values.push((":customer_id", Box::new(customer_id.0)));
    }
    if let Some(status) = filter.status {
        // As a literal: the index of what is pending is used only where the word is in the query.
        sql.push_str(&format!(" and b.status = '{status}'"));
    }
    if let Some(series_id) = filter.series_id {
        sql.push_str(" and b.series_id = :series_id");
        values.push((":series_id", Box::new(series_id.0)));
    }
    if !filter.with_ended {
        sql.push_str(" and b.status not in ('cancelled', 'rejected')");
    }
    sql.push_str(" order by b.starts_at, b.id");
    (sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open;
    use holdfast_domain::Timestamp;
    use std::path::Path;
    use uuid::Uuid;

    /// Whom an exception hits, and what is to be handed over, is asked of all venues.
    #[test]
    fn bookings_of_a_period_are_found_without_looking_at_all_of_them() {
        let period = Interval::new(Timestamp(0), Timestamp(1));
        let steps = plan(&Filter { period, ..Filter::default() });
        let index = "bookings_venue_ix (venue_id=? AND starts_at>? AND starts_at<?)";
        assert!(steps.iter().any(|step| step.contains(index)), "{steps:#?}");
    }

    #[test]
    fn the_bookings_and_places_of_a_customer_are_found_without_looking_at_all_of_them() {
        let customer_id = Some(CustomerId(Uuid::nil()));
        for period in [None, Interval::new(Timestamp(0), Timestamp(1))] {
            let steps = plan(&Filter { customer_id, period, ..Filter::default() });
            let scanned = |step: &&String| step.starts_with("SCAN") && *step != "SCAN same";
            let scans: Vec<&String> = steps.iter().filter(scanned).collect();
            assert!(scans.iter().all(|step| step.contains("CONSTANT ROW")), "{steps:#?}");
            assert!(
                steps.iter().any(|step| step.contains("attendances_customer_ix")),
                "{steps:#?}"
            );
        }
    }

    /// How a list of bookings is looked for.
    fn plan(filter: &Filter) -> Vec<String> {
        let db = open(Path::new(":memory:")).unwrap();
        let (sql, values) = question(filter, false);
        let mut plan = db.prepare(&format!("explain query plan {sql}")).unwrap();
        let values: Vec<(&str, &dyn ToSql)> =
            values.iter().map(|(n, v)| (*n, v.as_ref())).collect();
        let steps = plan.query_map(values.as_slice(), |row| row.get(3)).unwrap();
        steps.collect::<Result<_, _>>().unwrap()
    }
}
