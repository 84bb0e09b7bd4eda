//! Everything that can be wrong with a file: one clear issue each, the good rows kept, and never a panic.

use super::vocabulary::Words;
use super::{JULY, read};
use chitieu::domain::audit::FindingKind;
use chitieu::ingest::{Hints, IssueKind, MAX_FILE_BYTES, MAX_ISSUES, MAX_ROWS};
use proptest::prelude::*;
use rstest::rstest;

const AN_LAO: &str = "1\tUBND huyện An Lão\t903\t60%\t170\t18,8%\t859\t45%\t107\t12,46%";

/// One thing is wrong with the July report; one issue says so, and everything else is taken.
#[rstest]
#[case::rate(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\t60%\t170\t18,8%\t859\t45%\t107\t57.8.1%",
    (IssueKind::UnreadableCell, "Phụ lục 3, dòng 1, cột “Thanh toán trực tuyến – Kết quả thực hiện”", "57.8.1%"),
    (40, 200, 196)
)]
#[case::count(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\t60%\t170\t18,8%\t1,642\t45%\t107\t12,46%",
    (IssueKind::UnreadableCell, "Phụ lục 3, dòng 1, cột “Thanh toán trực tuyến – Tổng số hồ sơ có thanh toán phí, lệ phí”", "1,642"),
    (40, 200, 196)
)]
#[case::total(
    AN_LAO,
    "1\tUBND huyện An Lão\tchín trăm\t60%\t170\t18,8%\t859\t45%\t107\t12,46%",
    (IssueKind::UnreadableCell, "Phụ lục 3, dòng 1, cột “Tổng số HS TTHC tiếp nhận trong tháng 7/2023”", "chín trăm"),
    (40, 200, 196)
)]
#[case::large_count(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\t60%\t170\t18,8%\t859\t45%\t10.000.000.000\t12,46%",
    (IssueKind::UnreadableCell, "Phụ lục 3, dòng 1, cột “Thanh toán trực tuyến – Số lượng giao dịch phát sinh”", "10.000.000.000"),
    (40, 200, 196)
)]
#[case::target(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\t60%\t170\t18,8%\t859\t450%\t107\t12,46%",
    (IssueKind::UnreadableCell, "Phụ lục 3, dòng 1, cột “Thanh toán trực tuyến – Chỉ tiêu được giao”", "450%"),
    (40, 200, 195)
)]
#[case::unit(
    AN_LAO,
    "1\tUBND huyện An Láo 2\t903\t60%\t170\t18,8%\t859\t45%\t107\t12,46%",
    (IssueKind::UnknownUnit, "Phụ lục 3, dòng 1", "UBND huyện An Láo 2"),
    (39, 195, 191)
)]
#[case::no_unit(
    AN_LAO,
    "1\t\t903\t60%\t170\t18,8%\t859\t45%\t107\t12,46%",
    (IssueKind::UnknownUnit, "Phụ lục 3, dòng 1", ""),
    (39, 195, 191)
)]
#[case::missing_cell(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\t60%\t170\t18,8%\t859\t45%\t107",
    (IssueKind::ShortRow, "Phụ lục 3, dòng 1", "UBND huyện An Lão"),
    (39, 195, 191)
)]
#[case::torn_row(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\n1\t2\t3\t60%\t170\t18,8%\t859\t45%\t107\t12,46%",
    (IssueKind::ShortRow, "Phụ lục 3, dòng 1", "UBND huyện An Lão"),
    (39, 195, 191)
)]
#[case::surplus_cell(
    AN_LAO,
    "1\tUBND huyện An Lão\t903\t60%\t170\t18\t8%\t859\t45%\t107\t12,46%",
    (IssueKind::LongRow, "Phụ lục 3, dòng 1", "UBND huyện An Lão"),
    (39, 195, 191)
)]
#[case::sum(
    AN_LAO,
    "\tTổng cộng\t903\t60%\t170\t18,8%\t859\t45%\t107\t12,46%",
    (IssueKind::SummaryRow, "Phụ lục 3, dòng 1", "Tổng cộng"),
    (39, 195, 191)
)]
#[case::same_unit_twice(
    AN_LAO,
    "1\tUBND huyện Hoài Ân\t903\t60%\t170\t18,8%\t859\t45%\t107\t12,46%",
    (IssueKind::DuplicateRow, "Phụ lục 3, dòng 2", "UBND huyện Hoài Ân"),
    (39, 195, 191)
)]
#[case::title_without_tier(
    "CẤP TỈNH: 05 chỉ tiêu",
    "CẤP BỘ: 05 chỉ tiêu",
    // Nothing of the first table is shared by two tiers: nothing is wrong.
    (IssueKind::MoreIssues, "", ""),
    (40, 200, 196)
)]
#[case::average(
    "cả tỉnh đạt 44%",
    "cả tỉnh đạt 44.1.2%",
    (IssueKind::UnreadableCell, "dòng 8, mục “Hồ sơ trực tuyến”", "44.1.2%"),
    (40, 200, 196)
)]
#[case::average_twice(
    "cả tỉnh đạt 44%",
    "cả tỉnh đạt 44%; cả tỉnh đạt 45%",
    (IssueKind::DuplicateRow, "dòng 8, mục “Hồ sơ trực tuyến”", "45%"),
    (40, 200, 196)
)]
fn one_fault_is_one_issue(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] issue: (IssueKind, &str, &str),
    #[case] taken: (u32, usize, usize),
) {
    assert_eq!(JULY.matches(right).count(), 1, "the fault has one place");
    let file = read(JULY.replace(right, wrong));
    let seen: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.text.as_str())).collect();
    let expected = if issue.0 == IssueKind::MoreIssues { vec![] } else { vec![issue] };
    // A row torn in two leaves a second half, which cannot be told from a row.
    let second_half = seen.get(1).is_some_and(|second| wrong.contains('\n') && second.1 == "Phụ lục 3, dòng 2");
    assert_eq!(&seen[..seen.len() - usize::from(second_half)], expected);
    assert!(file.issues.iter().all(|i| i.file == "tệp.txt" && !i.detail.is_empty()));
    let content = file.content.expect("the rest is taken");
    assert_eq!((file.rows, content.observations.len(), content.targets.len()), taken);
}

