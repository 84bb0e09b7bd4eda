//! Documents of Word since 2007 (docx): paragraphs become lines, tables become rows.
//!
//! A cell over several columns (`gridSpan`) leaves empty cells to its right, as in text files; a cell over several rows
//! (`vMerge`) holds for each of them; a row that begins further right (`gridBefore`) begins with empty cells. A table
//! within a cell is read as a table of its own, after the row that it stands in: documents are laid out with tables.
//! Deleted text, hidden text and the second copy of a text box (for old programs) are not there.

use crate::ingest::archive::{Archive, Fault, Node, Tag, Xml, append};
use crate::ingest::grid::{Limit, Place, Rows};
use crate::ingest::number::looks_like_a_figure;
use crate::ingest::text::Refusal;
use crate::ingest::workbook::MERGED_FIGURE;
use crate::ingest::{MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES};

/// The part that holds the text.
pub(super) const MAIN: &str = "word/document.xml";

/// How deep tables may stand within tables; deeper ones are passed over.
const MAX_NESTED: usize = 8;

/// Reads a document up to its end or a limit.
pub(super) fn read(archive: &mut Archive<'_>) -> Result<Rows, Refusal> {
    let mut walk = Walk::default();
    match walk.document(archive) {
        Err(Fault::Unpacked) if !walk.rows.rows.is_empty() => {
            walk.rows.cut_at.get_or_insert((Place::Paragraph(walk.paragraphs + 1), Limit::Unpacked));
        }
        read => read?,
    }
    Ok(walk.rows)
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    /// Rows that are complete.
    rows: Vec<Vec<String>>,
    /// Cells of the row that is being read.
    row: Vec<String>,
    /// Where cells of the row that is being read continue the cells above.
    continued: Vec<usize>,
    cell: Cell,
    /// Tables that stood within cells of this one, after the row that they stood in.
    nested: Vec<(usize, Table)>,
}

#[derive(Default)]
struct Cell {
    text: String,
    span: usize,
    continues: bool,
}

#[derive(Default)]
struct Walk {
    rows: Rows,
    paragraphs: usize,
    tables: usize,
    /// Tables that are open, the innermost last.
    open: Vec<Table>,
    /// Text of the paragraph that is being read, outside of tables.
    paragraph: String,
    /// The run's text is hidden.
    hidden: bool,
    /// Rows and bytes of text that are kept in tables: a merged cell may repeat its text in every row.
    kept: usize,
    text: usize,
    /// The limit that these have reached.
    full: Option<Limit>,
}

impl Walk {
    fn document(&mut self, archive: &mut Archive<'_>) -> Result<(), Fault> {
        let Some(mut xml) = archive.xml(MAIN)? else { return Err(Fault::Damaged) };
        loop {
            match xml.next()? {
                Node::Open(tag) => self.opened(&tag, &mut xml)?,
                Node::Close(name) => self.closed(&name),
                Node::Text(_) => {}
                Node::End => return Ok(()),
            }
            if let Some(limit) = self.full {
                self.stop(limit);
            }
            if self.rows.cut_at.is_some() {
                return Ok(());
            }
        }
    }

    /// Hands on what was read of open tables; the row that is being read is beyond a limit.
    fn stop(&mut self, limit: Limit) {
        while let Some(table) = self.open.pop() {
            match self.open.last_mut() {
                Some(outer) => outer.nested.push((outer.rows.len(), table)),
                None => self.hand_on(table),
            }
        }
        self.rows.cut_at.get_or_insert((Place::TableRow { table: self.tables.max(1), row: self.kept + 1 }, limit));
    }

