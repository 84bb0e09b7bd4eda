//! Workbooks of LibreOffice (ods).
//!
//! A cell holds both its number and the text that is shown. The number counts, with as many decimals as are shown: the
//! shown text alone could be `1,642` for 1642 in an English program.

use crate::ingest::MAX_COLUMNS;
use crate::ingest::archive::{Archive, Fault, Node, Tag, Xml, append};
use crate::ingest::decimal::Decimal;
use crate::ingest::grid::{Limit, Rows};
use crate::ingest::issue::Issues;
use crate::ingest::number_format::NumberFormat;
use crate::ingest::sheet::{Budget, Merged, Sheet};
use crate::ingest::text::Refusal;
use crate::ingest::workbook::{self, FORMULA};
use std::collections::HashSet;

/// The part that holds all sheets.
const MAIN: &str = "content.xml";

/// How many styles of hidden sheets are remembered.
const MAX_STYLES: usize = 10_000;

/// Decimals that a shown number may have.
const MAX_DECIMALS: usize = 6;

/// Reads the visible sheets.
pub(super) fn read(archive: &mut Archive<'_>, issues: &mut Issues) -> Result<Rows, Refusal> {
    let mut book = Book { budget: Budget::new(), rows: Rows::default(), hidden_styles: HashSet::new() };
    book.read(archive, issues)?;
    Ok(book.rows)
}

struct Book {
    budget: Budget,
    rows: Rows,
    /// Names of styles whose sheets are not shown.
    hidden_styles: HashSet<String>,
}

impl Book {
    fn read(&mut self, archive: &mut Archive<'_>, issues: &mut Issues) -> Result<(), Fault> {
        let Some(mut xml) = archive.xml(MAIN)? else { return Err(Fault::Damaged) };
        let mut style = String::new();
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    "style" => style = tag.get("name").unwrap_or_default().into_owned(),
                    "table-properties"
                        if tag.get("display").is_some_and(|shown| shown == "false")
                            && self.hidden_styles.len() < MAX_STYLES =>
                    {
                        self.hidden_styles.insert(style.clone());
                    }
                    // Earlier states of cells, and copies of other files' sheets.
                    "tracked-changes" | "dde-links" => xml.skip()?,
                    "table" => {
                        let name = tag.get("name").unwrap_or_default().into_owned();
                        if tag.get("style-name").is_some_and(|style| self.hidden_styles.contains(&*style)) {
                            workbook::say_hidden(issues, &name);
                            xml.skip()?;
                        } else if !self.sheet(&mut xml, &name)? {
                            return Ok(());
                        }
                    }
                    _ => {}
                },
                Node::End => return Ok(()),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
    }

    /// Reads a sheet. False when a limit is reached.
    fn sheet(&mut self, xml: &mut Xml<'_>, name: &str) -> Result<bool, Fault> {
        let mut sheet = Sheet::new(name);
        match self.fill(&mut sheet, xml) {
            Err(Fault::Unpacked) => sheet.stop(sheet.below(), Limit::Unpacked),
            read => read?,
        }
        Ok(sheet.finish(&mut self.budget, &mut self.rows))
    }

    fn fill(&mut self, sheet: &mut Sheet, xml: &mut Xml<'_>) -> Result<(), Fault> {
        let mut row = 0;
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    "table-row" => {
                        let times = tag.number("number-rows-repeated").unwrap_or(1).max(1);
                        let hidden = tag.get("visibility").is_some_and(|shown| shown != "visible");
                        let cells = row_cells(xml, sheet, row)?;
                        if !self.repeat(sheet, row, &cells, times, hidden) {
                            return Ok(());
                        }
                        row = row.saturating_add(times);
                    }
                    // Drawings, forms and the like, which may hold texts and tables of their own.
                    "shapes" | "forms" | "named-expressions" => xml.skip()?,
                    _ => {}
                },
                Node::Close(name) if name == "table" => return Ok(()),
                Node::End => return Err(Fault::Damaged),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
    }

    /// Puts the cells of a row into the sheet, as often as it is repeated. Empty rows are repeated a million times.
    fn repeat(&mut self, sheet: &mut Sheet, row: usize, cells: &[(usize, String)], times: usize, hidden: bool) -> bool {
        if cells.is_empty() {
            return true;
        }
        for at in row..row.saturating_add(times) {
            if hidden {
                sheet.hide(at);
            }
            for (column, text) in cells {
                if !sheet.set(&mut self.budget, at, *column, text) {
                    return false;
                }
            }
        }
        true
    }
}