/// Files of which nothing can be taken.
#[rstest]
#[case::empty(b"".to_vec(), IssueKind::EmptyFile)]
#[case::blank(b" \r\n\t\n ".to_vec(), IssueKind::EmptyFile)]
#[case::png(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), IssueKind::UnknownFormat)]
#[case::xlsx(b"PK\x03\x04\x14\0\0\0xl/workbook.xml".to_vec(), IssueKind::DamagedFile)]
#[case::program(b"MZ\x90\0\x03\0\0\0".to_vec(), IssueKind::UnknownFormat)]
#[case::pdf(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3".to_vec(), IssueKind::UnknownFormat)]
#[case::prose("Kính gửi: Chủ tịch, Phó Chủ tịch\nđạt 5%".into(), IssueKind::NoTable)]
#[case::one_long_line("ngày 1, ".repeat(1_300_000).into_bytes(), IssueKind::TooLarge)]
#[case::one_long_word("x".repeat(10_000_000).into_bytes(), IssueKind::NoTable)]
#[case::wide_heading(format!("Đơn vị;{}", "Hồ sơ trực tuyến;".repeat(100_000)).into_bytes(), IssueKind::TooLarge)]
#[case::no_heading("# period=2023-07\nSở Y tế;1;2;3\nSở Nội vụ;4;5;6\n".into(), IssueKind::NoTable)]
#[case::no_rows("# period=2023-07\nunit,indicator,rate\n".into(), IssueKind::EmptyFile)]
#[case::no_period("unit,indicator,rate\nSở Y tế,online_payment,5%\n".into(), IssueKind::NoPeriod)]
#[case::bad_period("# period=2023-13\nunit,indicator,rate\nSở Y tế,online_payment,5%\n".into(), IssueKind::NoPeriod)]
#[case::bad_day(
    "# period=2023-07\n# as_of=2023-07-32\nunit,indicator,rate\nSở Y tế,online_payment,5%\n".into(),
    IssueKind::PeriodConflict
)]
#[case::other_month(
    "# period=2023-07\n# as_of=2023-06-24\nunit,indicator,rate\nSở Y tế,online_payment,5%\n".into(),
    IssueKind::PeriodConflict
)]
#[case::other_encoding(latin1(), IssueKind::InvalidText)]
fn a_file_of_which_nothing_is_taken_has_one_issue(#[case] bytes: Vec<u8>, #[case] kind: IssueKind) {
    let file = read(&bytes);
    assert_eq!(file.content, None);
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [kind], "{:?}", file.issues.first());
    assert!(file.issues[0].is_error() && !file.issues[0].detail.is_empty());
    assert!(file.issues[0].text.chars().count() <= 80);
}

