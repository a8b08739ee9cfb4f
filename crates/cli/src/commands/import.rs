//! Taking over CSV files of another system.

use crate::args::Import;
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::{Exit, Stop};
use holdfast_replica::import::{ImportFailure, Mapping, Options, Progress, Report};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

pub(super) fn import(desk: &mut Desk, args: &Import, shows_progress: bool) -> Ending {
    if let Some(calendar) = &args.ics.ics {
        return super::ics::import(desk, calendar, args);
    }
    let (Some(dir), Some(mapping)) = (&args.dir, &args.mapping) else {
        return Err(Stop::bad_input(
            "mapping",
            "name the mapping and the directory of the files (--mapping FILE.toml DIR), or a calendar \
                    (--ics FILE)",
        ));
    };
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let mapping = Mapping::read(mapping)?;
    let options = Options { venue_id: venue.id, dry_run: args.dry_run };
    let bar = if shows_progress { Some(bar()) } else { None };
    let mut progress = |progress: &Progress| {
        let Some(bar) = &bar else { return };
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes);
        bar.set_message(format!("{}, {} rows", tame(&progress.file), progress.rows));
    };
    let report = desk.replica.import(&mapping, dir, &options, desk.at, &mut progress);
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let mut report = report?;
    // What could not be read is found before what is refused; people read files from the top.
    report.rejected.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(Answer::new(json!(report), told(&report)))
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn told(report: &Report) -> String {
    let mut counts = Table::new(&["", "rows", "taken", "updated", "there already", "rejected"]);
    // These three are always told of; the others where there were any.
    let tallies = [
        ("staff", &report.staff, false),
        ("services", &report.services, false),
        ("products", &report.products, false),
        ("resources", &report.resources, true),
        ("customers", &report.customers, true),
        ("events", &report.events, false),
        ("exceptions", &report.exceptions, false),
        ("series", &report.series, false),
        ("packages", &report.packages, false),
        ("bookings", &report.bookings, true),
        ("attendances", &report.attendances, false),
        ("payments", &report.payments, false),
        ("credit entries", &report.credit_entries, false),
    ];
    for (what, tally, always) in tallies {
        if tally.is_empty() && !always {
            continue;
        }
        let numbers = [tally.rows, tally.taken, tally.updated, tally.already, tally.rejected];
        let cells = [what.to_owned()].into_iter().chain(numbers.map(|number| number.to_string()));
        counts.row(cells);
    }
    let mut text = counts.to_string();
    if !report.rejected.is_empty() {
        text.push_str("\nNot taken:\n");
    }
    for row in &report.rejected {
        let at = format!("{}:{}", row.file, row.line);
        text.push_str(&format!("  {}: {}\n", tame(&at), tame(&row.refusal.message)));
    }
    if !report.notes.is_empty() {
        text.push_str("\nTaken, with a note:\n");
    }
    for note in &report.notes {
        let at = format!("{}:{}", note.file, note.line);
        text.push_str(&format!("  {}: {}\n", tame(&at), tame(&note.message)));
    }
    if report.dry_run {
        text.push_str("\nThis was a dry run: nothing was saved.\n");
    }
    text
}

impl From<ImportFailure> for Stop {
    fn from(failure: ImportFailure) -> Self {
        let exit = if failure.is_bad_input() { Exit::BadInput } else { Exit::Failure };
        match failure {
            ImportFailure::Failure(failure) => failure.into(),
            _ => Self::new(exit, failure.code(), &failure.to_string(), Value::Null),
        }
    }
}
