//! A small office in code, and figures that read like figures: `figure("so-a", ONLINE, "10/29 34,4%")`.

use chitieu::domain::alert::AlertPolicy;
use chitieu::domain::assessment::{
    AssessPolicy, Assessment, Figures, PeriodAssessment, Rating, Yardstick, assess, assess_one,
};
use chitieu::domain::audit::AuditPolicy;
use chitieu::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use chitieu::domain::observation::{Observation, Reading};
use chitieu::domain::org_unit::{OrgUnit, Scope, Tier, TierCode, UnitCode};
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::rate::Percent;
use chitieu::domain::snapshot::{SnapshotHeader, SnapshotState};
use chitieu::domain::target::{AssignedTarget, DefaultTarget, Target, TargetBook, TargetOrigin};
use chrono::{DateTime, Duration, NaiveDate, Utc};

pub const ONLINE: &str = "online_submission";
pub const PAYMENT: &str = "online_payment";
pub const DIGITIZATION: &str = "digitization";
pub const RESULT: &str = "electronic_result";
pub const POPULATION: &str = "population_db";

pub const PROVINCIAL: &str = "provincial";
pub const DISTRICT: &str = "district";
pub const COMMUNE: &str = "commune";

pub fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

pub fn indicator(code: &str) -> IndicatorCode {
    IndicatorCode::parse(code).unwrap()
}

pub fn tier(code: &str) -> TierCode {
    TierCode::parse(code).unwrap()
}

/// `province` or a tier's code, as in JSON.
pub fn scope(word: &str) -> Scope {
    if word == Scope::Whole.as_str() { Scope::Whole } else { Scope::Tier(tier(word)) }
}

/// `57,8` or `57,8%`.
pub fn percent(text: &str) -> Percent {
    Percent::parse_plain(text.trim_end_matches('%')).unwrap()
}

/// `2023-07`.
pub fn period(text: &str) -> ReportingPeriod {
    ReportingPeriod::parse(text).unwrap()
}

/// `2023-07-24`.
pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Eight in the morning in Vietnam, when offices open.
pub fn morning(day: &str) -> DateTime<Utc> {
    date(day).and_hms_opt(1, 0, 0).unwrap().and_utc()
}

/// What a cell said: a figure, `-`, nothing, `?` for what cannot be read, `*` for a column that does not exist.
pub fn cell<T: Copy>(text: &str, read: impl Fn(&str) -> T) -> Reading<T> {
    match text {
        "-" => Reading::NotOccurred,
        "" => Reading::Empty,
        "?" => Reading::Unreadable,
        "*" => Reading::NotPublished,
        figure => Reading::Value(read(figure)),
    }
}

/// `10/29 34,4%`, or `10/29` where the source prints no rate, or `24/* 77,4%` where it prints no denominator.
pub fn figure(unit_code: &str, indicator_code: &str, text: &str) -> Observation {
    let (counts, rate) = text.split_once(' ').unwrap_or((text, "*"));
    let (numerator, denominator) = counts.split_once('/').expect("counts read n/d");
    Observation {
        unit: unit(unit_code),
        indicator: indicator(indicator_code),
        numerator: cell(numerator, |text| text.parse().unwrap()),
        denominator: cell(denominator, |text| text.parse().unwrap()),
        rate: cell(rate, percent),
        basis: "2023".to_owned(),
    }
}

/// A snapshot: what is known of it, and its figures.
#[derive(Clone)]
pub struct Snap {
    pub header: SnapshotHeader,
    pub observations: Vec<Observation>,
}

/// The figures of a month up to a day.
pub fn snap(as_of: &str, observations: impl IntoIterator<Item = Observation>) -> Snap {
    Snap { header: header(as_of, 1), observations: observations.into_iter().collect() }
}

/// The header of the n-th snapshot of a month.
pub fn header(as_of: &str, number: u32) -> SnapshotHeader {
    SnapshotHeader {
        id: format!("{as_of}#{number}"),
        number,
        period: ReportingPeriod::containing(date(as_of)).unwrap(),
        as_of: date(as_of),
        sample: false,
        source: "test".to_owned(),
        recorded_at: morning(as_of),
        state: SnapshotState::Published,
    }
}

impl Snap {
    pub fn figures(&self) -> Figures<'_> {
        Figures { header: &self.header, observations: &self.observations }
    }

    /// The same figures, recorded later as a correction.
    pub fn numbered(mut self, number: u32) -> Self {
        self.header = SnapshotHeader { number, id: format!("{}#{number}", self.header.as_of), ..self.header };
        self
    }

    /// The same figures under another formula.
    pub fn on_basis(mut self, basis: &str) -> Self {
        for observation in &mut self.observations {
            basis.clone_into(&mut observation.basis);
        }
        self
    }
}

/// What the office knows: tiers, units, the five indicators, targets and policy.
#[derive(Clone)]
pub struct Office {
    pub tiers: Vec<Tier>,
    pub units: Vec<OrgUnit>,
    pub indicators: Vec<Indicator>,
    pub targets: TargetBook,
    pub alerts: AlertPolicy,
    pub audit: AuditPolicy,
}

