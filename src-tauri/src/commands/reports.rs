//! What the bookings of some days amount to: on the screen, and as files for another program.

use super::records::{downloads_or, unwritten};
use super::{TheDesk, id, require_venue};
use crate::problem;
use crate::view::{Problem, ReportTable};
use chrono::NaiveDate;
use holdfast_domain::VenueId;
use holdfast_domain::report::Days;
use holdfast_replica::report::{Report, Section, Subject};
use holdfast_replica::{Replica, now};
use std::path::Path;

/// The names of the reports that who works here may read.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn report_subjects(desk: TheDesk<'_>) -> Result<Vec<String>, Problem> {
    desk.ask(|replica| {
        let subjects = replica.report_subjects()?;
        Ok(subjects.iter().map(|subject| subject.as_str().into()).collect())
    })
}

/// A report on the days from `from` to `to`, both included.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn report(
    desk: TheDesk<'_>,
    venue_id: String,
    subject: String,
    from: String,
    to: String,
) -> Result<Vec<ReportTable>, Problem> {
    desk.ask(|replica| {
        let report = made(replica, &venue_id, &subject, &from, &to)?;
        Ok(report.sections.iter().map(ReportTable::of).collect())
    })
}

/// Writes a report as CSV, a file for each of its tables; answers where they are.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_report(
    desk: TheDesk<'_>,
    venue_id: String,
    subject: String,
    from: String,
    to: String,
) -> Result<String, Problem> {
    desk.ask(|replica| {
        let report = made(replica, &venue_id, &subject, &from, &to)?;
        let dir = downloads_or(replica.dir()).join(format!("holdfast-{subject}-{from}-{to}"));
        for section in &report.sections {
            let path = dir.join(format!("{}.csv", section.name.replace('_', "-")));
            written(section, &path).map_err(|error| unwritten(&path, error))?;
        }
        Ok(dir.display().to_string())
    })
}

fn made(
    replica: &Replica,
    venue_id: &str,
    subject: &str,
    from: &str,
    to: &str,
) -> Result<Report, Problem> {
    let venue_id: VenueId = id("venue_id", venue_id)?;
    let subject = Subject::ALL.iter().find(|one| one.as_str() == subject);
    let subject = *subject.ok_or_else(|| problem::invalid("subject", "there is none".into()))?;
    let (from, to) = (date("from", from)?, date("to", to)?);
    let venue = require_venue(replica, venue_id)?;
    let days = Days::new(venue.timezone, from, to)?;
    Ok(replica.report(subject, &venue, &days, now())??)
}

fn written(section: &Section, path: &Path) -> std::io::Result<()> {
    path.parent().map(std::fs::create_dir_all).transpose()?;
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(section.columns)?;
    for cells in section.cells() {
        file.write_record(cells)?;
    }
    file.flush()
}

fn date(field: &str, text: &str) -> Result<NaiveDate, Problem> {
    text.parse().map_err(|_| problem::invalid(field, format!("“{text}” is no date")))
}
