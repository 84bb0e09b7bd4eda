//! The truth as workbooks of LibreOffice, written by hand.

use super::made::zip;
use super::{Block, Value, assert_golden, merged, truth, truth_with_notes, value};
use crate::ingest::read;
use chitieu::ingest::IssueKind;
use std::fmt::Write as _;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A cell with the text that is shown; numbers as numbers if wanted.
fn cell(text: &str, span: &str, numbers: bool) -> String {
    let (attributes, shown) = match value(text) {
        Value::Count(count) if numbers => {
            // As an English program shows it.
            let shown = if count >= 1000 { format!("{},{:03}", count / 1000, count % 1000) } else { count.to_string() };
            (format!("office:value-type=\"float\" office:value=\"{count}\""), shown)
        }
        Value::Rate(number, places, true) if numbers => {
            (format!("office:value-type=\"percentage\" office:value=\"{number}e-{}\"", places + 2), text.to_owned())
        }
        Value::Rate(number, places, false) if numbers => {
            (format!("office:value-type=\"float\" office:value=\"{number}e-{places}\""), text.replace(',', "."))
        }
        _ => ("office:value-type=\"string\"".to_owned(), text.to_owned()),
    };
    format!("<table:table-cell {span} {attributes}><text:p>{}</text:p></table:table-cell>", escaped(&shown))
}

pub fn workbook(blocks: &[Block], numbers: bool) -> Vec<u8> {
    let mut rows = String::new();
    for block in blocks {
        match block {
            Block::Line(line) => {
                let _ = write!(rows, "<table:table-row>{}</table:table-row>", cell(line, "", false));
            }
            Block::Table(table) => {
                rows.push_str("<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>");
                for (down, row) in table.iter().enumerate() {
                    rows.push_str("<table:table-row>");
                    for (column, text) in row.iter().enumerate() {
                        let covered = down < 2 && text.is_empty();
                        let span = match merged(table, column) {
                            Some((high, wide)) if down == 0 => {
                                format!("table:number-rows-spanned=\"{high}\" table:number-columns-spanned=\"{wide}\"")
                            }
                            _ => String::new(),
                        };
                        rows.push_str(&if covered {
                            "<table:covered-table-cell/>".to_owned()
                        } else {
                            cell(text, &span, numbers)
                        });
                    }
                    rows.push_str("<table:table-cell table:number-columns-repeated=\"16364\"/></table:table-row>");
                }
            }
        }
    }
    rows.push_str("<table:table-row table:number-rows-repeated=\"1048500\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>");
    content(&format!("<table:table table:name=\"Bảng\">{rows}</table:table>"))
}

fn content(tables: &str) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" \
         xmlns:text=\"x\" xmlns:style=\"s\"><office:automatic-styles><style:style style:name=\"ta2\">\
         <style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", xml.as_bytes())])
}

#[test]
fn texts_and_numbers_give_the_truth() {
    for numbers in [false, true] {
        assert_golden(&workbook(&truth(), numbers), "ods");
        assert_golden(&workbook(&truth_with_notes(), numbers), "ods with notes");
    }
}

#[test]
fn hidden_sheets_comments_and_formulas_without_results() {
    let heading =
        ["Đơn vị", "Cấp", "Hồ sơ trực tuyến – Tỷ lệ (%)", "Kỳ tháng 7/2023"].map(|t| cell(t, "", false)).concat();
    let unit = [cell("Sở Y tế", "", false), cell("Cấp tỉnh", "", false)].concat();
    let formula = "<table:table-cell table:formula=\"of:=[.A1]/2\"/>";
    let comment = "<table:table-cell office:value-type=\"string\"><office:annotation><text:p>9</text:p></office:annotation><text:p>5<text:s/>%</text:p></table:table-cell>";
    let other = [cell("Sở Tư pháp", "", false), cell("Cấp tỉnh", "", false)].concat();
    let rows =
        |rows: &[&str]| rows.iter().map(|row| format!("<table:table-row>{row}</table:table-row>")).collect::<String>();
    let hidden =
        format!("<table:table table:name=\"Cũ\" table:style-name=\"ta2\">{}</table:table>", rows(&[&heading, &unit]));
    let shown = rows(&[&heading, &format!("{unit}{formula}"), &format!("{other}{comment}")]);
    let file = read(content(&format!("{hidden}<table:table table:name=\"Mới\">{shown}</table:table>")));
    let issues: Vec<_> =
        file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.detail.contains("công thức"))).collect();
    assert_eq!(issues[0], (IssueKind::HiddenSheet, "trang tính “Cũ”", false));
    assert!(
        issues.contains(&(
            IssueKind::UnreadableCell,
            "trang tính “Mới”, ô C2, cột “Hồ sơ trực tuyến – Tỷ lệ (%)”",
            true
        )),
        "{issues:?}"
    );
    assert_eq!(file.content.expect("figures").observations.len(), 2);
}
