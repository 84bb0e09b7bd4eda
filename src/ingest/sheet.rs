//! A sheet of a workbook while it is read, whatever the workbook's format: cells by row and column, rows that are hidden,
//! cells that are merged; then the shared rows.
//!
//! - **Hidden rows are read like others**, because a filter that somebody forgot hides rows without meaning to. Only where
//!   a hidden row contradicts a visible one, the visible one counts (`reader` reads hidden rows last).
//! - **Hidden sheets are not read**; a note says so. They hold last month's figures or a list for a formula, and their
//!   figures would be published by people who do not see them.
//! - **Merged cells**: the text of cells merged over several rows holds for each of these rows (a tier beside its units, a
//!   heading over two rows). Over several columns the text stays in the first, as in text files. A *figure* that is merged
//!   over several rows belongs to no unit alone: it becomes unreadable, with what is wrong.
//! - A sheet may claim a million rows and 16,384 columns; only cells that hold something take memory. Empty rows do not
//!   count against [`MAX_ROWS`].

use crate::ingest::grid::{Limit, Place, Rows, beginning};
use crate::ingest::number::looks_like_a_figure;
use crate::ingest::workbook::MERGED_FIGURE;
use crate::ingest::{MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many merged areas of a sheet are looked at.
const MAX_MERGED: usize = 20_000;

/// An area of merged cells: first and last row and column, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) rows: (usize, usize),
    pub(super) columns: (usize, usize),
}

/// What is left of the limits of a file, over all its sheets.
#[derive(Debug)]
pub(super) struct Budget {
    rows: usize,
    text: usize,
    /// Rows that merged areas may touch.
    merged: usize,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self { rows: MAX_ROWS, text: MAX_TEXT_BYTES, merged: MAX_ROWS * 20 }
    }
}

/// A sheet that is being read. Rows and columns count from 0.
#[derive(Debug)]
pub(super) struct Sheet {
    name: Arc<str>,
    rows: BTreeMap<usize, Vec<String>>,
    too_wide: BTreeSet<usize>,
    hidden: BTreeSet<usize>,
    merged: Vec<Merged>,
    cut: Option<(usize, Limit)>,
}

impl Sheet {
    pub(super) fn new(name: &str) -> Self {
        // A name has 31 characters where the programs check it.
        let name: String = name.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self {
            name: Arc::from(name.trim()),
            rows: BTreeMap::new(),
            too_wide: BTreeSet::new(),
            hidden: BTreeSet::new(),
            merged: Vec::new(),
            cut: None,
        }
    }

    /// Puts a text into a cell. False once a limit is reached: then the rest of the sheet need not be read.
    pub(super) fn set(&mut self, budget: &mut Budget, row: usize, column: usize, text: &str) -> bool {
        if self.cut.is_some() {
            return false;
        }
        let text = beginning(text);
        if text.trim().is_empty() {
            return true;
        }
        if !self.rows.contains_key(&row) {
            if budget.rows == 0 {
                self.stop(row, Limit::Rows);
                return false;
            }
            budget.rows -= 1;
        }
        let Some(left) = budget.text.checked_sub(text.len()) else {
            self.stop(row, Limit::Text);
            return false;
        };
        budget.text = left;
        let cells = self.rows.entry(row).or_default();
        if column >= MAX_COLUMNS {
            self.too_wide.insert(row);
            return true;
        }
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        text.clone_into(&mut cells[column]);
        true
    }

    /// Ends the sheet at a row: what comes from there on is beyond a limit.
    pub(super) fn stop(&mut self, row: usize, limit: Limit) {
        self.cut.get_or_insert((row, limit));
    }

    /// The row below the last one that holds something.
    pub(super) fn below(&self) -> usize {
        self.rows.last_key_value().map_or(0, |(row, _)| row + 1)
    }

    /// Marks a row as hidden.
    pub(super) fn hide(&mut self, row: usize) {
        // Empty hidden rows are of no interest, and a sheet can have a million.
        if self.hidden.len() < MAX_ROWS * 2 {
            self.hidden.insert(row);
        }
    }

    /// Merges an area.
    pub(super) fn merge(&mut self, area: Merged) {
        if self.merged.len() < MAX_MERGED && area.rows.1 > area.rows.0 {
            self.merged.push(area);
        }
    }

    /// Hands the rows on. False once a limit is reached.
    pub(super) fn finish(mut self, budget: &mut Budget, into: &mut Rows) -> bool {
        for area in std::mem::take(&mut self.merged) {
            self.spread(budget, area);
        }
        let place = |row: usize| {
            let hidden = self.hidden.contains(&row);
            Place::Sheet { name: Arc::clone(&self.name), row: row + 1, hidden }
        };
        let width = self.rows.values().map(Vec::len).max().unwrap_or(0);
        for (row, mut cells) in std::mem::take(&mut self.rows) {
            if self.too_wide.contains(&row) {
                into.too_wide.push(place(row));
                continue;
            }
            // The sheet is a rectangle: a row whose last cells are empty is not a short one.
            cells.resize(width, String::new());
            if !into.push(place(row), cells) {
                return false;
            }
        }
        if let Some((row, limit)) = self.cut {
            into.cut_at.get_or_insert((place(row), limit));
        }
        into.cut_at.is_none()
    }

    fn spread(&mut self, budget: &mut Budget, area: Merged) {
        let column = area.columns.0;
        let first = self.rows.get(&area.rows.0).and_then(|cells| cells.get(column)).cloned().unwrap_or_default();
        if first.is_empty() {
            return;
        }
        let figure = looks_like_a_figure(&first);
        let text = if figure { format!("{first} {MERGED_FIGURE}") } else { first };
        let below: Vec<usize> =
            self.rows.range(area.rows.0..=area.rows.1).map(|(row, _)| *row).take(budget.merged).collect();
        budget.merged -= below.len();
        // Over one row that holds anything nothing is shared.
        if below.len() < 2 {
            return;
        }
        for row in below {
            if !self.set(budget, row, column, &text) {
                return;
            }
        }
    }
}
