//! A small board for tests: two tiers with units, one without; two indicators, one with implied denominators.

use super::BoardInput;
use crate::domain::assessment::{AssessPolicy, Figures, PeriodAssessment, Yardstick, assess};
use crate::domain::audit::AuditPolicy;
use crate::domain::digest::{Digest, digest};
use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use crate::domain::observation::{Observation, PublishedAverage, Reading};
use crate::domain::org_unit::{OrgUnit, Scope, Tier, TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Percent;
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::target::{AssignedTarget, DefaultTarget, Target, TargetBook, TargetOrigin};
use chrono::{DateTime, NaiveDate};

/// All that a board is made of; the methods bend it for a test.
pub(in crate::web) struct Board {
    pub(in crate::web) tiers: Vec<Tier>,
    pub(in crate::web) units: Vec<OrgUnit>,
    indicators: Vec<Indicator>,
    targets: TargetBook,
    current: (SnapshotHeader, Vec<Observation>),
    previous: Option<(SnapshotHeader, Vec<Observation>)>,
    period: PeriodAssessment,
    pub(in crate::web) digest: Digest,
    periods: Vec<ReportingPeriod>,
    findings: Vec<String>,
}

/// The board of 24/7/2023 beside a made-up one of 24/6/2023.
pub(in crate::web) fn board() -> Board {
    let tiers = [("provincial", "Cấp tỉnh"), ("district", "Cấp huyện"), ("commune", "Cấp xã")];
    let tiers: Vec<_> = tiers.map(|(code, name)| tier(code, name)).into();
    let mut units = vec![
        unit("bql-kkt", "BQL KKT tỉnh", "", "provincial"),
        unit("so-y-te", "Sở Y tế", "", "provincial"),
        unit("so-noi-vu", "Sở Nội vụ", "", "provincial"),
        unit("an-lao-xa", "UBND huyện An Lão", "các xã", "commune"),
    ];
    units[0].aliases = vec!["Ban Quản lý Khu kinh tế".to_owned()];
    let indicators = vec![
        indicator("online", "Hồ sơ trực tuyến", "hồ sơ nộp trực tuyến", Remedy::New, DenominatorSource::FilesReceived),
        indicator(
            "results",
            "Cấp kết quả điện tử",
            "hồ sơ cần cấp kết quả điện tử",
            Remedy::Convert,
            DenominatorSource::Implied,
        ),
    ];
    let observations = vec![
        seen("bql-kkt", "online", Some(10), Some(29), Some("34,4")),
        seen("bql-kkt", "results", Some(24), None, Some("77,4")),
        seen("so-y-te", "online", Some(125), Some(141), Some("88,6")),
        seen("so-y-te", "results", Some(111), None, Some("93,3")),
        seen("so-noi-vu", "online", Some(0), Some(0), None),
        seen("an-lao-xa", "online", Some(1), Some(2), Some("50")),
        seen("an-lao-xa", "results", Some(270), None, Some("80,8")),
    ];
    let before = vec![
        seen("bql-kkt", "online", Some(8), Some(29), Some("27,6")),
        seen("so-y-te", "online", Some(126), Some(140), Some("90")),
        seen("an-lao-xa", "online", Some(2), Some(2), Some("100")),
    ];
    let assigned = ["bql-kkt", "so-y-te", "so-noi-vu"].map(|unit| AssignedTarget {
        unit: UnitCode::parse(unit).unwrap(),
        indicator: IndicatorCode::parse("online").unwrap(),
        target: target("60", "2679/QĐ-UBND ngày 20/7/2023", TargetOrigin::Report),
    });
    let default = |indicator: &str, tier: Option<&str>, level: &str| DefaultTarget {
        indicator: IndicatorCode::parse(indicator).unwrap(),
        tier: tier.map(|tier| TierCode::parse(tier).unwrap()),
        target: target(level, "107/KH-UBND ngày 8/6/2023", TargetOrigin::Default),
    };
    let defaults = vec![
        default("online", Some("provincial"), "60"),
        default("online", Some("commune"), "60"),
        default("results", None, "100"),
    ];
    let previous = Some((header("2023-06", 24, true), before));
    Board::assessed(tiers, units, indicators, TargetBook::new(assigned, defaults), observations, previous)
}

impl Board {
    fn assessed(
        tiers: Vec<Tier>,
        units: Vec<OrgUnit>,
        indicators: Vec<Indicator>,
        targets: TargetBook,
        observations: Vec<Observation>,
        previous: Option<(SnapshotHeader, Vec<Observation>)>,
    ) -> Self {
        let current = (header("2023-07", 24, false), observations);
        let (period, digest) = judge(&tiers, &units, &indicators, &targets, &current, previous.as_ref());
        let periods = vec![current.0.period, ReportingPeriod::parse("2023-06").unwrap()];
        let findings = vec!["Sở Tư pháp, Thanh toán: phần (717) lớn hơn tổng (713).".to_owned()];
        Self { tiers, units, indicators, targets, current, previous, period, digest, periods, findings }
    }

    pub(in crate::web) fn input(&self) -> BoardInput<'_> {
        BoardInput {
            organisation: "tỉnh Bình Định",
            tiers: &self.tiers,
            units: &self.units,
            indicators: &self.indicators,
            digest: &self.digest,
            period: &self.period,
            periods: &self.periods,
            findings_count: Some(1),
            findings: &self.findings,
        }
    }

    /// June is complete.
    pub(super) fn close_previous(&mut self) {
        self.previous.as_mut().unwrap().0 = header("2023-06", 30, true);
        self.judge_again();
    }

    /// There is no June.
    pub(super) fn forget_previous(&mut self) {
        self.previous = None;
        self.judge_again();
    }

    /// In June hardly anything happened at the second unit.
    pub(super) fn few_before(&mut self) {
        self.previous.as_mut().unwrap().1[1] = seen("so-y-te", "online", Some(2), Some(3), Some("66,6"));
        self.judge_again();
    }

    /// June was computed by another formula.
    pub(super) fn change_basis(&mut self) {
        for observation in &mut self.previous.as_mut().unwrap().1 {
            observation.basis = "2022".to_owned();
        }
        self.judge_again();
    }

    fn judge_again(&mut self) {
        let previous = self.previous.as_ref();
        (self.period, self.digest) =
            judge(&self.tiers, &self.units, &self.indicators, &self.targets, &self.current, previous);
    }
}

