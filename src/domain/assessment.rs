//! Assessments ("đánh giá"): a unit's figures against its target and against the previous period.

mod across;
mod comparison;

use across::{Part, across};
pub(crate) use comparison::alike;
pub use comparison::{Comparison, Incomparable, Previous, choose_previous, like_for_like};

use crate::domain::audit::AuditPolicy;
use crate::domain::indicator::{Direction, Indicator, IndicatorCode, Remedy, ZeroOverZero};
use crate::domain::lineage::{Lineage, Origin};
use crate::domain::observation::{Observation, Reading};
use crate::domain::org_unit::{OrgUnit, TierCode, UnitCode};
use crate::domain::ranking::{self, Rank};
use crate::domain::rate::{Exact, Percent, Points, Rate};
use crate::domain::scale::Scale;
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::target::{Target, TargetBook};
use std::collections::HashMap;
use std::ops::Range;

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
    /// The change against the previous month in the good direction, in percentage points of the whole scale: positive is
    /// better and negative is worse, whichever way the indicator goes. None where up and down would be wrong words.
    #[must_use]
    pub fn progress(&self) -> Option<Exact> {
        let points = self.comparison.points()?;
        let points = points.scale().share(points.exact());
        Some(match self.direction {
            Direction::HigherIsBetter => points,
            Direction::LowerIsBetter => -points,
        })
    }

    /// How many of the files received would have had to comply as well: ⌈tD⌉ − N. What a month that is over has missed by;
    /// none when reached or not computable.
    #[must_use]
    pub fn lacked(&self) -> Option<u64> {
        self.needed?;
        let (numerator, denominator) = (self.numerator?, self.denominator?);
        whole_files(missing(self.target.level.exact(), numerator, denominator.count)).filter(|files| *files > 0)
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
    /// Thresholds of the audit.
    pub audit: &'a AuditPolicy,
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
    /// Where each unit's stand: a province with thousands of units asks for every one of them.
    places: HashMap<UnitCode, Range<usize>>,
}

impl PeriodAssessment {
    /// Puts together what was assessed; the assessments of one unit stand next to each other.
    #[must_use]
    pub fn new(header: SnapshotHeader, previous: Option<SnapshotHeader>, assessments: Vec<Assessment>) -> Self {
        let mut places: HashMap<UnitCode, Range<usize>> = HashMap::new();
        for (place, assessment) in assessments.iter().enumerate() {
            match places.get_mut(&assessment.unit) {
                Some(range) => range.end = place + 1,
                None => {
                    places.insert(assessment.unit.clone(), place..place + 1);
                }
            }
        }
        Self { header, previous, assessments, places }
    }

    /// The assessments of one unit, in the catalog's order of indicators.
    pub fn of_unit<'a>(&'a self, unit: &'a UnitCode) -> impl Iterator<Item = &'a Assessment> {
        let place = self.places.get(unit).cloned().unwrap_or(0..0);
        // Empty when a caller has shortened the public list since.
        self.assessments.get(place).unwrap_or_default().iter().filter(move |a| &a.unit == unit)
    }

    /// Whether anything here comes from made-up figures: its own, or those that it was held against.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.header.sample || self.previous.as_ref().is_some_and(|previous| previous.sample)
    }
}

