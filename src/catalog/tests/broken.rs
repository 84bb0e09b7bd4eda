//! Broken files, and the line that an office reads for each.

use super::load;
use crate::catalog::Catalog;
use insta::assert_snapshot;

pub(super) const UNITS: &str = r#"[[tier]]
code = "office"
name = "Cấp sở"
headings = ["CẤP SỞ"]

[[unit]]
code = "so-a"
name = "Sở A"
tier = "office"
aliases = ["A cũ"]
valid_to = 2025-02-28
successors = ["so-a-2025"]

[[unit]]
code = "so-a-2025"
name = "Sở A"
tier = "office"
valid_from = 2025-03-01

[[unit]]
code = "so-b"
name = "Sở B"
tier = "office"
aliases = ["sb"]
"#;

pub(super) const INDICATORS: &str = r#"[[indicator]]
code = "index_766"
name = "Chỉ số 766"
short_name = "766"
needed_noun = "điểm"
direction = "higher"
remedy = "new"
denominator = "own"
basis = "điểm đạt / điểm tối đa"
headings = ["Tổng điểm"]
aliases = ["tổng"]
"#;

pub(super) const TARGETS: &str = r#"report_decision = "766/QĐ-TTg"

[[default]]
indicator = "index_766"
tier = "office"
level = 97.5
decision = "766/QĐ-TTg"

[[target]]
unit = "so-b"
indicator = "index_766"
level = "90"
decision = "1/QĐ-UBND"
valid_from = "2025-03"
valid_to = "2025-06"
"#;

const CALENDAR: &str = r#"[[holiday]]
name = "Tết"
from = 2024-02-08
to = 2024-02-14

[[swapped]]
name = "30/4"
off = 2024-04-29
work = 2024-05-04
"#;

const ALERTS: &str = r#"repeat_after_days = 7
worsened_points = "2"
fell_points = "1"
few_files = 3
same_day_tolerance = 3

[feed]
vanished_share = "20"
jump_points = "15"
jumped_share = "50"
min_compared = 20
"#;

const SOURCES: &str = r#"[[source]]
name = "iGate"
url = "https://igate.example.vn/api"
headers = { "Authorization" = "IGATE_TOKEN" }
"#;

const ORGANISATION: &str = "name = \"tỉnh X\"\noffice = \"Văn phòng\"\n";

const FILES: [(&str, &str); 7] = [
    ("organisation.toml", ORGANISATION),
    ("units.toml", UNITS),
    ("indicators.toml", INDICATORS),
    ("targets.toml", TARGETS),
    ("calendar.toml", CALENDAR),
    ("alerts.toml", ALERTS),
    ("sources.toml", SOURCES),
];

