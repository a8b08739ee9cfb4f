//! One page of the feed for one device, read in one snapshot and under the device's own scopes: row
//! security, not this query, decides what it may see.
//!
//! Only a page with nothing after it makes a state; it is one snapshot of all scopes, because every
//! page is.

use super::scopes;
use crate::Failure;
use crate::db::Session;
use crate::store::devices::Device;
use crate::store::{Tx, feed, resources, rows, scope_counters, session, venues};
use holdfast_domain::{Entity, Row, Staff};
use holdfast_protocol::{FeedRow, PAGE_ROWS, RowState, Scope};
use serde_json::Value;
use std::collections::BTreeMap;
use tokio_postgres::IsolationLevel;

/// Most bytes of rows in one page, so that a reply of long texts stays one that a replica reads.
const PAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What a device is told in one round.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) rows: Vec<FeedRow>,
    pub(crate) cursors: BTreeMap<Scope, u64>,
    pub(crate) more: bool,
    bytes: usize,
}

pub(crate) async fn pull(
    session: &mut Session,
    device: &Device,
    cursors: &BTreeMap<Scope, u64>,
) -> Result<Page, Failure> {
    let tx = session
        .client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let scopes = scopes_of(&tx, device).await?;
    let names: Vec<String> = scopes.iter().map(Scope::to_string).collect();
    session::enter_pull(&tx, device.org, &names).await?;
    let counters = scope_counters::visible(&tx, device.org).await?;
    let mut page = Page::default();
    for (scope, name) in scopes.into_iter().zip(&names) {
        let counter = counters.get(name).copied().unwrap_or_default();
        // A cursor from beyond the counter knew another history: this scope is told anew.
        let cursor = cursors.get(&scope).copied().filter(|it| *it <= counter).unwrap_or_default();
        let mut reached = cursor;
        if cursor < counter && !page.more {
            let room = PAGE_ROWS - page.rows.len();
            let told = feed::after(&tx, device.org, name, cursor, room + 1).await?;
            reached = page.add(&scope, told, cursor, counter)?;
        }
        page.cursors.insert(scope, reached);
    }
    tx.commit().await?;
    Ok(page)
}

async fn scopes_of(tx: &Tx<'_>, device: &Device) -> Result<Vec<Scope>, Failure> {
    if device.laptop {
        let (org, staff) = (device.org, device.staff_id);
        let person = rows::by_ids(tx, org, Entity::Staff, &[staff.0]).await?;
        if !person.first().and_then(Staff::of).is_some_and(|person| person.active) {
            // Who has left carries nothing away.
            return Ok(scopes::of_nobody(device.id));
        }
        let worked_at = resources::venues_of_staff(tx, org, staff).await?;
        let all = worked_at.into_iter().chain(device.venue_id).collect();
        return Ok(scopes::of_laptop(device.id, staff, &all));
    }
    let venues = venues::of_org(tx, device.org).await?;
    Ok(scopes::of_device(device.id, device.venue_id, &venues))
}

impl Page {
    /// Adds what fits of a scope's rows; returns up to where the scope is told.
    fn add(
        &mut self,
        scope: &Scope,
        told: Vec<feed::Told>,
        cursor: u64,
        counter: u64,
    ) -> Result<u64, Failure> {
        let mut reached = cursor;
        for line in told {
            let bytes = line.row.as_ref().map_or(0, String::len);
            let full = self.rows.len() == PAGE_ROWS || self.bytes + bytes > PAGE_BYTES_MAX;
            if full && !self.rows.is_empty() {
                self.more = true;
                return Ok(reached);
            }
            self.bytes += bytes;
            reached = line.version;
            self.rows.push(FeedRow {
                scope: scope.clone(),
                version: line.version,
                entity: line.entity,
                id: line.row_id,
                state: line.row.as_deref().map_or(Ok(RowState::Gone(true)), parse)?,
            });
        }
        Ok(counter)
    }
}

fn parse(row: &str) -> Result<RowState, Failure> {
    serde_json::from_str::<Value>(row)
        .map(RowState::Row)
        .map_err(|error| Failure::Corrupt { table: "feed", problem: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn told(versions: std::ops::RangeInclusive<u64>) -> Vec<feed::Told> {
        versions
            .map(|version| feed::Told {
                version,
                entity: "venue".into(),
                row_id: Uuid::from_u128(version.into()),
                row: Some("{}".into()),
            })
            .collect()
    }

    #[test]
    fn a_page_ends_where_it_is_full_and_says_so() {
        let mut page = Page::default();
        let most = PAGE_ROWS as u64;
        assert_eq!(page.add(&Scope::Org, told(1..=most + 1), 0, most + 9).unwrap(), most);
        assert!(page.more);
        let mut page = Page::default();
        assert_eq!(page.add(&Scope::Org, told(1..=most), 0, most + 3).unwrap(), most + 3);
        assert!(!page.more, "the counter may have moved past rows that are no news");
    }
}
