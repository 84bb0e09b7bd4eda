//! One truth (40 units, 5 indicators: the embedded report of July) written in every format and variant, by test code and
//! by a person's program: all must give identical figures.

mod biff;
mod by_office;
mod docx;
mod fractions;
pub mod made;
mod ods;
mod oracle;
mod portal;
mod text;
mod xlsx;

use super::{JULY, content, printed};
use chitieu::domain::snapshot::SnapshotContent;

pub use text::windows_1258;

/// Pieces as workbooks of Excel, one of each kind of cells.
pub fn xlsx(blocks: &[Block]) -> Vec<Vec<u8>> {
    xlsx::ALL.iter().map(|cells| xlsx::one_sheet(blocks, *cells)).collect()
}

/// Pieces as a workbook of Excel with numbers and formats of percent.
pub fn xlsx_percent(blocks: &[Block]) -> Vec<u8> {
    xlsx::one_sheet(blocks, xlsx::Cells::Percent)
}

/// Pieces as workbooks of LibreOffice.
pub fn ods(blocks: &[Block]) -> Vec<Vec<u8>> {
    [false, true].map(|numbers| ods::workbook(blocks, numbers)).into()
}

/// Pieces as documents of Word.
pub fn docx(blocks: &[Block]) -> Vec<Vec<u8>> {
    [false, true].map(|nested| docx::document(blocks, nested)).into()
}

/// Pieces as a workbook of Excel 97, and the stream of records within it.
pub fn xls(blocks: &[Block], numbers: bool) -> Vec<u8> {
    xls_container(xls_stream(blocks, numbers))
}

pub fn xls_stream(blocks: &[Block], numbers: bool) -> Vec<u8> {
    biff::stream(blocks, numbers, &[3], true)
}

pub fn xls_container(stream: Vec<u8>) -> Vec<u8> {
    biff::container("Workbook", stream)
}

/// The truth as a workbook of Excel.
pub fn xlsx_of_the_truth() -> Vec<u8> {
    xlsx_percent(&truth())
}

/// A piece of the report, in its order.
#[derive(Clone)]
pub enum Block {
    /// A line of text.
    Line(String),
    /// A table: two rows of headings, then rows.
    Table(Vec<Vec<String>>),
}

/// The report as pieces.
pub fn truth() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in JULY.lines().filter(|line| !line.is_empty()) {
        if !line.contains('\t') {
            blocks.push(Block::Line(line.to_owned()));
            continue;
        }
        let row: Vec<String> = line.split('\t').map(str::to_owned).collect();
        match blocks.last_mut() {
            Some(Block::Table(rows)) => rows.push(row),
            _ => blocks.push(Block::Table(vec![row])),
        }
    }
    blocks
}

/// The truth with a note below each table, as appendices have.
pub fn truth_with_notes() -> Vec<Block> {
    let notes = ["Ghi chú: số liệu do các cơ quan, đơn vị chịu trách nhiệm.", "Nơi nhận:"];
    let with_notes = |block| match block {
        table @ Block::Table(_) => {
            std::iter::once(table).chain(notes.map(|note| Block::Line(note.to_owned()))).collect()
        }
        line => vec![line],
    };
    truth().into_iter().flat_map(with_notes).collect()
}

/// The truth over several sheets: the text in the first, each appendix in one of its own that names its tier.
pub fn sheets() -> Vec<(&'static str, Vec<Block>)> {
    let blocks = truth();
    let first = blocks.iter().position(|b| matches!(b, Block::Line(l) if l.starts_with("Phụ lục")));
    let (text, appendices) = blocks.split_at(first.expect("appendices"));
    let tables = appendices.iter().filter(|block| matches!(block, Block::Table(_))).map(|table| vec![table.clone()]);
    let names = ["Báo cáo", "Cấp tỉnh", "Cấp huyện", "Cấp xã"];
    names.into_iter().zip(std::iter::once(text.to_vec()).chain(tables)).collect()
}

/// A cell of the headings that is merged: over so many rows and columns.
pub fn merged(table: &[Vec<String>], column: usize) -> Option<(usize, usize)> {
    let (top, below) = (&table[0], &table[1]);
    if top[column].is_empty() {
        return None;
    }
    if below[column].is_empty() {
        return Some((2, 1));
    }
    let right = top[column + 1..].iter().take_while(|cell| cell.is_empty()).count();
    Some((1, 1 + right))
}

/// What a cell of the report is.
pub enum Value {
    Text,
    Count(u32),
    /// A rate in units of its last printed decimal, its decimals, and whether the sign was printed.
    Rate(u32, usize, bool),
}

pub fn value(cell: &str) -> Value {
    if let Ok(count) = cell.parse() {
        return Value::Count(count);
    }
    let digits = cell.trim_end_matches('%');
    let (whole, fraction) = digits.split_once(',').unwrap_or((digits, ""));
    match format!("{whole}{fraction}").parse() {
        Ok(number) if digits.len() < cell.len() || !fraction.is_empty() => {
            Value::Rate(number, fraction.len(), digits.len() < cell.len())
        }
        _ => Value::Text,
    }
}

/// A file must say what the report says: the same content, and every rate with its printed decimals.
#[track_caller]
pub fn assert_golden(file: &[u8], what: &str) {
    let (seen, expected) = (content(file), content(JULY));
    let figures = |content: &SnapshotContent| -> Vec<_> {
        content.observations.iter().map(|o| (o.unit.to_string(), o.indicator.to_string(), printed(o))).collect()
    };
    for (seen, expected) in figures(&seen).into_iter().zip(figures(&expected)) {
        assert_eq!(seen, expected, "{what}");
    }
    assert_eq!(seen, expected, "{what}");
}
