//! The truth as documents of Word.

use super::made::zip;
use super::{Block, assert_golden, merged, truth, truth_with_notes};
use crate::ingest::{content, read};
use chitieu::ingest::IssueKind;
use docx_rs::{Docx, Paragraph, Run, Table, TableCell, TableRow, VMergeType, WidthType};

fn paragraph(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(text))
}

/// The width of a column. A program that lays out a table by widths needs one to keep merged cells.
const COLUMN: usize = 700;

fn cell(text: &str, columns: usize) -> TableCell {
    TableCell::new().add_paragraph(paragraph(text)).width(columns * COLUMN, WidthType::Dxa)
}

fn table(rows: &[Vec<String>]) -> Table {
    let heading = |down: usize| {
        let mut cells = Vec::new();
        let mut column = 0;
        while column < rows[0].len() {
            match (merged(rows, column), down) {
                (Some((2, _)), 0) => cells.push(cell(&rows[0][column], 1).vertical_merge(VMergeType::Restart)),
                (Some((2, _)), _) => cells.push(cell("", 1).vertical_merge(VMergeType::Continue)),
                (Some((_, wide)), 0) => {
                    cells.push(cell(&rows[0][column], wide).grid_span(wide));
                    column += wide - 1;
                }
                _ => cells.push(cell(&rows[1][column], 1)),
            }
            column += 1;
        }
        TableRow::new(cells)
    };
    if rows.len() < 3 {
        let row = |row: &Vec<String>| TableRow::new(row.iter().map(|text| cell(text, 1)).collect());
        return Table::new(rows.iter().map(row).collect());
    }
    let body = rows[2..].iter().map(|row| TableRow::new(row.iter().map(|text| cell(text, 1)).collect()));
    Table::new([heading(0), heading(1)].into_iter().chain(body).collect()).set_grid(vec![COLUMN; rows[0].len()])
}

pub fn document(blocks: &[Block], nested: bool) -> Vec<u8> {
    let mut document = Docx::new();
    for block in blocks {
        document = match block {
            Block::Line(line) => document.add_paragraph(paragraph(line)),
            Block::Table(rows) if nested => {
                let around = TableCell::new().add_table(table(rows)).add_paragraph(Paragraph::new());
                document.add_table(Table::new(vec![TableRow::new(vec![around])]))
            }
            Block::Table(rows) => document.add_table(table(rows)),
        };
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    document.build().pack(&mut bytes).expect("a document");
    bytes.into_inner()
}

#[test]
fn merged_headings_and_nested_tables_give_the_truth() {
    assert_golden(&document(&truth(), false), "tables");
    assert_golden(&document(&truth_with_notes(), false), "tables with notes");
    assert_golden(&document(&truth(), true), "tables within tables");
}

/// A document of hand-made parts.
fn by_hand(body: &str) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/\
         wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zip(&[("word/document.xml", xml.as_bytes())])
}

fn row(properties: &str, cells: &[(&str, &str)]) -> String {
    let cells: String = cells
        .iter()
        .map(|(properties, text)| {
            format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
        })
        .collect();
    format!("<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>")
}

const VISIBLE: &str = "<w:p><w:r><w:t>Tháng 7 năm 2023</w:t></w:r></w:p>";

/// A document with one table below a heading of three rows.
fn three_row_heading(rows: &str) -> Vec<u8> {
    let span = "<w:gridSpan w:val=\"2\"/>";
    let (start, goes_on) = ("<w:vMerge w:val=\"restart\"/>", "<w:vMerge/>");
    let head = row("", &[(start, "Cơ quan, đơn vị"), (start, "Cấp"), (span, "Kết quả các chỉ tiêu")])
        + &row("", &[(goes_on, ""), (goes_on, ""), (span, "Hồ sơ trực tuyến")])
        + &row("", &[(goes_on, ""), (goes_on, ""), ("", "Số lượng"), ("", "Kết quả thực hiện")]);
    by_hand(&format!("{VISIBLE}<w:tbl>{head}{rows}</w:tbl>"))
}

#[test]
fn headings_over_three_rows_and_rows_that_begin_further_right_are_read() {
    let before = "<w:gridBefore w:val=\"1\"/>";
    let rows = row("", &[("", "Sở Y tế"), ("", "Cấp tỉnh"), ("", "5"), ("", "<w:t>7,5%</w:t>")])
        + &row(before, &[("", "Cấp tỉnh"), ("", "6"), ("", "8%")]);
    let file = read(three_row_heading(&rows));
    let issues: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str())).collect();
    assert_eq!(issues, [(IssueKind::UnknownUnit, "bảng 1, dòng 5")]);
    assert_eq!(file.content.expect("figures").observations.len(), 1);
}

#[test]
fn a_tier_over_several_rows_holds_for_each_and_a_figure_for_none() {
    let (start, goes_on) = ("<w:vMerge w:val=\"restart\"/>", "<w:vMerge w:val=\"continue\"/>");
    let rows = row("", &[("", "Sở Y tế"), (start, "Cấp tỉnh"), ("", "5"), (start, "7,5%")])
        + &row("", &[("", "Sở Tư pháp"), (goes_on, ""), ("", "6"), (goes_on, "")]);
    let file = read(three_row_heading(&rows));
    let issues: Vec<_> = file.issues.iter().map(|i| (i.kind, i.text.as_str(), i.detail.contains("Ô gộp"))).collect();
    let both = (IssueKind::UnreadableCell, "7,5% (ô gộp nhiều dòng)", true);
    assert_eq!(issues, [both, both]);
    assert_eq!(file.content.expect("counts").observations.len(), 2);
}

#[test]
fn deleted_hidden_and_doubled_text_is_not_there() {
    let rows = row(
        "",
        &[
            ("", "Sở Y tế"),
            ("", "Cấp tỉnh"),
            (
                "",
                "5</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>8",
            ),
            ("", "7,5%</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t xml:space=\"preserve\"> "),
        ],
    );
    let content = content(three_row_heading(&rows));
    assert_eq!(super::printed(&content.observations[0]).0, chitieu::domain::observation::Reading::Value(5));
}

#[test]
fn a_signature_in_a_table_of_its_own_is_no_row() {
    let mut blocks = truth();
    let signature = vec![
        vec!["Nơi nhận:".to_owned(), "CHÁNH VĂN PHÒNG".to_owned()],
        vec![String::new(), "Nguyễn Văn A".to_owned()],
    ];
    blocks.push(Block::Line("Trân trọng báo cáo.".to_owned()));
    blocks.push(Block::Table(signature));
    assert_golden(&document(&blocks, false), "a signature");
}
