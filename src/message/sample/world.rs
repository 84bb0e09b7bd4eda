//! A small world for samples: six units of the July 2023 report with their real figures, and a made-up June.

use super::SampleError;
use crate::domain::alert::AlertPolicy;
use crate::domain::assessment::{AssessPolicy, Figures, PeriodAssessment, Yardstick, assess};
use crate::domain::audit::AuditPolicy;
use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use crate::domain::observation::{Observation, Reading};
use crate::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Percent;
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::target::{AssignedTarget, DefaultTarget, Target, TargetBook, TargetOrigin};
use crate::message::view::Lookup;
use chrono::{DateTime, Duration, NaiveDate};

/// Code, name, qualifier and tier.
const UNITS: [[&str; 4]; 6] = [
    ["bql-kkt", "BQL KKT tỉnh", "", "provincial"],
    ["so-noi-vu", "Sở Nội vụ", "", "provincial"],
    ["so-tu-phap", "Sở Tư pháp", "", "provincial"],
    ["so-xay-dung", "Sở Xây dựng", "", "provincial"],
    ["an-lao", "UBND huyện An Lão", "", "district"],
    ["an-lao-xa", "UBND huyện An Lão", "các xã", "commune"],
];

/// Code, name, short name, what a needed file is called.
const INDICATORS: [[&str; 4]; 5] = [
    ["online_submission", "Hồ sơ trực tuyến", "Hồ sơ trực tuyến", "hồ sơ nộp trực tuyến"],
    ["online_payment", "Thanh toán trực tuyến", "Thanh toán trực tuyến", "giao dịch thanh toán trực tuyến"],
    ["digitization", "Số hóa thành phần hồ sơ, kết quả", "Số hóa hồ sơ", "hồ sơ được số hóa"],
    ["electronic_result", "Cấp kết quả điện tử", "Cấp kết quả điện tử", "hồ sơ được cấp kết quả điện tử"],
    ["population_db", "Khai thác CSDL quốc gia về dân cư", "Khai thác CSDL dân cư", "hồ sơ được khai thác CSDL dân cư"],
];

/// Files received, then for each indicator: numerator, denominator (`=` files received, `?` not printed), rate, target.
/// `-` is what the report prints where nothing happened.
type Row = (&'static str, &'static str);

const JULY: [Row; 6] = [
    ("bql-kkt", "29 10 = 34.4 60 11 19 57.8 51 29 = 100 85 24 ? 77.4 100 28 = 96.6 100"),
    ("so-noi-vu", "22 22 = 100 93 - - - 45 22 = 100 92 24 ? 96 100 22 = 100 100"),
    ("so-tu-phap", "713 710 = 99.5 100 590 717 82.2 36 442 = 62 93 316 ? 51.8 100 704 = 98.7 100"),
    ("so-xay-dung", "168 50 = 29.7 60 16 152 10.5 45 159 = 94.6 85 76 ? 52.8 100 164 = 97.6 100"),
    ("an-lao", "318 23 = 7.2 60 22 320 6.8 45 24 = 7.5 70 271 ? 74.5 100 310 = 97.5 100"),
    ("an-lao-xa", "903 170 = 18.8 60 107 859 12.46 45 158 = 17.4 65 270 ? 29.9 100 852 = 94.3 100"),
];

const JUNE: [Row; 6] = [
    ("bql-kkt", "24 8 = 33.3 60 10 18 55.5 51 24 = 100 85 22 ? 75.8 100 23 = 95.8 100"),
    ("so-noi-vu", "25 25 = 100 93 3 3 100 45 25 = 100 92 23 ? 95.8 100 25 = 100 100"),
    ("so-tu-phap", "690 690 = 100 100 571 680 83.9 36 421 = 61 93 300 ? 50.1 100 683 = 98.9 100"),
    ("so-xay-dung", "152 42 = 27.6 60 13 140 9.2 40 149 = 98 85 70 ? 51.4 100 147 = 96.7 100"),
    ("an-lao", "301 20 = 6.6 60 19 300 6.3 45 25 = 8.3 70 250 ? 73.5 100 293 = 97.3 100"),
    ("an-lao-xa", "870 152 = 17.4 60 98 840 11.6 45 165 = 18.9 65 262 ? 29.5 100 818 = 94 100"),
];

/// How June stands beside July.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum June {
    /// There is none.
    Absent,
    /// Made up, to the same day.
    SameDay,
    /// The whole month.
    Whole,
}

/// The catalog and the figures.
pub(super) struct World {
    tiers: Vec<Tier>,
    units: Vec<OrgUnit>,
    indicators: Vec<Indicator>,
    pub(super) book: TargetBook,
    policy: AlertPolicy,
    audit: AuditPolicy,
    july: Vec<Observation>,
    june: Vec<Observation>,
}

