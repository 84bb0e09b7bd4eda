//! The reading room through its door: bytes in, content and issues out.

mod bad_inputs;
mod forms;
mod fuzz;
pub mod golden;
mod json;
mod limits;
mod vocabulary;

use chitieu::domain::observation::{Observation, Reading};
use chitieu::domain::org_unit::Scope;
use chitieu::domain::rate::Percent;
use chitieu::domain::snapshot::SnapshotContent;
use chitieu::domain::target::TargetOrigin;
use chitieu::ingest::{Hints, ReadFile};
use chrono::NaiveDate;
use vocabulary::Words;

const JULY: &str = include_str!("../../samples/bao-cao-2023-07.txt");
const JUNE_24: &str = include_str!("../../samples/so-lieu-mau-2023-06-24.csv");
const JUNE_30: &str = include_str!("../../samples/so-lieu-mau-2023-06-30.csv");

fn read(bytes: impl AsRef<[u8]>) -> ReadFile {
    let words = Words::binh_dinh();
    chitieu::ingest::read("tệp.txt", bytes.as_ref(), &words.vocabulary(), &Hints::default())
}

/// Reads a file in which nothing is wrong.
fn content(bytes: impl AsRef<[u8]>) -> SnapshotContent {
    let file = read(bytes);
    assert_eq!(file.issues, []);
    file.content.expect("there are figures")
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn of<'a>(content: &'a SnapshotContent, unit: &str, indicator: &str) -> &'a Observation {
    let mut found =
        content.observations.iter().filter(|o| o.unit.as_str() == unit && o.indicator.as_str() == indicator);
    let observation = found.next().unwrap_or_else(|| panic!("no figures of {unit} for {indicator}"));
    assert!(found.next().is_none(), "two figures of {unit} for {indicator}");
    observation
}

/// Figures as printed, to be compared with their decimals (equality of percentages is by value).
fn printed(observation: &Observation) -> (Reading<u64>, Reading<u64>, String) {
    let rate = match observation.rate {
        Reading::Value(rate) => rate.to_string(),
        other => format!("{other:?}"),
    };
    (observation.numerator, observation.denominator, rate)
}

#[test]
fn the_july_report_is_read_whole() {
    let file = read(JULY);
    assert_eq!((file.rows, file.issues.len()), (40, 0));
    let content = file.content.expect("there are figures");
    assert_eq!((content.period.to_string().as_str(), content.as_of), ("2023-07", day(2023, 7, 24)));
    assert!(!content.sample);
    assert_eq!(content.observations.len(), 200);
    // Four agencies have no files with a fee; "-" assigns nothing.
    assert_eq!(content.targets.len(), 196);
    assert_eq!(content.averages.len(), 20);

    use Reading::{NotOccurred, NotPublished, Value};
    for (unit, indicator, numerator, denominator, rate) in [
        ("so-tu-phap", "online_payment", Value(590), Value(717), "82,2%"),
        ("so-tu-phap", "online_submission", Value(710), Value(713), "99,5%"),
        ("bql-kkt", "online_submission", Value(10), Value(29), "34,4%"),
        ("bql-kkt", "online_payment", Value(11), Value(19), "57,8%"),
        ("bql-kkt", "electronic_result", Value(24), NotPublished, "77,4%"),
        ("bql-kkt", "population_db", Value(28), Value(29), "96,6%"),
        ("so-giao-duc-dao-tao", "online_payment", NotOccurred, NotOccurred, "NotOccurred"),
        ("so-giao-thong-van-tai", "online_submission", Value(26), Value(1025), "2,54%"),
        ("so-ngoai-vu", "population_db", Value(0), Value(5), "0%"),
        ("huyen-an-lao", "online_payment", Value(22), Value(320), "6,8%"),
        ("huyen-quy-nhon", "digitization", Value(1343), Value(1642), "81,8%"),
        ("xa-an-lao", "electronic_result", Value(270), NotPublished, "29,9%"),
        ("xa-phu-cat", "electronic_result", Value(2199), NotPublished, "93,1%"),
        ("xa-an-nhon", "online_payment", Value(664), Value(765), "86,80%"),
        ("xa-quy-nhon", "population_db", Value(1819), Value(2099), "87%"),
    ] {
        assert_eq!(
            printed(of(&content, unit, indicator)),
            (numerator, denominator, rate.to_owned()),
            "{unit} {indicator}"
        );
    }
    let payment = &Words::binh_dinh().indicators[1];
    assert_eq!(of(&content, "so-tu-phap", payment.code.as_str()).basis, payment.basis);
}

