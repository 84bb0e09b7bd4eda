//! The truth with its rates and targets as parts of one (0,578 for 57,8 %), as programs write them without a format.

use super::{Block, Value, biff, docx, ods, truth, value, xlsx};
use crate::ingest::vocabulary::Words;
use crate::ingest::{JULY, content, forms, of, printed, read};
use chitieu::domain::observation::Reading;
use chitieu::ingest::{Issue, IssueKind};
use rstest::rstest;

const RATE: &str = "Kết quả thực hiện";
const TARGET: &str = "Chỉ tiêu được giao";

/// `57,8%` as `0,578`, and a bare `50` in a column of rates as `0,50`.
fn part(cell: &str) -> String {
    let (number, places) = match value(cell) {
        Value::Rate(number, places, _) => (number, places + 2),
        Value::Count(number) => (number, 2),
        Value::Text => return cell.to_owned(),
    };
    let digits = format!("{number:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{whole},{fraction}")
}

/// The truth with the cells of some columns changed; `which` gets the two rows of the heading and a column.
fn with_columns(which: impl Fn(&[Vec<String>], usize) -> bool, change: impl Fn(&str) -> String) -> Vec<Block> {
    let mut blocks = truth();
    for block in &mut blocks {
        let Block::Table(rows) = block else { continue };
        let (heading, body) = rows.split_at_mut(2);
        for (column, cell) in body.iter_mut().flat_map(|row| row.iter_mut().enumerate()) {
            if which(heading, column) {
                *cell = change(cell);
            }
        }
    }
    blocks
}

fn is_rate_or_target(heading: &[Vec<String>], column: usize) -> bool {
    [RATE, TARGET].contains(&heading[1][column].as_str())
}

fn parts() -> Vec<Block> {
    with_columns(is_rate_or_target, part)
}

fn text(blocks: &[Block]) -> String {
    let line = |block: &Block| match block {
        Block::Line(line) => line.clone(),
        Block::Table(rows) => rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n"),
    };
    blocks.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One remark for each indicator, and nothing was lost.
#[track_caller]
fn assert_said(issues: &[Issue], what: &str) {
    let said: Vec<_> =
        issues.iter().map(|i| (i.kind, i.is_error(), i.indicator.as_ref().map(|i| i.to_string()))).collect();
    let words = Words::binh_dinh();
    let expected: Vec<_> =
        words.indicators.iter().map(|i| (IssueKind::FractionRate, false, Some(i.code.to_string()))).collect();
    assert_eq!(said, expected, "{what}");
    assert!(issues.iter().all(|issue| issue.detail.contains("tỷ lệ và chỉ tiêu được giao")), "{issues:?}");
}

/// `exactly`: with the decimals that were printed. A number without a format has lost the zeros at its end.
#[track_caller]
fn assert_read(file: &[u8], exactly: bool, what: &str) {
    let file = read(file);
    assert_said(&file.issues, what);
    let (seen, expected) = (file.content.expect("figures"), content(JULY));
    for (seen, expected) in seen.observations.iter().zip(&expected.observations).filter(|_| exactly) {
        assert_eq!(
            (&seen.unit, &seen.indicator, printed(seen)),
            (&expected.unit, &expected.indicator, printed(expected)),
            "{what}"
        );
    }
    assert_eq!(seen, expected, "{what}");
}

#[test]
fn texts_give_the_truth() {
    for delimiter in ['\t', ';', ','] {
        assert_read(forms::delimited(&text(&parts()), delimiter).as_bytes(), true, "a decimal comma");
    }
    let with_dots = text(&with_columns(is_rate_or_target, |cell| part(cell).replace(',', ".")));
    assert_read(with_dots.as_bytes(), true, "a decimal dot");
}

#[test]
fn documents_and_workbooks_give_the_truth() {
    for nested in [false, true] {
        assert_read(&docx::document(&parts(), nested), true, "docx");
    }
    for numbers in [false, true] {
        assert_read(&ods::workbook(&parts(), numbers), true, "ods");
    }
    assert_read(&xlsx::one_sheet(&parts(), xlsx::Cells::Text), true, "xlsx of texts");
    assert_read(&xlsx::one_sheet(&parts(), xlsx::Cells::Numbers), true, "xlsx of numbers with decimals");
    assert_read(&xlsx::one_sheet(&parts(), xlsx::Cells::General), false, "xlsx of numbers without a format");
    assert_read(&biff::workbook(&parts(), false, &[], false), true, "xls of texts");
}

/// Percentages of which somebody forgot every sign are no parts of one.
#[test]
fn percentages_without_signs_stay_percentages() {
    let blocks = with_columns(is_rate_or_target, |cell| cell.replace('%', ""));
    assert_eq!(content(text(&blocks)), content(JULY));
    assert_eq!(content(xlsx::one_sheet(&blocks, xlsx::Cells::General)), content(JULY));
}

/// One column without a format among others: only it is read so, and only it is spoken of.
#[test]
fn a_column_is_decided_by_itself() {
    let payment = |heading: &[Vec<String>], column: usize| {
        let group = heading[0].iter().position(|cell| cell.starts_with("Thanh toán trực tuyến")).expect("it is there");
        heading[1].iter().skip(group).position(|cell| cell == RATE) == column.checked_sub(group)
    };
    let text = text(&with_columns(payment, part));
    let file = read(&text);
    let said: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.detail.as_str())).collect();
    let place = "Phụ lục 1, cột “Thanh toán trực tuyến – Kết quả thực hiện”";
    let detail = "Thanh toán trực tuyến: tỷ lệ ghi dạng số thập phân nên được đọc theo phần trăm (0,578 là 57,8%). Nếu không \
                  đúng, hãy ghi dấu % vào từng ô.";
    assert_eq!(said, [(IssueKind::FractionRate, place, detail)]);
    assert_eq!(file.content.expect("figures"), content(JULY));
}