/// The cells of a row that hold something, by column. One cell beyond the limit is kept, to show that the row is too wide.
fn row_cells(xml: &mut Xml<'_>, sheet: &mut Sheet, row: usize) -> Result<Vec<(usize, String)>, Fault> {
    let mut cells = Vec::new();
    let mut column = 0_usize;
    loop {
        match xml.next()? {
            Node::Open(tag) if matches!(tag.name(), "table-cell" | "covered-table-cell") => {
                let times = tag.number("number-columns-repeated").unwrap_or(1).max(1);
                let (down, right) = (tag.number("number-rows-spanned"), tag.number("number-columns-spanned"));
                if let Some(down) = down.filter(|down| *down > 1) {
                    let columns = (column, column.saturating_add(right.unwrap_or(1).max(1) - 1));
                    sheet.merge(Merged { rows: (row, row.saturating_add(down - 1)), columns });
                }
                let text = cell(xml, &tag)?;
                let last = column.saturating_add(times);
                if !text.trim().is_empty() {
                    cells.extend((column..last.min(MAX_COLUMNS + 1)).map(|at| (at, text.clone())));
                    if column > MAX_COLUMNS && cells.last().is_none_or(|(at, _)| *at <= MAX_COLUMNS) {
                        cells.push((column, text));
                    }
                }
                column = last;
            }
            Node::Close(name) if name == "table-row" => return Ok(cells),
            Node::End => return Err(Fault::Damaged),
            _ => {}
        }
    }
}

/// What a cell shows.
fn cell(xml: &mut Xml<'_>, tag: &Tag) -> Result<String, Fault> {
    let shown = shown_text(xml)?;
    let kind = tag.get("value-type").unwrap_or_default();
    let number = tag.get("value").and_then(|value| Decimal::parse(&value));
    Ok(match (&*kind, number) {
        ("percentage", Some(number)) => format!("{}%", as_shown(number.percent(), &shown)),
        ("float" | "currency", Some(number)) => as_shown(number, &shown),
        ("date", _) => tag.get("date-value").map_or(shown, |day| workbook::day(&day)),
        ("", _) if shown.is_empty() && tag.get("formula").is_some() => FORMULA.to_owned(),
        _ => shown,
    })
}

/// A number with as many decimals as the shown text has; without such a text as a number without a format.
fn as_shown(number: Decimal, shown: &str) -> String {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted = digits(shown);
    let same =
        (0..=MAX_DECIMALS).map(|decimals| number.written(decimals, decimals)).find(|text| digits(text) == wanted);
    same.unwrap_or_else(|| NumberFormat::General.shows(number, false))
}

/// The paragraphs of the cell that was just opened, without comments and drawings.
fn shown_text(xml: &mut Xml<'_>) -> Result<String, Fault> {
    let mut text = String::new();
    let mut within = 0_usize;
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                "p" | "h" if within == 0 => {
                    if !text.is_empty() {
                        append(&mut text, "\n");
                    }
                    within = 1;
                }
                _ if within == 0 => xml.skip()?,
                "annotation" | "frame" | "custom-shape" => xml.skip()?,
                "s" | "tab" | "line-break" => {
                    append(&mut text, " ");
                    within += 1;
                }
                _ => within += 1,
            },
            Node::Close(_) if within == 0 => return Ok(text),
            Node::Close(_) => within -= 1,
            Node::Text(piece) if within > 0 => append(&mut text, &piece),
            Node::Text(_) => {}
            Node::End => return Err(Fault::Damaged),
        }
    }
}