/// Holds a snapshot against targets and against the previous month.
///
/// Units that do not exist on the snapshot's last day are left out unless they have figures in it. A unit that took over
/// the work of others since the previous month is held against all of them together (see [`Lineage`]).
#[must_use]
pub fn assess(yardstick: Yardstick<'_>, current: Figures<'_>, previous: Option<Figures<'_>>) -> PeriodAssessment {
    let now = index(current.observations);
    let before = previous.map(|p| (p.header, index(p.observations)));
    let as_of = current.header.as_of;
    let lineage = previous.map(|p| Lineage::between(yardstick.units, p.header.as_of, as_of));
    let mut assessments = Vec::with_capacity(yardstick.units.len() * yardstick.indicators.len());
    for unit in yardstick.units {
        let has_figures = yardstick.indicators.iter().any(|i| now.contains_key(&(&unit.code, &i.code)));
        if !has_figures && !unit.is_valid_on(as_of) {
            continue;
        }
        let origin = lineage.as_ref().map_or(Origin::Itself, |lineage| lineage.of(unit));
        for indicator in yardstick.indicators {
            let period = current.header.period;
            let Some(target) = yardstick.targets.of_unit(&unit.code, &unit.tier, &indicator.code, period) else {
                continue;
            };
            let key = (&unit.code, &indicator.code);
            let mut assessment = assess_one(indicator, unit, target, now.get(&key).copied(), yardstick.policy);
            if let (Some(observation), Some((header, before))) = (now.get(&key), before.as_ref()) {
                let part = |unit: &OrgUnit| {
                    let target = yardstick.targets.of_unit(&unit.code, &unit.tier, &indicator.code, header.period);
                    Part {
                        observation: before.get(&(&unit.code, &indicator.code)).copied(),
                        same_target: target.is_some_and(|earlier| earlier.level == assessment.target.level),
                    }
                };
                let joined: Vec<Part<'_>>;
                let own;
                let parts = match &origin {
                    Origin::Itself => {
                        own = [part(unit)];
                        own.as_slice()
                    }
                    Origin::Joined(units) | Origin::Divided(units) => {
                        joined = units.iter().map(|unit| part(unit)).collect();
                        joined.as_slice()
                    }
                };
                let divided = matches!(origin, Origin::Divided(_));
                let alike = like_for_like(current.header, header, yardstick.policy.same_day_tolerance);
                let figure = (indicator, &assessment, *observation);
                assessment.comparison = across(figure, parts, divided, header, alike, yardstick.policy);
            }
            assessments.push(assessment);
        }
    }
    let tiers: HashMap<&UnitCode, &TierCode> = yardstick.units.iter().map(|u| (&u.code, &u.tier)).collect();
    ranking::assign(&mut assessments, &tiers, yardstick.indicators);
    PeriodAssessment::new(current.header.clone(), previous.map(|p| p.header.clone()), assessments)
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
    let Some(actual) = counted_rate(indicator, observation) else {
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
    assessment.gap = Some(Points::between(actual.exact(), level).on(indicator.scale));
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

/// The figure that decides for an indicator: [`actual_rate`] on the indicator's own scale (counts give no score, and a
/// score of another maximum says nothing here); where nothing happened, what the catalog says that this is worth.
#[must_use]
pub fn counted_rate(indicator: &Indicator, observation: &Observation) -> Option<Rate> {
    counted_or_printed(indicator, observation).filter(|rate| rate.scale() == indicator.scale)
}

fn counted_or_printed(indicator: &Indicator, observation: &Observation) -> Option<Rate> {
    if !is_no_activity(observation) {
        return actual_rate(observation);
    }
    let worth = match indicator.zero_over_zero {
        ZeroOverZero::NoActivity => return None,
        ZeroOverZero::Zero => Percent::whole(0),
        ZeroOverZero::Full => Percent::full(indicator.scale),
        ZeroOverZero::Given(worth) => worth,
    };
    Some(Rate::Published(worth.on(indicator.scale)))
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
    // A score does not follow from counts, so it implies none.
    let rate = observation.rate.value().filter(|rate| rate.scale() == Scale::Percent);
    let (Some(numerator), Some(rate)) = (observation.numerator.value(), rate) else {
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
    let missing = missing(level, numerator, denominator.count);
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
        Remedy::NoCount => return None,
        Remedy::New if t >= one => return Some(Needed::Unreachable),
        Remedy::New => whole_files(missing / (one - t))?,
    };
    if files == 0 {
        // The counts alone would reach it; only the published rate says otherwise. No number would be true.
        return None;
    }
    match remedy {
        Remedy::Convert => Some(Needed::Convert { files, approximate }),
        Remedy::New => Some(Needed::New { files, approximate }),
        Remedy::NoCount => None,
    }
}

/// tD − N: the part of the files received that lacks, not yet whole files.
fn missing(level: Exact, numerator: u64, denominator: u64) -> Exact {
    level / Exact::from(100) * Exact::from(i128::from(denominator)) - Exact::from(i128::from(numerator))
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

pub(crate) fn distance(a: Exact, b: Exact) -> Exact {
    if a > b { a - b } else { b - a }
}
