//! The shared form of all tables before anything is understood: rows of cells. Each format has a reader that produces
//! these; what is behind them knows no formats.

use crate::ingest::text::{DAMAGE, clean};
use crate::ingest::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES};
use std::fmt;
use std::sync::Arc;

/// Where a row or a line of text stands, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A line of a text, from 1.
    Line(usize),
    /// A row of a workbook's sheet, from 1 as the program shows it.
    Sheet {
        /// The sheet's name.
        name: Arc<str>,
        /// Its row.
        row: usize,
        /// Whether people do not see it when they open the file.
        hidden: bool,
    },
    /// A paragraph of a document outside of tables, from 1.
    Paragraph(usize),
    /// A row of a document's table, both from 1.
    TableRow {
        /// The table's number in the document.
        table: usize,
        /// Its row.
        row: usize,
    },
}

impl Place {
    /// The place of a cell: only sheets have names for cells.
    pub(super) fn cell(&self, column: usize) -> Option<String> {
        let Self::Sheet { name, row, hidden } = self else { return None };
        Some(format!("trang tính “{name}”, ô {}{row}{}", column_letters(column), hidden_mark(*hidden)))
    }

    /// Whether two rows belong to one sheet. Titles of one sheet say nothing about the tables of the next.
    pub(super) fn same_sheet(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sheet { name: one, .. }, Self::Sheet { name: two, .. }) => one == two,
            _ => true,
        }
    }

    /// Whether two rows belong to one table as far as the file itself says so: a document tells where a table ends.
    pub(super) fn same_table(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::TableRow { table: one, .. }, Self::TableRow { table: two, .. }) => one == two,
            _ => true,
        }
    }
}

const fn hidden_mark(hidden: bool) -> &'static str {
    if hidden { " (ẩn)" } else { "" }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "dòng {line}"),
            Self::Sheet { name, row, hidden } => {
                write!(f, "trang tính “{name}”, dòng {row}{}", hidden_mark(*hidden))
            }
            Self::Paragraph(paragraph) => write!(f, "đoạn {paragraph}"),
            Self::TableRow { table, row } => write!(f, "bảng {table}, dòng {row}"),
        }
    }
}

/// `A` for 0, `AB` for 27.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A row of cells, as they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it begins.
    pub(super) at: Place,
    /// Its cells; trailing empty ones included.
    pub(super) cells: Vec<String>,
}

/// A line of text outside of the tables, without markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands.
    pub(super) at: Place,
    /// What it says.
    pub(super) text: String,
}

impl Row {
    /// A cell as it stands; none when the row ends before it.
    pub(super) fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    /// Cells that say something.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(String::as_str).filter(|cell| !cell.trim().is_empty())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.said().next().is_none()
    }

    /// Whether people do not see it when they open the file.
    pub(super) const fn is_hidden(&self) -> bool {
        matches!(self.at, Place::Sheet { hidden: true, .. })
    }

    /// The length without empty cells at the end.
    pub(super) fn used_width(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1)
    }

    /// Whether it holds bytes that were no text.
    pub(super) fn is_damaged(&self) -> bool {
        self.cells.iter().any(|cell| cell.contains(DAMAGE))
    }

    /// The text of a row that is no row of a table: only one cell says something, or it begins with `#`.
    pub(super) fn as_text(&self) -> Option<Line> {
        let single = self.said().nth(1).is_none();
        let comment = self.said().next().is_some_and(|first| first.trim_start().starts_with('#'));
        (single || comment).then(|| self.joined())
    }

    /// All that it says, as one line. No space after the comma, so that a decimal that was torn apart is whole again.
    pub(super) fn joined(&self) -> Line {
        let said: Vec<_> = self.said().map(clean).collect();
        Line { at: self.at.clone(), text: said.join(",") }
    }
}

/// Which limit ended the reading of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// [`MAX_ROWS`].
    Rows,
    /// [`MAX_TEXT_BYTES`].
    Text,
    /// [`MAX_UNPACKED_BYTES`](crate::ingest::MAX_UNPACKED_BYTES).
    Unpacked,
}

/// The rows of a file, and what was beyond the limits.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Rows with too many cells, which are left out.
    pub(super) too_wide: Vec<Place>,
    /// From where on rows are left out.
    pub(super) cut_at: Option<(Place, Limit)>,
    /// Bytes of text in the rows.
    text: usize,
}

impl Rows {
    /// Takes a row. False, and nothing is taken any more, once a limit is reached.
    pub(super) fn push(&mut self, at: Place, cells: Vec<String>) -> bool {
        if self.cut_at.is_some() {
            return false;
        }
        let text = self.text + cells.iter().map(String::len).sum::<usize>();
        let limit = match () {
            () if self.rows.len() + self.too_wide.len() >= MAX_ROWS => Some(Limit::Rows),
            () if text > MAX_TEXT_BYTES => Some(Limit::Text),
            () => None,
        };
        if let Some(limit) = limit {
            self.cut_at = Some((at, limit));
            return false;
        }
        if cells.len() > MAX_COLUMNS {
            self.too_wide.push(at);
        } else {
            self.text = text;
            self.rows.push(Row { at, cells });
        }
        true
    }
}

/// The beginning of a cell, as much as is read.
pub(super) fn beginning(cell: &str) -> &str {
    &cell[..cell.floor_char_boundary(MAX_CELL_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_what_people_look_for() {
        let sheet = |hidden| Place::Sheet { name: Arc::from("Cấp tỉnh"), row: 12, hidden };
        assert_eq!(sheet(false).to_string(), "trang tính “Cấp tỉnh”, dòng 12");
        assert_eq!(sheet(true).cell(3).as_deref(), Some("trang tính “Cấp tỉnh”, ô D12 (ẩn)"));
        assert_eq!(Place::TableRow { table: 2, row: 5 }.to_string(), "bảng 2, dòng 5");
        let letters: Vec<String> = [0, 25, 26, 27, 51, 52, 701, 702, 16383].into_iter().map(column_letters).collect();
        assert_eq!(letters, ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn text_beyond_the_limit_ends_the_reading() {
        let mut rows = Rows::default();
        let cells = || vec!["x".repeat(MAX_TEXT_BYTES / 4)];
        let taken = (1..=6).filter(|line| rows.push(Place::Line(*line), cells())).count();
        assert_eq!((taken, rows.cut_at), (4, Some((Place::Line(5), Limit::Text))));
    }
}
