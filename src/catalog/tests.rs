mod arrangement;
mod audit;
mod broken;
mod points;
mod small;

use crate::catalog::{Catalog, CatalogError};
use crate::domain::delivery::unknown::OnUnknown;
use crate::domain::indicator::{DenominatorSource, IndicatorCode};
use crate::domain::names::{NameIndex, NameMatch, find_indicator};
use crate::domain::org_unit::{TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Percent;
use crate::domain::target::{AssignedTarget, Target, TargetOrigin};
use chrono::{Duration, NaiveDate};
use std::path::Path;

/// Loads a folder that holds these files.
fn load(files: &[(&str, &str)]) -> Result<Catalog, CatalogError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    Catalog::load(folder.path())
}

/// A file of the embedded catalog with one passage replaced.
fn edited(name: &str, passage: &str, by: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog").join(name)).unwrap();
    assert!(text.contains(passage), "{name} has no {passage:?}");
    text.replacen(passage, by, 1)
}

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

fn indicator(code: &str) -> IndicatorCode {
    IndicatorCode::parse(code).unwrap()
}

fn period(text: &str) -> ReportingPeriod {
    ReportingPeriod::parse(text).unwrap()
}

fn percent(text: &str) -> Percent {
    Percent::parse_plain(text).unwrap()
}

/// Level and origin of a unit's target.
fn target(catalog: &Catalog, printed: Vec<AssignedTarget>, code: &str, of: &str, when: &str) -> (String, TargetOrigin) {
    let book = catalog.target_book(printed);
    let tier = &catalog.unit(&unit(code)).unwrap().tier;
    let target = book.of_unit(&unit(code), tier, &indicator(of), period(when)).unwrap();
    (target.level.to_string(), target.origin)
}

#[test]
fn the_embedded_catalog_is_binh_dinh() {
    let catalog = Catalog::embedded().unwrap();
    assert_eq!(catalog.organisation.name, "tỉnh Bình Định");
    let count = |tier: &str| catalog.units.iter().filter(|unit| unit.tier.as_str() == tier).count();
    assert_eq!((catalog.units.len(), count("provincial"), count("district"), count("commune")), (40, 18, 11, 11));
    let names: Vec<&str> = catalog.units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names[0], "BQL KKT tỉnh");
    assert_eq!(names[17], "Sở Y tế");
    assert_eq!(names[18..29], names[29..40], "a district's name stands twice, in the same order");
    assert_eq!(catalog.unit(&unit("xa-an-lao")).unwrap().full_name(), "UBND huyện An Lão (cấp xã)");
    let codes: Vec<&str> = catalog.indicators.iter().map(|indicator| indicator.code.as_str()).collect();
    assert_eq!(codes, ["online_submission", "online_payment", "digitization", "electronic_result", "population_db"]);
    let result = catalog.indicator(&indicator("electronic_result")).unwrap();
    assert_eq!(result.denominator, DenominatorSource::Implied);
    assert_eq!(catalog.tier(&TierCode::parse("commune").unwrap()).unwrap().headings, ["cap xa"]);
    assert_eq!(catalog.alerts.repeat_after, Duration::days(7));
    assert_eq!(catalog.feed.jumped_share, percent("50"));
    assert_eq!((catalog.unknown.bulletins, catalog.unknown.digests), (OnUnknown::Repeat, OnUnknown::Ask));
    assert_eq!((catalog.unknown.answers, catalog.unknown.notices), (OnUnknown::Leave, OnUnknown::Repeat));
    assert_eq!(catalog.unknown.repeat_after, Duration::minutes(10));
    assert_eq!((catalog.behind.most_waiting, catalog.behind.oldest), (5, Duration::hours(6)));
    assert_eq!(catalog.sources, []);
    let budget = &catalog.zalo_budget;
    assert_eq!((budget.monthly, budget.warn_from(), budget.collapse_from()), (3_000, 2_400, 2_850));
}

#[test]
fn both_rows_of_a_district_answer_to_the_same_names() {
    let catalog = Catalog::embedded().unwrap();
    for (district, communes) in catalog.units[18..29].iter().zip(&catalog.units[29..40]) {
        assert_eq!(district.aliases, communes.aliases, "{} and {}", district.code, communes.code);
        assert_eq!(district.code.as_str().strip_prefix("huyen-"), communes.code.as_str().strip_prefix("xa-"));
    }
}

