//! Samples: realistic messages of every kind, built from a small world of domain values. The start-up check renders all
//! of them in every dialect, `preview` shows them where there are no figures yet, and tests keep them as snapshots.

use super::{Message, view};
use crate::domain::alert::{AlertPolicy, NoticeKind, NotifyReason, UnitNotice};
use crate::domain::assessment::{AssessPolicy, Figures, PeriodAssessment, Yardstick, assess};
use crate::domain::audit::{Finding, FindingKind};
use crate::domain::digest::digest;
use crate::domain::feed::{FeedDoubt, Jumps};
use crate::domain::indicator::{CodeError, DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use crate::domain::observation::{Observation, PublishedAverage, Reading};
use crate::domain::org_unit::{OrgUnit, Scope, Tier, TierCode, UnitCode};
use crate::domain::period::{PeriodError, ReportingPeriod};
use crate::domain::rate::{Exact, Percent, PercentError};
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::subscription::Role;
use crate::domain::target::{AssignedTarget, DefaultTarget, Target, TargetBook, TargetOrigin};
use chrono::{DateTime, Duration, NaiveDate};
use view::Lookup;

/// A message to look at.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What distinguishes it from the other samples of the same message.
    pub name: &'static str,
    /// The message.
    pub message: Message,
}

/// A sample's constants do not fit their types; never in a release that passed its tests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// A code.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A percentage.
    #[error(transparent)]
    Percent(#[from] PercentError),
    /// A month.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// A day.
    #[error("a day of a sample does not exist")]
    Day,
}

/// One figure of the small world: numerator, denominator, printed rate (empty: not printed), target.
type Cell = (Option<u64>, Option<u64>, &'static str, u16);

/// Units of the small world with their figures in the order of the indicators. July as published in 2023; one unit
/// shows what did not happen and what is not known.
const JULY: [(&str, &str, &str, &str, [Cell; 5]); 4] = [
    (
        "so-xay-dung",
        "Sở Xây dựng",
        "",
        "provincial",
        [
            (Some(50), Some(168), "29,7", 60),
            (Some(16), Some(152), "10,5", 45),
            (Some(159), Some(168), "94,6", 85),
            (Some(76), None, "52,8", 100),
            (Some(164), Some(168), "97,6", 100),
        ],
    ),
    (
        "so-ngoai-vu",
        "Sở Ngoại vụ",
        "",
        "provincial",
        [
            (Some(5), Some(5), "100", 100),
            (None, None, "-", 35),
            (Some(5), Some(5), "100", 100),
            (Some(3), None, "100", 100),
            (Some(0), Some(5), "0", 100),
        ],
    ),
    (
        "huyen-an-lao",
        "UBND huyện An Lão",
        "cấp huyện",
        "district",
        [
            (Some(23), Some(318), "7,2", 60),
            (Some(22), Some(320), "6,8", 45),
            (Some(24), Some(318), "7,5", 70),
            (Some(271), None, "74,5", 100),
            (Some(310), Some(318), "97,5", 100),
        ],
    ),
    (
        "so-khcn",
        "Sở KH và CN",
        "",
        "provincial",
        [
            (Some(6), Some(7), "85,7", 100),
            (Some(6), Some(6), "100", 45),
            (None, None, "", 90),
            (Some(1), None, "16,7", 100),
            (Some(7), Some(7), "100", 100),
        ],
    ),
];

const INDICATORS: [(&str, &str, &str, Remedy, DenominatorSource); 5] = [
    ("online_submission", "Hồ sơ trực tuyến", "hồ sơ nộp trực tuyến", Remedy::New, DenominatorSource::FilesReceived),
    ("online_payment", "Thanh toán trực tuyến", "giao dịch thanh toán trực tuyến", Remedy::New, DenominatorSource::Own),
    ("digitization", "Số hóa hồ sơ", "hồ sơ cần số hóa", Remedy::Convert, DenominatorSource::FilesReceived),
    (
        "electronic_result",
        "Cấp kết quả điện tử",
        "hồ sơ cần cấp kết quả điện tử",
        Remedy::Convert,
        DenominatorSource::Implied,
    ),
    (
        "population_db",
        "Khai thác CSDL dân cư",
        "hồ sơ cần khai thác CSDL dân cư",
        Remedy::Convert,
        DenominatorSource::FilesReceived,
    ),
];

struct World {
    tiers: Vec<Tier>,
    units: Vec<OrgUnit>,
    indicators: Vec<Indicator>,
    policy: AlertPolicy,
    book: TargetBook,
    july: Vec<Observation>,
    june: Vec<Observation>,
    averages: Vec<PublishedAverage>,
}

fn day(year: i32, month: u32, day: u32) -> Result<NaiveDate, SampleError> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or(SampleError::Day)
}

