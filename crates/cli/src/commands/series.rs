//! What a recurrence rule means. The only command about series that needs no replica; the others are
//! in [`super::recurring`].

use super::listed;
use crate::args::Preview;
use crate::output::{Answer, Ending, Table};
use crate::stop::Stop;
use crate::when;
use holdfast_domain::recurrence::OCCURRENCES_MAX;
use holdfast_domain::{Expansion, Limit, LocalNote, Recurrence, Zone, field};
use serde_json::json;

pub(super) fn preview(args: &Preview) -> Ending {
    let start = when::local("start", &args.start)?;
    let exdates: Result<Vec<_>, Stop> =
        args.exdate.iter().map(|text| when::local("exdate", text)).collect();
    let zone = Zone::parse(&args.timezone)?;
    let limit = limit(args.count)?;
    let expansion = Recurrence::parse(&args.rrule)?.expand(start, zone, &exdates?, limit)?;
    Ok(told(&expansion, zone))
}

/// All of a rule that ends, or as much of any as was asked for.
pub(super) fn limit(count: Option<i64>) -> Result<Limit, Stop> {
    let Some(count) = count else { return Ok(Limit::WHOLE) };
    let max = i64::try_from(OCCURRENCES_MAX).unwrap_or(i64::MAX);
    field::range("count", count, 1, max)?;
    Ok(Limit::first(usize::try_from(count).unwrap_or(0)))
}

fn told(expansion: &Expansion, zone: Zone) -> Answer {
    let mut table = Table::new(&["when", "instant", "note"]);
    let mut rows = Vec::with_capacity(expansion.occurrences.len());
    for occurrence in &expansion.occurrences {
        let note = occurrence.note.as_ref().map(LocalNote::message);
        table.row([
            format!(
                "{} {}",
                occurrence.local.format("%a %Y-%m-%d %H:%M:%S"),
                zone.abbreviation(occurrence.at)
            ),
            occurrence.at.to_string(),
            note.clone().unwrap_or_default(),
        ]);
        rows.push(json!({ "local": occurrence.local, "at": occurrence.at, "note": note }));
    }
    let mut text = table.or("Every date of this rule is left out.");
    if !expansion.complete {
        text.push_str("The rule goes on after these.\n");
    }
    let mut json = listed("occurrences", rows);
    json["complete"] = json!(expansion.complete);
    Answer::new(json, text)
}
