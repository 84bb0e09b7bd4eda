//! Workbooks of Excel 97 to 2003 (xls, BIFF8): a stream of records, read in order.
//!
//! Every record is looked at through checked access only, so a record that lies about its length ends where its bytes
//! end. Excel 95 and older, and workbooks with a password, are refused by name.

use crate::ingest::cfb::{Container, u16_at, u32_at};
use crate::ingest::decimal::Decimal;
use crate::ingest::grid::Rows;
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::number_format::NumberFormat;
use crate::ingest::sheet::{Budget, Merged, Sheet};
use crate::ingest::text::Refusal;
use crate::ingest::workbook;
use crate::ingest::xls_text::{Strings, text, texts};
use std::collections::HashMap;

/// How many sheets are looked at.
const MAX_SHEETS: usize = 200;

// Kinds of records.
const FORMULA: u16 = 0x0006;
const END: u16 = 0x000a;
const SINCE_1904: u16 = 0x0022;
const PASSWORD: u16 = 0x002f;
const SHEET: u16 = 0x0085;
const MANY_RK: u16 = 0x00bd;
const RICH_LABEL: u16 = 0x00d6;
const STYLE: u16 = 0x00e0;
const MERGED: u16 = 0x00e5;
const STRINGS: u16 = 0x00fc;
const SHARED_LABEL: u16 = 0x00fd;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const TRUTH_OR_ERROR: u16 = 0x0205;
const RESULT: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027e;
const FORMAT: u16 = 0x041e;
const BEGIN: u16 = 0x0809;
/// What continues a record that is too long for one.
pub(super) const CONTINUE: u16 = 0x003c;

/// The version that every part of an Excel 97 workbook names.
const VERSION_8: u16 = 0x0600;

/// Reads the visible sheets.
pub(super) fn read(bytes: &[u8], issues: &mut Issues) -> Result<Rows, Refusal> {
    let damaged = || refusal(IssueKind::DamagedFile, crate::ingest::archive::DAMAGED);
    let container = Container::open(bytes).ok_or_else(damaged)?;
    let Some(stream) = container.stream("Workbook") else {
        return Err(refusal(
            IssueKind::UnknownFormat,
            "Tệp là bảng tính Excel 95 hoặc cũ hơn, không đọc được; hãy mở bằng Excel rồi lưu lại dạng .xlsx.",
        ));
    };
    let book = Book::read(&stream)?.ok_or_else(damaged)?;
    let (mut rows, mut budget) = (Rows::default(), Budget::new());
    // Sheets do not overlap: together they are no longer than the stream.
    let mut left = stream.len();
    for listed in &book.sheets {
        if listed.hidden {
            workbook::say_hidden(issues, &listed.name);
            continue;
        }
        let sheet = book.sheet(&stream, listed, &mut budget, &mut left).ok_or_else(damaged)?;
        if !sheet.finish(&mut budget, &mut rows) {
            break;
        }
    }
    Ok(rows)
}

fn refusal(kind: IssueKind, detail: &str) -> Refusal {
    Refusal { kind, text: String::new(), detail: detail.to_owned() }
}

/// A record: its kind and its bytes.
#[derive(Clone, Copy)]
pub(super) struct Record<'s> {
    pub(super) kind: u16,
    pub(super) data: &'s [u8],
}

/// Goes through the records of a stream.
#[derive(Clone)]
pub(super) struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let (kind, length) = (u16_at(self.stream, self.at)?, u16_at(self.stream, self.at + 2)?);
        let start = self.at + 4;
        let end = start + usize::from(length);
        let data = self.stream.get(start..end)?;
        self.at = end;
        Some(Record { kind, data })
    }
}

struct Listed {
    name: String,
    at: usize,
    hidden: bool,
}

/// What all sheets share.
struct Book {
    sheets: Vec<Listed>,
    texts: Vec<String>,
    /// The format of each style of cells.
    formats: Vec<NumberFormat>,
    since_1904: bool,
}

