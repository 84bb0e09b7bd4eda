//! Files that want more than is given: what the limits leave is read, what they do not is refused by name, quickly.

use super::golden::made::{xlsx, zip};
use super::read;
use chitieu::ingest::{IssueKind, MAX_COLUMNS, MAX_ROWS, ReadFile};
use rstest::rstest;

/// The only issue of a file of which nothing is taken.
#[track_caller]
fn refused(file: &ReadFile) -> (IssueKind, &str) {
    assert_eq!(file.content, None);
    assert_eq!(file.issues.len(), 1, "{:?}", file.issues);
    (file.issues[0].kind, &file.issues[0].detail)
}

fn text_cell(name: &str, text: &str) -> String {
    format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn small_table() -> String {
    let row = |number: u32, cells: [&str; 3]| {
        let cells: String = ["A", "B", "C"]
            .iter()
            .zip(cells)
            .map(|(column, text)| text_cell(&format!("{column}{number}"), text))
            .collect();
        format!("<row r=\"{number}\">{cells}</row>")
    };
    row(1, ["Đơn vị", "Cấp", "Hồ sơ trực tuyến tháng 7/2023 – Tỷ lệ (%)"]) + &row(2, ["Sở Y tế", "Cấp tỉnh", "5%"])
}

#[test]
fn a_sheet_of_a_million_rows_is_read_up_to_the_limit_that_is_named() {
    let file = xlsx(|part| {
        part.write_all(b"<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>").expect("it is written");
        part.write_all(small_table().as_bytes()).expect("it is written");
        // Rows need not say their number.
        let thousand = "<row><c><v>1</v></c></row>".repeat(1_000);
        for _ in 0..1_000 {
            part.write_all(thousand.as_bytes()).expect("it is written");
        }
        part.write_all(b"</sheetData></worksheet>").expect("it is written");
    });
    let seen = read(&file);
    let (kind, place, detail) = (seen.issues[0].kind, seen.issues[0].place.as_str(), seen.issues[0].detail.as_str());
    assert_eq!((kind, place), (IssueKind::TooLarge, "trang tính “Bảng”, dòng 20001"));
    assert_eq!(detail, format!("Tệp có quá {MAX_ROWS} dòng; từ dòng này trở đi không được đọc."));
    assert_eq!(seen.content.expect("the first rows").observations.len(), 1);
}

#[test]
fn a_sheet_that_claims_everything_takes_only_what_it_holds() {
    let seen = read(xlsx(|part| {
        let wide = text_cell("XFD3", "x");
        let last = text_cell("A1048576", "Ghi chú");
        write!(
            part,
            "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{}<row r=\"3\">{wide}</row><row r=\"1048576\">{last}\
             </row></sheetData><mergeCells><mergeCell ref=\"A2:XFD1048576\"/></mergeCells></worksheet>",
            small_table()
        )
        .expect("it is written");
    }));
    let issues: Vec<_> = seen.issues.iter().map(|i| (i.kind, i.place.as_str())).collect();
    assert!(issues.contains(&(IssueKind::TooLarge, "trang tính “Bảng”, dòng 3")), "{issues:?}");
    assert!(seen.issues.iter().any(|i| i.detail.contains(&format!("{MAX_COLUMNS} ô"))));
    assert_eq!(seen.content.expect("figures").observations.len(), 1);
}

/// Comments unpack into more than is unpacked, whatever size the archive declares.
#[rstest]
#[case::declared(false)]
#[case::lying(true)]
fn a_bomb_is_refused_with_the_limit_that_is_named_or_as_damaged(#[case] lying: bool) {
    let mut file = xlsx(|part| {
        write!(part, "<worksheet><sheetData>{}", small_table()).expect("it is written");
        let comment = format!("<!--{}-->", " ".repeat(900 * 1024));
        for _ in 0..160 {
            part.write_all(comment.as_bytes()).expect("it is written");
        }
        part.write_all(b"</sheetData></worksheet>").expect("it is written");
    });
    assert!(file.len() < 1024 * 1024, "it is small: {} bytes", file.len());
    if lying {
        // The size in the list of parts, 24 bytes into the entry of the sheet.
        let entry = file.windows(4).rposition(|window| window == b"PK\x01\x02").expect("a list");
        file[entry + 24..entry + 28].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    let seen = read(&file);
    let issue = &seen.issues[0];
    if lying {
        // More comes out than is declared: that is noticed before any limit is.
        assert_eq!(refused(&seen).0, IssueKind::DamagedFile);
    } else {
        assert_eq!(issue.kind, IssueKind::TooLarge, "{issue:?}");
        assert!(issue.detail.contains("128 MB"), "{}", issue.detail);
    }
}

#[test]
fn one_endless_word_or_endless_nesting_is_refused() {
    for inside in [" ".repeat(3 * 1024 * 1024), "<a>".repeat(300)] {
        let seen = read(xlsx(|part| write!(part, "<worksheet><sheetData a=\"{inside}").expect("it is written")));
        assert!(matches!(refused(&seen).0, IssueKind::TooLarge | IssueKind::DamagedFile));
    }
}

#[test]
fn an_archive_of_too_many_parts_is_not_opened() {
    let names: Vec<String> = (0..10_001).map(|at| format!("{at}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let seen = read(zip(&parts));
    assert!(matches!(refused(&seen).0, IssueKind::TooLarge | IssueKind::UnknownFormat));
}

#[test]
fn one_text_in_every_cell_is_cut_at_the_limit_of_text() {
    let text = "x".repeat(4_000);
    let seen = read(xlsx(|part| {
        write!(part, "<worksheet><sheetData>{}", small_table()).expect("it is written");
        for row in 3..60 {
            write!(part, "<row r=\"{row}\">{}</row>", text_cell("A3", &text).replace("r=\"A3\"", "").repeat(100))
                .expect("it is written");
        }
        part.write_all(b"</sheetData></worksheet>").expect("it is written");
    }));
    assert!(
        seen.issues.iter().any(|i| i.kind == IssueKind::TooLarge && i.detail.contains("16 MB")),
        "{:?}",
        seen.issues[0]
    );
}

#[test]
fn spans_without_end_in_documents_take_no_memory() {
    let row = "<w:tr><w:trPr><w:gridBefore w:val=\"4000000000\"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val=\"99999999\"/>\
               </w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>";
    let xml = format!("<w:document><w:body><w:tbl>{}</w:tbl></w:body></w:document>", row.repeat(21_000));
    let seen = read(zip(&[("word/document.xml", xml.as_bytes())]));
    assert_eq!(seen.content, None);
    assert!(seen.issues.iter().any(|i| i.kind == IssueKind::TooLarge), "{:?}", seen.issues.first());
}

#[test]
fn repeated_cells_in_workbooks_of_libreoffice_take_no_memory() {
    let xml = "<o:d xmlns:o=\"o\"><table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"4000000000\">\
               <table:table-cell table:number-columns-repeated=\"4000000000\" table:number-rows-spanned=\"4000000000\">\
               <text:p>1</text:p></table:table-cell></table:table-row></table:table></o:d>";
    let seen =
        read(zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", xml.as_bytes())]));
    assert!(seen.issues.iter().any(|i| i.kind == IssueKind::TooLarge), "{:?}", seen.issues.first());
}

#[test]
fn half_a_workbook_is_damaged_and_nothing_of_it_is_taken() {
    let whole = super::golden::xlsx_of_the_truth();
    for at in [whole.len() / 4, whole.len() / 2, whole.len() - 1] {
        let seen = read(&whole[..at]);
        assert_eq!(refused(&seen).0, IssueKind::DamagedFile);
    }
    // One wrong bit in compressed figures makes other figures.
    let sheet = whole.windows(24).position(|name| name == b"xl/worksheets/sheet1.xml").expect("a sheet");
    let mut flipped = whole.clone();
    flipped[sheet + 1_000] ^= 4;
    assert_eq!(read(&flipped).content, None);
}
