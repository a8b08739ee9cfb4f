//! What happened, and what it amounts to: histories and reports.

use super::wall_at;
use holdfast_domain::{FieldChange, Zone};
use holdfast_replica::{Happened, report};
use serde::Serialize;
use specta::Type;

/// One thing that happened to a booking, a customer or a package.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct HistoryLine {
    pub(crate) local_at: String,
    pub(crate) by_name: String,
    /// The command's word: `reschedule`.
    pub(crate) action: String,
    pub(crate) changes: Vec<ChangedField>,
}

/// A field before and after.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ChangedField {
    pub(crate) field: String,
    pub(crate) from: super::AnyJson,
    pub(crate) to: super::AnyJson,
}

/// A report as tables.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ReportTable {
    /// What its rows are: `rows`, `owed`.
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// What has been kept for long enough.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Retained {
    /// Names of customers who have not been here since.
    pub(crate) customers: Vec<String>,
    /// How many cancelled bookings still say something.
    pub(crate) bookings: u32,
}

impl Retained {
    pub(crate) fn of(retained: &holdfast_replica::Retained) -> Self {
        Self {
            customers: retained.customers.iter().map(|it| it.name.clone()).collect(),
            bookings: super::count(retained.bookings.len() as u64),
        }
    }
}

impl HistoryLine {
    pub(crate) fn of(happened: &Happened, zone: Zone) -> Self {
        Self {
            local_at: wall_at(zone, happened.at),
            by_name: happened.actor_name.clone(),
            action: happened.action.clone(),
            changes: happened.changes.iter().map(ChangedField::of).collect(),
        }
    }
}

impl ChangedField {
    fn of(change: &FieldChange) -> Self {
        let json = |value: &serde_json::Value| super::AnyJson(value.clone());
        Self { field: change.field.clone(), from: json(&change.before), to: json(&change.after) }
    }
}

impl ReportTable {
    pub(crate) fn of(section: &report::Section) -> Self {
        Self {
            name: section.name.into(),
            columns: section.columns.iter().map(|name| (*name).into()).collect(),
            rows: section.cells().collect(),
        }
    }
}
