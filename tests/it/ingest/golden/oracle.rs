//! A second opinion: another reader of workbooks sees the same cells in the files that the tests write, so that the files
//! are what they are called.

use super::{Block, truth, xls, xlsx};
use calamine::{Data, Reader, open_workbook_auto_from_rs};
use std::io::Cursor;

#[test]
fn another_reader_sees_the_same_cells() {
    let expected: Vec<String> = truth()
        .into_iter()
        .flat_map(|block| match block {
            Block::Line(line) => vec![line],
            Block::Table(rows) => rows.concat(),
        })
        .filter(|cell| !cell.is_empty())
        .collect();
    let texts_only = xlsx::one_sheet(&truth(), xlsx::Cells::Text);
    for (what, file) in [("xlsx", texts_only), ("xls", xls(&truth(), false))] {
        let mut book = open_workbook_auto_from_rs(Cursor::new(file)).expect(what);
        let sheet = book.worksheet_range_at(0).expect("a sheet").expect(what);
        let seen: Vec<String> = sheet
            .used_cells()
            .filter_map(|(_, _, cell)| match cell {
                Data::String(text) if !text.is_empty() => Some(text.clone()),
                Data::Float(number) => Some(number.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(seen, expected, "{what}");
    }
}
