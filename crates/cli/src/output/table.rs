//! Aligned columns, by what a terminal shows of a text and not by its bytes.

use std::fmt;
use unicode_width::UnicodeWidthStr;

/// Rows of cells under a heading.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    has_heading: bool,
}

impl Table {
    /// With a heading; without one where it is empty.
    pub(crate) fn new(heading: &[&str]) -> Self {
        let rows = if heading.is_empty() {
            Vec::new()
        } else {
            vec![heading.iter().map(|cell| cell.to_uppercase()).collect()]
        };
        Self { rows, has_heading: !heading.is_empty() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| tame(&cell)).collect());
    }

    /// The table, or `otherwise` where it has no rows.
    pub(crate) fn or(&self, otherwise: &str) -> String {
        let is_empty = self.rows.len() == usize::from(self.has_heading);
        if is_empty { otherwise.into() } else { self.to_string() }
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.width() + 2));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A text that somebody typed somewhere, made safe for one line of a terminal: no line breaks, no
/// escape sequences, and nothing that turns the direction of what follows.
pub(crate) fn tame(text: &str) -> String {
    let turns = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|&c| !turns(c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_what_is_seen() {
        let mut table = Table::new(&["name", "kind"]);
        table.row(["테니스".into(), "court".into()]);
        table.row(["Hall".into(), "room".into()]);
        assert_eq!(table.to_string(), "NAME    KIND\n테니스  court\nHall    room\n");
        assert_eq!(Table::new(&["name"]).or("None."), "None.");
    }

    #[test]
    fn hostile_texts_stay_on_their_line() {
        assert_eq!(tame("a\u{1b}[31m\nb\u{202e}c"), "a [31m bc");
    }
}