fn header(period: &str, as_of: NaiveDate, sample: bool) -> Result<SnapshotHeader, SampleError> {
    Ok(SnapshotHeader {
        id: "sample".to_owned(),
        number: 2,
        period: ReportingPeriod::parse(period)?,
        as_of,
        sample,
        source: "bao-cao-2023-07.txt".to_owned(),
        recorded_at: DateTime::UNIX_EPOCH,
        state: SnapshotState::Published,
    })
}

fn target(level: u16, decision: &str, origin: TargetOrigin) -> Target {
    let level = Percent::whole(level);
    Target { level, decision: decision.to_owned(), valid_from: None, valid_to: None, origin }
}

fn count(value: Option<u64>, rate: &str) -> Reading<u64> {
    match value {
        Some(count) => Reading::Value(count),
        None if rate == "-" => Reading::NotOccurred,
        None => Reading::NotPublished,
    }
}

impl World {
    fn new() -> Result<Self, SampleError> {
        let tiers = [("provincial", "Cấp tỉnh"), ("district", "Cấp huyện")];
        let tiers = tiers.map(|(code, name)| {
            Ok(Tier { code: TierCode::parse(code)?, name: name.to_owned(), headings: vec![name.to_owned()] })
        });
        let indicators = INDICATORS.map(|(code, name, noun, remedy, denominator)| {
            Ok(Indicator {
                code: IndicatorCode::parse(code)?,
                name: name.to_owned(),
                short_name: name.to_owned(),
                needed_noun: noun.to_owned(),
                direction: Direction::HigherIsBetter,
                remedy,
                denominator,
                basis: "sample".to_owned(),
                headings: Vec::new(),
                aliases: Vec::new(),
            })
        });
        let tiers = tiers.into_iter().collect::<Result<Vec<_>, SampleError>>()?;
        let indicators = indicators.into_iter().collect::<Result<Vec<_>, SampleError>>()?;
        let (mut units, mut july, mut june, mut assigned) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (code, name, qualifier, tier, cells) in JULY {
            let unit = UnitCode::parse(code)?;
            for (cell, indicator) in cells.iter().zip(&indicators) {
                let (numerator, denominator, rate, level) = *cell;
                let printed = match rate {
                    "" => Reading::Empty,
                    "-" => Reading::NotOccurred,
                    text => Reading::Value(Percent::parse_plain(text)?),
                };
                let observation = Observation {
                    unit: unit.clone(),
                    indicator: indicator.code.clone(),
                    numerator: count(numerator, rate),
                    denominator: count(denominator, rate),
                    rate: printed,
                    basis: "sample".to_owned(),
                };
                // June, made up: a little less of everything but of the first unit's digitisation.
                let before = match (printed, code, indicator.denominator) {
                    (Reading::Value(p), "so-xay-dung", DenominatorSource::FilesReceived) if p > Percent::whole(90) => {
                        Reading::Value(Percent::parse_plain("97,9")?)
                    }
                    (Reading::Value(p), ..) => Reading::Value(Percent::new(p.mantissa() * 9 / 10, p.decimals())?),
                    (other, ..) => other,
                };
                // One formula changed in between.
                let basis = if indicator.code.as_str() == "population_db" { "older" } else { "sample" }.to_owned();
                june.push(Observation { rate: before, basis, ..observation.clone() });
                july.push(observation);
                assigned.push(AssignedTarget {
                    unit: unit.clone(),
                    indicator: indicator.code.clone(),
                    target: target(level, "2679/QĐ-UBND ngày 20/7/2023", TargetOrigin::Report),
                });
            }
            units.push(OrgUnit {
                code: unit,
                name: name.to_owned(),
                qualifier: qualifier.to_owned(),
                tier: TierCode::parse(tier)?,
                aliases: Vec::new(),
                valid_from: None,
                valid_to: None,
                successors: Vec::new(),
            });
        }
        let defaults = indicators.iter().zip([50, 35, 70, 100, 100]).map(|(indicator, level)| DefaultTarget {
            indicator: indicator.code.clone(),
            tier: None,
            target: target(level, "Kế hoạch 107/KH-UBND ngày 8/6/2023", TargetOrigin::Default),
        });
        let averages = vec![PublishedAverage {
            scope: Scope::Whole,
            indicator: IndicatorCode::parse("online_payment")?,
            rate: Percent::parse_plain("60,8")?,
        }];
        let policy = AlertPolicy {
            assess: AssessPolicy { few_files: 3, same_day_tolerance: 3 },
            repeat_after: Duration::days(7),
            worsened_points: Percent::whole(2),
            fell_points: Percent::whole(1),
        };
        let book = TargetBook::new(assigned, defaults.collect());
        Ok(Self { tiers, units, indicators, policy, book, july, june, averages })
    }