impl Office {
    /// The given units, `(code, tier)`, with the default targets of 2023.
    pub fn of(units: &[(&str, &str)]) -> Self {
        let units = units.iter().map(|(code, tier)| org_unit(code, code, tier)).collect();
        Self::with(units, Vec::new())
    }

    pub fn with(units: Vec<OrgUnit>, assigned: Vec<AssignedTarget>) -> Self {
        let tiers = [(PROVINCIAL, "Cấp tỉnh"), (DISTRICT, "Cấp huyện"), (COMMUNE, "Cấp xã")].map(|(code, name)| Tier {
            code: tier(code),
            name: name.to_owned(),
            headings: Vec::new(),
        });
        Self {
            tiers: tiers.to_vec(),
            units,
            indicators: five_indicators(),
            targets: TargetBook::new(assigned, defaults_of_2023()),
            alerts: AlertPolicy {
                assess: AssessPolicy { few_files: 3, same_day_tolerance: 3 },
                repeat_after: Duration::days(7),
                worsened_points: percent("5"),
                fell_points: percent("2"),
            },
            audit: AuditPolicy::default(),
        }
    }

    /// Only the named indicators: a unit without a row has no data for each that is left.
    pub fn measuring(mut self, codes: &[&str]) -> Self {
        self.indicators.retain(|i| codes.contains(&i.code.as_str()));
        self
    }

    pub fn yardstick(&self) -> Yardstick<'_> {
        Yardstick {
            units: &self.units,
            indicators: &self.indicators,
            targets: &self.targets,
            policy: &self.alerts.assess,
            audit: &self.audit,
        }
    }

    pub fn assess(&self, current: &Snap, previous: Option<&Snap>) -> PeriodAssessment {
        assess(self.yardstick(), current.figures(), previous.map(Snap::figures))
    }

    pub fn indicator(&self, code: &str) -> &Indicator {
        self.indicators.iter().find(|i| i.code.as_str() == code).unwrap()
    }
}

/// One figure against one target, without history: `judge(ONLINE, "60", "10/29 34,4%")`.
pub fn judge(indicator_code: &str, level: &str, text: &str) -> Assessment {
    let office = Office::of(&[("so-a", PROVINCIAL)]);
    let observation = figure("so-a", indicator_code, text);
    let target = target(level, TargetOrigin::Catalog);
    let indicator = office.indicator(indicator_code);
    assess_one(indicator, &office.units[0], &target, Some(&observation), &office.alerts.assess)
}

/// The assessment of a unit's indicator.
pub fn find<'a>(period: &'a PeriodAssessment, unit_code: &str, indicator_code: &str) -> &'a Assessment {
    let found =
        period.assessments.iter().find(|a| a.unit.as_str() == unit_code && a.indicator.as_str() == indicator_code);
    found.unwrap_or_else(|| panic!("{unit_code} has no {indicator_code}"))
}

/// Units and indicators of a rating, as `unit/indicator`.
pub fn rated(period: &PeriodAssessment, rating: Rating) -> Vec<String> {
    let cells = period.assessments.iter().filter(|a| a.rating == rating);
    cells.map(|a| format!("{}/{}", a.unit, a.indicator)).collect()
}

pub fn org_unit(code: &str, name: &str, tier_code: &str) -> OrgUnit {
    OrgUnit {
        code: unit(code),
        name: name.to_owned(),
        qualifier: String::new(),
        tier: tier(tier_code),
        aliases: Vec::new(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
    }
}

pub fn target(level: &str, origin: TargetOrigin) -> Target {
    Target { level: percent(level), decision: String::new(), valid_from: None, valid_to: None, origin }
}

pub fn five_indicators() -> Vec<Indicator> {
    [
        (ONLINE, Remedy::New, DenominatorSource::FilesReceived),
        (PAYMENT, Remedy::New, DenominatorSource::Own),
        (DIGITIZATION, Remedy::Convert, DenominatorSource::FilesReceived),
        (RESULT, Remedy::Convert, DenominatorSource::Implied),
        (POPULATION, Remedy::Convert, DenominatorSource::FilesReceived),
    ]
    .map(|(code, remedy, denominator)| Indicator {
        code: indicator(code),
        name: code.to_owned(),
        short_name: code.to_owned(),
        needed_noun: "hồ sơ".to_owned(),
        direction: Direction::HigherIsBetter,
        remedy,
        denominator,
        scale: chitieu::domain::scale::Scale::Percent,
        zero_over_zero: chitieu::domain::indicator::ZeroOverZero::NoActivity,
        basis: "2023".to_owned(),
        headings: Vec::new(),
        aliases: Vec::new(),
    })
    .to_vec()
}

pub fn defaults_of_2023() -> Vec<DefaultTarget> {
    [
        (ONLINE, None, "50"),
        (PAYMENT, None, "35"),
        (DIGITIZATION, Some(PROVINCIAL), "70"),
        (DIGITIZATION, Some(DISTRICT), "60"),
        (DIGITIZATION, Some(COMMUNE), "55"),
        (RESULT, None, "100"),
        (POPULATION, None, "100"),
    ]
    .map(|(code, tier_code, level)| DefaultTarget {
        indicator: indicator(code),
        tier: tier_code.map(tier),
        target: target(level, TargetOrigin::Default),
    })
    .to_vec()
}
