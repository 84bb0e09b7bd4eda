//! Workbooks of Excel since 2007 (xlsx, xlsm), of any program that writes the standard form.
//!
//! Read here and not by a library, because the library that was tried gives the binary fraction of a cell without its
//! format: then `0.578` formatted as a percentage cannot be told from 0,578 (ADR 14). Macros, links, charts, pictures
//! and comments are not looked at. A formula counts by the value that was stored with it; without one the cell is
//! unreadable (`=`), never zero.

use crate::ingest::archive::{Archive, Fault, Node, Tag, Xml, append};
use crate::ingest::decimal::Decimal;
use crate::ingest::grid::{Limit, Rows};
use crate::ingest::issue::Issues;
use crate::ingest::number_format::NumberFormat;
use crate::ingest::sheet::{Budget, Merged, Sheet};
use crate::ingest::text::Refusal;
use crate::ingest::workbook::{self, FORMULA};
use std::collections::{BTreeMap, HashMap};

/// How many texts, formats and sheets of a workbook are looked at.
const MAX_LIST: usize = 1_000_000;
const MAX_SHEETS: usize = 200;

/// Reads the visible sheets.
pub(super) fn read(archive: &mut Archive<'_>, issues: &mut Issues) -> Result<Rows, Refusal> {
    let main = main_part(archive)?;
    let (sheets, since_1904) = sheets(archive, &main)?;
    let parts = relations(archive, &main)?;
    let of_kind = |kind: &str| parts.values().find(|part| part.kind == kind).map(|part| part.name.clone());
    let mut book = Book { texts: Vec::new(), formats: Vec::new(), since_1904, budget: Budget::new() };
    if let Some(name) = of_kind("sharedStrings") {
        book.texts = texts(archive, &name)?;
    }
    if let Some(name) = of_kind("styles") {
        book.formats = formats(archive, &name)?;
    }
    let mut rows = Rows::default();
    for sheet in sheets {
        let Some(part) = parts.get(&sheet.id).filter(|part| part.kind == "worksheet") else { continue };
        if sheet.hidden {
            workbook::say_hidden(issues, &sheet.name);
            continue;
        }
        let read = book.sheet(archive, &part.name, &sheet.name)?;
        if !read.finish(&mut book.budget, &mut rows) {
            break;
        }
    }
    Ok(rows)
}

struct Listed {
    name: String,
    id: String,
    hidden: bool,
}

struct Part {
    kind: String,
    name: String,
}

/// The part that the archive says is the workbook.
fn main_part(archive: &mut Archive<'_>) -> Result<String, Fault> {
    let parts = relations(archive, "")?;
    let main = parts.into_values().find(|part| part.kind == "officeDocument").map(|part| part.name);
    Ok(main.unwrap_or_else(|| "xl/workbook.xml".to_owned()))
}

/// What a part refers to, by the names that it uses.
fn relations(archive: &mut Archive<'_>, of: &str) -> Result<BTreeMap<String, Part>, Fault> {
    let (folder, file) = of.rsplit_once('/').map_or(("", of), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    let mut found = BTreeMap::new();
    let Some(mut xml) = archive.xml(&format!("{folder}{slash}_rels/{file}.rels"))? else { return Ok(found) };
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.name() == "Relationship" && found.len() < MAX_SHEETS * 4 => {
                let (Some(id), Some(kind), Some(target)) = (tag.get("Id"), tag.get("Type"), tag.get("Target")) else {
                    continue;
                };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                found.insert(id.into_owned(), Part { kind, name: resolve(folder, &target) });
            }
            Node::End => return Ok(found),
            _ => {}
        }
    }
}

/// A target as the name of a part: absolute, or beside the part that refers to it.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn sheets(archive: &mut Archive<'_>, main: &str) -> Result<(Vec<Listed>, bool), Fault> {
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    let Some(mut xml) = archive.xml(main)? else { return Err(Fault::Damaged) };
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.name() == "sheet" && sheets.len() < MAX_SHEETS => {
                let (Some(name), Some(id)) = (tag.get("name"), tag.get("id")) else { continue };
                let hidden = tag.get("state").is_some_and(|state| state != "visible");
                sheets.push(Listed { name: name.into_owned(), id: id.into_owned(), hidden });
            }
            Node::Open(tag) if tag.name() == "workbookPr" => {
                since_1904 = tag.get("date1904").is_some_and(|set| matches!(&*set, "1" | "true"));
            }
            Node::End => return Ok((sheets, since_1904)),
            _ => {}
        }
    }
}

/// Texts that cells refer to by number.
fn texts(archive: &mut Archive<'_>, name: &str) -> Result<Vec<String>, Fault> {
    let mut texts = Vec::new();
    let Some(mut xml) = archive.xml(name)? else { return Ok(texts) };
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.name() == "si" => {
                let text = rich_text(&mut xml, "si")?;
                if texts.len() < MAX_LIST {
                    texts.push(text);
                }
            }
            Node::End => return Ok(texts),
            _ => {}
        }
    }
}

/// The text of an element that may have differently formatted runs; readings for Asian scripts are no part of it.
fn rich_text(xml: &mut Xml<'_>, element: &str) -> Result<String, Fault> {
    let mut text = String::new();
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.name() == "t" => append(&mut text, &xml.text()?),
            Node::Open(tag) if tag.name() == "rPh" => xml.skip()?,
            Node::Close(name) if name == element => break,
            Node::End => return Err(Fault::Damaged),
            _ => {}
        }
    }
    Ok(if text.contains("_x000D_") { text.replace("_x000D_", "") } else { text })
}

