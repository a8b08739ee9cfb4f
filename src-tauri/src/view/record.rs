//! What happened, and what it amounts to: histories and reports.

use super::wall_at;
use holdfast_domain::Zone;
use holdfast_replica::{Failure, Happened, Replica, report};
use serde::Serialize;
use specta::Type;

/// One thing that happened to a booking, a customer or a package.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct HistoryLine {
    /// Empty where nobody knows.
    pub(crate) local_at: String,
    pub(crate) by_name: String,
    /// What they did, as the rest of a sentence that begins with their name.
    pub(crate) deed: String,
}

/// A report as tables, for people: what was paid is `25.50 EUR`.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ReportTable {
    /// What its rows are: `rows`, `owed`.
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The archive of a customer's data, for the person who hands it out.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct CustomerExport {
    pub(crate) path: String,
    /// Whether it is a copy, which is theirs to remove, rather than the one that this desk keeps
    /// until it expires.
    pub(crate) is_copy: bool,
    /// What it lacks, as a sentence; empty where it lacks nothing.
    pub(crate) note: String,
}

/// What has been kept for long enough.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Retained {
    /// For how many days things are kept.
    pub(crate) days: u32,
    /// Names of customers who have not been here since.
    pub(crate) customers: Vec<String>,
    /// How many cancelled bookings still say something.
    pub(crate) bookings: u32,
    /// The ids of all of them.
    pub(crate) ids: Vec<String>,
}

impl Retained {
    pub(crate) fn of(retained: &holdfast_replica::Retained) -> Self {
        let customers = retained.customers.iter().map(|it| it.id.to_string());
        let bookings = retained.bookings.iter().map(|it| it.id.to_string());
        Self {
            ids: customers.chain(bookings).collect(),
            days: retained.days,
            customers: retained.customers.iter().map(|it| it.name.clone()).collect(),
            bookings: super::count(retained.bookings.len() as u64),
        }
    }
}

impl HistoryLine {
    pub(crate) fn of(replica: &Replica, happened: &Happened, zone: Zone) -> Result<Self, Failure> {
        Ok(Self {
            local_at: happened.at.map(|at| wall_at(zone, at)).unwrap_or_default(),
            by_name: happened.actor_name.clone(),
            deed: replica.deed(happened, zone)?,
        })
    }
}

impl ReportTable {
    pub(crate) fn of(section: &report::Section) -> Self {
        Self {
            name: section.name.into(),
            columns: section.columns.iter().map(|name| (*name).into()).collect(),
            rows: section.cells().map(|row| said(section.columns, row)).collect(),
        }
    }
}

/// A row with its amounts as people read them.
fn said(columns: &[&str], row: Vec<String>) -> Vec<String> {
    let currency = columns.iter().position(|name| *name == "currency");
    let Some(currency) = currency.and_then(|at| row.get(at)).cloned() else { return row };
    let cells = columns.iter().zip(row);
    cells
        .map(|(name, cell)| match *name == "minor" || name.ends_with("_minor") {
            true => super::money::text_of(&cell, &currency),
            false => cell,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_a_report_says_its_amounts_with_their_currency() {
        let row = ["JPY", "2", "1500", ""].map(String::from).to_vec();
        let columns = ["currency", "count", "taken_minor", "minor"];
        assert_eq!(said(&columns, row), ["JPY", "2", "1500 JPY", ""]);
    }
}