/// The report as an old program would have saved it.
fn latin1() -> Vec<u8> {
    JULY.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0xe9)).collect()
}

#[test]
fn a_file_that_is_too_large_is_not_looked_at() {
    let file = read(vec![b'a'; usize::try_from(MAX_FILE_BYTES).expect("it fits") + 1]);
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::TooLarge]);
}

#[test]
fn other_kinds_of_files_are_named_with_what_is_read() {
    let issue = read(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3").issues.remove(0);
    assert_eq!(
        issue.detail,
        "Tệp là tài liệu PDF, không đọc được. Đọc được bảng tính (.xlsx, .xls, .ods), tài liệu Word (.docx), báo cáo dạng \
         văn bản (.txt), bảng .csv, .tsv và JSON."
    );
}

#[test]
fn broken_bytes_cost_their_row_only() {
    let at = JULY.find("\nSở Tư pháp").expect("it is there") + 5;
    let mut bytes = JULY.as_bytes().to_vec();
    bytes[at] = 0xff;
    let file = read(bytes);
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::InvalidText]);
    assert_eq!(file.content.expect("the rest").observations.len(), 195);
}

#[test]
fn a_shared_name_without_a_tier_is_nobodys() {
    let text =
        "# period=2023-07\nunit,indicator,rate\nUBND huyện An Lão,online_payment,5%\nSở Y tế,online_payment,5%\n";
    let file = read(text);
    assert_eq!(file.issues.len(), 1);
    let issue = &file.issues[0];
    assert_eq!((issue.kind, issue.place.as_str()), (IssueKind::AmbiguousUnit, "dòng 3"));
    assert!(issue.detail.contains("UBND huyện An Lão (cấp huyện); UBND huyện An Lão (cấp xã)"), "{}", issue.detail);
    assert_eq!(file.content.expect("the other").observations.len(), 1);
}

#[test]
fn an_unknown_name_is_suggested_and_never_taken() {
    let text = "# period=2023-07\nunit,tier,indicator,rate\n\
                Sở Tư phấp 1,provincial,online_payment,5%\n\
                Sở Y tế,district,online_payment,5%\n\
                Sở Y tế,cấp bộ,online_payment,5%\n\
                Sở Y tế,Cấp tỉnh,chỉ tiêu lạ,5%\n";
    let file = read(text);
    assert_eq!(file.content, None);
    let seen: Vec<_> = file.issues.iter().map(|i| (i.kind, i.text.as_str())).collect();
    assert_eq!(
        seen,
        [
            (IssueKind::UnknownUnit, "Sở Tư phấp 1"),
            (IssueKind::UnknownUnit, "Sở Y tế"),
            (IssueKind::UnknownTier, "cấp bộ"),
            (IssueKind::UnknownIndicator, "chỉ tiêu lạ"),
        ]
    );
    assert!(file.issues[0].detail.contains("“Sở Tư pháp”"), "{}", file.issues[0].detail);
    assert!(file.issues[1].detail.contains("cấp huyện"), "{}", file.issues[1].detail);
}