    fn lookup(&self) -> Lookup<'_> {
        Lookup {
            organisation: "tỉnh Bình Định",
            office: "Văn phòng UBND tỉnh Bình Định",
            tiers: &self.tiers,
            units: &self.units,
            indicators: &self.indicators,
            policy: &self.policy,
        }
    }

    fn yardstick(&self) -> Yardstick<'_> {
        Yardstick { units: &self.units, indicators: &self.indicators, targets: &self.book, policy: &self.policy.assess }
    }

    fn assess(&self, current: &SnapshotHeader, previous: Option<&SnapshotHeader>) -> PeriodAssessment {
        let figures = Figures { header: current, observations: &self.july };
        let before = previous.map(|header| Figures { header, observations: &self.june });
        assess(self.yardstick(), figures, before)
    }

    fn notice(&self, unit: usize, kind: NoticeKind, reason: NotifyReason) -> UnitNotice {
        let recovered = if kind == NoticeKind::Recovered {
            self.indicators.iter().skip(2).take(1).map(|i| i.code.clone()).collect()
        } else {
            Vec::new()
        };
        UnitNotice { unit: self.units[unit].code.clone(), kind, reason, recovered, key: "sample".to_owned() }
    }

    fn findings(&self) -> Result<Vec<Finding>, SampleError> {
        let unit = Some(self.units[0].code.clone());
        let indicator = Some(self.indicators[4].code.clone());
        let cell = |kind| Finding { unit: unit.clone(), indicator: indicator.clone(), ..Finding::new(kind) };
        let mut findings = vec![
            Finding {
                scope: Some(Scope::Whole),
                indicator: Some(self.indicators[1].code.clone()),
                published: Some(Percent::parse_plain("60,8")?),
                computed: Some(Exact::new(7359, 100)),
                approximate: true,
                part: Some(8_790),
                whole: Some(11_944),
                plain_mean: Some(Exact::new(608, 10)),
                ..Finding::new(FindingKind::AverageDiffers)
            },
            Finding {
                scope: Some(Scope::Tier(self.tiers[0].code.clone())),
                indicator: Some(self.indicators[2].code.clone()),
                published: Some(Percent::parse_plain("78,8")?),
                computed: Some(Exact::new(7827, 100)),
                part: Some(4_661),
                whole: Some(5_955),
                ..Finding::new(FindingKind::AverageDiffers)
            },
            Finding {
                published: Some(Percent::parse_plain("76,4")?),
                computed: Some(Exact::new(583, 100)),
                part: Some(97),
                whole: Some(1_663),
                implied: Some(127),
                ..cell(FindingKind::RateDiffers)
            },
            Finding { part: Some(717), whole: Some(713), ..cell(FindingKind::PartExceedsWhole) },
            Finding { published: Some(Percent::parse_plain("112")?), ..cell(FindingKind::RateOutOfRange) },
            Finding { part: Some(120), whole: Some(151), ..cell(FindingKind::CountFell) },
        ];
        for (kind, text) in [
            (FindingKind::UnknownUnit, "Sở Xây Dưng"),
            (FindingKind::UnreadableCell, "57.8.1%"),
            (FindingKind::DuplicateRow, "Sở Xây dựng"),
        ] {
            let place = Some("Phụ lục 3, dòng 1".to_owned());
            findings.push(Finding { place, text: Some(text.to_owned()), ..Finding::new(kind) });
        }
        for kind in [FindingKind::MissingUnit, FindingKind::UnitNotValidInPeriod] {
            findings.push(Finding { unit: unit.clone(), ..Finding::new(kind) });
        }
        Ok(findings)
    }
}