    fn opened(&mut self, tag: &Tag, xml: &mut Xml<'_>) -> Result<(), Fault> {
        match tag.name() {
            // A text box stands within a paragraph and has paragraphs.
            "p" => self.end_of_paragraph(),
            "r" => self.hidden = false,
            "vanish" => self.hidden = !tag.get("val").is_some_and(|off| matches!(&*off, "0" | "false" | "off")),
            "t" => {
                let text = xml.text()?;
                self.say(&text);
            }
            "tab" | "br" | "cr" => self.say(" "),
            "noBreakHyphen" => self.say("-"),
            // Tab stops of a paragraph are called like tabs.
            "pPr" | "sectPr" | "Fallback" | "del" | "moveFrom" | "instrText" | "delText" => xml.skip()?,
            "tbl" if self.open.len() >= MAX_NESTED => xml.skip()?,
            "tbl" => {
                self.end_of_paragraph();
                self.open.push(Table::default());
            }
            "tr" => {
                if let Some(table) = self.open.last_mut() {
                    table.row.clear();
                    table.continued.clear();
                }
            }
            "gridBefore" => {
                if let Some(table) = self.open.last_mut() {
                    let before = tag.number("val").unwrap_or(0).min(MAX_COLUMNS);
                    table.row.resize(before, String::new());
                }
            }
            "tc" => {
                if let Some(table) = self.open.last_mut() {
                    table.cell = Cell { span: 1, ..Cell::default() };
                }
            }
            "gridSpan" => {
                if let Some(table) = self.open.last_mut() {
                    table.cell.span = tag.number("val").unwrap_or(1).clamp(1, MAX_COLUMNS);
                }
            }
            "vMerge" => {
                if let Some(table) = self.open.last_mut() {
                    table.cell.continues = tag.get("val").is_none_or(|val| val != "restart");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn closed(&mut self, name: &str) {
        match name {
            "p" => self.end_of_paragraph(),
            "r" => self.hidden = false,
            "tc" => {
                if let Some(table) = self.open.last_mut() {
                    table.end_of_cell();
                }
            }
            "tr" => {
                if let Some(table) = self.open.last_mut() {
                    self.text += table.end_of_row();
                    self.kept += 1;
                    self.full = match () {
                        () if self.kept > MAX_ROWS => Some(Limit::Rows),
                        () if self.text > MAX_TEXT_BYTES => Some(Limit::Text),
                        () => None,
                    };
                }
            }
            "tbl" => {
                let Some(table) = self.open.pop() else { return };
                match self.open.last_mut() {
                    Some(outer) => outer.nested.push((outer.rows.len(), table)),
                    None => self.hand_on(table),
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        if self.hidden {
            return;
        }
        match self.open.last_mut() {
            Some(table) => append(&mut table.cell.text, text),
            None => append(&mut self.paragraph, text),
        }
    }

    fn end_of_paragraph(&mut self) {
        match self.open.last_mut() {
            Some(table) if !table.cell.text.is_empty() => append(&mut table.cell.text, "\n"),
            Some(_) => {}
            None if self.paragraph.trim().is_empty() => self.paragraph.clear(),
            None => {
                self.paragraphs += 1;
                let text = std::mem::take(&mut self.paragraph);
                self.rows.push(Place::Paragraph(self.paragraphs), vec![text]);
            }
        }
    }

    fn hand_on(&mut self, table: Table) {
        self.tables += 1;
        let number = self.tables;
        let mut nested = table.nested.into_iter().peekable();
        for (at, row) in table.rows.into_iter().enumerate() {
            if !self.rows.push(Place::TableRow { table: number, row: at + 1 }, row) {
                return;
            }
            while let Some((_, inner)) = nested.next_if(|(row, _)| *row <= at) {
                self.hand_on(inner);
            }
        }
    }
}

impl Table {
    fn end_of_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if self.row.len() > MAX_COLUMNS {
            return;
        }
        if cell.continues {
            self.continued.push(self.row.len());
        }
        self.row.push(cell.text.trim().to_owned());
        let width = self.row.len() + cell.span.saturating_sub(1);
        self.row.resize(width, String::new());
    }

    /// Completes a row; its bytes of text are the answer.
    fn end_of_row(&mut self) -> usize {
        let mut row = std::mem::take(&mut self.row);
        for column in std::mem::take(&mut self.continued) {
            let Some(above) = self.rows.last_mut().and_then(|above| above.get_mut(column)) else { continue };
            // Whose figure it is that stands beside several units is not known.
            if looks_like_a_figure(above) {
                *above = format!("{above} {MERGED_FIGURE}");
            }
            if let Some(cell) = row.get_mut(column).filter(|cell| cell.is_empty()) {
                cell.clone_from(above);
            }
        }
        let text = row.iter().map(String::len).sum();
        self.rows.push(row);
        text
    }
}
