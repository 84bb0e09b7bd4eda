//! The shared form of all tables before anything is understood: rows of cells. A reader of workbooks or documents
//! produces these too.

use crate::ingest::text::{DAMAGE, clean};

/// A row of cells, as they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line of the file on which it begins, from 1.
    pub(super) line: usize,
    /// Its cells; trailing empty ones included.
    pub(super) cells: Vec<String>,
}

/// A line of text outside of the tables, without markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The line of the file, from 1.
    pub(super) line: usize,
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
        Line { line: self.line, text: said.join(",") }
    }
}