impl Book {
    /// Reads what stands before the sheets; none when it ends too early.
    fn read(stream: &[u8]) -> Result<Option<Self>, Refusal> {
        let mut book = Self { sheets: Vec::new(), texts: Vec::new(), formats: Vec::new(), since_1904: false };
        let (mut codes, mut styles) = (HashMap::new(), Vec::new());
        let mut records = Records { stream, at: 0 };
        let begins =
            records.next().is_some_and(|first| first.kind == BEGIN && u16_at(first.data, 0) == Some(VERSION_8));
        if !begins {
            return Ok(None);
        }
        while let Some(Record { kind, data }) = records.next() {
            match kind {
                PASSWORD => {
                    let detail = "Tệp có đặt mật khẩu nên không đọc được; hãy bỏ mật khẩu rồi lưu lại.";
                    return Err(refusal(IssueKind::UnknownFormat, detail));
                }
                SINCE_1904 => book.since_1904 = u16_at(data, 0) == Some(1),
                FORMAT => {
                    if let (Some(id), Some((code, _))) = (u16_at(data, 0), data.get(2..).and_then(text)) {
                        codes.insert(id, NumberFormat::parse(&code));
                    }
                }
                STYLE => styles.push(u16_at(data, 2).unwrap_or(0)),
                SHEET if book.sheets.len() < MAX_SHEETS => book.sheets.extend(listed(data)),
                STRINGS => {
                    let continued =
                        records.clone().take_while(|record| record.kind == CONTINUE).map(|record| record.data);
                    book.texts = texts(&mut Strings::new(data, continued.collect()));
                }
                END => {
                    let format = |id| codes.get(id).copied().unwrap_or_else(|| NumberFormat::builtin(usize::from(*id)));
                    book.formats = styles.iter().map(format).collect();
                    return Ok(Some(book));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Reads a sheet up to its end or a limit; none when the stream ends within it. Takes its bytes from `left`.
    fn sheet(&self, stream: &[u8], listed: &Listed, budget: &mut Budget, left: &mut usize) -> Option<Sheet> {
        let mut sheet = Sheet::new(&listed.name);
        let mut records = Records { stream, at: listed.at };
        if records.next()?.kind != BEGIN {
            return None;
        }
        // Charts stand within a sheet as a stream of their own.
        let mut within = 0_usize;
        // The cell of the formula whose text comes next.
        let mut awaits: Option<(usize, usize)> = None;
        loop {
            let Record { kind, data } = records.next()?;
            *left = left.checked_sub(data.len() + 4)?;
            match kind {
                BEGIN => within += 1,
                END if within == 0 => return Some(sheet),
                END => within -= 1,
                _ if within > 0 => continue,
                ROW => {
                    const HIDDEN: u16 = 0x20;
                    if u16_at(data, 12).is_some_and(|flags| flags & HIDDEN != 0) {
                        sheet.hide(usize::from(u16_at(data, 0)?));
                    }
                }
                MERGED => areas(data).for_each(|area| sheet.merge(area)),
                RESULT => {
                    if let (Some((row, column)), Some((shown, _))) = (awaits.take(), text(data))
                        && !sheet.set(budget, row, column, &shown)
                    {
                        return Some(sheet);
                    }
                }
                MANY_RK => {
                    let (row, first) = (place(data, 0), place(data, 2));
                    let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                    for (at, cell) in cells.as_chunks::<6>().0.iter().enumerate() {
                        let shown = self.rk(cell);
                        if !sheet.set(budget, row, first + at, &shown) {
                            return Some(sheet);
                        }
                    }
                }
                FORMULA | RICH_LABEL | SHARED_LABEL | NUMBER | LABEL | TRUTH_OR_ERROR | RK => {
                    let (row, column) = (place(data, 0), place(data, 2));
                    awaits = (kind == FORMULA && formula_is_text(data)).then_some((row, column));
                    let shown = self.cell(kind, data);
                    if !sheet.set(budget, row, column, &shown) {
                        return Some(sheet);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a cell shows. The bytes: row, column, style, content.
    fn cell(&self, kind: u16, data: &[u8]) -> String {
        let content = data.get(6..).unwrap_or_default();
        match kind {
            NUMBER => self.number(data, binary(content)),
            RK => self.rk(data.get(4..).unwrap_or_default()),
            LABEL | RICH_LABEL => text(content).map(|(text, _)| text).unwrap_or_default(),
            SHARED_LABEL => {
                let at = u32_at(content, 0).and_then(|at| usize::try_from(at).ok());
                at.and_then(|at| self.texts.get(at)).cloned().unwrap_or_default()
            }
            TRUTH_OR_ERROR => truth_or_error(content.get(1) == Some(&1), content.first().copied().unwrap_or_default()),
            // The last two bytes of a result that is no number are set, and the first says what it is.
            FORMULA if u16_at(content, 6) == Some(u16::MAX) => {
                let value = content.get(2).copied().unwrap_or_default();
                match content.first() {
                    Some(1) => truth_or_error(false, value),
                    Some(2) => truth_or_error(true, value),
                    _ => String::new(),
                }
            }
            FORMULA => self.number(data, binary(content)),
            _ => String::new(),
        }
    }

    /// A style and a number in four bytes: whole or the upper half of a binary fraction, and perhaps a hundred times it.
    fn rk(&self, bytes: &[u8]) -> String {
        let style = u16_at(bytes, 0).unwrap_or(0);
        let packed = u32_at(bytes, 2).unwrap_or(0);
        let hundred = packed & 1 == 1;
        let number = if packed & 2 == 2 {
            Decimal::parse(&format!("{}", packed.cast_signed() >> 2))
        } else {
            Decimal::of_binary(f64::from_bits(u64::from(packed & !3) << 32))
        };
        self.shows(style, number.map(|number| if hundred { number.hundredth() } else { number }))
    }

    fn number(&self, data: &[u8], number: Option<Decimal>) -> String {
        self.shows(u16_at(data, 4).unwrap_or(0), number)
    }

    fn shows(&self, style: u16, number: Option<Decimal>) -> String {
        let format = self.formats.get(usize::from(style)).copied().unwrap_or(NumberFormat::General);
        number.map(|number| format.shows(number, self.since_1904)).unwrap_or_default()
    }
}

fn listed(data: &[u8]) -> Option<Listed> {
    const WORKSHEET: u8 = 0;
    let at = usize::try_from(u32_at(data, 0)?).ok()?;
    let (state, kind) = (data.get(4)? & 3, *data.get(5)?);
    let characters = usize::from(*data.get(6)?);
    let name = crate::ingest::xls_text::characters(data.get(7..)?, characters)?;
    (kind == WORKSHEET).then_some(Listed { name, at, hidden: state != 0 })
}

fn place(data: &[u8], at: usize) -> usize {
    u16_at(data, at).map_or(0, usize::from)
}

fn binary(content: &[u8]) -> Option<Decimal> {
    let bytes = content.get(..8)?.try_into().ok()?;
    Decimal::of_binary(f64::from_le_bytes(bytes))
}

fn formula_is_text(data: &[u8]) -> bool {
    data.get(6) == Some(&0) && u16_at(data, 12) == Some(u16::MAX)
}

fn truth_or_error(is_error: bool, value: u8) -> String {
    let text = match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x07) => "#DIV/0!",
        (true, 0x17) => "#REF!",
        (true, 0x1d) => "#NAME?",
        (true, 0x2a) => "#N/A",
        (true, _) => "#VALUE!",
    };
    text.to_owned()
}

fn areas(data: &[u8]) -> impl Iterator<Item = Merged> {
    data.get(2..)
        .unwrap_or_default()
        .as_chunks::<8>()
        .0
        .iter()
        .map(|area| Merged { rows: (place(area, 0), place(area, 2)), columns: (place(area, 4), place(area, 6)) })
}