impl World {
    pub(super) fn new() -> Result<Self, SampleError> {
        let tier = |code, name: &str| Ok(Tier { code: TierCode::parse(code)?, name: name.into(), headings: vec![] });
        let tiers: Result<_, SampleError> =
            [("provincial", "Cấp tỉnh"), ("district", "Cấp huyện"), ("commune", "Cấp xã")]
                .into_iter()
                .map(|(code, name)| tier(code, name))
                .collect();
        let units = UNITS.iter().map(|row| unit(*row)).collect::<Result<Vec<_>, _>>()?;
        let units = ended(units)?;
        let indicators: Vec<Indicator> = INDICATORS.iter().map(|row| indicator(*row)).collect::<Result<_, _>>()?;
        let (july, mut targets) = read(&JULY, &indicators, Year::Second)?;
        let (june, before) = read(&JUNE, &indicators, Year::First)?;
        targets.extend(before);
        let defaults = vec![DefaultTarget {
            indicator: IndicatorCode::parse("population_db")?,
            tier: None,
            target: Target {
                level: Percent::whole(100),
                decision: "Trung ương quy định".into(),
                valid_from: None,
                valid_to: None,
                origin: TargetOrigin::Default,
            },
        }];
        let policy = AlertPolicy {
            assess: AssessPolicy { few_files: 3, same_day_tolerance: 3 },
            repeat_after: Duration::days(7),
            worsened_points: Percent::whole(2),
            fell_points: Percent::whole(1),
        };
        let book = TargetBook::new(targets, defaults);
        Ok(Self { tiers: tiers?, units, indicators, book, policy, audit: AuditPolicy::default(), july, june })
    }

    pub(super) fn lookup(&self) -> Lookup<'_> {
        Lookup {
            organisation: "tỉnh Bình Định",
            office: "Văn phòng UBND tỉnh",
            tiers: &self.tiers,
            units: &self.units,
            indicators: &self.indicators,
            policy: &self.policy,
        }
    }

    /// July, up to a day, without the figures that `leave_out` names.
    pub(super) fn july(
        &self,
        june: June,
        last_day: u32,
        leave_out: impl Fn(&Observation) -> bool,
    ) -> Result<PeriodAssessment, SampleError> {
        let yardstick = self.yardstick();
        let header = header("2023-07", last_day, 2)?;
        let observations: Vec<_> = self.july.iter().filter(|o| !leave_out(o)).cloned().collect();
        let current = Figures { header: &header, observations: &observations };
        let earlier = match june {
            June::Absent => None,
            June::SameDay => Some(SnapshotHeader { sample: true, ..self::header("2023-06", 24, 1)? }),
            June::Whole => Some(self::header("2023-06", 30, 3)?),
        };
        let previous = earlier.as_ref().map(|header| Figures { header, observations: &self.june });
        Ok(assess(yardstick, current, previous))
    }

    pub(super) fn yardstick(&self) -> Yardstick<'_> {
        Yardstick {
            units: &self.units,
            indicators: &self.indicators,
            targets: &self.book,
            policy: &self.policy.assess,
            audit: &self.audit,
        }
    }

    /// Figures of a month after and one before two units became the given one: July's and June's of the one that goes
    /// on by its name, and June's of the other. Only what holds for all units has a target.
    pub(super) fn around_a_merger(
        &self,
        successor: &UnitCode,
    ) -> Result<(Vec<Observation>, Vec<Observation>), SampleError> {
        let of = |figures: &[Observation], unit: &str| -> Result<Vec<Observation>, SampleError> {
            let found: Vec<Observation> = figures.iter().filter(|o| o.unit.as_str() == unit).cloned().collect();
            if found.is_empty() { Err(SampleError::Incomplete("figure")) } else { Ok(found) }
        };
        let mut now = of(&self.july, "so-xay-dung")?;
        for observation in &mut now {
            observation.unit = successor.clone();
        }
        let mut then = of(&self.june, "so-xay-dung")?;
        then.extend(of(&self.june, "bql-kkt")?);
        Ok((now, then))
    }

    pub(super) fn add_unit(&mut self, unit: OrgUnit) {
        self.units.push(unit);
    }

    pub(super) fn unit_mut(&mut self, code: &str) -> Result<&mut OrgUnit, SampleError> {
        self.units.iter_mut().find(|u| u.code.as_str() == code).ok_or(SampleError::Incomplete("unit"))
    }

    /// July's figures.
    pub(super) fn observations(&self) -> Vec<Observation> {
        self.july.clone()
    }

    /// The unit at a place of the catalog's order.
    pub(super) fn unit(&self, code: &str) -> Result<&OrgUnit, SampleError> {
        self.units.iter().find(|u| u.code.as_str() == code).ok_or(SampleError::Incomplete("unit"))
    }
}