#[test]
fn what_people_type_leads_to_what_they_mean() {
    let catalog = Catalog::embedded().unwrap();
    let index = NameIndex::new(&catalog.units, &catalog.tiers).at_home_in(&catalog.organisation.name);
    for unit in &catalog.units {
        for text in std::iter::once(&unit.name).chain(&unit.aliases) {
            let NameMatch::One(units) = index.find(text) else { panic!("{text:?} leads to no single name") };
            assert!(units.contains(&unit.code), "{text:?} leads to {units:?}, not to {}", unit.code);
            let expected = if unit.tier.as_str() == "provincial" { 1 } else { 2 };
            assert_eq!(units.len(), expected, "{text:?} leads to {units:?}");
        }
    }
    for indicator in &catalog.indicators {
        for text in [&indicator.name, &indicator.short_name].into_iter().chain(&indicator.aliases) {
            assert_eq!(find_indicator(&catalog.indicators, text).as_ref(), Some(&indicator.code), "{text:?}");
        }
    }
}

/// The group headings of the July 2023 report, as printed.
#[test]
fn each_column_group_of_the_report_is_one_indicator() {
    let catalog = Catalog::embedded().unwrap();
    let printed = [
        ("Hồ sơ trực tuyến trong tháng 7/2023", "online_submission"),
        ("Thanh toán trực tuyến trong tháng 7/2023", "online_payment"),
        ("Số hóa thành phần hồ sơ, kết quả giải quyết thủ tục hành chính trong tháng 7/2023", "digitization"),
        ("Cấp kết quả điện tử trong tháng 7/2023", "electronic_result"),
        (
            "Khai thác Cơ sở dữ liệu quốc gia về dân cư để giải quyết thủ tục hành chính trong tháng 7/2023",
            "population_db",
        ),
    ];
    for (heading, code) in printed {
        let heading = crate::domain::names::fold(heading);
        let found: Vec<&str> = catalog
            .indicators
            .iter()
            .filter(|indicator| indicator.headings.iter().any(|fragment| heading.contains(fragment)))
            .map(|indicator| indicator.code.as_str())
            .collect();
        assert_eq!(found, [code], "{heading}");
    }
}

#[test]
fn holidays_and_swapped_days_are_known() {
    let calendar = Catalog::embedded().unwrap().calendar;
    let works = |year, month, day| calendar.is_working_day(NaiveDate::from_ymd_opt(year, month, day).unwrap());
    for holiday in [(2023, 1, 2), (2023, 1, 26), (2023, 5, 3), (2023, 9, 4), (2024, 4, 29), (2025, 5, 2), (2026, 1, 2)]
    {
        assert!(!works(holiday.0, holiday.1, holiday.2), "{holiday:?}");
    }
    assert!(works(2024, 5, 4), "a Saturday that is worked instead");
    assert!(works(2023, 1, 27) && works(2023, 9, 5));
    let left = calendar.working_days_left(period("2023-07"), NaiveDate::from_ymd_opt(2023, 7, 24).unwrap());
    assert_eq!(left, 5);
}

#[test]
fn a_target_comes_from_the_office_then_the_report_then_the_default() {
    let targets = edited("targets.toml", "# [[target]]\n", "")
        .replace("# unit = ", "[[target]]\nunit = ")
        .replace("# indicator = ", "indicator = ")
        .replace("# level = ", "level = ")
        .replace("# decision = ", "decision = ")
        .replace("# valid_from = ", "valid_from = ")
        .replace("# valid_to = ", "valid_to = ");
    let catalog = load(&[("targets.toml", &targets)]).unwrap();
    let printed = |code: &str, of: &str, level: &str| {
        vec![AssignedTarget {
            unit: unit(code),
            indicator: indicator(of),
            target: Target {
                level: percent(level),
                decision: catalog.report_decision.clone(),
                valid_from: None,
                valid_to: None,
                origin: TargetOrigin::Report,
            },
        }]
    };
    let payment = |printed, when| target(&catalog, printed, "so-y-te", "online_payment", when);
    assert_eq!(payment(printed("so-y-te", "online_payment", "63"), "2023-07"), ("63%".into(), TargetOrigin::Report));
    assert_eq!(
        payment(printed("so-y-te", "online_payment", "63"), "2023-08"),
        ("67,5%".into(), TargetOrigin::Catalog),
        "the commented example of the file, switched on"
    );
    assert_eq!(payment(Vec::new(), "2023-07"), ("35%".into(), TargetOrigin::Default));
    for (code, level) in [("so-y-te", "70%"), ("huyen-an-lao", "60%"), ("xa-an-lao", "55%")] {
        let digitization = target(&catalog, Vec::new(), code, "digitization", "2023-07");
        assert_eq!(digitization, (level.into(), TargetOrigin::Default), "{code}");
    }
    assert_eq!(catalog.report_decision, "2679/QĐ-UBND ngày 20/7/2023");
    let book = catalog.target_book(Vec::new());
    assert_eq!(catalog.yardstick(&book).units.len(), 40);
}

