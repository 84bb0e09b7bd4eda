//! Assessments ("đánh giá"): a unit's figures against its target and against the previous period.

use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use crate::domain::observation::{Observation, Reading};
use crate::domain::org_unit::{OrgUnit, TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::ranking::{self, Rank};
use crate::domain::rate::{Exact, Points, Rate};
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::target::{Target, TargetBook};
use chrono::{Datelike, NaiveDate};
use std::collections::HashMap;

/// The verdict on one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rating {
    /// The target is reached.
    Met,
    /// It is not.
    Missed,
    /// Nothing happened ("không phát sinh"): neither reached nor missed, and not ranked.
    NoActivity,
    /// There is no figure ("chưa có số liệu").
    NoData,
}

impl Rating {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NoActivity => "no_activity",
            Self::NoData => "no_data",
        }
    }
}

/// A denominator, printed or implied by numerator and published rate (then shown with "≈").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denominator {
    /// All files that count.
    pub count: u64,
    /// Not to be relied upon: computed from numerator and rate, because none was printed or the printed one contradicts
    /// the rate; or printed, contradicted, and without one that the rate implies (a rate of zero implies none).
    pub implied: bool,
}

/// What is still missing to the target, in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// So many compliant new files in a row.
    New {
        /// Number of files.
        files: u64,
        /// The denominator is implied.
        approximate: bool,
    },
    /// So many files, already received, to be worked on.
    Convert {
        /// Number of files.
        files: u64,
        /// The denominator is implied.
        approximate: bool,
    },
    /// Cannot be reached in this period any more.
    Unreachable,
}

/// The previous period's figure that the current one is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Which month.
    pub period: ReportingPeriod,
    /// Up to which day.
    pub as_of: NaiveDate,
    /// Its rate.
    pub actual: Rate,
    /// Made up for demonstration.
    pub sample: bool,
    /// It rests on so few files that a change against it means little ("ít hồ sơ").
    pub few: bool,
}

/// Why a figure is not held against the previous one although there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// Target, formula or denominator changed ("không cùng cơ sở tính").
    OtherBasis,
}

/// The comparison with the previous month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// There is nothing to compare with, or nothing to compare.
    None,
    /// There is a previous figure, but up and down would be wrong words.
    Incomparable(Previous, Incomparable),
    /// Current minus previous.
    Change {
        /// The previous figure.
        previous: Previous,
        /// In percentage points.
        points: Points,
        /// Both cover the whole month, or both end near the same day. When false, an open month stands beside a
        /// closed one, and every sentence has to say so.
        like_for_like: bool,
    },
}

impl Comparison {
    /// The previous figure, comparable or not.
    #[must_use]
    pub const fn previous(&self) -> Option<&Previous> {
        match self {
            Self::None => None,
            Self::Incomparable(previous, _) | Self::Change { previous, .. } => Some(previous),
        }
    }

    /// The change in points, where it means something.
    #[must_use]
    pub const fn points(&self) -> Option<Points> {
        match self {
            Self::Change { points, .. } => Some(*points),
            _ => None,
        }
    }
}

/// One figure, assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Whose.
    pub unit: UnitCode,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// Which way is better, as the indicator says.
    pub direction: Direction,
    /// The verdict.
    pub rating: Rating,
    /// The rate, published or computed; none without activity or figures.
    pub actual: Option<Rate>,
    /// What was assigned.
    pub target: Target,
    /// Actual minus target, in points; none where there is no rate. Where lower is better, a miss is positive.
    pub gap: Option<Points>,
    /// Files that comply, as printed.
    pub numerator: Option<u64>,
    /// All files that count, printed or implied.
    pub denominator: Option<Denominator>,
    /// What is missing; none when met, without activity, or not computable.
    pub needed: Option<Needed>,
    /// When met: how many more failing files can come before it is lost. Rests on `denominator`, "≈" included.
    pub slack: Option<u64>,
    /// Place within the tier; none without a rate.
    pub rank: Option<Rank>,
    /// Against the previous month.
    pub comparison: Comparison,
    /// So few files that a change means little ("ít hồ sơ").
    pub few: bool,
}

impl Assessment {
    /// The change against the previous month in the good direction, in points: positive is better and negative is
    /// worse, whichever way the indicator goes. None where up and down would be wrong words.
    #[must_use]
    pub fn progress(&self) -> Option<Exact> {
        let points = self.comparison.points()?.exact();
        Some(match self.direction {
            Direction::HigherIsBetter => points,
            Direction::LowerIsBetter => -points,
        })
    }