pub(super) fn header(period: &str, last_day: u32, number: u32) -> Result<SnapshotHeader, SampleError> {
    let period = ReportingPeriod::parse(period)?;
    let day = NaiveDate::from_ymd_opt(period.year(), period.month(), last_day);
    Ok(SnapshotHeader {
        id: format!("sample-{period}-{number}"),
        number,
        period,
        as_of: day.ok_or(SampleError::Incomplete("day"))?,
        sample: false,
        source: "bao-cao-thang.xlsx".into(),
        // 24/7/2023, 8:00 in Vietnam.
        recorded_at: DateTime::from_timestamp_nanos(1_690_160_400_000_000_000),
        state: SnapshotState::Published,
    })
}

fn unit([code, name, qualifier, tier]: [&str; 4]) -> Result<OrgUnit, SampleError> {
    Ok(OrgUnit {
        code: UnitCode::parse(code)?,
        name: name.into(),
        qualifier: qualifier.into(),
        tier: TierCode::parse(tier)?,
        aliases: vec![],
        valid_from: None,
        valid_to: None,
        successors: vec![],
    })
}

/// The district that was abolished on 1/7/2025, long after the figures of the samples.
fn ended(mut units: Vec<OrgUnit>) -> Result<Vec<OrgUnit>, SampleError> {
    for unit in units.iter_mut().filter(|unit| unit.code.as_str() == "an-lao") {
        unit.valid_to = NaiveDate::from_ymd_opt(2025, 6, 30);
        unit.successors = vec![UnitCode::parse("an-lao-xa")?];
    }
    Ok(units)
}

fn indicator([code, name, short_name, needed_noun]: [&str; 4]) -> Result<Indicator, SampleError> {
    let (remedy, denominator) = match code {
        "online_submission" => (Remedy::New, DenominatorSource::FilesReceived),
        "online_payment" => (Remedy::New, DenominatorSource::Own),
        "electronic_result" => (Remedy::Convert, DenominatorSource::Implied),
        _ => (Remedy::Convert, DenominatorSource::FilesReceived),
    };
    Ok(Indicator {
        code: IndicatorCode::parse(code)?,
        name: name.into(),
        short_name: short_name.into(),
        needed_noun: needed_noun.into(),
        direction: Direction::HigherIsBetter,
        remedy,
        denominator,
        scale: crate::domain::scale::Scale::Percent,
        zero_over_zero: crate::domain::indicator::ZeroOverZero::NoActivity,
        basis: "2023".into(),
        headings: vec![],
        aliases: vec![],
    })
}

/// Which half of the year a decision covers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Year {
    First,
    Second,
}

type Table = (Vec<Observation>, Vec<AssignedTarget>);

fn read(rows: &[Row], indicators: &[Indicator], half: Year) -> Result<Table, SampleError> {
    let (mut observations, mut targets) = (Vec::new(), Vec::new());
    let (decision, from, to) = match half {
        Year::First => ("107/KH-UBND ngày 8/6/2023", None, Some("2023-06")),
        Year::Second => ("2679/QĐ-UBND ngày 20/7/2023", Some("2023-07"), Some("2023-12")),
    };
    let month = |text: Option<&str>| text.map(ReportingPeriod::parse).transpose();
    for (unit, cells) in rows {
        let unit = UnitCode::parse(unit)?;
        let mut cells = cells.split(' ');
        let mut cell = || cells.next().ok_or(SampleError::Incomplete("cell"));
        let received = count(cell()?)?;
        for indicator in indicators {
            let numerator = count(cell()?)?;
            let denominator = match cell()? {
                "=" => received,
                "?" => Reading::NotPublished,
                other => count(other)?,
            };
            let rate = match cell()? {
                "-" => Reading::NotOccurred,
                text => Reading::Value(Percent::parse_plain(text)?),
            };
            let target = Target {
                level: Percent::parse_plain(cell()?)?,
                decision: decision.into(),
                valid_from: month(from)?,
                valid_to: month(to)?,
                origin: TargetOrigin::Report,
            };
            let (unit, code) = (unit.clone(), indicator.code.clone());
            targets.push(AssignedTarget { unit: unit.clone(), indicator: code.clone(), target });
            let basis = indicator.basis.clone();
            observations.push(Observation { unit, indicator: code, numerator, denominator, rate, basis });
        }
    }
    Ok((observations, targets))
}

fn count(text: &str) -> Result<Reading<u64>, SampleError> {
    match text {
        "-" => Ok(Reading::NotOccurred),
        digits => digits.parse().map(Reading::Value).map_err(|_| SampleError::Incomplete("count")),
    }
}