/// As a program calculates them, with all digits: what is beyond the fourth decimal of the percentage is cut.
#[rstest]
#[case::csv(false)]
#[case::xlsx(true)]
fn quotients_with_all_their_digits_follow_from_their_counts(#[case] workbook: bool) {
    let rows = [
        ("Sở Tư pháp", 590_u32, 717_u32),
        ("BQL KKT tỉnh", 11, 19),
        ("Sở Xây dựng", 59_996, 100_000),
        ("Sở Y tế", 0, 8),
    ];
    let head = ["unit", "tier", "indicator", "numerator", "denominator", "rate"];
    let table = rows.map(|(unit, n, d)| (unit, n, d, f64::from(n) / f64::from(d)));
    let file = if workbook {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "# as_of=2023-07-24").expect("a cell");
        for (column, cell) in (0..).zip(head) {
            sheet.write_string(1, column, cell).expect("a cell");
        }
        for (row, (unit, n, d, rate)) in (2..).zip(table) {
            for (column, cell) in (0..).zip([unit, "provincial", "online_payment"]) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
            for (column, number) in (3..).zip([f64::from(n), f64::from(d), rate]) {
                sheet.write_number(row, column, number).expect("a cell");
            }
        }
        book.save_to_buffer().expect("a workbook")
    } else {
        let line =
            |(unit, n, d, rate): &(&str, u32, u32, f64)| format!("{unit},provincial,online_payment,{n},{d},{rate}\n");
        let lines: String = table.iter().map(line).collect();
        format!("# period=2023-07\n{}\n{lines}", head.join(",")).into_bytes()
    };
    let file = read(&file);
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::FractionRate]);
    let content = file.content.expect("figures");
    let rate = |unit: &str| match of(&content, unit, "online_payment").rate {
        Reading::Value(rate) => rate.to_string(),
        other => format!("{other:?}"),
    };
    let seen = ["so-tu-phap", "bql-kkt", "so-xay-dung", "so-y-te"].map(rate);
    // A workbook's number without a format has four decimals, and so two of percent. Neither shows more than there is.
    let expected =
        if workbook { ["82,28%", "57,89%", "59,99%", "0%"] } else { ["82,2873%", "57,8947%", "59,996%", "0%"] };
    assert_eq!(seen, expected);
}
