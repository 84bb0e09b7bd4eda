//! The truth as workbooks of LibreOffice, written by hand.

use super::made::zip;
use super::{Block, Value, assert_golden, merged, sheets, truth, truth_with_notes, value};
use crate::ingest::{of, read};
use chitieu::domain::observation::Reading;
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

/// How the row at a place of its sheet is shown.
type Shown = fn(usize) -> &'static str;

const ALL_SHOWN: Shown = |_| "";
/// What is collapsed by hand, and what a filter left out.
const MANY_HIDDEN: Shown = |row| match row {
    8..=14 => "table:visibility=\"collapse\"",
    40..=50 => "table:visibility=\"filter\"",
    _ => "table:visibility=\"visible\"",
};

pub fn workbook(blocks: &[Block], numbers: bool) -> Vec<u8> {
    content(&sheet("Bảng", blocks, numbers, ALL_SHOWN))
}

/// Rows of a sheet, and empty ones behind them.
fn sheet(name: &str, blocks: &[Block], numbers: bool, shown: Shown) -> String {
    let mut rows = String::new();
    let mut at = 0;
    for block in blocks {
        match block {
            Block::Line(line) => {
                let _ = write!(rows, "<table:table-row {}>{}</table:table-row>", shown(at), cell(line, "", false));
                at += 1;
            }
            Block::Table(table) => {
                rows.push_str("<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>");
                at += 2;
                for (down, row) in table.iter().enumerate() {
                    let _ = write!(rows, "<table:table-row {}>", shown(at));
                    at += 1;
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
    format!("<table:table table:name=\"{name}\">{rows}</table:table>")
}

/// The truth over several sheets; `change` gets the XML of each.
fn several_sheets(numbers: bool, shown: Shown, change: impl Fn(&str, String) -> String) -> Vec<u8> {
    let written = sheets().into_iter().map(|(name, blocks)| change(name, sheet(name, &blocks, numbers, shown)));
    content(&written.collect::<String>())
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
fn several_sheets_hidden_rows_and_hidden_columns_give_the_truth() {
    for numbers in [false, true] {
        assert_golden(&several_sheets(numbers, ALL_SHOWN, |_, sheet| sheet), "several sheets");
        assert_golden(&content(&sheet("Bảng", &truth(), numbers, MANY_HIDDEN)), "hidden rows");
        assert_golden(&several_sheets(numbers, |_| "table:visibility=\"filter\"", |_, sheet| sheet), "all hidden");
        let columns = "<table:table-column/><table:table-column table:visibility=\"collapse\" \
                       table:number-columns-repeated=\"4\"/><table:table-column table:visibility=\"filter\"/>";
        let hidden = several_sheets(numbers, MANY_HIDDEN, |_, sheet| {
            sheet.replacen("\"><table:table-row", &format!("\">{columns}<table:table-row"), 1)
        });
        assert_golden(&hidden, "hidden columns");
        // Rows of a group that somebody closed, and the rows that are repeated on each page.
        let grouped = several_sheets(numbers, MANY_HIDDEN, |_, sheet| {
            let rows = sheet.replacen(
                "\"><table:table-row",
                "\"><table:table-row-group table:display=\"false\"><table:table-row",
                1,
            );
            rows.replace("</table:table>", "</table:table-row-group></table:table>")
        });
        assert_golden(&grouped, "grouped rows");
    }
}

#[test]
fn of_several_sheets_the_hidden_one_is_not_read_and_a_note_says_so() {
    let file = read(several_sheets(true, ALL_SHOWN, |name, sheet| match name {
        "Cấp xã" => sheet.replacen("<table:table ", "<table:table table:style-name=\"ta2\" ", 1),
        _ => sheet,
    }));
    let issues: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.is_error())).collect();
    assert_eq!(issues, [(IssueKind::HiddenSheet, "trang tính “Cấp xã”", false)]);
    assert_eq!(file.content.expect("figures").observations.len(), 29 * 5);
}

#[test]
fn a_hidden_row_that_contradicts_a_visible_one_loses() {
    let file = several_sheets(false, ALL_SHOWN, |name, sheet| {
        if name != "Cấp tỉnh" {
            return sheet;
        }
        // An old row above all others.
        let cells = ["Sở Tư pháp", "1", "60%", "1", "100%"].into_iter().chain(std::iter::repeat_n("1", 13));
        let old: String = cells.map(|text| cell(text, "", false)).collect();
        let heading_ends = sheet.match_indices("</table:table-row>").nth(2).expect("a heading").0;
        let (above, below) = sheet.split_at(heading_ends + "</table:table-row>".len());
        format!("{above}<table:table-row table:visibility=\"filter\">{old}</table:table-row>{below}")
    });
    let seen = read(&file);
    let issues: Vec<_> = seen.issues.iter().map(|i| (i.kind, i.place.as_str())).collect();
    assert_eq!(issues, [(IssueKind::DuplicateRow, "trang tính “Cấp tỉnh”, dòng 5 (ẩn)")]);
    let content = seen.content.expect("figures");
    assert_eq!(of(&content, "so-tu-phap", "online_submission").numerator, Reading::Value(710));
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
