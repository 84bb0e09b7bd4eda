//! The truth as workbooks of Excel.

use super::{Block, Value, assert_golden, made, merged, sheets, truth, truth_with_notes, value};
use crate::ingest::{JULY, content, day, of, read};
use chitieu::domain::observation::Reading;
use chitieu::ingest::IssueKind;
use rstest::rstest;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

/// How figures stand in cells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// Everything is text: `57,8%`, `1642`.
    Text,
    /// Numbers, rates as 57.8 with as many decimals as printed.
    Numbers,
    /// Numbers, rates as 0.578 with a format of percent.
    Percent,
    /// Counts as numbers with thousands marks, rates as text.
    TextPercent,
    /// Rates are formulas with their stored results.
    Formulas,
    /// Numbers as they are, without any format.
    General,
}

pub const ALL: [Cells; 5] = [Cells::Text, Cells::Numbers, Cells::Percent, Cells::TextPercent, Cells::Formulas];

fn decimals(of: usize, percent: &str) -> Format {
    let places = if of == 0 { String::new() } else { format!(".{}", "0".repeat(of)) };
    Format::new().set_num_format(format!("0{places}{percent}"))
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &str, cells: Cells) {
    let scaled = |number: u32, down: usize| -> f64 { format!("{number}e-{down}").parse().expect("a number") };
    match (value(cell), cells) {
        (_, Cells::Text) | (Value::Text, _) | (Value::Rate(..), Cells::TextPercent) => {
            sheet.write_string(row, column, cell)
        }
        (Value::Count(count), Cells::TextPercent) => {
            sheet.write_number_with_format(row, column, count, &Format::new().set_num_format("#,##0"))
        }
        (Value::Count(count), _) => sheet.write_number(row, column, count),
        (Value::Rate(number, places, _), Cells::General) => sheet.write_number(row, column, scaled(number, places)),
        (Value::Rate(number, places, _), Cells::Numbers) => {
            sheet.write_number_with_format(row, column, scaled(number, places), &decimals(places, ""))
        }
        (Value::Rate(number, places, _), Cells::Percent) => {
            sheet.write_number_with_format(row, column, scaled(number, places + 2), &decimals(places, "%"))
        }
        (Value::Rate(number, places, _), Cells::Formulas) => {
            let result = scaled(number, places + 2);
            let formula = Formula::new(format!("={result}*1")).set_result(result.to_string());
            sheet.write_formula_with_format(row, column, formula, &decimals(places, "%"))
        }
    }
    .expect("a cell");
}

/// Writes pieces from a row on; the answer is the row below them.
fn put(sheet: &mut Worksheet, mut row: u32, blocks: &[Block], cells: Cells) -> u32 {
    for block in blocks {
        match block {
            Block::Line(line) => {
                sheet.write_string(row, 0, line).expect("a cell");
                row += 1;
            }
            Block::Table(rows) => {
                row += 1;
                for (down, cells_of_row) in rows.iter().enumerate() {
                    for (column, cell) in (0..).zip(cells_of_row) {
                        let at = row + u32::try_from(down).expect("few rows");
                        match merged(rows, usize::from(column)) {
                            Some((high, wide)) if down == 0 => {
                                let last = (
                                    at + u32::try_from(high).expect("few") - 1,
                                    column + u16::try_from(wide).expect("few") - 1,
                                );
                                let heading = Format::new();
                                sheet.merge_range(at, column, last.0, last.1, cell, &heading).expect("a heading");
                            }
                            _ if down < 2 && cell.is_empty() => {}
                            _ => write(sheet, at, column, cell, cells),
                        }
                    }
                }
                row += u32::try_from(rows.len()).expect("few rows") + 1;
            }
        }
    }
    row
}

/// All in one sheet.
pub fn one_sheet(blocks: &[Block], cells: Cells) -> Vec<u8> {
    let mut book = Workbook::new();
    put(book.add_worksheet(), 0, blocks, cells);
    book.save_to_buffer().expect("a workbook")
}

