//! One field of a row, read as what the mapping says it is.

use super::mapping::{Piece, Text, Word};
use super::table::{Record, invalid};
use chrono::DateTime;
use holdfast_domain::{Currency, Money, Refusal, Timestamp};
use std::str::FromStr;

/// Sets what a column tells; what no column tells stays.
pub(super) fn set<T>(
    target: &mut T,
    column: Option<&String>,
    read: impl FnOnce(&str) -> Result<T, Refusal>,
) -> Result<(), Refusal> {
    if let Some(column) = column {
        *target = read(column)?;
    }
    Ok(())
}

/// Sets what a text tells. Fields are trimmed: one that differs in white space around it does not.
pub(super) fn set_text(
    target: &mut String,
    told: Option<&Text>,
    row: &Record<'_>,
) -> Result<(), Refusal> {
    if told.is_some() {
        let value = text(told, row)?;
        if value != target.trim() {
            *target = value;
        }
    }
    Ok(())
}

pub(super) fn text(text: Option<&Text>, row: &Record<'_>) -> Result<String, Refusal> {
    let mut value = String::new();
    for piece in text.map(Text::pieces).unwrap_or_default() {
        match piece {
            Piece::Literal(literal) => value.push_str(literal),
            Piece::Column(column) => value.push_str(row.get(column)?),
        }
    }
    Ok(value.trim().to_owned())
}

/// What a column's word stands for: as the mapping says, else as we spell it ourselves.
pub(super) fn word<T: Copy + FromStr<Err = String>>(
    word: &Word<T>,
    row: &Record<'_>,
) -> Result<T, Refusal> {
    match word {
        Word::Always(value) => Ok(*value),
        Word::Column { column, words, default } => {
            let said = row.get(column)?;
            let known = words.get(said).copied().or_else(|| said.parse().ok()).or(*default);
            known.ok_or_else(|| invalid(column, &format!("the mapping has no word for “{said}”")))
        }
    }
}

pub(super) fn flag(column: &str, row: &Record<'_>) -> Result<bool, Refusal> {
    match row.get(column)?.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" | "" => Ok(false),
        other => {
            let problem = format!("“{other}” in column {column} is neither true nor false");
            Err(invalid(column, &problem))
        }
    }
}

pub(super) fn number(column: &str, row: &Record<'_>) -> Result<i64, Refusal> {
    let value = row.get(column)?;
    value.parse().map_err(|_| invalid(column, &format!("“{value}” is not a whole number")))
}

/// A whole number from zero up.
pub(super) fn count(column: &str, row: &Record<'_>) -> Result<u32, Refusal> {
    let count = number(column, row)?;
    u32::try_from(count)
        .map_err(|_| invalid(column, &format!("{count} is below zero or too large")))
}

/// What an empty field leaves out.
pub(super) fn optional<T>(
    column: &str,
    row: &Record<'_>,
    read: impl FnOnce(&str, &Record<'_>) -> Result<T, Refusal>,
) -> Result<Option<T>, Refusal> {
    if row.get(column)?.is_empty() { Ok(None) } else { read(column, row).map(Some) }
}

/// A word of ours.
pub(super) fn own_word<T: FromStr<Err = String>>(
    column: &str,
    row: &Record<'_>,
) -> Result<T, Refusal> {
    row.get(column)?.parse().map_err(|problem: String| invalid(column, &problem))
}

pub(super) fn amount(
    column: &str,
    row: &Record<'_>,
    currency: Currency,
) -> Result<Option<Money>, Refusal> {
    optional(column, row, |column, row| {
        Money::parse(row.get(column)?, currency).map_err(|refusal| match refusal {
            Refusal::FieldInvalid { problem, .. } => invalid(column, &problem),
            other => other,
        })
    })
}

/// An instant, to the millisecond.
pub(super) fn instant(column: &str, row: &Record<'_>) -> Result<Timestamp, Refusal> {
    let value = row.get(column)?;
    DateTime::parse_from_rfc3339(value).map(|at| Timestamp(at.timestamp_millis())).map_err(|_| {
        invalid(column, &format!("“{value}” is no instant such as 2026-11-20T13:30:00Z"))
    })
}

/// Several values with `;` between; one that belongs to a value has a `\` before it.
pub(super) fn list(column: &str, row: &Record<'_>) -> Result<Vec<String>, Refusal> {
    let mut values = vec![String::new()];
    let mut chars = row.get(column)?.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            ';' => {
                values.push(String::new());
                continue;
            }
            '\\' => chars.next().unwrap_or('\\'),
            c => c,
        };
        if let Some(value) = values.last_mut() {
            value.push(literal);
        }
    }
    let values = values.into_iter().map(|value| value.trim().to_owned());
    Ok(values.filter(|value| !value.is_empty()).collect())
}

/// The field that [`list`] reads as these values.
pub(crate) fn listed<'a>(values: impl IntoIterator<Item = &'a String>) -> String {
    let escaped = |value: &String| value.replace('\\', "\\\\").replace(';', "\\;");
    values.into_iter().map(escaped).collect::<Vec<_>>().join(";")
}
