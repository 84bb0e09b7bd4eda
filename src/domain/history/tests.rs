use super::*;
use crate::domain::indicator::{DenominatorSource, IndicatorCode, Remedy};
use crate::domain::observation::Reading;
use crate::domain::org_unit::UnitCode;
use crate::domain::snapshot::SnapshotState;
use chrono::{DateTime, NaiveDate};

fn indicator() -> Indicator {
    Indicator {
        code: IndicatorCode::parse("digitization").unwrap(),
        name: String::new(),
        short_name: "Số hóa hồ sơ".into(),
        needed_noun: String::new(),
        direction: Direction::HigherIsBetter,
        remedy: Remedy::Convert,
        denominator: DenominatorSource::Own,
        basis: String::new(),
        headings: Vec::new(),
        aliases: Vec::new(),
        scale: crate::domain::scale::Scale::Percent,
        zero_over_zero: crate::domain::indicator::ZeroOverZero::NoActivity,
    }
}

fn month(year: i32, month: u32, day: u32, figure: Option<(u64, &str, &str)>) -> Recorded {
    let period = ReportingPeriod::new(year, month).unwrap();
    let header = SnapshotHeader {
        id: period.to_string(),
        number: 1,
        period,
        as_of: NaiveDate::from_ymd_opt(year, month, day).unwrap(),
        sample: false,
        source: String::new(),
        recorded_at: DateTime::UNIX_EPOCH,
        state: SnapshotState::Published,
    };
    let figures = figure.map(|(numerator, target, basis)| {
        let observation = Observation {
            unit: UnitCode::parse("so-y-te").unwrap(),
            indicator: IndicatorCode::parse("digitization").unwrap(),
            numerator: Reading::Value(numerator),
            denominator: Reading::Value(if numerator == 0 { 0 } else { 10 }),
            rate: Reading::NotPublished,
            basis: basis.to_owned(),
        };
        (observation, Some(Percent::parse_plain(target).unwrap()))
    });
    Recorded { header, figures: figures.into_iter().collect() }
}

fn told(recorded: &[Recorded], last: (i32, u32)) -> Vec<String> {
    let policy = AssessPolicy { few_files: 3, same_day_tolerance: 3 };
    let last = ReportingPeriod::new(last.0, last.1).unwrap();
    let months = history(&[&indicator()], recorded, last, &policy);
    let line = |month: &HistoryMonth| {
        let cell = &month.cells[0];
        let change = match cell.change {
            HistoryChange::None => String::new(),
            HistoryChange::OtherBasis => " other".to_owned(),
            HistoryChange::Points { points, like_for_like } => {
                format!(" {points}{}", if like_for_like { "" } else { " unlike" })
            }
        };
        let actual = cell.actual.map_or_else(|| "-".to_owned(), |rate| rate.to_string());
        format!("{} {} {actual}{change}", month.period, cell.rating.as_str())
    };
    months.iter().map(line).collect()
}

#[test]
fn months_stand_beside_their_neighbours() {
    let recorded = [
        month(2023, 3, 31, Some((4, "50", "a"))),
        month(2023, 4, 30, Some((6, "50", "a"))),
        month(2023, 6, 30, Some((0, "50", "a"))),
        month(2023, 7, 31, Some((7, "60", "a"))),
        month(2023, 8, 31, Some((5, "60", "a"))),
        month(2023, 9, 30, Some((5, "60", "b"))),
        month(2023, 10, 24, Some((6, "60", "b"))),
    ];
    assert_eq!(
        told(&recorded, (2023, 10)),
        [
            "2023-10 met 60,0% +10,0 điểm % unlike",
            "2023-09 missed 50,0% other",
            "2023-08 missed 50,0% −20,0 điểm %",
            "2023-07 met 70,0%",
            "2023-06 no_activity -",
            "2023-05 no_data -",
            "2023-04 met 60,0% +20,0 điểm %",
            "2023-03 missed 40,0%",
        ]
    );
}

#[test]
fn a_new_target_is_another_basis_and_twelve_months_are_enough() {
    let recorded: Vec<Recorded> = (1..=24)
        .map(|n| {
            month(2022 + (n - 1) / 12, (n as u32 - 1) % 12 + 1, 28, Some((5, if n < 24 { "50" } else { "60" }, "a")))
        })
        .collect();
    let lines = told(&recorded, (2023, 12));
    assert_eq!((lines.len(), lines[0].as_str()), (12, "2023-12 missed 50,0% other"));
    assert_eq!(lines[11], "2023-01 met 50,0% 0,0 điểm %", "its neighbour is known although it is not listed");
    assert_eq!(first_month(ReportingPeriod::new(2023, 12).unwrap()).to_string(), "2022-12");
    assert!(told(&[], (2023, 12)).is_empty());
}