    /// Whether one of the two months that are compared has so few files that the change means little.
    #[must_use]
    pub fn compares_few(&self) -> bool {
        self.few || self.comparison.previous().is_some_and(|previous| previous.few)
    }
}

/// Thresholds of assessing (`catalog/alerts.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessPolicy {
    /// Denominators up to this are "ít hồ sơ".
    pub few_files: u64,
    /// Two open months are alike when their last days of month lie at most this far apart.
    pub same_day_tolerance: u32,
}

/// A snapshot's figures with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Figures<'a> {
    /// What is known of the snapshot.
    pub header: &'a SnapshotHeader,
    /// Its figures.
    pub observations: &'a [Observation],
}

/// What figures are held against: the office's catalog.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick<'a> {
    /// All units, in the order people expect.
    pub units: &'a [OrgUnit],
    /// All indicators, in the order people expect.
    pub indicators: &'a [Indicator],
    /// All targets that may hold.
    pub targets: &'a TargetBook,
    /// Thresholds.
    pub policy: &'a AssessPolicy,
}

/// A period, assessed.
#[derive(Clone, Debug)]
pub struct PeriodAssessment {
    /// The snapshot it speaks of.
    pub header: SnapshotHeader,
    /// The snapshot of the previous month that it was held against.
    pub previous: Option<SnapshotHeader>,
    /// One entry for each unit that exists in the period × indicator, in the catalog's order.
    pub assessments: Vec<Assessment>,
}

impl PeriodAssessment {
    /// The assessments of one unit, in the catalog's order of indicators.
    pub fn of_unit<'a>(&'a self, unit: &'a UnitCode) -> impl Iterator<Item = &'a Assessment> {
        self.assessments.iter().filter(move |a| &a.unit == unit)
    }

    /// Whether anything here comes from made-up figures: its own, or those that it was held against.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.header.sample || self.previous.as_ref().is_some_and(|previous| previous.sample)
    }
}

/// Holds a snapshot against targets and against the previous month.
///
/// Units that do not exist on the snapshot's last day are left out unless they have figures in it.
#[must_use]
pub fn assess(yardstick: Yardstick<'_>, current: Figures<'_>, previous: Option<Figures<'_>>) -> PeriodAssessment {
    let now = index(current.observations);
    let before = previous.map(|p| (p.header, index(p.observations)));
    let as_of = current.header.as_of;
    let mut assessments = Vec::with_capacity(yardstick.units.len() * yardstick.indicators.len());
    for unit in yardstick.units {
        let has_figures = yardstick.indicators.iter().any(|i| now.contains_key(&(&unit.code, &i.code)));
        if !has_figures && !unit.is_valid_on(as_of) {
            continue;
        }
        for indicator in yardstick.indicators {
            let period = current.header.period;
            let Some(target) = yardstick.targets.of_unit(&unit.code, &unit.tier, &indicator.code, period) else {
                continue;
            };
            let key = (&unit.code, &indicator.code);
            let mut assessment = assess_one(indicator, unit, target, now.get(&key).copied(), yardstick.policy);
            if let (Some(observation), Some((header, before))) = (now.get(&key), before.as_ref())
                && let Some(earlier) = before.get(&key)
            {
                let earlier_target = yardstick.targets.of_unit(&unit.code, &unit.tier, &indicator.code, header.period);
                let same_target = earlier_target.is_some_and(|t| t.level == target.level);
                let alike = like_for_like(current.header, header, yardstick.policy.same_day_tolerance);
                let few = is_few(effective_denominator(earlier), yardstick.policy);
                assessment.comparison = compare(&assessment, observation, earlier, header, same_target, alike, few);
            }
            assessments.push(assessment);
        }
    }
    let tiers: HashMap<&UnitCode, &TierCode> = yardstick.units.iter().map(|u| (&u.code, &u.tier)).collect();
    ranking::assign(&mut assessments, &tiers, yardstick.indicators);
    PeriodAssessment { header: current.header.clone(), previous: previous.map(|p| p.header.clone()), assessments }
}

fn index(observations: &[Observation]) -> HashMap<(&UnitCode, &IndicatorCode), &Observation> {
    observations.iter().map(|o| ((&o.unit, &o.indicator), o)).collect()
}

