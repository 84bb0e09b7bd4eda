//! One content, whatever it is written in: delimiters, encodings, orders of columns and rows, wide and long.

use super::vocabulary::Words;
use super::{JULY, content, day, of, printed, read};
use chitieu::domain::observation::Reading;
use chitieu::domain::org_unit::{OrgUnit, UnitCode};
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::snapshot::SnapshotContent;
use chitieu::ingest::{Hints, IssueKind};
use rstest::rstest;
use unicode_normalization::UnicodeNormalization;

/// The same lines with another delimiter, every cell that needs it in quotation marks.
pub fn delimited(text: &str, delimiter: char) -> String {
    let cell = |cell: &str| {
        if cell.contains([delimiter, '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    text.lines()
        .map(|line| line.split('\t').map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + "\n")
        .collect()
}

/// Changes each table of a text; `change` gets its lines, split at tabs.
fn tables(text: &str, change: impl Fn(&mut Vec<Vec<String>>)) -> String {
    let mut out = Vec::new();
    let mut table: Vec<Vec<String>> = Vec::new();
    for line in text.lines().chain(["", "end"]) {
        if line.contains('\t') {
            table.push(line.split('\t').map(str::to_owned).collect());
            continue;
        }
        if !table.is_empty() {
            change(&mut table);
            out.extend(table.drain(..).map(|row| row.join("\t")));
        }
        out.push(line.to_owned());
    }
    out.truncate(out.len() - 2);
    out.join("\n")
}

/// The long form of a content.
fn long(content: &SnapshotContent, words: &Words) -> Vec<[String; 7]> {
    fn written<T: ToString>(reading: Reading<T>) -> String {
        match reading {
            Reading::Value(value) => value.to_string(),
            Reading::NotOccurred => "-".to_owned(),
            _ => String::new(),
        }
    }
    let row = |o: &chitieu::domain::observation::Observation| {
        let unit = words.units.iter().find(|unit| unit.code == o.unit).expect("a unit of the catalog");
        let target = content.targets.iter().find(|t| t.unit == o.unit && t.indicator == o.indicator);
        [
            unit.name.clone(),
            unit.tier.to_string(),
            o.indicator.to_string(),
            written(o.numerator),
            written(o.denominator),
            written(o.rate),
            target.map_or_else(|| "-".to_owned(), |t| t.target.level.to_string()),
        ]
    };
    content.observations.iter().map(row).collect()
}

const LONG: [&str; 7] = ["unit", "tier", "indicator", "numerator", "denominator", "rate", "target"];

fn long_text(header: &[&str], rows: &[[String; 7]], order: [usize; 7], delimiter: char) -> String {
    let line = |cells: Vec<&str>| order.map(|at| cells[at]).join("\t");
    let mut lines = vec![line(header.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    format!("# period=2023-07\n# as_of=2023-07-24\n{}", delimited(&lines.join("\n"), delimiter))
}

#[rstest]
#[case::tab('\t')]
#[case::semicolon(';')]
#[case::comma(',')]
fn wide_tables_read_the_same_with_every_delimiter(#[case] delimiter: char) {
    assert_eq!(content(delimited(JULY, delimiter)), content(JULY));
}

#[test]
fn titles_padded_by_a_spreadsheet_are_still_titles() {
    let padded: String = delimited(JULY, ';').lines().map(|line| format!("{line};;;\n")).collect();
    assert_eq!(content(padded), content(JULY));
}

#[test]
fn encodings_line_ends_and_normal_forms_change_nothing() {
    let expected = content(JULY);
    let utf16 = |bytes: fn(u16) -> [u8; 2]| JULY.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let files: Vec<Vec<u8>> = vec![
        [b"\xef\xbb\xbf", JULY.as_bytes()].concat(),
        [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(),
        [&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat(),
        JULY.replace('\n', "\r\n").into_bytes(),
        JULY.replace('\n', "\r").into_bytes(),
        JULY.nfd().collect::<String>().into_bytes(),
        JULY.nfc().collect::<String>().into_bytes(),
        JULY.replace("Sở Tư pháp", "SỞ  TƯ PHÁP").replace("UBND huyện", "Ubnd Huyện").into_bytes(),
        JULY.replace('%', " %").replace("\t1642\t", "\t<b>1.642</b>\t").into_bytes(),
    ];
    for (at, file) in files.iter().enumerate() {
        assert_eq!(content(file), expected, "form {at}");
    }
}

#[test]
fn columns_in_any_order_give_the_same_figures() {
    for (step, start) in [(5, 3), (7, 11), (11, 0), (13, 16)] {
        let permuted = tables(JULY, |table| {
            let width = table[0].len();
            // Merged cells are written out, or they would be torn apart.
            let mut group = String::new();
            for (at, cell) in table[0].clone().iter().enumerate() {
                if !cell.is_empty() {
                    group.clone_from(cell);
                }
                table[0][at].clone_from(&group);
            }
            let coprime = if width % step == 0 { step + 2 } else { step };
            for row in table.iter_mut() {
                *row = (0..width).map(|at| row[(start + at * coprime) % width].clone()).collect();
            }
        });
        assert_ne!(permuted, JULY);
        assert_eq!(content(permuted), content(JULY), "step {step}");
    }
}

#[test]
fn rows_and_tables_in_any_order_give_the_same_content() {
    let reversed = tables(JULY, |table| table[2..].reverse());
    assert_eq!(content(reversed), content(JULY));
}

#[test]
fn headings_in_one_row_are_enough() {
    let flat = tables(JULY, |table| {
        let (mut group, below) = (String::new(), table.remove(1));
        for (cell, sub) in table[0].iter_mut().zip(below) {
            if !cell.is_empty() {
                group.clone_from(cell);
            }
            if !sub.is_empty() {
                *cell = format!("{group} – {sub}");
            }
        }
    });
    assert_eq!(content(flat), content(JULY));
}

#[test]
fn a_row_of_column_numbers_and_a_repeated_heading_are_no_units() {
    let numbered = tables(JULY, |table| {
        let numbers = (1..=table[0].len()).map(|at| format!("({at})")).collect();
        table.insert(2, numbers);
        // The next page begins after five rows.
        let heading = table[..2].to_vec();
        table.splice(8..8, heading);
    });
    assert_eq!(content(&numbered), content(JULY));
    let paged = numbered.replace("\nSở NN và PTNT", "\n2\nSở NN và PTNT");
    assert_eq!(content(paged), content(JULY));
}

#[test]
fn tiers_may_be_lines_within_one_table() {
    let mut tables_seen = 0;
    let mut merged = String::new();
    for line in JULY.lines().filter(|line| !line.starts_with("Phụ lục")) {
        tables_seen += usize::from(line.contains("Cơ quan, đơn vị\t"));
        let heading = line.contains("Cơ quan, đơn vị\t") || line.contains("\tChỉ tiêu được giao");
        // The first heading stands for all tables, without the column of row numbers.
        if heading && tables_seen > 1 {
            continue;
        }
        let numbered = tables_seen > 1 && line.contains('\t');
        merged.push_str(if numbered { line.split_once('\t').expect("it is there").1 } else { line });
        merged.push('\n');
    }
    assert_eq!(content(merged), content(JULY));
}

#[test]
fn a_column_may_name_the_tier() {
    let text = "# period=2023-07\nĐơn vị;Hồ sơ trực tuyến – Tỷ lệ (%);Cấp\n\
                UBND huyện An Lão;5%;cấp xã\nUBND huyện An Lão;6%;district\n";
    let content = content(text);
    let rates: Vec<_> = content.observations.iter().map(|o| (o.unit.as_str(), printed(o).2)).collect();
    assert_eq!(rates, [("huyen-an-lao", "6%".to_owned()), ("xa-an-lao", "5%".to_owned())]);
}

#[rstest]
#[case::comma(',')]
#[case::semicolon(';')]
#[case::tab('\t')]
fn the_long_form_reads_the_same(#[case] delimiter: char) {
    let words = Words::binh_dinh();
    let mut expected = content(JULY);
    let rows = long(&expected, &words);
    expected.averages.clear();
    assert_eq!(content(long_text(&LONG, &rows, [0, 1, 2, 3, 4, 5, 6], delimiter)), expected);
    assert_eq!(content(long_text(&LONG, &rows, [5, 2, 6, 0, 4, 1, 3], delimiter)), expected);
    let vietnamese = ["Đơn vị", "Cấp", "Chỉ tiêu", "Tử số", "Mẫu số", "Tỷ lệ (%)", "Chỉ tiêu được giao"];
    let mut named = rows.clone();
    for row in &mut named {
        let tier = words.tiers.iter().find(|tier| tier.code.as_str() == row[1]).expect("a tier");
        let indicator = words.indicators.iter().find(|i| i.code.as_str() == row[2]).expect("an indicator");
        (row[1], row[2]) = (tier.name.to_uppercase(), indicator.name.clone());
    }
    named.reverse();
    assert_eq!(content(long_text(&vietnamese, &named, [2, 0, 1, 6, 5, 4, 3], delimiter)), expected);
}

#[test]
fn a_unit_may_be_given_by_code_or_alias() {
    let header = "# period=2023-07\nunit,indicator,numerator,rate\n";
    let by_code = content(format!("{header}xa-phu-cat,online_payment,5,50%\n"));
    assert_eq!(by_code.observations[0].unit.as_str(), "xa-phu-cat");
    let by_alias = content(format!("{header}ban quan ly khu kinh te,online_payment,5,50%\n"));
    assert_eq!(by_alias.observations[0].unit.as_str(), "bql-kkt");
    let by_full_name = content(format!("{header}UBND huyện Phù Cát (cấp xã),online_payment,5,50%\n"));
    assert_eq!(by_full_name.observations, by_code.observations);
}

#[test]
fn four_kinds_of_nothing_stay_four() {
    let text = "# period=2023-07\nunit,indicator,numerator,denominator,rate\n\
                Sở Y tế,online_payment,0,0,\n\
                Sở Y tế,online_submission,-,–,-\n\
                Sở Y tế,digitization,,,\n\
                Sở Y tế,population_db,n/a,5,5%\n\
                Sở Y tế,electronic_result,3,,5%\n";
    let file = read(text);
    assert_eq!(file.issues.len(), 1);
    let content = file.content.expect("there are figures");
    use Reading::{Empty, NotOccurred, NotPublished, Unreadable, Value};
    let seen = |indicator| {
        let o = of(&content, "so-y-te", indicator);
        (o.numerator, o.denominator, o.rate.value().is_some())
    };
    assert_eq!(seen("online_payment"), (Value(0), Value(0), false));
    assert_eq!(of(&content, "so-y-te", "online_payment").rate, Empty);
    assert_eq!(seen("online_submission"), (NotOccurred, NotOccurred, false));
    assert_eq!(seen("digitization"), (Empty, Empty, false));
    assert_eq!(seen("population_db"), (Unreadable, Value(5), true));
    assert_eq!(seen("electronic_result"), (Value(3), NotPublished, true));
}

#[test]
fn columns_that_are_missing_are_not_published() {
    let without_total = tables(JULY, |table| {
        let at = table[0].iter().position(|cell| cell.starts_with("Tổng số")).expect("the total");
        table.iter_mut().for_each(|row| {
            row.remove(at);
        });
    });
    let content = content(without_total);
    assert_eq!(content.observations.len(), 200);
    assert_eq!(of(&content, "so-tu-phap", "online_submission").denominator, Reading::NotPublished);
    assert_eq!(of(&content, "so-tu-phap", "online_payment").denominator, Reading::Value(717));
}

#[test]
fn a_column_that_is_not_known_is_said_and_left() {
    let renamed = tables(JULY, |table| {
        let group = table[0].iter_mut().find(|cell| cell.starts_with("Số hóa")).expect("the group");
        *group = "Chuyển đổi số".to_owned();
    });
    let file = read(renamed);
    let kinds: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.text.as_str())).collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert_eq!(kinds[0], (IssueKind::UnknownIndicator, "Phụ lục 1, cột “Chuyển đổi số”", "Chuyển đổi số"));
    assert_eq!(file.content.expect("the others").observations.len(), 160);
}

#[test]
fn two_columns_of_one_meaning_are_both_left() {
    let twice = JULY.replace("Xác thực thông tin định danh công dân", "Kết quả thực hiện");
    let file = read(twice);
    assert_eq!(file.issues.len(), 3);
    assert!(file.issues.iter().all(|i| i.kind == IssueKind::UnknownColumn));
    let content = file.content.expect("the others");
    let observation = of(&content, "so-tu-phap", "population_db");
    assert_eq!((observation.numerator, observation.rate), (Reading::NotPublished, Reading::NotPublished));
}

#[test]
fn hints_win_over_the_file() {
    let words = Words::binh_dinh();
    let read = |period: Option<&str>, as_of| {
        let period = period.map(|text| ReportingPeriod::parse(text).expect("a month"));
        chitieu::ingest::read("a", JULY.as_bytes(), &words.vocabulary(), &Hints { period, as_of })
    };
    let file = read(None, Some(day(2023, 7, 20)));
    assert_eq!(file.content.expect("figures").as_of, day(2023, 7, 20));
    let file = read(Some("2023-08"), None);
    assert_eq!(file.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::DayIgnored]);
    assert!(!file.has_errors(), "nothing is lost");
    let content = file.content.expect("figures");
    assert_eq!((content.period.to_string().as_str(), content.as_of), ("2023-08", day(2023, 8, 31)));
    assert_eq!(content.targets[0].target.valid_from, Some(content.period));
}

#[test]
fn a_sentence_that_is_broken_between_lines_still_says_the_day() {
    let broken =
        JULY.replace("01/07/2023 đến ngày", "01/07/2023\nđến ngày").replace("tháng 7 năm 2023", "tháng 7\nnăm 2023");
    assert_ne!(broken, JULY);
    assert_eq!(content(broken), content(JULY));
}

#[test]
fn a_sample_is_called_one_by_its_first_lines_only() {
    assert!(content(format!("SỐ LIỆU MẪU, không có thật\n{JULY}")).sample);
    assert!(!content(format!("{JULY}\nPhụ lục không dùng số liệu mẫu")).sample);
}

#[test]
fn of_two_units_with_one_name_the_one_that_exists_is_meant() {
    let mut words = Words::binh_dinh();
    let old = words.units.iter_mut().find(|unit| unit.code.as_str() == "so-xay-dung").expect("it is there");
    let code = UnitCode::parse("so-xay-dung-2025").expect("a code");
    let successor = OrgUnit { code, valid_from: Some(day(2025, 3, 1)), ..old.clone() };
    old.valid_to = Some(day(2025, 2, 28));
    words.units.push(successor);
    for (period, code) in [("2023-07", "so-xay-dung"), ("2025-02", "so-xay-dung"), ("2025-03", "so-xay-dung-2025")] {
        let text = format!("# period={period}\nunit,tier,indicator,rate\nSở Xây dựng,Cấp tỉnh,online_payment,5%\n");
        let file = chitieu::ingest::read("a", text.as_bytes(), &words.vocabulary(), &Hints::default());
        assert_eq!(file.issues, []);
        assert_eq!(file.content.expect("figures").observations[0].unit.as_str(), code, "{period}");
    }
}