/// The text in the first sheet, each appendix in one of its own that names its tier; `change` gets these.
fn several_sheets(cells: Cells, change: impl Fn(usize, &mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    for (at, (name, blocks)) in sheets().iter().enumerate() {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        put(sheet, u32::from(at > 0), blocks, cells);
        if let Some(appendix) = at.checked_sub(1) {
            change(appendix, sheet);
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[rstest]
#[case::text(Cells::Text)]
#[case::numbers(Cells::Numbers)]
#[case::percent(Cells::Percent)]
#[case::text_percent(Cells::TextPercent)]
#[case::formulas(Cells::Formulas)]
fn every_kind_of_cell_gives_the_truth(#[case] cells: Cells) {
    assert_golden(&one_sheet(&truth(), cells), "one sheet");
    assert_golden(&one_sheet(&truth_with_notes(), cells), "with notes");
    assert_golden(&several_sheets(cells, |_, _| {}), "several sheets");
}

/// The truth over several sheets, with rows that a filter hides and columns that somebody hid.
pub fn with_hidden_rows_and_columns() -> Vec<u8> {
    several_sheets(Cells::Percent, |at, sheet| {
        for row in 0..6 {
            sheet.set_row_hidden(u32::try_from(at).expect("few") * 2 + 5 + row).expect("a row");
        }
        sheet.set_column_range_hidden(2, 6).expect("columns");
    })
}

#[test]
fn rows_that_a_filter_hides_and_hidden_columns_are_read() {
    assert_golden(&with_hidden_rows_and_columns(), "hidden rows and columns");
}

#[test]
fn a_hidden_row_that_contradicts_a_visible_one_loses() {
    let file = several_sheets(Cells::Text, |at, sheet| {
        if at == 0 {
            // An old row above all others.
            let row = ["Sở Tư pháp", "1", "60%", "1", "100%"];
            for (column, cell) in (0..).zip(row.iter().copied().chain(std::iter::repeat_n("1", 13))) {
                sheet.write_string(4, column, cell).expect("a cell");
            }
            sheet.set_row_hidden(4).expect("a row");
        }
    });
    let seen = read(&file);
    let issues: Vec<_> = seen.issues.iter().map(|i| (i.kind, i.place.as_str())).collect();
    // The old row stands where BQL KKT stood.
    assert_eq!(issues, [(IssueKind::DuplicateRow, "trang tính “Cấp tỉnh”, dòng 5 (ẩn)")]);
    let content = seen.content.expect("figures");
    assert_eq!(of(&content, "so-tu-phap", "online_submission").numerator, Reading::Value(710));
}

#[test]
fn a_hidden_sheet_is_not_read_and_a_note_says_so() {
    let file = several_sheets(Cells::Percent, |at, sheet| {
        sheet.set_hidden(at == 2);
    });
    let seen = read(&file);
    let issues: Vec<_> = seen.issues.iter().map(|i| (i.kind, i.place.as_str(), i.is_error())).collect();
    assert_eq!(issues, [(IssueKind::HiddenSheet, "trang tính “Cấp xã”", false)]);
    assert_eq!(seen.content.expect("figures").observations.len(), 29 * 5);
}

#[test]
fn an_issue_names_sheet_and_cell() {
    let file = several_sheets(Cells::Percent, |at, sheet| {
        if at == 1 {
            sheet.write_string(5, 3, "57.8.1%").expect("a cell");
        }
    });
    let issues: Vec<_> = read(&file).issues.iter().map(|i| (i.kind, i.place.clone(), i.text.clone())).collect();
    let place = "trang tính “Cấp huyện”, ô D6, cột “Hồ sơ trực tuyến – Chỉ tiêu được giao”";
    assert_eq!(issues, [(IssueKind::UnreadableCell, place.to_owned(), "57.8.1%".to_owned())]);
}

/// As programs write formulas that never were in Excel.
#[test]
fn a_formula_without_a_result_is_unreadable_and_not_zero() {
    let text = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let headings = [("A1", "Đơn vị"), ("B1", "Cấp"), ("C1", "Hồ sơ trực tuyến – Tỷ lệ (%)"), ("D1", "Kỳ tháng 7/2023")];
    let rows = [
        headings.map(|(at, heading)| text(at, heading)).concat(),
        [text("A2", "Sở Y tế"), text("B2", "Cấp tỉnh"), "<c r=\"C2\"><f>A1/2</f></c>".to_owned()].concat(),
        [text("A3", "Sở Tư pháp"), text("B3", "Cấp tỉnh"), "<c r=\"C3\"><f>5/2</f><v>2.5</v></c>".to_owned()].concat(),
    ]
    .map(|row| format!("<row>{row}</row>"))
    .concat();
    let file = read(made::xlsx(|sheet| {
        write!(sheet, "<worksheet><sheetData>{rows}</sheetData></worksheet>").expect("a sheet");
    }));
    let issues: Vec<_> =
        file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.detail.contains("công thức"))).collect();
    let place = "trang tính “Bảng”, ô C2, cột “Hồ sơ trực tuyến – Tỷ lệ (%)”";
    assert!(issues.contains(&(IssueKind::UnreadableCell, place, true)), "{issues:?}");
    let content = file.content.expect("figures");
    assert_eq!(of(&content, "so-y-te", "online_submission").rate, Reading::Unreadable);
    let calculated = of(&content, "so-tu-phap", "online_submission").rate.value();
    assert_eq!(calculated.map(|rate| rate.to_string()), Some("2,5%".to_owned()));
}

#[test]
fn dates_say_the_period() {
    for (label, format, expected) in [
        ("Số liệu đến ngày", "dd/mm/yyyy", day(2023, 7, 24)),
        ("Kỳ báo cáo", "mm/yyyy", day(2023, 7, 31)),
        ("# as_of", "yyyy-mm-dd", day(2023, 7, 24)),
    ] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let date = ExcelDateTime::from_ymd(2023, 7, 24).expect("a day");
        sheet.write_string(0, 0, label).expect("a cell");
        sheet.write_datetime_with_format(0, 1, &date, &Format::new().set_num_format(format)).expect("a cell");
        for (row, cells) in
            (2..).zip([["Đơn vị", "Cấp", "Hồ sơ trực tuyến – Tỷ lệ (%)"], ["Sở Y tế", "Cấp tỉnh", "5%"]])
        {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
        let content = content(book.save_to_buffer().expect("a workbook"));
        assert_eq!((content.period.to_string().as_str(), content.as_of), ("2023-07", expected), "{label}");
    }
}

#[test]
fn sheets_of_several_months_are_one_issue() {
    let mut book = Workbook::new();
    for month in [6, 7] {
        let sheet = book.add_worksheet().set_name(format!("Tháng {month}-2023")).expect("a name");
        for (row, cells) in
            (0..).zip([["Đơn vị", "Cấp", "Hồ sơ trực tuyến – Tỷ lệ (%)"], ["Sở Y tế", "Cấp tỉnh", "5%"]])
        {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    let file = read(book.save_to_buffer().expect("a workbook"));
    assert_eq!(file.content, None);
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::PeriodConflict]);
    assert!(file.issues[0].detail.contains("tháng 6/2023, tháng 7/2023"), "{}", file.issues[0].detail);
}

#[test]
fn a_unit_or_tier_that_is_merged_over_its_rows_holds_for_each() {
    let mut expected = content(JULY);
    expected.averages.clear();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "# as_of=2023-07-24").expect("a cell");
    let heading = ["Đơn vị", "Cấp", "Chỉ tiêu", "Tử số", "Mẫu số", "Tỷ lệ (%)", "Chỉ tiêu được giao"];
    for (column, cell) in (0..).zip(heading) {
        sheet.write_string(2, column, cell).expect("a cell");
    }
    let words = crate::ingest::vocabulary::Words::binh_dinh();
    for (row, observation) in (3..).zip(&expected.observations) {
        let unit = words.units.iter().find(|unit| unit.code == observation.unit).expect("a unit");
        if (row - 3) % 5 == 0 {
            let none = Format::new();
            sheet.merge_range(row, 0, row + 4, 0, &unit.name, &none).expect("a cell");
            sheet.merge_range(row, 1, row + 4, 1, unit.tier.as_str(), &none).expect("a cell");
        }
        let target = expected.targets.iter().find(|t| t.unit == unit.code && t.indicator == observation.indicator);
        let rate = match observation.rate {
            Reading::Value(rate) => rate.to_string(),
            _ => "-".to_owned(),
        };
        let count = |reading: Reading<u64>| match reading {
            Reading::Value(count) => count.to_string(),
            Reading::NotOccurred => "-".to_owned(),
            _ => String::new(),
        };
        let target = target.map_or_else(|| "-".to_owned(), |t| t.target.level.to_string());
        let cells = [
            observation.indicator.to_string(),
            count(observation.numerator),
            count(observation.denominator),
            rate,
            target,
        ];
        for (column, cell) in (2..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    assert_eq!(content(book.save_to_buffer().expect("a workbook")), expected);
}