/// What is said when passages of the small catalog above are replaced: (file, passage, by).
fn said(edits: &[(&str, &str, &str)]) -> String {
    let mut files = FILES.map(|(name, text)| (name, text.to_owned()));
    for (file, passage, by) in edits {
        let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
        assert!(text.contains(passage), "{file} has no {passage:?}");
        *text = text.replacen(passage, by, 1);
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    load(&files).unwrap_err().to_string()
}

/// Each edit alone.
fn said_of_each(file: &str, edits: &[(&str, &str)]) -> String {
    let lines: Vec<String> = edits.iter().map(|(passage, by)| said(&[(file, passage, by)])).collect();
    lines.join("\n")
}

#[test]
fn the_small_catalog_is_whole() {
    load(&FILES).unwrap();
}

#[test]
fn units() {
    assert_snapshot!(said_of_each("units.toml", &[
        ("name = \"Sở B\"\ntier = \"office\"", "name = \"Sở B\"\ntier = \"ofice\""),
        ("code = \"so-b\"", "code = \"Sở B\""),
        ("code = \"so-a-2025\"", "code = \"so-b\""),
        ("name = \"Sở B\"", "nmae = \"Sở B\""),
        ("name = \"Sở B\"", "name = \"  \""),
        ("name = \"Sở B\"", "name = \"…\""),
        ("name = \"Sở B\"", "name = 5"),
        ("name = \"Sở B\"", "name = \"Sở\\nB\""),
        ("aliases = [\"sb\"]", "aliases = \"sb\""),
        ("aliases = [\"sb\"]", "aliases = [\n  \"x\",\n  \"\",\n]"),
        ("aliases = [\"sb\"]", "aliases = [\"SO  a\"]\nvalid_from = 2025-02-01"),
        ("2025-02-28", "2025-02-30"),
        ("2025-02-28", "\"30/2/2025\""),
        ("2025-02-28", "20250-02-28"),
        ("valid_from = 2025-03-01", "valid_from = 2025-03-01\nvalid_to = 2025-02-01"),
        ("successors = [\"so-a-2025\"]", "successors = [\"so-c\"]"),
        ("successors = [\"so-a-2025\"]", "successors = [\"so-a\"]"),
        ("valid_to = 2025-02-28\n", ""),
        ("headings = [\"CẤP SỞ\"]", "headings = []"),
        ("headings = [\"CẤP SỞ\"]", "headings = [\"-\"]"),
        ("[[tier]]\n", "[tier]\n"),
    ]), @"");
}

#[test]
fn two_tiers() {
    let second = "[[tier]]\ncode = \"xa\"\nname = \"Cấp xã\"\nheadings = [\"CẤP XÃ\"]\n[[unit]]\ncode = \"xa-b\"\nname = \"Sở B\"\ntier = \"xa\"\n";
    let units = format!("[[unit]]\n{second}").replacen("[[unit]]\n", "", 1);
    assert_snapshot!(said(&[("units.toml", "[[unit]]\n", &format!("{units}[[unit]]\n"))]), @"");
}

#[test]
fn indicators() {
    assert_snapshot!(said_of_each("indicators.toml", &[
        ("direction = \"higher\"", "direction = \"up\""),
        ("remedy = \"new\"", "remedy = \"none\""),
        ("denominator = \"own\"", "denominator = \"total\""),
        ("basis = \"điểm đạt / điểm tối đa\"\n", ""),
        ("headings = [\"Tổng điểm\"]\n", ""),
        ("code = \"index_766\"", "code = \"index_767\""),
        ("[[indicator]]\n", "[[indicator]]\nunit = \"điểm\"\n"),
    ]), @"");
    let second = INDICATORS.replace("\"index_766\"", "\"other\"").replace("\"Chỉ số 766\"", "\"Khác\"");
    let second = format!("{second}[[default]]");
    let second = second.trim_end_matches("[[default]]");
    let both = format!("{second}\n[[indicator]]\n");
    assert_snapshot!(said(&[("indicators.toml", "[[indicator]]\n", &both)]), @"");
}

#[test]
fn targets() {
    assert_snapshot!(said_of_each("targets.toml", &[
        ("level = 97.5", "level = 0"),
        ("level = 97.5", "level = 100.5"),
        ("level = 97.5", "level = \"sáu mươi\""),
        ("level = 97.5", "level = 97.12345"),
        ("level = 97.5", "level = nan"),
        ("level = 97.5", "level = true"),
        ("level = 97.5", "level = 97,5"),
        ("level = 97.5\n", ""),
        ("decision = \"1/QĐ-UBND\"", "decision = \"\""),
        ("report_decision = \"766/QĐ-TTg\"\n", ""),
        ("tier = \"office\"", "tier = \"xa\""),
        ("unit = \"so-b\"", "unit = \"so-c\""),
        ("unit = \"so-b\"\nindicator = \"index_766\"", "unit = \"so-b\"\nindicator = \"index_76\""),
        ("valid_from = \"2025-03\"", "valid_from = \"3/2025\""),
        ("valid_from = \"2025-03\"", "valid_from = \"2025-07\""),
        ("[[target]]", "[[default]]\nindicator = \"index_766\"\ntier = \"office\"\nlevel = 5\ndecision = \"x\"\n[[target]]"),
        ("[[target]]", "[[targets]]"),
    ]), @"");
    let dropped =
        "[[default]]\nindicator = \"index_766\"\ntier = \"office\"\nlevel = 97.5\ndecision = \"766/QĐ-TTg\"\n";
    assert_snapshot!(said(&[("targets.toml", dropped, "")]), @"");
}

#[test]
fn calendar() {
    assert_snapshot!(said_of_each("calendar.toml", &[
        ("to = 2024-02-14", "to = 2024-02-01"),
        ("to = 2024-02-14", "to = 2025-02-14"),
        ("from = 2024-02-08\n", ""),
        ("from = 2024-02-08", "from = 2024-02-08T07:00:00"),
        ("off = 2024-04-29", "off = 2024-04-28"),
        ("work = 2024-05-04", "work = 2024-05-03"),
        ("work = 2024-05-04", "work = 2024-02-10"),
    ]), @"");
}

#[test]
fn alerts() {
    assert_snapshot!(said_of_each("alerts.toml", &[
        ("repeat_after_days = 7", "repeat_after_days = 0"),
        ("repeat_after_days = 7", "repeat_after_days = 366"),
        ("repeat_after_days = 7", "repeat_after_days = \"7\""),
        ("fell_points = \"1\"", "fell_points = \"-1\""),
        ("few_files = 3\n", ""),
        ("[feed]", "[feeed]"),
        ("min_compared = 20", "min_compared = -1"),
    ]), @"");
}

#[test]
fn sources() {
    let said = said_of_each(
        "sources.toml",
        &[
            ("https://", "ftp://"),
            ("https://", "https://user:s3cret@"),
            ("https://igate.example.vn/api", "https:///api"),
            ("\"IGATE_TOKEN\"", "\"Bearer s3cret\""),
            ("\"IGATE_TOKEN\"", "53"),
            ("{ \"Authorization\" = \"IGATE_TOKEN\" }", "\"s3cret\""),
            ("\"Authorization\"", "\"X Y\""),
            ("[[source]]", "[[source]]\nmax_bytes = 52428801"),
            ("[[source]]", "[[source]]\nname = \"iGate\"\nurl = \"http://x\"\n[[source]]"),
        ],
    );
    assert!(!said.contains("s3cret") && !said.contains("53 "), "a problem never repeats a secret");
    assert_snapshot!(said, @"");
}

#[test]
fn text_that_is_not_toml() {
    assert_snapshot!(said(&[
        ("organisation.toml", "\"tỉnh X\"", "\"tỉnh X"),
        ("alerts.toml", "few_files = 3", "few_files = 3\nfew_files = 4"),
    ]), @"");
}

#[test]
fn all_problems_are_reported_at_once() {
    assert_snapshot!(said(&[
        ("alerts.toml", "repeat_after_days = 7", "repeat_after_days = 700"),
        ("targets.toml", "level = 97.5\ndecision = \"766/QĐ-TTg\"", "level = 970"),
        ("targets.toml", "unit = \"so-b\"", "unit = \"so-z\""),
        ("units.toml", "tier = \"office\"\naliases = [\"sb\"]", "tier = \"xa\"\naliases = [\"sb\", 7]\nalias = \"x\""),
        ("units.toml", "headings = [\"CẤP SỞ\"]", ""),
    ]), @"");
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let many: String = (0..60).map(|number| format!("key{number} = 1\n")).collect();
    let error = load(&[("organisation.toml", &format!("{many}{ORGANISATION}"))]).unwrap_err();
    assert_eq!((error.problems.len(), error.more), (50, 10));
    assert!(error.to_string().ends_with("\n… and 10 more problems"));
}

/// Own tiers with the embedded targets: the two do not fit, and the embedded file is named as such.
#[test]
fn a_folder_that_does_not_fit_the_embedded_files() {
    assert_snapshot!(load(&[("units.toml", UNITS)]).unwrap_err().to_string(), @"");
}

#[test]
fn a_folder_that_cannot_be_a_catalog() {
    let empty = load(&[("notes.txt", "")]).unwrap_err();
    assert_eq!(empty.problems.len(), 1);
    assert_eq!(
        empty.problems[0].text,
        "holds no file of the catalog; give a folder that holds at least one of organisation.toml, units.toml, \
         indicators.toml, targets.toml, calendar.toml, alerts.toml, sources.toml"
    );
    let misspelt = load(&[("unit.toml", UNITS), ("alerts.toml", ALERTS)]).unwrap_err();
    assert_eq!(misspelt.problems.len(), 1);
    assert!(
        misspelt.problems[0].text.starts_with("unit.toml is not a file of the catalog; known: organisation.toml, ")
    );
    let absent = tempfile::tempdir().unwrap().path().join("absent");
    let error = Catalog::load(&absent).unwrap_err().to_string();
    assert!(error.contains("absent: cannot be read (") && error.lines().count() == 1, "{error}");
}

#[test]
fn files_that_are_too_large_or_no_text() {
    let large = format!("# {}\n{ALERTS}", "x".repeat(1024 * 1024));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("alerts.toml"), large).unwrap();
    std::fs::write(folder.path().join("organisation.toml"), b"name = \"x\"\noffice = \"V\xe3n\"\n").unwrap();
    std::fs::create_dir(folder.path().join("sources.toml")).unwrap();
    let error = Catalog::load(folder.path()).unwrap_err().to_string();
    assert_snapshot!(error, @"");
}