/// All samples: at least one for each message, more where a message has faces that differ.
///
/// # Errors
/// A constant that does not fit its type.
pub fn samples() -> Result<Vec<Sample>, SampleError> {
    let world = World::new()?;
    let lookup = world.lookup();
    let july = header("2023-07", day(2023, 7, 24)?, false)?;
    let closed = header("2023-07", day(2023, 7, 31)?, true)?;
    let june = header("2023-06", day(2023, 6, 24)?, true)?;
    let june_whole = header("2023-06", day(2023, 6, 30)?, true)?;
    let alone = world.assess(&july, None);
    let beside = world.assess(&july, Some(&june));
    let unlike = world.assess(&july, Some(&june_whole));
    let over = world.assess(&closed, Some(&june_whole));
    let mut samples = Vec::new();
    let mut add = |name, message: Message| samples.push(Sample { name, message });

    for (name, period, unit, reason, days) in [
        ("first", &alone, 0, NotifyReason::FirstMissed, 5),
        ("compared", &beside, 0, NotifyReason::Worsened, 5),
        ("weekly", &unlike, 0, NotifyReason::StillMissed, 0),
        ("no activity", &beside, 1, NotifyReason::Corrected, 5),
        ("district", &beside, 2, NotifyReason::FellBelow, 5),
        ("no data", &over, 3, NotifyReason::NoData, 0),
    ] {
        let notice = world.notice(unit, NoticeKind::Bulletin, reason);
        add(name, view::bulletin(lookup, period, &notice, days).into());
    }
    let recovered = world.notice(0, NoticeKind::Recovered, NotifyReason::Recovered);
    add("open", view::recovered(lookup, &beside, &recovered, 5).into());
    add("over", view::recovered(lookup, &over, &recovered, 0).into());
    let silent = world.notice(0, NoticeKind::NoData, NotifyReason::NoData);
    add("open", view::no_data(lookup, &alone, &silent).into());

    let findings = world.findings()?;
    for (name, period, previous) in [("alone", &alone, None), ("compared", &beside, Some(&june))] {
        let figures = Figures { header: &july, observations: &world.july };
        let before = previous.map(|header| Figures { header, observations: &world.june });
        let summary = digest(world.yardstick(), &world.tiers, period, figures, &world.averages, before);
        add(name, view::digest(lookup, &summary, &findings).into());
    }
    let code = |n: usize| world.units[n].code.clone();
    add("one", view::status(lookup, &beside, &[code(0)], 5).into());
    add("alone", view::status(lookup, &alone, &[code(1)], 5).into());
    add("several", view::status(lookup, &over, &[code(2), code(3)], 0).into());
    let some_units = [&world.units[0], &world.units[1]];
    add("assigned", view::targets(lookup, &world.book, &some_units, july.period).into());
    let empty = TargetBook::default();
    add("none", view::targets(lookup, &empty, &some_units[..1], july.period).into());
    let doubt =
        FeedDoubt { vanished: vec![code(1), code(2)], expected: 40, jumped: Some(Jumps { moved: 150, compared: 190 }) };
    add("both", view::feed_suspicious(lookup, &july, &doubt).into());
    add("held", Message::FeedConfirmed(view::snapshot(&july)));
    add("nothing", Message::NothingHeld);
    add("findings", view::audit(lookup, &july, &findings).into());
    add("clean", view::audit(lookup, &july, &[]).into());
    for finding in &findings {
        add(finding.kind.as_str(), Message::Finding(view::finding(lookup, finding)));
    }
    let unit_role = Role::Unit(code(0));
    add("unlinked", view::help(lookup, &[]).into());
    add("unit", view::help(lookup, std::slice::from_ref(&unit_role)).into());
    add("leader", view::help(lookup, &[Role::Leader]).into());
    add("office", view::help(lookup, &[Role::Office]).into());
    add("near", view::unknown_unit("sở xây dưng", &some_units).into());
    add("nothing near", view::unknown_unit("xyz", &[]).into());
    add("not asked", view::unknown_unit("", &[]).into());
    add("two", view::ambiguous_unit("sở", &some_units).into());
    add("typo", view::near_miss("/stauts", "/status").into());
    add("month", view::no_figures(Some(june.period), Some(&july)).into());
    add("at all", view::no_figures(None, None).into());
    add("thirteen", view::bad_month("tháng 13").into());
    add("unit", view::forbidden(lookup, std::slice::from_ref(&unit_role)).into());
    add("leader", view::forbidden(lookup, &[Role::Leader]).into());
    for (name, role) in [("unit", unit_role), ("leader", Role::Leader), ("office", Role::Office)] {
        add(name, view::linked(lookup, &role).into());
    }
    add("code", Message::LinkRefused);
    add("chat", Message::Unlinked);
    add("fault", Message::Unhealthy);
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, Messages};
    use super::*;

    #[test]
    fn every_sample_renders_in_every_dialect() {
        if let Err(problems) = Messages::embedded() {
            panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        }
    }

    #[test]
    fn the_messages_as_people_read_them() {
        let messages = Messages::embedded().unwrap();
        let mut all = String::new();
        for sample in samples().unwrap() {
            let text = messages.render(&sample.message, Dialect::Plain).unwrap().text;
            all.push_str(&format!("──── {} ({})\n{text}\n\n", sample.message.name(), sample.name));
        }
        insta::assert_snapshot!(all);
    }
}
