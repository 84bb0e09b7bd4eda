//! Records of a table of delimited values with one row of headings.

use crate::domain::mapping::Mapping;
use crate::ingest::delimited::{self, DELIMITERS};
use crate::ingest::grid::{Place, Row, Rows};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::names::fold;
use crate::ingest::portal::cells::Cell;
use crate::ingest::portal::{Record, SLOTS, Slot, names};

/// A table, and the mapping that fits it.
pub(super) struct Table<'m> {
    pub(super) mapping: &'m Mapping,
    /// Where each cell of a record stands.
    places: Vec<Option<usize>>,
    rows: Rows,
    /// The row of headings.
    heading: usize,
    width: usize,
}

impl<'m> Table<'m> {
    /// The table of a text, by the first mapping whose headings stand in its first row.
    pub(super) fn of(text: &str, mappings: &[&'m Mapping]) -> Option<Self> {
        if mappings.is_empty() {
            return None;
        }
        DELIMITERS.into_iter().find_map(|delimiter| {
            let rows = delimited::split(text, delimiter);
            let heading = rows.rows.iter().position(|row| !row.is_blank() && !is_remark(row))?;
            let headings: Vec<String> = rows.rows[heading].cells.iter().map(|cell| fold(cell)).collect();
            let (mapping, places) =
                mappings.iter().find_map(|mapping| Some((*mapping, places(mapping, &headings)?)))?;
            let width = headings.len();
            Some(Self { mapping, places, rows, heading, width })
        })
    }

    /// Says what of the table is not read.
    pub(super) fn report_problems(&self, issues: &mut Issues) {
        for place in &self.rows.too_wide {
            let detail = "Dòng có quá nhiều ô; cả dòng không được nhận.";
            issues.push(IssueKind::TooLarge, &place.to_string(), "", detail);
        }
        if let Some((place, _)) = &self.rows.cut_at {
            let detail = "Tệp có quá nhiều dòng; phần còn lại không được đọc. Hãy tách thành nhiều tệp.";
            issues.push(IssueKind::TooLarge, &place.to_string(), "", detail);
        }
        for row in self.data().filter(|row| row.cells.len() != self.width || row.is_damaged()) {
            let detail = format!(
                "Dòng có {} ô, tiêu đề có {} cột (hoặc có ký tự hỏng); cả dòng không được nhận.",
                row.cells.len(),
                self.width
            );
            let kind = if row.cells.len() < self.width { IssueKind::ShortRow } else { IssueKind::LongRow };
            issues.push(kind, &row.at.to_string(), &row.joined().text, &detail);
        }
    }

    pub(super) fn records(&self) -> Vec<Record<'_>> {
        let whole = |row: &&Row| row.cells.len() == self.width && !row.is_damaged();
        self.data().filter(whole).map(|row| self.record(row)).collect()
    }

    fn record<'r>(&self, row: &'r Row) -> Record<'r> {
        Record { line: line(row), part: 0, cells: self.places.iter().map(|at| cell(row, *at)).collect() }
    }

    fn data(&self) -> impl Iterator<Item = &Row> {
        self.rows.rows.iter().skip(self.heading + 1).filter(|row| !row.is_blank() && !is_remark(row))
    }
}

fn cell(row: &Row, at: Option<usize>) -> Cell<'_> {
    at.and_then(|at| row.cell(at)).map_or(Cell::Missing, Cell::text)
}

/// A text's rows stand on lines.
const fn line(row: &Row) -> usize {
    match row.at {
        Place::Line(line) => line,
        Place::Sheet { .. } | Place::Paragraph(_) | Place::TableRow { .. } => 0,
    }
}

fn is_remark(row: &Row) -> bool {
    row.cells.first().is_some_and(|cell| cell.trim_start().starts_with('#'))
}

/// Where each cell stands, if the mapping fits: all that it says of unit and indicator is there, and a figure.
fn places(mapping: &Mapping, headings: &[String]) -> Option<Vec<Option<usize>>> {
    let names = names(mapping);
    let at = |name: &str| headings.iter().position(|heading| *heading == fold(name));
    let places: Vec<Option<usize>> = names.iter().map(|name| name.and_then(at)).collect();
    let needed = [Slot::UnitCode, Slot::UnitName, Slot::AsOf, Slot::Indicator];
    let has_needed = needed.iter().all(|slot| names[*slot as usize].is_none() || places[*slot as usize].is_some());
    let has_figure = places[Slot::Numerator as usize..].iter().any(Option::is_some);
    let named = places[Slot::UnitCode as usize].or(places[Slot::UnitName as usize]).is_some();
    (has_needed && has_figure && named && places.len() >= SLOTS).then_some(places)
}
