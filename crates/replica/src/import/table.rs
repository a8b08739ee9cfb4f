//! One CSV file: its header, and its rows as a stream.

use super::{ImportFailure, Mapping};
use holdfast_domain::Refusal;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A file whose header has every column that the mapping names.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) bytes: u64,
    path: PathBuf,
    delimiter: u8,
    columns: BTreeMap<String, usize>,
}

/// One row as read: its line, where it ends in the file, and its fields if they could be read.
pub(super) struct RawRecord {
    pub(super) line: u64,
    pub(super) byte: u64,
    pub(super) fields: Result<csv::StringRecord, Refusal>,
}

/// One row whose fields can be asked for by column.
pub(super) struct Record<'a> {
    fields: csv::StringRecord,
    table: &'a Table,
}

impl Table {
    pub(super) fn open(dir: &Path, mapping: &Mapping, file: &str) -> Result<Self, ImportFailure> {
        let path = dir.join(file);
        let cannot = |source| ImportFailure::File { path: path.clone(), source };
        let bytes = std::fs::metadata(&path).map_err(cannot)?.len();
        let mut table = Self {
            name: file.into(),
            bytes,
            delimiter: u8::try_from(mapping.delimiter).unwrap_or(b','),
            columns: BTreeMap::new(),
            path: path.clone(),
        };
        let wrong = |problem: String| ImportFailure::Mapping { path: path.clone(), problem };
        let header = table
            .reader()?
            .headers()
            .map_err(|error| wrong(format!("its header cannot be read: {error}")))?
            .clone();
        table.columns =
            header.iter().enumerate().map(|(n, name)| (name.trim().to_owned(), n)).collect();
        for column in mapping.columns_of(file) {
            if !table.columns.contains_key(column) {
                let there: Vec<_> = header.iter().map(str::trim).collect();
                return Err(wrong(format!(
                    "there is no column “{column}”; its columns are {}",
                    there.join(", ")
                )));
            }
        }
        Ok(table)
    }

    /// The reader drops a byte order mark and takes both kinds of line ends.
    fn reader(&self) -> Result<csv::Reader<std::fs::File>, ImportFailure> {
        csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .from_path(&self.path)
            .map_err(|error| ImportFailure::File { path: self.path.clone(), source: error.into() })
    }

    pub(super) fn records(&self) -> Result<impl Iterator<Item = RawRecord> + use<>, ImportFailure> {
        let mut reader = self.reader()?;
        let mut lines = Lines::of(&self.path)?;
        let mut done = false;
        Ok(std::iter::from_fn(move || {
            if done {
                return None;
            }
            let mut bytes = csv::ByteRecord::new();
            let read = reader.read_byte_record(&mut bytes);
            let line = lines.at(bytes.position().map_or(0, csv::Position::byte));
            let byte = reader.position().byte();
            let fields = match read {
                Ok(false) => return None,
                Ok(true) => csv::StringRecord::from_byte_record(bytes)
                    .map_err(|_| invalid("row", "it is not UTF-8")),
                Err(error) => {
                    // The disk gave up: what follows cannot be read either.
                    done = true;
                    Err(invalid("row", &error.to_string()))
                }
            };
            Some(RawRecord { line, byte, fields })
        }))
    }
}

/// Tells the line of a byte. (The CSV reader's own count is one behind where lines end in CRLF.)
struct Lines {
    file: BufReader<std::fs::File>,
    byte: u64,
    line: u64,
}

impl Lines {
    fn of(path: &Path) -> Result<Self, ImportFailure> {
        let file = std::fs::File::open(path)
            .map_err(|source| ImportFailure::File { path: path.to_owned(), source })?;
        Ok(Self { file: BufReader::new(file), byte: 0, line: 1 })
    }

    /// The line on which the row that follows `byte` begins. Bytes must be asked for in order. What
    /// cannot be read is not counted: the reader of the rows reports it.
    fn at(&mut self, byte: u64) -> u64 {
        while let Ok(buffer) = self.file.fill_buf() {
            let ahead = usize::try_from(byte.saturating_sub(self.byte)).unwrap_or(usize::MAX);
            // Up to the byte, and over the ends of lines that stand there.
            let ends = buffer.iter().skip(ahead).take_while(|b| matches!(b, b'\r' | b'\n')).count();
            let part = ahead.saturating_add(ends).min(buffer.len());
            if part == 0 {
                break;
            }
            self.line += buffer[..part].iter().filter(|b| **b == b'\n').count() as u64;
            self.byte += part as u64;
            self.file.consume(part);
        }
        self.line
    }
}

impl<'a> Record<'a> {
    pub(super) fn new(table: &'a Table, fields: csv::StringRecord) -> Self {
        Self { fields, table }
    }

    /// The field of a column, trimmed.
    pub(super) fn get(&self, column: &str) -> Result<&str, Refusal> {
        let field = self.table.columns.get(column).and_then(|&n| self.fields.get(n));
        field.map(str::trim).ok_or_else(|| invalid(column, "the row ends before this column"))
    }
}

/// A column whose field cannot be understood.
pub(super) fn invalid(field: &str, problem: &str) -> Refusal {
    Refusal::FieldInvalid { field: field.into(), problem: problem.into() }
}
