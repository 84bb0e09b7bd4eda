//! The real figures, on a machine that has them: nothing of them is in the project. They lie in `shared` beside the
//! repository, or where `CHITIEU_SHARED` says.

use super::{folder, gia_lai, of, read_with};
use crate::process::Office;
use chitieu::catalog::Catalog;
use chitieu::config::variable;
use chitieu::domain::observation::Reading;
use chitieu::domain::rate::Percent;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of the real figures. A run that must have them (`CI` is set) fails without; any other says that it has none.
fn real(name: &str) -> Option<String> {
    real_file(name).map(|(_, text)| text)
}

fn real_file(name: &str) -> Option<(PathBuf, String)> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = variable("CHITIEU_SHARED").map_or_else(beside, PathBuf::from);
    let path = root.join("data/gia-lai-766").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some((path, text)),
        Err(error) if variable("CI").is_some() => panic!("{}: {error}", path.display()),
        Err(_) => {
            println!("SKIPPED: {} is not on this machine; set CHITIEU_SHARED", path.display());
            None
        }
    }
}

type Table = Vec<BTreeMap<String, String>>;

fn table(text: &str) -> Table {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings: Vec<String> = reader.headers().expect("headings").iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| headings.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

fn unit(row: &BTreeMap<String, String>) -> String {
    row["department_code"].to_lowercase().replace('.', "-")
}

/// What a cell says, read here without the program.
fn decimal(cell: &str) -> Option<Percent> {
    (!cell.is_empty()).then(|| Percent::parse_plain(cell).expect("a decimal"))
}

fn indicators(catalog: &Catalog, name: &str) -> BTreeMap<String, String> {
    let mappings = catalog.mappings.iter().filter(|mapping| mapping.name == name);
    mappings
        .flat_map(|m| m.codes.iter().chain(&m.columns))
        .map(|(name, code)| (name.clone(), code.to_string()))
        .collect()
}

#[test]
fn every_figure_of_the_agencies_is_what_the_file_says() {
    let Some(text) = real("agencies_2026-10-09.csv") else { return };
    let catalog = gia_lai();
    let file = read_with(&catalog, &text, Some("2026-10-09"));
    assert_eq!(file.issues, []);
    let content = file.content.expect("figures");
    let codes = indicators(&catalog, "Bảng chỉ số thành phần");
    let (mut checked, mut scores) = (0, 0);
    for row in table(&text) {
        let Some(code) = codes.get(&row["metric_code"]) else {
            assert!(row["metric_code"].starts_with("PETITION_CLASSIFICATION"), "{row:?}");
            continue;
        };
        let observation = of(&content, &unit(&row), code);
        let indicator = catalog.indicators.iter().find(|i| i.code.as_str() == code).expect("an indicator");
        let count = |cell: &str| cell.parse::<u64>().ok();
        if indicator.scale.full_score().is_some() {
            assert_eq!(observation.rate.value(), decimal(&row["score"]), "{row:?}");
            scores += 1;
        } else {
            assert_eq!(observation.numerator.value(), count(&row["numerator"]), "{row:?}");
            assert_eq!(observation.denominator.value(), count(&row["denominator"]), "{row:?}");
            assert_eq!(observation.rate.value(), decimal(&row["ratio"]), "{row:?}");
            // The decimals that were written are kept.
            let decimals = row["ratio"].split_once('.').map_or(0, |(_, fraction)| fraction.len());
            assert!(observation.rate.value().is_none_or(|rate| usize::from(rate.decimals()) == decimals), "{row:?}");
            assert!(!row["ratio"].is_empty() || observation.rate == Reading::Empty, "{row:?}");
        }
        checked += 1;
    }
    assert_eq!((checked, scores, content.observations.len()), (14 * 25, 14 * 7, 14 * 25));
}

#[test]
fn every_score_of_the_communes_is_what_the_file_says() {
    let Some(text) = real("communes_2026-10-09.csv") else { return };
    let catalog = gia_lai();
    let file = read_with(&catalog, &text, Some("2026-10-09"));
    assert_eq!(file.issues, []);
    let content = file.content.expect("figures");
    let columns = indicators(&catalog, "Bảng điểm theo nhóm");
    let rows = table(&text);
    for row in &rows {
        for (column, code) in columns.iter().filter(|(column, _)| row.contains_key(*column)) {
            assert_eq!(of(&content, &unit(row), code).rate.value(), decimal(&row[column]), "{row:?}");
        }
    }
    assert_eq!((rows.len(), content.observations.len()), (135, 135 * 7));
}

/// 34 provinces are no units of the catalog: their catalog is made here, from the file itself, with the same indicators
/// and mappings.
#[test]
fn each_day_of_the_provinces_is_what_the_file_says() {
    let Some(text) = real("provinces.csv") else { return };
    let temporary = tempfile::tempdir().expect("a folder");
    for name in ["organisation.toml", "indicators.toml", "targets.toml", "mappings.toml"] {
        std::fs::copy(folder().join(name), temporary.path().join(name)).expect("copied");
    }
    let rows = table(&text);
    let mut units: String = [("agency", "Sở"), ("commune", "Tỉnh, thành phố")]
        .map(|(code, name)| format!("[[tier]]\ncode = \"{code}\"\nname = \"{name}\"\nheadings = [\"{name}\"]\n"))
        .concat();
    let names: BTreeMap<&str, &str> = rows.iter().map(|row| (row["code"].as_str(), row["name"].as_str())).collect();
    for (code, name) in &names {
        let lower = code.to_lowercase();
        units.push_str(&format!(
            "[[unit]]\ncode = \"{lower}\"\nname = {name:?}\ntier = \"commune\"\naliases = [\"{code}\"]\n"
        ));
    }
    std::fs::write(temporary.path().join("units.toml"), units).expect("written");
    let catalog = Catalog::load(temporary.path()).expect("a sound catalog");
    let columns = indicators(&catalog, "Bảng điểm của các tỉnh");
    let days: Vec<String> =
        rows.iter().map(|row| row["date"].clone()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    assert_eq!((names.len(), days.len()), (34, 4));
    for day in &days {
        let file = read_with(&catalog, &text, Some(day));
        assert_eq!(file.issues, [], "{day}");
        let content = file.content.expect("figures");
        assert_eq!((content.as_of.to_string(), content.observations.len()), (day.clone(), 34 * 7));
        for row in rows.iter().filter(|row| row["date"] == *day) {
            for (column, code) in columns.iter().filter(|(column, _)| row.contains_key(*column)) {
                let observation = of(&content, &row["code"].to_lowercase(), code);
                assert_eq!(observation.rate.value(), decimal(&row[column]), "{row:?}");
            }
        }
    }
}

/// The program imports the real files as any other, and every command says something of them.
#[test]
fn the_program_imports_the_real_files() {
    let Some((agencies, _)) = real_file("agencies_2026-10-09.csv") else { return };
    let Some((communes, _)) = real_file("communes_2026-10-09.csv") else { return };
    let temporary = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(temporary.path()).with("CATALOG_DIR", folder().to_str().expect("a path"));
    let [agencies, communes] = [&agencies, &communes].map(|path| path.to_str().expect("a path"));
    let imported = office.run(&["import", agencies, communes, "--as-of", "2026-10-09", "--json"]).expect(0).json();
    assert_eq!(
        (&imported["period"], &imported["observations"], &imported["held"], &imported["issues"]),
        (&json!("2026-10"), &json!(14 * 25 + 135 * 7), &json!(false), &json!([]))
    );
    for name in ["Sở Y tế - tỉnh Gia Lai", "xã Kông Bơ La"] {
        let status = office.run(&["status", name, "--json"]).expect(0).json();
        let groups = status["units"][0]["indicators"].as_array().expect("a list").clone();
        assert!(groups.iter().any(|group| group["unit"] == "points" && group["actual"].is_number()), "{status}");
    }
    let digest = office.run(&["digest", "--json"]).expect(0).json();
    let scopes = digest["scopes"].as_array().expect("a list");
    assert_eq!(scopes.iter().map(|scope| &scope["scope"]).collect::<Vec<_>>(), ["province", "agency", "commune"]);
    assert!(digest["totals"]["met"].as_u64() > Some(0) && digest["totals"]["missed"].as_u64() > Some(0), "{digest}");
    assert!(office.run(&["audit", "--json"]).out.contains("\"period\":"), "the audit speaks");
}
