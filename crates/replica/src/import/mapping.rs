//! The mapping file: which columns of which CSV files mean what. docs/IMPORT.md explains every key.

use super::ImportFailure;
use super::columns::{
    AttendanceColumns, BookingColumns, Columns, CreditEntryColumns, CustomerColumns, EventColumns,
    ExceptionColumns, PackageColumns, PaymentColumns, ProductColumns, ResourceColumns,
    SeriesColumns, ServiceColumns, StaffColumns,
};
use holdfast_domain::Zone;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How to read another system's files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(skip)]
    path: PathBuf,
    /// Name of the source: part of every imported row's identity.
    pub(super) source: String,
    /// Zone of times without an offset; the venue's where it is left out.
    pub(super) timezone: Option<Zone>,
    /// What separates fields.
    #[serde(default = "comma")]
    pub(super) delimiter: char,
    /// Whether what is here takes over what the files say, instead of being left as it is.
    #[serde(default)]
    pub(super) update: bool,
    pub(super) staff: Option<StaffColumns>,
    pub(super) services: Option<ServiceColumns>,
    pub(super) products: Option<ProductColumns>,
    pub(super) resources: Option<ResourceColumns>,
    pub(super) customers: Option<CustomerColumns>,
    pub(super) events: Option<EventColumns>,
    pub(super) exceptions: Option<ExceptionColumns>,
    pub(super) series: Option<SeriesColumns>,
    pub(super) packages: Option<PackageColumns>,
    pub(super) bookings: Option<BookingColumns>,
    pub(super) attendances: Option<AttendanceColumns>,
    pub(super) payments: Option<PaymentColumns>,
    pub(super) credit_entries: Option<CreditEntryColumns>,
}

fn comma() -> char {
    ','
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// Where it cannot be read, or says something that no import understands; the message names the
    /// line and the key.
    pub fn read(path: &Path) -> Result<Self, ImportFailure> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ImportFailure::File { path: path.to_owned(), source })?;
        let wrong = |problem: String| ImportFailure::Mapping { path: path.to_owned(), problem };
        let mut mapping: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        mapping.path = path.to_owned();
        if mapping.source.trim().is_empty() {
            return Err(wrong("`source` needs a name".into()));
        }
        if !mapping.delimiter.is_ascii() {
            return Err(wrong("`delimiter` must be one ASCII character, such as \";\"".into()));
        }
        Ok(mapping)
    }

    /// Where it was read from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// A text: the name of a column, or, with braces, a pattern of columns: `"{firstname} {surname}"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Text(pub(super) String);

/// One of a few words: always the same, or by what a column says.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a word, or { column = \"…\", words = { \"…\" = \"…\" } }")]
pub(super) enum Word<T> {
    Always(T),
    Column {
        column: String,
        #[serde(default = "BTreeMap::new")]
        words: BTreeMap<String, T>,
        default: Option<T>,
    },
}

/// A date and time: in one column or two. Formats are those of strftime; without one, ISO 8601 in
/// its usual spellings is understood.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a column, { column, format }, or { date, time, format }")]
pub(super) enum Moment {
    Plain(String),
    Column { column: String, format: Option<String> },
    Columns { date: String, time: String, format: Option<String> },
}

/// How long a booking is.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "{ end = … }, { minutes = \"column\" }, { units = \"column\", of_minutes = 30 }, or { always_minutes = 60 }"
)]
pub(super) enum Length {
    End { end: Moment },
    Minutes { minutes: String },
    Units { units: String, of_minutes: i64 },
    Always { always_minutes: i64 },
}

impl Text {
    /// The pieces of the pattern: literal texts and columns, in turn.
    pub(super) fn pieces(&self) -> Vec<Piece<'_>> {
        if !self.0.contains('{') {
            return vec![Piece::Column(&self.0)];
        }
        let mut pieces = Vec::new();
        let mut rest = self.0.as_str();
        while let Some((literal, after)) = rest.split_once('{') {
            pieces.push(Piece::Literal(literal));
            let (column, after) = after.split_once('}').unwrap_or((after, ""));
            pieces.push(Piece::Column(column));
            rest = after;
        }
        pieces.push(Piece::Literal(rest));
        pieces
    }
}

pub(super) enum Piece<'a> {
    Literal(&'a str),
    Column(&'a str),
}

impl Mapping {
    /// The columns that are read of `file`.
    pub(super) fn columns_of(&self, file: &str) -> Vec<&str> {
        macro_rules! parts {
            ($($part:ident),+) => {
                [$(self.$part.as_ref().map(|it| (it.file.as_str(), it as &dyn Columns))),+]
            };
        }
        let parts = parts![
            staff,
            services,
            products,
            resources,
            customers,
            events,
            exceptions,
            series,
            packages,
            bookings,
            attendances,
            payments,
            credit_entries
        ];
        let parts = parts.into_iter().flatten().filter(|(its, _)| *its == file);
        parts.flat_map(|(_, columns)| columns.columns()).collect()
    }
}
