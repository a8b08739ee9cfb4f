//! Lists of bookings by what they have in common.

use super::{AsJson, COLUMN_COUNT, COLUMNS, LONGEST_STAY_MS, from_row};
use holdfast_domain::{
    Booking, BookingId, BookingStatus, CustomerId, Interval, Notice, SeriesId, VenueId,
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
    /// Only of this customer.
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
            })
        })?
        .collect()
}

/// What is asked for `filter`, and the values in it.
pub(in crate::store) fn question(filter: &Filter, standalone: bool) -> (String, Values) {
    let waiting = if standalone { "0, null" } else { WAITING };
    let mut sql = format!(
        "select {COLUMNS}, coalesce(c.name, ''), {waiting}
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
        // Whoever turned out to be this customer counts for them.
        sql.push_str(
            " and b.customer_id in (with recursive same (id) as (
                 select :customer_id
                 union select c.id from customers c join same on c.merged_into = same.id)
                 select id from same)",
        );
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