#[test]
fn printed_targets_are_the_reports_and_hold_for_its_month() {
    let content = content(JULY);
    let level = |unit: &str, indicator: &str| {
        let of =
            |t: &&chitieu::domain::target::AssignedTarget| t.unit.as_str() == unit && t.indicator.as_str() == indicator;
        content.targets.iter().find(of).map(|t| t.target.level)
    };
    assert_eq!(level("so-tu-phap", "online_payment"), Some(Percent::whole(36)));
    assert_eq!(level("xa-quy-nhon", "online_payment"), Some(Percent::whole(92)));
    assert_eq!(level("so-noi-vu", "online_payment"), None);
    let decision = Words::binh_dinh().report_decision;
    for assigned in &content.targets {
        let target = &assigned.target;
        assert_eq!(target.origin, TargetOrigin::Report);
        assert_eq!(target.decision, decision);
        assert_eq!((target.valid_from, target.valid_to), (Some(content.period), Some(content.period)));
    }
}

#[test]
fn published_averages_keep_their_scope() {
    let content = content(JULY);
    let averages: Vec<String> = content
        .averages
        .iter()
        .filter(|a| a.indicator.as_str() == "online_payment" || a.scope == Scope::Whole)
        .map(|a| format!("{} {} {}", a.indicator, a.scope.as_str(), a.rate))
        .collect();
    insta::assert_json_snapshot!(averages, @r#"
    [
      "online_submission province 44%",
      "online_payment province 60,8%",
      "online_payment provincial 64,5%",
      "online_payment district 41%",
      "online_payment commune 60,8%",
      "digitization province 65%",
      "electronic_result province 52%",
      "population_db province 85%"
    ]
    "#);
}

#[test]
fn the_samples_of_june_say_what_they_are_and_look_like_june() {
    let july = content(JULY);
    let (early, late) = (content(JUNE_24), content(JUNE_30));
    for (june, as_of) in [(&early, day(2023, 6, 24)), (&late, day(2023, 6, 30))] {
        assert!(june.sample);
        assert_eq!((june.period.to_string().as_str(), june.as_of), ("2023-06", as_of));
        assert_eq!((june.observations.len(), june.averages.len()), (200, 0));
        let levels = |content: &SnapshotContent| -> Vec<_> {
            content.targets.iter().map(|t| (t.unit.clone(), t.indicator.clone(), t.target.level)).collect()
        };
        assert_eq!(levels(june), levels(&july), "June's targets are July's");
        // A policy holds a feed back when half of the figures jump by 15 points.
        let moved = june.observations.iter().zip(&july.observations).filter(|(june, july)| {
            assert_eq!((&june.unit, &june.indicator), (&july.unit, &july.indicator));
            let (Some(then), Some(now)) = (june.rate.value(), july.rate.value()) else { return false };
            let distance = (now.exact() - then.exact()).reduced();
            distance > Percent::whole(15).exact() || distance < -Percent::whole(15).exact()
        });
        assert!(moved.count() <= 5);
        for observation in &june.observations {
            let counts = (observation.numerator.value(), observation.denominator.value());
            let (Some(rate), (Some(n), Some(d))) = (observation.rate.value(), counts) else { continue };
            let scale = 10_u64.pow(u32::from(rate.decimals()));
            let cut_off = (n * 100 * scale / d) as i64;
            // "75%" stands for 75,0 %.
            let one_decimal = (n * 1_000 / d) as i64;
            assert_eq!(rate.mantissa(), cut_off, "{observation:?}");
            assert_eq!(rate.mantissa() * if rate.decimals() == 0 { 10 } else { 1 }, one_decimal, "{observation:?}");
        }
    }
    let volume = |content: &SnapshotContent| -> u64 {
        content
            .observations
            .iter()
            .filter(|o| o.indicator.as_str() == "digitization")
            .filter_map(|o| o.denominator.value())
            .sum()
    };
    let share = volume(&early) * 100 / volume(&late);
    assert!((75..=85).contains(&share), "24 June has {share} % of the month");
    for (then, now) in early.observations.iter().zip(&late.observations) {
        assert!(then.numerator.value() <= now.numerator.value(), "a count fell within June: {then:?} {now:?}");
    }
}
