//! Figures in points, JSON by mappings, and another catalog without any code: index 766 of Gia Lai.

mod chat;
mod cli;
mod portal;
mod shared;

use chitieu::catalog::Catalog;
use chitieu::domain::observation::Observation;
use chitieu::domain::snapshot::SnapshotContent;
use chitieu::ingest::{Hints, ReadFile, Vocabulary, read};
use std::path::{Path, PathBuf};

/// The second catalog.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/gia-lai-766")
}

fn gia_lai() -> Catalog {
    Catalog::load(&folder()).expect("the catalog is sound")
}

/// A sample of the second catalog.
fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/gia-lai-766").join(name);
    std::fs::read_to_string(path).expect("the sample is there")
}

fn vocabulary(catalog: &Catalog) -> Vocabulary<'_> {
    Vocabulary {
        tiers: &catalog.tiers,
        units: &catalog.units,
        indicators: &catalog.indicators,
        mappings: &catalog.mappings,
        report_decision: &catalog.report_decision,
    }
}

fn read_with(catalog: &Catalog, text: &str, as_of: Option<&str>) -> ReadFile {
    let as_of = as_of.map(|day| day.parse().expect("a day"));
    read("tệp", text.as_bytes(), &vocabulary(catalog), &Hints { as_of, period: None })
}

/// Reads a text in which nothing is wrong.
fn content(catalog: &Catalog, text: &str, as_of: Option<&str>) -> SnapshotContent {
    let file = read_with(catalog, text, as_of);
    assert_eq!(file.issues, []);
    file.content.expect("there are figures")
}

fn of<'a>(content: &'a SnapshotContent, unit: &str, indicator: &str) -> &'a Observation {
    let wanted = |o: &&Observation| o.unit.as_str() == unit && o.indicator.as_str() == indicator;
    content.observations.iter().find(wanted).unwrap_or_else(|| panic!("no {indicator} of {unit}"))
}

#[test]
fn the_second_catalog_has_six_groups_and_no_districts() {
    let catalog = gia_lai();
    let tiers: Vec<_> = catalog.tiers.iter().map(|tier| tier.code.as_str()).collect();
    assert_eq!(tiers, ["agency", "commune"]);
    let count = |tier: &str| catalog.units.iter().filter(|unit| unit.tier.as_str() == tier).count();
    assert_eq!((count("agency"), count("commune")), (14, 135));
    let points: Vec<String> = catalog
        .indicators
        .iter()
        .filter_map(|indicator| Some(format!("{} {}", indicator.code, indicator.scale.full_score()?)))
        .collect();
    let wanted = [
        "index_766 100",
        "transparency 18",
        "settlement_progress 20",
        "online_services 12",
        "payment 10",
        "digitization 22",
        "satisfaction 18",
    ];
    assert_eq!(points, wanted);
    let book = catalog.target_book(Vec::new());
    let commune = &catalog.units[20];
    let measured = |code: &str| {
        let indicator = catalog.indicators.iter().find(|i| i.code.as_str() == code).expect("an indicator");
        let period = chitieu::domain::period::ReportingPeriod::parse("2026-10").expect("a period");
        book.of_unit(&commune.code, &commune.tier, &indicator.code, period).map(|target| target.level.to_string())
    };
    assert_eq!(measured("transparency").as_deref(), Some("14,4 điểm"), "80 % of 18");
    assert_eq!(measured("metric_dossier_sync"), None, "communes are not measured by metrics");
}

#[test]
fn the_embedded_catalog_is_still_the_first_one() {
    let catalog = Catalog::embedded().expect("the embedded catalog is sound");
    assert_eq!(catalog.organisation.name, "tỉnh Bình Định");
    assert_eq!((catalog.units.len(), catalog.indicators.len(), catalog.mappings.len()), (40, 5, 0));
}