/// Assesses one figure against its target, without history.
#[must_use]
pub fn assess_one(
    indicator: &Indicator,
    unit: &OrgUnit,
    target: &Target,
    observation: Option<&Observation>,
    policy: &AssessPolicy,
) -> Assessment {
    let mut assessment = Assessment {
        unit: unit.code.clone(),
        indicator: indicator.code.clone(),
        direction: indicator.direction,
        rating: Rating::NoData,
        actual: None,
        target: target.clone(),
        gap: None,
        numerator: None,
        denominator: None,
        needed: None,
        slack: None,
        rank: None,
        comparison: Comparison::None,
        few: false,
    };
    let Some(observation) = observation else { return assessment };
    assessment.numerator = observation.numerator.value();
    assessment.denominator = effective_denominator(observation);
    let Some(actual) = actual_rate(observation) else {
        if is_no_activity(observation) {
            assessment.rating = Rating::NoActivity;
        }
        return assessment;
    };
    let level = target.level.exact();
    let met = match indicator.direction {
        Direction::HigherIsBetter => actual.exact() >= level,
        Direction::LowerIsBetter => actual.exact() <= level,
    };
    assessment.actual = Some(actual);
    assessment.rating = if met { Rating::Met } else { Rating::Missed };
    assessment.gap = Some(Points::between(actual.exact(), level));
    assessment.few = is_few(assessment.denominator, policy);
    // What is needed to get *below* a target is not a number of files, so a lower-is-better indicator has neither.
    if let (Direction::HigherIsBetter, Some(numerator), Some(denominator)) =
        (indicator.direction, assessment.numerator, assessment.denominator)
    {
        if met {
            assessment.slack = slack(level, numerator, denominator.count);
        } else {
            assessment.needed = needed(indicator.remedy, level, numerator, denominator);
        }
    }
    assessment
}

/// The rate that decides: the published one, else that of the counts; none where nothing happened or nothing is known.
#[must_use]
pub fn actual_rate(observation: &Observation) -> Option<Rate> {
    if is_no_activity(observation) {
        return None;
    }
    if let Reading::Value(percent) = observation.rate {
        return Some(Rate::Published(percent));
    }
    Rate::of_counts(observation.numerator.value()?, observation.denominator.value()?)
}

/// "-" where the figures should stand, or a denominator of zero: nothing happened. A rate, or counts that give one, tell
/// more than a "-" beside them; an empty, unreadable or missing cell alone says nothing, so it is no data.
#[must_use]
pub fn is_no_activity(observation: &Observation) -> bool {
    let Observation { numerator, denominator, rate, .. } = observation;
    if *denominator == Reading::Value(0) {
        return true;
    }
    let counted = numerator.value().is_some() && denominator.value().is_some();
    let dash = [*numerator, *denominator].contains(&Reading::NotOccurred) || *rate == Reading::NotOccurred;
    rate.value().is_none() && !counted && dash
}

/// Whether a published rate follows from counts: the distance is less than one unit of its last printed decimal, which
/// allows truncation as well as rounding.
#[must_use]
pub fn rate_follows(published: crate::domain::rate::Percent, numerator: u64, denominator: u64) -> bool {
    Rate::of_counts(numerator, denominator)
        .is_some_and(|computed| distance(published.exact(), computed.exact()) < published.last_decimal())
}

/// The denominator that a numerator and a published rate imply, rounded to whole files; none for a rate of zero.
#[must_use]
pub fn implied_denominator(numerator: u64, rate: Exact) -> Option<u64> {
    if rate <= Exact::from(0) || numerator == 0 {
        return None;
    }
    let implied = (Exact::from(i128::from(numerator) * 100) / rate).round().to_integer();
    u64::try_from(implied).ok().map(|d| d.max(numerator))
}

/// The denominator to reckon with: the printed one where the published rate follows from it or says nothing, else the
/// one that the rate implies.
pub(crate) fn effective_denominator(observation: &Observation) -> Option<Denominator> {
    let printed = observation.denominator.value();
    let (Some(numerator), Some(rate)) = (observation.numerator.value(), observation.rate.value()) else {
        return printed.map(|count| Denominator { count, implied: false });
    };
    match printed {
        Some(count) if count == 0 || rate_follows(rate, numerator, count) => {
            Some(Denominator { count, implied: false })
        }
        _ => implied_denominator(numerator, rate.exact()).or(printed).map(|count| Denominator { count, implied: true }),
    }
}

fn is_few(denominator: Option<Denominator>, policy: &AssessPolicy) -> bool {
    denominator.is_some_and(|d| d.count <= policy.few_files)
}