fn judge(
    tiers: &[Tier],
    units: &[OrgUnit],
    indicators: &[Indicator],
    targets: &TargetBook,
    current: &(SnapshotHeader, Vec<Observation>),
    previous: Option<&(SnapshotHeader, Vec<Observation>)>,
) -> (PeriodAssessment, Digest) {
    let policy = AssessPolicy { few_files: 3, same_day_tolerance: 3 };
    let audit = AuditPolicy::default();
    let yardstick = Yardstick { units, indicators, targets, policy: &policy, audit: &audit };
    let figures = Figures { header: &current.0, observations: &current.1 };
    let previous = previous.map(|(header, observations)| Figures { header, observations });
    let averages = [PublishedAverage {
        scope: Scope::Whole,
        indicator: indicators[0].code.clone(),
        rate: Percent::parse_plain("80,1").unwrap(),
    }];
    let period = assess(yardstick, figures, previous);
    let digest = digest(yardstick, tiers, &period, figures, &averages, previous);
    (period, digest)
}

fn tier(code: &str, name: &str) -> Tier {
    Tier { code: TierCode::parse(code).unwrap(), name: name.to_owned(), headings: vec![] }
}

fn unit(code: &str, name: &str, qualifier: &str, tier: &str) -> OrgUnit {
    OrgUnit {
        code: UnitCode::parse(code).unwrap(),
        name: name.to_owned(),
        qualifier: qualifier.to_owned(),
        tier: TierCode::parse(tier).unwrap(),
        aliases: vec![],
        valid_from: None,
        valid_to: None,
        successors: vec![],
    }
}

fn indicator(code: &str, name: &str, noun: &str, remedy: Remedy, denominator: DenominatorSource) -> Indicator {
    Indicator {
        code: IndicatorCode::parse(code).unwrap(),
        name: name.to_owned(),
        short_name: name.to_owned(),
        needed_noun: noun.to_owned(),
        direction: Direction::HigherIsBetter,
        remedy,
        denominator,
        scale: crate::domain::scale::Scale::Percent,
        zero_over_zero: crate::domain::indicator::ZeroOverZero::NoActivity,
        basis: "2023".to_owned(),
        headings: vec![],
        aliases: vec![],
    }
}

fn seen(unit: &str, indicator: &str, part: Option<u64>, whole: Option<u64>, rate: Option<&str>) -> Observation {
    Observation {
        unit: UnitCode::parse(unit).unwrap(),
        indicator: IndicatorCode::parse(indicator).unwrap(),
        numerator: part.map_or(Reading::Empty, Reading::Value),
        denominator: whole.map_or(Reading::NotPublished, Reading::Value),
        rate: rate.map_or(Reading::NotOccurred, |rate| Reading::Value(Percent::parse_plain(rate).unwrap())),
        basis: "2023".to_owned(),
    }
}

fn target(level: &str, decision: &str, origin: TargetOrigin) -> Target {
    let level = Percent::parse_plain(level).unwrap();
    Target { level, decision: decision.to_owned(), valid_from: None, valid_to: None, origin }
}

fn header(period: &str, day: u32, sample: bool) -> SnapshotHeader {
    let period = ReportingPeriod::parse(period).unwrap();
    SnapshotHeader {
        id: String::new(),
        number: 1,
        period,
        as_of: NaiveDate::from_ymd_opt(period.year(), period.month(), day).unwrap(),
        sample,
        source: String::new(),
        recorded_at: DateTime::UNIX_EPOCH,
        state: SnapshotState::Published,
    }
}
