//! The mapping file: which columns of which CSV files mean what. docs/IMPORT.md explains every key.

use super::ImportFailure;
use holdfast_domain::{BookingStatus, ResourceKind, Zone};
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
    pub(super) resources: Option<ResourceColumns>,
    pub(super) customers: Option<CustomerColumns>,
    pub(super) bookings: Option<BookingColumns>,
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

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResourceColumns {
    pub(super) file: String,
    pub(super) id: String,
    pub(super) name: Text,
    pub(super) kind: Word<ResourceKind>,
    pub(super) location: Option<Text>,
    pub(super) description: Option<Text>,
    /// Whether it takes new bookings: true or false.
    pub(super) active: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerColumns {
    pub(super) file: String,
    pub(super) id: String,
    pub(super) name: Text,
    pub(super) email: Option<Text>,
    pub(super) phone: Option<Text>,
    pub(super) address: Option<Text>,
    pub(super) note: Option<Text>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BookingColumns {
    pub(super) file: String,
    pub(super) id: String,
    /// The resource's id in the source, or the name of one that is here; several with `;` between.
    pub(super) resource: String,
    /// The customer's id in the source, or the name of one that is here; an empty field is nobody.
    pub(super) customer: Option<String>,
    pub(super) start: Moment,
    pub(super) length: Length,
    pub(super) status: Option<Word<BookingStatus>>,
    pub(super) title: Option<Text>,
    pub(super) description: Option<Text>,
    pub(super) customer_note: Option<Text>,
    pub(super) staff_note: Option<Text>,
    pub(super) attendee_count: Option<String>,
    pub(super) meeting_url: Option<Text>,
    pub(super) price: Option<String>,
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

/// The columns that a part of the mapping reads: each must be in its file.
pub(super) trait Columns {
    fn columns(&self) -> Vec<&str>;
}

impl Columns for Text {
    fn columns(&self) -> Vec<&str> {
        let pieces = self.pieces().into_iter();
        pieces
            .filter_map(|piece| match piece {
                Piece::Column(column) => Some(column),
                Piece::Literal(_) => None,
            })
            .collect()
    }
}
impl Columns for String {
    fn columns(&self) -> Vec<&str> {
        vec![self]
    }
}
impl<T> Columns for Word<T> {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::Always(_) => Vec::new(),
            Self::Column { column, .. } => vec![column],
        }
    }
}
impl Columns for Moment {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::Plain(column) | Self::Column { column, .. } => vec![column],
            Self::Columns { date, time, .. } => vec![date, time],
        }
    }
}
impl Columns for Length {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::End { end } => end.columns(),
            Self::Minutes { minutes: column } | Self::Units { units: column, .. } => vec![column],
            Self::Always { .. } => Vec::new(),
        }
    }
}
impl<C: Columns> Columns for Option<C> {
    fn columns(&self) -> Vec<&str> {
        self.as_ref().map_or_else(Vec::new, Columns::columns)
    }
}

macro_rules! columns_of {
    ($($part:ty { $($field:ident),+ })+) => {$(
        impl Columns for $part {
            fn columns(&self) -> Vec<&str> {
                [$(self.$field.columns()),+].concat()
            }
        }
    )+};
}
columns_of! {
    ResourceColumns { id, name, kind, location, description, active }
    CustomerColumns { id, name, email, phone, address, note }
    BookingColumns {
        id, resource, customer, start, length, status, title, description, customer_note,
        staff_note, attendee_count, meeting_url, price
    }
}

impl Mapping {
    /// The columns that are read of `file`.
    pub(super) fn columns_of(&self, file: &str) -> Vec<&str> {
        let mut columns = Vec::new();
        if let Some(part) = self.resources.as_ref().filter(|part| part.file == file) {
            columns.extend(part.columns());
        }
        if let Some(part) = self.customers.as_ref().filter(|part| part.file == file) {
            columns.extend(part.columns());
        }
        if let Some(part) = self.bookings.as_ref().filter(|part| part.file == file) {
            columns.extend(part.columns());
        }
        columns
    }
}
