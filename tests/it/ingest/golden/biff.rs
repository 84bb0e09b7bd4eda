//! The truth as a workbook of Excel 97 (xls). No crate writes these, so a small writer stands here: enough records for
//! figures, texts that are torn apart by records, formats, merged and hidden cells.

use super::{Block, Value, assert_golden, merged, sheets, truth, truth_with_notes, value};
use crate::ingest::read;
use chitieu::ingest::IssueKind;

/// The longest content of a record.
const LONGEST: usize = 8224;

fn record(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    stream.extend(kind.to_le_bytes());
    stream.extend(u16::try_from(data.len()).expect("short").to_le_bytes());
    stream.extend(data);
}

fn bytes(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Texts by number, and the record that holds them.
#[derive(Default)]
struct Texts(Vec<String>);

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        let at = self.0.iter().position(|known| known == text).unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        });
        u32::try_from(at).expect("few")
    }

    /// A record and those that continue it, torn apart wherever they are full.
    fn records(&self, stream: &mut Vec<u8>) {
        let count = u32::try_from(self.0.len()).expect("few");
        let mut blocks = vec![[count.to_le_bytes(), count.to_le_bytes()].concat()];
        for text in &self.0 {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut block = blocks.last_mut().expect("one");
            if block.len() + 3 > LONGEST {
                blocks.push(Vec::new());
                block = blocks.last_mut().expect("one");
            }
            block.extend(u16::try_from(units.len()).expect("short").to_le_bytes());
            block.push(1);
            for unit in units {
                if block.len() + 2 > LONGEST {
                    blocks.push(vec![1]);
                    block = blocks.last_mut().expect("one");
                }
                block.extend(unit.to_le_bytes());
            }
        }
        for (at, block) in blocks.iter().enumerate() {
            record(stream, if at == 0 { 0x00fc } else { 0x003c }, block);
        }
    }
}

/// The styles: General, then rates with 0 to 2 decimals.
const FORMATS: [&str; 3] = ["0%", "0.0%", "0.00%"];

fn sheet(blocks: &[Block], numbers: bool, texts: &mut Texts, hidden: &[u16]) -> Vec<u8> {
    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &bytes(&[0x0600, 0x0010, 0, 0, 0, 0, 0, 0]));
    // Columns C to E are hidden.
    record(&mut stream, 0x007d, &bytes(&[2, 4, 2340, 0, 1, 0]));
    for row in hidden {
        record(&mut stream, 0x0208, &bytes(&[*row, 0, 20, 300, 0, 0, 0x20, 0]));
    }
    let (mut row, mut areas) = (0_u16, Vec::new());
    let mut put = |stream: &mut Vec<u8>, row: u16, column: u16, cell: &str, numbers: bool| match value(cell) {
        Value::Count(count) if numbers => {
            // A whole number in 30 bits.
            let packed = (count << 2) | 2;
            let data = [bytes(&[row, column, 0]), packed.to_le_bytes().to_vec()].concat();
            record(stream, 0x027e, &data);
        }
        Value::Rate(number, places, _) if numbers => {
            let exact: f64 = format!("{number}e-{}", places + 2).parse().expect("a number");
            let style = u16::try_from(places).expect("few") + 1;
            record(stream, 0x0203, &[bytes(&[row, column, style]), exact.to_le_bytes().to_vec()].concat());
        }
        _ => {
            let text = texts.number(cell);
            record(stream, 0x00fd, &[bytes(&[row, column, 0]), text.to_le_bytes().to_vec()].concat());
        }
    };
    for block in blocks {
        match block {
            Block::Line(line) => {
                put(&mut stream, row, 0, line, false);
                row += 1;
            }
            Block::Table(table) => {
                for (down, cells) in table.iter().enumerate() {
                    for (column, cell) in cells.iter().enumerate() {
                        let at = u16::try_from(column).expect("few");
                        if let Some((high, wide)) = merged(table, column).filter(|_| down == 0) {
                            let last = |from: u16, count: usize| from + u16::try_from(count).expect("few") - 1;
                            areas.push(bytes(&[row, last(row, high), at, last(at, wide)]));
                        }
                        if down >= 2 || !cell.is_empty() {
                            put(&mut stream, row, at, cell, numbers);
                        }
                    }
                    row += 1;
                }
                row += 1;
            }
        }
    }
    let count = u16::try_from(areas.len()).expect("few").to_le_bytes().to_vec();
    record(&mut stream, 0x00e5, &[count, areas.concat()].concat());
    record(&mut stream, 0x000a, &[]);
    stream
}

pub fn workbook(blocks: &[Block], numbers: bool, hidden_rows: &[u16], hidden_sheet: bool) -> Vec<u8> {
    container("Workbook", stream(blocks, numbers, hidden_rows, hidden_sheet))
}

/// The records of a workbook, with a hidden sheet behind the visible one if wanted.
pub fn stream(blocks: &[Block], numbers: bool, hidden_rows: &[u16], hidden_sheet: bool) -> Vec<u8> {
    let mut texts = Texts::default();
    let mut sheets = vec![("Bảng", VISIBLE, sheet(blocks, numbers, &mut texts, hidden_rows))];
    if hidden_sheet {
        sheets.push(("Cũ", HIDDEN, sheet(blocks, false, &mut texts, &[])));
    }
    stream_of(&sheets, &texts)
}