fn needed(remedy: Remedy, level: Exact, numerator: u64, denominator: Denominator) -> Option<Needed> {
    let t = level / Exact::from(100);
    let missing = t * Exact::from(i128::from(denominator.count)) - Exact::from(i128::from(numerator));
    let approximate = denominator.implied;
    let one = Exact::from(1);
    let files = match remedy {
        Remedy::Convert => {
            let files = whole_files(missing)?;
            // More than what is left to work on: a target over 100 %, or a part larger than its whole.
            if files > denominator.count.saturating_sub(numerator) {
                return Some(Needed::Unreachable);
            }
            files
        }
        Remedy::New if t >= one => return Some(Needed::Unreachable),
        Remedy::New => whole_files(missing / (one - t))?,
    };
    if files == 0 {
        // The counts alone would reach it; only the published rate says otherwise. No number would be true.
        return None;
    }
    Some(match remedy {
        Remedy::Convert => Needed::Convert { files, approximate },
        Remedy::New => Needed::New { files, approximate },
    })
}

fn slack(level: Exact, numerator: u64, denominator: u64) -> Option<u64> {
    if level <= Exact::from(0) {
        return None;
    }
    let allowed = Exact::from(i128::from(numerator) * 100) / level - Exact::from(i128::from(denominator));
    u64::try_from(allowed.floor().to_integer().max(0)).ok()
}

fn whole_files(missing: Exact) -> Option<u64> {
    u64::try_from(missing.ceil().to_integer().max(0)).ok()
}

fn compare(
    current: &Assessment,
    observation: &Observation,
    earlier: &Observation,
    header: &SnapshotHeader,
    same_target: bool,
    like_for_like: bool,
    few: bool,
) -> Comparison {
    let (Some(actual), Some(before)) = (current.actual, actual_rate(earlier)) else { return Comparison::None };
    let previous = Previous { period: header.period, as_of: header.as_of, actual: before, sample: header.sample, few };
    let printed = |o: &Observation| o.denominator.value().is_some();
    if !same_target || observation.basis != earlier.basis || printed(observation) != printed(earlier) {
        return Comparison::Incomparable(previous, Incomparable::OtherBasis);
    }
    let points = Points::between(actual.exact(), before.exact());
    Comparison::Change { previous, points, like_for_like }
}

/// Whether two months may be compared without a remark: both complete, or both open and ending near the same day
/// (days of the month at most `tolerance` apart).
#[must_use]
pub fn like_for_like(current: &SnapshotHeader, previous: &SnapshotHeader, tolerance: u32) -> bool {
    alike((current.period, current.as_of), (previous.period, previous.as_of), tolerance)
}

/// [`like_for_like`] of two months of which only the period and the last day are known.
pub(crate) fn alike(
    current: (ReportingPeriod, NaiveDate),
    previous: (ReportingPeriod, NaiveDate),
    tolerance: u32,
) -> bool {
    match (current.0.is_open(current.1), previous.0.is_open(previous.1)) {
        (false, false) => true,
        (true, true) => current.1.day().abs_diff(previous.1.day()) <= tolerance,
        _ => false,
    }
}

/// Chooses, among the previous month's snapshots, the one to compare with: for an open month the one that ends nearest
/// to the same day (if it is like for like), otherwise the latest. A held snapshot is suspicious, so it is never chosen.
/// That all candidates are of the previous month is the caller's part.
#[must_use]
pub fn choose_previous<'a>(
    current: &SnapshotHeader,
    candidates: &'a [SnapshotHeader],
    tolerance: u32,
) -> Option<&'a SnapshotHeader> {
    let sound = || candidates.iter().filter(|h| h.state != SnapshotState::Held);
    let latest = || sound().max_by_key(|h| (h.as_of, h.number));
    if !current.is_open() {
        return latest();
    }
    sound()
        .filter(|h| like_for_like(current, h, tolerance))
        // The higher number is the later correction of the same day.
        .min_by_key(|h| (current.as_of.day().abs_diff(h.as_of.day()), u32::MAX - h.number))
        .or_else(latest)
}

/// Whether a table prints the denominator of an indicator at all.
#[must_use]
pub const fn prints_denominator(indicator: &Indicator) -> bool {
    !matches!(indicator.denominator, DenominatorSource::Implied)
}

pub(crate) fn distance(a: Exact, b: Exact) -> Exact {
    if a > b { a - b } else { b - a }
}