/// The format of each style of cells.
fn formats(archive: &mut Archive<'_>, name: &str) -> Result<Vec<NumberFormat>, Fault> {
    let (mut codes, mut formats, mut in_cells) = (HashMap::new(), Vec::new(), false);
    let Some(mut xml) = archive.xml(name)? else { return Ok(formats) };
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.name() == "numFmt" && codes.len() < MAX_LIST => {
                if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.get("formatCode")) {
                    codes.insert(id, NumberFormat::parse(&code));
                }
            }
            Node::Open(tag) if tag.name() == "cellXfs" => in_cells = true,
            Node::Close(name) if name == "cellXfs" => in_cells = false,
            Node::Open(tag) if in_cells && tag.name() == "xf" && formats.len() < MAX_LIST => {
                let id = tag.number("numFmtId").unwrap_or(0);
                formats.push(codes.get(&id).copied().unwrap_or_else(|| NumberFormat::builtin(id)));
            }
            Node::End => return Ok(formats),
            _ => {}
        }
    }
}

/// What all sheets share.
struct Book {
    texts: Vec<String>,
    formats: Vec<NumberFormat>,
    since_1904: bool,
    budget: Budget,
}

impl Book {
    /// Reads a sheet up to its end or a limit.
    fn sheet(&mut self, archive: &mut Archive<'_>, part: &str, name: &str) -> Result<Sheet, Fault> {
        let mut sheet = Sheet::new(name);
        match self.fill(&mut sheet, archive, part) {
            Err(Fault::Unpacked) => sheet.stop(sheet.below(), Limit::Unpacked),
            read => read?,
        }
        Ok(sheet)
    }

    fn fill(&mut self, sheet: &mut Sheet, archive: &mut Archive<'_>, part: &str) -> Result<(), Fault> {
        let Some(mut xml) = archive.xml(part)? else { return Ok(()) };
        let (mut row, mut column) = (0, 0);
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    "row" => {
                        row = tag.number("r").and_then(|r| r.checked_sub(1)).unwrap_or_else(|| sheet.below());
                        column = 0;
                        if tag.get("hidden").is_some_and(|set| matches!(&*set, "1" | "true")) {
                            sheet.hide(row);
                        }
                    }
                    "c" => {
                        let at = tag.get("r").and_then(|name| position(&name));
                        (row, column) = at.unwrap_or((row, column));
                        let text = self.cell(&mut xml, &tag)?;
                        if !sheet.set(&mut self.budget, row, column, &text) {
                            return Ok(());
                        }
                        column = column.saturating_add(1);
                    }
                    "mergeCell" => {
                        if let Some(area) = tag.get("ref").and_then(|area| merged(&area)) {
                            sheet.merge(area);
                        }
                    }
                    _ => {}
                },
                Node::End => return Ok(()),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
    }

    /// What a cell shows.
    fn cell(&self, xml: &mut Xml<'_>, tag: &Tag) -> Result<String, Fault> {
        let kind = tag.get("t").unwrap_or_default().into_owned();
        let style = tag.number("s").unwrap_or(0);
        let (mut value, mut inline, mut formula) = (String::new(), String::new(), false);
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    "v" => value = xml.text()?,
                    "is" => inline = rich_text(xml, "is")?,
                    "f" => {
                        formula = true;
                        xml.skip()?;
                    }
                    _ => {}
                },
                Node::Close(name) if name == "c" => break,
                Node::End => return Err(Fault::Damaged),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        let value = value.trim();
        Ok(match kind.as_str() {
            "inlineStr" => inline,
            "s" => value.parse().ok().and_then(|at: usize| self.texts.get(at)).cloned().unwrap_or_default(),
            // A formula's text may well be empty.
            "str" => value.to_owned(),
            _ if value.is_empty() && formula => FORMULA.to_owned(),
            "b" => if value == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "e" => value.to_owned(),
            "d" => workbook::day(value),
            _ => match Decimal::parse(value) {
                Some(number) => {
                    self.formats.get(style).copied().unwrap_or(NumberFormat::General).shows(number, self.since_1904)
                }
                None => value.to_owned(),
            },
        })
    }
}

/// Row and column of `C12`, from 0.
fn position(name: &str) -> Option<(usize, usize)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at_checked(letters)?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, b| sum * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((digits.parse::<usize>().ok()?.checked_sub(1)?, column - 1))
}

/// The area `A1:C2`.
fn merged(area: &str) -> Option<Merged> {
    let (first, last) = area.split_once(':')?;
    let ((top, left), (bottom, right)) = (position(first)?, position(last)?);
    Some(Merged { rows: (top, bottom), columns: (left, right) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_targets_are_found_by_their_names() {
        assert_eq!(position("A1"), Some((0, 0)));
        assert_eq!(position("XFD1048576"), Some((1_048_575, 16_383)));
        for wrong in ["", "1", "A", "A0", "AAAA1", "Ả1", "A99999999999999999999"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
        assert_eq!(merged("B1:C3"), Some(Merged { rows: (0, 2), columns: (1, 2) }));
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/sheet.xml"), "xl/sheet.xml");
        assert_eq!(resolve("xl", "../a.xml"), "a.xml");
    }
}