#[test]
fn what_an_office_edits_takes_effect() {
    let organisation = edited("organisation.toml", "name = \"tỉnh Bình Định\"", "name = \"tỉnh Gia Lai\"");
    // Saved on Windows: a byte order mark and its line ends; and decomposed marks, as some editors leave them.
    let organisation = format!("\u{feff}{}", organisation.replace('\n', "\r\n"));
    let units = edited("units.toml", "aliases = [\"Y tế\", ", "aliases = [\"Nga\u{300}nh y\", ");
    let indicators =
        edited("indicators.toml", "needed_noun = \"hồ sơ nộp trực tuyến\"", "needed_noun = \"hồ sơ nộp qua mạng\"");
    let targets = edited("targets.toml", "level = 50\n", "level = \"52,5 %\"\n");
    let alerts = edited("alerts.toml", "repeat_after_days = 7", "repeat_after_days = 3");
    let alerts = alerts.replacen("worsened_points = \"2\"", "worsened_points = 2.5", 1);
    let calendar = edited("calendar.toml", "from = 2023-09-01", "from = \"31/8/2023\"");
    let delivery = edited("delivery.toml", "digests = \"ask\"", "digests = \"repeat\"");
    let delivery = delivery.replacen("most_waiting = 5", "most_waiting = 8", 1);
    let sources = edited("sources.toml", "# [[source]]\n", "[[source]]\n")
        .replace("# name =", "name =")
        .replace("# url =", "url =")
        .replace("# headers =", "headers =")
        .replace("# max_bytes =", "max_bytes =");
    let catalog = load(&[
        ("organisation.toml", &organisation),
        ("units.toml", &units),
        ("indicators.toml", &indicators),
        ("targets.toml", &targets),
        ("calendar.toml", &calendar),
        ("alerts.toml", &alerts),
        ("delivery.toml", &delivery),
        ("sources.toml", &sources),
        ("README.md", "other files are of no interest"),
    ])
    .unwrap();
    assert_eq!(catalog.organisation.name, "tỉnh Gia Lai");
    assert_eq!(catalog.unit(&unit("so-y-te")).unwrap().aliases[0], "Ngành y");
    assert_eq!(catalog.indicators[0].needed_noun, "hồ sơ nộp qua mạng");
    let submission = target(&catalog, Vec::new(), "so-y-te", "online_submission", "2023-07");
    assert_eq!(submission, ("52,5%".into(), TargetOrigin::Default));
    assert_eq!(catalog.alerts.repeat_after, Duration::days(3));
    assert_eq!(catalog.alerts.worsened_points.to_string(), "2,5%");
    assert!(!catalog.calendar.is_working_day(NaiveDate::from_ymd_opt(2023, 8, 31).unwrap()));
    assert_eq!((catalog.unknown.digests, catalog.behind.most_waiting), (OnUnknown::Repeat, 8));
    let source = &catalog.sources[0];
    assert_eq!(source.name, "iGate");
    assert_eq!(source.headers, [("Authorization".to_owned(), "IGATE_TOKEN".to_owned())]);
    assert_eq!(source.max_bytes, 10_485_760);
}

#[test]
fn files_that_a_folder_lacks_are_the_embedded_ones() {
    let alerts = edited("alerts.toml", "repeat_after_days = 7", "repeat_after_days = 14");
    let catalog = load(&[("alerts.toml", &alerts)]).unwrap();
    assert_eq!(catalog.alerts.repeat_after, Duration::days(14));
    assert_eq!(catalog.units, Catalog::embedded().unwrap().units);
}

#[test]
fn an_organisation_without_districts_and_with_its_own_indicator_is_possible() {
    let catalog =
        load(&[("units.toml", small::UNITS), ("indicators.toml", small::INDICATORS), ("targets.toml", small::TARGETS)])
            .unwrap();
    assert_eq!(catalog.units.len(), 3);
    assert_eq!(target(&catalog, Vec::new(), "so-b", "index_766", "2026-10"), ("97,5%".into(), TargetOrigin::Default));
    // A successor may carry on an old name, because the two never exist on the same day.
    let [old, new] = ["so-a", "so-a-2025"].map(|code| catalog.unit(&unit(code)).unwrap().clone());
    assert_eq!(old.name, new.name);
    assert_eq!(old.successors, [new.code]);
}

#[test]
fn a_catalog_of_the_largest_size_is_read_and_no_larger_one() {
    let targets = small::TARGETS.replace("\"office\"", "\"t\"").replace("so-b", "u7");
    let with = |units: usize| {
        let mut text = String::from("[[tier]]\ncode=\"t\"\nname=\"T\"\nheadings=[\"t\"]\n");
        for number in 0..units {
            text.push_str(&format!("[[unit]]\ncode=\"u{number}\"\nname=\"Đơn vị {number}\"\ntier=\"t\"\n"));
        }
        load(&[("units.toml", &text), ("indicators.toml", small::INDICATORS), ("targets.toml", &targets)])
    };
    assert_eq!(with(10_000).unwrap().units.len(), 10_000);
    let error = with(10_001).unwrap_err().to_string();
    assert_eq!(error, "units.toml, line 5: `unit` has 10001 entries; at most 10000 are possible");
}