/// The truth over several sheets; whoever is `hidden` is not shown.
fn several_sheets(numbers: bool, hidden_rows: &[u16], hidden: Option<&str>) -> Vec<u8> {
    let mut texts = Texts::default();
    let sheets: Vec<_> = sheets()
        .into_iter()
        .map(|(name, blocks)| {
            let state = if hidden == Some(name) { VERY_HIDDEN } else { VISIBLE };
            (name, state, sheet(&blocks, numbers, &mut texts, hidden_rows))
        })
        .collect();
    container("Workbook", stream_of(&sheets, &texts))
}

const VISIBLE: u8 = 0;
const HIDDEN: u8 = 1;
const VERY_HIDDEN: u8 = 2;

/// The records of sheets with their names and states.
fn stream_of(sheets: &[(&str, u8, Vec<u8>)], texts: &Texts) -> Vec<u8> {
    let globals = |first: u32| {
        let mut stream = Vec::new();
        record(&mut stream, 0x0809, &bytes(&[0x0600, 0x0005, 0, 0, 0, 0, 0, 0]));
        for (at, code) in (164..).zip(FORMATS) {
            let length = u16::try_from(code.len()).expect("short").to_le_bytes();
            record(&mut stream, 0x041e, &[&bytes(&[at])[..], &length, &[0], code.as_bytes()].concat());
        }
        for format in [0, 164, 165, 166] {
            record(&mut stream, 0x00e0, &bytes(&[0, format, 0, 0, 0, 0, 0, 0, 0, 0]));
        }
        let mut at = first;
        for (name, state, content) in sheets {
            let name: Vec<u16> = name.encode_utf16().collect();
            let head = [u8::try_from(name.len()).expect("short"), 1];
            record(&mut stream, 0x0085, &[&at.to_le_bytes()[..], &[*state, 0], &head, &bytes(&name)].concat());
            at += u32::try_from(content.len()).expect("small");
        }
        texts.records(&mut stream);
        record(&mut stream, 0x000a, &[]);
        stream
    };
    let before = u32::try_from(globals(0).len()).expect("small");
    [globals(before), sheets.iter().flat_map(|(.., content)| content.clone()).collect()].concat()
}

/// A container with one stream: sector 0 the table (and more of it at the end), sector 1 the directory, then the stream.
pub fn container(name: &str, mut stream: Vec<u8>) -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xffff_fffe;
    const TABLE: u32 = 0xffff_fffd;
    const FREE: u32 = 0xffff_ffff;
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = stream.len() / SECTOR;
    let tables = (sectors + 2 + 10).div_ceil(SECTOR / 4 - 1);
    let number = |at: usize| u32::try_from(at).expect("small");
    let mut next: Vec<u32> = vec![TABLE; tables];
    next.push(END);
    let first = next.len();
    next.extend((first..first + sectors).map(|at| if at + 1 == first + sectors { END } else { number(at + 1) }));
    next.resize(tables * (SECTOR / 4), FREE);
    let mut head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    head.extend([0; 16]);
    head.extend(bytes(&[0x3e, 3, 0xfffe, 9, 6, 0, 0, 0]));
    for field in [0, number(tables), number(tables), 0, 4096, END, 0, END, 0] {
        head.extend(field.to_le_bytes());
    }
    head.extend((0..109).flat_map(|at| if at < tables { number(at) } else { FREE }.to_le_bytes()));
    let entry = |name: &str, kind: u8, start: u32, size: usize| {
        let mut entry = bytes(&name.encode_utf16().collect::<Vec<_>>());
        let length = u16::try_from(entry.len()).expect("short") + 2;
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        entry.resize(116, 0xff);
        entry.extend(start.to_le_bytes());
        entry.extend(number(size).to_le_bytes());
        entry.extend([0; 4]);
        entry
    };
    let mut directory = [entry("Root Entry", 5, END, 0), entry(name, 2, number(first), stream.len())].concat();
    directory.resize(SECTOR, 0);
    let table: Vec<u8> = next.iter().flat_map(|number| number.to_le_bytes()).collect();
    [head, table, directory, stream].concat()
}

#[test]
fn texts_and_numbers_give_the_truth() {
    for numbers in [false, true] {
        assert_golden(&workbook(&truth(), numbers, &[], false), "xls");
        assert_golden(&workbook(&truth_with_notes(), numbers, &[40, 41, 45], false), "xls with notes and hidden rows");
    }
}

#[test]
fn a_hidden_sheet_is_not_read_and_a_note_says_so() {
    let file = read(workbook(&truth(), true, &[], true));
    let issues: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str())).collect();
    assert_eq!(issues, [(IssueKind::HiddenSheet, "trang tính “Cũ”")]);
}

#[test]
fn several_sheets_give_the_truth() {
    for numbers in [false, true] {
        assert_golden(&several_sheets(numbers, &[], None), "several sheets");
        assert_golden(&several_sheets(numbers, &[5, 6, 7, 10], None), "several sheets with hidden rows");
    }
    let file = read(several_sheets(true, &[], Some("Cấp huyện")));
    let issues: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.is_error())).collect();
    assert_eq!(issues, [(IssueKind::HiddenSheet, "trang tính “Cấp huyện”", false)]);
    assert_eq!(file.content.expect("figures").observations.len(), 29 * 5);
}

#[test]
fn other_documents_in_such_containers_are_named() {
    for (stream, said) in [
        ("WordDocument", "Word 97-2003"),
        ("EncryptedPackage", "mật khẩu"),
        ("Book", "Excel 95"),
        ("Contents", "Office cũ"),
    ] {
        let file = read(container(stream, vec![0; 5000]));
        assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::UnknownFormat], "{stream}");
        assert!(file.issues[0].detail.contains(said), "{}", file.issues[0].detail);
    }
}
