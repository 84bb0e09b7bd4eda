//! The truth as answers of other systems, read by mappings that an office writes.

use crate::ingest::vocabulary::Words;
use crate::ingest::{JULY, content, printed};
use chitieu::catalog::Catalog;
use chitieu::domain::mapping::Mapping;
use chitieu::domain::observation::{Observation, Reading};
use chitieu::domain::snapshot::SnapshotContent;
use chitieu::ingest::{Hints, ReadFile, Vocabulary};

const CODES: &str = r#"codes = { "CLGQ" = "online_submission", "TTTT" = "online_payment", "SOHOA" = "digitization", "KQDT" = "electronic_result", "DANCU" = "population_db" }"#;
const SYSTEM: [(&str, &str); 5] = [
    ("CLGQ", "online_submission"),
    ("TTTT", "online_payment"),
    ("SOHOA", "digitization"),
    ("KQDT", "electronic_result"),
    ("DANCU", "population_db"),
];

fn mapping(fields: &str) -> Vec<Mapping> {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("[[mapping]]\nname = \"Cổng dịch vụ công\"\n{fields}\n{CODES}\n");
    std::fs::write(folder.path().join("mappings.toml"), text).expect("it is written");
    Catalog::load(folder.path()).expect("the mapping is sound").mappings
}

fn read_by(fields: &str, bytes: &[u8]) -> ReadFile {
    let (words, mappings) = (Words::binh_dinh(), mapping(fields));
    let vocabulary = Vocabulary { mappings: &mappings, ..words.vocabulary() };
    chitieu::ingest::read("cổng.json", bytes, &vocabulary, &Hints::default())
}

/// Every figure of the report with its decimals. Such answers carry neither targets nor averages.
#[track_caller]
fn assert_golden(fields: &str, bytes: &[u8], what: &str) {
    let file = read_by(fields, bytes);
    assert_eq!(file.issues, [], "{what}");
    let (seen, expected) = (file.content.expect("figures"), content(JULY));
    for (seen, expected) in seen.observations.iter().zip(&expected.observations) {
        let said = |o: &Observation| (o.unit.to_string(), o.indicator.to_string(), printed(o));
        assert_eq!(said(seen), said(expected), "{what}");
    }
    assert_eq!(seen, SnapshotContent { targets: Vec::new(), averages: Vec::new(), ..expected }, "{what}");
}

fn code(observation: &Observation) -> &'static str {
    SYSTEM.iter().find(|(_, own)| *own == observation.indicator.as_str()).expect("one of five").0
}

/// A rate with a decimal dot and its printed decimals; nothing for what is not a number.
fn ratio(observation: &Observation) -> Option<String> {
    observation.rate.value().map(|rate| rate.to_string().replace('%', "").replace(',', "."))
}

/// The fields of a metric: what is not published is not there.
fn metric(observation: &Observation) -> String {
    let count = |name: &str, reading: Reading<u64>| match reading {
        Reading::Value(count) => format!(", \"{name}\": {count}"),
        Reading::NotOccurred => format!(", \"{name}\": \"-\""),
        _ => String::new(),
    };
    let ratio = ratio(observation).unwrap_or_else(|| "\"-\"".to_owned());
    format!(
        "\"code\": \"{}\"{}{}, \"ratio\": {ratio}",
        code(observation),
        count("numerator", observation.numerator),
        count("denominator", observation.denominator)
    )
}

#[test]
fn a_nested_answer_gives_the_truth() {
    let fields = "form = \"json\"\nrows = \"data.items[].metrics[]\"\nunit_code = \"departmentCode\"\n\
                  unit_name = \"departmentName\"\nas_of = \"data.date\"\nindicator = \"code\"\n\
                  numerator = \"numerator\"\ndenominator = \"denominator\"\nratio = \"ratio\"";
    let words = Words::binh_dinh();
    let observations = content(JULY).observations;
    let items: Vec<String> = words
        .units
        .iter()
        .map(|unit| {
            let own = observations.iter().filter(|o| o.unit == unit.code);
            let metrics: Vec<String> = own.map(|o| format!("{{{}}}", metric(o))).collect();
            format!(
                "{{\"departmentCode\": \"{}\", \"departmentName\": \"{}\", \"metrics\": [{}]}}",
                unit.code,
                unit.name,
                metrics.join(", ")
            )
        })
        .collect();
    let answer =
        format!("{{\"success\": true, \"data\": {{\"date\": \"2023-07-24\", \"items\": [{}]}}}}", items.join(", "));
    assert_golden(fields, answer.as_bytes(), "nested");
    // The last unit first: the order of the catalog, not that of the answer.
    let reversed: Vec<String> = items.into_iter().rev().collect();
    let answer = format!("{{\"data\": {{\"date\": \"24/07/2023\", \"items\": [{}]}}}}", reversed.join(", "));
    assert_golden(fields, answer.as_bytes(), "nested, the other way round");
}

#[test]
fn a_flat_list_gives_the_truth() {
    let fields = "form = \"json\"\nrows = \"[]\"\nunit_code = \"ma\"\nas_of = \"ngay\"\nindicator = \"code\"\n\
                  numerator = \"numerator\"\ndenominator = \"denominator\"\nratio = \"ratio\"";
    let rows: Vec<String> = content(JULY)
        .observations
        .iter()
        .map(|o| format!("{{\"ma\": \"{}\", \"ngay\": \"2023-07-24\", {}}}", o.unit, metric(o)))
        .collect();
    assert_golden(fields, format!("[{}]", rows.join(",\n")).as_bytes(), "flat");
}

#[test]
fn a_table_gives_the_truth() {
    let fields = "form = \"table\"\nunit_code = \"ma_don_vi\"\nas_of = \"ngay\"\nindicator = \"ma_chi_tieu\"\n\
                  numerator = \"tu_so\"\ndenominator = \"mau_so\"\nratio = \"ty_le\"";
    let count = |reading: Reading<u64>| match reading {
        Reading::Value(count) => count.to_string(),
        Reading::NotOccurred => "-".to_owned(),
        _ => String::new(),
    };
    for delimiter in [",", ";", "\t"] {
        let head = ["ma_don_vi", "ngay", "ma_chi_tieu", "tu_so", "mau_so", "ty_le"].map(str::to_owned);
        let rows = content(JULY).observations.into_iter().map(|o| {
            let ratio = ratio(&o).unwrap_or_else(|| "-".to_owned());
            let (n, d) = (count(o.numerator), count(o.denominator));
            [o.unit.to_string(), "2023-07-24".to_owned(), code(&o).to_owned(), n, d, ratio]
        });
        let lines: Vec<String> = std::iter::once(head).chain(rows).map(|row| row.join(delimiter)).collect();
        assert_golden(fields, lines.join("\n").as_bytes(), delimiter);
    }
}