#[test]
fn a_row_that_repeats_itself_is_only_remarked_upon() {
    let text = "# period=2023-07\nunit,indicator,rate\nSở Y tế,online_payment,5%\nSở Y tế,online_payment,5%\n\
                Sở Y tế,online_payment,6%\n";
    let file = read(text);
    let kinds: Vec<_> = file.issues.iter().map(|i| (i.kind, i.is_error())).collect();
    assert_eq!(kinds, [(IssueKind::RepeatedRow, false), (IssueKind::DuplicateRow, true)]);
    assert_eq!(file.rows, 1);
    assert_eq!(file.content.expect("the first").observations[0].rate.value().map(|r| r.to_string()), Some("5%".into()));
}

#[test]
fn limits_of_rows_and_issues_hold() {
    let header = "# period=2023-07\nunit,indicator,rate\nSở Y tế,online_payment,5%\n";
    let file = read(format!("{header}{}", "Sở Lạ,online_payment,5%\n".repeat(MAX_ISSUES + 7)));
    assert_eq!(file.issues.len(), MAX_ISSUES + 1);
    assert_eq!(file.issues[MAX_ISSUES].kind, IssueKind::MoreIssues);
    assert!(file.issues[MAX_ISSUES].detail.contains(" 7 "), "{}", file.issues[MAX_ISSUES].detail);
    assert_eq!(file.content.expect("the good row").observations.len(), 1);

    let file = read(format!("{header}{}Sở Nội vụ,online_payment,5%\n", "x\n".repeat(MAX_ROWS)));
    let seen: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.clone())).collect();
    assert_eq!(seen, [(IssueKind::TooLarge, format!("dòng {}", MAX_ROWS + 1))]);
    assert_eq!(file.content.expect("the row before the limit").observations.len(), 1);
}

#[test]
fn a_table_whose_heading_is_lost_is_not_read_by_another_tables_columns() {
    let lines: Vec<&str> = JULY.lines().collect();
    let second = lines.iter().rposition(|line| line.starts_with("TT\t")).expect("the last table");
    let without: Vec<&str> =
        lines.iter().enumerate().filter(|(at, _)| *at != second && *at != second + 1).map(|(_, line)| *line).collect();
    let file = read(without.join("\n"));
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::NoTable]);
    assert_eq!(file.content.expect("two tables").observations.len(), 145);
}

#[test]
fn issues_become_findings_with_whose_and_which() {
    let file = read(JULY.replace("\t82,2%", "\t82.2.1%"));
    let finding = file.issues[0].finding().expect("a cell is a finding");
    assert_eq!(finding.kind, FindingKind::UnreadableCell);
    assert_eq!(finding.unit.expect("known").as_str(), "so-tu-phap");
    assert_eq!(finding.indicator.expect("known").as_str(), "online_payment");
    assert_eq!(finding.text.as_deref(), Some("82.2.1%"));
    assert!(finding.place.expect("known").starts_with("Phụ lục 1, dòng 15"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(bytes);
    }

    #[test]
    fn no_text_is_too_strange(text in "([#=,;\t\"\n<>*]|Đơn vị|Sở Y tế|Hồ sơ trực tuyến|Cấp xã|Phụ lục 1|tháng|đạt|unit|rate|indicator|[0-9]{1,3}%?){0,200}") {
        let _ = read(text);
    }

    #[test]
    fn a_changed_report_never_panics_and_never_gains_figures(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = JULY.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(JULY.len()) + 1);
        let words = Words::binh_dinh();
        let file = chitieu::ingest::read("a", &bytes, &words.vocabulary(), &Hints::default());
        prop_assert!(file.content.is_none_or(|content| content.observations.len() <= 200));
        prop_assert!(file.issues.len() <= MAX_ISSUES + 1);
    }
}
